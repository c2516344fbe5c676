package shelf

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
)

var now = time.Date(2026, 11, 25, 10, 0, 0, 0, time.UTC)

func openShelf(t *testing.T, dir string) *Shelf {
	t.Helper()
	s, err := Open(dir, func() time.Time { return now }, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

var lesson = []byte(strings.Repeat("先停下来，自己找号码查，再问一个信得过的人。", 80))

func finished() (string, []byte, error) { return "text/html; charset=utf-8", lesson, nil }

func ask(s *Sheet, method string, heads ...string) *http.Response {
	r := httptest.NewRequest(method, "/", nil)
	for i := 0; i < len(heads); i += 2 {
		r.Header.Set(heads[i], heads[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w.Result()
}

func TestEncodings(t *testing.T) {
	t.Parallel()
	for accept, want := range map[string]string{
		"":                            "",
		"br":                          "br",
		"gzip, deflate, br":           "br",
		"gzip":                        "gzip",
		"br;q=0, gzip":                "gzip",
		"br;q=0":                      "",
		"br;q=0.2, gzip;q=0.8":        "gzip",
		"gzip;q=0.5, br;q=0.5":        "br",
		"identity":                    "",
		"br;q=many":                   "",
		"*":                           "",
		"deflate, GZIP, broccoli;q=1": "",
	} {
		if got := Encoding(accept); got != want {
			t.Errorf("Encoding(%q) = %q, want %q", accept, got, want)
		}
	}
	sheet := Once("text/html", lesson)
	tags := map[string]bool{}
	for name, read := range map[string]func(io.Reader) io.Reader{
		"":   func(r io.Reader) io.Reader { return r },
		"br": func(r io.Reader) io.Reader { return brotli.NewReader(r) },
		"gzip": func(r io.Reader) io.Reader {
			g, err := gzip.NewReader(r)
			if err != nil {
				t.Fatal(err)
			}
			return g
		},
	} {
		answer := ask(sheet, http.MethodGet, "Accept-Encoding", name)
		tags[answer.Header.Get("Etag")] = true
		body, err := io.ReadAll(read(answer.Body))
		if err != nil || !bytes.Equal(body, lesson) || answer.Header.Get("Content-Encoding") != name {
			t.Errorf("%q: %d bytes as %q, %v", name, len(body), answer.Header.Get("Content-Encoding"), err)
		}
		again := ask(sheet, http.MethodGet, "Accept-Encoding", name, "If-None-Match", `"other", W/`+answer.Header.Get("Etag"))
		if again.StatusCode != http.StatusNotModified {
			t.Errorf("%q: asked with its tag it answers %d", name, again.StatusCode)
		}
		if head := ask(sheet, http.MethodHead, "Accept-Encoding", name); head.Header.Get("Content-Length") != answer.Header.Get("Content-Length") {
			t.Errorf("%q: HEAD tells another length", name)
		}
	}
	if len(tags) != 3 {
		t.Errorf("a strong tag names bytes, so each encoding has its own: %v", tags)
	}
}

func TestThoroughCopyServesTheNextStart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := openShelf(t, dir)
	sheet, err := first.Get("/", finished)
	if err != nil {
		t.Fatal(err)
	}
	for !sheet.Settled() {
		time.Sleep(time.Millisecond) // the background has no other sign
	}
	first.Close()
	second := openShelf(t, dir)
	defer second.Close()
	again, err := second.Get("/", finished)
	if err != nil || !again.Settled() {
		t.Errorf("the copy was not found: %v", err)
	}
	third, err := second.Get("/else", func() (string, []byte, error) { return "text/html", append(lesson, 'x'), nil })
	if err != nil || third.brotli.Load().etag[0] == again.brotli.Load().etag[0] {
		t.Error("another page got the same copy")
	}
}

func TestOnlyWholeAndRecentCopiesAreUsed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	name := filepath.Join(dir, newSheet("", lesson).hash+".br")
	old := filepath.Join(dir, "old.br")
	for _, f := range []string{name, old} {
		if err := os.WriteFile(f, nil, 0o600); err != nil { // empty: torn by a full disk
			t.Fatal(err)
		}
	}
	long := now.Add(-2 * keepFor)
	if err := os.Chtimes(old, long, long); err != nil {
		t.Fatal(err)
	}
	s := openShelf(t, dir)
	sheet, err := s.Get("/", finished)
	if err != nil {
		t.Fatal(err)
	}
	if body, err := io.ReadAll(brotli.NewReader(ask(sheet, http.MethodGet, "Accept-Encoding", "br").Body)); err != nil || !bytes.Equal(body, lesson) {
		t.Errorf("an empty copy was served: %v", err)
	}
	s.Close()
	if _, err := os.Stat(old); !os.IsNotExist(err) {
		t.Errorf("a copy unused for long is still there: %v", err)
	}
}

func TestManyAskOneMakes(t *testing.T) {
	t.Parallel()
	s := openShelf(t, "")
	defer s.Close()
	var made atomic.Int64
	var wait sync.WaitGroup
	for range 64 {
		wait.Go(func() {
			if _, err := s.Get("/", func() (string, []byte, error) { made.Add(1); return finished() }); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if made.Load() != 1 {
		t.Errorf("made %d times", made.Load())
	}
}

func TestFailuresAreNotKept(t *testing.T) {
	t.Parallel()
	s := openShelf(t, "")
	defer s.Close()
	broken := errors.New("broken")
	for name, get := range map[string]func(string, func() (string, []byte, error)) (*Sheet, error){"kept": s.Get, "variant": s.Variant} {
		if _, err := get("/"+name, func() (string, []byte, error) { return "", nil, broken }); !errors.Is(err, broken) {
			t.Errorf("%s: %v", name, err)
		}
		if sheet, err := get("/"+name, finished); err != nil || sheet == nil {
			t.Errorf("%s: after a failure %v", name, err)
		}
	}
}

func TestVariantsAreBounded(t *testing.T) {
	t.Parallel()
	s := openShelf(t, "")
	defer s.Close()
	small := func() (string, []byte, error) { return "text/html", []byte("x"), nil }
	for i := range 3 * maxVariants {
		if _, err := s.Variant(fmt.Sprint(i), small); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Variant("favourite", small); err != nil {
			t.Fatal(err)
		}
	}
	if n := s.recent.Len(); n > maxVariants || n != len(s.variants) {
		t.Errorf("%d variants in the list, %d in the map", n, len(s.variants))
	}
	if _, ok := s.variants["favourite"]; !ok {
		t.Error("what is asked for all the time was thrown out")
	}
}
