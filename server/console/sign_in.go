package console

import (
	"math"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"anxin/server/fault"
	"anxin/server/middleware"
	"anxin/server/view"
)

// SignInPage asks for name and password.
type SignInPage struct {
	Frame
	Name, Password view.Field
	To             string      // where somebody was going
	Kept           []Kept      // what was written on a page whose session had ended
	Others         []view.Link // this page in the other languages
}

// Kept is something that was written and could not be taken.
type Kept struct{ Label, Text string }

func (k *Console) signIn(c echo.Context) error {
	p := k.signInPage(c, within(c.QueryParam("to")))
	switch {
	case c.QueryParam("out") == "1":
		p.Notice = &view.Notice{Kind: "done", Title: p.Must("console.out"), Text: view.Plain(p.Must("console.out_text"))}
	case c.QueryParam("over") == "1":
		p.Notice = &view.Notice{Kind: "caution", Title: p.Must("console.over"), Text: view.Plain(p.Must("console.over_text"))}
	}
	return k.answer(c, http.StatusOK, p)
}

func (k *Console) signInPage(c echo.Context, to string) *SignInPage {
	p := &SignInPage{Frame: k.frame(c, "console_sign_in", "console.sign_in_title"), To: to}
	p.Name = p.field("name", "console.name")
	p.Name.Autocomplete = "username"
	p.Password = p.field("password", "console.password")
	p.Password.Type, p.Password.Autocomplete = "password", "current-password"
	p.Others = p.others(signInPath)
	return p
}

// signInFirst answers in place of a page to who is not signed in. What was written there meanwhile is shown again, since it cannot be
// taken.
func (k *Console) signInFirst(c echo.Context) error {
	if c.Request().Method == http.MethodGet || c.Request().Method == http.MethodHead {
		to := url.Values{"to": {within(c.Request().URL.RequestURI())}}
		if k.token(c) != "" {
			to.Set("over", "1")
		}
		return k.seeOther(c, signInPath+"?"+to.Encode())
	}
	p := k.signInPage(c, home)
	p.Notice = &view.Notice{Kind: "caution", Title: p.Must("console.over"), Text: view.Plain(p.Must("console.over_text"))}
	if sent, err := middleware.Form(c); err == nil {
		p.keep(sent)
	}
	return k.answer(c, http.StatusUnauthorized, p)
}

// worthKeeping is how long something must be so that nobody wants to write it again.
const worthKeeping = 20

func (p *SignInPage) keep(sent url.Values) {
	for name, values := range sent {
		for _, text := range values {
			if len([]rune(text)) >= worthKeeping && name != "token" && name != "password" && name != "old" && name != "again" {
				p.Kept = append(p.Kept, Kept{p.Must("console.kept"), text})
			}
		}
	}
}

// signInNow takes name and password. There is no session yet whose token the form could carry: that it came from here says the check
// of its origin.
func (k *Console) signInNow(c echo.Context) error {
	sent, err := middleware.Form(c)
	if err != nil {
		return err
	}
	p := k.signInPage(c, within(sent.Get("to")))
	p.Name.Value = short(sent.Get("name"))
	for _, f := range []*view.Field{&p.Name, &p.Password} {
		if sent.Get(f.ID) == "" {
			p.wrong(f, p.Must("console.needed"))
		}
	}
	if p.Invalid {
		return k.rejected(c, p)
	}
	pending, err := k.Accounts.SignIn(c.Request().Context(), middleware.Client(c), sent.Get("name"), sent.Get("password"), c.Request().UserAgent())
	if err != nil {
		if fault.From(err).Kind != fault.Unauthorized {
			return k.busy(c, p, &p.Frame, "name", err)
		}
		p.complain("name", p.Must("console.no_match"))
		p.Summary.Title = p.Must("console.not_in")
		return k.rejected(c, p)
	}
	k.give(c, pending)
	return k.seeOther(c, toCode(p.To, c.QueryParam("lang")))
}

func toCode(to, lang string) string {
	q := url.Values{}
	if to != home {
		q.Set("to", to)
	}
	if lang != "" {
		q.Set("lang", lang)
	}
	if len(q) == 0 {
		return codePath
	}
	return codePath + "?" + q.Encode()
}

// busy says that too many tries were made, here or by all; other errors are returned.
func (k *Console) busy(c echo.Context, p view.Page, f *Frame, id string, err error) error {
	e := fault.From(err)
	minutes := int(math.Ceil(e.RetryAfter.Minutes()))
	switch {
	case e.Kind == fault.TooMany && e.RetryAfter > time.Minute:
		f.complain(id, f.Must("console.locked", "count", minutes))
	case e.Kind == fault.TooMany, e.Kind == fault.Unavailable:
		f.complain(id, f.Must("console.busy"))
	default:
		return err
	}
	f.Summary.Title = f.Must("console.not_in")
	if e.RetryAfter > 0 {
		c.Response().Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(e.RetryAfter.Seconds()))))
	}
	return k.answer(c, e.Kind.Status(), p)
}

// short is what somebody typed into a line, to be shown again.
func short(s string) string {
	r := []rune(s)
	return string(r[:min(len(r), 200)])
}

// CodePage asks for the second factor.
type CodePage struct {
	Frame
	Code view.Field
	To   string
}

func (k *Console) code(c echo.Context) error {
	p, err := k.codePage(c, within(c.QueryParam("to")))
	if p == nil || err != nil {
		return err
	}
	return k.answer(c, http.StatusOK, p)
}

// codePage is nil where the first step is over: then it was answered.
func (k *Console) codePage(c echo.Context, to string) (*CodePage, error) {
	who, err := k.Accounts.Pending(c.Request().Context(), k.token(c))
	if fault.From(err).Kind == fault.Unauthorized && err != nil {
		return nil, k.seeOther(c, signInPath+"?over=1")
	}
	if err != nil {
		return nil, err
	}
	p := &CodePage{Frame: k.frameIn(c, "console_code", "console.code_title", who.Language), To: to}
	p.Code = p.field("code", "console.code")
	p.Code.Hint, p.Code.Autocomplete = p.Must("console.code_hint"), "one-time-code"
	return p, nil
}

func (k *Console) codeNow(c echo.Context) error {
	sent, err := middleware.Form(c)
	if err != nil {
		return err
	}
	p, err := k.codePage(c, within(sent.Get("to")))
	if p == nil || err != nil {
		return err
	}
	if err := k.checkToken(c); err != nil {
		return err
	}
	if sent.Get("code") == "" {
		p.wrong(&p.Code, p.Must("console.needed"))
		return k.rejected(c, p)
	}
	token, err := k.Accounts.SignInCode(c.Request().Context(), middleware.Client(c), k.token(c), sent.Get("code"), c.Request().UserAgent())
	switch kind := fault.From(err).Kind; {
	case err == nil:
		k.give(c, token)
		return k.seeOther(c, p.To)
	case kind == fault.Invalid:
		p.wrong(&p.Code, p.Must("console.code_wrong"))
		return k.rejected(c, p)
	case kind == fault.Unauthorized:
		k.give(c, "")
		return k.seeOther(c, signInPath+"?over=1")
	}
	return k.busy(c, p, &p.Frame, "code", err)
}

func (k *Console) signOut(c echo.Context) error {
	if err := k.Accounts.SignOut(c.Request().Context(), me(c)); err != nil {
		return err
	}
	k.give(c, "")
	k.keepReceipt(c, "")
	c.Response().Header().Set("Clear-Site-Data", `"cache"`) // so that "back" shows nobody what was there
	return k.seeOther(c, signInPath+"?out=1")
}

// HomePage leads to what somebody's role does.
type HomePage struct {
	Frame
	Ways []view.Link
}

func (k *Console) home(c echo.Context) error {
	p := &HomePage{Frame: k.frame(c, "console_home", "console.home_title")}
	p.Ways = p.Office.Nav
	return k.answer(c, http.StatusOK, p)
}
