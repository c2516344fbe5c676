package vault

import (
	"context"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"strings"
	"sync/atomic"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// passwordSalt is how many random bytes salt a password.
const passwordSalt = 16

// HashPassword is what is stored of a password, in the form of PHC strings with the key's id as keyid. It waits for its turn
// as long as ctx lets it.
func (v *Vault) HashPassword(ctx context.Context, password string) (string, error) {
	select {
	case v.turns <- struct{}{}:
	case <-ctx.Done():
		return "", ctx.Err()
	}
	defer func() { <-v.turns }()
	h := codeHash{key: v.keys[0].id, cost: v.Cost, salt: random(passwordSalt)}
	h.sum = v.passwordSum(h, password)
	return phc(h), nil
}

// CheckPassword tells whether a hash is that of the password, and whether the hash is stale: made at another cost or under an
// older key than would be used today. It takes as long where there is no hash, because there is no such account. Beyond what
// can be checked in a few seconds it answers [ErrBusy]; what waits here and what waits to have an access code checked is counted
// apart, so that neither shuts the other out.
func (v *Vault) CheckPassword(ctx context.Context, password, hash string) (ok, stale bool, err error) {
	done, err := v.turn(ctx, &v.passwords)
	if err != nil {
		return false, false, err
	}
	defer done()
	if hash == "" {
		v.passwordSum(codeHash{key: v.keys[0].id, cost: v.Cost, salt: random(passwordSalt)}, password)
		return false, false, nil
	}
	h, err := parsePHC(hash)
	if err != nil {
		return false, false, err
	}
	if _, err := v.find(h.key[:]); err != nil {
		return false, false, err
	}
	ok = subtle.ConstantTimeCompare(v.passwordSum(h, password), h.sum) == 1
	return ok, h.cost != v.Cost || h.key != v.keys[0].id, nil
}

// turn waits for one of as many turns as there are processors, unless too many wait already.
func (v *Vault) turn(ctx context.Context, waiting *atomic.Int32) (done func(), err error) {
	defer waiting.Add(-1)
	if waiting.Add(1) > maxWaiting {
		return nil, ErrBusy
	}
	select {
	case v.turns <- struct{}{}:
		return func() { <-v.turns }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// passwordSum is Argon2id over the keyed password: without the secret a stolen hash cannot be guessed at. Composed and decomposed
// letters are alike, since keyboards differ in them; nothing else is changed (ASVS 6.2.8).
func (v *Vault) passwordSum(h codeHash, password string) []byte {
	k, err := v.find(h.key[:])
	if err != nil {
		panic(err) // the caller found it before
	}
	return h.cost.hash(mac(k.derive(nil, "password", 32), norm.NFC.String(password)), h.salt)
}

func phc(h codeHash) string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=1,keyid=%s$%s$%s", argon2.Version, h.cost.Memory, h.cost.Passes, h.key, b64.EncodeToString(h.salt), b64.EncodeToString(h.sum))
}

func parsePHC(s string) (codeHash, error) {
	var h codeHash
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return h, errHash
	}
	var key string
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=1,keyid=%s", &h.cost.Memory, &h.cost.Passes, &key); err != nil {
		return h, errHash
	}
	id, err := hex.DecodeString(key)
	if err != nil || len(id) != len(h.key) || h.cost.Passes < 1 || h.cost.Passes > 16 || h.cost.Memory > 1<<20 {
		return h, errHash
	}
	copy(h.key[:], id)
	if h.salt, err = b64.DecodeString(parts[4]); err != nil {
		return h, errHash
	}
	if h.sum, err = b64.DecodeString(parts[5]); err != nil || len(h.sum) != 32 {
		return h, errHash
	}
	return h, nil
}
