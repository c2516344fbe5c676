package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"anxin/server/config"
	"anxin/server/evidence"
	"anxin/server/search"
	"anxin/server/store"
	"anxin/server/vault"
)

// secretFile is where the keys stand that seal what citizens entrust to us, unless the operator keeps them elsewhere.
func secretFile(cfg config.Config) string {
	if cfg.SecretFile != "" {
		return cfg.SecretFile
	}
	return filepath.Join(cfg.Data, "secret")
}

// openVault reads the secret. Only our own place is given one where there is none, and only before anything was sealed: a
// missing file must not turn into a new key, under which nothing opens.
func openVault(cfg config.Config, at store.Options) (*vault.Vault, error) {
	file := secretFile(cfg)
	v, err := vault.Open(file)
	if cfg.SecretFile != "" || !errors.Is(err, fs.ErrNotExist) {
		return v, err
	}
	if at.URL == "" && store.Exists(at) == nil {
		return nil, fmt.Errorf("%s is missing, and with it the key of the database beside it: put it back, or name it in ANXIN_SECRET_FILE", file)
	}
	return vault.OpenOrMake(file)
}

func evidenceFolder(cfg config.Config) string { return filepath.Join(cfg.Data, "evidence") }

func storeOptions(cfg config.Config, clock func() time.Time, log *slog.Logger) store.Options {
	return store.Options{Data: cfg.Data, URL: string(cfg.DatabaseURL), Clock: clock, Log: log, Fold: search.FoldName, Unlimited: cfg.Unlimited()}
}

// migrate runs "migrate".
func migrate(ctx context.Context, cfg config.Config, stdout, stderr io.Writer) error {
	if err := os.MkdirAll(cfg.Data, 0o700); err != nil {
		return fmt.Errorf("make the data folder: %w", err)
	}
	o := storeOptions(cfg, time.Now, slog.New(slog.NewTextHandler(stderr, nil)))
	// A new database gets its secret now: later a missing one would look lost.
	if _, err := openVault(cfg, o); err != nil {
		return err
	}
	steps, err := store.Migrate(ctx, o)
	if err != nil {
		return err
	}
	for _, step := range steps {
		say(stdout, "migrated: %s\n", step)
	}
	if len(steps) == 0 {
		say(stdout, "the database is up to date\n")
	}
	return nil
}

// openBeside opens the database as it is, for reading beside a server that may be running.
func openBeside(ctx context.Context, cfg config.Config, stderr io.Writer) (s *store.Store, o store.Options, err error) {
	o = storeOptions(cfg, time.Now, slog.New(slog.NewTextHandler(stderr, nil)))
	if err = store.Exists(o); err != nil {
		return nil, o, err
	}
	if o.Vault, err = vault.Open(secretFile(cfg)); err != nil {
		return nil, o, err
	}
	s, err = store.OpenExisting(ctx, o)
	return s, o, err
}

// openToWrite opens the database for a command, beside a server that may be running: each writer waits for the other, and what a
// command writes is short. Where there is none it makes one.
func openToWrite(ctx context.Context, cfg config.Config, clock func() time.Time, stderr io.Writer) (s *store.Store, o store.Options, err error) {
	if err = os.MkdirAll(cfg.Data, 0o700); err != nil {
		return nil, o, fmt.Errorf("make the data folder: %w", err)
	}
	o = storeOptions(cfg, clock, slog.New(slog.NewTextHandler(stderr, nil)))
	if o.Vault, err = openVault(cfg, o); err != nil {
		return nil, o, err
	}
	s, err = store.Open(ctx, o)
	return s, o, err
}

// verify runs "verify", beside a server that may be running.
func verify(ctx context.Context, cfg config.Config, stdout, stderr io.Writer) error {
	s, o, err := openBeside(ctx, cfg, stderr)
	if err != nil {
		return err
	}
	defer s.Close()
	report, err := s.Verify(ctx)
	if err != nil {
		return err
	}
	for _, f := range report.Flaws {
		say(stdout, "%s\n", f)
	}
	entries, flaws, err := s.VerifyStaff(ctx)
	if err != nil {
		return err
	}
	for _, f := range flaws {
		say(stdout, "accounts: %s\n", f)
	}
	files, damaged, err := verifyFiles(ctx, s, evidence.OpenExisting(evidenceFolder(cfg), o.Vault, o.Log), stdout)
	if err != nil {
		return err
	}
	say(stdout, "%d disputes, %d audit entries, %d files verified\n", report.Disputes, report.Entries, files)
	if entries > 0 {
		say(stdout, "%d entries about accounts verified\n", entries)
	}
	if n := len(report.Flaws) + len(flaws) + damaged; n > 0 {
		return fmt.Errorf("%d things are not as they were written", n)
	}
	return nil
}

// verifyFiles holds every file against the hash that its row has, and names those that are not as they were handed in.
func verifyFiles(ctx context.Context, s *store.Store, files *evidence.Files, stdout io.Writer) (checked, damaged int, err error) {
	err = s.Objects(ctx, func(dispute, object string, hash []byte) error {
		err := files.Verify(ctx, object, hash)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		checked++
		if err != nil { // also where it cannot be read: so bad disks are found
			damaged++
			say(stdout, "dispute %s: file %s: %v\n", dispute, object, err)
		}
		return nil
	})
	return checked, damaged, err
}
