package library

import (
	"fmt"
	"strings"
)

// Run is how far a reader has come through a row of questions. It is worked out anew from her picks at every request:
// the form carries them, the server keeps nothing.
//
// Picks are option letters; a full stop moves on to the next question. "b" is a first answer, "ba" a second try,
// "ba.c" has answered the second question.
type Run struct {
	Items   []*Item
	Picks   string
	At      int      // index of the question on the screen; len(Items) at the end
	Current []string // what was picked for it, in order
	first   []string // first pick of every question so far
}

// MaxPicks bounds what a form may send.
const MaxPicks = 400

// NewRun reads picks; those that no form of ours can have sent are an error.
func NewRun(items []*Item, picks string) (Run, error) {
	r := Run{Items: items, Picks: picks}
	if len(picks) > MaxPicks {
		return Run{Items: items}, fmt.Errorf("picks are too long")
	}
	parts := strings.Split(picks, ".")
	if len(parts) > len(items)+1 || len(parts) == len(items)+1 && parts[len(items)] != "" {
		return Run{Items: items}, fmt.Errorf("more picks than questions")
	}
	for i, part := range parts {
		if i == len(items) {
			break
		}
		last := i == len(parts)-1
		chosen, err := picked(items[i], part)
		if err != nil {
			return Run{Items: items}, err
		}
		if !last && !settled(items[i], chosen) {
			return Run{Items: items}, fmt.Errorf("question %d is left open", i+1)
		}
		if len(chosen) > 0 {
			r.first = append(r.first, chosen[0])
		}
		if last {
			r.Current = chosen
		}
	}
	r.At = len(parts) - 1
	return r, nil
}

func picked(it *Item, part string) ([]string, error) {
	var chosen []string
	for _, c := range part {
		if _, ok := it.option(string(c)); !ok {
			return nil, fmt.Errorf("question %s has no option %q", it.ID, c)
		}
		if settled(it, chosen) {
			return nil, fmt.Errorf("question %s was answered already", it.ID)
		}
		chosen = append(chosen, string(c))
	}
	return chosen, nil
}

func (it *Item) option(id string) (*Option, bool) {
	for _, o := range it.Options {
		if o.ID == id {
			return o, true
		}
	}
	return nil, false
}

// settled tells whether a question is over: answered rightly, or tried twice.
func settled(it *Item, chosen []string) bool {
	if len(chosen) == 0 {
		return false
	}
	o, _ := it.option(chosen[len(chosen)-1])
	return len(chosen) == 2 || o.Right
}

// Used is what the texts on the screen rest on.
func (r Run) Used() Used {
	switch {
	case r.Settled():
		return r.Item().Used
	case r.Hinted():
		return r.Item().HintUsed
	}
	return Used{}
}

// Item is the question on the screen; nil at the end.
func (r Run) Item() *Item {
	if r.At >= len(r.Items) {
		return nil
	}
	return r.Items[r.At]
}

// Done tells whether every question is behind the reader.
func (r Run) Done() bool { return r.At >= len(r.Items) }

// Settled tells whether the question on the screen is over and its explanations may be shown.
func (r Run) Settled() bool { return !r.Done() && settled(r.Item(), r.Current) }

// Hinted tells whether a first try went wrong and the hint is shown.
func (r Run) Hinted() bool { return !r.Done() && len(r.Current) == 1 && !r.Settled() }

// Right tells whether the last pick was right.
func (r Run) Right() bool {
	if r.Done() || len(r.Current) == 0 {
		return false
	}
	o, _ := r.Item().option(r.Current[len(r.Current)-1])
	return o.Right
}

// Chosen tells whether an option was picked for the question on the screen.
func (r Run) Chosen(id string) bool {
	for _, c := range r.Current {
		if c == id {
			return true
		}
	}
	return false
}

// Last is the option picked last for the question on the screen; empty where none was.
func (r Run) Last() string {
	if len(r.Current) == 0 {
		return ""
	}
	return r.Current[len(r.Current)-1]
}

// FirstRight counts the questions answered rightly at the first try.
func (r Run) FirstRight() int {
	n := 0
	for i, id := range r.first {
		if o, _ := r.Items[i].option(id); o.Right {
			n++
		}
	}
	return n
}

// Missed are the questions whose first try went wrong, for reading again.
func (r Run) Missed() []*Item {
	var list []*Item
	for i, id := range r.first {
		if o, _ := r.Items[i].option(id); !o.Right {
			list = append(list, r.Items[i])
		}
	}
	return list
}

// Sorting counts a sorter's first picks: fakes seen through (hits) of all fakes, and genuine messages taken for fakes
// (false alarms) of all genuine ones.
func (r Run) Sorting() (hits, fakes, alarms, genuine int) {
	for i, id := range r.first {
		fake, _ := r.Items[i].option(Fake)
		switch {
		case fake.Right && id == Fake:
			hits++
			fakes++
		case fake.Right:
			fakes++
		case id == Fake:
			alarms++
			genuine++
		default:
			genuine++
		}
	}
	return hits, fakes, alarms, genuine
}
