package library

import (
	"crypto/sha256"
	"fmt"
	"html/template"
	"io/fs"
	"net/url"
	"path"
	"regexp"
	"sort"
	"strings"

	"anxin/server/locale"
)

// Warning is one risk warning: what all its languages share. Its texts are [WarningEdition]s.
type Warning struct {
	Code       string   `yaml:"-"`       // SZFX-2026-0001: the name of its files, never given to another one
	Schemes    []string `yaml:"schemes"` // the main one first
	Channels   []string `yaml:"channels"`
	Audience   []string `yaml:"audience"`
	Severity   int      `yaml:"severity"`  // 1 background, 2 a pattern without named offenders
	Certainty  string   `yaml:"certainty"` // reported_pattern
	Modules    []string `yaml:"modules"`   // slugs of the lessons against it
	Tools      []string `yaml:"tools"`
	Source     Source   `yaml:"source"` // its date is the warning's date
	VerifiedOn Date     `yaml:"verified_on"`
	ReviewBy   Date     `yaml:"review_by"`
}

// WarningEdition is a warning's text in one language, rendered.
type WarningEdition struct {
	Title, Summary string // in plain words
	HowItWorks     []Line
	RedFlags       []Line // what is said, in the swindler's voice
	WhatToDo       []Line
	IfAlreadyPaid  []Line

	File  string
	Lang  locale.Code
	Used  Used
	Stale bool // the source has changed since this translation was made

	texts warningTexts
}

// Line is one entry of a list of texts, as HTML and in plain words.
type Line struct {
	HTML  template.HTML
	Plain string
}

// Plain is all that stands below the title in plain words, an entry a line: for searching and for feeds.
func (e *WarningEdition) Plain() string {
	lines := []string{e.Summary}
	for _, list := range [][]Line{e.HowItWorks, e.RedFlags, e.WhatToDo, e.IfAlreadyPaid} {
		for _, l := range list {
			lines = append(lines, l.Plain)
		}
	}
	return strings.Join(lines, "\n")
}

// warningTexts are the fields that stand in every language.
type warningTexts struct {
	SourceHash    string `yaml:"source_hash"`
	Title         Text   `yaml:"title"`
	Summary       Text   `yaml:"summary"`
	HowItWorks    []Text `yaml:"how_it_works"`
	RedFlags      []Text `yaml:"red_flags"`
	WhatToDo      []Text `yaml:"what_to_do"`
	IfAlreadyPaid []Text `yaml:"if_already_paid"`
}

// warningFile is a file as it stands; the fields of Warning stand in the source only.
type warningFile struct {
	Warning      `yaml:",inline"`
	warningTexts `yaml:",inline"`
}

// A warning without named offenders is at most of severity 2 and of this certainty. More would need a legal review,
// which nobody of ours can give.
const (
	highestSeverity = 2
	ReportedPattern = "reported_pattern"
)

// warningLists are the lists of a warning's text with the fewest and most entries each may have.
var warningLists = []struct {
	name        string
	least, most int
	of          func(*warningTexts) []Text
}{
	{"how_it_works", 3, 5, func(t *warningTexts) []Text { return t.HowItWorks }},
	{"red_flags", 4, 7, func(t *warningTexts) []Text { return t.RedFlags }},
	{"what_to_do", 3, 5, func(t *warningTexts) []Text { return t.WhatToDo }},
	{"if_already_paid", 2, 4, func(t *warningTexts) []Text { return t.IfAlreadyPaid }},
}

var warningCode = regexp.MustCompile(`^SZFX-\d{4}-\d{4}$`)

func (w *Warning) file(code locale.Code) string {
	return "warnings/" + w.Code + "." + string(code) + ".yaml"
}

// Warnings returns every warning, newest first.
func (l *Library) Warnings() []*Warning { return l.warnings }

// Warning finds a warning by its code.
func (l *Library) Warning(code string) (*Warning, bool) {
	for _, w := range l.warnings {
		if w.Code == code {
			return w, true
		}
	}
	return nil, false
}

// WarningEdition is the warning's text in a language, parsed when first asked for.
func (l *Library) WarningEdition(w *Warning, code locale.Code) (*WarningEdition, error) {
	return once(l, l.alerts, w.file(code), l.parseWarning)
}

// readWarnings reads what all languages of a warning share; its texts wait until somebody asks for them.
func (l *Library) readWarnings() Problems {
	names, err := fs.Glob(l.fsys, "warnings/*."+string(locale.Hans)+".yaml")
	if err != nil {
		return Problems{{"warnings", 1, "format", err.Error()}}
	}
	var ps Problems
	for _, name := range names {
		f, _, bad := l.readWarning(name)
		if bad == nil {
			w := f.Warning
			w.Code = strings.TrimSuffix(path.Base(name), "."+string(locale.Hans)+".yaml")
			bad = l.warningProblems(name, &w)
			l.warnings = append(l.warnings, &w)
		}
		ps = append(ps, bad...)
	}
	sort.Slice(l.warnings, func(i, j int) bool {
		a, b := l.warnings[i], l.warnings[j]
		if !a.Source.Date.Equal(b.Source.Date.Time) {
			return a.Source.Date.After(b.Source.Date.Time)
		}
		return a.Code > b.Code
	})
	return ps
}

func (l *Library) readWarning(file string) (f warningFile, found bool, ps Problems) {
	data, err := fs.ReadFile(l.fsys, file)
	if err != nil {
		return f, false, Problems{{file, 1, "translation", "is missing"}}
	}
	return f, true, decode(file, data, 0, &f)
}

func (l *Library) warningProblems(file string, w *Warning) Problems {
	var ps Problems
	bad := func(rule, format string, args ...any) {
		ps = append(ps, Problem{file, 1, rule, fmt.Sprintf(format, args...)})
	}
	known := func(what string, ids []string, exists func(string) bool) {
		for _, id := range ids {
			if !exists(id) {
				bad("reference", "%s %q is not in taxonomy.yaml", what, id)
			}
		}
	}
	among := func(tags []Tag) func(string) bool {
		return func(id string) bool { _, ok := Find(tags, id); return ok }
	}
	if !warningCode.MatchString(w.Code) {
		bad("format", "a warning's code is SZFX, the year and four digits: name the file such as SZFX-2026-0001.zh-Hans.yaml")
	}
	known("scheme", w.Schemes, among(l.taxonomy.Schemes))
	known("channel", w.Channels, among(l.taxonomy.Channels))
	known("audience", w.Audience, among(l.taxonomy.Audiences))
	known("tool", w.Tools, among(l.taxonomy.Tools))
	for _, slug := range w.Modules {
		if _, published := l.Module(slug); !published && !l.draft(slug) {
			bad("reference", "there is no module %q", slug)
		}
	}
	if len(w.Schemes) == 0 || len(w.Channels) == 0 || len(w.Audience) == 0 || len(w.Modules) == 0 {
		bad("format", "schemes, channels, audience and modules are all needed")
	}
	if w.Severity < 1 || w.Severity > highestSeverity || w.Certainty != ReportedPattern {
		bad("format", "severity is %d and certainty %q: write severity 1 or 2 and certainty %s", w.Severity, w.Certainty, ReportedPattern)
	}
	for _, code := range locale.All {
		if w.Source.Issuer.In(code) == "" || w.Source.Title.In(code) == "" {
			bad("source", "no source in %s: name the issuer and the title", code)
		}
	}
	if w.Source.Date.IsZero() {
		bad("source", "the source has no date, which would be the warning's")
	}
	if u, err := url.Parse(w.Source.URL); err != nil || w.Source.URL != "" && (u.Scheme != "https" && u.Scheme != "http" || u.Host == "") {
		bad("source", "url %q: write the issuer's own address with https://, or leave it out", w.Source.URL)
	}
	switch {
	case w.VerifiedOn.IsZero() || w.ReviewBy.IsZero():
		bad("source", "verified_on and review_by are both needed")
	case w.VerifiedOn.Before(w.Source.Date.Time) || w.ReviewBy.Before(w.VerifiedOn.Time):
		bad("source", "the source's date, verified_on and review_by follow each other")
	}
	return ps
}

func (l *Library) parseWarning(file string) (*WarningEdition, Problems) {
	f, _, bad := l.readWarning(file)
	if bad != nil {
		return nil, bad
	}
	e := &WarningEdition{File: file, Lang: langOf(file), texts: f.warningTexts}
	s := &scope{lib: l, lang: e.Lang, file: file, used: &e.Used}
	e.Title, e.Summary = s.plain(f.Title), s.plain(f.Summary)
	if e.Title == "" || e.Summary == "" {
		s.problem(1, "format", "title and summary are both needed")
	}
	e.HowItWorks, e.RedFlags = s.lines(f.HowItWorks), s.lines(f.RedFlags)
	e.WhatToDo, e.IfAlreadyPaid = s.lines(f.WhatToDo), s.lines(f.IfAlreadyPaid)
	for _, list := range warningLists {
		if n := len(list.of(&e.texts)); n < list.least || n > list.most {
			s.problem(1, "shape", "%s has %d entries, it should have %d to %d", list.name, n, list.least, list.most)
		}
	}
	if e.Lang == locale.Hans {
		return e, s.problems
	}
	if !f.headless() {
		s.problem(1, "format", "schemes, channels, audience, severity, certainty, modules, tools, source and dates stand in the source only")
	}
	src, _, bad := l.readWarning(sourceOf(file))
	e.Stale = bad != nil || f.SourceHash != src.hash()
	if bad == nil { // else the source's own problems are told where it is loaded
		s.compare(src.shape(), f.shape())
	}
	return e, s.problems
}

func (s *scope) lines(texts []Text) []Line {
	lines := make([]Line, 0, len(texts))
	for _, t := range texts {
		if strings.TrimSpace(t.Raw) == "" {
			s.problem(t.Line, "format", "nothing stands behind the dash")
		}
		lines = append(lines, Line{s.html(t), s.lib.PlainText(t.Raw, s.lang)})
	}
	return lines
}

// headless tells that a file has none of the fields that stand in the source only.
func (w *Warning) headless() bool {
	return w.Schemes == nil && w.Channels == nil && w.Audience == nil && w.Modules == nil && w.Tools == nil &&
		w.Severity == 0 && w.Certainty == "" && w.Source.Issuer == nil && w.Source.Title == nil && w.Source.Date.IsZero() &&
		w.Source.URL == "" && w.VerifiedOn.IsZero() && w.ReviewBy.IsZero()
}

func (t *warningTexts) shape() (list []string) {
	for _, l := range warningLists {
		list = append(list, fmt.Sprintf("%d entries in %s", len(l.of(t)), l.name))
	}
	return list
}

// hash names the state of a source that a translation was made from: its words. A warning that was only verified again
// is still translated.
func (t *warningTexts) hash() string {
	h := sha256.New()
	h.Write([]byte(t.Title.Raw + "\n" + t.Summary.Raw + "\n"))
	for _, l := range warningLists {
		h.Write([]byte(l.name + "\n"))
		for _, text := range l.of(t) {
			h.Write([]byte(text.Raw + "\n"))
		}
	}
	return shortHash(h.Sum(nil))
}

func (e *WarningEdition) passages() (ps []Passage) {
	add := func(role Role, section int, t Text) {
		if t.Raw != "" {
			ps = append(ps, Passage{e.File, t.Line, e.Lang, "R2", role, section, t.Raw})
		}
	}
	add(Heading, 0, e.texts.Title)
	add(Prose, 0, e.texts.Summary)
	for i, l := range warningLists {
		role := Prose
		if l.name == "red_flags" {
			role = Quoted
		}
		for _, t := range l.of(&e.texts) {
			add(role, i+1, t)
		}
	}
	return ps
}
