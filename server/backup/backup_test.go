package backup_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"anxin/server/backup"
	"anxin/server/evidence"
	"anxin/server/fault"
	"anxin/server/store"
	"anxin/server/store/storetest"
	"anxin/server/vault"
)

// house is a database with its folder of evidence.
type house struct {
	*storetest.DB
	files  *evidence.Files
	folder string
}

func open(t *testing.T, db *storetest.DB) *house {
	t.Helper()
	h := &house{DB: db, folder: filepath.Join(db.Options.Data, "evidence")}
	var err error
	if h.files, err = evidence.Open(h.folder, db.Options.Vault, db.Options.Log); err != nil {
		t.Fatal(err)
	}
	return h
}

// file files a dispute with a file of evidence, as the service does: the file lies there before its row is written.
func (h *house) file(ctx context.Context, key, picture string) (object string, err error) {
	party := store.NewID()
	r, err := h.Submit(ctx, store.Submission{
		Key: key, Content: key, Number: key, State: "submitted", Body: []byte("我被骗了八万元"),
		Parties:    []store.Party{{ID: party, Role: "complainant", Body: []byte("黄金丝雀")}},
		Credential: store.Credential{Party: party, CodeHash: "x"},
		Events:     []store.Event{{Event: "submit", Actor: "citizen", ActorID: party, State: "submitted"}},
	})
	if err != nil {
		return "", err
	}
	o, err := h.files.Take(ctx, strings.NewReader("\xFF\xD8\xFF"+picture))
	if err != nil {
		return "", err
	}
	return o.Name, h.AddEvidence(ctx, store.Evidence{Dispute: r.ID, Object: o.Name, ObjectHash: o.SealedSHA256, Size: o.Size, Kind: o.Kind, Body: []byte("x")}, "citizen", party)
}

func (h *house) must(t *testing.T, key string) string {
	t.Helper()
	object, err := h.file(t.Context(), key, strings.Repeat(key, 50_000))
	if err != nil {
		t.Fatal(err)
	}
	return object
}

func (h *house) source() backup.Source {
	return backup.Source{Store: h.Store, Files: h.files, Vault: h.Options.Vault, Now: h.Clock.Now}
}

func (h *house) backup(t *testing.T) (string, backup.Manifest) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "backup")
	m, err := backup.Make(t.Context(), h.source(), dir, func(object string, err error) { t.Errorf("%s: %v", object, err) })
	if err != nil {
		t.Fatal(err)
	}
	return dir, m
}

// empty is a place to restore into.
func empty(t *testing.T, v *vault.Vault) backup.Target {
	t.Helper()
	data := t.TempDir()
	o := store.Options{Data: data, Vault: v, Clock: time.Now, Log: slog.New(slog.DiscardHandler)}
	return backup.Target{Store: o, Evidence: filepath.Join(data, "evidence")}
}

// whole verifies what was restored as "verify" does, and tells how much there is.
func whole(t *testing.T, to backup.Target) (disputes, files int) {
	t.Helper()
	s, err := store.OpenExisting(t.Context(), to.Store)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	report, err := s.Verify(t.Context())
	if err != nil || len(report.Flaws) > 0 {
		t.Errorf("%v, %v", report.Flaws, err)
	}
	folder := evidence.OpenExisting(to.Evidence, to.Store.Vault, to.Store.Log)
	err = s.Objects(t.Context(), func(_, object string, hash []byte) error {
		files++
		return folder.Verify(t.Context(), object, hash)
	})
	if err != nil {
		t.Error(err)
	}
	return report.Disputes, files
}

// The drill: backups are made while others file, and each is restored and found whole.
func TestDrillUnderLoad(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		h := open(t, db)
		h.must(t, "1000")
		ctx, stop := context.WithCancel(t.Context())
		var writers sync.WaitGroup
		filed := make([]int, 4)
		for w := range filed {
			writers.Go(func() {
				for ctx.Err() == nil {
					if _, err := h.file(context.WithoutCancel(ctx), fmt.Sprintf("%d%08d", w+1, filed[w]), "a picture"); err != nil {
						t.Error(err)
						return
					}
					filed[w]++
				}
			})
		}
		var disputes []int
		for range 3 {
			dir, m := h.backup(t)
			to := empty(t, h.Options.Vault)
			restored, err := backup.Restore(t.Context(), dir, to)
			if err != nil {
				t.Fatal(err)
			}
			n, files := whole(t, to)
			// A row of evidence is written after that of its dispute: at the moment of the backup some had none yet.
			if files > n || n-files > len(filed) || int64(files) != m.Evidence.Files || restored.Schema != m.Schema || !restored.CreatedAt.Equal(m.CreatedAt) {
				t.Errorf("%d disputes with %d files; the manifest says %+v and %+v", n, files, m, restored)
			}
			disputes = append(disputes, n)
		}
		stop()
		writers.Wait()
		total := 1
		for _, n := range filed {
			total += n
		}
		if !slices.IsSorted(disputes) || disputes[2] == 1 || disputes[2] > total {
			t.Errorf("%d were filed, the backups hold %v: nobody filed meanwhile, or something was lost", total, disputes)
		}
	})
}

// everyFile lists a backup's files.
func everyFile(t *testing.T, dir string) (names []string) {
	t.Helper()
	if err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, path)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return names
}

// One bit in any file of it is found, and nothing is written then.
func TestOneBitFlipped(t *testing.T) {
	t.Parallel()
	h := open(t, storetest.Open(t))
	h.must(t, "1000")
	h.must(t, "2000")
	dir, _ := h.backup(t)
	flipped := 0
	for _, name := range everyFile(t, dir) {
		was, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, at := range []int{0, len(was) / 2, len(was) - 1} {
			if len(was) == 0 {
				continue
			}
			is := bytes.Clone(was)
			is[at] ^= 1 << (at % 8)
			put(t, name, is)
			to := empty(t, h.Options.Vault)
			if _, err := backup.Restore(t.Context(), dir, to); err == nil {
				t.Errorf("%s, byte %d: restored", name, at)
			}
			if left, _ := os.ReadDir(to.Store.Data); len(left) != 0 {
				t.Errorf("%s, byte %d: %v was written", name, at, left)
			}
			flipped++
		}
		put(t, name, was)
	}
	if flipped < 30 {
		t.Errorf("only %d bits were flipped", flipped)
	}
	if _, err := backup.Restore(t.Context(), dir, empty(t, h.Options.Vault)); err != nil {
		t.Errorf("as it was: %v", err)
	}
}

func put(t *testing.T, name string, data []byte) {
	t.Helper()
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestRestoreRefuses(t *testing.T) {
	t.Parallel()
	h := open(t, storetest.Open(t))
	object := h.must(t, "1000")
	for name, c := range map[string]struct {
		change func(t *testing.T, dir string, to *backup.Target)
		says   string
	}{
		"another secret": {func(_ *testing.T, _ string, to *backup.Target) {
			to.Store.Vault, _ = vault.New([]byte(strings.Repeat("6f", 32)))
		}, h.Options.Vault.Keys()[0].String()},
		"no backup": {func(t *testing.T, dir string, _ *backup.Target) {
			if err := os.Rename(filepath.Join(dir, "SHA256SUMS"), filepath.Join(dir, "SHA256SUMS.part")); err != nil {
				t.Fatal(err)
			}
		}, "never finished"},
		"a file missing": {func(t *testing.T, dir string, _ *backup.Target) {
			if err := os.Remove(filepath.Join(dir, "evidence", object)); err != nil {
				t.Fatal(err)
			}
		}, object + ": it is missing"},
		"a line of the list missing": {func(t *testing.T, dir string, _ *backup.Target) {
			list, err := os.ReadFile(filepath.Join(dir, "SHA256SUMS"))
			if err != nil {
				t.Fatal(err)
			}
			_, rest, _ := strings.Cut(string(list), "\n")
			_, rest, _ = strings.Cut(rest, "\n")
			put(t, filepath.Join(dir, "SHA256SUMS"), []byte(rest))
		}, "does not list tables/"},
		"a list that leads elsewhere": {func(t *testing.T, dir string, _ *backup.Target) {
			put(t, filepath.Join(dir, "SHA256SUMS"), []byte(strings.Repeat("0", 64)+"  ../secret\n"))
		}, "no hash and name"},
		"a folder of evidence in use": {func(t *testing.T, _ string, to *backup.Target) {
			if err := os.MkdirAll(to.Evidence, 0o700); err != nil {
				t.Fatal(err)
			}
			put(t, filepath.Join(to.Evidence, "x"), nil)
		}, "is not empty (x)"},
		"a database in use": {func(t *testing.T, dir string, to *backup.Target) {
			if _, err := backup.Restore(t.Context(), dir, *to); err != nil {
				t.Fatal(err)
			}
			if err := os.RemoveAll(to.Evidence); err != nil {
				t.Fatal(err)
			}
		}, "the database is not empty"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, _ := h.backup(t)
			to := empty(t, h.Options.Vault)
			c.change(t, dir, &to)
			_, err := backup.Restore(t.Context(), dir, to)
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v does not say %q", err, c.says)
			}
		})
	}
}

// What is lost already does not keep the rest from being saved: it is named when the backup is made, and restored as it was.
func TestBackupOfWhatIsDamaged(t *testing.T) {
	t.Parallel()
	h := open(t, storetest.Open(t))
	gone, changed, good := h.must(t, "1000"), h.must(t, "2000"), h.must(t, "3000")
	if err := os.Remove(filepath.Join(h.folder, gone)); err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(h.folder, changed), []byte("something else"))
	dir, told := filepath.Join(t.TempDir(), "backup"), map[string]error{}
	m, err := backup.Make(t.Context(), h.source(), dir, func(object string, err error) { told[object] = err })
	if err != nil {
		t.Fatal(err)
	}
	if len(told) != 2 || fault.From(told[gone]).Kind != fault.NotFound || !errors.Is(told[changed], evidence.ErrChanged) || len(m.Evidence.Damaged) != 2 || m.Evidence.Files != 2 {
		t.Errorf("told %v, %+v", told, m.Evidence)
	}
	to := empty(t, h.Options.Vault)
	if _, err := backup.Restore(t.Context(), dir, to); err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(to.Evidence)
	if err != nil || len(left) != 2 || !slices.ContainsFunc(left, func(e fs.DirEntry) bool { return e.Name() == good }) {
		t.Errorf("%v, %v", left, err)
	}
}

func TestBackupIsForItsOwnerAlone(t *testing.T) {
	t.Parallel()
	h := open(t, storetest.Open(t))
	h.must(t, "1000")
	dir, m := h.backup(t)
	var plain []string
	for _, name := range everyFile(t, dir) {
		info, err := os.Stat(name)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, canary := range []string{"黄金丝雀", "八万元", strings.Repeat("5e", 32), strings.Repeat("1000", 20)} {
			if bytes.Contains(data, []byte(canary)) {
				plain = append(plain, name+": "+canary)
			}
		}
	}
	if len(plain) > 0 {
		t.Errorf("in plain: %v", plain)
	}
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 || m.Keys[0] != h.Options.Vault.Keys()[0].String() {
		t.Errorf("%v, %v, %v", info.Mode(), err, m.Keys)
	}
	if _, err := backup.Make(t.Context(), h.source(), dir, nil); err == nil || !strings.Contains(err.Error(), "is not empty") {
		t.Errorf("over another: %v", err)
	}
	// Anybody can check it, without this program.
	if _, err := exec.LookPath("sha256sum"); err != nil {
		t.Skip("there is no sha256sum")
	}
	check := exec.CommandContext(t.Context(), "sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS")
	check.Dir = dir
	if out, err := check.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}
