package web

import (
	"slices"

	"anxin/server/complaint"
	"anxin/server/library"
	"anxin/server/view"
)

// MineWays are the doors that are open to her.
type MineWays struct {
	Next  *library.Way // the door to take next: where the firm keeps silent, or the council does not handle it
	Doors []*library.Way
}

// ways are the doors that take her matter, and the one that she was shown to; what they are told by is noted at the foot of the page.
func (s *Site) ways(f complaint.File, b *view.Base) (MineWays, error) {
	product, ok := s.Complaints.Policy.Product(f.Filed.Product)
	ways, err := s.Library.Ways(b.Lang)
	if err != nil {
		return MineWays{}, err
	}
	next, shown := complaint.NextDoor(f, product)
	if ok {
		ways = slices.DeleteFunc(ways, func(w *library.Way) bool { return !slices.Contains(product.Doors, w.ID) && (!shown || w.ID != next) })
	}
	m := MineWays{Doors: ways}
	for _, w := range ways {
		b.Used = b.Used.With(w.Used)
	}
	if i := slices.IndexFunc(m.Doors, func(w *library.Way) bool { return shown && w.ID == next }); i >= 0 {
		m.Next = m.Doors[i]
		m.Doors = slices.Delete(m.Doors, i, i+1)
	}
	return m, nil
}

// MineDoor is a door with what is told of it; Call: also its telephone number.
type MineDoor struct {
	view.Base
	Way  *library.Way
	Call bool
}

// Door is for the templates, which show doors in two places.
func (p MineFrame) Door(w *library.Way, call bool) MineDoor { return MineDoor{p.Base, w, call} }
