package console

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"anxin/server/fault"
	"anxin/server/middleware"
	"anxin/server/view"
)

// FirmPage finds the firm on the list that she named in her own words. What is searched for stands in no address: the form is posted.
type FirmPage struct {
	Frame
	Case, Here, Named, Is string
	Version               string
	Query                 view.Field
	Pick                  *view.Choices
	Sure                  view.Choices
	Blocked               bool
}

func (k *Console) firmPage(c echo.Context, query string) (*FirmPage, desk, error) {
	d, err := k.at(c)
	if err != nil {
		return nil, d, err
	}
	p := &FirmPage{Frame: k.frame(c, "console_firm", "desk.firm_find"), Case: caseURL(d.id), Named: d.f.Filed.Firm.Name, Version: strconv.FormatInt(d.f.Version, 10)}
	p.Here = p.Case + "/firm"
	p.Crumb = &view.Link{URL: p.Case, Text: p.Must("desk.case_title")}
	p.Blocked = !d.f.Nameable()
	ctx := c.Request().Context()
	is, err := k.Complaints.Firm(ctx, d.f.Institution)
	if err != nil {
		return nil, d, err
	}
	p.Is = is.In(p.Lang)
	p.Query = p.field("query", "desk.firm_query")
	if p.Query.Value = short(strings.TrimSpace(query)); p.Query.Value == "" {
		p.Query.Value = p.Named
	}
	found, err := k.Complaints.Firms(ctx, p.Query.Value, mostPicked)
	if err != nil {
		return nil, d, err
	}
	if len(found) > 0 {
		p.Pick = &view.Choices{Name: "pick", Type: "radio", Legend: p.Must("desk.firm_pick")}
		for _, f := range found {
			p.Pick.Options = append(p.Pick.Options, view.Choice{Value: f.ID, Label: f.In(p.Lang), Hint: f.Address, Checked: f.ID == d.f.Institution})
		}
	}
	p.Sure = view.Choices{Name: "sure", Type: "checkbox", Legend: p.Must("desk.firm_sure_legend"), Options: []view.Choice{{Value: "1", Label: p.Must("desk.firm_sure")}}}
	return p, d, nil
}

func (k *Console) firm(c echo.Context) error {
	p, _, err := k.firmPage(c, "")
	if err != nil {
		return err
	}
	return k.answer(c, http.StatusOK, p)
}

// nameFirm searches the list, or takes a firm of it as the one that is meant.
func (k *Console) nameFirm(c echo.Context) error {
	sent, err := middleware.Form(c)
	if err != nil {
		return err
	}
	p, d, err := k.firmPage(c, sent.Get("query"))
	if err != nil {
		return err
	}
	if sent.Get("search") != "" {
		return k.answer(c, http.StatusOK, p)
	}
	pick := sent.Get("pick")
	p.Sure.Options[0].Checked = sent.Get("sure") == "1"
	if p.Pick != nil {
		for i, o := range p.Pick.Options {
			p.Pick.Options[i].Checked = o.Value == pick
		}
	}
	switch {
	case p.Blocked || p.Pick == nil:
		p.wrong(&p.Query, p.Must("desk.firm_not_now"))
	case pick == "":
		p.Pick.Error, p.Pick.ErrorLabel = p.Must("mine.choose"), p.Must("common.error_label")
		p.complain("pick-"+p.Pick.Options[0].Value, p.About(p.Pick.Legend, p.Pick.Error))
	}
	if sent.Get("sure") != "1" {
		p.Sure.Error, p.Sure.ErrorLabel = p.Must("desk.tick_needed"), p.Must("common.error_label")
		p.complain("sure-1", p.About(p.Sure.Legend, p.Sure.Error))
	}
	if p.Invalid {
		return k.rejected(c, p)
	}
	version, _ := strconv.ParseInt(sent.Get("version"), 10, 64) // anything else is none, and a conflict
	err = k.Complaints.NameFirm(c.Request().Context(), d.by, d.id, pick, version)
	if f, ok := errors.AsType[*fault.Error](err); ok && (f.Kind == fault.Conflict || f.Kind == fault.Invalid) {
		p.wrong(&p.Query, p.Must("desk.changed"))
		return k.answer(c, f.Kind.Status(), p)
	}
	if err != nil {
		return err
	}
	return k.seeOther(c, p.Case+"?done=firm#result")
}
