// Package view turns a page's struct into HTML: the frame around every page, the components, and the marks that tell a
// screen reader in which language each run of words is.
//
// A page is a struct that embeds [Base] and a template of the same name beside it in package web: SettingsPage,
// settings.html. The template defines "main"; the frame (layout.html) draws the rest.
package view

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"strings"
	"sync"
	"time"

	"anxin/server/library"
	"anxin/server/locale"
	"anxin/static"
)

//go:embed *.html
var frame embed.FS

// View renders pages. It never changes once made.
type View struct {
	catalogue *locale.Catalogue
	library   *library.Library
	assets    map[string]*static.Asset
	insecure  bool
	pages     map[string]func() (*template.Template, error) // each parsed when it is first drawn: most of a start would go into them
}

// New parses the frame, and finds the templates in pages, one a page. insecure puts a banner on every page that the connection is not safe.
func New(catalogue *locale.Catalogue, lib *library.Library, assets map[string]*static.Asset, insecure bool, pages ...fs.FS) (*View, error) {
	v := &View{catalogue: catalogue, library: lib, assets: assets, insecure: insecure, pages: map[string]func() (*template.Template, error){}}
	shared, err := template.New("frame").Option("missingkey=error").Funcs(template.FuncMap{
		"sign": v.sign, "tag": func(s string) template.HTML { return template.HTML(s) }, //nolint:gosec // only for tag names in our own templates
	}).ParseFS(frame, "*.html")
	if err != nil {
		return nil, fmt.Errorf("parse the frame: %w", err)
	}
	for _, fsys := range pages {
		names, err := fs.Glob(fsys, "*.html")
		if err != nil {
			return nil, fmt.Errorf("list templates: %w", err)
		}
		for _, name := range names {
			v.pages[strings.TrimSuffix(name, ".html")] = sync.OnceValues(func() (*template.Template, error) {
				t, err := shared.Clone()
				if err == nil {
					t, err = t.ParseFS(fsys, name)
				}
				if err != nil {
					return nil, fmt.Errorf("parse %s: %w", name, err)
				}
				return t, nil
			})
		}
	}
	return v, nil
}

// sign draws one of our pictograms. It is decoration: the words beside it say the same.
func (v *View) sign(id string) (template.HTML, error) {
	a, ok := v.assets["icons/signs.svg"]
	if !ok || !bytes.Contains(a.Data, []byte(`id="`+id+`"`)) {
		return "", fmt.Errorf("there is no sign %q in icons/signs.svg", id)
	}
	//nolint:gosec // id was found among our own signs
	return template.HTML(`<svg class="sign" viewBox="0 0 24 24" aria-hidden="true"><use href="` + a.URL + `#` + id + `"/></svg>`), nil
}

// Page is what can be rendered: a struct that embeds [Base].
type Page interface{ base() *Base }

// Render draws a page. name is its template's, such as settings.
func (v *View) Render(p Page) ([]byte, error) {
	b := p.base()
	parsed, ok := v.pages[b.Name]
	if !ok {
		return nil, fmt.Errorf("there is no template %s.html", b.Name)
	}
	t, err := parsed()
	if err != nil {
		return nil, err
	}
	var buf bytes.Buffer
	if err := t.ExecuteTemplate(&buf, "layout", p); err != nil {
		return nil, fmt.Errorf("render %s: %w", b.Name, err)
	}
	return MarkLanguages(buf.Bytes(), b.Lang), nil
}

// Names lists the page templates.
func (v *View) Names() []string {
	var names []string
	for n := range v.pages {
		names = append(names, n)
	}
	return names
}

// Base is what every page has. Templates call its methods: {{.T "home.title"}}.
type Base struct {
	Name        string      // of the template
	Lang        locale.Code // in which the page is written
	Path        string      // its address behind the language: /learn
	Title       string      // of the page, without the site's name
	Description string
	Settings    Settings
	Crumb       *Link         // one step up; nil on the home page
	Wide        bool          // the page has a second column of its own, so that help stands below it
	Alone       bool          // printed, nothing of the page is wanted but its letter
	Invalid     bool          // the page answers a form that was rejected
	NoLanguages bool          // the page exists in this language only as an answer to a form
	Verified    time.Time     // day on which its content was last checked against its sources; zero for pages without
	ReviewBy    time.Time     // day by which it is to be checked again
	ReviewedBy  string        // by whom the operator had it reviewed
	Used        library.Used  // facts and terms it rests on, listed at its foot
	Stale       bool          // its translation is older than its source
	Extra       template.HTML // within <head>
	Office      *Office       // of the console's pages; nil on the public's
	view        *View
}

// Office is what the frame of a console's page has in place of the citizen's doors.
type Office struct {
	Nav   []Link // where whoever is signed in may go
	Who   string // they are; empty before they signed in
	Token string // of their forms
}

// Link leads somewhere.
type Link struct {
	URL, Text string
	Lang      locale.Code // of the page it leads to, where that is another language
	Current   bool
}

func (b *Base) base() *Base { return b }

// Base begins a page.
func (v *View) Base(name string, lang locale.Code, path string, s Settings) Base {
	return Base{Name: name, Lang: lang, Path: path, Settings: s, view: v}
}

// T is the words of a catalogue key, with placeholders given as names and values. In the elder edition the key's
// shorter wording (key_elder) is taken where there is one.
func (b Base) T(key string, pairs ...any) (string, error) {
	if b.Settings.Elder() && b.view.catalogue.Has(b.Lang, key+"_elder") {
		key += "_elder"
	}
	return b.view.catalogue.T(b.Lang, key, pairs...)
}

// Must is T for handlers, where a key that is missing is a fault of ours that the tests find: the key itself is shown.
func (b Base) Must(key string, pairs ...any) string {
	s, err := b.T(key, pairs...)
	if err != nil {
		return key
	}
	return s
}

// URL is the address of one of our pages in the reader's language.
func (b Base) URL(path string) string { return "/" + string(b.Lang) + path }

// Here is the page's own address.
func (b Base) Here() string {
	if b.Office != nil {
		return b.Path // the console has one address for every language
	}
	return b.URL(b.Path)
}

// Asset is the address of a static file.
func (b Base) Asset(name string) (string, error) {
	a, ok := b.view.assets[name]
	if !ok {
		return "", fmt.Errorf("there is no static file %s", name)
	}
	return a.URL, nil
}

// Date is a day in words.
func (b Base) Date(t time.Time) string { return locale.Date(b.Lang, t) }

// About says what is the matter with what was asked. After a question there is no colon.
func (b Base) About(asked, matter string) string {
	switch {
	case !strings.HasSuffix(asked, "？") && !strings.HasSuffix(asked, "?"):
		asked += b.Must("common.colon")
	case b.Lang == locale.En:
		asked += " "
	}
	return asked + matter
}

// In is the words of a text that exists in every language, without Markdown.
func (b Base) In(w library.Words) string { return b.view.library.PlainText(w.In(b.Lang), b.Lang) }

// Operator is who runs the site.
func (b Base) Operator() library.Operator { return b.view.library.Operator() }

// Insecure tells whether the site is served without https to the world, which every page then says.
func (b Base) Insecure() bool { return b.view.insecure }

// Languages are the links to the same page in the other languages.
func (b Base) Languages() []Link {
	var links []Link
	for _, c := range locale.All {
		if c != b.Lang {
			links = append(links, Link{URL: "/" + string(c) + b.Path, Text: c.Name(), Lang: c})
		}
	}
	return links
}

// Help is whom a reader can call: the operator's line, or until there is one the city's.
func (b Base) Help() (Help, error) {
	o := b.Operator()
	if o.HelpLine != "" {
		return Help{o.HelpLine, b.In(o.Name), b.In(o.Hours)}, nil
	}
	f, ok := b.view.library.Fact("hotline-12345")
	if !ok {
		return Help{}, fmt.Errorf("there is no fact hotline-12345")
	}
	name, err := b.T("common.city_line")
	if err != nil {
		return Help{}, err
	}
	hours, err := b.T("common.city_hours")
	return Help{f.Value, name, hours}, err
}

// Help is a telephone line with who answers it and when.
type Help struct{ Phone, Name, Hours string }

// Words are the name's words one by one: within a telephone link none is parted from the next by a plain space.
func (h Help) Words() []string { return strings.Fields(h.Name) }

// Calling finds the telephone number of a fact, for a call button.
func (b Base) Calling(id string) (Help, error) {
	f, ok := b.view.library.Fact(id)
	if !ok {
		return Help{}, fmt.Errorf("there is no fact %s", id)
	}
	name, err := b.T("common.call_" + strings.ReplaceAll(id, "-", "_"))
	return Help{Phone: f.Value, Name: name}, err
}

// Cite is a fact's source in one line.
func (b Base) Cite(f *library.Fact) string { return f.Source.Cite(b.Lang) }

// MarkWords says how well a fact is known.
func (b Base) MarkWords(f *library.Fact) (string, error) { return b.T("common.mark_" + string(f.Mark)) }
