package store

import (
	"context"
	"database/sql"
	"time"

	"anxin/server/fault"
)

// ByHand are the deliveries of these channels that wait for an officer, the oldest first, but for those of cases that she recused
// herself from.
func (s *Store) ByHand(ctx context.Context, officer string, limit int, channels ...string) (list []Waiting, err error) {
	err = s.Read(ctx, func(tx *Tx) error {
		if err := tx.Query(byHand+" AND channel IN ("+marks(3, len(channels))+`)
			AND NOT EXISTS (SELECT 1 FROM recusals r WHERE r.dispute_id = deliveries.dispute_id AND r.staff = $2)
			ORDER BY created_at, id LIMIT $1`, append([]any{limit, officer}, anys(channels)...), func(scan func(...any) error) error {
			w, err := scanByHand(scan)
			list = append(list, w)
			return err
		}); err != nil {
			return err
		}
		for i := range list {
			if err := tx.openByHand(&list[i]); err != nil {
				return err
			}
		}
		return nil
	})
	return list, doing("list what is told by hand", err)
}

const byHand = "SELECT id, dispute_id, party_id, notice, channel, body, created_at, next_attempt_at, attempts, outcome FROM deliveries WHERE delivered_at IS NULL AND dead_at IS NULL"

func scanByHand(scan func(...any) error) (w Waiting, err error) {
	var party, outcome sql.NullString
	err = scan(&w.ID, &w.Dispute, &party, &w.Notice, &w.Channel, &w.Body, &w.CreatedAt, &w.At, &w.Tries, &outcome)
	w.Party, w.Outcome = party.String, outcome.String
	return w, err
}

// Hand is one of [Store.ByHand]. Where it does not wait (any more) it is [fault.NotFound].
func (s *Store) Hand(ctx context.Context, id string) (w Waiting, err error) {
	err = s.Read(ctx, func(tx *Tx) error {
		found := false
		if err := tx.Query(byHand+" AND id = $1", []any{id}, func(scan func(...any) error) error {
			found = true
			w, err = scanByHand(scan)
			return err
		}); err != nil {
			return err
		}
		if !found {
			return fault.New(fault.NotFound, "nothing waits to be told by hand under this id")
		}
		return tx.openByHand(&w)
	})
	return w, doing("read what is told by hand", err)
}

// openByHand reads what stands sealed of it, and by which number the officer finds the case.
func (tx *Tx) openByHand(w *Waiting) error {
	var number []byte
	if err := tx.Row("SELECT number FROM disputes WHERE id = $1", []any{w.Dispute}, &number); err != nil {
		return err
	}
	number, err := tx.open("disputes", "number", w.Dispute, number)
	if err != nil {
		return err
	}
	w.Number = string(number)
	return tx.openDelivery(w)
}

// AuditOnce notes in each of these disputes that somebody saw something of them, where it was not noted since a time: who looks at
// a list every hour would fill her file.
func (s *Store) AuditOnce(ctx context.Context, disputes []string, actor, actorID, action string, since time.Time) error {
	return doing("note who looked", s.Write(ctx, func(tx *Tx) error {
		for _, id := range disputes {
			var n int
			if err := tx.Row("SELECT COUNT(*) FROM audit WHERE dispute_id = $1 AND actor_id = $2 AND action = $3 AND at > $4", []any{id, actorID, action, canonical(since)}, &n); err != nil {
				return err
			}
			if n > 0 {
				continue
			}
			if err := tx.audit(id, []auditEntry{auditEntry{Actor: actor, ActorID: actorID}.of(action, "", nil)}); err != nil {
				return err
			}
		}
		return nil
	}))
}

// Handled is how a try by hand ended: it is delivered, tried again from a time on, or given up for what is then to be tried instead.
type Handled struct {
	Outcome        string
	Delivered      bool
	Next           time.Time // of one to be tried again
	Instead        []Delivery
	Actor, ActorID string
}

// Handle notes how a try by hand ended, in the dispute's audit too. One that does not wait any more is [fault.NotFound], so that
// of two officers one is told.
func (s *Store) Handle(ctx context.Context, w Waiting, h Handled) error {
	return doing("note what was told by hand", s.Write(ctx, func(tx *Tx) error {
		at, done, dead := canonical(h.Next), sql.NullTime{}, sql.NullTime{}
		switch {
		case h.Delivered:
			done = timeOrNull(tx.now)
		case h.Next.IsZero():
			dead = timeOrNull(tx.now)
		}
		if h.Next.IsZero() {
			at = tx.now
		}
		n, err := tx.Exec(`UPDATE deliveries SET attempts = attempts + 1, outcome = $1, delivered_at = $2, dead_at = $3, next_attempt_at = $4
			WHERE id = $5 AND attempts = $6 AND delivered_at IS NULL AND dead_at IS NULL`, h.Outcome, done, dead, at, w.ID, w.Tries)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.NotFound, "somebody else has told it")
		}
		if err := tx.audit(w.Dispute, []auditEntry{auditEntry{Actor: h.Actor, ActorID: h.ActorID}.of("called", "", nil)}); err != nil {
			return err
		}
		return tx.deliveries(w.Dispute, h.Instead)
	}))
}
