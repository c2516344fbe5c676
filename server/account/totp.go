package account

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // RFC 6238: what authenticator apps compute; HMAC does not need collision resistance
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net/url"
	"strings"
	"time"
)

// The second factor is a time-based one-time password (RFC 6238) as every authenticator app has it: SHA-1, 30 seconds, 6 digits.
const (
	period     = 30
	codeDigits = 6
	secretSize = 20 // bytes, as RFC 4226 section 4 recommends
	drift      = 1  // codes before and after the present one are taken, too: RFC 6238 section 5.2
)

func newSecret() []byte {
	b := make([]byte, secretSize)
	_, _ = rand.Read(b) // never fails
	return b
}

func stepAt(t time.Time) int64 { return t.Unix() / period }

// codeAt is the code of a step (RFC 4226 section 5.3).
func codeAt(secret []byte, step int64, digits int) string {
	h := hmac.New(sha1.New, secret)
	_ = binary.Write(h, binary.BigEndian, step)
	sum := h.Sum(nil)
	at := sum[len(sum)-1] & 0xf
	n := uint64(binary.BigEndian.Uint32(sum[at:at+4]) & 0x7fffffff)
	power := uint64(1)
	for range digits {
		power *= 10
	}
	return fmt.Sprintf("%0*d", digits, n%power)
}

// matchCode finds the step around now of which code is, if it is later than the last that was taken: a code is taken once (RFC 6238
// section 5.2).
func matchCode(secret []byte, code string, now time.Time, last int64) (step int64, ok bool) {
	for d := int64(-drift); d <= drift; d++ {
		s := stepAt(now) + d
		if subtle.ConstantTimeCompare([]byte(codeAt(secret, s, codeDigits)), []byte(code)) == 1 && s > last {
			step, ok = s, true
		}
	}
	return step, ok
}

var base32Plain = base32.StdEncoding.WithPadding(base32.NoPadding)

// Secret is a second factor's secret that is being set up.
type Secret struct {
	Groups string // in groups of four, to be typed
	URI    string // for the picture: what apps read
}

// Code is what an app that was given the secret shows at a time. People have an app for it; demonstrations and tests have this.
func (s Secret) Code(at time.Time) (string, error) {
	secret, err := base32Plain.DecodeString(strings.ReplaceAll(s.Groups, " ", ""))
	if err != nil {
		return "", fmt.Errorf("read a secret: %w", err)
	}
	return codeAt(secret, stepAt(at), codeDigits), nil
}

func secretOf(name string, secret []byte) Secret {
	text := base32Plain.EncodeToString(secret)
	q := url.Values{"secret": {text}, "issuer": {issuer}}
	u := url.URL{Scheme: "otpauth", Host: "totp", Path: "/" + issuer + ":" + name, RawQuery: q.Encode()}
	return Secret{groups(text), u.String()}
}

// issuer is what the app calls us.
const issuer = "Anxin"

func groups(s string) string {
	var parts []string
	for len(s) > 4 {
		parts, s = append(parts, s[:4]), s[4:]
	}
	return strings.Join(append(parts, s), " ")
}

const (
	recoveryCodes = 10
	recoverySize  = 10 // bytes: 80 bits
)

// newRecovery makes the codes that each stand once for the second factor.
func newRecovery() []string {
	list := make([]string, recoveryCodes)
	for i := range list {
		b := make([]byte, recoverySize)
		_, _ = rand.Read(b) // never fails
		list[i] = groups(base32Plain.EncodeToString(b))
	}
	return list
}
