package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"anxin/server/store"
	"anxin/server/store/storetest"
	"anxin/server/vault"
)

// memory keeps a dump's tables.
type memory map[string]*bytes.Buffer

func (m memory) create(table string) (io.WriteCloser, error) {
	m[table] = &bytes.Buffer{}
	return struct {
		io.Writer
		io.Closer
	}{m[table], io.NopCloser(nil)}, nil
}

func (m memory) open(table string) (io.ReadCloser, error) {
	if m[table] == nil {
		return nil, errors.New("there is no table " + table)
	}
	return io.NopCloser(bytes.NewReader(m[table].Bytes())), nil
}

// lines are a table's rows in no order of theirs.
func (m memory) lines() map[string][]string {
	all := map[string][]string{}
	for table, b := range m {
		all[table] = slices.Sorted(strings.SplitSeq(strings.TrimSpace(b.String()), "\n"))
	}
	return all
}

func dumped(t testing.TB, s *store.Store) (store.Dump, memory) {
	t.Helper()
	m := memory{}
	d, err := s.Dump(t.Context(), m.create)
	if err != nil {
		t.Fatal(err)
	}
	return d, m
}

// filledWith is a database with something in every table that has a use yet, null and empty values among it.
func filledWith(t testing.TB, db *storetest.DB) string {
	t.Helper()
	sub, r := submit(t, db, "a key", number)
	submit(t, db, "another key", "77")
	db.Clock.Move(1234567 * time.Microsecond)
	say(t, db, store.Message{Dispute: r.ID, Author: "citizen", Audience: "council", Body: []byte("“引号”\n<&>\u2028")})
	add(t, db, handedIn(r.ID, sub.Parties[0].ID, "one"))
	if _, err := db.SaveDraft(t.Context(), store.Draft{Key: "a draft", Body: []byte{}, ExpiresAt: db.Clock.Now().Add(time.Hour)}); err != nil {
		t.Fatal(err)
	}
	if _, _, _, err := db.ImportInstitutions(t.Context(), []store.Institution{{ID: "a", Name: "金丝雀银行（虚构）", Supervisor: "nfra", Source: "test"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := db.AddStaff(t.Context(), "command", store.Staff{Name: "金丝雀", Role: "officer", Language: "en"}, store.StaffLink{Token: "a token", For: time.Hour}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := db.StartSession(t.Context(), store.Access{Dispute: r.ID, Party: sub.Parties[0].ID}, time.Hour, time.Hour); err != nil {
		t.Fatal(err)
	}
	return r.ID
}

// fresh are the options of a database of a kind that nobody has used.
func fresh(t testing.TB, kind string) store.Options {
	t.Helper()
	o := store.Options{Data: t.TempDir(), Vault: storetest.Vault(), Clock: time.Now, Log: slog.New(slog.DiscardHandler), Fold: strings.ToLower}
	if kind == "postgres" {
		o.URL = storetest.Postgres(t)
	}
	return o
}

// What was dumped from either database is restored into either, to the last microsecond.
func TestDumpAndRestore(t *testing.T) {
	t.Parallel()
	for _, to := range []string{"sqlite", "postgres"} {
		t.Run("to "+to, func(t *testing.T) {
			t.Parallel()
			storetest.Each(t, func(t *testing.T, db *storetest.DB) {
				id := filledWith(t, db)
				d, was := dumped(t, db.Store)
				if was["sessions"] != nil || was["goose_db_version"] != nil {
					t.Error("the dump holds who is signed in, or the list of migrations")
				}
				o := fresh(t, to)
				if err := store.Fresh(t.Context(), o, d); err != nil {
					t.Fatal(err)
				}
				if err := store.Restore(t.Context(), o, d, was.open); err != nil {
					t.Fatal(err)
				}
				restored, err := store.OpenExisting(t.Context(), o)
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(restored.Close)
				again, is := dumped(t, restored)
				if diff := cmp.Diff(was.lines(), is.lines()); diff != "" {
					t.Error(diff)
				}
				if again.Schema != d.Schema || len(is.lines()["events"]) != 4 {
					t.Errorf("schema %d of %d, events %v", again.Schema, d.Schema, is.lines()["events"])
				}
				sound(t, restored)
				if n, flaws, err := restored.VerifyStaff(t.Context()); n == 0 || len(flaws) > 0 || err != nil {
					t.Errorf("%d entries about accounts, %v, %v", n, flaws, err)
				}
				got, err := restored.Dispute(t.Context(), id)
				if err != nil || string(got.Body) != "我被骗了八万元" {
					t.Errorf("%q, %v", got.Body, err)
				}
				if found, err := restored.Institutions(t.Context(), "金丝雀", 5); err != nil || len(found) != 1 {
					t.Errorf("firms found: %v, %v", found, err)
				}
				// It is one now that nothing is restored over, and nothing was.
				var full *store.NotEmptyError
				if err := store.Fresh(t.Context(), o, d); !errors.As(err, &full) {
					t.Errorf("not fresh: %v", err)
				}
				if err := store.Restore(t.Context(), o, d, was.open); !errors.As(err, &full) {
					t.Errorf("restored over another: %v", err)
				}
			})
		})
	}
}

// No bytes are not the same as none.
func TestDumpOfEmptyBytes(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		_, was := dumped(t, db.Store)
		if got, want := was["staff_audit_head"].String(), "[1,0,\"\"]\n"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

// A database that a server was started on, and that nobody used, is as good as none.
func TestRestoreAfterAStart(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		source := storetest.Open(t)
		filledWith(t, source)
		d, was := dumped(t, source.Store)
		if err := store.Restore(t.Context(), db.Options, d, was.open); err != nil {
			t.Fatal(err)
		}
		sound(t, db.Store)
	})
}

func TestRestoreRefuses(t *testing.T) {
	t.Parallel()
	source := storetest.Open(t)
	filledWith(t, source)
	d, was := dumped(t, source.Store)
	with := func(change func(*store.Dump, memory)) (store.Dump, memory) {
		changed, files := d, maps.Clone(was)
		changed.Tables = slices.Clone(d.Tables)
		change(&changed, files)
		return changed, files
	}
	at := func(d *store.Dump, name string) *store.DumpTable {
		i := slices.IndexFunc(d.Tables, func(t store.DumpTable) bool { return t.Name == name })
		return &d.Tables[i]
	}
	for name, c := range map[string]struct {
		change func(*store.Dump, memory)
		says   string
	}{
		"a newer program's": {func(d *store.Dump, _ memory) { d.Schema = 99999 }, "newer program"},
		"a table missing":   {func(d *store.Dump, _ memory) { d.Tables = d.Tables[1:] }, "tables"},
		"a column missing":  {func(d *store.Dump, _ memory) { at(d, "legs").Columns = at(d, "legs").Columns[1:] }, "legs is not as migration"},
		"a row missing":     {func(d *store.Dump, _ memory) { at(d, "events").Rows++ }, "events"},
		"a row twice": {func(d *store.Dump, m memory) {
			m["legs"] = bytes.NewBuffer(bytes.Repeat(was["legs"].Bytes(), 2))
			at(d, "legs").Rows *= 2
		}, "legs"},
		"half a line": {func(_ *store.Dump, m memory) {
			m["audit"] = bytes.NewBuffer(was["audit"].Bytes()[:was["audit"].Len()-9])
		}, "audit"},
		"a value of no kind": {func(_ *store.Dump, m memory) { m["drafts"] = bytes.NewBufferString("[1,2,3,4,5,6,7,8]\n") }, "drafts, row 1"},
		"a file gone":        {func(_ *store.Dump, m memory) { delete(m, "disputes") }, "disputes"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			changed, files := with(c.change)
			o := fresh(t, "sqlite")
			if err := store.Restore(t.Context(), o, changed, files.open); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v does not say %q", err, c.says)
			}
			// Nothing of it was kept: the whole one still goes in.
			if err := store.Restore(t.Context(), o, d, was.open); err != nil {
				t.Error(err)
			}
		})
	}
	other, err := vault.New([]byte(strings.Repeat("6f", 32)))
	if err != nil {
		t.Fatal(err)
	}
	if err := d.KnowsKeys(other, was.open); err == nil || !strings.Contains(err.Error(), storetest.Vault().Keys()[0].String()) {
		t.Errorf("another secret: %v", err)
	}
	if err := d.KnowsKeys(storetest.Vault(), was.open); err != nil {
		t.Errorf("the secret: %v", err)
	}
}

// A backup outlives its program: it is restored as it was, and then brought up to date.
func TestRestoreOfAnOlderSchema(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"sqlite", "postgres"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			old, o := store.Old(t, fresh(t, kind), 1), fresh(t, kind)
			d, was := dumped(t, old)
			if d.Schema != 1 || was["institutions"] != nil {
				t.Fatalf("schema %d, %v", d.Schema, slices.Collect(maps.Keys(was)))
			}
			if err := store.Restore(t.Context(), o, d, was.open); err != nil {
				t.Fatal(err)
			}
			s, err := store.OpenExisting(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			s.Close()
			// The other way round it cannot be: newer tables do not become older ones.
			o = fresh(t, kind)
			if _, err := store.Migrate(t.Context(), o); err != nil {
				t.Fatal(err)
			}
			if err := store.Restore(t.Context(), o, d, was.open); err == nil || !strings.Contains(err.Error(), "newer than the backup") {
				t.Errorf("into newer tables: %v", err)
			}
		})
	}
}

// Who files meanwhile is in the dump wholly or not at all.
func TestDumpWhileWriting(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		filledWith(t, db)
		ctx, stop := context.WithCancel(t.Context())
		written := make(chan int)
		for w := range 4 {
			go func() {
				n := 0
				for ; ctx.Err() == nil; n++ {
					number := fmt.Sprintf("%d%08d", w+1, n)
					if _, err := db.Submit(context.WithoutCancel(ctx), filled(db.Options.Vault, db.Clock.Now(), "key "+number, number)); err != nil {
						t.Error(err)
						break
					}
				}
				written <- n
			}()
		}
		var held []int64
		for range 3 {
			d, was := dumped(t, db.Store)
			for _, table := range d.Tables {
				if table.Name == "disputes" {
					held = append(held, table.Rows)
				}
			}
			o := fresh(t, "sqlite")
			if err := store.Restore(t.Context(), o, d, was.open); err != nil {
				t.Error(err)
				continue
			}
			s, err := store.OpenExisting(t.Context(), o)
			if err != nil {
				t.Error(err)
				continue
			}
			sound(t, s)
			s.Close()
		}
		stop()
		total := 2
		for range 4 {
			total += <-written
		}
		if total == 2 || held[2] > int64(total) {
			t.Errorf("%d were filed, the dumps hold %v", total, held)
		}
	})
}
