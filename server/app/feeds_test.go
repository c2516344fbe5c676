package app

import (
	"encoding/json"
	"encoding/xml"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"

	"anxin/server/locale"
)

// A feed reader's own parser finds every warning once a language, newest first, with names that never change.
func TestFeedsAreRead(t *testing.T) {
	t.Parallel()
	b := setupWarned(t)
	ids := map[string]string{}
	for _, code := range locale.All {
		for _, ending := range []string{"json", "atom"} {
			path := "/feeds/warnings." + string(code) + "." + ending
			f, err := gofeed.NewParser().ParseString(body(t, b.ask(http.MethodGet, path)))
			if err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			if f.Link != "https://anxin.example/"+string(code)+"/warnings" || f.FeedLink != "https://anxin.example"+path || f.Language != string(code) {
				t.Errorf("%s: home %q, itself %q, language %q", path, f.Link, f.FeedLink, f.Language)
			}
			if f.Title == "" || f.Description == "" || len(f.Authors) != 1 || f.Authors[0].Name == "" {
				t.Errorf("%s: title %q, description %q, authors %v", path, f.Title, f.Description, f.Authors)
			}
			var codes []string
			for _, it := range f.Items {
				codes = append(codes, it.Link[len(it.Link)-4:])
				if other, seen := ids[ending+it.GUID]; seen {
					t.Errorf("%s: id %s stands in %s, too", path, it.GUID, other)
				}
				ids[ending+it.GUID] = path
			}
			if got := strings.Join(codes, " "); got != "0003 0001 0002" {
				t.Errorf("%s lists %s", path, got)
			}
			it := f.Items[1]
			if it.GUID != "tag:anxin.example,2026:warning:SZFX-2026-0001:"+string(code) || it.Link != "https://anxin.example/"+string(code)+"/warnings/SZFX-2026-0001" {
				t.Errorf("%s: item %s at %s", path, it.GUID, it.Link)
			}
			if it.Title != "Title 1"+string(code) || it.Description != "Summary <1"+string(code)+"> & more." {
				t.Errorf("%s: %q, %q", path, it.Title, it.Description)
			}
			for _, want := range []string{
				"<p>Summary &lt;1" + string(code) + "&gt; &amp; more.</p>", "<blockquote>“Flag one”</blockquote>", "<li>Do two.</li>", `<a class="num" href="tel:110">110</a>`,
				`href="https://anxin.example/` + string(code) + `/warnings/SZFX-2026-0001#term-verification-code"`, `<a href="https://authority.example/notice">`,
			} {
				if !strings.Contains(it.Content, want) {
					t.Errorf("%s: the content lacks %s:\n%s", path, want, it.Content)
				}
			}
			day := func(d string) time.Time {
				at, err := time.ParseInLocation(time.DateOnly, d, locale.Shanghai)
				if err != nil {
					t.Fatal(err)
				}
				return at
			}
			if it.PublishedParsed == nil || !it.PublishedParsed.Equal(day("2026-01-28")) || it.UpdatedParsed == nil || !it.UpdatedParsed.Equal(day("2026-11-25")) {
				t.Errorf("%s: published %s, updated %s", path, it.Published, it.Updated)
			}
			if len(it.Categories) != 2 {
				t.Errorf("%s: categories %v", path, it.Categories)
			}
		}
	}
	if len(ids) != 3*3*2 {
		t.Errorf("%d ids", len(ids))
	}
}

// What JSON Feed 1.1 requires, and our own fields, which gofeed does not read.
func TestJSONFeedHoldsToItsSpecification(t *testing.T) {
	t.Parallel()
	b := setupWarned(t)
	r := b.ask(http.MethodGet, "/feeds/warnings.zh-Hans.json")
	if got := r.Header.Get("Content-Type"); got != "application/feed+json" {
		t.Errorf("type %s", got)
	}
	var f struct {
		Version, Title string
		Items          []struct {
			ID       string `json:"id"`
			HTML     string `json:"content_html"`
			External string `json:"external_url"`
			Warning  struct {
				Code, Certainty string
				Schemes         []string
				Severity        int
			} `json:"_warning"`
		}
	}
	if err := json.Unmarshal([]byte(body(t, r)), &f); err != nil {
		t.Fatal(err)
	}
	if f.Version != "https://jsonfeed.org/version/1.1" || f.Title == "" || len(f.Items) != 3 {
		t.Fatalf("version %q, title %q, %d items", f.Version, f.Title, len(f.Items))
	}
	for _, it := range f.Items {
		if it.ID == "" || it.HTML == "" {
			t.Errorf("an item without id or content: %+v", it)
		}
	}
	w := f.Items[1].Warning
	if w.Code != "SZFX-2026-0001" || w.Certainty != "reported_pattern" || w.Severity != 2 || strings.Join(w.Schemes, " ") != "TF-CS TF-SCREEN" || f.Items[1].External != "https://authority.example/notice" {
		t.Errorf("got %+v, from %s", w, f.Items[1].External)
	}
}

// What RFC 4287 requires of a feed and its entries (4.1.1, 4.1.2), and its language.
func TestAtomHoldsToItsSpecification(t *testing.T) {
	t.Parallel()
	b := setupWarned(t)
	r := b.ask(http.MethodGet, "/feeds/warnings.zh-Hant.atom")
	if got := r.Header.Get("Content-Type"); got != "application/atom+xml" {
		t.Errorf("type %s", got)
	}
	type link struct {
		Rel  string `xml:"rel,attr"`
		Href string `xml:"href,attr"`
	}
	var f struct {
		XMLName xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
		Lang    string   `xml:"http://www.w3.org/XML/1998/namespace lang,attr"`
		ID      []string `xml:"id"`
		Title   []string `xml:"title"`
		Updated []string `xml:"updated"`
		Author  []string `xml:"author>name"`
		Links   []link   `xml:"link"`
		Entries []struct {
			ID         []string `xml:"id"`
			Title      []string `xml:"title"`
			Updated    []string `xml:"updated"`
			Links      []link   `xml:"link"`
			Categories []struct {
				Term  string `xml:"term,attr"`
				Label string `xml:"label,attr"`
			} `xml:"category"`
			Content struct {
				Type string `xml:"type,attr"`
			} `xml:"content"`
		} `xml:"entry"`
	}
	if err := xml.Unmarshal([]byte(body(t, r)), &f); err != nil {
		t.Fatal(err)
	}
	if f.Lang != "zh-Hant" || len(f.ID) != 1 || len(f.Title) != 1 || len(f.Updated) != 1 || len(f.Author) != 1 || len(f.Links) != 2 || len(f.Entries) != 3 {
		t.Errorf("got %+v", f)
	}
	if _, err := time.Parse(time.RFC3339, f.Updated[0]); err != nil {
		t.Error(err)
	}
	for _, e := range f.Entries {
		if len(e.ID) != 1 || len(e.Title) != 1 || len(e.Updated) != 1 || e.Content.Type != "html" || e.Links[0].Rel != "alternate" {
			t.Errorf("got %+v", e)
		}
	}
	if c := f.Entries[1].Categories; len(c) != 2 || c[0].Term != "TF-CS" || c[0].Label != "冒充客服" {
		t.Errorf("categories %v", c)
	}
	if l := f.Entries[1].Links; len(l) != 2 || l[1].Rel != "via" || l[1].Href != "https://authority.example/notice" {
		t.Errorf("links %v", l)
	}
}

func TestFeedsAreKeptAndTagged(t *testing.T) {
	t.Parallel()
	b := setupWarned(t)
	const path = "/feeds/warnings.en.json"
	first := b.ask(http.MethodGet, path, header("Accept-Encoding", "br"))
	if first.Header.Get("Content-Encoding") != "br" || first.Header.Get("Cache-Control") != "no-cache" || first.Header.Get("Vary") != "Accept-Encoding" {
		t.Errorf("heads %v", first.Header)
	}
	if again := b.ask(http.MethodGet, path, header("If-None-Match", b.ask(http.MethodGet, path).Header.Get("Etag"))); again.StatusCode != http.StatusNotModified {
		t.Errorf("asked again with its tag: %d", again.StatusCode)
	}
	for _, missing := range []string{"warnings.fr.json", "warnings.en.rss", "warnings.en", "warnings.en.json.atom", "modules.en.json", "en.json"} {
		if r := b.ask(http.MethodGet, "/feeds/"+missing); r.StatusCode != http.StatusNotFound {
			t.Errorf("%s answers %d", missing, r.StatusCode)
		}
	}
	if !strings.Contains(body(t, b.ask(http.MethodGet, path)), "Demonstration site") {
		t.Error("without an operator the feed does not say that it is a demonstration")
	}
}
