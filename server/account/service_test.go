package account

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"anxin/server/fault"
	"anxin/server/locale"
	"anxin/server/store"
	"anxin/server/store/storetest"
)

const (
	here, elsewhere = "192.0.2.1", "192.0.2.2"
	good            = "seven grey teapots"
	agent           = "Mozilla/5.0 (Windows NT 10.0) Firefox/130.0"
)

// house is a fresh database with accounts in it.
type house struct {
	*Service
	db *storetest.DB
	t  *testing.T
}

func each(t *testing.T, test func(t *testing.T, h *house)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		test(t, &house{&Service{Store: db.Store, Vault: db.Options.Vault, Log: db.Options.Log, Now: db.Clock.Now}, db, t})
	})
}

// somebody is an account that was set up.
type somebody struct {
	Account
	secret   []byte
	recovery []string
	token    string // of the session in which it was
}

func (h *house) add(role Role, name string) (link string) {
	h.t.Helper()
	institution := ""
	if role == Handler {
		institution = "firm"
		if _, _, _, err := h.Store.ImportInstitutions(h.t.Context(), []store.Institution{{ID: institution, Name: "银行（虚构）", Supervisor: "nfra", Source: "test"}}); err != nil {
			h.t.Fatal(err)
		}
	}
	link, err := h.Add(h.t.Context(), Command, role, name, institution)
	if err != nil {
		h.t.Fatal(err)
	}
	return link
}

func (h *house) settle(link string) *somebody {
	h.t.Helper()
	enrolling, err := h.UseLink(h.t.Context(), link, good, locale.Hans, agent)
	if err != nil {
		h.t.Fatal(err)
	}
	s := &somebody{}
	a, secret, err := h.Enrolling(h.t.Context(), enrolling)
	if err != nil {
		h.t.Fatal(err)
	}
	if s.secret, err = base32Plain.DecodeString(strings.ReplaceAll(secret.Groups, " ", "")); err != nil {
		h.t.Fatal(err)
	}
	if s.token, s.recovery, err = h.Enrol(h.t.Context(), enrolling, h.code(s), agent); err != nil {
		h.t.Fatal(err)
	}
	if s.Account, err = h.Session(h.t.Context(), s.token); err != nil || s.ID != a.ID {
		h.t.Fatal(s.ID, a.ID, err)
	}
	return s
}

func (h *house) employ(role Role, name string) *somebody {
	h.t.Helper()
	return h.settle(h.add(role, name))
}

// code is what the app shows now.
func (h *house) code(s *somebody) string { return codeAt(s.secret, stepAt(h.Now()), codeDigits) }

// next is what the app shows when a code was used: it waits for the next.
func (h *house) next(s *somebody) string {
	h.db.Clock.Move(period * time.Second)
	return h.code(s)
}

func (h *house) in(s *somebody) string {
	h.t.Helper()
	pending, err := h.SignIn(h.t.Context(), here, s.Name, good, agent)
	if err != nil {
		h.t.Fatal(err)
	}
	token, err := h.SignInCode(h.t.Context(), here, pending, h.next(s), agent)
	if err != nil {
		h.t.Fatal(err)
	}
	return token
}

func (h *house) refused(what string, err error, want fault.Kind) {
	h.t.Helper()
	if err == nil || fault.From(err).Kind != want {
		h.t.Errorf("%s: %v, not %v", what, err, want)
	}
}

func (h *house) sound() {
	h.t.Helper()
	if n, flaws, err := h.Verify(h.t.Context()); err != nil || len(flaws) > 0 || n == 0 {
		h.t.Errorf("the ledger of %d entries: %v, %v", n, flaws, err)
	}
}

func TestFirstSignIn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		link := h.add(Officer, "林晓")
		for range 3 { // to look uses nothing up
			if a, err := h.Link(ctx, link); err != nil || a.Name != "林晓" || a.Role != Officer || a.Ready {
				t.Fatal(a, err)
			}
		}
		_, err := h.UseLink(ctx, link, "password1234", locale.Hans, agent)
		if w, ok := IsWeak(err); !ok || w != Common {
			t.Errorf("a common password: %v", err)
		}
		_, err = h.UseLink(ctx, link+"A", good, locale.Hans, agent)
		h.refused("another link", err, fault.NotFound)
		enrolling, err := h.UseLink(ctx, link, good, locale.Hans, agent)
		if err != nil {
			t.Fatal(err)
		}
		_, err = h.UseLink(ctx, link, good, locale.Hans, agent)
		h.refused("a used link", err, fault.NotFound)
		_, err = h.Session(ctx, enrolling)
		h.refused("a session without a second factor", err, fault.Unauthorized)
		_, err = h.SignIn(ctx, here, "林晓", good, agent)
		if err != nil {
			t.Fatal(err) // the password is right; without a second factor it opens nothing
		}
		a, secret, err := h.Enrolling(ctx, enrolling)
		if err != nil {
			t.Fatal(err)
		}
		raw, _ := base32Plain.DecodeString(strings.ReplaceAll(secret.Groups, " ", ""))
		s := &somebody{secret: raw}
		_, _, err = h.Enrol(ctx, enrolling, "000000x", agent)
		h.refused("a wrong code", err, fault.Invalid)
		token, recovery, err := h.Enrol(ctx, enrolling, h.code(s), agent)
		if err != nil || len(recovery) != 10 {
			t.Fatal(len(recovery), err)
		}
		_, _, err = h.Enrolling(ctx, enrolling)
		h.refused("the secret once more", err, fault.Unauthorized)
		got, err := h.Session(ctx, token)
		if err != nil || got.ID != a.ID || !got.Ready || got.Language != locale.Hans {
			t.Error(got, err)
		}
		late := h.add(Officer, "迟到的人")
		h.db.Clock.Move(linkLasts)
		_, err = h.Link(ctx, late)
		h.refused("a link that is over", err, fault.NotFound)
		_, err = h.UseLink(ctx, late, good, locale.Hans, agent)
		h.refused("to use a link that is over", err, fault.NotFound)
		h.sound()
	})
}

func TestALinkIsUsedOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		link := h.add(Officer, "林晓")
		var used atomic.Int32
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				if _, err := h.UseLink(t.Context(), link, good, locale.Hans, agent); err == nil {
					used.Add(1)
				} else if fault.From(err).Kind != fault.NotFound {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if used.Load() != 1 {
			t.Errorf("used %d times", used.Load())
		}
	})
}

func TestSignIn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		s, gone := h.employ(Officer, "Lin Xiao"), h.employ(Officer, "Wang Fang")
		if err := h.Disable(ctx, Command, gone.ID); err != nil {
			t.Fatal(err)
		}
		_, err := h.Session(ctx, gone.token)
		h.refused("a session of an ended account", err, fault.Unauthorized)
		for what, who := range map[string][2]string{
			"a wrong password": {"Lin Xiao", good + "x"}, "a name that there is not": {"Nobody", good}, "an ended account": {"Wang Fang", good},
			"no name": {"", good}, "a very long password": {"Lin Xiao", strings.Repeat("x", 1<<16)},
		} {
			_, err := h.SignIn(ctx, here, who[0], who[1], agent)
			h.refused(what, err, fault.Unauthorized)
		}
		pending, err := h.SignIn(ctx, here, "ｌｉｎ　ｘｉａｏ", good, agent)
		if err != nil {
			t.Fatal(err)
		}
		_, err = h.Session(ctx, pending)
		h.refused("half a sign-in", err, fault.Unauthorized)
		_, err = h.SignInCode(ctx, here, pending, h.code(s), agent)
		h.refused("the code that set the factor up", err, fault.Invalid)
		code := h.next(s)
		token, err := h.SignInCode(ctx, here, pending, code[:3]+" "+code[3:], agent)
		if err != nil {
			t.Fatal(err)
		}
		_, err = h.SignInCode(ctx, here, pending, h.next(s), agent)
		h.refused("the first step twice", err, fault.Unauthorized)
		h.db.Clock.Move(-period * time.Second)
		pending, err = h.SignIn(ctx, here, s.Name, good, agent)
		if err != nil {
			t.Fatal(err)
		}
		_, err = h.SignInCode(ctx, here, pending, code, agent)
		h.refused("a code that was used", err, fault.Invalid)
		if _, err = h.SignInCode(ctx, here, pending, strings.ToLower(s.recovery[3]), agent); err != nil {
			t.Errorf("a recovery code: %v", err)
		}
		pending, _ = h.SignIn(ctx, here, s.Name, good, agent)
		_, err = h.SignInCode(ctx, here, pending, s.recovery[3], agent)
		h.refused("a recovery code twice", err, fault.Invalid)
		a, err := h.Session(ctx, token)
		if err != nil {
			t.Fatal(err)
		}
		if own, err := h.Own(ctx, a); err != nil || own.CodesLeft != 9 {
			t.Errorf("%+v, %v", own, err)
		}
		h.db.Clock.Move(pendingLasts)
		_, err = h.SignInCode(ctx, here, pending, h.code(s), agent)
		h.refused("a first step long ago", err, fault.Unauthorized)
		h.sound()
	})
}

// Whoever knows the password may not try codes without end.
func TestWrongCodesEndTheFirstStep(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		s := h.employ(Officer, "Lin Xiao")
		pending, err := h.SignIn(ctx, here, s.Name, good, agent)
		if err != nil {
			t.Fatal(err)
		}
		for i := range 5 { // from ever new addresses
			_, err := h.SignInCode(ctx, "198.51.100."+string(rune('1'+i)), pending, "000000x", agent)
			h.refused("a wrong code", err, fault.Invalid)
		}
		_, err = h.SignInCode(ctx, here, pending, h.next(s), agent)
		h.refused("the right one after five", err, fault.Unauthorized)
	})
}

// Five failures shut one address out of one name, whether there is such a name, and nobody else.
func TestFailuresShutOutTheirAddressAlone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		s, other := h.employ(Officer, "Lin Xiao"), h.employ(Officer, "Wang Fang")
		for _, name := range []string{s.Name, "Nobody At All"} {
			for range 5 {
				_, err := h.SignIn(ctx, here, name, good+"x", agent)
				h.refused("a wrong password", err, fault.Unauthorized)
			}
			_, err := h.SignIn(ctx, here, name, good, agent)
			h.refused("the sixth, for "+name, err, fault.TooMany)
			if wait := fault.From(err).RetryAfter; wait <= 0 || wait > 15*time.Minute {
				t.Errorf("again after %v", wait)
			}
		}
		if _, err := h.SignIn(ctx, elsewhere, s.Name, good, agent); err != nil {
			t.Errorf("from elsewhere: %v", err)
		}
		if _, err := h.SignIn(ctx, here, other.Name, good, agent); err != nil {
			t.Errorf("another from there: %v", err)
		}
		list, err := h.Ledger(ctx, 0, 1)
		if err != nil || len(list) != 1 || list[0].Action != "guessed_at" || list[0].StaffName != s.Name {
			t.Errorf("the ledger says %+v, %v", list, err)
		}
		h.db.Clock.Move(15 * time.Minute)
		if _, err := h.SignIn(ctx, here, s.Name, good, agent); err != nil {
			t.Errorf("later: %v", err)
		}
	})
}

func TestSessionsEndByThemselves(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		for role, c := range map[Role]struct{ idle, longest time.Duration }{
			Officer: {20 * time.Minute, 10 * time.Hour}, Handler: {20 * time.Minute, 10 * time.Hour},
			Sysadmin: {10 * time.Minute, 4 * time.Hour}, Secadmin: {10 * time.Minute, 4 * time.Hour}, Auditor: {10 * time.Minute, 4 * time.Hour},
		} {
			s := h.employ(role, "the "+string(role))
			h.db.Clock.Move(c.idle)
			_, err := h.Session(t.Context(), s.token)
			h.refused(string(role)+" idle", err, fault.Unauthorized)
			token, used := h.in(s), time.Duration(0)
			for ; used+c.idle/2 < c.longest; used += c.idle / 2 {
				h.db.Clock.Move(c.idle / 2)
				if _, err := h.Session(t.Context(), token); err != nil {
					t.Fatalf("%s after %v: %v", role, used, err)
				}
			}
			h.db.Clock.Move(c.longest - used)
			_, err = h.Session(t.Context(), token)
			h.refused(string(role)+" too long", err, fault.Unauthorized)
		}
		if err := h.Tidy(t.Context()); err != nil {
			t.Fatal(err)
		}
		h.sound()
	})
}

// A hundred requests and a sign-out at once: none is let in that began after the sign-out was done.
func TestNoRequestOutlivesASignOut(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		s := h.employ(Officer, "Lin Xiao")
		h.db.Clock.Move(2 * time.Minute) // so that the requests also write
		var out atomic.Bool
		var wg sync.WaitGroup
		begin := make(chan struct{})
		for i := range 100 {
			wg.Go(func() {
				<-begin
				for range 3 {
					if i == 50 {
						if err := h.SignOut(t.Context(), s.Account); err != nil {
							t.Error(err)
						}
						out.Store(true)
						return
					}
					was := out.Load()
					if _, err := h.Session(t.Context(), s.token); was && fault.From(err).Kind != fault.Unauthorized {
						t.Errorf("let in after the sign-out: %v", err)
					}
				}
			})
		}
		close(begin)
		wg.Wait()
		for range 100 {
			_, err := h.Session(t.Context(), s.token)
			h.refused("afterwards", err, fault.Unauthorized)
		}
	})
}

func TestWhatProtectsAnAccountIsChangedByWhoHasBoth(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		const better = "eight green kettles"
		s := h.employ(Officer, "Lin Xiao")
		two := h.in(s)
		a, err := h.Session(ctx, s.token)
		if err != nil {
			t.Fatal(err)
		}
		h.refused("a wrong password", h.ChangePassword(ctx, here, a, good+"x", h.next(s), better), fault.Invalid)
		h.refused("a wrong code", h.ChangePassword(ctx, here, a, good, "000000x", better), fault.Invalid)
		if w, _ := IsWeak(h.ChangePassword(ctx, here, a, good, h.next(s), "lin xiao 123")); w != Named {
			t.Errorf("a weak one: %q", w)
		}
		if err := h.ChangePassword(ctx, here, a, good, h.next(s), better); err != nil {
			t.Fatal(err)
		}
		_, err = h.Session(ctx, two)
		h.refused("the other session", err, fault.Unauthorized)
		if _, err := h.Session(ctx, s.token); err != nil {
			t.Errorf("this session: %v", err)
		}
		_, err = h.SignIn(ctx, here, s.Name, good, agent)
		h.refused("the old password", err, fault.Unauthorized)
		_, err = h.ChangeFactor(ctx, here, a, good, h.next(s), agent)
		h.refused("a new factor by the old password", err, fault.Invalid)
		enrolling, err := h.ChangeFactor(ctx, here, a, better, h.next(s), agent)
		if err != nil {
			t.Fatal(err)
		}
		_, err = h.Session(ctx, s.token)
		h.refused("the session that became another", err, fault.Unauthorized)
		_, secret, err := h.Enrolling(ctx, enrolling)
		if err != nil {
			t.Fatal(err)
		}
		// Until it is confirmed the old one holds.
		pending, err := h.SignIn(ctx, here, s.Name, better, agent)
		if err != nil {
			t.Fatal(err)
		}
		if two, err = h.SignInCode(ctx, here, pending, h.next(s), agent); err != nil {
			t.Fatal(err)
		}
		old := *s
		s.secret, _ = base32Plain.DecodeString(strings.ReplaceAll(secret.Groups, " ", ""))
		token, recovery, err := h.Enrol(ctx, enrolling, h.next(s), agent)
		if err != nil {
			t.Fatal(err)
		}
		_, err = h.Session(ctx, two)
		h.refused("the other session", err, fault.Unauthorized)
		if _, err := h.Session(ctx, token); err != nil {
			t.Error(err)
		}
		pending, _ = h.SignIn(ctx, elsewhere, s.Name, better, agent)
		_, err = h.SignInCode(ctx, elsewhere, pending, h.next(&old), agent)
		h.refused("the old factor", err, fault.Invalid)
		_, err = h.SignInCode(ctx, elsewhere, pending, old.recovery[0], agent)
		h.refused("an old recovery code", err, fault.Invalid)
		if _, err = h.SignInCode(ctx, elsewhere, pending, recovery[0], agent); err != nil {
			t.Error(err)
		}
		h.sound()
	})
}

func TestANewLinkEndsEverything(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		s := h.employ(Officer, "Lin Xiao")
		first, err := h.Renew(ctx, Command, s.ID)
		if err != nil {
			t.Fatal(err)
		}
		link, err := h.Renew(ctx, Command, s.ID)
		if err != nil {
			t.Fatal(err)
		}
		_, err = h.Link(ctx, first)
		h.refused("the link before", err, fault.NotFound)
		_, err = h.Session(ctx, s.token)
		h.refused("a session", err, fault.Unauthorized)
		_, err = h.SignIn(ctx, here, s.Name, good, agent)
		h.refused("the old password", err, fault.Unauthorized)
		again := h.settle(link)
		if again.ID != s.ID || again.Role != Officer {
			t.Error(again.ID, again.Role)
		}
		if err := h.Disable(ctx, Command, s.ID); err != nil {
			t.Fatal(err)
		}
		_, err = h.Renew(ctx, Command, s.ID)
		h.refused("a link to an ended account", err, fault.NotFound)
		h.refused("to end it twice", h.Disable(ctx, Command, s.ID), fault.NotFound)
		h.sound()
	})
}
