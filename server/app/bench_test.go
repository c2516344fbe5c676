package app

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"anxin/i18n"
	"anxin/server/config"
	"anxin/server/locale"
)

// What a page costs that is kept, against one that is rendered for its reader: the reason for keeping them.
func BenchmarkPage(b *testing.B) {
	data := b.TempDir()
	cfg, err := config.Load(func(name string) string { return map[string]string{"ANXIN_DATA": data}[name] })
	if err != nil {
		b.Fatal(err)
	}
	a, err := New(cfg, Options{Clock: time.Now, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	defer a.Close()
	for name, c := range map[string]struct{ method, target string }{
		"kept":     {http.MethodGet, "/zh-Hans/learn/spot-a-scam"},
		"rendered": {http.MethodPost, "/zh-Hans/learn/spot-a-scam?try=first-case"},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				r := httptest.NewRequest(c.method, c.target, nil)
				r.Host = "127.0.0.1:8080"
				r.Header.Set("Accept-Encoding", "br")
				if c.method == http.MethodPost {
					r.PostForm = map[string][]string{"try": {"first-case"}, "answer": {"a"}}
					r.Form = r.PostForm
				}
				w := httptest.NewRecorder()
				a.Echo.ServeHTTP(w, r)
				if w.Code != http.StatusOK {
					b.Fatal(w.Code)
				}
			}
		})
	}
}

// A start over a folder that was served from before, up to the first page; beside it what reading every catalogue would
// add, which is why each is read when a word of it is first wanted.
func BenchmarkStart(b *testing.B) {
	data := b.TempDir()
	cfg, err := config.Load(func(name string) string { return map[string]string{"ANXIN_DATA": data}[name] })
	if err != nil {
		b.Fatal(err)
	}
	start := func(b *testing.B) *App {
		a, err := New(cfg, Options{Clock: time.Now, Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			b.Fatal(err)
		}
		r := httptest.NewRequest(http.MethodGet, "/zh-Hans/", nil)
		r.Host = "127.0.0.1:8080"
		w := httptest.NewRecorder()
		a.Echo.ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			b.Fatalf("the first page answers %d", w.Code)
		}
		return a
	}
	first := start(b)
	if err := first.Search.Ready(b.Context()); err != nil {
		b.Fatal(err)
	}
	first.Close()
	b.Run("warm", func(b *testing.B) {
		for b.Loop() {
			a := start(b)
			b.StopTimer()
			a.Close()
			b.StartTimer()
		}
	})
	b.Run("words", func(b *testing.B) {
		for b.Loop() {
			catalogue, err := locale.OpenCatalogue(i18n.Files)
			if err == nil {
				err = catalogue.Check()
			}
			if err != nil {
				b.Fatal(err)
			}
		}
	})
}
