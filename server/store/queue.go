package store

import (
	"context"
	"time"

	"anxin/server/limit"
	"anxin/server/vault"
)

// Who guesses at one number from ever new addresses is not refused, for neither would she be told from them: from so many
// failures on, whoever tries a code there waits for their turn and then a moment longer.
const (
	freeFailures = 20 // from all addresses within the time in which failures count
	slowerBy     = 100 * time.Millisecond
	slowest      = 2 * time.Second
)

// slowness is how long a try waits when it is its turn, after so many failures.
func slowness(failures int) time.Duration {
	return min(slowest, slowerBy*time.Duration(max(0, failures-freeFailures+1)))
}

// awaitTurn waits until it is the turn of a try, at all servers that share their limits. Where too many wait already it is
// [fault.Unavailable]. A turn is given back by who goes before it came.
func (s *Store) awaitTurn(ctx context.Context, t try) error {
	wait := slowness(t.failures)
	if wait == 0 {
		return nil
	}
	_, err := s.turns.Enter(ctx, limit.Key{Rule: limit.Turn(wait), Who: s.vault.Index(vault.Number, t.number)})
	return err
}
