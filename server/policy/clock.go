package policy

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"anxin/server/library"
	"anxin/server/locale"
	"anxin/server/workday"
)

// Unit is what a clock counts in.
type Unit string

const (
	Work  Unit = "work"  // working days, 工作日
	Cal   Unit = "cal"   // natural days, 自然日: every day
	Month Unit = "month" // to the matching day
	Year  Unit = "year"
)

// longest is the most of each unit that a clock may have: more is a slip of the pen.
var longest = map[Unit]int{Work: 250, Cal: 730, Month: 60, Year: 20}

// Span is a length of time.
type Span struct {
	N    int  `yaml:"n"`
	Unit Unit `yaml:"unit"`
}

// Clock is one rule: within such a time after such an event somebody must have acted.
type Clock struct {
	ID        string        `yaml:"-"`
	Head      library.Text  `yaml:"id"`
	Name      library.Words `yaml:"name"`
	Starts    library.Words `yaml:"starts"` // what happens on the day that is not counted, as "the complaint was received"
	Keeper    string        `yaml:"keeper"` // who must act: one of [Keepers]
	Length    int           `yaml:"length"` // none where nobody could find it out (mark U)
	Unit      Unit          `yaml:"unit"`
	Extend    []Extension   `yaml:"extend"`
	Pause     []Pause       `yaml:"pause"`
	Restart   string        `yaml:"restart"`  // what makes it begin anew, one of [Restarts]; empty: nothing does
	Obstacle  Span          `yaml:"obstacle"` // 民法典 194: who is hindered within this time of the end still has it when the obstacle is gone
	Rolls     *Basis        `yaml:"rolls"`    // which article moves a last day that is a day off; nil: none does
	Basis     []*Basis      `yaml:"basis"`
	Mark      library.Mark  `yaml:"mark"`    // P, S or U; none for a promise
	Promise   bool          `yaml:"promise"` // the operator's word, and never law
	Note      library.Words `yaml:"note"`
	ValidFrom library.Date  `yaml:"valid_from"`
	ValidTo   library.Date  `yaml:"valid_to"` // the last day; none while it is in force

	VerifiedOn library.Date `yaml:"verified_on"`
	ReviewBy   library.Date `yaml:"review_by"`
}

// Extension is one step by which a clock may be made longer: to To in all, counted from the same beginning.
type Extension struct {
	To   int    `yaml:"to"`   // the most; none where there is no bound
	Unit Unit   `yaml:"unit"` // the clock's, where it names none
	When string `yaml:"when"` // in which case: one of [Cases], or none
	By   string `yaml:"by"`   // who decides: one of [Deciders]
	Tell bool   `yaml:"tell"` // the person must be told
}

// Pause is a time that is not counted.
type Pause struct {
	Kind string `yaml:"kind"` // one of [Pauses]
	May  bool   `yaml:"may"`  // may be left out of the count; else it always is
	Tell bool   `yaml:"tell"` // the person must be told
}

// Basis is where a rule stands.
type Basis struct {
	In         string      `yaml:"in"` // the instrument's id
	Articles   []int       `yaml:"articles"`
	Instrument *Instrument `yaml:"-"`
}

// Instrument is a law, a regulation or an order. TextCopy says which copy of it was read, and CopiedOn of which day that
// copy is: none was the gazette itself.
type Instrument struct {
	ID       library.Text  `yaml:"id"`
	Issuer   library.Words `yaml:"issuer"`
	Title    library.Words `yaml:"title"`
	Date     library.Date  `yaml:"date"` // from which day it is in force, as we read it
	TextCopy string        `yaml:"text_copy"`
	CopiedOn library.Date  `yaml:"copied_on"`
}

// What a clock may name. Words for each but the keepers stand in i18n/clock.*.yaml.
var (
	Keepers  = []string{"firm", "regulator", "office", "mediator", "arbitrator", "court", "council", "citizen"}
	Deciders = []string{"firm", "senior", "office", "head", "both", "court_president"}
	Cases    = []string{"complex", "special"}
	Pauses   = []string{"mediation", "appraisal", "suspension", "hearing", "citizen"}
	Restarts = []string{"new_facts", "supplement", "interruption"}
)

// Standing is how a length may be shown.
type Standing string

const (
	Law       Standing = "law"       // its article was read, and it was in force on the day
	Reference Standing = "reference" // a report, or a rule that was not in force on the day
	Promise   Standing = "promise"   // the operator's word
	Unknown   Standing = "unknown"   // looked for and not found: there is no length
)

// Standing is how the clock may be shown to whoever began on that day. Only law is overdue, or cited in a letter.
func (c *Clock) Standing(on workday.Date) Standing {
	switch {
	case c.Promise:
		return Promise
	case c.Mark == library.Unknown:
		return Unknown
	case c.Mark == library.Primary && c.inForce(on):
		return Law
	}
	return Reference
}

func (c *Clock) inForce(on workday.Date) bool {
	return !on.Before(dayOf(c.ValidFrom)) && (c.ValidTo.IsZero() || !on.After(dayOf(c.ValidTo)))
}

// Cite is the instrument's title with its articles: 《…办法》第十八条、第四十三条.
func (b *Basis) Cite(c locale.Code) string {
	parts := b.Instrument.Title.In(c)
	if a := locale.Articles(c, b.Articles); a != "" {
		parts += map[bool]string{true: "", false: ", "}[c.Chinese()] + a
	}
	return parts
}

// Cite joins the bases of the clock.
func (c *Clock) Cite(code locale.Code) string {
	list := make([]string, len(c.Basis))
	for i, b := range c.Basis {
		list[i] = b.Cite(code)
	}
	return strings.Join(list, map[bool]string{true: "；", false: "; "}[code.Chinese()])
}

// Line is where the clock begins in its file.
func (c *Clock) Line() int { return max(c.Head.Line, 1) }

func (c *Clock) citations() []*Basis {
	all := slices.Clone(c.Basis)
	if c.Rolls != nil {
		all = append(all, c.Rolls)
	}
	return all
}

func (c *Clock) problem(rule, format string, args ...any) library.Problem {
	return library.Problem{File: clocksFile, Line: c.Line(), Rule: rule, Message: "clock " + c.Head.Raw + ": " + fmt.Sprintf(format, args...)}
}

var idForm = regexp.MustCompile(`^[a-z0-9]+(_[a-z0-9]+)*$`)

// problems are the mistakes within one clock.
func (c *Clock) problems() library.Problems {
	var ps library.Problems
	bad := func(rule, format string, args ...any) { ps = append(ps, c.problem(rule, format, args...)) }
	oneOf := func(field, value string, of []string) {
		if !slices.Contains(of, value) {
			bad("format", "%s is %q: write one of %s", field, value, strings.Join(of, ", "))
		}
	}
	if !idForm.MatchString(c.ID) {
		bad("format", "an id is made of lower-case letters, digits and _")
	}
	for _, code := range locale.All {
		if c.Name.In(code) == "" || c.Starts.In(code) == "" {
			bad("translation", "no name or no starts in %s", code)
		}
		if !c.Note.Empty() && c.Note.In(code) == "" {
			bad("translation", "no note in %s", code)
		}
	}
	oneOf("keeper", c.Keeper, Keepers)
	if c.VerifiedOn.IsZero() || c.ReviewBy.IsZero() {
		bad("source", "verified_on and review_by are both needed")
	}
	if c.Promise != strings.HasPrefix(c.ID, "council_") {
		bad("mark", "the operator's own clocks, and no others, begin with council_ and have promise: true")
	}
	switch {
	case c.Promise && c.Mark != "":
		bad("mark", "a promise has no mark: nobody takes it for law")
	case c.Mark == library.Unknown && (c.Length != 0 || c.Unit != "" || c.Extend != nil):
		bad("mark", "what could not be verified (mark U) is never published as a number: take out length, unit and extend")
	case !c.Promise && c.Mark != library.Primary && c.Mark != library.Secondary && c.Mark != library.Unknown:
		bad("mark", "mark is %q: write P, S or U", c.Mark)
	}
	if c.Mark == library.Primary || c.Mark == library.Secondary {
		if len(c.Basis) == 0 {
			bad("source", "no basis: name the instrument and its article")
		}
		if c.ValidFrom.IsZero() {
			bad("source", "valid_from is needed: from which day the rule is in force")
		}
	}
	if !c.ValidTo.IsZero() && c.ValidTo.Before(c.ValidFrom.Time) {
		bad("source", "valid_to is before valid_from")
	}
	for _, b := range c.citations() {
		if b.Instrument == nil {
			bad("reference", "there is no instrument %q above", b.In)
		}
		if len(b.Articles) == 0 || slices.ContainsFunc(b.Articles, func(n int) bool { return n < 1 }) {
			bad("source", "no article of %s: write articles: [18]", b.In)
		}
	}
	if c.Mark != library.Unknown {
		ps = append(ps, c.countProblems()...)
	}
	return ps
}

// countProblems are the mistakes in what is counted.
func (c *Clock) countProblems() library.Problems {
	var ps library.Problems
	bad := func(format string, args ...any) { ps = append(ps, c.problem("format", format, args...)) }
	if longest[c.Unit] == 0 {
		bad("unit is %q: write work, cal, month or year", c.Unit)
		return ps
	}
	if c.Length < 1 || c.Length > longest[c.Unit] {
		bad("length is %d: write 1 to %d", c.Length, longest[c.Unit])
	}
	if c.Rolls != nil && c.Unit == Work && !slices.ContainsFunc(c.Extend, func(e Extension) bool { return e.Span(c).Unit != Work }) {
		bad("working days never end on a day off: take out rolls")
	}
	least := Span{c.Length, c.Unit}
	for i, e := range c.Extend {
		to := e.Span(c)
		switch {
		case longest[to.Unit] == 0:
			bad("extend: unit is %q: write work, cal, month or year", e.Unit)
		case to.Unit != c.Unit && len(c.Extend) > 1:
			bad("extend: a step in another unit stands alone")
		case e.To == 0 && (i < len(c.Extend)-1 || to.Unit != c.Unit):
			bad("extend: only the last step, in the clock's own unit, may have no bound")
		case e.To != 0 && to.Unit == least.Unit && e.To <= least.N:
			bad("extend: %d is not longer than %d: to is the whole time, not what is added", e.To, least.N)
		case e.To > longest[to.Unit]:
			bad("extend: %d is more than %d", e.To, longest[to.Unit])
		}
		if !slices.Contains(Deciders, e.By) {
			bad("extend: by is %q: write one of %s", e.By, strings.Join(Deciders, ", "))
		}
		if e.When != "" && !slices.Contains(Cases, e.When) {
			bad("extend: when is %q: write one of %s", e.When, strings.Join(Cases, ", "))
		}
		least = to
	}
	for i, p := range c.Pause {
		if !slices.Contains(Pauses, p.Kind) {
			bad("pause: kind is %q: write one of %s", p.Kind, strings.Join(Pauses, ", "))
		}
		if slices.ContainsFunc(c.Pause[:i], func(q Pause) bool { return q.Kind == p.Kind }) {
			bad("pause: %s stands twice", p.Kind)
		}
	}
	if c.Restart != "" && !slices.Contains(Restarts, c.Restart) {
		bad("restart is %q: write one of %s", c.Restart, strings.Join(Restarts, ", "))
	}
	if c.Obstacle != (Span{}) && (c.Obstacle.Unit != Month && c.Obstacle.Unit != Year || c.Obstacle.N < 1 || c.Unit != Month && c.Unit != Year) {
		bad("obstacle: write the months or years before the end, of a clock in months or years")
	}
	return ps
}

// Span is what the step extends a clock to; N is zero where there is no bound.
func (e Extension) Span(c *Clock) Span {
	if e.Unit == "" {
		return Span{e.To, c.Unit}
	}
	return Span{e.To, e.Unit}
}

func (in *Instrument) problem(rule, message string) library.Problem {
	return library.Problem{File: clocksFile, Line: max(in.ID.Line, 1), Rule: rule, Message: "instrument " + in.ID.Raw + " " + message}
}

func (in *Instrument) problems() library.Problems {
	var ps library.Problems
	if !idForm.MatchString(in.ID.Raw) {
		ps = append(ps, in.problem("format", "needs an id of lower-case letters, digits and _"))
	}
	for _, code := range locale.All {
		if in.Issuer.In(code) == "" || in.Title.In(code) == "" {
			ps = append(ps, in.problem("translation", "has no issuer or no title in "+string(code)))
		}
	}
	if in.Date.IsZero() || in.TextCopy == "" || in.CopiedOn.IsZero() {
		ps = append(ps, in.problem("source", "needs date, text_copy and copied_on: since when it is in force, and which copy was read"))
	}
	return ps
}
