package account

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// A password has 12 to 128 characters of any kind, and is neither common nor made of the account's name: ASVS 6.2.1, 6.2.5, 6.2.9.
const (
	MinPassword = 12
	MaxPassword = 128
)

// common.txt holds what comes to mind first where twelve characters are asked for.
//
//go:embed common.txt
var commonText string

var common = sync.OnceValue(func() map[string]bool {
	set := map[string]bool{}
	for line := range strings.Lines(commonText) {
		if line = plainPassword(line); line != "" {
			set[line] = true
		}
	}
	return set
})

// Weakness is why a password is refused; empty where it is not.
type Weakness string

const (
	TooShort Weakness = "short"
	TooLong  Weakness = "long"
	Common   Weakness = "common"
	Named    Weakness = "named"
)

// Weigh tells what is wrong with a password for the account of that name.
func Weigh(password, name string) Weakness {
	n, plain := utf8.RuneCountInString(norm.NFC.String(password)), plainPassword(password)
	switch {
	case n < MinPassword:
		return TooShort
	case n > MaxPassword:
		return TooLong
	case common()[plain], few(plain):
		return Common
	case leans(plain, plainPassword(name)):
		return Named
	}
	return ""
}

// leans tells whether a password is the name with little around it.
func leans(plain, name string) bool {
	return utf8.RuneCountInString(name) >= 2 && strings.Contains(plain, name) && utf8.RuneCountInString(strings.ReplaceAll(plain, name, "")) < 10
}

// few tells whether a password repeats a few characters.
func few(plain string) bool {
	seen := map[rune]bool{}
	for _, r := range plain {
		seen[r] = true
	}
	return len(seen) < 5
}

// plainPassword leaves out what a common password is dressed up with.
func plainPassword(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.IsPunct(r) || unicode.IsSymbol(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKC.String(s))
}
