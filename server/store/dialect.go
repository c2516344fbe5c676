package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	moderncsqlite "modernc.org/sqlite"
)

// dialect is what SQLite and PostgreSQL differ in. All of it stands in this file, the tables apart (migrations/).
type dialect struct {
	name        string
	goose       goose.Dialect
	read, write *sql.TxOptions
	open        func(*Store, Options) error
	assert      func(context.Context, *Store) error // that the database keeps what it acknowledges
	again       func(error) bool                    // whether a transaction was undone for no fault of its own
	skipLocked  string                              // behind the choice of rows to take: those that another takes just now are left to it
	locker      func() (lock.SessionLocker, error)  // so that two servers do not migrate at once; nil: nothing to lock
	unbounded   string                              // lifts the bounds on how long statements of a transaction may take; empty: there are none
	columns     string                              // asks for table, column and type, a table's columns behind each other
	references  string                              // asks for tables and those that they refer to
	warm        string                              // reads nothing of the tables that a complaint is written to; empty: that spares no time
}

const sqliteFile = "anxin.db"

var sqlite = &dialect{
	name:   "sqlite",
	goose:  goose.DialectSQLite3,
	read:   &sql.TxOptions{ReadOnly: true},
	open:   openSQLite,
	assert: assertSQLite,
	again:  func(error) bool { return false },
	columns: `SELECT t.name, c.name, c.type FROM sqlite_schema t JOIN pragma_table_info(t.name) c
		WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY t.name, c.cid`,
	references: `SELECT t.name, f."table" FROM sqlite_schema t JOIN pragma_foreign_key_list(t.name) f WHERE t.type = 'table'`,
}

func openSQLite(s *Store, o Options) error {
	file, err := filepath.Abs(filepath.Join(o.Data, sqliteFile))
	if err != nil {
		return err
	}
	if err := makeFile(file); err != nil {
		return err
	}
	dsn := func(more string) string {
		u := url.URL{
			Scheme: "file", OmitHost: true, Path: filepath.ToSlash(file),
			RawQuery: "_busy_timeout=10000&_foreign_keys=1&_journal_mode=WAL&_synchronous=FULL&_timezone=UTC&_time_format=sqlite&_dqs=0&_pragma=secure_delete(1)&" + more,
		}
		return u.String()
	}
	// One connection writes. Several would fail with SQLITE_BUSY whenever a transaction read before it wrote; immediate is
	// for what else writes, which are the migrations.
	w, err := moderncsqlite.NewConnector(dsn("_txlock=immediate"))
	if err != nil {
		return err
	}
	r, err := moderncsqlite.NewConnector(dsn("_query_only=1"))
	if err != nil {
		return err
	}
	s.writing, s.reading = o.db(w), o.db(r)
	s.writing.SetMaxOpenConns(1)
	s.reading.SetMaxOpenConns(max(4, runtime.NumCPU()))
	s.writer = newGroup(s)
	return nil
}

// makeFile makes the database's file where there is none, for its owner only: its companions take its mode. Its name, and that
// of its folder, are on the disk before anything is acknowledged.
func makeFile(file string) error {
	f, err := os.OpenFile(file, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if runtime.GOOS == "windows" {
		return nil // folders cannot be synced there
	}
	for _, dir := range []string{filepath.Dir(file), filepath.Dir(filepath.Dir(file))} {
		d, err := os.Open(dir)
		if errors.Is(err, fs.ErrPermission) {
			continue // the folder above is somebody else's, who made ours
		}
		if err != nil {
			return err
		}
		if err := errors.Join(d.Sync(), d.Close()); err != nil {
			return err
		}
	}
	return nil
}

// Two connections that checkpoint at once could corrupt the database before this version (sqlite.org/wal.html).
var sqliteAtLeast = []int{3, 51, 3}

func assertSQLite(ctx context.Context, s *Store) error {
	shanghai := time.Date(2026, 1, 1, 8, 0, 0, 1000, time.FixedZone("", 8*60*60))
	for _, db := range []*sql.DB{s.writing, s.reading} {
		var version, journal, at string
		var synchronous, foreign int
		for query, into := range map[string]any{
			"SELECT sqlite_version()": &version, "PRAGMA journal_mode": &journal, "PRAGMA synchronous": &synchronous, "PRAGMA foreign_keys": &foreign,
		} {
			if err := db.QueryRowContext(ctx, query).Scan(into); err != nil {
				return err
			}
		}
		if err := db.QueryRowContext(ctx, "SELECT CAST($1 AS TEXT)", shanghai).Scan(&at); err != nil {
			return err
		}
		const full = 2 // NORMAL loses what was acknowledged when the power fails
		if journal != "wal" || synchronous != full || foreign != 1 || at != "2026-01-01 00:00:00.000001+00:00" {
			return fmt.Errorf("SQLite does not run as it must: journal_mode %s, synchronous %d, foreign_keys %d, a time is kept as %q",
				journal, synchronous, foreign, at)
		}
		if !atLeast(version, sqliteAtLeast) {
			return fmt.Errorf("SQLite %s can corrupt a database that is written and read at once", version)
		}
	}
	return nil
}

func atLeast(version string, least []int) bool {
	parts := strings.Split(version, ".")
	for i, want := range least {
		if i >= len(parts) {
			return false
		}
		have, err := strconv.Atoi(parts[i])
		if err != nil || have != want {
			return err == nil && have > want
		}
	}
	return true
}

// Exists tells whether there is a database to open; of a server only connecting tells.
func Exists(o Options) error {
	if o.URL != "" {
		return nil
	}
	file := filepath.Join(o.Data, sqliteFile)
	if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no database at %s", file)
	} else if err != nil {
		return err
	}
	return nil
}

var postgres = &dialect{
	name:  "postgres",
	goose: goose.DialectPostgres,
	// As if one after the other, which is how SQLite runs them: what is right there is right here.
	read:   &sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead},
	write:  &sql.TxOptions{Isolation: sql.LevelSerializable},
	open:   openPostgres,
	assert: assertPostgres,
	again: func(err error) bool {
		pg, ok := errors.AsType[*pgconn.PgError](err)
		const serializationFailure, deadlock = "40001", "40P01"
		return ok && (pg.Code == serializationFailure || pg.Code == deadlock)
	},
	skipLocked: " FOR UPDATE SKIP LOCKED",
	locker:     func() (lock.SessionLocker, error) { return lock.NewPostgresSessionLocker() },
	unbounded:  "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0",
	columns: `SELECT c.table_name::text, c.column_name::text, c.data_type::text FROM information_schema.columns c
		JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name
		WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE' ORDER BY c.table_name, c.ordinal_position`,
	references: `SELECT t.relname::text, other.relname::text FROM pg_constraint c
		JOIN pg_class t ON t.oid = c.conrelid JOIN pg_class other ON other.oid = c.confrelid
		WHERE c.contype = 'f' AND t.relnamespace = current_schema()::regnamespace`,
	warm: "SELECT 1 FROM drafts, disputes, parties, legs, events, consents, credentials, evidence, messages, deadlines, deliveries, audit LIMIT 0",
}

func openPostgres(s *Store, o Options) error {
	cfg, err := pgx.ParseConfig(o.URL)
	if err != nil {
		return fmt.Errorf("ANXIN_DATABASE_URL: %w", err) // pgx leaves the password out
	}
	for name, value := range map[string]string{
		"timezone":                            "UTC",
		"statement_timeout":                   "30s",
		"lock_timeout":                        "10s",
		"application_name":                    "anxin",
		"client_min_messages":                 "warning",
		"idle_in_transaction_session_timeout": "60s",
	} {
		if _, given := cfg.RuntimeParams[name]; !given {
			cfg.RuntimeParams[name] = value
		}
	}
	c := stdlib.GetConnector(*cfg, stdlib.OptionAfterConnect(func(_ context.Context, conn *pgx.Conn) error {
		conn.TypeMap().RegisterType(&pgtype.Type{
			Name: "timestamptz", OID: pgtype.TimestamptzOID, Codec: &pgtype.TimestamptzCodec{ScanLocation: time.UTC},
		})
		return nil
	}))
	s.writing = o.db(c)
	s.reading = s.writing
	// Each connection is a process over there that has to read up on the tables before it is of use: with many of them, nobody is
	// answered for half a second after a start.
	most := max(4, 2*runtime.NumCPU())
	s.writing.SetMaxOpenConns(most)
	s.writing.SetMaxIdleConns(most)
	s.writing.SetConnMaxIdleTime(5 * time.Minute)
	s.writer = newConcurrent(s)
	return nil
}

func assertPostgres(ctx context.Context, s *Store) error {
	var commit, fsync, encoding string
	for query, into := range map[string]*string{
		"SHOW synchronous_commit": &commit, "SHOW fsync": &fsync, "SHOW server_encoding": &encoding,
	} {
		if err := s.writing.QueryRowContext(ctx, query).Scan(into); err != nil {
			return err
		}
	}
	if commit == "off" || fsync == "off" || encoding != "UTF8" {
		return fmt.Errorf("PostgreSQL does not run as it must: synchronous_commit %s, fsync %s, server_encoding %s (on, on, UTF8)", commit, fsync, encoding)
	}
	return nil
}
