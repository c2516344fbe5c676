package search

import (
	"slices"
	"sort"
	"strings"

	bsearch "github.com/blevesearch/bleve/v2/search"
)

// Vocabulary holds the words of the field: for what a query says in other words, for what it spells by sound or by first
// letters, and for what it may have meant. It never changes once made.
type Vocabulary struct {
	groups  [][]string          // folded synonyms
	member  map[string][]int    // word → its groups
	words   map[string]bool     // every Chinese word, folded
	spelt   map[string][]string // syllables, joined by a space → words
	first   map[string][]string // first letters → words
	english map[string]int      // words of English texts → how often
}

// Words longer than this are phrases, which nobody mistypes as one word.
const (
	longestWord = 6 // characters
	mostAlso    = 24
)

// NewVocabulary makes a vocabulary of groups of synonyms, names that stand for themselves, and English texts.
func NewVocabulary(groups [][]string, names, english []string) *Vocabulary {
	v := &Vocabulary{member: map[string][]int{}, words: map[string]bool{}, spelt: map[string][]string{}, first: map[string][]string{}, english: map[string]int{}}
	for _, g := range groups {
		var folded []string
		for _, w := range g {
			w = fold(w)
			folded = append(folded, w)
			v.member[w] = append(v.member[w], len(v.groups))
			v.add(w)
		}
		v.groups = append(v.groups, folded)
	}
	for _, n := range names {
		for _, run := range runs(fold(n)) {
			v.add(run)
		}
	}
	for _, text := range english {
		v.count(text)
	}
	for _, table := range []map[string][]string{v.spelt, v.first} {
		for _, list := range table {
			sort.Strings(list)
		}
	}
	return v
}

func (v *Vocabulary) add(w string) {
	if !hasHan(w) {
		v.count(w)
		return
	}
	if n := len([]rune(w)); n < 2 || n > longestWord || v.words[w] {
		return
	}
	v.words[w] = true
	for _, s := range spellings(w) {
		v.spelt[strings.Join(s, " ")] = appendNew(v.spelt[strings.Join(s, " ")], w)
		v.first[initials(s)] = appendNew(v.first[initials(s)], w)
	}
}

func (v *Vocabulary) count(text string) {
	for _, w := range runs(strings.ToLower(text)) {
		if !hasHan(w) {
			v.english[w]++
		}
	}
}

func appendNew(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

// Also are the words that mean what a word of the query means, and those that it spells by sound or first letters.
func (v *Vocabulary) Also(q string) []string {
	q = fold(q)
	var also []string
	add := func(w string) {
		if len(also) < mostAlso && !strings.Contains(q, w) {
			also = appendNew(also, w)
		}
	}
	for _, w := range v.spells(q) {
		add(w)
		for _, g := range v.member[w] {
			for _, other := range v.groups[g] {
				add(other)
			}
		}
	}
	for g, words := range v.groups {
		for _, w := range words {
			if says(q, w) {
				for _, other := range v.groups[g] {
					add(other)
				}
				break
			}
		}
	}
	return also
}

// says tells whether a word stands in a query; one of Latin letters must stand there whole.
func says(q, w string) bool {
	if w == "" || !strings.Contains(q, w) {
		return false
	}
	return hasHan(w) || slices.Contains(runs(q), w) || strings.Contains(w, " ")
}

// spells are the words that a query of Latin letters spells: shuadan, shua dan or sd for 刷单.
func (v *Vocabulary) spells(q string) []string {
	if hasHan(q) {
		return nil
	}
	var list []string
	whole := strings.ReplaceAll(q, " ", "")
	for _, way := range split(whole) {
		list = append(list, v.spelt[strings.Join(way, " ")]...)
	}
	if len(whole) >= 2 && len(whole) <= longestWord {
		list = append(list, v.first[whole]...)
	}
	for _, word := range strings.Fields(q) {
		for _, way := range split(word) {
			if word != whole {
				list = append(list, v.spelt[strings.Join(way, " ")]...)
			}
		}
	}
	return list
}

// Meant is the query with the word set right that it may have got wrong: one written with other characters of the same
// sound, or an English word with a letter or two wrong. unknown tells of a word whether no document has it. Empty where
// nothing is to be set right. Only short queries are looked at: in a story something always sounds like something.
func (v *Vocabulary) Meant(q string, unknown func(word string) bool) string {
	if hasHan(q) {
		return v.meantBySound(q, unknown)
	}
	words := strings.Fields(strings.ToLower(q))
	if len(typedPairs(q)) > 0 { // pinyin, and no English to be mended
		if list := v.spells(fold(q)); len(list) > 0 {
			return list[0]
		}
		return ""
	}
	if len(words) == 1 && len(words[0]) <= longestWord && unknown(words[0]) {
		if list := v.first[words[0]]; len(list) > 0 {
			return list[0]
		}
	}
	if len(words) > mostWords {
		return ""
	}
	changed := false
	for i, w := range words {
		if len(w) < shortestMended || strings.ContainsAny(w, "0123456789") || v.english[w] > 0 || !unknown(w) {
			continue
		}
		if near := v.nearest(w); near != "" {
			words[i], changed = near, true
		}
	}
	if !changed {
		return ""
	}
	return strings.Join(words, " ")
}

const (
	mostWords      = 7  // of an English query that is mended
	shortestMended = 6  // letters: shorter words are one letter from too many others, cheap from cheat
	mostMended     = 16 // characters of a Chinese query that is mended
	mostForPairs   = 8  // characters of one in which a word of two may be mended
)

func (v *Vocabulary) meantBySound(q string, unknown func(string) bool) string {
	runes := []rune(fold(q))
	if len(runes) > mostMended {
		return ""
	}
	shortest := 3
	if len(runes) <= mostForPairs {
		shortest = 2
	}
	right := v.understood(runes)
	for n := min(longestWord, len(runes)); n >= shortest; n-- {
		for i := 0; i+n <= len(runes); i++ {
			w := string(runes[i : i+n])
			if slices.Contains(right[i:i+n], true) || len(runs(w)) != 1 || !unknown(w) {
				continue
			}
			s, ok := syllables(w)
			if !ok {
				continue
			}
			for _, other := range v.spelt[strings.Join(s, " ")] {
				if other != w && len([]rune(other)) == n {
					return string(runes[:i]) + other + string(runes[i+n:])
				}
			}
		}
	}
	return ""
}

// understood marks the characters of a query that belong to a word of the vocabulary: nothing is wrong with those.
func (v *Vocabulary) understood(runes []rune) []bool {
	right := make([]bool, len(runes))
	for n := min(longestWord, len(runes)); n >= 2; n-- {
		for i := 0; i+n <= len(runes); i++ {
			if v.words[string(runes[i:i+n])] {
				for j := i; j < i+n; j++ {
					right[j] = true
				}
			}
		}
	}
	return right
}

// nearest is the English word that differs from w by one letter, or by two where it is long; of several the most usual.
func (v *Vocabulary) nearest(w string) string {
	most := 1
	if len(w) >= 8 {
		most = 2
	}
	best, bestDistance := "", most+1
	for candidate, n := range v.english {
		if len(candidate) < 4 || candidate[0] != w[0] {
			continue
		}
		d, over := bsearch.LevenshteinDistanceMax(w, candidate, most)
		if over || d > most {
			continue
		}
		if d < bestDistance || d == bestDistance && (n > v.english[best] || n == v.english[best] && candidate < best) {
			best, bestDistance = candidate, d
		}
	}
	return best
}
