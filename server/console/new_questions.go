package console

import (
	"net/url"
	"slices"

	"anxin/server/intake"
	"anxin/server/view"
)

// A question as an officer takes it down: intake says what is asked and what is wrong, this only how it stands on one page.
type taken struct {
	name string // of the field, as intake reads it
	word string // key of its words, where that is not label_ with its name
	list string // the keys of its choices begin with it; empty: something is written
	ids  []string
	many bool
	rows int
	hint bool // what helps to ask it, desk.hint_ with the id of its step and its name
}

// steps is the order of the page. Whether money was moved just now is asked before anything is taken down.
var steps = []string{
	intake.StepFor, intake.StepHelp, intake.StepChild, intake.StepFirm, intake.Product, intake.What, intake.StepWhen, intake.Amount, intake.Want,
	intake.StepTried, intake.Contacts, intake.StepReach,
}

var taking = map[string][]taken{
	intake.StepFor: {{name: "for", word: "for_title", list: "for_", ids: []string{string(intake.ForSelf), string(intake.ForOther)}, hint: true}},
	intake.StepHelp: {
		{name: "name", word: "label_helper_name"},
		{name: "phone", word: "label_helper_phone"},
		{name: "relation", list: "relation_", ids: intake.Relations},
		{name: "authority", list: "authority_", ids: intake.Authorities, hint: true},
		{name: "special", list: "label_", ids: []string{"special"}, many: true},
		{name: "helper_consent", word: "consent_helper", list: "consent_", ids: []string{"helper"}, many: true, hint: true},
	},
	intake.StepChild: {
		{name: "child", list: "child_", ids: []string{"no", "yes"}}, {name: "guardian_agrees", list: "label_", ids: []string{"guardian_agrees"}, many: true, hint: true},
	},
	intake.StepFirm:  {{name: "name", word: "label_firm_name", hint: true}},
	intake.Product:   {{name: "product", word: "product_title", list: "product", hint: true}},
	intake.What:      {{name: "what", rows: 8, hint: true}, {name: "account", word: "consent_account", list: "consent_", ids: []string{"account"}, many: true, hint: true}},
	intake.StepWhen:  {{name: "when", hint: true}, {name: "unknown", word: "label_unknown_when", list: "label_", ids: []string{"unknown_when"}, many: true}},
	intake.Amount:    {{name: "amount_fen", hint: true}, {name: "unknown", word: "label_unknown_amount", list: "label_", ids: []string{"unknown_amount"}, many: true}},
	intake.Want:      {{name: "wants", list: "wants_", ids: intake.Wants, many: true, hint: true}, {name: "want_text", rows: 3}},
	intake.StepTried: {{name: "firm", list: "tried_", ids: intake.TriedFirm, hint: true}, {name: "date"}, {name: "else", rows: 3}},
	intake.Contacts:  {{name: "name", hint: true}, {name: "phone", hint: true}, {name: "email"}},
	intake.StepReach: {
		{name: "ways", list: "ways_", ids: intake.Ways, many: true, hint: true},
		{name: "address"},
		{name: "through"},
		{name: "hours", list: "hours_", ids: intake.Hours, many: true},
		{name: "needs", list: "needs_", ids: intake.Needs, many: true},
		{name: "needs_consent", word: "consent_needs", list: "consent_", ids: []string{"needs"}, many: true, hint: true},
		{name: "note", rows: 3, hint: true},
	},
}

// put draws a question of a group.
func (p *NewPage) put(k *Console, g *NewGroup, q taken, sent url.Values) {
	name, word := g.Step+"."+q.name, "intake.label_"+q.name
	if q.word != "" {
		word = "intake." + q.word
	}
	hint := ""
	if q.hint {
		hint = p.Must("desk.hint_" + g.Step + "_" + q.name)
	}
	ask := func(c *view.Choices) {
		c.Hint, c.Section = hint, c.Legend == g.Title
		g.Asks = append(g.Asks, Ask{Choices: c})
	}
	switch q.list {
	case "":
		f := p.field(name, word)
		f.Value, f.Rows, f.Hint = sent.Get(name), q.rows, hint
		g.Asks = append(g.Asks, Ask{Field: &f})
		return
	case "product":
		var list []view.Choice
		for _, x := range k.Complaints.Policy.Products() {
			list = append(list, view.Choice{Value: x.ID, Label: p.In(x.Name)})
		}
		ask(p.picked(name, "radio", p.Must(word), sent, list))
		return
	}
	kind, legend := "radio", ""
	if q.many {
		kind = "checkbox"
	}
	list := p.words("intake."+q.list, q.ids...)
	if len(q.ids) == 1 { // a box to tick: its own words say it
		list[0].Value, legend = "1", p.Must("desk.new_if_so")
	} else {
		legend = p.Must(word)
	}
	ask(p.picked(name, kind, legend, sent, list))
}

// words are choices by their ids.
func (f *Frame) words(prefix string, ids ...string) []view.Choice {
	list := make([]view.Choice, len(ids))
	for i, id := range ids {
		list[i] = view.Choice{Value: id, Label: f.Must(prefix + id)}
	}
	return list
}

// picked is a group of choices with what was chosen.
func (p *NewPage) picked(name, kind, legend string, sent url.Values, list []view.Choice) *view.Choices {
	for i, o := range list {
		list[i].Checked = slices.Contains(sent[name], o.Value)
	}
	return &view.Choices{Name: name, Type: kind, Legend: legend, Options: list}
}
