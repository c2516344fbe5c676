package web

import "sync"

// turns let those who do something to one dispute go one after the other, so that a button pressed twice finds what its first
// press did.
type turns struct {
	mu   sync.Mutex
	held map[string]*held
}

type held struct {
	mu      sync.Mutex
	waiting int
}

// turn waits for one's turn; call what it returns to end it.
func (s *Site) turn(id string) (end func()) {
	t := &s.turns
	t.mu.Lock()
	if t.held == nil {
		t.held = map[string]*held{}
	}
	h := t.held[id]
	if h == nil {
		h = &held{}
		t.held[id] = h
	}
	h.waiting++
	t.mu.Unlock()
	h.mu.Lock()
	return func() {
		h.mu.Unlock()
		t.mu.Lock()
		defer t.mu.Unlock()
		if h.waiting--; h.waiting == 0 {
			delete(t.held, id)
		}
	}
}
