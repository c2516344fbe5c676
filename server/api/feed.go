package api

import (
	"bytes"
	"embed"
	"encoding/xml"
	"fmt"
	"html/template"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"anxin/server/fault"
	"anxin/server/library"
	"anxin/server/locale"
)

const (
	jsonFeedType = "application/feed+json"
	atomType     = "application/atom+xml"
)

// feed serves the warnings of one language as JSON Feed 1.1 or as Atom (RFC 4287).
func (a *API) feed(c echo.Context) error {
	name, ok := strings.CutPrefix(c.Param("file"), "warnings.")
	language, ending, _ := strings.Cut(name, ".")
	code, known := locale.Parse(language)
	render := map[string]func(warningFeed) ([]byte, error){"json": jsonFeed, "atom": atomFeed}[ending]
	if !ok || !known || render == nil {
		return fault.New(fault.NotFound, "no such feed")
	}
	sheet, err := a.Shelf.Get(c.Request().URL.Path, func() (string, []byte, error) {
		f, err := a.warningFeed(code)
		if err != nil {
			return "", nil, err
		}
		body, err := render(f)
		return map[string]string{"json": jsonFeedType, "atom": atomType}[ending], body, err
	})
	if err != nil {
		return err
	}
	h := c.Response().Header()
	h["Cache-Control"], h["Vary"] = []string{"no-cache"}, []string{"Accept-Encoding"}
	sheet.ServeHTTP(c.Response(), c.Request())
	return nil
}

// warningFeed is what both kinds of feed say.
type warningFeed struct {
	lang                        locale.Code
	id, title, subtitle, author string
	home, json, atom            string // addresses
	updated                     time.Time
	entries                     []feedEntry
}

type feedEntry struct {
	Warning            // as the API has it
	id, html           string
	published, updated time.Time
	names              map[string]string // of its schemes
}

// tag is a name that stays when the site moves to another scheme or port (RFC 4151), so that no reader is shown old
// warnings as new ones.
func (a *API) tag(specific string) string {
	return "tag:" + strings.Trim(a.Public.Hostname(), "[]") + ",2026:" + specific
}

func (a *API) warningFeed(code locale.Code) (warningFeed, error) {
	base := a.wordsIn(code)
	words := func(key string) string { return base.Must(key) }
	self := a.Public.String() + "/feeds/warnings." + string(code)
	f := warningFeed{
		lang: code, id: a.tag("warnings:" + string(code)), title: words("common.site") + words("common.colon") + words("warnings.title"),
		subtitle: words("warnings.summary"), author: words("common.site"),
		home: a.url(code, "/warnings"), json: self + ".json", atom: self + ".atom", updated: a.Library.LastVerified(),
	}
	if o := a.Library.Operator(); o.Configured() {
		f.author = o.Name.In(code)
	} else {
		f.subtitle = words("common.demo") + " " + f.subtitle
	}
	for i, w := range a.Library.Warnings() {
		e, err := a.Library.WarningEdition(w, code)
		if err != nil {
			return f, err
		}
		entry := feedEntry{
			Warning: a.brief(w, e), id: a.tag("warning:" + w.Code + ":" + string(code)), names: map[string]string{},
			published: w.Source.Date.Time, updated: w.VerifiedOn.Time,
		}
		for _, id := range w.Schemes {
			tag, _ := library.Find(a.Library.Taxonomy().Schemes, id)
			entry.names[id] = tag.Name.In(code)
		}
		if entry.html, err = feedHTML(words, w, e, entry.URL); err != nil {
			return f, err
		}
		if i == 0 || entry.updated.After(f.updated) {
			f.updated = entry.updated
		}
		f.entries = append(f.entries, entry)
	}
	return f, nil
}

//go:embed feed.html
var feedFiles embed.FS

var feedTemplate = template.Must(template.ParseFS(feedFiles, "feed.html"))

// feedHTML is a warning's text for a reader's program: in the order of its page, with the ways out as plain links.
func feedHTML(words func(string) string, w *library.Warning, e *library.WarningEdition, page string) (string, error) {
	type section struct {
		Title string
		Lines []template.HTML
		Said  bool
	}
	var sections []section
	for _, s := range []struct {
		key   string
		lines []library.Line
	}{
		{"red_flags", e.RedFlags}, {"how_it_works", e.HowItWorks}, {"what_to_do", e.WhatToDo}, {"if_already_paid", e.IfAlreadyPaid},
	} {
		one := section{Title: words("warning." + s.key), Said: s.key == "red_flags"}
		for _, l := range s.lines {
			one.Lines = append(one.Lines, template.HTML(text(l.HTML, "", page).HTML)) //nolint:gosec // as the page has it
		}
		sections = append(sections, one)
	}
	var b bytes.Buffer
	err := feedTemplate.Execute(&b, map[string]any{
		"Summary": e.Summary, "Sections": sections, "Certainty": words("warning.certainty"),
		"Source": words("common.source_label") + w.Source.Cite(e.Lang) + words("common.full_stop"), "URL": w.Source.URL, "Original": words("about.original"),
	})
	if err != nil {
		return "", fmt.Errorf("write %s for a feed: %w", w.Code, err)
	}
	return b.String(), nil
}

// jsonFeed follows https://www.jsonfeed.org/version/1.1/.
func jsonFeed(f warningFeed) ([]byte, error) {
	type author struct {
		Name string `json:"name"`
	}
	// Our own fields stand under a name of their own, as the specification wants it.
	type extension struct {
		Code      string   `json:"code"`
		Schemes   []string `json:"schemes"`
		Channels  []string `json:"channels"`
		Audience  []string `json:"audience"`
		Severity  int      `json:"severity"`
		Certainty string   `json:"certainty"`
	}
	type item struct {
		ID        string    `json:"id"`
		URL       string    `json:"url"`
		External  string    `json:"external_url,omitempty"`
		Title     string    `json:"title"`
		HTML      string    `json:"content_html"`
		Summary   string    `json:"summary"`
		Published time.Time `json:"date_published"`
		Modified  time.Time `json:"date_modified"`
		Tags      []string  `json:"tags"`
		Language  string    `json:"language"`
		Warning   extension `json:"_warning"`
	}
	items := make([]item, 0, len(f.entries))
	for _, e := range f.entries {
		tags := make([]string, len(e.Schemes))
		for i, id := range e.Schemes {
			tags[i] = e.names[id]
		}
		items = append(items, item{
			e.id, e.URL, e.Source.URL, e.Title, e.html, e.Summary, e.published, e.updated, tags, string(f.lang),
			extension{e.Code, e.Schemes, e.Channels, e.Audience, e.Severity, e.Certainty},
		})
	}
	return encode(struct {
		Version     string   `json:"version"`
		Title       string   `json:"title"`
		Home        string   `json:"home_page_url"`
		Self        string   `json:"feed_url"`
		Description string   `json:"description"`
		Language    string   `json:"language"`
		Authors     []author `json:"authors"`
		Items       []item   `json:"items"`
	}{"https://jsonfeed.org/version/1.1", f.title, f.home, f.json, f.subtitle, string(f.lang), []author{{f.author}}, items})
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr,omitempty"`
	Lang string `xml:"hreflang,attr,omitempty"`
	Href string `xml:"href,attr"`
}

type atomCategory struct {
	Term  string `xml:"term,attr"`
	Label string `xml:"label,attr"`
}

type atomText struct {
	Type string `xml:"type,attr"`
	Text string `xml:",chardata"`
}

type atomEntry struct {
	ID         string         `xml:"id"`
	Title      string         `xml:"title"`
	Links      []atomLink     `xml:"link"`
	Published  time.Time      `xml:"published"`
	Updated    time.Time      `xml:"updated"`
	Categories []atomCategory `xml:"category"`
	Summary    string         `xml:"summary"`
	Content    atomText       `xml:"content"`
}

// atomFeed follows RFC 4287.
func atomFeed(f warningFeed) ([]byte, error) {
	const html = "text/html"
	doc := struct {
		XMLName  xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
		Lang     string      `xml:"xml:lang,attr"`
		ID       string      `xml:"id"`
		Title    string      `xml:"title"`
		Subtitle string      `xml:"subtitle"`
		Updated  time.Time   `xml:"updated"`
		Author   string      `xml:"author>name"`
		Links    []atomLink  `xml:"link"`
		Entries  []atomEntry `xml:"entry"`
	}{
		Lang: string(f.lang), ID: f.id, Title: f.title, Subtitle: f.subtitle, Updated: f.updated, Author: f.author,
		Links: []atomLink{{"self", atomType, "", f.atom}, {"alternate", html, string(f.lang), f.home}},
	}
	for _, e := range f.entries {
		entry := atomEntry{
			ID: e.id, Title: e.Title, Published: e.published, Updated: e.updated, Summary: e.Summary, Content: atomText{"html", e.html},
			Links: []atomLink{{"alternate", html, string(f.lang), e.URL}},
		}
		if e.Source.URL != "" {
			entry.Links = append(entry.Links, atomLink{Rel: "via", Href: e.Source.URL})
		}
		for _, id := range e.Schemes {
			entry.Categories = append(entry.Categories, atomCategory{id, e.names[id]})
		}
		doc.Entries = append(doc.Entries, entry)
	}
	body, err := xml.MarshalIndent(doc, "", " ")
	if err != nil {
		return nil, fmt.Errorf("encode the feed: %w", err)
	}
	return append([]byte(xml.Header), append(body, '\n')...), nil
}
