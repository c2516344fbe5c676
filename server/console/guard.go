package console

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"anxin/server/account"
	"anxin/server/fault"
	"anxin/server/locale"
	"anxin/server/middleware"
	"anxin/server/view"
)

// What the guard found stands in the request's context under these names.
const (
	whoKey   = "console account"
	partsKey = "console parts"
)

// guard lets those to a handler who may use its route. A form must carry the token of the session, beside what the check of its
// origin says: a page of another site neither knows it nor can read it.
func (k *Console) guard(r Route) echo.HandlerFunc {
	open := slices.Equal(r.May, Anyone)
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("Cache-Control", "no-store")
		h.Set("X-Robots-Tag", "noindex")
		if open {
			return r.Handler(c)
		}
		who, err := k.Accounts.Session(c.Request().Context(), k.token(c))
		if err != nil {
			if fault.From(err).Kind == fault.Unauthorized {
				return k.signInFirst(c)
			}
			return err
		}
		c.Set(whoKey, who)
		if !slices.Contains(r.May, who.Role) {
			k.Log.Warn("refused", "route", c.Path(), "role", who.Role, "account", who.ID)
			return fault.New(fault.Forbidden, "%s may not use %s", who.Role, r.Path)
		}
		if r.Method != http.MethodGet {
			if err := k.checkToken(c); err != nil {
				return err
			}
		}
		return r.Handler(c)
	}
}

// me is who is signed in, behind the guard.
func me(c echo.Context) account.Account {
	who, _ := c.Get(whoKey).(account.Account)
	return who
}

// checkToken refuses a form without the token of this session. Of one that carries files it reads the first part, which must be the
// token, so that nothing of a stranger's file is taken; the others are then in [parts].
func (k *Console) checkToken(c echo.Context) error {
	var sent string
	if strings.HasPrefix(c.Request().Header.Get("Content-Type"), "multipart/") {
		reader, err := c.Request().MultipartReader()
		if err != nil {
			return fault.New(fault.Malformed, "read a form: %w", err)
		}
		first, err := reader.NextPart()
		if err != nil {
			return fault.New(fault.Malformed, "read a form: %w", err)
		}
		if first.FormName() == "token" {
			b, err := io.ReadAll(io.LimitReader(first, 100))
			if err != nil {
				return fault.New(fault.Malformed, "read a form: %w", err)
			}
			sent = string(b)
		}
		c.Set(partsKey, reader)
	} else {
		f, err := middleware.Form(c)
		if err != nil {
			return err
		}
		sent = f.Get("token")
	}
	if !hmac.Equal([]byte(sent), []byte(formToken(k.token(c)))) {
		return fault.New(fault.Forbidden, "a form without the token of the session")
	}
	return nil
}

// parts are those of a form with files behind its token. They come as they are sent.
func parts(c echo.Context) *multipart.Reader {
	r, _ := c.Get(partsKey).(*multipart.Reader)
	return r
}

// formToken is what a form proves with that it was made for the session. It tells nothing about the session's own token.
func formToken(token string) string {
	if token == "" {
		return ""
	}
	h := hmac.New(sha256.New, []byte(token))
	h.Write([]byte("anxin console form"))
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// cookieName gives the cookie the prefix that binds it to this host and to https (RFC 6265bis, section 4.1.3.2), wherever browsers
// accept it.
func (k *Console) cookieName(name string) string {
	if k.Secure {
		return "__Host-" + name
	}
	return name
}

// token is what this browser was given; empty where it was not.
func (k *Console) token(c echo.Context) string {
	cookie, err := c.Request().Cookie(k.cookieName("console"))
	if err != nil {
		return ""
	}
	return cookie.Value
}

// give lets this browser keep a token, or takes it away where it is empty. It is sent with nothing that begins at another site, and
// ends with the browser.
func (k *Console) give(c echo.Context, token string) {
	age := 0
	if token == "" {
		age = -1
	}
	c.SetCookie(&http.Cookie{
		Name: k.cookieName("console"), Value: token, Path: "/", MaxAge: age, Secure: k.Secure, HttpOnly: true, SameSite: http.SameSiteStrictMode,
	})
}

// look is how this browser's reader wants pages: as the public's settings say.
func (k *Console) look(c echo.Context) view.Settings {
	cookie, err := c.Request().Cookie(k.cookieName("settings"))
	if err != nil {
		return view.Standard
	}
	return view.ParseSettings(cookie.Value)
}

// language is that of the account; before somebody signed in, what was chosen on the page, then what the settings or the browser
// say.
func (k *Console) language(c echo.Context) locale.Code {
	if who := me(c); who.ID != "" {
		return who.Language
	}
	if code, ok := locale.Parse(c.QueryParam("lang")); ok {
		return code
	}
	if set := k.look(c); set.Lang != "" {
		return set.Lang
	}
	return locale.Negotiate(c.Request().Header.Get("Accept-Language"))
}

// Within tells whether a path is one of the console's, whether there is such a page.
func Within(path string) bool { return path == home || strings.HasPrefix(path, home+"/") }

// within is an address of the console; anything else is its first page.
func within(to string) string {
	u, err := url.Parse(to)
	if err != nil || u.Scheme != "" || u.Host != "" || !Within(u.Path) ||
		strings.ContainsAny(to, "\\\r\n\t") || strings.Contains(u.Path, "..") || u.Path == signInPath {
		return home
	}
	return u.RequestURI()
}
