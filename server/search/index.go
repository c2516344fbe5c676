// Package search finds what people ask for in their own words: modules, warnings, tools and pages of the site, and named
// collections of passages by which relevance can be measured.
//
// An [Index] is a bleve index on disk with the sums that BM25 needs. [Site] is the citizens' search over the library; it
// is derived from content and rebuilt when missing or torn. [Collections] are isolated from it and from each other.
package search

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	bleveindex "github.com/blevesearch/bleve_index_api"
)

// version is part of an index's folder name: another analyzer, field or stored form makes another index.
const version = "1"

// Document is one thing to find.
type Document struct {
	ID      string // of its own in the index, with Lang where the same thing exists in several languages
	Lang    string
	Kind    string // module, warning, tool or page; free in a collection
	Title   string
	URL     string
	Body    string
	Schemes []string
	Asked   []string // how people ask for it; never shown
}

// entry is a document as it is kept for showing, with the lengths of its fields.
type entry struct {
	ID      string         `json:"id"`
	Lang    string         `json:"lang,omitempty"`
	Kind    string         `json:"kind,omitempty"`
	Title   string         `json:"title"`
	URL     string         `json:"url,omitempty"`
	Body    string         `json:"body"`
	Schemes []string       `json:"schemes,omitempty"`
	Asked   string         `json:"asked,omitempty"` // to tell how much of a query a document answers; never shown
	Hash    string         `json:"hash"`
	Lengths map[string]int `json:"lengths"`
}

// totals are the sums over all documents. bleve takes the number of different words in a field for the number of words,
// which makes the average length of Chinese texts far too small and crushes the longer ones (v2.6.3,
// searcher.bm25ScoreMetrics); so true sums are kept here and handed to each search (see [Index.statistics]).
type totals struct {
	Docs     int            `json:"docs"`
	Sequence uint64         `json:"sequence"` // of the last batch
	Feed     string         `json:"feed"`     // state of what the index was fed from
	Words    map[string]int `json:"words"`    // by field
}

var totalsKey = []byte("totals")

// ErrBusy tells that another process holds the index.
var ErrBusy = errors.New("another process holds this index")

// Index is one index on disk, or in memory where no folder is given. It may be used by many goroutines.
type Index struct {
	bleve  bleve.Index
	dir    string       // empty in memory
	life   sync.RWMutex // held for reading while the index is in use, for writing to close it
	closed bool

	write sync.Mutex // one batch at a time
	mu    sync.RWMutex
	sums  totals
}

// Open opens the index in dir, or makes it. One that cannot be read is moved aside and made anew, empty: torn tells so.
func Open(dir string) (x *Index, torn bool, err error) {
	if dir == "" {
		x, err = create("")
		return x, false, err
	}
	dir = folder(dir)
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		x, err = create(dir)
		return x, false, err
	}
	x, err = openExisting(dir)
	if err == nil || errors.Is(err, ErrBusy) {
		return x, false, err
	}
	if moved := moveAside(dir); moved != nil {
		return nil, true, fmt.Errorf("move the torn index aside: %w", moved)
	}
	x, err = create(dir)
	return x, true, err
}

// folder is where the index of a name stands on disk.
func folder(dir string) string { return dir + "-v" + version }

// moveAside keeps one torn index for whoever wants to know what happened to it.
func moveAside(dir string) error {
	aside := dir + ".torn"
	if err := os.RemoveAll(aside); err != nil {
		return err
	}
	return os.Rename(dir, aside)
}

func create(dir string) (*Index, error) {
	m, err := newMapping()
	if err != nil {
		return nil, fmt.Errorf("index mapping: %w", err)
	}
	x := &Index{dir: dir, sums: totals{Words: map[string]int{}}}
	if dir == "" {
		x.bleve, err = bleve.NewUsing("", m, scorch.Name, bleve.Config.DefaultMemKVStore, nil) // NewMemOnly would take the old kind, which scores otherwise
	} else {
		if err := os.MkdirAll(filepath.Dir(dir), 0o700); err != nil {
			return nil, fmt.Errorf("make the index's folder: %w", err)
		}
		x.bleve, err = bleve.New(dir, m)
	}
	if err != nil {
		return nil, fmt.Errorf("make index: %w", err)
	}
	data, err := json.Marshal(x.sums)
	if err == nil {
		err = x.bleve.SetInternal(totalsKey, data)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("begin the index's sums: %w", err), x.bleve.Close())
	}
	return x, nil
}

// openExisting opens an index and reads enough of it to know that it is whole. A file cut short is mapped into memory all the
// same; touching what is missing is a fault, which becomes a panic here and an error.
func openExisting(dir string) (x *Index, err error) {
	var opened bleve.Index
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			x, err = nil, fmt.Errorf("index is torn: %v", r)
		}
		if err != nil && opened != nil {
			_ = opened.Close()
		}
	}()
	b, err := bleve.OpenUsing(dir, map[string]any{"bolt_timeout": "1s"})
	if err != nil {
		if strings.Contains(err.Error(), "timeout") {
			return nil, ErrBusy
		}
		return nil, fmt.Errorf("open index: %w", err)
	}
	opened = b
	x = &Index{bleve: b, dir: dir}
	data, err := b.GetInternal(totalsKey)
	if err == nil && data == nil { // written at its making: bleve passes over what it cannot read, down to nothing
		err = errors.New("there are none")
	}
	if err == nil {
		err = json.Unmarshal(data, &x.sums)
	}
	if err != nil {
		return nil, fmt.Errorf("read the index's sums: %w", err)
	}
	if x.sums.Words == nil {
		x.sums.Words = map[string]int{}
	}
	n, err := b.DocCount()
	if err != nil {
		return nil, fmt.Errorf("count the index: %w", err)
	}
	if last := lastSequence(dir); x.sums.Sequence < last {
		return nil, fmt.Errorf("the index is of sequence %d, though %d was written", x.sums.Sequence, last)
	}
	if int(n) != x.sums.Docs { //nolint:gosec // no index of ours has 2^63 documents
		return nil, fmt.Errorf("the index holds %d documents and says %d", n, x.sums.Docs)
	}
	return x, x.probe()
}

// sequenceFile holds the number of the last batch, beside bleve's own files: what bleve cannot read of the newest state it
// passes over for an older one, which nobody would notice.
const sequenceFile = "sequence"

// lastSequence is the number noted last. A note that cannot be read says nothing against the index beside it.
func lastSequence(dir string) uint64 {
	data, err := os.ReadFile(filepath.Join(dir, sequenceFile))
	if err != nil {
		return 0
	}
	n, err := strconv.ParseUint(strings.TrimSpace(string(data)), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// noteSequence is on disk when it returns: a power cut must not leave an empty note in the old one's place.
func (x *Index) noteSequence(n uint64) error {
	if x.dir == "" {
		return nil
	}
	file := filepath.Join(x.dir, sequenceFile)
	f, err := os.OpenFile(file+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("note the batch: %w", err)
	}
	_, err = fmt.Fprintln(f, n)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("note the batch: %w", err)
	}
	return os.Rename(file+".new", file)
}

// probe reads a document and a posting list from every segment.
func (x *Index) probe() error {
	req := bleve.NewSearchRequestOptions(bleve.NewMatchAllQuery(), 1, 0, false)
	req.Fields = []string{fieldShown}
	res, err := x.bleve.Search(req)
	if err != nil {
		return err
	}
	if len(res.Hits) == 0 {
		return nil
	}
	if _, err := entryOf(res.Hits[0].Fields); err != nil {
		return err
	}
	for _, field := range textFields {
		dict, err := x.bleve.FieldDict(field)
		if err != nil {
			return err
		}
		if _, err := dict.Next(); err != nil {
			return err
		}
		if err := dict.Close(); err != nil {
			return err
		}
	}
	return nil
}

// whole tells whether the index can be read, and is of the last batch that was noted.
func (x *Index) whole() error {
	done, err := x.use()
	if err != nil {
		return err
	}
	defer done()
	if _, err := x.bleve.DocCount(); err != nil {
		return fmt.Errorf("read the index: %w", err)
	}
	if x.dir == "" { // in memory: nothing is noted
		return nil
	}
	if is, last := x.Status().Sequence, lastSequence(x.dir); is < last {
		return fmt.Errorf("the index is of sequence %d, though %d was written", is, last)
	}
	return nil
}

// ErrClosed tells that the index was closed, such as a collection deleted meanwhile.
var ErrClosed = errors.New("the index is closed")

// use keeps the index from being closed until done is called.
func (x *Index) use() (done func(), err error) {
	x.life.RLock()
	if x.closed {
		x.life.RUnlock()
		return nil, ErrClosed
	}
	return x.life.RUnlock, nil
}

// Close lets the index go, once nobody uses it any more.
func (x *Index) Close() error {
	x.life.Lock()
	defer x.life.Unlock()
	if x.closed {
		return nil
	}
	x.closed = true
	return x.bleve.Close()
}

// Status is how far the index has come.
type Status struct {
	Docs     int
	Sequence uint64
	Feed     string
}

// Status says what is in the index.
func (x *Index) Status() Status {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return Status{x.sums.Docs, x.sums.Sequence, x.sums.Feed}
}

// batchSize is how many documents are written at once: durable writes of single ones lag behind (bleve #1266).
const batchSize = 1000

// Put adds documents or replaces those of the same id and language. One that has not changed costs a look at its hash.
// Whole batches are durable when it returns; changed counts what was written.
func (x *Index) Put(ctx context.Context, docs []Document) (changed int, err error) {
	done, err := x.use()
	if err != nil {
		return 0, err
	}
	defer done()
	x.write.Lock()
	defer x.write.Unlock()
	for len(docs) > 0 {
		if err := ctx.Err(); err != nil {
			return changed, err
		}
		n := min(len(docs), batchSize)
		c, err := x.apply(docs[:n], nil, nil)
		changed += c
		if err != nil {
			return changed, err
		}
		docs = docs[n:]
	}
	return changed, nil
}

// Replace makes docs all that the index holds, and notes the state of what they were made from.
func (x *Index) Replace(ctx context.Context, feed string, docs []Document) (changed int, err error) {
	done, err := x.use()
	if err != nil {
		return 0, err
	}
	defer done()
	x.write.Lock()
	defer x.write.Unlock()
	keep := map[string]bool{}
	for _, d := range docs {
		keep[d.key()] = true
	}
	gone, err := x.others(ctx, keep)
	if err != nil {
		return 0, err
	}
	return x.apply(docs, gone, &feed)
}

// others lists the keys in the index that are not in keep.
func (x *Index) others(ctx context.Context, keep map[string]bool) ([]string, error) {
	req := bleve.NewSearchRequestOptions(bleve.NewMatchAllQuery(), x.Status().Docs, 0, false)
	res, err := x.bleve.SearchInContext(ctx, req)
	if err != nil {
		return nil, fmt.Errorf("list the index: %w", err)
	}
	var gone []string
	for _, hit := range res.Hits {
		if !keep[hit.ID] {
			gone = append(gone, hit.ID)
		}
	}
	return gone, nil
}

func (d Document) key() string { return d.ID + " " + d.Lang }

// apply writes one batch with the sums that go with it.
func (x *Index) apply(docs []Document, gone []string, feed *string) (int, error) {
	sums := x.copySums()
	batch := x.bleve.NewBatch()
	fresh := map[string]entry{} // of this batch: a later line replaces an earlier one
	count := func(e entry, sign int) {
		sums.Docs += sign
		for field, n := range e.Lengths {
			sums.Words[field] += sign * n
		}
	}
	changed := 0
	for _, d := range docs {
		e, fields := d.entry()
		old, known := fresh[d.key()]
		if !known {
			var err error
			if old, known, err = x.stored(d.key()); err != nil {
				return 0, err
			}
		}
		if known && old.Hash == e.Hash {
			continue
		}
		if known {
			count(old, -1)
		}
		count(e, 1)
		fresh[d.key()] = e
		if err := batch.Index(d.key(), fields); err != nil {
			return 0, fmt.Errorf("index %s: %w", d.ID, err)
		}
		changed++
	}
	for _, key := range gone {
		if e, known, err := x.stored(key); err != nil {
			return 0, err
		} else if known {
			count(e, -1)
			batch.Delete(key)
			changed++
		}
	}
	if feed != nil {
		sums.Feed = *feed
	}
	if changed == 0 && sums.Feed == x.Status().Feed {
		return 0, nil
	}
	sums.Sequence++
	data, err := json.Marshal(sums)
	if err != nil {
		return 0, err
	}
	batch.SetInternal(totalsKey, data)
	if err := x.bleve.Batch(batch); err != nil {
		return 0, fmt.Errorf("write the index: %w", err)
	}
	x.mu.Lock()
	x.sums = sums
	x.mu.Unlock()
	return changed, x.noteSequence(sums.Sequence)
}

func (x *Index) copySums() totals {
	x.mu.RLock()
	defer x.mu.RUnlock()
	sums := x.sums
	sums.Words = maps.Clone(sums.Words)
	return sums
}

// stored is a document as the index has it.
func (x *Index) stored(key string) (entry, bool, error) {
	doc, err := x.bleve.Document(key)
	if err != nil || doc == nil {
		return entry{}, false, err
	}
	var e entry
	doc.VisitFields(func(f bleveindex.Field) {
		if f.Name() == fieldShown {
			err = json.Unmarshal(f.Value(), &e)
		}
	})
	return e, err == nil, err
}

// entry is what is stored of a document and what is indexed.
func (d Document) entry() (entry, map[string]any) {
	suffix := ""
	if isEnglish(d.Lang) {
		suffix = "_en"
	}
	var asked, askedEn []string
	for _, s := range d.Asked {
		if hasHan(s) {
			asked = append(asked, s)
		} else {
			askedEn = append(askedEn, s)
		}
	}
	texts := map[string]string{
		fieldTitle + suffix: d.Title, fieldBody + suffix: d.Body,
		fieldAsked: strings.Join(asked, "\n"), fieldAskedEn: strings.Join(askedEn, "\n"),
	}
	if suffix == "" {
		texts[fieldSpoken] = d.Title + "\n" + d.Body
	}
	texts[fieldSpoken] += "\n" + texts[fieldAsked]
	e := entry{ID: d.ID, Lang: d.Lang, Kind: d.Kind, Title: d.Title, URL: d.URL, Body: d.Body, Schemes: d.Schemes, Asked: strings.Join(d.Asked, "\n"), Lengths: map[string]int{}}
	fields := map[string]any{fieldLang: d.Lang, fieldKind: d.Kind, fieldSchemes: d.Schemes}
	h := sha256.New()
	for _, name := range textFields {
		if text := texts[name]; strings.TrimSpace(text) != "" {
			fields[name] = text
			e.Lengths[name] = length(text)
			h.Write([]byte(name + "\x00" + text + "\x00"))
		}
	}
	h.Write(fmt.Appendf(nil, "%s\x00%s\x00%s\x00%q", d.Lang, d.Kind, d.URL, d.Schemes))
	e.Hash = hex.EncodeToString(h.Sum(nil)[:8])
	data, _ := json.Marshal(e) //nolint:errchkjson // strings and numbers only
	fields[fieldShown] = string(data)
	return e, fields
}

func entryOf(fields map[string]any) (e entry, err error) {
	text, _ := fields[fieldShown].(string)
	if err = json.Unmarshal([]byte(text), &e); err != nil {
		return e, fmt.Errorf("read a stored document: %w", err)
	}
	return e, nil
}
