package dispute

import "slices"

// Transition is one line of a table: from one of these states, on this event, by one of these, to that state.
type Transition struct {
	From   []State
	Event  Event
	If     []Condition // which of several transitions of one event it is
	Only   Channel     // a leg of this channel alone; empty for every one
	Who    []Actor
	Guards []Guard
	To     State // [Same] stays
	Clocks []Tick
	Due    []Rule  // of [Timer]: the clocks whose end this is
	Raises Event   // of a leg: what it does to the dispute
	Opens  Channel // of a leg: the channel of a leg that the same event opens
	Around Event   // of a dispute: what it does to every leg that is not final
	Told   string  // what she is told: dispute.told.<this>; empty for nothing new
	keeps  func(*Case, *Leg, []Fact)
}

// Same is the To of a transition that stays where it is.
const Same State = "="

// Key is the sentence for her, or empty.
func (t Transition) Key() string {
	if t.Told == "" {
		return ""
	}
	return "dispute.told." + t.Told
}

// Target is the state it leads to from a state.
func (t Transition) Target(from State) State {
	if t.To == Same {
		return from
	}
	return t.To
}

// Table is everything that can happen on one level.
type Table struct {
	Name   string // dispute or leg
	Places []Place
	Rows   []Transition
}

// Disputes and Legs are the two levels.
var (
	Disputes = &Table{Name: "dispute", Places: disputePlaces}
	Legs     = &Table{Name: "leg", Places: legPlaces}
)

// The rows are put in here: they name conditions that look at the tables themselves.
func init() { Disputes.Rows, Legs.Rows = disputeRows, legRows }

// Place finds what is known of a state.
func (t *Table) Place(s State) (Place, bool) {
	i := slices.IndexFunc(t.Places, func(p Place) bool { return p.State == s })
	if i < 0 {
		return Place{}, false
	}
	return t.Places[i], true
}

// Standing of a state; [Final] for one that is not of this table.
func (t *Table) Standing(s State) Standing {
	p, ok := t.Place(s)
	if !ok {
		return Final
	}
	return p.Standing
}

// Label is the key of the state's name, of at most six words. "_now", "_next" and "_yours" behind it are keys of what
// that means, what comes next, and what she has to do; closed and final states have the first alone.
func (t *Table) Label(s State) string {
	if t == Disputes {
		return "dispute.state." + string(s)
	}
	return "dispute.leg." + string(s)
}

// Events lists the table's events in the order of its rows.
func (t *Table) Events() []Event {
	var list []Event
	for _, r := range t.Rows {
		if !slices.Contains(list, r.Event) {
			list = append(list, r.Event)
		}
	}
	return list
}

// From are the rows that begin in a state, for a channel.
func (t *Table) From(s State, ch Channel) []Transition {
	begins := func(r *Transition) bool { return (r.Only == "" || r.Only == ch) && slices.Contains(r.From, s) }
	n := 0
	for i := range t.Rows {
		if begins(&t.Rows[i]) {
			n++
		}
	}
	list := make([]Transition, 0, n) // counted first: a list that grows row by row is most of the work of a case
	for i := range t.Rows {
		if begins(&t.Rows[i]) {
			list = append(list, t.Rows[i])
		}
	}
	return list
}
