package search

import (
	"html"
	"maps"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2/analysis"
)

// A passage shown is about this long, in bytes of UTF-8, and no text is read further than mostRead for it.
const (
	passageHan   = 180
	passageLatin = 160
	mostRead     = 16 << 10
)

// marker marks in a text what a query matched, in either script; pairs that touch become one mark.
type marker struct {
	english analysis.Analyzer
	terms   map[string]bool  // of the Chinese analyzer
	own     map[string]bool  // those of them that were typed, and not only mean the same
	pairs   map[[2]rune]bool // those of them that are two Han characters
	stems   map[string]bool
	single  rune
	sound   bool // the query is pinyin: what was found does not hold its letters
}

func (x *Index) marker(w words) *marker {
	m := &marker{english: x.bleve.Mapping().AnalyzerNamed(english), terms: map[string]bool{}, own: map[string]bool{}, pairs: map[[2]rune]bool{}, stems: map[string]bool{}}
	for _, terms := range append([][]string{w.chinese}, w.also...) {
		for _, t := range terms {
			m.terms[t] = true
			if runes := []rune(t); len(runes) == 2 && isHan(runes[0]) {
				m.pairs[[2]rune{runes[0], runes[1]}] = true
			}
		}
	}
	for _, t := range w.chinese {
		m.own[t] = true
	}
	for _, t := range w.english {
		m.stems[t] = true
	}
	m.single, _ = utf8.DecodeRuneInString(w.single)
	m.sound = len(w.spoken) > 0
	return m
}

type span struct {
	start, end int
	term       string
}

func isEnglish(lang string) bool { return strings.HasPrefix(strings.ToLower(lang), "en") }

// spans are the places in a text that match, in order; neighbours are not yet joined.
func (m *marker) spans(text, lang string) []span {
	if !isEnglish(lang) {
		return m.chineseSpans(text)
	}
	var list []span
	for _, t := range m.english.Analyze([]byte(text)) {
		if term := string(t.Term); m.stems[term] {
			list = append(list, span{t.Start, t.End, term})
		}
	}
	return list
}

// chineseSpans finds what the Chinese analyzer would; a pass over the runes costs a fraction of analyzing every text
// that is shown (TestMarksAreWhatWasFound compares them).
func (m *marker) chineseSpans(text string) []span {
	var list []span
	var before rune // the Han character that stands directly before
	beforeAt, word := 0, -1
	endWord := func(end int) {
		if word >= 0 {
			if t := fold(text[word:end]); m.terms[t] {
				list = append(list, span{word, end, t})
			}
		}
		word = -1
	}
	for i, r := range text {
		if !isHan(r) {
			if before = 0; !unicode.IsLetter(r) && !unicode.IsDigit(r) {
				endWord(i)
			} else if word < 0 {
				word = i
			}
			continue
		}
		endWord(i)
		end := i + utf8.RuneLen(r)
		r = simplify(r)
		if r == m.single {
			list = append(list, span{i, end, string(r)})
		}
		if before != 0 && m.pairs[[2]rune{before, r}] {
			list = append(list, span{beforeAt, end, string([]rune{before, r})})
		}
		before, beforeAt = r, i
	}
	endWord(len(text))
	return list
}

// covered is the share of the query's words that stand in a document.
func (m *marker) covered(e entry) float64 {
	own := m.own
	if isEnglish(e.Lang) {
		own = m.stems
	}
	wanted := len(own)
	if wanted == 0 || m.single != utf8.RuneError || m.sound {
		return 1
	}
	found := map[string]bool{}
	for _, s := range m.spans(e.Title+"\n"+clipBytes(e.Body, mostRead)+"\n"+e.Asked, e.Lang) {
		found[s.term] = own[s.term]
	}
	maps.DeleteFunc(found, func(_ string, own bool) bool { return !own })
	return float64(len(found)) / float64(wanted)
}

// show marks the passage of a document's body that holds most of what was asked for.
func (m *marker) show(e entry) []string {
	body := clipBytes(e.Body, mostRead)
	spans := m.spans(body, e.Lang)
	size := passageHan
	if !hasHan(clipBytes(body, 600)) {
		size = passageLatin
	}
	start, end := window(body, spans, size)
	text := mark(body, spans, start, end)
	if text == "" {
		return nil
	}
	if start > 0 {
		text = "…" + text
	}
	if end < len(e.Body) {
		text += "…"
	}
	return []string{text}
}

func clipBytes(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// window chooses the stretch of a text that holds most different matches, and moves its edges to where a sentence or
// word begins.
func window(text string, spans []span, size int) (start, end int) {
	best, bestCount := 0, 0
	for i := range spans {
		seen := map[string]bool{}
		for j := i; j < len(spans) && spans[j].end <= spans[i].start+size; j++ {
			seen[spans[j].term] = true
		}
		if len(seen) > bestCount {
			best, bestCount = spans[i].start, len(seen)
		}
	}
	if back := strings.LastIndexAny(text[:best], "。！？；\n.!?;"); back >= 0 && best-back < size/2 {
		_, n := utf8.DecodeRuneInString(text[back:])
		start = back + n
	} else if best > size/4 {
		start = best - size/4
		for start > 0 && !utf8.RuneStart(text[start]) {
			start--
		}
		if space := strings.IndexByte(text[start:best], ' '); space >= 0 && !hasHan(text[start:best]) {
			start += space + 1
		}
	} else {
		start = 0
	}
	end = min(start+size, len(text))
	for end < len(text) && !utf8.RuneStart(text[end]) {
		end++
	}
	if end < len(text) && !hasHan(text[start:end]) {
		if space := strings.LastIndexByte(text[start:end], ' '); space > size/2 {
			end = start + space
		}
	}
	return start, end
}

// mark escapes text[start:end] and puts <mark> around what matches.
func mark(text string, spans []span, start, end int) string {
	sort.SliceStable(spans, func(i, j int) bool { return spans[i].start < spans[j].start })
	var b strings.Builder
	at, open := start, -1 // open: end of the mark that is being written
	plain := func(to int) {
		b.WriteString(html.EscapeString(text[at:to]))
		at = to
	}
	for _, s := range spans {
		if s.start < start || s.end > end {
			continue
		}
		switch {
		case open < 0 || s.start > open:
			if open >= 0 {
				plain(open)
				b.WriteString("</mark>")
			}
			plain(s.start)
			b.WriteString("<mark>")
			open = s.end
		case s.end > open:
			open = s.end
		}
	}
	if open >= 0 {
		plain(open)
		b.WriteString("</mark>")
	}
	plain(end)
	return strings.TrimSpace(b.String())
}
