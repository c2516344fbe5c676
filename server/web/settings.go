package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"anxin/server/locale"
	"anxin/server/middleware"
	"anxin/server/view"
)

// SettingsPage lets a reader choose text size, light or dark, and language.
type SettingsPage struct {
	view.Base
	Size, Theme, Language view.Choices
	Back                  string
	Summary               view.ErrorSummary
	Saved                 bool
}

// cookieName is that of the settings.
func (s *Site) cookieName() string { return s.hostCookie("settings") }

// Settings are those of the request's reader.
func (s *Site) Settings(c echo.Context) view.Settings { return s.settingsOf(c) }

func (s *Site) settingsOf(c echo.Context) view.Settings {
	// Most readers have no cookie at all; look before parsing.
	if len(c.Request().Header["Cookie"]) == 0 {
		return view.Standard
	}
	cookie, err := c.Request().Cookie(s.cookieName())
	if err != nil {
		return view.Standard
	}
	return view.ParseSettings(cookie.Value)
}

func (s *Site) settings(c echo.Context) error {
	p, err := s.settingsPage(c, s.settingsOf(c))
	if err != nil {
		return err
	}
	p.Saved = c.QueryParam("saved") == "1"
	return s.answer(c, http.StatusOK, p)
}

// saveSettings takes any of the three choices, so that one button can change one of them (长辈版 in the head of every
// page), and leads back to where the reader was.
func (s *Site) saveSettings(c echo.Context) error {
	form, err := middleware.Form(c)
	if err != nil {
		return err
	}
	set := s.settingsOf(c)
	wrong := map[string]bool{}
	if form.Has("size") {
		n, err := strconv.Atoi(form.Get("size"))
		if wrong["size"] = err != nil || !slices.Contains(view.Sizes, n); !wrong["size"] {
			set.Size = n
		}
	}
	if form.Has("theme") {
		if wrong["theme"] = !slices.Contains(view.Themes, form.Get("theme")); !wrong["theme"] {
			set.Theme = form.Get("theme")
		}
	}
	code, err := lang(c)
	if err != nil {
		return err
	}
	if form.Has("lang") {
		chosen, ok := locale.Parse(form.Get("lang"))
		if wrong["lang"] = !ok; ok {
			set.Lang, code = chosen, chosen
		}
	}
	if wrong["size"] || wrong["theme"] || wrong["lang"] {
		return s.rejectSettings(c, set, wrong)
	}
	c.SetCookie(&http.Cookie{
		Name: s.cookieName(), Value: set.String(), Path: "/", MaxAge: 365 * 24 * 60 * 60,
		Secure: s.Secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
	c.Response().Header()["Cache-Control"] = noStore
	return c.Redirect(http.StatusSeeOther, "/"+string(code)+back(form.Get("back")))
}

// back is the page to return to: one of ours, or the settings page itself with a word that they were saved.
func back(path string) string {
	u, err := url.Parse(path)
	if err != nil || u.Scheme != "" || u.Host != "" || !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") ||
		strings.ContainsAny(path, "\\\r\n\t") || path == "/settings" {
		return "/settings?saved=1"
	}
	if q := u.Query().Encode(); q != "" {
		return u.EscapedPath() + "?" + q // a result stays a result in larger type
	}
	return u.EscapedPath()
}

func (s *Site) rejectSettings(c echo.Context, set view.Settings, wrong map[string]bool) error {
	p, err := s.settingsPage(c, set)
	if err != nil {
		return err
	}
	p.Invalid = true
	p.Summary.Title = p.Must("common.error_title")
	for _, q := range []*view.Choices{&p.Size, &p.Theme, &p.Language} {
		if wrong[q.Name] {
			q.Error = p.Must("settings.choose")
			q.ErrorLabel = p.Must("common.error_label")
			p.Summary.Items = append(p.Summary.Items, view.ErrorItem{Field: q.Name + "-" + q.Options[0].Value, Text: q.Legend + p.Must("common.colon") + q.Error})
		}
	}
	return s.answer(c, http.StatusUnprocessableEntity, p)
}

func (s *Site) settingsPage(c echo.Context, set view.Settings) (*SettingsPage, error) {
	b, err := s.base(c, "settings")
	if err != nil {
		return nil, err
	}
	b.Title = b.Must("settings.title")
	b.Crumb = &view.Link{URL: b.URL("/"), Text: b.Must("common.home")}
	p := &SettingsPage{Base: b}
	p.Size = view.Choices{Name: "size", Type: "radio", Legend: b.Must("settings.size"), Hint: b.Must("settings.size_hint")}
	for _, n := range view.Sizes {
		v := strconv.Itoa(n)
		p.Size.Options = append(p.Size.Options, view.Choice{
			Value: v, Label: b.Must("settings.size_" + v), Checked: n == set.Size, Hint: b.Must("settings.size_" + v + "_hint"),
		})
	}
	p.Theme = view.Choices{Name: "theme", Type: "radio", Legend: b.Must("settings.theme")}
	for _, v := range view.Themes {
		p.Theme.Options = append(p.Theme.Options, view.Choice{Value: v, Label: b.Must("settings.theme_" + v), Checked: v == set.Theme})
	}
	p.Language = view.Choices{Name: "lang", Type: "radio", Legend: b.Must("settings.lang")}
	for _, code := range locale.All {
		p.Language.Options = append(p.Language.Options, view.Choice{Value: string(code), Label: code.Name(), Lang: string(code), Checked: code == b.Lang})
	}
	return p, nil
}

// Root leads to the reader's language: the one she chose, else what her browser asks for, else zh-Hans.
func (s *Site) Root(c echo.Context) error {
	h := c.Response().Header()
	h["Cache-Control"], h["Vary"] = revalidate, []string{"Accept-Language, Cookie"}
	return c.Redirect(http.StatusSeeOther, "/"+string(s.reader(c))+"/")
}

// reader is the language to speak to whoever asks for an address that names none.
func (s *Site) reader(c echo.Context) locale.Code {
	if set := s.settingsOf(c); set.Lang != "" {
		return set.Lang
	}
	return locale.Negotiate(c.Request().Header.Get("Accept-Language"))
}
