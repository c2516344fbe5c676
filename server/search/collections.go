package search

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"
)

// Collections are named sets of passages, each an index of its own: what is imported into one never shows in the
// citizens' search or in another. They are opened when first asked for.
type Collections struct {
	dir string

	mu   sync.Mutex
	open map[string]*Index
}

// OpenCollections keeps collections below a folder.
func OpenCollections(dir string) *Collections {
	return &Collections{dir: dir, open: map[string]*Index{}}
}

var (
	// ErrNoCollection tells that there is no collection of the name.
	ErrNoCollection = errors.New("there is no such collection")
	// ErrName tells that a collection cannot bear the name.
	ErrName = errors.New("a collection's name is made of at most 40 lower-case letters, digits and hyphens")
)

var nameForm = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,39}$`)

// Create makes a collection where there is none of the name. made tells whether there was none.
func (c *Collections) Create(name string) (made bool, err error) {
	_, err = c.Get(name)
	if !errors.Is(err, ErrNoCollection) {
		return false, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.open[name] != nil {
		return false, nil
	}
	x, _, err := Open(c.path(name))
	if err != nil {
		return false, err
	}
	c.open[name] = x
	return true, nil
}

func (c *Collections) path(name string) string { return filepath.Join(c.dir, name) }

// Get finds a collection.
func (c *Collections) Get(name string) (*Index, error) {
	if !nameForm.MatchString(name) {
		return nil, ErrName
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if x := c.open[name]; x != nil {
		return x, nil
	}
	if _, err := os.Stat(folder(c.path(name))); errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNoCollection
	}
	x, _, err := Open(c.path(name))
	if err != nil {
		return nil, err
	}
	c.open[name] = x
	return x, nil
}

// Delete removes a collection with all that is in it.
func (c *Collections) Delete(name string) error {
	x, err := c.Get(name)
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.open, name)
	if err := x.Close(); err != nil {
		return fmt.Errorf("close collection: %w", err)
	}
	if err := os.RemoveAll(folder(c.path(name))); err != nil {
		return fmt.Errorf("remove collection: %w", err)
	}
	return nil
}

// Close lets every collection go.
func (c *Collections) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	var errs []error
	for _, x := range c.open {
		errs = append(errs, x.Close())
	}
	clear(c.open)
	return errors.Join(errs...)
}

// Imported is what became of an import.
type Imported struct {
	Lines   int // read, without empty ones
	Changed int // documents added or replaced; the others were there already
	Bad     int // lines left out
}

// BadLine is a line that is no document, by its number from 1.
type BadLine struct {
	Line   int    `json:"line"`
	Reason string `json:"reason"`
}

// Bounds of one imported document, and of how much text is held before it is written.
const (
	longestLine = 4 << 20
	longestID   = 200
	batchBytes  = 8 << 20
)

// Import adds documents to a collection, one JSON object a line: {id, title, body, lang, kind}. A line that is no
// document is left out and told to bad; the others are kept, also when an error ends the import. The same lines again
// change nothing.
func (c *Collections) Import(ctx context.Context, name string, from io.Reader, bad func(BadLine)) (Imported, error) {
	x, err := c.Get(name)
	if err != nil {
		return Imported{}, err
	}
	changed := 0
	kept := context.WithoutCancel(ctx) // what has come is kept, though whoever sent it be gone; reading ends by itself then
	report, err := ReadDocuments(from, bad, func(docs []Document) error {
		n, err := x.Put(kept, docs)
		changed += n
		return err
	})
	report.Changed = changed
	return report, err
}

// ReadDocuments takes documents off JSON Lines and hands them to take, some at a time.
func ReadDocuments(from io.Reader, bad func(BadLine), take func([]Document) error) (Imported, error) {
	var report Imported
	var batch []Document
	size := 0
	flush := func() error {
		if len(batch) == 0 {
			return nil
		}
		err := take(batch)
		batch, size = batch[:0], 0
		return err
	}
	lines := bufio.NewReaderSize(from, 64<<10)
	for n := 1; ; n++ {
		line, tooLong, err := readLine(lines)
		if text := bytes.TrimSpace(bytes.TrimPrefix(line, []byte("\ufeff"))); tooLong || len(text) > 0 {
			report.Lines++
			d, reason := parseDocument(text)
			if tooLong {
				reason = fmt.Sprintf("longer than %d bytes", longestLine)
			}
			if reason != "" {
				report.Bad++
				bad(BadLine{n, reason})
			} else {
				batch, size = append(batch, d), size+len(text)
			}
			if len(batch) == batchSize || size > batchBytes {
				if err := flush(); err != nil {
					return report, err
				}
			}
		}
		if errors.Is(err, io.EOF) {
			return report, flush()
		}
		if err != nil {
			return report, errors.Join(fmt.Errorf("read line %d: %w", n, err), flush())
		}
	}
}

// readLine reads a line; of one that is too long nothing is kept, and reading goes on behind it.
func readLine(r *bufio.Reader) (line []byte, tooLong bool, err error) {
	for {
		part, err := r.ReadSlice('\n')
		if len(line)+len(part) > longestLine {
			tooLong, line = true, nil
		} else if !tooLong {
			line = append(line, part...)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, tooLong, err
		}
	}
}

func parseDocument(line []byte) (d Document, reason string) {
	if !utf8.Valid(line) {
		return d, "is not UTF-8"
	}
	var got struct {
		ID, Title, Body, Lang, Kind *string
	}
	dec := json.NewDecoder(bytes.NewReader(line))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&got); err != nil {
		return d, "is no JSON object of id, title, body, lang, kind: " + strings.TrimPrefix(err.Error(), "json: ")
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return d, "holds more than one JSON object"
	}
	text := func(s *string) string {
		if s == nil {
			return ""
		}
		return *s
	}
	d = Document{ID: text(got.ID), Title: text(got.Title), Body: text(got.Body), Lang: text(got.Lang), Kind: text(got.Kind)}
	switch {
	case strings.TrimSpace(d.ID) == "" || len(d.ID) > longestID:
		return d, fmt.Sprintf("needs an id of at most %d bytes", longestID)
	case strings.TrimSpace(d.Title) == "" && strings.TrimSpace(d.Body) == "":
		return d, "has neither title nor body"
	}
	return d, ""
}
