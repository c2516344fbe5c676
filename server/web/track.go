package web

import (
	"maps"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/labstack/echo/v4"

	"anxin/server/complaint"
	"anxin/server/fault"
	"anxin/server/middleware"
	"anxin/server/view"
)

// TrackPage lets a citizen in to her file with number and code.
type TrackPage struct {
	view.Base
	Number, Code view.Field
	Summary      view.ErrorSummary
	Notice       *view.Notice
	To           string   // of her pages: where she was going
	Kept         []Hidden // what she was writing there
	In           bool     // this device was let in before
}

// Hidden is a field of a form that is shown again later.
type Hidden struct{ Name, Value string }

const (
	trackPath = "/complaints/track"
	minePath  = "/complaints/mine"
	keptName  = "kept-" // before the name of a field that is kept for another form
)

// fileCookie is that of a session of her file. It ends with the browser, too: telephones are lent.
func (s *Site) fileCookie(token string, age int) *http.Cookie {
	return &http.Cookie{Name: s.hostCookie("file"), Value: token, Path: "/", MaxAge: age, Secure: s.Secure, HttpOnly: true, SameSite: http.SameSiteLaxMode}
}

// fileToken is what this device was given when it was let in; empty where it was not.
func (s *Site) fileToken(c echo.Context) string { return s.cookie(c, "file") }

// signedIn serves a page of hers to whoever is let in, and asks everybody else for number and code. What was sent to it
// meanwhile is not lost.
func (s *Site) signedIn(h func(echo.Context, complaint.Access) error) echo.HandlerFunc {
	return func(c echo.Context) error {
		c.Response().Header()["Cache-Control"] = noStore
		token := s.fileToken(c)
		if token == "" {
			return s.signInFirst(c, false)
		}
		by, err := s.Complaints.Access(c.Request().Context(), token)
		switch {
		case err == nil:
			return h(c, by)
		case fault.From(err).Kind == fault.Unauthorized:
			return s.signInFirst(c, true)
		}
		return err
	}
}

// signInFirst answers in place of a page of hers. was tells that this device had been let in.
func (s *Site) signInFirst(c echo.Context, was bool) error {
	sent := url.Values{}
	if c.Request().Method == http.MethodPost {
		var err error
		if sent, err = s.sentTo(c); err != nil {
			return err
		}
	}
	p, err := s.trackPage(c, "", "")
	if err != nil {
		return err
	}
	p.Path = strings.TrimPrefix(c.Request().URL.RequestURI(), "/"+string(p.Lang))
	p.To = p.Path
	p.Notice = &view.Notice{Kind: "info", Title: p.Must("track.first")}
	if was {
		p.Notice = &view.Notice{Kind: "caution", Title: p.Must("track.ended"), Text: view.Plain(p.Must("track.ended_why"))}
	}
	p.keep(sent)
	if len(p.Kept) > 0 {
		p.Notice.Text = view.Plain(p.Must("track.ended_kept"))
		p.NoLanguages = true // another language would lose it
	}
	return s.answer(c, http.StatusUnauthorized, p)
}

// sentTo is the form that was sent to a page of hers; of one with a file, what stands before the file.
func (s *Site) sentTo(c echo.Context) (url.Values, error) {
	if strings.HasPrefix(c.Request().Header.Get("Content-Type"), "multipart/") {
		return s.beforeFile(c)
	}
	return middleware.Form(c)
}

// keep puts a form into hidden fields. What only confirms, or says on what she looked, she will say anew.
func (p *TrackPage) keep(sent url.Values) {
	for _, name := range slices.Sorted(maps.Keys(sent)) {
		if name == "sure" || name == "version" {
			continue
		}
		for _, v := range sent[name] {
			if v != "" {
				p.Kept = append(p.Kept, Hidden{keptName + name, v})
			}
		}
	}
}

func (s *Site) track(c echo.Context) error {
	p, err := s.trackPage(c, "", "")
	if err != nil {
		return err
	}
	p.In = s.fileToken(c) != ""
	if c.QueryParam("out") == "1" && !p.In {
		p.Notice = &view.Notice{Kind: "done", Title: p.Must("track.out"), Text: view.Plain(p.Must("track.out_text"))}
	}
	return s.answer(c, http.StatusOK, p)
}

// trackIn lets her in. A slip in the number is named before anything is looked up; whether there is such a number is said to
// nobody.
func (s *Site) trackIn(c echo.Context) error {
	sent, err := middleware.Form(c)
	if err != nil {
		return err
	}
	p, err := s.trackPage(c, sent.Get("number"), sent.Get("code"))
	if err != nil {
		return err
	}
	p.To = mineTo(sent.Get("to"))
	kept := url.Values{}
	for name, values := range sent {
		if of, ok := strings.CutPrefix(name, keptName); ok {
			kept[of] = values
		}
	}
	p.keep(kept)
	number, okNumber := complaint.ParseNumber(figures(sent.Get("number")))
	code, okCode := complaint.ParseCode(figures(sent.Get("code")))
	if !okNumber {
		p.wrong(&p.Number, numberKey(sent.Get("number"), number))
	}
	if !okCode {
		p.wrong(&p.Code, map[bool]string{true: "track.needed", false: "track.code_wrong"}[strings.TrimSpace(sent.Get("code")) == ""])
	}
	if p.Invalid {
		return s.answer(c, http.StatusUnprocessableEntity, p)
	}
	token, _, err := s.Complaints.SignIn(c.Request().Context(), middleware.Client(c), number, code)
	if err != nil {
		return s.notLetIn(c, p, err)
	}
	c.SetCookie(s.fileCookie(token, 0))
	c.Response().Header()["Cache-Control"] = noStore
	if len(kept) > 0 {
		by, err := s.Complaints.Access(c.Request().Context(), token)
		if err != nil {
			return err
		}
		return s.again(c, by, p.To, kept)
	}
	return c.Redirect(http.StatusSeeOther, p.URL(p.To))
}

// figures leaves out what is written around a number: 编号：2846 …
func figures(s string) string {
	return strings.TrimFunc(s, func(r rune) bool { return !unicode.IsDigit(r) })
}

// numberKey says what is wrong with a number.
func numberKey(typed, digits string) string {
	switch {
	case strings.TrimSpace(typed) == "":
		return "track.needed"
	case len(digits) != complaint.NumberDigits:
		return "track.number_length"
	}
	return "track.number_slip"
}

// notLetIn says why not. An unknown number and a wrong code are one sentence.
func (s *Site) notLetIn(c echo.Context, p *TrackPage, err error) error {
	e := fault.From(err)
	minutes := int(math.Ceil(e.RetryAfter.Minutes()))
	var text string
	switch {
	case e.Kind == fault.Unauthorized:
		text = p.Must("track.no_match")
	case e.Kind == fault.TooMany && e.RetryAfter > time.Minute:
		text = p.Must("track.locked", "count", minutes)
	case e.Kind == fault.TooMany, e.Kind == fault.Unavailable:
		text = p.Must("track.busy")
	default:
		return err
	}
	retryAfter(c, e)
	p.Invalid = true
	p.Summary.Title = p.Must("track.not_in")
	p.Summary.Items = []view.ErrorItem{{Field: "number", Text: text}}
	status := e.Kind.Status()
	if e.Kind == fault.Unauthorized {
		status = http.StatusUnprocessableEntity // a form that was rejected, as every other
	}
	return s.answer(c, status, p)
}

// retryAfter says when it is worth trying again.
func retryAfter(c echo.Context, e *fault.Error) {
	if e.RetryAfter > 0 {
		c.Response().Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(e.RetryAfter.Seconds()))))
	}
}

func (s *Site) trackPage(c echo.Context, number, code string) (*TrackPage, error) {
	b, err := s.base(c, "track")
	if err != nil {
		return nil, err
	}
	b.Title = b.Must("track.title")
	b.Description = b.Must("track.summary")
	b.Crumb = &view.Link{URL: b.URL("/"), Text: b.Must("common.home")}
	p := &TrackPage{Base: b, To: minePath}
	p.Number = view.Field{ID: "number", Label: b.Must("track.number"), Hint: b.Must("track.number_hint"), Value: typedNumber(number), Autocomplete: "off", InputMode: "numeric"}
	p.Code = view.Field{ID: "code", Label: b.Must("track.code"), Hint: b.Must("track.code_hint"), Value: typedNumber(code), Autocomplete: "off", InputMode: "numeric"}
	return p, nil
}

func (p *TrackPage) wrong(f *view.Field, key string) {
	f.Error, f.ErrorLabel = p.Must(key), p.Must("common.error_label")
	p.Invalid = true
	p.Summary.Title = p.Must("common.error_title")
	p.Summary.Items = append(p.Summary.Items, view.ErrorItem{Field: f.ID, Text: f.Label + p.Must("common.colon") + f.Error})
}

// typedNumber is what she typed, to be shown again.
func typedNumber(s string) string {
	r := []rune(tidy(s, false))
	return string(r[:min(len(r), typedAtMost)])
}

// mineTo is one of her pages; anything else is the first of them.
func mineTo(to string) string {
	u, err := url.Parse(to)
	if err != nil || u.Scheme != "" || u.Host != "" || u.Path != minePath && !strings.HasPrefix(u.Path, minePath+"/") ||
		strings.ContainsAny(to, "\\\r\n\t") || strings.Contains(u.Path, "..") {
		return minePath
	}
	if q := u.Query().Encode(); q != "" {
		return u.EscapedPath() + "?" + q
	}
	return u.EscapedPath()
}

// leave ends the session on this device.
func (s *Site) leave(c echo.Context) error {
	code, err := lang(c)
	if err != nil {
		return err
	}
	if token := s.fileToken(c); token != "" {
		if err := s.Complaints.SignOut(c.Request().Context(), token); err != nil && fault.From(err).Kind != fault.Unauthorized {
			return err
		}
	}
	c.SetCookie(s.fileCookie("", -1))
	h := c.Response().Header()
	h["Cache-Control"] = noStore
	h.Set("Clear-Site-Data", `"cache"`) // so that "back" shows nobody what was there
	return c.Redirect(http.StatusSeeOther, "/"+string(code)+trackPath+"?out=1")
}
