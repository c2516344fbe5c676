package complaint

import (
	"slices"

	"anxin/server/dispute"
)

// Option is something that whoever came in may do now, with what it asks of them.
type Option struct {
	Leg int // 0: the dispute itself
	dispute.Transition
	Asks []Asked
}

// Asked is a guard that does not hold by what the case itself shows. One of the statements in Confirm opens it, or a text;
// where it takes neither, something else has to happen first, and the guard's words say what.
//
// Of staff more is asked than a statement: Gives says by which parts of an [Act] the guard opens.
type Asked struct {
	dispute.Guard
	Confirm []dispute.Fact
	Text    bool
	Gives   []Given
}

// Given is a part of an [Act] by which staff show that something is so.
type Given string

const (
	GivePaper Given = "paper" // Paper, the file that holds it, or Note, of the call
	GiveDay   Given = "day"   // On
	GiveWay   Given = "way"   // Way, and On where it was not today
	GiveDoor  Given = "door"  // Door
	GiveOther Given = "other" // Other, the other case's number
	GiveNote  Given = "note"  // Note, and Way: how the person was asked
)

// Blocks tells that nothing that is sent along opens the guard.
func (a Asked) Blocks() bool { return len(a.Confirm) == 0 && !a.Text && len(a.Gives) == 0 }

// Closed tells that the option leads nowhere in this case. What somebody else still has to do for it (ask the person, see a
// written authority) closes nothing.
func (o Option) Closed() bool {
	return slices.ContainsFunc(o.Asks, func(a Asked) bool {
		return a.Blocks() && a.Name != "confirmed" && !slices.Contains(a.Needs, dispute.SpecialPower)
	})
}

// Options are what whoever came in may do now with the dispute (0) or a leg.
func (f File) Options(leg int) []Option {
	l, _ := f.Case.Leg(leg)
	t := dispute.Try{Case: f.Case, Leg: l, By: f.Access.Actor, Facts: f.shows[leg]}
	var list []Option
	for _, r := range dispute.Options(f.Case, leg, f.Access.Actor) {
		if slices.ContainsFunc(r.If, func(c dispute.Condition) bool { return !c.Holds(t) }) {
			continue
		}
		o := Option{Leg: leg, Transition: r}
		for _, g := range r.Guards {
			if !g.Holds(t) {
				o.Asks = append(o.Asks, asked(g, f.Access.Actor))
			}
		}
		list = append(list, o)
	}
	return list
}

func asked(g dispute.Guard, by dispute.Actor) Asked {
	a := Asked{Guard: g}
	staff := by == dispute.Officer || by == dispute.Handler
	for _, f := range g.Needs {
		switch {
		case staff && gives[f] != "":
			if !slices.Contains(a.Gives, gives[f]) {
				a.Gives = append(a.Gives, gives[f])
			}
			if Theirs(f) {
				a.Confirm = append(a.Confirm, f)
			}
		case staff && f == dispute.MissingListed:
			a.Text = true
		case Hers(f) || staff && Theirs(f):
			a.Confirm = append(a.Confirm, f)
		case f == dispute.ReasonGiven || f == dispute.GroundGiven:
			a.Text = true
		}
	}
	return a
}
