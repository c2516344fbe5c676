package web

import (
	"net/url"
	"slices"

	"github.com/labstack/echo/v4"

	"anxin/server/complaint"
	"anxin/server/intake"
	"anxin/server/policy"
	"anxin/server/store"
	"anxin/server/view"
)

// A kind is how an answer is asked for.
type kind int

const (
	line  kind = iota // one line to write in
	area              // several
	one               // one of several
	many              // any of several
	agree             // a box to tick
)

// ask is one answer that a question's page asks for.
type ask struct {
	name string // of the field, as intake reads it
	kind kind
	ids  []string // of one and many
	word string   // begins the keys of their words: relation_
	auto string   // autocomplete
	mode string   // inputmode
	rows int      // of area
}

// questions are the pages, by the id of their step. Where a page asks for one thing only, its heading asks it.
var questions = map[string][]ask{
	"urgent": {{name: "urgent", kind: one, ids: []string{"yes", "no"}, word: "urgent_"}},
	"for":    {{name: "for", kind: one, ids: []string{string(intake.ForSelf), string(intake.ForOther)}, word: "for_"}},
	"helper": {
		{name: "name", auto: "name"}, {name: "phone", auto: "tel", mode: "tel"},
		{name: "relation", kind: one, ids: intake.Relations, word: "relation_"},
		{name: "authority", kind: one, ids: intake.Authorities, word: "authority_"},
		{name: "special", kind: agree}, {name: "helper", kind: agree},
	},
	"child":   {{name: "child", kind: one, ids: []string{"no", "yes"}, word: "child_"}, {name: "guardian_agrees", kind: agree}},
	"firm":    {{name: "name", auto: "organization"}},
	"product": {{name: "product", kind: one}},
	"what":    {{name: "what", kind: area, rows: 8}, {name: "account", kind: agree}},
	"when":    {{name: "date", auto: "off"}},
	"amount":  {{name: "amount", mode: "decimal", auto: "off"}},
	"want":    {{name: "wants", kind: many, ids: intake.Wants, word: "want_"}, {name: "want_text", kind: area, rows: 3}},
	"tried": {
		{name: "firm", kind: one, ids: intake.TriedFirm, word: "tried_"},
		{name: "date", auto: "off"}, {name: "else", auto: "off"},
	},
	"contact": {{name: "name", auto: "name"}, {name: "phone", auto: "tel", mode: "tel"}, {name: "email", auto: "email", mode: "email"}},
	"reach": {
		{name: "ways", kind: many, ids: intake.Ways, word: "way_"}, {name: "hours", kind: many, ids: intake.Hours, word: "hour_"},
		{name: "needs", kind: many, ids: intake.Needs, word: "need_"}, {name: "needs_agreed", kind: agree},
		{name: "address", auto: "street-address"}, {name: "through", auto: "off"}, {name: "note", kind: area, rows: 3},
	},
}

// ask puts a question's fields on its page, filled with what was answered or typed.
func (s *Site) ask(c echo.Context, p *ComplaintStepPage, d complaint.Draft, typed url.Values, wrong []intake.Wrong) error {
	switch {
	case p.Step == "firm" && (c.QueryParam("pick") == "1" || typed.Has("offered")):
		offered, err := s.offerFirms(c, p, d.Answers.Firm)
		if offered || err != nil {
			return err
		}
	case p.Step == "product":
		s.askProduct(c, p, d.Answers.Product, typed, wrong)
		return nil
	}
	asks := questions[p.Step]
	p.Heading = len(asks) > 1
	if p.Heading {
		p.Hint = p.word("intake." + p.Step + "_hint")
	}
	for _, a := range asks {
		p.add(a, typed, wrong)
	}
	return nil
}

// word is the words of a key; none where the catalogue has none.
func (p *ComplaintStepPage) word(key string, pairs ...any) string {
	text, err := p.T(key, pairs...)
	if err != nil {
		return ""
	}
	return text
}

// add puts one answer on the page.
func (p *ComplaintStepPage) add(a ask, typed url.Values, wrong []intake.Wrong) {
	label, hint := p.Title, p.word("intake."+p.Step+"_hint")
	if p.Heading {
		key := "intake." + p.Step + "_" + a.name
		label, hint = p.Must(key), p.word(key+"_hint")
	}
	message, prefix := "", ""
	for _, w := range wrong {
		if fieldOf(w.Field) == a.name {
			message, prefix = p.Must("intake.wrong_"+w.Key, w.Args...), p.Must("common.error_label")
		}
	}
	var drawn Ask
	switch a.kind {
	case line, area:
		drawn.Field = &view.Field{
			ID: a.name, Label: label, Hint: hint, Value: typed.Get(a.name), Rows: a.rows, Autocomplete: a.auto, InputMode: a.mode,
			Asks: !p.Heading, Error: message, ErrorLabel: prefix,
		}
	default:
		drawn.Choices = &view.Choices{Name: a.name, Type: "radio", Legend: label, Hint: hint, Asks: !p.Heading, Error: message, ErrorLabel: prefix}
		if a.kind != one {
			drawn.Choices.Type = "checkbox"
		}
		if a.kind == agree {
			drawn.Choices.Legend = p.Must("complaint_new.agree_legend")
			drawn.Choices.Options = []view.Choice{{Value: "yes", Label: label, Checked: typed.Get(a.name) != ""}}
		}
		for _, id := range a.ids {
			key := "intake." + a.word + id
			drawn.Choices.Options = append(drawn.Choices.Options, view.Choice{
				Value: id, Label: p.Must(key), Hint: p.word(key + "_hint"), Checked: slices.Contains(typed[a.name], id),
			})
		}
	}
	p.Asks = append(p.Asks, drawn)
	if message != "" {
		p.Summary.Items = append(p.Summary.Items, view.ErrorItem{Field: drawn.first(), Text: message})
	}
}

// mostFirms is how many firms of the list are offered for a name.
const mostFirms = 10

// own is picked where none of the firms offered is hers.
const own = "own"

// offerFirms asks which firm of the list is meant by the name she wrote; false where the list has none like it.
func (s *Site) offerFirms(c echo.Context, p *ComplaintStepPage, firm intake.Firm) (bool, error) {
	found, err := s.Complaints.Firms(c.Request().Context(), firm.Name, mostFirms)
	if err != nil || len(found) == 0 {
		return false, err
	}
	p.Title = p.Must("complaint_new.firm_pick_title")
	p.Path += "?pick=1"
	pick := &view.Choices{
		Name: "pick", Type: "radio", Legend: p.Title, Asks: true, Hint: p.Must("complaint_new.firm_pick_hint", "name", firm.Name),
	}
	for _, f := range found {
		pick.Options = append(pick.Options, view.Choice{Value: f.ID, Label: f.Name, Checked: f.ID == firm.ID})
	}
	pick.Options = append(pick.Options, view.Choice{Value: own, Label: p.Must("complaint_new.firm_own")})
	p.Crumb = &view.Link{URL: p.URL(newComplaint + "/firm"), Text: p.Must("intake.firm_title")}
	p.Hidden = append(p.Hidden, view.Link{URL: "name", Text: firm.Name}, view.Link{URL: "offered", Text: "yes"})
	p.Asks = []Ask{{Choices: pick}}
	if p.Invalid {
		p.refuse(pick, p.Must("complaint_new.choose"))
	}
	return true, nil
}

// Products are asked for in two pages, first the kind of matter, then which. Together they are some thirty buttons: in the
// largest print five screens to scroll and to keep in mind. Twice six fit one screen each, and who picked the wrong kind goes
// back one page.
func (s *Site) askProduct(c echo.Context, p *ComplaintStepPage, answered string, typed url.Values, wrong []intake.Wrong) {
	group := c.QueryParam("group")
	if g := typed.Get("within"); g != "" {
		group = g
	}
	products := s.productsOf(group)
	q := &view.Choices{Name: "product", Type: "radio", Asks: true}
	if len(products) > 0 {
		q.Legend, q.Hint = p.Title, p.word("intake.product_hint")
		for _, x := range products {
			q.Options = append(q.Options, view.Choice{Value: x.ID, Label: p.In(x.Name), Hint: p.In(x.Hint), Checked: x.ID == typed.Get("product")})
		}
		p.Path += "?group=" + url.QueryEscape(group)
		p.Hidden = append(p.Hidden, view.Link{URL: "within", Text: group})
		p.Crumb = &view.Link{URL: p.URL(newComplaint + "/product"), Text: p.Must("complaint_new.product_group_title")}
	} else {
		q.Name = "group"
		p.Title = p.Must("complaint_new.product_group_title")
		q.Legend, q.Hint = p.Title, p.Must("complaint_new.product_group_hint")
		now, _ := s.Complaints.Policy.Product(answered)
		for _, g := range s.groups() {
			key := "intake.group_" + g
			q.Options = append(q.Options, view.Choice{Value: g, Label: p.Must(key), Hint: p.word(key + "_hint"), Checked: g == now.Group})
		}
	}
	p.Asks = []Ask{{Choices: q}}
	if len(wrong) > 0 {
		p.refuse(q, p.Must("complaint_new.choose"))
	}
}

// refuse puts a mistake at a choice and into the summary.
func (p *ComplaintStepPage) refuse(c *view.Choices, message string) {
	c.Error, c.ErrorLabel = message, p.Must("common.error_label")
	p.Summary.Items = append(p.Summary.Items, view.ErrorItem{Field: Ask{Choices: c}.first(), Text: message})
}

// groups are the kinds of matter, in the order of the list.
func (s *Site) groups() []string {
	var list []string
	for _, x := range s.Complaints.Policy.Products() {
		if !slices.Contains(list, x.Group) {
			list = append(list, x.Group)
		}
	}
	return list
}

func (s *Site) productsOf(group string) []policy.Product {
	return slices.DeleteFunc(slices.Clone(s.Complaints.Policy.Products()), func(x policy.Product) bool { return x.Group != group })
}
