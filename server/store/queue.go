package store

import (
	"context"
	"errors"
	"sync"
	"time"

	"anxin/server/fault"
)

// Who guesses at one number from ever new addresses is not refused, for neither would she be told from them: from so many
// failures on, whoever tries a code there waits for their turn and then a moment longer.
const (
	freeFailures = 20 // from all addresses within the time in which failures count
	slowerBy     = 100 * time.Millisecond
	slowest      = 2 * time.Second
	maxInTurn    = 16 // at one number, the one whose turn it is included
)

// slowness is how long a try waits when it is its turn, after so many failures.
func slowness(failures int) time.Duration {
	return min(slowest, slowerBy*time.Duration(max(0, failures-freeFailures+1)))
}

// turns are taken one at a time at each number, in this process.
type turns struct {
	mu sync.Mutex
	at map[string]*turn
}

type turn struct {
	taken chan struct{}
	in    int // whose it is, and who waits
}

// take waits for the turn at a number and gives it back by done. Where too many wait it is [fault.Unavailable].
func (q *turns) take(ctx context.Context, number string) (done func(), err error) {
	t := q.enter(number)
	if t == nil {
		return nil, &fault.Error{Kind: fault.Unavailable, RetryAfter: maxInTurn * slowest, Err: errors.New("too many wait to try a code for one number")}
	}
	select {
	case t.taken <- struct{}{}:
		return func() { <-t.taken; q.leave(number) }, nil
	case <-ctx.Done():
		q.leave(number)
		return nil, ctx.Err()
	}
}

func (q *turns) enter(number string) *turn {
	q.mu.Lock()
	defer q.mu.Unlock()
	t := q.at[number]
	if t == nil {
		t = &turn{taken: make(chan struct{}, 1)}
		if q.at == nil {
			q.at = map[string]*turn{}
		}
		q.at[number] = t
	}
	if t.in == maxInTurn {
		return nil
	}
	t.in++
	return t
}

func (q *turns) leave(number string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	t := q.at[number]
	if t.in--; t.in == 0 {
		delete(q.at, number)
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
