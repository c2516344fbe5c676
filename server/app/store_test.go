package app

import (
	"bytes"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"anxin/server/config"
	"anxin/server/store"
)

func TestSecondServerOnOneFolderIsRefused(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	env := map[string]string{"ANXIN_DATA": data}
	b := setup(t, env)
	cfg, err := config.Load(func(name string) string { return env[name] })
	if err != nil {
		t.Fatal(err)
	}
	opts := Options{Clock: time.Now, Log: slog.New(slog.DiscardHandler)}
	if a, err := New(cfg, opts); err == nil {
		a.Close()
		t.Error("two servers work in one folder")
	} else if !strings.Contains(err.Error(), "another Anxin") || !strings.Contains(err.Error(), "ANXIN_DATA") {
		t.Errorf("refused with: %v", err)
	}
	b.Close()
	a, err := New(cfg, opts)
	if err != nil {
		t.Fatalf("the first has ended: %v", err)
	}
	a.Close()
	// The key is lost, and no new one takes its place.
	if err := os.Remove(filepath.Join(data, "secret")); err != nil {
		t.Fatal(err)
	}
	if a, err := New(cfg, opts); err == nil {
		a.Close()
		t.Error("a new key took the place of a lost one")
	} else if !strings.Contains(err.Error(), "ANXIN_SECRET_FILE") {
		t.Errorf("refused with: %v", err)
	}
	if _, err := os.Stat(filepath.Join(data, "secret")); err == nil {
		t.Error("a new key was made")
	}
}

func TestSecretFileOfTheOperator(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "secret")
	env := map[string]string{"ANXIN_DATA": t.TempDir(), "ANXIN_SECRET_FILE": file}
	cfg, err := config.Load(func(name string) string { return env[name] })
	if err != nil {
		t.Fatal(err)
	}
	opts := Options{Clock: time.Now, Log: slog.New(slog.DiscardHandler)}
	if a, err := New(cfg, opts); err == nil || !strings.Contains(err.Error(), file) {
		t.Errorf("it is not there: %v", err)
		if a != nil {
			a.Close()
		}
	}
	if err := os.WriteFile(file, []byte(strings.Repeat("ab", 32)), 0o600); err != nil {
		t.Fatal(err)
	}
	setup(t, env)
	if _, err := os.Stat(filepath.Join(cfg.Data, "secret")); err == nil {
		t.Error("another one was made in the data folder")
	}
}

func TestMigrateAndVerify(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	run := func(args ...string) (string, error) {
		var out bytes.Buffer
		err := Command(t.Context(), args, func(name string) string { return map[string]string{"ANXIN_DATA": data}[name] }, &out, io.Discard)
		return out.String(), err
	}
	if _, err := run("verify"); err == nil || !strings.Contains(err.Error(), "no database") {
		t.Errorf("nothing to verify: %v", err)
	}
	for _, want := range []string{"migrated: 00001_disputes.sql\nmigrated: 00002_sessions.sql\n", "the database is up to date\n"} {
		if got, err := run("migrate"); !strings.HasPrefix(got, want) || err != nil {
			t.Errorf("migrate says %q, %v, want %q", got, err, want)
		}
	}
	if _, err := run("migrate", "now"); err == nil {
		t.Error("migrate takes anything")
	}
	b := setup(t, map[string]string{"ANXIN_DATA": data})
	r, err := b.Store.Submit(t.Context(), store.Submission{
		Key: "a key", Content: "x", Number: "1000", State: "submitted", Body: []byte("x"),
		Parties:    []store.Party{{ID: "p", Role: "complainant", Body: []byte("x")}},
		Credential: store.Credential{Party: "p", CodeHash: "x"},
		Events:     []store.Event{{Event: "submit", Actor: "citizen", State: "submitted"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	picture, err := b.Complaints.Files.Take(t.Context(), strings.NewReader("\xFF\xD8\xFF and the rest of a picture"))
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Store.AddEvidence(t.Context(), store.Evidence{Dispute: r.ID, Object: picture.Name, ObjectHash: picture.SealedSHA256, Kind: picture.Kind, Body: []byte("x")}, "citizen", "p"); err != nil {
		t.Fatal(err)
	}
	if got, err := run("verify"); got != "1 disputes, 4 audit entries, 1 files verified\n" || err != nil {
		t.Errorf("verify beside a server says %q, %v", got, err)
	}
	if err := b.Store.Write(t.Context(), func(tx *store.Tx) error {
		_, err := tx.Exec("UPDATE disputes SET state = 'resolved'")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if got, err := run("verify"); err == nil || !strings.Contains(got, r.ID) || !strings.Contains(got, "resolved") {
		t.Errorf("what was tampered with: %q, %v", got, err)
	}
	if err := os.WriteFile(filepath.Join(data, "evidence", picture.Name), []byte("another"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := run("verify"); err == nil || !strings.Contains(got, "dispute "+r.ID+": file "+picture.Name+": the file is not as it was handed in\n") {
		t.Errorf("a file that was changed: %q, %v", got, err)
	}
	if err := os.Remove(filepath.Join(data, "evidence", picture.Name)); err != nil {
		t.Fatal(err)
	}
	if got, err := run("verify"); err == nil || !strings.Contains(got, "there is no file "+picture.Name) {
		t.Errorf("a file that is gone: %q, %v", got, err)
	}
}
