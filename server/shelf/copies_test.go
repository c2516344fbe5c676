package shelf

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
)

// A copy that is not the page itself is made anew, whatever happened to the disk.
func TestCopiesThatAreNotThePage(t *testing.T) {
	t.Parallel()
	whole := compress(lesson, thorough)
	flipped := bytes.Clone(whole)
	flipped[len(flipped)/2] ^= 0xff
	for name, c := range map[string]struct {
		copied []byte
		used   bool
	}{
		"whole":          {whole, true},
		"torn":           {whole[:len(whole)/2], false},
		"one byte short": {whole[:len(whole)-1], false},
		"empty":          {nil, false},
		"zeros":          {make([]byte, len(whole)), false},
		"a changed byte": {flipped, false},
		"another page":   {compress(append(bytes.Clone(lesson), 'x'), thorough), false},
		"a shorter page": {compress(lesson[:len(lesson)/2], thorough), false},
		"more behind it": {append(bytes.Clone(whole), whole...), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, newSheet("", lesson).hash+".br"), c.copied, 0o600); err != nil {
				t.Fatal(err)
			}
			s := openShelf(t, dir)
			defer s.Close()
			sheet := newSheet("text/html", lesson)
			if used := s.load(sheet); used != c.used {
				t.Errorf("used %t, want %t", used, c.used)
			}
			kept, err := s.Get("/", finished)
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(brotli.NewReader(ask(kept, http.MethodGet, "Accept-Encoding", "br").Body))
			if err != nil || !bytes.Equal(body, lesson) {
				t.Errorf("a reader gets %d bytes, %v", len(body), err)
			}
		})
	}
}

func TestClearGoesByTheInjectedClock(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	used := map[string]time.Time{
		"fresh": now, "nearly": now.Add(-keepFor + time.Minute), "due": now.Add(-keepFor), "old": now.Add(-2 * keepFor),
		"new-torn": now.Add(-2 * keepFor), // left behind by a crash
		"ahead":    now.Add(time.Hour),    // a clock that was set back
	}
	for name, at := range used {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(file, at, at); err != nil {
			t.Fatal(err)
		}
	}
	openShelf(t, dir).Close()
	for name := range used {
		_, err := os.Stat(filepath.Join(dir, name))
		if kept := name != "due" && name != "old" && name != "new-torn"; kept != (err == nil) {
			t.Errorf("%s: kept %t", name, err == nil)
		}
	}
}

// A copy in use stays, however long ago it was made.
func TestUseKeepsACopy(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, newSheet("", lesson).hash+".br")
	if err := os.WriteFile(file, compress(lesson, thorough), 0o600); err != nil {
		t.Fatal(err)
	}
	nearly := now.Add(-keepFor + time.Minute)
	if err := os.Chtimes(file, nearly, nearly); err != nil {
		t.Fatal(err)
	}
	s := openShelf(t, dir)
	if _, err := s.Get("/", finished); err != nil {
		t.Fatal(err)
	}
	s.Close()
	info, err := os.Stat(file)
	if err != nil || !info.ModTime().Equal(now) {
		t.Errorf("last used %v, %v", info.ModTime(), err)
	}
}

func TestCloseWithWorkWaiting(t *testing.T) {
	t.Parallel()
	s := openShelf(t, t.TempDir())
	for _, key := range []string{"/a", "/b", "/c"} {
		if _, err := s.Get(key, func() (string, []byte, error) { return "text/html", append([]byte(key), lesson...), nil }); err != nil {
			t.Fatal(err)
		}
	}
	s.Close() // returns, and the goroutine is gone
	sheet, err := s.Get("/d", finished)
	if err != nil {
		t.Fatal(err)
	}
	if sheet.Settled() {
		t.Error("somebody still works after Close")
	}
}

// A folder that cannot be written costs the copy, never the page.
func TestFolderThatFails(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "cache")
	log := &signalled{told: make(chan string, 8)}
	s, err := Open(dir, func() time.Time { return now }, slog.New(slog.NewTextHandler(log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	sheet, err := s.Get("/", finished)
	if err != nil {
		t.Fatal(err)
	}
	for line := range log.told { // clear may have met the missing folder, too
		if strings.Contains(line, "keep a compressed page") {
			break
		}
	}
	if !sheet.Settled() {
		t.Error("the thorough compression was dropped with its copy")
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(filepath.Join(file, "cache"), func() time.Time { return now }, slog.New(slog.DiscardHandler)); err == nil {
		t.Error("a folder that cannot be made was opened")
	}
}

// signalled tells of every line that is logged.
type signalled struct{ told chan string }

func (s *signalled) Write(p []byte) (int, error) { s.told <- string(p); return len(p), nil }

// A page that panicked once is made again; whoever waited for it gets an error, never nothing.
func TestPanicIsNotKept(t *testing.T) {
	t.Parallel()
	s := openShelf(t, "")
	defer s.Close()
	for name, get := range map[string]func(string, func() (string, []byte, error)) (*Sheet, error){"kept": s.Get, "variant": s.Variant} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: the panic was swallowed", name)
				}
			}()
			_, _ = get("/"+name, func() (string, []byte, error) { panic("broken template") })
		}()
		if sheet, err := get("/"+name, finished); err != nil || sheet == nil {
			t.Errorf("%s: after a panic %v, %v", name, sheet, err)
		}
	}
}

func TestWhoWaitsForAPanicGetsAnError(t *testing.T) {
	t.Parallel()
	s := openShelf(t, "")
	defer s.Close()
	begun, broken := make(chan struct{}), make(chan struct{})
	var made atomic.Int64
	var wait sync.WaitGroup
	wait.Go(func() {
		defer func() { _ = recover() }()
		_, _ = s.Get("/", func() (string, []byte, error) { close(begun); <-broken; panic("broken template") })
	})
	<-begun
	for range 16 {
		wait.Go(func() {
			sheet, err := s.Get("/", func() (string, []byte, error) { made.Add(1); return finished() })
			if sheet == nil && err == nil {
				t.Error("neither a sheet nor an error")
			}
		})
	}
	close(broken)
	wait.Wait()
	if sheet, err := s.Get("/", finished); err != nil || sheet == nil {
		t.Errorf("afterwards %v, %v", sheet, err)
	}
}

func TestManyAskForManyPages(t *testing.T) {
	t.Parallel()
	s := openShelf(t, t.TempDir())
	defer s.Close()
	var made [8]atomic.Int64
	var wait sync.WaitGroup
	for i := range 256 {
		wait.Go(func() {
			n := i % len(made)
			page := bytes.Repeat([]byte{byte('a' + n)}, 5000)
			sheet, err := s.Get(string(page[:1]), func() (string, []byte, error) { made[n].Add(1); return "text/plain", page, nil })
			if err != nil {
				t.Error(err)
				return
			}
			for _, accept := range []string{"br", "gzip", ""} { // while the background swaps the copies
				answer := ask(sheet, http.MethodGet, "Accept-Encoding", accept)
				if answer.StatusCode != http.StatusOK || answer.Header.Get("Content-Encoding") != accept {
					t.Errorf("%d as %q", answer.StatusCode, answer.Header.Get("Content-Encoding"))
				}
			}
		})
	}
	wait.Wait()
	for n := range made {
		if made[n].Load() != 1 {
			t.Errorf("page %d was made %d times", n, made[n].Load())
		}
	}
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	sheet := Once("text/html; charset=utf-8", lesson)
	tag := func(accept string) string {
		return ask(sheet, http.MethodGet, "Accept-Encoding", accept).Header.Get("Etag")
	}
	for name, c := range map[string]struct {
		method string
		heads  []string
		status int
		body   bool
	}{
		"the page":                      {http.MethodGet, nil, 200, true},
		"its head alone":                {http.MethodHead, []string{"Accept-Encoding", "br"}, 200, false},
		"the same again":                {http.MethodGet, []string{"If-None-Match", tag("")}, 304, false},
		"the same, head alone":          {http.MethodHead, []string{"If-None-Match", tag("")}, 304, false},
		"weakened by a proxy":           {http.MethodGet, []string{"If-None-Match", "W/" + tag("")}, 304, false},
		"anything":                      {http.MethodGet, []string{"If-None-Match", "*"}, 304, false},
		"another page's tag":            {http.MethodGet, []string{"If-None-Match", `"0123456789abcdef"`}, 200, true},
		"the tag of another encoding":   {http.MethodGet, []string{"If-None-Match", tag(""), "Accept-Encoding", "br"}, 200, true},
		"the tag without its marks":     {http.MethodGet, []string{"If-None-Match", strings.Trim(tag(""), `"`)}, 200, true},
		"refuses brotli, in capitals":   {http.MethodGet, []string{"If-None-Match", tag(""), "Accept-Encoding", "br;Q=0"}, 304, false},
		"takes brotli, has brotli's":    {http.MethodGet, []string{"If-None-Match", tag("br"), "Accept-Encoding", "gzip, br"}, 304, false},
		"takes gzip only, has brotli's": {http.MethodGet, []string{"If-None-Match", tag("br"), "Accept-Encoding", "gzip"}, 200, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answer := ask(sheet, c.method, c.heads...)
			body, err := io.ReadAll(answer.Body)
			if err != nil || answer.StatusCode != c.status || (len(body) > 0) != c.body {
				t.Errorf("%d with %d bytes, %v", answer.StatusCode, len(body), err)
			}
			if e := answer.Header.Get("Etag"); !strings.HasPrefix(e, `"`) || !strings.HasSuffix(e, `"`) {
				t.Errorf("%s is no strong tag", e)
			}
			if length := answer.Header.Get("Content-Length"); (c.status == 200) != (length != "") {
				t.Errorf("%d tells a length of %q", c.status, length)
			}
		})
	}
}

// A strong tag names bytes: the thorough copy has one of its own, and the quick one's is no longer current.
func TestThoroughCopyHasATagOfItsOwn(t *testing.T) {
	t.Parallel()
	sheet := Once("text/html", lesson)
	quickly := ask(sheet, http.MethodGet, "Accept-Encoding", "br").Header.Get("Etag")
	sheet.setBrotli(thorough, compress(lesson, thorough))
	answer := ask(sheet, http.MethodGet, "Accept-Encoding", "br", "If-None-Match", quickly)
	if answer.StatusCode != http.StatusOK || answer.Header.Get("Etag") == quickly {
		t.Errorf("%d with %s after %s", answer.StatusCode, answer.Header.Get("Etag"), quickly)
	}
}
