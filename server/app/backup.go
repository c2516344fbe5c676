package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"anxin/server/backup"
	"anxin/server/config"
	"anxin/server/evidence"
	"anxin/server/store"
	"anxin/server/vault"
)

// makeBackup runs "backup", beside a server that may be running.
func makeBackup(ctx context.Context, cfg config.Config, dir string, stdout, stderr io.Writer) error {
	s, o, err := openBeside(ctx, cfg, stderr)
	if err != nil {
		return err
	}
	defer s.Close()
	from := backup.Source{Store: s, Files: evidence.OpenExisting(evidenceFolder(cfg), o.Vault, o.Log), Vault: o.Vault, Now: o.Clock}
	m, err := backup.Make(ctx, from, dir, func(object string, err error) { say(stdout, "file %s: %v\n", object, err) })
	if err != nil {
		return err
	}
	say(stdout, "%s in %s\n", contents(m), dir)
	say(stdout, "The secret is not in it: without %s (key %s) nobody can read it, you neither. Keep a copy of that file in another place.\n",
		secretFile(cfg), strings.Join(m.Keys, ", "))
	if n := len(m.Evidence.Damaged); n > 0 {
		return fmt.Errorf("the backup is whole but for %d files that are missing or not as they were handed in: see above", n)
	}
	return nil
}

// contents says what a backup holds.
func contents(m backup.Manifest) string {
	var disputes, rows int64
	for _, t := range m.Tables {
		rows += t.Rows
		if t.Name == "disputes" {
			disputes = t.Rows
		}
	}
	return fmt.Sprintf("%d disputes, %d rows in all, %d files", disputes, rows, m.Evidence.Files)
}

// restore runs "restore", where no server runs.
func restore(ctx context.Context, cfg config.Config, dir string, stdout, stderr io.Writer) (err error) {
	o := storeOptions(cfg, time.Now, slog.New(slog.NewTextHandler(stderr, nil)))
	if inside(dir, evidenceFolder(cfg)) {
		return fmt.Errorf("%s lies in the folder that is restored into", dir)
	}
	if o.Vault, err = vault.Open(secretFile(cfg)); err != nil {
		return fmt.Errorf("%w: put the secret that was in use when the backup was made there first, or name it in ANXIN_SECRET_FILE", err)
	}
	if err := os.MkdirAll(cfg.Data, 0o700); err != nil {
		return fmt.Errorf("make the data folder: %w", err)
	}
	lock, err := store.LockFolder(cfg.Data)
	if err != nil {
		return err
	}
	m, err := backup.Restore(ctx, dir, backup.Target{Store: o, Evidence: evidenceFolder(cfg)})
	if err = errors.Join(err, lock.Release()); err != nil {
		return err
	}
	say(stdout, "restored what was there on %s: %s\n", m.CreatedAt.Local().Format("2006-01-02 15:04:05 MST"), contents(m))
	say(stdout, "Everybody has to sign in again. Notices that were sent after the backup was made are sent once more.\n")
	return verify(ctx, cfg, stdout, stderr)
}

// inside tells whether a path lies in a folder, as far as the names tell.
func inside(path, dir string) bool {
	p, err := filepath.Abs(path)
	d, err2 := filepath.Abs(dir)
	if err != nil || err2 != nil {
		return false
	}
	rel, err := filepath.Rel(d, p)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}
