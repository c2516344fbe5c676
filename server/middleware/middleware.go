// Package middleware stands between the network and the handlers: which hosts are served, which headers every answer
// carries, which posts are refused, what is logged.
package middleware

import (
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"anxin/server/config"
	"anxin/server/fault"
)

// policy lets a page load what this site serves and nothing else. Nothing is inline, so there is no nonce to keep.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; media-src 'self'; " +
	"connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// Headers puts the security headers on every answer. Referrer-Policy is same-origin, because with no-referrer Chromium
// sends "Origin: null" on form posts, which the cross-origin check refuses.
func Headers(public *url.URL) echo.MiddlewareFunc {
	// The slices are made once; net/http only reads them.
	fixed := map[string][]string{
		"Content-Security-Policy":      {policy},
		"Cross-Origin-Opener-Policy":   {"same-origin"},
		"Cross-Origin-Resource-Policy": {"same-origin"},
		"Permissions-Policy":           {"camera=(), geolocation=(), microphone=()"},
		"Referrer-Policy":              {"same-origin"},
		"X-Content-Type-Options":       {"nosniff"},
	}
	if public.Scheme == "https" {
		fixed["Strict-Transport-Security"] = []string{"max-age=31536000; includeSubDomains"}
	}
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			h := c.Response().Header()
			for k, v := range fixed {
				h[k] = v
			}
			return next(c)
		}
	}
}

// Hosts serves the public host and loopback names only; others get 421 (RFC 9110, section 15.5.20). Forwarded host
// headers are never read.
func Hosts(public *url.URL) echo.MiddlewareFunc {
	ownPort := map[string]string{"http": "80", "https": "443"}[public.Scheme]
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			host := strings.ToLower(c.Request().Host)
			if name, port, err := net.SplitHostPort(host); host == public.Host || err == nil && port == ownPort && name == public.Host || err == nil && config.Loopback(name) || config.Loopback(host) {
				return next(c)
			}
			// The host itself stays out of the log: it is whatever a stranger sent.
			return fault.New(fault.WrongHost, "asked under another host")
		}
	}
}

// CrossOrigin refuses posts that another site's page makes a reader's browser send. A post with our own Origin and no
// Sec-Fetch headers passes, as old WebViews send it.
func CrossOrigin(public *url.URL) (echo.MiddlewareFunc, error) {
	guard := http.NewCrossOriginProtection()
	if err := guard.AddTrustedOrigin(public.Scheme + "://" + public.Host); err != nil {
		return nil, fmt.Errorf("trust the public address: %w", err)
	}
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if err := guard.Check(c.Request()); err != nil {
				return fault.New(fault.Forbidden, "check origin: %w", err)
			}
			return next(c)
		}
	}, nil
}

// BodyLimit bounds what a form may send; what larger names by its route may send as much as it says. Reading more fails
// with an error that [fault.From] knows as TooLarge.
func BodyLimit(form int64, larger map[string]int64) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if r := c.Request(); r.Method != http.MethodGet && r.Method != http.MethodHead {
				bytes := form
				if more, ok := larger[c.Path()]; ok {
					bytes = more
				}
				if r.ContentLength > bytes {
					return fault.New(fault.TooLarge, "body of %d bytes", r.ContentLength)
				}
				r.Body = http.MaxBytesReader(c.Response(), r.Body, bytes)
			}
			return next(c)
		}
	}
}

// Recover turns a panic into an error, so that the reader gets the page for our faults.
func Recover(log *slog.Logger) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) (err error) {
			defer func() {
				if p := recover(); p != nil {
					if p == http.ErrAbortHandler { //nolint:errorlint // net/http compares it the same way
						panic(p)
					}
					log.Error("panic", "route", c.Path(), "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
					err = fmt.Errorf("panic: %v", p)
				}
			}()
			return next(c)
		}
	}
}

// slow is from when on a read is worth a line in the log.
const slow = time.Second

// Log writes a line for what changes something, fails, or takes long. It names the route's pattern, never an address,
// a query or who asked: what people read and type is nobody's business.
func Log(log *slog.Logger, now func() time.Time) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			start := now()
			err := next(c)
			if err != nil {
				// Answer now, so that the status below is the one that was sent.
				c.Error(err)
			}
			method, status, took := c.Request().Method, c.Response().Status, now().Sub(start)
			read := method == http.MethodGet || method == http.MethodHead
			if read && status < 500 && took < slow {
				return nil
			}
			route := c.Path()
			if route == "" || status == http.StatusNotFound {
				route = "none"
			}
			level := slog.LevelInfo
			if status >= 500 {
				level = slog.LevelError
			}
			log.Log(c.Request().Context(), level, "request", "method", clean(method), "route", route, "status", status, "ms", took.Milliseconds())
			return nil
		}
	}
}

func clean(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return method
	}
	return strings.ToUpper("other")
}
