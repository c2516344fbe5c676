package limit_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"anxin/server/fault"
	"anxin/server/limit"
	"anxin/server/limit/limittest"
)

// Waits are so long that the time a test takes is nothing to them.
const every = time.Hour

var (
	sheds = limit.Rule{Name: "sheds", Free: 3, Every: every, Longest: 2 * every, Sheds: true}
	slows = limit.Rule{Name: "slows", Free: 3, Every: every, Longest: 2 * every}
)

func key(r limit.Rule, who string) limit.Key { return limit.Key{Rule: r, Who: []byte(who)} }

// each runs a test with a limiter in this process, and with one in Redis.
func each(t *testing.T, test func(t *testing.T, l limit.Limiter)) {
	t.Helper()
	t.Run("memory", func(t *testing.T) {
		t.Parallel()
		test(t, limit.NewMemory(time.Now))
	})
	t.Run("redis", func(t *testing.T) {
		t.Parallel()
		s := limittest.Redis(t)
		r, log := open(t, s.URL, time.Now)
		test(t, r)
		if said := log.String(); said != "" {
			t.Errorf("it did not count in Redis all the time: %s", said)
		}
	})
}

// open is patient: what is tested is not how fast a busy machine is.
func open(t *testing.T, url string, now func() time.Time) (*limit.Redis, *strings.Builder) {
	t.Helper()
	return openBy(t, limit.OpenRedisPatiently, url, now)
}

func openBy(t *testing.T, by func(string, func() time.Time, *slog.Logger) (*limit.Redis, error), url string, now func() time.Time) (*limit.Redis, *strings.Builder) {
	t.Helper()
	var log strings.Builder
	r, err := by(url, now, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return r, &log
}

// hours is a decision to the nearest of the waits above.
func hours(d limit.Decision) string {
	s := fmt.Sprint(d.Wait.Round(every / 100).Hours())
	if d.Shed {
		s += " shed"
	}
	return s
}

func TestTake(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, l limit.Limiter) {
		for _, c := range []struct {
			name string
			rule limit.Rule
			n    []int
			want string
		}{
			{"free ones, then waits, then none", sheds, []int{1, 1, 1, 1, 1, 1, 1}, "0 0 0 1 2 3 shed 3 shed"},
			{"what is shed is not counted", sheds, []int{1, 1, 1, 1, 1, 1, -1, 1}, "0 0 0 1 2 3 shed 1 2"},
			{"nobody is refused", slows, []int{1, 1, 1, 1, 1, 1, 1}, "0 0 0 1 2 2 2"},
			{"nor owes more than that", slows, []int{9, -1, 1}, "2 1 2"},
			{"what is given back does not count", sheds, []int{1, -1, 1, -1, 1, -1, 1, -1, 1, 1, 1, 1}, "0 0 0 0 0 0 0 0 0 0 0 1"},
			{"nobody has more than nothing", sheds, []int{-1, -5, 1, 1, 1, 1}, "0 0 0 0 0 1"},
			{"several at once", sheds, []int{3, 2, 2, 1}, "0 2 4 shed 3 shed"},
			{"a look counts nothing", sheds, []int{0, 3, 0, 1, 0, 0}, "0 0 0 1 1 1"},
			{"one turn after the other", limit.Rule{Name: "turn", Every: every, Longest: 3 * every, Sheds: true}, []int{1, 1, 1, 1, -1, 1}, "1 2 3 4 shed 2 3"},
		} {
			var got []string
			for _, n := range c.n {
				got = append(got, hours(l.Take(t.Context(), key(c.rule, c.name), n)))
			}
			if got := strings.Join(got, " "); got != c.want {
				t.Errorf("%s: waits %s, want %s", c.name, got, c.want)
			}
		}
	})
}

// Whom one rule slows another does not, and nobody is slowed for somebody else.
func TestKeysAreApart(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, l limit.Limiter) {
		l.Take(t.Context(), key(sheds, "a"), 5)
		for _, k := range []limit.Key{key(sheds, "b"), key(slows, "a"), key(sheds, "")} {
			if d := l.Take(t.Context(), k, 1); d != (limit.Decision{}) {
				t.Errorf("%s of %q: %v", k.Rule.Name, k.Who, d)
			}
		}
	})
}

// A hundred at once are a hundred: none slips in between.
func TestAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, l limit.Limiter) {
		var mu sync.Mutex
		var wg sync.WaitGroup
		waits := map[string]int{}
		for range 100 {
			wg.Go(func() {
				d := l.Take(t.Context(), key(sheds, "a"), 1)
				mu.Lock()
				defer mu.Unlock()
				waits[hours(d)]++
			})
		}
		wg.Wait()
		if got, want := fmt.Sprint(waits), "map[0:3 1:1 2:1 3 shed:95]"; got != want {
			t.Errorf("waits %s, want %s", got, want)
		}
	})
}

func TestTimeGivesBack(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
	m := limit.NewMemory(func() time.Time { return now })
	take := func(want string) {
		t.Helper()
		if got := hours(m.Take(t.Context(), key(sheds, "a"), 1)); got != want {
			t.Errorf("waits %s, want %s", got, want)
		}
	}
	for _, want := range []string{"0", "0", "0", "1", "2", "3 shed"} {
		take(want)
	}
	now = now.Add(every)
	take("2")
	now = now.Add(24 * every)
	for _, want := range []string{"0", "0", "0", "1", "2", "3 shed"} {
		take(want)
	}
	now = now.Add(-48 * every) // the clock is put back: nobody waits for two days
	take("3 shed")
	now = now.Add(every)
	take("2")
}

// It remembers so many, and forgets who is nearest to being free.
func TestMemoryIsBounded(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
	m := limit.NewMemory(func() time.Time { return now })
	limit.AtMost(m, 100)
	m.Take(t.Context(), key(sheds, "the worst"), 5)
	for i := range 1000 {
		m.Take(t.Context(), key(sheds, fmt.Sprint(i)), 1)
	}
	if n := limit.Remembers(m); n != 100 {
		t.Errorf("it remembers %d", n)
	}
	if d := m.Take(t.Context(), key(sheds, "the worst"), 1); !d.Shed {
		t.Errorf("the worst was forgotten: %v", d)
	}
	now = now.Add(24 * every)
	for i := range 200 {
		m.Take(t.Context(), key(sheds, fmt.Sprint("later ", i)), 1)
	}
	if n := limit.Remembers(m); n != 100 {
		t.Errorf("it remembers %d", n)
	}
	m.Take(t.Context(), key(sheds, "later 199"), -1)
	if n := limit.Remembers(m); n != 99 {
		t.Errorf("with nothing to remember of one, it remembers %d", n)
	}
}

func TestGate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := limit.Gate{Limiter: limit.NewMemory(time.Now)}
		k := key(sheds, "a")
		enter := func(ctx context.Context) (time.Duration, func(), error) {
			began := time.Now()
			forgive, err := g.Enter(ctx, k)
			return time.Since(began), forgive, err
		}
		for range 10 { // right ones, as many as anybody likes
			waited, forgive, err := enter(t.Context())
			if waited != 0 || err != nil {
				t.Fatalf("waited %v, %v", waited, err)
			}
			forgive()
		}
		for range 3 {
			if waited, _, err := enter(t.Context()); waited != 0 || err != nil {
				t.Errorf("waited %v, %v", waited, err)
			}
		}
		gone, leave := context.WithCancel(t.Context())
		for range 2 {
			go func() {
				if _, err := g.Enter(gone, k); !errors.Is(err, context.Canceled) {
					t.Error(err)
				}
			}()
		}
		synctest.Wait()
		_, _, err := enter(t.Context())
		if f := fault.From(err); f.Kind != fault.Unavailable || f.RetryAfter != 3*every {
			t.Errorf("with two waiting: %v, again in %v", err, f.RetryAfter)
		}
		leave()
		synctest.Wait()
		if waited, _, err := enter(t.Context()); waited != every || err != nil {
			t.Errorf("after they left: waited %v, %v", waited, err)
		}
		if _, err := g.Enter(gone, key(sheds, "b")); !errors.Is(err, context.Canceled) {
			t.Errorf("somebody who has gone already: %v", err)
		}
	})
	if d := (limit.Off{}).Take(t.Context(), key(sheds, "a"), 1000); d != (limit.Decision{}) {
		t.Errorf("off: %v", d)
	}
}
