package store

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"anxin/server/fault"
	"anxin/server/vault"
)

// Draft is a complaint that is still being written. Who holds its key may read and change it, and it is the key under which it
// is filed.
type Draft struct {
	Key       string
	Resume    string // the code to find it again by: given when it is set, not told when it is read
	Body      []byte
	Version   int64 // as it was read; 0 for a new one
	StartedAt time.Time
	SavedAt   time.Time
	ExpiresAt time.Time
}

// ErrSubmitted tells that the draft was filed. It is gone, and its key leads to the receipt.
var ErrSubmitted = errors.New("the draft was filed")

// SaveDraft keeps a draft and tells its new version. Where it was saved by somebody else meanwhile that is [ErrStale]; where it
// was wiped or is too old, [fault.NotFound].
func (s *Store) SaveDraft(ctx context.Context, d Draft) (int64, error) {
	if d.Key == "" {
		return 0, errors.New("save a draft: it has no key")
	}
	err := s.Write(ctx, func(tx *Tx) error { return tx.saveDraft(d) })
	if err != nil {
		return 0, fmt.Errorf("save a draft: %w", err)
	}
	return d.Version + 1, nil
}

func (tx *Tx) saveDraft(d Draft) error {
	key := keyHash(d.Key)
	row := hex.EncodeToString(key)
	body, resume := tx.vault.Seal(draftPlace("body", row), d.Body), tx.vault.Index(vault.Resume, d.Resume)
	var one int
	if err := tx.Row("SELECT 1 FROM disputes WHERE draft = $1", []any{key}, &one); err == nil {
		return ErrSubmitted
	} else if !NotFound(err) {
		return err
	}
	var n int64
	var err error
	if d.Version == 0 {
		n, err = tx.Exec(`INSERT INTO drafts (key, own_key, resume_index, body, version, started_at, saved_at, expires_at)
			VALUES ($1, $2, $3, $4, 1, $5, $5, $6) ON CONFLICT (key) DO NOTHING`,
			key, tx.vault.Seal(draftPlace("own_key", row), []byte(d.Key)), resume, body, tx.now, canonical(d.ExpiresAt))
	} else {
		n, err = tx.Exec(`UPDATE drafts SET body = $1, version = version + 1, saved_at = $2, expires_at = $3, resume_index = COALESCE($4, resume_index)
			WHERE key = $5 AND version = $6 AND expires_at > $2`,
			body, tx.now, canonical(d.ExpiresAt), resume, key, d.Version)
	}
	if err != nil || n == 1 {
		return err
	}
	if err := tx.Row("SELECT 1 FROM drafts WHERE key = $1 AND expires_at > $2", []any{key, tx.now}, &one); err != nil {
		return err
	}
	return ErrStale
}

func draftPlace(column, row string) vault.Place {
	return vault.Place{Table: "drafts", Column: column, Row: row}
}

// Draft reads the draft with a key.
func (s *Store) Draft(ctx context.Context, key string) (Draft, error) {
	d, err := s.draft(ctx, "key", [][]byte{keyHash(key)})
	return d, doing("read a draft", err)
}

// DraftByResume reads the draft with a resume code, however that is written.
func (s *Store) DraftByResume(ctx context.Context, code string) (Draft, error) {
	d, err := s.draft(ctx, "resume_index", s.vault.Lookup(vault.Resume, code))
	return d, doing("find a draft", err)
}

func (s *Store) draft(ctx context.Context, column string, keys [][]byte) (d Draft, err error) {
	if len(keys) == 0 {
		return d, fault.New(fault.NotFound, "there is nothing to find a draft by")
	}
	err = s.Read(ctx, func(tx *Tx) error {
		var hash, key, body []byte
		args := append([]any{tx.now}, anys(keys)...)
		err := tx.Row("SELECT key, own_key, body, version, started_at, saved_at, expires_at FROM drafts WHERE expires_at > $1 AND "+column+" IN ("+marks(2, len(keys))+")",
			args, &hash, &key, &body, &d.Version, &d.StartedAt, &d.SavedAt, &d.ExpiresAt)
		if err != nil {
			return err
		}
		row := hex.EncodeToString(hash)
		if key, err = tx.open("drafts", "own_key", row, key); err != nil {
			return err
		}
		d.Key = string(key)
		d.Body, err = tx.open("drafts", "body", row, body)
		return err
	})
	return d, err
}

// DeleteDraft wipes a draft, if there is one.
func (s *Store) DeleteDraft(ctx context.Context, key string) error {
	return doing("wipe a draft", s.Write(ctx, func(tx *Tx) error {
		_, err := tx.Exec("DELETE FROM drafts WHERE key = $1", keyHash(key))
		return err
	}))
}

// ExpireDrafts wipes the drafts whose time is over and tells how many.
func (s *Store) ExpireDrafts(ctx context.Context) (n int64, err error) {
	err = s.Write(ctx, func(tx *Tx) (err error) {
		n, err = tx.Exec("DELETE FROM drafts WHERE expires_at <= $1", tx.now)
		return err
	})
	return n, doing("wipe old drafts", err)
}
