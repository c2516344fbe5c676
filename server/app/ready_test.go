package app

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"anxin/server/api"
)

// readiness is what /readyz answers, in English.
func (o *office) readiness(t *testing.T) (int, api.Problem) {
	t.Helper()
	a := o.phone().get(t, "/readyz?lang=en")
	var p api.Problem
	if a.StatusCode != http.StatusOK {
		if kind := a.Header.Get("Content-Type"); kind != "application/problem+json" {
			t.Errorf("it answers %s", kind)
		}
		if err := json.Unmarshal([]byte(a.text), &p); err != nil {
			t.Fatal(err)
		}
	}
	return a.StatusCode, p
}

// A server whose database or whose index is broken says which, in words; that it runs, it still says.
func TestReady(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		breaks func(t *testing.T, o *office)
		want   string
	}{
		"nothing":              {func(*testing.T, *office) {}, ""},
		"the database is gone": {func(_ *testing.T, o *office) { o.Store.Close() }, "The database does not answer."},
		"the index is closed": {func(t *testing.T, o *office) {
			if err := o.Search.Close(); err != nil {
				t.Fatal(err)
			}
		}, "The search index is not whole."},
		"the index is behind what was written": {func(t *testing.T, o *office) {
			noted, err := filepath.Glob(filepath.Join(o.cfg.Data, "index", "site-*", "sequence"))
			if err != nil || len(noted) != 1 {
				t.Fatal(noted, err)
			}
			if err := os.WriteFile(noted[0], []byte("999999"), 0o600); err != nil {
				t.Fatal(err)
			}
		}, "The search index is not whole."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := openOffice(t)
			if err := o.Search.Ready(t.Context()); err != nil {
				t.Fatal(err)
			}
			c.breaks(t, o)
			status, p := o.readiness(t)
			if (status == http.StatusOK) != (c.want == "") || p.Title != c.want || c.want != "" && (status != 503 || p.Type != "/problems/unavailable") {
				t.Errorf("it answers %d, %+v", status, p)
			}
			if a := o.phone().get(t, "/healthz"); a.StatusCode != http.StatusOK {
				t.Errorf("alive: %d", a.StatusCode)
			}
		})
	}
}

// What does not answer is not waited for, whether it listens or not.
func TestReadyInTime(t *testing.T) {
	t.Parallel()
	end := make(chan struct{})
	defer close(end)
	stuck := func(context.Context) error { <-end; return nil }
	listens := func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
	why := unready(t.Context(), 200*time.Millisecond, []need{{"stuck", stuck}, {"listens", listens}, {"well", func(context.Context) error { return nil }}})
	var names []string
	for name, err := range why {
		names = append(names, name)
		if err == nil || strings.Contains(name, "well") {
			t.Errorf("%s: %v", name, err)
		}
	}
	slices.Sort(names)
	if !slices.Equal(names, []string{"listens", "stuck"}) {
		t.Errorf("not ready are %v", names)
	}
}
