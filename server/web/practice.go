package web

import (
	"net/url"

	"github.com/labstack/echo/v4"

	"anxin/server/fault"
	"anxin/server/library"
	"anxin/server/middleware"
	"anxin/server/view"
)

// PracticePage is a module's interactive piece. What each kind shows is filled by a file of its own.
type PracticePage struct {
	view.Base
	Module *library.Module
	Piece  *library.Piece
	Lesson string

	// A sorter or offers to compare: one question after the other, then how it went.
	Number, Total int
	Opening       bool // nothing is answered yet: the introduction is shown
	Question      *Question
	Done          bool

	// A sorter.
	Round, Rounds int
	Result        Sorting

	// A checklist.
	Answered bool
	Groups   []CheckGroup
	Left     int // of what is not ticked

	// Offers to compare.
	FirstRight int
	Tool       *view.Link // that works out a loan of one's own; nil where we have none

	Letter *Letter
}

func (s *Site) practice(c echo.Context) (view.Page, error) {
	return s.practicePage(c, url.Values{}, false)
}

func (s *Site) practiceAnswer(c echo.Context) error {
	sent, err := middleware.Form(c)
	if err != nil {
		return err
	}
	p, err := s.practicePage(c, sent, true)
	if err != nil {
		return err
	}
	return s.answer(c, statusOf(p.Invalid), p)
}

func (s *Site) practicePage(c echo.Context, sent url.Values, posted bool) (*PracticePage, error) {
	b, err := s.base(c, "practice")
	if err != nil {
		return nil, err
	}
	m, err := s.moduleOf(c)
	if err != nil {
		return nil, err
	}
	piece, err := s.Library.Piece(m, b.Lang)
	if err != nil {
		return nil, err
	}
	if piece == nil {
		return nil, fault.New(fault.NotFound, "the module has no piece")
	}
	title := s.Library.PlainText(m.Names[b.Lang].Title.Raw, b.Lang)
	b.Title = piece.Shown.Title
	b.Description = s.Library.PlainText(piece.Intro.Raw, b.Lang)
	b.Crumb = &view.Link{URL: b.URL("/learn/" + m.Slug), Text: title}
	b.Stale = piece.Stale
	b.Used = piece.Used
	p := &PracticePage{Base: b, Module: m, Piece: piece, Lesson: title}
	switch piece.Kind {
	case "checklist":
		p.checklist(sent, posted)
		return p, nil
	case "compare":
		p.Tool = s.toolLink(b, "loan-cost")
		return p, p.compare(sent, posted)
	case "letter":
		p.letter(sent, posted, s.Now())
		return p, nil
	}
	p.Round = s.round(c.Request().URL)
	return p, p.sorter(sent, posted)
}
