package console

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"anxin/server/complaint"
	"anxin/server/middleware"
	"anxin/server/view"
)

// CodesPage lists who says that they lost their code. Whether it was they, the officer finds out by the contact on file alone.
type CodesPage struct {
	Frame
	Requests []CodeRow
	Code     string // the new one, shown this once
	Number   string
}

// CodeRow is a request, with the form that settles it.
type CodeRow struct {
	ID, URL, Title, At, Way string
	Passport                Passport
	Confirmed               view.Field
}

func (k *Console) codesPage(c echo.Context) (*CodesPage, error) {
	p := &CodesPage{Frame: k.frame(c, "console_codes", "console.to_codes")}
	list, err := k.Complaints.CodeRequests(c.Request().Context(), staff(c))
	if err != nil {
		return nil, err
	}
	for _, r := range list {
		row := CodeRow{
			ID: r.ID, URL: codesPath + "/" + url.PathEscape(r.ID), Title: p.Must("desk.code_title", "number", complaint.Grouped(r.Number)), At: p.moment(r.At),
			Way: p.Must("intake.ways_" + r.Way), Passport: p.passportOf(r.Person),
		}
		row.Confirmed = p.field("confirmed-"+r.ID, "desk.code_confirmed")
		row.Confirmed.Hint, row.Confirmed.Rows = p.Must("desk.code_confirmed_hint"), 3
		p.Requests = append(p.Requests, row)
	}
	return p, nil
}

func (k *Console) codes(c echo.Context) error {
	p, err := k.codesPage(c)
	if err != nil {
		return err
	}
	p.did(c, "code_refused")
	return k.answer(c, http.StatusOK, p)
}

// codeSettled gives a new code, or refuses one. The code is in this answer and nowhere else.
func (k *Console) codeSettled(c echo.Context) error {
	sent, err := middleware.Form(c)
	if err != nil {
		return err
	}
	ctx, by, id := c.Request().Context(), staff(c), c.Param("request")
	text := strings.TrimSpace(sent.Get("confirmed-" + id))
	if sent.Get("refuse") != "" {
		if err = k.Complaints.RefuseCode(ctx, by, id, text); err == nil {
			return k.seeOther(c, codesPath+"?done=code_refused#result")
		}
	} else {
		var number, code string
		if number, code, err = k.grant(c, id, text); err == nil {
			p, err := k.codesPage(c)
			if err != nil {
				return err
			}
			p.Code, p.Number = complaint.Grouped(code), number
			return k.answer(c, http.StatusOK, p)
		}
	}
	if !errors.Is(err, complaint.ErrNoText) && !errors.Is(err, complaint.ErrLongText) {
		return err
	}
	p, page := k.codesPage(c)
	if page != nil {
		return page
	}
	for i := range p.Requests {
		if r := &p.Requests[i]; r.ID == id {
			r.Confirmed.Value = text
			p.wrong(&r.Confirmed, p.Must("desk.code_needed"))
		}
	}
	return k.rejected(c, p)
}

func (k *Console) grant(c echo.Context, id, confirmed string) (number, code string, err error) {
	list, err := k.Complaints.CodeRequests(c.Request().Context(), staff(c))
	if err != nil {
		return "", "", err
	}
	for _, r := range list {
		if r.ID == id {
			number = complaint.Grouped(r.Number)
		}
	}
	code, err = k.Complaints.GrantCode(c.Request().Context(), staff(c), id, confirmed)
	return number, code, err
}
