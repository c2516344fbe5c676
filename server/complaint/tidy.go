package complaint

import (
	"context"
	"errors"
	"time"
)

// orphaned is after which time a sealed file that no row knows belongs to nobody: its upload was cut off, or the answer of the
// database was lost and the row never came to be.
const orphaned = 24 * time.Hour

// Tidy takes away what is over: drafts whose thirty days have passed, sessions, failures that count no longer, files that
// belong to nothing. What fails is tried again the next time.
func (s *Service) Tidy(ctx context.Context) error {
	n, err := s.Store.ExpireDrafts(ctx)
	if n > 0 {
		s.Log.Info("wiped old drafts", "count", n)
	}
	files, swept := s.Files.Sweep(ctx, s.Store.KnownObjects, s.Now().Add(-orphaned))
	if files > 0 {
		s.Log.Info("took away files that belong to nothing", "count", files)
	}
	return errors.Join(err, swept, s.Store.ForgetSessions(ctx), s.Store.ForgetAttempts(ctx))
}
