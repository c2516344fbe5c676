package web

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"anxin/server/fault"
	"anxin/server/library"
	"anxin/server/middleware"
	"anxin/server/view"
)

// ModulePage is a lesson: its text with the cases to try.
type ModulePage struct {
	view.Base
	Module     *library.Module
	Objectives []string
	Minutes    int
	Easy       string
	Piece      *library.Piece
	Parts      []Part
	Alerts     []Alert // the newest warnings of what it teaches against
	MoreAlerts bool    // there are older ones
	Tools      []Tool
}

// alertsOfModule is how many warnings stand below a lesson: it must not grow with every one that is published.
const alertsOfModule = 3

// Part is one block of a text, with the question that stands there if it is one.
type Part struct {
	library.Block
	Question *Question
	Link     view.Button
	Call     view.Help
}

// moduleOf finds the module of the request in the reader's language.
func (s *Site) moduleOf(c echo.Context) (*library.Module, error) {
	m, ok := s.Library.Module(c.Param("slug"))
	if !ok {
		return nil, fault.New(fault.NotFound, "no such module")
	}
	return m, nil
}

func (s *Site) module(c echo.Context) (view.Page, error) {
	return s.modulePage(c, "", library.Run{}, false)
}

// moduleTry answers a case within the text: the same page, with the feedback in the case's place.
func (s *Site) moduleTry(c echo.Context) error {
	code, err := lang(c)
	if err != nil {
		return err
	}
	m, err := s.moduleOf(c)
	if err != nil {
		return err
	}
	quiz, err := s.Library.Quiz(m, code)
	if err != nil {
		return err
	}
	sent, err := middleware.Form(c)
	if err != nil {
		return err
	}
	item, ok := quiz.Try(sent.Get("try"))
	if !ok {
		return fault.New(fault.Invalid, "no such case")
	}
	run, missing, err := advance([]*library.Item{item}, sent)
	if err != nil {
		return err
	}
	p, err := s.modulePage(c, item.ID, run, missing)
	if err != nil {
		return err
	}
	return s.answer(c, statusOf(missing), p)
}

func statusOf(missing bool) int {
	if missing {
		return http.StatusUnprocessableEntity
	}
	return http.StatusOK
}

func (s *Site) modulePage(c echo.Context, tried string, run library.Run, missing bool) (*ModulePage, error) {
	b, err := s.base(c, "module")
	if err != nil {
		return nil, err
	}
	m, err := s.moduleOf(c)
	if err != nil {
		return nil, err
	}
	e, err := s.Library.Edition(m, b.Lang)
	if err != nil {
		return nil, err
	}
	quiz, err := s.Library.Quiz(m, b.Lang)
	if err != nil {
		return nil, err
	}
	piece, err := s.Library.Piece(m, b.Lang)
	if err != nil {
		return nil, err
	}
	b.Title, b.Description, b.Used = e.Title, e.Summary, e.Used
	b.Stale = e.Stale || quiz.Stale
	b.Verified, b.ReviewBy, b.ReviewedBy = m.VerifiedOn.Time, m.ReviewBy.Time, m.ReviewedBy
	b.Crumb = &view.Link{URL: b.URL("/learn"), Text: b.Must("learn.title")}
	b.Invalid = missing
	p := &ModulePage{Base: b, Module: m, Objectives: e.Objectives, Minutes: m.Minutes, Piece: piece, Tools: s.tools(b, m.Tools)}
	warnings := s.Library.ModuleWarnings(m)
	p.MoreAlerts = len(warnings) > alertsOfModule
	if p.Alerts, err = s.alerts(b, warnings[:min(len(warnings), alertsOfModule)]); err != nil {
		return nil, err
	}
	if m.HasEasy {
		p.Easy = b.URL("/learn/" + m.Slug + "/easy")
	}
	p.Parts, err = s.parts(b, e.Body, func(block library.Block) (Part, error) {
		switch block.Kind {
		case "try":
			it, ok := quiz.Try(block.Arg)
			if !ok {
				return Part{}, fault.New(fault.Internal, "no case %s", block.Arg)
			}
			r, _ := library.NewRun([]*library.Item{it}, "")
			if it.ID == tried {
				r = run
			}
			q := question(b, r, b.Here())
			q.Heading = "h3"
			q.Missing = missing && it.ID == tried
			q.Hidden = append(q.Hidden, view.Link{URL: "try", Text: it.ID})
			return Part{Block: block, Question: &q}, nil
		case "piece":
			return Part{Block: block, Link: view.Button{URL: b.URL("/learn/" + m.Slug + "/practice"), Text: piece.Shown.Title, Sign: "forward"}}, nil
		case "quiz":
			return Part{Block: block, Link: view.Button{URL: b.URL("/learn/" + m.Slug + "/quiz"), Text: b.Must("learn.to_quiz"), Sign: "question"}}, nil
		}
		return Part{Block: block}, nil
	})
	return p, err
}

// parts draws what directives of every text mean; special is asked first for those of one kind of page.
func (s *Site) parts(b view.Base, body []library.Block, special func(library.Block) (Part, error)) ([]Part, error) {
	parts := make([]Part, 0, len(body))
	for _, block := range body {
		var part Part
		var err error
		switch block.Kind {
		case "call":
			part.Block = block
			part.Call, err = b.Calling(block.Arg)
		case "go":
			part.Block = block
			part.Link, err = s.goTo(b, block.Arg)
		default:
			part, err = special(block)
		}
		if err != nil {
			return nil, err
		}
		parts = append(parts, part)
	}
	return parts, nil
}

func plainPart(block library.Block) (Part, error) { return Part{Block: block}, nil }

// goTo is the button of a {go …}: its words are the name of the page it leads to.
func (s *Site) goTo(b view.Base, target string) (view.Button, error) {
	button := view.Button{URL: b.URL("/" + target), Style: "plain", Sign: "forward"}
	if target == "scammed" {
		button.Style, button.Sign = "danger", "hand-raised"
	}
	if strings.HasSuffix(target, "/easy") {
		text, err := b.T("learn.easy")
		button.Text = text
		return button, err
	}
	if m, ok := s.Library.Module(lastPart(target)); ok {
		button.Text = s.Library.PlainText(m.Names[b.Lang].Title.Raw, b.Lang)
		return button, nil
	}
	if w, ok := s.Library.Warning(lastPart(target)); ok {
		e, err := s.Library.WarningEdition(w, b.Lang)
		if err == nil {
			button.Text = e.Title
		}
		return button, err
	}
	text, err := b.T("common.go_" + underscored(target))
	button.Text = text
	return button, err
}
