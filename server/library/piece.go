package library

import (
	"fmt"
	"html/template"
	"io/fs"
	"path"

	"anxin/server/locale"
)

// Piece is a module's interactive piece. Every kind is a plain form that the server answers:
//
//	sorter     messages, of which the reader says whether they are genuine
//	checklist  things to tick
//	compare    two offers side by side, of which one costs less (compare.go)
//	letter     questions whose answers become a letter (letter.go)
type Piece struct {
	SourceHash string    `yaml:"source_hash"`
	Kind       string    `yaml:"kind"`
	Title      Text      `yaml:"title"`
	Intro      Text      `yaml:"intro"`
	Rounds     Text      `yaml:"rounds"`  // for editors: how a sorter's rounds are made up
	Items      []*Sorted `yaml:"items"`   // sorter
	Groups     []*Group  `yaml:"groups"`  // checklist
	Pairs      []*Pair   `yaml:"pairs"`   // compare
	Fields     []*Field  `yaml:"fields"`  // letter
	Heading    Text      `yaml:"heading"` // letter: what stands above it, where anything does
	Letter     []Text    `yaml:"letter"`  // letter: its paragraphs

	File  string      `yaml:"-"`
	Lang  locale.Code `yaml:"-"`
	Stale bool        `yaml:"-"`
	Shown struct {
		Title string
		Intro template.HTML
	} `yaml:"-"`
	Used       Used `yaml:"-"` // what the introduction, a checklist and a letter's questions use
	LetterUsed Used `yaml:"-"` // what the letter itself uses
	heading    template.HTML
	paragraphs []paragraph
}

// Sorted is one message of a sorter: the reader says whether it is genuine.
type Sorted struct {
	ID       string `yaml:"id"`
	Round    int    `yaml:"round"`
	Genuine  bool   `yaml:"genuine"`
	Message  `yaml:",inline"`
	Because  Text `yaml:"because"`
	Tempting Text `yaml:"tempting"`
	Hint     Text `yaml:"hint"`

	Item   *Item         `yaml:"-"` // the same as a question with the two options genuine (a) and fake (b)
	Tempts template.HTML `yaml:"-"`
	Why    template.HTML `yaml:"-"`
}

// Group is one part of a checklist.
type Group struct {
	ID    string  `yaml:"id"`
	Title Text    `yaml:"title"`
	Items []*Tick `yaml:"items"`

	Shown struct{ Title template.HTML } `yaml:"-"`
}

// Tick is one thing to do or to find.
type Tick struct {
	ID    string `yaml:"id"`
	Label Text   `yaml:"label"`
	How   Text   `yaml:"how"`

	Shown struct{ Label, How template.HTML } `yaml:"-"`
}

// The two options of a sorter's message.
const (
	Genuine = "a"
	Fake    = "b"
)

// Round returns the messages of one round, counted from 1.
func (p *Piece) Round(n int) []*Sorted {
	var list []*Sorted
	for _, it := range p.Items {
		if it.Round == n {
			list = append(list, it)
		}
	}
	return list
}

// LastRound is the number of rounds.
func (p *Piece) LastRound() int {
	last := 0
	for _, it := range p.Items {
		last = max(last, it.Round)
	}
	return last
}

// HasPiece tells whether the module has an interactive piece.
func (l *Library) HasPiece(m *Module) bool {
	_, err := fs.Stat(l.fsys, "pieces/"+m.Slug+"."+string(locale.Hans)+".yaml")
	return err == nil
}

// Piece is the module's interactive piece in a language; nil where the module has none.
func (l *Library) Piece(m *Module, code locale.Code) (*Piece, error) {
	if !l.HasPiece(m) {
		return nil, nil //nolint:nilnil // a module need not have a piece; the caller draws none
	}
	return once(l, l.pieces, "pieces/"+m.Slug+"."+string(code)+".yaml", l.parsePiece)
}

func (l *Library) parsePiece(file string) (*Piece, Problems) {
	p := &Piece{File: file, Lang: langOf(file)}
	data, err := fs.ReadFile(l.fsys, file)
	if err != nil {
		return nil, Problems{{path.Clean(file), 1, "translation", "is missing"}}
	}
	if ps := decode(file, data, 0, p); ps != nil {
		return nil, ps
	}
	s := &scope{lib: l, lang: p.Lang, file: file, used: &p.Used}
	p.Shown.Title, p.Shown.Intro = s.plain(p.Title), s.html(p.Intro)
	s.kind(p)
	p.Stale = s.translation(data, p.SourceHash)
	if p.Lang != locale.Hans {
		if src, err := once(l, l.pieces, sourceOf(file), l.parsePiece); err == nil {
			s.compare(src.shape(), p.shape())
		}
	}
	return p, s.problems
}

// kind reads what a piece of its kind is made of, and finds what only pieces of another kind have.
func (s *scope) kind(p *Piece) {
	kinds := []struct {
		name, parts string
		has         bool
		read        func(*Piece)
	}{
		{"sorter", "items", len(p.Items) > 0, s.sorter},
		{"checklist", "groups", len(p.Groups) > 0, s.checklist},
		{"compare", "pairs", len(p.Pairs) > 0, s.pairs},
		{"letter", "fields and letter", len(p.Fields) > 0 || len(p.Letter) > 0 || p.Heading.Raw != "", s.letter},
	}
	known := false
	for _, k := range kinds {
		switch {
		case k.name != p.Kind && k.has:
			s.problem(1, "format", "%s belong to a piece of kind %s, this one is of kind %s", k.parts, k.name, p.Kind)
		case k.name == p.Kind && !k.has:
			s.problem(1, "format", "a %s has %s, this one has none", k.name, k.parts)
		}
		if k.name == p.Kind {
			known = true
			k.read(p)
		}
	}
	if !known {
		s.problem(1, "format", "kind is %q: write sorter, checklist, compare or letter", p.Kind)
	}
}

func (p *Piece) shape() (list []string) {
	for _, it := range p.Items {
		list = append(list, fmt.Sprintf("%s round=%d genuine=%t %s", it.ID, it.Round, it.Genuine, it.Kind))
	}
	for _, g := range p.Groups {
		for _, t := range g.Items {
			list = append(list, g.ID+"."+t.ID)
		}
	}
	for _, pair := range p.Pairs {
		list = append(list, pair.shape())
	}
	for _, f := range p.Fields {
		list = append(list, f.shape())
	}
	return list
}

func (s *scope) sorter(p *Piece) {
	genuine := map[int]int{}
	for _, it := range p.Items {
		item := &Item{ID: it.ID, Message: &it.Message, Hint: it.Hint}
		s.used = &item.Used
		s.message(item.Message)
		s.used = &item.HintUsed
		item.Shown.Hint = s.html(it.Hint)
		s.used = &item.Used
		item.Used.merge(item.HintUsed)
		it.Why, it.Tempts = s.html(it.Because), s.html(it.Tempting)
		item.Options = []*Option{{ID: Genuine, Right: it.Genuine}, {ID: Fake, Right: !it.Genuine}}
		it.Item = item
		if it.Genuine {
			genuine[it.Round]++
		}
		if it.Round < 1 {
			s.problem(it.From.Line, "format", "message %s: round is counted from 1", it.ID)
		}
		if it.Because.Raw == "" || it.Tempting.Raw == "" || it.Hint.Raw == "" {
			s.problem(it.From.Line, "format", "message %s: because, tempting and hint are all needed", it.ID)
		}
	}
	for n := 1; n <= p.LastRound(); n++ {
		if len(p.Round(n)) == 0 {
			s.problem(1, "format", "round %d has no messages and round %d has: count the rounds without a gap", n, p.LastRound())
			return
		}
		if 2*genuine[n] != len(p.Round(n)) {
			s.problem(1, "format", "round %d: %d of %d messages are genuine, it should be half", n, genuine[n], len(p.Round(n)))
		}
	}
}

func (s *scope) checklist(p *Piece) {
	seen := map[string]bool{}
	for _, g := range p.Groups {
		g.Shown.Title = s.label(g.Title)
		for _, t := range g.Items {
			t.Shown.Label, t.Shown.How = s.label(t.Label), s.html(t.How)
			if key := g.ID + "." + t.ID; seen[key] {
				s.problem(t.Label.Line, "reference", "%s stands twice", key)
			} else {
				seen[key] = true
			}
		}
	}
}
