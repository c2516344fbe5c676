package library

import (
	"strings"

	"github.com/yuin/goldmark/ast"

	"anxin/server/locale"
)

// Passage is one piece of text as an editor wrote it, with the place where it stands: what proofreading looks at.
type Passage struct {
	File    string
	Line    int
	Lang    locale.Code
	Level   string // R1, R2 or R3: how simple the text is meant to be
	Role    Role
	Section int // number of the section within its file
	Raw     string
}

// Role says what a passage is, since not every rule holds for each.
type Role string

const (
	Prose   Role = "prose"   // our own sentences
	Heading Role = "heading" // titles and headings
	Quoted  Role = "quoted"  // what somebody else is made to say: a scam's message may promise anything
	Stated  Role = "stated"  // the wording of a fact or term, where figures are at home
	Name    Role = "name"    // a name, which is not a sentence
)

// Passages returns every piece of text there is, file by file.
func (l *Library) Passages() []Passage {
	var ps []Passage
	for _, m := range l.modules {
		for _, code := range locale.All {
			ps = append(ps, l.markdownPassages("modules/"+m.Slug+"/"+string(code)+".md", code, m.Level)...)
			if q, err := l.Quiz(m, code); err == nil {
				ps = append(ps, q.passages(m.Level)...)
			}
			if p, err := l.Piece(m, code); err == nil && p != nil {
				ps = append(ps, p.passages(m.Level)...)
			}
		}
		if m.HasEasy {
			ps = append(ps, l.markdownPassages("modules/"+m.Slug+"/"+easyFile, locale.Hans, "R1")...)
		}
	}
	for _, p := range l.Pages() {
		for _, code := range locale.All {
			ps = append(ps, l.markdownPassages("pages/"+p.Name+"/"+string(code)+".md", code, "R2")...)
		}
	}
	for _, w := range l.warnings {
		for _, code := range locale.All {
			if e, err := l.WarningEdition(w, code); err == nil {
				ps = append(ps, e.passages()...)
			}
		}
	}
	ps = append(ps, l.wayPassages()...)
	for _, f := range l.Facts() {
		for code, t := range f.Statement {
			ps = append(ps, Passage{f.File, t.Line, code, "R2", Stated, 0, t.Raw})
		}
	}
	for _, t := range l.Terms() {
		for code, e := range t.Explain {
			ps = append(ps, Passage{t.File, e.Line, code, "R2", Prose, 0, e.Raw})
		}
	}
	for _, list := range [][]Tag{
		l.taxonomy.Tracks, l.taxonomy.Audiences, l.taxonomy.Levels, l.taxonomy.Groups, l.taxonomy.Schemes, l.taxonomy.Channels, l.taxonomy.Tools,
	} {
		for _, tag := range list {
			for code, n := range tag.Name {
				ps = append(ps, Passage{taxonomyFile, n.Line, code, "R2", Name, 0, n.Raw})
			}
		}
	}
	return ps
}

func (l *Library) markdownPassages(file string, code locale.Code, level string) []Passage {
	front, body, first, bad := l.readMarkdown(file)
	if bad != nil {
		return nil
	}
	ps := []Passage{
		{file, front.Title.Line, code, level, Heading, 0, front.Title.Raw},
		{file, front.Summary.Line, code, level, Prose, 0, front.Summary.Raw},
	}
	for _, o := range front.Objectives {
		ps = append(ps, Passage{file, o.Line, code, level, Heading, 0, o.Raw})
	}
	s := &scope{lib: l, lang: code, file: file, used: &Used{}}
	doc, rs := s.parse(body, first)
	section := 0
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering || n.Type() != ast.TypeBlock {
			return ast.WalkContinue, nil
		}
		role := Prose
		switch n.Kind() {
		case ast.KindHeading:
			section++
			role = Heading
		case ast.KindParagraph, ast.KindTextBlock:
			if v, ok := n.Parent().Attribute(calloutTag); ok && v.(calloutHead).kind == "message" {
				role = Quoted
			}
		default:
			return ast.WalkContinue, nil
		}
		if n.Lines().Len() == 0 {
			return ast.WalkSkipChildren, nil
		}
		var raw strings.Builder
		for i := range n.Lines().Len() {
			at := n.Lines().At(i)
			line := strings.TrimSpace(string(at.Value(rs.source)))
			if m := drawing.FindStringSubmatch(line); m != nil {
				line = m[1] + "。" // its alternative text is read, too
			}
			if i > 0 {
				raw.WriteByte('\n')
			}
			raw.WriteString(line)
		}
		ps = append(ps, Passage{file, rs.line(n.Lines().At(0).Start), code, level, role, section, raw.String()})
		return ast.WalkSkipChildren, nil
	})
	return ps
}

func (q *Quiz) passages(level string) (ps []Passage) {
	add := func(role Role, section int, t Text) {
		if t.Raw != "" {
			ps = append(ps, Passage{q.File, t.Line, q.Lang, level, role, section, t.Raw})
		}
	}
	for i, it := range q.Items {
		add(Prose, i, it.Prompt)
		if it.Message != nil {
			add(Name, i, it.Message.From)
			add(Quoted, i, it.Message.Text)
		}
		for _, o := range it.Options {
			add(Prose, i, o.Text)
			add(Prose, i, o.Because)
		}
		add(Prose, i, it.Hint)
	}
	return ps
}

func (p *Piece) passages(level string) (ps []Passage) {
	add := func(role Role, section int, t Text) {
		if t.Raw != "" {
			ps = append(ps, Passage{p.File, t.Line, p.Lang, level, role, section, t.Raw})
		}
	}
	add(Heading, 0, p.Title)
	add(Prose, 0, p.Intro)
	for i, it := range p.Items {
		add(Name, i, it.From)
		add(Quoted, i, it.Text)
		add(Prose, i, it.Because)
		add(Prose, i, it.Tempting)
		add(Prose, i, it.Hint)
	}
	for i, g := range p.Groups {
		add(Heading, i, g.Title)
		for _, t := range g.Items {
			add(Prose, i, t.Label)
			add(Prose, i, t.How)
		}
	}
	p.pairPassages(add)
	p.letterPassages(add)
	return ps
}
