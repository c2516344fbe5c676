package library

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"anxin/server/locale"
)

// Mark says how well a fact is known (design: Truth).
type Mark string

const (
	Primary   Mark = "P" // the primary text was read: shown as law with its article
	Secondary Mark = "S" // a secondary copy or a report was read: shown as reference
	Computed  Mark = "C" // worked out by a stated formula
	Unknown   Mark = "U" // unverified: never published
)

// Fact is one statement that pages rest on, with where it comes from and until when it may be trusted.
type Fact struct {
	ID         string `yaml:"id"`
	Kind       string `yaml:"kind"`  // phone, sender (of text messages, not to be called), number, money (fen), percent, date, rule
	Value      string `yaml:"value"` // canonical: digits; fen; a decimal string; 2026-11-25; none for a rule
	Show       Words  `yaml:"show"`  // how the value reads in a sentence, where the plain value does not do
	Statement  Words  `yaml:"statement"`
	Mark       Mark   `yaml:"mark"`
	Source     Source `yaml:"source"`
	ValidFrom  Date   `yaml:"valid_from"`
	ValidTo    Date   `yaml:"valid_to"`
	VerifiedOn Date   `yaml:"verified_on"`
	ReviewBy   Date   `yaml:"review_by"`

	File string `yaml:"-"`
	Line int    `yaml:"-"`
}

// Source is who said it and where, as a reader may judge it. URL is the issuer's own address or empty, never a copy's.
type Source struct {
	Issuer  Words  `yaml:"issuer"`
	Title   Words  `yaml:"title"`
	Article Words  `yaml:"article"`
	Date    Date   `yaml:"date"`
	URL     string `yaml:"url"`
}

var (
	idForm      = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	phoneForm   = regexp.MustCompile(`^\+?[0-9][0-9-]{2,18}$`)
	numberForm  = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?$`)
	integerForm = regexp.MustCompile(`^-?[0-9]+$`)

	// valueForms are what a fact of each kind may hold.
	valueForms = map[string]*regexp.Regexp{
		"phone": phoneForm, "sender": phoneForm, "number": numberForm, "percent": numberForm, "money": integerForm,
		"date": regexp.MustCompile(`^\d{4}-\d\d-\d\d$`), "rule": regexp.MustCompile(`^$`),
	}
)

// Topic is what the fact's file is about: an id of the taxonomy's fact_topics.
func (f *Fact) Topic() string { return strings.TrimSuffix(path.Base(f.File), ".yaml") }

// FactsOn are the facts of a topic that may be published, sorted by id.
func (l *Library) FactsOn(topic string) []*Fact {
	return slices.DeleteFunc(l.Facts(), func(f *Fact) bool { return f.Mark == Unknown || f.Topic() != topic })
}

func (l *Library) readFacts() Problems {
	return readYAML(l, "facts/*.yaml", func(file string, facts []*Fact) Problems {
		var ps Problems
		if len(facts) > 0 && len(l.taxonomy.Topics) > 0 {
			if topic := (&Fact{File: file}).Topic(); !hasTag(l.taxonomy.Topics, topic) {
				ps = append(ps, Problem{file, 1, "reference", "there is no fact_topics id " + topic + " in taxonomy.yaml: readers find facts by it"})
			}
		}
		for _, f := range facts {
			f.File, f.Line = file, f.Statement.line()
			ps = append(ps, f.problems()...)
			if _, twice := l.facts[f.ID]; twice {
				ps = append(ps, Problem{file, f.Line, "reference", "fact " + f.ID + " stands twice"})
			}
			l.facts[f.ID] = f
		}
		return ps
	})
}

func (f *Fact) problems() Problems {
	var ps Problems
	bad := func(rule, format string, args ...any) {
		ps = append(ps, Problem{f.File, f.Line, rule, "fact " + f.ID + ": " + fmt.Sprintf(format, args...)})
	}
	if !idForm.MatchString(f.ID) {
		bad("format", "an id is made of lower-case letters, digits and hyphens")
	}
	switch form, ok := valueForms[f.Kind]; {
	case !ok:
		bad("format", "kind is %q: write phone, sender, number, money, percent, date or rule", f.Kind)
	case !form.MatchString(f.Value):
		bad("format", "value %q is not what kind %s holds", f.Value, f.Kind)
	}
	switch f.Mark {
	case Primary, Secondary, Computed, Unknown:
	default:
		bad("format", "mark is %q: write P, S, C or U", f.Mark)
	}
	for _, code := range locale.All {
		if f.Statement.In(code) == "" {
			bad("translation", "no statement in %s", code)
		}
		if f.Mark != Computed && (f.Source.Issuer.In(code) == "" || f.Source.Title.In(code) == "") {
			bad("source", "no source in %s: name the issuer and the title", code)
		}
	}
	if f.VerifiedOn.IsZero() || f.ReviewBy.IsZero() {
		bad("source", "verified_on and review_by are both needed")
	}
	return ps
}

// Inline is the fact's value as it reads in a sentence of a language; empty for a rule without words of its own.
func (f *Fact) Inline(c locale.Code) string {
	if s := f.Show.In(c); s != "" {
		return s
	}
	switch f.Kind {
	case "money":
		if fen, err := strconv.ParseInt(f.Value, 10, 64); err == nil {
			return locale.Money(fen)
		}
	case "percent":
		return f.Value + "%"
	case "date":
		if t, err := time.ParseInLocation(time.DateOnly, f.Value, locale.Shanghai); err == nil {
			return locale.Date(c, t)
		}
	}
	return f.Value
}

// Cite is the source in one line: issuer, title, article.
func (s Source) Cite(c locale.Code) string {
	parts := []string{s.Issuer.In(c), s.Title.In(c)}
	if a := s.Article.In(c); a != "" {
		parts[1] += map[bool]string{true: "", false: ", "}[c.Chinese()] + a
	}
	return strings.Join(parts, map[bool]string{true: "，", false: ", "}[c.Chinese()])
}

func hasTag(tags []Tag, id string) bool { _, ok := Find(tags, id); return ok }
