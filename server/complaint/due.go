package complaint

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"anxin/server/dispute"
	"anxin/server/fault"
	"anxin/server/store"
)

// A clock that has run out moves its case. The row that says so is only a hint to look: what counts is the day that is worked out
// anew from the case, by the rules and the calendar as they are now. So a row that is old, a process that slept over its lease, a
// clock that was set back or two servers that look at once do no harm: one of them finds the time over and the clock running,
// acts as [dispute.Timer] on the version it has read, and everybody else finds a clock that runs no longer.
//
// A day that is provisional (the holidays of its year are not announced) may turn out later than it looks. So as long as it is,
// nothing that takes something away follows of it: the case waits until the days are known, or as much longer as holidays could
// have moved it. What the council owes itself, and questions that take nothing away, do not wait.

const (
	sweepAtOnce = 50
	dueLease    = 2 * time.Minute
	// provisional is how much later a provisional day can turn out: the two longest holidays in one reckoning took eleven weekdays
	// and gave back four weekends.
	provisional = 14 * 24 * time.Hour
	// lookAgain is after what time a day is worked out again that was not over: the calendar or the rules may have changed.
	lookAgain = 6 * time.Hour
	// enoughReminders have to reach her before a case is closed for her silence (facts of package dispute: Reminded).
	enoughReminders = 2
)

// mild are the events of [dispute.Timer] by which nobody loses anything.
var mild = []dispute.Event{dispute.CouncilOverdue, dispute.PauseCheck, dispute.PerformDue}

// SweepDue lets the clocks run out that are over, and tells whether more may be waiting. What goes wrong with one case is logged
// and tried again later; the others go on.
func (s *Service) SweepDue(ctx context.Context) (more bool, err error) {
	list, err := s.Store.TakeDue(ctx, sweepAtOnce, dueLease)
	if err != nil {
		return false, err
	}
	for _, d := range list {
		if ctx.Err() != nil {
			return false, nil // the lease gives back what is left
		}
		if err := s.due(ctx, d); err != nil {
			s.Log.Error("a clock that ran out moved nothing", "dispute", d.Dispute, "clock", d.Clock, "attempt", d.Attempts, "error", err)
			if err := s.Store.PutOffDue(ctx, d.ID, s.Now().Add(backoff(d.Attempts))); err != nil {
				return false, err
			}
		}
	}
	return len(list) == sweepAtOnce, nil
}

// due looks at one deadline that was taken.
func (s *Service) due(ctx context.Context, d store.Due) error {
	again, err := s.safely(func() (time.Time, error) { return s.Fire(ctx, d.Dispute, d.Leg, dispute.Rule(d.Clock)) })
	switch {
	case err != nil:
		return err
	case again.IsZero():
		return s.Store.SettleDue(ctx, d.ID)
	}
	if soon := s.Now().Add(lookAgain); soon.Before(again) {
		again = soon
	}
	return s.Store.PutOffDue(ctx, d.ID, again)
}

// safely keeps a case that breaks the program from holding up those behind it.
func (s *Service) safely(fn func() (time.Time, error)) (at time.Time, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	return fn()
}

// backoff is how long what went wrong rests before its next try: a minute, then twice as long each time up to six hours, and
// somewhat different for each, so that they do not all come back at once.
func backoff(attempts int64) time.Duration {
	d := min(time.Minute<<min(max(attempts-1, 0), 9), lookAgain)
	return d + rand.N(d/4) //nolint:gosec // no secret
}

// Fire lets a clock of a dispute (leg "") or a leg run out, if it is over. again is when to look at it next where it is not over
// yet; zero where nothing more follows of it as it stands.
func (s *Service) Fire(ctx context.Context, id, leg string, rule dispute.Rule) (again time.Time, err error) {
	for range 4 {
		again, err = s.fire(ctx, id, leg, rule)
		if !errors.Is(err, store.ErrStale) {
			return again, err
		}
	}
	return time.Time{}, &fault.Error{Kind: fault.Unavailable, RetryAfter: 2 * time.Second, Err: errors.New("the case changes all the time")}
}

func (s *Service) fire(ctx context.Context, id, leg string, rule dispute.Rule) (again time.Time, err error) {
	d, err := s.Store.Dispute(ctx, id)
	if err != nil {
		return again, err
	}
	m, err := s.replay(ctx, d)
	if err != nil {
		return again, err
	}
	act := Act{Leg: legNumber(d, leg), Version: d.Version}
	running := m.running()
	i := slices.IndexFunc(running, func(r Deadline) bool { return r.Leg == act.Leg && r.Clock.ID == string(rule) })
	if i < 0 || running[i].Due.IsZero() {
		return again, nil // stopped since: what lets it run again writes another row
	}
	var follows bool
	if act.Event, follows = dispute.Expiry(m.c, act.Leg, rule); !follows {
		return again, nil
	}
	if over := running[i].over(act.Event); m.now.Before(over) {
		return over, nil
	}
	n, err := s.Store.Reached(ctx, id, leg, string(rule), running[i].Began)
	if err != nil {
		return again, err
	}
	if n >= enoughReminders {
		act.Facts = []dispute.Fact{dispute.Reminded}
	}
	return again, s.act(ctx, As(id, dispute.Timer, ""), act)
}

// over is from when on an event may follow of the clock.
func (d Deadline) over(e dispute.Event) time.Time {
	if d.Provisional && !slices.Contains(mild, e) {
		return d.At().Add(provisional)
	}
	return d.At()
}

// legNumber is the number of a leg in its case; 0 is the dispute itself.
func legNumber(d store.Dispute, id string) int {
	for _, l := range d.Legs {
		if l.ID == id {
			return int(l.Seq)
		}
	}
	return 0
}
