package view

import (
	"anxin/server/library"
)

// Ground is one source with what a page takes from it, so that a law named ten times stands there once.
type Ground struct {
	Issuer, Title, URL string
	Mark               string // how well it is known, in words
	MarkID             library.Mark
	Statements         []Statement
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
