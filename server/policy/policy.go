// Package policy holds the rules by which somebody must have acted: how long each clock runs, in which days it is counted,
// what extends, suspends or restarts it, and which article says so. What the law leaves open and an office promises is a
// clock, too, and never shown as law.
//
// [Open] reads content/workflow. A running clock is a [Deadline]: a pure function of the [Clock], the [Event]s so far and the
// calendar of working days. It is recomputed from the events and never patched, and tells in steps how it came about.
package policy

import (
	"io/fs"
	"path"
	"slices"
	"sort"
	"strings"

	"anxin/server/library"
	"anxin/server/workday"
)

// Policy is every clock with the calendar by which it runs, and the products that complaints are about. It never changes once
// open.
type Policy struct {
	Calendar    *workday.Calendar
	clocks      []*Clock            // as they stand in the file
	versions    map[string][]*Clock // by id, the oldest first
	instruments []*Instrument
	products    []Product
}

const (
	clocksFile   = "workflow/clocks.yaml"
	holidaysFile = "workflow/holidays.yaml"
)

// Open reads the clocks, the holidays and the products in fsys. Mistakes come back as [library.Problems].
func Open(fsys fs.FS) (*Policy, error) {
	p := &Policy{Calendar: &workday.Calendar{}, versions: map[string][]*Clock{}}
	ps := stray(fsys)
	ps = append(ps, read(fsys, holidaysFile, p.Calendar)...)
	var file struct {
		Instruments []*Instrument `yaml:"instruments"`
		Clocks      []*Clock      `yaml:"clocks"`
	}
	if bad := read(fsys, clocksFile, &file); bad != nil {
		ps = append(ps, bad...)
	} else {
		p.clocks, p.instruments = file.Clocks, file.Instruments
		ps = append(ps, p.settle()...)
	}
	if bad := read(fsys, productsFile, &p.products); bad != nil {
		ps = append(ps, bad...)
	} else {
		ps = append(ps, p.settleProducts()...)
	}
	if len(ps) > 0 {
		ps.Sort()
		return nil, ps
	}
	return p, nil
}

func read(fsys fs.FS, file string, into any) library.Problems {
	data, err := fs.ReadFile(fsys, file)
	if err != nil {
		return library.Problems{{File: file, Line: 1, Rule: "format", Message: err.Error()}}
	}
	return library.Decode(file, data, into)
}

// stray finds files that an operator meant to be read and that are not, for their name.
func stray(fsys fs.FS) library.Problems {
	names, _ := fs.Glob(fsys, "workflow/*") // an error only where the pattern is wrong
	var ps library.Problems
	for _, name := range names {
		base := path.Base(name)
		if name != clocksFile && name != holidaysFile && name != productsFile && slices.ContainsFunc([]string{"clock", "holiday", "product"}, func(s string) bool { return strings.HasPrefix(base, s) }) {
			ps = append(ps, library.Problem{File: name, Line: 1, Rule: "reference", Message: "is read by nothing: clocks stand in clocks.yaml, holidays in holidays.yaml, products in products.yaml"})
		}
	}
	return ps
}

// settle ties clocks to their instruments and versions, and checks everything.
func (p *Policy) settle() library.Problems {
	var ps library.Problems
	known := map[string]*Instrument{}
	for _, in := range p.instruments {
		ps = append(ps, in.problems()...)
		if known[in.ID.Raw] != nil {
			ps = append(ps, in.problem("reference", "stands twice"))
		}
		known[in.ID.Raw] = in
	}
	cited := map[string]bool{}
	for _, c := range p.clocks {
		c.ID = c.Head.Raw
		for _, b := range c.citations() {
			b.Instrument = known[b.In]
			cited[b.In] = true
		}
		ps = append(ps, c.problems()...)
		p.versions[c.ID] = append(p.versions[c.ID], c)
	}
	for _, in := range p.instruments {
		if !cited[in.ID.Raw] {
			ps = append(ps, in.problem("reference", "is named by no clock: take it out"))
		}
	}
	for _, vs := range p.versions {
		sort.SliceStable(vs, func(i, j int) bool { return vs[i].ValidFrom.Before(vs[j].ValidFrom.Time) })
		for i, c := range vs[1:] {
			if before := vs[i]; before.ValidTo.IsZero() || !before.ValidTo.Before(c.ValidFrom.Time) {
				ps = append(ps, c.problem("reference", "stands twice for the same days: give the older one a valid_to before this one's valid_from"))
			}
		}
	}
	return ps
}

// Clocks returns every clock as the file has them; one whose rule has changed stands there once for each state.
func (p *Policy) Clocks() []*Clock { return slices.Clone(p.clocks) }

// Clock finds the clock of an id as it is on a day: who began under a rule is held to it. Before the first state that is
// known stands that one; [Clock.Standing] then says that it is no law.
func (p *Policy) Clock(id string, on workday.Date) (*Clock, bool) {
	vs := p.versions[id]
	if len(vs) == 0 {
		return nil, false
	}
	found := vs[0]
	for _, c := range vs[1:] {
		if !on.Before(dayOf(c.ValidFrom)) {
			found = c
		}
	}
	return found, true
}

// Has tells whether there is a clock of the id.
func (p *Policy) Has(id string) bool { return len(p.versions[id]) > 0 }

func dayOf(d library.Date) workday.Date { return workday.DateOf(d.Time) }
