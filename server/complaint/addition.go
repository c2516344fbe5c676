package complaint

import (
	"slices"
	"time"

	"anxin/server/dispute"
	"anxin/server/intake"
)

// Addition is what was added to a complaint after it was filed: on the council's asking, or because something new has come. What was
// filed stays as it was; a letter and a firm's handler get an addition where she agreed to hand it over.
type Addition struct {
	Seq  int64 // of the event, by which a consent names it
	At   time.Time
	Text string
}

// Begins is how it begins, on one line, to tell it from others.
func (a Addition) Begins() string {
	text := intake.Line(a.Text)
	if begin := shortened(text, mostBegun); begin != text {
		return begin + "…"
	}
	return text
}

const mostBegun = 24

// adds are the events with which something is added.
var adds = []dispute.Event{dispute.Supply, dispute.AddFacts}

// added is what was added so far, and kept.
func (m *move) added() []Addition {
	var list []Addition
	for _, k := range m.done[:m.fresh] {
		if slices.Contains(adds, k.event) && k.record.Text != "" {
			list = append(list, Addition{k.seq, k.at, k.record.Text})
		}
	}
	return list
}

// shownTo are the additions that a receiver may have.
func shownTo(shared fields, list []Addition) []Addition {
	return slices.DeleteFunc(slices.Clone(list), func(a Addition) bool { return !shared.has(addedAs(a.Seq)) })
}
