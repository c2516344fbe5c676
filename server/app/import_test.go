package app

import (
	"bytes"
	"maps"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"anxin/server/search"
)

const goodAndBad = `{"id":"1","title":"Zebra"}
{"id":"2","title":"Zebra","lang":"en"}

nothing
{"id":"3","title":"Zebra","colour":"striped"}
{"id":"4","title":"Zebra"}
`

// importing runs the command on lines and returns what it prints and its error's text.
func importing(t *testing.T, env map[string]string, lines string, args ...string) (out, complaint, failure string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "docs.jsonl")
	if err := os.WriteFile(file, []byte(lines), 0o600); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	if args == nil {
		args = []string{"documents", "--collection", "demo", file}
	}
	err := Command(t.Context(), append([]string{"import"}, args...), func(name string) string { return env[name] }, &stdout, &stderr)
	if err != nil {
		failure = err.Error()
	}
	return stdout.String(), strings.ReplaceAll(stderr.String(), file, "FILE"), failure
}

func TestImportCommandWithoutServer(t *testing.T) {
	t.Parallel()
	env := map[string]string{"ANXIN_DATA": filepath.Join(t.TempDir(), "data")}
	out, complaint, failure := importing(t, env, goodAndBad)
	if !strings.HasPrefix(out, "5 lines read, 3 documents added or changed") || !strings.Contains(failure, "2 lines are no documents") {
		t.Errorf("says %q and %q", out, failure)
	}
	if !strings.HasPrefix(complaint, "FILE:4: ") || !strings.Contains(complaint, "\nFILE:5: ") || strings.Count(complaint, "\n") != 2 {
		t.Errorf("complains %q", complaint)
	}
	if out, _, failure := importing(t, env, strings.ReplaceAll(goodAndBad, "nothing\n", "")); !strings.Contains(out, "4 lines read, 0 documents") || failure == "" {
		t.Errorf("again: %q, %q", out, failure)
	}
	b := setup(t, env)
	if a := b.search(t, "q=zebra&collection=demo"); a.Total != 3 {
		t.Errorf("the server then finds %d", a.Total)
	}
	if info, err := os.Stat(env["ANXIN_DATA"]); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the data folder is open to others: %v", err)
	}
}

func TestImportCommandAsksTheServer(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	env := map[string]string{
		"ANXIN_DATA": filepath.Join(t.TempDir(), "data"), "ANXIN_ADDR": addr, "ANXIN_PUBLIC_URL": "https://anxin.example", "ANXIN_ADMIN_TOKEN": adminToken,
	}
	b := setup(t, env)
	if r := b.manage(http.MethodPut, "/demo", ""); r.StatusCode != http.StatusCreated { // so that it holds the collection
		t.Fatal(r.Status)
	}
	if _, _, failure := importing(t, env, goodAndBad); !strings.Contains(failure, "no server answers") {
		t.Errorf("held by a process that serves nothing: %q", failure)
	}
	serveOn(t, b)
	out, complaint, failure := importing(t, env, goodAndBad)
	if !strings.HasPrefix(out, "5 lines read, 3 documents added or changed") || !strings.Contains(failure, "2 lines are no documents") || !strings.HasPrefix(complaint, "FILE:4: ") {
		t.Errorf("says %q, %q and %q", out, complaint, failure)
	}
	if out, _, failure := importing(t, env, `{"id":"1","title":"Zebra"}`); !strings.Contains(out, "1 lines read, 0 documents") || failure != "" {
		t.Errorf("again: %q, %q", out, failure)
	}
	if a := b.search(t, "q=zebra&collection=demo", func(r *http.Request) { r.Host = "anxin.example" }); a.Total != 3 {
		t.Errorf("the server then finds %d", a.Total)
	}
	for change, want := range map[string]string{"": "set ANXIN_ADMIN_TOKEN", "another": "has another ANXIN_ADMIN_TOKEN"} {
		other := maps.Clone(env)
		other["ANXIN_ADMIN_TOKEN"] = change
		if _, _, failure := importing(t, other, goodAndBad); !strings.Contains(failure, want) || strings.Contains(failure, adminToken) {
			t.Errorf("with token %q: %q", change, failure)
		}
	}
}

func TestImportCommandSaysHowToWriteIt(t *testing.T) {
	t.Parallel()
	env := map[string]string{"ANXIN_DATA": filepath.Join(t.TempDir(), "data")}
	for name, c := range map[string]struct {
		args []string
		says string
	}{
		"nothing":           {[]string{}, "import documents --collection"},
		"something else":    {[]string{"entities", "x"}, "import documents --collection"},
		"no collection":     {[]string{"documents", "x"}, "import documents --collection"},
		"no file":           {[]string{"documents", "--collection", "demo"}, "import documents --collection"},
		"no such file":      {[]string{"documents", "--collection", "demo", "/nothing.jsonl"}, "/nothing.jsonl"},
		"an unheard-of one": {[]string{"documents", "--collection", "demo", "--fast", "x"}, "import documents --collection"},
	} {
		if _, _, failure := importing(t, env, "", c.args...); !strings.Contains(failure, c.says) {
			t.Errorf("%s: %q", name, failure)
		}
	}
	file := filepath.Join(t.TempDir(), "docs.jsonl")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, failure := importing(t, env, "", "documents", "--collection", "../x", file); !strings.Contains(failure, search.ErrName.Error()) {
		t.Errorf("a bad name: %q", failure)
	}
}
