package console

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"anxin/server/complaint"
	"anxin/server/store"
	"anxin/server/view"
)

// NewDonePage is the receipt of a complaint that was taken down: number and code to be read out, or printed. However often it is loaded,
// it is the same one, until the next is begun, half an hour is over, or somebody else is signed in.
type NewDonePage struct {
	Frame
	Receipt []view.Row // nothing where this browser has none
	Case    string
}

func (k *Console) newDone(c echo.Context) error {
	p := &NewDonePage{Frame: k.frame(c, "console_new_done", "desk.new_gone")}
	p.Crumb = &view.Link{URL: queuePath, Text: p.Must("console.to_queue")}
	key := k.receiptKey(c)
	if key == "" {
		return k.answer(c, http.StatusOK, p)
	}
	r, err := k.Complaints.TakenDown(c.Request().Context(), staff(c), key)
	if store.NotFound(err) {
		return k.answer(c, http.StatusOK, p)
	}
	if err != nil {
		return err
	}
	p.Title, p.Case = p.Must("desk.new_done"), caseURL(r.Dispute)
	code := complaint.Grouped(r.Code)
	if r.Code == "" {
		code = p.Must("complaint_new.done_no_code")
	}
	p.Receipt = []view.Row{
		{Key: p.Must("complaint_new.number"), Value: complaint.Grouped(r.Number)},
		{Key: p.Must("complaint_new.code"), Value: code},
		{Key: p.Must("desk.new_at"), Value: p.moment(r.SubmittedAt)},
		{Key: p.Must("desk.firm"), Value: r.Firm},
	}
	return k.answer(c, http.StatusOK, p)
}

// receiptKey is the key of the draft that was filed last from this browser. It opens the receipt for nobody but who filed it.
func (k *Console) receiptKey(c echo.Context) string {
	cookie, err := c.Request().Cookie(k.cookieName("taken"))
	if err != nil {
		return ""
	}
	return cookie.Value
}

// keepReceipt lets this browser find the receipt again; an empty key takes it away.
func (k *Console) keepReceipt(c echo.Context, key string) {
	age := int(complaint.ShowsTaken / time.Second)
	if key == "" {
		age = -1
	}
	c.SetCookie(&http.Cookie{
		Name: k.cookieName("taken"), Value: key, Path: "/", MaxAge: age, Secure: k.Secure, HttpOnly: true, SameSite: http.SameSiteStrictMode,
	})
}
