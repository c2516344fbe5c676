package middleware

import (
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"anxin/server/fault"
)

// site is a router like the real one, with everything of this package in front of it. step is how long an answer takes.
func site(t *testing.T, log *strings.Builder, step time.Duration) *echo.Echo {
	t.Helper()
	at := time.Date(2026, 11, 25, 10, 0, 0, 0, time.UTC)
	clock := func() time.Time { at = at.Add(step); return at }
	to := slog.New(slog.NewTextHandler(log, nil))
	origin, err := CrossOrigin(public)
	if err != nil {
		t.Fatal(err)
	}
	e := echo.New()
	e.HTTPErrorHandler = func(err error, c echo.Context) {
		f := fault.From(err)
		if he, ok := errors.AsType[*echo.HTTPError](err); ok {
			f.Kind = fault.FromStatus(he.Code)
		}
		_ = c.NoContent(f.Kind.Status())
	}
	e.Use(Headers(public), Log(to, clock), Recover(to), Hosts(public), origin, BodyLimit(16, nil))
	fine := func(c echo.Context) error { return c.NoContent(http.StatusOK) }
	e.GET("/:lang/learn/:slug", fine)
	e.POST("/:lang/learn/:slug", fine)
	e.GET("/:lang/broken/:slug", func(echo.Context) error { return errors.New("disk full") })
	e.GET("/:lang/panics/:slug", func(echo.Context) error { panic("boom") })
	return e
}

func TestLog(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		method, path string
		step         time.Duration
		want         string // what the line ends with; empty: no line
	}{
		"a page read":           {http.MethodGet, "/en/learn/x", 0, ""},
		"its head":              {http.MethodHead, "/en/learn/x", 0, ""},
		"no such page":          {http.MethodGet, "/en/x", 0, ""},
		"a page read slowly":    {http.MethodGet, "/en/learn/x", time.Second, "level=INFO msg=request method=GET route=/:lang/learn/:slug status=200 ms=1000"},
		"a form":                {http.MethodPost, "/en/learn/x", 0, "level=INFO msg=request method=POST route=/:lang/learn/:slug status=200 ms=0"},
		"a form for no page":    {http.MethodPost, "/en/x/y/z", 0, "level=INFO msg=request method=POST route=none status=404 ms=0"},
		"a page that fails":     {http.MethodGet, "/en/broken/x", 0, "level=ERROR msg=request method=GET route=/:lang/broken/:slug status=500 ms=0"},
		"a page that panics":    {http.MethodGet, "/en/panics/x", 0, "level=ERROR msg=request method=GET route=/:lang/panics/:slug status=500 ms=0"},
		"a method nobody knows": {"BREW", "/en/learn/x", 0, "level=INFO msg=request method=OTHER route=/:lang/learn/:slug status=405 ms=0"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log strings.Builder
			r := httptest.NewRequest(c.method, c.path, nil)
			r.Host = public.Host
			site(t, &log, c.step).ServeHTTP(httptest.NewRecorder(), r)
			if c.want == "" && log.Len() > 0 || !strings.HasSuffix(strings.TrimSpace(log.String()), c.want) {
				t.Errorf("logged %q, want %q", log.String(), c.want)
			}
		})
	}
}

// What people read and type, and from where, is in no line, whatever way a request takes through the site.
func TestLogNamesNobody(t *testing.T) {
	t.Parallel()
	const canary = "canary"
	for name, change := range map[string]func(*http.Request){
		"as it should be":      func(*http.Request) {},
		"under another host":   func(r *http.Request) { r.Host = canary + ".example" },
		"from another site":    func(r *http.Request) { r.Header.Set("Origin", "https://"+canary+".example") },
		"with an odd method":   func(r *http.Request) { r.Method = strings.ToUpper(canary) },
		"with a long body":     func(r *http.Request) { r.ContentLength = 17 },
		"with a forged sender": func(r *http.Request) { r.Header.Set("X-Forwarded-For", canary) },
	} {
		for _, path := range []string{
			"/" + canary, "/" + canary + "/learn/" + canary, "/" + canary + "/learn/" + canary + "/" + canary,
			"/en/broken/" + canary, "/en/panics/" + canary, "/%63anary/learn/x\n" + canary, "//" + canary, "/en/learn/",
		} {
			for _, method := range []string{http.MethodGet, http.MethodPost} {
				t.Run(name+" "+method+" "+path, func(t *testing.T) {
					t.Parallel()
					var log strings.Builder
					r := httptest.NewRequest(method, "/", strings.NewReader("q="+canary))
					r.URL.Path, r.URL.RawQuery, r.RequestURI = path, "q="+canary, path
					r.Host, r.RemoteAddr = public.Host, "192.0.2.77:4321"
					for _, h := range []string{"Referer", "User-Agent", "Cookie", "Accept-Language", "X-Request-Id"} {
						r.Header.Set(h, canary)
					}
					change(r)
					site(t, &log, time.Second).ServeHTTP(httptest.NewRecorder(), r)
					line := strings.ToLower(log.String())
					if !strings.Contains(line, "msg=request") {
						t.Fatalf("slow as it was, it logged %q", line)
					}
					for _, secret := range []string{canary, "192.0.2.77", "4321", "example"} {
						if strings.Contains(line, secret) {
							t.Errorf("%s stands in %s", secret, line)
						}
					}
				})
			}
		}
	}
}

// Answers that another middleware gives carry the security headers, too.
func TestEveryAnswerCarriesTheHeaders(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		method, path string
		change       func(*http.Request)
		status       int
	}{
		"a page":            {http.MethodGet, "/en/learn/x", nil, 200},
		"no such page":      {http.MethodGet, "/nowhere", nil, 404},
		"a wrong method":    {http.MethodDelete, "/en/learn/x", nil, 405},
		"another host":      {http.MethodGet, "/en/learn/x", func(r *http.Request) { r.Host = "evil.example" }, 421},
		"another site":      {http.MethodPost, "/en/learn/x", func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }, 403},
		"a body too large":  {http.MethodPost, "/en/learn/x", func(r *http.Request) { r.ContentLength = 17 }, 413},
		"a fault of ours":   {http.MethodGet, "/en/broken/x", nil, 500},
		"a panic":           {http.MethodGet, "/en/panics/x", nil, 500},
		"read from a site":  {http.MethodGet, "/en/learn/x", func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }, 200},
		"a length of a lie": {http.MethodPost, "/en/learn/x", func(r *http.Request) { r.ContentLength = 1 << 40 }, 413},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log strings.Builder
			r := httptest.NewRequest(c.method, c.path, nil)
			r.Host = public.Host
			if c.change != nil {
				c.change(r)
			}
			w := httptest.NewRecorder()
			site(t, &log, 0).ServeHTTP(w, r)
			if w.Code != c.status {
				t.Errorf("answers %d, want %d", w.Code, c.status)
			}
			for _, h := range []string{
				"Content-Security-Policy", "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy", "Permissions-Policy",
				"Referrer-Policy", "X-Content-Type-Options", "Strict-Transport-Security",
			} {
				if len(w.Header()[h]) != 1 {
					t.Errorf("%s stands %d times", h, len(w.Header()[h]))
				}
			}
			if p := w.Header().Get("Content-Security-Policy"); strings.Contains(p, "unsafe") || strings.Contains(p, "*") {
				t.Errorf("the policy allows too much: %s", p)
			}
		})
	}
}
