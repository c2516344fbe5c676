package vault

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
	"strings"
)

// CodeDigits is how many digits an access code has: 53 bits, digits because they are read aloud, typed on a keypad and
// remembered in fours.
const CodeDigits = 16

// Digits makes a random number of so many digits; it may begin with 0.
func Digits(n int) string {
	x, err := rand.Int(rand.Reader, tenTo(n))
	if err != nil {
		panic(err) // crypto/rand never fails
	}
	return fmt.Sprintf("%0*d", n, x)
}

func tenTo(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }

// Code derives the access code for a complaint from the key under which it was filed and its number: whose answer got lost
// asks again under the same key and is shown the same code, and nobody had to store it.
func (v *Vault) Code(idempotency, number string) string { return v.keys[0].code(idempotency, number) }

// CodeAgain derives the code that a hash was made of, under whichever key that was. Whether it is still valid, [CheckCode]
// tells.
func (v *Vault) CodeAgain(hash, idempotency, number string) (string, error) {
	h, err := parseHash(hash)
	if err != nil {
		return "", err
	}
	k, err := v.find(h.key[:])
	if err != nil {
		return "", err
	}
	return k.code(idempotency, number), nil
}

func (k *key) code(idempotency, number string) string {
	info := Place{"access code", idempotency, digits(number)}
	x := new(big.Int).SetBytes(k.derive(nil, string(info.bound()), 32))
	return fmt.Sprintf("%0*d", CodeDigits, x.Mod(x, tenTo(CodeDigits)))
}

// ErrBusy tells that too many wait to have a code checked. Nothing was checked: ask to come back in a moment.
var ErrBusy = errors.New("too many access codes are being checked")

// maxWaiting checks may wait for their turn; each takes about 0.1 s of one processor.
const maxWaiting = 32

// HashCode is what is stored of an access code. It waits for its turn as long as ctx lets it and is never turned away: a
// complaint must not fail for want of a hash.
func (v *Vault) HashCode(ctx context.Context, number, code string) (string, error) {
	select {
	case v.turns <- struct{}{}:
	case <-ctx.Done():
		return "", ctx.Err()
	}
	defer func() { <-v.turns }()
	h := v.hashFor(number)
	h.sum = v.sum(h, code)
	return h.String(), nil
}

// CheckCode tells which of the hashes kept for a number, if any, is that of the code: -1 if none. It takes as long where
// there are no hashes, because there is no such number. Beyond what can be checked in a few seconds it answers [ErrBusy].
func (v *Vault) CheckCode(ctx context.Context, number, code string, hashes []string) (int, error) {
	done, err := v.turn(ctx, &v.waiting)
	if err != nil {
		return -1, err
	}
	defer done()
	// The hashes of one number share their salt, so one computation serves them all.
	sums := map[string][]byte{}
	found := -1
	for i, text := range hashes {
		h, err := parseHash(text)
		if err != nil {
			return -1, err
		}
		if _, err := v.find(h.key[:]); err != nil {
			return -1, err
		}
		sum, ok := sums[h.front()]
		if !ok {
			sum = v.sum(h, code)
			sums[h.front()] = sum
		}
		if subtle.ConstantTimeCompare(sum, h.sum) == 1 {
			found = i
		}
	}
	if len(sums) == 0 {
		v.sum(v.hashFor(number), code)
	}
	return found, nil
}

type codeHash struct {
	key  KeyID
	cost Cost
	salt []byte
	sum  []byte
}

func (v *Vault) hashFor(number string) codeHash {
	k := v.keys[0]
	return codeHash{key: k.id, cost: v.Cost, salt: mac(k.derive(nil, "code salt", 32), digits(number))[:16]}
}

// sum is Argon2id over the code, which is first keyed: without the secret a stolen hash cannot be guessed at (ASVS 11.4.2,
// 6.5.2).
func (v *Vault) sum(h codeHash, code string) []byte {
	k, err := v.find(h.key[:])
	if err != nil {
		panic(err) // the caller found it before
	}
	return h.cost.hash(mac(k.derive(nil, "code", 32), digits(code)), h.salt)
}

var b64 = base64.RawStdEncoding

func (h codeHash) front() string {
	return fmt.Sprintf("argon2id$%s$%d$%d$%s$", h.key, h.cost.Memory, h.cost.Passes, b64.EncodeToString(h.salt))
}

func (h codeHash) String() string { return h.front() + b64.EncodeToString(h.sum) }

var errHash = errors.New("what is stored is no hash of an access code")

func parseHash(s string) (codeHash, error) {
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[0] != "argon2id" {
		return codeHash{}, errHash
	}
	var h codeHash
	id, err := hex.DecodeString(parts[1])
	if err != nil || len(id) != len(h.key) {
		return codeHash{}, errHash
	}
	copy(h.key[:], id)
	if _, err := fmt.Sscanf(parts[2]+" "+parts[3], "%d %d", &h.cost.Memory, &h.cost.Passes); err != nil {
		return codeHash{}, errHash
	}
	if h.cost.Passes < 1 || h.cost.Passes > 16 || h.cost.Memory > 1<<20 {
		return codeHash{}, errHash
	}
	if h.salt, err = b64.DecodeString(parts[4]); err != nil {
		return codeHash{}, errHash
	}
	if h.sum, err = b64.DecodeString(parts[5]); err != nil || len(h.sum) != 32 {
		return codeHash{}, errHash
	}
	return h, nil
}
