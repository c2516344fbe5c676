package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"anxin/server/fault"
)

// A delivery is one copy of a notice: to one party, in one channel. It is written with what it tells of, in one transaction,
// and the rows are the queue. Whoever delivers takes a row by a lease, so that of two that look for work one gets it. A lease
// that ends without a word (the process died) gives the row to the next: what was sent and not noted is then sent once more.
// It is at least once, never at most once, and each copy says by its id that it is the same.

// Delivery is one copy of a notice, to be sent from At on.
type Delivery struct {
	ID      string
	Party   string
	Notice  string
	Channel string
	Body    []byte
	At      time.Time // zero: now
	// Done is delivered by being written, as what lies in her inbox is. Read is one that she has before her already.
	Done, Read bool
	// Absorbed is not written where another to the party in the channel, of one of these notices, is still to be sent and not
	// older than Within (0: however old): that one tells the same.
	Absorbed []string
	Within   time.Duration
}

// Waiting is a delivery that was not made yet, with whom it is for as they are reached now.
type Waiting struct {
	Delivery
	Dispute   string
	Role      string // of the party
	PartyBody []byte
	CreatedAt time.Time
	Tries     int       // of one that was taken, this one included
	Lease     time.Time // of one that was taken: until when it is whose who took it
	Number    string    // of the dispute, of one that is delivered by hand
	Outcome   string    // of the last try by hand
}

// deliveries writes those of a dispute.
func (tx *Tx) deliveries(dispute string, list []Delivery) error {
	for _, d := range list {
		if absorbed, err := tx.absorbed(dispute, d); err != nil {
			return err
		} else if absorbed {
			continue
		}
		name(&d.ID)
		at, done, read := tx.now, sql.NullTime{}, sql.NullTime{}
		if !d.At.IsZero() {
			at = canonical(d.At)
		}
		if d.Done {
			done = timeOrNull(tx.now)
		}
		if d.Read {
			read = timeOrNull(tx.now)
		}
		if _, err := tx.Exec(`INSERT INTO deliveries (id, dispute_id, party_id, notice, channel, body, created_at, next_attempt_at, attempts, delivered_at, read_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, $10)`,
			d.ID, dispute, orNull(d.Party), d.Notice, d.Channel, tx.seal("deliveries", "body", d.ID, d.Body), tx.now, at, done, read); err != nil {
			return err
		}
	}
	return nil
}

// absorbed tells whether one that is still to be sent tells the same. One that somebody is sending just now does not: she may
// read it before this is written.
func (tx *Tx) absorbed(dispute string, d Delivery) (bool, error) {
	if len(d.Absorbed) == 0 {
		return false, nil
	}
	since := time.Unix(0, 0)
	if d.Within > 0 {
		since = tx.now.Add(-d.Within)
	}
	var n int
	err := tx.Row(`SELECT COUNT(*) FROM deliveries WHERE dispute_id = $1 AND party_id = $2 AND channel = $3 AND delivered_at IS NULL AND dead_at IS NULL
		AND (lease_until IS NULL OR lease_until <= $4) AND created_at > $5 AND notice IN (`+marks(6, len(d.Absorbed))+")",
		append([]any{dispute, d.Party, d.Channel, tx.now, canonical(since)}, anys(d.Absorbed)...), &n)
	return n > 0, err
}

// TakeDelivery takes the delivery of a channel that is due the longest, until a lease ends. Where none is due it is [fault.NotFound].
func (s *Store) TakeDelivery(ctx context.Context, channel string, lease time.Duration) (w Waiting, err error) {
	err = s.Write(ctx, func(tx *Tx) error {
		w = Waiting{Lease: canonical(tx.now.Add(lease))}
		found := false
		if err := tx.Query(`UPDATE deliveries SET attempts = attempts + 1, lease_until = $1 WHERE id = (
			SELECT id FROM deliveries WHERE channel = $2 AND delivered_at IS NULL AND dead_at IS NULL AND next_attempt_at <= $3
			AND (lease_until IS NULL OR lease_until <= $3) ORDER BY next_attempt_at, id LIMIT 1)
			RETURNING id, dispute_id, party_id, notice, channel, body, created_at, attempts`,
			[]any{w.Lease, channel, tx.now}, func(scan func(...any) error) error {
				found = true
				var party sql.NullString
				err := scan(&w.ID, &w.Dispute, &party, &w.Notice, &w.Channel, &w.Body, &w.CreatedAt, &w.Tries)
				w.Party = party.String
				return err
			}); err != nil {
			return err
		}
		if !found {
			return fault.New(fault.NotFound, "no delivery is due")
		}
		return tx.openDelivery(&w)
	})
	return w, doing("take a delivery", err)
}

// openDelivery reads what stands sealed of it, and whom it is for.
func (tx *Tx) openDelivery(w *Waiting) (err error) {
	if w.Body, err = tx.open("deliveries", "body", w.ID, w.Body); err != nil || w.Party == "" {
		return err
	}
	if err := tx.Row("SELECT role, body FROM parties WHERE id = $1", []any{w.Party}, &w.Role, &w.PartyBody); err != nil {
		return err
	}
	w.PartyBody, err = tx.open("parties", "body", w.Party, w.PartyBody)
	return err
}

// Delivered notes that a delivery was made, whoever holds it by now.
func (s *Store) Delivered(ctx context.Context, id string) error {
	return doing("note a delivery", s.Write(ctx, func(tx *Tx) error {
		_, err := tx.Exec("UPDATE deliveries SET delivered_at = $1, lease_until = NULL, failure = NULL, dead_at = NULL WHERE id = $2 AND delivered_at IS NULL", tx.now, id)
		return err
	}))
}

// DeferDelivery gives back a delivery that went wrong, to be tried again from a time on. One that another has taken since stays theirs.
func (s *Store) DeferDelivery(ctx context.Context, w Waiting, next time.Time, failure string) error {
	return doing("defer a delivery", s.Write(ctx, func(tx *Tx) error {
		_, err := tx.Exec("UPDATE deliveries SET next_attempt_at = $1, lease_until = NULL, failure = $2 WHERE id = $3 AND lease_until = $4 AND delivered_at IS NULL",
			canonical(next), failure, w.ID, canonical(w.Lease))
		return err
	}))
}

// BuryDelivery gives up one that cannot be made, and writes what is to be tried instead. One that another has taken since stays theirs.
func (s *Store) BuryDelivery(ctx context.Context, w Waiting, failure string, instead []Delivery) error {
	return doing("give up a delivery", s.Write(ctx, func(tx *Tx) error {
		n, err := tx.Exec("UPDATE deliveries SET dead_at = $1, lease_until = NULL, failure = $2 WHERE id = $3 AND lease_until = $4 AND delivered_at IS NULL",
			tx.now, failure, w.ID, canonical(w.Lease))
		if err != nil || n == 0 {
			return err
		}
		return tx.deliveries(w.Dispute, instead)
	}))
}

// Dead is a delivery that was given up. It says nothing of whom it was for.
type Dead struct {
	ID, Notice, Channel, Failure string
	CreatedAt, DeadAt            time.Time
	Tries                        int
}

// DeadDeliveries are those of a channel that were given up, the latest first.
func (s *Store) DeadDeliveries(ctx context.Context, channel string, limit int) (list []Dead, err error) {
	err = s.Read(ctx, func(tx *Tx) error {
		return tx.Query(`SELECT id, notice, channel, failure, created_at, dead_at, attempts FROM deliveries WHERE dead_at IS NOT NULL AND channel = $1
			ORDER BY dead_at DESC, id LIMIT $2`, []any{channel, limit}, func(scan func(...any) error) error {
			var d Dead
			var failure sql.NullString
			err := scan(&d.ID, &d.Notice, &d.Channel, &failure, &d.CreatedAt, &d.DeadAt, &d.Tries)
			d.Failure = failure.String
			list = append(list, d)
			return err
		})
	})
	return list, doing("list what could not be delivered", err)
}

// Resend lets one that was given up be tried anew, and notes in its dispute who wanted it. Where there is none it is [fault.NotFound].
func (s *Store) Resend(ctx context.Context, id, channel, actor, actorID string) error {
	return doing("send again", s.Write(ctx, func(tx *Tx) error {
		var dispute string
		if err := tx.Row("SELECT dispute_id FROM deliveries WHERE id = $1 AND channel = $2 AND dead_at IS NOT NULL", []any{id, channel}, &dispute); err != nil {
			return err
		}
		if err := tx.audit(dispute, []auditEntry{auditEntry{Actor: actor, ActorID: actorID}.of("resent", "", nil)}); err != nil {
			return err
		}
		_, err := tx.Exec("UPDATE deliveries SET dead_at = NULL, attempts = 0, next_attempt_at = $1, lease_until = NULL WHERE id = $2", tx.now, id)
		return err
	}))
}

// Noticed is a notice in somebody's inbox.
type Noticed struct {
	ID     string
	Notice string
	Body   []byte
	At     time.Time
	ReadAt time.Time // zero: not yet
}

// Inbox is what a party was told, the newest first.
func (s *Store) Inbox(ctx context.Context, dispute, party, channel string) (list []Noticed, err error) {
	err = s.Read(ctx, func(tx *Tx) error {
		return tx.Query("SELECT id, notice, body, created_at, read_at FROM deliveries WHERE dispute_id = $1 AND party_id = $2 AND channel = $3 ORDER BY created_at DESC, id",
			[]any{dispute, party, channel}, func(scan func(...any) error) error {
				var n Noticed
				var read sql.NullTime
				err := scan(&n.ID, &n.Notice, &n.Body, &n.At, &read)
				if err == nil {
					n.Body, err = tx.open("deliveries", "body", n.ID, n.Body)
				}
				n.ReadAt = read.Time
				list = append(list, n)
				return err
			})
	})
	return list, doing("read an inbox", err)
}

// ReadInbox notes that a party has read these. What came since stays unread.
func (s *Store) ReadInbox(ctx context.Context, dispute, party string, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	return doing("note what was read", s.Write(ctx, func(tx *Tx) error {
		_, err := tx.Exec(fmt.Sprintf("UPDATE deliveries SET read_at = $1 WHERE dispute_id = $2 AND party_id = $3 AND read_at IS NULL AND id IN (%s)", marks(4, len(ids))),
			append([]any{tx.now, dispute, party}, anys(ids)...)...)
		return err
	}))
}

// Copy is what became of one copy of a notice, for whom it was for.
type Copy struct {
	Notice, Channel  string
	CreatedAt        time.Time
	DeliveredAt      time.Time // zero: not yet, or never
	DeadAt           time.Time // since when nobody tries any more; zero: it is not given up
	ReadAt           time.Time // of the inbox; zero: not yet
	Failure, Outcome string    // of the last try, where there was one
}

// Copies are all that were written to a party, the oldest first.
func (s *Store) Copies(ctx context.Context, dispute, party string) (list []Copy, err error) {
	err = s.Read(ctx, func(tx *Tx) error {
		return tx.Query(`SELECT notice, channel, created_at, delivered_at, dead_at, read_at, failure, outcome FROM deliveries
			WHERE dispute_id = $1 AND party_id = $2 ORDER BY created_at, channel, id`, []any{dispute, party}, func(scan func(...any) error) error {
			var c Copy
			var delivered, dead, read sql.NullTime
			var failure, outcome sql.NullString
			err := scan(&c.Notice, &c.Channel, &c.CreatedAt, &delivered, &dead, &read, &failure, &outcome)
			c.DeliveredAt, c.DeadAt, c.ReadAt, c.Failure, c.Outcome = delivered.Time, dead.Time, read.Time, failure.String, outcome.String
			list = append(list, c)
			return err
		})
	})
	return list, doing("read what was told", err)
}
