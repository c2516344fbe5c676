package web

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"anxin/server/complaint"
	"anxin/server/fault"
	"anxin/server/middleware"
	"anxin/server/store"
	"anxin/server/vault"
	"anxin/server/view"
)

// ComplaintResumePage asks for the code by which a draft is found again, on this telephone or another.
type ComplaintResumePage struct {
	view.Base
	Code    view.Field
	Summary view.ErrorSummary
	Lost    bool   // she came from a page of a draft that is not to be found
	Left    bool   // she has just taken the draft off this device
	GoOn    string // where the draft of this device goes on, which needs no code
}

// complaintResume also stands where a draft is looked for in vain: lost=1. left=1 says that this device forgot its draft.
func (s *Site) complaintResume(c echo.Context) error {
	p, err := s.complaintResumePage(c)
	if err != nil {
		return err
	}
	p.Lost, p.Left = c.QueryParam("lost") == "1", c.QueryParam("left") == "1"
	if d, err := s.going(c); err == nil {
		rules, err := s.rules(c.Request().Context(), d.Answers, nil)
		if err != nil {
			return err
		}
		p.GoOn = p.URL(next(d.Draft, rules))
	}
	return s.answer(c, http.StatusOK, p)
}

func (s *Site) complaintResumePage(c echo.Context) (*ComplaintResumePage, error) {
	b, err := s.base(c, "complaint_resume")
	if err != nil {
		return nil, err
	}
	b.Title = b.Must("complaint_new.resume_title")
	b.Crumb = &view.Link{URL: b.URL(newComplaint), Text: b.Must("complaint_new.title")}
	return &ComplaintResumePage{Base: b, Code: view.Field{
		ID: "code", Label: b.Must("complaint_new.resume_code"), Hint: b.Must("complaint_new.resume_hint", "count", vault.CodeDigits),
		InputMode: "numeric", Autocomplete: "off",
	}}, nil
}

func (s *Site) complaintResumeFind(c echo.Context) error {
	sent, err := middleware.Form(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	typed := sent.Get("code")
	code, ok := complaint.ParseCode(typed)
	if !ok {
		return s.rejectResume(c, typed, "resume_form", "count", len(code), "want", vault.CodeDigits)
	}
	d, err := s.Complaints.Resume(ctx, middleware.Client(c), code)
	switch e := fault.From(err); e.Kind {
	case fault.Unauthorized:
		return s.rejectResume(c, typed, "resume_none")
	case fault.Unavailable:
		return s.resumeLater(c, typed, e)
	}
	if err != nil {
		return err
	}
	rules, err := s.rules(ctx, d.Answers, nil)
	if err != nil {
		return err
	}
	s.keepDraft(c, d)
	return to(c, next(d.Draft, rules))
}

func (s *Site) rejectResume(c echo.Context, typed, key string, pairs ...any) error {
	p, err := s.complaintResumePage(c)
	if err != nil {
		return err
	}
	p.wrong(typed, p.Must("complaint_new."+key, pairs...))
	return s.answer(c, http.StatusUnprocessableEntity, p)
}

// resumeLater asks her to press again in a moment, because too many try codes where she is. Her code stays in the form.
func (s *Site) resumeLater(c echo.Context, typed string, e *fault.Error) error {
	p, err := s.complaintResumePage(c)
	if err != nil {
		return err
	}
	p.wrong(typed, p.Must("complaint_new.resume_busy"))
	retryAfter(c, e)
	return s.answer(c, e.Kind.Status(), p)
}

func (p *ComplaintResumePage) wrong(typed, text string) {
	p.Invalid, p.NoLanguages = true, true
	p.Code.Value, p.Code.Error, p.Code.ErrorLabel = shorten(typed), text, p.Must("common.error_label")
	p.Summary = view.ErrorSummary{Title: p.Must("common.error_title"), Items: []view.ErrorItem{{Field: "code", Text: text}}}
}

// shorten bounds what is shown again of a short field.
func shorten(typed string) string {
	r := []rune(typed)
	return string(r[:min(len(r), typedAtMost)])
}

// ComplaintWipePage asks a second time before what was written is deleted, and says that it is gone.
type ComplaintWipePage struct {
	view.Base
	Key      string // of the draft; empty where this device has none
	Answered int
	Back     string
}

func (s *Site) complaintWipe(c echo.Context) error {
	b, err := s.base(c, "complaint_wipe")
	if err != nil {
		return err
	}
	b.Crumb = &view.Link{URL: b.URL(newComplaint), Text: b.Must("complaint_new.title")}
	p := &ComplaintWipePage{Base: b, Back: b.URL(newComplaint)}
	d, err := s.going(c)
	switch {
	case errors.Is(err, store.ErrSubmitted):
		return to(c, newComplaint+"/done")
	case store.NotFound(err):
		p.Title = b.Must("complaint_new.wiped_title")
	case err != nil:
		return err
	default:
		rules, err := s.rules(c.Request().Context(), d.Answers, nil)
		if err != nil {
			return err
		}
		p.Key, p.Answered, p.Back = d.Key, len(d.Done), b.URL(next(d.Draft, rules))
		p.Title = b.Must("complaint_new.wipe_title")
	}
	return s.answer(c, http.StatusOK, p)
}

func (s *Site) complaintWipeNow(c echo.Context) error {
	sent, err := middleware.Form(c)
	if err != nil {
		return err
	}
	if err := s.Complaints.WipeDraft(c.Request().Context(), s.sentKey(c, sent)); err != nil {
		return err
	}
	s.dropCookie(c, draftCookie)
	return to(c, newComplaint+"/wipe")
}

// complaintLeave takes the draft off a device that others use, too. It stays with us, and is found by its code.
func (s *Site) complaintLeave(c echo.Context) error {
	s.dropCookie(c, draftCookie)
	return to(c, newComplaint+"/resume?left=1")
}

// ComplaintSavedPage shows the code by which a draft is found again. It is shown this once.
type ComplaintSavedPage struct {
	view.Base
	Key    string
	Code   string // in fours; empty where she was given one before
	Again  bool   // an earlier code is dead
	Until  string
	Action string // address of the question she was at
}

// saved answers a question's form with the code to come back by. had is whether she was given one before that form was shown
// to her: then that one stays good, unless she asks for another.
func (s *Site) saved(c echo.Context, d complaint.Draft, had bool) error {
	b, err := s.base(c, "complaint_saved")
	if err != nil {
		return err
	}
	b.Title = b.Must("complaint_new.saved_title")
	b.NoLanguages = true // the code stands on this answer and on no other
	b.Crumb = &view.Link{URL: b.Here(), Text: b.Must("complaint_new.crumb_question")}
	p := &ComplaintSavedPage{Base: b, Action: b.Here()}
	if !had {
		p.Again = d.Resumable
		code, err := s.Complaints.ResumeCode(c.Request().Context(), &d)
		if err != nil {
			return err
		}
		p.Code = complaint.Grouped(code)
	}
	p.Key, p.Until = d.Key, b.Date(lastDay(d.ExpiresAt))
	s.keepDraft(c, d)
	return s.answer(c, http.StatusOK, p)
}

// had is how a form tells that the draft's code was given out before.
func had(d complaint.Draft) string { return strconv.FormatBool(d.Resumable) }
