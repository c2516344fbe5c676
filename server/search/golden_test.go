package search

import (
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"testing"

	yaml "go.yaml.in/yaml/v3"

	"anxin/content"
	"anxin/i18n"
	"anxin/server/library"
	"anxin/server/locale"
)

// question is one of testdata/questions.yaml: what somebody asks, in which language, and what answers it. Half of them
// were used for tuning; of the other half only the share answered is known, which TestQuestions holds at 90 %.
type question struct {
	Query string   `yaml:"q"`
	Lang  string   `yaml:"lang"`
	Right []string `yaml:"right"` // ids of hits; scheme:X is the warning about it, hotline:N a number shown above
	Half  string   `yaml:"half"`  // tune, report, or none for what nothing on the site answers
}

func questions(t *testing.T) []question {
	t.Helper()
	data, err := os.ReadFile("testdata/questions.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var list []question
	if err := yaml.Unmarshal(data, &list); err != nil {
		t.Fatal(err)
	}
	return list
}

// site is the citizens' search over our own content.
func site(t *testing.T) (*Site, *library.Library) {
	t.Helper()
	lib, err := library.Open(content.Files)
	if err != nil {
		t.Fatal(err)
	}
	catalogue, err := locale.OpenCatalogue(i18n.Files)
	if err != nil {
		t.Fatal(err)
	}
	s, err := OpenSite("", Source{
		Feed: func() (string, error) { return "test", nil },
		Documents: func() ([]Document, error) {
			return Documents(lib, func(c locale.Code, key string) (string, error) { return catalogue.T(c, key) })
		},
		Vocabulary: func() (*Vocabulary, error) { return VocabularyOf(lib) },
	}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s, lib
}

// rank is the place of the first right answer, from 1; 0 where it is not among the first ten.
func rank(t *testing.T, s *Site, lib *library.Library, q question) (int, []string) {
	t.Helper()
	a, err := s.Search(t.Context(), Request{Query: q.Query, Lang: q.Lang, Limit: 10})
	if err != nil {
		t.Fatalf("%s: %v", q.Query, err)
	}
	var right []string
	for _, r := range q.Right {
		id, scheme := strings.CutPrefix(r, "scheme:")
		if !scheme {
			right = append(right, r)
			continue
		}
		for _, w := range lib.SchemeWarnings(id) {
			right = append(right, "warning:"+w.Code)
		}
	}
	for _, number := range a.Hotlines {
		if slices.Contains(right, "hotline:"+number) {
			return 1, nil
		}
	}
	found := ids(a.Hits)
	for i, id := range found {
		if slices.Contains(right, id) {
			return i + 1, found
		}
	}
	return 0, found
}

// TestQuestions asks what people ask. -v prints the table and what is missed.
func TestQuestions(t *testing.T) {
	t.Parallel()
	s, lib := site(t)
	type tally struct{ asked, first, three int }
	table := map[string]*tally{}
	count := func(key string, rank int) {
		c := table[key]
		if c == nil {
			c = &tally{}
			table[key] = c
		}
		c.asked++
		if rank == 1 {
			c.first++
		}
		if rank >= 1 && rank <= 3 {
			c.three++
		}
	}
	for _, q := range questions(t) {
		if q.Half == "none" {
			continue
		}
		n, found := rank(t, s, lib, q)
		for _, key := range []string{q.Half, q.Half + " " + q.Lang} {
			count(key, n)
		}
		if q.Half == "tune" && (n == 0 || n > 3) {
			t.Logf("missed (%s): %s: want %v, found %v", q.Lang, q.Query, q.Right, found[:min(len(found), 3)])
		}
	}
	for _, key := range slices.Sorted(func(yield func(string) bool) {
		for k := range table {
			if !yield(k) {
				return
			}
		}
	}) {
		c := table[key]
		t.Logf("%-16s %3d asked, %5.1f %% first, %5.1f %% among three", key, c.asked, percent(c.first, c.asked), percent(c.three, c.asked))
	}
	if c := table["report"]; c == nil || c.asked < 75 || percent(c.three, c.asked) < 90 {
		t.Errorf("the right answer stands among the first three for %s of the reported half, want 90 %%", fmt.Sprint(c))
	}
}

func percent(n, of int) float64 { return 100 * float64(n) / float64(of) }
