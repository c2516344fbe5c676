package demo

import (
	"context"
	"fmt"
	"time"

	"anxin/server/account"
	"anxin/server/complaint"
	"anxin/server/dispute"
	"anxin/server/locale"
	"anxin/server/workday"
)

// What an officer does beside what moves a case: she tells those who have no e-mail, and sends letters; and what comes to her desk.

func (r *run) officer() complaint.Staff {
	return complaint.Staff{ID: r.staff[account.Officer], Actor: dispute.Officer}
}

// callsAt is when she makes the calls of the day.
const callsAt = 17 * time.Hour

// call makes the calls that had come up by the end of the last day before the next thing happens. Those of the last two days are
// left: a list with nothing on it shows nobody how one calls.
func (r *run) call(ctx context.Context, next time.Time) error {
	day := workday.DateOf(next.In(locale.Shanghai)).AddDays(-1)
	at := day.In(locale.Shanghai).Add(callsAt)
	if !at.After(r.clock.Now()) || !at.Before(r.now.AddDate(0, 0, -2)) || r.Policy.Calendar.Roll(day).Date != day {
		return nil
	}
	r.clock.set(at)
	list, err := r.Calls(ctx, r.officer())
	if err != nil {
		return fmt.Errorf("list calls: %w", err)
	}
	for _, c := range list {
		if c.From.After(at) {
			continue
		}
		if err := r.Called(ctx, r.officer(), c.ID, complaint.Reached); err != nil {
			return fmt.Errorf("make a call: %w", err)
		}
	}
	return nil
}

// post sends the letter that lies drafted, which hands the case over to a firm without an account.
func (r *run) post(ctx context.Context, t *telling, way string) error {
	letters, err := r.LettersOf(ctx, r.officer(), t.id)
	if err != nil {
		return err
	}
	for _, l := range letters {
		if l.SentOn == "" && l.Kind == complaint.HandOverLetter {
			return r.SentLetter(ctx, r.officer(), l.ID, way, r.clock.Now())
		}
	}
	return fmt.Errorf("no letter lies drafted for %s", t.Person)
}

// lost lets those ask for a new code who lost theirs.
func (r *run) lost(ctx context.Context) error {
	for _, t := range r.cases {
		if !t.Lost {
			continue
		}
		if err := r.RequestCode(ctx, "192.0.2.1", t.receipt.Number, t.Person, phone(t.n)); err != nil {
			return fmt.Errorf("ask for a new code: %w", err)
		}
	}
	return nil
}
