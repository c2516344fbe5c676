package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"anxin/server/complaint"
	"anxin/server/library"
	"anxin/server/locale"
	"anxin/server/policy"
	"anxin/server/search"
	"anxin/server/shelf"
	"anxin/server/view"
)

// API answers programs with the words that pages have, too.
type API struct {
	View        *view.View
	Library     *library.Library
	Policy      *policy.Policy
	Shelf       *shelf.Shelf
	Public      *url.URL // the address that citizens use: what is sent out links there
	Search      *search.Site
	Collections *search.Collections
	Complaints  *complaint.Service
	BundleIndex func(locale.Code) complaint.IndexPage // the page that opens the zip of a complaint
	AdminToken  string                                // empty: nobody administers
	Now         func() time.Time
}

// Route is one address with its handler.
type Route struct {
	Method, Path string
	Handler      echo.HandlerFunc
	Body         int64 // the most bytes a request may send, where that is more than a form may
}

// Routes lists every call. openapi.yaml describes each.
func (a *API) Routes() []Route {
	get, post := http.MethodGet, http.MethodPost
	const complaint, collection = "/api/v1/complaints/:number", "/admin/v1/search/collections/:name"
	return []Route{
		{get, "/api/openapi.json", a.openAPI, 0},
		{get, "/feeds/:file", a.feed, 0},
		{get, "/api/v1/search", a.search, 0},
		{get, "/api/v1/modules", a.modules, 0},
		{get, "/api/v1/modules/:slug", a.module, 0},
		{get, "/api/v1/warnings", a.warnings, 0},
		{get, "/api/v1/warnings/:code", a.warning, 0},
		{post, "/api/v1/tools/loan-cost", a.loanCost, 0},
		{get, "/api/v1/policy/clocks", a.clocks, 0},
		{post, "/api/v1/policy/clocks/compute", a.computeClock, 0},
		{post, "/api/v1/complaints", a.createComplaint, 0},
		{get, complaint, a.hers(a.complaint), 0},
		{post, complaint + "/session", a.openComplaint, 0},
		{http.MethodDelete, complaint + "/session", a.hers(a.closeComplaint), 0},
		{get, complaint + "/events", a.hers(a.complaintEvents), 0},
		{post, complaint + "/events", a.hers(a.moveComplaint), 0},
		{get, complaint + "/legs", a.hers(a.complaintLegs), 0},
		{get, complaint + "/messages", a.hers(a.complaintMessages), 0},
		{post, complaint + "/messages", a.hers(a.writeMessage), 0},
		{http.MethodPut, complaint + "/contact", a.hers(a.changeContact), 0},
		{get, complaint + "/file", a.hers(a.complaintFile), 0},
		{get, complaint + "/evidence", a.hers(a.complaintEvidence), 0},
		{post, complaint + "/evidence", a.hers(a.addEvidence), anyUpload},
		{get, complaint + "/evidence/:id", a.hers(a.openEvidence), 0},
		{http.MethodDelete, complaint + "/evidence/:id", a.hers(a.removeEvidence), 0},
		{http.MethodPut, collection, a.admin(a.makeCollection), 0},
		{post, collection + "/import", a.admin(a.importDocuments), mostImport},
		{get, collection + "/status", a.admin(a.collectionStatus), 0},
		{http.MethodDelete, collection, a.admin(a.deleteCollection), 0},
	}
}

// ForPrograms tells whether an address is a call, whose errors are problem documents.
func ForPrograms(path string) bool {
	return strings.HasPrefix(path, "/api/") || strings.HasPrefix(path, "/admin/v1/")
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
func (a *API) words(c echo.Context) view.Base { return a.wordsIn(Language(c.Request())) }

func (a *API) wordsIn(code locale.Code) view.Base {
	return a.View.Base("", code, "", view.Standard)
}

// answer sends what was worked out for this caller alone.
func answer(c echo.Context, status int, v any) error {
	body, err := encode(v)
	if err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Vary", "Accept-Language")
	return c.JSONBlob(status, body)
}

// publish sends what is the same for everybody who asks in this language, with a tag. It is kept under its key; an
// empty key keeps nothing.
func (a *API) publish(c echo.Context, key string, code locale.Code, value func() (any, error)) error {
	make := func() (string, []byte, error) {
		v, err := value()
		if err != nil {
			return "", nil, err
		}
		body, err := encode(v)
		return "application/json", body, err
	}
	var sheet *shelf.Sheet
	var err error
	if key == "" {
		var kind string
		var body []byte
		if kind, body, err = make(); err == nil {
			sheet = shelf.Once(kind, body)
		}
	} else {
		sheet, err = a.Shelf.Get(key+" "+string(code), make)
	}
	if err != nil {
		return err
	}
	h := c.Response().Header()
	h["Cache-Control"], h["Vary"] = []string{"no-cache"}, []string{"Accept-Encoding, Accept-Language"}
	h["Content-Language"] = []string{string(code)}
	sheet.ServeHTTP(c.Response(), c.Request())
	return nil
}

// encode writes JSON as people read it, too: Han and markup unescaped.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("encode an answer: %w", err)
	}
	return b.Bytes(), nil
}

// page is a part of a list: at most limit items, behind the one that the cursor names.
type page struct {
	limit  int
	cursor string
}

const (
	usualLimit = 20
	mostLimit  = 100
)

// query notes what is wrong with the query of a request, so that a program is told everything at once.
type query struct {
	view.Base
	wrong []FieldError
}

// query begins with the language: one that we do not speak is refused, since a program would not notice that it got
// another.
func (a *API) query(c echo.Context) *query {
	q := &query{Base: a.words(c)}
	if asked := c.QueryParam("lang"); asked != "" && asked != string(q.Lang) {
		q.refuse("lang")
	}
	return q
}

// refuse notes that a field of the query makes no sense; what to do stands under problem.wrong_<field>.
func (q *query) refuse(field string) { q.wrong = append(q.wrong, wrongField(q.Base, field, field)) }

func (q *query) page(c echo.Context) page {
	return page{q.number(c, "limit", usualLimit, 1, mostLimit), c.QueryParam("cursor")}
}

// number reads a whole number within bounds.
func (q *query) number(c echo.Context, field string, usual, least, most int) int {
	text := c.QueryParam(field)
	if text == "" {
		return usual
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < least || n > most {
		q.refuse(field)
		return usual
	}
	return n
}

// problem is the error of what was refused; nil where all is well.
func (q *query) problem() error {
	if q.wrong == nil {
		return nil
	}
	return rejectAll(q.Base, q.wrong)
}

// List is what every list answers with. A cursor is the name of the last item, so that it also holds when newer items
// have come before it.
type List struct {
	Total  int     `json:"total"`
	Items  []any   `json:"items"`
	Cursor *string `json:"next_cursor"` // null at the end
}

// cut takes the part of a list; false where the cursor names none of its items.
func cut[T any](p page, items []T, name func(T) string) (part []T, next *string, ok bool) {
	if p.cursor != "" {
		at := slices.IndexFunc(items, func(v T) bool { return name(v) == p.cursor })
		if at < 0 {
			return nil, nil, false
		}
		items = items[at+1:]
	}
	if len(items) > p.limit {
		items = items[:p.limit]
		last := name(items[p.limit-1])
		next = &last
	}
	return items, next, true
}

// url is a page's address as citizens use it.
func (a *API) url(code locale.Code, path string) string {
	return a.Public.String() + "/" + string(code) + path
}

// Text is a piece of text, marked up and plain.
type Text struct {
	HTML  string `json:"html"`
	Plain string `json:"text"`
}

// text lets a link within a page (to an explained term) lead there from outside, too.
func text(html template.HTML, plain, page string) Text {
	return Text{strings.ReplaceAll(string(html), `href="#`, `href="`+page+`#`), plain}
}

// Fact is a fact as its page shows it.
type Fact struct {
	ID         string  `json:"id"`
	Kind       string  `json:"kind"`
	Value      string  `json:"value,omitempty"` // digits; fen; a decimal string; a date
	Statement  string  `json:"statement"`
	Mark       string  `json:"mark"` // P law or official text, S report, C computed
	Source     *Source `json:"source,omitempty"`
	VerifiedOn string  `json:"verified_on"`
	ReviewBy   string  `json:"review_by"`
}

// Source is who said it and where.
type Source struct {
	Issuer  string `json:"issuer"`
	Title   string `json:"title"`
	Article string `json:"article,omitempty"`
	Date    string `json:"date,omitempty"`
	URL     string `json:"url,omitempty"`
}

// Term is a word that is explained.
type Term struct {
	ID      string `json:"id"`
	Term    string `json:"term"`
	Explain string `json:"explain"`
}

func (a *API) facts(u library.Used, code locale.Code) []Fact {
	list := make([]Fact, 0, len(u.Facts))
	for _, f := range u.Facts {
		list = append(list, Fact{
			ID: f.ID, Kind: f.Kind, Value: f.Value, Mark: string(f.Mark), Statement: a.Library.PlainText(f.Statement.In(code), code),
			Source: source(f.Source, code), VerifiedOn: day(f.VerifiedOn), ReviewBy: day(f.ReviewBy),
		})
	}
	return list
}

func (a *API) terms(u library.Used, code locale.Code) []Term {
	list := make([]Term, 0, len(u.Terms))
	for _, t := range u.Terms {
		list = append(list, Term{t.ID, a.Library.PlainText(t.Term.In(code), code), a.Library.PlainText(t.Explain.In(code), code)})
	}
	return list
}

func source(s library.Source, code locale.Code) *Source {
	if s.Issuer.In(code) == "" {
		return nil // what we worked out ourselves
	}
	return &Source{s.Issuer.In(code), s.Title.In(code), s.Article.In(code), day(s.Date), s.URL}
}

// day is a calendar day in Shanghai; empty for none.
func day(d library.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.Format("2006-01-02")
}

// none makes an empty list of a missing one: null would be a third thing to tell apart.
func none(ids []string) []string {
	if ids == nil {
		return []string{}
	}
	return ids
}
