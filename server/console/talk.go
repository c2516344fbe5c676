package console

import (
	"errors"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"anxin/server/complaint"
	"anxin/server/middleware"
	"anxin/server/store"
	"anxin/server/view"
)

// sayTo writes a message: an officer's to her, a handler's to the council.
func (k *Console) sayTo(c echo.Context) error {
	return k.write(c, "text", "said", func(text string) error {
		return k.Complaints.Write(c.Request().Context(), staff(c), c.Param("id"), text)
	})
}

// note writes what neither she nor a firm ever sees.
func (k *Console) note(c echo.Context) error {
	return k.write(c, "note", "noted", func(text string) error {
		return k.Complaints.AddNote(c.Request().Context(), staff(c), c.Param("id"), text)
	})
}

// write keeps what was written in a field of the case's page, or shows it again with what is wrong.
func (k *Console) write(c echo.Context, name, done string, keep func(text string) error) error {
	sent, err := middleware.Form(c)
	if err != nil {
		return err
	}
	text := strings.TrimSpace(sent.Get(name))
	err = keep(text)
	if err == nil {
		return k.seeOther(c, caseURL(c.Param("id"))+"?done="+done+"#result")
	}
	empty, long := errors.Is(err, complaint.ErrNoText), errors.Is(err, complaint.ErrLongText)
	if !empty && !long {
		return err
	}
	d, err := k.at(c)
	if err != nil {
		return err
	}
	p, err := d.page()
	if err != nil {
		return err
	}
	field := map[string]*view.Field{"text": &p.Message, "note": &p.Note}[name]
	field.Value = text
	wrong := p.Must("mine.needed")
	if long {
		wrong = p.Must("mine.long", "most", complaint.MostText, "over", utf8.RuneCountInString(text)-complaint.MostText)
	}
	p.wrong(field, wrong)
	return k.rejected(c, p)
}

func (k *Console) assign(c echo.Context) error {
	sent, err := middleware.Form(c)
	if err != nil {
		return err
	}
	to := sent.Get("staff")
	if to == "nobody" {
		to = ""
	}
	if err := k.Complaints.Assign(c.Request().Context(), staff(c), c.Param("id"), to); err != nil {
		return err
	}
	return k.seeOther(c, caseURL(c.Param("id"))+"?done=assigned#result")
}

// RecusePage asks somebody whom a case touches to leave it, and says what follows.
type RecusePage struct {
	Frame
	Case   string
	Reason view.Field
	Sure   view.Choices
}

func (k *Console) recusePage(c echo.Context) (*RecusePage, error) {
	if _, err := k.at(c); err != nil {
		return nil, err
	}
	p := &RecusePage{Frame: k.frame(c, "console_recuse", "desk.recuse"), Case: caseURL(c.Param("id"))}
	p.Crumb = &view.Link{URL: p.Case, Text: p.Must("desk.case_title")}
	p.Reason = p.field("reason", "desk.recuse_reason")
	p.Reason.Rows, p.Reason.Hint = 3, p.Must("desk.recuse_reason_hint")
	p.Sure = view.Choices{Name: "sure", Type: "checkbox", Legend: p.Must("desk.recuse_sure_legend"), Options: []view.Choice{{Value: "1", Label: p.Must("desk.recuse_sure")}}}
	return p, nil
}

func (k *Console) recuse(c echo.Context) error {
	p, err := k.recusePage(c)
	if err != nil {
		return err
	}
	return k.answer(c, http.StatusOK, p)
}

func (k *Console) recuseNow(c echo.Context) error {
	sent, err := middleware.Form(c)
	if err != nil {
		return err
	}
	p, err := k.recusePage(c)
	if err != nil {
		return err
	}
	p.Reason.Value = strings.TrimSpace(sent.Get("reason"))
	if p.Reason.Value == "" {
		p.wrong(&p.Reason, p.Must("console.needed"))
	}
	if sent.Get("sure") != "1" {
		p.Sure.Error, p.Sure.ErrorLabel = p.Must("desk.tick_needed"), p.Must("common.error_label")
		p.complain("sure-1", p.Sure.Legend+p.Must("common.colon")+p.Sure.Error)
	}
	if p.Invalid {
		return k.rejected(c, p)
	}
	if err := k.Complaints.Recuse(c.Request().Context(), staff(c), c.Param("id"), p.Reason.Value); err != nil && !errors.Is(err, store.ErrRecused) {
		return err
	}
	return k.seeOther(c, queuePath+"?done=recused#result")
}
