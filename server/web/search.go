package web

import (
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"anxin/server/library"
	"anxin/server/locale"
	"anxin/server/search"
	"anxin/server/view"
)

// SearchPage asks what somebody looks for and shows what was found, telephone numbers first where one was asked for.
type SearchPage struct {
	view.Base
	Field          view.Field
	Summary        view.ErrorSummary
	Asked          bool
	Total, From    int // how many were found; the first one shown, counted from 1
	Hotlines       []Hotline
	Meant          *view.Link
	Kinds, Schemes []view.Link
	Narrowed       bool
	Weak           bool // what was found may not be what was meant
	Found          []Found
	Previous, Next *view.Link
	Examples       []view.Link
	Alerts         []Alert // the newest, where nothing was found
}

// Hotline is a telephone number that was asked for.
type Hotline struct {
	Call *view.Help // nil for the sender of text messages, whom nobody calls
	Text string
}

// Found is one result.
type Found struct {
	URL, Kind, Title string        // nothing is marked in the title: a screen reader reads a link in pieces at each mark
	Text             template.HTML // with <mark>
	On               time.Time     // of a warning
}

const (
	foundAPage = 10
	mostFrom   = 1000
)

// search answers with the empty form, which is everybody's, or with results. Those are made anew for each address and
// nowhere kept: what somebody looks for is hers.
func (s *Site) search(c echo.Context) error {
	if !c.QueryParams().Has("q") {
		return s.public(s.searchForm)(c)
	}
	p, status, err := s.searchResults(c)
	if err != nil {
		return err
	}
	c.Response().Header().Set("X-Robots-Tag", "noindex")
	return s.answer(c, status, p)
}

func (s *Site) searchBase(c echo.Context) (*SearchPage, error) {
	b, err := s.base(c, "search")
	if err != nil {
		return nil, err
	}
	b.Title, b.Description = b.Must("search.title"), b.Must("search.summary")
	b.Crumb = &view.Link{URL: b.URL("/"), Text: b.Must("common.home")}
	p := &SearchPage{Base: b, Field: view.Field{ID: "q", Label: b.Must("search.label"), Hint: b.Must("search.hint"), Type: "search", Autocomplete: "off"}}
	for n := 1; n <= 5; n++ {
		words := b.Must("search.example_" + strconv.Itoa(n))
		p.Examples = append(p.Examples, view.Link{URL: b.URL("/search?q=" + url.QueryEscape(words)), Text: words})
	}
	return p, nil
}

func (s *Site) searchForm(c echo.Context) (view.Page, error) { return s.searchBase(c) }

// searchQuery is what the address asks for; values that name nothing we have are left out.
type searchQuery struct {
	words, kind, scheme string
	from                int // results left out before the first
}

func (s *Site) searchQuery(q url.Values) searchQuery {
	a := searchQuery{words: search.Clip(q.Get("q"))}
	if slices.Contains(search.Kinds, q.Get("kind")) {
		a.kind = q.Get("kind")
	}
	if _, ok := library.Find(s.Library.Taxonomy().Schemes, q.Get("scheme")); ok {
		a.scheme = q.Get("scheme")
	}
	if n, err := strconv.Atoi(q.Get("from")); err == nil && n > 0 && n <= mostFrom {
		a.from = n
	}
	return a
}

// path is the address of the query.
func (a searchQuery) path() string {
	q := url.Values{"q": {a.words}}
	if a.kind != "" {
		q.Set("kind", a.kind)
	}
	if a.scheme != "" {
		q.Set("scheme", a.scheme)
	}
	if a.from > 0 {
		q.Set("from", strconv.Itoa(a.from))
	}
	return "/search?" + q.Encode()
}

func (s *Site) searchResults(c echo.Context) (*SearchPage, int, error) {
	p, err := s.searchBase(c)
	if err != nil {
		return nil, 0, err
	}
	a := s.searchQuery(c.QueryParams())
	p.Path, p.Field.Value = a.path(), a.words
	if a.words == "" {
		p.Invalid = true
		p.Field.Error, p.Field.ErrorLabel = p.Must("search.empty"), p.Must("common.error_label")
		p.Summary = view.ErrorSummary{Title: p.Must("search.empty_summary"), Items: []view.ErrorItem{{Field: "q", Text: p.Field.Error}}}
		return p, http.StatusUnprocessableEntity, nil
	}
	answer, err := s.Search.Search(c.Request().Context(), search.Request{
		Query: a.words, Lang: string(p.Lang), Kind: a.kind, Scheme: a.scheme, Limit: foundAPage, Offset: a.from,
	})
	if err != nil {
		return nil, 0, fmt.Errorf("search the site: %w", err)
	}
	p.Asked, p.Total, p.From, p.Narrowed = true, answer.Total, a.from+1, a.kind != "" || a.scheme != ""
	p.Weak = answer.Weak && answer.Hotlines == nil
	if a.from == 0 {
		if p.Hotlines, err = s.hotlines(p.Base, answer.Hotlines); err != nil {
			return nil, 0, err
		}
	}
	if answer.DidYouMean != "" {
		p.Meant = &view.Link{URL: p.URL(searchQuery{words: answer.DidYouMean}.path()), Text: answer.DidYouMean}
		if p.Lang == locale.Hant {
			p.Meant.Lang = locale.Hans // the vocabulary is in simplified characters
		}
	}
	p.found(s, answer.Hits)
	p.narrow(s, a, answer.Results)
	p.turn(a)
	if p.Total == 0 {
		p.Alerts, err = s.alerts(p.Base, s.Library.Warnings()[:min(3, len(s.Library.Warnings()))])
	}
	return p, http.StatusOK, err
}

// hotlines shows telephone numbers with who answers them.
func (s *Site) hotlines(b view.Base, numbers []string) ([]Hotline, error) {
	var list []Hotline
	for _, number := range numbers {
		f, ok := s.Library.Hotline(number)
		if !ok {
			continue
		}
		h := Hotline{Text: b.In(f.Statement)}
		if f.Kind == "phone" {
			call, err := b.Calling(f.ID)
			if err != nil {
				return nil, err
			}
			h.Call = &call
		}
		list = append(list, h)
	}
	return list, nil
}

func (p *SearchPage) found(s *Site, hits []search.Hit) {
	for _, h := range hits {
		one := Found{URL: h.URL, Kind: p.Must("search.kind_" + h.Kind), Title: h.Title}
		if len(h.Highlights) > 0 {
			one.Text = template.HTML(h.Highlights[0]) //nolint:gosec // escaped where it was marked
		}
		if w, ok := s.Library.Warning(strings.TrimPrefix(h.ID, "warning:")); ok {
			one.On = w.Source.Date.Time
		}
		p.Found = append(p.Found, one)
	}
}

// narrow offers the kinds and, among warnings, the schemes that were found, each with how many.
func (p *SearchPage) narrow(s *Site, a searchQuery, r search.Results) {
	link := func(to searchQuery, words string, n int, current bool) view.Link {
		to.from = 0
		return view.Link{URL: p.URL(to.path()), Text: p.Must("search.option", "name", words, "n", n), Current: current}
	}
	total := 0
	for _, n := range r.Kinds {
		total += n
	}
	all := a
	all.kind = ""
	p.Kinds = append(p.Kinds, link(all, p.Must("search.every_kind"), total, a.kind == ""))
	for _, kind := range search.Kinds {
		if n := r.Kinds[kind]; n > 0 || kind == a.kind {
			to := a
			to.kind = kind
			p.Kinds = append(p.Kinds, link(to, p.Must("search.kind_"+kind), n, kind == a.kind))
		}
	}
	for _, tag := range s.Library.Taxonomy().Schemes {
		if n := r.Schemes[tag.ID]; n > 0 || tag.ID == a.scheme {
			to := a
			to.scheme = tag.ID
			p.Schemes = append(p.Schemes, link(to, p.In(tag.Name), n, tag.ID == a.scheme))
		}
	}
	if a.scheme != "" {
		to := a
		to.scheme = ""
		p.Schemes = append([]view.Link{{URL: p.URL(to.path()), Text: p.Must("search.every_scheme")}}, p.Schemes...)
	}
}

// turn links to the results before and after those shown.
func (p *SearchPage) turn(a searchQuery) {
	to := a
	if a.from > 0 {
		to.from = max(0, a.from-foundAPage)
		p.Previous = &view.Link{URL: p.URL(to.path()), Text: p.Must("search.previous")}
	}
	if to.from = a.from + foundAPage; to.from < p.Total {
		p.Next = &view.Link{URL: p.URL(to.path()), Text: p.Must("search.next")}
	}
}
