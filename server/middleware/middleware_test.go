package middleware

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"anxin/server/fault"
)

var public = &url.URL{Scheme: "https", Host: "anxin.test"}

// run sends a request through a middleware in front of a handler that reads the body, and returns the fault's kind.
func run(t *testing.T, m echo.MiddlewareFunc, method, body string, change func(*http.Request)) (http.Header, fault.Kind, bool) {
	t.Helper()
	e := echo.New()
	r := httptest.NewRequest(method, "/en/settings", strings.NewReader(body))
	r.Host = public.Host
	if change != nil {
		change(r)
	}
	w := httptest.NewRecorder()
	err := m(func(c echo.Context) error {
		_, err := io.ReadAll(c.Request().Body)
		return err
	})(e.NewContext(r, w))
	if err == nil {
		return w.Header(), 0, true
	}
	return w.Header(), fault.From(err).Kind, false
}

func TestHosts(t *testing.T) {
	t.Parallel()
	for host, served := range map[string]bool{
		"anxin.test": true, "localhost:8080": true, "127.0.0.1:1": true, "[::1]:80": true, "127.0.0.1": true,
		"evil.example": false, "evil.example:443": false, "anxin.test.evil.example": false, "anxin.test:81": false, "": false,
	} {
		_, kind, ok := run(t, Hosts(public), http.MethodGet, "", func(r *http.Request) {
			r.Host = host
			r.Header.Set("X-Forwarded-Host", "anxin.test")
		})
		if ok != served || !ok && kind != fault.WrongHost {
			t.Errorf("%q: served %t, %s", host, ok, kind)
		}
	}
}

func TestCrossOrigin(t *testing.T) {
	t.Parallel()
	m, err := CrossOrigin(public)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		heads []string
		taken bool
	}{
		"an old browser that says nothing":   {nil, true},
		"our own page":                       {[]string{"Origin", "https://anxin.test", "Sec-Fetch-Site", "same-origin"}, true},
		"our own page in an old WebView":     {[]string{"Origin", "https://anxin.test"}, true},
		"typed by hand":                      {[]string{"Sec-Fetch-Site", "none"}, true},
		"another site":                       {[]string{"Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"}, false},
		"another site that hides its origin": {[]string{"Sec-Fetch-Site", "cross-site"}, false},
		"a sister site":                      {[]string{"Origin", "https://x.anxin.test", "Sec-Fetch-Site", "same-site"}, false},
		"another site in an old browser":     {[]string{"Origin", "https://evil.example"}, false},
		"a sandbox":                          {[]string{"Origin", "null"}, false},
	} {
		_, kind, ok := run(t, m, http.MethodPost, "", func(r *http.Request) {
			for i := 0; i < len(c.heads); i += 2 {
				r.Header.Set(c.heads[i], c.heads[i+1])
			}
		})
		if ok != c.taken || !ok && kind != fault.Forbidden {
			t.Errorf("%s: taken %t, %s", name, ok, kind)
		}
	}
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	h, _, _ := run(t, Headers(public), http.MethodGet, "", nil)
	for name, part := range map[string]string{
		"Content-Security-Policy": "default-src 'none'", "Referrer-Policy": "same-origin", "X-Content-Type-Options": "nosniff",
		"Strict-Transport-Security": "max-age=31536000", "Permissions-Policy": "camera=()", "Cross-Origin-Opener-Policy": "same-origin",
	} {
		if !strings.Contains(h.Get(name), part) {
			t.Errorf("%s is %q", name, h.Get(name))
		}
	}
	if h, _, _ := run(t, Headers(&url.URL{Scheme: "http", Host: "localhost"}), http.MethodGet, "", nil); h.Get("Strict-Transport-Security") != "" {
		t.Error("http promises https")
	}
}

func TestBodyLimit(t *testing.T) {
	t.Parallel()
	m := BodyLimit(10, nil)
	for name, c := range map[string]struct {
		body   string
		length int64
		taken  bool
	}{"short": {"123", 3, true}, "as long as may be": {"1234567890", 10, true}, "longer": {"12345678901", 11, false}, "longer, length unsaid": {"12345678901", -1, false}} {
		_, kind, ok := run(t, m, http.MethodPost, c.body, func(r *http.Request) { r.ContentLength = c.length })
		if ok != c.taken || !ok && kind != fault.TooLarge {
			t.Errorf("%s: taken %t, %s", name, ok, kind)
		}
	}
}

func TestBodyLimitOfOneRoute(t *testing.T) {
	t.Parallel()
	e := echo.New()
	e.Use(BodyLimit(10, map[string]int64{"/large/:name": 20}))
	for _, route := range []string{"/large/:name", "/small/:name"} {
		e.POST(route, func(c echo.Context) error {
			_, err := io.Copy(io.Discard, c.Request().Body)
			return err
		})
	}
	e.HTTPErrorHandler = func(err error, c echo.Context) { _ = c.NoContent(fault.From(err).Kind.Status()) }
	for target, want := range map[string]int{"/large/x": http.StatusOK, "/small/x": http.StatusRequestEntityTooLarge} {
		w := httptest.NewRecorder()
		e.ServeHTTP(w, httptest.NewRequest(http.MethodPost, target, strings.NewReader(strings.Repeat("1", 20))))
		if w.Code != want {
			t.Errorf("20 bytes to %s: %d", target, w.Code)
		}
		w = httptest.NewRecorder()
		e.ServeHTTP(w, httptest.NewRequest(http.MethodPost, target, strings.NewReader(strings.Repeat("1", 21))))
		if w.Code != http.StatusRequestEntityTooLarge {
			t.Errorf("21 bytes to %s: %d", target, w.Code)
		}
	}
}

func TestRecover(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	m := Recover(slog.New(slog.NewTextHandler(&log, nil)))
	e := echo.New()
	c := e.NewContext(httptest.NewRequest(http.MethodGet, "/secret-path?q=secret", nil), httptest.NewRecorder())
	err := m(func(echo.Context) error { panic("boom") })(c)
	if err == nil || fault.From(err).Kind != fault.Internal {
		t.Errorf("got %v", err)
	}
	if !strings.Contains(log.String(), "boom") || strings.Contains(log.String(), "secret") {
		t.Errorf("log: %s", log.String())
	}
	defer func() {
		if p := recover(); p != http.ErrAbortHandler { //nolint:errorlint // compared as net/http does
			t.Errorf("an aborted answer became %v", p)
		}
	}()
	_ = m(func(echo.Context) error { panic(http.ErrAbortHandler) })(c)
	t.Error(errors.New("the abort was swallowed"))
}
