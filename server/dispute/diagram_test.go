package dispute

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

const document = "../../docs/workflow.md"

// The document shows the tables as they are: what stands between its marks is written by -update.
func TestTheDocumentDrawsTheTables(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	for _, table := range []*Table{Disputes, Legs} {
		text = between(t, text, table.Name+" diagram", diagram(table))
		text = between(t, text, table.Name+" states", places(table))
	}
	golden(t, document, text)
}

// between puts something between the marks of a name.
func between(t *testing.T, text, name, part string) string {
	t.Helper()
	head, rest, ok := strings.Cut(text, "<!-- "+name+" -->\n")
	_, tail, end := strings.Cut(rest, "<!-- end -->\n")
	if !ok || !end {
		t.Fatalf("%s has no marks for %s", document, name)
	}
	return head + "<!-- " + name + " -->\n" + part + "<!-- end -->\n" + tail
}

// many is from how many states on a transition is told in words, since its arrows would hide all others.
const many = 5

func diagram(table *Table) string {
	var b, words strings.Builder
	b.WriteString("```mermaid\nstateDiagram-v2\n")
	if table == Disputes {
		fmt.Fprintf(&b, "  [*] --> %s\n", Draft)
	}
	for _, r := range table.Rows {
		label := string(r.Event)
		for _, c := range r.If {
			label += " [" + c.String() + "]"
		}
		if r.Only == Review {
			label += " (review)"
		}
		if len(r.From) >= many {
			names := make([]string, len(r.From))
			for i, s := range r.From {
				names[i] = string(s)
			}
			fmt.Fprintf(&words, "- `%s` → %s, from %s\n", label, map[bool]string{true: "the same", false: string(r.To)}[r.To == Same], strings.Join(names, ", "))
			continue
		}
		for _, s := range r.From {
			from := string(s)
			if s == None {
				from = "[*]"
			}
			fmt.Fprintf(&b, "  %s --> %s: %s\n", from, r.Target(s), label)
		}
	}
	for _, p := range table.Places {
		if p.Standing == Final {
			fmt.Fprintf(&b, "  %s --> [*]\n", p.State)
		}
	}
	b.WriteString("```\n\nFrom many states, and therefore not drawn:\n\n")
	return b.String() + words.String()
}

func places(table *Table) string {
	var b strings.Builder
	runs := table.mayRun(map[bool]State{true: Draft, false: None}[table == Disputes])
	b.WriteString("| state | waits for | clocks that move it, or why none does |\n|---|---|---|\n")
	for _, p := range table.Places {
		who, clocks := string(p.Owner), p.NoClock
		switch p.Standing {
		case Resting:
			who = "nobody"
		case Final:
			who, clocks = "nobody", "final"
		case Moving:
			if p.Owner == Machine {
				who = "its legs"
			}
			timed, _ := table.ways(p.State)
			timed = slices.DeleteFunc(slices.Compact(timed), func(r Rule) bool { return !runs[p.State][r] })
			if len(timed) > 0 {
				clocks = "`" + strings.ReplaceAll(join(timed), ", ", "`, `") + "`"
			}
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", p.State, who, clocks)
	}
	return b.String()
}
