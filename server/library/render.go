package library

import (
	"bytes"
	"html/template"
	"regexp"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// Block is one part of a rendered text. Kind says how a template draws it:
//
//	html       HTML: paragraphs, headings, lists
//	message    a message as received: Arg is its kind (sms …), From says who it is from, HTML what it says
//	rule say caution   HTML is what stands inside
//	statement  easy-read: Drawing above HTML, one sentence a line
//	try call piece quiz go   a directive on a line of its own: Arg is its argument
type Block struct {
	Kind    string
	Arg     string
	From    template.HTML
	HTML    template.HTML
	Drawing *Drawing
	Line    int
}

// Drawing is a picture composed of one to three signs.
type Drawing struct {
	Alt   string
	Signs []string
	Leads bool   // the first sign leads to the next (an arrow stands between)
	Over  string // "no": struck out, "yes": ticked, or nothing
}

var markdown = goldmark.New(
	goldmark.WithParserOptions(
		parser.WithInlineParsers(util.Prioritized(directiveParser{}, 50)),
		parser.WithParagraphTransformers(util.Prioritized(calloutTransformer{}, 50)),
	),
	goldmark.WithRendererOptions(html.WithEastAsianLineBreaks(html.EastAsianLineBreaksCSS3Draft), renderer.WithNodeRenderers(util.Prioritized(directiveRenderer{}, 50))),
)

var (
	scopeKey   = parser.NewContextKey()
	calloutTag = []byte("callout")
	callout    = regexp.MustCompile(`^\[!(message|rule|say|caution)(?: +(.*?))?\]\s*$`)
	drawing    = regexp.MustCompile(`^!\[([^\]]+)\]\(sign:([a-z>+-]+)(?:!(yes|no))?\)$`)
)

// directiveNode is a directive within a sentence; Show is what it turned into.
type directiveNode struct {
	ast.BaseInline
	Directive
	show string
}

var kindDirective = ast.NewNodeKind("Directive")

func (n *directiveNode) Kind() ast.NodeKind            { return kindDirective }
func (n *directiveNode) Dump(source []byte, level int) { ast.DumpHelper(n, source, level, nil, nil) }

type directiveParser struct{}

func (directiveParser) Trigger() []byte { return []byte{'{'} }

func (directiveParser) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	line, segment := block.PeekLine()
	d, n := ParseDirective(string(line))
	if n == 0 {
		return nil
	}
	block.Advance(n)
	node := &directiveNode{Directive: d}
	alone := blockWords[d.Word] && parent.Kind() == ast.KindParagraph && parent.Parent().Kind() == ast.KindDocument &&
		parent.Lines().Len() == 1 && len(bytes.TrimSpace(line)) == n
	if s, ok := pc.Get(scopeKey).(*renderScope); ok && !alone {
		node.show = s.inline(d, s.line(segment.Start))
	}
	return node
}

type directiveRenderer struct{}

func (directiveRenderer) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(kindDirective, func(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			_, _ = w.WriteString(n.(*directiveNode).show)
		}
		return ast.WalkContinue, nil
	})
}

// calloutHead is what the first line of a callout says, and where it stands: the line is no longer in the tree.
type calloutHead struct {
	kind, arg string
	start     int
}

// calloutTransformer takes the first line "[!kind …]" off a quotation and notes the kind on it.
type calloutTransformer struct{}

func (calloutTransformer) Transform(p *ast.Paragraph, reader text.Reader, _ parser.Context) {
	quote := p.Parent()
	if quote == nil || quote.Kind() != ast.KindBlockquote || quote.FirstChild() != ast.Node(p) || p.Lines().Len() == 0 {
		return
	}
	first := p.Lines().At(0)
	m := callout.FindSubmatch(bytes.TrimSpace(first.Value(reader.Source())))
	if m == nil {
		return
	}
	quote.SetAttribute(calloutTag, calloutHead{string(m[1]), string(m[2]), first.Start})
	rest := text.NewSegments()
	for i := 1; i < p.Lines().Len(); i++ {
		rest.Append(p.Lines().At(i))
	}
	p.SetLines(rest)
	if rest.Len() == 0 {
		quote.RemoveChild(quote, p)
	}
}

// renderScope adds to a scope the way from an offset to a line of the file.
type renderScope struct {
	*scope
	source []byte
	first  int // the file's line on which source begins
}

func (s *renderScope) line(offset int) int {
	return s.first + bytes.Count(s.source[:offset], []byte("\n"))
}

func (s *scope) parse(source []byte, first int) (ast.Node, *renderScope) {
	rs := &renderScope{s, source, first}
	pc := parser.NewContext()
	pc.Set(scopeKey, rs)
	doc := markdown.Parser().Parse(text.NewReader(source), parser.WithContext(pc))
	return doc, rs
}

// forbidden finds what no text may hold: HTML, which the renderer would leave out without a word; a second title; and
// images, but where drawings allows them at the head of a paragraph, which is read as a statement.
func (s *renderScope) forbidden(doc ast.Node, drawings bool) {
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.HTMLBlock:
			s.problem(s.line(startOf(n)), "syntax", "HTML is not allowed")
		case *ast.RawHTML:
			s.problem(s.line(n.Segments.At(0).Start), "syntax", "HTML is not allowed")
		case *ast.Heading:
			if n.Level == 1 {
				s.problem(s.line(startOf(n)), "syntax", "the title is the only first heading: begin sections with ##")
			}
		case *ast.Image:
			p := n.Parent()
			if !drawings || p.Kind() != ast.KindParagraph || p.Parent() != doc || p.FirstChild() != ast.Node(n) {
				s.problem(s.lineOfImage(n), "syntax", "an image stands at no other place than above the sentences of a statement, and is a drawing: ![what it shows](sign:a+b)")
			}
		}
		return ast.WalkContinue, nil
	})
}

// lineOfImage finds it by its alternative text, or else by the block around it.
func (s *renderScope) lineOfImage(n ast.Node) int {
	if t, ok := n.FirstChild().(*ast.Text); ok {
		return s.line(t.Segment.Start)
	}
	for n.Type() != ast.TypeBlock {
		n = n.Parent()
	}
	return s.line(startOf(n))
}

// renderInline renders a short text; single tells whether it is no more than one paragraph, which then stands without
// its <p>.
func renderInline(s *scope, t Text) (out template.HTML, single bool) {
	doc, rs := s.parse([]byte(t.Raw), t.Line)
	rs.forbidden(doc, false)
	for n := doc.FirstChild(); n != nil; n = n.NextSibling() {
		if d, ok := n.FirstChild().(*directiveNode); ok && n.ChildCount() == 1 && blockWords[d.Word] {
			s.problem(t.Line, "syntax", "{%s} stands on a line of its own in a lesson or page, nowhere else", d.Word)
		}
	}
	var b bytes.Buffer
	if err := markdown.Renderer().Render(&b, rs.source, doc); err != nil {
		s.problem(t.Line, "format", "%v", err)
	}
	text := strings.TrimSpace(b.String())
	first := doc.FirstChild()
	single = first == nil || first.Kind() == ast.KindParagraph && first.NextSibling() == nil
	if single {
		text = strings.TrimSuffix(strings.TrimPrefix(text, "<p>"), "</p>")
	}
	s.leftovers(text, t.Line)
	return template.HTML(text), single //nolint:gosec // goldmark escapes; raw HTML is off
}

// leftovers finds strong marks that Markdown did not take for such, as happens between Han and punctuation.
func (s *scope) leftovers(html string, line int) {
	if strings.Contains(html, "**") {
		s.problem(line, "syntax", "** did not become strong text: set the marks outside of quotation marks and punctuation")
	}
}

// blocks renders a whole text.
func (s *scope) blocks(source []byte, first int) []Block {
	doc, rs := s.parse(source, first)
	rs.forbidden(doc, true)
	var out []Block
	for n := doc.FirstChild(); n != nil; n = n.NextSibling() {
		b := s.block(rs, n)
		if last := len(out) - 1; b.Kind == "html" && last >= 0 && out[last].Kind == "html" {
			out[last].HTML += b.HTML
			continue
		}
		out = append(out, b)
	}
	return out
}

func (s *scope) block(rs *renderScope, n ast.Node) Block {
	line := rs.line(startOf(n))
	switch n.Kind() {
	case ast.KindParagraph:
		if d, ok := n.FirstChild().(*directiveNode); ok && blockWords[d.Word] && n.ChildCount() == 1 {
			return Block{Kind: d.Word, Arg: d.Arg, Line: line}
		}
		if b, ok := s.statement(rs, n, line); ok {
			return b
		}
	case ast.KindBlockquote:
		if v, ok := n.Attribute(calloutTag); ok {
			head := v.(calloutHead)
			return s.callout(rs, n, head.kind, head.arg, rs.line(head.start))
		}
		s.problem(line, "syntax", "a quotation begins with a line such as [!message sms 短信，来自……], [!rule], [!say] or [!caution]")
	}
	return Block{Kind: "html", HTML: s.render(rs, n, line), Line: line}
}

func (s *scope) render(rs *renderScope, n ast.Node, line int) template.HTML {
	var b bytes.Buffer
	if err := markdown.Renderer().Render(&b, rs.source, n); err != nil {
		s.problem(line, "format", "%v", err)
	}
	s.leftovers(b.String(), line)
	return template.HTML(b.String()) //nolint:gosec // goldmark escapes; raw HTML is off
}

func (s *scope) callout(rs *renderScope, n ast.Node, kind, arg string, line int) Block {
	b := Block{Kind: kind, Line: line}
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		b.HTML += s.render(rs, c, line)
	}
	b.HTML = template.HTML(strings.TrimSpace(string(b.HTML))) //nolint:gosec // as in render
	if b.HTML == "" {
		s.problem(line, "syntax", "[!%s] has no text below it", kind)
	}
	if kind == "message" {
		var from string
		b.Arg, from, _ = strings.Cut(arg, " ")
		if !messageKinds[b.Arg] || from == "" {
			s.problem(line, "syntax", "write [!message kind from], kind being sms, wechat, call, app or paper")
		}
		b.From = s.html(Text{from, line})
	}
	return b
}

var messageKinds = map[string]bool{"sms": true, "wechat": true, "call": true, "app": true, "paper": true}

// statement reads an easy-read statement: a line with a drawing, then its sentences.
func (s *scope) statement(rs *renderScope, n ast.Node, line int) (Block, bool) {
	lines := n.Lines()
	at := lines.At(0)
	m := drawing.FindStringSubmatch(string(bytes.TrimSpace(at.Value(rs.source))))
	if m == nil {
		if _, image := n.FirstChild().(*ast.Image); image {
			s.problem(line, "syntax", "a drawing is written ![what it shows](sign:a+b), with a>b for leads to and !no or !yes at its end")
		}
		return Block{}, false
	}
	b := Block{Kind: "statement", Line: line, Drawing: &Drawing{
		Alt: m[1], Leads: strings.Contains(m[2], ">"), Over: m[3],
		Signs: strings.FieldsFunc(m[2], func(r rune) bool { return r == '+' || r == '>' }),
	}}
	if strings.Contains(m[2], "+") && b.Drawing.Leads || b.Drawing.Leads && len(b.Drawing.Signs) > 2 || len(b.Drawing.Signs) > 3 {
		s.problem(line, "syntax", "a drawing has at most three signs side by side (a+b+c), or two, of which one leads to the other (a>b)")
	}
	for _, id := range b.Drawing.Signs {
		if !s.lib.taxonomy.hasSign(id) {
			s.problem(line, "reference", "there is no sign %q in taxonomy.yaml", id)
		}
	}
	if lines.Len() == 1 {
		s.problem(line, "syntax", "a drawing stands above one to three sentences")
	}
	for i := 1; i < lines.Len(); i++ {
		at := lines.At(i)
		b.HTML += "<p>" + s.html(Text{string(bytes.TrimSpace(at.Value(rs.source))), line + i}) + "</p>"
	}
	return b, true
}

func (t *Taxonomy) hasSign(id string) bool {
	for _, s := range t.Signs {
		if s == id {
			return true
		}
	}
	return false
}

// startOf is the offset at which a block begins.
func startOf(n ast.Node) int {
	if n.Type() == ast.TypeBlock && n.Lines() != nil && n.Lines().Len() > 0 {
		return n.Lines().At(0).Start
	}
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if c.Type() == ast.TypeBlock {
			return startOf(c)
		}
	}
	return 0
}
