package store

import (
	"context"
	"database/sql/driver"
	"runtime"
	"slices"
	"testing"
	"time"
)

// AwaitWaiting returns when so many wait for the writer.
func AwaitWaiting(s *Store, n int) {
	g := s.writer.(*group)
	for {
		g.mu.Lock()
		have := len(g.waiting)
		g.mu.Unlock()
		if have >= n {
			return
		}
		runtime.Gosched()
	}
}

// Commits counts the groups that were kept.
func Commits(s *Store) int64 { return s.writer.(*group).commits.Load() }

// GroupAtMost bounds the groups from now on.
func GroupAtMost(s *Store, n int) { s.writer.(*group).max.Store(int64(n)) }

// Connections counts those that are open, and how many there may be.
func Connections(s *Store) (open, most int) {
	st := s.writing.Stats()
	return st.OpenConnections, st.MaxOpenConnections
}

// Schema lists what a database's tables are made of, in words that both kinds share.
func Schema(t testing.TB, s *Store) []string {
	t.Helper()
	queries := map[*dialect][]string{
		sqlite: {
			`SELECT 'column ' || m.name || '.' || c.name || ' ' ||
			   CASE c.type WHEN 'TEXT' THEN 'text' WHEN 'BLOB' THEN 'bytes' WHEN 'BIGINT' THEN 'number' WHEN 'TIMESTAMP' THEN 'time' WHEN 'BOOLEAN' THEN 'truth' ELSE c.type END ||
			   CASE WHEN c."notnull" = 1 THEN ' required' ELSE '' END
			 FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'goose%' AND m.name NOT LIKE 'sqlite%'`,
			`SELECT CASE i."unique" WHEN 1 THEN 'unique ' ELSE 'index ' END || m.name || '(' ||
			   (SELECT group_concat(x.name, ',') FROM (SELECT name FROM pragma_index_info(i.name) ORDER BY seqno) x) || ')'
			 FROM sqlite_master m, pragma_index_list(m.name) i WHERE m.type = 'table' AND m.name NOT LIKE 'goose%' AND m.name NOT LIKE 'sqlite%'`,
			`SELECT 'reference ' || m.name || '.' || f."from" || ' ' || f."table" || '.' || f."to"
			 FROM sqlite_master m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table'`,
		},
		postgres: {
			`SELECT 'column ' || table_name || '.' || column_name || ' ' ||
			   CASE data_type WHEN 'bytea' THEN 'bytes' WHEN 'bigint' THEN 'number' WHEN 'timestamp with time zone' THEN 'time' WHEN 'boolean' THEN 'truth' ELSE data_type END ||
			   CASE is_nullable WHEN 'NO' THEN ' required' ELSE '' END
			 FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE 'goose%'`,
			`SELECT CASE WHEN i.indisunique THEN 'unique ' ELSE 'index ' END || t.relname || '(' ||
			   (SELECT string_agg(a.attname, ',' ORDER BY k.n) FROM unnest(i.indkey::int2[]) WITH ORDINALITY k(num, n)
			    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.num) || ')'
			 FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace s ON s.oid = t.relnamespace
			 WHERE s.nspname = 'public' AND t.relname NOT LIKE 'goose%'`,
			`SELECT 'reference ' || t.relname || '.' || a.attname || ' ' || o.relname || '.' || b.attname
			 FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_class o ON o.oid = c.confrelid
			 JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = c.conkey[1] JOIN pg_attribute b ON b.attrelid = o.oid AND b.attnum = c.confkey[1]
			 WHERE c.contype = 'f'`,
		},
	}
	var lines []string
	for _, query := range queries[s.dialect] {
		if err := s.Read(t.Context(), func(tx *Tx) error {
			return tx.Query(query, nil, func(scan func(...any) error) error {
				var line string
				err := scan(&line)
				lines = append(lines, line)
				return err
			})
		}); err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(lines)
	return lines
}

// Wrapped lets a test stand between the store and its driver.
func Wrapped(o Options, wrap func(driver.Connector) driver.Connector) Options {
	o.wrap = wrap
	return o
}

// SubmitIn is what Submit does in its transaction.
func SubmitIn(tx *Tx, sub Submission) error {
	sub.nameAll()
	_, err := tx.submit(sub)
	return err
}

// SayOften keeps a message so many times.
func SayOften(tx *Tx, m Message, n int) error {
	for range n {
		m.ID = NewID()
		if err := tx.say(m); err != nil {
			return err
		}
	}
	return nil
}

// Sleep lets a test wait in the store's place.
func Sleep(s *Store, sleep func(context.Context, time.Duration) error) { s.turns.Sleep = sleep }

// Slowness is how long a try waits after so many failures.
func Slowness(failures int) time.Duration { return slowness(failures) }

// InsertEvidence puts a row in without telling the audit.
func InsertEvidence(tx *Tx, e Evidence) error {
	e.ReceivedAt = tx.now
	return tx.insertEvidence(e)
}

// VerifyIn looks for flaws of a dispute as a transaction sees it.
func VerifyIn(tx *Tx, dispute string) ([]string, error) {
	_, flaws, err := tx.verify(dispute)
	return flaws, err
}

// VerifyStaffIn is what VerifyStaff does in its transaction.
func VerifyStaffIn(tx *Tx) ([]string, error) {
	_, flaws, err := tx.verifyStaff()
	return flaws, err
}
