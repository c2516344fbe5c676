package web

import (
	"github.com/labstack/echo/v4"

	"anxin/server/fault"
	"anxin/server/locale"
	"anxin/server/view"
)

// EasyPage is a module's easy-read twin: one idea a sentence, one drawing a statement. It is written in zh-Hans; the
// other languages show it under their own frame and say so.
type EasyPage struct {
	view.Base
	Written locale.Code
	Parts   []Part
	Lesson  string
	Back    string
}

func (s *Site) easy(c echo.Context) (view.Page, error) {
	b, err := s.base(c, "easy")
	if err != nil {
		return nil, err
	}
	m, err := s.moduleOf(c)
	if err != nil {
		return nil, err
	}
	if !m.HasEasy {
		return nil, fault.New(fault.NotFound, "the module has no easy-read twin")
	}
	e, err := s.Library.Easy(m)
	if err != nil {
		return nil, err
	}
	b.Title = b.Must("easy.title") + b.Must("common.colon") + s.Library.PlainText(m.Names[b.Lang].Title.Raw, b.Lang)
	b.Verified, b.ReviewBy, b.ReviewedBy = m.VerifiedOn.Time, m.ReviewBy.Time, m.ReviewedBy
	b.Crumb = &view.Link{URL: b.URL("/learn/" + m.Slug), Text: s.Library.PlainText(m.Names[b.Lang].Title.Raw, b.Lang)}
	b.Used = e.Used
	p := &EasyPage{Base: b, Written: locale.Hans, Lesson: e.Title, Back: b.URL("/learn/" + m.Slug)}
	p.Parts, err = s.parts(b, e.Body, plainPart)
	return p, err
}
