package search

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

// The readings of go-pinyin without their tones, which a test writes and holds against it: that package itself builds its
// dictionary in every process, before it is known whether anybody searches by sound. A line is a syllable, the characters
// whose most usual reading it is, those whose second one it is, and so on.
//
//go:embed pinyin.txt
var pinyinFile string

// dictionary has the readings of every character, the most usual first, with spaces between them.
var dictionary = sync.OnceValue(func() map[rune]string {
	nth := []map[rune]string{}
	for line := range strings.Lines(pinyinFile) {
		columns := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		for i, characters := range columns[1:] {
			if i == len(nth) {
				nth = append(nth, map[rune]string{})
			}
			for _, r := range characters {
				nth[i][r] = columns[0]
			}
		}
	}
	for _, more := range nth[1:] {
		for r, s := range more {
			nth[0][r] += " " + s
		}
	}
	return nth[0]
})

// Readings of one character that are indexed. Most have one; a second one covers 行 (háng in a bank, xíng elsewhere).
const mostReadings = 2

var readingCache sync.Map // rune → []string

// readings are a character's syllables without tones, the most usual first.
func readings(r rune) []string {
	if cached, ok := readingCache.Load(r); ok {
		return cached.([]string)
	}
	list := strings.Fields(dictionary()[simplify(r)])
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

// known holds every syllable of Mandarin.
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

// split takes pinyin written without tones apart into syllables, in as few as possible and in every such way: wuzhangai
// is wu zhang ai or wu zhan gai. None: the word is no pinyin. An apostrophe or space ends a syllable.
func split(word string) [][]string {
	ways := [][]string{nil}
	for part := range strings.FieldsFuncSeq(strings.ReplaceAll(word, "ü", "v"), func(r rune) bool { return r == '\'' || r == '’' || r == ' ' }) {
		var next [][]string
		for _, begun := range ways {
			for _, way := range splitOne(part) {
				if len(next) < mostWays {
					next = append(next, append(slices.Clone(begun), way...))
				}
			}
		}
		ways = next
	}
	if len(ways) == 1 && ways[0] == nil {
		return nil
	}
	return ways
}

const mostWays = 8

func splitOne(word string) [][]string {
	const longest = 6                       // zhuang
	ways := make([][][]string, len(word)+1) // to spell the word up to here
	ways[0] = [][]string{nil}
	for end := 1; end <= len(word); end++ {
		for start := max(0, end-longest); start < end; start++ {
			if !known()[word[start:end]] {
				continue
			}
			for _, begun := range ways[start] {
				way := append(slices.Clone(begun), word[start:end])
				switch {
				case len(ways[end]) == 0 || len(way) < len(ways[end][0]):
					ways[end] = [][]string{way}
				case len(way) == len(ways[end][0]) && len(ways[end]) < mostWays:
					ways[end] = append(ways[end], way)
				}
			}
		}
	}
	return ways[len(word)]
}
