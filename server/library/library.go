// Package library is what citizens read: modules to learn from with their quizzes and interactive pieces, risk warnings,
// prose pages, the facts these rest on, the glossary, and the public bodies they name.
//
// Content is data: files under content/, written by editors in the format that CONTRIBUTING.md describes. [Open] reads
// the small shared files (taxonomy, facts, glossary, authorities) and every module's front matter; a text is parsed when
// somebody first asks for it. [Library.LoadAll] reads everything at once and lists each mistake by file and line.
package library

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"sort"
	"strings"
	"sync"
	"time"

	"anxin/server/locale"
)

// Library answers for one set of content files. It never changes once open and may be used by many requests at once.
type Library struct {
	fsys     fs.FS
	taxonomy Taxonomy
	facts    map[string]*Fact
	terms    map[string]*Term
	bodies   []*Authority
	operator Operator
	modules  []*Module // in the order of tracks, then of ids
	pages    map[string]*Page
	warnings []*Warning // newest first
	ways     []*way

	mu       sync.Mutex
	editions map[string]*Edition // by file
	quizzes  map[string]*Quiz
	pieces   map[string]*Piece
	alerts   map[string]*WarningEdition
}

// Problem is a mistake in a content file, with the place where an editor mends it.
type Problem struct {
	File    string
	Line    int
	Rule    string // which rule, as the allow-list names it
	Message string // what is wrong and how to mend it
}

func (p Problem) String() string { return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Message) }

// Problems is an error that lists every mistake.
type Problems []Problem //nolint:errname // a list of problems first, an error where one is wanted

func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// Sort orders problems by file, line, rule and message.
func (ps Problems) Sort() {
	sort.SliceStable(ps, func(i, j int) bool {
		if ps[i].File != ps[j].File {
			return ps[i].File < ps[j].File
		}
		if ps[i].Line != ps[j].Line {
			return ps[i].Line < ps[j].Line
		}
		if ps[i].Rule != ps[j].Rule {
			return ps[i].Rule < ps[j].Rule
		}
		return ps[i].Message < ps[j].Message
	})
}

// Open reads the content in fsys. Mistakes in the shared files and in front matter come back as [Problems].
func Open(fsys fs.FS) (*Library, error) {
	l := &Library{
		fsys: fsys, facts: map[string]*Fact{}, terms: map[string]*Term{}, pages: map[string]*Page{},
		editions: map[string]*Edition{}, quizzes: map[string]*Quiz{}, pieces: map[string]*Piece{},
		alerts: map[string]*WarningEdition{},
	}
	ps := l.readTaxonomy()
	var facts Problems
	var beside sync.WaitGroup
	beside.Go(func() { facts = l.readFacts() }) // they are half of all that is read here
	for _, read := range []func() Problems{l.readGlossary, l.readAuthorities, l.readModules, l.readPages, l.readWarnings} {
		ps = append(ps, read()...)
	}
	beside.Wait()
	ps = append(append(ps, facts...), l.readWays()...)
	if len(ps) > 0 {
		ps.Sort()
		return nil, ps
	}
	return l, nil
}

// Taxonomy holds every shared id.
func (l *Library) Taxonomy() *Taxonomy { return &l.taxonomy }

// Fact finds a fact by its id.
func (l *Library) Fact(id string) (*Fact, bool) { f, ok := l.facts[id]; return f, ok }

// Facts returns every fact, sorted by id.
func (l *Library) Facts() []*Fact { return sortedByID(l.facts, func(f *Fact) string { return f.ID }) }

// Term finds a glossary term by its id.
func (l *Library) Term(id string) (*Term, bool) { t, ok := l.terms[id]; return t, ok }

// Terms returns the whole glossary, sorted by id.
func (l *Library) Terms() []*Term { return sortedByID(l.terms, func(t *Term) string { return t.ID }) }

// Operator is who runs this site.
func (l *Library) Operator() Operator { return l.operator }

// Authorities returns the public bodies, in file order.
func (l *Library) Authorities() []*Authority { return l.bodies }

// Modules returns the published modules in the order of the catalogue.
func (l *Library) Modules() []*Module { return l.modules }

// Module finds a published module by its slug.
func (l *Library) Module(slug string) (*Module, bool) {
	for _, m := range l.modules {
		if m.Slug == slug {
			return m, true
		}
	}
	return nil, false
}

// Page finds a prose page by its name, such as scammed or about-sources.
func (l *Library) Page(name string) (*Page, bool) { p, ok := l.pages[name]; return p, ok }

// Pages returns every prose page, sorted by name.
func (l *Library) Pages() []*Page { return sortedByID(l.pages, func(p *Page) string { return p.Name }) }

// LoadAll parses everything there is and returns every mistake found on the way.
func (l *Library) LoadAll() Problems {
	var ps Problems
	for _, m := range l.modules {
		for _, code := range locale.All {
			_, err := l.Edition(m, code)
			ps = append(ps, asProblems(err)...)
			if _, err := l.Quiz(m, code); err != nil {
				ps = append(ps, asProblems(err)...)
			}
			if _, err := l.Piece(m, code); err != nil {
				ps = append(ps, asProblems(err)...)
			}
		}
		if m.HasEasy {
			_, err := l.Easy(m)
			ps = append(ps, asProblems(err)...)
		}
	}
	for _, p := range l.Pages() {
		for _, code := range locale.All {
			_, err := l.PageEdition(p, code)
			ps = append(ps, asProblems(err)...)
		}
	}
	for _, w := range l.warnings {
		for _, code := range locale.All {
			_, err := l.WarningEdition(w, code)
			ps = append(ps, asProblems(err)...)
		}
	}
	for _, code := range locale.All {
		_, err := l.Ways(code)
		ps = append(ps, asProblems(err)...)
	}
	ps = append(ps, l.strayFiles()...)
	ps = append(ps, l.askedProblems()...)
	ps.Sort()
	return slices.Compact(ps) // an easy-read sentence is parsed twice: in its paragraph and by itself
}

// strayFiles finds content files that nothing reads: a misspelt name would otherwise vanish without a word. Hidden
// files, which some systems leave everywhere, are none of ours.
func (l *Library) strayFiles() Problems {
	var ps Problems
	visible := func(pattern string) []string {
		names, _ := fs.Glob(l.fsys, pattern) // an error only where the pattern is wrong
		return slices.DeleteFunc(names, func(name string) bool { return strings.HasPrefix(path.Base(name), ".") })
	}
	for _, name := range append(visible("quizzes/*"), visible("pieces/*")...) {
		slug, rest, _ := strings.Cut(path.Base(name), ".")
		_, known := l.Module(slug)
		if _, ok := locale.Parse(strings.TrimSuffix(rest, ".yaml")); !known && !l.draft(slug) || !ok {
			ps = append(ps, Problem{name, 1, "reference", "belongs to no module: name it <slug of a module>.<language>.yaml"})
		}
	}
	for _, name := range append(visible("modules/*/*"), visible("pages/*/*")...) {
		code, ok := locale.Parse(strings.TrimSuffix(path.Base(name), ".md"))
		if read := ok && path.Base(name) == string(code)+".md"; !read && (path.Base(name) != easyFile || !strings.HasPrefix(name, "modules/")) {
			ps = append(ps, Problem{name, 1, "reference", "is read by nothing: a text is named zh-Hans.md, zh-Hant.md or en.md, a lesson's easy-read twin " + easyFile})
		}
	}
	names, err := fs.Glob(l.fsys, "warnings/*")
	if err != nil {
		return ps
	}
	for _, name := range names {
		code, rest, _ := strings.Cut(path.Base(name), ".")
		_, known := l.Warning(code)
		if _, ok := locale.Parse(strings.TrimSuffix(rest, ".yaml")); (!known || !ok) && path.Base(name) != "README.md" {
			ps = append(ps, Problem{name, 1, "reference", "belongs to no warning: name it <code>.<language>.yaml, beside the code's zh-Hans"})
		}
	}
	return ps
}

func (l *Library) draft(slug string) bool {
	_, err := fs.Stat(l.fsys, "modules/"+slug)
	return err == nil
}

// LastVerified is the newest day on which any fact was verified.
func (l *Library) LastVerified() time.Time {
	var newest time.Time
	for _, f := range l.facts {
		if f.VerifiedOn.After(newest) {
			newest = f.VerifiedOn.Time
		}
	}
	return newest
}

func asProblems(err error) Problems {
	if err == nil {
		return nil
	}
	if ps, ok := err.(Problems); ok { //nolint:errorlint // never wrapped within this package
		return ps
	}
	return Problems{{Message: err.Error()}}
}

func sortedByID[T any](m map[string]T, id func(T) string) []T {
	list := make([]T, 0, len(m))
	for _, v := range m {
		list = append(list, v)
	}
	sort.Slice(list, func(i, j int) bool { return id(list[i]) < id(list[j]) })
	return list
}
