package view

import (
	"slices"

	"anxin/server/library"
)

// Ground is one source with what a page takes from it, so that a law named ten times stands there once.
type Ground struct {
	Issuer, Title, URL string
	Mark               string // how well it is known, in words
	MarkID             library.Mark
	Statements         []Statement
}

// Articles are the parts of the source that the page rests on, each once.
func (g *Ground) Articles() []string {
	var list []string
	for _, s := range g.Statements {
		if s.Article != "" && !slices.Contains(list, s.Article) {
			list = append(list, s.Article)
		}
	}
	return list
}

// Topics lead to where each statement of the facts stands with its dates: a page that rests on many names their sources
// only.
func (b Base) Topics() []Link {
	var links []Link
	for _, t := range b.view.library.Taxonomy().Topics {
		if slices.ContainsFunc(b.Used.Facts, func(f *library.Fact) bool { return f.Topic() == t.ID }) {
			links = append(links, Link{URL: b.URL("/about/sources?topic=" + t.ID), Text: b.In(t.Name)})
		}
	}
	return links
}

// Statement is one thing a source says.
type Statement struct {
	Text, Article string
	Fact          *library.Fact
}

// Grounds groups facts by their source, in the order in which sources are first named.
func (b Base) Grounds(facts []*library.Fact) ([]*Ground, error) {
	var list []*Ground
	at := map[[3]string]*Ground{}
	for _, f := range facts {
		key := [3]string{f.Source.Issuer.In(b.Lang), f.Source.Title.In(b.Lang), string(f.Mark)}
		g := at[key]
		if g == nil {
			mark, err := b.MarkWords(f)
			if err != nil {
				return nil, err
			}
			g = &Ground{Issuer: key[0], Title: key[1], URL: f.Source.URL, Mark: mark, MarkID: f.Mark}
			at[key] = g
			list = append(list, g)
		}
		g.Statements = append(g.Statements, Statement{Text: b.In(f.Statement), Article: f.Source.Article.In(b.Lang), Fact: f})
	}
	return list, nil
}
