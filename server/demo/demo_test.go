package demo_test

import (
	"errors"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
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
func house(t *testing.T, url string) (*complaint.Service, *account.Service, *demo.Clock) {
	t.Helper()
	clock, log := &demo.Clock{}, slog.New(slog.DiscardHandler)
	o := store.Options{Data: t.TempDir(), URL: url, Vault: storetest.Vault(), Clock: clock.Now, Log: log, Fold: search.FoldName}
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
	lib, err := opened()
	if err != nil {
		t.Fatal(err)
	}
	catalogue, err := locale.OpenCatalogue(i18n.Files)
	if err != nil {
		t.Fatal(err)
	}
	return &complaint.Service{
			Store: s, Vault: o.Vault, Policy: clocks, Files: files, Log: log, Now: clock.Now,
			Library: lib, Words: &notify.Words{Catalogue: catalogue, Operator: lib.Operator()},
		},
		&account.Service{Store: s, Vault: o.Vault, Log: log, Now: clock.Now}, clock
}

var opened = sync.OnceValues(func() (*library.Library, error) { return library.Open(content.Files) })

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
			desk(t, s, accounts)
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
