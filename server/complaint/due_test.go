package complaint_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"anxin/server/complaint"
	"anxin/server/dispute"
	"anxin/server/intake"
	"anxin/server/locale"
	"anxin/server/store"
	"anxin/server/store/storetest"
)

func (d *desk) officer(by complaint.Access) complaint.Access {
	return complaint.As(by.Dispute, dispute.Officer, "officer-1")
}

// referred is a complaint that lies with the firm; its letter was sent on the day of filing.
func (d *desk) referred(t *testing.T, key string, a intake.Answers) complaint.Access {
	t.Helper()
	_, by := d.file(t, key, a)
	d.do(t, d.officer(by), 0, dispute.Accept, dispute.BarWarningSeen)
	d.do(t, by, 0, dispute.ChooseInstitution, dispute.CostShown, dispute.ReceiverNamed)
	d.do(t, by, 1, dispute.GiveConsent, dispute.SeparateConsent)
	d.do(t, d.officer(by), 1, dispute.HandOver, dispute.DispatchKept)
	return by
}

// sweep lets every clock run out that is over.
func (d *desk) sweep(t *testing.T) {
	t.Helper()
	if _, err := d.SweepDue(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func happened(f complaint.File, e dispute.Event) (n int) {
	for _, x := range f.Timeline {
		if x.Event == e {
			n++
		}
	}
	return n
}

func leg(t *testing.T, f complaint.File, id int) dispute.Leg {
	t.Helper()
	l, ok := f.Case.Leg(id)
	if !ok {
		t.Fatalf("there is no leg %d", id)
	}
	return l
}

// The days of 2027 are announced nowhere yet: the clocks of these tests end in December 2026 unless a test says otherwise.
func TestSilenceMovesTheCase(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		d := open(t, db)
		by := d.referred(t, key, answers()) // on 1 December; taken as received on the 8th, so the 23rd is the last day
		if got := due(d.read(t, by), 1, dispute.FIDecide); got != "2026-12-23" {
			t.Fatalf("the firm has until %s", got)
		}
		end := time.Date(2026, 12, 24, 0, 0, 0, 0, locale.Shanghai)
		db.Clock.Move(end.Sub(db.Clock.Now()) - time.Second)
		d.sweep(t)
		if f := d.read(t, by); leg(t, f, 1).State != dispute.HandedOver {
			t.Fatalf("a second before its time is over the leg is %s", leg(t, f, 1).State)
		}
		db.Clock.Move(time.Second)
		d.sweep(t)
		f := d.read(t, by)
		if leg(t, f, 1).State != dispute.NoReply || f.Case.State != dispute.Between || due(f, 0, dispute.CouncilNextWait) == "" {
			t.Errorf("when its time is over the leg is %s, the case %s", leg(t, f, 1).State, f.Case.State)
		}
		last := f.Timeline[len(f.Timeline)-2]
		if last.Event != dispute.ReplyDue || last.Actor != dispute.Timer || last.Told == "" {
			t.Errorf("it says %+v", last)
		}
		// Twice is once; so is asking by hand.
		d.sweep(t)
		legs, err := d.Store.Dispute(t.Context(), by.Dispute)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := d.Fire(t.Context(), by.Dispute, legs.Legs[0].ID, dispute.FIDecide); err != nil || !again.IsZero() {
			t.Errorf("a clock that runs no longer: %v, %v", again, err)
		}
		if f := d.read(t, by); happened(f, dispute.ReplyDue) != 1 {
			t.Errorf("it happened %d times", happened(f, dispute.ReplyDue))
		}
		silences, err := d.Store.Silences(t.Context(), "2026-12", "2026-12")
		if err != nil || len(silences) != 1 || silences[0].Count != 1 {
			t.Errorf("counted: %v, %v", silences, err)
		}
		verified(t, d)
	})
}

func verified(t *testing.T, d *desk) {
	t.Helper()
	if a, err := d.Store.Verify(t.Context()); err != nil || len(a.Flaws) > 0 {
		t.Errorf("the audit: %v, %v", a.Flaws, err)
	}
}

// What counts is the day worked out anew, never the row.
func TestARowThatIsWrongMovesNothing(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	d := open(t, db)
	by := d.referred(t, key, answers())
	set := func(statement string, args ...any) {
		t.Helper()
		if err := d.Store.Write(t.Context(), func(tx *store.Tx) error { _, err := tx.Exec(statement, args...); return err }); err != nil {
			t.Fatal(err)
		}
	}
	set("UPDATE deadlines SET due_at = $1", db.Clock.Now().UTC().Add(-time.Hour))
	d.sweep(t)
	if f := d.read(t, by); leg(t, f, 1).State != dispute.HandedOver {
		t.Fatalf("by a row that is wrong the leg came to be %s", leg(t, f, 1).State)
	}
	// It is looked at again, and found when it is really over.
	db.Clock.Move(23 * 24 * time.Hour)
	d.sweep(t)
	if f := d.read(t, by); leg(t, f, 1).State != dispute.NoReply {
		t.Errorf("when it was over the leg was %s", leg(t, f, 1).State)
	}
}

func TestAClockThatIsSetBack(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	d := open(t, db)
	by := d.referred(t, key, answers())
	db.Clock.Move(23 * 24 * time.Hour)
	d.sweep(t)
	before := d.read(t, by)
	db.Clock.Move(-5 * 24 * time.Hour)
	for range 5 {
		d.sweep(t)
		db.Clock.Move(24 * time.Hour)
	}
	after := d.read(t, by)
	if len(after.Timeline) != len(before.Timeline) || after.Version != before.Version {
		t.Errorf("a clock that was set back made events: %d, then %d", len(before.Timeline), len(after.Timeline))
	}
	// Set back before anything was due, nothing is taken.
	other := d.referred(t, key+"2", answers())
	db.Clock.Move(-48 * time.Hour)
	d.sweep(t)
	if f := d.read(t, other); leg(t, f, 1).State != dispute.HandedOver {
		t.Error("set back, it is over")
	}
	verified(t, d)
}

// A process that stops in the middle, having taken what is due, and goes on after its lease has ended.
func TestAProcessThatSleepsOverItsLease(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		d := open(t, db)
		by := d.referred(t, key, answers())
		db.Clock.Move(23 * 24 * time.Hour)
		slept, err := d.Store.TakeDue(t.Context(), 50, 2*time.Minute)
		if err != nil || len(slept) != 1 {
			t.Fatalf("taken: %v, %v", slept, err)
		}
		d.sweep(t)
		if f := d.read(t, by); leg(t, f, 1).State != dispute.HandedOver {
			t.Fatal("what one has taken another took, too")
		}
		db.Clock.Move(2 * time.Minute)
		d.sweep(t)
		if f := d.read(t, by); leg(t, f, 1).State != dispute.NoReply {
			t.Fatal("what a dead process took came back to nobody")
		}
		// Now it wakes up and goes on with what it holds.
		if _, err := d.Fire(t.Context(), slept[0].Dispute, slept[0].Leg, dispute.Rule(slept[0].Clock)); err != nil {
			t.Error(err)
		}
		if err := d.Store.SettleDue(t.Context(), slept[0].ID); err != nil {
			t.Error(err)
		}
		f := d.read(t, by)
		if happened(f, dispute.ReplyDue) != 1 || due(f, 0, dispute.CouncilNextWait) == "" {
			t.Errorf("it happened %d times; she chooses until %q", happened(f, dispute.ReplyDue), due(f, 0, dispute.CouncilNextWait))
		}
	})
}

// Two servers on one database, many cases, both sweeping and firing at once: each case moves once.
func TestTwoServersFireOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		d := open(t, db)
		servers := []*desk{d, d}
		if db.Options.URL != "" { // SQLite is one process's
			other, err := store.Open(t.Context(), db.Options)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(other.Close)
			twin := *d.Service
			twin.Store = other
			servers[1] = &desk{&twin, db}
		}
		var cases []complaint.Access
		for i := range 6 {
			cases = append(cases, d.referred(t, fmt.Sprint(key, i), answers()))
		}
		db.Clock.Move(23 * 24 * time.Hour)
		kept, err := d.Store.Dispute(t.Context(), cases[0].Dispute)
		if err != nil {
			t.Fatal(err)
		}
		var group sync.WaitGroup
		for _, s := range servers {
			for range 3 {
				group.Go(func() {
					if _, err := s.SweepDue(t.Context()); err != nil {
						t.Error(err)
					}
				})
			}
			group.Go(func() { // beside the queue, as one that woke up
				if _, err := s.Fire(t.Context(), cases[0].Dispute, kept.Legs[0].ID, dispute.FIDecide); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		d.sweep(t)
		for i, by := range cases {
			f := d.read(t, by)
			if happened(f, dispute.ReplyDue) != 1 || leg(t, f, 1).State != dispute.NoReply {
				t.Errorf("case %d: %d times, and the leg is %s", i, happened(f, dispute.ReplyDue), leg(t, f, 1).State)
			}
		}
		verified(t, d)
	})
}

// As long as a day is provisional nothing is taken from anybody by it.
func TestAProvisionalDayTakesNothing(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	d := open(t, db)
	db.Clock.Move(20 * 24 * time.Hour) // 21 December: what the firm has ends in 2027, whose holidays nobody knows
	by := d.referred(t, key, answers())
	f := d.read(t, by)
	i := slices.IndexFunc(f.Deadlines, func(x complaint.Deadline) bool { return x.Clock.ID == string(dispute.FIDecide) })
	if i < 0 || !f.Deadlines[i].Provisional {
		t.Fatalf("the test needs a provisional day: %+v", f.Deadlines)
	}
	at := f.Deadlines[i].At()
	for _, days := range []int{0, 7, 13} {
		db.Clock.Move(at.AddDate(0, 0, days).Sub(db.Clock.Now()))
		d.sweep(t)
		if f := d.read(t, by); leg(t, f, 1).State != dispute.HandedOver {
			t.Fatalf("%d days after a provisional day the leg is %s", days, leg(t, f, 1).State)
		}
	}
	db.Clock.Move(24 * time.Hour)
	d.sweep(t)
	if f := d.read(t, by); leg(t, f, 1).State != dispute.NoReply {
		t.Errorf("it waits for ever: %s", leg(t, f, 1).State)
	}
}

// What the council owes does not wait: she hears that it is late.
func TestTheCouncilIsLate(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	d := open(t, db)
	_, by := d.file(t, key, answers())
	db.Clock.Move(11 * 24 * time.Hour)
	d.sweep(t)
	f := d.read(t, by)
	if happened(f, dispute.CouncilOverdue) != 1 || due(f, 0, dispute.CouncilLate) == "" || f.Case.State != dispute.Submitted {
		t.Errorf("%d times, next on %q, and it is %s", happened(f, dispute.CouncilOverdue), due(f, 0, dispute.CouncilLate), f.Case.State)
	}
}

// A case that cannot be read holds up nobody behind it.
func TestOneBrokenCaseHoldsUpNobody(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	d := open(t, db)
	broken, whole := d.referred(t, key, answers()), d.referred(t, key+"2", answers())
	if err := d.Store.Write(t.Context(), func(tx *store.Tx) error {
		_, err := tx.Exec("UPDATE events SET body = $1 WHERE dispute_id = $2 AND seq = 1", []byte("torn"), broken.Dispute)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	db.Clock.Move(23 * 24 * time.Hour)
	d.sweep(t)
	if f := d.read(t, whole); leg(t, f, 1).State != dispute.NoReply {
		t.Errorf("behind a broken case the leg is %s", leg(t, f, 1).State)
	}
	if got := db.Log.String(); got == "" {
		t.Error("nobody hears of it")
	}
	taken := func() int {
		list, err := d.Store.TakeDue(t.Context(), 50, time.Second)
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	if taken() != 0 {
		t.Error("it is tried again at once")
	}
	db.Clock.Move(2 * time.Minute)
	if taken() != 1 {
		t.Error("it is never tried again")
	}
}
