package store

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"time"

	"anxin/server/fault"
)

// maxSessions may be open to one dispute: her telephone, her daughter's, and those that were never signed out. Then the oldest
// ends.
const maxSessions = 20

// touchEvery is how exactly it is kept when a session was last used: not every read shall be a write.
const touchEvery = time.Minute

// tokenHash is all that is kept of a token. Nobody guesses 130 random bits, so it needs no salt and no key.
func tokenHash(token string) []byte {
	h := sha256.Sum256([]byte("anxin session\x00" + token))
	return h[:]
}

// StartSession lets somebody come back without the code, by a token, until they do nothing for the time idle and in no case
// longer than longest.
func (s *Store) StartSession(ctx context.Context, a Access, idle, longest time.Duration) (token string, until time.Time, err error) {
	token = rand.Text()
	err = s.Write(ctx, func(tx *Tx) error {
		until = earlier(tx.now.Add(idle), tx.now.Add(longest))
		if _, err := tx.Exec("DELETE FROM sessions WHERE dispute_id = $1 AND expires_at <= $2", a.Dispute, tx.now); err != nil {
			return err
		}
		if _, err := tx.Exec(`DELETE FROM sessions WHERE token IN
			(SELECT token FROM sessions WHERE dispute_id = $1 ORDER BY started_at DESC, token LIMIT 1000 OFFSET $2)`, a.Dispute, maxSessions-1); err != nil {
			return err
		}
		_, err := tx.Exec("INSERT INTO sessions (token, dispute_id, party_id, started_at, used_at, expires_at) VALUES ($1, $2, $3, $4, $4, $5)",
			tokenHash(token), a.Dispute, a.Party, tx.now, until)
		return err
	})
	if err != nil {
		return "", time.Time{}, fmt.Errorf("start a session: %w", err)
	}
	return token, until, nil
}

// Session tells what a token opens, to whom, and until when if it is not used again. One that ended, or never was, is
// [fault.Unauthorized].
func (s *Store) Session(ctx context.Context, token string, idle, longest time.Duration) (a Access, until time.Time, err error) {
	var now, started, used time.Time
	err = s.Read(ctx, func(tx *Tx) error {
		now = tx.now
		return tx.Row("SELECT dispute_id, party_id, started_at, used_at, expires_at FROM sessions WHERE token = $1 AND expires_at > $2", []any{tokenHash(token), tx.now},
			&a.Dispute, &a.Party, &started, &used, &until)
	})
	if NotFound(err) {
		return Access{}, time.Time{}, fault.New(fault.Unauthorized, "find a session: there is none")
	}
	if err != nil {
		return Access{}, time.Time{}, fmt.Errorf("find a session: %w", err)
	}
	if now.Sub(used) < touchEvery {
		return a, until, nil
	}
	until = earlier(now.Add(idle), started.Add(longest))
	err = s.Write(ctx, func(tx *Tx) error {
		_, err := tx.Exec("UPDATE sessions SET used_at = $1, expires_at = $2 WHERE token = $3", now, canonical(until), tokenHash(token))
		return err
	})
	return a, until, doing("keep a session", err)
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// EndSession ends a session, if there is one.
func (s *Store) EndSession(ctx context.Context, token string) error {
	return s.forget(ctx, "end a session", "DELETE FROM sessions WHERE token = $1", tokenHash(token))
}

// EndSessions ends every session of a dispute.
func (s *Store) EndSessions(ctx context.Context, dispute string) error {
	return s.forget(ctx, "end the sessions of a dispute", "DELETE FROM sessions WHERE dispute_id = $1", dispute)
}

// ForgetSessions takes away those that are over.
func (s *Store) ForgetSessions(ctx context.Context) error {
	return s.forget(ctx, "forget old sessions", "DELETE FROM sessions WHERE expires_at <= $1", canonical(s.clock()))
}

func (s *Store) forget(ctx context.Context, what, statement string, arg any) error {
	return doing(what, s.Write(ctx, func(tx *Tx) error {
		_, err := tx.Exec(statement, arg)
		return err
	}))
}
