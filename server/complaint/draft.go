package complaint

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"anxin/server/dispute"
	"anxin/server/fault"
	"anxin/server/intake"
	"anxin/server/limit"
	"anxin/server/policy"
	"anxin/server/store"
	"anxin/server/vault"
)

// NewKey makes the key of a new draft, which nobody can guess.
func NewKey() string { return rand.Text() }

// draftBody is a draft as it is kept.
type draftBody struct {
	intake.Draft
	Resumable bool `json:"resumable,omitempty"`
}

// Draft reads a draft: [fault.NotFound] where there is none (any more), [store.ErrSubmitted] where it was filed.
func (s *Service) Draft(ctx context.Context, key string) (Draft, error) {
	d, err := s.Store.Draft(ctx, key)
	if store.NotFound(err) {
		if _, filed := s.Store.Filed(ctx, key); filed == nil {
			return Draft{}, store.ErrSubmitted
		}
	}
	if err != nil {
		return Draft{}, err
	}
	return readDraft(d)
}

func readDraft(d store.Draft) (Draft, error) {
	var body draftBody
	if err := json.Unmarshal(d.Body, &body); err != nil {
		return Draft{}, fmt.Errorf("read a draft: %w", err)
	}
	return Draft{Key: d.Key, Draft: body.Draft, Version: d.Version, SavedAt: d.SavedAt, ExpiresAt: d.ExpiresAt, Resumable: body.Resumable}, nil
}

// SaveDraft keeps a draft, and notes its new version and until when it is kept. One saved elsewhere meanwhile is
// [store.ErrStale]; one that was filed, [store.ErrSubmitted]; one wiped or too old, [fault.NotFound].
func (s *Service) SaveDraft(ctx context.Context, d *Draft) error { return s.saveDraft(ctx, d, "") }

func (s *Service) saveDraft(ctx context.Context, d *Draft, resume string) error {
	d.Resumable = d.Resumable || resume != ""
	body, err := json.Marshal(draftBody{d.Draft, d.Resumable})
	if err != nil {
		return fmt.Errorf("save a draft: %w", err)
	}
	until, err := s.keptUntil()
	if err != nil {
		return err
	}
	version, err := s.Store.SaveDraft(ctx, store.Draft{Key: d.Key, Resume: resume, Body: body, Version: d.Version, ExpiresAt: until})
	if err != nil {
		return err
	}
	d.Version, d.SavedAt, d.ExpiresAt = version, s.Now(), until
	return nil
}

// keptUntil is until when a draft saved now is kept.
func (s *Service) keptUntil() (time.Time, error) {
	kept, err := s.Policy.Deadline(string(dispute.CouncilDraft), []policy.Event{{Kind: policy.Start, At: s.Now()}})
	if err != nil {
		return time.Time{}, fmt.Errorf("how long a draft is kept: %w", err)
	}
	return kept.At(), nil
}

// ResumeCode gives a draft a new code to find it again by, 16 digits; an earlier one is dead. The draft is saved with it.
func (s *Service) ResumeCode(ctx context.Context, d *Draft) (string, error) {
	code := vault.Digits(vault.CodeDigits)
	return code, s.saveDraft(ctx, d, code)
}

// Resume finds a draft by its code, however that is written; [fault.Unauthorized] where there is none. Wrong codes are counted
// by the network's address, which is slowed by them: [fault.Unavailable] where too many wait.
func (s *Service) Resume(ctx context.Context, address, code string) (Draft, error) {
	var d store.Draft
	err := s.slowed(ctx, limit.Resume, address, func() (err error) {
		if d, err = s.Store.DraftByResume(ctx, code); store.NotFound(err) {
			return fault.New(fault.Unauthorized, "resume a draft: no draft has the code")
		}
		return err
	})
	if err != nil {
		return Draft{}, err
	}
	return readDraft(d)
}

// WipeDraft deletes a draft, if there is one.
func (s *Service) WipeDraft(ctx context.Context, key string) error {
	return s.Store.DeleteDraft(ctx, key)
}

// InvalidError is answers that cannot be filed as they are.
type InvalidError struct{ Wrong []intake.Wrong }

func (e *InvalidError) Error() string {
	return fmt.Sprintf("the answers are not complete: %d things are wrong", len(e.Wrong))
}

// Unwrap makes it an answer that the page has to explain, should nobody have done so.
func (e *InvalidError) Unwrap() error { return fault.New(fault.Invalid, "answers") }

// conflict says in fault's words what the store found.
func conflict(err error) error {
	if errors.Is(err, store.ErrStale) || errors.Is(err, store.ErrOtherContent) {
		return &fault.Error{Kind: fault.Conflict, Err: err}
	}
	return err
}
