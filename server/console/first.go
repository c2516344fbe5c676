package console

import (
	"bytes"
	"net/http"

	"github.com/labstack/echo/v4"
	"rsc.io/qr"

	"anxin/server/account"
	"anxin/server/fault"
	"anxin/server/locale"
	"anxin/server/middleware"
	"anxin/server/view"
)

// FirstPage takes the password of whoever comes by a link that works once. To look at it uses nothing up: programs that read mail
// look at every link.
type FirstPage struct {
	Frame
	Name            string
	Password, Again view.Field
	Others          []view.Link // this page in the other languages
}

func (k *Console) first(c echo.Context) error {
	p, err := k.firstPage(c)
	if err != nil {
		return err
	}
	return k.answer(c, http.StatusOK, p)
}

func (k *Console) firstPage(c echo.Context) (*FirstPage, error) {
	if k.Secure { // without https browsers would then send no origin that can be checked
		c.Response().Header().Set("Referrer-Policy", "no-referrer")
	}
	who, err := k.Accounts.Link(c.Request().Context(), c.Param("link"))
	if err != nil {
		return nil, err
	}
	lang := k.language(c)
	if who.Language != locale.Hans && c.QueryParam("lang") == "" { // it chose one before it lost its password
		lang = who.Language
	}
	p := &FirstPage{Frame: k.frameIn(c, "console_first", "console.first_title", lang), Name: who.Name}
	p.Others = p.others(p.Path)
	p.Password = p.field("password", "console.new_password")
	p.Password.Hint = p.Must("console.password_rule", "count", account.MinPassword)
	p.Again = p.field("again", "console.again")
	for _, f := range []*view.Field{&p.Password, &p.Again} {
		f.Type, f.Autocomplete = "password", "new-password"
	}
	return p, nil
}

func (k *Console) firstNow(c echo.Context) error {
	sent, err := middleware.Form(c)
	if err != nil {
		return err
	}
	p, err := k.firstPage(c)
	if err != nil {
		return err
	}
	if sent.Get("password") != sent.Get("again") {
		p.wrong(&p.Again, p.Must("console.not_again"))
		return k.rejected(c, p)
	}
	token, err := k.Accounts.UseLink(c.Request().Context(), c.Param("link"), sent.Get("password"), p.Lang, c.Request().UserAgent())
	if weakness, weak := account.IsWeak(err); weak {
		p.wrong(&p.Password, p.weak(weakness))
		return k.rejected(c, p)
	}
	if err != nil {
		return err
	}
	k.give(c, token)
	return k.seeOther(c, enrolPath)
}

// weak says why a password is refused.
func (f *Frame) weak(w account.Weakness) string {
	return f.Must("console.weak_"+string(w), "count", map[account.Weakness]int{account.TooShort: account.MinPassword, account.TooLong: account.MaxPassword}[w])
}

// EnrolPage shows the secret of a second factor, to be typed or photographed, and asks for a code of it.
type EnrolPage struct {
	Frame
	Secret  string
	Picture string // its address
	Code    view.Field
}

func (k *Console) enrol(c echo.Context) error {
	p, err := k.enrolPage(c)
	if p == nil || err != nil {
		return err
	}
	return k.answer(c, http.StatusOK, p)
}

// enrolPage is nil where the time for it is over: then it was answered.
func (k *Console) enrolPage(c echo.Context) (*EnrolPage, error) {
	who, secret, err := k.Accounts.Enrolling(c.Request().Context(), k.token(c))
	if err != nil {
		if fault.From(err).Kind == fault.Unauthorized {
			return nil, k.seeOther(c, signInPath+"?over=1")
		}
		return nil, err
	}
	p := &EnrolPage{Frame: k.frameIn(c, "console_enrol", "console.enrol_title", who.Language), Secret: secret.Groups, Picture: picturePath}
	p.Code = p.field("code", "console.enrol_code")
	p.Code.Hint, p.Code.Autocomplete, p.Code.InputMode = p.Must("console.enrol_code_hint"), "one-time-code", "numeric"
	return p, nil
}

// picture is the secret as a QR code, for the session alone in which it is set up.
func (k *Console) picture(c echo.Context) error {
	_, secret, err := k.Accounts.Enrolling(c.Request().Context(), k.token(c))
	if err != nil {
		if fault.From(err).Kind == fault.Unauthorized {
			return fault.New(fault.NotFound, "nothing is being set up")
		}
		return err
	}
	drawn, err := qr.Encode(secret.URI, qr.M)
	if err != nil {
		return err
	}
	return c.Stream(http.StatusOK, "image/png", bytes.NewReader(drawn.PNG()))
}

// RecoveryPage shows the recovery codes, the only time that anybody sees them.
type RecoveryPage struct {
	Frame
	Codes []string
}

func (k *Console) enrolNow(c echo.Context) error {
	sent, err := middleware.Form(c)
	if err != nil {
		return err
	}
	p, err := k.enrolPage(c)
	if p == nil || err != nil {
		return err
	}
	if err := k.checkToken(c); err != nil {
		return err
	}
	token, codes, err := k.Accounts.Enrol(c.Request().Context(), k.token(c), sent.Get("code"), c.Request().UserAgent())
	switch kind := fault.From(err).Kind; {
	case err == nil:
		k.give(c, token)
		done := &RecoveryPage{Frame: k.frameIn(c, "console_recovery", "console.recovery_title", p.Lang), Codes: codes}
		return k.answer(c, http.StatusOK, done)
	case kind == fault.Invalid:
		p.wrong(&p.Code, p.Must("console.code_wrong"))
		return k.rejected(c, p)
	case kind == fault.Unauthorized:
		return k.seeOther(c, signInPath+"?over=1")
	}
	return err
}
