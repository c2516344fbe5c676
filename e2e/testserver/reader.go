package main

import (
	"net/http"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"anxin/server/account"
	"anxin/server/app"
	"anxin/server/locale"
)

// readerName is the account that somebody types who has a keyboard and nothing else.
const readerName = passing + " reader"

// reader lets an officer with a screen reader come in by password and code, as people do: the account is there, and so is what
// the authenticator would show.
func reader(a *app.App) {
	var mu sync.Mutex
	var secret account.Secret
	a.Echo.GET("/-/console/sign-in/:lang", func(c echo.Context) error {
		mu.Lock()
		defer mu.Unlock()
		s := &staffer{App: a, ctx: c.Request().Context(), lang: locale.Code(c.Param("lang"))}
		token, code, err := s.enrolling(account.Officer, readerName)
		if err != nil {
			return err
		}
		if _, secret, err = s.Accounts.Enrolling(s.ctx, token); err != nil {
			return err
		}
		if _, _, err = s.Accounts.Enrol(s.ctx, token, code, ""); err != nil {
			return err
		}
		return follow(c, s.settings(), console+"/sign-in")
	})
	a.Echo.GET("/-/console/code", func(c echo.Context) error { // the next, for that of now was used to come in the first time
		mu.Lock()
		defer mu.Unlock()
		code, err := secret.Code(a.Accounts.Now().Add(30 * time.Second))
		if err != nil {
			return err
		}
		return c.String(http.StatusOK, code)
	})
}
