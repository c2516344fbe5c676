package library

import (
	"fmt"
	"html"
	"html/template"
	"regexp"
	"strings"

	"anxin/server/locale"
)

// Directive is one use of the inline syntax, {word argument}.
type Directive struct {
	Word, Arg string
}

var (
	directiveForm = regexp.MustCompile(`^\{([a-z]+)(?: +([^{}\n]*?))? *\}`)
	caseForm      = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z.,:/*+\-]*%?$`)
)

// ParseDirective reads the directive that s begins with. n is its length in bytes; 0 where s begins with none.
func ParseDirective(s string) (d Directive, n int) {
	m := directiveForm.FindStringSubmatch(s)
	if m == nil {
		return Directive{}, 0
	}
	return Directive{m[1], m[2]}, len(m[0])
}

// Directives returns every directive of a text in order.
func Directives(raw string) []Directive {
	var ds []Directive
	for i := 0; i < len(raw); {
		d, n := ParseDirective(raw[i:])
		if n == 0 {
			i++
			continue
		}
		ds = append(ds, d)
		i += n
	}
	return ds
}

// Blocks are directives that stand on a line of their own; the page's template draws them.
var blockWords = map[string]bool{"try": true, "call": true, "piece": true, "quiz": true, "go": true}

// scope is what a text is rendered in: its language, its file, and what it turned out to use.
type scope struct {
	lib      *Library
	lang     locale.Code
	file     string
	problems Problems
	used     *Used
	unlinked bool              // within a label or legend, where links would be targets within a target
	fields   map[string]*Field // within the letter of a piece: what the reader fills in
}

// Used lists, in order of first mention, the facts and terms that a text rests on.
type Used struct {
	Facts []*Fact
	Terms []*Term
}

func (u *Used) fact(f *Fact) {
	for _, g := range u.Facts {
		if g == f {
			return
		}
	}
	u.Facts = append(u.Facts, f)
}

func (u *Used) term(t *Term) {
	for _, g := range u.Terms {
		if g == t {
			return
		}
	}
	u.Terms = append(u.Terms, t)
}

// merge adds what another text uses.
func (u *Used) merge(v Used) {
	for _, f := range v.Facts {
		u.fact(f)
	}
	for _, t := range v.Terms {
		u.term(t)
	}
}

// With is what several texts use together.
func (u Used) With(more ...Used) Used {
	var all Used
	for _, v := range append([]Used{u}, more...) {
		all.merge(v)
	}
	return all
}

// problem notes a mistake; a text that is missing has no line, so it is told at the head of the file.
func (s *scope) problem(line int, rule, format string, args ...any) {
	s.problems = append(s.problems, Problem{s.file, max(line, 1), rule, fmt.Sprintf(format, args...)})
}

// inline turns a directive within a sentence into HTML.
func (s *scope) inline(d Directive, line int) string {
	switch d.Word {
	case "fact":
		f, ok := s.lib.Fact(d.Arg)
		if !ok {
			s.problem(line, "reference", "there is no fact %q in facts/", d.Arg)
			return ""
		}
		if f.Mark == Unknown {
			s.problem(line, "unverified", "fact %s is unverified (U) and may not be published", f.ID)
		}
		s.used.fact(f)
		text := html.EscapeString(f.Inline(s.lang))
		switch {
		case f.Kind == "phone" && !s.unlinked:
			return `<a class="num" href="tel:` + html.EscapeString(f.Value) + `">` + text + `</a>`
		case f.Kind == "rule" || f.Show.In(s.lang) != "":
			return text
		}
		return `<span class="num">` + text + `</span>`
	case "case":
		if !caseForm.MatchString(d.Arg) {
			s.problem(line, "syntax", "{case %s}: write a figure such as 5,000 or 23:59, without units", d.Arg)
		}
		return `<span class="num">` + html.EscapeString(d.Arg) + `</span>`
	case "term":
		id, words, _ := strings.Cut(d.Arg, "|")
		t, ok := s.lib.Term(id)
		if !ok {
			s.problem(line, "reference", "there is no term %q in glossary/", id)
			return html.EscapeString(words)
		}
		s.used.term(t)
		if words == "" {
			words = t.Term.In(s.lang)
		}
		if s.unlinked {
			return html.EscapeString(words)
		}
		return `<a class="term" href="#term-` + t.ID + `">` + html.EscapeString(words) + `</a>`
	}
	switch {
	case blockWords[d.Word]:
		s.problem(line, "syntax", "{%s} stands on a line of its own", d.Word)
	case d.Word == "field" && s.fields == nil:
		s.problem(line, "syntax", "{field …} stands in the letter of a piece only")
	case d.Word == "field" && s.fields[d.Arg] == nil:
		s.problem(line, "reference", "there is no field %q in this piece", d.Arg)
	case d.Word == "field":
		return fieldMark + d.Arg + fieldMark
	default:
		s.problem(line, "syntax", "{%s …} is none of fact, case, term, field, try, call, piece, quiz, go", d.Word)
	}
	return ""
}

// HTML renders a text of one paragraph, as quizzes and pieces hold them: templates put it into a paragraph, a label or
// a legend.
func (s *scope) html(t Text) template.HTML {
	text, single := renderInline(s, t)
	if !single {
		s.problem(t.Line, "syntax", "one paragraph stands here: no list, heading or quotation, and no line that begins like one (-, 1., #, >)")
	}
	return text
}

// quoted renders what somebody else is made to say, in as many paragraphs as it has; nothing in it is a link.
func (s *scope) quoted(t Text) template.HTML {
	s.unlinked = true
	defer func() { s.unlinked = false }()
	text, _ := renderInline(s, t)
	return text
}

// plain is a text without markup, as titles are shown. Its directives are checked all the same; what they rest on is
// listed by the text below the title.
func (s *scope) plain(t Text) string {
	used := s.used
	s.used = &Used{}
	for _, d := range Directives(t.Raw) {
		s.inline(d, t.Line)
	}
	s.used = used
	return s.lib.PlainText(t.Raw, s.lang)
}

// label renders a text that stands in a label or legend.
func (s *scope) label(t Text) template.HTML {
	s.unlinked = true
	defer func() { s.unlinked = false }()
	return s.html(t)
}

// PlainText is a text without Markdown and with directives replaced by what they show: for titles, descriptions and
// anything that a lint measures. It reports nothing.
func (l *Library) PlainText(raw string, lang locale.Code) string {
	var b strings.Builder
	for i := 0; i < len(raw); {
		d, n := ParseDirective(raw[i:])
		if n == 0 {
			b.WriteByte(raw[i])
			i++
			continue
		}
		i += n
		switch d.Word {
		case "case":
			b.WriteString(d.Arg)
		case "fact":
			if f, ok := l.Fact(d.Arg); ok {
				b.WriteString(f.Inline(lang))
			}
		case "term":
			id, words, ok := strings.Cut(d.Arg, "|")
			if t, known := l.Term(id); !ok && known {
				words = t.Term.In(lang)
			}
			b.WriteString(words)
		}
	}
	return strings.NewReplacer("**", "", "`", "").Replace(b.String())
}
