package complaint

import (
	"context"
	"slices"

	"anxin/server/store"
)

// sentFor are the letters that were sent for her, each as it was sent, in the order in which that was noted: the nth of them stays
// the nth. What lies drafted is the office's until it goes.
func (s *Service) sentFor(ctx context.Context, d store.Dispute) ([]Letter, error) {
	kept, err := s.Store.Letters(ctx, d.ID)
	if err != nil {
		return nil, err
	}
	kept = slices.DeleteFunc(kept, func(k store.Letter) bool { return k.SentAt.IsZero() })
	slices.SortStableFunc(kept, func(a, b store.Letter) int { return a.SentAt.Compare(b.SentAt) })
	var list []Letter
	for _, k := range kept {
		l := letterOf(d, k)
		if l.Sheet, err = decode[Sheet]("a letter", k.Body); err != nil {
			return nil, err
		}
		list = append(list, l)
	}
	return list, nil
}

// Letter is the nth that was sent for her, from 1.
func (f File) Letter(n int) (Letter, bool) {
	if n < 1 || n > len(f.Letters) {
		return Letter{}, false
	}
	return f.Letters[n-1], true
}
