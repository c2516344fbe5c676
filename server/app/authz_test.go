package app

import (
	"flag"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"anxin/server/account"
	"anxin/server/console"
)

var updateGoldens = flag.Bool("update", false, "rewrite the golden files")

// declared is a line of testdata/authz.txt: who may use a route, and what object its address names.
//
// Who: public; draft (behind the key of a draft); hers (behind a session of her file); bearer (a program with its token); admin (a program
// with the operator's token); anyone (the pages by which one comes in to the console); halfway (those of the steps between, which want
// the step before); or roles of the console.
//
// Object: "-" none; case, number, file, letter, call, request (for a code): of a case, joined by a comma where there are several;
// account; thing, of which there is none here.
type declared struct {
	method, path string
	who          []string
	object       string
}

func (d declared) is(who string) bool { return slices.Equal(d.who, []string{who}) }

// staffed tells that a route is the console's and wants somebody signed in.
func (d declared) staffed() bool {
	_, is := account.ParseRole(d.who[0])
	return is
}

const authzTable = "testdata/authz.txt"

func authz(t *testing.T) map[string]declared {
	t.Helper()
	data, err := os.ReadFile(authzTable)
	if err != nil {
		t.Fatal(err)
	}
	table := map[string]declared{}
	for n, line := range strings.Split(string(data), "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Fields(line)
		if len(f) != 4 {
			t.Fatalf("%s:%d has %d columns", authzTable, n+1, len(f))
		}
		d := declared{f[0], f[1], strings.Split(f[2], ","), f[3]}
		if table[d.method+" "+d.path].path != "" {
			t.Errorf("%s:%d stands there twice", authzTable, n+1)
		}
		table[d.method+" "+d.path] = d
	}
	return table
}

// Every address says who may use it, in a table that somebody has read: one that is not in it fails.
func TestEveryRouteIsDeclared(t *testing.T) {
	t.Parallel()
	o := openConsole(t)
	table, there := authz(t), map[string]bool{}
	for _, r := range o.Echo.Routes() {
		if r.Method == http.MethodHead || strings.HasPrefix(r.Path, "/static/") {
			continue // whoever may GET may ask for the head; static files are everybody's
		}
		there[r.Method+" "+r.Path] = true
		if _, ok := table[r.Method+" "+r.Path]; !ok {
			t.Errorf("%s %s is not in %s: who may use it?", r.Method, r.Path, authzTable)
		}
	}
	for route := range table {
		if !there[route] {
			t.Errorf("%s is in %s, and there is no such address", route, authzTable)
		}
	}
	for _, r := range o.Console.Routes() {
		var roles []string
		for _, role := range r.May {
			roles = append(roles, string(role))
		}
		slices.Sort(roles)
		d := table[r.Method+" "+r.Path]
		want := slices.Sorted(slices.Values(d.who))
		if d.is("halfway") {
			want = []string{"anyone"}
		}
		if !slices.Equal(roles, want) {
			t.Errorf("%s %s lets in %v, and %s says %v", r.Method, r.Path, roles, authzTable, want)
		}
		for _, role := range r.May {
			if strings.Contains(d.object, "case") && !slices.Contains(console.Caseworkers, role) {
				t.Errorf("%s %s lets %s to cases", r.Method, r.Path, role)
			}
		}
	}
	if n := len(table); n < 90 {
		t.Errorf("%d routes are declared", n)
	}
}

// goldenAuthz compares with a file, or rewrites it.
func goldenAuthz(t *testing.T, file, got string) {
	t.Helper()
	if *updateGoldens {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil { //nolint:gosec // read by everybody
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	old := strings.Split(string(want), "\n")
	for i, line := range strings.Split(got, "\n") {
		if i >= len(old) || old[i] != line {
			t.Fatalf("%s:%d is now\n%s\nRead the difference, then: go test ./server/app -run TestWhoMayDoWhat -update", file, i+1, line)
		}
	}
	if got != string(want) {
		t.Fatalf("%s is longer than what is so now: go test ./server/app -run TestWhoMayDoWhat -update", file)
	}
}
