package api

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"anxin/server/library"
	"anxin/server/locale"
	"anxin/server/search"
)

// SearchAnswer is what was found, best first.
type SearchAnswer struct {
	Total      int           `json:"total"`
	Hits       []SearchHit   `json:"hits"`
	Facets     *SearchFacets `json:"facets"`       // null in a collection, whose documents are not counted by kind
	DidYouMean *string       `json:"did_you_mean"` // another query that finds more; null where there is none
	Hotlines   []Hotline     `json:"hotlines"`     // numbers that were asked for, or that help better than any page
}

// SearchHit is one thing found. Its ID is kind:slug on the site, and whatever was imported in a collection.
type SearchHit struct {
	ID         string   `json:"id"`
	Kind       string   `json:"kind"`
	Lang       string   `json:"lang"`
	Title      string   `json:"title"`
	URL        *string  `json:"url"` // null in a collection: its passages have no page
	Schemes    []string `json:"schemes"`
	Score      float64  `json:"score"`
	Highlights []string `json:"highlights"` // HTML: passages with what matches in <mark>
}

// SearchFacets count what was found by kind and by scheme, each as if it were not narrowed by that one.
type SearchFacets struct {
	Kind   map[string]int `json:"kind"`
	Scheme map[string]int `json:"scheme"`
}

// Hotline is a public telephone number. Call is false for one that only sends messages.
type Hotline struct {
	Number    string `json:"number"`
	Statement string `json:"statement"`
	Call      bool   `json:"call"`
}

const (
	usualHits  = 10
	mostOffset = 1000 // what lies deeper nobody reads, and costs as much as all before it
)

// search answers over the site, or over the one collection that is named. The query is hers: it is neither kept nor
// logged, and no cache on the way keeps the answer.
func (a *API) search(c echo.Context) error {
	q := &query{Base: a.words(c)}
	collection := c.QueryParam("collection")
	r := search.Request{
		Query: search.Clip(c.QueryParam("q")), Lang: c.QueryParam("lang"), Kind: c.QueryParam("kind"), Scheme: c.QueryParam("scheme"),
		Limit: q.number(c, "limit", usualHits, 1, mostLimit), Offset: q.number(c, "offset", 0, 0, mostOffset),
	}
	if r.Query == "" {
		q.refuse("q")
	}
	if collection == "" {
		a.siteOnly(q, &r)
	}
	if r.Lang == "all" {
		r.Lang = ""
	}
	if err := q.problem(); err != nil {
		return err
	}
	ctx := c.Request().Context()
	if collection == "" {
		found, err := a.Search.Search(ctx, r)
		if err != nil {
			return err
		}
		return answer(c, http.StatusOK, a.found(found, q.Lang))
	}
	x, err := a.Collections.Get(collection)
	if err != nil {
		return collectionError(err)
	}
	found, err := x.Search(ctx, r)
	if err != nil {
		return collectionError(err)
	}
	return answer(c, http.StatusOK, SearchAnswer{Total: found.Total, Hits: a.hits(found.Hits), Hotlines: []Hotline{}})
}

// siteOnly refuses what the site does not have; languages and kinds of a collection are whatever was imported.
func (a *API) siteOnly(q *query, r *search.Request) {
	if _, known := locale.Parse(r.Lang); r.Lang == "" {
		r.Lang = string(q.Lang)
	} else if r.Lang != "all" && !known {
		q.wrong = append(q.wrong, wrongField(q.Base, "lang", "lang_or_all"))
	}
	if r.Kind != "" && !slices.Contains(search.Kinds, r.Kind) {
		q.refuse("kind")
	}
	if _, known := library.Find(a.Library.Taxonomy().Schemes, r.Scheme); r.Scheme != "" && !known {
		q.refuse("scheme")
	}
}

func (a *API) found(found search.Answer, code locale.Code) SearchAnswer {
	out := SearchAnswer{
		Total: found.Total, Hits: a.hits(found.Hits), Facets: &SearchFacets{found.Kinds, found.Schemes}, Hotlines: []Hotline{},
	}
	if found.DidYouMean != "" {
		out.DidYouMean = &found.DidYouMean
	}
	for _, number := range found.Hotlines {
		if f, ok := a.Library.Hotline(number); ok {
			out.Hotlines = append(out.Hotlines, Hotline{number, a.Library.PlainText(f.Statement.In(code), code), f.Kind == "phone"})
		}
	}
	return out
}

func (a *API) hits(found []search.Hit) []SearchHit {
	list := make([]SearchHit, 0, len(found))
	for _, h := range found {
		hit := SearchHit{
			ID: h.ID, Kind: h.Kind, Lang: h.Lang, Title: h.Title, Schemes: none(h.Schemes), Score: h.Score, Highlights: none(h.Highlights),
		}
		if h.URL != "" {
			address := a.Public.String() + h.URL
			hit.URL = &address
		}
		list = append(list, hit)
	}
	return list
}
