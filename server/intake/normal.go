package intake

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode"
)

// Line is what was typed in a line: without control characters, and without what stands around it.
func Line(s string) string { return tidy(s, false) }

// Tidy is what was typed in several lines, likewise.
func Tidy(s string) string { return tidy(s, true) }

func tidy(s string, many bool) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\r\n", "\n")
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r == '\n' && many:
			return r
		case r == '\n' || r == '\r' || r == '\t':
			return ' '
		case unicode.IsControl(r):
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

// Normal is the one form of these answers that is kept, so that the same content twice is the same bytes. Answers that the
// journey does not ask for are left out.
func (a Answers) Normal() Answers {
	a = a.clone()
	for _, s := range a.texts() {
		*s = Tidy(*s)
	}
	a.Wants = inOrder(Wants, a.Wants)
	a.Reach.Ways, a.Reach.Hours, a.Reach.Needs = inOrder(Ways, a.Reach.Ways), inOrder(Hours, a.Reach.Hours), inOrder(Needs, a.Reach.Needs)
	if a.For != ForOther {
		a.Helper, a.Child, a.Guardian, a.Consents.Helper = nil, false, false, false
	}
	if !a.Child {
		a.Guardian = false
	}
	if !NeedsConsent(a.Reach) {
		a.Consents.Needs = false
	}
	return a
}

func (a *Answers) texts() []*string {
	list := []*string{
		&a.Firm.ID, &a.Firm.Name, &a.What, &a.When.Date, &a.When.About, &a.WantText, &a.Tried.Date, &a.Tried.Else, &a.Contact.Name, &a.Contact.Phone,
		&a.Contact.Email, &a.Reach.Address, &a.Reach.Through, &a.Reach.Note,
	}
	if a.Helper != nil {
		list = append(list, &a.Helper.Name, &a.Helper.Phone)
	}
	return list
}

// inOrder is what was chosen, each once, in the order of the list; what the list does not have stands behind, to be refused.
func inOrder(list, chosen []string) []string {
	out := make([]string, 0, len(chosen))
	for _, id := range append(slices.Clone(list), chosen...) {
		if slices.Contains(chosen, id) && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// Content is these answers as one text, by which a replay is told from another content.
func (a Answers) Content() string {
	data, err := json.Marshal(a.Normal())
	if err != nil {
		panic(err) // nothing in it that JSON does not have
	}
	return string(data)
}
