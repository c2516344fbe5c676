// Package web is the public's pages: one file a page, its template beside it by the same name.
//
// A handler builds the page's struct and hands it over. Pages that are the same for everybody are rendered once and
// kept ([Site.public]); answers to forms are rendered for whom they are for ([Site.answer]).
package web

import (
	"embed"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"anxin/server/complaint"
	"anxin/server/fault"
	"anxin/server/library"
	"anxin/server/locale"
	"anxin/server/search"
	"anxin/server/shelf"
	"anxin/server/view"
)

// Templates holds a template for each page.
//
//go:embed *.html
var Templates embed.FS

// Site serves the public pages.
type Site struct {
	Library *library.Library
	View    *view.View
	Shelf   *shelf.Shelf
	Search  *search.Site
	// Complaints carries what citizens file.
	Complaints *complaint.Service

	Secure bool // the public address keeps Secure cookies
	Now    func() time.Time

	turns turns
}

// Route is one address pattern with its handler. Cases lists what the pattern's parameters can be, so that tests ask
// for every address there is.
type Route struct {
	Method, Path string
	Handler      echo.HandlerFunc
	Page         string          // name of the template
	Cases        func() []string // nil where the address takes a form, or opens to one person only
}

// just are the addresses of a pattern that are known without looking.
func just(paths ...string) func() []string { return func() []string { return paths } }

// ofModules are the addresses of every module that has such a page; behind is what stands behind the module's own.
func (s *Site) ofModules(behind string, has func(m *library.Module) bool) func() []string {
	return func() []string {
		var list []string
		for _, m := range s.Library.Modules() {
			if has(m) {
				list = append(list, "/learn/"+m.Slug+behind)
			}
		}
		return list
	}
}

// Routes lists every page. "/:lang" stands for the three languages.
func (s *Site) Routes() []Route {
	get, post := http.MethodGet, http.MethodPost
	every := func(*library.Module) bool { return true }
	return append(s.mineRoutes(), []Route{
		{get, "/:lang/", s.public(s.home), "home", just("/")},
		{get, "/:lang/learn", s.publicWith(s.learnQuery, s.learn), "learn", s.learnCases},
		{get, "/:lang/learn/:slug", s.public(s.module), "module", s.ofModules("", every)},
		{post, "/:lang/learn/:slug", s.moduleTry, "module", nil},
		{get, "/:lang/learn/:slug/easy", s.public(s.easy), "easy", s.ofModules("/easy", func(m *library.Module) bool { return m.HasEasy })},
		{get, "/:lang/learn/:slug/quiz", s.public(s.quiz), "quiz", s.ofModules("/quiz", every)},
		{post, "/:lang/learn/:slug/quiz", s.quizAnswer, "quiz", nil},
		{get, "/:lang/learn/:slug/practice", s.publicWith(s.practiceQuery, s.practice), "practice", s.practiceCases},
		{post, "/:lang/learn/:slug/practice", s.practiceAnswer, "practice", nil},
		{get, "/:lang/warnings", s.publicWith(s.warningsQuery, s.warnings), "warnings", s.warningsCases},
		{get, "/:lang/warnings/:code", s.public(s.warning), "warning", s.warningCases},
		{get, "/:lang/tools", s.public(s.toolsList), "tools", just("/tools")},
		{get, "/:lang/tools/loan-cost", s.loanCost, "loan_cost", just("/tools/loan-cost")},
		{get, "/:lang/search", s.search, "search", just("/search")},
		{get, "/:lang/scammed", s.public(s.scammed), "scammed", just("/scammed")},
		{get, "/:lang/complaints/new", s.complaintNew, "complaint_new", just(newComplaint)},
		{post, "/:lang/complaints/new", s.complaintNewStart, "complaint_new", nil},
		{get, "/:lang/complaints/new/resume", s.complaintResume, "complaint_resume", just(newComplaint + "/resume")},
		{post, "/:lang/complaints/new/resume", s.complaintResumeFind, "complaint_resume", nil},
		{get, "/:lang/complaints/new/wipe", s.complaintWipe, "complaint_wipe", just(newComplaint + "/wipe")},
		{post, "/:lang/complaints/new/wipe", s.complaintWipeNow, "complaint_wipe", nil},
		{post, "/:lang/complaints/new/leave", s.complaintLeave, "complaint_resume", nil},
		{get, "/:lang/complaints/new/done", s.complaintDone, "complaint_done", just(newComplaint + "/done")},
		{post, "/:lang/complaints/new/done", s.complaintNoted, "complaint_done", nil},
		{get, ComplaintStep, s.complaintStep, "complaint_step", just(newComplaint + "/" + firstQuestion)},
		{post, ComplaintStep, s.complaintAnswer, "complaint_step", nil},
		{get, "/:lang/settings", s.settings, "settings", just("/settings")},
		{post, "/:lang/settings", s.saveSettings, "settings", nil},
		{get, "/:lang/about/:page", s.publicWith(s.aboutQuery, s.about), "about", s.aboutCases},
	}...)
}

// lang is the language of the address; anything else is no page of ours.
func lang(c echo.Context) (locale.Code, error) {
	code, ok := locale.Parse(c.Param("lang"))
	if !ok {
		return code, fault.New(fault.NotFound, "language %q", c.Param("lang"))
	}
	return code, nil
}

// base begins the page of a template at the address of the request.
func (s *Site) base(c echo.Context, name string) (view.Base, error) {
	code, err := lang(c)
	if err != nil {
		return view.Base{}, err
	}
	path := strings.TrimPrefix(c.Request().URL.Path, "/"+string(code))
	return s.View.Base(name, code, path, s.settingsOf(c)), nil
}

// build makes a page's struct.
type build func(c echo.Context) (view.Page, error)

var (
	htmlType    = "text/html; charset=utf-8"
	revalidate  = []string{"no-cache"}
	varies      = []string{"Accept-Encoding, Cookie"}
	noStore     = []string{"no-store"}
	variesPlain = []string{"Accept-Encoding"}
)

// public serves a page that is the same for everybody with the same settings: rendered once, kept, sent with a tag so
// that a reader who has it gets 304. Its address has no query; whatever is sent as one adds nothing.
func (s *Site) public(b build) echo.HandlerFunc {
	return s.publicWith(func(*url.URL) string { return "" }, b)
}

// publicWith is public for a page whose address has a query: query is its canonical form, made of nothing but values
// that name something we have, since every form of it is kept. Forms of several values are many: they are kept while
// there is room.
func (s *Site) publicWith(query func(*url.URL) string, b build) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		key := r.URL.Path
		if r.URL.RawQuery != "" {
			if q := query(r.URL); q != "" {
				key += "?" + q
			}
		}
		make := func() (string, []byte, error) {
			p, err := b(c)
			if err != nil {
				return "", nil, err
			}
			body, err := s.View.Render(p)
			return htmlType, body, err
		}
		var sheet *shelf.Sheet
		var err error
		if set := s.settingsOf(c); set.Look() == view.Standard.Look() && !strings.Contains(key, "&") {
			sheet, err = s.Shelf.Get(key, make)
		} else {
			sheet, err = s.Shelf.Variant(key+" "+set.Look(), make)
		}
		if err != nil {
			return err
		}
		h := c.Response().Header()
		h["Cache-Control"], h["Vary"] = revalidate, varies
		sheet.ServeHTTP(c.Response(), r)
		return nil
	}
}

// answer renders a page for one reader and keeps nothing of it.
func (s *Site) answer(c echo.Context, status int, p view.Page) error {
	body, err := s.View.Render(p)
	if err != nil {
		return err
	}
	h := c.Response().Header()
	h["Cache-Control"], h["Vary"] = noStore, varies
	shelf.Once(htmlType, body).Serve(c.Response(), c.Request(), status)
	return nil
}

// Kept notes on the answer that it may be stored for good: its address changes with its content.
func Kept(h http.Header) {
	h["Cache-Control"] = []string{"public, max-age=31536000, immutable"}
	h["Vary"] = variesPlain
}
