package jobs

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"
)

type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// patience is how long a test waits for what should happen at once.
const patience = 10 * time.Second

func wait(t *testing.T, event <-chan struct{}, what string) {
	t.Helper()
	select {
	case <-event:
	case <-time.After(patience):
		t.Fatalf("not within %v: %s", patience, what)
	}
}

func TestOneThatPanicsHoldsUpNobody(t *testing.T) {
	t.Parallel()
	log := &lines{}
	again := make(chan struct{}, 1)
	runs := 0
	s := &Sweeper{Log: slog.New(slog.NewTextHandler(log, nil)), Jobs: []Job{
		{Name: "panics", Every: time.Millisecond, Run: func(context.Context) (bool, error) { panic("a fault of the test's") }},
		{Name: "fails", Every: time.Millisecond, Run: func(context.Context) (bool, error) { return true, errors.New("a fault of the test's") }},
		{Name: "hangs", Every: time.Millisecond, Run: func(ctx context.Context) (bool, error) { <-ctx.Done(); return false, ctx.Err() }},
		{Name: "works", Every: time.Millisecond, Run: func(context.Context) (bool, error) {
			if runs++; runs == 20 {
				again <- struct{}{}
			}
			return false, nil
		}},
	}}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); s.Run(ctx) }()
	wait(t, again, "the job that works was run twenty times")
	stop()
	wait(t, ended, "all end when they are told to")
	for _, want := range []string{"job=panics", "job=fails", "jobs_test.go"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log does not say %q", want)
		}
	}
	if strings.Contains(log.String(), "job=hangs") {
		t.Error("to be told to stop is no fault")
	}
}

func TestUntilNothingIsWaiting(t *testing.T) {
	t.Parallel()
	left, endless := 7, 0
	log := &lines{}
	s := &Sweeper{Log: slog.New(slog.NewTextHandler(log, nil)), Jobs: []Job{
		{Name: "endless", Run: func(context.Context) (bool, error) { endless++; return true, nil }},
		{Name: "counted", Run: func(context.Context) (bool, error) { left--; return left > 0, nil }},
	}}
	s.Once(t.Context())
	if left != 0 || endless != mostAtOnce || !strings.Contains(log.String(), "job=endless") {
		t.Errorf("%d are left; the endless one ran %d times", left, endless)
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	endless = 0
	s.Once(stopped)
	if endless != 1 {
		t.Errorf("told to stop, the endless one ran %d times", endless)
	}
}
