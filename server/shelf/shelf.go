// Package shelf keeps finished answers (pages, style sheets) ready to send: compressed once, each with a strong ETag.
//
// An answer is compressed at brotli 5 when it is made and again at 11 in the background. The second, slow result is
// kept in a folder under the hash of its content, so that the next start finds it there; whoever deletes the folder
// loses nothing but time.
package shelf

import (
	"bytes"
	"compress/gzip"
	"container/list"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/andybalholm/brotli"
)

// Levels of brotli: what a reader waits for, and what the background makes of it.
const (
	quick    = 5
	thorough = 11
)

// keepFor is how long a file in the folder stays after it was last used.
const keepFor = 30 * 24 * time.Hour

// Shelf holds sheets by key. Those put with [Shelf.Get] stay; those put with [Shelf.Variant] are bounded in number and
// make room for newer ones.
type Shelf struct {
	dir string // of compressed copies; empty: none are kept
	log *slog.Logger
	now func() time.Time

	mu       sync.Mutex
	sheets   map[string]*slot
	variants map[string]*list.Element
	recent   *list.List // of *slot, the newest first

	work chan *Sheet
	done sync.WaitGroup
	stop chan struct{}
}

type slot struct {
	key   string
	once  sync.Once
	sheet *Sheet
	err   error
}

var errUnmade = errors.New("making the page broke off")

// maxVariants bounds the variants kept for readers with settings of their own.
const maxVariants = 256

// Open makes a shelf whose compressed copies lie in dir.
func Open(dir string, now func() time.Time, log *slog.Logger) (*Shelf, error) {
	if dir != "" {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, fmt.Errorf("make the folder of compressed pages: %w", err)
		}
	}
	s := &Shelf{
		dir: dir, log: log, now: now,
		sheets: map[string]*slot{}, variants: map[string]*list.Element{}, recent: list.New(),
		work: make(chan *Sheet, 1024), stop: make(chan struct{}),
	}
	s.done.Add(1)
	go s.press()
	return s, nil
}

// Close ends the background work. What is not yet compressed thoroughly is done after the next start.
func (s *Shelf) Close() {
	close(s.stop)
	s.done.Wait()
}

// Get finds the sheet of a key, or makes it; of many that ask at once one makes it and the others wait. A failure is
// not kept.
func (s *Shelf) Get(key string, make func() (contentType string, body []byte, err error)) (*Sheet, error) {
	s.mu.Lock()
	sl, ok := s.sheets[key]
	if !ok {
		sl = &slot{key: key}
		s.sheets[key] = sl
	}
	s.mu.Unlock()
	defer func() { // runs when make panics, too: a page must not stay broken because it broke once
		if sl.err != nil {
			s.mu.Lock()
			defer s.mu.Unlock()
			if s.sheets[key] == sl {
				delete(s.sheets, key)
			}
		}
	}()
	s.fill(sl, make, true)
	return sl.sheet, sl.err
}

// Variant is Get for pages in a reader's own settings: compressed quickly, kept while there is room.
func (s *Shelf) Variant(key string, make func() (contentType string, body []byte, err error)) (*Sheet, error) {
	s.mu.Lock()
	var sl *slot
	if e, ok := s.variants[key]; ok {
		s.recent.MoveToFront(e)
		sl = e.Value.(*slot)
	} else {
		sl = &slot{key: key}
		s.variants[key] = s.recent.PushFront(sl)
		if s.recent.Len() > maxVariants {
			last := s.recent.Back()
			delete(s.variants, last.Value.(*slot).key)
			s.recent.Remove(last)
		}
	}
	s.mu.Unlock()
	defer func() {
		if sl.err != nil {
			s.mu.Lock()
			defer s.mu.Unlock()
			if e, ok := s.variants[key]; ok && e.Value.(*slot) == sl {
				delete(s.variants, key)
				s.recent.Remove(e)
			}
		}
	}()
	s.fill(sl, make, false)
	return sl.sheet, sl.err
}

func (s *Shelf) fill(sl *slot, make func() (string, []byte, error), thoroughly bool) {
	sl.once.Do(func() {
		sl.err = errUnmade // stands when make panics: those who waited get it instead of no sheet and no error
		contentType, body, err := make()
		if sl.err = err; err != nil {
			return
		}
		sl.sheet = newSheet(contentType, body)
		if s.load(sl.sheet) {
			return
		}
		sl.sheet.setBrotli(quick, compress(body, quick))
		if thoroughly {
			select {
			case s.work <- sl.sheet:
			default: // a full queue costs bytes, not answers
			}
		}
	})
}

func compress(body []byte, level int) []byte {
	var b bytes.Buffer
	w := brotli.NewWriterLevel(&b, level)
	_, _ = w.Write(body) // a bytes.Buffer never fails
	_ = w.Close()
	return b.Bytes()
}

// press compresses thoroughly, one sheet at a time, and clears away copies that nobody has used for long.
func (s *Shelf) press() {
	defer s.done.Done()
	s.clear()
	for {
		select {
		case <-s.stop:
			return
		case sheet := <-s.work:
			packed := compress(sheet.body, thorough)
			sheet.setBrotli(thorough, packed)
			if err := s.save(sheet, packed); err != nil {
				s.log.Warn("keep a compressed page", "error", err)
			}
		}
	}
}

func (s *Shelf) path(sheet *Sheet) string { return filepath.Join(s.dir, sheet.hash+".br") }

func (s *Shelf) load(sheet *Sheet) bool {
	if s.dir == "" {
		return false
	}
	packed, err := os.ReadFile(s.path(sheet))
	if err != nil || !unpacksTo(packed, sheet.body) {
		return false
	}
	sheet.setBrotli(thorough, packed)
	now := s.now()
	_ = os.Chtimes(s.path(sheet), now, now) // only tells clear that it is in use
	return true
}

// unpacksTo tells whether a copy is whole: what the disk has torn would reach every reader as half a page.
func unpacksTo(packed, body []byte) bool {
	plain, err := io.ReadAll(io.LimitReader(brotli.NewReader(bytes.NewReader(packed)), int64(len(body))+1))
	return err == nil && len(packed) > 0 && bytes.Equal(plain, body)
}

func (s *Shelf) save(sheet *Sheet, packed []byte) error {
	if s.dir == "" {
		return nil
	}
	f, err := os.CreateTemp(s.dir, "new-*")
	if err != nil {
		return fmt.Errorf("make a file: %w", err)
	}
	_, err = f.Write(packed)
	// A torn copy under its final name would be sent to readers: it gets its name only when it is on the disk.
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), s.path(sheet))
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return fmt.Errorf("write it: %w", err)
	}
	return nil
}

func (s *Shelf) clear() {
	if s.dir == "" {
		return
	}
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		s.log.Warn("look through compressed pages", "error", err)
		return
	}
	for _, e := range entries {
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) || err == nil && s.now().Sub(info.ModTime()) < keepFor {
			continue
		}
		_ = os.Remove(filepath.Join(s.dir, e.Name()))
	}
}

// Sheet is one finished answer.
type Sheet struct {
	contentType []string
	body        []byte
	hash        string
	plain       encoded
	brotli      atomic.Pointer[encoded]
	gzipOnce    sync.Once
	gzip        encoded
}

// encoded is a body in one encoding, with its heads as net/http wants them, made once.
type encoded struct {
	body           []byte
	etag, length   []string
	contentEncoded []string
}

func newSheet(contentType string, body []byte) *Sheet {
	sum := sha256.Sum256(body)
	s := &Sheet{contentType: []string{contentType}, body: body, hash: hex.EncodeToString(sum[:])}
	s.plain = s.encode("", "", body)
	return s
}

func (s *Sheet) encode(name, mark string, body []byte) encoded {
	e := encoded{body: body, etag: []string{`"` + s.hash[:16] + mark + `"`}, length: []string{strconv.Itoa(len(body))}}
	if name != "" {
		e.contentEncoded = []string{name}
	}
	return e
}

func (s *Sheet) setBrotli(level int, packed []byte) {
	// Each level has bytes of its own and so, the tag being strong, a tag of its own.
	e := s.encode("br", "-b"+strconv.Itoa(level), packed)
	s.brotli.Store(&e)
}

// Once makes a sheet that is sent once and not kept: an answer to a form.
func Once(contentType string, body []byte) *Sheet {
	s := newSheet(contentType, body)
	s.setBrotli(quick, compress(body, quick))
	return s
}

// Body is the answer uncompressed.
func (s *Sheet) Body() []byte { return s.body }

// Settled tells whether the thorough compression is in place.
func (s *Sheet) Settled() bool { return strings.HasSuffix(s.brotli.Load().etag[0], `-b11"`) }

// ServeHTTP sends the sheet in the best encoding the client takes, or 304 where it has it already.
func (s *Sheet) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.Serve(w, r, http.StatusOK) }

// Serve is ServeHTTP with a status other than 200.
func (s *Sheet) Serve(w http.ResponseWriter, r *http.Request, status int) {
	e := s.choose(r.Header.Get("Accept-Encoding"))
	h := w.Header()
	h["Etag"] = e.etag
	if status == http.StatusOK && matches(r.Header.Get("If-None-Match"), e.etag[0]) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h["Content-Type"] = s.contentType
	h["Content-Length"] = e.length
	if e.contentEncoded != nil {
		h["Content-Encoding"] = e.contentEncoded
	}
	if r.Method != http.MethodHead {
		sendWhole(r, e.body)
	}
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(e.body) // the client has gone: nobody is left to tell
	}
}

func (s *Sheet) choose(accept string) *encoded {
	switch Encoding(accept) {
	case "br":
		return s.brotli.Load()
	case "gzip":
		s.gzipOnce.Do(func() {
			var b bytes.Buffer
			w := gzip.NewWriter(&b)
			_, _ = w.Write(s.body)
			_ = w.Close()
			s.gzip = s.encode("gzip", "-g", b.Bytes())
		})
		return &s.gzip
	}
	return &s.plain
}

// Encoding picks br, gzip or nothing for an Accept-Encoding header (RFC 9110, section 12.5.3). A weight of 0 refuses.
func Encoding(accept string) string {
	best, bestWeight := "", 0.0
	for part := range strings.SplitSeq(accept, ",") {
		name, params, _ := strings.Cut(part, ";")
		name = strings.TrimSpace(name)
		if name != "br" && name != "gzip" {
			continue
		}
		weight := 1.0
		if p := strings.TrimSpace(params); len(p) >= 2 && strings.EqualFold(p[:2], "q=") {
			var err error
			if weight, err = strconv.ParseFloat(strings.TrimSpace(p[2:]), 64); err != nil {
				continue
			}
		}
		if weight > bestWeight || weight == bestWeight && weight > 0 && name == "br" {
			best, bestWeight = name, weight
		}
	}
	return best
}

// matches compares an If-None-Match header with a strong tag, weakly, as RFC 9110, section 13.1.2 wants it.
func matches(header, etag string) bool {
	if header == "" {
		return false
	}
	for part := range strings.SplitSeq(header, ",") {
		part = strings.TrimPrefix(strings.TrimSpace(part), "W/")
		if part == etag || part == "*" {
			return true
		}
	}
	return false
}
