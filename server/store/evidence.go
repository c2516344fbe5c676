package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"anxin/server/fault"
)

// Evidence is a file that was handed in. The file itself lies sealed in a folder, under Object; a row stands here only once it
// does.
type Evidence struct {
	ID         string
	Dispute    string
	Leg        string // that it is about, if it is about one
	Party      string // who handed it in, if a party did
	Object     string
	ObjectHash []byte // SHA-256 of the sealed file
	Size       int64  // of the file as handed in
	Kind       string // as its bytes say
	Body       []byte // its name, its description, its hash as handed in
	ReceivedAt time.Time
	RemovedAt  time.Time // zero: it is part of the case
}

// What one dispute can hold of files, removed ones among them: they are kept.
const (
	maxFiles     = 60
	maxFileBytes = 300 << 20
)

// ErrTooLarge tells that a dispute's files together are as large as they may be.
var ErrTooLarge = errors.New("the files of the dispute are too large together")

// AddEvidence notes a file that is on the disk. Beyond what a dispute can hold it is [ErrTooMany] or [ErrTooLarge].
func (s *Store) AddEvidence(ctx context.Context, e Evidence, actor, actorID string) error {
	name(&e.ID)
	return doing("note a file", s.Write(ctx, func(tx *Tx) error {
		e.ReceivedAt = tx.now
		// The entry comes first: it locks the dispute, so that of two at once one counts the other.
		if err := tx.audit(e.Dispute, []auditEntry{e.entry(actor, actorID, "handed in")}); err != nil {
			return err
		}
		var n, size int64
		if err := tx.Row("SELECT COUNT(*), COALESCE(SUM(size), 0) FROM evidence WHERE dispute_id = $1", []any{e.Dispute}, &n, &size); err != nil {
			return err
		}
		if n >= maxFiles {
			return ErrTooMany
		}
		if size+e.Size > maxFileBytes {
			return ErrTooLarge
		}
		if err := tx.insertEvidence(e); err != nil {
			return err
		}
		return tx.news(e.Dispute, actor)
	}))
}

func (tx *Tx) insertEvidence(e Evidence) error {
	_, err := tx.Exec(`INSERT INTO evidence (id, dispute_id, leg_id, party_id, object, object_hash, size, kind, body, received_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		e.ID, e.Dispute, orNull(e.Leg), orNull(e.Party), e.Object, e.ObjectHash, e.Size, e.Kind, tx.seal("evidence", "body", e.ID, e.Body), e.ReceivedAt)
	return err
}

// ChangeEvidence keeps what a file is said to be from now on.
func (s *Store) ChangeEvidence(ctx context.Context, dispute, id string, body []byte, actor, actorID string) error {
	return s.changeEvidence(ctx, dispute, id, actor, actorID, "described", func(tx *Tx, e *Evidence) error {
		e.Body = body
		_, err := tx.Exec("UPDATE evidence SET body = $1 WHERE id = $2", tx.seal("evidence", "body", id, body), id)
		return err
	})
}

// RemoveEvidence takes a file out of the case. Row and file stay: that it was there is part of what happened.
func (s *Store) RemoveEvidence(ctx context.Context, dispute, id, actor, actorID string) error {
	return s.changeEvidence(ctx, dispute, id, actor, actorID, "removed", func(tx *Tx, e *Evidence) error {
		e.RemovedAt = tx.now
		_, err := tx.Exec("UPDATE evidence SET removed_at = $1 WHERE id = $2", tx.now, id)
		return err
	})
}

func (s *Store) changeEvidence(ctx context.Context, dispute, id, actor, actorID, action string, change func(*Tx, *Evidence) error) error {
	return doing("change a file", s.Write(ctx, func(tx *Tx) error {
		list, err := tx.evidence("dispute_id = $1 AND id = $2 AND removed_at IS NULL", dispute, id)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			return fault.New(fault.NotFound, "the dispute has no such file")
		}
		e := list[0]
		if err := change(tx, &e); err != nil {
			return err
		}
		return tx.audit(dispute, []auditEntry{e.entry(actor, actorID, action)})
	}))
}

// EvidenceOf lists the files of a dispute in the order they came, removed ones among them.
func (s *Store) EvidenceOf(ctx context.Context, dispute string) (list []Evidence, err error) {
	err = s.Read(ctx, func(tx *Tx) error {
		list, err = tx.evidence("dispute_id = $1", dispute)
		return err
	})
	return list, doing("list files", err)
}

// Objects hands every sealed file that a row knows to a function, with the dispute it belongs to. No transaction is open while
// the function runs: to read all the files takes longer than one may.
func (s *Store) Objects(ctx context.Context, each func(dispute, object string, hash []byte) error) error {
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
			if err := each(r.dispute, r.object, r.hash); err != nil {
				return err
			}
		}
		after = some[len(some)-1].object
	}
}

// KnownObjects tells which sealed files a row knows.
func (s *Store) KnownObjects(ctx context.Context, names []string) (map[string]bool, error) {
	known := map[string]bool{}
	if len(names) == 0 {
		return known, nil
	}
	err := s.Read(ctx, func(tx *Tx) error {
		return tx.Query("SELECT object FROM evidence WHERE object IN ("+marks(1, len(names))+")", anys(names), func(scan func(...any) error) error {
			var name string
			err := scan(&name)
			known[name] = true
			return err
		})
	})
	return known, doing("look for files", err)
}

func (tx *Tx) evidence(where string, args ...any) (list []Evidence, err error) {
	err = tx.Query(`SELECT id, dispute_id, leg_id, party_id, object, object_hash, size, kind, body, received_at, removed_at
		FROM evidence WHERE `+where+" ORDER BY received_at, id", args, func(scan func(...any) error) error {
		var e Evidence
		var leg, party sql.NullString
		var removed sql.NullTime
		err := scan(&e.ID, &e.Dispute, &leg, &party, &e.Object, &e.ObjectHash, &e.Size, &e.Kind, &e.Body, &e.ReceivedAt, &removed)
		if err == nil {
			e.Body, err = tx.open("evidence", "body", e.ID, e.Body)
		}
		e.Leg, e.Party, e.RemovedAt = leg.String, party.String, removed.Time
		list = append(list, e)
		return err
	})
	return list, err
}

func (e Evidence) entry(actor, actorID, action string) auditEntry {
	return auditEntry{Actor: actor, ActorID: actorID}.of(action, "evidence "+e.ID, evidenceBytes(e))
}

func evidenceBytes(e Evidence) []byte {
	removed := ""
	if !e.RemovedAt.IsZero() {
		removed = fmt.Sprint(e.RemovedAt.UnixMicro())
	}
	return fields(e.Leg, e.Party, e.Object, string(e.ObjectHash), fmt.Sprint(e.Size), e.Kind, string(e.Body), fmt.Sprint(e.ReceivedAt.UnixMicro()), removed)
}
