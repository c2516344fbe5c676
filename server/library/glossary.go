package library

import (
	"anxin/server/locale"
)

// Term is a word that a reader may not know, with its one approved wording in each language.
type Term struct {
	ID      string                   `yaml:"id"`
	Term    Words                    `yaml:"term"`
	Explain Words                    `yaml:"explain"`
	Avoid   map[locale.Code][]string `yaml:"avoid"` // wordings not to be used in a language
	Abbr    bool                     `yaml:"abbr"`  // an abbreviation, which may stand only as {term …}

	File string `yaml:"-"`
}

func (l *Library) readGlossary() Problems {
	return readYAML(l, "glossary/*.yaml", func(file string, terms []*Term) Problems {
		var ps Problems
		for _, t := range terms {
			t.File = file
			line := t.Term.line()
			if !idForm.MatchString(t.ID) {
				ps = append(ps, Problem{file, line, "format", "term " + t.ID + ": an id is made of lower-case letters, digits and hyphens"})
			}
			if _, twice := l.terms[t.ID]; twice {
				ps = append(ps, Problem{file, line, "reference", "term " + t.ID + " stands twice"})
			}
			for _, code := range locale.All {
				if t.Term.In(code) == "" || t.Explain.In(code) == "" {
					ps = append(ps, Problem{file, line, "translation", "term " + t.ID + " lacks its wording or explanation in " + string(code)})
				}
			}
			l.terms[t.ID] = t
		}
		return ps
	})
}
