package app

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// floors is the map of the house: a package imports those of lower floors only. Siblings it may import all the same
// stand behind it.
var floors = []map[string][]string{
	{"config": nil, "fault": nil, "locale": nil, "workday": nil, "memory": nil, "vault": {"memory"}, "limit": {"fault"}, "limittest": nil},
	{"calc": nil, "library": {"locale"}, "policy": {"library"}, "proof": {"library", "locale", "policy"}, "dispute": nil, "intake": nil},
	{"shelf": nil, "view": nil, "middleware": nil, "search": nil, "store": nil, "storetest": {"store"}, "evidence": nil, "notify": nil},
	{"complaint": nil, "account": nil, "backup": nil, "doctor": nil},
	{"web": nil, "api": nil, "jobs": nil, "console": nil, "demo": nil},
	{"app": nil},
}

// data are the folders of files that are embedded; they know nothing of the server.
var data = []string{"content", "i18n", "static"}

func TestImportsGoDownward(t *testing.T) {
	t.Parallel()
	floorOf := map[string]int{}
	siblings := map[string][]string{}
	for i, floor := range floors {
		for name, may := range floor {
			floorOf[name], siblings[name] = i, may
		}
	}
	seen := map[string]bool{}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		pkg := filepath.Base(filepath.Dir(path))
		if pkg == ".." {
			return nil // main.go stands on the roof
		}
		floor, ok := floorOf[pkg]
		if !ok {
			t.Errorf("package %s stands on no floor: put it on the map above and in CONTRIBUTING.md", pkg)
			return nil
		}
		seen[pkg] = true
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range file.Imports {
			imported, _ := strconv.Unquote(spec.Path.Value)
			name, ours := strings.CutPrefix(imported, "anxin/")
			if !ours || slices.Contains(data, name) {
				continue
			}
			name = strings.TrimPrefix(name, "server/")
			if to, ok := floorOf[name]; !ok || to > floor || to == floor && !slices.Contains(siblings[pkg], name) {
				t.Errorf("%s imports %s, which is not on a floor below", path, name)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for name := range floorOf {
		if !seen[name] {
			t.Errorf("the map names package %s, which does not exist", name)
		}
	}
	drawn, err := os.ReadFile("../../CONTRIBUTING.md")
	if err != nil {
		t.Fatal(err)
	}
	for name := range floorOf {
		if !strings.Contains(string(drawn), name+" ") {
			t.Errorf("CONTRIBUTING.md does not have package %s on its map", name)
		}
	}
}
