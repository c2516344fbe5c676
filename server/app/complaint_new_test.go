package app

import (
	"log/slog"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"anxin/server/config"
	"anxin/server/locale"
)

// clock is the time of a server, moved by its test.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

// counter is a server whose clock is moved.
func counter(t *testing.T) (*bench, *clock) {
	t.Helper()
	data := filepath.Join(t.TempDir(), "data")
	warm(t, data)
	cfg, err := config.Load(func(name string) string { return map[string]string{"ANXIN_DATA": data}[name] })
	if err != nil {
		t.Fatal(err)
	}
	log, at := &logged{}, &clock{time.Date(2026, 11, 25, 10, 0, 0, 0, locale.Shanghai)}
	a, err := New(cfg, Options{Clock: at.now, Log: slog.New(slog.NewTextHandler(log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Close)
	return &bench{a, log}, at
}

// phone is a browser without script: it keeps cookies, follows redirects and sends what a page's form holds.
type phone struct {
	t       *testing.T
	b       *bench
	cookies map[string]string
	seen    []string // every address it was at
	at      string   // where it is
	status  int
	text    string
	page    *html.Node
}

func newPhone(t *testing.T, b *bench) *phone {
	t.Helper()
	return &phone{t: t, b: b, cookies: map[string]string{}}
}

func (p *phone) open(path string) {
	p.t.Helper()
	p.go_(http.MethodGet, path, nil)
}

func (p *phone) go_(method, path string, fields url.Values) {
	p.t.Helper()
	for range 5 {
		send := func(r *http.Request) {
			for name, value := range p.cookies {
				r.AddCookie(&http.Cookie{Name: name, Value: value})
			}
		}
		var r *http.Response
		if method == http.MethodPost {
			r = p.b.post(path, fields, send)
		} else {
			r = p.b.ask(method, path, send)
		}
		for _, k := range r.Cookies() {
			if k.MaxAge < 0 {
				delete(p.cookies, k.Name)
			} else {
				p.cookies[k.Name] = k.Value
			}
		}
		p.seen = append(p.seen, path)
		p.at, p.status, p.text = path, r.StatusCode, body(p.t, r)
		if r.StatusCode != http.StatusSeeOther {
			if got := r.Header.Get("Cache-Control"); strings.Contains(path, "/complaints/new/") && got != "no-store" {
				p.t.Errorf("%s may be stored: %q", path, got)
			}
			break
		}
		method, path = http.MethodGet, r.Header.Get("Location")
	}
	page, err := html.Parse(strings.NewReader(p.text))
	if err != nil {
		p.t.Fatal(err)
	}
	p.page = page
}

// form is what the page's form that holds a field would send as it stands.
func (p *phone) form(holds string) (action string, fields url.Values) {
	p.t.Helper()
	for f := range p.page.Descendants() {
		if f.Type != html.ElementNode || f.Data != "form" {
			continue
		}
		fields, found := url.Values{}, holds == ""
		for n := range f.Descendants() {
			if n.Type != html.ElementNode {
				continue
			}
			name, value := attr(n, "name"), attr(n, "value")
			found = found || name == holds && name != ""
			switch {
			case name == "" || n.Data == "button":
			case n.Data == "textarea":
				fields.Add(name, strings.TrimPrefix(content_(n), "\n"))
			case attr(n, "type") == "radio" || attr(n, "type") == "checkbox":
				if hasAttr(n, "checked") {
					fields.Add(name, value)
				}
			default:
				fields.Add(name, value)
			}
		}
		if found {
			action, _, _ = strings.Cut(attr(f, "action"), "#")
			return action, fields
		}
	}
	p.t.Fatalf("%s has no form with %q:\n%s", p.at, holds, p.text)
	return "", nil
}

// send fills the form that holds the first of the fields, and sends it.
func (p *phone) send(pairs ...string) {
	p.t.Helper()
	action, fields := p.form(pairs[0])
	set := map[string]bool{}
	for i := 0; i < len(pairs); i += 2 {
		if !set[pairs[i]] {
			fields.Del(pairs[i])
		}
		set[pairs[i]] = true
		fields.Add(pairs[i], pairs[i+1])
	}
	p.go_(http.MethodPost, action, fields)
}

func (p *phone) is(status int, step string) {
	p.t.Helper()
	path, _, _ := strings.Cut(p.at, "?")
	if p.status != status || !strings.HasSuffix(path, step) {
		p.t.Fatalf("at %s with %d, want %s with %d\n%s", p.at, p.status, step, status, p.main())
	}
}

func (p *phone) sees(words ...string) {
	p.t.Helper()
	for _, w := range words {
		if !strings.Contains(p.text, w) {
			p.t.Fatalf("%s does not say %q:\n%s", p.at, w, p.main())
		}
	}
}

func (p *phone) main() string {
	_, main, _ := strings.Cut(p.text, "<main")
	main, _, _ = strings.Cut(main, "</main>")
	return main
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func hasAttr(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

func content_(n *html.Node) string {
	if n.FirstChild == nil {
		return ""
	}
	return n.FirstChild.Data
}

var _ = regexp.MustCompile
