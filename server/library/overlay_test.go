package library

import (
	"errors"
	"io/fs"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

func TestOverlayFileByFile(t *testing.T) {
	t.Parallel()
	fsys := Overlay(
		fstest.MapFS{"facts/a.yaml": doc("operator"), "facts/new.yaml": doc("new"), "own/x": doc("x")},
		fstest.MapFS{"facts/a.yaml": doc("ours"), "facts/b.yaml": doc("b"), "pages/p/en.md": doc("p")},
	)
	for name, c := range map[string]struct{ file, want string }{
		"replaced":              {"facts/a.yaml", "operator"},
		"ours beside it":        {"facts/b.yaml", "b"},
		"new":                   {"facts/new.yaml", "new"},
		"in a folder of theirs": {"own/x", "x"},
		"in a folder of ours":   {"pages/p/en.md", "p"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := fs.ReadFile(fsys, c.file)
			if err != nil || string(got) != c.want {
				t.Errorf("%s is %q, %v; want %q", c.file, got, err, c.want)
			}
		})
	}
	for _, missing := range []string{"facts/c.yaml", "nowhere/x"} {
		if _, err := fs.ReadFile(fsys, missing); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %v", missing, err)
		}
	}
	if _, err := fs.ReadDir(fsys, "nowhere"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a folder that neither has: %v", err)
	}
	for pattern, want := range map[string][]string{
		"facts/*": {"facts/a.yaml", "facts/b.yaml", "facts/new.yaml"},
		"*":       {"facts", "own", "pages"},
	} {
		got, err := fs.Glob(fsys, pattern)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", pattern, diff)
		}
	}
}
