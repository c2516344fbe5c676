package web

import (
	"net/url"
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
	Topics []view.Link // facts by topic, where the page is on sources
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
		p.sources(s, c.Request().URL.Query().Get("topic"))
	case "errors":
		p.Errors = true
		p.Report = b.Operator().Report
	}
	if p.Facts == nil {
		p.Parts, err = s.parts(b, e.Body, plainPart)
	}
	return p, err
}

// sources lists the facts of one topic, or else the topics and the bodies: together they would be a page too long for a
// slow line.
func (p *AboutPage) sources(s *Site, topic string) {
	for _, t := range s.Library.Taxonomy().Topics {
		facts := s.Library.FactsOn(t.ID)
		if len(facts) == 0 {
			continue
		}
		link := view.Link{URL: p.URL("/about/sources?topic=" + t.ID), Text: p.In(t.Name), Current: t.ID == topic}
		if link.Current {
			p.Facts = facts
			p.Path = "/about/sources?topic=" + t.ID
			p.Title += p.Must("common.colon") + link.Text
		}
		p.Topics = append(p.Topics, link)
	}
	if p.Facts == nil {
		p.Bodies = s.Library.Authorities()
	}
}

// aboutQuery is the topic of the page on sources; anything else is left out.
func (s *Site) aboutQuery(u *url.URL) string {
	topic := u.Query().Get("topic")
	if u.Path[strings.LastIndexByte(u.Path, '/')+1:] != "sources" || len(s.Library.FactsOn(topic)) == 0 {
		return ""
	}
	return url.Values{"topic": {topic}}.Encode()
}

func (s *Site) aboutCases() []string {
	cases := []string{"/about/accessibility", "/about/privacy", "/about/sources", "/about/errors"}
	for _, t := range s.Library.Taxonomy().Topics {
		if len(s.Library.FactsOn(t.ID)) > 0 {
			cases = append(cases, "/about/sources?topic="+t.ID)
		}
	}
	return cases
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
