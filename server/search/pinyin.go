package search

import (
	"slices"
	"strings"
	"sync"

	"github.com/mozillazg/go-pinyin"
)

// Readings of one character that are indexed. Most have one; a second one covers 行 (háng in a bank, xíng elsewhere).
const mostReadings = 2

var readingCache sync.Map // rune → []string

// readings are a character's syllables without tones, the most usual first.
func readings(r rune) []string {
	if cached, ok := readingCache.Load(r); ok {
		return cached.([]string)
	}
	args := pinyin.NewArgs()
	args.Heteronym = true
	var list []string
	for _, s := range pinyin.SinglePinyin(simplify(r), args) {
		if s = strings.ReplaceAll(s, "ü", "v"); !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	readingCache.Store(r, list)
	return list
}

// syllables spells a run of Han characters, each by its most usual reading. ok is false where one has none.
func syllables(s string) (list []string, ok bool) {
	for _, r := range s {
		all := readings(r)
		if len(all) == 0 {
			return nil, false
		}
		list = append(list, all[0])
	}
	return list, len(list) > 0
}

// spellings are all ways to spell a short word, at most eight.
func spellings(s string) [][]string {
	list := [][]string{nil}
	for _, r := range s {
		all := readings(r)
		if len(all) == 0 {
			return nil
		}
		all = all[:min(len(all), mostReadings)]
		var next [][]string
		for _, begun := range list {
			for _, one := range all {
				if len(next) < 8 {
					next = append(next, append(slices.Clone(begun), one))
				}
			}
		}
		list = next
	}
	return list
}

// initials are the first letters of a word's syllables: sd for 刷单.
func initials(spelt []string) string {
	var b strings.Builder
	for _, s := range spelt {
		b.WriteByte(s[0])
	}
	return b.String()
}

// known holds every syllable of Mandarin as go-pinyin spells them.
var known = sync.OnceValue(func() map[string]bool {
	set := map[string]bool{}
	for r := rune(0x4e00); r <= 0x9fa5; r++ {
		for _, s := range readings(r) {
			set[s] = true
		}
	}
	for s := range set { // interjections such as n and hm would split English words
		if !strings.ContainsAny(s, "aeiouv") {
			delete(set, s)
		}
	}
	return set
})

// split takes pinyin written without tones apart into syllables, in as few as possible. ok is false where the word is
// no pinyin. An apostrophe or space ends a syllable.
func split(word string) (list []string, ok bool) {
	for part := range strings.FieldsFuncSeq(strings.ReplaceAll(word, "ü", "v"), func(r rune) bool { return r == '\'' || r == '’' || r == ' ' }) {
		some, ok := splitOne(part)
		if !ok {
			return nil, false
		}
		list = append(list, some...)
	}
	return list, len(list) > 0
}

func splitOne(word string) ([]string, bool) {
	const longest = 6                // zhuang
	best := make([]int, len(word)+1) // fewest syllables up to here, plus one; 0: no way
	from := make([]int, len(word)+1)
	best[0] = 1
	for end := 1; end <= len(word); end++ {
		for start := max(0, end-longest); start < end; start++ {
			if best[start] > 0 && known()[word[start:end]] && (best[end] == 0 || best[start]+1 < best[end]) {
				best[end], from[end] = best[start]+1, start
			}
		}
	}
	if len(word) == 0 || best[len(word)] == 0 {
		return nil, false
	}
	var list []string
	for end := len(word); end > 0; end = from[end] {
		list = append(list, word[from[end]:end])
	}
	slices.Reverse(list)
	return list, true
}
