package library

import (
	"anxin/server/locale"
)

// Taxonomy holds the ids that modules, warnings, tools and complaints share, each with its name in every language.
type Taxonomy struct {
	Tracks    []Tag    `yaml:"tracks"`
	Audiences []Tag    `yaml:"audiences"`
	Levels    []Tag    `yaml:"levels"`
	Groups    []Tag    `yaml:"scheme_groups"` // the letters before the hyphen of a scheme's id
	Schemes   []Tag    `yaml:"schemes"`
	Channels  []Tag    `yaml:"channels"`
	Tools     []Tag    `yaml:"tools"`
	Topics    []Tag    `yaml:"fact_topics"` // one for each file of facts/, by its name
	Signs     []string `yaml:"signs"`
}

// Tag is one id and what it is called.
type Tag struct {
	ID   string `yaml:"id"`
	Name Words  `yaml:"name"`
	Note Words  `yaml:"note"`
}

const taxonomyFile = "taxonomy.yaml"

func (l *Library) readTaxonomy() Problems {
	ps := readYAML(l, taxonomyFile, func(file string, t Taxonomy) Problems {
		l.taxonomy = t
		var ps Problems
		for _, list := range [][]Tag{t.Tracks, t.Audiences, t.Levels, t.Groups, t.Schemes, t.Channels, t.Tools, t.Topics} {
			seen := map[string]bool{}
			for _, tag := range list {
				if seen[tag.ID] {
					ps = append(ps, Problem{file, tag.Name.line(), "reference", "id " + tag.ID + " stands twice"})
				}
				seen[tag.ID] = true
				for _, code := range locale.All {
					if tag.Name.In(code) == "" {
						ps = append(ps, Problem{file, tag.Name.line(), "translation", tag.ID + " has no name in " + string(code)})
					}
				}
			}
		}
		return ps
	})
	if ps == nil && l.taxonomy.Tracks == nil {
		ps = Problems{{taxonomyFile, 1, "format", "is missing or names no tracks"}}
	}
	return ps
}

// Find looks a tag up by its id.
func Find(tags []Tag, id string) (Tag, bool) {
	for _, t := range tags {
		if t.ID == id {
			return t, true
		}
	}
	return Tag{}, false
}

func position(tags []Tag, id string) int {
	for i, t := range tags {
		if t.ID == id {
			return i
		}
	}
	return len(tags)
}
