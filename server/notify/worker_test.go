package notify_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"anxin/server/notify"
)

// queue hands out mails and notes what becomes of them.
type queue struct {
	mails []notify.Mail
	noted []string
}

func (q *queue) next(context.Context) (notify.Due, bool, error) {
	if len(q.mails) == 0 {
		return notify.Due{}, false, nil
	}
	m := q.mails[0]
	q.mails = q.mails[1:]
	note := func(what string) error { q.noted = append(q.noted, m.ID+" "+what); return nil }
	return notify.Due{
		Mail: m, Sent: func(context.Context) error { return note("sent") },
		Failed: func(_ context.Context, why *notify.Failure) error { return note(why.ID) },
	}, true, nil
}

func TestWorkerGoesOn(t *testing.T) {
	t.Parallel()
	broken := errors.New("a key is missing")
	for name, c := range map[string]struct {
		answers []error
		noted   []string
		left    int
		sent    int
		err     error
	}{
		"all go out":                {[]error{nil, nil, nil}, []string{"a sent", "b sent", "c sent"}, 0, 3, nil},
		"one fails, the rest go on": {[]error{nil, &notify.Failure{ID: "no_mailbox", Permanent: true}, nil}, []string{"a sent", "b no_mailbox", "c sent"}, 0, 2, nil},
		"the server fails":          {[]error{&notify.Failure{ID: "silent", Server: true}}, []string{"a silent"}, 2, 0, nil},
		"we cannot write it":        {[]error{nil, broken}, []string{"a sent"}, 1, 1, broken},
	} {
		q := &queue{mails: []notify.Mail{{ID: "a", To: her}, {ID: "b", To: her}, {ID: "c", To: her}}}
		var log bytes.Buffer
		n := 0
		w := notify.Worker{Next: q.next, Log: slog.New(slog.NewTextHandler(&log, nil)), Send: func(context.Context, notify.Mail) error {
			n++
			return c.answers[n-1]
		}}
		sent, err := w.Deliver(t.Context())
		if sent != c.sent || !errors.Is(err, c.err) || !slices.Equal(q.noted, c.noted) || len(q.mails) != c.left {
			t.Errorf("%s: sent %d, %v, %v, %d left", name, sent, err, q.noted, len(q.mails))
		}
		if strings.Contains(log.String(), "canary") {
			t.Errorf("%s: the log names her: %s", name, log.String())
		}
	}
}

// Told to stop in the middle, it says nothing of a mail of which it does not know, and notes one that has gone out.
func TestWorkerStops(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answer error
		noted  []string
	}{"gone out": {nil, []string{"a sent"}}, "not known": {&notify.Failure{ID: "cut_off"}, nil}} {
		ctx, stop := context.WithCancel(t.Context())
		q := &queue{mails: []notify.Mail{{ID: "a"}, {ID: "b"}}}
		w := notify.Worker{Next: q.next, Log: slog.New(slog.DiscardHandler), Send: func(context.Context, notify.Mail) error {
			stop()
			return c.answer
		}}
		if _, err := w.Deliver(ctx); !errors.Is(err, context.Canceled) || !slices.Equal(q.noted, c.noted) || len(q.mails) != 1 {
			t.Errorf("%s: %v, %v", name, err, q.noted)
		}
	}
}
