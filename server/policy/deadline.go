package policy

import (
	"fmt"
	"slices"
	"time"

	"anxin/server/locale"
	"anxin/server/workday"
)

// Kind is what happened to a running clock.
type Kind string

const (
	Start         Kind = "start"
	Extend        Kind = "extend"    // Total is the whole time after it
	Paused        Kind = "pause"     // from this day on nothing is counted,
	Resumed       Kind = "resume"    // up to the day before this one
	Interrupt     Kind = "interrupt" // the clock begins anew
	ObstacleStart Kind = "obstacle_start"
	ObstacleEnd   Kind = "obstacle_end"
)

// Kinds are all there are.
var Kinds = []Kind{Start, Extend, Paused, Resumed, Interrupt, ObstacleStart, ObstacleEnd}

// Event is one thing that happened. Its day is that of Shanghai.
type Event struct {
	Kind  Kind
	At    time.Time
	Total int // of [Extend], in the clock's unit or in that of the step, where it has another
}

// EventError is an event, or a clock, from which no date can be worked out. Index is the event's place in the list, -1
// for the list or the clock itself; Key is one of the Wrong constants.
type EventError struct {
	Index int
	Field string // event, at or total; events or rule where Index is -1
	Key   string
	Limit int // how long at most, or at least, for [WrongLong] and [WrongShort]
}

// What can be wrong.
const (
	WrongRule       = "rule"        // there is no such clock
	WrongLength     = "no_length"   // nobody could find out how long the clock is
	WrongStart      = "no_start"    // nothing began
	WrongTwice      = "twice"       // began twice, is suspended twice, is hindered twice
	WrongEarly      = "early"       // is before the start
	WrongEnd        = "no_begin"    // ends what did not begin
	WrongExtension  = "no_extend"   // this clock is never extended
	WrongLong       = "extend_long" // beyond what the rule allows
	WrongShort      = "extend_short"
	WrongPause      = "no_pause"    // this clock is never suspended
	WrongRestart    = "no_restart"  // this clock never begins anew
	WrongObstacle   = "no_obstacle" // obstacles do nothing to this clock
	WrongTotal      = "total"       // only an extension has one
	WrongEvent      = "event"       // no such kind
	WrongTime       = "at_range"    // so far away that no calendar holds
	WrongManyEvents = "many_events"
)

func (e *EventError) Error() string {
	if e.Index < 0 {
		return e.Field + ": " + e.Key
	}
	return fmt.Sprintf("events[%d].%s: %s", e.Index, e.Field, e.Key)
}

// Bounds on what is worked out, wider than any case. MostTotal also keeps an extension without bound within them.
const (
	MostEvents = 100
	MostTotal  = 1000
)

var (
	earliest = workday.NewDate(2000, time.January, 1)
	latest   = workday.NewDate(2099, time.December, 31)
)

// Deadline is a clock that runs, or has run.
type Deadline struct {
	Clock       *Clock
	Standing    Standing
	Due         workday.Date // the last day; none while the clock is stopped
	Stopped     Kind         // Paused or ObstacleStart while what began has not ended; empty otherwise
	Provisional bool         // on the way stands a day of which nothing was announced yet
	Steps       []Step       // how it came about
}

// At is the moment at which the last day ends: 24 o'clock in Shanghai (民法典 203). Zero while the clock is stopped.
func (d Deadline) At() time.Time {
	if d.Due.IsZero() {
		return time.Time{}
	}
	return d.Due.AddDays(1).In(locale.Shanghai)
}

// Step is one sentence of the explanation: the words under clock.step_<Key>, with names and values in turn. A value is a
// [workday.Date], a [Span], [library.Words], a [*Basis], a [*Clock] to be cited, or a [Word].
type Step struct {
	Key  string
	Args []any
}

// Word stands for the words of a key below clock.
type Word string

// Deadline works out until when somebody must have acted. Events may come in any order.
func (p *Policy) Deadline(id string, events []Event) (Deadline, error) {
	if !p.Has(id) {
		return Deadline{}, &EventError{-1, "rule", WrongRule, 0}
	}
	began := slices.IndexFunc(events, func(e Event) bool { return e.Kind == Start })
	if began < 0 {
		return Deadline{}, &EventError{-1, "events", WrongStart, 0}
	}
	clock, _ := p.Clock(id, dayIn(events[began].At))
	return clock.Deadline(p.Calendar, events)
}

// Deadline works out the last day of this state of the rule.
func (c *Clock) Deadline(calendar *workday.Calendar, events []Event) (Deadline, error) {
	if c.Length == 0 {
		return Deadline{}, &EventError{-1, "rule", WrongLength, 0}
	}
	if len(events) > MostEvents {
		return Deadline{}, &EventError{-1, "events", WrongManyEvents, MostEvents}
	}
	r := &run{clock: c, calendar: calendar, length: Span{c.Length, c.Unit}}
	for _, i := range inOrder(events) {
		if key, field, limit := r.take(events[i]); key != "" {
			return Deadline{}, &EventError{i, field, key, limit}
		}
	}
	if r.base.IsZero() {
		return Deadline{}, &EventError{-1, "events", WrongStart, 0}
	}
	return r.deadline(), nil
}

func dayIn(t time.Time) workday.Date { return workday.DateOf(t.In(locale.Shanghai)) }

// inOrder are the places of the events in the order of time; of two at the same moment the start comes first.
func inOrder(events []Event) []int {
	order := make([]int, len(events))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int {
		if n := events[i].At.Compare(events[j].At); n != 0 {
			return n
		}
		return rank(events[i].Kind) - rank(events[j].Kind)
	})
	return order
}

func rank(k Kind) int {
	if k == Start {
		return 0
	}
	return 1
}

// stretch is the days [from, to). One that has not ended has no to.
type stretch struct{ from, to workday.Date }

func (s stretch) open() bool { return s.to.IsZero() }

func (s stretch) holds(d workday.Date) bool {
	return !d.Before(s.from) && (s.open() || d.Before(s.to))
}

// run is a clock while its events are gone through.
type run struct {
	clock     *Clock
	calendar  *workday.Calendar
	start     workday.Date
	base      workday.Date // the day that is not counted: of the start, or of what began anew
	length    Span
	pauses    []stretch
	obstacles []stretch
	steps     []Step // of the events
}

// take goes on by one event; key is what is wrong with it.
func (r *run) take(e Event) (key, field string, limit int) {
	day := dayIn(e.At)
	switch {
	case !slices.Contains(Kinds, e.Kind):
		return WrongEvent, "event", 0
	case day.Before(earliest) || day.After(latest):
		return WrongTime, "at", 0
	case e.Total != 0 && e.Kind != Extend:
		return WrongTotal, "total", 0
	case e.Kind == Start && !r.base.IsZero():
		return WrongTwice, "event", 0
	case e.Kind != Start && r.base.IsZero():
		return WrongEarly, "at", 0
	}
	switch e.Kind {
	case Start:
		r.start, r.base = day, day
	case Extend:
		return r.extend(e.Total, day)
	case Paused, Resumed:
		if len(r.clock.Pause) == 0 {
			return WrongPause, "event", 0
		}
		if key := bracket(&r.pauses, e.Kind == Paused, day); key != "" {
			return key, "event", 0
		}
		r.sayPause(r.pauses[len(r.pauses)-1])
	case ObstacleStart, ObstacleEnd:
		if r.clock.Obstacle.N == 0 {
			return WrongObstacle, "event", 0
		}
		return bracket(&r.obstacles, e.Kind == ObstacleStart, day), "event", 0
	case Interrupt:
		if r.clock.Restart == "" {
			return WrongRestart, "event", 0
		}
		if r.over(day) {
			r.say("late_restart", "date", day)
			break
		}
		r.base, r.length = day, Span{r.clock.Length, r.clock.Unit}
		r.say("restart_"+r.clock.Restart, "date", day, "span", r.length)
	}
	return "", "", 0
}

// bracket begins a stretch or ends the last one; the key says what is wrong.
func bracket(list *[]stretch, begins bool, day workday.Date) (key string) {
	last := len(*list) - 1
	open := last >= 0 && (*list)[last].open()
	switch {
	case begins && open:
		return WrongTwice
	case !begins && !open:
		return WrongEnd
	case begins:
		*list = append(*list, stretch{from: day})
	default:
		(*list)[last].to = day
	}
	return ""
}

// extend makes the whole time total, by the first step of the rule that reaches so far.
func (r *run) extend(total int, day workday.Date) (key, field string, limit int) {
	if len(r.clock.Extend) == 0 {
		return WrongExtension, "event", 0
	}
	at := slices.IndexFunc(r.clock.Extend, func(e Extension) bool { return e.To == 0 || total <= e.To })
	if at < 0 {
		return WrongLong, "total", r.clock.Extend[len(r.clock.Extend)-1].To
	}
	if total > MostTotal {
		return WrongLong, "total", MostTotal
	}
	step := r.clock.Extend[at]
	to := step.Span(r.clock)
	least := r.clock.Length + 1
	if to.Unit != r.clock.Unit {
		least = to.N // another unit cannot be compared: it is this time or none
	}
	if total < least {
		return WrongShort, "total", least
	}
	to.N = total
	if r.over(day) {
		r.say("late_extend", "date", day)
		return "", "", 0
	}
	r.length = to
	r.say("extend", "date", day, "span", to)
	if step.By != "firm" {
		r.say("by_"+step.By, "span", to)
	}
	return "", "", 0
}

// over tells whether the time had run out before that day: what comes later changes nothing.
func (r *run) over(day workday.Date) bool {
	e := r.end()
	return e.stopped == "" && e.due.Before(day)
}

// ending is what the events so far lead to.
type ending struct {
	counted     workday.Date // the day at which the counting ends
	due         workday.Date // after it was moved off a day off
	hindered    []stretch    // obstacles that lengthened the time
	stopped     Kind
	provisional bool
}

func (r *run) end() ending {
	e := r.count(r.base, r.length)
	if e.stopped != "" {
		return e
	}
	var hindered []stretch
	for _, o := range r.obstacles {
		if !o.open() && !o.to.After(r.base) || o.from.After(e.due) {
			continue
		}
		if o.open() {
			return ending{stopped: ObstacleStart}
		}
		// Only what hinders within the last months counts, and then gives all of them again (民法典 194).
		if o.to.After(back(e.counted, r.clock.Obstacle)) && o.to.After(o.from) {
			hindered = append(hindered, o)
			e = r.count(o.to, r.clock.Obstacle)
		}
	}
	e.hindered = hindered
	return e
}

// count goes from a day that is not counted to the end of a span.
func (r *run) count(base workday.Date, s Span) ending {
	var e ending
	if s.Unit == Work {
		e = r.countWork(base, s.N)
	} else {
		e = r.countDays(base, s)
	}
	if e.stopped != "" {
		return e
	}
	e.due = e.counted
	if r.clock.Rolls == nil {
		return e
	}
	for {
		e.provisional = e.provisional || !r.calendar.Knows(e.due)
		if p, paused := r.pause(e.due); paused {
			if p.open() {
				return ending{stopped: Paused}
			}
			e.due = p.to
			continue
		}
		if r.calendar.Works(e.due) {
			return e
		}
		e.due = e.due.AddDays(1)
	}
}

func (r *run) countWork(base workday.Date, n int) ending {
	e := ending{counted: base}
	for n > 0 {
		e.counted = e.counted.AddDays(1)
		if p, paused := r.pause(e.counted); paused {
			if p.open() {
				return ending{stopped: Paused}
			}
			e.counted = p.to.AddDays(-1)
			continue
		}
		e.provisional = e.provisional || !r.calendar.Knows(e.counted)
		if r.calendar.Works(e.counted) {
			n--
		}
	}
	return e
}

// countDays lengthens the span by every day of a pause that falls into it.
func (r *run) countDays(base workday.Date, s Span) ending {
	plain := after(base, s)
	counted := plain
	for {
		lost := 0
		for _, p := range r.pauses {
			first := later(p.from, base.AddDays(1))
			if first.After(counted) {
				continue
			}
			if p.open() {
				return ending{stopped: Paused}
			}
			lost += max(p.to.DaysSince(first), 0)
		}
		if next := plain.AddDays(lost); next != counted {
			counted = next
			continue
		}
		return ending{counted: counted}
	}
}

func (r *run) pause(d workday.Date) (stretch, bool) {
	for _, p := range r.pauses {
		if p.holds(d) {
			return p, true
		}
	}
	return stretch{}, false
}

func after(d workday.Date, s Span) workday.Date {
	switch s.Unit {
	case Month:
		return d.AddMonths(s.N)
	case Year:
		return d.AddMonths(12 * s.N)
	}
	return d.AddDays(s.N)
}

func back(d workday.Date, s Span) workday.Date { return after(d, Span{-s.N, s.Unit}) }

func later(a, b workday.Date) workday.Date {
	if a.After(b) {
		return a
	}
	return b
}

// deadline closes the run: the end with its explanation.
func (r *run) deadline() Deadline {
	e := r.end()
	d := Deadline{Clock: r.clock, Standing: r.clock.Standing(r.start), Due: e.due, Stopped: e.stopped, Provisional: e.provisional}
	d.Steps = r.explain(d.Standing, e)
	return d
}
