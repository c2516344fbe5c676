package store

import (
	"context"
	"errors"
	"fmt"

	"anxin/server/fault"
	"anxin/server/limit"
	"anxin/server/vault"
)

// Tries to sign in are counted as those of access codes are (credential.go): five that failed from one address at one name shut
// that address out of that name for a while, whether there is such a name; those from ever new addresses are only slowed, so
// that nobody is shut out of an account of theirs by somebody else.

// SignInStaff begins a session at [StageCode] for whoever has name and password. A wrong password, a name that there is not and
// an account that was disabled are [fault.Unauthorized] alike, and take as long.
func (s *Store) SignInStaff(ctx context.Context, address, name, password string, n NewStaffSession) error {
	t, err := s.beginStaffTry(ctx, address, name)
	if err != nil {
		return doing("sign in", err)
	}
	var ok, stale bool
	err = s.inTurn(ctx, t, func() (err error) {
		ok, stale, err = s.vault.CheckPassword(ctx, password, t.hash)
		return err
	})
	fresh := ""
	if err == nil && ok && stale {
		fresh, err = s.vault.HashPassword(ctx, password)
	}
	wrong := err == nil && !ok
	failed := s.Write(context.WithoutCancel(ctx), func(tx *Tx) error {
		if err := tx.settleStaffTry(t, wrong); err != nil || !ok {
			return err
		}
		if err := tx.usable(t.staff); err != nil {
			return err
		}
		if fresh != "" {
			if err := tx.rehash(t.staff, t.hash, fresh); err != nil {
				return err
			}
			if err := tx.staffAudit("machine", "rehashed", t.staff); err != nil {
				return err
			}
		}
		return tx.startStaffSession(t.staff, StageCode, n)
	})
	switch {
	case failed != nil:
		return fmt.Errorf("sign in: %w", failed)
	case wrong:
		return fault.New(fault.Unauthorized, "sign in: wrong name or password")
	case errors.Is(err, vault.ErrBusy):
		return &fault.Error{Kind: fault.Unavailable, RetryAfter: soon, Err: err}
	}
	return doing("sign in", err)
}

// CompleteStaff turns a session at [StageCode] into a full one, which n is, for whoever has the second factor: a code that check
// finds to be of its secret and later than the last that was taken, or else one of the recovery codes. A wrong one is
// [fault.Invalid]; after some of them the session ends, which is [fault.Unauthorized].
func (s *Store) CompleteStaff(ctx context.Context, address, pending string, check func(secret []byte, last int64) (step int64, ok bool), recovery string, n NewStaffSession) error {
	in, err := s.StaffSession(ctx, pending, StageCode, nil)
	if err != nil {
		return err
	}
	return s.tryFactor(ctx, address, in.Staff, check, recovery, func(tx *Tx, wrong bool) error {
		held, err := tx.staffSession(pending, StageCode)
		if err != nil {
			return err
		}
		if wrong {
			return tx.wrongInSession(held)
		}
		if err := tx.endStaffSession(held.staff, held.id); err != nil {
			return err
		}
		if err := tx.startStaffSession(held.staff, StageFull, n); err != nil {
			return err
		}
		return tx.staffAudit(held.staff, "signed_in", held.staff)
	})
}

// ProveStaff tells whether somebody who is signed in has both the password and the second factor; otherwise it is [fault.Invalid]
// alike. It counts as a try to sign in does.
func (s *Store) ProveStaff(ctx context.Context, address string, st Staff, password string, check func(secret []byte, last int64) (step int64, ok bool), recovery string) error {
	t, err := s.beginStaffTry(ctx, address, st.Name)
	if err != nil {
		return doing("prove who it is", err)
	}
	ok := false
	err = s.inTurn(ctx, t, func() (err error) {
		ok, _, err = s.vault.CheckPassword(ctx, password, t.hash)
		return err
	})
	wrong := err == nil && !ok
	if failed := s.Write(context.WithoutCancel(ctx), func(tx *Tx) error { return tx.settleStaffTry(t, wrong) }); failed != nil {
		return fmt.Errorf("prove who it is: %w", failed)
	}
	switch {
	case wrong:
		return fault.New(fault.Invalid, "a wrong password")
	case errors.Is(err, vault.ErrBusy):
		return &fault.Error{Kind: fault.Unavailable, RetryAfter: soon, Err: err}
	case err != nil:
		return fmt.Errorf("prove who it is: %w", err)
	}
	return s.tryFactor(ctx, address, st, check, recovery, func(*Tx, bool) error { return nil })
}

// tryFactor checks a code and in the same transaction uses it up and does what follows, also on a wrong one.
func (s *Store) tryFactor(ctx context.Context, address string, st Staff, check func(secret []byte, last int64) (step int64, ok bool), recovery string, then func(tx *Tx, wrong bool) error) error {
	t, err := s.beginStaffTry(ctx, address, st.Name)
	if err != nil {
		return doing("check a second factor", err)
	}
	wrong := false
	err = s.inTurn(ctx, t, func() error {
		return s.Write(ctx, func(tx *Tx) error {
			if err := tx.usable(st.ID); err != nil {
				return err
			}
			_, secrets, err := tx.staff(st.ID)
			if err != nil {
				return err
			}
			step, ok := int64(0), false
			if secrets.TOTP != nil {
				step, ok = check(secrets.TOTP, secrets.LastStep)
			}
			if ok {
				if _, err := tx.Exec("UPDATE staff SET totp_step = $1 WHERE id = $2", step, st.ID); err != nil {
					return err
				}
			} else if ok, err = tx.useRecovery(st.ID, recovery); err != nil {
				return err
			} else if ok {
				if err := tx.staffAudit(st.ID, "recovery_used", st.ID); err != nil {
					return err
				}
			}
			wrong = !ok
			if err := tx.settleStaffTry(t, wrong); err != nil {
				return err
			}
			return then(tx, wrong)
		})
	})
	if err != nil {
		failed := s.Write(context.WithoutCancel(ctx), func(tx *Tx) error { return tx.settleStaffTry(t, false) })
		return doing("check a second factor", errors.Join(err, failed))
	}
	if wrong {
		return fault.New(fault.Invalid, "a wrong code of the second factor")
	}
	return nil
}

// staffTry is one try to sign in.
type staffTry struct {
	id, name, address string

	failures int    // at the name before it, from wherever they came
	staff    string // whose name it is; empty: nobody's who may sign in
	hash     string
}

func (s *Store) beginStaffTry(ctx context.Context, address, name string) (*staffTry, error) {
	t := &staffTry{id: NewID(), name: name, address: address}
	if s.vault.Index(vault.Account, name) == nil || s.vault.Index(vault.Address, address) == nil {
		return nil, fault.New(fault.Unauthorized, "there is no name or address")
	}
	return t, s.Write(ctx, t.begin)
}

// inTurn does something when it is the name's turn.
func (s *Store) inTurn(ctx context.Context, t *staffTry, do func() error) error {
	if wait := slowness(t.failures); wait > 0 {
		if _, err := s.turns.Enter(ctx, limit.Key{Rule: limit.Turn(wait), Who: s.vault.Index(vault.Account, t.name)}); err != nil {
			return err
		}
	}
	return do()
}

// begin notes a try, or refuses it.
func (t *staffTry) begin(tx *Tx) error {
	addresses, names := anys(tx.vault.Lookup(vault.Address, t.address)), anys(tx.vault.Lookup(vault.Account, t.name))
	args := append(append([]any{tx.now.Add(-failureWindow)}, addresses...), names...)
	err := tx.mayTry("at one name", "SELECT at, failed FROM staff_attempts WHERE at > $1 AND address_index IN ("+marks(2, len(addresses))+
		") AND name_index IN ("+marks(2+len(addresses), len(names))+") ORDER BY at", args)
	if err != nil {
		return err
	}
	if t.failures, err = tx.staffFailures(t.name); err != nil {
		return err
	}
	if _, err := tx.Exec("INSERT INTO staff_attempts (id, name_index, address_index, failed, at) VALUES ($1, $2, $3, $4, $5)",
		t.id, tx.vault.Index(vault.Account, t.name), tx.vault.Index(vault.Address, t.address), false, tx.now); err != nil {
		return err
	}
	t.staff, t.hash = "", ""
	st, err := tx.staffNamed(t.name)
	if NotFound(err) || err == nil && !st.DisabledAt.IsZero() {
		return nil
	}
	if err != nil {
		return err
	}
	_, secrets, err := tx.staff(st.ID)
	t.staff, t.hash = st.ID, secrets.Password
	return err
}

func (tx *Tx) staffFailures(name string) (n int, err error) {
	keys := anys(tx.vault.Lookup(vault.Account, name))
	err = tx.Row("SELECT count(*) FROM staff_attempts WHERE failed AND at > $1 AND name_index IN ("+marks(2, len(keys))+")",
		append([]any{tx.now.Add(-failureWindow)}, keys...), &n)
	return n, err
}

// settleStaffTry takes a try away, unless it failed; many failures are noted, once in a while, in the account's audit.
func (tx *Tx) settleStaffTry(t *staffTry, failed bool) error {
	if !failed {
		_, err := tx.Exec("DELETE FROM staff_attempts WHERE id = $1", t.id)
		return err
	}
	if _, err := tx.Exec("UPDATE staff_attempts SET failed = $1 WHERE id = $2", true, t.id); err != nil {
		return err
	}
	n, err := tx.staffFailures(t.name)
	if err != nil || n < maxFailures || t.staff == "" {
		return err
	}
	var one int
	err = tx.Row("SELECT 1 FROM staff_audit WHERE staff_id = $1 AND action = $2 AND at > $3 LIMIT 1", []any{t.staff, "guessed_at", tx.now.Add(-failureWindow)}, &one)
	if !NotFound(err) {
		return err
	}
	return tx.staffAudit("machine", "guessed_at", t.staff)
}
