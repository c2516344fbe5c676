package account

import (
	"context"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"anxin/server/fault"
	"anxin/server/locale"
	"anxin/server/store"
	"anxin/server/vault"
)

// maxName is how long a name may be, in characters.
const maxName = 60

// Add makes an account and a link that leads to it for a quarter of an hour, once. by is an account's id or [Command]. A role or a
// name that cannot be is [fault.Invalid], an institution that is not on the list [fault.NotFound], a name that was given before
// [fault.Conflict].
func (s *Service) Add(ctx context.Context, by string, role Role, name, institution string) (link string, err error) {
	name = strings.TrimSpace(name)
	if _, ok := ParseRole(string(role)); !ok {
		return "", fault.New(fault.Invalid, "there is no role %q", role)
	}
	if n := utf8.RuneCountInString(name); n < 2 || n > maxName || strings.ContainsFunc(name, unicode.IsControl) || s.Vault.Index(vault.Account, name) == nil {
		return "", fault.New(fault.Invalid, "a name has 2 to %d characters", maxName)
	}
	if (role == Handler) != (institution != "") {
		return "", fault.New(fault.Invalid, "a handler belongs to an institution, and nobody else does")
	}
	link = newToken()
	_, err = s.Store.AddStaff(ctx, by, store.Staff{
		Name: name, Role: string(role), Institution: institution, Language: string(locale.Hans),
	}, store.StaffLink{Token: link, For: linkLasts})
	return link, err
}

// Renew takes password, second factor and sessions from an account, and makes a new link to it: for who lost one or the other.
func (s *Service) Renew(ctx context.Context, by, id string) (link string, err error) {
	link = newToken()
	return link, s.Store.RenewStaff(ctx, by, id, store.StaffLink{Token: link, For: linkLasts})
}

// Named finds an account.
func (s *Service) Named(ctx context.Context, name string) (Account, error) {
	st, err := s.Store.StaffNamed(ctx, name)
	return accountOf(st), err
}

// ByID finds an account.
func (s *Service) ByID(ctx context.Context, id string) (Account, error) {
	st, _, err := s.Store.StaffByID(ctx, id)
	return accountOf(st), err
}

// List has every account, the oldest first.
func (s *Service) List(ctx context.Context) ([]Account, error) {
	all, err := s.Store.AllStaff(ctx)
	list := make([]Account, len(all))
	for i, st := range all {
		list[i] = accountOf(st)
	}
	return list, err
}

// Disable ends an account for good. Nobody ends their own.
func (s *Service) Disable(ctx context.Context, by, id string) error {
	if by == id {
		return fault.New(fault.Forbidden, "nobody ends their own account")
	}
	return s.Store.DisableStaff(ctx, by, id)
}

// Session of somebody, as it is listed.
type Session struct {
	ID, Device             string
	Started, Used, Expires time.Time
}

// Sessions lists the sessions of an account that hold, the last used first.
func (s *Service) Sessions(ctx context.Context, id string) ([]Session, error) {
	all, err := s.Store.StaffSessions(ctx, id)
	list := make([]Session, len(all))
	for i, n := range all {
		list[i] = Session{n.ID, n.Device, n.StartedAt, n.UsedAt, n.Until}
	}
	return list, err
}

// Revoke ends a session of an account: one's own, or anybody's for the security administrator.
func (s *Service) Revoke(ctx context.Context, by Account, id, session string) error {
	if by.ID != id && by.Role != Secadmin {
		return fault.New(fault.Forbidden, "%s ends no sessions of others", by.Role)
	}
	return s.Store.EndStaffSession(ctx, by.ID, id, session)
}

// Ledger lists what was done to accounts, the newest first, at most so many from before an entry on (0: from the last).
func (s *Service) Ledger(ctx context.Context, before int64, limit int) ([]store.StaffEntry, error) {
	return s.Store.StaffAudit(ctx, before, limit)
}

// Verify recomputes the ledger and names what is not as it was written.
func (s *Service) Verify(ctx context.Context) (entries int, flaws []string, err error) {
	return s.Store.VerifyStaff(ctx)
}
