package demo

import (
	"context"
	"slices"
	"time"

	"anxin/server/complaint"
	"anxin/server/dispute"
	"anxin/server/locale"
	"anxin/server/workday"
)

// What happens between the cases: on each working day the officer looks twice at the list of whom to call and makes the calls, and
// what reminds by itself reminds. So the list at the end is no longer than that of a house where somebody works.

// rounds are when, in Shanghai: in the morning, and in the evening for those who are called then.
var rounds = []time.Duration{10*time.Hour + 30*time.Minute, 18*time.Hour + 10*time.Minute}

// What becomes of the calls of a case after the last thing that its council tells her, so that some wait.
const (
	waits    = "waits"
	noAnswer = "no_answer" // it was tried, and tried again
	tried    = 3           // times, at most
)

func (r *run) firstRound() time.Time {
	return r.nextRound(r.clock.Now())
}

// nextRound is the first after a time.
func (r *run) nextRound(after time.Time) time.Time {
	for day := workday.DateOf(after.In(locale.Shanghai)); ; day = day.AddDays(1) {
		if r.Policy.Calendar.Roll(day).Date != day {
			continue
		}
		for _, at := range rounds {
			if t := day.In(locale.Shanghai).Add(at); t.After(after) {
				return t
			}
		}
	}
}

// told tells that the council has nothing more to tell her.
func (t *telling) told() bool {
	return !slices.ContainsFunc(t.Steps[t.done-1:], func(s step) bool { return s.By != dispute.Citizen && s.By != dispute.Helper })
}

// round is one of them.
func (r *run) round(ctx context.Context) error {
	for _, sweep := range []func(context.Context) (bool, error){r.SweepReminders, r.SweepSurveys} {
		for more := true; more; {
			var err error
			if more, err = sweep(ctx); err != nil {
				return err
			}
		}
	}
	list, _, err := r.Calls(ctx, r.officer(), 0, complaint.MostCalls)
	if err != nil {
		return err
	}
	for _, c := range list {
		i := slices.IndexFunc(r.cases, func(t *telling) bool { return t.id == c.Dispute })
		if c.From.After(r.clock.Now()) || i < 0 {
			continue
		}
		outcome := complaint.Reached
		if t := r.cases[i]; t.Call != "" && t.told() {
			if t.Call == waits || c.Tries >= tried {
				continue
			}
			outcome = complaint.NoAnswer
		}
		if err := r.Called(ctx, r.officer(), c.ID, outcome); err != nil {
			return err
		}
	}
	return nil
}
