// Package store keeps disputes and everything that belongs to them, in SQLite within the data folder or in PostgreSQL.
//
// What it was told is kept, once: [Store.Write] returns nil only when the transaction is on the disk. The SQL is written
// once for both databases, with $1 for arguments; what differs stands in dialect.go. Personal data, what people wrote and what
// they draft are sealed before they reach the database (package vault).
//
// An exported method is one transaction; a helper that takes a [Tx] is part of one.
package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"anxin/server/limit"
	"anxin/server/vault"
)

// Options say where the database is and what it is used with.
type Options struct {
	Data  string // the folder of an SQLite database
	URL   string // postgres://…; empty: SQLite in Data
	Vault *vault.Vault
	Clock func() time.Time
	Log   *slog.Logger
	// Fold writes a firm's name the one way in which names are compared. nil: as it stands.
	Fold func(string) string
	// Unlimited counts no wrong codes: for measuring under load, where nobody else can reach the server.
	Unlimited bool
	// Limits keeps the turns at a number that many guess at. nil: in this process.
	Limits limit.Limiter

	wrap func(driver.Connector) driver.Connector // tests stand between us and the driver
}

func (o Options) db(c driver.Connector) *sql.DB {
	if o.wrap != nil {
		c = o.wrap(c)
	}
	return sql.OpenDB(c)
}

// Store is an open database.
type Store struct {
	vault     *vault.Vault
	clock     func() time.Time
	log       *slog.Logger
	fold      func(string) string
	unlimited bool
	turns     limit.Gate
	dialect   *dialect
	reading   *sql.DB
	writing   *sql.DB // the same as reading where the database takes writers side by side
	writer    writer
	closing   sync.Once
}

// A writer runs functions in transactions, each wholly or not at all.
type writer interface {
	write(context.Context, func(*Tx) error) error
	close()
}

// ErrClosed tells that the store was closed. Nothing was written.
var ErrClosed = errors.New("the store is closed")

// Open opens the database, brings its tables up to date, and makes sure that the secret is the one it was sealed with. Where
// there is no database it makes one, if it is SQLite. Close what it returns.
func Open(ctx context.Context, o Options) (*Store, error) {
	s, err := connect(ctx, o)
	if err != nil {
		return nil, err
	}
	if _, err = s.migrate(ctx); err == nil {
		err = s.proveKeys(ctx)
	}
	if err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// OpenExisting opens a database for reading as it is, beside a server that may be using it. One that is missing or whose tables
// are older than this program is refused.
func OpenExisting(ctx context.Context, o Options) (*Store, error) {
	if err := Exists(o); err != nil {
		return nil, err
	}
	s, err := connect(ctx, o)
	if err != nil {
		return nil, err
	}
	pending, err := s.pending(ctx)
	if err == nil && pending {
		err = errors.New("the database is older than this program: \"migrate\" brings it up to date")
	}
	if err == nil {
		err = s.knowsKeys(ctx)
	}
	if err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// Migrate brings the tables up to date and names the steps it took.
func Migrate(ctx context.Context, o Options) ([]string, error) {
	s, err := connect(ctx, o)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	return s.migrate(ctx)
}

func connect(ctx context.Context, o Options) (*Store, error) {
	d := sqlite
	if o.URL != "" {
		d = postgres
	}
	s := &Store{vault: o.Vault, clock: o.Clock, log: o.Log, fold: o.Fold, unlimited: o.Unlimited, turns: limit.Gate{Limiter: o.Limits}, dialect: d}
	if o.Limits == nil {
		s.turns.Limiter = limit.NewMemory(o.Clock)
	}
	if s.fold == nil {
		s.fold = func(name string) string { return name }
	}
	if err := d.open(s, o); err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	if err := d.assert(ctx, s); err != nil {
		s.Close()
		return nil, fmt.Errorf("open the database: %w", err)
	}
	return s, nil
}

// Close finishes what is being written and closes the database.
func (s *Store) Close() { s.closing.Do(s.close) }

func (s *Store) close() {
	s.writer.close()
	err := s.reading.Close()
	if s.writing != s.reading {
		err = errors.Join(err, s.writing.Close())
	}
	if err != nil {
		s.log.Error("close the database", "error", err)
	}
}

// Write runs fn in a transaction and returns nil only when what it wrote is on the disk. If fn returns an error, nothing of
// it is kept.
//
// fn holds SQL only, through tx: nothing that calls out, waits, or cannot be undone, for it may be run again, and others may
// wait for it. Once it began, the end of ctx does not end it.
//
// Any other error than fn's own leaves open whether it was kept, as a lost answer does: whoever asked asks again, and what
// may happen only once is guarded by a unique key.
func (s *Store) Write(ctx context.Context, fn func(tx *Tx) error) error {
	return s.writer.write(ctx, fn)
}

// Read runs fn in a transaction that sees one state of the database and changes nothing.
func (s *Store) Read(ctx context.Context, fn func(tx *Tx) error) error {
	t, err := s.reading.BeginTx(ctx, s.dialect.read)
	if err != nil {
		return fmt.Errorf("begin to read: %w", err)
	}
	defer t.Rollback() //nolint:errcheck // nothing was written
	return s.tx(ctx, t).run(fn)
}

// Ready tells whether the database answers, to who reads and to who writes.
func (s *Store) Ready(ctx context.Context) error {
	if err := s.writing.PingContext(ctx); err != nil {
		return fmt.Errorf("ask the database: %w", err)
	}
	return doing("ask the database", s.Read(ctx, func(tx *Tx) error {
		var n int
		return tx.Row("SELECT COUNT(*) FROM disputes WHERE id = $1", []any{""}, &n)
	}))
}

// NewID makes an id that nobody can guess.
func NewID() string { return rand.Text() }

// canonical is the time as both databases keep it.
func canonical(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }
