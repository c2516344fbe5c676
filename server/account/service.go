package account

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"anxin/server/fault"
	"anxin/server/limit"
	"anxin/server/locale"
	"anxin/server/store"
	"anxin/server/vault"
)

// newToken has 256 random bits: two texts of rand.Text.
func newToken() string { return rand.Text() + rand.Text() }

func (s *Service) session(role Role, token, device string) store.NewStaffSession {
	idle, longest := limits(string(role))
	return store.NewStaffSession{Token: token, Device: Device(device), Idle: idle, Longest: longest}
}

func brief(token, device string, lasts time.Duration) store.NewStaffSession {
	return store.NewStaffSession{Token: token, Device: Device(device), Idle: lasts, Longest: lasts}
}

// SignIn is the first step: with name and password it gives a token at which nothing opens but the second step. A wrong password, a
// name that there is not and an ended account are [fault.Unauthorized] alike, and take as long.
func (s *Service) SignIn(ctx context.Context, address, name, password, device string) (pending string, err error) {
	if utf8.RuneCountInString(password) > MaxPassword || utf8.RuneCountInString(name) > maxName {
		return "", fault.New(fault.Unauthorized, "sign in: longer than any")
	}
	forgive, err := s.Limits.Enter(ctx, limit.Key{Rule: limit.Staff, Who: s.Vault.Index(vault.Address, address)})
	if err != nil {
		return "", err
	}
	pending = newToken()
	if err = s.Store.SignInStaff(ctx, address, name, password, brief(pending, device, pendingLasts)); err == nil || fault.From(err).Kind != fault.Unauthorized {
		forgive()
	}
	return pending, err
}

// SignInCode is the second step: with a code of the app, or a recovery code, it gives the token of a session. A wrong code is
// [fault.Invalid]; a first step that is over is [fault.Unauthorized].
func (s *Service) SignInCode(ctx context.Context, address, pending, code, device string) (token string, err error) {
	in, err := s.Store.StaffSession(ctx, pending, store.StageCode, limits)
	if err != nil {
		return "", err
	}
	token = newToken()
	check, recovery := s.factor(code)
	return token, s.Store.CompleteStaff(ctx, address, pending, check, recovery, s.session(Role(in.Staff.Role), token, device))
}

// factor reads what was typed for the second factor: six digits of the app, or a recovery code.
func (s *Service) factor(typed string) (check func(secret []byte, last int64) (int64, bool), recovery string) {
	code := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '-' {
			return -1
		}
		return r
	}, norm.NFKC.String(typed))
	if len(code) > 64 {
		code = ""
	}
	now := s.Now()
	return func(secret []byte, last int64) (int64, bool) { return matchCode(secret, code, now, last) }, code
}

// Session tells who holds a token; one that ended, or never was, is [fault.Unauthorized]. Each use prolongs it.
func (s *Service) Session(ctx context.Context, token string) (Account, error) {
	return s.at(ctx, token, store.StageFull)
}

// Pending tells who is between the two steps of signing in.
func (s *Service) Pending(ctx context.Context, token string) (Account, error) {
	return s.at(ctx, token, store.StageCode)
}

func (s *Service) at(ctx context.Context, token, stage string) (Account, error) {
	if token == "" {
		return Account{}, fault.New(fault.Unauthorized, "no session")
	}
	in, err := s.Store.StaffSession(ctx, token, stage, limits)
	if err != nil {
		return Account{}, err
	}
	a := accountOf(in.Staff)
	a.Session, a.Since, a.Until = in.ID, in.StartedAt, in.Until
	return a, nil
}

// SignOut ends the session.
func (s *Service) SignOut(ctx context.Context, by Account) error {
	err := s.Store.EndStaffSession(ctx, by.ID, by.ID, by.Session)
	if store.NotFound(err) { // it was ended at the same time
		return nil
	}
	return err
}

// Enrolling tells who is setting up a second factor, and its secret.
func (s *Service) Enrolling(ctx context.Context, token string) (Account, Secret, error) {
	a, err := s.at(ctx, token, store.StageEnrol)
	if err != nil {
		return a, Secret{}, err
	}
	_, secrets, err := s.Store.StaffByID(ctx, a.ID)
	if err == nil && secrets.Next == nil {
		err = fault.New(fault.Unauthorized, "nothing is being set up")
	}
	return a, secretOf(a.Name, secrets.Next), err
}

// Enrol takes the second factor into use that was being set up, by a code of it. It gives the token of a session and the recovery
// codes, which nobody is shown again. A wrong code is [fault.Invalid].
func (s *Service) Enrol(ctx context.Context, enrolling, code, device string) (token string, recovery []string, err error) {
	a, err := s.at(ctx, enrolling, store.StageEnrol)
	if err != nil {
		return "", nil, err
	}
	token, recovery = newToken(), newRecovery()
	check, _ := s.factor(code)
	return token, recovery, s.Store.ConfirmStaffFactor(ctx, enrolling, func(secret []byte) (int64, bool) { return check(secret, 0) }, recovery, s.session(a.Role, token, device))
}

// WeakError says why a password is refused.
type WeakError struct{ Weakness Weakness }

func (e *WeakError) Error() string { return "a weak password: " + string(e.Weakness) }

// Link tells whom a link leads to, and uses nothing up. One that was used or is over is [fault.NotFound].
func (s *Service) Link(ctx context.Context, link string) (Account, error) {
	st, err := s.Store.StaffByLink(ctx, link)
	return accountOf(st), err
}

// UseLink uses a link up and keeps the password, and the language in which it was chosen as that of the account. The token it gives
// opens [Service.Enrolling].
func (s *Service) UseLink(ctx context.Context, link, password string, code locale.Code, device string) (enrolling string, err error) {
	st, err := s.Store.StaffByLink(ctx, link)
	if err != nil {
		return "", err
	}
	hash, err := s.hash(ctx, password, st.Name)
	if err != nil {
		return "", err
	}
	enrolling = newToken()
	return enrolling, s.Store.UseStaffLink(ctx, link, hash, string(code), newSecret(), brief(enrolling, device, enrolLasts))
}

func (s *Service) hash(ctx context.Context, password, name string) (string, error) {
	if w := Weigh(password, name); w != "" {
		return "", &WeakError{w}
	}
	return s.Vault.HashPassword(ctx, password)
}

// ChangePassword takes a new password from who has the old one and the second factor, and ends the other sessions. Where either is
// wrong it is [fault.Invalid].
func (s *Service) ChangePassword(ctx context.Context, address string, by Account, old, code, password string) error {
	if w := Weigh(password, by.Name); w != "" {
		return &WeakError{w}
	}
	if err := s.prove(ctx, address, by, old, code); err != nil {
		return err
	}
	hash, err := s.hash(ctx, password, by.Name)
	if err != nil {
		return err
	}
	return s.Store.SetStaffPassword(ctx, by.ID, hash, by.Session)
}

// ChangeFactor begins with a new second factor for who has the password and the old one, which holds until the new one is confirmed
// ([Service.Enrol]). The session turns into the one whose token it gives.
func (s *Service) ChangeFactor(ctx context.Context, address string, by Account, password, code, device string) (enrolling string, err error) {
	if err := s.prove(ctx, address, by, password, code); err != nil {
		return "", err
	}
	enrolling = newToken()
	return enrolling, s.Store.BeginStaffFactor(ctx, by.ID, by.Session, newSecret(), brief(enrolling, device, enrolLasts))
}

func (s *Service) prove(ctx context.Context, address string, by Account, password, code string) error {
	if utf8.RuneCountInString(password) > MaxPassword {
		return fault.New(fault.Invalid, "longer than any password")
	}
	st, _, err := s.Store.StaffByID(ctx, by.ID)
	if err != nil {
		return err
	}
	check, recovery := s.factor(code)
	return s.Store.ProveStaff(ctx, address, st, password, check, recovery)
}

// Show changes by which name citizens see somebody, and the language of their console.
func (s *Service) Show(ctx context.Context, by Account, shown string, language locale.Code) error {
	shown = strings.TrimSpace(shown)
	if utf8.RuneCountInString(shown) > maxName || strings.ContainsFunc(shown, unicode.IsControl) {
		return fault.New(fault.Invalid, "a name of %d characters", utf8.RuneCountInString(shown))
	}
	return s.Store.ShowStaff(ctx, by.ID, shown, string(language))
}

// Own is what somebody sees of their own account alone.
type Own struct {
	LastSignIn time.Time // before this session; zero: never
	CodesLeft  int       // recovery codes
}

// Own tells somebody about their account, so that they see whether somebody else used it.
func (s *Service) Own(ctx context.Context, by Account) (Own, error) {
	_, secrets, err := s.Store.StaffByID(ctx, by.ID)
	if err != nil {
		return Own{}, err
	}
	at, err := s.Store.LastStaffSignIn(ctx, by.ID, by.Since)
	return Own{at, secrets.CodesLeft}, err
}

// Tidy takes away sessions and tries that are over.
func (s *Service) Tidy(ctx context.Context) error { return s.Store.ForgetStaffSessions(ctx) }

// Device names a browser and a system by what it says of itself, so that somebody knows their own sessions apart. Nothing else of
// it is kept.
func Device(agent string) string {
	first := func(list ...string) string {
		for i := 0; i < len(list); i += 2 {
			if strings.Contains(agent, list[i]) {
				return list[i+1]
			}
		}
		return ""
	}
	browser := first("MicroMessenger", "WeChat", "Edg", "Edge", "OPR/", "Opera", "Firefox/", "Firefox", "Chrome/", "Chrome", "Safari/", "Safari")
	system := first("Windows", "Windows", "Android", "Android", "HarmonyOS", "HarmonyOS", "OpenHarmony", "HarmonyOS", "iPhone", "iPhone", "iPad", "iPad", "Mac OS X", "macOS", "Linux", "Linux")
	if browser == "" || system == "" {
		return browser + system
	}
	return browser + ", " + system
}

// IsWeak tells why a password was refused, where that is what an error says.
func IsWeak(err error) (Weakness, bool) {
	w, ok := errors.AsType[*WeakError](err)
	if !ok {
		return "", false
	}
	return w.Weakness, true
}
