package complaint_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"anxin/server/complaint"
	"anxin/server/dispute"
	"anxin/server/locale"
	"anxin/server/notify"
	"anxin/server/store"
	"anxin/server/store/storetest"
)

// told lists the notices of a kind that lie in an inbox, and the calls by which they are told.
func (d *desk) told(t *testing.T, notice string) (list []string) { return d.sent(t, notice, "inbox") }

func (d *desk) sent(t *testing.T, notice, channel string) (list []string) {
	t.Helper()
	if err := d.Store.Read(t.Context(), func(tx *store.Tx) error {
		return tx.Query("SELECT channel, next_attempt_at FROM deliveries WHERE notice = $1 AND channel = $2 ORDER BY next_attempt_at, id", []any{notice, channel}, func(scan func(...any) error) error {
			var channel string
			var at time.Time
			err := scan(&channel, &at)
			list = append(list, channel+" "+at.In(locale.Shanghai).Format("01-02 15:04"))
			return err
		})
	}); err != nil {
		t.Fatal(err)
	}
	return list
}

func (d *desk) remind(t *testing.T) {
	t.Helper()
	if _, err := d.SweepReminders(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func (d *desk) marks(t *testing.T, by complaint.Access, rule dispute.Rule) (list []string) {
	t.Helper()
	reminders, err := d.Store.Reminders(t.Context(), by.Dispute)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range reminders {
		if r.Clock == string(rule) {
			list = append(list, r.Mark)
		}
	}
	return list
}

// asked is a complaint of which something is missing: she has until 15 December.
func (d *desk) asked(t *testing.T, key string) complaint.Access {
	t.Helper()
	_, by := d.file(t, key, answers())
	d.do(t, d.officer(by), 0, dispute.AskInfo, dispute.MissingListed)
	return by
}

func TestSheIsRemindedInTurn(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		d := open(t, db)
		by := d.asked(t, key)
		if got := due(d.read(t, by), 0, dispute.CouncilInfoWait); got != "2026-12-15" {
			t.Fatalf("she has until %s", got)
		}
		for range 15 * 24 * 2 {
			db.Clock.Move(30 * time.Minute)
			d.remind(t)
			d.remind(t)
		}
		if got, want := d.marks(t, by, dispute.CouncilInfoWait), []string{"half", "most", "before", "last"}; !slices.Equal(got, want) {
			t.Errorf("reminded at %v, not %v", got, want)
		}
		got := d.told(t, "reminder")
		if len(got) != 4 || !strings.HasPrefix(got[2], "inbox 12-14 09:") || !strings.HasPrefix(got[3], "inbox 12-15 09:") {
			t.Errorf("told %v", got)
		}
		calls := d.sent(t, "reminder", "call")
		if len(calls) != 4 {
			t.Errorf("called %v", calls)
		}
		for _, line := range append(got, calls...) {
			if h := line[strings.LastIndexByte(line, ' ')+1:][:2]; h < "08" || h >= "21" {
				t.Errorf("told at night: %s", line)
			}
		}
		unflawed(t, d)
	})
}

// Nobody is written to for what the council or a firm has to keep, but it stands noted.
func TestWhatOthersKeepStandsNoted(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	d := open(t, db)
	by := d.referred(t, key, answers())
	for range 23 {
		db.Clock.Move(24 * time.Hour)
		d.remind(t)
	}
	if got, want := d.marks(t, by, dispute.FIDecide), []string{"half", "most", "before", "last"}; !slices.Equal(got, want) {
		t.Errorf("noted %v, not %v", got, want)
	}
	if got := d.told(t, "reminder"); len(got) != 0 {
		t.Errorf("somebody was told: %v", got)
	}
}

// Who slept over several marks tells the last of them, and not at night.
func TestMissedMarksAreToldAsOne(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	d := open(t, db)
	by := d.asked(t, key)
	db.Clock.Move(time.Date(2026, 12, 13, 23, 0, 0, 0, locale.Shanghai).Sub(db.Clock.Now()))
	d.remind(t)
	got := d.marks(t, by, dispute.CouncilInfoWait)
	slices.Sort(got)
	if want := []string{"half", "most"}; !slices.Equal(got, want) {
		t.Errorf("reminded at %v, not %v", got, want)
	}
	if got := d.told(t, "reminder"); len(got) != 1 || got[0] != "inbox 12-14 08:00" {
		t.Errorf("told %v", got)
	}
}

// A clock that is set back, or a sweep that dies before it noted when to look again, reminds nobody twice.
func TestNobodyIsRemindedTwice(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	d := open(t, db)
	by := d.asked(t, key)
	db.Clock.Move(8 * 24 * time.Hour)
	if list, err := d.Store.TakeRemindable(t.Context(), 50, 10*time.Minute); err != nil || len(list) != 1 {
		t.Fatalf("taken: %v, %v", list, err)
	}
	d.remind(t)
	if got := d.told(t, "reminder"); len(got) != 0 {
		t.Fatalf("what one has taken another took, too: %v", got)
	}
	db.Clock.Move(10 * time.Minute)
	d.remind(t)
	if err := d.Remind(t.Context(), by.Dispute); err != nil {
		t.Fatal(err)
	}
	db.Clock.Move(-2 * time.Hour)
	if err := d.Remind(t.Context(), by.Dispute); err != nil {
		t.Fatal(err)
	}
	if got := d.told(t, "reminder"); len(got) != 1 {
		t.Errorf("told %v", got)
	}
	unflawed(t, d)
}

// A case is closed for her silence only when two reminders have reached her by another way than a page nobody told her to open.
func TestNobodyIsShutOutUnreached(t *testing.T) {
	t.Parallel()
	for reached := range 3 {
		t.Run(fmt.Sprint(reached), func(t *testing.T) {
			t.Parallel()
			db := storetest.Open(t)
			d := open(t, db)
			by := d.asked(t, key)
			for range 14 {
				db.Clock.Move(24 * time.Hour)
				d.remind(t)
			}
			// All lie in her file; so many calls have found her.
			if err := d.Store.Write(t.Context(), func(tx *store.Tx) error {
				_, err := tx.Exec(`UPDATE deliveries SET delivered_at = $1 WHERE id IN
					(SELECT id FROM deliveries WHERE notice = 'reminder' AND channel = 'call' ORDER BY next_attempt_at LIMIT $2)`, tx.Now(), reached)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			db.Clock.Move(36 * time.Hour)
			d.sweep(t)
			f := d.read(t, by)
			want := dispute.NeedsInfo
			if reached == 2 {
				want = dispute.Expired
			}
			if f.Case.State != want || happened(f, dispute.InfoLapse) != 1 {
				t.Errorf("it is %s after %d, not %s", f.Case.State, happened(f, dispute.InfoLapse), want)
			}
			if want == dispute.NeedsInfo && due(f, 0, dispute.CouncilInfoWait) != "2026-12-30" {
				t.Errorf("the time begins anew and ends on %s", due(f, 0, dispute.CouncilInfoWait))
			}
		})
	}
}

func TestAskedWhetherItIsSolved(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		d := open(t, db)
		_, by := d.file(t, key, answers())
		_, out := d.file(t, key+"2", answers())
		d.do(t, by, 0, dispute.Solve)
		d.do(t, out, 0, dispute.Withdraw, dispute.ConsequencesShown)
		ask := func() int {
			t.Helper()
			if _, err := d.SweepSurveys(t.Context()); err != nil {
				t.Fatal(err)
			}
			return len(d.told(t, "survey"))
		}
		for _, step := range []struct {
			move time.Duration
			want int
		}{{6 * 24 * time.Hour, 0}, {24 * time.Hour, 1}, {24 * time.Hour, 1}, {19 * 24 * time.Hour, 1}, {24 * time.Hour, 2}, {24 * time.Hour, 2}} {
			db.Clock.Move(step.move)
			if got := ask(); got != step.want {
				t.Errorf("on %s asked %d times, not %d", db.Clock.Now().Format("01-02"), got, step.want)
			}
		}
		unflawed(t, d)
	})
}

// Who has done what was asked is reminded of it no more: neither in her inbox nor by a call that somebody was still to make. What was
// told stands where all copies stand.
func TestWhatIsDoneIsRemindedNoMore(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		d := open(t, db)
		by := d.asked(t, key)
		d.forget(t)
		db.Clock.Move(8 * 24 * time.Hour)
		d.remind(t)
		reminders := func() (n int) {
			for _, notice := range d.read(t, by).Notices {
				if notice.Kind == notify.Reminder {
					n++
				}
			}
			return n
		}
		waiting := func() (n int) {
			for _, c := range d.copies(t) {
				if c == "reminder call" {
					n++
				}
			}
			return n
		}
		if reminders() != 1 || waiting() != 1 {
			t.Fatalf("reminded, her inbox has %d and %d calls wait", reminders(), waiting())
		}
		if err := d.Say(t.Context(), by, "我在找。"); err != nil {
			t.Fatal(err)
		}
		if reminders() != 1 || waiting() != 1 {
			t.Errorf("having only written, her inbox has %d and %d calls wait", reminders(), waiting())
		}
		if err := d.Do(t.Context(), by, complaint.Act{Event: dispute.Supply, Text: "合同号在第三页。"}); err != nil {
			t.Fatal(err)
		}
		if reminders() != 0 || waiting() != 0 {
			t.Errorf("having answered, her inbox has %d and %d calls wait", reminders(), waiting())
		}
		var overtaken, seen int
		for _, c := range d.read(t, by).Copies {
			switch {
			case c.Kind == notify.Reminder && c.Overtaken:
				overtaken++
			case c.Kind == notify.Reminder:
				seen++
			}
		}
		if overtaken != 1 || seen != 1 {
			t.Errorf("of what was told stand %d overtaken and %d others", overtaken, seen)
		}
		verified(t, d)
	})
}
