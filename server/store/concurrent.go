package store

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"
)

// concurrent writes for a database that lets transactions run side by side and undoes one that could not have run after the
// others, which is PostgreSQL: that one is run again.
type concurrent struct{ store *Store }

// A transaction is undone only because another one went through, so among n of them the last is done after n tries.
const maxTries = 60

func (c concurrent) write(ctx context.Context, fn func(*Tx) error) error {
	for n := 1; ; n++ {
		err := c.once(ctx, fn)
		if err == nil || n == maxTries || !c.store.dialect.again(err) {
			return err
		}
		// Of those undone together, some should come later.
		wait := time.NewTimer(rand.N(time.Millisecond << min(n, 5))) //nolint:gosec // no secret
		select {
		case <-wait.C:
		case <-ctx.Done():
			wait.Stop()
			return err
		}
	}
}

func (c concurrent) once(ctx context.Context, fn func(*Tx) error) error {
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

func (concurrent) close() {}
