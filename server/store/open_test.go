package store_test

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"anxin/server/store"
	"anxin/server/store/storetest"
	"anxin/server/vault"
)

// The test's own program, started anew with this variable set, is somebody else (see [children]).
const childVariable = "ANXIN_TEST_CHILD"

// children are what a second process does, by the variable's value; each ends in os.Exit.
var children = map[string]func(){"lock": holdLock}

func TestMain(m *testing.M) {
	if child := children[os.Getenv(childVariable)]; child != nil {
		child()
	}
	os.Exit(m.Run())
}

// holdLock locks a folder, says so, and holds it until it is killed.
func holdLock() {
	if _, err := store.LockFolder(os.Getenv("ANXIN_TEST_DATA")); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println("locked")
	select {}
}

func TestSecondProcessIsRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := exec.Command(os.Args[0])
	first.Env = append(os.Environ(), childVariable+"=lock", "ANXIN_TEST_DATA="+dir)
	out, err := first.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := first.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "locked\n" {
		t.Fatal(line, err)
	}
	_, err = store.LockFolder(dir)
	if err == nil || !strings.Contains(err.Error(), fmt.Sprintf("(process %d)", first.Process.Pid)) || !strings.Contains(err.Error(), "ANXIN_DATA") {
		t.Errorf("refused with: %v", err)
	}
	if err := first.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = first.Wait()
	l, err := store.LockFolder(dir)
	if err != nil {
		t.Fatalf("the first was killed: %v", err)
	}
	if err := l.Release(); err != nil {
		t.Fatal(err)
	}
	if l, err = store.LockFolder(dir); err != nil {
		t.Fatalf("released: %v", err)
	}
	_ = l.Release()
}

func TestAnotherSecretIsRefused(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		const old, next = "5e", "a1" // storetest's, and another
		open := func(keys ...string) error {
			for i, k := range keys {
				keys[i] = strings.Repeat(k, 32)
			}
			v, err := vault.New([]byte(strings.Join(keys, "\n")))
			if err != nil {
				t.Fatal(err)
			}
			o := db.Options
			o.Vault = v
			s, err := store.Open(t.Context(), o)
			if err == nil {
				s.Close()
			}
			return err
		}
		db.Close()
		if err := open(next); err == nil || !strings.Contains(err.Error(), "ANXIN_SECRET_FILE") {
			t.Errorf("another secret: %v", err)
		}
		if err := open(next, old); err != nil {
			t.Errorf("a key on top: %v", err)
		}
		if err := open(old); err == nil {
			t.Error("the new key may have sealed something, and its loss is not told")
		}
		if err := open(next, old); err != nil {
			t.Errorf("both again: %v", err)
		}
	})
}

func TestOpenExisting(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		beside, err := store.OpenExisting(t.Context(), db.Options)
		if err != nil {
			t.Fatal(err)
		}
		beside.Close()
		if steps, err := store.Migrate(t.Context(), db.Options); err != nil || len(steps) != 0 {
			t.Errorf("already migrated: %v, %v", steps, err)
		}
	})
	o := store.Options{Data: t.TempDir(), Log: slog.New(slog.DiscardHandler)}
	if _, err := store.OpenExisting(t.Context(), o); err == nil || !strings.Contains(err.Error(), "no database") {
		t.Errorf("none there: %v", err)
	}
	if left, _ := os.ReadDir(o.Data); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
	if steps, err := store.Migrate(t.Context(), o); err != nil || !slices.Contains(steps, "00001_disputes.sql") {
		t.Errorf("migrated: %v, %v", steps, err)
	}
}

func TestDatabaseThatCannotBeOpened(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ url, says string }{
		"no address":       {"postgres://anxin:swordfish@host:port/x", "ANXIN_DATABASE_URL"},
		"nobody listening": {"postgres://anxin:swordfish@127.0.0.1:1/x", "127.0.0.1"},
	} {
		_, err := store.Open(t.Context(), store.Options{URL: c.url, Log: slog.New(slog.DiscardHandler)})
		if err == nil || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "swordfish") {
			t.Errorf("%s: %v", name, err)
		}
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "anxin.db"), []byte(strings.Repeat("no database\n", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Open(t.Context(), store.Options{Data: dir, Log: slog.New(slog.DiscardHandler)}); err == nil {
		t.Error("something else was taken for a database")
	}
}

// Both databases have the same tables: names, columns, what may be missing, what is unique, what points where.
func TestSchemaParity(t *testing.T) {
	t.Parallel()
	names := map[string][]string{}
	for _, kind := range []string{"sqlite", "postgres"} {
		files, err := os.ReadDir("migrations/" + kind)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			names[kind] = append(names[kind], f.Name())
		}
	}
	if !slices.Equal(names["sqlite"], names["postgres"]) {
		t.Errorf("migrations differ: %v", names)
	}
	lite := storetest.Open(t)
	opts := lite.Options
	opts.URL = storetest.Postgres(t)
	pg, err := store.Open(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pg.Close)
	one, other := store.Schema(t, lite.Store), store.Schema(t, pg)
	for _, line := range one {
		if !slices.Contains(other, line) {
			t.Errorf("only SQLite: %s", line)
		}
	}
	for _, line := range other {
		if !slices.Contains(one, line) {
			t.Errorf("only PostgreSQL: %s", line)
		}
	}
	if !slices.Contains(one, "column disputes.body bytes required") || !slices.Contains(one, "unique disputes(draft)") ||
		!slices.Contains(one, "unique audit(dispute_id,seq)") || !slices.Contains(one, "reference events.leg_id legs.id") {
		t.Errorf("the schema is not read: %s", strings.Join(one, "\n"))
	}
}

func TestFolderWithAnOddName(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "数据 100%?#&a=b")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Migrate(context.Background(), store.Options{Data: dir, Log: slog.New(slog.DiscardHandler)}); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "anxin.db")); err != nil {
		t.Error(err)
	}
}
