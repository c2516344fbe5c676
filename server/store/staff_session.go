package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"time"

	"anxin/server/fault"
)

// How far somebody came with signing in.
const (
	StageCode  = "code"  // the password was right, the second factor is still to come
	StageEnrol = "enrol" // a second factor is being set up
	StageFull  = "full"
)

const (
	maxStaffSessions = 5 // full ones of an account; then the oldest ends
	maxWrongCodes    = 5 // in a session that still needs one
)

// NewStaffSession is a session that begins.
type NewStaffSession struct {
	Token         string
	Device        string // in words: browser and system
	Idle, Longest time.Duration
}

// StaffSession is one that was found, with whose it is.
type StaffSession struct {
	ID        string
	Staff     Staff
	Device    string
	StartedAt time.Time
	UsedAt    time.Time
	Until     time.Time
}

// staffToken is all that is kept of a token or a link.
func staffToken(token string) []byte {
	h := sha256.Sum256([]byte("anxin staff\x00" + token))
	return h[:]
}

type staffSession struct {
	id, staff, device    string
	started, used, until time.Time
}

// staffSession finds a session of a stage that holds, of an account that does. One that ended, or never was, is
// [fault.Unauthorized].
func (tx *Tx) staffSession(token, stage string) (in staffSession, err error) {
	err = tx.Row(`SELECT n.id, n.staff_id, n.device, n.started_at, n.used_at, n.expires_at FROM staff_sessions n JOIN staff s ON s.id = n.staff_id
		WHERE n.token = $1 AND n.stage = $2 AND n.revoked_at IS NULL AND n.expires_at > $3 AND s.disabled_at IS NULL`,
		[]any{staffToken(token), stage, tx.now}, &in.id, &in.staff, &in.device, &in.started, &in.used, &in.until)
	if NotFound(err) {
		err = fault.New(fault.Unauthorized, "there is no such session")
	}
	return in, err
}

// StaffSession tells whose session a token opens at a stage. One in full use is prolonged: limits says for a role how long it may
// lie idle and how long it lasts at most.
func (s *Store) StaffSession(ctx context.Context, token, stage string, limits func(role string) (idle, longest time.Duration)) (StaffSession, error) {
	var in staffSession
	var st Staff
	var now time.Time
	err := s.Read(ctx, func(tx *Tx) (err error) {
		now = tx.now
		if in, err = tx.staffSession(token, stage); err == nil {
			st, _, err = tx.staff(in.staff)
		}
		return err
	})
	found := StaffSession{in.id, st, in.device, in.started, in.used, in.until}
	if err != nil || stage != StageFull || now.Sub(in.used) < touchEvery {
		return found, doing("find a session", err)
	}
	idle, longest := limits(st.Role)
	found.UsedAt, found.Until = now, canonical(earlier(now.Add(idle), in.started.Add(longest)))
	err = s.Write(ctx, func(tx *Tx) error {
		// One that was ended meanwhile stays so.
		n, err := tx.Exec("UPDATE staff_sessions SET used_at = $1, expires_at = $2 WHERE id = $3 AND revoked_at IS NULL", now, found.Until, in.id)
		if err == nil && n == 0 {
			err = fault.New(fault.Unauthorized, "the session was ended")
		}
		return err
	})
	return found, doing("keep a session", err)
}

func (tx *Tx) startStaffSession(id, stage string, n NewStaffSession) error {
	if _, err := tx.Exec("DELETE FROM staff_sessions WHERE staff_id = $1 AND (revoked_at IS NOT NULL OR expires_at <= $2)", id, tx.now); err != nil {
		return err
	}
	if _, err := tx.Exec(`DELETE FROM staff_sessions WHERE id IN
		(SELECT id FROM staff_sessions WHERE staff_id = $1 AND stage = $2 ORDER BY started_at DESC, id LIMIT 1000 OFFSET $3)`, id, stage, maxStaffSessions-1); err != nil {
		return err
	}
	_, err := tx.Exec("INSERT INTO staff_sessions (id, token, staff_id, stage, device, wrong, started_at, used_at, expires_at) VALUES ($1, $2, $3, $4, $5, 0, $6, $6, $7)",
		NewID(), staffToken(n.Token), id, stage, n.Device, tx.now, canonical(earlier(tx.now.Add(n.Idle), tx.now.Add(n.Longest))))
	return err
}

// StaffSessions lists the sessions of an account that hold, the newest first.
func (s *Store) StaffSessions(ctx context.Context, id string) (list []StaffSession, err error) {
	err = s.Read(ctx, func(tx *Tx) error {
		st, _, err := tx.staff(id)
		if err != nil {
			return err
		}
		return tx.Query(`SELECT id, device, started_at, used_at, expires_at FROM staff_sessions
			WHERE staff_id = $1 AND stage = $2 AND revoked_at IS NULL AND expires_at > $3 ORDER BY used_at DESC, id`, []any{id, StageFull, tx.now}, func(scan func(...any) error) error {
			n := StaffSession{Staff: st}
			err := scan(&n.ID, &n.Device, &n.StartedAt, &n.UsedAt, &n.Until)
			list = append(list, n)
			return err
		})
	})
	return list, doing("list sessions", err)
}

// EndStaffSession ends a session of an account; what was read in it before may still be on its way, what is asked afterwards is
// not answered. One that there is not is [fault.NotFound].
func (s *Store) EndStaffSession(ctx context.Context, by, id, session string) error {
	return doing("end a session", s.Write(ctx, func(tx *Tx) error {
		if err := tx.endStaffSession(id, session); err != nil {
			return err
		}
		action := "session_ended"
		if by == id {
			action = "signed_out"
		}
		return tx.staffAudit(by, action, id)
	}))
}

func (tx *Tx) endStaffSession(id, session string) error {
	n, err := tx.Exec("UPDATE staff_sessions SET revoked_at = $1 WHERE id = $2 AND staff_id = $3 AND revoked_at IS NULL AND expires_at > $1", tx.now, session, id)
	if err == nil && n == 0 {
		err = fault.New(fault.NotFound, "there is no such session")
	}
	return err
}

// endStaffSessions ends the sessions of an account but for one.
func (tx *Tx) endStaffSessions(id, stays string) error {
	_, err := tx.Exec("UPDATE staff_sessions SET revoked_at = $1 WHERE staff_id = $2 AND revoked_at IS NULL AND id <> $3", tx.now, id, stays)
	return err
}

// wrongInSession counts a wrong code, and ends the session after too many: whoever knows the password signs in again, and each of
// those tries counts, too.
func (tx *Tx) wrongInSession(in staffSession) error {
	if _, err := tx.Exec("UPDATE staff_sessions SET wrong = wrong + 1 WHERE id = $1", in.id); err != nil {
		return err
	}
	_, err := tx.Exec("UPDATE staff_sessions SET revoked_at = $1 WHERE id = $2 AND wrong >= $3", tx.now, in.id, maxWrongCodes)
	return err
}

// ForgetStaffSessions takes away sessions, links and tries that are over.
func (s *Store) ForgetStaffSessions(ctx context.Context) error {
	return doing("forget old sessions of the staff", s.Write(ctx, func(tx *Tx) error {
		for statement, before := range map[string]time.Time{
			"DELETE FROM staff_sessions WHERE expires_at <= $1": tx.now,
			"DELETE FROM staff_links WHERE expires_at <= $1":    tx.now,
			"DELETE FROM staff_attempts WHERE at <= $1":         tx.now.Add(-failureWindow),
		} {
			if _, err := tx.Exec(statement, before); err != nil {
				return fmt.Errorf("%s: %w", statement, err)
			}
		}
		return nil
	}))
}

// LastStaffSignIn is when somebody signed in last before a time; zero where never.
func (s *Store) LastStaffSignIn(ctx context.Context, id string, before time.Time) (at time.Time, err error) {
	var last sql.NullTime
	err = s.Read(ctx, func(tx *Tx) error {
		err := tx.Row("SELECT at FROM staff_audit WHERE staff_id = $1 AND action = $2 AND at < $3 ORDER BY seq DESC LIMIT 1", []any{id, "signed_in", canonical(before)}, &last)
		if NotFound(err) {
			return nil
		}
		return err
	})
	return last.Time, doing("find the last sign-in", err)
}
