package app

import (
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"anxin/content"
	"anxin/server/library"
	"anxin/server/search"
)

// An index is kept from one start to the next, and made anew of changed content only.
func TestSearchIsFedByContent(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	start := func(files fstest.MapFS) *bench {
		return setupWith(t, map[string]string{"ANXIN_DATA": data}, library.Overlay(files, content.Files)).fed(t)
	}
	hits := func(b *bench) int {
		a, err := b.Search.Search(t.Context(), search.Request{Query: "qwertz", Limit: 1})
		if err != nil {
			t.Fatal(err)
		}
		return a.Total
	}
	const fed = "search index brought up to date"
	b := start(nil)
	if hits(b) != 0 || !strings.Contains(b.log.String(), fed) {
		t.Errorf("the first start finds %d, and says %s", hits(b), b.log)
	}
	b.Close()
	b = start(nil)
	if strings.Contains(b.log.String(), fed) {
		t.Error("the second start feeds the index again")
	}
	b.Close()
	page := "---\ntitle: Qwertz\nsummary: Eins.\n---\n\nQwertz.\n"
	b = start(fstest.MapFS{"pages/scammed/en.md": {Data: []byte(page)}})
	if hits(b) != 1 || !strings.Contains(b.log.String(), fed) {
		t.Errorf("after a page changed, %d are found", hits(b))
	}
}
