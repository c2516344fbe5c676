package evidence_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"anxin/server/evidence"
	"anxin/server/fault"
	"anxin/server/vault"
)

func sealing() *vault.Vault {
	v, err := vault.New([]byte(strings.Repeat("5e", 32)))
	if err != nil {
		panic(err)
	}
	return v
}

func open(t testing.TB) (*evidence.Files, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "evidence")
	f, err := evidence.Open(dir, sealing(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return f, dir
}

func take(t testing.TB, f *evidence.Files, content string) evidence.Object {
	t.Helper()
	o, err := f.Take(t.Context(), strings.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func read(f *evidence.Files, name string) (string, error) {
	r, err := f.Open(name)
	if err != nil {
		return "", err
	}
	b, err := io.ReadAll(r)
	return string(b), errors.Join(err, r.Close())
}

// lying are the names in a folder.
func lying(t testing.TB, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// refusal is the key by which a file was refused.
func refusal(err error) string {
	if r, ok := errors.AsType[*evidence.RefusedError](err); ok {
		return r.Key
	}
	return ""
}

const picture = "\xFF\xD8\xFF\xE0\x00\x10JFIF and the rest of a picture"

func TestFolderIsItsOwnersOnly(t *testing.T) {
	t.Parallel()
	f, dir := open(t)
	o := take(t, f, picture)
	if runtime.GOOS == "windows" {
		t.Skip("a file has no such mode there")
	}
	for path, want := range map[string]os.FileMode{dir: 0o700, filepath.Join(dir, o.Name): 0o600} {
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", path, info.Mode(), err)
		}
	}
	if _, err := evidence.Open(filepath.Join(dir, o.Name), sealing(), slog.New(slog.DiscardHandler)); err == nil {
		t.Error("a file was taken for the folder")
	}
	again, err := evidence.Open(dir, sealing(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := read(again, o.Name); got != picture || err != nil {
		t.Errorf("opened again: %q, %v", got, err)
	}
}

func TestRoundTripOfEachKind(t *testing.T) {
	t.Parallel()
	f, dir := open(t)
	seen := map[string]bool{}
	for _, s := range samples() {
		o, err := f.Take(t.Context(), iotest.OneByteReader(strings.NewReader(s.content)))
		if err != nil {
			t.Errorf("%s: %v", s.name, err)
			continue
		}
		sum := sha256.Sum256([]byte(s.content))
		if o.Kind != s.kind || o.Size != int64(len(s.content)) || o.SHA256 != hex.EncodeToString(sum[:]) {
			t.Errorf("%s: %+v, want %s", s.name, o, s.kind)
		}
		if got, err := read(f, o.Name); got != s.content || err != nil {
			t.Errorf("%s comes back otherwise: %d bytes, %v", s.name, len(got), err)
		}
		if err := f.Verify(t.Context(), o.Name, o.SealedSHA256); err != nil {
			t.Errorf("%s: %v", s.name, err)
		}
		if evidence.Extension(o.Kind) == ".bin" {
			t.Errorf("%s has no extension", o.Kind)
		}
		seen[o.Kind] = true
	}
	for _, kind := range evidence.Kinds {
		if !seen[kind] {
			t.Errorf("no sample is %s", kind)
		}
		delete(seen, kind)
	}
	if len(seen) > 0 {
		t.Errorf("taken, and not listed: %v", seen)
	}
	if n := len(lying(t, dir)); n != len(samples()) {
		t.Errorf("%d files for %d samples", n, len(samples()))
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	f, dir := open(t)
	check := func(name, want string, from io.Reader) {
		t.Helper()
		o, err := f.Take(t.Context(), from)
		if refusal(err) != want {
			t.Errorf("%s: %+v, %v, want %s", name, o, err, want)
		}
		if left := lying(t, dir); len(left) > 0 {
			t.Errorf("%s leaves %v", name, left)
		}
	}
	for name, content := range refused() {
		check(name, evidence.WrongType, strings.NewReader(content))
	}
	check("nothing", evidence.WrongEmpty, strings.NewReader(""))
	cut := io.MultiReader(strings.NewReader(picture), iotest.ErrReader(io.ErrUnexpectedEOF))
	check("cut off in its head", evidence.WrongBroken, cut)
	cut = io.MultiReader(strings.NewReader(picture+strings.Repeat("x", 1<<20)), iotest.ErrReader(errors.New("connection reset")))
	check("cut off later", evidence.WrongBroken, cut)
	check("never begun", evidence.WrongBroken, iotest.ErrReader(io.ErrUnexpectedEOF))
	check("beyond what the server reads", evidence.WrongLarge, http.MaxBytesReader(httptest.NewRecorder(), io.NopCloser(strings.NewReader(picture+strings.Repeat("x", 9999))), 5000))
	check("beyond what the server reads, in its head", evidence.WrongLarge, http.MaxBytesReader(httptest.NewRecorder(), io.NopCloser(strings.NewReader(picture)), 8))

	ctx, cancel := context.WithCancel(t.Context())
	gone := io.MultiReader(strings.NewReader(picture+strings.Repeat("x", 1<<20)), readerFunc(func([]byte) (int, error) { cancel(); return 0, nil }))
	if _, err := f.Take(ctx, gone); !errors.Is(err, context.Canceled) || refusal(err) != "" {
		t.Errorf("whoever sent it went away: %v", err)
	}
	if left := lying(t, dir); len(left) > 0 {
		t.Errorf("whoever went away leaves %v", left)
	}
	if kind := fault.From(&evidence.RefusedError{Key: evidence.WrongType}).Kind; kind != fault.Invalid {
		t.Errorf("a refusal is %v", kind)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// endless is a picture of any size that stands nowhere.
func endless(size int64) io.Reader {
	return io.LimitReader(io.MultiReader(strings.NewReader(picture), readerFunc(func(p []byte) (int, error) {
		for i := range p {
			p[i] = byte(i)
		}
		return len(p), nil
	})), size)
}

// Not parallel: what it measures is the whole process's.
func TestLargestStreams(t *testing.T) {
	f, dir := open(t)
	for _, size := range []int64{evidence.MostBytes - 1, evidence.MostBytes, evidence.MostBytes + 1, 1 << 40} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		o, err := f.Take(t.Context(), endless(size))
		switch {
		case size > evidence.MostBytes:
			if refusal(err) != evidence.WrongLarge {
				t.Errorf("%d bytes: %v", size, err)
			}
		case err != nil || o.Size != size:
			t.Errorf("%d bytes: %+v, %v", size, o, err)
		default:
			r, err := f.Open(o.Name)
			if err != nil {
				t.Fatal(err)
			}
			sum := sha256.New()
			if n, err := io.Copy(sum, r); n != size || err != nil || hex.EncodeToString(sum.Sum(nil)) != o.SHA256 {
				t.Errorf("of %d bytes %d come back, %v", size, n, err)
			}
			if err := r.Close(); err != nil {
				t.Error(err)
			}
		}
		runtime.ReadMemStats(&after)
		if used := after.TotalAlloc - before.TotalAlloc; used > 1<<20 {
			t.Errorf("%d bytes took %d of memory", size, used)
		}
	}
	if n := len(lying(t, dir)); n != 2 {
		t.Errorf("%d files lie there", n)
	}
}

func TestSealedFile(t *testing.T) {
	t.Parallel()
	f, dir := open(t)
	canary := strings.Repeat("黄金丝雀13712345678", 20000) // several segments
	o, other := take(t, f, picture+canary), take(t, f, picture)
	path := filepath.Join(dir, o.Name)
	sealed, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, plain := range []string{"黄金丝雀", "13712345678", "JFIF", o.SHA256} {
		if bytes.Contains(sealed, []byte(plain)) {
			t.Errorf("%q can be read", plain)
		}
	}
	change := func(at int) []byte {
		b := bytes.Clone(sealed)
		b[at] ^= 1
		return b
	}
	moved, err := os.ReadFile(filepath.Join(dir, other.Name))
	if err != nil {
		t.Fatal(err)
	}
	for name, lies := range map[string][]byte{
		"another's file":         moved,
		"changed in front":       change(0),
		"changed in the middle":  change(len(sealed) / 2),
		"changed at the end":     change(len(sealed) - 1),
		"cut by a byte":          sealed[:len(sealed)-1],
		"cut between segments":   sealed[:21+2*(64<<10+16)],
		"nothing left of it":     {},
		"more behind it":         append(bytes.Clone(sealed), 0),
		"not sealed":             []byte(picture),
		"a segment out of place": slices.Concat(sealed[:21], sealed[21+64<<10+16:]),
	} {
		if err := os.WriteFile(path, lies, 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := read(f, o.Name); !errors.Is(err, vault.ErrSealed) {
			t.Errorf("%s: %d bytes, %v", name, len(got), err)
		}
		if err := f.Verify(t.Context(), o.Name, o.SealedSHA256); !errors.Is(err, evidence.ErrChanged) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := os.WriteFile(path, sealed, 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := read(f, o.Name); got != picture+canary || err != nil {
		t.Errorf("as it was: %d bytes, %v", len(got), err)
	}
	v, err := vault.New([]byte(strings.Repeat("5f", 32)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := read(evidence.OpenExisting(dir, v, slog.New(slog.DiscardHandler)), o.Name); !errors.Is(err, vault.ErrSealed) {
		t.Errorf("with another key: %v", err)
	}
}

func TestMissing(t *testing.T) {
	t.Parallel()
	f, dir := open(t)
	if err := os.WriteFile(filepath.Join(filepath.Dir(dir), "secret"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	gone := take(t, f, picture)
	if err := f.Remove(gone.Name); err != nil {
		t.Fatal(err)
	}
	none := evidence.OpenExisting(filepath.Join(dir, "none"), sealing(), slog.New(slog.DiscardHandler))
	for _, name := range []string{gone.Name, "", "..", "../secret", strings.Repeat("A", 26), strings.Repeat("a", 25) + "/", ".part-" + gone.Name} {
		for _, f := range []*evidence.Files{f, none} {
			if _, err := f.Open(name); fault.From(err).Kind != fault.NotFound {
				t.Errorf("open %q: %v", name, err)
			}
			if err := f.Verify(t.Context(), name, gone.SealedSHA256); fault.From(err).Kind != fault.NotFound {
				t.Errorf("verify %q: %v", name, err)
			}
			if err := f.Remove(name); err != nil {
				t.Errorf("remove %q: %v", name, err)
			}
		}
	}
	if _, err := os.Stat(filepath.Join(filepath.Dir(dir), "secret")); err != nil {
		t.Errorf("outside of the folder something was removed: %v", err)
	}
}

func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	f, dir := open(t)
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			content := fmt.Sprint(picture, strings.Repeat(fmt.Sprint(i), 100000))
			o, err := f.Take(t.Context(), strings.NewReader(content))
			if err != nil {
				t.Error(err)
				return
			}
			if got, err := read(f, o.Name); got != content || err != nil {
				t.Errorf("%d comes back otherwise: %v", i, err)
			}
		})
	}
	wg.Wait()
	if n := len(lying(t, dir)); n != 16 {
		t.Errorf("%d files lie there", n)
	}
}

func TestSweep(t *testing.T) {
	t.Parallel()
	f, dir := open(t)
	limit := time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
	old, young := limit.Add(-time.Second), limit
	lay := func(name string, at time.Time) string {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
		return name
	}
	name := func(i int) string { // as one of ours
		return strings.Repeat("a", 22) + strings.NewReplacer("0", "x", "1", "y", "8", "w", "9", "z").Replace(fmt.Sprintf("%04d", i))
	}
	known := map[string]bool{}
	stay := []string{lay(".part-"+name(0), young), lay(name(1), young), lay("notes.txt", old), lay(".part-notes", old)}
	away := 1
	lay(".part-"+name(2), old)
	if err := os.Mkdir(filepath.Join(dir, name(3)), 0o700); err != nil {
		t.Fatal(err)
	}
	stay = append(stay, name(3))
	for i := 8; i < 1000; i++ { // several times what is asked at once
		if n := lay(name(i), old); i%2 == 0 {
			known[n] = true
			stay = append(stay, n)
		} else {
			away++
		}
	}
	asked := 0
	ask := func(_ context.Context, names []string) (map[string]bool, error) {
		asked += len(names)
		return known, nil
	}
	if n, err := f.Sweep(t.Context(), func(context.Context, []string) (map[string]bool, error) { return nil, errors.New("no database") }, limit); err == nil {
		t.Errorf("%d are removed though nobody knows whose they are", n)
	}
	if n := len(lying(t, dir)); n < len(known)+away-1 {
		t.Fatalf("%d are left", n)
	}
	n, err := f.Sweep(t.Context(), ask, limit)
	if err != nil || n < away-1 || n > away { // its part may have gone before
		t.Errorf("%d are removed of %d, %v", n, away, err)
	}
	slices.Sort(stay)
	if left := lying(t, dir); !slices.Equal(left, stay) {
		t.Errorf("left: %v\nwant: %v", left, stay)
	}
	if asked != len(known)+away-1 {
		t.Errorf("%d names were asked about, there were %d", asked, len(known)+away-1)
	}
	if n, err := f.Sweep(t.Context(), ask, limit); n != 0 || err != nil {
		t.Errorf("again: %d, %v", n, err)
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if _, err := f.Sweep(ended, ask, limit); !errors.Is(err, context.Canceled) {
		t.Errorf("after the end: %v", err)
	}
}

// Whatever is sent is refused, and leaves nothing, or comes back as it was.
func FuzzTake(fz *testing.F) {
	for _, s := range samples() {
		fz.Add([]byte(s.content))
	}
	for _, content := range refused() {
		fz.Add([]byte(content))
	}
	f, dir := open(fz)
	fz.Fuzz(func(t *testing.T, content []byte) {
		o, err := f.Take(t.Context(), bytes.NewReader(content))
		if err != nil {
			if want := evidence.WrongType; refusal(err) != want && (refusal(err) != evidence.WrongEmpty || len(content) > 0) {
				t.Fatal(err)
			}
			return
		}
		if !slices.Contains(evidence.Kinds, o.Kind) {
			t.Errorf("kind %q", o.Kind)
		}
		if got, err := read(f, o.Name); got != string(content) || err != nil {
			t.Errorf("%d of %d bytes come back, %v", len(got), len(content), err)
		}
		if err := f.Remove(o.Name); err != nil {
			t.Error(err)
		}
		if left := lying(t, dir); len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
	})
}
