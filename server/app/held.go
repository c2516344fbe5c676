package app

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"

	"anxin/server/config"
	"anxin/server/evidence"
	"anxin/server/limit"
	"anxin/server/shelf"
	"anxin/server/store"
	"anxin/server/vault"
)

// held is what one server keeps open: its data folder, with what lies in it, and what counts attempts.
type held struct {
	limits   limit.Limiter
	lock     *store.Lock
	vault    *vault.Vault
	store    *store.Store
	evidence *evidence.Files
	shelf    *shelf.Shelf
	log      *slog.Logger
}

// hold makes the data folder where there is none, takes it for this process, and opens the database with the secret
// that it is sealed with.
func hold(cfg config.Config, opts Options) (_ *held, err error) {
	h := &held{log: opts.Log}
	defer func() {
		if err != nil {
			h.close()
		}
	}()
	if err := os.MkdirAll(cfg.Data, 0o700); err != nil {
		return nil, fmt.Errorf("make the data folder: %w", err)
	}
	limits, err := openLimits(cfg, opts) // opens no connection before somebody is counted
	if err != nil {
		return nil, err
	}
	h.limits = limits
	if h.lock, err = store.LockFolder(cfg.Data); err != nil {
		return nil, err
	}
	o := storeOptions(cfg, opts.Clock, opts.Log)
	o.Limits = h.limits
	if h.vault, err = openVault(cfg, o); err != nil {
		return nil, err
	}
	o.Vault = h.vault
	if h.store, err = store.Open(context.Background(), o); err != nil {
		return nil, err
	}
	if h.evidence, err = evidence.Open(evidenceFolder(cfg), h.vault, opts.Log); err != nil {
		return nil, err
	}
	h.shelf, err = shelf.Open(filepath.Join(cfg.Data, "cache"), opts.Clock, opts.Log)
	return h, err
}

// close lets go of what is open, which is not everything where opening came to an error.
func (h *held) close() {
	if h.shelf != nil {
		h.shelf.Close()
	}
	if h.store != nil {
		h.store.Close()
	}
	if h.lock != nil {
		if err := h.lock.Release(); err != nil {
			h.log.Error("release the data folder", "error", err)
		}
	}
	if l, ok := h.limits.(io.Closer); ok {
		if err := l.Close(); err != nil {
			h.log.Error("close the limits", "error", err)
		}
	}
}
