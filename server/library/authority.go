package library

import (
	"time"

	"anxin/server/locale"
)

// Authority is a public body, with every name it has had: old documents name bodies that have since been renamed.
type Authority struct {
	ID         string      `yaml:"id"`
	Kind       string      `yaml:"kind"`
	Names      []DatedName `yaml:"names"` // newest first
	Mark       Mark        `yaml:"mark"`
	Source     Source      `yaml:"source"`
	VerifiedOn Date        `yaml:"verified_on"`
	ReviewBy   Date        `yaml:"review_by"`
}

// DatedName is a body's name while it bore it. An empty From or To means that the day is not known or not yet come.
type DatedName struct {
	Name    Words    `yaml:"name"`
	Aliases []string `yaml:"aliases"` // short forms found in documents, such as 深圳银监局
	From    Date     `yaml:"from"`
	To      Date     `yaml:"to"`
}

// Operator is who runs this site. While it has no name, every page says that the site is a demonstration.
type Operator struct {
	Name     Words  `yaml:"name"`
	HelpLine string `yaml:"help_line"`
	Hours    Words  `yaml:"hours"`
	Report   string `yaml:"report"` // e-mail or web address for errors found on the site
}

// Configured tells whether an operator has put its name to the site.
func (o Operator) Configured() bool { return !o.Name.Empty() }

func (l *Library) readAuthorities() Problems {
	ps := readYAML(l, "authorities/authorities.yaml", func(file string, bodies []*Authority) Problems {
		var ps Problems
		for _, a := range bodies {
			if len(a.Names) == 0 {
				ps = append(ps, Problem{file, 1, "format", "authority " + a.ID + " has no name"})
				continue
			}
			line := a.Current().line()
			for _, code := range locale.All {
				if a.Current().In(code) == "" {
					ps = append(ps, Problem{file, line, "translation", "authority " + a.ID + " has no present name in " + string(code)})
				}
			}
			if a.VerifiedOn.IsZero() || a.ReviewBy.IsZero() {
				ps = append(ps, Problem{file, line, "source", "authority " + a.ID + ": verified_on and review_by are both needed"})
			}
		}
		l.bodies = bodies
		return ps
	})
	return append(ps, readYAML(l, "authorities/operator.yaml", func(_ string, o Operator) Problems {
		l.operator = o
		return nil
	})...)
}

// Current is the name the body bears now.
func (a *Authority) Current() Words { return a.Names[0].Name }

// NameOn is the name the body bore on a day; the present one where the records do not say.
func (a *Authority) NameOn(day time.Time) Words {
	for _, n := range a.Names {
		begun := n.From.IsZero() || !day.Before(n.From.Time)
		ended := !n.To.IsZero() && !day.Before(n.To.AddDate(0, 0, 1))
		known := !n.From.IsZero() || !n.To.IsZero()
		if known && begun && !ended {
			return n.Name
		}
	}
	return a.Current()
}

// AuthorityNamed resolves any name or short form, present or former, to today's body.
func (l *Library) AuthorityNamed(name string) (*Authority, bool) {
	for _, a := range l.bodies {
		for _, n := range a.Names {
			for _, alias := range n.Aliases {
				if alias == name {
					return a, true
				}
			}
			for _, w := range n.Name {
				if w.Raw == name {
					return a, true
				}
			}
		}
	}
	return nil, false
}
