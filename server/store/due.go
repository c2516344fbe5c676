package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"
)

// Deadlines are rows, and the rows are the queue: whoever sweeps takes those that are due by a lease, which nobody else takes
// before it ends. A process that stops in between, for a moment or for ever, loses its lease and does no harm: what is due is
// worked out anew from the case, and the version of the dispute lets one of two that act on it through.

// Due is a deadline that was taken.
type Due struct {
	ID       string
	Dispute  string
	Leg      string
	Clock    string
	DueAt    time.Time
	Attempts int64 // how often it was taken, this time included
}

// TakeDue takes deadlines that are due, those that wait longest first, for as long as lease.
func (s *Store) TakeDue(ctx context.Context, limit int, lease time.Duration) ([]Due, error) {
	var list []Due
	err := s.Write(ctx, func(tx *Tx) error {
		list = nil
		return tx.Query(`UPDATE deadlines SET lease_until = $1, attempts = attempts + 1 WHERE id IN (SELECT id FROM deadlines
			WHERE due_at <= $2 AND settled_at IS NULL AND (lease_until IS NULL OR lease_until <= $2) ORDER BY due_at, id LIMIT $3`+s.dialect.skipLocked+`)
			RETURNING id, dispute_id, leg_id, clock, due_at, attempts`,
			[]any{canonical(tx.now.Add(lease)), tx.now, limit}, func(scan func(...any) error) error {
				var d Due
				var leg sql.NullString
				err := scan(&d.ID, &d.Dispute, &leg, &d.Clock, &d.DueAt, &d.Attempts)
				d.Leg = leg.String
				list = append(list, d)
				return err
			})
	})
	return list, doing("take what is due", err)
}

// SettleDue notes that nothing follows of a deadline any more. One that is gone is settled.
func (s *Store) SettleDue(ctx context.Context, id string) error {
	return doing("settle a deadline", s.Write(ctx, func(tx *Tx) error {
		_, err := tx.Exec("UPDATE deadlines SET settled_at = $1, lease_until = NULL WHERE id = $2 AND settled_at IS NULL", tx.now, id)
		return err
	}))
}

// PutOffDue lets nobody take a deadline before a time.
func (s *Store) PutOffDue(ctx context.Context, id string, until time.Time) error {
	return doing("put off a deadline", s.Write(ctx, func(tx *Tx) error {
		_, err := tx.Exec("UPDATE deadlines SET lease_until = $1 WHERE id = $2 AND settled_at IS NULL", canonical(until), id)
		return err
	}))
}

// TakeRemindable takes disputes with clocks of which somebody is to be reminded. They come back after the lease unless
// [Store.Remind] says when to look again.
func (s *Store) TakeRemindable(ctx context.Context, limit int, lease time.Duration) ([]string, error) {
	var list []string
	err := s.Write(ctx, func(tx *Tx) error {
		list = nil
		known := map[string]bool{}
		return tx.Query(`UPDATE deadlines SET remind_at = $1 WHERE id IN (SELECT id FROM deadlines
			WHERE remind_at <= $2 AND settled_at IS NULL ORDER BY remind_at, id LIMIT $3`+s.dialect.skipLocked+`)
			RETURNING dispute_id`,
			[]any{canonical(tx.now.Add(lease)), tx.now, limit}, func(scan func(...any) error) error {
				var id string
				err := scan(&id)
				if !known[id] {
					known[id] = true
					list = append(list, id)
				}
				return err
			})
	})
	return list, doing("take what somebody is to be reminded of", err)
}

// Reminder is that somebody was reminded, at a mark of a running clock.
type Reminder struct {
	ID         string
	Leg        string
	Clock      string
	BeganAt    time.Time
	DueAt      time.Time
	Mark       string
	Deliveries []Delivery // by which they are told; none where it only stands noted
}

// instance is one run of a clock towards one last day: one that begins anew, or was extended, is another.
func (r Reminder) instance() string {
	return strings.Join([]string{r.Leg, r.Clock, fmt.Sprint(r.BeganAt.Unix()), fmt.Sprint(r.DueAt.Unix())}, " ")
}

// Look says when to look at a running clock again.
type Look struct {
	Leg   string
	Clock string
	At    time.Time // zero: not any more
}

// Remind keeps reminders with their deliveries, and when to look again. One that was given already is left out, with its deliveries;
// it tells how many were not.
func (s *Store) Remind(ctx context.Context, dispute string, list []Reminder, looks []Look) (given int, err error) {
	for i := range list {
		name(&list[i].ID)
		for j := range list[i].Deliveries {
			name(&list[i].Deliveries[j].ID)
		}
	}
	err = s.Write(ctx, func(tx *Tx) error {
		given = 0
		for _, r := range list {
			is, err := tx.remind(dispute, r)
			if err != nil {
				return err
			}
			if is {
				given++
			}
		}
		for _, l := range looks {
			if _, err := tx.Exec("UPDATE deadlines SET remind_at = $1 WHERE dispute_id = $2 AND COALESCE(leg_id, '') = $3 AND clock = $4 AND settled_at IS NULL",
				timeOrNull(l.At), dispute, l.Leg, l.Clock); err != nil {
				return err
			}
		}
		return nil
	})
	return given, doing("remind somebody", err)
}

func (tx *Tx) remind(dispute string, r Reminder) (bool, error) {
	n, err := tx.Exec(`INSERT INTO reminders (id, dispute_id, leg_id, clock, began_at, due_at, mark, instance, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (dispute_id, instance, mark) DO NOTHING`,
		r.ID, dispute, orNull(r.Leg), r.Clock, canonical(r.BeganAt), canonical(r.DueAt), r.Mark, r.instance(), tx.now)
	if err != nil || n == 0 {
		return false, err
	}
	for _, d := range r.Deliveries {
		if _, err := tx.Exec("INSERT INTO reminder_deliveries (reminder_id, delivery_id) VALUES ($1, $2)", r.ID, d.ID); err != nil {
			return false, err
		}
	}
	if err := tx.audit(dispute, []auditEntry{auditEntry{Actor: "timer"}.of("reminded", "reminder "+r.ID, reminderBytes(r))}); err != nil {
		return false, err
	}
	return true, tx.deliveries(dispute, r.Deliveries)
}

func reminderBytes(r Reminder) []byte {
	return fields(r.Leg, r.Clock, r.Mark, fmt.Sprint(canonical(r.BeganAt).UnixMicro()), fmt.Sprint(canonical(r.DueAt).UnixMicro()))
}

// Reminders are those of a dispute, the oldest first, without their deliveries.
func (s *Store) Reminders(ctx context.Context, dispute string) (list []Reminder, err error) {
	err = s.Read(ctx, func(tx *Tx) error {
		list, err = tx.reminders(dispute)
		return err
	})
	return list, doing("read reminders", err)
}

func (tx *Tx) reminders(dispute string) (list []Reminder, err error) {
	err = tx.Query("SELECT id, leg_id, clock, began_at, due_at, mark FROM reminders WHERE dispute_id = $1 ORDER BY at, id", []any{dispute}, func(scan func(...any) error) error {
		var r Reminder
		var leg sql.NullString
		err := scan(&r.ID, &leg, &r.Clock, &r.BeganAt, &r.DueAt, &r.Mark)
		r.Leg = leg.String
		list = append(list, r)
		return err
	})
	return list, err
}

// Reached counts the reminders of one run of a clock that have reached somebody by another way than the inbox, which nobody opens
// who does not know that there is something in it.
func (s *Store) Reached(ctx context.Context, dispute, leg, clock string, began time.Time) (n int, err error) {
	err = s.Read(ctx, func(tx *Tx) error {
		return tx.Row(`SELECT COUNT(DISTINCT r.id) FROM reminders r JOIN reminder_deliveries x ON x.reminder_id = r.id JOIN deliveries d ON d.id = x.delivery_id
			WHERE r.dispute_id = $1 AND COALESCE(r.leg_id, '') = $2 AND r.clock = $3 AND r.began_at = $4 AND d.delivered_at IS NOT NULL AND d.channel <> $5`,
			[]any{dispute, leg, clock, canonical(began), inbox}, &n)
	})
	return n, doing("count who was reached", err)
}

// inbox is the channel of what lies in her file.
const inbox = "inbox"

// Overtaken is the failure of a reminder that nobody needs any more.
const Overtaken = "overtaken"

// overtake gives up the reminders of a dispute that still wait to be told, where the run of the clock they speak of is over: nobody is
// reminded of what is done.
func (tx *Tx) overtake(dispute string) error {
	_, err := tx.Exec(`UPDATE deliveries SET dead_at = $1, lease_until = NULL, failure = $2 WHERE dispute_id = $3 AND delivered_at IS NULL AND dead_at IS NULL
		AND id IN (SELECT x.delivery_id FROM reminder_deliveries x JOIN reminders r ON r.id = x.reminder_id WHERE r.dispute_id = $3
			AND NOT EXISTS (SELECT 1 FROM deadlines t WHERE t.dispute_id = $3 AND COALESCE(t.leg_id, '') = COALESCE(r.leg_id, '') AND t.clock = r.clock
				AND t.started_at = r.began_at AND t.due_at = r.due_at))`, tx.now, Overtaken, dispute)
	return err
}

// Unasked finds disputes in one of these states that were closed within a time, and about which nobody was asked under the mark.
func (s *Store) Unasked(ctx context.Context, clock, mark string, after, until time.Time, limit int, states ...string) (list []string, err error) {
	err = s.Read(ctx, func(tx *Tx) error {
		return tx.Query(`SELECT d.id FROM disputes d WHERE d.closed_at > $1 AND d.closed_at <= $2
			AND NOT EXISTS (SELECT 1 FROM reminders r WHERE r.dispute_id = d.id AND r.clock = $3 AND r.mark = $4 AND r.began_at = d.closed_at)
			AND d.state IN (`+marks(6, len(states))+`) ORDER BY d.closed_at, d.id LIMIT $5`,
			append([]any{canonical(after), canonical(until), clock, mark, limit}, anys(states)...), func(scan func(...any) error) error {
				var id string
				err := scan(&id)
				list = append(list, id)
				return err
			})
	})
	return list, doing("find whom to ask", err)
}
