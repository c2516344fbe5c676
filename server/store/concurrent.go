package store

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"
)

// concurrent writes for a database that lets transactions run side by side and undoes one that could not have run after the
// others, which is PostgreSQL: that one is run again.
type concurrent struct {
	store *Store
	again chan struct{} // taken by the one that is being run again
}

func newConcurrent(s *Store) *concurrent { return &concurrent{s, make(chan struct{}, 1)} }

// Those that are run again are run one after the other, or they would undo each other again: of 64 that file at once each
// took four tries otherwise, and now two of five take a second. So this many is far more than any needs.
const maxTries = 60

func (c *concurrent) write(ctx context.Context, fn func(*Tx) error) error {
	for n := 1; ; n++ {
		err := c.once(ctx, fn)
		if err == nil || n == maxTries || !c.store.dialect.again(err) {
			return err
		}
		if n == 1 {
			select {
			case c.again <- struct{}{}:
				defer func() { <-c.again }()
			case <-ctx.Done():
				return err
			}
			continue
		}
		wait := time.NewTimer(rand.N(time.Millisecond << min(n, 5))) //nolint:gosec // no secret
		select {
		case <-wait.C:
		case <-ctx.Done():
			wait.Stop()
			return err
		}
	}
}

func (c *concurrent) once(ctx context.Context, fn func(*Tx) error) error {
	t, err := c.store.writing.BeginTx(ctx, c.store.dialect.write)
	if err != nil {
		return fmt.Errorf("begin to write: %w", err)
	}
	defer t.Rollback() //nolint:errcheck // after a commit there is nothing to undo
	if err := c.store.tx(ctx, t).run(fn); err != nil {
		return err
	}
	if err := t.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

func (*concurrent) close() {}
