package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"anxin/server/fault"
)

// Letter is one that lies drafted, or was sent.
type Letter struct {
	ID        string
	Dispute   string
	Leg       string
	Kind      string
	Body      []byte // as sent; none of a draft, which is written from the case
	DraftedAt time.Time
	SentAt    time.Time // when it was noted that it was sent; zero: it was not
	SentOn    string    // the day, 2026-12-01
	SentBy    string
	Way       string
	SettledAt time.Time // since when it is not needed any more; zero: it is, or was sent
}

// Silence is that a firm let its time pass.
type Silence struct {
	Leg         string
	Institution string // empty where the firm is not on the list
	Channel     string
	Clock       string
	Month       string
}

// letters settles what was drafted for legs that have moved, keeps what was sent with the move, and drafts anew.
func (tx *Tx) letters(c Change) ([]auditEntry, error) {
	var entries []auditEntry
	by := auditEntry{Actor: c.Events[0].Actor, ActorID: c.Events[0].ActorID}
	if c.Sent != nil {
		if err := tx.sendLetter(c.Dispute, *c.Sent); err != nil {
			return nil, err
		}
		entries = append(entries, by.of("sent", "letter "+c.Sent.ID, letterBytes(*c.Sent)))
	}
	for _, l := range c.Legs {
		open := "UPDATE letters SET settled_at = $1 WHERE leg_id = $2 AND sent_at IS NULL AND settled_at IS NULL"
		if len(c.Needed) > 0 {
			open += " AND id NOT IN (" + marks(3, len(c.Needed)) + ")"
		}
		if _, err := tx.Exec(open, append([]any{tx.now, l.ID}, anys(c.Needed)...)...); err != nil {
			return nil, err
		}
	}
	for _, l := range c.Drafts {
		if _, err := tx.Exec("UPDATE letters SET settled_at = $1 WHERE leg_id = $2 AND kind = $3 AND sent_at IS NULL AND settled_at IS NULL", tx.now, l.Leg, l.Kind); err != nil {
			return nil, err
		}
		if _, err := tx.Exec("INSERT INTO letters (id, dispute_id, leg_id, kind, drafted_at) VALUES ($1, $2, $3, $4, $5)", l.ID, c.Dispute, l.Leg, l.Kind, tx.now); err != nil {
			return nil, err
		}
		entries = append(entries, by.of("drafted", "letter "+l.ID, letterBytes(l)))
	}
	return entries, nil
}

func (tx *Tx) sendLetter(dispute string, l Letter) error {
	n, err := tx.Exec(`UPDATE letters SET body = $1, sent_at = $2, sent_on = $3, sent_by = $4, way = $5
		WHERE id = $6 AND dispute_id = $7 AND sent_at IS NULL AND settled_at IS NULL`,
		tx.seal("letters", "body", l.ID, l.Body), tx.now, l.SentOn, orNull(l.SentBy), l.Way, l.ID, dispute)
	if err == nil && n == 0 {
		err = ErrStale
	}
	return err
}

// SendLetter notes that a letter was sent that moves nothing. One that was sent meanwhile, or is not needed any more, is [ErrStale].
func (s *Store) SendLetter(ctx context.Context, l Letter, actor, actorID string, told []Delivery) error {
	return doing("note that a letter was sent", s.Write(ctx, func(tx *Tx) error {
		// The entry comes first: it locks the dispute.
		entry := auditEntry{Actor: actor, ActorID: actorID}.of("sent", "letter "+l.ID, letterBytes(l))
		if err := tx.audit(l.Dispute, []auditEntry{entry}); err != nil {
			return err
		}
		if err := tx.sendLetter(l.Dispute, l); err != nil {
			return err
		}
		return tx.deliveries(l.Dispute, told)
	}))
}

func letterBytes(l Letter) []byte {
	return fields(l.Leg, l.Kind, string(l.Body), l.SentOn, l.SentBy, l.Way)
}

// Letters are those of a dispute, the oldest first.
func (s *Store) Letters(ctx context.Context, dispute string) (list []Letter, err error) {
	err = s.Read(ctx, func(tx *Tx) error {
		list, err = tx.lettersOf(dispute)
		return err
	})
	return list, doing("read letters", err)
}

func (tx *Tx) lettersOf(dispute string) ([]Letter, error) {
	return tx.lettersWhere("dispute_id = $1 ORDER BY drafted_at, id", dispute)
}

// Drafts are letters that wait to be sent, the oldest first.
func (s *Store) Drafts(ctx context.Context, limit int) (list []Letter, err error) {
	err = s.Read(ctx, func(tx *Tx) error {
		list, err = tx.lettersWhere("sent_at IS NULL AND settled_at IS NULL ORDER BY drafted_at, id LIMIT $1", limit)
		return err
	})
	return list, doing("list drafted letters", err)
}

// Letter is the letter with an id. Where there is none it is [fault.NotFound].
func (s *Store) Letter(ctx context.Context, id string) (l Letter, err error) {
	err = s.Read(ctx, func(tx *Tx) error {
		list, err := tx.lettersWhere("id = $1", id)
		if err == nil && len(list) == 0 {
			return fault.New(fault.NotFound, "there is no such letter")
		}
		if err == nil {
			l = list[0]
		}
		return err
	})
	return l, doing("read a letter", err)
}

func (tx *Tx) lettersWhere(condition string, arg any) (list []Letter, err error) {
	err = tx.Query("SELECT id, dispute_id, leg_id, kind, body, drafted_at, sent_at, sent_on, sent_by, way, settled_at FROM letters WHERE "+condition, []any{arg}, func(scan func(...any) error) error {
		var l Letter
		var sent, settled sql.NullTime
		var on, by, way sql.NullString
		err := scan(&l.ID, &l.Dispute, &l.Leg, &l.Kind, &l.Body, &l.DraftedAt, &sent, &on, &by, &way, &settled)
		if err == nil {
			l.Body, err = tx.open("letters", "body", l.ID, l.Body)
		}
		l.SentAt, l.SettledAt, l.SentOn, l.SentBy, l.Way = sent.Time, settled.Time, on.String, by.String, way.String
		list = append(list, l)
		return err
	})
	return list, err
}

func (tx *Tx) silence(c Change) error {
	q := c.Silence
	if q == nil {
		return nil
	}
	_, err := tx.Exec("INSERT INTO silences (leg_id, dispute_id, institution_id, channel, clock, month, at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
		q.Leg, c.Dispute, orNull(q.Institution), q.Channel, q.Clock, q.Month, tx.now)
	return err
}

// Silent is how often firms let their time pass in a month.
type Silent struct {
	Institution string // empty: those that are not on the list
	Month       string // in Shanghai, 2026-12
	Count       int
}

// Silences counts them from one month to another, the first month first.
func (s *Store) Silences(ctx context.Context, from, to string) (list []Silent, err error) {
	if from > to {
		return nil, fault.New(fault.Invalid, "count silences: from %s to %s", from, to)
	}
	err = s.Read(ctx, func(tx *Tx) error {
		return tx.Query(`SELECT COALESCE(institution_id, ''), month, COUNT(*) FROM silences WHERE month >= $1 AND month <= $2
			GROUP BY COALESCE(institution_id, ''), month ORDER BY month, COALESCE(institution_id, '')`, []any{from, to}, func(scan func(...any) error) error {
			var q Silent
			err := scan(&q.Institution, &q.Month, &q.Count)
			list = append(list, q)
			return err
		})
	})
	return list, doing(fmt.Sprintf("count silences from %s to %s", from, to), err)
}
