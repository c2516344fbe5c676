package api

import (
	"github.com/labstack/echo/v4"

	"anxin/server/fault"
	"anxin/server/library"
	"anxin/server/locale"
)

// Module is a lesson in a list.
type Module struct {
	Slug       string      `json:"slug"`
	Lang       locale.Code `json:"lang"`
	URL        string      `json:"url"`
	EasyURL    string      `json:"easy_url,omitempty"` // its easy-read twin, in zh-Hans
	Title      string      `json:"title"`
	Summary    string      `json:"summary"`
	Objectives []string    `json:"objectives"`
	Track      string      `json:"track"`
	Audience   []string    `json:"audience"`
	Schemes    []string    `json:"schemes"`
	Tools      []string    `json:"tools"`
	Warnings   []string    `json:"warnings"` // codes of what it helps against, newest first
	Level      string      `json:"level"`
	Minutes    int         `json:"minutes"`
	VerifiedOn string      `json:"verified_on"`
	ReviewBy   string      `json:"review_by"`
	ReviewedBy string      `json:"reviewed_by"` // by whom the operator had it reviewed; empty: by nobody yet
	Stale      bool        `json:"stale"`       // the translation is older than its source
}

// FullModule is a lesson with its text and what it rests on.
type FullModule struct {
	Module
	Body  []Block `json:"body"`
	Facts []Fact  `json:"facts"`
	Terms []Term  `json:"terms"`
}

// Block is one part of a text. Kind html is running text; message is quoted as received (via, from); rule, say and
// caution are set off; try, call, piece, quiz and go stand for what the page shows there, which ref names.
type Block struct {
	Kind string `json:"kind"`
	Via  string `json:"via,omitempty"`
	From string `json:"from,omitempty"`
	Ref  string `json:"ref,omitempty"`
	*Text
}

func (a *API) modules(c echo.Context) error {
	q := a.query(c)
	p := q.page(c)
	all := a.Library.Modules()
	part, next, ok := cut(p, all, func(m *library.Module) string { return m.Slug })
	if !ok {
		q.refuse("cursor")
	}
	if err := q.problem(); err != nil {
		return err
	}
	return a.publish(c, "", q.Lang, func() (any, error) {
		list := List{Total: len(all), Items: []any{}, Cursor: next}
		for _, m := range part {
			e, err := a.Library.Edition(m, q.Lang)
			if err != nil {
				return nil, err
			}
			list.Items = append(list.Items, a.lesson(m, e))
		}
		return list, nil
	})
}

func (a *API) module(c echo.Context) error {
	q := a.query(c)
	if err := q.problem(); err != nil {
		return err
	}
	m, ok := a.Library.Module(c.Param("slug"))
	if !ok {
		return fault.New(fault.NotFound, "no such module")
	}
	return a.publish(c, "/api/v1/modules/"+m.Slug, q.Lang, func() (any, error) {
		e, err := a.Library.Edition(m, q.Lang)
		if err != nil {
			return nil, err
		}
		full := FullModule{Module: a.lesson(m, e), Body: []Block{}, Facts: a.facts(e.Used, q.Lang), Terms: a.terms(e.Used, q.Lang)}
		for _, b := range e.Body {
			full.Body = append(full.Body, block(b, full.URL))
		}
		return full, nil
	})
}

func block(b library.Block, page string) Block {
	out := Block{Kind: b.Kind}
	if b.HTML != "" {
		t := text(b.HTML, b.Plain(), page)
		out.Text = &t
	}
	if b.Kind == "message" {
		out.Via, out.From = b.Arg, library.PlainHTML(b.From)
	} else {
		out.Ref = b.Arg
	}
	return out
}

func (a *API) lesson(m *library.Module, e *library.Edition) Module {
	warnings := []string{}
	for _, w := range a.Library.ModuleWarnings(m) {
		warnings = append(warnings, w.Code)
	}
	out := Module{
		Slug: m.Slug, Lang: e.Lang, URL: a.url(e.Lang, "/learn/"+m.Slug), Title: e.Title, Summary: e.Summary, Objectives: none(e.Objectives),
		Track: m.Track, Audience: none(m.Audience), Schemes: none(m.Schemes), Tools: none(m.Tools), Warnings: warnings, Level: m.Level, Minutes: m.Minutes,
		VerifiedOn: day(m.VerifiedOn), ReviewBy: day(m.ReviewBy), ReviewedBy: m.ReviewedBy, Stale: e.Stale,
	}
	if m.HasEasy {
		out.EasyURL = a.url(locale.Hans, "/learn/"+m.Slug+"/easy")
	}
	return out
}
