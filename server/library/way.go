package library

import (
	"fmt"
	"html/template"
	"slices"

	"anxin/server/locale"
)

const doorsFile = "workflow/doors.yaml"

// way is a [Way] as it is written.
type way struct {
	ID    string                 `yaml:"id"`
	Phone string                 `yaml:"phone"` // id of the fact that holds its number, where it has one
	Name  Words                  `yaml:"name"`
	Takes Words                  `yaml:"takes"` // which matters it is for
	Why   Words                  `yaml:"why"`   // what it can do, and what it cannot
	Cost  Words                  `yaml:"cost"`
	Time  Words                  `yaml:"time"`
	Bring map[locale.Code][]Text `yaml:"bring"`
}

// Way is a door that a citizen goes through by herself, in one language, rendered: what it takes, why one goes there, what it
// costs, how long it takes and what to bring. The ids are those of package dispute.
type Way struct {
	ID    string
	Name  string
	Phone *Fact // nil where it has no number
	Takes template.HTML
	Why   template.HTML
	Cost  template.HTML
	Time  template.HTML
	Bring []Line
	Used  Used
}

func (d *way) words() []Words { return []Words{d.Name, d.Takes, d.Why, d.Cost, d.Time} }

func (l *Library) readWays() Problems {
	return readYAML(l, doorsFile, func(_ string, ways []*way) Problems {
		var ps Problems
		seen := map[string]bool{}
		for _, d := range ways {
			ps = append(ps, d.problems(l, seen[d.ID])...)
			seen[d.ID] = true
		}
		l.ways = ways
		return ps
	})
}

func (d *way) problems(l *Library, twice bool) Problems {
	var ps Problems
	bad := func(rule, format string, args ...any) {
		ps = append(ps, Problem{doorsFile, d.Name.line(), rule, "door " + d.ID + fmt.Sprintf(format, args...)})
	}
	if !idForm.MatchString(d.ID) {
		bad("format", ": an id is made of lower-case letters, digits and hyphens")
	}
	if twice {
		bad("reference", " stands twice")
	}
	if f, ok := l.facts[d.Phone]; d.Phone != "" && (!ok || f.Kind != "phone") {
		bad("reference", ": there is no fact of a telephone %q", d.Phone)
	}
	if len(d.Bring) > len(locale.All) {
		bad("translation", ": what to bring stands in a language that the site does not speak")
	}
	for _, code := range locale.All {
		for _, w := range d.words() {
			if w.In(code) == "" {
				bad("translation", ": name, takes, why, cost and time are all needed in %s", code)
			} else if here, source := factsIn(w.In(code)), factsIn(w.In(locale.Hans)); !slices.Equal(here, source) {
				bad("translation", ": rests on %v in %s and on %v in %s", here, code, source, locale.Hans)
			}
		}
		if n := len(d.Bring[code]); n == 0 || n != len(d.Bring[locale.Hans]) {
			bad("translation", ": what to bring is as many things in %s as in %s, and at least one", code, locale.Hans)
		}
	}
	return ps
}

// factsIn are the facts that a text names, sorted.
func factsIn(raw string) []string {
	var ids []string
	for _, d := range Directives(raw) {
		if d.Word == "fact" {
			ids = append(ids, d.Arg)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// Ways are the doors a citizen can go through by herself, in one language, in file order.
func (l *Library) Ways(code locale.Code) ([]*Way, error) {
	var ps Problems
	ways := make([]*Way, 0, len(l.ways))
	for _, d := range l.ways {
		w := &Way{ID: d.ID}
		s := &scope{lib: l, lang: code, file: doorsFile, used: &w.Used}
		w.Name = s.plain(d.Name[code])
		w.Takes, w.Why = s.html(d.Takes[code]), s.html(d.Why[code])
		w.Cost, w.Time = s.html(d.Cost[code]), s.html(d.Time[code])
		w.Bring = s.lines(d.Bring[code])
		if d.Phone != "" {
			w.Phone = l.facts[d.Phone]
			s.used.fact(w.Phone)
		}
		ps = append(ps, s.problems...)
		ways = append(ways, w)
	}
	if ps != nil {
		return nil, ps
	}
	return ways, nil
}

func (l *Library) wayPassages() (ps []Passage) {
	for i, d := range l.ways {
		for _, code := range locale.All {
			add := func(role Role, t Text) { ps = append(ps, Passage{doorsFile, t.Line, code, "R2", role, i, t.Raw}) }
			add(Name, d.Name[code])
			for _, w := range d.words()[1:] {
				add(Prose, w[code])
			}
			for _, t := range d.Bring[code] {
				add(Name, t)
			}
		}
	}
	return ps
}
