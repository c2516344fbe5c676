// Package evidence keeps the files that citizens hand in: photographs, screenshots, PDFs, recordings, films.
//
// A file is taken as it streams in ([Files.Take]): what it is, is told by its first bytes and never by its name; it is sealed
// before it reaches the disk, and under its own name only when it is there whole. Only then may a row of the database name it,
// so a row never names a file that is not there. The other way round it can happen, when the program ends between the two; such
// a file nobody knows of, and [Files.Sweep] takes it away.
//
// Files are never changed, opened by a program of ours, or made into something else: they are evidence.
package evidence

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"

	"anxin/server/fault"
	"anxin/server/vault"
)

const (
	// MostBytes is how large a file may be.
	MostBytes = 20 << 20
	// MostFiles and MostBytesTogether are what one complaint may hold, which the database sees to.
	MostFiles         = 60
	MostBytesTogether = 300 << 20
)

// Files is the folder they are kept in, each under a random name.
//
// It is flat. To spread the files over folders by the first letters of their names would mean folders that are made, and
// synced into their parent, while a citizen waits; and file systems have kept the names of a folder in a tree for twenty years.
type Files struct {
	dir   string
	vault *vault.Vault
	log   *slog.Logger
}

// Object is a file that lies in the folder whole, sealed, and on the disk.
type Object struct {
	Name         string
	Kind         string // image/jpeg …, as its first bytes tell
	Size         int64  // of the file as handed in
	SHA256       string // of the file as handed in, in hexadecimal
	SealedSHA256 []byte // of what lies in the folder
}

// What can be wrong with a file. Each has its words in the catalogue under evidence.wrong_<key>.
const (
	WrongType   = "type"   // none of the kinds that are taken
	WrongEmpty  = "empty"  // nothing was sent
	WrongLarge  = "large"  // more than [MostBytes]
	WrongBroken = "broken" // it did not arrive whole
	WrongMany   = "many"   // the complaint has as many files as it may
	WrongFull   = "full"   // the complaint's files take as much space as they may
)

// RefusedError tells what is wrong with a file, for who sent it.
type RefusedError struct{ Key string }

func (e *RefusedError) Error() string { return "the file is refused: " + e.Key }

// Unwrap makes it an answer that whoever sent the file has to mend.
func (e *RefusedError) Unwrap() error {
	if e.Key == WrongLarge {
		return fault.New(fault.TooLarge, "a file is too large")
	}
	return fault.New(fault.Invalid, "a file is refused")
}

// ErrChanged tells that a file is not as it was handed in.
var ErrChanged = errors.New("the file is not as it was handed in")

// Open opens the folder, and makes it where there is none.
func Open(dir string, v *vault.Vault, log *slog.Logger) (*Files, error) {
	f := OpenExisting(dir, v, log)
	err := os.Mkdir(dir, 0o700)
	if errors.Is(err, fs.ErrExist) {
		info, err := os.Stat(dir)
		if err == nil && !info.IsDir() {
			err = errors.New("a file is in its place")
		}
		if err != nil {
			return nil, fmt.Errorf("open the folder of evidence: %w", err)
		}
		return f, nil
	}
	if err == nil {
		err = SyncFolder(filepath.Dir(dir))
	}
	if err != nil {
		return nil, fmt.Errorf("make the folder of evidence: %w", err)
	}
	return f, nil
}

// OpenExisting opens the folder as it is, beside a server that may be using it. Where there is none, no file is found.
func OpenExisting(dir string, v *vault.Vault, log *slog.Logger) *Files {
	return &Files{dir: dir, vault: v, log: log}
}

// SyncFolder puts on the disk what a folder lists.
func SyncFolder(dir string) error {
	if runtime.GOOS == "windows" {
		return nil // folders cannot be synced there
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// A file that is still being written has its coming name behind this.
const partly = ".part-"

// isName keeps paths out: a name is 130 random bits, in letters and digits that mean the same on every file system.
func isName(name string) bool {
	return len(name) == 26 && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz234567") == ""
}

func (f *Files) path(name string) string { return filepath.Join(f.dir, name) }

func place(name string) vault.Place {
	return vault.Place{Table: "file", Column: "evidence", Row: name}
}

// Take keeps a file as it streams in. Only when it returns an object is that on the disk; otherwise nothing is left of it. What
// cannot be taken is a [*RefusedError]; a full disk, [fault.Unavailable].
//
// Whoever then does not record the object removes it, unless it is uncertain whether it was recorded: [Files.Sweep] finds out.
func (f *Files) Take(ctx context.Context, r io.Reader) (Object, error) {
	o, err := f.take(&source{ctx: ctx, from: r})
	if err == nil {
		return o, nil
	}
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		f.log.Error("the disk for evidence is full")
		err = &fault.Error{Kind: fault.Unavailable, RetryAfter: 10 * time.Minute, Err: err}
	}
	return Object{}, fmt.Errorf("take a file: %w", err)
}

func (f *Files) take(from *source) (Object, error) {
	head := make([]byte, sniffed)
	n, err := io.ReadFull(from, head)
	head = head[:n]
	switch {
	case from.err != nil:
		return Object{}, from.refused()
	case n == 0:
		return Object{}, &RefusedError{Key: WrongEmpty}
	case err != nil && !errors.Is(err, io.ErrUnexpectedEOF): // it has ended within its head
		return Object{}, err
	}
	o := Object{Name: strings.ToLower(rand.Text()), Kind: kind(head)}
	if o.Kind == "" {
		return Object{}, &RefusedError{Key: WrongType}
	}
	part := f.path(partly + o.Name)
	file, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return Object{}, err
	}
	lies := part // where it is to be removed from, until it is kept
	defer func() {
		if lies != "" {
			f.discard(lies)
		}
	}()
	err = f.seal(file, &o, head, from)
	if err == nil {
		err = file.Sync()
	}
	if err := errors.Join(err, file.Close()); err != nil {
		return Object{}, err
	}
	if err := os.Rename(part, f.path(o.Name)); err != nil {
		return Object{}, err
	}
	lies = f.path(o.Name)
	if err := SyncFolder(f.dir); err != nil {
		return Object{}, err
	}
	lies = ""
	return o, nil
}

// seal writes the file sealed, a piece at a time, and fills in its size and hashes.
func (f *Files) seal(file io.Writer, o *Object, head []byte, from *source) error {
	original, sealed := sha256.New(), sha256.New()
	w, err := f.vault.SealFile(io.MultiWriter(file, sealed), place(o.Name))
	if err != nil {
		return err
	}
	both := io.MultiWriter(original, w)
	if _, err := both.Write(head); err != nil {
		return err
	}
	more, err := io.Copy(both, io.LimitReader(from, MostBytes+1-int64(len(head))))
	if from.err != nil {
		return from.refused()
	}
	if err != nil {
		return err
	}
	if o.Size = int64(len(head)) + more; o.Size > MostBytes {
		return &RefusedError{Key: WrongLarge}
	}
	if err := w.Close(); err != nil {
		return err
	}
	o.SHA256, o.SealedSHA256 = hex.EncodeToString(original.Sum(nil)), sealed.Sum(nil)
	return nil
}

func (f *Files) discard(path string) {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		f.log.Warn("remove a file that was not taken: the sweep will", "error", err)
	}
}

// source reads what is sent, and tells its errors from ours.
type source struct {
	ctx  context.Context
	from io.Reader
	err  error
}

func (s *source) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		s.err = err
		return 0, err
	}
	n, err := s.from.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		s.err = err
	}
	return n, err
}

func (s *source) refused() error {
	if err := s.ctx.Err(); err != nil {
		return err
	}
	if fault.From(s.err).Kind == fault.TooLarge {
		return &RefusedError{Key: WrongLarge}
	}
	return &RefusedError{Key: WrongBroken}
}

// Open opens a file to be read as it was handed in. Where it was changed, its reading ends in [vault.ErrSealed], and what was
// read before must not be used. Where there is none it is [fault.NotFound].
func (f *Files) Open(name string) (io.ReadCloser, error) {
	file, err := f.open(name)
	if err != nil {
		return nil, fmt.Errorf("open a file: %w", err)
	}
	plain, err := f.vault.OpenFile(file, place(name))
	if err != nil {
		return nil, fmt.Errorf("open a file: %w", errors.Join(err, file.Close()))
	}
	return struct {
		io.Reader
		io.Closer
	}{plain, file}, nil
}

func (f *Files) open(name string) (*os.File, error) {
	if !isName(name) {
		return nil, fault.New(fault.NotFound, "no file can have such a name")
	}
	file, err := os.Open(f.path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.New(fault.NotFound, "there is no file %s", name)
	}
	return file, err
}

// Remove takes a file away, if it is there.
func (f *Files) Remove(name string) error {
	if !isName(name) {
		return nil
	}
	err := os.Remove(f.path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = SyncFolder(f.dir)
	}
	if err != nil {
		return fmt.Errorf("remove a file: %w", err)
	}
	return nil
}

// Verify tells whether a file lies there as it was taken, by the hash it had when sealed: [ErrChanged] where it does not, and
// [fault.NotFound] where there is none.
func (f *Files) Verify(ctx context.Context, name string, sealedSHA256 []byte) error {
	file, err := f.open(name)
	if err != nil {
		return fmt.Errorf("verify a file: %w", err)
	}
	defer file.Close() //nolint:errcheck // only read from
	sum := sha256.New()
	if _, err := io.Copy(sum, &source{ctx: ctx, from: file}); err != nil {
		return fmt.Errorf("verify a file: %w", err)
	}
	if subtle.ConstantTimeCompare(sum.Sum(nil), sealedSHA256) != 1 {
		return ErrChanged
	}
	return nil
}

// sweepAtOnce names are asked about together.
const sweepAtOnce = 200

// Sweep takes away what was written before a time and belongs to nobody: files that were never finished, and those that no row
// names, as known tells. The time lies far enough back that whatever was then taken has been recorded or never will be.
func (f *Files) Sweep(ctx context.Context, known func(ctx context.Context, names []string) (map[string]bool, error), before time.Time) (removed int, err error) {
	removed, err = f.sweep(ctx, known, before)
	if err != nil {
		return removed, fmt.Errorf("sweep the files: %w", err)
	}
	return removed, nil
}

func (f *Files) sweep(ctx context.Context, known func(context.Context, []string) (map[string]bool, error), before time.Time) (removed int, err error) {
	dir, err := os.Open(f.dir)
	if err != nil {
		return 0, err
	}
	defer dir.Close() //nolint:errcheck // only read from
	for {
		entries, end := dir.ReadDir(sweepAtOnce)
		if end != nil && !errors.Is(end, io.EOF) {
			return removed, end
		}
		if len(entries) == 0 {
			return removed, nil
		}
		if err := ctx.Err(); err != nil {
			return removed, err
		}
		parts, whole, err := written(entries, before)
		if err != nil {
			return removed, err
		}
		if len(whole) > 0 {
			has, err := known(ctx, whole)
			if err != nil {
				return removed, err
			}
			for _, name := range whole {
				if !has[name] {
					parts = append(parts, name)
				}
			}
		}
		for _, name := range parts {
			switch err := os.Remove(f.path(name)); {
			case err == nil:
				removed++
			case !errors.Is(err, fs.ErrNotExist):
				return removed, err
			}
		}
	}
}

// written are the unfinished and the whole files among the entries that were written before a time. What is not ours is
// neither.
func written(entries []fs.DirEntry, before time.Time) (parts, whole []string, err error) {
	for _, e := range entries {
		name, part := strings.CutPrefix(e.Name(), partly)
		if !isName(name) || !e.Type().IsRegular() {
			continue
		}
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) { // finished or removed meanwhile
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		switch {
		case !info.ModTime().Before(before):
		case part:
			parts = append(parts, e.Name())
		default:
			whole = append(whole, name)
		}
	}
	return parts, whole, nil
}
