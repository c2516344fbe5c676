package limit

import (
	"context"
	"sync"
	"time"
)

// atMost keys are remembered: some megabytes. Beyond that those are forgotten who are nearest to being free again.
const atMost = 1 << 16

// looks is how many are looked at to find one to forget.
const looks = 16

// Memory counts in this process.
type Memory struct {
	now func() time.Time

	mu    sync.Mutex
	until map[string]time.Time // up to when the tries of a key reach
	most  int
}

// NewMemory counts by a clock.
func NewMemory(now func() time.Time) *Memory {
	return &Memory{now: now, until: map[string]time.Time{}, most: atMost}
}

// Take is [Limiter]'s.
func (m *Memory) Take(_ context.Context, key Key, n int) Decision {
	m.mu.Lock()
	defer m.mu.Unlock()
	now, k := m.now(), key.Rule.Name+"\x00"+string(key.Who)
	until, known := m.until[k]
	if !known {
		until = now
	}
	after, d := key.Rule.take(until.Sub(now), n)
	if after == 0 {
		delete(m.until, k)
		return d
	}
	if !known {
		m.makeRoom(now)
	}
	m.until[k] = now.Add(after)
	return d
}

// makeRoom forgets who is free again, or nearest to it, among some that chance names. Who has most to wait for is remembered
// longest: filling the memory frees nobody.
func (m *Memory) makeRoom(now time.Time) {
	if len(m.until) < m.most {
		return
	}
	soonest, looked := "", 0
	for k, until := range m.until { // in another order each time
		if !until.After(now) {
			delete(m.until, k)
		} else if soonest == "" || until.Before(m.until[soonest]) {
			soonest = k
		}
		if looked++; looked == looks {
			break
		}
	}
	if len(m.until) >= m.most {
		delete(m.until, soonest)
	}
}
