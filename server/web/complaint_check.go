package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"

	"github.com/labstack/echo/v4"

	"anxin/server/complaint"
	"anxin/server/fault"
	"anxin/server/library"
	"anxin/server/middleware"
	"anxin/server/store"
	"anxin/server/view"
)

// ComplaintCheckPage shows all the answers, each with a link to change it.
type ComplaintCheckPage struct {
	view.Base
	Key  string
	Had  string
	Rows []view.Row
}

// complete is the draft of this device when every question is answered; otherwise to says where she has to go first.
func (s *Site) complete(c echo.Context) (d complaint.Draft, to string, err error) {
	d, err = s.going(c)
	switch {
	case errors.Is(err, store.ErrSubmitted):
		return d, newComplaint + "/done", nil
	case store.NotFound(err):
		return d, newComplaint + "/resume?lost=1", nil
	case err != nil:
		return d, "", err
	}
	rules, err := s.rules(c.Request().Context(), d.Answers, nil)
	if err == nil && d.Next(rules) != "" {
		to = next(d.Draft, rules)
	}
	return d, to, err
}

func (s *Site) complaintCheck(c echo.Context) error {
	d, elsewhere, err := s.complete(c)
	if err != nil {
		return err
	}
	if elsewhere != "" {
		return to(c, elsewhere)
	}
	b, err := s.base(c, "complaint_check")
	if err != nil {
		return err
	}
	b.Title = b.Must("complaint_new.check_title")
	s.keepDraft(c, d)
	return s.answer(c, http.StatusOK, &ComplaintCheckPage{Base: b, Key: d.Key, Had: had(d), Rows: s.rows(b, d.Answers)})
}

// ComplaintWarningPage is read before a complaint is filed: who may refuse it afterwards, and the doors there are instead.
type ComplaintWarningPage struct {
	view.Base
	Key     string
	Market  string // telephone of the market regulator, which may refuse it
	PBoC    bool   // so may the People's Bank
	Doors   []*library.Way
	Seen    view.Choices
	Summary view.ErrorSummary
}

func (s *Site) complaintWarning(c echo.Context) error {
	d, elsewhere, err := s.complete(c)
	if err != nil {
		return err
	}
	if elsewhere != "" {
		return to(c, elsewhere)
	}
	p, err := s.complaintWarningPage(c, d)
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusOK, p)
}

func (s *Site) complaintWarningPage(c echo.Context, d complaint.Draft) (*ComplaintWarningPage, error) {
	b, err := s.base(c, "complaint_warning")
	if err != nil {
		return nil, err
	}
	b.Title = b.Must("complaint_new.warning_title")
	b.Crumb = &view.Link{URL: b.URL(newComplaint + "/" + checkAnswers), Text: b.Must("complaint_new.check_title")}
	product, _ := s.Complaints.Policy.Product(d.Answers.Product)
	p := &ComplaintWarningPage{Base: b, Key: d.Key, PBoC: slices.Contains(product.Bars, "regulator-pbc")}
	market, err := b.Calling("hotline-samr")
	if err != nil {
		return nil, err
	}
	p.Market = market.Phone
	grounds := []string{"complain-12315-barred"}
	if p.PBoC {
		grounds = append(grounds, "complain-pbc-barred")
	}
	for _, id := range grounds {
		if f, ok := s.Library.Fact(id); ok {
			p.Used.Facts = append(p.Used.Facts, f)
		}
	}
	ways, err := s.Library.Ways(b.Lang)
	if err != nil {
		return nil, err
	}
	for _, w := range ways {
		if slices.Contains(product.Doors, w.ID) {
			p.Doors = append(p.Doors, w)
		}
	}
	p.Seen = view.Choices{
		Name: "seen", Type: "checkbox", Legend: b.Must("complaint_new.seen_legend"),
		Options: []view.Choice{{Value: "yes", Label: b.Must("complaint_new.seen")}},
	}
	return p, nil
}

// complaintFile files. Sent twice, by an impatient finger or after an answer that got lost, it leads to the same receipt.
func (s *Site) complaintFile(c echo.Context) error {
	sent, err := middleware.Form(c)
	if err != nil {
		return err
	}
	key := s.sentKey(c, sent)
	where, page, err := s.file(c, key, sent)
	if err != nil {
		return err
	}
	if page != nil {
		return s.answer(c, http.StatusUnprocessableEntity, page)
	}
	return to(c, where)
}

// file files the draft of a key and tells where to go on, or gives the page again with what is missing on it.
func (s *Site) file(c echo.Context, key string, sent url.Values) (where string, page view.Page, err error) {
	ctx := c.Request().Context()
	d, err := s.Complaints.Draft(ctx, key)
	switch {
	case errors.Is(err, store.ErrSubmitted):
		s.keepCookie(c, draftCookie, key, s.Now().Add(complaint.ShowsCode))
		return newComplaint + "/done", nil, nil
	case store.NotFound(err):
		return newComplaint + "/resume?lost=1", nil, nil
	case err != nil:
		return "", nil, err
	}
	s.keepDraft(c, d)
	if sent.Get("seen") != "yes" {
		page, err = s.rejectWarning(c, d)
		return "", page, err
	}
	return s.submit(ctx, c, d)
}

func (s *Site) submit(ctx context.Context, c echo.Context, d complaint.Draft) (where string, page view.Page, err error) {
	a := d.Answers
	a.Warned = true
	if code, err := lang(c); err == nil {
		a.Reach.Language = string(code)
	}
	_, err = s.Complaints.Submit(ctx, d.Key, a)
	if _, ok := errors.AsType[*complaint.InvalidError](err); ok {
		rules, err := s.rules(ctx, d.Answers, nil)
		return next(d.Draft, rules), nil, err
	}
	// What was filed meanwhile from another tab, be it with another answer, is filed: the receipt says so.
	if err != nil && fault.From(err).Kind != fault.Conflict && !errors.Is(err, store.ErrSubmitted) {
		return "", nil, err
	}
	s.keepCookie(c, draftCookie, d.Key, s.Now().Add(complaint.ShowsCode))
	return newComplaint + "/done", nil, nil
}

func (s *Site) rejectWarning(c echo.Context, d complaint.Draft) (view.Page, error) {
	p, err := s.complaintWarningPage(c, d)
	if err != nil {
		return nil, err
	}
	p.Invalid = true
	p.Seen.Error, p.Seen.ErrorLabel = p.Must("complaint_new.seen_wrong"), p.Must("common.error_label")
	p.Summary = view.ErrorSummary{Title: p.Must("common.error_title"), Items: []view.ErrorItem{{Field: "seen-yes", Text: p.Seen.Error}}}
	return p, nil
}
