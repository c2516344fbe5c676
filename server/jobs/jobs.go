// Package jobs does what nobody asks for by a request: it lets clocks run out, reminds, delivers, and takes away what is over.
//
// A [Job] looks for what is due and does it. Whoever does two at once, in this process or in another, must do no harm: the jobs
// take their rows from the database by leases. The [Sweeper] only sees to it that each is done again and again, that one that
// fails or panics neither ends nor holds up the others, and that all end when they are told to.
package jobs

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime/debug"
	"sync"
	"time"
)

// Job is something that is done again and again.
type Job struct {
	Name  string
	Every time.Duration // from the end of one run to the next, and up to a fifth more, so that replicas do not all look at once
	// Run does what is due and tells whether more may be waiting: then it is run again at once.
	Run func(context.Context) (more bool, err error)
}

// Sweeper runs jobs, each by itself.
type Sweeper struct {
	Jobs []Job
	Log  *slog.Logger
}

// mostAtOnce bounds how often a job is run without a rest, however much there is: one that says "more" by mistake would never rest.
const mostAtOnce = 1000

// Run does the jobs until ctx ends, and comes back when the last of them is done.
func (s *Sweeper) Run(ctx context.Context) {
	var all sync.WaitGroup
	for _, j := range s.Jobs {
		all.Go(func() { s.repeat(ctx, j) })
	}
	all.Wait()
}

// repeat begins with a rest: who starts has more urgent things to do, and what is due was due before.
func (s *Sweeper) repeat(ctx context.Context, j Job) {
	for {
		next := time.NewTimer(j.Every + rand.N(j.Every/5+1)) //nolint:gosec // no secret
		select {
		case <-ctx.Done():
			next.Stop()
			return
		case <-next.C:
			s.do(ctx, j)
		}
	}
}

// Once does every job once, in turn, until nothing more is waiting.
func (s *Sweeper) Once(ctx context.Context) {
	for _, j := range s.Jobs {
		s.do(ctx, j)
	}
}

func (s *Sweeper) do(ctx context.Context, j Job) {
	for range mostAtOnce {
		more, err := run(ctx, j)
		if err != nil && ctx.Err() == nil {
			s.Log.Error("a job went wrong", "job", j.Name, "error", err)
		}
		if !more || err != nil || ctx.Err() != nil {
			return
		}
	}
	s.Log.Warn("a job does not come to an end", "job", j.Name)
}

// run does a job once. A panic is an error like others: the log says where.
func run(ctx context.Context, j Job) (more bool, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
		}
	}()
	return j.Run(ctx)
}
