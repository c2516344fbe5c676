package web

import (
	"html/template"
	"net/url"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"anxin/server/library"
	"anxin/server/locale"
	"anxin/server/view"
)

// Letter is a letter's questions as the reader left them, and the letter itself once they are answered. Nothing of it
// is stored: it lives in the form that she sends and in the page that answers.
type Letter struct {
	Summary   view.ErrorSummary
	Questions []LetterQuestion

	Written   []library.Written // empty until the letter is complete
	Date      string
	Signature string
	Door      string      // whom she turns to, in words; empty where the letter does not ask
	Steps     []view.Step // first, how long, then
}

// LetterQuestion is drawn as a field or as a choice.
type LetterQuestion struct {
	Field   view.Field
	Choices *view.Choices
}

// letter asks what is needed, tells what is missing, or writes the letter.
func (p *PracticePage) letter(sent url.Values, posted bool, now time.Time) {
	l := &Letter{}
	p.Letter = l
	typed := map[string]string{}
	for _, f := range p.Piece.Fields {
		value := tidy(sent.Get(fieldName(f)), f.Input == "text")
		wrong := ""
		if posted {
			typed[f.ID], wrong = p.read(f, value)
		}
		l.Questions = append(l.Questions, p.ask(f, value, wrong))
		if wrong != "" {
			l.Summary.Items = append(l.Summary.Items, view.ErrorItem{Field: l.Questions[len(l.Questions)-1].first(), Text: p.joined(f.Shown.Label, wrong)})
		}
	}
	if n := len(l.Summary.Items); n > 0 {
		p.Invalid = true
		l.Summary.Title = p.Must("practice.letter_wrong", "count", n)
	}
	if posted && !p.Invalid {
		p.finish(sent, typed, now)
	}
}

func fieldName(f *library.Field) string { return "field-" + f.ID }

// tidy is what was typed without what no letter holds: control characters, and ends of lines where there is one line.
func tidy(s string, lines bool) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\r\n", "\n")
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r == '\n' && lines:
			return r
		case r == '\n' || r == '\t':
			return ' '
		case unicode.IsControl(r):
			return -1
		}
		return r
	}, s))
}

// read is an answer as it will stand in the letter, or what is wrong with it.
func (p *PracticePage) read(f *library.Field, value string) (written, wrong string) {
	option, chosen := f.Option(value)
	switch n := utf8.RuneCountInString(value); {
	case f.Input == "choice" && chosen:
		return option.Shown.Label, ""
	case f.Input == "choice" && f.Required:
		return "", p.Must("practice.letter_choose")
	case f.Input == "choice":
		return "", ""
	case value == "" && f.Required:
		return "", p.Must("practice.letter_missing")
	case value == "":
		return "", ""
	case n > f.Most():
		return "", p.Must("practice.letter_long", "most", f.Most(), "over", n-f.Most())
	}
	switch f.Input {
	case "money":
		fen, ok := locale.ParseMoney(value)
		if !ok {
			return "", p.Must("practice.letter_money", "example", "3,000")
		}
		return strings.TrimPrefix(locale.Money(fen), "¥"), "" // the letter says yuan beside it
	case "date":
		if day, ok := locale.ParseDate(value); ok {
			return locale.Date(p.Piece.LetterLang(), day), ""
		}
		if locale.MeansDate(value) {
			return "", p.Must("practice.letter_date", "example", locale.Date(p.Lang, time.Date(2026, 3, 5, 0, 0, 0, 0, locale.Shanghai)))
		}
	}
	return value, ""
}

// ask draws a question with what was typed last.
func (p *PracticePage) ask(f *library.Field, value, wrong string) LetterQuestion {
	label := f.Shown.Label
	if f.Required {
		label += p.Must("practice.letter_required")
	}
	if f.Input == "choice" {
		c := &view.Choices{Name: fieldName(f), Type: "radio", Legend: label, Hint: f.Shown.Hint, Error: wrong, ErrorLabel: p.Must("common.error_label")}
		for _, o := range f.Options {
			c.Options = append(c.Options, view.Choice{Value: o.ID, Label: o.Shown.Label, Checked: o.ID == value})
		}
		return LetterQuestion{Choices: c}
	}
	field := view.Field{ID: fieldName(f), Label: label, Hint: f.Shown.Hint, Error: wrong, ErrorLabel: p.Must("common.error_label"), Value: value, Required: f.Required}
	switch f.Input {
	case "text":
		field.Rows = 6
	case "money":
		field.InputMode = "decimal"
	}
	return LetterQuestion{Field: field}
}

// first is the id that a link to the question leads to.
func (q LetterQuestion) first() string {
	if q.Choices != nil {
		return q.Choices.Name + "-" + q.Choices.Options[0].Value
	}
	return q.Field.ID
}

// joined is a question and what is wrong with its answer, in one line.
func (p *PracticePage) joined(label, wrong string) string {
	switch {
	case !strings.HasSuffix(label, "？") && !strings.HasSuffix(label, "?"):
		return label + p.Must("common.colon") + wrong
	case p.Lang.Chinese():
		return label + wrong
	}
	return label + " " + wrong
}

// finish writes the letter, and finds the door it goes to.
func (p *PracticePage) finish(sent url.Values, typed map[string]string, now time.Time) {
	l := p.Letter
	l.Written = p.Piece.Write(typed)
	own := p.Base // the letter's own words are in the letter's language, which is not always the page's
	own.Lang = p.Piece.LetterLang()
	l.Date, l.Signature = own.Date(now), own.Must("practice.letter_signature")
	p.Alone, p.Wide = true, true
	p.Used = p.Used.With(p.Piece.LetterUsed)
	for _, f := range p.Piece.Fields {
		door, ok := f.Option(sent.Get(fieldName(f)))
		if !ok || !f.Doors() {
			continue
		}
		l.Door = door.Shown.Label
		for _, s := range []struct {
			key  string
			text template.HTML
		}{{"first", door.Shown.First}, {"clock", door.Shown.Clock}, {"then", door.Shown.Next}} {
			l.Steps = append(l.Steps, view.Step{Title: p.Must("practice.door_" + s.key), Text: s.text})
		}
		p.Used = p.Used.With(door.Used)
	}
}
