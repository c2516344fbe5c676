package console

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"anxin/server/account"
	"anxin/server/fault"
	"anxin/server/locale"
	"anxin/server/middleware"
	"anxin/server/view"
)

const (
	mePath       = "/console/me"
	passwordPath = "/console/me/password"
	factorPath   = "/console/me/factor"
)

func (k *Console) meRoutes() []Route {
	get, post := http.MethodGet, http.MethodPost
	return []Route{
		{Method: get, Path: mePath, Handler: k.me, Page: "console_me", May: Everybody},
		{Method: post, Path: mePath, Handler: k.saveMe, Page: "console_me", May: Everybody},
		{Method: post, Path: "/console/me/revoke", Handler: k.revokeMine, May: Everybody},
		{Method: get, Path: passwordPath, Handler: k.password, Page: "console_password", May: Everybody},
		{Method: post, Path: passwordPath, Handler: k.passwordNow, Page: "console_password", May: Everybody},
		{Method: get, Path: factorPath, Handler: k.factor, Page: "console_factor", May: Everybody},
		{Method: post, Path: factorPath, Handler: k.factorNow, Page: "console_factor", May: Everybody},
	}
}

// MePage is somebody's own account.
type MePage struct {
	Frame
	Rows     []view.Row
	Shown    view.Field
	Language view.Choices
	Sessions []SessionRow
}

// SessionRow is a session that may be ended.
type SessionRow struct {
	ID, Device, Started, Used string
	Current                   bool
}

// moment is a time of day in words.
func (f *Frame) moment(t time.Time) string {
	return f.Date(t) + " " + t.In(locale.Shanghai).Format("15:04")
}

// done tells after a redirect what was done: the address says which, by a word of ours.
func (f *Frame) done(what string, known ...string) {
	for _, k := range known {
		if what == k {
			f.Notice = &view.Notice{Kind: "done", Title: f.Must("console.done_" + k)}
		}
	}
}

func (k *Console) me(c echo.Context) error {
	p, err := k.mePage(c)
	if err != nil {
		return err
	}
	p.done(c.QueryParam("done"), "saved", "revoked", "password")
	return k.answer(c, http.StatusOK, p)
}

func (k *Console) mePage(c echo.Context) (*MePage, error) {
	ctx, who := c.Request().Context(), me(c)
	p := &MePage{Frame: k.frame(c, "console_me", "console.to_me")}
	own, err := k.Accounts.Own(ctx, who)
	if err != nil {
		return nil, err
	}
	last := p.Must("console.never")
	if !own.LastSignIn.IsZero() {
		last = p.moment(own.LastSignIn)
	}
	p.Rows = []view.Row{
		{Key: p.Must("console.name"), Value: who.Name},
		{Key: p.Must("console.role"), Value: p.Must("console.role_" + string(who.Role))},
		{Key: p.Must("console.last"), Value: last},
		{Key: p.Must("console.password"), Value: p.Must("console.is_set"), URL: passwordPath, Change: p.Must("console.change")},
		{Key: p.Must("console.factor"), Value: p.Must("console.codes_left", "count", own.CodesLeft), URL: factorPath, Change: p.Must("console.change")},
	}
	p.Shown = p.field("shown", "console.shown")
	p.Shown.Value, p.Shown.Hint = who.Shown, p.Must("console.shown_hint")
	p.Language = view.Choices{Name: "language", Type: "radio", Legend: p.Must("console.language")}
	for _, code := range locale.All {
		p.Language.Options = append(p.Language.Options, view.Choice{Value: string(code), Label: code.Name(), Checked: code == who.Language, Lang: string(code)})
	}
	p.Sessions, err = k.sessionRows(c, &p.Frame, who.ID)
	return p, err
}

func (k *Console) sessionRows(c echo.Context, f *Frame, id string) (rows []SessionRow, err error) {
	list, err := k.Accounts.Sessions(c.Request().Context(), id)
	for _, s := range list {
		device := s.Device
		if device == "" {
			device = f.Must("console.device_unknown")
		}
		rows = append(rows, SessionRow{ID: s.ID, Device: device, Started: f.moment(s.Started), Used: f.moment(s.Used), Current: s.ID == me(c).Session})
	}
	return rows, err
}

func (k *Console) saveMe(c echo.Context) error {
	sent, err := middleware.Form(c)
	if err != nil {
		return err
	}
	code, ok := locale.Parse(sent.Get("language"))
	if ok {
		err = k.Accounts.Show(c.Request().Context(), me(c), sent.Get("shown"), code)
	}
	if !ok || err != nil && fault.From(err).Kind == fault.Invalid {
		p, err := k.mePage(c)
		if err != nil {
			return err
		}
		if p.Shown.Value = short(sent.Get("shown")); ok {
			p.wrong(&p.Shown, p.Must("console.shown_wrong"))
		} else {
			p.Language.Error, p.Language.ErrorLabel = p.Must("console.needed"), p.Must("common.error_label")
			p.complain("language-"+string(locale.Hans), p.Language.Legend+p.Must("common.colon")+p.Language.Error)
		}
		return k.rejected(c, p)
	}
	if err != nil {
		return err
	}
	return k.seeOther(c, mePath+"?done=saved#result")
}

func (k *Console) revokeMine(c echo.Context) error {
	if err := k.Accounts.Revoke(c.Request().Context(), me(c), me(c).ID, c.FormValue("session")); err != nil {
		return err
	}
	return k.seeOther(c, mePath+"?done=revoked#result")
}

// PasswordPage changes one's own password.
type PasswordPage struct {
	Frame
	Old, Code, Password, Again view.Field
}

func (k *Console) passwordPage(c echo.Context) *PasswordPage {
	p := &PasswordPage{Frame: k.frame(c, "console_password", "console.password_title")}
	p.Crumb = &view.Link{URL: mePath, Text: p.Must("console.to_me")}
	p.Old, p.Code = p.proof()
	p.Password, p.Again = p.field("password", "console.new_password"), p.field("again", "console.again")
	p.Password.Hint = p.Must("console.password_rule", "count", account.MinPassword)
	for _, f := range []*view.Field{&p.Password, &p.Again} {
		f.Type, f.Autocomplete = "password", "new-password"
	}
	return p
}

// proof is what somebody shows again before what protects the account is changed.
func (f *Frame) proof() (old, code view.Field) {
	old, code = f.field("old", "console.old_password"), f.field("code", "console.code")
	old.Type, old.Autocomplete = "password", "current-password"
	code.Hint, code.Autocomplete = f.Must("console.code_hint"), "one-time-code"
	return old, code
}

func (k *Console) password(c echo.Context) error {
	return k.answer(c, http.StatusOK, k.passwordPage(c))
}

func (k *Console) passwordNow(c echo.Context) error {
	sent, err := middleware.Form(c)
	if err != nil {
		return err
	}
	p := k.passwordPage(c)
	if sent.Get("password") != sent.Get("again") {
		p.wrong(&p.Again, p.Must("console.not_again"))
		return k.rejected(c, p)
	}
	err = k.Accounts.ChangePassword(c.Request().Context(), middleware.Client(c), me(c), sent.Get("old"), sent.Get("code"), sent.Get("password"))
	if weakness, weak := account.IsWeak(err); weak {
		p.wrong(&p.Password, p.weak(weakness))
		return k.rejected(c, p)
	}
	if err != nil {
		return k.notProved(c, p, &p.Frame, err)
	}
	return k.seeOther(c, mePath+"?done=password#result")
}

// notProved says that password or code is wrong, and not which.
func (k *Console) notProved(c echo.Context, p view.Page, f *Frame, err error) error {
	if fault.From(err).Kind != fault.Invalid {
		return k.busy(c, p, f, "old", err)
	}
	f.complain("old", f.Must("console.not_proved"))
	return k.rejected(c, p)
}

// FactorPage begins with another second factor.
type FactorPage struct {
	Frame
	Old, Code view.Field
}

func (k *Console) factorPage(c echo.Context) *FactorPage {
	p := &FactorPage{Frame: k.frame(c, "console_factor", "console.factor_title")}
	p.Crumb = &view.Link{URL: mePath, Text: p.Must("console.to_me")}
	p.Old, p.Code = p.proof()
	return p
}

func (k *Console) factor(c echo.Context) error { return k.answer(c, http.StatusOK, k.factorPage(c)) }

func (k *Console) factorNow(c echo.Context) error {
	sent, err := middleware.Form(c)
	if err != nil {
		return err
	}
	token, err := k.Accounts.ChangeFactor(c.Request().Context(), middleware.Client(c), me(c), sent.Get("old"), sent.Get("code"), c.Request().UserAgent())
	if err != nil {
		p := k.factorPage(c)
		return k.notProved(c, p, &p.Frame, err)
	}
	k.give(c, token)
	return k.seeOther(c, enrolPath)
}
