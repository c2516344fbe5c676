package demo_test

import (
	"errors"
	"log/slog"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"anxin/content"
	"anxin/i18n"
	"anxin/server/account"
	"anxin/server/complaint"
	"anxin/server/demo"
	"anxin/server/dispute"
	"anxin/server/evidence"
	"anxin/server/library"
	"anxin/server/locale"
	"anxin/server/notify"
	"anxin/server/policy"
	"anxin/server/search"
	"anxin/server/store"
	"anxin/server/store/storetest"
)

// house is a service on a fresh database that goes by the demonstration's clock.
func house(t *testing.T, database string) (*complaint.Service, *account.Service, *demo.Clock) {
	t.Helper()
	clock, log := &demo.Clock{}, slog.New(slog.DiscardHandler)
	o := store.Options{Data: t.TempDir(), URL: database, Vault: storetest.Vault(), Clock: clock.Now, Log: log, Fold: search.FoldName}
	s, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	clocks, err := policy.Open(content.Files)
	if err != nil {
		t.Fatal(err)
	}
	files, err := evidence.Open(filepath.Join(o.Data, "evidence"), o.Vault, log)
	if err != nil {
		t.Fatal(err)
	}
	lib, err := library.Open(content.Files)
	if err != nil {
		t.Fatal(err)
	}
	if ps := lib.LoadAll(); len(ps) > 0 {
		t.Fatal(ps)
	}
	catalogue, err := locale.OpenCatalogue(i18n.Files)
	if err != nil {
		t.Fatal(err)
	}
	words := &notify.Words{Catalogue: catalogue, Site: &url.URL{Scheme: "https", Host: "anxin.example"}, Operator: lib.Operator()}
	return &complaint.Service{Store: s, Vault: o.Vault, Policy: clocks, Files: files, Library: lib, Words: words, Log: log, Now: clock.Now},
		&account.Service{Store: s, Vault: o.Vault, Log: log, Now: clock.Now}, clock
}

// Whatever the day is, holidays and weekends among them: every state is there, each case stands where it should, and nobody is
// late with what is shown.
func TestEveryStateIsThere(t *testing.T) {
	t.Parallel()
	for _, day := range []string{"2026-10-09 10:00", "2026-11-30 00:10", "2027-05-05 17:00"} {
		t.Run(day, func(t *testing.T) {
			t.Parallel()
			now, err := time.ParseInLocation("2006-01-02 15:04", day, locale.Shanghai)
			if err != nil {
				t.Fatal(err)
			}
			s, accounts, clock := house(t, "")
			made, err := demo.Fill(t.Context(), s, accounts, clock, now)
			if err != nil {
				t.Fatal(err)
			}
			var disputes, legs []dispute.State
			for _, f := range made.Complaints {
				file := read(t, s, f)
				disputes = append(disputes, file.Case.State)
				for _, l := range file.Case.Legs {
					legs = append(legs, l.State)
				}
				for _, d := range file.Deadlines {
					if _, moves := dispute.Expiry(file.Case, d.Leg, dispute.Rule(d.Clock.ID)); moves && !d.Due.IsZero() && !d.At().After(now) {
						t.Errorf("%s %s: %s was due on %s", f.State, f.Leg, d.Clock.ID, d.Due)
					}
				}
				for _, e := range file.Timeline {
					if e.At.After(now) {
						t.Errorf("%s %s: %s lies in the future, at %s", f.State, f.Leg, e.Event, e.At)
					}
				}
			}
			for _, p := range dispute.Disputes.Places {
				if p.State != dispute.Draft && p.State != dispute.Erased && !slices.Contains(disputes, p.State) {
					t.Errorf("no case is %s", p.State)
				}
			}
			for _, p := range dispute.Legs.Places {
				if !slices.Contains(legs, p.State) {
					t.Errorf("no leg is %s", p.State)
				}
			}
			for _, role := range account.Roles {
				if !slices.ContainsFunc(made.Staff, func(a demo.Staff) bool { return a.Role == role }) {
					t.Errorf("nobody is %s", role)
				}
			}
			for _, a := range made.Staff {
				if _, err := accounts.Link(t.Context(), a.Link); err != nil {
					t.Errorf("the link of %s: %v", a.Name, err)
				}
			}
			lived(t, s, accounts, made.Complaints, now)
			report, err := s.Store.Verify(t.Context())
			if err != nil || len(report.Flaws) > 0 || report.Disputes != len(made.Complaints) {
				t.Errorf("%d of %d, %v, %v", report.Disputes, len(made.Complaints), report.Flaws, err)
			}
		})
	}
}

func read(t *testing.T, s *complaint.Service, f demo.Filed) complaint.File {
	t.Helper()
	id, err := s.ByNumber(t.Context(), f.Number)
	if err != nil {
		t.Fatal(err)
	}
	file, err := s.Read(t.Context(), complaint.As(id, dispute.Officer, "x"))
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// What is made up says so: nobody takes a person, a firm or a number for a real one. And it opens with what was printed.
func TestNothingCouldBeReal(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		s, accounts, clock := house(t, db.Options.URL)
		now := time.Date(2026, 11, 28, 12, 0, 0, 0, locale.Shanghai)
		made, err := demo.Fill(t.Context(), s, accounts, clock, now)
		if err != nil {
			t.Fatal(err)
		}
		scripts, files := map[string]int{}, 0
		actors := map[dispute.Actor]int{}
		for _, f := range made.Complaints {
			file := read(t, s, f)
			people := []complaint.Person{file.Person}
			if f.Helper {
				people = append(people, *file.Helper)
			}
			for _, p := range people {
				sample := ""
				for _, word := range []string{"样例", "樣例", "Example"} {
					if strings.Contains(p.Contact.Name, word) {
						sample = word
					}
				}
				if scripts[sample]++; sample == "" || !strings.HasPrefix(p.Contact.Phone, "138 0000 00") {
					t.Errorf("%+v could be real", p.Contact)
				}
			}
			if !strings.Contains(f.Firm, "（虚构）") {
				t.Errorf("%s could be real", f.Firm)
			}
			files += len(file.Evidence)
			for _, e := range file.Timeline {
				actors[e.Actor]++
			}
		}
		if scripts["样例"] == 0 || scripts["樣例"] == 0 || scripts["Example"] == 0 || files < 2 {
			t.Errorf("languages %v, %d files", scripts, files)
		}
		for _, a := range dispute.Actors {
			if actors[a] == 0 {
				t.Errorf("the %s does nothing: %v", a, actors)
			}
		}
		token, _, err := s.SignIn(t.Context(), "192.0.2.1", made.Complaints[0].Number, made.Complaints[0].Code)
		if err != nil {
			t.Fatal(err)
		}
		by, err := s.Access(t.Context(), token)
		if err != nil || by.Actor != dispute.Citizen {
			t.Errorf("%+v, %v", by, err)
		}
		if _, err := demo.Fill(t.Context(), s, accounts, clock, now); !errors.Is(err, demo.ErrUsed) {
			t.Errorf("twice: %v", err)
		}
	})
}

// lived tells that every page of the officer shows something: cases of hers and of nobody, notes, messages both ways, somebody to be
// called, letters to send and sent, a code that was lost.
func lived(t *testing.T, s *complaint.Service, accounts *account.Service, cases []demo.Filed, now time.Time) {
	t.Helper()
	who, err := accounts.Named(t.Context(), "样例办事员")
	if err != nil {
		t.Fatal(err)
	}
	by := complaint.Staff{ID: who.ID, Actor: dispute.Officer}
	q, err := s.Queue(t.Context(), by, complaint.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	for _, view := range complaint.Views {
		if q.Counts[view] == 0 {
			t.Errorf("the queue has nothing under %s", view)
		}
	}
	calls, err := s.Calls(t.Context(), by)
	if err != nil || !slices.ContainsFunc(calls, func(c complaint.Call) bool { return !c.From.After(now.Add(24 * time.Hour)) }) || len(calls) > 60 {
		t.Errorf("%d calls are to be made, %v", len(calls), err)
	}
	if letters, err := s.Letters(t.Context(), by); err != nil || len(letters) == 0 {
		t.Errorf("%d letters are to be sent, %v", len(letters), err)
	}
	if lost, err := s.CodeRequests(t.Context(), by); err != nil || len(lost) != 1 {
		t.Errorf("%d codes are lost, %v", len(lost), err)
	}
	found := map[string]int{}
	for _, made := range cases {
		id, err := s.ByNumber(t.Context(), made.Number)
		if err != nil {
			t.Fatal(err)
		}
		f, err := s.OpenCase(t.Context(), by, id)
		if err != nil {
			t.Fatal(err)
		}
		found["notes"] += len(f.Notes)
		for _, m := range f.Messages {
			found["messages of the "+string(m.Actor)]++
		}
		letters, err := s.LettersOf(t.Context(), by, id)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range letters {
			if l.SentOn != "" {
				found["letters by "+l.Way]++
			}
		}
	}
	for _, what := range []string{"notes", "messages of the citizen", "messages of the officer", "messages of the handler", "letters by post"} {
		if found[what] == 0 {
			t.Errorf("there are no %s: %v", what, found)
		}
	}
}
