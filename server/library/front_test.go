package library

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSplitFront(t *testing.T) {
	t.Parallel()
	type parts struct {
		Head, Body string
		First      int
	}
	for name, c := range map[string]struct {
		in   string
		want parts
		says string
	}{
		"a text":                    {"---\na: 1\nb: 2\n---\n\n甲\n", parts{"a: 1\nb: 2\n", "\n甲\n", 5}, ""},
		"as Windows ends lines":     {"---\r\na: 1\r\n---\r\n甲\r\n", parts{"a: 1\n", "甲\n", 4}, ""},
		"a rule further below":      {"---\na: 1\n---\n甲\n\n---\n乙\n", parts{"a: 1\n", "甲\n\n---\n乙\n", 4}, ""},
		"no text below":             {"---\na: 1\n---\n", parts{"a: 1\n", "", 4}, ""},
		"an empty line in the head": {"---\na: 1\n\nb: 2\n---\n甲", parts{"a: 1\n\nb: 2\n", "甲", 6}, ""},
		"no front matter":           {"甲\n", parts{}, "begin the file with front matter between two lines of ---"},
		"nothing":                   {"", parts{}, "begin the file with front matter between two lines of ---"},
		"left open":                 {"---\na: 1\n", parts{}, "the front matter is not closed by a line of ---"},
		"a longer line is no fence": {"---\na: 1\n----\n甲", parts{}, "the front matter is not closed by a line of ---"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			head, body, first, err := SplitFront([]byte(c.in))
			if c.says != "" {
				if err == nil || err.Error() != c.says {
					t.Errorf("error %v, want %s", err, c.says)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, parts{string(head), string(body), first}); diff != "" {
				t.Error(diff)
			}
		})
	}
}
