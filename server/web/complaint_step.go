package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"anxin/server/complaint"
	"anxin/server/fault"
	"anxin/server/intake"
	"anxin/server/middleware"
	"anxin/server/store"
	"anxin/server/view"
)

// ComplaintStepPage is one question of a complaint, or a few that belong together.
type ComplaintStepPage struct {
	view.Base
	Key, Had  string
	Step      string
	Nth, Of   int // which question of about how many
	Heading   bool
	Hint      string
	Asks      []Ask
	Hidden    []view.Link // fields to send along: name in URL, value in Text
	Summary   view.ErrorSummary
	Lost      bool // what was answered before is gone
	Emergency bool
}

// Ask is drawn as a field or as a choice.
type Ask struct {
	Field   *view.Field
	Choices *view.Choices
}

// first is the id to which a mistake's link leads.
func (a Ask) first() string {
	if a.Choices != nil {
		return a.Choices.Name + "-" + a.Choices.Options[0].Value
	}
	return a.Field.ID
}

// complaintStep shows a question. One that is ahead of the answers leads to the first that is open.
func (s *Site) complaintStep(c echo.Context) error {
	step := c.Param("step")
	switch {
	case step == checkAnswers: // these two follow on the last question, and are nowhere without a draft
		return s.complaintCheck(c)
	case step == barWarning:
		return s.complaintWarning(c)
	case !known(step):
		return fault.New(fault.NotFound, "no such question")
	}
	d, err := s.going(c)
	switch {
	case errors.Is(err, store.ErrSubmitted):
		return to(c, newComplaint+"/done")
	case store.NotFound(err):
		d = complaint.Draft{Key: s.draftKey(c)}
		if d.Key == "" {
			d.Key = complaint.NewKey()
			if step != firstQuestion {
				return to(c, newComplaint+"/resume?lost=1")
			}
		}
	case err != nil:
		return err
	}
	rules, err := s.rules(c.Request().Context(), d.Answers, nil)
	if err != nil {
		return err
	}
	journey := intake.Journey(d.Answers)
	open := d.Next(rules)
	if at := place(journey, step); at < 0 || open != "" && at > place(journey, open) {
		return to(c, next(d.Draft, rules))
	}
	p, err := s.complaintStepPage(c, d, rules)
	if err != nil {
		return err
	}
	p.Lost = c.QueryParam("again") == "1"
	shown := d.Form(step)
	if step == intake.StepChild && !slices.Contains(d.Done, step) {
		shown.Del("child") // nobody has said so yet
	}
	if err := s.ask(c, p, d, shown, nil); err != nil {
		return err
	}
	return s.answer(c, http.StatusOK, p)
}

// known tells whether there is such a question on any journey.
func known(step string) bool {
	_, ok := questions[step]
	return ok
}

// complaintStepPage is the frame of a question.
func (s *Site) complaintStepPage(c echo.Context, d complaint.Draft, rules intake.Rules) (*ComplaintStepPage, error) {
	b, err := s.base(c, "complaint_step")
	if err != nil {
		return nil, err
	}
	step := c.Param("step")
	journey := intake.Journey(d.Answers)
	at := place(journey, step)
	b.Title = b.Must("intake." + step + "_title")
	switch {
	case d.Next(rules) == "":
		b.Crumb = &view.Link{URL: b.URL(newComplaint + "/" + checkAnswers), Text: b.Must("complaint_new.check_title")}
	case at > 0:
		b.Crumb = &view.Link{URL: b.URL(newComplaint + "/" + journey[at-1].ID), Text: b.Must("complaint_new.crumb_before")}
	default:
		b.Crumb = &view.Link{URL: b.URL(newComplaint), Text: b.Must("complaint_new.title")}
	}
	return &ComplaintStepPage{Base: b, Key: d.Key, Had: had(d), Step: step, Nth: at + 1, Of: len(journey)}, nil
}

// complaintAnswer takes an answer.
func (s *Site) complaintAnswer(c echo.Context) error {
	step := c.Param("step")
	if step == barWarning {
		return s.complaintFile(c)
	}
	if step != checkAnswers && !known(step) {
		return fault.New(fault.NotFound, "no such question")
	}
	sent, err := middleware.Form(c)
	if err != nil {
		return err
	}
	key := s.sentKey(c, sent)
	if step == checkAnswers { // nothing is asked there; what is sent is the wish to go on later
		d, err := s.Complaints.Draft(c.Request().Context(), key)
		if err != nil {
			return s.withoutDraft(c, key, nil, err)
		}
		return s.saved(c, d, sent.Get("had") == "true")
	}
	if sent.Get("save") == "new" { // from the page that showed no code, and no question
		d, err := s.Complaints.Draft(c.Request().Context(), key)
		if err != nil {
			return s.withoutDraft(c, key, nil, err)
		}
		return s.saved(c, d, false)
	}
	if step == "product" && !sent.Has("product") {
		switch among := s.productsOf(sent.Get("group")); {
		case len(among) == 1: // the kind says it all
			sent.Set("product", among[0].ID)
		case len(among) > 1 && sent.Get("save") == "":
			if key != s.draftKey(c) {
				s.keepCookie(c, draftCookie, key, s.Now().Add(blankKept))
			}
			return to(c, newComplaint+"/product?group="+url.QueryEscape(sent.Get("group")))
		}
	}
	if pick := sent.Get("pick"); step == intake.StepFirm && pick != "" && pick != own {
		if err := s.picked(c, sent, pick); err != nil {
			return err
		}
	}
	a, err := s.put(c.Request().Context(), middleware.Client(c), key, step, sent)
	if err != nil {
		return s.withoutDraft(c, key, typedIn(sent), err)
	}
	s.keepDraft(c, a.Draft)
	return s.afterAnswer(c, step, sent, a)
}

// afterAnswer goes on from an answer that was put in, as far as it was right.
func (s *Site) afterAnswer(c echo.Context, step string, sent url.Values, a answered) error {
	save := sent.Get("save") != ""
	fields := intake.Names(step)
	bad := func(w intake.Wrong) bool { return unconsented(w) || strings.TrimSpace(sent.Get(fields[w.Field])) != "" }
	if save && a.Version > 0 && !slices.ContainsFunc(a.wrong, bad) {
		return s.saved(c, a.Draft, sent.Get("had") == "true") // what she has not got to yet is no mistake
	}
	if len(a.wrong) > 0 {
		return s.rejectAnswer(c, sent, a)
	}
	if step == firstQuestion && sent.Get(firstQuestion) == "yes" {
		return to(c, "/scammed")
	}
	where := next(a.Draft.Draft, a.rules)
	switch {
	case a.lost:
		where += "?again=1"
	case step == intake.StepFirm && !sent.Has("pick"):
		if sent.Has("offered") {
			return s.rejectAnswer(c, sent, a)
		}
		found, err := s.Complaints.Firms(c.Request().Context(), a.Answers.Firm.Name, mostFirms)
		if err != nil {
			return err
		}
		if len(found) > 0 {
			where = newComplaint + "/firm?pick=1"
		}
	}
	return to(c, where)
}

// withoutDraft answers where a draft is filed or gone, so that nothing was taken: what she typed is shown once more.
func (s *Site) withoutDraft(c echo.Context, key string, typed []string, err error) error {
	switch {
	case errors.Is(err, store.ErrSubmitted):
		return s.alreadyFiled(c, key, typed)
	case store.NotFound(err):
		return to(c, newComplaint+"/resume?lost=1")
	}
	return err
}

// typedIn is what was typed in a form, as far as it is worth copying.
func typedIn(sent url.Values) []string {
	var list []string
	for name, values := range sent {
		switch name {
		case "draft", "had", "save", "group", "within", "pick", "offered":
			continue
		}
		for _, v := range values {
			if r := []rune(strings.TrimSpace(v)); len(r) > 1 && strings.ContainsFunc(v, func(r rune) bool { return r > 0x7f || r >= '0' && r <= '9' }) {
				list = append(list, string(r))
			}
		}
	}
	slices.Sort(list)
	return list
}

// rejectAnswer shows the question again, with what is wrong and what was typed.
func (s *Site) rejectAnswer(c echo.Context, sent url.Values, a answered) error {
	p, err := s.complaintStepPage(c, a.Draft, a.rules)
	if err != nil {
		return err
	}
	p.Invalid, p.NoLanguages, p.Lost = true, true, a.lost // the other languages' links would lose what was typed
	p.Summary.Title = p.Must("common.error_title")
	if err := s.ask(c, p, a.Draft, sent, a.wrong); err != nil {
		return err
	}
	return s.answer(c, http.StatusUnprocessableEntity, p)
}
