package web

import (
	"github.com/labstack/echo/v4"

	"anxin/server/fault"
	"anxin/server/library"
	"anxin/server/view"
)

// ScammedPage is the first hour after a scam, in order.
type ScammedPage struct {
	view.Base
	Parts []Part
}

func (s *Site) scammed(c echo.Context) (view.Page, error) {
	b, err := s.base(c, "scammed")
	if err != nil {
		return nil, err
	}
	e, b, err := s.prose(b, "scammed")
	if err != nil {
		return nil, err
	}
	p := &ScammedPage{Base: b}
	p.Parts, err = s.parts(b, e.Body, plainPart)
	return p, err
}

// prose loads a prose page and notes on the base what it rests on.
func (s *Site) prose(b view.Base, name string) (*library.Edition, view.Base, error) {
	page, ok := s.Library.Page(name)
	if !ok {
		return nil, b, fault.New(fault.NotFound, "no such page")
	}
	e, err := s.Library.PageEdition(page, b.Lang)
	if err != nil {
		return nil, b, err
	}
	b.Title, b.Description, b.Used, b.Stale = e.Title, e.Summary, e.Used, e.Stale
	b.Verified, b.ReviewBy, b.ReviewedBy = page.VerifiedOn.Time, page.ReviewBy.Time, page.ReviewedBy
	b.Crumb = &view.Link{URL: b.URL("/"), Text: b.Must("common.home")}
	return e, b, nil
}
