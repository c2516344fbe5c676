// Package vault keeps what citizens entrust to the council unreadable to whoever gets hold of the database, its backup or
// its disk without the secret: names, telephone numbers, what happened, messages, drafts, files.
//
// A field is sealed with [Vault.Seal] for the place it stands in, and opens at that place only: one moved to another row or
// column opens as little as one changed. Files are sealed as they stream by ([Vault.SealFile]). What an officer must find
// again is found by its [Vault.Index], a keyed hash of the value as people may write it. Access codes are derived and kept as
// hashes (code.go).
//
// The secret is a file of keys, one a line. The first seals; all of them open. To change the key, put a new line on top:
// what was sealed before still opens. Lose the file, and what was sealed is lost: backups do not hold it.
package vault

import (
	"bufio"
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
)

const keySize = 32

// Vault holds the keys. Make it with [Open].
type Vault struct {
	// Cost is what hashing an access code takes. Tests may lower it before the first use; a hash remembers its own.
	Cost Cost

	keys      []*key // the first seals
	turns     chan struct{}
	waiting   atomic.Int32 // to have an access code checked
	passwords atomic.Int32 // to have a password checked
}

// KeyID names a key without telling it.
type KeyID [4]byte

func (id KeyID) String() string { return hex.EncodeToString(id[:]) }

type key struct {
	id    KeyID
	root  []byte
	field cipher.AEAD
}

// derive makes a key of its own for each purpose, so that what one is used for tells nothing about another.
func (k *key) derive(salt []byte, purpose string, size int) []byte {
	out, err := hkdf.Key(sha256.New, k.root, salt, "anxin "+purpose, size)
	if err != nil {
		panic(err) // only a size beyond HKDF's, or a root too short for FIPS: neither can come from outside
	}
	return out
}

const head = `# What citizens entrusted to this server is sealed with the keys below, one a line. The first seals, all of them open.
# To change the key, put 64 random hexadecimal digits on top (openssl rand -hex 32) and keep the others.
# Keep a copy where no backup of the database lies. Without this file nothing that was sealed can be read again.
`

// Open reads the keys from a file.
func Open(file string) (*Vault, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read the secret: %w", err)
	}
	v, err := New(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return v, nil
}

// OpenOrMake reads the keys from a file that is made, readable by its owner only, where there is none.
func OpenOrMake(file string) (*Vault, error) {
	v, err := Open(file)
	if !errors.Is(err, fs.ErrNotExist) {
		return v, err
	}
	// Written whole beside its place and then linked there, which fails if another process was faster: a key that sealed
	// anything is on the disk before it did.
	f, err := os.CreateTemp(filepath.Dir(file), ".secret-*") // 0600
	if err != nil {
		return nil, fmt.Errorf("make a secret: %w", err)
	}
	defer os.Remove(f.Name()) //nolint:errcheck // nothing points to it
	_, err = fmt.Fprintf(f, "%s%x\n", head, random(keySize))
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return nil, fmt.Errorf("make a secret: %w", err)
	}
	if err := os.Link(f.Name(), file); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("make a secret: %w", err)
	}
	if runtime.GOOS == "windows" {
		return Open(file) // folders cannot be synced there
	}
	dir, err := os.Open(filepath.Dir(file))
	if err != nil {
		return nil, fmt.Errorf("make a secret: %w", err)
	}
	if err := errors.Join(dir.Sync(), dir.Close()); err != nil {
		return nil, fmt.Errorf("make a secret: %w", err)
	}
	return Open(file)
}

// New reads keys as a secret file has them. Its errors name lines and never what stands there.
func New(secret []byte) (*Vault, error) {
	v := &Vault{Cost: defaultCost, turns: make(chan struct{}, runtime.NumCPU())}
	lines := bufio.NewScanner(bytes.NewReader(secret))
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		root, err := hex.DecodeString(line)
		if err != nil || len(root) != keySize {
			return nil, fmt.Errorf("line %d is no key: a key is %d hexadecimal digits (openssl rand -hex %d)", n, 2*keySize, keySize)
		}
		k := &key{root: root}
		copy(k.id[:], k.derive(nil, "key id", len(k.id)))
		if slices.ContainsFunc(v.keys, func(have *key) bool { return have.id == k.id }) {
			return nil, fmt.Errorf("line %d repeats a key", n)
		}
		block, err := aes.NewCipher(k.derive(nil, "field", 32))
		if err != nil {
			return nil, err
		}
		if k.field, err = cipher.NewGCMWithRandomNonce(block); err != nil {
			return nil, err
		}
		v.keys = append(v.keys, k)
	}
	if err := lines.Err(); err != nil {
		return nil, errors.New("a line is too long to be a key")
	}
	if len(v.keys) == 0 {
		return nil, errors.New("there is no key in it")
	}
	return v, nil
}

// Keys names the keys, the one that seals first.
func (v *Vault) Keys() []KeyID {
	ids := make([]KeyID, len(v.keys))
	for i, k := range v.keys {
		ids[i] = k.id
	}
	return ids
}

func (v *Vault) find(id []byte) (*key, error) {
	for _, k := range v.keys {
		if bytes.Equal(k.id[:], id) {
			return k, nil
		}
	}
	return nil, fmt.Errorf("%w: it was sealed with key %x, which the secret does not hold", ErrSealed, id)
}

// ErrSealed tells that something does not open: it was changed, cut short, moved from its place, or sealed with a key that is
// not here.
var ErrSealed = errors.New("what was sealed does not open")

// Place is where a sealed value stands. A file's table is "file", its column its kind, its row its name.
type Place struct{ Table, Column, Row string }

// bound is the place in a form in which no two places are alike.
func (p Place) bound() []byte {
	var b []byte
	for _, s := range []string{p.Table, p.Column, p.Row} {
		b = binary.AppendUvarint(b, uint64(len(s)))
		b = append(b, s...)
	}
	return b
}

func (p Place) String() string { return p.Table + "." + p.Column + " of " + p.Row }

// The first byte of what was sealed says how, so that a later way can stand beside it.
const (
	fieldForm = 1 // key id, then AES-256-GCM with its random nonce in front: good for 2³² fields a key
	fileForm  = 2 // file.go
)

// Seal seals a value for a place.
func (v *Vault) Seal(p Place, plain []byte) []byte {
	k := v.keys[0]
	out := make([]byte, 0, 1+len(k.id)+k.field.Overhead()+len(plain))
	out = append(out, fieldForm)
	out = append(out, k.id[:]...)
	return k.field.Seal(out, nil, plain, p.bound())
}

// Open opens what was sealed for the place, or tells why not by an [ErrSealed].
func (v *Vault) Open(p Place, sealed []byte) ([]byte, error) {
	const front = 1 + len(KeyID{})
	if len(sealed) < front || sealed[0] != fieldForm {
		return nil, fmt.Errorf("%w: %s: it is no sealed field", ErrSealed, p)
	}
	k, err := v.find(sealed[1:front])
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p, err)
	}
	plain, err := k.field.Open(nil, nil, sealed[front:], p.bound())
	if err != nil {
		return nil, fmt.Errorf("%w: %s: it was changed, cut short or moved", ErrSealed, p)
	}
	return plain, nil
}

func random(size int) []byte {
	b := make([]byte, size)
	_, _ = rand.Read(b) // never fails: the program ends first
	return b
}
