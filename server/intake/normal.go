package intake

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode"
)

// Line is what was typed in a line: without control characters, those that turn the direction of writing among them (a name could
// show as another), and without what stands around it.
func Line(s string) string { return tidy(s, false) }

// Tidy is what was typed in several lines, likewise.
func Tidy(s string) string { return tidy(s, true) }

func tidy(s string, many bool) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\r\n", "\n")
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch r {
		case '\n', '\r', '\u2028', '\u2029':
			if many {
				return '\n'
			}
			return ' '
		case '\t':
			return ' '
		}
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\ufeff' {
			return -1
		}
		return r
	}, s))
}

// clone shares nothing with the original that a change could reach.
func (a Answers) clone() Answers {
	if a.Helper != nil {
		h := *a.Helper
		a.Helper = &h
	}
	a.Wants, a.Reach.Ways, a.Reach.Hours, a.Reach.Needs = slices.Clone(a.Wants), slices.Clone(a.Reach.Ways), slices.Clone(a.Reach.Hours), slices.Clone(a.Reach.Needs)
	return a
}

// Normal is the one form of these answers that is kept, so that the same content twice is the same bytes: what a form would have
// made of them. What is wrong stands there as it was, for [Check] to tell; answers that the journey does not ask for are left out.
func (a Answers) Normal() Answers {
	a = a.clone()
	for _, q := range questions {
		if q.asked != nil && !q.asked(a) {
			continue
		}
		for _, f := range q.fields {
			f.take(&a, f.show(&a), Rules{}) // what hangs on today or on the lists is right or wrong, and has no other form
		}
	}
	for _, list := range []*[]string{&a.Wants, &a.Reach.Ways, &a.Reach.Hours, &a.Reach.Needs} {
		if *list == nil {
			*list = []string{}
		}
	}
	if !forOther(a) {
		a.Helper, a.Child, a.Guardian, a.Consents.Helper = nil, false, false, false
	}
	if !NeedsConsent(a.Reach) {
		a.Consents.Needs = false
	}
	return a
}

// Content is these answers as one text, by which a replay is told from another content.
func (a Answers) Content() string {
	data, err := json.Marshal(a.Normal())
	if err != nil {
		panic(err) // nothing in it that JSON does not have
	}
	return string(data)
}
