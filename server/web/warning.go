package web

import (
	"time"

	"github.com/labstack/echo/v4"

	"anxin/server/fault"
	"anxin/server/library"
	"anxin/server/view"
)

// WarningPage is one risk warning: what it sounds like, what is behind it, what to do, whom to call.
type WarningPage struct {
	view.Base
	Code, Severity string
	On             time.Time
	Source         string // who said it, in one line
	Original       string // its address; empty where the issuer has none
	Schemes        []view.Link
	Edition        *library.WarningEdition
	Parts          []Part // whom to call when money has gone
	Lessons        []Lesson
	Tools          []Tool
}

// Tool is a calculator in a list.
type Tool struct{ URL, Name, Note string }

func (s *Site) warning(c echo.Context) (view.Page, error) {
	b, err := s.base(c, "warning")
	if err != nil {
		return nil, err
	}
	w, ok := s.Library.Warning(c.Param("code"))
	if !ok {
		return nil, fault.New(fault.NotFound, "no such warning")
	}
	e, err := s.Library.WarningEdition(w, b.Lang)
	if err != nil {
		return nil, err
	}
	b.Title, b.Description, b.Used, b.Stale = e.Title, e.Summary, e.Used, e.Stale
	b.Verified, b.ReviewBy = w.VerifiedOn.Time, w.ReviewBy.Time
	b.Crumb = &view.Link{URL: b.URL("/warnings"), Text: b.Must("warnings.title")}
	p := &WarningPage{
		Base: b, Code: w.Code, Severity: b.Must(severityKey(w)), On: w.Source.Date.Time, Edition: e,
		Source: w.Source.Cite(b.Lang), Original: w.Source.URL, Tools: s.tools(b, w.Tools),
	}
	for _, id := range w.Schemes {
		tag, _ := library.Find(s.Library.Taxonomy().Schemes, id)
		p.Schemes = append(p.Schemes, view.Link{URL: b.URL(warningsPath(library.WarningFilter{Scheme: id})), Text: b.In(tag.Name)})
	}
	p.Parts, err = s.parts(b, []library.Block{
		{Kind: "call", Arg: "hotline-police"}, {Kind: "call", Arg: "hotline-antifraud"}, {Kind: "go", Arg: "scammed"},
	}, plainPart)
	if err != nil {
		return nil, err
	}
	p.Lessons, err = s.lessons(b, s.Library.WarningModules(w))
	return p, err
}

// tools are the calculators with these ids.
func (s *Site) tools(b view.Base, ids []string) []Tool {
	var list []Tool
	for _, t := range s.Library.Tools(ids) {
		list = append(list, Tool{URL: b.URL("/tools/" + t.ID), Name: b.In(t.Name), Note: b.In(t.Note)})
	}
	return list
}
