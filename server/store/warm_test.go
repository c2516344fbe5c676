package store_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"anxin/server/store"
	"anxin/server/store/storetest"
)

// A server that is warmed answers as any other, and warming one that has ended does nothing.
func TestWarm(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		db.Warm(t.Context())
		if s := db.Log.String(); s != "" {
			t.Errorf("warming says %s", s)
		}
		if open, most := store.Connections(db.Store); db.Options.URL != "" && open != most {
			t.Errorf("%d of %d connections are there", open, most)
		}
		submit(t, db, "a key", number)
		db.Close()
		db.Warm(t.Context())
	})
}

// How long as many as there are connections wait who file at once as the first after a start, in times of what they wait where the
// connections are warm. On PostgreSQL; on SQLite there is nothing to warm.
func BenchmarkWarm(b *testing.B) {
	db := storetest.Open(b)
	db.Close()
	db.Options.URL = storetest.Postgres(b)
	n := 0
	first := func(warm bool) time.Duration {
		db.Reopen(b)
		if warm {
			db.Warm(b.Context())
		}
		begin := time.Now()
		var wg sync.WaitGroup
		for range 4 {
			n++
			sub := submission(b, db, fmt.Sprintf("key %d", n), fmt.Sprint(1000000000000+n))
			wg.Go(func() {
				if _, err := db.Submit(b.Context(), sub); err != nil {
					b.Error(err)
				}
			})
		}
		wg.Wait()
		return time.Since(begin)
	}
	var cold, warm time.Duration
	for b.Loop() {
		cold += first(false)
		warm += first(true)
	}
	b.ReportMetric(float64(cold)/float64(warm), "times-as-long")
}
