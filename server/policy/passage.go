package policy

import "anxin/server/library"

// Passages are the words of the clocks and the products, for proofreading. Figures are at home in them.
func (p *Policy) Passages() []library.Passage {
	var ps []library.Passage
	file := clocksFile
	add := func(role library.Role, words library.Words) {
		for code, t := range words {
			ps = append(ps, library.Passage{File: file, Line: t.Line, Lang: code, Level: "R2", Role: role, Raw: t.Raw})
		}
	}
	for _, in := range p.instruments {
		add(library.Stated, in.Issuer)
		add(library.Stated, in.Title)
	}
	for _, c := range p.clocks {
		add(library.Stated, c.Name)
		add(library.Stated, c.Starts)
		add(library.Stated, c.Note)
	}
	file = productsFile
	for _, x := range p.products {
		add(library.Stated, x.Name)
		add(library.Stated, x.Hint)
	}
	return ps
}
