package complaint

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"anxin/server/notify"
	"anxin/server/store"
)

// Notice is what somebody was told, as it lies in their inbox.
type Notice struct {
	ID     string
	Kind   notify.Notice
	At     time.Time
	ReadAt time.Time // zero: not yet
	Own    bool      // it is what they did themselves
	Told   []string  // catalogue keys of what happened, which stand in the timeline, too
	Leg    int       // of a reminder: what is due, and on which day
	Clock  string
	Due    string // 2026-12-01
}

// inbox is what whoever came in was told, the newest first.
func (s *Service) inbox(ctx context.Context, by Access) ([]Notice, error) {
	if by.Party == "" {
		return nil, nil
	}
	kept, err := s.Store.Inbox(ctx, by.Dispute, by.Party, string(notify.Inbox))
	if err != nil {
		return nil, err
	}
	list := make([]Notice, 0, len(kept))
	for _, k := range kept {
		var body noticeBody
		if err := json.Unmarshal(k.Body, &body); err != nil {
			return nil, fmt.Errorf("read a notice: %w", err)
		}
		list = append(list, Notice{ID: k.ID, Kind: notify.Notice(k.Notice), At: k.At, ReadAt: k.ReadAt, Own: body.Own, Told: body.Told, Leg: body.Leg, Clock: body.Clock, Due: body.Due})
	}
	return list, nil
}

// holding are the notices without the reminders of what is done, or has another last day since, and without a question that was
// answered, or is no question any more.
func holding(list []Notice, running []Deadline, asked *SurveyQuestion) []Notice {
	return slices.DeleteFunc(list, func(n Notice) bool {
		switch n.Kind {
		case notify.Reminder:
			return !slices.ContainsFunc(running, func(d Deadline) bool {
				return d.Leg == n.Leg && d.Clock.ID == n.Clock && d.Due.String() == n.Due
			})
		case notify.Survey:
			return asked == nil || !n.At.After(asked.ClosedAt) || asked.Answer != "" && asked.Answer != Unsure
		default:
			return false
		}
	})
}

// Copy is what became of one copy of a notice.
type Copy struct {
	Kind      notify.Notice
	Channel   notify.Channel
	At        time.Time // when it was written
	Delivered time.Time // zero: not yet, or never
	Read      time.Time // in the inbox; zero: not yet
	Dead      time.Time // since when nobody tries any more
	Overtaken bool      // of one nobody tries any more: what it was to remind of was done before
	Outcome   string    // how the last try by hand ended, one of [Outcomes]; empty: there was none
}

// copies are all that were written to whoever came in, the oldest first.
func (s *Service) copies(ctx context.Context, by Access) ([]Copy, error) {
	if by.Party == "" {
		return nil, nil
	}
	kept, err := s.Store.Copies(ctx, by.Dispute, by.Party)
	if err != nil {
		return nil, err
	}
	list := make([]Copy, 0, len(kept))
	for _, k := range kept {
		list = append(list, Copy{
			Kind: notify.Notice(k.Notice), Channel: notify.Channel(k.Channel), At: k.CreatedAt, Delivered: k.DeliveredAt, Read: k.ReadAt, Dead: k.DeadAt, Outcome: k.Outcome,
			Overtaken: k.Failure == store.Overtaken,
		})
	}
	return list, nil
}

// ReadNotices notes that whoever came in has seen those of a file. What came since stays new.
func (s *Service) ReadNotices(ctx context.Context, f File) error {
	var ids []string
	for _, n := range f.Notices {
		if n.ReadAt.IsZero() {
			ids = append(ids, n.ID)
		}
	}
	return s.Store.ReadInbox(ctx, f.Access.Dispute, f.Access.Party, ids)
}
