package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"anxin/server/fault"
	"anxin/server/vault"
)

// Access is what a code opens, and to whom.
type Access struct{ Dispute, Party string }

// Only the pair of an address and a number is ever shut out: who guesses at her number from elsewhere does not shut her out,
// and the many behind one address of a mobile network do not shut each other out.
const (
	maxFailures   = 5
	failureWindow = 15 * time.Minute
	// A try under way counts as one that failed, so that a hundred at once are not a hundred guesses. One that was never
	// settled, because the program ended, is over after this time.
	checkTakes = time.Minute
	soon       = 2 * time.Second // when those under way are done
)

// OpenByCode tells what the code opens under the number. A wrong code and a number that does not exist are [fault.Unauthorized]
// alike, and take as long. After five failures from one address within a quarter of an hour it is [fault.TooMany] for this number,
// whether there is one, and for the right code, too. While too many codes are being checked it is [fault.Unavailable].
func (s *Store) OpenByCode(ctx context.Context, address, number, code string) (Access, error) {
	if s.vault.Index(vault.Number, number) == nil || s.vault.Index(vault.Address, address) == nil {
		return Access{}, fault.New(fault.Unauthorized, "open a dispute: there is no number or address")
	}
	attempt := NewID()
	var found []Access
	var hashes []string
	err := s.Write(ctx, func(tx *Tx) error {
		if err := tx.begin(attempt, address, number); err != nil {
			return err
		}
		found, hashes = nil, nil
		keys := anys(tx.vault.Lookup(vault.Number, number))
		return tx.Query(`SELECT c.dispute_id, c.party_id, c.code_hash FROM credentials c JOIN disputes d ON d.id = c.dispute_id
			WHERE c.replaced_at IS NULL AND d.number_index IN (`+marks(1, len(keys))+") ORDER BY c.made_at, c.id", keys, func(scan func(...any) error) error {
			var a Access
			var hash string
			err := scan(&a.Dispute, &a.Party, &hash)
			found, hashes = append(found, a), append(hashes, hash)
			return err
		})
	})
	if err != nil {
		return Access{}, fmt.Errorf("open a dispute: %w", err)
	}
	i, err := s.vault.CheckCode(ctx, number, code, hashes)
	wrong := err == nil && i < 0
	if failed := s.settle(context.WithoutCancel(ctx), attempt, wrong); failed != nil {
		return Access{}, fmt.Errorf("open a dispute: %w", failed)
	}
	switch {
	case wrong:
		return Access{}, fault.New(fault.Unauthorized, "open a dispute: wrong number or code")
	case errors.Is(err, vault.ErrBusy):
		return Access{}, &fault.Error{Kind: fault.Unavailable, RetryAfter: soon, Err: err}
	case err != nil:
		return Access{}, fmt.Errorf("open a dispute: %w", err)
	}
	return found[i], nil
}

// begin notes a try, or refuses it.
func (tx *Tx) begin(id, address, number string) error {
	addresses, numbers := anys(tx.vault.Lookup(vault.Address, address)), anys(tx.vault.Lookup(vault.Number, number))
	args := append(append([]any{tx.now.Add(-failureWindow)}, addresses...), numbers...)
	var failures []time.Time
	underWay := 0
	err := tx.Query("SELECT at, failed FROM attempts WHERE at > $1 AND address_index IN ("+marks(2, len(addresses))+
		") AND number_index IN ("+marks(2+len(addresses), len(numbers))+") ORDER BY at", args, func(scan func(...any) error) error {
		var at time.Time
		var failed bool
		err := scan(&at, &failed)
		if failed || at.Before(tx.now.Add(-checkTakes)) {
			failures = append(failures, at)
		} else {
			underWay++
		}
		return err
	})
	if err != nil {
		return err
	}
	if n := len(failures); n >= maxFailures {
		return &fault.Error{
			Kind: fault.TooMany, RetryAfter: failures[n-maxFailures].Add(failureWindow).Sub(tx.now), Err: errors.New("too many wrong codes for one number"),
		}
	} else if n+underWay >= maxFailures {
		return &fault.Error{Kind: fault.TooMany, RetryAfter: soon, Err: errors.New("too many codes tried at once for one number")}
	}
	_, err = tx.Exec("INSERT INTO attempts (id, number_index, address_index, failed, at) VALUES ($1, $2, $3, $4, $5)",
		id, tx.vault.Index(vault.Number, number), tx.vault.Index(vault.Address, address), false, tx.now)
	return err
}

// settle takes a try away, unless the code was wrong.
func (s *Store) settle(ctx context.Context, attempt string, wrong bool) error {
	return s.Write(ctx, func(tx *Tx) (err error) {
		if wrong {
			_, err = tx.Exec("UPDATE attempts SET failed = $1 WHERE id = $2", true, attempt)
		} else {
			_, err = tx.Exec("DELETE FROM attempts WHERE id = $1", attempt)
		}
		return err
	})
}

// ForgetAttempts takes away the failures that count no longer.
func (s *Store) ForgetAttempts(ctx context.Context) error {
	return doing("forget old failures", s.Write(ctx, func(tx *Tx) error {
		_, err := tx.Exec("DELETE FROM attempts WHERE at <= $1", tx.now.Add(-failureWindow))
		return err
	}))
}
