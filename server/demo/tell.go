package demo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"anxin/server/account"
	"anxin/server/complaint"
	"anxin/server/dispute"
	"anxin/server/locale"
	"anxin/server/workday"
)

// run tells all cases at once, in the order in which things happened.
type run struct {
	*complaint.Service
	accounts *account.Service
	clock    *Clock
	now      time.Time
	cases    []*telling
	firms    map[string]string       // names by id
	staff    map[account.Role]string // ids of the accounts
	handled  string                  // the one firm whose handler has an account
}

// telling is a case as far as it has been told.
type telling struct {
	Case
	n       int // the number of the person, by their first case
	next    time.Time
	done    int // steps
	id      string
	receipt complaint.Receipt
}

// begins is when a case is filed: on its day, some minutes from the others.
func (r *run) begins(c Case, i int) time.Time {
	day := workday.DateOf(r.now.In(locale.Shanghai)).AddDays(-c.Began)
	at := day.In(locale.Shanghai).Add(8*time.Hour + time.Duration(i*17%300)*time.Minute)
	return earlier(at, r.now)
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// all lets everything happen: to the cases, and between that the officer's rounds.
func (r *run) all(ctx context.Context) error {
	round := r.firstRound()
	for {
		var next *telling
		for _, t := range r.cases {
			if t.done <= len(t.Steps) && (next == nil || t.next.Before(next.next)) {
				next = t
			}
		}
		until := r.now
		if next != nil {
			until = next.next
		}
		for ; round.Before(until); round = r.nextRound(round) {
			r.clock.set(round)
			if err := r.round(ctx); err != nil {
				return fmt.Errorf("the desk at %s: %w", round.Format(time.DateTime), err)
			}
		}
		if next == nil {
			return nil
		}
		r.clock.set(next.next)
		if err := r.tell(ctx, next); err != nil {
			return fmt.Errorf("case %d, %s: %w", next.n, next.Person, err)
		}
	}
}

// tell lets the next thing happen to a case: its filing, or a step.
func (r *run) tell(ctx context.Context, t *telling) error {
	if t.id == "" {
		if err := r.file(ctx, t); err != nil {
			return err
		}
	} else if err := r.step(ctx, t, t.Steps[t.done-1]); err != nil {
		return fmt.Errorf("step %d: %w", t.done, err)
	}
	t.done++
	if t.done > len(t.Steps) {
		return nil
	}
	var err error
	t.next, err = r.when(ctx, t, t.Steps[t.done-1])
	return err
}

func (r *run) file(ctx context.Context, t *telling) (err error) {
	answers := t.answers(t.n, r.firms[t.Firm]+t.Named, workday.DateOf(r.clock.Now().In(locale.Shanghai)))
	if t.Told == "" {
		t.receipt, err = r.Submit(ctx, complaint.NewKey(), answers)
	} else { // an officer writes it down, and reads it back to her
		t.receipt, err = r.FileFor(ctx, r.officer(), complaint.NewKey(), t.Told, answers, true)
	}
	if err != nil {
		if wrong, ok := errors.AsType[*complaint.InvalidError](err); ok {
			return fmt.Errorf("its answers: %+v", wrong.Wrong)
		}
		return err
	}
	if t.id, err = r.ByNumber(ctx, t.receipt.Number); err != nil {
		return err
	}
	f, err := r.Read(ctx, complaint.As(t.id, dispute.Officer, r.staff[account.Officer]))
	if err != nil {
		return err
	}
	for _, p := range t.Files {
		if _, err := r.keep(ctx, access(f, dispute.Citizen, ""), p); err != nil {
			return err
		}
	}
	return nil
}

// keep hands in a file.
func (r *run) keep(ctx context.Context, by complaint.Access, p file) (complaint.Evidence, error) {
	data, err := paper(p.Kind)
	if err != nil {
		return complaint.Evidence{}, err
	}
	return r.AddEvidence(ctx, by, p.Name, p.Says, bytes.NewReader(data))
}

// when is the moment of a step: so many days after the one before, or when a clock has run out.
func (r *run) when(ctx context.Context, t *telling, s step) (time.Time, error) {
	before := r.clock.Now()
	if s.By == dispute.Timer {
		return r.runsOut(ctx, t, s.Event)
	}
	hour, err := time.Parse("15:04", s.At)
	if err != nil {
		return time.Time{}, err
	}
	works := func(d workday.Date) bool {
		return s.By != dispute.Officer && s.By != dispute.Handler || r.Policy.Calendar.Roll(d).Date == d
	}
	on := func(d workday.Date) time.Time {
		return d.In(locale.Shanghai).Add(time.Duration(hour.Hour())*time.Hour + time.Duration(hour.Minute())*time.Minute)
	}
	day := workday.DateOf(before.In(locale.Shanghai)).AddDays(s.Days)
	for !works(day) {
		day = day.AddDays(1)
	}
	for on(day).After(r.now) || !works(day) { // after holidays, or early in the day: it was earlier, at the same hour
		day = day.AddDays(-1)
	}
	if at := on(day); at.After(before) {
		return at, nil
	}
	return earlier(before.Add(5*time.Minute), r.now), nil
}

// runsOut is when the clock has run out whose end an event is.
func (r *run) runsOut(ctx context.Context, t *telling, event dispute.Event) (time.Time, error) {
	f, err := r.Read(ctx, complaint.As(t.id, dispute.Timer, ""))
	if err != nil {
		return time.Time{}, err
	}
	for _, d := range f.Deadlines {
		if e, ok := dispute.Expiry(f.Case, d.Leg, dispute.Rule(d.Clock.ID)); ok && e == event && !d.Due.IsZero() {
			if at := d.At().Add(5 * time.Minute); at.Before(r.now) {
				return at, nil
			}
			return time.Time{}, fmt.Errorf("%s runs until %s: begin the case earlier", d.Clock.ID, d.Due)
		}
	}
	return time.Time{}, fmt.Errorf("no clock runs that ends in %s", event)
}
