package store_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"anxin/server/fault"
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

func TestTurns(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var q store.Turns
		first, err := q.Take(t.Context(), "one")
		if err != nil {
			t.Fatal(err)
		}
		other, err := q.Take(t.Context(), "another")
		if err != nil {
			t.Fatal(err)
		}
		other()
		impatient, leave := context.WithCancel(t.Context())
		left := make(chan error, 1)
		go func() {
			_, err := q.Take(impatient, "one")
			left <- err
		}()
		at := 0
		for range 14 {
			go func() {
				done, err := q.Take(t.Context(), "one")
				if err != nil {
					t.Error(err)
					return
				}
				at++ // unguarded: it is one at a time
				time.Sleep(time.Second)
				done()
			}()
		}
		synctest.Wait()
		_, err = q.Take(t.Context(), "one")
		if f := fault.From(err); f.Kind != fault.Unavailable || f.RetryAfter != 32*time.Second {
			t.Errorf("the 17th: %v, again in %v", err, f.RetryAfter)
		}
		leave()
		if err := <-left; !errors.Is(err, context.Canceled) {
			t.Errorf("who left: %v", err)
		}
		if at != 0 {
			t.Errorf("%d went before the first was done", at)
		}
		first()
		time.Sleep(time.Minute)
		synctest.Wait()
		if at != 14 || q.Numbers() != 0 {
			t.Errorf("within a minute %d had their turn, %d numbers are remembered", at, q.Numbers())
		}
	})
}

// Whoever guesses at one number from ever new addresses is slowed, and shuts nobody out; known and unknown numbers alike.
func TestGuessesFromManyAddresses(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		ctx := t.Context()
		sub, r := submit(t, db, "a key", number)
		var slept []time.Duration
		store.Sleep(db.Store, func(_ context.Context, d time.Duration) error {
			slept = append(slept, d)
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
		gate := make(chan struct{})
		store.Sleep(db.Store, func(ctx context.Context, _ time.Duration) error {
			select {
			case <-gate:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
		ctx, leave := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		try := func(ctx context.Context, i int, want error) {
			wg.Go(func() {
				if _, err := db.OpenByCode(ctx, fmt.Sprint("203.0.113.", i), number, herCode); !errors.Is(err, want) {
					t.Errorf("%d: %v", i, err)
				}
			})
		}
		for i := range 8 {
			try(ctx, i, context.Canceled)
		}
		store.AwaitTurn(db.Store, number, 8)
		for i := range 8 {
			try(t.Context(), 8+i, nil)
		}
		store.AwaitTurn(db.Store, number, 16)
		_, err := db.OpenByCode(t.Context(), "192.0.2.1", number, herCode)
		if f := fault.From(err); f.Kind != fault.Unavailable || f.RetryAfter <= 0 {
			t.Errorf("the 17th: %v", err)
		}
		leave()
		store.AwaitTurn(db.Store, number, 8)
		close(gate)
		wg.Wait()
		store.AwaitTurn(db.Store, number, 0)
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
