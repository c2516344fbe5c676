package dispute

import (
	"fmt"
	"slices"
)

// Effect is one transition that was made: a line of her timeline, with what the caller has to see to.
type Effect struct {
	Leg    int // 0 for the dispute itself
	From   State
	Event  Event
	To     State
	Clocks []Tick
	Told   string // key of the sentence she is told; empty for nothing new
}

// Why says what a refusal is about.
type Why string

const (
	NotNow   Why = "not_now"   // the state does not take this event; Allowed names those it takes
	NotYours Why = "not_yours" // it does, but not from this actor
	NotYet   Why = "not_yet"   // something is missing first: see Guard
)

// RefusedError tells that nothing was changed, and what would be possible instead.
type RefusedError struct {
	Event   Event
	Why     Why
	Guard   Guard   // of NotYet
	Allowed []Event // what this actor may do now, here
}

// Key is the sentence for whoever was refused.
func (r *RefusedError) Key() string {
	if r.Why == NotYet {
		return r.Guard.Key()
	}
	return "dispute.refused." + string(r.Why)
}

func (r *RefusedError) Error() string {
	if r.Why == NotYet {
		return fmt.Sprintf("%s: %s: %s", r.Event, r.Why, r.Guard.Name)
	}
	return fmt.Sprintf("%s: %s: allowed: %v", r.Event, r.Why, r.Allowed)
}

// Apply lets something happen to a dispute (leg 0) or to one of its legs, and returns the case as it then is with
// everything that followed, in order. A refusal is a [*RefusedError], and the case comes back unchanged.
func Apply(c Case, leg int, event Event, by Actor, facts ...Fact) (Case, []Effect, error) {
	m := &machine{c: c, facts: facts}
	m.c.Legs = slices.Clone(c.Legs)
	err := m.run(leg, event, by)
	if err != nil {
		return c, nil, err
	}
	m.c.Version++
	return m.c, m.effects, nil
}

// Options are the transitions that an actor may make now with a dispute (leg 0) or a leg: the buttons, each with what it
// needs and what she will read. Opening a leg is an option of the dispute. A guard that no fact can open (the person is not
// confirmed yet) leaves the option in: its words say what to do first.
func Options(c Case, leg int, by Actor) []Transition {
	m := &machine{c: c}
	var list []Transition
	for _, r := range m.rows(leg) {
		if slices.Contains(r.Who, by) {
			list = append(list, r)
		}
	}
	return list
}

// Expiry is the event that follows when a clock of a dispute (leg 0) or a leg has run out; false where nothing follows.
func Expiry(c Case, leg int, rule Rule) (Event, bool) {
	m := &machine{c: c}
	for _, r := range m.rows(leg) {
		if slices.Contains(r.Due, rule) {
			return r.Event, true
		}
	}
	return "", false
}

// machine makes one event's transitions.
type machine struct {
	c       Case
	facts   []Fact
	effects []Effect
}

func (m *machine) run(leg int, event Event, by Actor) error {
	rows := m.rows(leg)
	if by == Machine {
		rows = nil // the tables move each other by themselves alone
	}
	rows = slices.DeleteFunc(rows, func(r Transition) bool { return r.Event != event })
	refused := &RefusedError{Event: event, Why: NotNow, Allowed: m.allowed(leg, by)}
	if len(rows) == 0 {
		return refused
	}
	if !slices.Contains(rows[0].Who, by) {
		refused.Why = NotYours
		return refused
	}
	if rows[0].From[0] == None {
		return m.open(rows[0], 0, by)
	}
	return m.make(rows, leg, event, by)
}

// rows are the transitions that begin where a dispute or a leg stands. A leg moves only while its dispute is being
// carried.
func (m *machine) rows(leg int) []Transition {
	if leg == 0 {
		rows := Disputes.From(m.c.State, "")
		if m.c.State == Accepted || m.c.State == Between {
			rows = append(rows, Legs.From(None, Institution)...)
		}
		return slices.DeleteFunc(rows, func(r Transition) bool { return slices.Contains(r.Who, Machine) })
	}
	l, ok := m.c.Leg(leg)
	if !ok || m.c.State != InChannel && m.c.State != Between {
		return nil
	}
	return slices.DeleteFunc(Legs.From(l.State, l.Channel), func(r Transition) bool { return slices.Contains(r.Who, Machine) })
}

func (m *machine) allowed(leg int, by Actor) []Event {
	var list []Event
	for _, r := range m.rows(leg) {
		if slices.Contains(r.Who, by) && !slices.Contains(list, r.Event) {
			list = append(list, r.Event)
		}
	}
	return list
}

func (m *machine) try(leg int, by Actor) Try {
	l, _ := m.c.Leg(leg)
	return Try{Case: m.c, Leg: l, By: by, Facts: m.facts}
}

// make takes the row whose conditions hold, and makes it.
func (m *machine) make(rows []Transition, leg int, event Event, by Actor) error {
	t := m.try(leg, by)
	i := slices.IndexFunc(rows, func(r Transition) bool { return allHold(r.If, t) })
	if i < 0 {
		return fmt.Errorf("dispute: no transition fits %s of %s", event, m.c.State) // Check has made sure that there is one
	}
	return m.step(rows[i], leg, by)
}

func (m *machine) step(r Transition, leg int, by Actor) error {
	t := m.try(leg, by)
	for _, g := range r.Guards {
		if !g.Holds(t) {
			return &RefusedError{Event: r.Event, Why: NotYet, Guard: g, Allowed: m.allowed(leg, by)}
		}
	}
	at := &m.c.State
	var l *Leg
	if leg > 0 {
		l = &m.c.Legs[leg-1]
		at = &l.State
	}
	from := *at
	if r.keeps != nil {
		r.keeps(&m.c, l, m.facts)
	}
	*at = r.Target(from)
	e := Effect{Leg: leg, From: from, Event: r.Event, To: *at, Told: r.Key()}
	t = m.try(leg, by)
	for _, tick := range r.Clocks {
		if allHold(tick.If, t) {
			e.Clocks = append(e.Clocks, tick)
		}
	}
	m.effects = append(m.effects, e)
	return m.follow(r, leg, by)
}

// follow does what a transition brings about on the other level.
func (m *machine) follow(r Transition, leg int, by Actor) error {
	if r.Opens != "" {
		for _, o := range Legs.From(None, r.Opens) {
			if o.Event == r.Event {
				if err := m.open(o, leg, by); err != nil {
					return err
				}
			}
		}
	}
	if r.Raises != "" {
		rows := slices.DeleteFunc(Disputes.From(m.c.State, ""), func(d Transition) bool { return d.Event != r.Raises })
		t := m.try(leg, Machine)
		i := slices.IndexFunc(rows, func(d Transition) bool { return allHold(d.If, t) })
		if i < 0 {
			return fmt.Errorf("dispute: %s has no transition for %s", m.c.State, r.Raises)
		}
		if err := m.step(rows[i], 0, Machine); err != nil {
			return err
		}
	}
	if r.Around != "" {
		for i := range m.c.Legs {
			for _, around := range Legs.From(m.c.Legs[i].State, m.c.Legs[i].Channel) {
				if around.Event == r.Around {
					if err := m.step(around, m.c.Legs[i].ID, Machine); err != nil {
						return err
					}
				}
			}
		}
	}
	return nil
}

// open puts a new leg behind the others. A review is of an earlier leg, and of the same firm.
func (m *machine) open(r Transition, of int, by Actor) error {
	l := Leg{ID: len(m.c.Legs) + 1, Channel: r.Only, State: None, Of: of}
	if earlier, ok := m.c.Leg(of); ok {
		l.Order3 = earlier.Order3
	}
	before := m.c
	before.Legs = slices.Clone(m.c.Legs)
	m.c.Legs = append(m.c.Legs, l)
	err := m.step(r, l.ID, by)
	if err != nil {
		m.c = before
	}
	return err
}
