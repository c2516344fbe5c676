package library

import (
	"html/template"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Plain is what the block says, without markup, a paragraph a line; nothing for a directive.
func (b Block) Plain() string { return PlainHTML(b.HTML) }

// Plain is the whole text below the title in plain words: for searching and for programs.
func (e *Edition) Plain() string {
	var parts []string
	for _, b := range e.Body {
		if text := b.Plain(); text != "" {
			parts = append(parts, text)
		}
	}
	return strings.Join(parts, "\n")
}

// PlainHTML is the text of our own HTML, a paragraph, heading or item a line.
func PlainHTML(h template.HTML) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(string(h)))
	for {
		switch z.Next() {
		case html.ErrorToken: // the end
			var lines []string
			for line := range strings.Lines(b.String()) {
				if line = strings.TrimSpace(line); line != "" {
					lines = append(lines, line)
				}
			}
			return strings.Join(lines, "\n")
		case html.TextToken:
			b.WriteString(html.UnescapeString(string(z.Raw())))
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			switch atom.Lookup(name) {
			case atom.P, atom.H2, atom.H3, atom.Li, atom.Ul, atom.Ol, atom.Br, atom.Blockquote, atom.Table, atom.Tr:
				b.WriteByte('\n')
			}
		}
	}
}
