package api

import (
	"github.com/labstack/echo/v4"

	"anxin/server/fault"
	"anxin/server/library"
	"anxin/server/locale"
)

// Warning is a risk warning in a list.
type Warning struct {
	Code       string      `json:"code"`
	Lang       locale.Code `json:"lang"`
	URL        string      `json:"url"`
	Title      string      `json:"title"`
	Summary    string      `json:"summary"`
	Date       string      `json:"date"` // the source's
	Severity   int         `json:"severity"`
	Certainty  string      `json:"certainty"`
	Schemes    []string    `json:"schemes"`
	Channels   []string    `json:"channels"`
	Audience   []string    `json:"audience"`
	Modules    []string    `json:"modules"`
	Tools      []string    `json:"tools"`
	Source     *Source     `json:"source"`
	VerifiedOn string      `json:"verified_on"`
	ReviewBy   string      `json:"review_by"`
	Stale      bool        `json:"stale"` // the translation is older than its source
}

// FullWarning is a warning with its texts and what they rest on.
type FullWarning struct {
	Warning
	HowItWorks    []Text `json:"how_it_works"`
	RedFlags      []Text `json:"red_flags"` // in the swindler's voice
	WhatToDo      []Text `json:"what_to_do"`
	IfAlreadyPaid []Text `json:"if_already_paid"`
	Facts         []Fact `json:"facts"`
	Terms         []Term `json:"terms"`
}

// warnings lists the published warnings, newest first, narrowed by ?scheme= (a scheme or its group), audience, channel.
func (a *API) warnings(c echo.Context) error {
	q := a.query(c)
	p := q.page(c)
	t := a.Library.Taxonomy()
	filter := library.WarningFilter{Scheme: c.QueryParam("scheme"), Audience: c.QueryParam("audience"), Channel: c.QueryParam("channel")}
	for _, f := range []struct {
		name, value string
		tags        []library.Tag
	}{
		{"scheme", filter.Scheme, append(t.Groups[:len(t.Groups):len(t.Groups)], t.Schemes...)},
		{"audience", filter.Audience, t.Audiences},
		{"channel", filter.Channel, t.Channels},
	} {
		if _, known := library.Find(f.tags, f.value); f.value != "" && !known {
			q.refuse(f.name)
		}
	}
	all := a.Library.WarningsLike(filter)
	part, next, ok := cut(p, all, func(w *library.Warning) string { return w.Code })
	if !ok {
		q.refuse("cursor")
	}
	if err := q.problem(); err != nil {
		return err
	}
	return a.publish(c, "", q.Lang, func() (any, error) {
		list := List{Total: len(all), Items: []any{}, Cursor: next}
		for _, w := range part {
			e, err := a.Library.WarningEdition(w, q.Lang)
			if err != nil {
				return nil, err
			}
			list.Items = append(list.Items, a.brief(w, e))
		}
		return list, nil
	})
}

func (a *API) warning(c echo.Context) error {
	q := a.query(c)
	if err := q.problem(); err != nil {
		return err
	}
	w, ok := a.Library.Warning(c.Param("code"))
	if !ok {
		return fault.New(fault.NotFound, "no such warning")
	}
	return a.publish(c, "/api/v1/warnings/"+w.Code, q.Lang, func() (any, error) {
		e, err := a.Library.WarningEdition(w, q.Lang)
		if err != nil {
			return nil, err
		}
		brief := a.brief(w, e)
		texts := func(lines []library.Line) []Text {
			list := make([]Text, 0, len(lines))
			for _, l := range lines {
				list = append(list, text(l.HTML, l.Plain, brief.URL))
			}
			return list
		}
		return FullWarning{
			Warning: brief, HowItWorks: texts(e.HowItWorks), RedFlags: texts(e.RedFlags),
			WhatToDo: texts(e.WhatToDo), IfAlreadyPaid: texts(e.IfAlreadyPaid),
			Facts: a.facts(e.Used, q.Lang), Terms: a.terms(e.Used, q.Lang),
		}, nil
	})
}

func (a *API) brief(w *library.Warning, e *library.WarningEdition) Warning {
	modules := []string{}
	for _, m := range a.Library.WarningModules(w) {
		modules = append(modules, m.Slug)
	}
	return Warning{
		Code: w.Code, Lang: e.Lang, URL: a.url(e.Lang, "/warnings/"+w.Code), Title: e.Title, Summary: e.Summary,
		Date: day(w.Source.Date), Severity: w.Severity, Certainty: w.Certainty,
		Schemes: none(w.Schemes), Channels: none(w.Channels), Audience: none(w.Audience), Modules: modules, Tools: none(w.Tools),
		Source: source(w.Source, e.Lang), VerifiedOn: day(w.VerifiedOn), ReviewBy: day(w.ReviewBy), Stale: e.Stale,
	}
}
