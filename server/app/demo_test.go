package app

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"anxin/server/account"
	"anxin/server/complaint"
)

var printed = regexp.MustCompile(`(?m)^(\d{4} \d{4} \d{5})  (\d{4} \d{4} \d{4} \d{4})  (\S+)(?: / (\S+))? `)

func TestDemo(t *testing.T) {
	t.Parallel()
	env := map[string]string{"ANXIN_DATA": filepath.Join(t.TempDir(), "data")}
	b := setup(t, env)
	out, err := command(t.Context(), env, "demo")
	if err != nil {
		t.Fatal(err)
	}
	rows := printed.FindAllStringSubmatch(out, -1)
	if len(rows) < 30 || !strings.Contains(out, "http://127.0.0.1:8080/zh-Hans/complaints/track") {
		t.Fatal(out)
	}
	for _, role := range account.Roles {
		if !regexp.MustCompile(`(?m)^` + string(role) + ` +http://127\.0\.0\.1:8080/console/`).MatchString(out) {
			t.Errorf("no link for the %s in %s", role, out)
		}
	}
	// The server beside it lets her in with what was printed.
	number, ok := complaint.ParseNumber(rows[0][1])
	code, ok2 := complaint.ParseCode(rows[0][2])
	if !ok || !ok2 || rows[0][3] != "submitted" {
		t.Fatal(rows[0])
	}
	if _, _, err := b.Complaints.SignIn(t.Context(), "192.0.2.1", number, code); err != nil {
		t.Error(err)
	}
	if out, err := command(t.Context(), env, "verify"); err != nil {
		t.Errorf("verify says %q, %v", out, err)
	}
	if _, err := command(t.Context(), env, "demo"); err == nil || !strings.Contains(err.Error(), "filed here already") {
		t.Errorf("twice: %v", err)
	}
	if _, err := command(t.Context(), env, "demo", "now"); err == nil {
		t.Error("demo takes anything")
	}
}

func TestDemoIsRefusedWhereAnOperatorIs(t *testing.T) {
	t.Parallel()
	files := t.TempDir()
	if err := os.Mkdir(filepath.Join(files, "authorities"), 0o700); err != nil {
		t.Fatal(err)
	}
	operator := "name: {zh-Hans: 某市消费者委员会（虚构）, zh-Hant: 某市消費者委員會（虛構）, en: A Council (made up)}\n"
	if err := os.WriteFile(filepath.Join(files, "authorities", "operator.yaml"), []byte(operator), 0o600); err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(t.TempDir(), "data")
	if _, err := command(t.Context(), map[string]string{"ANXIN_DATA": data, "ANXIN_CONTENT": files}, "demo"); err == nil || !strings.Contains(err.Error(), "operator") {
		t.Errorf("filled: %v", err)
	}
	if _, err := os.Stat(data); err == nil {
		t.Error("something was written")
	}
}
