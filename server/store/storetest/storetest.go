// Package storetest opens fresh databases for tests: SQLite always, and PostgreSQL where ANXIN_TEST_POSTGRES names one or its
// programs are on the machine.
package storetest

import (
	"bytes"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"anxin/server/store"
	"anxin/server/vault"
)

// DB is a fresh database and what it was opened with.
type DB struct {
	*store.Store
	Options store.Options
	Clock   *Clock
	Log     *Log
}

// Open opens a fresh SQLite database, closed when the test ends.
func Open(t testing.TB) *DB {
	t.Helper()
	return open(t, "")
}

// Each runs a test on a fresh database of each kind.
func Each(t *testing.T, test func(t *testing.T, db *DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, open(t, ""))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, open(t, Postgres(t)))
	})
}

func open(t testing.TB, url string) *DB {
	t.Helper()
	db := &DB{Clock: &Clock{now: time.Date(2026, 12, 1, 1, 2, 3, 456789123, time.UTC)}, Log: &Log{}}
	db.Options = store.Options{
		Data: t.TempDir(), URL: url, Vault: Vault(), Clock: db.Clock.Now, Log: slog.New(slog.NewTextHandler(db.Log, nil)), Fold: strings.ToLower,
	}
	var err error
	if db.Store, err = store.Open(t.Context(), db.Options); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// Vault seals with a key that everybody knows, and hashes codes at next to no cost.
func Vault() *vault.Vault {
	v, err := vault.New([]byte(strings.Repeat("5e", 32)))
	if err != nil {
		panic(err)
	}
	v.Cost = vault.Cost{Memory: 64, Passes: 1} // what is tested is not how long it takes
	return v
}

// Reopen closes the database and opens it again.
func (db *DB) Reopen(t testing.TB) {
	t.Helper()
	db.Close()
	s, err := store.Open(t.Context(), db.Options)
	if err != nil {
		t.Fatal(err)
	}
	db.Store = s
}

// Clock stands still until it is moved.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// Now is the time it shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Move moves it on.
func (c *Clock) Move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// Log keeps what was logged.
type Log struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}
