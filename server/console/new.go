package console

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"anxin/server/complaint"
	"anxin/server/intake"
	"anxin/server/locale"
	"anxin/server/middleware"
	"anxin/server/view"
)

// NewPage takes a complaint down for somebody on the telephone or at the counter: all questions on one page, then what was taken down
// to be read aloud. The receipt is a page of its own.
type NewPage struct {
	Frame
	Key    string
	Groups []NewGroup
	Read   []view.Row    // what is read aloud
	Kept   []view.Link   // of the second page: the form
	Pick   *view.Choices // which firm of the list is meant
	Sure   *view.Choices
}

// NewGroup is one question of the journey with its fields.
type NewGroup struct {
	Step, Title string
	Folded      bool // it is asked only of who files for somebody else
	Asks        []Ask
}

// Alone tells whether its one question is its heading, too.
func (g NewGroup) Alone() bool {
	return len(g.Asks) == 1 && g.Asks[0].Choices != nil && g.Asks[0].Choices.Section
}

// Ask is one of its questions: something to write, or to choose.
type Ask struct {
	Field   *view.Field
	Choices *view.Choices
}

// newWay and newLanguage are asked of the officer: how she told it, and what she speaks.
const (
	newWay      = "way"
	newLanguage = "language"
	mostPicked  = 10
)

func (k *Console) begin(c echo.Context) error {
	if k.receiptKey(c) != "" {
		k.keepReceipt(c, "") // of the one before
	}
	p, err := k.newPage(c, url.Values{}, nil)
	if err != nil {
		return err
	}
	return k.answer(c, http.StatusOK, p)
}

// file goes through the three pages: what is wrong is shown at its field, what is right is read back, and what was read back is filed.
// Sent again by the same page, it is the same complaint.
func (k *Console) file(c echo.Context) error {
	sent, err := middleware.Form(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	a, wrong, err := k.taken(ctx, sent)
	if err != nil {
		return err
	}
	p, err := k.newPage(c, sent, wrong)
	if err != nil {
		return err
	}
	switch {
	case sent.Get("sure") == "0":
		p.Summary, p.Invalid = view.ErrorSummary{}, false
		return k.answer(c, http.StatusOK, p)
	case p.Invalid:
		return k.rejected(c, p)
	}
	if err := k.readBack(c, p, a, sent); err != nil {
		return err
	}
	if sent.Get("sure") == "" {
		return k.answer(c, http.StatusOK, p)
	}
	for _, tick := range []string{"read_back", "warned"} {
		if !slices.Contains(sent["agree"], tick) {
			p.Sure.Error, p.Sure.ErrorLabel = p.Must("desk.tick_needed"), p.Must("common.error_label")
			p.complain("agree-"+tick, p.Must("desk.new_"+tick)+p.Must("common.colon")+p.Sure.Error)
		}
	}
	if p.Invalid {
		return k.rejected(c, p)
	}
	a.Warned = true
	_, err = k.Complaints.FileFor(ctx, staff(c), sent.Get("key"), sent.Get(newWay), a, true)
	if invalid, ok := errors.AsType[*complaint.InvalidError](err); ok {
		if p, err = k.newPage(c, sent, invalid.Wrong); err != nil {
			return err
		}
		return k.rejected(c, p)
	}
	if err != nil {
		return err
	}
	k.keepReceipt(c, sent.Get("key"))
	return k.seeOther(c, newDonePath)
}

// taken reads the form into answers. Each field's name begins with the id of its question.
func (k *Console) taken(ctx context.Context, sent url.Values) (intake.Answers, []intake.Wrong, error) {
	var d intake.Draft
	rules, err := k.Complaints.Rules(ctx, d.Answers)
	if err != nil {
		return d.Answers, nil, err
	}
	var wrong []intake.Wrong
	d.Read(intake.StepFor, fieldsOf(sent, intake.StepFor), rules)
	for _, step := range intake.Journey(d.Answers) {
		for _, w := range d.Read(step.ID, fieldsOf(sent, step.ID), rules) {
			w.Field = step.ID + "." + nameOf(step.ID, w.Field)
			wrong = append(wrong, w)
		}
	}
	if code, ok := locale.Parse(sent.Get(newLanguage)); ok {
		d.Answers.Reach.Language = string(code)
	}
	firms, err := k.Complaints.Firms(ctx, d.Answers.Firm.Name, mostPicked)
	if err != nil {
		return d.Answers, nil, err
	}
	for _, f := range firms {
		if f.ID == sent.Get("pick") {
			d.Answers.Firm = intake.Firm{ID: f.ID, Name: f.Name}
		}
	}
	return d.Answers, wrong, nil
}

// fieldsOf are the fields of one question.
func fieldsOf(sent url.Values, step string) url.Values {
	out := url.Values{}
	for name, v := range sent {
		if own, ok := strings.CutPrefix(name, step+"."); ok {
			out[own] = v
		}
	}
	return out
}

// nameOf is the form's name of an answer that is wrong.
func nameOf(step, path string) string {
	if name, ok := intake.Names(step)[path]; ok {
		return name
	}
	return path[strings.LastIndexByte(path, '.')+1:]
}

// readBack puts on the page what the officer reads aloud, in her language, and what she has to say yes to.
func (k *Console) readBack(c echo.Context, p *NewPage, a intake.Answers, sent url.Values) error {
	code, _ := locale.Parse(a.Reach.Language)
	hers := k.View.Base("console_new", code, p.Path, view.Standard)
	product, _ := k.Complaints.Policy.Product(a.Product)
	for _, x := range hers.Answers(a, product) {
		p.Read = append(p.Read, view.Row{Key: x.Name, Value: x.Text})
	}
	p.Title = p.Must("desk.new_read_title")
	for name, values := range sent {
		if slices.Contains([]string{"token", "sure", "agree", "pick", "key"}, name) {
			continue
		}
		for _, v := range values {
			p.Kept = append(p.Kept, view.Link{URL: name, Text: v})
		}
	}
	slices.SortStableFunc(p.Kept, func(a, b view.Link) int { return compare(a.URL, b.URL) })
	firms, err := k.Complaints.Firms(c.Request().Context(), strings.TrimSpace(sent.Get("firm.name")), mostPicked)
	if err != nil {
		return err
	}
	if len(firms) > 0 {
		p.Pick = &view.Choices{Name: "pick", Type: "radio", Legend: p.Must("desk.new_pick"), Hint: p.Must("desk.new_pick_hint")}
		for _, f := range firms {
			p.Pick.Options = append(p.Pick.Options, view.Choice{Value: f.ID, Label: f.In(p.Lang), Checked: f.ID == sent.Get("pick")})
		}
		p.Pick.Options = append(p.Pick.Options, view.Choice{Value: "own", Label: p.Must("complaint_new.firm_own"), Checked: sent.Get("pick") == "own"})
	}
	p.Sure = &view.Choices{Name: "agree", Type: "checkbox", Legend: p.Must("desk.new_agree")}
	for _, tick := range []string{"read_back", "warned"} {
		p.Sure.Options = append(p.Sure.Options, view.Choice{Value: tick, Label: p.Must("desk.new_" + tick), Checked: slices.Contains(sent["agree"], tick)})
	}
	return nil
}

// newPage puts the questions on the page, filled with what was typed.
func (k *Console) newPage(c echo.Context, sent url.Values, wrong []intake.Wrong) (*NewPage, error) {
	p := &NewPage{Frame: k.frame(c, "console_new", "console.to_new"), Key: sent.Get("key")}
	if len(p.Key) < 20 || len(p.Key) > 40 {
		p.Key = complaint.NewKey()
	}
	first := NewGroup{Step: "how", Title: p.Must("desk.new_how")}
	first.Asks = []Ask{
		{Choices: p.picked(newWay, "radio", p.Must("desk.ask_way"), sent, p.words("desk.way_", "phone", "counter"))},
		{Choices: p.picked(newLanguage, "radio", p.Must("desk.language"), sent, p.words("desk.language_", string(locale.Hans), string(locale.Hant), string(locale.En)))},
	}
	p.Groups = append(p.Groups, first)
	for _, id := range steps {
		g := NewGroup{Step: id, Title: p.Must("intake." + id + "_title"), Folded: id == intake.StepHelp || id == intake.StepChild}
		for _, q := range taking[id] {
			p.put(k, &g, q, sent)
		}
		p.Groups = append(p.Groups, g)
	}
	if sent.Has("key") {
		for _, name := range []string{newWay, newLanguage} {
			if sent.Get(name) == "" {
				p.at(name, p.Must("mine.choose"))
			}
		}
	}
	for _, w := range wrong {
		p.at(w.Field, p.Must("intake.wrong_"+w.Key, w.Args...))
	}
	return p, nil
}

// at puts a mistake at its field.
func (p *NewPage) at(name, text string) {
	for i, g := range p.Groups {
		for _, ask := range g.Asks {
			if f := ask.Field; f != nil && f.ID == name {
				p.wrong(f, text)
				p.Groups[i].Folded = false
			}
			if ch := ask.Choices; ch != nil && ch.Name == name {
				ch.Error, ch.ErrorLabel = text, p.Must("common.error_label")
				p.complain(name+"-"+ch.Options[0].Value, p.About(ch.Legend, text))
				p.Groups[i].Folded = false
			}
		}
	}
}
