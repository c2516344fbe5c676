package search

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"anxin/server/fault"
)

// Source is what the citizens' search is fed from.
type Source struct {
	// Feed names the state of everything that documents are made from. The same name: nothing to do.
	Feed func() (string, error)
	// Documents makes them; it is asked only when the index is of another state.
	Documents func() ([]Document, error)
	// Vocabulary is made when somebody first searches.
	Vocabulary func() (*Vocabulary, error)
}

// Kinds are those of hits on the site, in the order in which they are offered.
var Kinds = []string{"module", "warning", "tool", "page"}

// KindHotline marks documents that are no hits but telephone numbers to show above them.
const KindHotline = "hotline"

// Site is the citizens' search. Its index is opened, not rebuilt, at start; what has changed is put in while the site
// serves. An index that turns out torn is moved aside and made anew.
type Site struct {
	dir    string
	source Source
	log    *slog.Logger

	vocabulary func() (*Vocabulary, error)
	mu         sync.Mutex
	index      *Index
	fed        chan struct{} // closed once the index is of the present state
	err        error         // why it could not be fed
	work       sync.WaitGroup
	stop       context.CancelFunc
	ctx        context.Context //nolint:containedctx // ends the feeding when the site closes
}

// patience is how long a search waits for an index that is being made.
const patience = 10 * time.Second

// OpenSite opens the index in dir and begins to feed it.
func OpenSite(dir string, source Source, log *slog.Logger) (*Site, error) {
	s := &Site{dir: dir, source: source, log: log, vocabulary: sync.OnceValues(source.Vocabulary)}
	s.ctx, s.stop = context.WithCancel(context.Background())
	x, torn, err := Open(dir)
	if errors.Is(err, ErrBusy) {
		log.Warn("another process holds the search index: searching in memory")
		x, _, err = Open("")
	}
	if err != nil {
		return nil, fmt.Errorf("open the search index: %w", err)
	}
	if torn {
		log.Warn("the search index was torn: it was moved aside and is made anew")
	}
	s.index = x
	s.feed()
	return s, nil
}

// feed brings the index up to date in the background.
func (s *Site) feed() {
	fed, x := make(chan struct{}), s.index
	s.fed = fed
	s.work.Go(func() {
		defer close(fed)
		err := s.bring(x)
		if err != nil && s.ctx.Err() == nil {
			s.log.Error("feed the search index", "error", err)
		}
		s.mu.Lock()
		s.err = err
		s.mu.Unlock()
	})
}

func (s *Site) bring(x *Index) error {
	state, err := s.source.Feed()
	if err != nil {
		return fmt.Errorf("name the state of content: %w", err)
	}
	if x.Status().Feed == state {
		return nil
	}
	docs, err := s.source.Documents()
	if err != nil {
		return fmt.Errorf("make documents: %w", err)
	}
	changed, err := x.Replace(s.ctx, state, docs)
	if err == nil {
		s.log.Info("search index brought up to date", "documents", len(docs), "changed", changed)
	}
	return err
}

// Ready tells whether the index is of the present state of content, waiting for it until ctx ends.
func (s *Site) Ready(ctx context.Context) error {
	s.mu.Lock()
	fed := s.fed
	s.mu.Unlock()
	select {
	case <-fed:
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Close ends the feeding and lets the index go.
func (s *Site) Close() error {
	s.stop()
	s.work.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.index.Close()
}

// Answer is what the citizens' search says to a query.
type Answer struct {
	Results
	Hotlines   []string // telephone numbers that were asked for
	DidYouMean string   // another query that finds more; empty where there is none
}

// current is the index, once it has anything to answer with.
func (s *Site) current(ctx context.Context) (*Index, error) {
	s.mu.Lock()
	x := s.index
	s.mu.Unlock()
	if x.Status().Docs > 0 {
		return x, nil
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := s.Ready(ctx); errors.Is(err, context.DeadlineExceeded) {
		return nil, &fault.Error{Kind: fault.Unavailable, RetryAfter: patience, Err: errors.New("the search index is still being made")}
	} else if err != nil {
		return nil, fmt.Errorf("wait for the search index: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.index, nil
}

// Search answers a query over the site.
func (s *Site) Search(ctx context.Context, r Request) (Answer, error) {
	x, err := s.current(ctx)
	if err != nil {
		return Answer{}, err
	}
	a, err := s.search(ctx, x, r)
	if !errors.Is(err, ErrTorn) {
		return a, err
	}
	s.log.Warn("the search index is torn: it is moved aside and made anew", "error", err)
	if err := s.replace(x); err != nil {
		return Answer{}, err
	}
	if x, err = s.current(ctx); err != nil {
		return Answer{}, err
	}
	return s.search(ctx, x, r)
}

// replace puts a new index in the place of a torn one, once, however many searches met it.
func (s *Site) replace(torn *Index) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.index != torn {
		return nil
	}
	_ = torn.Close() // it is torn: closing may fail, too
	if s.dir != "" {
		if err := moveAside(folder(s.dir)); err != nil {
			return fmt.Errorf("move the torn index aside: %w", err)
		}
	}
	x, _, err := Open(s.dir)
	if err != nil {
		return err
	}
	s.index = x
	s.feed()
	return nil
}

func (s *Site) search(ctx context.Context, x *Index, r Request) (Answer, error) {
	v, err := s.vocabulary()
	if err != nil {
		return Answer{}, err
	}
	r.Query = Clip(r.Query)
	r.Also, r.Facets, r.Not = v.Also(r.Query), true, KindHotline
	unknown := func(word string) bool { return !x.knows(word) }
	meant := v.Meant(r.Query, unknown)
	if meant != "" && hasHan(r.Query) {
		r.Also = append(r.Also, v.Also(meant)...)
		for _, word := range runs(meant) {
			if !strings.Contains(fold(r.Query), word) && len([]rune(word)) <= longestWord {
				r.Also = appendNew(r.Also, word)
			}
		}
	}
	asked := r.Query
	if meant != "" && !hasHan(meant) {
		r.Query = Clip(r.Query + " " + meant)
	}
	var a Answer
	if a.Results, err = x.Search(ctx, r); err != nil {
		return a, err
	}
	r.Query = asked
	if a.Hotlines, err = s.hotlines(ctx, x, r); err != nil {
		return a, err
	}
	if a.Covered < tooLittle && len(r.Also) == 0 && a.Hotlines == nil {
		a.Results = Results{Hits: []Hit{}, Kinds: map[string]int{}, Schemes: map[string]int{}}
	}
	if meant != "" && meant != fold(r.Query) {
		also := Request{Query: meant, Lang: r.Lang, Limit: 0, Not: KindHotline}
		if found, err := x.Search(ctx, also); err == nil && found.Total > 0 {
			a.DidYouMean = meant
		}
	}
	return a, nil
}

// hotlines are the numbers that stand in the query, or else the one that answers it better than any page does.
func (s *Site) hotlines(ctx context.Context, x *Index, r Request) ([]string, error) {
	req := Request{Query: r.Query, Lang: r.Lang, Kind: KindHotline, Limit: 20}
	res, err := x.Search(ctx, req)
	if err != nil {
		return nil, err
	}
	var said []string
	for _, h := range res.Hits {
		if number := strings.TrimPrefix(h.ID, KindHotline+":"); slices.Contains(runs(fold(r.Query)), number) {
			said = append(said, number)
		}
	}
	if said != nil || len(res.Hits) == 0 {
		return said, nil
	}
	// Without synonyms on either side: what was typed decides whether a number was asked for.
	pages, err := x.Search(ctx, Request{Query: r.Query, Lang: r.Lang, Not: KindHotline, Limit: 1})
	if err != nil {
		return nil, err
	}
	if best := res.Hits[0]; len(pages.Hits) == 0 || best.Score > clearlyBetter*pages.Hits[0].Score {
		return []string{strings.TrimPrefix(best.ID, KindHotline+":")}, nil
	}
	return nil, nil
}

// tooLittle of a query in the best page, and no other words for it: the site has nothing about it, and says so.
const tooLittle = 0.13

// clearlyBetter than every page is a hotline that was asked for; below it stand 深圳天气 and tousu.
const clearlyBetter = 1.15
