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
type Asked struct {
	dispute.Guard
	Confirm []dispute.Fact
	Text    bool
}

// Blocks tells that nothing that is sent along opens the guard.
func (a Asked) Blocks() bool { return len(a.Confirm) == 0 && !a.Text }

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
				o.Asks = append(o.Asks, asked(g))
			}
		}
		list = append(list, o)
	}
	return list
}

func asked(g dispute.Guard) Asked {
	a := Asked{Guard: g}
	for _, f := range g.Needs {
		switch {
		case Hers(f):
			a.Confirm = append(a.Confirm, f)
		case f == dispute.ReasonGiven || f == dispute.GroundGiven:
			a.Text = true
		}
	}
	return a
}
