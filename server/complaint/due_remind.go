package complaint

import (
	"context"
	"slices"
	"time"

	"anxin/server/dispute"
	"anxin/server/locale"
	"anxin/server/notify"
	"anxin/server/policy"
	"anxin/server/store"
)

// Reminders are a schedule beside the tables: at half and at four fifths of a clock, on the day before its last and on the last
// itself (facts/workflow.md 1.5), and of the time for going to court ninety, thirty and seven days before its end. Nobody is woken
// by one. Each is kept by the run of the clock it belongs to, so that it is given once.
//
// She is told by a notice. What the council or a firm has to keep stands noted and in the council's queue: a firm is not written
// to for every mark.

// Marks at which somebody is reminded.
const (
	Half    = "half"
	Most    = "most" // four fifths
	Quarter = "days_90"
	Month   = "days_30"
	Week    = "days_7"
	DayPrev = "before"
	LastDay = "last"
)

const (
	notBefore = 8  // o'clock in Shanghai
	notAfter  = 21 // quiet from then on
	morning   = 9  // when one is reminded of a day

	remindLease = 10 * time.Minute
)

type mark struct {
	name string
	at   time.Time
}

// awake is the time itself or, at night, the next morning.
func awake(t time.Time) time.Time {
	l := t.In(locale.Shanghai)
	day := time.Date(l.Year(), l.Month(), l.Day(), notBefore, 0, 0, 0, locale.Shanghai)
	switch {
	case l.Hour() < notBefore:
		return day
	case l.Hour() >= notAfter:
		return day.AddDate(0, 0, 1)
	}
	return t
}

// marks are when somebody is reminded of a clock, in turn. Those that fall before it began or on a day that has a later one are
// left out, so that a short clock does not say everything at once.
func (d Deadline) marks() []mark {
	if d.Due.IsZero() {
		return nil
	}
	days := func(name string, before int) mark {
		return mark{name, d.Due.AddDays(-before).In(locale.Shanghai).Add(morning * time.Hour)}
	}
	whole := d.At().Sub(d.Began)
	list := []mark{{Half, awake(d.Began.Add(whole / 2))}, {Most, awake(d.Began.Add(whole / 5 * 4))}, days(DayPrev, 1), days(LastDay, 0)}
	if d.Clock.Unit == policy.Year {
		list = []mark{days(Quarter, 90), days(Month, 30), days(Week, 7), days(DayPrev, 1), days(LastDay, 0)}
	}
	slices.SortStableFunc(list, func(a, b mark) int { return a.at.Compare(b.at) })
	var kept []mark
	for i, m := range list {
		if m.at.After(d.Began) && (i == len(list)-1 || today(m.at) != today(list[i+1].at)) {
			kept = append(kept, m)
		}
	}
	return kept
}

// next is the first mark after a time; zero where there is none.
func (d Deadline) next(now time.Time) time.Time {
	for _, m := range d.marks() {
		if m.at.After(now) {
			return m.at
		}
	}
	return time.Time{}
}

// reminds tells whether anybody needs to be reminded of the clock: of what limits her going to court not where that is no question
// any more.
func (m *move) reminds(d Deadline) bool {
	settled := []dispute.State{dispute.Resolved, dispute.SubJudice, dispute.Duplicate}
	return !dispute.Rule(d.Clock.ID).RunsByLaw() || !slices.Contains(settled, m.c.State)
}

// SweepReminders reminds those who must act, and tells whether more may be waiting.
func (s *Service) SweepReminders(ctx context.Context) (more bool, err error) {
	list, err := s.Store.TakeRemindable(ctx, sweepAtOnce, remindLease)
	if err != nil {
		return false, err
	}
	for _, id := range list {
		if ctx.Err() != nil {
			return false, nil
		}
		if _, err := s.safely(func() (time.Time, error) { return time.Time{}, s.Remind(ctx, id) }); err != nil {
			s.Log.Error("nobody was reminded", "dispute", id, "error", err)
		}
	}
	return len(list) == sweepAtOnce, nil
}

// Remind gives the reminders of a dispute that are due, and notes when to look again. Of several marks that were missed the last
// is told.
func (s *Service) Remind(ctx context.Context, id string) error {
	d, err := s.Store.Dispute(ctx, id)
	if err != nil {
		return err
	}
	m, err := s.replay(ctx, d)
	if err != nil {
		return err
	}
	ids, _ := m.legs(d)
	var list []store.Reminder
	var looks []store.Look
	for _, r := range m.running() {
		if r.Due.IsZero() {
			continue
		}
		look := store.Look{Leg: ids[r.Leg], Clock: r.Clock.ID}
		if m.reminds(r) {
			look.At = r.next(m.now)
			reminders, err := s.reminders(d, m, r, ids[r.Leg])
			if err != nil {
				return err
			}
			list = append(list, reminders...)
		}
		looks = append(looks, look)
	}
	_, err = s.Store.Remind(ctx, id, list, looks)
	return err
}

// reminders are those of a clock whose time has come.
func (s *Service) reminders(d store.Dispute, m *move, r Deadline, leg string) ([]store.Reminder, error) {
	var list []store.Reminder
	for _, k := range r.marks() {
		if !k.at.After(m.now) {
			list = append(list, store.Reminder{Leg: leg, Clock: r.Clock.ID, BeganAt: r.Began, DueAt: r.At(), Mark: k.name})
		}
	}
	at := awake(m.now)
	if len(list) == 0 || r.Clock.Keeper != "citizen" || !at.Before(r.At()) {
		return list, nil
	}
	last := &list[len(list)-1]
	var err error
	last.Deliveries, err = s.reminderDeliveries(d, notify.Reminder, noticeBody{Leg: r.Leg, Clock: r.Clock.ID, Mark: last.Mark, Due: r.Due.String()}, at)
	return list, err
}

// Survey is the clock of the question whether it is solved, asked some days after a case was closed.
const Survey = "survey"

// surveyed are the ends after which she is asked, and the days after which.
var (
	surveyed = []string{string(dispute.Resolved), string(dispute.PartResolved), string(dispute.Unresolved)}
	surveys  = []struct {
		mark string
		days int
	}{{"days_7", 7}, {"days_28", 28}}
)

// surveyLate is how long after its day she is still asked: who slept over it does not ask about old matters.
const surveyLate = 14

// SweepSurveys asks those whose case was closed a while ago whether it is solved.
func (s *Service) SweepSurveys(ctx context.Context) (more bool, err error) {
	now := s.Now()
	if awake(now) != now {
		return false, nil
	}
	for _, q := range surveys {
		list, err := s.Store.Unasked(ctx, Survey, q.mark, now.AddDate(0, 0, -q.days-surveyLate), now.AddDate(0, 0, -q.days), sweepAtOnce, surveyed...)
		if err != nil {
			return false, err
		}
		for _, id := range list {
			if err := s.ask(ctx, id, q.mark, q.days); err != nil {
				s.Log.Error("nobody was asked whether it is solved", "dispute", id, "error", err)
			}
		}
		more = more || len(list) == sweepAtOnce
	}
	return more, nil
}

func (s *Service) ask(ctx context.Context, id, mark string, days int) error {
	d, err := s.Store.Dispute(ctx, id)
	if err != nil || d.ClosedAt.IsZero() {
		return err
	}
	r := store.Reminder{Clock: Survey, BeganAt: d.ClosedAt, DueAt: d.ClosedAt.AddDate(0, 0, days), Mark: mark}
	said, err := s.answered(ctx, id)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(said, func(a Surveyed) bool { return a.ClosedAt.Equal(d.ClosedAt) && a.Answer != Unsure }) {
		_, err = s.Store.Remind(ctx, id, []store.Reminder{r}, nil) // she has said it: it only stands noted
		return err
	}
	if r.Deliveries, err = s.reminderDeliveries(d, notify.Survey, noticeBody{Clock: Survey, Mark: mark}, s.Now()); err != nil {
		return err
	}
	_, err = s.Store.Remind(ctx, id, []store.Reminder{r}, nil)
	return err
}
