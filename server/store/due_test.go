package store_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"anxin/server/store"
	"anxin/server/store/storetest"
)

// Whoever takes what is due has it alone until the lease ends; what is settled nobody takes again.
func TestTakeDue(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		const cases = 12
		for i := range cases {
			submit(t, db, fmt.Sprint("key ", i), fmt.Sprint("70", i))
		}
		take := func(limit int) []store.Due {
			list, err := db.TakeDue(t.Context(), limit, time.Minute)
			if err != nil {
				t.Error(err)
			}
			return list
		}
		db.Clock.Move(7*24*time.Hour - time.Second)
		if got := take(100); len(got) != 0 {
			t.Fatalf("before its time: %v", got)
		}
		db.Clock.Move(time.Second)
		var mu sync.Mutex
		var all []store.Due
		var group sync.WaitGroup
		for range 6 {
			group.Go(func() {
				list := take(3)
				mu.Lock()
				defer mu.Unlock()
				all = append(all, list...)
			})
		}
		group.Wait()
		all = append(all, take(100)...) // those that two wanted at once and neither took
		ids := map[string]bool{}
		for _, d := range all {
			ids[d.ID] = true
		}
		if len(all) != cases || len(ids) != cases || all[0].Attempts != 1 || all[0].Clock == "" || all[0].Leg == "" {
			t.Fatalf("%d were taken, %d different ones: %+v", len(all), len(ids), all)
		}
		if err := db.SettleDue(t.Context(), all[0].ID); err != nil {
			t.Error(err)
		}
		if err := db.PutOffDue(t.Context(), all[1].ID, db.Clock.Now().Add(time.Hour)); err != nil {
			t.Error(err)
		}
		db.Clock.Move(time.Minute)
		again := take(100)
		if len(again) != cases-2 || again[0].Attempts != 2 {
			t.Errorf("after the lease %d came back: %+v", len(again), again)
		}
		db.Clock.Move(time.Hour)
		if got := take(100); len(got) != cases-1 {
			t.Errorf("put off for an hour, %d came back", len(got))
		}
	})
}

// Whichever statement fails of what follows of silence, all of it is there or nothing, with its audit.
func TestFaultsAroundSilence(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		f := faulty(t, db)
		try := func(name string, adds map[string]int, do func() error) {
			t.Helper()
			for _, after := range []bool{false, true} {
				for at := 1; ; at++ {
					want := rows(t, db.Store)
					f.arm(at, after)
					err := do()
					hit, committed := f.hit(), f.committed
					f.arm(0, false)
					if err == nil || committed {
						for table, n := range adds {
							want[table] += n
						}
					}
					if diff := cmp.Diff(want, rows(t, db.Store)); diff != "" {
						t.Fatalf("%s, fault at %d (after it ran: %t): %s", name, at, after, diff)
					}
					if err == nil && hit {
						t.Errorf("%s: fault at %d is not told", name, at)
					}
					if !hit {
						if err != nil || at < 4 {
							t.Errorf("%s: %d statements were tried, then %v", name, at-1, err)
						}
						break
					}
				}
			}
		}
		sub, r := submit(t, db, "a key", number)
		her, n := sub.Parties[0].ID, 0
		try("a reminder", map[string]int{"reminders": 1, "reminder_deliveries": 1, "deliveries": 1, "audit": 1}, func() error {
			n++
			_, err := db.Remind(t.Context(), r.ID, []store.Reminder{{
				Clock: "council_info_wait", BeganAt: db.Clock.Now().Add(time.Duration(n) * time.Hour), DueAt: db.Clock.Now(), Mark: "half",
				Deliveries: []store.Delivery{{Party: her, Notice: "reminder", Channel: "inbox", Done: true}},
			}}, []store.Look{{Clock: "council_info_wait", At: db.Clock.Now()}})
			return err
		})
		// Each time another leg falls silent.
		version := int64(len(sub.Events))
		try("silence", map[string]int{"legs": 1, "letters": 2, "silences": 1, "events": 1, "audit": 3}, func() error {
			d, err := db.Dispute(t.Context(), r.ID)
			if err != nil {
				return err
			}
			version = d.Version
			leg := store.Leg{ID: store.NewID(), Seq: version + 1, Channel: "institution", State: "no_reply"}
			_, err = db.Append(t.Context(), store.Change{
				Dispute: r.ID, Version: version, State: "between_channels", Legs: []store.Leg{leg}, Deadlines: sub.Deadlines,
				Events:  []store.Event{{Event: "reply_due", Actor: "timer", Leg: leg.ID, State: "between_channels", LegState: "no_reply"}},
				Drafts:  []store.Letter{{Leg: leg.ID, Kind: "overdue"}, {Leg: leg.ID, Kind: "supervisor"}},
				Silence: &store.Silence{Leg: leg.ID, Institution: "institution-1", Channel: "institution", Clock: "fi_decide", Month: "2026-12"},
			})
			return err
		})
		try("a letter that was sent", map[string]int{"deliveries": 1, "audit": 1}, func() error {
			list, err := db.Letters(t.Context(), r.ID)
			if err != nil {
				return err
			}
			i := slices.IndexFunc(list, func(l store.Letter) bool { return l.SentAt.IsZero() && l.SettledAt.IsZero() })
			if i < 0 {
				return errors.New("the test has no letter left")
			}
			l := list[i]
			l.Body, l.SentOn, l.SentBy, l.Way = []byte("x"), "2026-12-01", "officer-1", "post"
			return db.SendLetter(t.Context(), l, "officer", "officer-1", []store.Delivery{{Party: her, Notice: "letter", Channel: "inbox", Done: true}})
		})
		sound(t, db.Store)
	})
}

// What is changed behind the audit's back is found: a letter as it was sent, a reminder that was never given.
func TestVerifyFindsLettersAndReminders(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	sub, r := submit(t, db, "a key", number)
	leg := sub.Legs[0].ID
	if _, err := db.Append(t.Context(), store.Change{
		Dispute: r.ID, Version: 2, State: "submitted", Events: []store.Event{{Event: "x", Actor: "officer", State: "submitted"}},
		Drafts: []store.Letter{{ID: "letter-1", Leg: leg, Kind: "overdue"}},
	}); err != nil {
		t.Fatal(err)
	}
	l := store.Letter{ID: "letter-1", Dispute: r.ID, Leg: leg, Kind: "overdue", Body: []byte("x"), SentOn: "2026-12-01", SentBy: "officer-1", Way: "post"}
	if err := db.SendLetter(t.Context(), l, "officer", "officer-1", nil); err != nil {
		t.Fatal(err)
	}
	if err := db.SendLetter(t.Context(), l, "officer", "officer-1", nil); !errors.Is(err, store.ErrStale) {
		t.Errorf("sent twice: %v", err)
	}
	reminder := []store.Reminder{{Leg: leg, Clock: "fi_decide", BeganAt: db.Clock.Now(), DueAt: db.Clock.Now().Add(time.Hour), Mark: "half"}}
	if given, err := db.Remind(t.Context(), r.ID, reminder, nil); err != nil || given != 1 {
		t.Fatal(given, err)
	}
	reminder[0].ID = ""
	if given, err := db.Remind(t.Context(), r.ID, reminder, nil); err != nil || given != 0 {
		t.Errorf("reminded twice: %d, %v", given, err)
	}
	sound(t, db.Store)
	for _, tamper := range []struct{ what, back string }{
		{"UPDATE letters SET sent_on = '2026-11-01'", "UPDATE letters SET sent_on = '2026-12-01'"},
		{"UPDATE letters SET way = 'hand'", "UPDATE letters SET way = 'post'"},
		{"UPDATE reminders SET mark = 'last'", "UPDATE reminders SET mark = 'half'"},
		{"UPDATE reminders SET id = 'another'", "DELETE FROM reminders"},
	} {
		run := func(statement string) {
			t.Helper()
			if err := db.Write(t.Context(), func(tx *store.Tx) error { _, err := tx.Exec(statement); return err }); err != nil {
				t.Fatal(err)
			}
		}
		run(tamper.what)
		if got, err := db.Verify(t.Context()); err != nil || len(got.Flaws) == 0 {
			t.Errorf("%s is not found: %v", tamper.what, err)
		}
		run(tamper.back)
	}
	if got, err := db.Verify(t.Context()); err != nil || len(got.Flaws) == 0 {
		t.Errorf("a reminder that is gone is not missed: %v", err)
	}
}
