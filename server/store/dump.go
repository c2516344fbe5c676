package store

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"anxin/server/vault"
)

// A dump is every table row by row, one JSON array a line, in a form that is the same for both databases: what was dumped from
// one is restored into the other. What is sealed stays sealed.

// Dump says what a dump holds.
type Dump struct {
	Database string      `json:"database"` // it was taken from: sqlite or postgres
	Schema   int64       `json:"schema"`   // the last migration that was taken
	Tables   []DumpTable `json:"tables"`   // each behind those that it refers to
}

// DumpTable is one table. A line of it has a value for every column, in this order.
type DumpTable struct {
	Name    string       `json:"name"`
	Columns []DumpColumn `json:"columns"`
	Rows    int64        `json:"rows"`
}

// DumpColumn is a column, and of which kind its values are.
type DumpColumn struct {
	Name string `json:"name"`
	Kind string `json:"kind"` // a key of columnKinds
}

// columnKinds are what the databases call the kinds of values that a dump knows.
var columnKinds = map[string][]string{
	"text":    {"text"},
	"bytes":   {"blob", "bytea"},
	"integer": {"bigint", "integer"},
	"boolean": {"boolean"},
	"time":    {"timestamp", "timestamp with time zone"},
}

// undumped tells which tables no dump holds: the list of migrations, which the program makes itself, and who is signed in. Who
// signed out must not be let in again by a restored row; whoever was in signs in once more.
func undumped(table string) bool {
	return table == "goose_db_version" || table == "sessions" || strings.HasSuffix(table, "_sessions")
}

// Dump writes every table as it is at one moment, while others write on, to where create says.
func (s *Store) Dump(ctx context.Context, create func(table string) (io.WriteCloser, error)) (Dump, error) {
	d := Dump{Database: s.dialect.name}
	err := s.Read(ctx, func(tx *Tx) error {
		if err := s.unbounded(tx); err != nil {
			return err
		}
		if err := tx.Row("SELECT max(version_id) FROM goose_db_version WHERE is_applied", nil, &d.Schema); err != nil {
			return err
		}
		var err error
		if d.Tables, err = s.tables(tx); err != nil {
			return err
		}
		for i := range d.Tables {
			if err := tx.dump(&d.Tables[i], create); err != nil {
				return fmt.Errorf("table %s: %w", d.Tables[i].Name, err)
			}
		}
		return nil
	})
	return d, doing("dump the database", err)
}

// unbounded lifts the bounds on how long a statement may take.
func (s *Store) unbounded(tx *Tx) error {
	if s.dialect.unbounded == "" {
		return nil
	}
	_, err := tx.Exec(s.dialect.unbounded)
	return err
}

// tables lists what a dump holds, from the database itself: a table that a migration adds is dumped without anybody thinking
// of it.
func (s *Store) tables(tx *Tx) ([]DumpTable, error) {
	var list []DumpTable
	err := tx.Query(s.dialect.columns, nil, func(scan func(...any) error) error {
		var table, column, is string
		if err := scan(&table, &column, &is); err != nil || undumped(table) {
			return err
		}
		if n := len(list); n == 0 || list[n-1].Name != table {
			list = append(list, DumpTable{Name: table})
		}
		kind := ""
		for k, names := range columnKinds {
			if slices.Contains(names, strings.ToLower(is)) {
				kind = k
			}
		}
		if kind == "" {
			return fmt.Errorf("column %s.%s is of type %s, which no dump knows", table, column, is)
		}
		t := &list[len(list)-1]
		t.Columns = append(t.Columns, DumpColumn{column, kind})
		return nil
	})
	if err != nil {
		return nil, err
	}
	refers := map[string][]string{}
	err = tx.Query(s.dialect.references, nil, func(scan func(...any) error) error {
		var from, to string
		err := scan(&from, &to)
		refers[from] = append(refers[from], to)
		return err
	})
	if err != nil {
		return nil, err
	}
	return referredFirst(list, refers)
}

// referredFirst puts each table behind those that it refers to.
func referredFirst(list []DumpTable, refers map[string][]string) ([]DumpTable, error) {
	var sorted []DumpTable
	there := map[string]bool{}
	for len(sorted) < len(list) {
		before := len(sorted)
		for _, t := range list {
			waits := slices.ContainsFunc(refers[t.Name], func(to string) bool { return !there[to] })
			if !there[t.Name] && !waits {
				there[t.Name] = true
				sorted = append(sorted, t)
			}
		}
		if len(sorted) == before {
			return nil, errors.New("tables refer to each other in a circle, or to themselves: no order restores them")
		}
	}
	return sorted, nil
}

func (tx *Tx) dump(t *DumpTable, create func(string) (io.WriteCloser, error)) (err error) {
	to, err := create(t.Name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, to.Close()) }()
	w := bufio.NewWriterSize(to, 64<<10)
	values, cells := cellsOf(t.Columns)
	err = tx.Query("SELECT "+t.columns()+" FROM "+quoted(t.Name), nil, func(scan func(...any) error) error {
		if err := scan(cells...); err != nil {
			return err
		}
		t.Rows++
		row := make([]any, len(values))
		for i, v := range values {
			row[i] = v()
			if text, ok := row[i].(string); ok && !utf8.ValidString(text) {
				return fmt.Errorf("row %d: %s is no UTF-8", t.Rows, t.Columns[i].Name)
			}
		}
		line, err := json.Marshal(row)
		if err != nil {
			return err
		}
		_, err = w.Write(append(line, '\n'))
		return err
	})
	return errors.Join(err, w.Flush())
}

// cellsOf are what a row is scanned into, and functions that tell the values then: nil, string, []byte, int64, bool or time.Time.
func cellsOf(columns []DumpColumn) (values []func() any, cells []any) {
	for _, c := range columns {
		switch c.Kind {
		case "text":
			values, cells = cell[string](values, cells)
		case "bytes":
			v := new(sql.Null[[]byte]) // SQLite's driver hands out no bytes as a nil slice, which is not the same as none
			values, cells = append(values, func() any {
				if !v.Valid {
					return nil
				}
				return append([]byte{}, v.V...)
			}), append(cells, v)
		case "integer":
			values, cells = cell[int64](values, cells)
		case "boolean":
			values, cells = cell[bool](values, cells)
		case "time":
			values, cells = cell[time.Time](values, cells)
		}
	}
	return values, cells
}

func cell[T any](values []func() any, cells []any) ([]func() any, []any) {
	v := new(sql.Null[T])
	return append(values, func() any {
		if !v.Valid {
			return nil
		}
		return v.V
	}), append(cells, v)
}

func quoted(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func (t DumpTable) columns() string {
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = quoted(c.Name)
	}
	return strings.Join(names, ", ")
}

// Column is the place of a column in a row; -1 where there is none.
func (t DumpTable) Column(name string) int {
	return slices.IndexFunc(t.Columns, func(c DumpColumn) bool { return c.Name == name })
}

// Read hands each row of a dumped table to a function: a value a column, of the types that a database takes, nil where there is
// none.
func (t DumpTable) Read(from io.Reader, each func(row []any) error) error {
	d := json.NewDecoder(bufio.NewReaderSize(from, 64<<10))
	for n := int64(1); ; n++ {
		var raw []json.RawMessage
		err := d.Decode(&raw)
		if errors.Is(err, io.EOF) {
			if n-1 != t.Rows {
				return fmt.Errorf("table %s has %d rows in the dump, and should have %d", t.Name, n-1, t.Rows)
			}
			return nil
		}
		if err == nil && len(raw) != len(t.Columns) {
			err = fmt.Errorf("%d values for %d columns", len(raw), len(t.Columns))
		}
		row := make([]any, len(t.Columns))
		for i, c := range t.Columns {
			if err == nil {
				row[i], err = valueOf(c.Kind, raw[i])
			}
		}
		if err != nil {
			return fmt.Errorf("table %s, row %d: %w", t.Name, n, err)
		}
		if err := each(row); err != nil {
			return err
		}
	}
}

func valueOf(kind string, raw json.RawMessage) (any, error) {
	if bytes.Equal(raw, []byte("null")) {
		return nil, nil
	}
	switch kind {
	case "text":
		return decoded[string](raw)
	case "bytes":
		return decoded[[]byte](raw)
	case "integer":
		return decoded[int64](raw)
	case "boolean":
		return decoded[bool](raw)
	case "time":
		return decoded[time.Time](raw)
	}
	return nil, fmt.Errorf("a value of kind %q, which this program does not know", kind)
}

func decoded[T any](raw json.RawMessage) (any, error) {
	var v T
	err := json.Unmarshal(raw, &v)
	return v, err
}

// KnowsKeys tells whether the secret holds every key that something in the dump was sealed with, by the rows of the table of
// keys. The error names the one that is missing.
func (d Dump) KnowsKeys(v *vault.Vault, open func(table string) (io.ReadCloser, error)) (err error) {
	i := slices.IndexFunc(d.Tables, func(t DumpTable) bool { return t.Name == "seals" })
	if i < 0 {
		return errors.New("the dump does not say with which keys it was sealed")
	}
	t := d.Tables[i]
	id, proof := t.Column("key_id"), t.Column("proof")
	if id < 0 || proof < 0 {
		return errors.New("the dump does not say with which keys it was sealed")
	}
	from, err := open(t.Name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	return t.Read(from, func(row []any) error {
		key, _ := row[id].(string)
		sealed, _ := row[proof].([]byte)
		if _, err := v.Open(vault.Place{Table: "seals", Column: "proof", Row: key}, sealed); err != nil {
			return fmt.Errorf("it was sealed with key %s, which the secret does not hold", key)
		}
		return nil
	})
}

// sameColumns tells whether two tables have columns of one name and kind, in whatever order.
func sameColumns(a, b DumpTable) bool {
	byName := func(x, y DumpColumn) int { return cmp.Compare(x.Name, y.Name) }
	return slices.Equal(slices.SortedFunc(slices.Values(a.Columns), byName), slices.SortedFunc(slices.Values(b.Columns), byName))
}
