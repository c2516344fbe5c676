package web

import (
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"anxin/server/fault"
	"anxin/server/library"
	"anxin/server/middleware"
	"anxin/server/view"
)

// QuizPage asks one question after the other, and at the end says in words how it went.
type QuizPage struct {
	view.Base
	Module        *library.Module
	Lesson        string // title of the module
	Number, Total int
	Question      *Question
	FirstRight    int
	Missed        []*library.Item
}

// advance works out where a form leads: an answer chosen, or on to the next question. missing tells that neither was
// sent, which the page says; picks that no form of ours sends are [fault.Invalid].
func advance(items []*library.Item, sent url.Values) (run library.Run, missing bool, err error) {
	picks := sent.Get("picks")
	switch {
	case sent.Has("next"):
		picks += "."
	case sent.Get("answer") != "":
		picks += sent.Get("answer")
	default:
		missing = true
	}
	run, err = library.NewRun(items, picks)
	if err != nil {
		return run, false, fault.New(fault.Invalid, "picks: %w", err)
	}
	// A form sent again from an earlier page may carry an answer to a question already settled: show it as it stands.
	return run, missing && !run.Done() && !run.Settled(), nil
}

func (s *Site) quiz(c echo.Context) (view.Page, error) { return s.quizPage(c, url.Values{}, false) }

func (s *Site) quizAnswer(c echo.Context) error {
	sent, err := middleware.Form(c)
	if err != nil {
		return err
	}
	p, err := s.quizPage(c, sent, true)
	if err != nil {
		return err
	}
	return s.answer(c, statusOf(p.Invalid), p)
}

func (s *Site) quizPage(c echo.Context, sent url.Values, posted bool) (*QuizPage, error) {
	b, err := s.base(c, "quiz")
	if err != nil {
		return nil, err
	}
	m, err := s.moduleOf(c)
	if err != nil {
		return nil, err
	}
	quiz, err := s.Library.Quiz(m, b.Lang)
	if err != nil {
		return nil, err
	}
	items := quiz.Asked()
	run, missing, err := advance(items, sent)
	if err != nil {
		return nil, err
	}
	title := s.Library.PlainText(m.Names[b.Lang].Title.Raw, b.Lang)
	b.Title = b.Must("quiz.title") + b.Must("common.colon") + title
	b.Crumb = &view.Link{URL: b.URL("/learn/" + m.Slug), Text: title}
	b.Stale = quiz.Stale
	b.Invalid = missing && posted
	p := &QuizPage{Module: m, Lesson: title, Number: run.At + 1, Total: len(items)}
	if run.Done() {
		p.FirstRight, p.Missed = run.FirstRight(), run.Missed()
	} else {
		b.Used = run.Used()
		q := question(b, run, b.Here())
		q.Heading = "h1"
		q.Missing = b.Invalid
		q.Next = b.Must("question.next")
		if p.Number == p.Total {
			q.Next = b.Must("question.finish")
		}
		p.Question = &q
	}
	p.Base = b
	return p, nil
}

func lastPart(path string) string { return path[strings.LastIndex(path, "/")+1:] }

func underscored(path string) string { return strings.NewReplacer("/", "_", "-", "_").Replace(path) }
