package search

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func collections(t *testing.T, names ...string) *Collections {
	t.Helper()
	c := OpenCollections(t.TempDir())
	t.Cleanup(func() { _ = c.Close() })
	for _, name := range names {
		if made, err := c.Create(name); err != nil || !made {
			t.Fatalf("create %s: %t, %v", name, made, err)
		}
	}
	return c
}

func importLines(t *testing.T, c *Collections, name, lines string) (Imported, []BadLine) {
	t.Helper()
	var bad []BadLine
	report, err := c.Import(t.Context(), name, strings.NewReader(lines), func(b BadLine) { bad = append(bad, b) })
	if err != nil {
		t.Fatal(err)
	}
	return report, bad
}

func find(t *testing.T, c *Collections, name, query string) []string {
	t.Helper()
	x, err := c.Get(name)
	if err != nil {
		t.Fatal(err)
	}
	res, err := x.Search(t.Context(), Request{Query: query, Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	return ids(res.Hits)
}

func TestImportReportsEveryBadLine(t *testing.T) {
	t.Parallel()
	c := collections(t, "a")
	lines := strings.Join([]string{
		"\ufeff" + `{"id":"1","title":"One","body":"Text"}`, // a mark that some programs begin files with
		``,
		`no json`,
		`{"id":"2","title":"Two","body":"Text","lang":"en","kind":"note"}` + "\r",
		`{"id":"3","title":"Three","extra":1}`,
		`{"id":"4"}`,
		`{"title":"no id"}`,
		`{"id":5,"title":"a number"}`,
		`{"id":"6","title":"two"}{"id":"7","title":"values"}`,
		`{"id":"8","title":"a brace too many"}}`,
		"{\"id\":\"9\",\"title\":\"bytes \xff\"}",
		`{"id":"` + strings.Repeat("x", longestID+1) + `","title":"long id"}`,
		`{"id":"10","title":"` + strings.Repeat("x", longestLine) + `"}`,
		`[]`,
		`{"id":"11","title":"last, without an end of line"}`,
	}, "\n")
	report, bad := importLines(t, c, "a", lines)
	if diff := cmp.Diff(Imported{Lines: 14, Changed: 3, Bad: 11}, report); diff != "" {
		t.Error(diff)
	}
	var numbers []int
	for _, b := range bad {
		numbers = append(numbers, b.Line)
		if b.Reason == "" {
			t.Errorf("line %d is bad for no reason", b.Line)
		}
	}
	if diff := cmp.Diff([]int{3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14}, numbers); diff != "" {
		t.Error(diff)
	}
	if got := find(t, c, "a", "last"); len(got) != 1 || got[0] != "11" {
		t.Errorf("the line behind the bad ones is found as %v", got)
	}
}

// Only a line feed ends a line: what Unicode calls a separator may stand within a text.
func TestImportKeepsSeparatorsOfUnicode(t *testing.T) {
	t.Parallel()
	c := collections(t, "a")
	report, bad := importLines(t, c, "a", "{\"id\":\"1\",\"title\":\"T\",\"body\":\"before\u2028middle\u2029after\u0085end\"}\n{\"id\":\"2\",\"title\":\"after\"}\n")
	if report.Lines != 2 || report.Changed != 2 || bad != nil {
		t.Errorf("%+v, %v", report, bad)
	}
	for _, word := range []string{"before", "middle", "end"} {
		if got := find(t, c, "a", word); len(got) != 1 || got[0] != "1" {
			t.Errorf("%s is found in %v", word, got)
		}
	}
}

func TestImportAgainChangesNothing(t *testing.T) {
	t.Parallel()
	c := collections(t, "a")
	var lines strings.Builder
	for n := range 2*batchSize + 7 {
		fmt.Fprintf(&lines, `{"id":"%d","title":"Title %d","body":"第%d段"}`+"\n", n, n, n)
	}
	first, _ := importLines(t, c, "a", lines.String())
	x, err := c.Get("a")
	if err != nil {
		t.Fatal(err)
	}
	before := x.Status()
	again, _ := importLines(t, c, "a", lines.String())
	if first.Changed != 2*batchSize+7 || again.Changed != 0 || again.Lines != first.Lines || x.Status() != before {
		t.Errorf("first %+v, again %+v, status %+v then %+v", first, again, before, x.Status())
	}
	changed, _ := importLines(t, c, "a", `{"id":"3","title":"Another"}`)
	if now := x.Status(); changed.Changed != 1 || now.Docs != before.Docs || now.Sequence != before.Sequence+1 {
		t.Errorf("a changed line: %+v, %+v", changed, now)
	}
}

func TestCollectionsAreApart(t *testing.T) {
	t.Parallel()
	c := collections(t, "a", "b")
	importLines(t, c, "a", `{"id":"only-a","title":"Zebra"}`)
	importLines(t, c, "b", `{"id":"only-b","title":"Zebra"}`)
	for _, name := range []string{"a", "b"} {
		if diff := cmp.Diff([]string{"only-" + name}, find(t, c, name, "zebra")); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	if err := c.Delete("a"); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Get("a"); !errors.Is(err, ErrNoCollection) {
		t.Errorf("after it was deleted: %v", err)
	}
	if made, err := c.Create("a"); !made || err != nil || len(find(t, c, "a", "zebra")) != 0 {
		t.Errorf("made again: %t, %v, with what it held before", made, err)
	}
	if len(find(t, c, "b", "zebra")) != 1 {
		t.Error("the other one was emptied, too")
	}
}

func TestNamesOfCollections(t *testing.T) {
	t.Parallel()
	c := collections(t)
	for _, name := range []string{"", "A", "a b", "../x", "a/b", "a.b", "-a", strings.Repeat("a", 41), "ä"} {
		if _, err := c.Create(name); !errors.Is(err, ErrName) {
			t.Errorf("%q: %v", name, err)
		}
	}
	if _, err := c.Get("nothing"); !errors.Is(err, ErrNoCollection) {
		t.Errorf("nothing: %v", err)
	}
}

// Whoever searches, imports or asks while a collection is deleted gets an answer or is told that it is gone.
func TestDeleteWhileInUse(t *testing.T) {
	t.Parallel()
	c := collections(t)
	gone := func(err error) bool { return errors.Is(err, ErrClosed) || errors.Is(err, ErrNoCollection) }
	for range 5 {
		if _, err := c.Create("a"); err != nil {
			t.Fatal(err)
		}
		importLines(t, c, "a", `{"id":"1","title":"Zebra"}`)
		var work sync.WaitGroup
		begun := make(chan struct{}, 3)
		until := func(use func() error) {
			work.Go(func() {
				for first := true; ; first = false {
					err := use()
					if first {
						begun <- struct{}{}
					}
					if err != nil {
						if !gone(err) {
							t.Error(err)
						}
						return
					}
				}
			})
		}
		until(func() error {
			x, err := c.Get("a")
			if err != nil {
				return err
			}
			_, err = x.Search(context.Background(), Request{Query: "zebra", Limit: 1})
			return err
		})
		n := 0
		until(func() error {
			n++
			_, err := c.Import(context.Background(), "a", strings.NewReader(fmt.Sprintf(`{"id":"n","title":"Zebra %d"}`, n)), func(BadLine) {})
			return err
		})
		until(func() error {
			x, err := c.Get("a")
			if err == nil {
				x.Status()
			}
			return err
		})
		for range 3 {
			<-begun
		}
		if err := c.Delete("a"); err != nil {
			t.Fatal(err)
		}
		work.Wait()
	}
}
