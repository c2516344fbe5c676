// Package evidence keeps the files that citizens hand in: pictures of contracts, statements, recordings of calls.
//
// A file is taken as it streams in: looked at for what it is, hashed, sealed, and only then moved to its place, with an fsync
// of the file before and of the folder after. What [Files.Take] has returned outlives a power cut; a row of the database may
// then say so. What was cut off leaves a part file, and what no row knows is swept ([Files.Sweep]).
//
// A name tells nothing: it is random. What the file was called stands sealed in the database.
package evidence

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
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
	"time"

	"anxin/server/fault"
	"anxin/server/vault"
)

// MostBytes is how large a file may be.
const MostBytes = 20 << 20

// Files is a folder of sealed files.
type Files struct {
	dir   string
	vault *vault.Vault
	log   *slog.Logger
}

// Object is a file that was taken.
type Object struct {
	Name         string // of the sealed file
	Kind         string // image/jpeg …, as its bytes say
	Size         int64  // of the file as handed in
	SHA256       string // of the file as handed in, in hexadecimal
	SealedSHA256 []byte // of the sealed file
}

// RefusedError is a file that cannot be taken. What to do stands in the catalogue under evidence.wrong_<Key>.
type RefusedError struct{ Key string }

// What can be wrong with a file.
const (
	WrongType   = "type"   // not of a kind that is taken
	WrongEmpty  = "empty"  // nothing in it
	WrongLarge  = "large"  // beyond [MostBytes]
	WrongBroken = "broken" // cut off on its way
	WrongMany   = "many"   // the case has as many as it may
	WrongFull   = "full"   // together they are as large as they may be
)

func (e *RefusedError) Error() string { return "a file is refused: " + e.Key }

// Unwrap makes it an answer that whoever sent the file has to mend.
func (e *RefusedError) Unwrap() error {
	if e.Key == WrongLarge {
		return fault.New(fault.TooLarge, "a file is too large")
	}
	return fault.New(fault.Invalid, "a file is refused")
}

// partly begins the name of a file that is not whole.
const partly = ".part-"

// Open opens a folder of files, and makes it where there is none.
func Open(dir string, v *vault.Vault, log *slog.Logger) (*Files, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the folder for files: %w", err)
	}
	if err := syncFolder(filepath.Dir(dir)); err != nil {
		return nil, fmt.Errorf("make the folder for files: %w", err)
	}
	return &Files{dir, v, log}, nil
}

// syncFolder lets a name that was made or moved in a folder outlive a power cut.
func syncFolder(dir string) error {
	if runtime.GOOS == "windows" {
		return nil // folders cannot be synced there
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Take keeps a file. What cannot be taken is a [*RefusedError], and leaves nothing behind.
func (f *Files) Take(ctx context.Context, from io.Reader) (Object, error) {
	head := make([]byte, sniffed)
	n, err := io.ReadFull(from, head)
	head = head[:n]
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return Object{}, broken(err)
	}
	if n == 0 {
		return Object{}, &RefusedError{WrongEmpty}
	}
	o := Object{Name: strings.ToLower(rand.Text())}
	if o.Kind = kindOf(head); o.Kind == "" {
		return Object{}, &RefusedError{WrongType}
	}
	part := filepath.Join(f.dir, partly+o.Name)
	if err := f.write(ctx, part, &o, io.MultiReader(bytes.NewReader(head), from)); err != nil {
		if gone := os.Remove(part); gone != nil && !errors.Is(gone, fs.ErrNotExist) {
			f.log.Error("take away a part of a file", "error", gone) // the sweep does it
		}
		return Object{}, err
	}
	if err := f.settle(part, o.Name); err != nil {
		return Object{}, fmt.Errorf("keep a file: %w", err)
	}
	return o, nil
}

// settle moves a whole file to its place. Where that went wrong it may stand there all the same: no row knows it, and it is
// swept.
func (f *Files) settle(part, name string) error {
	if err := os.Rename(part, f.path(name)); err != nil {
		return errors.Join(err, os.Remove(part))
	}
	return syncFolder(f.dir)
}

// write seals a file into a part file, and syncs it.
func (f *Files) write(ctx context.Context, part string, o *Object, from io.Reader) (err error) {
	to, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("keep a file: %w", err)
	}
	defer func() {
		if closed := to.Close(); err == nil && closed != nil {
			err = fmt.Errorf("keep a file: %w", closed)
		}
	}()
	sealedSum, plainSum := sha256.New(), sha256.New()
	seal, err := f.vault.SealFile(io.MultiWriter(to, sealedSum), f.place(o.Name))
	if err != nil {
		return fmt.Errorf("seal a file: %w", err)
	}
	source := &source{ctx: ctx, from: io.LimitReader(from, MostBytes+1)}
	o.Size, err = io.Copy(io.MultiWriter(seal, plainSum), source)
	switch {
	case source.err != nil:
		return broken(source.err)
	case err != nil:
		return fmt.Errorf("keep a file: %w", err)
	case o.Size > MostBytes:
		return &RefusedError{WrongLarge}
	}
	if err := errors.Join(seal.Close(), to.Sync()); err != nil {
		return fmt.Errorf("keep a file: %w", err)
	}
	o.SHA256, o.SealedSHA256 = hex.EncodeToString(plainSum.Sum(nil)), sealedSum.Sum(nil)
	return nil
}

// source remembers that reading failed, which is the sender's side, and not the disk's.
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
	if err != nil && err != io.EOF { //nolint:errorlint // io.Reader's own
		s.err = err
	}
	return n, err
}

// broken is what reading ended with, as it concerns the sender. A body beyond its limit is too large, whoever counted.
func broken(err error) error {
	if fault.From(err).Kind == fault.TooLarge {
		return &RefusedError{WrongLarge}
	}
	if errors.Is(err, context.Canceled) {
		return err
	}
	return &RefusedError{WrongBroken}
}

func (f *Files) path(name string) string { return filepath.Join(f.dir, name) }

func (f *Files) place(name string) vault.Place {
	return vault.Place{Table: "file", Column: "evidence", Row: name}
}

// named tells whether a name can be one of ours: nothing else is ever joined to the folder.
func named(name string) bool {
	return len(name) == 26 && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz234567") == ""
}

// Open opens a file as it was handed in; [fault.NotFound] where there is none. A file that was changed or cut fails while it
// is read, before the changed part comes.
func (f *Files) Open(name string) (io.ReadCloser, error) {
	if !named(name) {
		return nil, fault.New(fault.NotFound, "no name of a file")
	}
	sealed, err := os.Open(f.path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.New(fault.NotFound, "there is no such file")
	}
	if err != nil {
		return nil, fmt.Errorf("open a file: %w", err)
	}
	plain, err := f.vault.OpenFile(sealed, f.place(name))
	if err != nil {
		return nil, errors.Join(err, sealed.Close())
	}
	return struct {
		io.Reader
		io.Closer
	}{plain, sealed}, nil
}

// Verify compares a sealed file with the hash that was kept of it.
func (f *Files) Verify(name string, want []byte) error {
	if !named(name) {
		return fault.New(fault.NotFound, "no name of a file")
	}
	sealed, err := os.Open(f.path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return fault.New(fault.NotFound, "the file is missing")
	}
	if err != nil {
		return fmt.Errorf("open a file: %w", err)
	}
	defer sealed.Close() //nolint:errcheck // it was only read
	h := sha256.New()
	if _, err := io.Copy(h, sealed); err != nil {
		return fmt.Errorf("read a file: %w", err)
	}
	if !bytes.Equal(h.Sum(nil), want) {
		return errors.New("the file is not as it was handed in")
	}
	return nil
}

// atOnce is how many names are asked for at a time.
const atOnce = 500

// Sweep takes away files that were last written before a time and that belong to nothing: parts, and whole ones of which known
// says that no row has them. It tells how many.
func (f *Files) Sweep(ctx context.Context, known func(context.Context, []string) (map[string]bool, error), before time.Time) (int, error) {
	entries, err := os.ReadDir(f.dir)
	if err != nil {
		return 0, fmt.Errorf("sweep the files: %w", err)
	}
	var gone []string
	var ask []string
	look := func() error {
		if len(ask) == 0 {
			return nil
		}
		have, err := known(ctx, ask)
		for _, name := range ask {
			if err == nil && !have[name] {
				gone = append(gone, name)
			}
		}
		ask = ask[:0]
		return err
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !info.Mode().IsRegular() || !info.ModTime().Before(before) {
			continue
		}
		switch {
		case strings.HasPrefix(e.Name(), partly):
			gone = append(gone, e.Name())
		case named(e.Name()):
			if ask = append(ask, e.Name()); len(ask) == atOnce {
				if err := look(); err != nil {
					return 0, fmt.Errorf("sweep the files: %w", err)
				}
			}
		}
	}
	if err := look(); err != nil {
		return 0, fmt.Errorf("sweep the files: %w", err)
	}
	n := 0
	for _, name := range gone {
		if err := os.Remove(f.path(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return n, fmt.Errorf("sweep the files: %w", err)
		}
		n++
	}
	return n, nil
}
