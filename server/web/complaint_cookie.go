package web

import (
	"net/http"
	"regexp"
	"time"

	"github.com/labstack/echo/v4"
)

// draftCookie keeps on a device the key of the complaint that is being written there.
const draftCookie = "draft"

// hostCookie gives a cookie's name the prefix that binds it to this host and to https (RFC 6265bis, section 4.1.3.2),
// wherever browsers accept it.
func (s *Site) hostCookie(name string) string {
	if s.Secure {
		return "__Host-" + name
	}
	return name
}

// cookie is the value that this device sends; empty where it sends none.
func (s *Site) cookie(c echo.Context, name string) string {
	if len(c.Request().Header["Cookie"]) == 0 {
		return ""
	}
	cookie, err := c.Request().Cookie(s.hostCookie(name))
	if err != nil {
		return ""
	}
	return cookie.Value
}

// keepCookie lets this device keep a secret until a time; one that is over takes it away. No script can read it.
func (s *Site) keepCookie(c echo.Context, name, value string, until time.Time) {
	left := int(until.Sub(s.Now()).Seconds())
	if left <= 0 || value == "" {
		value, left = "", -1
	}
	c.SetCookie(&http.Cookie{
		Name: s.hostCookie(name), Value: value, Path: "/", MaxAge: left,
		Secure: s.Secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

// dropCookie takes a secret away from this device.
func (s *Site) dropCookie(c echo.Context, name string) { s.keepCookie(c, name, "", time.Time{}) }

// keyForm is what complaint.NewKey makes. Another key was not given out by us, and could be guessed.
var keyForm = regexp.MustCompile(`^[A-Z2-7]{26,64}$`)

// draftKey is the key of the draft on this device; empty where there is none.
func (s *Site) draftKey(c echo.Context) string {
	if key := s.cookie(c, draftCookie); keyForm.MatchString(key) {
		return key
	}
	return ""
}
