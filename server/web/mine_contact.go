package web

import (
	"errors"
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"anxin/server/complaint"
	"anxin/server/intake"
	"anxin/server/middleware"
	"anxin/server/view"
)

// MineContactPage changes how whoever came in is reached.
type MineContactPage struct {
	MineFrame
	Asks   []Ask
	Helper bool // the helper's own, not the person's
}

// contactSteps are the questions of the complaint that are asked again here.
var contactSteps = []string{"contact", "reach"}

func (s *Site) mineContact(c echo.Context, by complaint.Access) error {
	p, err := s.contactPage(c, by, nil)
	if err != nil {
		return err
	}
	if c.QueryParam("changed") == "1" {
		p.Notice = &view.Notice{Kind: "done", Title: p.Must("mine.contact_changed"), Text: view.Plain(p.Must("mine.contact_changed_text"))}
	}
	return s.answer(c, http.StatusOK, p)
}

func (s *Site) mineContacts(c echo.Context, by complaint.Access) error {
	sent, err := middleware.Form(c)
	if err != nil {
		return err
	}
	d, f, err := s.contactDraft(c, by)
	if err != nil {
		return err
	}
	rules, err := s.Complaints.Rules(c.Request().Context(), d.Answers)
	if err != nil {
		return err
	}
	var wrong []intake.Wrong
	for _, step := range contactSteps {
		wrong = append(wrong, d.Read(step, sent, rules)...)
	}
	if len(wrong) == 0 {
		if code, err := lang(c); err == nil {
			d.Answers.Reach.Language = string(code)
		}
		err = s.Complaints.ChangeContact(c.Request().Context(), by, d.Answers.Contact, d.Answers.Reach)
		if invalid, ok := errors.AsType[*complaint.InvalidError](err); ok {
			wrong = invalid.Wrong
		} else if err != nil {
			return err
		}
	}
	if len(wrong) > 0 {
		p, err := s.drawContact(c, f, sent, wrong)
		if err != nil {
			return err
		}
		return s.answer(c, http.StatusUnprocessableEntity, p)
	}
	code, err := lang(c)
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/"+string(code)+minePath+"/contact?changed=1#result")
}

// contactPage shows what holds now, or what was sent.
func (s *Site) contactPage(c echo.Context, by complaint.Access, sent url.Values) (*MineContactPage, error) {
	d, f, err := s.contactDraft(c, by)
	if err != nil {
		return nil, err
	}
	if sent == nil {
		sent = url.Values{}
		for _, step := range contactSteps {
			for name, values := range d.Form(step) {
				sent[name] = values
			}
		}
	}
	return s.drawContact(c, f, sent, nil)
}

// contactDraft puts what holds now into a draft, whose questions then read and check it as they did first.
func (s *Site) contactDraft(c echo.Context, by complaint.Access) (intake.Draft, complaint.File, error) {
	f, err := s.Complaints.Read(c.Request().Context(), by)
	if err != nil {
		return intake.Draft{}, f, err
	}
	return intake.Draft{Answers: intake.Answers{Contact: f.You.Contact, Reach: f.You.Reach, Consents: f.Filed.Consents}}, f, nil
}

func (s *Site) drawContact(c echo.Context, f complaint.File, typed url.Values, wrong []intake.Wrong) (*MineContactPage, error) {
	frame, err := s.mine(c, "mine_contact", minePath+"/contact")
	if err != nil {
		return nil, err
	}
	p := &MineContactPage{MineFrame: frame, Helper: f.You.ID != f.Person.ID}
	for _, step := range contactSteps {
		q := &ComplaintStepPage{Base: frame.Base, Step: step, Heading: true}
		for _, a := range questions[step] {
			q.add(a, typed, wrong)
		}
		p.Asks = append(p.Asks, q.Asks...)
		p.Summary.Items = append(p.Summary.Items, q.Summary.Items...)
	}
	if len(wrong) > 0 {
		p.Invalid = true
		p.Summary.Title = p.Must("common.error_title")
	}
	return p, nil
}
