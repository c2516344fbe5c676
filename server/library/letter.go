package library

import (
	"fmt"
	"html"
	"html/template"
	"strings"
	"unicode"
	"unicode/utf8"

	"anxin/server/locale"
)

// Field is one question of a letter.
type Field struct {
	ID       string  `yaml:"id"`
	Label    Text    `yaml:"label"`
	Hint     Text    `yaml:"hint"`
	Input    string  `yaml:"input"` // line, text (several lines), money, date or choice
	Required bool    `yaml:"required"`
	Options  []*Door `yaml:"options"` // choice

	Shown struct{ Label, Hint string } `yaml:"-"`
}

// Door is one option of a choice. Where the choice is about whom to turn to, it says who comes first, how long they
// have, and where to go after them.
type Door struct {
	ID    string `yaml:"id"`
	Label Text   `yaml:"label"`
	First Text   `yaml:"first"`
	Clock Text   `yaml:"clock"`
	Next  Text   `yaml:"next"`

	Shown struct {
		Label              string
		First, Clock, Next template.HTML
	} `yaml:"-"`
	Used Used `yaml:"-"`
}

// How many characters an answer may have, and all of a letter's together: a form may send 64 KB, and a Han character
// takes nine bytes on the way.
const (
	MaxLine = 100
	MaxText = 1500
	maxRoom = 7000
)

// Most is how many characters an answer may have.
func (f *Field) Most() int {
	if f.Input == "text" {
		return MaxText
	}
	return MaxLine
}

// Option finds an option of a choice.
func (f *Field) Option(id string) (*Door, bool) {
	for _, o := range f.Options {
		if o.ID == id {
			return o, true
		}
	}
	return nil, false
}

// Doors tells whether the field asks whom to turn to.
func (f *Field) Doors() bool { return len(f.Options) > 0 && f.Options[0].First.Raw != "" }

func (f *Field) shape() string {
	shape := fmt.Sprintf("%s %s required=%t", f.ID, f.Input, f.Required)
	for _, o := range f.Options {
		shape += fmt.Sprintf(" %s first=%t", o.ID, o.First.Raw != "")
	}
	return shape
}

// paragraph is one of the letter's: HTML and the ids of fields by turns, beginning with HTML.
type paragraph []string

// Written is one paragraph of a finished letter.
type Written struct {
	HTML    template.HTML
	Heading bool
}

// Write makes the letter: what was typed stands in its places, escaped, with its lines kept. A paragraph is left out
// where what it is about was left empty.
func (p *Piece) Write(typed map[string]string) []Written {
	var letter []Written
	if p.Heading.Raw != "" {
		letter = append(letter, Written{p.heading, true})
	}
paragraphs:
	for _, par := range p.paragraphs {
		var b strings.Builder
		for i, part := range par {
			if i%2 == 0 {
				b.WriteString(part)
				continue
			}
			if typed[part] == "" {
				continue paragraphs
			}
			b.WriteString(strings.ReplaceAll(html.EscapeString(typed[part]), "\n", "<br>"))
		}
		letter = append(letter, Written{template.HTML(b.String()), false}) //nolint:gosec // ours from goldmark, hers escaped above
	}
	return letter
}

// LetterLang is the language the letter itself is written in: the English edition's may be in Chinese, since a firm in
// Shenzhen has to read it.
func (p *Piece) LetterLang() locale.Code {
	if p.Lang == locale.En && len(p.Letter) > 0 && mostlyHan(p.Letter[0].Raw) {
		return locale.Hans
	}
	return p.Lang
}

func (s *scope) letter(p *Piece) {
	fields, room := map[string]*Field{}, 0
	for _, f := range p.Fields {
		if _, twice := fields[f.ID]; twice || !idForm.MatchString(f.ID) {
			s.problem(f.Label.Line, "format", "field %q: every field has an id of its own, of lower-case letters, digits and hyphens", f.ID)
		}
		fields[f.ID] = f
		s.field(f)
		room += f.Most()
	}
	if room > maxRoom {
		s.problem(1, "format", "fields with room for %d characters, %d for one of input text and %d for every other; at most %d can be sent", room, MaxText, MaxLine, maxRoom)
	}
	used := map[string]bool{}
	outside := s.used
	s.used, s.unlinked = &p.LetterUsed, true
	p.heading = s.html(p.Heading)
	s.fields = fields
	for _, t := range p.Letter {
		s.paragraph(p, t, used)
	}
	s.used, s.fields, s.unlinked = outside, nil, false
	if len(p.Letter) == 0 {
		s.problem(1, "format", "letter has no paragraphs")
	}
	for _, f := range p.Fields {
		if !used[f.ID] && !f.Doors() {
			s.problem(f.Label.Line, "reference", "the letter has no {field %s}: ask only for what it uses", f.ID)
		}
	}
}

func (s *scope) paragraph(p *Piece, t Text, used map[string]bool) {
	if strings.TrimSpace(t.Raw) == "" {
		s.problem(t.Line, "format", "a paragraph of the letter is empty")
		return
	}
	par := paragraph(strings.Split(string(s.html(t)), fieldMark))
	p.paragraphs = append(p.paragraphs, par)
	required, optional := "", ""
	for i := 1; i < len(par); i += 2 {
		f := s.fields[par[i]]
		used[f.ID] = true
		if f.Input == "money" && !strings.Contains(t.Raw, "元") && !strings.Contains(t.Raw, "yuan") {
			s.problem(t.Line, "format", "{field %s} becomes a figure such as 3,000: write 元 or yuan beside it", f.ID)
		}
		if f.Required {
			required = f.ID
		} else {
			optional = f.ID
		}
	}
	if required != "" && optional != "" {
		s.problem(t.Line, "format", "{field %s} need not be filled in and stands beside {field %s}, which must be: give it a paragraph of its own, which is left out where it is empty", optional, required)
	}
}

// fieldMark stands in rendered HTML around the id of a field. Markdown lets no such character through.
const fieldMark = "\x00"

func mostlyHan(raw string) bool {
	han, latin := 0, 0
	for i := 0; i < len(raw); {
		if _, n := ParseDirective(raw[i:]); n > 0 {
			i += n
			continue
		}
		r, n := utf8.DecodeRuneInString(raw[i:])
		if unicode.Is(unicode.Han, r) {
			han++
		} else if unicode.IsLetter(r) {
			latin++
		}
		i += n
	}
	return han > latin
}

func (s *scope) field(f *Field) {
	line := f.Label.Line
	if f.Label.Raw == "" {
		s.problem(line, "format", "field %s has no label", f.ID)
	}
	f.Shown.Label, f.Shown.Hint = s.words(f.Label), s.words(f.Hint)
	switch f.Input {
	case "line", "text", "money", "date":
		if len(f.Options) > 0 {
			s.problem(line, "format", "field %s: only input choice has options", f.ID)
		}
		return
	case "choice":
	default:
		s.problem(line, "format", "field %s: input is %q: write line, text, money, date or choice", f.ID, f.Input)
		return
	}
	if len(f.Options) < 2 {
		s.problem(line, "format", "field %s: a choice has two options or more", f.ID)
	}
	doors, seen := 0, map[string]bool{}
	for _, o := range f.Options {
		if seen[o.ID] || !idForm.MatchString(o.ID) || o.Label.Raw == "" {
			s.problem(max(o.Label.Line, line), "format", "field %s, option %q: every option has a label and an id of its own, of lower-case letters, digits and hyphens", f.ID, o.ID)
		}
		seen[o.ID] = true
		o.Shown.Label = s.words(o.Label)
		outside := s.used
		s.used = &o.Used
		o.Shown.First, o.Shown.Clock, o.Shown.Next = s.html(o.First), s.html(o.Clock), s.html(o.Next)
		s.used = outside
		given := 0
		for _, t := range []Text{o.First, o.Clock, o.Next} {
			if t.Raw != "" {
				given++
			}
		}
		if given == 3 {
			doors++
		} else if given > 0 {
			s.problem(o.Label.Line, "format", "field %s, option %s: first, clock and next stand together or not at all", f.ID, o.ID)
		}
	}
	if doors > 0 && doors < len(f.Options) {
		s.problem(line, "format", "field %s: every option says first, clock and next, or none does", f.ID)
	}
}

// words is a text in plain words, as labels of fields and options are drawn: checked as HTML is, with what it rests on
// noted.
func (s *scope) words(t Text) string {
	s.label(t)
	return s.lib.PlainText(t.Raw, s.lang)
}

func (p *Piece) letterPassages(add func(Role, int, Text)) {
	for i, f := range p.Fields {
		add(Prose, i, f.Label)
		add(Prose, i, f.Hint)
		for _, o := range f.Options {
			for _, t := range []Text{o.Label, o.First, o.Clock, o.Next} {
				add(Prose, i, t)
			}
		}
	}
	add(Heading, len(p.Fields), p.Heading)
	for _, t := range p.Letter {
		add(Prose, len(p.Fields), t)
	}
}
