package store_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"anxin/server/store"
	"anxin/server/store/storetest"
)

// note writes a row that says no more than that it was written.
func note(tx *store.Tx, id string) error {
	_, err := tx.Exec("INSERT INTO attempts (id, number_index, address_index, failed, at) VALUES ($1, $2, $3, $4, $5)",
		id, []byte("n"), []byte("a"), false, tx.Now())
	return err
}

func noted(t testing.TB, s *store.Store) map[string]int {
	t.Helper()
	found := map[string]int{}
	err := s.Read(t.Context(), func(tx *store.Tx) error {
		return tx.Query("SELECT id FROM attempts", nil, func(scan func(...any) error) error {
			var id string
			err := scan(&id)
			found[id]++
			return err
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestFiftyWritersAtOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		const writers, each = 50, 8
		refused := errors.New("refused")
		var wg sync.WaitGroup
		for w := range writers {
			wg.Go(func() {
				for n := range each {
					id := fmt.Sprintf("%d-%d", w, n)
					err := db.Write(t.Context(), func(tx *store.Tx) error {
						if err := note(tx, id); err != nil {
							return err
						}
						if w == 7 { // what it wrote is not kept, and the others stand
							return refused
						}
						return nil
					})
					if w == 7 && !errors.Is(err, refused) || w != 7 && err != nil {
						t.Errorf("%s: %v", id, err)
					}
				}
			})
		}
		wg.Wait()
		found := noted(t, db.Store)
		if len(found) != (writers-1)*each {
			t.Errorf("%d rows are there, want %d", len(found), (writers-1)*each)
		}
		for id := range found {
			if strings.HasPrefix(id, "7-") {
				t.Errorf("%s was refused and is there", id)
			}
		}
	})
}

// gather makes one group of the functions: the writer is held back until all of them wait.
func gather(t *testing.T, s *store.Store, fns ...func(*store.Tx) error) []error {
	t.Helper()
	begun, go_ := make(chan struct{}), make(chan struct{})
	first := make(chan error)
	go func() {
		first <- s.Write(t.Context(), func(*store.Tx) error {
			close(begun)
			<-go_
			return nil
		})
	}()
	<-begun
	errs := make([]error, len(fns))
	var wg sync.WaitGroup
	for i, fn := range fns {
		wg.Go(func() { errs[i] = s.Write(t.Context(), fn) })
	}
	store.AwaitWaiting(s, len(fns))
	close(go_)
	if err := <-first; err != nil {
		t.Fatal(err)
	}
	wg.Wait()
	return errs
}

func TestGroupIsOneCommit(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	before := store.Commits(db.Store)
	var fns []func(*store.Tx) error
	for i := range 20 {
		fns = append(fns, func(tx *store.Tx) error { return note(tx, fmt.Sprint(i)) })
	}
	for i, err := range gather(t, db.Store, fns...) {
		if err != nil {
			t.Errorf("%d: %v", i, err)
		}
	}
	if n := store.Commits(db.Store) - before; n != 2 { // the one that held the writer back, and the group
		t.Errorf("%d commits", n)
	}
	if found := noted(t, db.Store); len(found) != 20 {
		t.Errorf("%d of 20 are there", len(found))
	}
}

func TestOneOfAGroupFails(t *testing.T) {
	t.Parallel()
	for name, fails := range map[string]func(*store.Tx) error{
		"by its own error": func(tx *store.Tx) error { return errors.Join(note(tx, "bad"), errors.New("no")) },
		"by the database":  func(tx *store.Tx) error { return errors.Join(note(tx, "bad"), note(tx, "bad")) },
		"and hides it": func(tx *store.Tx) error {
			_ = note(tx, "bad")
			_ = note(tx, "bad")
			return nil
		},
		"and goes on": func(tx *store.Tx) error {
			_, _ = tx.Exec("INSERT INTO nothing VALUES (1)")
			_ = note(tx, "bad")
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := storetest.Open(t)
			errs := gather(t, db.Store,
				func(tx *store.Tx) error { return note(tx, "a") }, fails, func(tx *store.Tx) error { return note(tx, "b") })
			if errs[0] != nil || errs[1] == nil || errs[2] != nil {
				t.Errorf("told: %v", errs)
			}
			if found := noted(t, db.Store); found["a"] != 1 || found["b"] != 1 || len(found) != 2 {
				t.Errorf("kept: %v", found)
			}
		})
	}
}

// A full disk, for one, ends the transaction itself, and with it what the others wrote.
func TestErrorThatEndsTheTransaction(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	if err := db.Write(t.Context(), func(tx *store.Tx) error { return note(tx, "there") }); err != nil {
		t.Fatal(err)
	}
	end := func(tx *store.Tx) error {
		_, _ = tx.Exec("INSERT OR ROLLBACK INTO attempts (id, number_index, address_index, failed, at) SELECT id, number_index, address_index, failed, at FROM attempts WHERE id = 'there'")
		_ = note(tx, "bad") // would be kept at once, were it run outside of the transaction
		return nil
	}
	errs := gather(t, db.Store,
		func(tx *store.Tx) error { return note(tx, "a") }, end, func(tx *store.Tx) error { return note(tx, "b") })
	for i, err := range errs {
		if err == nil {
			t.Errorf("%d was acknowledged", i)
		}
	}
	if found := noted(t, db.Store); len(found) != 1 {
		t.Errorf("kept: %v", found)
	}
	if err := db.Write(t.Context(), func(tx *store.Tx) error { return note(tx, "after") }); err != nil {
		t.Errorf("nothing can be written any more: %v", err)
	}
}

func TestPanicIsTheCallersOwn(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	caught := make(chan any, 1)
	errs := gather(t, db.Store,
		func(tx *store.Tx) error { return note(tx, "a") },
		func(tx *store.Tx) error { return note(tx, "b") })
	func() {
		defer func() { caught <- recover() }()
		_ = db.Write(t.Context(), func(tx *store.Tx) error {
			_ = note(tx, "bad")
			panic("a mistake")
		})
	}()
	if p := <-caught; !strings.HasPrefix(fmt.Sprint(p), "a mistake") {
		t.Errorf("the caller met %v", p)
	}
	if err := db.Write(t.Context(), func(tx *store.Tx) error { return note(tx, "c") }); err != nil || errs[0] != nil || errs[1] != nil {
		t.Errorf("others: %v, %v", err, errs)
	}
	if found := noted(t, db.Store); len(found) != 3 {
		t.Errorf("kept: %v", found)
	}
}

func TestWhoStopsWaitingIsNotWritten(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	begun, go_, first := make(chan struct{}), make(chan struct{}), make(chan error)
	go func() {
		first <- db.Write(t.Context(), func(*store.Tx) error {
			close(begun)
			<-go_
			return nil
		})
	}()
	<-begun
	ctx, end := context.WithCancel(t.Context())
	gone := make(chan error)
	go func() { gone <- db.Write(ctx, func(tx *store.Tx) error { return note(tx, "gone") }) }()
	store.AwaitWaiting(db.Store, 1)
	end()
	if err := <-gone; !errors.Is(err, context.Canceled) {
		t.Errorf("told: %v", err)
	}
	close(go_)
	if err := <-first; err != nil {
		t.Fatal(err)
	}
	// One that began is finished, although whoever asked for it went away.
	ctx, end = context.WithCancel(t.Context())
	if err := db.Write(ctx, func(tx *store.Tx) error {
		end()
		return note(tx, "begun")
	}); err != nil {
		t.Errorf("begun: %v", err)
	}
	if found := noted(t, db.Store); len(found) != 1 || found["begun"] != 1 {
		t.Errorf("kept: %v", found)
	}
}

func TestClosedStoreTakesNothing(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		db.Close()
		if err := db.Write(t.Context(), func(tx *store.Tx) error { return note(tx, "late") }); err == nil {
			t.Error("acknowledged")
		}
		db.Reopen(t)
		if found := noted(t, db.Store); len(found) != 0 {
			t.Errorf("kept: %v", found)
		}
	})
}

// Each reads what the others wrote and adds one: all of it counts only if they ran as if one after the other.
func TestReadThenWrite(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		const writers, each = 8, 10
		var wg sync.WaitGroup
		for range writers {
			wg.Go(func() {
				for range each {
					if err := db.Write(t.Context(), func(tx *store.Tx) error {
						n := 0
						if err := tx.Row("SELECT count(*) FROM attempts", nil, &n); err != nil {
							return err
						}
						return note(tx, fmt.Sprint(n))
					}); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		if found := noted(t, db.Store); len(found) != writers*each {
			t.Errorf("%d of %d are there", len(found), writers*each)
		}
	})
}

func TestReadingWritesNothing(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		if err := db.Read(t.Context(), func(tx *store.Tx) error { return note(tx, "x") }); err == nil {
			t.Error("written by a reader")
		}
	})
}

// Whatever zone a time comes in, it is the same moment in the database, in its order there and when read back.
func TestTimes(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		base := time.Date(2026, 2, 28, 16, 0, 0, 0, time.UTC)
		var times []time.Time
		for i, d := range []time.Duration{0, time.Microsecond, 10 * time.Microsecond, 100 * time.Millisecond, 120 * time.Millisecond, time.Second, 7 * time.Hour} {
			at := base.Add(d)
			times = append(times, at)
			zone := time.FixedZone("", []int{0, 8, -7}[i%3]*60*60)
			if err := db.Write(t.Context(), func(tx *store.Tx) error {
				_, err := tx.Exec("INSERT INTO attempts (id, number_index, address_index, failed, at) VALUES ($1, $2, $3, $4, $5)",
					fmt.Sprint(i), []byte("n"), []byte("a"), i%2 == 0, at.In(zone))
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		if err := db.Read(t.Context(), func(tx *store.Tx) error {
			i := 0
			err := tx.Query("SELECT at, failed FROM attempts ORDER BY at", nil, func(scan func(...any) error) error {
				var at time.Time
				var failed bool
				err := scan(&at, &failed)
				if !at.Equal(times[i]) || at.Location() != time.UTC || failed != (i%2 == 0) {
					t.Errorf("row %d: %v %v, want %v", i, at, failed, times[i])
				}
				i++
				return err
			})
			if err != nil || i != len(times) {
				t.Errorf("%d rows, %v", i, err)
			}
			for i, at := range times {
				n := 0
				err := tx.Row("SELECT count(*) FROM attempts WHERE at <= $1", []any{at.In(time.FixedZone("", 8*60*60))}, &n)
				if err != nil || n != i+1 {
					t.Errorf("until %v: %d rows, want %d, %v", at, n, i+1, err)
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		var now time.Time
		if err := db.Write(t.Context(), func(tx *store.Tx) error { now = tx.Now(); return nil }); err != nil {
			t.Fatal(err)
		}
		if want := db.Clock.Now(); now.Location() != time.UTC || now.Nanosecond() != want.Nanosecond()/1000*1000 {
			t.Errorf("a transaction happens at %v, the clock shows %v", now, want)
		}
	})
}

// What grouping is for: the same writers, each waiting for the disk alone and waiting together. The ratio is what counts; the
// machine's speed goes out of it.
func BenchmarkGroup(b *testing.B) {
	db := storetest.Open(b)
	const writers = 32
	n := 0
	run := func(max int) time.Duration {
		store.GroupAtMost(db.Store, max)
		begin := time.Now()
		var wg sync.WaitGroup
		for w := range writers {
			round := n
			wg.Go(func() {
				for i := range 4 {
					if err := db.Write(b.Context(), func(tx *store.Tx) error { return note(tx, fmt.Sprint(round, w, i)) }); err != nil {
						b.Error(err)
					}
				}
			})
		}
		wg.Wait()
		n++
		return time.Since(begin)
	}
	var alone, together time.Duration
	for b.Loop() {
		alone += run(1)
		together += run(1000)
	}
	b.ReportMetric(float64(alone)/float64(together), "times-as-many/s")
}
