// Package proof reads content and catalogues as a careful editor would, and lists every mistake by file and line: the
// command "check".
//
// What is wrong is an error. What only ages (a review date that has passed, a translation older than its source) is a
// warning until a release is made. Exceptions stand in lint/allow.yaml, each with its reason; one that nothing needs
// any more is an error itself.
package proof

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"sort"
	"strings"
	"time"

	yaml "go.yaml.in/yaml/v3"

	"anxin/server/library"
	"anxin/server/locale"
	"anxin/server/policy"
	"anxin/server/workday"
)

// Proof is what is to be read.
type Proof struct {
	Content    fs.FS
	Catalogues fs.FS
	Today      time.Time
	Release    bool // what only ages is an error, too
}

// Report is what was found.
type Report struct {
	Errors, Warnings []Finding
}

// Finding is one mistake. Text is the part of the text it is about, by which the allow-list names it.
type Finding struct {
	library.Problem
	Text string
}

func (f Finding) String() string { return f.Problem.String() + " [" + f.Rule + "]" }

// Allowed is an exception: a text that a rule forbids and that is right all the same.
type Allowed struct {
	Rule   string `yaml:"rule"`
	File   string `yaml:"file"` // as path.Match has it; empty for every file
	Text   string `yaml:"text"`
	Reason string `yaml:"reason"`

	used bool
}

// Read proofreads everything. The error tells that it could not be read at all.
func (p Proof) Read() (Report, error) {
	lib, err := library.Open(p.Content)
	if err != nil {
		ps, ok := err.(library.Problems) //nolint:errorlint // Open returns it as it is
		if !ok {
			return Report{}, err
		}
		return Report{Errors: findings(ps)}, nil
	}
	clocks, err := policy.Open(p.Content)
	if err != nil {
		ps, ok := err.(library.Problems) //nolint:errorlint // Open returns it as it is
		if !ok {
			return Report{}, err
		}
		return Report{Errors: findings(ps)}, nil
	}
	rules, err := p.rules(lib)
	if err != nil {
		return Report{}, err
	}
	found := findings(lib.LoadAll())
	for _, passage := range slices.Concat(lib.Passages(), clocks.Passages(), rules.cataloguePassages) {
		found = append(found, rules.passage(passage)...)
	}
	found = append(found, rules.documents(lib.Passages())...)
	found = append(found, p.parity()...)
	found = append(found, counterparts(lib)...)
	found = append(found, doors(lib, clocks)...)
	aging := p.aging(lib, clocks)
	report := Report{Errors: rules.except(found)}
	if p.Release {
		report.Errors = append(report.Errors, aging...)
	} else {
		report.Warnings = aging
	}
	sortFindings(report.Errors)
	sortFindings(report.Warnings)
	return report, nil
}

func findings(ps library.Problems) []Finding {
	var fs []Finding
	for _, p := range ps {
		fs = append(fs, Finding{Problem: p, Text: p.Message})
	}
	return fs
}

func sortFindings(fs []Finding) {
	sort.SliceStable(fs, func(i, j int) bool {
		if fs[i].File != fs[j].File {
			return fs[i].File < fs[j].File
		}
		return fs[i].Line < fs[j].Line
	})
}

// except takes out what is allowed, says once what is found twice, and complains of exceptions that nothing needs.
func (r *rules) except(found []Finding) []Finding {
	var left []Finding
	seen := map[string]bool{}
	for _, f := range found {
		if key := f.String(); !seen[key] && !r.allowed(f) {
			seen[key] = true
			left = append(left, f)
		}
	}
	for i, a := range r.allow {
		if a.Reason == "" {
			left = append(left, Finding{Problem: library.Problem{File: allowFile, Line: i + 1, Rule: "allow", Message: "exception for " + a.Text + " gives no reason"}})
		}
		if !a.used {
			left = append(left, Finding{Problem: library.Problem{File: allowFile, Line: i + 1, Rule: "allow", Message: fmt.Sprintf("nothing needs the exception of %q from %s any more: take it out", a.Text, a.Rule)}})
		}
	}
	return left
}

func (r *rules) allowed(f Finding) bool {
	ok := false
	for _, a := range r.allow {
		match, err := path.Match(a.File, f.File)
		if a.Rule == f.Rule && a.Text == f.Text && (a.File == "" || err == nil && match) {
			a.used, ok = true, true
		}
	}
	return ok
}

// aging lists what is right today and will not stay so.
func (p Proof) aging(lib *library.Library, clocks *policy.Policy) []Finding {
	var found []Finding
	today := workday.DateOf(p.Today.In(locale.Shanghai))
	due := func(file string, line int, what string, by library.Date) {
		if p.Today.After(by.AddDate(0, 0, 1)) {
			found = append(found, Finding{Problem: library.Problem{
				File: file, Line: line, Rule: "review",
				Message: what + " was to be checked again by " + by.Format(time.DateOnly),
			}})
		}
	}
	stale := func(file string, is bool) {
		if is {
			found = append(found, Finding{Problem: library.Problem{
				File: file, Line: 1, Rule: "stale",
				Message: "was translated from an older state of its source: bring it up to date, then: go run ./server check --stamp content/" + file,
			}})
		}
	}
	for _, m := range lib.Modules() {
		due("modules/"+m.Slug+"/zh-Hans.md", 1, "the module", m.ReviewBy)
		for _, code := range locale.All[1:] {
			if e, err := lib.Edition(m, code); err == nil {
				stale(e.File, e.Stale)
			}
			if q, err := lib.Quiz(m, code); err == nil {
				stale(q.File, q.Stale)
			}
			if piece, err := lib.Piece(m, code); err == nil && piece != nil {
				stale(piece.File, piece.Stale)
			}
		}
	}
	for _, w := range lib.Warnings() {
		due("warnings/"+w.Code+".zh-Hans.yaml", 1, "the warning", w.ReviewBy)
		for _, code := range locale.All[1:] {
			if e, err := lib.WarningEdition(w, code); err == nil {
				stale(e.File, e.Stale)
			}
		}
	}
	for _, pg := range lib.Pages() {
		due("pages/"+pg.Name+"/zh-Hans.md", 1, "the page", pg.ReviewBy)
		for _, code := range locale.All[1:] {
			if e, err := lib.PageEdition(pg, code); err == nil {
				stale(e.File, e.Stale)
			}
		}
	}
	for _, f := range lib.Facts() {
		due(f.File, f.Line, "fact "+f.ID, f.ReviewBy)
		if !f.ValidTo.IsZero() && p.Today.After(f.ValidTo.Time) {
			found = append(found, Finding{Problem: library.Problem{File: f.File, Line: f.Line, Rule: "review", Message: "fact " + f.ID + " was valid until " + f.ValidTo.Format(time.DateOnly)}})
		}
	}
	for _, a := range lib.Authorities() {
		due("authorities/authorities.yaml", 1, "authority "+a.ID, a.ReviewBy)
	}
	for _, c := range clocks.Clocks() {
		due("workflow/clocks.yaml", c.Line(), "clock "+c.ID, c.ReviewBy)
		if now, _ := clocks.Clock(c.ID, today); now == c && !c.ValidTo.IsZero() && today.After(workday.DateOf(c.ValidTo.Time)) {
			found = append(found, Finding{Problem: library.Problem{File: "workflow/clocks.yaml", Line: c.Line(), Rule: "review", Message: "clock " + c.ID + " was valid until " + c.ValidTo.Format(time.DateOnly) + ", and no later state of it stands here"}})
		}
	}
	if !clocks.Calendar.Knows(workday.NewDate(today.Year(), time.January, 1)) {
		found = append(found, Finding{Problem: library.Problem{File: "workflow/holidays.yaml", Line: 1, Rule: "review", Message: fmt.Sprintf("the holidays of %d are missing: every date in it is provisional", today.Year())}})
	}
	return found
}

const (
	allowFile      = "lint/allow.yaml"
	bannedFile     = "lint/banned.yaml"
	charactersFile = "lint/characters.txt"
)

// rules are the rules with the lists they need.
type rules struct {
	lib               *library.Library
	allow             []*Allowed
	banned            []banned
	common            map[rune]bool // characters a reader may be expected to know
	cataloguePassages []library.Passage
}

type banned struct {
	Words []string    `yaml:"words"`
	In    locale.Code `yaml:"in"`
	Why   string      `yaml:"why"`
}

func (p Proof) rules(lib *library.Library) (*rules, error) {
	r := &rules{lib: lib, common: map[rune]bool{}}
	for file, into := range map[string]any{allowFile: &r.allow, bannedFile: &r.banned} {
		data, err := fs.ReadFile(p.Content, file)
		if err == nil {
			err = unmarshal(data, into)
		}
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", file, err)
		}
	}
	data, err := fs.ReadFile(p.Content, charactersFile)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", charactersFile, err)
	}
	for line := range strings.Lines(string(data)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for _, c := range strings.TrimSpace(line) {
			r.common[c] = true
		}
		break // level one only: the second line is for editors who wonder whether a character is rare or very rare
	}
	r.cataloguePassages, err = cataloguePassages(p.Catalogues)
	return r, err
}

// unmarshal reads YAML of one document. Exceptions or words below a second line of --- would be passed over.
func unmarshal(data []byte, into any) error {
	d := yaml.NewDecoder(bytes.NewReader(data))
	if err := d.Decode(into); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	var second yaml.Node
	err := d.Decode(&second)
	if errors.Is(err, io.EOF) {
		return nil
	}
	if err == nil {
		err = fmt.Errorf("line %d: a second document begins here, which nothing reads: take out the line ---", second.Line)
	}
	return err
}
