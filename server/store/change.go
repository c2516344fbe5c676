package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"anxin/server/fault"
)

// Change is what events make of a dispute.
type Change struct {
	Dispute  string
	Version  int64 // as the dispute was read; another since then is ErrStale
	State    string
	Closed   bool
	Events   []Event
	Consents []Consent // given with the events
	Legs     []Leg     // opened or led to another state by the events
	// Deadlines are all that run from now on: they are worked out anew from the events, never patched.
	Deadlines  []Deadline
	Deliveries []Delivery
	Drafts     []Letter // to be sent for legs as the events leave them; what was drafted before for a leg that moved, or in their place, is settled
	Needed     []string // ids of letters drafted before that a leg which moved still needs
	Sent       *Letter  // that was sent with the events
	Silence    *Silence
	Standing   *Standing // as it is from now on; nil: as it was
	Withdrawn  []string  // ids of consents that hold no longer
	Duplicate  string    // the dispute under which the matter is carried on
}

// Append adds events to a dispute, with what follows from them, and tells its new version.
func (s *Store) Append(ctx context.Context, c Change) (int64, error) {
	if len(c.Events) == 0 {
		return 0, errors.New("change a dispute: no event does")
	}
	for i := range c.Legs {
		name(&c.Legs[i].ID)
	}
	for i := range c.Consents {
		name(&c.Consents[i].ID)
	}
	for i := range c.Drafts {
		name(&c.Drafts[i].ID)
	}
	var version int64
	err := s.Write(ctx, func(tx *Tx) (err error) {
		version, err = tx.apply(c)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("change a dispute: %w", err)
	}
	return version, nil
}

func (tx *Tx) apply(c Change) (int64, error) {
	version := c.Version + int64(len(c.Events))
	closed := timeOrNull(tx.now)
	closed.Valid = c.Closed
	n, err := tx.Exec("UPDATE disputes SET state = $1, version = $2, changed_at = $3, closed_at = $4 WHERE id = $5 AND version = $6",
		c.State, version, tx.now, closed, c.Dispute, c.Version)
	if err != nil {
		return 0, err
	}
	if n == 0 {
		var is int64
		if err := tx.Row("SELECT version FROM disputes WHERE id = $1", []any{c.Dispute}, &is); err != nil {
			return 0, err
		}
		return 0, ErrStale
	}
	for _, l := range c.Legs {
		if err := tx.leg(c.Dispute, l); err != nil {
			return 0, err
		}
	}
	var entries []auditEntry
	for i, e := range c.Events {
		e.Seq, e.At = c.Version+int64(i)+1, tx.now
		if _, err := tx.Exec(`INSERT INTO events (dispute_id, seq, leg_id, event, actor, actor_id, state, leg_state, body, at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
			c.Dispute, e.Seq, orNull(e.Leg), e.Event, e.Actor, orNull(e.ActorID), e.State, orNull(e.LegState),
			tx.seal("events", "body", eventRow(c.Dispute, e.Seq), e.Body), e.At); err != nil {
			return 0, err
		}
		entries = append(entries, auditEntry{Actor: e.Actor, ActorID: e.ActorID}.of(e.Event, fmt.Sprintf("event %d", e.Seq), eventBytes(e)))
	}
	by := auditEntry{Actor: c.Events[0].Actor, ActorID: c.Events[0].ActorID}
	for _, given := range c.Consents {
		if err := tx.consent(c.Dispute, given); err != nil {
			return 0, err
		}
		entries = append(entries, by.of("consented", "consent "+given.ID, consentBytes(given)))
	}
	withdrawn, err := tx.withdraw(c, by)
	if err != nil {
		return 0, err
	}
	letters, err := tx.letters(c)
	if err != nil {
		return 0, err
	}
	entries = slices.Concat(entries, withdrawn, letters)
	if err := tx.audit(c.Dispute, entries); err != nil {
		return 0, err
	}
	if err := tx.silence(c); err != nil {
		return 0, err
	}
	if err := tx.beside(c); err != nil {
		return 0, err
	}
	if err := tx.news(c.Dispute, c.Events[0].Actor); err != nil { // what follows from the first stands in no person's name
		return 0, err
	}
	if err := tx.deadlines(c); err != nil {
		return 0, err
	}
	if err := tx.overtake(c.Dispute); err != nil {
		return 0, err
	}
	return version, tx.deliveries(c.Dispute, c.Deliveries)
}

func (tx *Tx) consent(dispute string, c Consent) error {
	_, err := tx.Exec("INSERT INTO consents (id, dispute_id, party_id, leg_id, purpose, receiver, fields, wording, given_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
		c.ID, dispute, c.Party, orNull(c.Leg), c.Purpose, orNull(c.Receiver), c.Fields, c.Wording, tx.now)
	return err
}

// withdraw ends consents that hold.
func (tx *Tx) withdraw(c Change, by auditEntry) (entries []auditEntry, err error) {
	if len(c.Withdrawn) == 0 {
		return nil, nil
	}
	list, err := tx.consents(c.Dispute)
	if err != nil {
		return nil, err
	}
	for _, given := range list {
		if !slices.Contains(c.Withdrawn, given.ID) || !given.WithdrawnAt.IsZero() {
			continue
		}
		given.WithdrawnAt = tx.now
		if _, err := tx.Exec("UPDATE consents SET withdrawn_at = $1 WHERE id = $2", given.WithdrawnAt, given.ID); err != nil {
			return nil, err
		}
		entries = append(entries, by.of("withdrew", "consent "+given.ID, consentBytes(given)))
	}
	return entries, nil
}

// beside keeps what stands in plain beside a dispute.
func (tx *Tx) beside(c Change) error {
	if c.Duplicate != "" {
		if _, err := tx.Exec("UPDATE disputes SET duplicate_of = $1 WHERE id = $2", c.Duplicate, c.Dispute); err != nil {
			return err
		}
	}
	if c.Standing == nil {
		return nil
	}
	var is sql.NullString
	if err := tx.Row("SELECT institution FROM disputes WHERE id = $1", []any{c.Dispute}, &is); err != nil {
		return err
	}
	if is.Valid && is.String != c.Standing.Institution { // somebody found the firm meanwhile: who may see it is worked out anew
		return ErrStale
	}
	return tx.standing(c.Dispute, *c.Standing)
}

// leg opens a leg or leads one that is open to its new state.
func (tx *Tx) leg(dispute string, l Leg) error {
	n, err := tx.Exec("UPDATE legs SET state = $1, closed_at = $2 WHERE id = $3 AND dispute_id = $4", l.State, timeOrNull(l.ClosedAt), l.ID, dispute)
	if err != nil || n == 1 {
		return err
	}
	if l.Seq == 0 || l.Channel == "" {
		return fault.New(fault.NotFound, "the dispute has no leg %s", l.ID)
	}
	_, err = tx.Exec("INSERT INTO legs (id, dispute_id, seq, channel, respondent, body, state, opened_at, closed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
		l.ID, dispute, l.Seq, l.Channel, orNull(l.Respondent), tx.seal("legs", "body", l.ID, l.Body), l.State, tx.now, timeOrNull(l.ClosedAt))
	return err
}

func (tx *Tx) deadlines(c Change) error {
	if _, err := tx.Exec("DELETE FROM deadlines WHERE dispute_id = $1 AND settled_at IS NULL", c.Dispute); err != nil {
		return err
	}
	for _, d := range c.Deadlines {
		name(&d.ID)
		if _, err := tx.Exec("INSERT INTO deadlines (id, dispute_id, leg_id, clock, started_at, due_at, remind_at, attempts) VALUES ($1, $2, $3, $4, $5, $6, $7, 0)",
			d.ID, c.Dispute, orNull(d.Leg), d.Clock, canonical(d.StartedAt), canonical(d.DueAt), timeOrNull(d.RemindAt)); err != nil {
			return err
		}
	}
	return nil
}
