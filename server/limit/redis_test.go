package limit_test

import (
	"context"
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"anxin/server/limit"
	"anxin/server/limit/limittest"
)

var soak = flag.Duration("soak", 0, "how long the times with a failing Redis are measured, for each way of failing")

// What goes wrong with a Redis, and how it is mended.
var troubles = map[string]struct {
	begin, end func(t *testing.T, s *limittest.Server)
}{
	"silent": {
		func(_ *testing.T, s *limittest.Server) { s.Silence() },
		func(_ *testing.T, s *limittest.Server) { s.Wake() },
	},
	"killed": {
		func(_ *testing.T, s *limittest.Server) { s.Kill() },
		func(_ *testing.T, s *limittest.Server) { s.Start() },
	},
	"full": {fill, drain},
}

// fill leaves it no room for a single count more.
func fill(t *testing.T, s *limittest.Server) {
	t.Helper()
	c := s.Client()
	defer c.Close()
	for _, set := range [][2]string{{"maxmemory-policy", "noeviction"}, {"maxmemory", "1"}} {
		if err := c.ConfigSet(t.Context(), set[0], set[1]).Err(); err != nil {
			t.Fatal(err)
		}
	}
}

func drain(t *testing.T, s *limittest.Server) {
	t.Helper()
	c := s.Client()
	defer c.Close()
	if err := c.ConfigSet(t.Context(), "maxmemory", "0").Err(); err != nil {
		t.Fatal(err)
	}
}

// A clock that a test moves, for the rest that a failing Redis is given.
type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

// Whatever happens to Redis, nobody is let in more often than one process by itself would let them in, nothing fails, and when
// it is back the count is shared again.
func TestRedisInTrouble(t *testing.T) {
	t.Parallel()
	for name, trouble := range troubles {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := limittest.Redis(t)
			at := &clock{time.Now()}
			r, log := open(t, s.URL, at.Now)
			another, _ := open(t, s.URL, at.Now)
			take := func(l limit.Limiter, who, want string) {
				t.Helper()
				if got := hours(l.Take(t.Context(), key(sheds, who), 1)); got != want {
					t.Errorf("%s waits %s, want %s", who, got, want)
				}
			}
			// Two servers count together.
			take(r, "a", "0")
			take(another, "a", "0")
			take(r, "a", "0")
			take(another, "a", "1")

			trouble.begin(t, s)
			// This one saw two of them, and goes on from there.
			for _, want := range []string{"0", "1", "2", "3 shed"} {
				take(r, "a", want)
			}
			for _, want := range []string{"0", "0", "0", "1", "2", "3 shed"} {
				take(r, "b", want)
			}
			if n := strings.Count(log.String(), "\n"); n != 1 || !strings.Contains(log.String(), "Redis does not answer") {
				t.Errorf("it is told %d times: %s", n, log)
			}
			at.now = at.now.Add(limit.RestFor)
			take(r, "b", "3 shed") // asked again, in vain

			trouble.end(t, s)
			take(r, "c", "0") // still left alone: this one counts by itself
			at.now = at.now.Add(limit.RestFor)
			if err := r.Ping(t.Context()); err != nil {
				t.Fatal(err)
			}
			take(r, "d", "0")
			if !strings.HasSuffix(log.String(), "msg=\"limits are shared again\"\n") || strings.Count(log.String(), "\n") != 2 {
				t.Errorf("it is told: %s", log)
			}
			at.now = at.now.Add(limit.RestFor)
			take(another, "d", "0")
			take(r, "d", "0")
			take(another, "d", "1")
		})
	}
}

// Where there never was one, a server starts and limits.
func TestNoRedis(t *testing.T) {
	t.Parallel()
	r, log := openBy(t, limit.OpenRedis, "redis://:canary-password@127.0.0.1:1/0", time.Now) // a port that nobody is given
	for _, want := range []string{"0", "0", "0", "1", "2", "3 shed"} {
		if got := hours(r.Take(t.Context(), key(sheds, "a"), 1)); got != want {
			t.Errorf("waits %s, want %s", got, want)
		}
	}
	if err := r.Ping(t.Context()); err == nil {
		t.Error("it answers a ping")
	}
	if strings.Contains(log.String(), "canary") {
		t.Errorf("the log has the password: %s", log)
	}
}

func TestOpenRedisRefuses(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"", "localhost:6379", "http://:canary@host", "redis://:canary%zz@host", "redis://:canary@host:port"} {
		r, err := limit.OpenRedis(url, time.Now, nil)
		if err == nil {
			t.Errorf("%q is taken", url)
			r.Close()
		} else if strings.Contains(err.Error(), "canary") {
			t.Errorf("the error shows the password: %v", err)
		}
	}
}

// Whoever has gone does not make a Redis look as if it failed.
func TestGoneBeforeRedisAnswers(t *testing.T) {
	t.Parallel()
	s := limittest.Redis(t)
	r, log := open(t, s.URL, time.Now)
	gone, leave := context.WithCancel(t.Context())
	leave()
	r.Take(gone, key(sheds, "a"), 1)
	if err := r.Ping(t.Context()); err != nil || log.String() != "" {
		t.Errorf("%v; the log says %s", err, log)
	}
}

// Redis learns nothing but hashes, and forgets by itself.
func TestWhatRedisKeeps(t *testing.T) {
	t.Parallel()
	s := limittest.Redis(t)
	r, _ := open(t, s.URL, time.Now)
	r.Take(t.Context(), limit.Key{Rule: sheds, Who: []byte{0xde, 0xad, 0xbe, 0xef}}, 2)
	c := s.Client()
	defer c.Close()
	keys, err := c.Keys(t.Context(), "*").Result()
	if err != nil || !slices.Equal(keys, []string{"anxin:limit:sheds:3q2-7w"}) {
		t.Fatalf("it has %v, %v", keys, err)
	}
	if left := c.PTTL(t.Context(), keys[0]).Val(); left < 2*every-time.Minute || left > 2*every {
		t.Errorf("it forgets in %v", left)
	}
	r.Take(t.Context(), limit.Key{Rule: sheds, Who: []byte{0xde, 0xad, 0xbe, 0xef}}, -2)
	if n := c.DBSize(t.Context()).Val(); n != 0 {
		t.Errorf("with nothing counted it keeps %d", n)
	}
	// A clock that was put back by years, or what somebody else wrote there.
	for _, there := range []string{"9999999999999999", "0", "-5"} {
		if err := c.Set(t.Context(), keys[0], there, 0).Err(); err != nil {
			t.Fatal(err)
		}
		if d := r.Take(t.Context(), limit.Key{Rule: sheds, Who: []byte{0xde, 0xad, 0xbe, 0xef}}, 1); d.Wait > 3*every {
			t.Errorf("with %s there: %v", there, d)
		}
	}
}

// With a failing Redis next to nobody waits for it: one in two seconds, for a tenth of a second.
func TestTimesWithFailingRedis(t *testing.T) {
	if *soak == 0 {
		t.Skip("measured by make soak: -soak 20s")
	}
	for name, trouble := range troubles {
		t.Run(name, func(t *testing.T) {
			s := limittest.Redis(t)
			r, _ := openBy(t, limit.OpenRedis, s.URL, time.Now)
			measure := func() (took []time.Duration) {
				for end := time.Now().Add(*soak); time.Now().Before(end); {
					began := time.Now()
					r.Take(t.Context(), key(limit.SignIn, fmt.Sprint(len(took)%1000)), 1)
					took = append(took, time.Since(began))
					if len(took) == cap(took) {
						took = slices.Grow(took, 1<<20)
					}
				}
				slices.Sort(took)
				return took
			}
			healthy := measure()
			trouble.begin(t, s)
			ill := measure()
			slow := 0
			for _, d := range ill {
				if d >= limit.Patience {
					slow++
				}
			}
			at := func(all []time.Duration, share float64) time.Duration { return all[int(float64(len(all)-1)*share)] }
			t.Logf("healthy: p50 %v p99 %v longest %v; %s: p50 %v p99 %v longest %v, %d of %d waited for it",
				at(healthy, .5), at(healthy, .99), at(healthy, 1), name, at(ill, .5), at(ill, .99), at(ill, 1), slow, len(ill))
			if most := int(*soak/limit.RestFor) + 2; slow > most {
				t.Errorf("%d waited for it in %v, want %d at most", slow, *soak, most)
			}
			if longest := at(ill, 1); longest > 500*time.Millisecond {
				t.Errorf("somebody waited %v for it", longest)
			}
			if p99 := at(ill, .99); p99 > time.Millisecond {
				t.Errorf("one in a hundred waited %v", p99)
			}
			trouble.end(t, s)
		})
	}
}
