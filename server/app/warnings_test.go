package app

import (
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"anxin/content"
	"anxin/server/library"
	"anxin/server/locale"
)

// without hides a folder of ours.
type without struct {
	fs.FS
	folder string
}

func (w without) Open(name string) (fs.File, error) {
	if name == w.folder || strings.HasPrefix(name, w.folder+"/") {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return w.FS.Open(name)
}

func (w without) ReadDir(name string) ([]fs.DirEntry, error) {
	if name == w.folder {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	list, err := fs.ReadDir(w.FS, name)
	return slices.DeleteFunc(list, func(d fs.DirEntry) bool { return path.Join(name, d.Name()) == w.folder }), err
}

// unwarned is our content without its warnings.
var unwarned = without{content.Files, "warnings"}

// samples are three warnings, the newest first: SZFX-2026-0003, -0001 and -0002. What they say bears the mark of its
// language.
func samples() fstest.MapFS {
	fsys := fstest.MapFS{}
	for _, w := range []struct{ code, schemes, channels, audience, modules, severity, date, url string }{
		{"SZFX-2026-0001", "TF-CS, TF-SCREEN", "phone, app", "all", "spot-a-scam", "2", "2026-01-28", "\n  url: https://authority.example/notice"},
		{"SZFX-2026-0002", "IF-PENS", "seminar", "elder", "after-a-scam", "1", "2025-12-16", ""},
		{"SZFX-2026-0003", "TF-BRUSH", "group-chat, app", "stud, migr", "spot-a-scam", "2", "2026-01-28", ""},
	} {
		for _, code := range locale.All {
			mark := w.code[len(w.code)-1:] + string(code)
			text := fmt.Sprintf(`title: "Title {case %[1]s}"
summary: "Summary <%[1]s> & more."
how_it_works: ["How one.", "How {term verification-code}.", "How {case 500}."]
red_flags: ["“Flag one”", "“Flag two”", "“Flag three”", "“Flag four”"]
what_to_do: ["Do one.", "Do two.", "Do {fact hotline-antifraud}."]
if_already_paid: ["Paid {fact hotline-police}.", "Paid two."]
`, mark)
			if code == locale.Hans {
				text = fmt.Sprintf(`schemes: [%s]
channels: [%s]
audience: [%s]
modules: [%s]
severity: %s
certainty: reported_pattern
tools: [loan-cost]
source:
  issuer: {zh-Hans: 某局, zh-Hant: 某局, en: An authority}
  title: {zh-Hans: 提示, zh-Hant: 提示, en: Notice}
  date: %s%s
verified_on: 2026-11-25
review_by: 2027-05-25
`, w.schemes, w.channels, w.audience, w.modules, w.severity, w.date, w.url) + text
			}
			fsys["warnings/"+w.code+"."+string(code)+".yaml"] = &fstest.MapFile{Data: []byte(text)}
		}
	}
	return fsys
}

func setupWarned(t *testing.T) *bench {
	return setupWith(t, map[string]string{"ANXIN_PUBLIC_URL": "https://anxin.example"}, library.Overlay(samples(), unwarned))
}

func TestSamplesAreSound(t *testing.T) {
	t.Parallel()
	if ps := setupWarned(t).Site.Library.LoadAll(); len(ps) > 0 {
		t.Error(ps)
	}
}

var alertLink = regexp.MustCompile(`<a class="stand" href="/en/warnings/(SZFX-\d{4}-\d{4})">`)

func listed(text string) string {
	var codes []string
	for _, m := range alertLink.FindAllStringSubmatch(text, -1) {
		codes = append(codes, m[1][len("SZFX-2026-"):])
	}
	return strings.Join(codes, " ")
}

func TestWarningsAreNarrowed(t *testing.T) {
	t.Parallel()
	b := setupWarned(t)
	for query, want := range map[string]string{
		"":                                      "0003 0001 0002",
		"?scheme=TF":                            "0003 0001",
		"?scheme=TF-CS":                         "0001",
		"?scheme=IF":                            "0002",
		"?for=elder":                            "0001 0002",
		"?for=stud":                             "0003 0001",
		"?channel=app":                          "0003 0001",
		"?channel=seminar&for=elder":            "0002",
		"?scheme=TF&for=stud&channel=app":       "0003 0001",
		"?scheme=IF&channel=app":                "",
		"?scheme=XX&for=all&channel=pigeon&x=1": "0003 0001 0002",
	} {
		text := body(t, b.ask(http.MethodGet, "/en/warnings"+query))
		if got := listed(text); got != want {
			t.Errorf("%q lists %q, want %q", query, got, want)
		}
		if want == "" && (!strings.Contains(text, "does not mean there is no risk") || !strings.Contains(text, `<a class="stand" href="/en/warnings">`)) {
			t.Errorf("%q does not say that nothing fits, or offers no way back", query)
		}
	}
}

// Every link of a facet leads to as many warnings as it says, in whatever the list is narrowed by already.
func TestFacetsCountWhatTheyLeadTo(t *testing.T) {
	t.Parallel()
	b := setupWarned(t)
	option := regexp.MustCompile(`<li><a href="(/en/warnings\?[^"]+)">[^<]* \((\d+)\)</a></li>`)
	checked := 0
	for _, from := range []string{"", "?scheme=TF", "?scheme=TF-CS", "?for=stud", "?channel=app&for=migr"} {
		for _, m := range option.FindAllStringSubmatch(body(t, b.ask(http.MethodGet, "/en/warnings"+from)), -1) {
			to := strings.ReplaceAll(m[1], "&amp;", "&")
			got := 0
			if codes := listed(body(t, b.ask(http.MethodGet, to))); codes != "" {
				got = len(strings.Fields(codes))
			}
			if fmt.Sprint(got) != m[2] || got == 0 {
				t.Errorf("from %q: %s leads to %d warnings, says %s", from, to, got, m[2])
			}
			checked++
		}
	}
	if checked < 20 {
		t.Errorf("only %d options were found", checked)
	}
}

// Addresses that mean the same are one page, and the other languages show the same list.
func TestWarningsHaveOneAddress(t *testing.T) {
	t.Parallel()
	b := setupWarned(t)
	plain := body(t, b.ask(http.MethodGet, "/en/warnings?channel=app&for=stud"))
	if again := body(t, b.ask(http.MethodGet, "/en/warnings?for=stud&utm=canary&channel=app&scheme=nothing")); again != plain {
		t.Error("the order of the query or unknown values make another page")
	}
	if !strings.Contains(plain, `href="/zh-Hans/warnings?channel=app&amp;for=stud"`) {
		t.Error("the list in another language is not narrowed alike")
	}
	if !strings.Contains(plain, "<title>Scam warnings: Students, App or website – ") {
		t.Error("the title does not say what the list is narrowed to")
	}
	for _, kind := range []string{`type="application/feed+json" href="/feeds/warnings.en.json"`, `type="application/atom+xml" href="/feeds/warnings.en.atom"`} {
		if !strings.Contains(plain, `<link rel="alternate" `+kind) {
			t.Errorf("the head does not name the feed %s", kind)
		}
	}
}

func TestWarningPage(t *testing.T) {
	t.Parallel()
	b := setupWarned(t)
	text := body(t, b.ask(http.MethodGet, "/en/warnings/SZFX-2026-0001"))
	at := 0
	for _, want := range []string{ // in this order
		"<h1>Title 1en</h1>", `<time datetime="2026-01-28">28 January 2026</time>`, "Take care", "SZFX-2026-0001",
		"An authority, Notice.", `href="https://authority.example/notice"`, "Summary &lt;1en&gt; &amp; more.",
		`<blockquote class="message"><p class="said">“Flag one”</p></blockquote>`, "<li>How one.</li>", "<li>Do two.</li>", `href="tel:110">110</a>.</li>`,
		`href="tel:110"><svg`, `href="tel:96110"><svg`, `href="/en/scammed"`, `href="/en/learn/spot-a-scam"`, `href="/en/tools/loan-cost"`,
		`href="/en/warnings?scheme=TF-CS"`, "does not accuse", "Words explained", "Checked on 25 November 2026",
	} {
		next := strings.Index(text[at:], want)
		if next < 0 {
			t.Fatalf("%s is missing, or comes too early", want)
		}
		at += next
	}
	for _, missing := range []string{"SZFX-2026-0009", "nothing", "SZFX-2026-0001.en"} {
		if r := b.ask(http.MethodGet, "/en/warnings/"+missing); r.StatusCode != http.StatusNotFound {
			t.Errorf("%s answers %d", missing, r.StatusCode)
		}
	}
	stale := body(t, b.ask(http.MethodGet, "/zh-Hant/warnings/SZFX-2026-0001"))
	if !strings.Contains(stale, `class="notice caution"`) || strings.Contains(body(t, b.ask(http.MethodGet, "/zh-Hans/warnings/SZFX-2026-0001")), `class="notice caution"`) {
		t.Error("a translation without a stamp is not marked, or its source is")
	}
}

// From a lesson to its warnings and back, by ids alone.
func TestLessonsShowTheirWarnings(t *testing.T) {
	t.Parallel()
	b := setupWarned(t)
	for slug, want := range map[string]string{"spot-a-scam": "0003 0001", "after-a-scam": "0001 0002"} {
		if got := listed(body(t, b.ask(http.MethodGet, "/en/learn/"+slug))); got != want {
			t.Errorf("%s shows %q, want %q", slug, got, want)
		}
	}
	many := samples()
	for name, f := range samples() {
		many[strings.Replace(name, "-000", "-001", 1)] = f
	}
	text := body(t, setupWith(t, nil, library.Overlay(many, unwarned)).ask(http.MethodGet, "/en/learn/spot-a-scam"))
	if got := listed(text); got != "0013 0011 0003" || !strings.Contains(text, "See all warnings") {
		t.Errorf("of many warnings a lesson shows %q, want the newest three and the way to all", got)
	}
	if text := body(t, b.ask(http.MethodGet, "/zh-Hans/")); !strings.Contains(text, `<a class="door" href="/zh-Hans/warnings">`) {
		t.Error("the door 警 does not lead to the warnings")
	}
}

// Before the first warning is published, everything says so and works.
func TestNoWarningAtAll(t *testing.T) {
	t.Parallel()
	b := setupWith(t, nil, unwarned)
	text := body(t, b.ask(http.MethodGet, "/zh-Hans/warnings"))
	if !strings.Contains(text, "现在还没有发布提醒") || !strings.Contains(text, `href="/zh-Hans/learn"`) || strings.Contains(text, "facets") {
		t.Error("the empty list does not say that it is, offers no way on, or narrows nothing")
	}
	if text := body(t, b.ask(http.MethodGet, "/zh-Hans/learn/spot-a-scam")); strings.Contains(text, "这类骗局的提醒") {
		t.Error("a lesson has a heading above no warnings")
	}
	for _, path := range []string{"/feeds/warnings.en.json", "/feeds/warnings.en.atom", "/api/v1/warnings"} {
		if r := b.ask(http.MethodGet, path); r.StatusCode != http.StatusOK {
			t.Errorf("%s answers %d", path, r.StatusCode)
		}
	}
	if r := b.ask(http.MethodGet, "/zh-Hans/warnings/SZFX-2026-0001"); r.StatusCode != http.StatusNotFound {
		t.Errorf("a warning that is not there answers %d", r.StatusCode)
	}
}
