package web

import (
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"anxin/server/complaint"
	"anxin/server/dispute"
	"anxin/server/intake"
	"anxin/server/policy"
	"anxin/server/store"
	"anxin/server/view"
	"anxin/server/workday"
)

// ComplaintNewPage says, before anything is asked, who gets to know it and why, for how long, and what rights there are.
type ComplaintNewPage struct {
	view.Base
	Kept      string // how long what was not sent is kept
	Questions int    // about how many there are
	GoOn      string // address at which the draft of this device goes on; empty where it has none
	Answered  int    // how many questions of it are answered
	Until     string // until when it is kept
	Filed     bool   // the draft of this device was filed, and it can still see the receipt
}

// blankKept is how long a device keeps the key of a draft in which nothing was written.
const blankKept = 24 * time.Hour

// complaintNew is kept nowhere: on a device with a draft it tells of it, and nobody else who holds the device is to see that later.
func (s *Site) complaintNew(c echo.Context) error {
	p, err := s.complaintNewPage(c)
	if err != nil {
		return err
	}
	if s.draftKey(c) == "" {
		return s.answer(c, http.StatusOK, p)
	}
	d, err := s.going(c)
	switch {
	case errors.Is(err, store.ErrSubmitted):
		p.Filed = true
	case store.NotFound(err): // nothing was written in it, or it was wiped
	case err != nil:
		return err
	default:
		rules, err := s.rules(c.Request().Context(), d.Answers, nil)
		if err != nil {
			return err
		}
		p.GoOn = p.URL(next(d.Draft, rules))
		p.Answered = len(d.Done)
		p.Until = p.Date(lastDay(d.ExpiresAt))
	}
	return s.answer(c, http.StatusOK, p)
}

func (s *Site) complaintNewPage(c echo.Context) (*ComplaintNewPage, error) {
	b, err := s.base(c, "complaint_new")
	if err != nil {
		return nil, err
	}
	b.Title, b.Description = b.Must("complaint_new.title"), b.Must("complaint_new.summary")
	b.Crumb = &view.Link{URL: b.URL("/"), Text: b.Must("common.home")}
	kept, err := s.spanOf(b, dispute.CouncilDraft)
	return &ComplaintNewPage{Base: b, Kept: kept, Questions: len(intake.Journey(intake.Answers{For: intake.ForSelf}))}, err
}

// spanOf is how long a clock runs, in words.
func (s *Site) spanOf(b view.Base, rule dispute.Rule) (string, error) {
	clock, ok := s.Complaints.Policy.Clock(string(rule), workday.DateOf(s.Now()))
	if !ok {
		return "", errors.New("there is no clock " + string(rule))
	}
	return b.Span(policy.Span{N: clock.Length, Unit: clock.Unit})
}

// complaintNewStart gives this device the key of a draft. The draft itself begins with the first answer.
func (s *Site) complaintNewStart(c echo.Context) error {
	d, err := s.going(c)
	switch {
	case err == nil:
		rules, err := s.rules(c.Request().Context(), d.Answers, nil)
		if err != nil {
			return err
		}
		return to(c, next(d.Draft, rules)) // from a page older than the draft: it is not thrown away
	case !store.NotFound(err) && !errors.Is(err, store.ErrSubmitted):
		return err
	}
	key := s.draftKey(c) // pressed twice, or in two tabs, it begins one draft
	if key == "" || errors.Is(err, store.ErrSubmitted) {
		key = complaint.NewKey()
	}
	s.keepCookie(c, draftCookie, key, s.Now().Add(blankKept))
	return to(c, newComplaint+"/"+firstQuestion)
}
