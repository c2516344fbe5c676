package complaint

import (
	"context"
	"errors"
	"io"
	"time"

	"anxin/server/intake"
)

var errStub = errors.ErrUnsupported

// NewKey makes the key of a new draft.
func NewKey() string { return "" }

// Draft reads a draft: [fault.NotFound] where there is none (any more), [store.ErrSubmitted] where it was filed.
func (s *Service) Draft(ctx context.Context, key string) (Draft, error) { return Draft{}, errStub }

// SaveDraft keeps a draft, and notes its new version and expiry. One saved elsewhere meanwhile is [store.ErrStale].
func (s *Service) SaveDraft(ctx context.Context, d *Draft) error { return errStub }

// ResumeCode gives a draft a new code to find it again by, 16 digits; an earlier one is dead.
func (s *Service) ResumeCode(ctx context.Context, d *Draft) (string, error) { return "", errStub }

// Resume finds a draft by its code, however that is written; [fault.Unauthorized] where there is none.
func (s *Service) Resume(ctx context.Context, code string) (Draft, error) { return Draft{}, errStub }

// WipeDraft deletes a draft, if there is one.
func (s *Service) WipeDraft(ctx context.Context, key string) error { return errStub }

// InvalidError is answers that cannot be filed as they are.
type InvalidError struct{ Wrong []intake.Wrong }

func (e *InvalidError) Error() string { return "the answers are not complete" }

// Submit files a complaint under a draft's key, or finds that it was filed. What is missing is an [*InvalidError]; another
// content under the key, [fault.Conflict].
func (s *Service) Submit(ctx context.Context, key string, a intake.Answers) (Receipt, error) {
	return Receipt{}, errStub
}

// Filed finds the receipt of what was filed under a draft's key; [fault.NotFound] where nothing was.
func (s *Service) Filed(ctx context.Context, key string) (Receipt, error) { return Receipt{}, errStub }

// SignIn opens a file with number and code, however they are written, and gives a token for it. address is that of the
// network, for counting failures. Errors as [store.Store.OpenByCode].
func (s *Service) SignIn(ctx context.Context, address, number, code string) (token string, until time.Time, err error) {
	return "", time.Time{}, errStub
}

// Access tells whom a token lets in; [fault.Unauthorized] where it does no longer.
func (s *Service) Access(ctx context.Context, token string) (Access, error) { return Access{}, errStub }

// SignOut ends a token.
func (s *Service) SignOut(ctx context.Context, token string) error { return errStub }

// Read is the file as it stands.
func (s *Service) Read(ctx context.Context, by Access) (File, error) { return File{}, errStub }

// Do lets something happen to a case. Refusals are [*dispute.RefusedError]; a version that is no longer, [fault.Conflict].
func (s *Service) Do(ctx context.Context, by Access, act Act) error { return errStub }

// Say writes a message to the council.
func (s *Service) Say(ctx context.Context, by Access, text string) error { return errStub }

// ChangeContact changes how a person is reached; who was reached before is told where they were reached before.
func (s *Service) ChangeContact(ctx context.Context, by Access, c intake.Contact, r intake.Reach) error {
	return errStub
}

// AddEvidence keeps a file as it streams in. What it cannot take is a [*evidence.RefusedError].
func (s *Service) AddEvidence(ctx context.Context, by Access, name, description string, from io.Reader) (Evidence, error) {
	return Evidence{}, errStub
}

// Describe changes what a file is said to be.
func (s *Service) Describe(ctx context.Context, by Access, id, description string) error {
	return errStub
}

// RemoveEvidence takes a file out of the case; that it was there stays in the file.
func (s *Service) RemoveEvidence(ctx context.Context, by Access, id string) error { return errStub }

// OpenEvidence writes a file as it was handed in; [fault.NotFound] where it is none of this case.
func (s *Service) OpenEvidence(ctx context.Context, by Access, id string, to func(Evidence) (io.Writer, error)) error {
	return errStub
}
