package app

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"anxin/server/api"
	"anxin/server/console"
	"anxin/server/fault"
	"anxin/server/locale"
	"anxin/server/middleware"
	"anxin/server/view"
	"anxin/server/web"
	"anxin/static"
)

// route makes the router: middleware from the outside in, then every address there is.
func (a *App) route(assets map[string]*static.Asset) error {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.HTTPErrorHandler = a.fail
	e.IPExtractor = middleware.Address(a.cfg.Proxies)
	a.Echo = e
	origin, err := middleware.CrossOrigin(a.cfg.Public)
	if err != nil {
		return err
	}
	larger := a.Site.Uploads()
	for _, r := range a.API.Routes() {
		if r.Body > 0 {
			larger[r.Path] = r.Body
		}
	}
	for _, r := range a.Console.Routes() {
		if r.Body > 0 {
			larger[r.Path] = r.Body
		}
	}
	larger[web.ComplaintStep] = web.LongAnswer
	e.Use(
		middleware.Headers(a.cfg.Public),
		middleware.Log(a.opts.Log, a.opts.Clock),
		middleware.Recover(a.opts.Log),
		middleware.Hosts(a.cfg.Public),
		origin,
		middleware.BodyLimit(maxForm, larger),
		patient(larger, a.Site.Downloads()),
	)
	get(e, "/", a.Site.Root)
	for _, r := range a.Site.Routes() {
		add(e, r.Method, r.Path, r.Handler)
	}
	for _, r := range a.API.Routes() {
		add(e, r.Method, r.Path, r.Handler)
	}
	for _, r := range a.Console.Routes() {
		add(e, r.Method, r.Path, r.Handler)
	}
	for _, code := range locale.All {
		home := "/" + string(code)
		get(e, home, func(c echo.Context) error { return c.Redirect(http.StatusPermanentRedirect, home+"/") })
	}
	get(e, "/healthz", alive)
	get(e, "/readyz", a.ready)
	for _, asset := range assets {
		get(e, asset.URL, a.asset(asset))
	}
	get(e, "/favicon.ico", a.asset(assets["icons/icon.svg"]))
	get(e, "/robots.txt", func(c echo.Context) error { return c.String(http.StatusOK, "User-agent: *\nAllow: /\n") })
	if a.opts.Gallery {
		return a.gallery(e)
	}
	return nil
}

// patience is how long sending or getting a file may take: twenty megabytes through a telephone in a lift.
const patience = 10 * time.Minute

// patient gives requests that carry files more time than others have.
func patient(uploads map[string]int64, downloads []string) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if uploads[c.Path()] > 0 || slices.Contains(downloads, c.Path()) {
				rc, until := http.NewResponseController(c.Response()), time.Now().Add(patience) // the network's time, whatever the service's clock says
				if err := errors.Join(rc.SetReadDeadline(until), rc.SetWriteDeadline(until)); err != nil && !errors.Is(err, http.ErrNotSupported) {
					return fmt.Errorf("give time to a file: %w", err)
				}
			}
			return next(c)
		}
	}
}

// add registers a handler; whoever may GET may also ask for the head alone.
func add(e *echo.Echo, method, path string, h echo.HandlerFunc) {
	e.Add(method, path, h)
	if method == http.MethodGet {
		e.Add(http.MethodHead, path, h)
	}
}

func get(e *echo.Echo, path string, h echo.HandlerFunc) { add(e, http.MethodGet, path, h) }

func alive(c echo.Context) error {
	c.Response().Header().Set("Cache-Control", "no-store")
	return c.String(http.StatusOK, "ok\n")
}

// asset serves a static file, compressed once.
func (a *App) asset(asset *static.Asset) echo.HandlerFunc {
	return func(c echo.Context) error {
		sheet, err := a.held.shelf.Get(asset.URL, func() (string, []byte, error) { return asset.Type, asset.Data, nil })
		if err != nil {
			return err
		}
		web.Kept(c.Response().Header())
		sheet.ServeHTTP(c.Response(), c.Request())
		return nil
	}
}

// fail is the one place where an error becomes an answer: a page, or for programs a problem document.
func (a *App) fail(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	e := fault.From(err)
	if he, ok := err.(*echo.HTTPError); ok { //nolint:errorlint // the router returns it unwrapped
		e = &fault.Error{Kind: fault.FromStatus(he.Code), Err: err}
	}
	if e.Kind == fault.Internal && c.Request().Context().Err() != nil {
		e = &fault.Error{Kind: fault.Malformed, Err: err} // whoever asked has gone, as a second press of a button makes a browser do
	}
	if e.Kind == fault.Internal {
		a.opts.Log.Error("request failed", "route", c.Path(), "error", err)
	}
	h := c.Response().Header()
	if e.RetryAfter > 0 {
		h.Set("Retry-After", fmt.Sprint(int(e.RetryAfter.Seconds()+0.999)))
	}
	switch path := c.Request().URL.Path; {
	case api.ForPrograms(path):
		b := a.Site.View.Base("error", api.Language(c.Request()), "/", view.Standard)
		err = api.WriteProblem(c.Response(), e, b.Must("error."+e.Kind.String()+"_title"))
	case console.Within(path):
		err = a.Console.Error(c, e)
	default:
		err = a.Site.Error(c, e)
	}
	if err != nil {
		a.opts.Log.Error("answer with an error", "route", c.Path(), "error", err)
		if !c.Response().Committed {
			web.Plain(c.Response())
		}
	}
}

// Address is one address that answers a GET with a page.
type Address struct {
	URL    string      `json:"url"`
	Route  string      `json:"route"`
	Page   string      `json:"page"`
	Lang   locale.Code `json:"lang"`
	Status int         `json:"status"`
}

// Addresses lists every page of the site in every language, from the routes themselves, so that no test forgets one; of the console
// the page by which one comes in, as it greets who did not say in which language.
func (a *App) Addresses() []Address {
	var list []Address
	for _, r := range a.Site.Routes() {
		if r.Method != http.MethodGet || r.Cases == nil {
			continue
		}
		for _, path := range r.Cases() {
			for _, code := range locale.All {
				list = append(list, Address{"/" + string(code) + path, r.Path, r.Page, code, http.StatusOK})
			}
		}
	}
	return append(list, Address{console.SignIn, console.SignIn, "console_sign_in", locale.Hans, http.StatusOK})
}
