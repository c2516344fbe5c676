package search

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
)

// fed is a source of the passages, in a state of its own, that counts how often documents are made.
func fed(state string, made *atomic.Int32) Source {
	return Source{
		Feed:       func() (string, error) { return state, nil },
		Documents:  func() ([]Document, error) { made.Add(1); return passages, nil },
		Vocabulary: func() (*Vocabulary, error) { return NewVocabulary(nil, nil, nil), nil },
	}
}

func openSite(t *testing.T, dir string, source Source, log *slog.Logger) *Site {
	t.Helper()
	s, err := OpenSite(dir, source, log)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

func finds(t *testing.T, s *Site) {
	t.Helper()
	a, err := s.Search(t.Context(), Request{Query: "刷单", Lang: "zh-Hans", Limit: 1})
	if err != nil || len(a.Hits) != 1 || a.Hits[0].ID != "d" {
		t.Errorf("finds %v, %v", ids(a.Hits), err)
	}
}

// TestSiteReplacesATornIndex cuts the index while the site is down: it says so, keeps what was torn, and answers.
func TestSiteReplacesATornIndex(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "site")
	var made atomic.Int32
	s := openSite(t, dir, fed("one", &made), slog.New(slog.DiscardHandler))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	segments, err := filepath.Glob(filepath.Join(folder(dir), "store", "*.zap"))
	if err != nil || len(segments) == 0 {
		t.Fatal(segments, err)
	}
	for _, file := range segments {
		if err := os.Truncate(file, 40); err != nil {
			t.Fatal(err)
		}
	}
	var log bytes.Buffer
	s = openSite(t, dir, fed("one", &made), slog.New(slog.NewTextHandler(&log, nil)))
	finds(t, s)
	if err := s.Close(); err != nil { // and with it the goroutine that logs
		t.Fatal(err)
	}
	if made.Load() != 2 || !strings.Contains(log.String(), "torn") {
		t.Errorf("documents made %d times, log: %s", made.Load(), log.String())
	}
	if _, err := os.Stat(folder(dir) + ".torn"); err != nil {
		t.Error(err)
	}
}

// TestSiteReplacesAnIndexThatTearsUnderIt swaps the index for a new one while searches run, as when a search meets torn
// files: whoever asks is answered.
func TestSiteReplacesAnIndexThatTearsUnderIt(t *testing.T) {
	t.Parallel()
	var made atomic.Int32
	s := openSite(t, filepath.Join(t.TempDir(), "site"), fed("one", &made), slog.New(slog.DiscardHandler))
	defer s.Close()
	torn := s.index
	for range 3 { // as many searches as met it: one replaces it
		if err := s.replace(torn); err != nil {
			t.Fatal(err)
		}
	}
	finds(t, s)
	if made.Load() != 2 {
		t.Errorf("documents were made %d times, want once more", made.Load())
	}
}
