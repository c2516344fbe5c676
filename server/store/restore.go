package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// NotEmptyError tells that a database is not restored into: something stands in it already.
type NotEmptyError struct{ Table string }

func (e *NotEmptyError) Error() string {
	return "the database is not empty (table " + e.Table + "): a backup is restored into a fresh one only, so that nothing is overwritten or mixed"
}

// begun tells which tables have rows before anybody has done anything: a server that was started has noted its key, and a migration
// the beginning of the chain about accounts. A backup has its own.
func begun(table string) bool { return table == "seals" || table == "staff_audit_head" }

// Fresh tells whether a database may be restored into: there is none, or its tables are empty and not newer than the dump.
// A [*NotEmptyError] tells that something stands in it.
func Fresh(ctx context.Context, o Options, d Dump) error {
	if Exists(o) != nil {
		return nil // its folder is looked at by who makes it
	}
	s, err := connect(ctx, o)
	if err != nil {
		return err
	}
	defer s.Close()
	return s.fresh(ctx, d)
}

func (s *Store) fresh(ctx context.Context, d Dump) error {
	return s.Read(ctx, func(tx *Tx) error {
		tables, err := s.tables(tx)
		if err != nil {
			return err
		}
		for _, t := range tables {
			var one int
			err := tx.Row("SELECT 1 FROM "+quoted(t.Name)+" LIMIT 1", nil, &one)
			if err == nil && !begun(t.Name) {
				return &NotEmptyError{t.Name}
			}
			if err != nil && !NotFound(err) {
				return err
			}
		}
		if len(tables) == 0 {
			return nil
		}
		var has int64
		if err := tx.Row("SELECT max(version_id) FROM goose_db_version WHERE is_applied", nil, &has); err != nil {
			return err
		}
		if has > d.Schema {
			return errors.New("the database is empty, but its tables are newer than the backup: restore into one that has none")
		}
		return nil
	})
}

// Restore fills a fresh database from a dump, wholly or not at all, and brings its tables up to date. A dump of the other kind of
// database will do, and one of an earlier program; one of a later program is refused.
func Restore(ctx context.Context, o Options, d Dump, open func(table string) (io.ReadCloser, error)) error {
	s, err := connect(ctx, o)
	if err != nil {
		return err
	}
	defer s.Close()
	if err := s.fresh(ctx, d); err != nil {
		return err
	}
	p, err := s.migrations()
	if err != nil {
		return fmt.Errorf("read the migrations: %w", err)
	}
	if sources := p.ListSources(); len(sources) == 0 || sources[len(sources)-1].Version < d.Schema {
		return errors.New("the backup is of a newer program than this one: restore it with that")
	}
	if _, err := p.UpTo(ctx, d.Schema); err != nil {
		return fmt.Errorf("make the tables as they were: %w", err)
	}
	// Nothing but this runs on the database, so that reading files within the transaction holds nobody up.
	if err := s.Write(ctx, func(tx *Tx) error { return s.load(tx, d, open) }); err != nil {
		return fmt.Errorf("restore the database: %w", err)
	}
	if _, err := s.migrate(ctx); err != nil {
		return err
	}
	return s.proveKeys(ctx)
}

func (s *Store) load(tx *Tx, d Dump, open func(string) (io.ReadCloser, error)) error {
	if err := s.unbounded(tx); err != nil {
		return err
	}
	tables, err := s.tables(tx)
	if err != nil {
		return err
	}
	if len(d.Tables) != len(tables) {
		return fmt.Errorf("the backup has %d tables, the database %d", len(d.Tables), len(tables))
	}
	// In the order that this database needs, whatever the backup says.
	for _, is := range tables {
		i := slices.IndexFunc(d.Tables, func(t DumpTable) bool { return t.Name == is.Name })
		if i < 0 || !sameColumns(is, d.Tables[i]) {
			return fmt.Errorf("the backup's table %s is not as migration %d made it", is.Name, d.Schema)
		}
		if err := tx.load(d.Tables[i], open); err != nil {
			return err
		}
	}
	return nil
}

// atOnce values are inserted by one statement.
const atOnce = 900

func (tx *Tx) load(t DumpTable, open func(string) (io.ReadCloser, error)) (err error) {
	if begun(t.Name) {
		if _, err := tx.Exec("DELETE FROM " + quoted(t.Name)); err != nil {
			return err
		}
	}
	from, err := open(t.Name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	wide := len(t.Columns)
	var waiting []any
	insert := func() error {
		if len(waiting) == 0 {
			return nil
		}
		rows := make([]string, 0, len(waiting)/wide)
		for i := 0; i < len(waiting); i += wide {
			rows = append(rows, "("+marks(i+1, wide)+")")
		}
		_, err := tx.Exec("INSERT INTO "+quoted(t.Name)+" ("+t.columns()+") VALUES "+strings.Join(rows, ", "), waiting...)
		waiting = waiting[:0]
		return doing("fill table "+t.Name, err)
	}
	err = t.Read(from, func(row []any) error {
		waiting = append(waiting, row...)
		if len(waiting)+wide > atOnce {
			return insert()
		}
		return nil
	})
	if err == nil {
		err = insert()
	}
	if err != nil {
		return err
	}
	var has int64
	if err := tx.Row("SELECT count(*) FROM "+quoted(t.Name), nil, &has); err != nil {
		return err
	}
	if has != t.Rows {
		return fmt.Errorf("table %s has %d rows, and should have %d", t.Name, has, t.Rows)
	}
	return nil
}

// Used tells whether a dispute was ever filed here.
func (s *Store) Used(ctx context.Context) (used bool, err error) {
	err = s.Read(ctx, func(tx *Tx) error {
		var one int
		err := tx.Row("SELECT 1 FROM disputes LIMIT 1", nil, &one)
		used = err == nil
		if NotFound(err) {
			return nil
		}
		return err
	})
	return used, doing("look for disputes", err)
}
