package workday

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	yaml "go.yaml.in/yaml/v3"
)

// Holidays are the names by which days are announced; whoever shows them has words for each.
var Holidays = []string{"new_year", "spring", "qingming", "labour", "dragon_boat", "mid_autumn", "national", "national_mid_autumn"}

// mostDays is the longest holiday that is believed: a longer one is a slip of the pen.
const mostDays = 15

// Parse reads what was announced, a year after the other:
//
//	# the State Council's notice and where it stands
//	- year: 2026
//	  notice: 国务院办公厅关于2026年部分节假日安排的通知
//	  url: https://www.gov.cn/…
//	  days:
//	    - {holiday: spring, from: 2026-02-15, to: 2026-02-23, worked: [2026-02-14, 2026-02-28]}
//
// The error has a line for each mistake, which begins with "line 7: ".
func Parse(data []byte) (*Calendar, error) {
	var c Calendar
	if err := yaml.Unmarshal(data, &c); err != nil {
		return nil, err
	}
	return &c, nil
}

// UnmarshalYAML reads the list of years. Whatever it does not know is a mistake: a holiday that is passed over would
// move somebody's last day.
func (c *Calendar) UnmarshalYAML(n *yaml.Node) error {
	*c = Calendar{years: map[int]bool{}, off: map[Date]string{}, on: map[Date]string{}}
	r := &reader{into: c}
	for _, y := range r.items(n, "a list of years, each with year, notice, url and days") {
		r.year(y)
	}
	if r.wrong != nil {
		return errors.New(strings.Join(r.wrong, "\n"))
	}
	return nil
}

// reader walks the nodes and notes what is wrong, so that an editor is told everything at once.
type reader struct {
	into  *Calendar
	wrong []string
}

func (r *reader) bad(n *yaml.Node, format string, args ...any) {
	r.wrong = append(r.wrong, fmt.Sprintf("line %d: ", n.Line)+fmt.Sprintf(format, args...))
}

func (r *reader) items(n *yaml.Node, what string) []*yaml.Node {
	if n.Kind != yaml.SequenceNode {
		r.bad(n, "write %s here", what)
		return nil
	}
	return n.Content
}

// fields are the values of a mapping that has these keys and no others; the last ones, named optional, may be left out.
func (r *reader) fields(n *yaml.Node, needed []string, optional ...string) map[string]*yaml.Node {
	if n.Kind != yaml.MappingNode {
		r.bad(n, "write %s here", strings.Join(needed, ", "))
		return nil
	}
	found := map[string]*yaml.Node{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		switch {
		case !slices.Contains(needed, key.Value) && !slices.Contains(optional, key.Value):
			r.bad(key, "there is no field %q here", key.Value)
		case found[key.Value] != nil:
			r.bad(key, "%s stands twice", key.Value)
		default:
			found[key.Value] = n.Content[i+1]
		}
	}
	for _, key := range needed {
		if found[key] == nil || found[key].Kind == yaml.ScalarNode && found[key].Value == "" {
			r.bad(n, "%s is missing", key)
			return nil
		}
	}
	return found
}

func (r *reader) year(n *yaml.Node) {
	f := r.fields(n, []string{"year", "notice", "url", "days"})
	if f == nil {
		return
	}
	year, err := strconv.Atoi(f["year"].Value)
	switch {
	case err != nil || year < 2000 || year > 2200:
		r.bad(f["year"], "%q is no year", f["year"].Value)
		return
	case r.into.years[year]:
		r.bad(f["year"], "year %d stands twice", year)
		return
	}
	r.into.years[year] = true
	for _, holiday := range r.items(f["days"], "a list of holidays, each with holiday, from and to") {
		r.holiday(holiday, year)
	}
}

func (r *reader) holiday(n *yaml.Node, year int) {
	f := r.fields(n, []string{"holiday", "from", "to"}, "worked")
	if f == nil {
		return
	}
	name := f["holiday"].Value
	if !slices.Contains(Holidays, name) {
		r.bad(f["holiday"], "there is no holiday %q: write one of %s", name, strings.Join(Holidays, ", "))
	}
	from, ok := r.day(f["from"], year)
	to, also := r.day(f["to"], year)
	if ok && also {
		if n := to.DaysSince(from); n < 0 || n >= mostDays {
			r.bad(f["to"], "from %s to %s are not 1 to %d days", from, to, mostDays)
			return
		}
		for d := from; !d.After(to); d = d.AddDays(1) {
			r.set(f["from"], r.into.off, d, name)
		}
	}
	if f["worked"] == nil {
		return
	}
	for _, w := range r.items(f["worked"], "a list of weekend days") {
		d, ok := r.day(w, year)
		if !ok {
			continue
		}
		if d.Weekday() != time.Saturday && d.Weekday() != time.Sunday {
			r.bad(w, "%s is no Saturday or Sunday, so that it is worked anyway", d)
			continue
		}
		r.set(w, r.into.on, d, name)
	}
}

// day reads a day of the year, or of the last days of the year before, which its notice may set, too.
func (r *reader) day(n *yaml.Node, year int) (Date, bool) {
	d, err := ParseDate(n.Value)
	if err != nil {
		r.bad(n, "%v", err)
		return Date{}, false
	}
	if first := NewDate(year-1, time.December, nextNotice); d.Before(first) || d.Year() > year {
		r.bad(n, "%s is no day of which the notice for %d tells", d, year)
		return Date{}, false
	}
	return d, true
}

func (r *reader) set(n *yaml.Node, days map[Date]string, d Date, name string) {
	if _, off := r.into.off[d]; off {
		r.bad(n, "%s stands twice", d)
		return
	}
	if _, on := r.into.on[d]; on {
		r.bad(n, "%s stands twice", d)
		return
	}
	days[d] = name
}
