package app

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"anxin/server/doctor"
)

// Every setting that the server refuses is a finding that names it.
func TestDoctorOnSettings(t *testing.T) {
	t.Parallel()
	for name, env := range map[string]map[string]string{
		"ANXIN_ADDR":            {"ANXIN_ADDR": "localhost"},
		"ANXIN_PUBLIC_URL":      {"ANXIN_PUBLIC_URL": "http://anxin.example"},
		"ANXIN_LIMITS":          {"ANXIN_LIMITS": "off", "ANXIN_PUBLIC_URL": "https://anxin.example"},
		"ANXIN_TRUSTED_PROXIES": {"ANXIN_TRUSTED_PROXIES": "0.0.0.0/0"},
		"ANXIN_INSECURE_HTTP":   {"ANXIN_INSECURE_HTTP": "maybe"},
		"ANXIN_ADMIN_TOKEN":     {"ANXIN_ADMIN_TOKEN": "x", "ANXIN_ADMIN_TOKEN_FILE": "y"},
		"ANXIN_DATABASE_URL":    {"ANXIN_DATABASE_URL_FILE": filepath.Join(t.TempDir(), "none")},
	} {
		out, err := command(t.Context(), env, "doctor")
		if err == nil || !strings.HasPrefix(out, "error: settings: ") || !strings.Contains(out, name) || !strings.HasSuffix(out, "1 errors, 0 warnings\n") {
			t.Errorf("%s: %q, %v", name, out, err)
		}
	}
}

// Beside a server that was just started there is nothing to mend, and what a demonstration lacks is said.
func TestDoctor(t *testing.T) {
	t.Parallel()
	env := map[string]string{"ANXIN_DATA": filepath.Join(t.TempDir(), "data"), "ANXIN_ADDR": "127.0.0.1:0"}
	setup(t, env)
	out, err := command(t.Context(), env, "doctor", "--json")
	if err != nil {
		t.Fatalf("%s: %v", out, err)
	}
	var got struct{ Findings []doctor.Finding }
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Findings) == 0 || got.Findings[0].Severity != doctor.Warning || got.Findings[0].About != "settings" || !strings.Contains(out, "demonstration") {
		t.Errorf("%+v", got.Findings)
	}
	if _, err := command(t.Context(), env, "doctor", "now"); err == nil || !strings.Contains(err.Error(), "--json") {
		t.Errorf("doctor takes anything: %v", err)
	}
}
