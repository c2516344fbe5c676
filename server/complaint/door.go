package complaint

import (
	"slices"

	"anxin/server/dispute"
	"anxin/server/policy"
)

// NextDoor is the way that fits best when the firm has let its time pass or does not handle it: the first that takes her matter and
// is not one that may refuse what the council has taken up. Where the council does not handle it, it is the one that the officer named. It
// is the id of a door; false where another step comes first.
func NextDoor(f File, p policy.Product) (string, bool) {
	if f.Case.State == dispute.OutOfScope {
		for _, e := range slices.Backward(f.Timeline) {
			if e.Door != "" {
				return e.Door, true
			}
		}
	}
	if f.Case.State != dispute.Between || len(f.Case.Legs) == 0 {
		return "", false
	}
	if last := f.Case.Legs[len(f.Case.Legs)-1].State; last != dispute.NoReply && last != dispute.Refused {
		return "", false
	}
	for _, id := range p.Doors {
		if !slices.Contains(p.Bars, id) {
			return id, true
		}
	}
	return "", false
}
