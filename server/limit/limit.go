// Package limit slows down who tries too often: wrong codes, sign-ins, drafts begun by the hundred.
//
// It slows, and refuses nobody for good. The many who share one address of a mobile network must not shut each other out, so a
// try that comes too soon waits until it is its time; where more wait than is sensible, the next are asked to come back in a
// moment. What was tried with success is given back: only failures count. Reading public pages is not limited at all.
//
// How much is too often stands in rules.go. Counts are kept in this process ([Memory]) or, for several servers, in Redis
// ([Redis]), under keyed hashes: neither learns whom it counts.
package limit

import (
	"context"
	"errors"
	"time"

	"anxin/server/fault"
)

// Rule says how often is too often.
type Rule struct {
	Name    string        // of what is counted; two rules never share a count
	Free    int           // so many at once wait for nothing
	Every   time.Duration // and one more in each such time
	Longest time.Duration // nobody waits longer
	Sheds   bool          // who would have to is sent away for a moment; otherwise goes ahead after the longest wait
}

// Key is who is counted under which rule.
type Key struct {
	Rule Rule
	Who  []byte // a keyed hash (vault.Index); never an address or a number itself
}

// Decision is what a try is answered with.
type Decision struct {
	Wait time.Duration // go ahead after it
	Shed bool          // too many wait already: this one was not counted, and is to come back after Wait
}

// Limiter counts tries.
type Limiter interface {
	// Take counts n tries of a key, or with n < 0 gives so many back, and says how long to wait before going ahead. It
	// answers within a tenth of a second and never fails: a limiter whose store is gone counts by itself.
	Take(ctx context.Context, key Key, n int) Decision
}

// Take is the arithmetic that every limiter does (the generic cell rate algorithm): ahead is how far the tries so far reach
// into the future, after is the same with these. [Redis] does it in Lua.
func (r Rule) take(ahead time.Duration, n int) (after time.Duration, d Decision) {
	free := time.Duration(r.Free) * r.Every
	most := free + r.Longest
	ahead = min(max(ahead, 0), most) // further only when a clock was put back
	after = max(ahead+time.Duration(n)*r.Every, 0)
	if n > 0 && after > most {
		if r.Sheds {
			return ahead, Decision{Wait: after - free, Shed: true}
		}
		after = most
	}
	return after, Decision{Wait: max(after-free, 0)}
}

// Gate is a limiter where tries wait. One without a limiter limits nothing.
type Gate struct {
	Limiter Limiter
	Sleep   func(context.Context, time.Duration) error // nil: really
}

// Enter counts a try and waits until it is its time. Whoever's try then turns out to be right calls forgive, so that it does
// not count. Where too many wait it is [fault.Unavailable]; where ctx ends first, nothing was counted.
func (g Gate) Enter(ctx context.Context, key Key) (forgive func(), err error) {
	if g.Limiter == nil {
		return func() {}, ctx.Err()
	}
	forgive = func() { g.Limiter.Take(context.WithoutCancel(ctx), key, -1) }
	d := g.Limiter.Take(ctx, key, 1)
	if d.Shed {
		return nil, &fault.Error{Kind: fault.Unavailable, RetryAfter: d.Wait, Err: errors.New("too many wait for their turn: " + key.Rule.Name)}
	}
	if err = ctx.Err(); err == nil && d.Wait > 0 {
		wait := g.Sleep
		if wait == nil {
			wait = sleep
		}
		err = wait(ctx, d.Wait)
	}
	if err != nil {
		forgive()
		return nil, err
	}
	return forgive, nil
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Off limits nothing: for measuring under load, where nobody else can reach the server.
type Off struct{}

// Take lets everybody go ahead.
func (Off) Take(context.Context, Key, int) Decision { return Decision{} }
