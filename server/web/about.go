package web

import (
	"strings"

	"github.com/labstack/echo/v4"

	"anxin/server/library"
	"anxin/server/view"
)

// AboutPage is a page about the site itself. The one on sources lists every fact, the one on errors says where to
// report them.
type AboutPage struct {
	view.Base
	Parts  []Part
	Facts  []*library.Fact
	Bodies []*library.Authority
	Report string // address for errors; empty where the operator gave none
	Errors bool
}

func (s *Site) about(c echo.Context) (view.Page, error) {
	b, err := s.base(c, "about")
	if err != nil {
		return nil, err
	}
	e, b, err := s.prose(b, "about-"+c.Param("page"))
	if err != nil {
		return nil, err
	}
	p := &AboutPage{Base: b}
	switch c.Param("page") {
	case "sources":
		for _, f := range s.Library.Facts() {
			if f.Mark != library.Unknown {
				p.Facts = append(p.Facts, f)
			}
		}
		p.Bodies = s.Library.Authorities()
	case "errors":
		p.Errors = true
		p.Report = b.Operator().Report
	}
	p.Parts, err = s.parts(b, e.Body, plainPart)
	return p, err
}

// ReportLink is the report address as a link.
func (p *AboutPage) ReportLink() string {
	if strings.Contains(p.Report, "://") {
		return p.Report
	}
	return "mailto:" + p.Report
}

// FormerNames are the names a body bore before its present one.
func (p *AboutPage) FormerNames(a *library.Authority) []string {
	var names []string
	for _, n := range a.Names[1:] {
		if s := p.In(n.Name); s != "" {
			names = append(names, s)
		}
	}
	return names
}
