package store_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"anxin/server/fault"
	"anxin/server/limit"
	"anxin/server/store"
	"anxin/server/store/storetest"
)

const wrongCode = "0000000000000000"

func TestSlowness(t *testing.T) {
	t.Parallel()
	for failures, want := range map[int]time.Duration{0: 0, 19: 0, 20: 100 * time.Millisecond, 21: 200 * time.Millisecond, 39: 2 * time.Second, 100000: 2 * time.Second} {
		if got := store.Slowness(failures); got != want {
			t.Errorf("after %d failures %v, want %v", failures, got, want)
		}
	}
}

// Whoever guesses at one number from ever new addresses is slowed, and shuts nobody out; known and unknown numbers alike.
func TestGuessesFromManyAddresses(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		ctx := t.Context()
		// Waiting is no time for the failures, whose quarter of an hour is told to the microsecond below.
		turns := db.Clock.Now()
		db.Options.Limits = limit.NewMemory(func() time.Time { return turns })
		db.Reopen(t)
		sub, r := submit(t, db, "a key", number)
		var slept []time.Duration
		store.Sleep(db.Store, func(_ context.Context, d time.Duration) error {
			slept = append(slept, d)
			turns = turns.Add(d)
			return nil
		})
		entries := func() int {
			t.Helper()
			n := 0
			list, err := db.Audit(ctx, r.ID)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range list {
				if e.Action == store.FailedCodes {
					n++
				}
			}
			return n
		}
		const none = "0000000000000"
		guess := func(number string, from, n int) {
			t.Helper()
			for i := range n {
				address := fmt.Sprintf("198.51.100.%d", from+i/4) // four each: nobody is refused
				if _, err := db.OpenByCode(ctx, address, number, wrongCode); fault.From(err).Kind != fault.Unauthorized {
					t.Fatalf("guess %d: %v", i, err)
				}
			}
		}
		for _, n := range []string{number, none} {
			slept = nil
			guess(n, 0, 20)
			if len(slept) > 0 {
				t.Errorf("20 guesses waited %v", slept)
			}
			guess(n, 50, 30)
			if len(slept) != 30 || slept[0] != 100*time.Millisecond || slept[1] != 200*time.Millisecond || slept[29] != 2*time.Second {
				t.Errorf("30 more waited %v", slept)
			}
		}
		if n := entries(); n != 1 {
			t.Errorf("%d entries in her file", n)
		}
		slept = nil
		want := store.Access{Dispute: r.ID, Party: sub.Parties[0].ID}
		if got, err := db.OpenByCode(ctx, "192.0.2.1", number, herCode); got != want || err != nil || len(slept) != 1 {
			t.Errorf("she: %v, %v, having waited %v", got, err, slept)
		}
		if _, err := db.OpenByCode(ctx, "192.0.2.1", "0000000000001", wrongCode); fault.From(err).Kind != fault.Unauthorized || len(slept) != 1 {
			t.Errorf("another number: %v, having waited %v", err, slept)
		}
		db.Clock.Move(15*time.Minute - time.Microsecond)
		guess(number, 100, 1)
		if n := entries(); len(slept) != 2 || n != 1 {
			t.Errorf("within a quarter of an hour: waited %v, %d entries", slept, n)
		}
		db.Clock.Move(time.Microsecond)
		slept = nil
		guess(number, 110, 18)
		if len(slept) != 0 || entries() != 1 {
			t.Errorf("after it: waited %v, %d entries", slept, entries())
		}
		guess(number, 120, 2)
		if n := entries(); len(slept) != 1 || n != 2 {
			t.Errorf("twenty again: waited %v, %d entries", slept, n)
		}
		sound(t, db.Store)
	})
}

// Those who wait for their turn wait in a bounded queue, and who goes leaves nothing behind.
func TestTurnsAtANumber(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		submit(t, db, "a key", number)
		for i := range 20 {
			if _, err := db.OpenByCode(t.Context(), fmt.Sprint("198.51.100.", i), number, wrongCode); fault.From(err).Kind != fault.Unauthorized {
				t.Fatal(err)
			}
		}
		before := len(noted(t, db.Store))
		gate, waits := make(chan struct{}), make(chan time.Duration)
		store.Sleep(db.Store, func(ctx context.Context, d time.Duration) error {
			waits <- d
			select {
			case <-gate:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
		ctx, leave := context.WithCancel(t.Context())
		var wg, gone sync.WaitGroup
		try := func(ctx context.Context, wg *sync.WaitGroup, i int, want error) {
			wg.Go(func() {
				if _, err := db.OpenByCode(ctx, fmt.Sprint("203.0.113.", i), number, herCode); !errors.Is(err, want) {
					t.Errorf("%d: %v", i, err)
				}
			})
		}
		longest := time.Duration(0)
		for i := range 8 {
			try(ctx, &gone, i, context.Canceled)
			longest = max(longest, <-waits)
		}
		for i := range 8 {
			try(t.Context(), &wg, 8+i, nil)
			longest = max(longest, <-waits)
		}
		if longest != 16*100*time.Millisecond {
			t.Errorf("the 16th waits %v", longest)
		}
		_, err := db.OpenByCode(t.Context(), "192.0.2.1", number, herCode)
		if f := fault.From(err); f.Kind != fault.Unavailable || f.RetryAfter != 17*100*time.Millisecond {
			t.Errorf("the 17th: %v, again in %v", err, f.RetryAfter)
		}
		leave()
		gone.Wait()
		try(t.Context(), &wg, 16, nil)
		if d := <-waits; d != 9*100*time.Millisecond {
			t.Errorf("with eight before it one waits %v", d)
		}
		close(gate)
		wg.Wait()
		if after := len(noted(t, db.Store)); after != before {
			t.Errorf("%d tries are noted, and were %d", after, before)
		}
	})
}

func TestUnlimited(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		sub, r := submit(t, db, "a key", number)
		db.Options.Unlimited = true
		db.Reopen(t)
		store.Sleep(db.Store, func(context.Context, time.Duration) error { return errors.New("waited") })
		for range 30 {
			if _, err := db.OpenByCode(t.Context(), "192.0.2.1", number, wrongCode); fault.From(err).Kind != fault.Unauthorized {
				t.Fatal(err)
			}
		}
		if got, err := db.OpenByCode(t.Context(), "192.0.2.1", number, herCode); got != (store.Access{Dispute: r.ID, Party: sub.Parties[0].ID}) || err != nil {
			t.Errorf("the right code: %v, %v", got, err)
		}
		if n := len(noted(t, db.Store)); n != 0 {
			t.Errorf("%d tries are noted", n)
		}
	})
}
