package app

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"anxin/server/account"
)

// A hundred requests at once and a sign-out: once it was answered, none is let in, also of those that touch the session.
func TestSignedOutAtOnce(t *testing.T) {
	t.Parallel()
	o := openConsole(t)
	f := o.file(t, herAnswers())
	her, worker := o.letIn(t, f), o.employs(t, account.Officer, "林晓")
	worker.sees(t, "/console/me")
	token := tokenOnPage.FindStringSubmatch(worker.last.text)[1]
	bearer := "Bearer " + her.cookies["__Host-file"]
	program := func(method, target string) *http.Request {
		r := httptest.NewRequest(method, target, nil)
		r.Header.Set("Authorization", bearer)
		return r
	}
	browsing := func(p *browser, method, target, form string) *http.Request {
		r := httptest.NewRequest(method, target, strings.NewReader(form))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		for name, value := range p.cookies {
			r.AddCookie(&http.Cookie{Name: name, Value: value})
		}
		return r
	}
	number := "/api/v1/complaints/" + f.Number
	for name, c := range map[string]struct{ look, leave func() *http.Request }{
		"her file":    {func() *http.Request { return browsing(her, "GET", "/zh-Hans/complaints/mine", "") }, func() *http.Request { return browsing(her, "POST", "/zh-Hans/complaints/mine/leave", "") }},
		"a program":   {func() *http.Request { return program("GET", number+"/events") }, func() *http.Request { return program("DELETE", number+"/session") }},
		"the console": {func() *http.Request { return browsing(worker.browser, "GET", "/console/me", "") }, func() *http.Request { return browsing(worker.browser, "POST", "/console/out", "token="+token) }},
	} {
		if name == "a program" { // whose token her browser's sign-out may have ended
			bearer = "Bearer " + o.letIn(t, f).cookies["__Host-file"]
		}
		o.later(2 * time.Minute) // so that each request has the session to prolong
		answers := func(r *http.Request) int {
			r.Host = "127.0.0.1:8080"
			w := httptest.NewRecorder()
			o.Echo.ServeHTTP(w, r)
			return w.Code
		}
		if status := answers(c.look()); status != http.StatusOK {
			t.Fatalf("%s: %d before", name, status)
		}
		o.later(2 * time.Minute)
		var out atomic.Bool
		var group sync.WaitGroup
		begin := make(chan struct{})
		for range 100 {
			group.Go(func() {
				<-begin
				for range 2 {
					after := out.Load()
					if status := answers(c.look()); after && status == http.StatusOK || status >= 500 {
						t.Errorf("%s: %d, the sign-out answered before: %v", name, status, after)
					}
				}
			})
		}
		group.Go(func() {
			<-begin
			if status := answers(c.leave()); status >= 400 {
				t.Errorf("%s: signing out answers %d", name, status)
			}
			out.Store(true)
		})
		close(begin)
		group.Wait()
		for range 100 {
			group.Go(func() {
				if status := answers(c.look()); status == http.StatusOK {
					t.Errorf("%s: let in after the sign-out", name)
				}
			})
		}
		group.Wait()
	}
}

// Whoever is shut out by another is shut out of what they send from then on: an account that is ended, a session that is revoked.
func TestShutOutAtOnce(t *testing.T) {
	t.Parallel()
	o := openConsole(t)
	for name, shut := range map[string]func(*seat) error{
		"ended": func(s *seat) error { return o.Accounts.Disable(t.Context(), account.Command, s.ID) },
		"revoked": func(s *seat) error {
			in, err := o.Accounts.Session(t.Context(), s.cookies["__Host-console"])
			if err != nil {
				return err
			}
			return o.Accounts.Revoke(t.Context(), account.Account{ID: in.ID, Role: account.Officer}, s.ID, in.Session)
		},
	} {
		s := o.employs(t, account.Officer, "某人"+name)
		cookie := header("Cookie", "__Host-console="+s.cookies["__Host-console"])
		o.later(2 * time.Minute)
		var out atomic.Bool
		var group sync.WaitGroup
		for range 100 {
			group.Go(func() {
				after := out.Load()
				if r := o.ask(http.MethodGet, "/console/me", cookie); after && r.StatusCode == http.StatusOK || r.StatusCode >= 500 {
					t.Errorf("%s: %d", name, r.StatusCode)
				}
			})
		}
		if err := shut(s); err != nil {
			t.Error(err)
		}
		out.Store(true)
		group.Wait()
		if r := o.ask(http.MethodGet, "/console/me", cookie); r.StatusCode == http.StatusOK {
			t.Errorf("%s: let in afterwards", name)
		}
	}
}

// A form of the console that does not carry the token of its own session does nothing, whoever sends it and at whatever.
func (w *world) formsWithoutTheirToken(t *testing.T) {
	tokens := map[string]string{}
	for _, s := range w.subjects {
		if s.role != "" {
			w.form(t, declared{method: http.MethodPost, who: []string{string(s.role)}}, s)
			tokens[s.name] = s.token
		}
	}
	asked := 0
	for _, d := range authz(t) {
		if d.method != http.MethodPost || !d.staffed() {
			continue
		}
		for _, s := range w.subjects {
			if !slices.Contains(d.who, string(s.role)) {
				continue
			}
			another := tokens["officer"]
			if s.name == "officer" {
				another = tokens["recused"]
			}
			for what, form := range map[string]string{"no token": "", "another's": url.Values{"token": {another}}.Encode(), "its cookie": url.Values{"token": {s.cookies["__Host-console"]}}.Encode()} {
				for _, o := range w.objects(d) {
					asked++
					if a := s.asks(t, d.method, o.target, form); a.StatusCode != http.StatusForbidden {
						t.Errorf("%s, %s of %s, with %s: %d", s.name, d.path, o.name, what, a.StatusCode)
					}
				}
			}
		}
	}
	if asked < 100 {
		t.Errorf("asked %d times only", asked)
	}
	for _, s := range w.subjects {
		if s.role != "" && s.asks(t, http.MethodGet, "/console/me", "").StatusCode != http.StatusOK {
			t.Errorf("%s was signed out", s.name)
		}
	}
}
