package app

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func (b *bench) ready(t *testing.T) (int, string) {
	t.Helper()
	w := httptest.NewRecorder()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/readyz", http.NoBody)
	r.Host = "127.0.0.1"
	b.Echo.ServeHTTP(w, r)
	body, err := io.ReadAll(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	return w.Code, string(body)
}

func TestReady(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	code, body := b.ready(t)
	if code != http.StatusOK || !strings.Contains(body, "documents, sequence ") || strings.Contains(body, " 0 documents") {
		t.Errorf("a server that is well answers %d %s", code, body)
	}
	if err := b.Search.Close(); err != nil {
		t.Fatal(err)
	}
	if code, body = b.ready(t); code != http.StatusServiceUnavailable || !strings.Contains(body, "search index") {
		t.Errorf("without its index it answers %d %s", code, body)
	}
	b.Store.Close()
	if code, body = b.ready(t); code != http.StatusServiceUnavailable || !strings.Contains(body, "database") {
		t.Errorf("without its database it answers %d %s", code, body)
	}
}
