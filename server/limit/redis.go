package limit

import (
	"context"
	_ "embed" // take.lua
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

//go:embed take.lua
var takeLua string

var takeScript = redis.NewScript(takeLua)

// A Redis that is slow is worse than none, for who signs in waits for it. So it is given a tenth of a second, and after a
// failure it is left alone for a while.
const (
	patience = 100 * time.Millisecond
	restFor  = 2 * time.Second
)

// Redis counts for all servers that share it. What it counts it also counts by itself, and goes on so while Redis is
// silent, gone or full: each server then limits what it sees, from where the count stood, and none is open.
type Redis struct {
	client *redis.Client
	own    *Memory
	now    func() time.Time
	log    *slog.Logger
	wait   time.Duration

	restUntil atomic.Int64 // Redis is left alone until then, in the clock's nanoseconds
	resting   atomic.Bool  // it failed, and has not answered since
}

var quietLibrary sync.Once

// OpenRedis counts in the Redis at an address, redis://… or rediss://…. It need not be there yet. Close what it returns.
func OpenRedis(address string, now func() time.Time, log *slog.Logger) (*Redis, error) {
	return openRedis(address, patience, now, log)
}

func openRedis(address string, wait time.Duration, now func() time.Time, log *slog.Logger) (*Redis, error) {
	o, err := redis.ParseURL(address)
	if err != nil {
		// The error would show the password.
		return nil, errors.New("ANXIN_REDIS_URL is no address of a Redis: write redis://host:6379, or rediss:// for TLS")
	}
	// The library writes a line for each connection that fails, with its address. What there is to say, we say once.
	quietLibrary.Do(func() { redis.SetLogger(silent{}) })
	o.DialTimeout, o.ReadTimeout, o.WriteTimeout, o.PoolTimeout = wait, wait, wait, wait
	o.MaxRetries, o.DialerRetries = -1, 1
	o.ContextTimeoutEnabled = true // otherwise a silent Redis holds a call for as long as it likes
	o.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	o.DisableIdentity = true
	return &Redis{client: redis.NewClient(o), own: NewMemory(now), now: now, log: log, wait: wait}, nil
}

type silent struct{}

func (silent) Printf(context.Context, string, ...any) {}

// Close ends the connections.
func (r *Redis) Close() error { return r.client.Close() }

// Take is [Limiter]'s.
func (r *Redis) Take(ctx context.Context, key Key, n int) Decision {
	if !r.mayAsk() {
		return r.own.Take(ctx, key, n)
	}
	d, err := r.take(ctx, key, n)
	if err != nil {
		if ctx.Err() == nil { // else it is whoever asked that has gone
			r.rest(err)
		}
		return r.own.Take(ctx, key, n)
	}
	if r.resting.CompareAndSwap(true, false) {
		r.log.Info("limits are shared again")
	}
	if !d.Shed {
		r.own.Take(ctx, key, n)
	}
	return d
}

// mayAsk tells whether Redis is to be asked. While it rests nobody does, and when that is over one does, for all others.
func (r *Redis) mayAsk() bool {
	until, now := r.restUntil.Load(), r.now()
	if until == 0 {
		return true
	}
	ahead := time.Duration(until - now.UnixNano())
	if ahead > 0 && ahead <= restFor { // further only when the clock was put back
		return false
	}
	return r.restUntil.CompareAndSwap(until, now.Add(restFor).UnixNano())
}

func (r *Redis) rest(err error) {
	r.restUntil.Store(r.now().Add(restFor).UnixNano())
	if r.resting.CompareAndSwap(false, true) {
		r.log.Warn("Redis does not answer: this server limits by itself", "error", err)
	}
}

func (r *Redis) take(ctx context.Context, key Key, n int) (Decision, error) {
	ctx, cancel := context.WithTimeout(ctx, r.wait)
	defer cancel()
	rule := key.Rule
	micro := func(d time.Duration) int64 { return d.Microseconds() }
	sheds := 0
	if rule.Sheds {
		sheds = 1
	}
	name := "anxin:limit:" + rule.Name + ":" + base64.RawURLEncoding.EncodeToString(key.Who)
	got, err := takeScript.Run(ctx, r.client, []string{name},
		n, micro(rule.Every), micro(time.Duration(rule.Free)*rule.Every), micro(rule.Longest), sheds).Int64Slice()
	if err == nil && len(got) != 2 {
		err = fmt.Errorf("%d values", len(got))
	}
	if err != nil {
		return Decision{}, fmt.Errorf("count in Redis: %w", err)
	}
	r.restUntil.Store(0)
	return Decision{Wait: time.Duration(got[0]) * time.Microsecond, Shed: got[1] == 1}, nil
}

// Ping asks whether Redis is there and takes what is written: for "doctor".
func (r *Redis) Ping(ctx context.Context) error {
	_, err := r.take(ctx, Key{Rule: Rule{Name: "ping", Free: 1, Every: time.Millisecond}, Who: []byte("ping")}, 1)
	return err
}
