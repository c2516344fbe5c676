package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"anxin/server/complaint"
	"anxin/server/fault"
	"anxin/server/intake"
	"anxin/server/store"
)

// The addresses of what belongs to a complaint that is being written; a question's is its step's.
const (
	newComplaint  = "/complaints/new"
	checkAnswers  = "check"
	barWarning    = "warning"
	firstQuestion = "urgent"
)

// What may be sent to a question is more than other forms: a story that is too long is told so by how much, not lost.
const (
	ComplaintStep = "/:lang/complaints/new/:step"
	LongAnswer    = 1 << 20
)

// tries is how often an answer is put into a draft that others save at the same moment, before we give up.
// Each time one of them gets through: so many may send at once.
const tries = 10

// going is the draft of this device. One that nothing was written in yet is [fault.NotFound], one that was filed
// [store.ErrSubmitted].
func (s *Site) going(c echo.Context) (complaint.Draft, error) {
	key := s.draftKey(c)
	if key == "" {
		return complaint.Draft{}, fault.New(fault.NotFound, "this device has no draft")
	}
	return s.Complaints.Draft(c.Request().Context(), key)
}

// sentKey is the key in a form, which is right also where the cookie is gone or belongs to another draft by now.
func (s *Site) sentKey(c echo.Context, sent url.Values) string {
	for _, key := range []string{sent.Get("draft"), s.draftKey(c)} {
		if keyForm.MatchString(key) {
			return key
		}
	}
	return complaint.NewKey()
}

// answered is a draft with an answer put in.
type answered struct {
	complaint.Draft
	rules intake.Rules
	wrong []intake.Wrong
	lost  bool // what was answered before is gone; the draft begins with this answer
}

// put writes one question's answer into the draft as it now stands: saved from another tab meanwhile, it is read again and
// the answer put in once more. Where the draft is gone, the answer begins a new one, so that nothing typed is lost. address is whose drafts are counted
// who begin many.
func (s *Site) put(ctx context.Context, address, key, step string, sent url.Values) (answered, error) {
	a := answered{}
	for range tries {
		d, err := s.Complaints.Draft(ctx, key)
		switch {
		case store.NotFound(err):
			d = complaint.Draft{Key: key}
			a.lost = a.lost || step != firstQuestion
		case err != nil:
			return a, err
		}
		a.Draft = d
		if a.rules, err = s.rules(ctx, d.Answers, sent); err != nil {
			return a, err
		}
		if step == firstQuestion && sent.Get(step) != "yes" && sent.Get(step) != "no" { // intake keeps no answer to it
			a.wrong = []intake.Wrong{{Field: firstQuestion, Key: "choose"}}
			return a, nil
		}
		a.wrong = a.Read(step, sent, a.rules)
		if len(a.wrong) > 0 && d.Version == 0 {
			return a, nil // nothing was answered yet
		}
		if slices.ContainsFunc(a.wrong, unconsented) {
			a.Draft = d // what she does not agree to is shown to her again, and not kept
			return a, nil
		}
		if d.Version == 0 {
			if err := s.Complaints.Begin(ctx, address); err != nil {
				return a, err
			}
		}
		switch err = s.Complaints.SaveDraft(ctx, &a.Draft); {
		case errors.Is(err, store.ErrStale):
			continue
		case store.NotFound(err): // wiped or too old since it was read, and its key with it
			key = complaint.NewKey()
			continue
		}
		return a, err
	}
	return a, fault.New(fault.Unavailable, "save an answer: the draft is saved elsewhere all the time")
}

// unconsented tells of an answer that may not be kept without a consent.
func unconsented(w intake.Wrong) bool { return w.Key == "consent" || w.Key == "guardian" }

// rules are what the answers are held against, with the firm that the form names known.
func (s *Site) rules(ctx context.Context, a intake.Answers, sent url.Values) (intake.Rules, error) {
	if id := sent.Get("id"); id != "" {
		a.Firm.ID = id
	}
	return s.Complaints.Rules(ctx, a)
}

// next is where a draft goes on: its first open question, or checking the answers.
func next(d intake.Draft, r intake.Rules) string {
	if step := d.Next(r); step != "" {
		return newComplaint + "/" + step
	}
	return newComplaint + "/" + checkAnswers
}

// place is the place of a step in the journey; -1 where these answers do not lead to it.
func place(journey []intake.Step, step string) int {
	return slices.IndexFunc(journey, func(s intake.Step) bool { return s.ID == step })
}

// keepDraft lets this device find the draft again, as long as it is kept.
func (s *Site) keepDraft(c echo.Context, d complaint.Draft) {
	if d.Version > 0 {
		s.keepCookie(c, draftCookie, d.Key, d.ExpiresAt)
	}
}

// to leads to another of our pages, and lets nobody keep that it did.
func to(c echo.Context, path string) error {
	code, err := lang(c)
	if err != nil {
		return err
	}
	c.Response().Header()["Cache-Control"] = noStore
	return c.Redirect(http.StatusSeeOther, "/"+string(code)+path)
}

// lastDay is the day at whose end something is over.
func lastDay(end time.Time) time.Time { return end.Add(-time.Second) }
