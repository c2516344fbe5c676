package web

import (
	"cmp"
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
	main bool     // the page's heading asks it
	ids  []string // of one and many; the keys of their words begin with list
	list string
	word string // key of its words, where that is not label_ with its name
	head string // of agree: key of what stands above the box, where she is not asked for a consent
	auto string // autocomplete
	mode string // inputmode
	rows int    // of area
}

// questions are the pages, by the id of their step.
var questions = map[string][]ask{
	intake.Urgent:  {{name: "urgent", kind: one, main: true, ids: []string{"no", "yes"}, list: "urgent_"}},
	intake.StepFor: {{name: "for", kind: one, main: true, ids: []string{string(intake.ForSelf), string(intake.ForOther)}, list: "for_"}},
	intake.StepHelp: {
		{name: "name", word: "label_helper_name", auto: "name"},
		{name: "phone", word: "label_helper_phone", auto: "tel", mode: "tel"},
		{name: "relation", kind: one, ids: intake.Relations, list: "relation_"},
		{name: "authority", kind: one, ids: intake.Authorities, list: "authority_"},
		{name: "special", kind: agree, head: "special_legend"},
		{name: "helper_consent", kind: agree, word: "consent_helper"},
	},
	intake.StepChild: {{name: "child", kind: one, main: true, ids: []string{"no", "yes"}, list: "child_"}, {name: "guardian_agrees", kind: agree}},
	intake.StepFirm:  {{name: "name", main: true, auto: "organization"}},
	intake.Product:   {{name: "product", kind: one, main: true}},
	intake.What:      {{name: "what", kind: area, main: true, rows: 8}, {name: "account", kind: agree, word: "consent_account"}},
	intake.StepWhen:  {{name: "when", main: true, auto: "off"}, {name: "unknown", kind: agree, word: "label_unknown_when", head: "or"}},
	intake.Amount:    {{name: "amount_fen", main: true, mode: "decimal", auto: "off"}, {name: "unknown", kind: agree, word: "label_unknown_amount", head: "or"}},
	intake.Want:      {{name: "wants", kind: many, main: true, ids: intake.Wants, list: "wants_"}, {name: "want_text", kind: area, rows: 3}},
	intake.StepTried: {
		{name: "firm", kind: one, main: true, ids: intake.TriedFirm, list: "tried_"},
		{name: "date", auto: "off"},
		{name: "else", kind: area, rows: 3},
	},
	intake.Contacts: {{name: "name", auto: "name"}, {name: "phone", auto: "tel", mode: "tel"}, {name: "email", auto: "email", mode: "email"}},
	intake.StepReach: {
		{name: "ways", kind: many, ids: intake.Ways, list: "ways_"},
		{name: "address", auto: "address-line1"},
		{name: "through", auto: "off"},
		{name: "hours", kind: many, ids: intake.Hours, list: "hours_"},
		{name: "needs", kind: many, ids: intake.Needs, list: "needs_"},
		{name: "needs_consent", kind: agree, word: "consent_needs"},
		{name: "note", kind: area, rows: 3},
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
	if p.Heading = !asks[0].main; p.Heading {
		p.Hint = p.word("intake." + p.Step + "_hint")
	}
	for _, a := range asks {
		if p.Step == intake.Contacts && d.Answers.For == intake.ForOther && a.auto != "" {
			a.auto = "off" // the browser knows the helper's, not the person's
		}
		p.add(a, typed, wrong)
	}
	return nil
}

// word is the words of a key; none where the catalogue has none.
func (p *ComplaintStepPage) word(key string) string {
	text, err := p.T(key)
	if err != nil {
		return ""
	}
	return text
}

// add puts one answer on the page.
func (p *ComplaintStepPage) add(a ask, typed url.Values, wrong []intake.Wrong) {
	key := "intake.label_" + a.name
	if a.word != "" {
		key = "intake." + a.word
	}
	asks := a.main && !p.Heading
	var label, hint string
	if asks {
		label, hint = p.Title, p.word("intake."+p.Step+"_hint")
	} else {
		label, hint = p.Must(key), p.word(key+"_hint")
	}
	var drawn Ask
	switch a.kind {
	case line, area:
		drawn.Field = &view.Field{ID: a.name, Label: label, Hint: hint, Value: typed.Get(a.name), Rows: a.rows, Autocomplete: a.auto, InputMode: a.mode, Asks: asks}
	case agree:
		box := view.Choice{Value: "1", Label: label, Hint: hint, Checked: typed.Get(a.name) != ""}
		drawn.Choices = &view.Choices{Name: a.name, Type: "checkbox", Legend: p.Must("complaint_new." + cmp.Or(a.head, "agree_legend")), Options: []view.Choice{box}}
	default:
		drawn.Choices = &view.Choices{Name: a.name, Type: "radio", Legend: label, Hint: hint, Asks: asks}
		if a.kind == many {
			drawn.Choices.Type = "checkbox"
		}
		for _, id := range a.ids {
			drawn.Choices.Options = append(drawn.Choices.Options, view.Choice{Value: id, Label: p.Must("intake." + a.list + id), Checked: slices.Contains(typed[a.name], id)})
		}
	}
	p.Asks = append(p.Asks, drawn)
	fields := intake.Names(p.Step)
	for _, w := range wrong {
		if fields[w.Field] == a.name || w.Field == a.name {
			p.refuse(drawn, p.Must("intake.wrong_"+w.Key, w.Args...))
			return
		}
	}
}

// refuse puts a mistake at what was asked, and into the summary.
func (p *ComplaintStepPage) refuse(a Ask, message string) {
	label, about := p.Must("common.error_label"), ""
	if a.Field != nil {
		a.Field.Error, a.Field.ErrorLabel, about = message, label, a.Field.Label
	} else {
		a.Choices.Error, a.Choices.ErrorLabel, about = message, label, a.Choices.Legend
	}
	p.Summary.Items = append(p.Summary.Items, view.ErrorItem{Field: a.first(), Text: p.About(about, message)})
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
		pick.Options = append(pick.Options, view.Choice{Value: f.ID, Label: f.In(p.Lang), Checked: f.ID == firm.ID})
	}
	pick.Options = append(pick.Options, view.Choice{Value: own, Label: p.Must("complaint_new.firm_own")})
	p.Crumb = &view.Link{URL: p.URL(newComplaint + "/firm"), Text: p.Must("intake.firm_title")}
	p.Hidden = append(p.Hidden, view.Link{URL: "name", Text: firm.Name}, view.Link{URL: "offered", Text: "yes"})
	p.Asks = []Ask{{Choices: pick}}
	if p.Invalid {
		p.refuse(p.Asks[0], p.Must("complaint_new.choose"))
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
		for _, g := range policy.Groups {
			q.Options = append(q.Options, view.Choice{Value: g, Label: p.Must("intake.group_" + g), Checked: g == now.Group})
		}
	}
	p.Asks = []Ask{{Choices: q}}
	if len(wrong) > 0 {
		p.refuse(p.Asks[0], p.Must("complaint_new.choose"))
	}
}

func (s *Site) productsOf(group string) []policy.Product {
	return slices.DeleteFunc(s.Complaints.Policy.Products(), func(x policy.Product) bool { return x.Group != group })
}

// picked puts the firm that was picked from the list in place of the name she wrote.
func (s *Site) picked(c echo.Context, sent url.Values, id string) error {
	sent.Set("id", id)
	found, err := s.Complaints.Firms(c.Request().Context(), sent.Get("name"), mostFirms)
	if i := slices.IndexFunc(found, func(f store.Institution) bool { return f.ID == id }); i >= 0 {
		sent.Set("name", found[i].Name)
	}
	return err
}
