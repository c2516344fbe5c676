package api

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"anxin/server/locale"
	"anxin/server/view"
)

// API answers programs with the words that pages have, too.
type API struct {
	View *view.View
}

// Route is one address with its handler.
type Route struct {
	Method, Path string
	Handler      echo.HandlerFunc
}

// Routes lists every call.
func (a *API) Routes() []Route {
	return []Route{
		{http.MethodPost, "/api/v1/tools/loan-cost", a.loanCost},
	}
}

// Language is that of ?lang= where it names one of ours, else what Accept-Language asks for.
func Language(r *http.Request) locale.Code {
	if r.URL.RawQuery != "" {
		if code, ok := locale.Parse(r.URL.Query().Get("lang")); ok {
			return code
		}
	}
	return locale.Negotiate(r.Header.Get("Accept-Language"))
}

// words speaks the caller's language, in the ordinary edition.
func (a *API) words(c echo.Context) view.Base {
	return a.View.Base("", Language(c.Request()), "", view.Standard)
}

// answer sends what was worked out for this caller alone.
func answer(c echo.Context, v any) error {
	h := c.Response().Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Vary", "Accept-Language")
	return c.JSON(http.StatusOK, v)
}
