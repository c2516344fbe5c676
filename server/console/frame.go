package console

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"anxin/server/account"
	"anxin/server/fault"
	"anxin/server/locale"
	"anxin/server/shelf"
	"anxin/server/view"
)

// Frame is what every page of the console has. A page's struct embeds it; each of its forms has {{template "token" .}} in it.
type Frame struct {
	view.Base
	Me      account.Account
	Token   string // of this session's forms
	Summary view.ErrorSummary
	Notice  *view.Notice
}

// frame begins the page of a template. Its title is <name>_title of the catalogue family that the page's name begins with.
func (k *Console) frame(c echo.Context, name, title string) Frame {
	return k.frameIn(c, name, title, k.language(c))
}

// others lead to a page in the other languages, for who is not signed in.
func (f *Frame) others(at string) (links []view.Link) {
	for _, code := range locale.All {
		if code != f.Lang {
			links = append(links, view.Link{URL: at + "?lang=" + string(code), Text: code.Name(), Lang: code})
		}
	}
	return links
}

func (k *Console) frameIn(c echo.Context, name, title string, code locale.Code) Frame {
	f := Frame{Base: k.View.Base(name, code, c.Request().URL.Path, k.look(c)), Me: me(c), Token: formToken(k.token(c))}
	f.Title = f.Must(title)
	f.NoLanguages, f.Wide = true, true
	f.Office = &view.Office{Token: f.Token}
	if f.Me.ID != "" {
		f.Office.Who = f.Me.Called()
		f.Office.Nav = k.nav(f.Base, f.Me.Role)
	}
	if f.Path != home && f.Me.ID != "" {
		f.Crumb = &view.Link{URL: home, Text: f.Must("console.home_title")}
	}
	return f
}

// wrong notes what is wrong with a field.
func (f *Frame) wrong(field *view.Field, text string) {
	field.Error, field.ErrorLabel = text, f.Must("common.error_label")
	f.complain(field.ID, f.About(field.Label, text))
}

// complain notes what is wrong at a place of the page.
func (f *Frame) complain(id, text string) {
	f.Invalid = true
	f.Summary.Title = f.Must("common.error_title")
	f.Summary.Items = append(f.Summary.Items, view.ErrorItem{Field: id, Text: text})
}

func (f *Frame) field(id, key string) view.Field {
	return view.Field{ID: id, Label: f.Must(key), Autocomplete: "off"}
}

// answer renders a page for who asked and keeps nothing of it.
func (k *Console) answer(c echo.Context, status int, p view.Page) error {
	body, err := k.View.Render(p)
	if err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Robots-Tag", "noindex")
	h.Set("Vary", "Accept-Encoding, Cookie")
	shelf.Once("text/html; charset=utf-8", body).Serve(c.Response(), c.Request(), status)
	return nil
}

// rejected answers a form that has something wrong in it.
func (k *Console) rejected(c echo.Context, p view.Page) error {
	return k.answer(c, http.StatusUnprocessableEntity, p)
}

func (k *Console) seeOther(c echo.Context, to string) error {
	return c.Redirect(http.StatusSeeOther, to)
}

// ErrorPage says what went wrong at the console.
type ErrorPage struct {
	Frame
	Heading, Text string
}

// Error answers with the page of an error.
func (k *Console) Error(c echo.Context, e *fault.Error) error {
	if me(c).ID == "" { // an address that no route has: who asks is not known yet
		if who, err := k.Accounts.Session(c.Request().Context(), k.token(c)); err == nil {
			c.Set(whoKey, who)
		}
	}
	f := k.frame(c, "console_error", "error."+e.Kind.String()+"_title")
	p := &ErrorPage{Frame: f, Heading: f.Title, Text: f.Must("error." + e.Kind.String() + "_text")}
	switch e.Kind {
	case fault.Forbidden, fault.NotFound, fault.Invalid:
		p.Text = f.Must("console.error_" + e.Kind.String())
	}
	p.Crumb = nil
	return k.answer(c, e.Kind.Status(), p)
}
