package app

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"anxin/server/account"
	"anxin/server/api"
	"anxin/server/complaint"
	"anxin/server/dispute"
	"anxin/server/intake"
	"anxin/server/store"
)

// Nobody learns by searching that there is a case that they may not see: not by its number, a name or a telephone in it, not by a
// count, and the public's search knows no word of any case.
func (w *world) searches(t *testing.T) {
	for _, s := range w.subjects {
		by := complaint.Staff{ID: s.account, Name: s.name, Actor: dispute.Actor(s.role), Institution: s.firm}
		sees, works := map[string]bool{}, s.role == account.Officer || s.role == account.Handler
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
			if err != nil && (works || !store.NotFound(err)) {
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
			if has := works && slices.Contains(by.Views(), view); err != nil && !store.NotFound(err) || has != (err == nil) {
				t.Fatalf("%s asks for the queue %s: %v", s.name, view, err)
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
