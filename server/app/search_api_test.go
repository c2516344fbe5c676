package app

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"anxin/server/api"
)

// fed waits until the index of the site is made.
func (b *bench) fed(t *testing.T) *bench {
	t.Helper()
	if err := b.Search.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *bench) search(t *testing.T, query string, change ...func(*http.Request)) api.SearchAnswer {
	t.Helper()
	return decodeInto[api.SearchAnswer](t, b.ask(http.MethodGet, "/api/v1/search?"+query, change...), http.StatusOK)
}

func hitIDs(a api.SearchAnswer) []string {
	list := []string{}
	for _, h := range a.Hits {
		list = append(list, h.ID+" "+h.Lang)
	}
	return list
}

func TestSearchAPI(t *testing.T) {
	t.Parallel()
	b := setup(t, map[string]string{"ANXIN_PUBLIC_URL": "https://anxin.example"}).fed(t)
	r := b.ask(http.MethodGet, "/api/v1/search?q="+url.QueryEscape("刷單"), header("Accept-Language", "zh-HK"))
	if got := r.Header; got.Get("Cache-Control") != "no-store" || got.Get("Content-Type") != "application/json" || got.Get("Etag") != "" {
		t.Errorf("heads %v", got)
	}
	text := body(t, r)
	if !strings.Contains(text, "<mark>") || strings.Contains(text, `\u003c`) {
		t.Errorf("the answer is not for people's eyes, too: %s", text)
	}
	a := b.search(t, "q="+url.QueryEscape("刷單"), header("Accept-Language", "zh-HK"))
	if a.Total == 0 || len(a.Hits) != min(a.Total, 10) || a.Hotlines == nil || a.Facets == nil || a.Facets.Kind["warning"] == 0 || a.Facets.Scheme["TF-BRUSH"] == 0 {
		t.Fatalf("got %+v", a)
	}
	marked := regexp.MustCompile(`<mark>[^<>]+</mark>`)
	for i, h := range a.Hits {
		kind, slug, _ := strings.Cut(h.ID, ":")
		path := map[string]string{"module": "/learn/", "warning": "/warnings/", "tool": "/tools/", "page": "/"}[kind]
		if h.Lang != "zh-Hant" || h.Kind != kind || h.Title == "" || h.URL == nil || *h.URL != "https://anxin.example/zh-Hant"+path+slug && kind != "page" || h.Schemes == nil || i > 0 && h.Score > a.Hits[i-1].Score {
			t.Errorf("hit %d: %+v", i, h)
		}
		for _, line := range h.Highlights {
			if rest := marked.ReplaceAllString(line, ""); strings.ContainsAny(rest, "<>") {
				t.Errorf("%s: markup besides marks: %s", h.ID, line)
			}
		}
	}
	if best := a.Hits[0]; best.Kind != "warning" || !slices.Contains(best.Schemes, "TF-BRUSH") || len(best.Highlights) == 0 || !strings.Contains(best.Highlights[0], "<mark>") {
		t.Errorf("first comes %+v", best)
	}
}

func TestSearchAPINarrows(t *testing.T) {
	t.Parallel()
	b := setup(t, nil).fed(t)
	const q = "q=loan"
	all := b.search(t, q+"&lang=all&limit=100")
	languages := map[string]bool{}
	for _, h := range all.Hits {
		languages[h.Lang] = true
	}
	if len(languages) < 2 {
		t.Errorf("lang=all answers in %v", languages)
	}
	for name, c := range map[string]struct {
		query string
		fits  func(api.SearchHit) bool
	}{
		"the reader's language":      {q, func(h api.SearchHit) bool { return h.Lang == "en" }},
		"the language named instead": {q + "&lang=zh-Hans", func(h api.SearchHit) bool { return h.Lang == "zh-Hans" }},
		"a kind":                     {q + "&kind=module", func(h api.SearchHit) bool { return h.Kind == "module" }},
		"a scheme":                   {"q=scam&scheme=TF-CS", func(h api.SearchHit) bool { return slices.Contains(h.Schemes, "TF-CS") }},
	} {
		a := b.search(t, c.query, header("Accept-Language", "en"))
		if len(a.Hits) == 0 || slices.ContainsFunc(a.Hits, func(h api.SearchHit) bool { return !c.fits(h) }) {
			t.Errorf("%s: %v", name, hitIDs(a))
		}
		if strings.Contains(c.query, "kind=") && len(a.Facets.Kind) < 2 {
			t.Errorf("%s: the other kinds are not counted: %v", name, a.Facets)
		}
	}
	// Part after part gives the whole list once.
	var parts []string
	for offset := range min(all.Total, 5) {
		parts = append(parts, hitIDs(b.search(t, q+"&lang=all&limit=1&offset="+strconv.Itoa(offset)))...)
	}
	if whole := hitIDs(all); !slices.Equal(parts, whole[:len(parts)]) {
		t.Errorf("by parts %v, whole %v", parts, whole)
	}
}

func TestSearchAPIShowsHotlinesAndWhatWasMeant(t *testing.T) {
	t.Parallel()
	b := setup(t, nil).fed(t)
	a := b.search(t, "q=96110&lang=en")
	if len(a.Hotlines) != 1 || a.Hotlines[0].Number != "96110" || !a.Hotlines[0].Call || !strings.HasPrefix(a.Hotlines[0].Statement, "96110 is") {
		t.Errorf("hotlines %+v", a.Hotlines)
	}
	if a := b.search(t, "q=12381&lang=zh-Hans"); len(a.Hotlines) != 1 || a.Hotlines[0].Call {
		t.Errorf("a sender of messages is to be called: %+v", a.Hotlines)
	}
	if a := b.search(t, "q=complian&lang=en"); a.DidYouMean == nil || *a.DidYouMean != "complain" {
		t.Errorf("did you mean %v", a.DidYouMean)
	}
	if a := b.search(t, "q=complain&lang=en"); a.DidYouMean != nil {
		t.Errorf("what is spelt well becomes %s", *a.DidYouMean)
	}
	if a := b.search(t, "q=zzzqqqxxx&lang=en"); a.Total != 0 || a.Hits == nil || len(a.Hotlines) != 0 {
		t.Errorf("nothing is found as %+v", a)
	}
}

func TestSearchAPIRefusesWhatMakesNoSense(t *testing.T) {
	t.Parallel()
	b := setup(t, nil).fed(t)
	type problem struct {
		Type   string
		Errors []api.FieldError
	}
	for query, want := range map[string]string{
		"":                                "q:q",
		"q=":                              "q:q",
		"q=%20%E3%80%80%09":               "q:q",
		"q=%E2%80%8B":                     "q:q", // only a space of no width
		"q=a&lang=fr":                     "lang:lang_or_all",
		"q=a&kind=hotline":                "kind:kind",
		"q=a&kind=Module":                 "kind:kind",
		"q=a&scheme=TF":                   "scheme:scheme",
		"q=a&limit=0":                     "limit:limit",
		"q=a&limit=101":                   "limit:limit",
		"q=a&limit=ten":                   "limit:limit",
		"q=a&offset=-1":                   "offset:offset",
		"q=a&offset=1001":                 "offset:offset",
		"limit=x&offset=x&kind=x&lang=xx": "limit:limit offset:offset q:q lang:lang_or_all kind:kind",
		"collection=nothing":              "q:q",
	} {
		p := decodeInto[problem](t, b.ask(http.MethodGet, "/api/v1/search?"+query, header("Accept-Language", "en")), http.StatusUnprocessableEntity)
		var got []string
		for _, e := range p.Errors {
			got = append(got, e.Field+":"+e.Key)
			if e.Message == "" || strings.HasPrefix(e.Message, "problem.") {
				t.Errorf("%q: %+v", query, e)
			}
		}
		if p.Type != "/problems/invalid" || strings.Join(got, " ") != want {
			t.Errorf("%q: %s with %v, want %s", query, p.Type, got, want)
		}
	}
	for _, name := range []string{"nothing", "../site", "A"} {
		if r := b.ask(http.MethodGet, "/api/v1/search?q=a&collection="+url.QueryEscape(name)); r.StatusCode != http.StatusNotFound || r.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("collection %s: %d", name, r.StatusCode)
		}
	}
	// A question longer than anybody asks is read as far as one would.
	if a := b.search(t, "lang=en&q=scam+"+strings.Repeat("x+", 3000)); a.Total == 0 {
		t.Error("of a long question the beginning is not read")
	}
}

// What she looks for is nobody's business.
func TestSearchAPILogsNoQuery(t *testing.T) {
	t.Parallel()
	b := setup(t, map[string]string{"ANXIN_ADMIN_TOKEN": adminToken}).fed(t)
	b.manage(http.MethodPut, "/canary", "")
	for _, query := range []string{"q=canary", "q=canary&lang=canary", "q=canary&kind=canary", "q=canary&collection=canary", "q=x&collection=nocanary"} {
		b.ask(http.MethodGet, "/api/v1/search?"+query)
	}
	if text := b.log.String(); strings.Contains(text, "canary") || !strings.Contains(text, "route=/admin/v1/search/collections/:name") {
		t.Errorf("the log holds what was typed, or nothing:\n%s", text)
	}
}
