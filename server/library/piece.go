package library

import (
	"fmt"
	"html/template"
	"io/fs"
	"path"

	"anxin/server/locale"
)

// Piece is a module's interactive piece: a sorter of messages, or a checklist. Both are plain forms that the server
// answers.
type Piece struct {
	SourceHash string    `yaml:"source_hash"`
	Kind       string    `yaml:"kind"` // sorter or checklist
	Title      Text      `yaml:"title"`
	Intro      Text      `yaml:"intro"`
	Items      []*Sorted `yaml:"items"`  // sorter
	Groups     []*Group  `yaml:"groups"` // checklist
	Rounds     Text      `yaml:"rounds"` // for editors: how the rounds are made up

	File  string      `yaml:"-"`
	Lang  locale.Code `yaml:"-"`
	Stale bool        `yaml:"-"`
	Shown struct {
		Title string
		Intro template.HTML
	} `yaml:"-"`
	Used Used `yaml:"-"` // what the introduction and a checklist use
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
	switch p.Kind {
	case "sorter":
		s.sorter(p)
	case "checklist":
		s.checklist(p)
	default:
		s.problem(1, "format", "kind is %q: write sorter or checklist", p.Kind)
	}
	p.Stale = s.translation(data, p.SourceHash)
	if p.Lang != locale.Hans {
		if src, err := once(l, l.pieces, sourceOf(file), l.parsePiece); err == nil {
			s.compare(src.shape(), p.shape())
		}
	}
	return p, s.problems
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
		if 2*genuine[n] != len(p.Round(n)) {
			s.problem(1, "format", "round %d: %d of %d messages are genuine, it should be half", n, genuine[n], len(p.Round(n)))
		}
	}
}

func (s *scope) checklist(p *Piece) {
	seen := map[string]bool{}
	for _, g := range p.Groups {
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
