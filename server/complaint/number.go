package complaint

import (
	"strings"

	"golang.org/x/text/unicode/norm"

	"anxin/server/vault"
)

// NumberDigits is how many digits a complaint's number has, the last of which checks the others.
const NumberDigits = 13

// newNumber draws a number. It says nothing: neither how many complaints there are, nor whose it is.
func newNumber() string {
	d := vault.Digits(NumberDigits - 1)
	return d + string(checkDigit(d))
}

// checkDigit is that of ISO 7064 MOD 11,10: it tells every single wrong digit and nearly all that changed places.
func checkDigit(digits string) byte {
	p := 10
	for _, d := range []byte(digits) {
		s := (p + int(d-'0')) % 10
		if s == 0 {
			s = 10
		}
		p = s * 2 % 11
	}
	return byte('0' + (11-p)%10)
}

// ParseNumber reads a number as people write it, with spaces, hyphens, full-width digits; false where it cannot be one of
// ours, so that a slip is told before anything is looked up.
func ParseNumber(s string) (string, bool) {
	d, ok := onlyDigits(s)
	if !ok || len(d) != NumberDigits || checkDigit(d[:NumberDigits-1]) != d[NumberDigits-1] {
		return d, false
	}
	return d, true
}

// ParseCode reads an access or resume code as people write it; false where it has not its sixteen digits.
func ParseCode(s string) (string, bool) {
	d, ok := onlyDigits(s)
	return d, ok && len(d) == vault.CodeDigits
}

// onlyDigits leaves out what stands between digits; ok is false where something else does.
func onlyDigits(s string) (digits string, ok bool) {
	ok = true
	digits = strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9':
			return r
		case strings.ContainsRune(" \t\r\n\u00a0\u200b\u3000-‐‑‒–—―−－_·.．", r):
		default:
			ok = false
		}
		return -1
	}, norm.NFKC.String(s))
	return digits, ok
}

// Grouped writes a number as 4-4-5 and a code as fours.
func Grouped(digits string) string {
	var parts []string
	for len(digits) > 5 {
		parts = append(parts, digits[:4])
		digits = digits[4:]
	}
	return strings.Join(append(parts, digits), " ")
}
