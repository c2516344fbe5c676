package proof

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"anxin/server/library"
	"anxin/server/locale"
)

var (
	directive    = regexp.MustCompile(`\{[a-z]+[^{}]*\}`)
	placeholder  = regexp.MustCompile(`\{\{[^}]*\}\}`)
	digits       = regexp.MustCompile(`[0-9０-９][0-9０-９.,:%]*`)
	spelledMoney = regexp.MustCompile(`百分之[一二三四五六七八九十零点點百]+|[一二三四五六七八九十百千万萬两兩亿億零]+(?:元|块钱|塊錢|万元|萬元|亿元|億元)`)
	perCent      = regexp.MustCompile(`(?i)per ?cent\b`)
	abbreviation = regexp.MustCompile(`\b[A-Z]{2,}\b`)
	brace        = regexp.MustCompile(`[{}｛｝]`)
	halfWidth    = regexp.MustCompile(`\p{Han}["'(]?[,.:;?!()"'][ ]?["'(]?\p{Han}`)
	straight     = regexp.MustCompile(`[A-Za-z]'(?:[A-Za-z]|\s|$)`)
	sentenceEnd  = map[bool]*regexp.Regexp{
		true:  regexp.MustCompile(`[。！？；]+[”」』）]*|\n`),
		false: regexp.MustCompile(`[.!?]+["”’)]*(?:\s|$)`),
	}
	money = regexp.MustCompile(`元|¥|yuan`)
)

// limits on sentences by level: characters in Chinese, words in English, and the most a document's mean may be. R1 is
// easy read; R3 differs from R2 only in that terms are explained.
var limits = map[string]struct{ han, hanMean, words, wordsMean int }{
	"R1": {20, 15, 15, 12},
	"R2": {45, 22, 35, 20},
	"R3": {45, 22, 35, 20},
}

// mostSentences in a paragraph; English says in two short sentences what Chinese joins by a comma.
var mostSentences = map[bool]int{true: 4, false: 6}

// passage applies every rule that looks at one piece of text.
func (r *rules) passage(p library.Passage) []Finding {
	var found []Finding
	at := func(rule, text string, offset int, format string, args ...any) {
		line := p.Line + strings.Count(p.Raw[:min(offset, len(p.Raw))], "\n")
		found = append(found, Finding{library.Problem{File: p.File, Line: line, Rule: rule, Message: fmt.Sprintf(format, args...)}, text})
	}
	// Blanked keeps every offset while it hides what directives and placeholders stand for.
	bare := blank(p.Raw, directive, placeholder)
	if p.Role != library.Stated {
		for _, m := range digits.FindAllStringIndex(bare, -1) {
			at("number", bare[m[0]:m[1]], m[0], "number without a fact: %s (write {fact …}, or {case …} for a made-up figure)", bare[m[0]:m[1]])
		}
		for _, pattern := range []*regexp.Regexp{spelledMoney, perCent} {
			for _, m := range pattern.FindAllStringIndex(bare, -1) {
				at("number", bare[m[0]:m[1]], m[0], "figure in words without a fact: %s (write {fact …} or {case …})", bare[m[0]:m[1]])
			}
		}
	}
	for _, m := range brace.FindAllStringIndex(bare, -1) {
		at("syntax", bare[m[0]:m[1]], m[0], "a brace that begins or ends no {word …}: readers would see it")
	}
	for _, m := range abbreviation.FindAllStringIndex(bare, -1) {
		at("abbreviation", bare[m[0]:m[1]], m[0], "unexplained abbreviation: %s (write {term …} and explain it in glossary/)", bare[m[0]:m[1]])
	}
	plain := r.lib.PlainText(p.Raw, p.Lang)
	if p.Lang.Chinese() {
		for _, m := range halfWidth.FindAllString(plain, -1) {
			at("punctuation", m, 0, "half-width punctuation between Han: %s", m)
		}
	}
	if p.Lang == locale.En {
		for _, m := range straight.FindAllString(plain, -1) {
			at("punctuation", m, 0, "a straight apostrophe: %s (write ’)", m)
		}
	}
	if p.Lang == locale.Hans {
		for _, c := range bare {
			if unicode.Is(unicode.Han, c) && !r.common[c] {
				at("character", string(c), strings.IndexRune(p.Raw, c), "%c is not among the 3,500 common characters: use another word, or allow it with a reason", c)
			}
		}
	}
	if p.Role != library.Quoted {
		found = append(found, r.wording(p, plain)...)
	}
	if p.Role == library.Prose {
		found = append(found, r.lengths(p, plain)...)
	}
	return found
}

// wording finds promises nobody can keep, and words for which the glossary has a better one.
func (r *rules) wording(p library.Passage, plain string) []Finding {
	var found []Finding
	add := func(rule, word, message string) {
		found = append(found, Finding{library.Problem{File: p.File, Line: p.Line, Rule: rule, Message: message}, word})
	}
	lower := strings.ToLower(plain)
	for _, b := range r.banned {
		for _, w := range b.Words {
			if b.In == p.Lang && strings.Contains(lower, strings.ToLower(w)) {
				add("banned", w, fmt.Sprintf("%q is not ours to say: %s", w, b.Why))
			}
		}
	}
	for _, t := range r.lib.Terms() {
		for _, w := range t.Avoid[p.Lang] {
			if strings.Contains(lower, strings.ToLower(w)) {
				add("glossary", w, fmt.Sprintf("%q: the glossary says %q (term %s)", w, t.Term.In(p.Lang), t.ID))
			}
		}
	}
	return found
}

// lengths measures sentences and paragraphs.
func (r *rules) lengths(p library.Passage, plain string) []Finding {
	limit, ok := limits[p.Level]
	if !ok {
		return nil
	}
	var found []Finding
	sentences := split(p.Lang, plain)
	for _, s := range sentences {
		most, n, unit := limit.han, size(p.Lang, s), "characters"
		if p.Lang == locale.En {
			most, unit = limit.words, "words"
		}
		if n > most {
			found = append(found, Finding{library.Problem{
				File: p.File, Line: p.Line, Rule: "sentence",
				Message: fmt.Sprintf("a sentence of %d %s, at most %d at level %s: %s", n, unit, most, p.Level, start(s)),
			}, s})
		}
	}
	if most := mostSentences[p.Lang.Chinese()]; len(sentences) > most && p.Level != "R1" && !strings.Contains(p.Raw, "\n\n") {
		found = append(found, Finding{library.Problem{
			File: p.File, Line: p.Line, Rule: "paragraph",
			Message: fmt.Sprintf("a paragraph of %d sentences, at most %d: %s", len(sentences), most, start(plain)),
		}, start(plain)})
	}
	return found
}

// documents applies the rules that look at a whole text: mean lengths, percents without an example in yuan, figures
// that differ between languages.
func (r *rules) documents(all []library.Passage) []Finding {
	byFile := map[string][]library.Passage{}
	for _, p := range all {
		if p.Role != library.Stated && p.Role != library.Name || strings.Contains(p.File, "pieces/") || strings.Contains(p.File, "quizzes/") {
			byFile[p.File] = append(byFile[p.File], p)
		}
	}
	var found []Finding
	for file, ps := range byFile {
		found = append(found, r.mean(file, ps)...)
		found = append(found, r.percents(ps)...)
		if source := sourceOf(file, ps[0].Lang); source != file {
			found = append(found, figures(file, byFile[source], ps)...)
		}
	}
	return found
}

func (r *rules) mean(file string, ps []library.Passage) []Finding {
	total, count := 0, 0
	for _, p := range ps {
		if p.Role != library.Prose {
			continue
		}
		for _, s := range split(p.Lang, r.lib.PlainText(p.Raw, p.Lang)) {
			total += size(p.Lang, s)
			count++
		}
	}
	limit, ok := limits[ps[0].Level]
	most := limit.hanMean
	if ps[0].Lang == locale.En {
		most = limit.wordsMean
	}
	if ok && count > 0 && total > most*count {
		return []Finding{{library.Problem{
			File: file, Line: 1, Rule: "sentence",
			Message: fmt.Sprintf("sentences are %.1f long on average, at most %d at level %s", float64(total)/float64(count), most, ps[0].Level),
		}, "mean"}}
	}
	return nil
}

// percents finds sections that give a percent and no amount of money to go with it.
func (r *rules) percents(ps []library.Passage) []Finding {
	type section struct {
		first library.Passage
		money bool
	}
	sections := map[int]*section{}
	for _, p := range ps {
		plain := r.lib.PlainText(p.Raw, p.Lang)
		s := sections[p.Section]
		if s == nil {
			s = &section{}
			sections[p.Section] = s
		}
		if strings.Contains(plain, "%") && s.first.File == "" {
			s.first = p
		}
		s.money = s.money || money.MatchString(plain)
	}
	var found []Finding
	for _, s := range sections {
		if s.first.File != "" && !s.money {
			found = append(found, Finding{library.Problem{
				File: s.first.File, Line: s.first.Line, Rule: "percent",
				Message: "a percent without an example in yuan in its section",
			}, "%"})
		}
	}
	return found
}

// figures compares the facts and made-up figures of a translation with those of its source. How often each stands does
// not count: English gives what is to be said on the telephone in Chinese, too.
func figures(file string, source, here []library.Passage) []Finding {
	set := func(ps []library.Passage) map[string]bool {
		found := map[string]bool{}
		for _, p := range ps {
			for _, d := range library.Directives(p.Raw) {
				if d.Word == "fact" || d.Word == "case" || d.Word == "call" {
					found["{"+d.Word+" "+d.Arg+"}"] = true
				}
			}
		}
		return found
	}
	a, b := set(source), set(here)
	var found []Finding
	for k := range a {
		if !b[k] {
			found = append(found, Finding{library.Problem{
				File: file, Line: 1, Rule: "translation",
				Message: k + " stands in the source and not here",
			}, k})
		}
	}
	for k := range b {
		if !a[k] {
			found = append(found, Finding{library.Problem{
				File: file, Line: lineOf(here, k), Rule: "translation",
				Message: k + " stands here and not in the source",
			}, k})
		}
	}
	return found
}

func lineOf(ps []library.Passage, text string) int {
	for _, p := range ps {
		if strings.Contains(p.Raw, text) {
			return p.Line
		}
	}
	return 1
}

func sourceOf(file string, lang locale.Code) string {
	if strings.HasSuffix(file, "/easy.zh-Hans.md") {
		return file
	}
	file = strings.Replace(file, "/"+string(lang)+".md", "/"+string(locale.Hans)+".md", 1)
	return strings.Replace(file, "."+string(lang)+".yaml", "."+string(locale.Hans)+".yaml", 1)
}

func blank(s string, patterns ...*regexp.Regexp) string {
	// The longer form first: a placeholder's inner braces would look like a directive.
	for i := len(patterns) - 1; i >= 0; i-- {
		s = patterns[i].ReplaceAllStringFunc(s, func(m string) string { return strings.Repeat(" ", len(m)) })
	}
	return s
}

func split(lang locale.Code, plain string) []string {
	var sentences []string
	for _, s := range sentenceEnd[lang.Chinese()].Split(plain, -1) {
		if s = strings.TrimSpace(s); size(lang, s) > 0 {
			sentences = append(sentences, s)
		}
	}
	return sentences
}

// size is what a sentence's length is counted in: words in English, else characters other than punctuation and space.
func size(lang locale.Code, s string) int {
	if lang == locale.En {
		return len(strings.FieldsFunc(s, func(r rune) bool {
			return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' && r != '’' && r != '-'
		}))
	}
	n := 0
	for _, r := range s {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			n++
		}
	}
	return n
}

func start(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if utf8.RuneCountInString(s) <= 24 {
		return s
	}
	return string([]rune(s)[:24]) + "…"
}
