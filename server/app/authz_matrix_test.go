package app

import (
	"cmp"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// What a request comes to.
const (
	yes    = "yes"  // the handler took it, whatever it said to an empty form
	signIn = "in"   // first say who you are
	no     = "no"   // what somebody of this role does not do: 403
	none   = "none" // there is no such thing, as far as you can tell: 404
)

// verdict is the rule: what somebody's request must come to. It knows nothing of the server.
func (w *world) verdict(d declared, s *subject, o object) string {
	if d.staffed() {
		switch {
		case s.role == "":
			return signIn
		case !slices.Contains(d.who, string(s.role)):
			return no
		}
	}
	switch d.who[0] {
	case "admin": // no token is configured
		return none
	case "halfway": // nobody is
		return cmp.Or(map[bool]string{true: signIn}[o.there], none)
	case "hers", "bearer":
		if s.file == "" {
			return signIn
		}
	}
	if w.hidden(d, s, o) && d.object != "call" { // of a call the list is shown again, without it
		return none
	}
	if d.method == http.MethodDelete && slices.ContainsFunc(caseNames, func(name string) bool { return o.file != "" && w.cases[name].sent == o.file }) {
		return no // what a firm handed in stays
	}
	return yes
}

// hidden tells that somebody must not learn of an object, even if there is one.
func (w *world) hidden(d declared, s *subject, o object) bool {
	switch {
	case d.is("public"): // also of a number: whether there is such a one is told to nobody
		return false
	case o.file != "":
		return !w.seesFile(s, cmp.Or(o.in, s.file), o.file)
	case o.in != "":
		return !w.sees(s, o.in)
	}
	return !o.there
}

// came is what a request did come to.
func came(a answer) string {
	to := a.Header.Get("Location")
	switch {
	case a.StatusCode == http.StatusUnauthorized, a.StatusCode == http.StatusSeeOther && strings.HasPrefix(to, "/console/sign-in") && !strings.HasSuffix(to, "?out=1"):
		return signIn
	case a.StatusCode == http.StatusForbidden:
		return no
	case a.StatusCode == http.StatusNotFound:
		return none
	case a.StatusCode >= 500 || a.StatusCode == http.StatusTooManyRequests || a.StatusCode == http.StatusMethodNotAllowed:
		return fmt.Sprint(a.StatusCode)
	}
	return yes
}

// ends are the routes after which somebody is not who they were: they come last.
var ends = []string{"DELETE /api/v1/complaints/:number/evidence/:id", "POST /:lang/complaints/mine/leave", "POST /console/out", "DELETE /api/v1/complaints/:number/session"}

// told is an answer without what its own address and session put into it, so that two can be compared byte for byte.
func told(a answer, o object) string {
	var b strings.Builder
	fmt.Fprintln(&b, a.StatusCode)
	for _, name := range []string{"Location", "Content-Type", "Cache-Control", "Set-Cookie", "Vary", "Www-Authenticate", "X-Robots-Tag", "Clear-Site-Data", "Allow"} {
		fmt.Fprintln(&b, name, a.Header[name])
	}
	b.WriteString(a.text)
	text := b.String()
	for _, id := range o.identities {
		text = strings.ReplaceAll(text, id, "…")
	}
	return text
}

// Who may do what: everybody, everything, everywhere. One world, since a world takes a second.
func TestWhoMayDoWhat(t *testing.T) {
	t.Parallel()
	w := openWorld(t)
	t.Run("forms without their token", w.formsWithoutTheirToken)
	t.Run("searches", w.searches)
	t.Run("everything by everybody", w.everythingByEverybody) // at its end nobody is signed in
}

// Everybody asks for everything, and gets what the rule says: yes, or exactly what somebody gets who asks for what is not there. Nothing
// that anybody gets holds a word that they may not read.
func (w *world) everythingByEverybody(t *testing.T) {
	table := authz(t)
	routes := make([]declared, 0, len(table))
	for _, d := range table {
		routes = append(routes, d)
	}
	last := func(d declared) int { return slices.Index(ends, d.method+" "+d.path) }
	slices.SortFunc(routes, func(a, b declared) int {
		return cmp.Or(cmp.Compare(last(a), last(b)), strings.Compare(a.path, b.path), strings.Compare(a.method, b.method))
	})
	var matrix strings.Builder
	fmt.Fprintf(&matrix, "%-7s%-49s%-22s", "", "", "")
	for _, s := range w.subjects {
		fmt.Fprintf(&matrix, "%-10s", s.name)
	}
	matrix.WriteString("\n")
	fields, asked := map[string][]string{}, 0
	for _, d := range routes {
		objects := w.objects(d)
		got := make([][]string, len(objects))
		for _, s := range w.subjects { // each in its column
			nothingThere := ""
			for _, i := range w.order(d, s, objects) {
				o := objects[i]
				if last(d) >= 0 && s.file != "" {
					s.cookies["__Host-file"] = w.holder(t, s.file).cookies["__Host-file"]
				}
				a := s.asks(t, d.method, o.target, w.form(t, d, s))
				asked++
				result, want := came(a), w.verdict(d, s, o)
				got[i] = append(got[i], result)
				if result != want {
					t.Errorf("%s, %s %s of %s: %s (%d), and the rule says %s%s", s.name, d.method, d.path, o.name, result, a.StatusCode, want, w.why(a))
				}
				if masked := told(a, o); !o.there {
					nothingThere = masked
				} else if w.hidden(d, s, o) && nothingThere != "" && masked != nothingThere {
					t.Errorf("%s, %s %s of %s is told from what is not there:\n%s", s.name, d.method, d.path, o.name, firstDifference(masked, nothingThere))
				}
				for _, c := range w.reads(a.everything(t)) {
					if !w.mayRead(s, c) {
						t.Errorf("%s, %s %s of %s, reads the %s of the case %s", s.name, d.method, d.path, o.name, c.kind, c.in)
					}
					if d.method == http.MethodGet && c.kind != "number" {
						key := s.name + " " + d.path
						fields[key] = append(fields[key], c.kind)
					}
				}
			}
		}
		for i, o := range objects {
			fmt.Fprintf(&matrix, "%-7s%-49s%-22s", d.method, d.path, o.name)
			for _, v := range got[i] {
				fmt.Fprintf(&matrix, "%-10s", v)
			}
			matrix.WriteString("\n")
		}
	}
	if asked < 1500 {
		t.Errorf("asked %d times only", asked)
	}
	t.Logf("%d requests: %d routes, %d subjects", asked, len(routes), len(w.subjects))
	w.quiet(t)
	goldenAuthz(t, "testdata/authz_matrix.txt", trimmed(matrix.String()))
	goldenAuthz(t, "testdata/authz_fields.txt", fieldsRead(fields))
}

// order is that in which somebody asks for objects: the last first, which is not there, then those that are hidden from them, then those
// of which a request may change something.
func (w *world) order(d declared, s *subject, objects []object) []int {
	first, then := []int{len(objects) - 1}, []int{}
	for i, o := range objects[:len(objects)-1] {
		if w.hidden(d, s, o) {
			first = append(first, i)
		} else {
			then = append(then, i)
		}
	}
	return append(first, then...)
}

// why is what the log says of a request that failed.
func (w *world) why(a answer) string {
	if a.StatusCode < 500 {
		return ""
	}
	lines := slices.DeleteFunc(strings.Split(w.log.String(), "\n"), func(line string) bool { return !strings.Contains(line, "request failed") })
	return ": " + lines[len(lines)-1]
}

// quiet checks that the log, which more people read than cases, holds no canary.
func (w *world) quiet(t *testing.T) {
	t.Helper()
	for _, c := range w.reads(w.log.String()) {
		t.Errorf("the log holds the %s of the case %s", c.kind, c.in)
	}
}

// fieldsRead is what each reads at each address, sorted.
func fieldsRead(fields map[string][]string) string {
	var b strings.Builder
	for key, kinds := range fields {
		slices.Sort(kinds)
		fields[key] = slices.Compact(kinds)
	}
	keys := make([]string, 0, len(fields))
	for key := range fields {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		fmt.Fprintf(&b, "%-55s %s\n", key, strings.Join(fields[key], ", "))
	}
	return b.String()
}

var trailing = regexp.MustCompile(`(?m) +$`)

func trimmed(text string) string { return trailing.ReplaceAllString(text, "") }

func firstDifference(a, b string) string {
	one, two := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range one {
		if i >= len(two) || one[i] != two[i] {
			return one[i] + "\nand not\n" + strings.Join(two[min(i, len(two)):min(i+1, len(two))], "")
		}
	}
	return "it is shorter"
}
