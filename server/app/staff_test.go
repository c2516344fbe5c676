package app

import (
	"bytes"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"anxin/server/account"
)

// staffing runs "staff" and returns what it prints and its error's text.
func staffing(t *testing.T, env map[string]string, args ...string) (out, beside, failure string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if err := Command(t.Context(), append([]string{"staff"}, args...), func(name string) string { return env[name] }, &stdout, &stderr); err != nil {
		failure = err.Error()
	}
	return stdout.String(), stderr.String(), failure
}

var printedLink = regexp.MustCompile(`^https://anxin\.example(/console/first/[A-Z2-7]{52})\n$`)

func TestStaffCommand(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		env := map[string]string{"ANXIN_DATA": filepath.Join(t.TempDir(), "data"), "ANXIN_DATABASE_URL": database, "ANXIN_PUBLIC_URL": "https://anxin.example"}
		// While no server runs.
		out, beside, failure := staffing(t, env, "add", "--role", "officer", "--name", "林晓")
		before := printedLink.FindStringSubmatch(out)
		if before == nil || failure != "" || !strings.Contains(beside, "15 minutes") {
			t.Fatalf("%q, %q, %q", out, beside, failure)
		}
		b := setup(t, env)
		host := func(r *http.Request) { r.Host = "anxin.example" }
		answers := func(what, path string, want int) {
			t.Helper()
			if r := b.ask(http.MethodGet, path, host); r.StatusCode != want {
				t.Errorf("%s: %d", what, r.StatusCode)
			}
		}
		answers("a link from before the server ran", before[1], http.StatusOK)
		// And while it runs.
		out, _, failure = staffing(t, env, "add", "--role", "auditor", "--name", "王芳")
		during := printedLink.FindStringSubmatch(out)
		if during == nil || failure != "" {
			t.Fatalf("%q, %q", out, failure)
		}
		answers("a link made while it runs", during[1], http.StatusOK)
		out, beside, failure = staffing(t, env, "link", "--name", "林 晓")
		again := printedLink.FindStringSubmatch(out)
		if again == nil || failure != "" || !strings.Contains(beside, "sessions have ended") {
			t.Fatalf("%q, %q, %q", out, beside, failure)
		}
		answers("the link before", before[1], http.StatusNotFound)
		answers("the new link", again[1], http.StatusOK)
		if out, _, _ := staffing(t, env, "list"); out != "林晓\tofficer\t\tnot used yet\n王芳\tauditor\t\tnot used yet\n" {
			t.Errorf("the list is %q", out)
		}
		for _, want := range []string{"disabled\n", "it was disabled before\n"} {
			if out, _, failure := staffing(t, env, "disable", "--name", "王芳"); out != want || failure != "" {
				t.Errorf("%q, %q", out, failure)
			}
		}
		answers("a link to an ended account", during[1], http.StatusNotFound)
		if out, _, _ := staffing(t, env, "list"); !strings.Contains(out, "王芳\tauditor\t\tdisabled\n") {
			t.Errorf("the list is %q", out)
		}
		for want, args := range map[string][]string{
			"a name is given once":             {"add", "--role", "sysadmin", "--name", "王 芳"},
			"--role is officer, handler,":      {"add", "--role", "mediator", "--name", "张三"},
			"--name has 2 to 60 characters":    {"add", "--role", "officer", "--name", "x"},
			"--institution names the firm":     {"add", "--role", "handler", "--name", "张三"},
			"there is no institution \"none\"": {"add", "--role", "handler", "--name", "张三", "--institution", "none"},
			"does not know \"张三\"":             {"add", "张三"},
			"not defined":                      {"add", "--rank", "1"},
			"there is no account of this name": {"link", "--name", "张三"},
			"which is for good":                {"link", "--name", "王芳"},
			"no account of this name":          {"disable", "--name", "张三"},
			"staff add, staff list":            {"remove"},
			"staff disable":                    nil,
		} {
			if out, _, failure := staffing(t, env, args...); out != "" || !strings.Contains(failure, want) {
				t.Errorf("%q: %q, %q", args, out, failure)
			}
		}
		entries, flaws, err := b.Accounts.Verify(t.Context())
		if entries != 4 || len(flaws) > 0 || err != nil {
			t.Errorf("%d entries, %v, %v", entries, flaws, err)
		}
		list, err := b.Accounts.Ledger(t.Context(), 0, 10)
		if err != nil || list[0].By != account.Command || list[0].Action != "disabled" {
			t.Errorf("%+v, %v", list, err)
		}
	})
}

func TestWhoServesIsToldHowToComeIn(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	var out bytes.Buffer
	b.hint(t.Context(), &out)
	if !strings.Contains(out.String(), "staff add --role") {
		t.Errorf("told %q", out.String())
	}
	if _, err := b.Accounts.Add(t.Context(), account.Command, account.Officer, "林晓", ""); err != nil {
		t.Fatal(err)
	}
	out.Reset()
	if b.hint(t.Context(), &out); out.Len() > 0 {
		t.Errorf("told %q all the same", out.String())
	}
}
