package doctor

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"anxin/server/config"
	"anxin/server/evidence"
	"anxin/server/search"
	"anxin/server/store"
	"anxin/server/vault"
)

// folder looks at where everything is kept.
func (x *examination) folder() {
	dir := x.Config.Data
	info, err := os.Stat(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return // it is made at the first start
	}
	if err != nil || !info.IsDir() {
		x.err("folder", "set ANXIN_DATA to a folder, or remove what stands in its place", "%s is no folder that can be read", dir)
		return
	}
	if open := info.Mode().Perm() & 0o077; open != 0 && runtime.GOOS != "windows" {
		x.err("folder", "chmod 700 "+dir, "others on this machine may look into %s (mode %04o)", dir, info.Mode().Perm())
	}
	probe, err := os.CreateTemp(dir, ".doctor-*")
	if err != nil {
		x.err("folder", "make the user that the server runs as its owner, and look whether the disk is mounted for reading only",
			"nothing can be written into %s: %v", dir, err)
		return
	}
	_ = probe.Close()
	_ = os.Remove(probe.Name())
	free, known := space(dir)
	if known && free < x.SpaceAtLeast {
		x.err("folder", "make room, or move the folder to a larger disk: when it is full, no complaint and no file can be taken",
			"%d MB are free for %s, and there should be %d", free>>20, dir, x.SpaceAtLeast>>20)
	}
}

// secret looks at the file of keys.
func (x *examination) secret() {
	info, err := os.Stat(x.Secret)
	if errors.Is(err, fs.ErrNotExist) {
		switch {
		case x.Config.SecretFile != "":
			x.err("secret", "make one (openssl rand -hex 32, mode 0600) if nothing was sealed yet; else put back the one that was in use",
				"ANXIN_SECRET_FILE names %s, which is not there", x.Secret)
		case x.Store.URL == "" && store.Exists(x.Store) == nil:
			x.err("secret", "put it back from where you keep its copy: without it nothing that citizens entrusted to you can be read",
				"%s is missing, and with it the key of the database beside it", x.Secret)
		}
		return
	}
	if err == nil {
		x.Store.Vault, err = vault.Open(x.Secret)
	}
	if err != nil {
		x.err("secret", "put back the file that was in use, readable for the user that the server runs as", "the secret cannot be used: %v", err)
		return
	}
	if info.Mode().Perm()&0o077 != 0 && runtime.GOOS != "windows" {
		x.err("secret", "chmod 600 "+x.Secret, "others on this machine may read the secret (%s, mode %04o)", x.Secret, info.Mode().Perm())
	}
	if x.Config.SecretFile == "" && !config.Loopback(x.Config.Public.Hostname()) {
		x.warn("secret", "move it to another place, name that in ANXIN_SECRET_FILE, and keep a copy apart from the backups",
			"the secret lies in %s, beside what it seals: who copies that folder can read everything", x.Config.Data)
	}
}

const (
	reached = 15 * time.Second // to open the database and look at it
	skewed  = 2 * time.Second  // by how much two clocks may differ
)

func (x *examination) database(ctx context.Context) {
	if x.Store.URL == "" && store.Exists(x.Store) != nil {
		return // it is made at the first start
	}
	within, stop := context.WithTimeout(ctx, reached)
	defer stop()
	e, err := store.Examine(within, x.Store)
	if err != nil {
		x.err("database", "look whether it runs and ANXIN_DATABASE_URL names it; of SQLite, whether anxin.db in the data folder is the right file",
			"it cannot be used: %v", err)
		return
	}
	if e.Kind == "postgres" && e.Version < x.PostgresAtLeast {
		x.warn("database", fmt.Sprintf("move to PostgreSQL %d or newer", x.PostgresAtLeast), "PostgreSQL %d is older than what this program is tested on", e.Version)
	}
	if e.Ahead.Abs() > skewed {
		x.err("clock", "set both clocks by the network (chrony, systemd-timesyncd)", "the clocks of this machine and of the database differ by %s", e.Ahead.Abs().Round(time.Second))
	}
	if ahead := e.Latest.Sub(x.Now()); ahead > skewed {
		x.err("clock", "set the clock of this machine by the network before the server runs: deadlines and codes go by it",
			"the clock of this machine is behind what was written already, by %s", ahead.Round(time.Second))
	}
	switch {
	case len(e.Damaged) > 0:
		x.err("database", "stop the server, copy the data folder, and restore the last backup into a new one", "it is damaged: %s", strings.Join(e.Damaged, "; "))
	case e.Pending:
		x.warn("database", "make a backup; then \"migrate\" or the next start of the server brings it up to date", "its tables are older than this program")
	case e.Keys != nil:
		x.err("secret", "nothing is lost as long as you find the right file: look where you keep its copy", "%v", e.Keys)
	default:
		x.usable = x.Store.Vault != nil
	}
}

// search looks at the index of the citizens' search.
func (x *examination) search() {
	err := search.Examine(x.Index)
	if err == nil || errors.Is(err, fs.ErrNotExist) || errors.Is(err, search.ErrBusy) {
		return
	}
	x.warn("search", "nothing: the next start of the server makes it anew. If it happens again, look at the disk", "the search index is torn: %v", err)
}

// named are how many of several things a finding names.
const named = 3

// evidence looks whether every file that the database knows of is there; whether it is whole, "verify" tells.
func (x *examination) evidence(ctx context.Context) {
	if !x.usable {
		return
	}
	s, err := store.OpenExisting(ctx, x.Store)
	if err != nil {
		x.err("database", "run doctor again: something changed meanwhile", "%v", err)
		return
	}
	defer s.Close()
	files := evidence.OpenExisting(x.Evidence, x.Store.Vault, x.Store.Log)
	var missing []string
	n := 0
	err = s.Objects(ctx, func(_, object string, _ []byte) error {
		n++
		f, err := files.OpenSealed(object)
		if err != nil {
			missing = append(missing, object)
			return ctx.Err()
		}
		return f.Close()
	})
	if err != nil {
		x.err("evidence", "run doctor again", "the files could not be looked at: %v", err)
	}
	if len(missing) > 0 {
		x.err("evidence", "put them back from a backup, whose folder evidence has them by the same names; several servers must share "+filepath.Base(x.Evidence),
			"%d of %d files that were handed in cannot be opened in %s: %s", len(missing), n, x.Evidence, some(missing))
	}
}

// some names the first of several things.
func some(list []string) string {
	if len(list) > named {
		return strings.Join(list[:named], ", ") + fmt.Sprintf(" and %d more", len(list)-named)
	}
	return strings.Join(list, ", ")
}
