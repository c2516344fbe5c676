// Package account knows the people who work at the console: the council's officers and administrators, and the firms' handlers.
// They are let in by a name, a password and a second factor, and stay for as long as their role may.
//
// One account has one role for ever, and a name is given once: so nobody who works on cases administers, and of the three
// administrators none can be another. Accounts are made by the command "staff add" or by the system administrator; whoever they
// are for chooses the password and sets up the second factor by a link that works once.
package account

import (
	"cmp"
	"log/slog"
	"slices"
	"time"

	"anxin/server/limit"
	"anxin/server/locale"
	"anxin/server/store"
	"anxin/server/vault"
)

// Role is what somebody is at the console for.
type Role string

const (
	Officer  Role = "officer"  // of the council: works on cases
	Handler  Role = "handler"  // of one firm: answers what was handed over to it
	Sysadmin Role = "sysadmin" // makes and ends accounts, looks after what could not be delivered
	Secadmin Role = "secadmin" // looks after sessions
	Auditor  Role = "auditor"  // reads what was done to accounts
)

// Roles are all there are. GB/T 22239 wants the last three in different hands, and they never see a case.
var Roles = []Role{Officer, Handler, Sysadmin, Secadmin, Auditor}

// ParseRole finds the role that a text names.
func ParseRole(s string) (Role, bool) { return Role(s), slices.Contains(Roles, Role(s)) }

// Admin tells whether the role administers and never sees a case.
func (r Role) Admin() bool { return r == Sysadmin || r == Secadmin || r == Auditor }

// limits are how long a session of a role may lie idle, and how long it lasts at most.
func limits(role string) (idle, longest time.Duration) {
	if Role(role).Admin() {
		return 10 * time.Minute, 4 * time.Hour
	}
	return 20 * time.Minute, 10 * time.Hour
}

const (
	linkLasts    = 15 * time.Minute
	pendingLasts = 10 * time.Minute // between the password and the second factor
	enrolLasts   = 15 * time.Minute
)

// Account is somebody, and the session by which they came in.
type Account struct {
	ID, Name    string
	Role        Role
	Institution string // a handler's
	Shown       string // by which citizens see them; empty: only for whom they work
	Language    locale.Code
	Ready       bool // they have signed in before
	CreatedAt   time.Time
	DisabledAt  time.Time // zero: it may be used

	Session string // the id of the session
	Since   time.Time
	Until   time.Time // if nothing is done
}

// Called is by what name colleagues see somebody.
func (a Account) Called() string { return cmp.Or(a.Shown, a.Name) }

// Command is who does what the commands do.
const Command = "command"

// Service lets staff in. Its fields are set once.
type Service struct {
	Store  *store.Store
	Vault  *vault.Vault
	Limits limit.Gate // slows who tries names from one address; without one nobody is slowed
	Log    *slog.Logger
	Now    func() time.Time
}

func accountOf(st store.Staff) Account {
	code, _ := locale.Parse(st.Language)
	return Account{
		ID: st.ID, Name: st.Name, Role: Role(st.Role), Institution: st.Institution, Shown: st.Shown, Language: code,
		Ready: st.Ready, CreatedAt: st.CreatedAt, DisabledAt: st.DisabledAt,
	}
}
