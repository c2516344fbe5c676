package dispute

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares with a file, or rewrites it.
func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil { //nolint:gosec // read by everybody
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got == string(want) {
		return
	}
	for i, line := range strings.Split(got, "\n") {
		if old := strings.Split(string(want), "\n"); i >= len(old) || old[i] != line {
			t.Fatalf("%s:%d is now\n%s\nRead the difference, then: go test ./server/dispute -update", file, i+1, line)
		}
	}
	t.Fatalf("%s is longer than what is written now: go test ./server/dispute -update", file)
}

// variants are the cases in which a state is met, so that every condition holds in one of them and not in another.
func variants(t *Table, s State) []Case {
	var list []Case
	if t == Disputes {
		waiting := Leg{ID: 1, Channel: Institution, State: NoReply}
		done := Leg{ID: 1, Channel: Institution, State: Performed, Part: true}
		for _, c := range []Case{
			{State: s},
			{State: s, Helper: true, Child: true},
			{State: s, Helper: true, Confirmed: true, Contested: OutOfScope},
			{State: s, Contested: Duplicate, Claim: LifeInsurance, Legs: []Leg{waiting}},
			{State: s, Claim: OtherInsurance, Legs: []Leg{done}},
		} {
			if s == InChannel {
				c.Legs = append(slices.Clone(c.Legs), Leg{ID: len(c.Legs) + 1, Channel: Institution, State: HandedOver})
			}
			list = append(list, c)
		}
		return list
	}
	around := map[bool]State{true: InChannel, false: Between}[t.Standing(s) == Moving]
	for _, l := range []Leg{
		{Channel: Institution, Outcome: ExplanationOnly},
		{Channel: Institution, Outcome: ReliefOffered, Order3: true, Branch: true},
		{Channel: Institution, Outcome: ClaimDismissed, Order3: true, Branch: true, Extensions: 1},
		{Channel: Institution, Outcome: CorrectionOffered, Order3: true, Extensions: 2},
		{Channel: Review, Outcome: ReliefOffered, Order3: true},
	} {
		l.ID, l.State = 1, s
		list = append(list, Case{State: around, Legs: []Leg{l}}, Case{State: around, Helper: true, Confirmed: true, Legs: []Leg{l}})
		other := Leg{ID: 2, Channel: Institution, State: HandedOver}
		list = append(list, Case{State: InChannel, Legs: []Leg{l, other}}, Case{State: around, Helper: true, Legs: []Leg{l}})
	}
	return list
}

// Every state × event × actor is tried, in every variant, with every fact and without each fact that a guard asks for.
// What is possible stands in testdata/matrix.txt; everything else is refused, and the count of that stands there, too.
func TestEveryStateEventAndActor(t *testing.T) {
	t.Parallel()
	events := Disputes.Events()
	for _, e := range Legs.Events() {
		if !slices.Contains(events, e) {
			events = append(events, e)
		}
	}
	var out strings.Builder
	for _, table := range []*Table{Disputes, Legs} {
		for _, p := range table.Places {
			fmt.Fprintf(&out, "%s %s%s\n", table.Name, p.State, about(p))
			refused := 0
			for _, event := range events {
				done := map[string][]string{} // what happens → who may
				var order []string
				for _, by := range append(Actors, Machine) {
					lines := tryAll(t, table, p.State, event, by)
					if lines == nil {
						refused++
					}
					for _, line := range lines {
						if done[line] == nil {
							order = append(order, line)
						}
						done[line] = append(done[line], string(by))
					}
				}
				for _, line := range order {
					fmt.Fprintf(&out, "  %-18s %s\n    by %s\n", event, line, strings.Join(done[line], ", "))
				}
			}
			fmt.Fprintf(&out, "  %d other pairs of event and actor are refused\n\n", refused)
		}
	}
	golden(t, "testdata/matrix.txt", out.String())
}

func about(p Place) string {
	switch p.Standing {
	case Moving:
		if p.NoClock != "" {
			return ": no clock, since " + p.NoClock
		}
		return ": waits for " + string(p.Owner)
	case Resting:
		return ": rests: " + p.NoClock
	case Final:
	}
	return ": final"
}

// tryAll tries one event by one actor in every variant of a state, and describes what can happen.
func tryAll(t *testing.T, table *Table, s State, event Event, by Actor) []string {
	t.Helper()
	var lines []string
	for _, c := range variants(table, s) {
		leg := map[bool]int{true: 1, false: 0}[table == Legs]
		rows := slices.DeleteFunc(Options(c, leg, by), func(r Transition) bool { return r.Event != event })
		for _, facts := range telling(event) {
			next, effects, err := Apply(c, leg, event, by, facts...)
			refused, isRefusal := errors.AsType[*RefusedError](err)
			switch {
			case err != nil && !isRefusal:
				t.Fatalf("%s by %s in %+v: %v", event, by, c, err)
			case len(rows) == 0:
				mayNot(t, c, leg, event, by, refused)
			case isRefusal && refused.Guard.Needs != nil:
				t.Errorf("%s by %s in %+v with every fact: %v", event, by, c, err)
			case isRefusal:
			default:
				row := rowOf(rows, c, leg, by, facts)
				if e := effects[0]; row.To != Same && e.To != row.To && row.Event != ChooseInstitution || next.Version != 1 {
					t.Errorf("%s by %s in %+v went to %s, version %d", event, by, c, e.To, next.Version)
				}
				withoutEach(t, row, c, leg, by, facts)
				if line := describe(row); !slices.Contains(lines, line) {
					lines = append(lines, line)
				}
			}
		}
	}
	return lines
}

func rowOf(rows []Transition, c Case, leg int, by Actor, facts []Fact) Transition {
	l, _ := c.Leg(leg)
	i := slices.IndexFunc(rows, func(r Transition) bool { return allHold(r.If, Try{Case: c, Leg: l, By: by, Facts: facts}) })
	return rows[i]
}

// mayNot looks at the refusal of what the table does not have: the reason is right, and what is allowed instead is allowed.
func mayNot(t *testing.T, c Case, leg int, event Event, by Actor, refused *RefusedError) {
	t.Helper()
	if refused == nil || refused.Why == NotYet {
		t.Errorf("%s by %s in %+v was not refused by the table: %v", event, by, c, refused)
		return
	}
	others := slices.ContainsFunc(Actors, func(a Actor) bool {
		return slices.ContainsFunc(Options(c, leg, a), func(r Transition) bool { return r.Event == event })
	})
	if (refused.Why == NotYours) != (others && by != Machine) || slices.Contains(refused.Allowed, event) {
		t.Errorf("%s by %s in %+v: %v", event, by, c, refused)
	}
	for _, e := range refused.Allowed {
		if !slices.ContainsFunc(Options(c, leg, by), func(r Transition) bool { return r.Event == e }) {
			t.Errorf("%s is said to be allowed to %s in %+v", e, by, c)
		}
	}
}

// withoutEach takes away the facts of each guard in turn: it alone refuses.
func withoutEach(t *testing.T, row Transition, c Case, leg int, by Actor, facts []Fact) {
	t.Helper()
	l, _ := c.Leg(leg)
	if l.ID == 0 {
		l.Channel = row.Only
	}
	for _, g := range row.Guards {
		if g.Needs == nil || !g.Applies(Try{Case: c, Leg: l, By: by}) {
			continue
		}
		left := slices.DeleteFunc(slices.Clone(facts), func(f Fact) bool { return slices.Contains(g.Needs, f) })
		after, _, err := Apply(c, leg, row.Event, by, left...)
		refused, ok := errors.AsType[*RefusedError](err)
		if !ok || refused.Why != NotYet || refused.Guard.Name != g.Name || after.Version != c.Version {
			t.Errorf("%s by %s in %+v without %v: %v, want it refused by %s", row.Event, by, c, g.Needs, err, g.Name)
		}
	}
}

func describe(r Transition) string {
	var b strings.Builder
	fmt.Fprintf(&b, "→ %s", map[bool]string{true: "(stays)", false: string(r.To)}[r.To == Same])
	for _, c := range r.If {
		fmt.Fprintf(&b, " [%s]", c)
	}
	if r.Only != "" {
		fmt.Fprintf(&b, " {%s}", r.Only)
	}
	for _, part := range []struct{ name, value string }{
		{"opens", string(r.Opens)},
		{"dispute", string(r.Raises)},
		{"legs", string(r.Around)},
		{"if", guardNames(r)},
		{"due", join(r.Due)},
		{"clocks", clockNames(r)},
		{"told", r.Told},
	} {
		if part.value != "" {
			fmt.Fprintf(&b, "\n    %s %s", part.name, part.value)
		}
	}
	return b.String()
}

func guardNames(r Transition) string {
	names := make([]string, len(r.Guards))
	for i, g := range r.Guards {
		names[i] = g.Name
	}
	return strings.Join(names, ", ")
}

func clockNames(r Transition) string {
	names := make([]string, len(r.Clocks))
	for i, c := range r.Clocks {
		names[i] = strings.TrimSpace(string(c.Op) + " " + string(c.Rule))
		if c.Since != Now {
			names[i] += " since " + string(c.Since)
		}
		if c.On != Own {
			names[i] += " of the " + string(c.On)
		}
		for _, cond := range c.If {
			names[i] += " [" + cond.String() + "]"
		}
	}
	return strings.Join(names, ", ")
}

func join(rules []Rule) string {
	names := make([]string, len(rules))
	for i, r := range rules {
		names[i] = string(r)
	}
	return strings.Join(names, ", ")
}
