package app

import (
	"fmt"
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
	"anxin/server/api"
	"anxin/server/complaint"
	"anxin/server/dispute"
	"anxin/server/intake"
	"anxin/server/store"
)

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

// Nobody learns by searching that there is a case that they may not see: not by its number, a name or a telephone in it, not by a
// count, and the public's search knows no word of any case.
func (w *world) searches(t *testing.T) {
	for _, s := range w.subjects {
		by := complaint.Staff{ID: s.account, Name: s.name, Actor: dispute.Actor(s.role), Institution: s.firm}
		sees := map[string]bool{}
		for _, name := range caseNames {
			if sees[name] = s.file == "" && w.sees(s, name); s.role.Admin() || s.role == "" {
				sees[name] = false
			}
		}
		for _, c := range w.canaries {
			if !slices.Contains([]string{"number", "name", "phone"}, c.kind) {
				continue
			}
			rows, err := w.Complaints.FindCases(t.Context(), by, c.text)
			if err != nil && !(store.NotFound(err) && s.role != account.Officer && s.role != account.Handler) {
				t.Fatal(err)
			}
			if sees[c.in] != (len(rows) == 1) {
				t.Errorf("%s finds %d cases by the %s of the case %s", s.name, len(rows), c.kind, c.in)
			}
		}
		cases := 0
		for _, is := range sees {
			if is {
				cases++
			}
		}
		for _, view := range complaint.Views {
			q, err := w.Complaints.Queue(t.Context(), by, complaint.Filter{View: view})
			if err != nil && !(store.NotFound(err) && s.role != account.Officer && s.role != account.Handler) {
				t.Fatal(err)
			}
			if len(q.Rows) > cases || q.Counts[view] != len(q.Rows) {
				t.Errorf("%s has %d cases in the queue %s, which counts %d, and may see %d", s.name, len(q.Rows), view, q.Counts[view], cases)
			}
			for _, row := range q.Rows {
				if name := w.named(row.ID); !sees[name] {
					t.Errorf("%s has the case %s in the queue %s", s.name, name, view)
				}
			}
		}
	}
	w.findsAtTheConsole(t)
	for _, c := range w.canaries {
		asked := "?q=" + url.QueryEscape(c.text)
		found := decodeInto[api.SearchAnswer](t, w.ask(http.MethodGet, "/api/v1/search"+asked), http.StatusOK)
		text := fmt.Sprint(found.Hits)
		if found.DidYouMean != nil {
			text += *found.DidYouMean
		}
		page := w.ask(http.MethodGet, "/zh-Hans/search"+asked)
		words := strings.ReplaceAll(wordsOf(body(t, page)), c.text, "") // what was typed stands in its field
		for _, leaked := range append(w.reads(text), w.reads(words)...) {
			t.Errorf("the public's search for the %s of the case %s finds its %s", c.kind, leaked.in, leaked.kind)
		}
	}
}

// findsAtTheConsole searches by its page, where it has one.
func (w *world) findsAtTheConsole(t *testing.T) {
	d, ok := authz(t)["POST /console/find"]
	if !ok {
		return
	}
	for _, s := range w.subjects {
		if !slices.Contains(d.who, string(s.role)) {
			continue
		}
		for _, c := range w.canaries {
			if c.kind != "number" && c.kind != "name" && c.kind != "phone" {
				continue
			}
			a := s.asks(t, d.method, d.path, w.form(t, d, s)+"&"+url.Values{"query": {c.text}}.Encode())
			if came(a) != yes {
				t.Fatalf("%s searches: %d", s.name, a.StatusCode)
			}
			others := slices.DeleteFunc(w.reads(a.text), func(r canary) bool { return r == c || w.mayRead(s, r) }) // what was typed stands in its field
			if len(others) > 0 {
				t.Errorf("%s searches for the %s of the case %s and reads %v", s.name, c.kind, c.in, others)
			}
			if found, link := w.sees(s, c.in), "/console/cases/"+w.id(c.in); found != strings.Contains(a.text, link) {
				t.Errorf("%s searches for the %s of the case %s; its link is there: %v", s.name, c.kind, c.in, !found)
			}
		}
	}
}

// A draft is read by whoever has its key, and a wiped one is answered as one that never was.
func TestADraftIsItsKeysAlone(t *testing.T) {
	t.Parallel()
	o := openConsole(t)
	const told = "金丝雀草稿"
	draft := func() string {
		d := complaint.Draft{Key: complaint.NewKey(), Draft: intake.Draft{Answers: intake.Answers{For: intake.ForSelf, Firm: intake.Firm{Name: told}}, Done: []string{"urgent", intake.StepFor, intake.StepFirm}}}
		if err := o.Complaints.SaveDraft(t.Context(), &d); err != nil {
			t.Fatal(err)
		}
		return d.Key
	}
	there, wiped, never := draft(), draft(), complaint.NewKey()
	if err := o.Complaints.WipeDraft(t.Context(), wiped); err != nil {
		t.Fatal(err)
	}
	holds := func(key string) *browser { return &browser{o, map[string]string{"__Host-draft": key}} }
	read := 0
	for _, d := range authz(t) {
		if !d.is("draft") || d.method != http.MethodGet {
			continue
		}
		for _, step := range []string{intake.StepFor, intake.StepFirm} {
			target := strings.NewReplacer(":lang", "zh-Hans", ":step", step).Replace(d.path)
			ask := func(key string) (string, string) {
				p := holds(key)
				a := p.get(t, target)
				return fmt.Sprint(a.StatusCode, a.Header["Set-Cookie"], strings.ReplaceAll(a.text, key, "…")), a.text
			}
			if _, text := ask(there); strings.Contains(text, told) {
				read++
			}
			gone, _ := ask(wiped)
			nobodys, _ := ask(never)
			if gone != nobodys {
				t.Errorf("%s: a wiped draft is told from one that never was:\n%s", target, firstDifference(gone, nobodys))
			}
			if strings.Contains(gone, told) {
				t.Errorf("%s: a wiped draft is read", target)
			}
		}
	}
	if read == 0 {
		t.Error("who has the key does not read the draft either: nothing was tested")
	}
}

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
