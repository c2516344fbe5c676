package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"

	"github.com/labstack/echo/v4"

	"anxin/server/account"
	"anxin/server/app"
	"anxin/server/locale"
	"anxin/server/store"
)

// staffer makes accounts at the console, and the pages that they open.
type staffer struct {
	*app.App
	ctx  context.Context
	lang locale.Code
	list []State
}

const (
	staffPassword = "seven grey teapots"
	console       = "/console"
)

// consoleStates lists the pages of the console, each with the cookie of somebody who may see it.
func consoleStates(ctx context.Context, a *app.App) ([]State, error) {
	var list []State
	for _, code := range locale.All {
		s := &staffer{App: a, ctx: ctx, lang: code}
		for _, add := range []func() error{s.doors, s.own, s.administration, s.desk} {
			if err := add(); err != nil {
				return nil, fmt.Errorf("the console in %s: %w", code, err)
			}
		}
		list = append(list, s.list...)
	}
	return list, nil
}

func (s *staffer) add(page, name, method, path, cookie string, status int, pairs ...string) {
	form := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		form[pairs[i]] = pairs[i+1]
	}
	s.list = append(s.list, State{Name: page + "-" + name, Page: page, Lang: s.lang, Method: method, URL: path, Form: form, Status: status, Cookie: cookie})
}

// named is somebody's name, who is told from those in the other languages by nothing that a reader hears otherwise.
func (s *staffer) named(role account.Role) string {
	return map[locale.Code]string{locale.Hans: "林某", locale.Hant: "江某", locale.En: "Somebody"}[s.lang] + " " + string(role)
}

func cookie(token string) string { return "__Host-console=" + token }

// settings is the cookie of somebody who chose the language before they signed in.
func (s *staffer) settings() string { return "__Host-settings=18.auto." + string(s.lang) }

// linked is a new account, by its link.
func (s *staffer) linked(role account.Role, name string) (link string, err error) {
	firm := ""
	if role == account.Handler {
		firm = firms[0].ID
	}
	if link, err = s.Accounts.Add(s.ctx, account.Command, role, name, firm); err != nil {
		return "", err
	}
	a, err := s.Accounts.Link(s.ctx, link)
	if err != nil {
		return "", err
	}
	return link, s.Accounts.Show(s.ctx, a, "", s.lang)
}

// enrolling is a new account in the middle of its first sign-in, and the code that comes next.
func (s *staffer) enrolling(role account.Role, name string) (token, code string, err error) {
	link, err := s.linked(role, name)
	if err != nil {
		return "", "", err
	}
	if token, err = s.Accounts.UseLink(s.ctx, link, staffPassword, s.lang, ""); err != nil {
		return "", "", err
	}
	_, secret, err := s.Accounts.Enrolling(s.ctx, token)
	if err != nil {
		return "", "", err
	}
	code, err = secret.Code(s.Accounts.Now())
	return token, code, err
}

// employ makes an account and signs in to it.
func (s *staffer) employ(role account.Role, name string) (by account.Account, token string, err error) {
	enrolling, code, err := s.enrolling(role, name)
	if err != nil {
		return by, "", err
	}
	if token, _, err = s.Accounts.Enrol(s.ctx, enrolling, code, "Firefox/130.0 Windows"); err != nil {
		return by, "", err
	}
	by, err = s.Accounts.Session(s.ctx, token)
	return by, token, err
}

var tokenOnPage = regexp.MustCompile(`name="token" value="([0-9a-f]+)"`)

// formToken is that of the forms on a page, as whoever opens it has it.
func (s *staffer) formToken(path, cookie string) (string, error) {
	r := httptest.NewRequestWithContext(s.ctx, http.MethodGet, path, nil)
	r.Host = "127.0.0.1"
	r.Header.Set("Cookie", cookie)
	w := httptest.NewRecorder()
	s.Echo.ServeHTTP(w, r)
	m := tokenOnPage.FindStringSubmatch(w.Body.String())
	if m == nil {
		return "", fmt.Errorf("%s answers %d without a token", path, w.Code)
	}
	return m[1], nil
}

func (s *staffer) doors() error {
	get, post := http.MethodGet, http.MethodPost
	s.add("console_sign_in", "first", get, console+"/sign-in?lang="+string(s.lang), s.settings(), 200)
	s.add("console_sign_in", "out", get, console+"/sign-in?out=1", s.settings(), 200)
	s.add("console_sign_in", "over", get, console+"/sign-in?over=1", s.settings(), 200)
	s.add("console_sign_in", "empty", post, console+"/sign-in?lang="+string(s.lang), s.settings(), 422)
	link, err := s.linked(account.Officer, s.named("first"))
	if err != nil {
		return err
	}
	s.add("console_first", "link", get, console+"/first/"+link, s.settings(), 200)
	s.add("console_first", "refused", post, console+"/first/"+link, s.settings(), 422, "password", staffPassword, "again", staffPassword+"!")
	s.add("console_error", "link", get, console+"/first/"+strings.Repeat("A", 52), s.settings(), 404)
	token, _, err := s.enrolling(account.Officer, s.named("enrol"))
	if err != nil {
		return err
	}
	s.add("console_enrol", "secret", get, console+"/enrol", cookie(token), 200)
	s.add("console_recovery", "codes", get, "/-/console/recovery/"+string(s.lang), "", 200)
	_, full, err := s.employ(account.Officer, s.named("code"))
	if err != nil {
		return err
	}
	pending, err := s.Accounts.SignIn(s.ctx, "192.0.2.1", s.named("code"), staffPassword, "")
	if err != nil {
		return err
	}
	form, err := s.formToken(console+"/code", cookie(pending))
	if err != nil {
		return err
	}
	s.add("console_code", "asked", get, console+"/code", cookie(pending), 200)
	s.add("console_code", "empty", post, console+"/code", cookie(pending), 422, "token", form)
	s.add("console_home", "code", get, console, cookie(full), 200)
	return nil
}

// own adds somebody's own account.
func (s *staffer) own() error {
	get, post := http.MethodGet, http.MethodPost
	by, token, err := s.employ(account.Officer, s.named(account.Officer))
	if err != nil {
		return err
	}
	c := cookie(token)
	form, err := s.formToken(console+"/me", c)
	if err != nil {
		return err
	}
	const me = console + "/me"
	s.add("console_me", "own", get, me, c, 200)
	s.add("console_me", "saved", get, me+"?done=saved", c, 200)
	s.add("console_me", "refused", post, me, c, 422, "token", form, "shown", strings.Repeat("a", 99), "language", string(s.lang))
	s.add("console_password", "asked", get, me+"/password", c, 200)
	s.add("console_password", "refused", post, me+"/password", c, 422, "token", form, "old", staffPassword, "code", "1", "password", by.Name+"1", "again", by.Name+"1")
	s.add("console_factor", "asked", get, me+"/factor", c, 200)
	s.add("console_error", "forbidden", get, console+"/audit", c, 403)
	s.add("console_error", "gone", get, console+"/nothing", c, 404)
	return nil
}

func (s *staffer) administration() error {
	get, post := http.MethodGet, http.MethodPost
	cookies := map[account.Role]string{}
	for _, role := range []account.Role{account.Sysadmin, account.Secadmin, account.Auditor, account.Handler} {
		_, token, err := s.employ(role, s.named(role))
		if err != nil {
			return err
		}
		cookies[role] = cookie(token)
		s.add("console_home", string(role), get, console, cookies[role], 200)
	}
	officer, err := s.Accounts.Named(s.ctx, s.named(account.Officer))
	if err != nil {
		return err
	}
	at := console + "/accounts/" + officer.ID
	form, err := s.formToken(console+"/accounts", cookies[account.Sysadmin])
	if err != nil {
		return err
	}
	s.add("console_accounts", "sysadmin", get, console+"/accounts", cookies[account.Sysadmin], 200)
	s.add("console_accounts", "refused", post, console+"/accounts", cookies[account.Sysadmin], 422, "token", form, "name", "", "institution", "x")
	s.add("console_accounts", "secadmin", get, console+"/accounts", cookies[account.Secadmin], 200)
	s.add("console_link", "made", get, "/-/console/link/"+string(s.lang), cookies[account.Sysadmin], 200)
	s.add("console_account", "sysadmin", get, at, cookies[account.Sysadmin], 200)
	s.add("console_account", "unsure", post, at+"/disable", cookies[account.Sysadmin], 422, "token", form)
	s.add("console_account", "secadmin", get, at, cookies[account.Secadmin], 200)
	s.add("console_audit", "sound", get, console+"/audit?before=9", cookies[account.Auditor], 200)
	return nil
}

// passing begins the names of accounts that are made at every visit of an address: goldens leave them out.
const passing = "zz"

// consoleOnce serves what the console shows only once as often as it is asked for: each time to somebody new.
func consoleOnce(a *app.App) {
	forward := func(c echo.Context, path, cookie string, fields url.Values) error {
		r := httptest.NewRequestWithContext(c.Request().Context(), http.MethodPost, path, strings.NewReader(fields.Encode()))
		r.Host = "127.0.0.1"
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		// The settings are the reader's, whatever the cookie of the session.
		r.Header["Cookie"] = append([]string{cookie}, c.Request().Header["Cookie"]...)
		a.Echo.ServeHTTP(c.Response(), r)
		return nil
	}
	a.Echo.GET("/-/console/recovery/:lang", func(c echo.Context) error {
		s := &staffer{App: a, ctx: c.Request().Context(), lang: locale.Code(c.Param("lang"))}
		token, code, err := s.enrolling(account.Officer, passing+store.NewID())
		if err != nil {
			return err
		}
		form, err := s.formToken(console+"/enrol", cookie(token))
		if err != nil {
			return err
		}
		return forward(c, console+"/enrol", cookie(token), url.Values{"token": {form}, "code": {code}})
	})
	a.Echo.GET("/-/console/link/:lang", func(c echo.Context) error {
		s := &staffer{App: a, ctx: c.Request().Context(), lang: locale.Code(c.Param("lang"))}
		_, token, err := s.employ(account.Sysadmin, passing+store.NewID())
		if err != nil {
			return err
		}
		form, err := s.formToken(console+"/accounts", cookie(token))
		if err != nil {
			return err
		}
		return forward(c, console+"/accounts", cookie(token), url.Values{"token": {form}, "name": {passing + store.NewID()}, "role": {"officer"}})
	})
}
