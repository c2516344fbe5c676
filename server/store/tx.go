package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"anxin/server/fault"
	"anxin/server/vault"
)

// Tx is a transaction under way. It carries its context: one that ended in the middle of a group of transactions would take
// the others with it, so nobody may bring another.
//
// After a statement went wrong the transaction takes no more and is not kept, whatever its function returns; PostgreSQL would
// have it so anyway, and on SQLite the error may have ended the transaction.
type Tx struct {
	ctx   context.Context
	sql   *sql.Tx
	vault *vault.Vault
	now   time.Time
	err   error
}

func (s *Store) tx(ctx context.Context, t *sql.Tx) *Tx {
	return &Tx{ctx: ctx, sql: t, vault: s.vault, now: canonical(s.clock())}
}

// Now is the one time at which everything in the transaction happens.
func (tx *Tx) Now() time.Time { return tx.now }

func (tx *Tx) run(fn func(*Tx) error) error {
	err := fn(tx)
	if tx.err != nil {
		return errors.Join(err, tx.err)
	}
	return err
}

func (tx *Tx) failed(err error) error {
	if err != nil {
		tx.err = err
	}
	return err
}

// Exec runs a statement and tells how many rows it changed.
func (tx *Tx) Exec(query string, args ...any) (int64, error) {
	if tx.err != nil {
		return 0, tx.err
	}
	result, err := tx.sql.ExecContext(tx.ctx, query, args...)
	if err != nil {
		return 0, tx.failed(err)
	}
	n, err := result.RowsAffected()
	return n, tx.failed(err)
}

// Query hands each row to a function, which scans it.
func (tx *Tx) Query(query string, args []any, each func(scan func(...any) error) error) error {
	if tx.err != nil {
		return tx.err
	}
	rows, err := tx.sql.QueryContext(tx.ctx, query, args...)
	if err != nil {
		return tx.failed(err)
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells
	for rows.Next() {
		if err := each(rows.Scan); err != nil {
			return err
		}
	}
	return tx.failed(rows.Err())
}

// Row scans the one row that a query finds. Where there is none it is [fault.NotFound].
func (tx *Tx) Row(query string, args []any, into ...any) error {
	if tx.err != nil {
		return tx.err
	}
	err := tx.sql.QueryRowContext(tx.ctx, query, args...).Scan(into...)
	if errors.Is(err, sql.ErrNoRows) {
		return fault.New(fault.NotFound, "the database has no such row")
	}
	return tx.failed(err)
}

// open reads what stands sealed in a column of the row.
func (tx *Tx) open(table, column, row string, sealed []byte) ([]byte, error) {
	if sealed == nil {
		return nil, nil
	}
	return tx.vault.Open(vault.Place{Table: table, Column: column, Row: row}, sealed)
}

// seal seals a value for a column of the row; no value stays none.
func (tx *Tx) seal(table, column, row string, plain []byte) []byte {
	if plain == nil {
		return nil
	}
	return tx.vault.Seal(vault.Place{Table: table, Column: column, Row: row}, plain)
}

// marks are the places of n arguments from the first on: "$3, $4".
func marks(first, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("$" + strconv.Itoa(first+i))
	}
	return b.String()
}

func anys[T any](list []T) []any {
	out := make([]any, len(list))
	for i, v := range list {
		out[i] = v
	}
	return out
}

// orNull stores an empty text as none.
func orNull(s string) sql.NullString { return sql.NullString{String: s, Valid: s != ""} }

func timeOrNull(t time.Time) sql.NullTime {
	return sql.NullTime{Time: canonical(t), Valid: !t.IsZero()}
}

// NotFound tells whether an error says that there is no such thing.
func NotFound(err error) bool {
	f, ok := errors.AsType[*fault.Error](err)
	return ok && f.Kind == fault.NotFound
}

func doing(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}
