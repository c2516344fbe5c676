package app

import (
	"bytes"
	"context"
	"io"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"anxin/server/store"
	"anxin/server/store/storetest"
)

// command runs the program with settings.
func command(ctx context.Context, env map[string]string, args ...string) (string, error) {
	var out bytes.Buffer
	err := Command(ctx, args, func(name string) string { return env[name] }, &out, io.Discard)
	return out.String(), err
}

// A backup is made beside a server that runs, moved to another machine with its secret, and restored there, into the other
// kind of database, too.
func TestBackupAndRestore(t *testing.T) {
	t.Parallel()
	data, dir := filepath.Join(t.TempDir(), "data"), filepath.Join(t.TempDir(), "backup")
	env := map[string]string{"ANXIN_DATA": data}
	if _, err := command(t.Context(), env, "backup", dir); err == nil || !strings.Contains(err.Error(), "no database") {
		t.Errorf("nothing to back up: %v", err)
	}
	b := setup(t, env)
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
	out, err := command(t.Context(), env, "backup", dir)
	if err != nil || !strings.HasPrefix(out, "1 disputes, ") || !strings.Contains(out, ", 1 files in "+dir+"\n") || !strings.Contains(out, "The secret is not in it: without "+filepath.Join(data, "secret")) {
		t.Fatalf("backup says %q, %v", out, err)
	}
	secret, err := os.ReadFile(filepath.Join(data, "secret"))
	if err != nil {
		t.Fatal(err)
	}
	for kind, url := range map[string]string{"sqlite": "", "postgres": storetest.Postgres(t)} {
		other := map[string]string{"ANXIN_DATA": filepath.Join(t.TempDir(), "data"), "ANXIN_DATABASE_URL": url}
		if _, err := command(t.Context(), other, "restore", dir); err == nil || !strings.Contains(err.Error(), "ANXIN_SECRET_FILE") {
			t.Errorf("%s: without the secret: %v", kind, err)
		}
		if err := os.Mkdir(other["ANXIN_DATA"], 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(other["ANXIN_DATA"], "secret"), secret, 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := command(t.Context(), other, "restore", dir)
		if err != nil || !strings.Contains(out, "1 disputes, ") || !strings.HasSuffix(out, "1 disputes, 4 audit entries, 1 files verified\n") {
			t.Errorf("%s: restore says %q, %v", kind, out, err)
		}
		if _, err := command(t.Context(), other, "restore", dir); err == nil || !strings.Contains(err.Error(), "not empty") {
			t.Errorf("%s: restored twice: %v", kind, err)
		}
		t.Run("served from "+kind, func(t *testing.T) {
			restored := setup(t, maps.Clone(other))
			if d, err := restored.Store.Dispute(t.Context(), r.ID); err != nil || d.Number != "1000" {
				t.Errorf("%v, %v", d.Number, err)
			}
		})
	}
	if _, err := command(t.Context(), env, "restore", dir); err == nil || !strings.Contains(err.Error(), "another Anxin") {
		t.Errorf("beneath a server that runs: %v", err)
	}
	for _, args := range [][]string{{"backup"}, {"restore"}, {"backup", "a", "b"}, {"restore", ""}} {
		if _, err := command(t.Context(), env, args...); err == nil || !strings.Contains(err.Error(), args[0]+" DIR") {
			t.Errorf("%v: %v", args, err)
		}
	}
}

// What is missing does not end the backup, and does not pass in silence.
func TestBackupNamesWhatIsMissing(t *testing.T) {
	t.Parallel()
	env := map[string]string{"ANXIN_DATA": filepath.Join(t.TempDir(), "data")}
	b := setup(t, env)
	r, err := b.Store.Submit(t.Context(), store.Submission{
		Key: "a key", Content: "x", Number: "1000", State: "submitted", Body: []byte("x"),
		Parties:    []store.Party{{ID: "p", Role: "complainant", Body: []byte("x")}},
		Credential: store.Credential{Party: "p", CodeHash: "x"},
		Events:     []store.Event{{Event: "submit", Actor: "citizen", State: "submitted"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	const gone = "aaaaaaaaaaaaaaaaaaaaaaaaaa"
	if err := b.Store.AddEvidence(t.Context(), store.Evidence{Dispute: r.ID, Object: gone, ObjectHash: []byte("x"), Kind: "image/png", Body: []byte("x")}, "citizen", "p"); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "backup")
	out, err := command(t.Context(), env, "backup", dir)
	if err == nil || !strings.Contains(err.Error(), "but for 1 files") || !strings.Contains(out, "file "+gone+": ") {
		t.Errorf("%q, %v", out, err)
	}
}
