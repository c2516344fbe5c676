package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"anxin/server/evidence"
	"anxin/server/fault"
)

// Evidence is a file that was handed in with a dispute. The file itself lies in a folder (package evidence).
type Evidence struct {
	ID         string
	Dispute    string
	Leg        string // that it is about, if it is about one
	Party      string // who handed it in, if one of the parties did
	Actor      string // in which role; given by the audit when it is read
	Object     string // the file's name in its folder
	ObjectHash []byte // SHA-256 of the sealed file
	Size       int64  // as handed in
	Kind       string // as its first bytes told
	Body       []byte // its given name, its description, the hash of the original
	ReceivedAt time.Time
	RemovedAt  time.Time // zero while it stands
}

// What one dispute may hold. What was taken back counts: it is still kept.
const (
	maxEvidence      = 60
	maxEvidenceBytes = 300 << 20
)

// ErrHandedIn tells that the dispute has evidence of this id already: it was sent twice.
var ErrHandedIn = errors.New("this was handed in before")

// AddEvidence records a file that lies in its folder. Beyond what a dispute may hold it is an [*evidence.RefusedError]. An id that
// the dispute has already is [ErrHandedIn]: who sends a file gives it one, so that it is there once however often it is sent.
// After either of them the file is nobody's, and to be removed.
func (s *Store) AddEvidence(ctx context.Context, e Evidence, actor, actorID string) error {
	if e.Dispute == "" || e.Object == "" || len(e.ObjectHash) == 0 {
		return errors.New("add evidence: it has no dispute, object or hash")
	}
	name(&e.ID)
	return doing("add evidence", s.Write(ctx, func(tx *Tx) error { return tx.addEvidence(e, auditEntry{Actor: actor, ActorID: actorID}) }))
}

func (tx *Tx) addEvidence(e Evidence, by auditEntry) error {
	e.ReceivedAt, e.RemovedAt = tx.now, time.Time{}
	// The entry comes first: it locks the dispute, so that of two at once one counts the other.
	if err := tx.audit(e.Dispute, []auditEntry{by.of("handed_in", evidenceSubject(e.ID), evidenceBytes(e))}); err != nil {
		return err
	}
	var twice, files, size int64
	if err := tx.Row("SELECT COUNT(CASE WHEN id = $1 THEN 1 END), COUNT(*), COALESCE(SUM(size), 0) FROM evidence WHERE dispute_id = $2", []any{e.ID, e.Dispute}, &twice, &files, &size); err != nil {
		return err
	}
	switch {
	case twice > 0:
		return ErrHandedIn
	case files >= maxEvidence:
		return &evidence.RefusedError{Key: evidence.WrongMany}
	case size+e.Size > maxEvidenceBytes:
		return &evidence.RefusedError{Key: evidence.WrongFull}
	}
	_, err := tx.Exec(`INSERT INTO evidence (id, dispute_id, leg_id, party_id, object, object_hash, size, kind, body, received_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		e.ID, e.Dispute, orNull(e.Leg), orNull(e.Party), e.Object, e.ObjectHash, e.Size, e.Kind, tx.sealEvidence(e), e.ReceivedAt)
	return err
}

// sealEvidence seals what is always there, if it is empty.
func (tx *Tx) sealEvidence(e Evidence) []byte {
	return tx.seal("evidence", "body", e.ID, append([]byte{}, e.Body...))
}

func evidenceSubject(id string) string { return "evidence " + id }

func evidenceBytes(e Evidence) []byte {
	removed := ""
	if !e.RemovedAt.IsZero() {
		removed = fmt.Sprint(e.RemovedAt.UnixMicro())
	}
	return fields(e.Leg, e.Party, e.Object, string(e.ObjectHash), fmt.Sprint(e.Size), e.Kind, string(e.Body), fmt.Sprint(e.ReceivedAt.UnixMicro()), removed)
}

// EvidenceOf lists the evidence of a dispute, also what was taken back, the oldest first.
func (s *Store) EvidenceOf(ctx context.Context, dispute string) (list []Evidence, err error) {
	err = s.Read(ctx, func(tx *Tx) error {
		if list, err = tx.evidence(dispute); err != nil || len(list) == 0 {
			return err
		}
		by := map[string]string{}
		if err := tx.Query("SELECT subject, actor FROM audit WHERE dispute_id = $1 AND action = 'handed_in'", []any{dispute}, func(scan func(...any) error) error {
			var subject, actor string
			err := scan(&subject, &actor)
			by[subject] = actor
			return err
		}); err != nil {
			return err
		}
		for i, e := range list {
			list[i].Actor = by[evidenceSubject(e.ID)]
		}
		return nil
	})
	return list, doing("read evidence", err)
}

func (tx *Tx) evidence(dispute string) (list []Evidence, err error) {
	err = tx.Query(`SELECT id, leg_id, party_id, object, object_hash, size, kind, body, received_at, removed_at FROM evidence
		WHERE dispute_id = $1 ORDER BY received_at, id`, []any{dispute}, func(scan func(...any) error) error {
		e := Evidence{Dispute: dispute}
		var leg, party sql.NullString
		var removed sql.NullTime
		err := scan(&e.ID, &leg, &party, &e.Object, &e.ObjectHash, &e.Size, &e.Kind, &e.Body, &e.ReceivedAt, &removed)
		if err == nil {
			e.Body, err = tx.open("evidence", "body", e.ID, e.Body)
		}
		e.Leg, e.Party, e.RemovedAt = leg.String, party.String, removed.Time
		list = append(list, e)
		return err
	})
	return list, err
}

// ChangeEvidence changes what stands with a file: how it is described. What was taken back is [fault.NotFound].
func (s *Store) ChangeEvidence(ctx context.Context, dispute, id string, body []byte, actor, actorID string) error {
	return doing("describe evidence", s.Write(ctx, func(tx *Tx) error {
		return tx.changeEvidence(dispute, id, auditEntry{Actor: actor, ActorID: actorID, Action: "described"}, func(e *Evidence) { e.Body = body })
	}))
}

// RemoveEvidence takes a file out of the dispute. That it was there stays, and the file, too, until the dispute is erased. What
// was taken back before is [fault.NotFound].
func (s *Store) RemoveEvidence(ctx context.Context, dispute, id, actor, actorID string) error {
	return doing("take evidence back", s.Write(ctx, func(tx *Tx) error {
		return tx.changeEvidence(dispute, id, auditEntry{Actor: actor, ActorID: actorID, Action: "taken_back"}, func(e *Evidence) { e.RemovedAt = tx.now })
	}))
}

func (tx *Tx) changeEvidence(dispute, id string, by auditEntry, change func(*Evidence)) error {
	all, err := tx.evidence(dispute)
	if err != nil {
		return err
	}
	for _, e := range all {
		if e.ID != id || !e.RemovedAt.IsZero() {
			continue
		}
		change(&e)
		if err := tx.audit(dispute, []auditEntry{by.of(by.Action, evidenceSubject(id), evidenceBytes(e))}); err != nil {
			return err
		}
		_, err := tx.Exec("UPDATE evidence SET body = $1, removed_at = $2 WHERE id = $3", tx.sealEvidence(e), timeOrNull(e.RemovedAt), id)
		return err
	}
	return fault.New(fault.NotFound, "the dispute has no evidence %s", id)
}

// KnownObjects tells which of the names are those of files that were handed in, whether or not they were taken back.
func (s *Store) KnownObjects(ctx context.Context, names []string) (map[string]bool, error) {
	known := map[string]bool{}
	if len(names) == 0 {
		return known, nil
	}
	err := s.Read(ctx, func(tx *Tx) error {
		return tx.Query("SELECT object FROM evidence WHERE object IN ("+marks(1, len(names))+")", anys(names), func(scan func(...any) error) error {
			var object string
			err := scan(&object)
			known[object] = true
			return err
		})
	})
	return known, doing("find the owners of files", err)
}

// EachObject tells of every file that was handed in: its dispute, its name, the hash of the sealed file. No transaction is open
// while it tells.
func (s *Store) EachObject(ctx context.Context, tell func(dispute, object string, hash []byte) error) error {
	type row struct {
		dispute, object string
		hash            []byte
	}
	for after := ""; ; {
		var some []row
		err := s.Read(ctx, func(tx *Tx) error {
			return tx.Query("SELECT dispute_id, object, object_hash FROM evidence WHERE object > $1 ORDER BY object LIMIT 200", []any{after}, func(scan func(...any) error) error {
				var r row
				err := scan(&r.dispute, &r.object, &r.hash)
				some = append(some, r)
				return err
			})
		})
		if err != nil || len(some) == 0 {
			return doing("list files", err)
		}
		for _, r := range some {
			if err := tell(r.dispute, r.object, r.hash); err != nil {
				return err
			}
		}
		after = some[len(some)-1].object
	}
}
