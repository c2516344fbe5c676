package store

import (
	"context"
	"database/sql"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
)

// group writes for a database that takes one writer at a time, which is SQLite. Whoever wants to write while a commit is under
// way is gathered into the next one, so that many share one wait for the disk.
type group struct {
	store   *Store
	wake    chan struct{} // holds one as long as anybody may be waiting
	ended   chan struct{}
	max     atomic.Int64
	commits atomic.Int64 // groups that were kept: for tests and metrics

	mu      sync.Mutex
	waiting []*request
	closed  bool
}

// maxGroup bounds how long one waits for the others.
const maxGroup = 128

type request struct {
	fn       func(*Tx) error
	done     chan error
	panicked any
}

func newGroup(s *Store) *group {
	g := &group{store: s, wake: make(chan struct{}, 1), ended: make(chan struct{})}
	g.max.Store(maxGroup)
	go g.work()
	return g
}

func (g *group) write(ctx context.Context, fn func(*Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	r := &request{fn: fn, done: make(chan error, 1)}
	g.mu.Lock()
	if g.closed {
		g.mu.Unlock()
		return ErrClosed
	}
	g.waiting = append(g.waiting, r)
	g.mu.Unlock()
	g.rouse()
	select {
	case err := <-r.done:
		return r.answer(err)
	case <-ctx.Done():
		if g.withdraw(r) {
			return ctx.Err()
		}
		return r.answer(<-r.done) // it began, and whoever gave the function may not go while it runs
	}
}

func (r *request) answer(err error) error {
	if r.panicked != nil {
		panic(r.panicked) // where the caller's own recovery finds it
	}
	return err
}

// withdraw takes back a request that did not begin.
func (g *group) withdraw(r *request) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	i := slices.Index(g.waiting, r)
	if i < 0 {
		return false
	}
	g.waiting = slices.Delete(g.waiting, i, i+1)
	return true
}

func (g *group) rouse() {
	select {
	case g.wake <- struct{}{}:
	default:
	}
}

// close lets those who wait be written, and takes no more.
func (g *group) close() {
	g.mu.Lock()
	g.closed = true
	g.mu.Unlock()
	g.rouse()
	<-g.ended
}

func (g *group) work() {
	defer close(g.ended)
	for range g.wake {
		for {
			all, closed := g.gather()
			if len(all) > 0 {
				g.run(all)
				continue
			}
			if closed {
				return
			}
			break
		}
	}
}

// gather takes whoever is waiting now. It does not wait for more: while this group is written the next one gathers.
func (g *group) gather() (all []*request, closed bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	n := min(len(g.waiting), int(g.max.Load()))
	all = slices.Clone(g.waiting[:n])
	g.waiting = slices.Delete(g.waiting, 0, n)
	return all, g.closed
}

// run writes a group in one transaction. If one of them meets an error nothing is kept, and they are run once more, each
// within a savepoint; only one alone needs no second run.
func (g *group) run(all []*request) {
	errs, err := g.together(all, false)
	if err == nil && errs != nil && len(all) > 1 {
		errs, err = g.together(all, true)
	}
	for i, r := range all {
		switch {
		case err != nil:
			r.done <- err
		case errs != nil:
			r.done <- errs[i]
		default:
			r.done <- nil
		}
	}
}

// together runs a group in one transaction. Its error is everybody's, and nothing was acknowledged. errs, if there are any,
// say what became of each; without savepoints nothing was kept then.
func (g *group) together(all []*request, savepoints bool) (errs []error, err error) {
	// No request's context: its end would interrupt a statement, and with it undo the whole transaction.
	ctx := context.Background()
	t, err := g.store.writing.BeginTx(ctx, nil)
	if err != nil {
		return nil, fmt.Errorf("begin to write: %w", err)
	}
	errs = make([]error, len(all))
	some := false
	for i, r := range all {
		if savepoints {
			if _, err := t.ExecContext(ctx, "SAVEPOINT one"); err != nil {
				return nil, giveUp(t, err)
			}
		}
		errs[i] = g.call(ctx, t, r)
		if errs[i] != nil {
			some = true
			if !savepoints {
				_ = t.Rollback() // if the error has ended the transaction there is nothing to undo
				return errs, nil
			}
			// This fails if the error has ended the transaction: then what the others wrote is gone, too.
			if _, err := t.ExecContext(ctx, "ROLLBACK TO one"); err != nil {
				return nil, giveUp(t, fmt.Errorf("another transaction of the group ended it: %w", err))
			}
		}
		if savepoints {
			if _, err := t.ExecContext(ctx, "RELEASE one"); err != nil {
				return nil, giveUp(t, err)
			}
		}
	}
	if err := t.Commit(); err != nil {
		return nil, fmt.Errorf("commit: %w", err)
	}
	g.commits.Add(1)
	if !some {
		return nil, nil
	}
	return errs, nil
}

func giveUp(t *sql.Tx, err error) error {
	_ = t.Rollback()
	return fmt.Errorf("write: %w", err)
}

// call runs one request's function. Its panic is its own: it must not end the goroutine that writes for all.
func (g *group) call(ctx context.Context, t *sql.Tx, r *request) (err error) {
	defer func() {
		if p := recover(); p != nil {
			r.panicked = fmt.Sprintf("%v\n%s", p, debug.Stack())
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return g.store.tx(ctx, t).run(r.fn)
}
