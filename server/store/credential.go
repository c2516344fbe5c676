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
// and the many behind one address of a mobile network do not shut each other out. Guesses at one number from many addresses
// are slowed instead (queue.go).
const (
	maxFailures   = 5
	failureWindow = 15 * time.Minute
	// A try under way counts as one that failed, so that a hundred at once are not a hundred guesses. One that was never
	// settled, because the program ended, is over after this time, which is longer than any waits for its turn.
	checkTakes = time.Minute
	soon       = 2 * time.Second // when those under way are done
)

// OpenByCode tells what the code opens under the number. A wrong code and a number that does not exist are [fault.Unauthorized]
// alike, and take as long. After five failures from one address within a quarter of an hour it is [fault.TooMany] for this number,
// whether there is one, and for the right code, too. While too many codes are being checked, or too many wait for their turn at
// one number, it is [fault.Unavailable].
func (s *Store) OpenByCode(ctx context.Context, address, number, code string) (Access, error) {
	t := try{id: NewID(), address: address, number: number}
	if s.vault.Index(vault.Number, number) == nil || s.vault.Index(vault.Address, address) == nil {
		return Access{}, fault.New(fault.Unauthorized, "open a dispute: there is no number or address")
	}
	begin, transaction := t.begin, s.Write
	if s.unlimited {
		begin, transaction = t.look, s.Read
	}
	if err := transaction(ctx, begin); err != nil {
		return Access{}, fmt.Errorf("open a dispute: %w", err)
	}
	i, err := s.check(ctx, t, code)
	wrong := err == nil && i < 0
	if !s.unlimited {
		if failed := s.settle(context.WithoutCancel(ctx), t, wrong); failed != nil {
			return Access{}, fmt.Errorf("open a dispute: %w", failed)
		}
	}
	switch {
	case wrong:
		return Access{}, fault.New(fault.Unauthorized, "open a dispute: wrong number or code")
	case errors.Is(err, vault.ErrBusy):
		return Access{}, &fault.Error{Kind: fault.Unavailable, RetryAfter: soon, Err: err}
	case err != nil:
		return Access{}, fmt.Errorf("open a dispute: %w", err)
	}
	return t.found[i], nil
}

// try is one try of a code.
type try struct {
	id, address, number string

	failures int      // at the number before it, from wherever they came
	found    []Access // what codes there are for the number
	hashes   []string
}

// check tells which of the codes it is, -1 if none, when it is the number's turn.
func (s *Store) check(ctx context.Context, t try, code string) (int, error) {
	if err := s.awaitTurn(ctx, t); err != nil {
		return -1, err
	}
	return s.vault.CheckCode(ctx, t.number, code, t.hashes)
}

// look finds the codes of the number.
func (t *try) look(tx *Tx) error {
	t.found, t.hashes = nil, nil
	keys := anys(tx.vault.Lookup(vault.Number, t.number))
	return tx.Query(`SELECT c.dispute_id, c.party_id, c.code_hash FROM credentials c JOIN disputes d ON d.id = c.dispute_id
		WHERE c.replaced_at IS NULL AND d.number_index IN (`+marks(1, len(keys))+") ORDER BY c.made_at, c.id", keys, func(scan func(...any) error) error {
		var a Access
		var hash string
		err := scan(&a.Dispute, &a.Party, &hash)
		t.found, t.hashes = append(t.found, a), append(t.hashes, hash)
		return err
	})
}

// mayTry refuses a try to an address that failed too often at one thing. The query finds its tries there that still count: when,
// and whether it failed.
func (tx *Tx) mayTry(where, query string, args []any) error {
	var failures []time.Time
	underWay := 0
	err := tx.Query(query, args, func(scan func(...any) error) error {
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
		return &fault.Error{Kind: fault.TooMany, RetryAfter: failures[n-maxFailures].Add(failureWindow).Sub(tx.now), Err: errors.New("too many failures " + where)}
	} else if n+underWay >= maxFailures {
		return &fault.Error{Kind: fault.TooMany, RetryAfter: soon, Err: errors.New("too many tries at once " + where)}
	}
	return nil
}

// begin notes a try, or refuses it.
func (t *try) begin(tx *Tx) error {
	addresses, numbers := anys(tx.vault.Lookup(vault.Address, t.address)), anys(tx.vault.Lookup(vault.Number, t.number))
	args := append(append([]any{tx.now.Add(-failureWindow)}, addresses...), numbers...)
	err := tx.mayTry("at one number", "SELECT at, failed FROM attempts WHERE at > $1 AND address_index IN ("+marks(2, len(addresses))+
		") AND number_index IN ("+marks(2+len(addresses), len(numbers))+") ORDER BY at", args)
	if err != nil {
		return err
	}
	if t.failures, err = tx.failuresAt(t.number); err != nil {
		return err
	}
	if _, err = tx.Exec("INSERT INTO attempts (id, number_index, address_index, failed, at) VALUES ($1, $2, $3, $4, $5)",
		t.id, tx.vault.Index(vault.Number, t.number), tx.vault.Index(vault.Address, t.address), false, tx.now); err != nil {
		return err
	}
	return t.look(tx)
}

// failuresAt counts those at a number that still count, whoever's they were.
func (tx *Tx) failuresAt(number string) (n int, err error) {
	keys := anys(tx.vault.Lookup(vault.Number, number))
	err = tx.Row("SELECT count(*) FROM attempts WHERE failed AND at > $1 AND number_index IN ("+marks(2, len(keys))+")",
		append([]any{tx.now.Add(-failureWindow)}, keys...), &n)
	return n, err
}

// settle takes a try away, unless the code was wrong.
func (s *Store) settle(ctx context.Context, t try, wrong bool) error {
	return s.Write(ctx, func(tx *Tx) error {
		if !wrong {
			_, err := tx.Exec("DELETE FROM attempts WHERE id = $1", t.id)
			return err
		}
		if _, err := tx.Exec("UPDATE attempts SET failed = $1 WHERE id = $2", true, t.id); err != nil {
			return err
		}
		return tx.noteFailures(t.number)
	})
}

// FailedCodes is what an audit calls it when codes were guessed at.
const FailedCodes = "failed_codes"

// noteFailures puts many failures at a number into its dispute's audit, once in a while, so that her file can tell her. Both
// kinds of number are counted and looked for alike; what is then written takes no time that could be told from what
// checking a code takes.
func (tx *Tx) noteFailures(number string) error {
	failures, err := tx.failuresAt(number)
	if err != nil || failures < freeFailures {
		return err
	}
	disputes, err := tx.find("SELECT id FROM disputes WHERE number_index", vault.Number, number)
	if err != nil || len(disputes) == 0 {
		return err
	}
	var one int
	err = tx.Row("SELECT 1 FROM audit WHERE dispute_id = $1 AND action = $2 AND at > $3 LIMIT 1", []any{disputes[0], FailedCodes, tx.now.Add(-failureWindow)}, &one)
	if !NotFound(err) {
		return err
	}
	return tx.audit(disputes[0], []auditEntry{auditEntry{Actor: "machine"}.of(FailedCodes, "", nil)})
}

// ForgetAttempts takes away the failures that count no longer.
func (s *Store) ForgetAttempts(ctx context.Context) error {
	return doing("forget old failures", s.Write(ctx, func(tx *Tx) error {
		_, err := tx.Exec("DELETE FROM attempts WHERE at <= $1", tx.now.Add(-failureWindow))
		return err
	}))
}
