package web

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"anxin/server/complaint"
	"anxin/server/dispute"
	"anxin/server/locale"
	"anxin/server/store"
	"anxin/server/view"
)

// ComplaintDonePage is the receipt: number and code to write down, and what happens next, by when.
type ComplaintDonePage struct {
	view.Base
	Number, Code string // as people read them; the code is empty when it is shown no longer
	At           string
	SHA256       string
	Emergency    bool // money is going just now: that comes first
	Helper       bool // filed for somebody else, who is asked first
	Now, Next    string
	Deadlines    []MineDue
	Key          string
}

// complaintDone shows the receipt to the device that filed, until its owner has written it down. Without a receipt it says
// that this device shows none.
func (s *Site) complaintDone(c echo.Context) error {
	b, err := s.base(c, "complaint_done")
	if err != nil {
		return err
	}
	p := &ComplaintDonePage{Base: b, Key: s.draftKey(c)}
	if p.Key == "" {
		p.Title = b.Must("complaint_new.done_gone")
		return s.answer(c, http.StatusOK, p)
	}
	r, err := s.Complaints.Filed(c.Request().Context(), p.Key)
	if store.NotFound(err) {
		return to(c, newComplaint)
	}
	if err != nil {
		return err
	}
	if err := p.show(r, s.Now()); err != nil {
		return err
	}
	return s.answer(c, http.StatusOK, p)
}

func (p *ComplaintDonePage) show(r complaint.Receipt, now time.Time) error {
	p.Title = p.Must("complaint_new.done_title")
	p.Number, p.SHA256 = complaint.Grouped(r.Number), r.SHA256
	if r.Code != "" {
		p.Code = complaint.Grouped(r.Code)
	}
	p.At = p.Must("complaint_new.at", "day", locale.DateInFull(p.Lang, r.SubmittedAt), "time", r.SubmittedAt.In(locale.Shanghai).Format("15:04"))
	p.Emergency, p.Helper = r.State == dispute.Emergency, r.Helper
	state := "dispute.state." + string(r.State)
	p.Now, p.Next = p.Must(state+"_now"), p.Must(state+"_next")
	for _, d := range r.Deadlines {
		if d.Due.IsZero() || d.Clock.Keeper == "citizen" {
			continue
		}
		due, err := dueOf(p.Base, d, now)
		if err != nil {
			return err
		}
		p.Deadlines = append(p.Deadlines, due)
	}
	return nil
}

// complaintNoted takes number and code off this device, which others may use, too.
func (s *Site) complaintNoted(c echo.Context) error {
	s.dropCookie(c, draftCookie)
	return to(c, newComplaint+"/done")
}

// ComplaintFiledPage answers the form of a draft that was filed meanwhile: what she typed now is shown once more, since it
// was not taken.
type ComplaintFiledPage struct {
	view.Base
	Typed []string
}

func (s *Site) alreadyFiled(c echo.Context, key string, typed []string) error {
	b, err := s.base(c, "complaint_filed")
	if err != nil {
		return err
	}
	s.keepCookie(c, draftCookie, key, s.Now().Add(complaint.ShowsCode))
	b.Title = b.Must("complaint_new.already_title")
	b.NoLanguages = true
	return s.answer(c, http.StatusConflict, &ComplaintFiledPage{Base: b, Typed: typed})
}
