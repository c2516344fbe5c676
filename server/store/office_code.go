package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"anxin/server/fault"
	"anxin/server/vault"
)

// CodeRequest is somebody's word that the code of a dispute was lost.
type CodeRequest struct {
	ID        string
	Dispute   string
	Party     string // whose code it is
	AskedAt   time.Time
	SettledAt time.Time // zero: it is open
	SettledBy string
	Outcome   string // granted or refused
	Note      []byte
}

// AskCode keeps a request for a new code where number, name and telephone are those of one party; where they are not, or one
// is open already, nothing is kept. Which of these it was is not told. Who asks often from one address for one number is
// [fault.TooMany], whether there is such a number.
func (s *Store) AskCode(ctx context.Context, address, number, name, phone string) error {
	id, attempt := NewID(), NewID()
	return doing("ask for a new code", s.Write(ctx, func(tx *Tx) error {
		if !s.unlimited {
			if err := tx.askedOften(attempt, address, number); err != nil {
				return err
			}
		}
		numbers, names, phones := tx.vault.Lookup(vault.Number, number), tx.vault.Lookup(vault.Name, name), tx.vault.Lookup(vault.Phone, phone)
		if len(numbers) == 0 || len(names) == 0 || len(phones) == 0 {
			return nil
		}
		args := append(append(anys(numbers), anys(names)...), anys(phones)...)
		r := CodeRequest{ID: id, AskedAt: tx.now}
		err := tx.Row("SELECT d.id, p.id FROM disputes d JOIN parties p ON p.dispute_id = d.id WHERE d.number_index IN ("+marks(1, len(numbers))+
			") AND p.name_index IN ("+marks(1+len(numbers), len(names))+") AND p.phone_index IN ("+marks(1+len(numbers)+len(names), len(phones))+
			") ORDER BY p.role LIMIT 1", args, &r.Dispute, &r.Party)
		if NotFound(err) {
			return nil
		}
		if err != nil {
			return err
		}
		var one int
		if err := tx.Row("SELECT 1 FROM code_requests WHERE dispute_id = $1 AND party_id = $2 AND settled_at IS NULL", []any{r.Dispute, r.Party}, &one); !NotFound(err) {
			return err
		}
		if err := tx.audit(r.Dispute, []auditEntry{auditEntry{Actor: "machine"}.of("asked_code", "code request "+r.ID, codeRequestBytes(r))}); err != nil {
			return err
		}
		_, err = tx.Exec("INSERT INTO code_requests (id, dispute_id, party_id, address_index, asked_at) VALUES ($1, $2, $3, $4, $5)",
			r.ID, r.Dispute, r.Party, tx.vault.Index(vault.Address, address), r.AskedAt)
		return err
	}))
}

// askedOften counts as tries of a code are counted, but apart from them: who asks for a new code is not thereby kept from
// trying the old one.
func (tx *Tx) askedOften(attempt, address, number string) error {
	asked := "lost " + number
	addresses, numbers := anys(tx.vault.Lookup(vault.Address, address)), anys(tx.vault.Lookup(vault.Content, asked))
	if len(addresses) == 0 {
		return errors.New("ask for a new code: there is no address")
	}
	err := tx.mayTry("for a new code of one number", "SELECT at, failed FROM attempts WHERE at > $1 AND address_index IN ("+marks(2, len(addresses))+") AND number_index IN ("+
		marks(2+len(addresses), len(numbers))+") ORDER BY at", append(append([]any{tx.now.Add(-failureWindow)}, addresses...), numbers...))
	if err != nil {
		return err
	}
	_, err = tx.Exec("INSERT INTO attempts (id, number_index, address_index, failed, at) VALUES ($1, $2, $3, $4, $5)",
		attempt, tx.vault.Index(vault.Content, asked), tx.vault.Index(vault.Address, address), true, tx.now)
	return err
}

// CodeRequests are those that nobody has settled, the oldest first.
func (s *Store) CodeRequests(ctx context.Context) (list []CodeRequest, err error) {
	err = s.Read(ctx, func(tx *Tx) error {
		list, err = tx.codeRequests("settled_at IS NULL")
		return err
	})
	return list, doing("read requests for codes", err)
}

// CodeRequest reads one that nobody has settled.
func (s *Store) CodeRequest(ctx context.Context, id string) (r CodeRequest, err error) {
	err = s.Read(ctx, func(tx *Tx) error {
		r, err = tx.openRequest(id)
		return err
	})
	return r, doing("read a request for a code", err)
}

func (tx *Tx) openRequest(id string) (CodeRequest, error) {
	list, err := tx.codeRequests("settled_at IS NULL AND id = $1", id)
	if err == nil && len(list) == 0 {
		err = fault.New(fault.NotFound, "there is no such request")
	}
	if err != nil {
		return CodeRequest{}, err
	}
	return list[0], nil
}

func (tx *Tx) codeRequests(where string, args ...any) (list []CodeRequest, err error) {
	err = tx.Query("SELECT id, dispute_id, party_id, asked_at, settled_at, settled_by, outcome, note FROM code_requests WHERE "+where+" ORDER BY asked_at, id", args, func(scan func(...any) error) error {
		var r CodeRequest
		var settled sql.NullTime
		var by, outcome sql.NullString
		err := scan(&r.ID, &r.Dispute, &r.Party, &r.AskedAt, &settled, &by, &outcome, &r.Note)
		if err == nil {
			r.Note, err = tx.open("code_requests", "note", r.ID, r.Note)
		}
		r.SettledAt, r.SettledBy, r.Outcome = settled.Time, by.String, outcome.String
		list = append(list, r)
		return err
	})
	return list, err
}

func codeRequestBytes(r CodeRequest) []byte {
	settled := ""
	if !r.SettledAt.IsZero() {
		settled = fmt.Sprint(r.SettledAt.UnixMicro())
	}
	return fields(r.Dispute, r.Party, fmt.Sprint(r.AskedAt.UnixMicro()), settled, r.SettledBy, r.Outcome, string(r.Note))
}

// ReplaceCode settles a request with a new code: the old one of that party is dead, whoever came in by it is out, and what told
// says is delivered.
func (s *Store) ReplaceCode(ctx context.Context, request, actor, actorID, note, codeHash string, told []Delivery) error {
	id := NewID()
	return doing("replace a code", s.Write(ctx, func(tx *Tx) error {
		r, err := tx.settleRequest(request, actor, actorID, "granted", note)
		if err != nil {
			return err
		}
		if err := tx.audit(r.Dispute, []auditEntry{auditEntry{Actor: actor, ActorID: actorID}.of("code_replaced", "", nil)}); err != nil {
			return err
		}
		if _, err := tx.Exec("UPDATE credentials SET replaced_at = $1 WHERE dispute_id = $2 AND party_id = $3 AND replaced_at IS NULL", tx.now, r.Dispute, r.Party); err != nil {
			return err
		}
		if _, err := tx.Exec("INSERT INTO credentials (id, dispute_id, party_id, code_hash, derived, made_at) VALUES ($1, $2, $3, $4, $5, $6)",
			id, r.Dispute, r.Party, codeHash, false, tx.now); err != nil {
			return err
		}
		if _, err := tx.Exec("DELETE FROM sessions WHERE dispute_id = $1 AND party_id = $2", r.Dispute, r.Party); err != nil {
			return err
		}
		return tx.deliveries(r.Dispute, told)
	}))
}

// RefuseCode settles a request without one.
func (s *Store) RefuseCode(ctx context.Context, request, actor, actorID, note string) error {
	return doing("refuse a code", s.Write(ctx, func(tx *Tx) error {
		_, err := tx.settleRequest(request, actor, actorID, "refused", note)
		return err
	}))
}

func (tx *Tx) settleRequest(id, actor, actorID, outcome, note string) (CodeRequest, error) {
	r, err := tx.openRequest(id)
	if err != nil {
		return r, err
	}
	r.SettledAt, r.SettledBy, r.Outcome, r.Note = tx.now, actorID, outcome, []byte(note)
	// The entry comes first: it locks the dispute, so that of two at once one finds it settled.
	if err := tx.audit(r.Dispute, []auditEntry{auditEntry{Actor: actor, ActorID: actorID}.of(outcome+"_code", "code request "+id, codeRequestBytes(r))}); err != nil {
		return r, err
	}
	n, err := tx.Exec("UPDATE code_requests SET settled_at = $1, settled_by = $2, outcome = $3, note = $4 WHERE id = $5 AND settled_at IS NULL",
		r.SettledAt, r.SettledBy, r.Outcome, tx.seal("code_requests", "note", id, r.Note), id)
	if err == nil && n == 0 {
		err = fault.New(fault.NotFound, "the request was settled")
	}
	return r, err
}
