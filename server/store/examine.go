package store

import (
	"context"
	"fmt"
	"time"
)

// Examined is what there is to know of a database before it is used.
type Examined struct {
	Kind    string        // sqlite or postgres
	Version int           // of a PostgreSQL server: 15 of 15.4
	Pending bool          // its tables are older than this program
	Latest  time.Time     // when a dispute last changed; zero where there is none
	Ahead   time.Duration // by how much the server's clock is ahead of ours
	Damaged []string      // what the database says of itself
	Keys    error         // the secret does not hold what it was sealed with; not looked at without a vault
}

// Examine looks at a database and changes nothing. The error tells that it cannot be used at all: it does not answer, it is no
// database, or it would not keep what it acknowledges.
func Examine(ctx context.Context, o Options) (Examined, error) {
	var e Examined
	if err := Exists(o); err != nil {
		return e, err
	}
	s, err := connect(ctx, o)
	if err != nil {
		return e, err
	}
	defer s.Close()
	e.Kind = s.dialect.name
	if e.Kind == sqlite.name {
		e.Damaged, err = s.quickCheck(ctx)
	} else {
		err = s.server(ctx, &e)
	}
	if err == nil && len(e.Damaged) == 0 {
		e.Pending, err = s.pending(ctx)
	}
	if err != nil || e.Pending || len(e.Damaged) > 0 {
		return e, doing("examine the database", err)
	}
	if o.Vault != nil {
		e.Keys = s.knowsKeys(ctx)
	}
	err = s.Read(ctx, func(tx *Tx) error {
		return tx.Query("SELECT changed_at FROM disputes ORDER BY changed_at DESC LIMIT 1", nil, func(scan func(...any) error) error {
			return scan(&e.Latest)
		})
	})
	return e, doing("examine the database", err)
}

// quickCheck lets SQLite read every page.
func (s *Store) quickCheck(ctx context.Context) (damaged []string, err error) {
	rows, err := s.reading.QueryContext(ctx, "PRAGMA quick_check(5)")
	if err != nil {
		return []string{err.Error()}, nil // it says so of itself
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			return nil, err
		}
		if line != "ok" {
			damaged = append(damaged, line)
		}
	}
	if err := rows.Err(); err != nil {
		damaged = append(damaged, err.Error())
	}
	return damaged, nil
}

// server asks a PostgreSQL server for its version and its time.
func (s *Store) server(ctx context.Context, e *Examined) error {
	var number int
	var now time.Time
	before := s.clock()
	if err := s.reading.QueryRowContext(ctx, "SELECT current_setting('server_version_num')::int, clock_timestamp()").Scan(&number, &now); err != nil {
		return fmt.Errorf("ask the server: %w", err)
	}
	e.Version = number / 10000
	// It lies between the question and the answer: what is within them is no difference.
	switch after := s.clock(); {
	case now.Before(before):
		e.Ahead = now.Sub(before)
	case now.After(after):
		e.Ahead = now.Sub(after)
	}
	return nil
}
