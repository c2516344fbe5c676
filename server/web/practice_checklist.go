package web

import (
	"html/template"
	"net/url"
)

// CheckGroup is a part of a checklist as the reader left it.
type CheckGroup struct {
	ID    string
	Title template.HTML
	Items []CheckItem
}

// CheckItem is one thing to do or find.
type CheckItem struct {
	ID         string
	Label, How template.HTML
	Ticked     bool
}

// checklist sorts what the reader ticked from what is left to do.
func (p *PracticePage) checklist(sent url.Values, posted bool) {
	p.Answered = posted
	ticked := map[string]bool{}
	for _, id := range sent["done"] {
		ticked[id] = true
	}
	for _, g := range p.Piece.Groups {
		group := CheckGroup{ID: g.ID, Title: g.Shown.Title}
		for _, t := range g.Items {
			id := g.ID + "-" + t.ID
			group.Items = append(group.Items, CheckItem{ID: id, Label: t.Shown.Label, How: t.Shown.How, Ticked: ticked[id]})
			if !ticked[id] {
				p.Left++
			}
		}
		p.Groups = append(p.Groups, group)
	}
}
