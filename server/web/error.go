package web

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"anxin/server/fault"
	"anxin/server/locale"
	"anxin/server/view"
)

// ErrorPage says what went wrong and offers a way on.
type ErrorPage struct {
	view.Base
	Kind fault.Kind
	Text string
	Ways []view.Link
}

// Error answers with the page of an error, in the language of the address or else of the reader.
func (s *Site) Error(c echo.Context, e *fault.Error) error {
	code := s.Language(c)
	p := s.errorPage(code, s.settingsOf(c), e.Kind)
	return s.answer(c, e.Kind.Status(), p)
}

// Language is that of the address where it names one, else the reader's.
func (s *Site) Language(c echo.Context) locale.Code {
	first, _, _ := strings.Cut(strings.TrimPrefix(c.Request().URL.Path, "/"), "/")
	if code, ok := locale.Parse(first); ok {
		return code
	}
	return s.reader(c)
}

func (s *Site) errorPage(code locale.Code, set view.Settings, kind fault.Kind) *ErrorPage {
	// The address is not shown nor linked: it may be anything. The other languages' links lead home.
	b := s.View.Base("error", code, "/", set)
	key := "error." + kind.String()
	b.Title = b.Must(key + "_title")
	p := &ErrorPage{Base: b, Kind: kind, Text: b.Must(key + "_text")}
	p.Ways = []view.Link{
		{URL: b.URL("/"), Text: b.Must("error.home")},
		{URL: b.URL("/search"), Text: b.Must("search.title")},
		{URL: b.URL("/learn"), Text: b.Must("learn.title")},
	}
	if kind == fault.NotFound || kind == fault.MethodNotAllowed {
		p.Ways = append(p.Ways, view.Link{URL: b.URL("/about/errors"), Text: b.Must("error.report")})
	}
	return p
}

// Plain is the last answer, when even the page of an error cannot be rendered.
func Plain(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(http.StatusInternalServerError)
	_, _ = w.Write([]byte("出了问题，请稍后再试。\n出了問題，請稍後再試。\nSomething went wrong. Please try again later.\n"))
}
