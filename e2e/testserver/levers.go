package main

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"anxin/server/account"
	"anxin/server/app"
	"anxin/server/fault"
	"anxin/server/locale"
)

// clock stands still until somebody moves it, but for a microsecond whenever it is asked: so what happens one after the other is
// listed in that order.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(time.Microsecond)
	return c.at
}

// forward moves the clock by a span, or to a time of day in Shanghai. It never goes back.
func (c *clock) forward(add, to string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	at := c.at
	switch {
	case add != "" && to == "":
		span, err := time.ParseDuration(add)
		if err != nil {
			return err
		}
		at = at.Add(span)
	case to != "" && add == "":
		t, err := time.ParseInLocation("2006-01-02T15:04", to, locale.Shanghai)
		if err != nil {
			return err
		}
		at = t
	default:
		return errors.New("either add or to")
	}
	if at.Before(c.at) {
		return errors.New("the clock does not go back")
	}
	c.at = at
	return nil
}

// levers are what a journey needs beside the pages: the clock, what is due by it, and the accounts of the staff.
func levers(a *app.App, c *clock) {
	a.Echo.POST("/-/clock", func(ec echo.Context) error {
		var move struct{ Add, To string }
		if err := ec.Bind(&move); err != nil {
			return err
		}
		if err := c.forward(move.Add, move.To); err != nil {
			return ec.String(http.StatusBadRequest, err.Error())
		}
		return ec.String(http.StatusOK, c.now().In(locale.Shanghai).Format(time.RFC3339))
	})
	a.Echo.GET("/-/clock", func(ec echo.Context) error { // what an authenticator goes by
		return ec.String(http.StatusOK, c.now().UTC().Format(time.RFC3339))
	})
	a.Echo.POST("/-/staff", func(ec echo.Context) error { // as the command "staff add" does
		var who struct {
			Role       account.Role
			Name, Firm string
		}
		if err := ec.Bind(&who); err != nil {
			return err
		}
		link, err := employ(ec, a, who.Role, who.Name, who.Firm)
		if err != nil {
			return ec.String(fault.From(err).Kind.Status(), err.Error())
		}
		return ec.String(http.StatusOK, console+"/first/"+link)
	})
	a.Echo.POST("/-/sweep", func(ec echo.Context) error { // what is due by the clock as it stands
		a.Jobs.Once(ec.Request().Context())
		return ec.NoContent(http.StatusNoContent)
	})
}

// employ makes an account, of a handler by the name of the firm, and answers the link that opens it once.
func employ(ec echo.Context, a *app.App, role account.Role, name, firm string) (string, error) {
	ctx, id := ec.Request().Context(), ""
	if firm != "" {
		found, err := a.Complaints.Firms(ctx, firm, 1)
		if err != nil {
			return "", err
		}
		if len(found) == 0 {
			return "", fault.New(fault.NotFound, "there is no firm of that name")
		}
		id = found[0].ID
	}
	return a.Accounts.Add(ctx, account.Command, role, name, id)
}

// enter leads a browser that cannot be given a cookie, such as one with a screen reader, into a state.
func enter(c echo.Context, states []State) error {
	i := slices.IndexFunc(states, func(s State) bool {
		return string(s.Lang) == c.Param("lang") && s.Name == c.Param("state") && s.Method == http.MethodGet
	})
	if i < 0 {
		return fault.New(fault.NotFound, "there is no such state")
	}
	return follow(c, states[i].Cookie, states[i].URL)
}

// follow gives the cookies and leads to the address.
func follow(c echo.Context, cookies, to string) error {
	for pair := range strings.SplitSeq(cookies, "; ") {
		name, value, _ := strings.Cut(pair, "=")
		c.SetCookie(&http.Cookie{Name: name, Value: value, Path: "/", Secure: true, HttpOnly: true})
	}
	return c.Redirect(http.StatusSeeOther, to)
}
