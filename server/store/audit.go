package store

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"anxin/server/fault"
	"anxin/server/vault"
)

// The audit of a dispute is a chain: each entry hashes the one before it, its own place, when and by whom something was done,
// and a commitment to what was then written. The dispute holds the last hash and how many entries there are, so that an entry
// changed, taken out, put in or moved is found, and so is a row that was changed behind the audit's back.
//
// A commitment is HMAC-SHA256 of the thing under a random salt that stands beside it. When what somebody wrote must be
// erased, its salt is erased with it: the chain still holds, and tells nothing about what is gone.
//
// Who can write to the database can write a chain anew from the first entry to the last. Against that only what is kept
// elsewhere helps.

// AuditAccess notes that somebody looked at a dispute, or did something else to it that is no event.
func (s *Store) AuditAccess(ctx context.Context, dispute, actor, actorID, action string) error {
	return doing("note an access", s.Write(ctx, func(tx *Tx) error {
		return tx.audit(dispute, []auditEntry{auditEntry{Actor: actor, ActorID: actorID}.of(action, "", nil)})
	}))
}

// AuditEntry is what somebody did to a dispute, for whom the dispute is about.
type AuditEntry struct {
	Seq            int64
	At             time.Time
	Actor, ActorID string
	Action         string
	Subject        string // "dispute", "event 3", "party …"; empty where nothing was written
}

// Audit lists what was done to a dispute and who looked at it, the oldest first.
func (s *Store) Audit(ctx context.Context, dispute string) (list []AuditEntry, err error) {
	err = s.Read(ctx, func(tx *Tx) error {
		return tx.Query("SELECT seq, at, actor, actor_id, action, subject FROM audit WHERE dispute_id = $1 ORDER BY seq", []any{dispute}, func(scan func(...any) error) error {
			var e AuditEntry
			var actorID sql.NullString
			err := scan(&e.Seq, &e.At, &e.Actor, &actorID, &e.Action, &e.Subject)
			e.ActorID = actorID.String
			list = append(list, e)
			return err
		})
	})
	if err == nil && len(list) == 0 { // its filing is the first
		err = fault.New(fault.NotFound, "there is no dispute %s", dispute)
	}
	return list, doing("read an audit", err)
}

type auditEntry struct {
	Actor, ActorID, Action string
	Subject                string // "dispute", "event 3", "party …", "consent …", "message …", "evidence …"; empty where nothing was written
	What                   []byte // the subject in one form
}

func (e auditEntry) of(action, subject string, what []byte) auditEntry {
	e.Action, e.Subject, e.What = action, subject, what
	return e
}

const saltSize = 16

// auditRoot is what the first entry follows.
func auditRoot(dispute string) []byte {
	h := sha256.Sum256(fields("anxin audit 1", dispute))
	return h[:]
}

// audit adds entries to a dispute's chain.
func (tx *Tx) audit(dispute string, entries []auditEntry) error {
	var seq int64
	var head []byte
	// The row is locked by the change, before it is read: of two that append at once, one waits and is run again.
	n, err := tx.Exec("UPDATE disputes SET audit_seq = audit_seq + $1 WHERE id = $2", len(entries), dispute)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.NotFound, "there is no dispute %s", dispute)
	}
	if err := tx.Row("SELECT audit_seq, audit_head FROM disputes WHERE id = $1", []any{dispute}, &seq, &head); err != nil {
		return err
	}
	seq -= int64(len(entries))
	for _, e := range entries {
		seq++
		r := auditRow{seq: seq, at: tx.now, actor: e.Actor, actorID: e.ActorID, action: e.Action, subject: e.Subject, salt: make([]byte, saltSize), previous: head}
		_, _ = rand.Read(r.salt) // never fails
		r.commitment = commit(r.salt, e.What)
		r.hash = r.sum(dispute)
		if _, err := tx.Exec(`INSERT INTO audit (dispute_id, seq, at, actor, actor_id, action, subject, salt, commitment, previous, hash)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
			dispute, r.seq, r.at, r.actor, orNull(r.actorID), r.action, r.subject, r.salt, r.commitment, r.previous, r.hash); err != nil {
			return err
		}
		head = r.hash
	}
	_, err = tx.Exec("UPDATE disputes SET audit_head = $1 WHERE id = $2", head, dispute)
	return err
}

type auditRow struct {
	seq                             int64
	at                              time.Time
	actor, actorID, action, subject string
	salt, commitment                []byte
	previous, hash                  []byte
}

// sum is an entry's hash: SHA-256 over its fields, each with its length in front (eight bytes, the highest first), numbers as
// decimals, the time in microseconds since 1970.
func (r auditRow) sum(dispute string) []byte {
	h := sha256.Sum256(fields("anxin audit 1", dispute, fmt.Sprint(r.seq), fmt.Sprint(r.at.UnixMicro()), r.actor, r.actorID, r.action, r.subject,
		string(r.commitment), string(r.previous)))
	return h[:]
}

func commit(salt, what []byte) []byte {
	h := hmac.New(sha256.New, salt)
	h.Write(what)
	return h.Sum(nil)
}

// fields puts texts into one from which they could be taken apart again in one way only.
func fields(list ...string) []byte {
	var b []byte
	for _, s := range list {
		b = binary.BigEndian.AppendUint64(b, uint64(len(s)))
		b = append(b, s...)
	}
	return b
}

func disputeBytes(number string, body []byte) []byte { return fields(number, string(body)) }

func partyBytes(role string, body []byte) []byte { return fields(role, string(body)) }

func consentBytes(c Consent) []byte {
	list := []string{c.Party, c.Purpose, c.Receiver, c.Fields, c.Wording}
	if c.Leg != "" {
		list = append(list, "leg", c.Leg)
	}
	if !c.WithdrawnAt.IsZero() {
		list = append(list, fmt.Sprint(c.WithdrawnAt.UnixMicro()))
	}
	return fields(list...)
}

func eventBytes(e Event) []byte {
	return fields(fmt.Sprint(e.Seq), e.Leg, e.Event, e.Actor, e.ActorID, e.State, e.LegState, string(e.Body), fmt.Sprint(e.At.UnixMicro()))
}

// Flaw is something that is not as it was written.
type Flaw struct {
	Dispute string
	What    string
}

func (f Flaw) String() string { return "dispute " + f.Dispute + ": " + f.What }

// Audited says what a verification went through.
type Audited struct {
	Disputes, Entries int
	Flaws             []Flaw
}

// Verify recomputes every chain and compares what stands in the database with what was committed to.
func (s *Store) Verify(ctx context.Context) (Audited, error) {
	var all Audited
	var ids []string
	err := s.Read(ctx, func(tx *Tx) error {
		return tx.Query("SELECT id FROM disputes ORDER BY id", nil, func(scan func(...any) error) error {
			var id string
			err := scan(&id)
			ids = append(ids, id)
			return err
		})
	})
	if err != nil {
		return all, fmt.Errorf("verify the audit: %w", err)
	}
	for _, id := range ids {
		var entries int
		var flaws []string
		// One dispute a transaction: it is looked at as it was at one moment, and nobody waits for the last.
		err := s.Read(ctx, func(tx *Tx) (err error) {
			entries, flaws, err = tx.verify(id)
			return err
		})
		if err != nil {
			return all, fmt.Errorf("verify the audit of dispute %s: %w", id, err)
		}
		all.Disputes++
		all.Entries += entries
		for _, f := range flaws {
			all.Flaws = append(all.Flaws, Flaw{id, f})
		}
	}
	return all, nil
}

func (tx *Tx) verify(id string) (entries int, flaws []string, err error) {
	var seq int64
	var head []byte
	if err := tx.Row("SELECT audit_seq, audit_head FROM disputes WHERE id = $1", []any{id}, &seq, &head); err != nil {
		return 0, nil, err
	}
	flaw := func(format string, args ...any) { flaws = append(flaws, fmt.Sprintf(format, args...)) }
	previous := auditRoot(id)
	latest := map[string]auditRow{}
	err = tx.Query("SELECT seq, at, actor, actor_id, action, subject, salt, commitment, previous, hash FROM audit WHERE dispute_id = $1 ORDER BY seq", []any{id}, func(scan func(...any) error) error {
		var r auditRow
		var actorID sql.NullString
		if err := scan(&r.seq, &r.at, &r.actor, &actorID, &r.action, &r.subject, &r.salt, &r.commitment, &r.previous, &r.hash); err != nil {
			return err
		}
		r.actorID = actorID.String
		entries++
		if r.seq != int64(entries) {
			flaw("entry %d stands where %d belongs", r.seq, entries)
		}
		if !bytes.Equal(r.previous, previous) {
			flaw("entry %d does not follow the one before it", r.seq)
		}
		if !bytes.Equal(r.hash, r.sum(id)) {
			flaw("entry %d was changed", r.seq)
		}
		previous = r.hash
		if r.subject != "" {
			latest[r.subject] = r
		}
		return nil
	})
	if err != nil {
		return entries, flaws, err
	}
	if int64(entries) != seq {
		flaw("%d entries are there, %d were written", entries, seq)
	}
	if !bytes.Equal(previous, head) {
		flaw("the last entry is not the one that was written last")
	}
	subjects, more, err := tx.subjects(id)
	flaws = append(flaws, more...)
	if errors.Is(err, vault.ErrSealed) { // for the report, and no reason to stop; the rest cannot be compared
		flaw("%v", err)
		return entries, flaws, nil
	}
	if err != nil {
		return entries, flaws, err
	}
	for _, s := range subjects {
		r, ok := latest[s.name]
		delete(latest, s.name)
		switch {
		case !ok:
			flaw("%s has no entry", s.name)
		case r.salt != nil && !hmac.Equal(r.commitment, commit(r.salt, s.what)):
			flaw("%s is not as entry %d says", s.name, r.seq)
		}
	}
	for name, r := range latest {
		if r.salt != nil {
			flaw("%s of entry %d is missing", name, r.seq)
		}
	}
	return entries, flaws, nil
}

type subject struct {
	name string
	what []byte
}

// subjects are the things of a dispute that the audit commits to, as they are now, and where its states are not those that its
// events led to.
func (tx *Tx) subjects(id string) (list []subject, flaws []string, err error) {
	d, err := tx.dispute(id)
	if err != nil {
		return nil, nil, err
	}
	list = append(list, subject{"dispute", disputeBytes(d.Number, d.Body)})
	for _, p := range d.Parties {
		list = append(list, subject{"party " + p.ID, partyBytes(p.Role, p.Body)})
	}
	state, legs := d.State, map[string]string{}
	for i, e := range d.Events {
		list = append(list, subject{fmt.Sprintf("event %d", e.Seq), eventBytes(e)})
		if e.LegState != "" {
			legs[e.Leg] = e.LegState
		}
		if i == len(d.Events)-1 && (e.State != state || e.Seq != d.Version) {
			flaws = append(flaws, fmt.Sprintf("it stands at %s, version %d, and its last event led to %s, version %d", state, d.Version, e.State, e.Seq))
		}
	}
	for _, l := range d.Legs {
		if to, ok := legs[l.ID]; ok && to != l.State {
			flaws = append(flaws, fmt.Sprintf("leg %s stands at %s, and its last event led to %s", l.ID, l.State, to))
		}
	}
	consents, err := tx.consents(id)
	for _, c := range consents {
		list = append(list, subject{"consent " + c.ID, consentBytes(c)})
	}
	if err != nil {
		return list, flaws, err
	}
	messages, err := tx.messages(id)
	for _, m := range messages {
		list = append(list, subject{"message " + m.ID, messageBytes(m)})
	}
	if err != nil {
		return list, flaws, err
	}
	files, err := tx.evidence("dispute_id = $1", id)
	for _, e := range files {
		list = append(list, subject{"evidence " + e.ID, evidenceBytes(e)})
	}
	if err != nil {
		return list, flaws, err
	}
	letters, err := tx.lettersOf(id)
	for _, l := range letters {
		list = append(list, subject{"letter " + l.ID, letterBytes(l)})
	}
	if err != nil {
		return list, flaws, err
	}
	recusals, err := tx.recusals(id)
	for _, r := range recusals {
		list = append(list, subject{"recusal " + r.staff, recusalBytes(r)})
	}
	if err != nil {
		return list, flaws, err
	}
	reminders, err := tx.reminders(id)
	for _, r := range reminders {
		list = append(list, subject{"reminder " + r.ID, reminderBytes(r)})
	}
	if err != nil {
		return list, flaws, err
	}
	surveys, err := tx.surveys(id)
	for _, a := range surveys {
		list = append(list, subject{"survey " + a.ID, surveyBytes(a)})
	}
	if err != nil {
		return list, flaws, err
	}
	requests, err := tx.codeRequests("dispute_id = $1", id)
	for _, r := range requests {
		list = append(list, subject{"code request " + r.ID, codeRequestBytes(r)})
	}
	return list, flaws, err
}
