package dispute

import (
	"errors"
	"fmt"
	"slices"
)

// Check reads both tables as the server starts, with the ids of the clocks that the policy has, and lists everything that
// would leave somebody waiting: a state without owner, clock, entry or exit, an event nothing leads to, a transition
// that names what does not exist, a clock that no transition and no door names.
func Check(policy []Rule) error {
	errs := slices.Concat(Disputes.check(Draft), Legs.check(None), checkBetween(Disputes, Legs), checkPolicy(policy))
	return errors.Join(errs...)
}

// Rules are the clocks that the tables name, without those of the doors.
func Rules() []Rule {
	var list []Rule
	add := func(r Rule) {
		if r != "" && !slices.Contains(list, r) {
			list = append(list, r)
		}
	}
	for _, t := range []*Table{Disputes, Legs} {
		for _, row := range t.Rows {
			for _, tick := range row.Clocks {
				add(tick.Rule)
				if tick.Since == AssumedReceipt {
					add(CouncilReceipt)
				}
			}
		}
	}
	return list
}

func checkPolicy(policy []Rule) []error {
	var errs []error
	named := slices.Concat(Rules(), elsewhere)
	for _, d := range Doors {
		named = append(named, d.Rules...)
	}
	for _, r := range named {
		if !slices.Contains(policy, r) {
			errs = append(errs, fmt.Errorf("the policy has no clock %s", r))
		}
	}
	for _, r := range policy {
		if !slices.Contains(named, r) {
			errs = append(errs, fmt.Errorf("clock %s of the policy: no transition and no door names it", r))
		}
	}
	return errs
}

func (t *Table) check(begin State) []error {
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf(t.Name+" "+format, args...)) }
	reached, running := t.reach(begin), t.mayRun(begin)
	for i, p := range t.Places {
		if slices.IndexFunc(t.Places, func(q Place) bool { return q.State == p.State }) != i {
			bad("%s: stands twice", p.State)
		}
		if !reached[p.State] {
			bad("%s: nothing leads there", p.State)
		}
		timed, exit := t.ways(p.State)
		switch p.Standing {
		case Moving:
			if p.Owner == "" {
				bad("%s: has no owner", p.State)
			}
			if !exit {
				bad("%s: nothing leads out", p.State)
			}
			if (timed == nil) == (p.NoClock == "") {
				bad("%s: needs a clock or a reason for none, and not both", p.State)
			}
			if timed != nil && !slices.ContainsFunc(timed, func(r Rule) bool { return running[p.State][r] }) {
				bad("%s: no clock of %v runs there", p.State, timed)
			}
		case Resting:
			if !exit || timed != nil || p.NoClock == "" {
				bad("%s: a state that rests has a way out, nothing that runs out, and a reason", p.State)
			}
		case Final:
			if exit || timed != nil {
				bad("%s: is final and has a way out", p.State)
			}
		}
	}
	for _, r := range t.Rows {
		errs = append(errs, t.checkRow(r, begin)...)
	}
	return append(errs, t.checkChoices()...)
}

// ways are the clocks that move a state, and whether anything leads out of it.
func (t *Table) ways(s State) (timed []Rule, exit bool) {
	for _, r := range t.Rows {
		if slices.Contains(r.From, s) {
			timed = append(timed, r.Due...)
			exit = exit || r.Target(s) != s
		}
	}
	return timed, exit
}

func (t *Table) checkRow(r Transition, begin State) []error {
	var errs []error
	bad := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf("%s %s from %v: %s", t.Name, r.Event, r.From, fmt.Sprintf(format, args...)))
	}
	known := func(s State) bool { _, ok := t.Place(s); return ok || s == begin }
	for _, s := range r.From {
		if !known(s) {
			bad("there is no state %q", s)
		}
	}
	if len(r.From) == 0 || len(r.Who) == 0 || r.To != Same && !known(r.To) {
		bad("needs states, somebody who may, and a state to go to")
	}
	isTimed, isInside := slices.Equal(r.Who, timed), slices.Equal(r.Who, inside)
	if !isInside && slices.Contains(r.Who, Machine) || !isTimed && slices.Contains(r.Who, Timer) {
		bad("timer and machine act alone")
	}
	if isTimed != (r.Due != nil) || isTimed && r.Guards != nil {
		bad("what a timer does names its clocks and has no guards: silence cannot be refused")
	}
	if isInside && (r.Told != "" || r.Guards != nil) {
		bad("what follows of itself is told and guarded where it began")
	}
	if spoken := isInside || slices.Contains(r.From, Draft) || slices.Contains(r.From, None) && r.Event == RequestReview; !spoken && r.Told == "" {
		bad("she is not told")
	}
	return errs
}

// checkBetween holds together what one table does to the other.
func checkBetween(disputes, legs *Table) []error {
	var errs []error
	inner := func(t *Table, e Event) bool {
		return slices.ContainsFunc(t.Rows, func(r Transition) bool { return r.Event == e && slices.Equal(r.Who, inside) })
	}
	raised := map[Event]bool{}
	for _, r := range slices.Concat(disputes.Rows, legs.Rows) {
		raised[r.Raises], raised[r.Around] = true, true
		if r.Raises != "" && !inner(disputes, r.Raises) || r.Around != "" && !inner(legs, r.Around) {
			errs = append(errs, fmt.Errorf("%s: the other table does not know what it brings about", r.Event))
		}
		if r.Opens != "" && !slices.ContainsFunc(legs.From(None, r.Opens), func(o Transition) bool { return o.Event == r.Event }) {
			errs = append(errs, fmt.Errorf("%s: opens no leg", r.Event))
		}
	}
	for _, r := range slices.Concat(disputes.Rows, legs.Rows) {
		if slices.Equal(r.Who, inside) && !raised[r.Event] {
			errs = append(errs, fmt.Errorf("%s: nothing brings it about", r.Event))
		}
	}
	return errs
}

// checkChoices finds events of a state for which no transition fits, or more than one, however its conditions stand.
func (t *Table) checkChoices() []error {
	var errs []error
	for _, s := range append([]State{None}, placesOf(t)...) {
		for _, ch := range append([]Channel{""}, Channels...) {
			byEvent := map[Event][]Transition{}
			for _, r := range t.From(s, ch) {
				byEvent[r.Event] = append(byEvent[r.Event], r)
			}
			for event, rows := range byEvent {
				for _, r := range rows[1:] {
					if !slices.Equal(r.Who, rows[0].Who) {
						errs = append(errs, fmt.Errorf("%s %s: %s is open to some only when a condition holds", t.Name, s, event))
					}
				}
				if n, ok := oneFits(rows); !ok {
					errs = append(errs, fmt.Errorf("%s %s: %s has %d transitions for one case", t.Name, s, event, n))
				}
			}
		}
	}
	return errs
}

func placesOf(t *Table) []State {
	list := make([]State, len(t.Places))
	for i, p := range t.Places {
		list[i] = p.State
	}
	return list
}

// oneFits tries every way in which the conditions of the rows can stand.
func oneFits(rows []Transition) (int, bool) {
	var names []string
	for _, r := range rows {
		for _, c := range r.If {
			if !slices.Contains(names, c.Name) {
				names = append(names, c.Name)
			}
		}
	}
	for bits := range 1 << len(names) {
		fit := 0
		for _, r := range rows {
			if !slices.ContainsFunc(r.If, func(c Condition) bool {
				return (bits>>slices.Index(names, c.Name)&1 == 1) == c.Not
			}) {
				fit++
			}
		}
		if fit != 1 {
			return fit, false
		}
	}
	return 1, true
}

// reach are the states that something leads to.
func (t *Table) reach(begin State) map[State]bool {
	reached := map[State]bool{begin: true}
	for grown := true; grown; {
		grown = false
		for _, r := range t.Rows {
			for _, s := range r.From {
				if to := r.Target(s); reached[s] && !reached[to] {
					reached[to], grown = true, true
				}
			}
		}
	}
	return reached
}

// mayRun are the clocks that can be running in each state.
func (t *Table) mayRun(begin State) map[State]map[Rule]bool {
	running := map[State]map[Rule]bool{begin: {}}
	if begin == Draft {
		running[begin][CouncilDraft] = true // by New
	}
	for grown := true; grown; {
		grown = false
		for _, r := range t.Rows {
			for _, s := range r.From {
				if running[s] == nil {
					continue
				}
				to := r.Target(s)
				if running[to] == nil {
					running[to], grown = map[Rule]bool{}, true
				}
				for rule := range r.leaves(running[s]) {
					grown = grown || !running[to][rule]
					running[to][rule] = true
				}
			}
		}
	}
	return running
}

// leaves are the clocks that run after a transition.
func (r Transition) leaves(before map[Rule]bool) map[Rule]bool {
	after := map[Rule]bool{}
	for rule := range before {
		after[rule] = true
	}
	for _, tick := range r.Clocks {
		switch {
		case tick.On != Own:
		case tick.Op == Start || tick.Op == Restart || tick.Op == Continue:
			after[tick.Rule] = true
		case tick.Op == Stop || tick.Op == Hold:
			delete(after, tick.Rule)
		case tick.Op == StopAll:
			for rule := range after {
				if !rule.RunsByLaw() {
					delete(after, rule)
				}
			}
		}
	}
	return after
}
