package notify

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"time"
)

// Due is a mail that was taken to be sent, for as long as that may take. Of the two one is called; where neither is, because whoever
// took it died, the mail comes back: at least once.
type Due struct {
	Mail
	Sent   func(context.Context) error
	Failed func(context.Context, *Failure) error
}

// Worker sends what is due.
type Worker struct {
	Next func(context.Context) (d Due, ok bool, err error) // takes what is due the longest; ok is false where nothing is
	Send func(context.Context, Mail) error                 // [Mailer.Send]
	Log  *slog.Logger
}

// every is how often it looks. Mail is in no hurry of seconds, and many servers should not look at once.
const every = 15 * time.Second

// Run sends what is due until ctx ends.
func (w *Worker) Run(ctx context.Context) {
	for {
		if _, err := w.Deliver(ctx); err != nil && ctx.Err() == nil {
			w.Log.Error("deliver notices", "error", err)
		}
		t := time.NewTimer(every/2 + rand.N(every)) //nolint:gosec // no secret
		select {
		case <-ctx.Done():
			t.Stop()
			return
		case <-t.C:
		}
	}
}

// Deliver sends all that is due now, one after the other, and tells how many went out. Where the server itself fails, the rest
// waits for the next time.
func (w *Worker) Deliver(ctx context.Context) (sent int, err error) {
	for ctx.Err() == nil {
		m, ok, err := w.Next(ctx)
		if err != nil || !ok {
			return sent, err
		}
		err = w.Send(ctx, m.Mail)
		why, failed := errors.AsType[*Failure](err)
		switch {
		case err == nil:
			// What has gone out is noted, also where we are told to stop just now.
			if err := m.Sent(context.WithoutCancel(ctx)); err != nil {
				return sent, err
			}
			sent++
			continue
		case ctx.Err() != nil:
			return sent, ctx.Err() // it comes back by itself
		case !failed:
			return sent, err
		}
		w.Log.Warn("a notice was not delivered", "delivery", m.ID, "why", why.ID)
		if err := m.Failed(ctx, why); err != nil {
			return sent, err
		}
		if why.Server {
			return sent, nil
		}
	}
	return sent, ctx.Err()
}
