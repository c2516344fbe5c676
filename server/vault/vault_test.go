package vault

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
)

const (
	oneKey   = "0000000000000000000000000000000000000000000000000000000000000001"
	otherKey = "0000000000000000000000000000000000000000000000000000000000000002"
)

func open(t testing.TB, keys ...string) *Vault {
	t.Helper()
	v, err := New([]byte(strings.Join(keys, "\n")))
	if err != nil {
		t.Fatal(err)
	}
	v.Cost = Cost{Memory: 64, Passes: 1}
	return v
}

var place = Place{"disputes", "body", "A"}

func TestFieldOpensAtItsPlaceOnly(t *testing.T) {
	t.Parallel()
	v := open(t, oneKey)
	sealed := v.Seal(place, []byte("黄小明"))
	if bytes.Contains(sealed, []byte("黄小明")) {
		t.Error("the name can be read")
	}
	if got, err := v.Open(place, sealed); err != nil || string(got) != "黄小明" {
		t.Fatalf("%q, %v", got, err)
	}
	if again := v.Seal(place, []byte("黄小明")); bytes.Equal(again, sealed) {
		t.Error("equal values can be told to be equal")
	}
	changed := bytes.Clone(sealed)
	changed[len(changed)-1] ^= 1
	otherForm := bytes.Clone(sealed)
	otherForm[0] = fileForm
	for name, c := range map[string]struct {
		v      *Vault
		p      Place
		sealed []byte
	}{
		"another row":                {v, Place{"disputes", "body", "B"}, sealed},
		"another column":             {v, Place{"disputes", "number", "A"}, sealed},
		"another table":              {v, Place{"drafts", "body", "A"}, sealed},
		"the same letters, cut else": {v, Place{"disputesb", "ody", "A"}, sealed},
		"another key":                {open(t, otherKey), place, sealed},
		"changed":                    {v, place, changed},
		"another form":               {v, place, otherForm},
		"more behind it":             {v, place, append(bytes.Clone(sealed), 0)},
		"nothing":                    {v, place, nil},
	} {
		if got, err := c.v.Open(c.p, c.sealed); !errors.Is(err, ErrSealed) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	for n := range sealed {
		if got, err := v.Open(place, sealed[:n]); !errors.Is(err, ErrSealed) {
			t.Errorf("cut to %d bytes: %q, %v", n, got, err)
		}
	}
}

func TestKeyCanBeChanged(t *testing.T) {
	t.Parallel()
	old, both := open(t, oneKey), open(t, "# a new one", otherKey, "", oneKey)
	if got, err := both.Open(place, old.Seal(place, []byte("x"))); err != nil || string(got) != "x" {
		t.Errorf("what the old key sealed: %q, %v", got, err)
	}
	if _, err := old.Open(place, both.Seal(place, []byte("x"))); !errors.Is(err, ErrSealed) {
		t.Errorf("the new key does not seal: %v", err)
	}
	was := old.Index(Phone, "13800138000")
	if x := both.Lookup(Phone, "13800138000"); len(x) != 2 || !bytes.Equal(x[1], was) || !bytes.Equal(x[0], both.Index(Phone, "13800138000")) {
		t.Errorf("a telephone number is looked for under %x", x)
	}
	code := old.Code("key", "1234")
	hash, err := old.HashCode(t.Context(), "1234", code)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := both.CodeAgain(hash, "key", "1234"); err != nil || again != code {
		t.Errorf("the code was %s and is %s, %v", code, again, err)
	}
	if i, err := both.CheckCode(t.Context(), "1234", code, []string{hash}); i != 0 || err != nil {
		t.Errorf("the code is not known again: %d, %v", i, err)
	}
}

func TestSecretFile(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "secret")
	if _, err := Open(file); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
	v, err := OpenOrMake(file)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("made with %v, %v", info.Mode(), err)
	}
	again, err := OpenOrMake(file)
	if err != nil || again.Keys()[0] != v.Keys()[0] {
		t.Errorf("opened again: %v, %v", again, err)
	}
	if left, _ := os.ReadDir(filepath.Dir(file)); len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
	for name, text := range map[string]string{
		"empty": "", "remarks only": "# nothing\n", "too short": oneKey[2:], "no key": "swordfish", "a key twice": oneKey + "\n" + oneKey,
	} {
		_, err := New([]byte(text))
		if err == nil {
			t.Errorf("%s: was taken", name)
		} else if strings.Contains(err.Error(), "swordfish") {
			t.Errorf("%s: the error tells what stands there: %v", name, err)
		}
	}
}

func TestFile(t *testing.T) {
	t.Parallel()
	v := open(t, oneKey)
	for _, size := range []int{0, 1, segment - 1, segment, segment + 1, 3 * segment, 3*segment + 7} {
		plain := bytes.Repeat([]byte("0123456789abcdef"), size/16+1)[:size]
		sealed := sealFile(t, v, plain)
		got, err := openFile(v, place, iotest.HalfReader(bytes.NewReader(sealed)))
		if err != nil || !bytes.Equal(got, plain) {
			t.Fatalf("%d bytes: %d came back, %v", size, len(got), err)
		}
		for _, n := range []int{0, 1, 20, 21, 22, len(sealed) / 2, len(sealed) - 1} {
			if n < len(sealed) {
				if _, err := openFile(v, place, bytes.NewReader(sealed[:n])); !errors.Is(err, ErrSealed) {
					t.Errorf("%d bytes, sealed and cut to %d: %v", size, n, err)
				}
			}
		}
		if _, err := openFile(v, place, bytes.NewReader(append(bytes.Clone(sealed), 0))); !errors.Is(err, ErrSealed) {
			t.Errorf("%d bytes and one behind: %v", size, err)
		}
		if _, err := openFile(v, Place{"file", "body", "B"}, bytes.NewReader(sealed)); !errors.Is(err, ErrSealed) {
			t.Errorf("%d bytes under another name: %v", size, err)
		}
		if _, err := openFile(open(t, otherKey), place, bytes.NewReader(sealed)); !errors.Is(err, ErrSealed) {
			t.Errorf("%d bytes with another key: %v", size, err)
		}
	}
}

func TestFileSegments(t *testing.T) {
	t.Parallel()
	v := open(t, oneKey)
	sealed := sealFile(t, v, make([]byte, 3*segment))
	const front, whole = 21, segment + tagSize
	head, a, b, c := sealed[:front], sealed[front:front+whole], sealed[front+whole:front+2*whole], sealed[front+2*whole:]
	for name, parts := range map[string][][]byte{
		"cut at a segment": {head, a, b}, "one left out": {head, a, c}, "two exchanged": {head, b, a, c}, "one twice": {head, a, a, b, c},
		"the last twice": {head, a, b, c, c}, "the front only": {head},
	} {
		if _, err := openFile(v, place, bytes.NewReader(bytes.Join(parts, nil))); !errors.Is(err, ErrSealed) {
			t.Errorf("%s: %v", name, err)
		}
	}
	var half bytes.Buffer
	w, err := v.SealFile(&half, place)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(make([]byte, segment+1)); err != nil {
		t.Fatal(err)
	}
	if _, err := openFile(v, place, bytes.NewReader(half.Bytes())); !errors.Is(err, ErrSealed) {
		t.Errorf("never closed: %v", err)
	}
	broken := errors.New("broken")
	if _, err := openFile(v, place, io.MultiReader(bytes.NewReader(sealed[:front+whole]), iotest.ErrReader(broken))); !errors.Is(err, broken) {
		t.Errorf("a disk that fails is taken for a forgery: %v", err)
	}
}

func sealFile(t testing.TB, v *Vault, plain []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := v.SealFile(&out, place)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(w, bytes.NewReader(plain)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte{0}); err == nil {
		t.Error("a closed file takes more")
	}
	return out.Bytes()
}

func openFile(v *Vault, p Place, r io.Reader) ([]byte, error) {
	f, err := v.OpenFile(r, p)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(f)
}

func FuzzOpen(f *testing.F) {
	v := open(f, oneKey)
	sealed, file := v.Seal(place, []byte("plain")), sealFile(f, v, []byte("plain"))
	f.Add(sealed)
	f.Add(file)
	f.Add(sealed[:5])
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		if got, err := v.Open(place, b); err == nil && string(got) != "plain" {
			t.Errorf("a forged field opened: %q", got)
		} else if err != nil && !errors.Is(err, ErrSealed) {
			t.Error(err)
		}
		if got, err := openFile(v, place, bytes.NewReader(b)); err == nil && string(got) != "plain" {
			t.Errorf("a forged file opened: %q", got)
		} else if err != nil && !errors.Is(err, ErrSealed) {
			t.Error(err)
		}
	})
}
