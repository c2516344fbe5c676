package store

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"anxin/server/vault"
)

// What is done to accounts is one chain, made as that of a dispute is (audit.go): each entry hashes the one before it and commits
// to the account as it left it, its password's hash and the secret of its second factor included. So an account that was changed
// behind the audit's back is found, too.

// StaffEntry is what was done to an account.
type StaffEntry struct {
	Seq       int64
	At        time.Time
	By        string // an account's id, "command", or "machine"
	ByName    string // its name, where it is an account
	Action    string
	Staff     string
	StaffName string
}

func (tx *Tx) staffAudit(by, action, id string) error {
	// The row is locked by the change, before it is read: of two that append at once, one waits and is run again.
	if _, err := tx.Exec("UPDATE staff_audit_head SET seq = seq + 1 WHERE one = 1"); err != nil {
		return err
	}
	r := staffRow{staff: id, at: tx.now, actor: by, action: action, salt: make([]byte, saltSize)}
	if err := tx.Row("SELECT seq, head FROM staff_audit_head WHERE one = 1", nil, &r.seq, &r.previous); err != nil {
		return err
	}
	what, err := tx.staffBytes(id)
	if err != nil {
		return err
	}
	if r.seq == 1 {
		r.previous = staffRoot()
	}
	_, _ = rand.Read(r.salt) // never fails
	r.commitment = commit(r.salt, what)
	r.hash = r.sum()
	if _, err := tx.Exec(`INSERT INTO staff_audit (seq, at, actor, action, staff_id, salt, commitment, previous, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		r.seq, r.at, r.actor, r.action, r.staff, r.salt, r.commitment, r.previous, r.hash); err != nil {
		return err
	}
	_, err = tx.Exec("UPDATE staff_audit_head SET head = $1 WHERE one = 1", r.hash)
	return err
}

// staffBytes is an account in one form.
func (tx *Tx) staffBytes(id string) ([]byte, error) {
	st, secrets, err := tx.staff(id)
	if err != nil {
		return nil, err
	}
	disabled := ""
	if !st.DisabledAt.IsZero() {
		disabled = fmt.Sprint(st.DisabledAt.UnixMicro())
	}
	return fields(st.Name, st.Role, st.Institution, st.Shown, st.Language, secrets.Password, string(secrets.TOTP), disabled), nil
}

type staffRow struct {
	seq                  int64
	at                   time.Time
	actor, action, staff string
	salt, commitment     []byte
	previous, hash       []byte
}

func staffRoot() []byte {
	h := sha256.Sum256(fields("anxin staff audit 1"))
	return h[:]
}

func (r staffRow) sum() []byte {
	h := sha256.Sum256(fields("anxin staff audit 1", fmt.Sprint(r.seq), fmt.Sprint(r.at.UnixMicro()), r.actor, r.action, r.staff, string(r.commitment), string(r.previous)))
	return h[:]
}

// StaffAudit lists what was done to accounts, the newest first: at most so many entries, from before a number on (0: from the
// last).
func (s *Store) StaffAudit(ctx context.Context, before int64, limit int) (list []StaffEntry, err error) {
	err = s.Read(ctx, func(tx *Tx) error {
		err := tx.Query(`SELECT seq, at, actor, action, staff_id FROM staff_audit WHERE $1 = 0 OR seq < $1 ORDER BY seq DESC LIMIT $2`, []any{before, limit}, func(scan func(...any) error) error {
			var e StaffEntry
			err := scan(&e.Seq, &e.At, &e.By, &e.Action, &e.Staff)
			list = append(list, e)
			return err
		})
		names := map[string]string{"command": "", "machine": ""}
		name := func(id string) string {
			if known, ok := names[id]; ok || err != nil {
				return known
			}
			var st Staff
			st, _, err = tx.staff(id)
			names[id] = st.Name
			return st.Name
		}
		for i := range list {
			list[i].StaffName, list[i].ByName = name(list[i].Staff), name(list[i].By)
		}
		return err
	})
	return list, doing("read the audit of accounts", err)
}

// VerifyStaff recomputes the chain and compares every account with what was committed to.
func (s *Store) VerifyStaff(ctx context.Context) (entries int, flaws []string, err error) {
	err = s.Read(ctx, func(tx *Tx) (err error) {
		entries, flaws, err = tx.verifyStaff()
		return err
	})
	return entries, flaws, doing("verify the audit of accounts", err)
}

func (tx *Tx) verifyStaff() (entries int, flaws []string, err error) {
	flaw := func(format string, args ...any) { flaws = append(flaws, fmt.Sprintf(format, args...)) }
	var seq int64
	var head []byte
	if err := tx.Row("SELECT seq, head FROM staff_audit_head WHERE one = 1", nil, &seq, &head); err != nil {
		return 0, nil, err
	}
	previous, latest := staffRoot(), map[string]staffRow{}
	if err := tx.Query("SELECT seq, at, actor, action, staff_id, salt, commitment, previous, hash FROM staff_audit ORDER BY seq", nil, func(scan func(...any) error) error {
		var r staffRow
		if err := scan(&r.seq, &r.at, &r.actor, &r.action, &r.staff, &r.salt, &r.commitment, &r.previous, &r.hash); err != nil {
			return err
		}
		entries++
		if r.seq != int64(entries) {
			flaw("entry %d stands where %d belongs", r.seq, entries)
		}
		if !bytes.Equal(r.previous, previous) {
			flaw("entry %d does not follow the one before it", r.seq)
		}
		if !bytes.Equal(r.hash, r.sum()) {
			flaw("entry %d was changed", r.seq)
		}
		previous, latest[r.staff] = r.hash, r
		return nil
	}); err != nil {
		return entries, flaws, err
	}
	if int64(entries) != seq {
		flaw("%d entries are there, %d were written", entries, seq)
	}
	if entries > 0 && !bytes.Equal(previous, head) {
		flaw("the last entry is not the one that was written last")
	}
	ids, err := tx.staffIDs()
	if err != nil {
		return entries, flaws, err
	}
	for _, id := range ids {
		r, ok := latest[id]
		delete(latest, id)
		what, err := tx.staffBytes(id)
		switch {
		case errors.Is(err, vault.ErrSealed): // for the report, and no reason to stop
			flaw("account %s: %v", id, err)
		case err != nil:
			return entries, flaws, err
		case !ok:
			flaw("account %s has no entry", id)
		case !hmac.Equal(r.commitment, commit(r.salt, what)):
			flaw("account %s is not as entry %d says", id, r.seq)
		}
	}
	for id, r := range latest {
		flaw("account %s of entry %d is missing", id, r.seq)
	}
	return entries, flaws, nil
}
