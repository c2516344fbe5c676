package search

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"
)

// t2sFile holds traditional characters with their simplified form, two by two; e2e/lib/han.mjs writes it.
//
//go:embed t2s.txt
var t2sFile string

var t2s = sync.OnceValue(func() map[rune]rune {
	table := make(map[rune]rune, len(t2sFile)/7)
	for pair := range strings.FieldsSeq(t2sFile) {
		runes := []rune(pair)
		table[runes[0]] = runes[1]
	}
	return table
})

// simplify turns a traditional character into its simplified form, where it has one of its own. One rune stays one
// rune, so that every offset into a text stays what it was.
func simplify(r rune) rune {
	if r < 0x3400 {
		return r
	}
	if s, ok := t2s()[r]; ok {
		return s
	}
	return r
}

// fold writes a query or a word of the vocabulary the one way in which they are compared: simplified, lower case,
// half-width, without space around it.
func fold(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～': // full-width forms of ASCII
			r -= '！' - '!'
		case r == '\u3000':
			return ' '
		}
		return simplify(unicode.ToLower(r))
	}, s))
}

// FoldName writes a name the one way in which names are compared: as fold does, and without what stands between its letters
// and digits, which people leave out.
func FoldName(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, fold(s))
}

func isHan(r rune) bool { return unicode.Is(unicode.Han, r) }

func hasHan(s string) bool { return strings.ContainsFunc(s, isHan) }

// runs cuts a text into what stands between punctuation and spaces: runs of Han characters, and words of other letters
// and digits.
func runs(s string) []string {
	var list []string
	start, han := -1, false
	flush := func(end int) {
		if start >= 0 {
			list = append(list, s[start:end])
		}
		start = -1
	}
	for i, r := range s {
		letter := unicode.IsLetter(r) || unicode.IsDigit(r)
		if start >= 0 && (!letter || isHan(r) != han) {
			flush(i)
		}
		if letter && start < 0 {
			start, han = i, isHan(r)
		}
	}
	flush(len(s))
	return list
}

// length is the number of words that the analyzers make of a text: pairs of neighbouring Han characters, and words of
// other letters. BM25 needs the sum over all documents (see [Index]), and counting is much cheaper than analyzing twice.
func length(s string) int {
	n := 0
	for _, run := range runs(s) {
		if hasHan(run) {
			n += max(1, len([]rune(run))-1)
		} else {
			n++
		}
	}
	return n
}
