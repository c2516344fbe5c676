package library

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"anxin/server/locale"
)

// One reader walks through a quiz of two questions, as the form carries her picks from page to page.
func TestRunStepByStep(t *testing.T) {
	t.Parallel()
	l := open(t, tiny())
	m, _ := l.Module("m")
	quiz, err := l.Quiz(m, locale.Hans)
	if err != nil {
		t.Fatal(err)
	}
	type seen struct {
		Item     string
		Chosen   []string
		Hinted   bool
		Settled  bool
		Done     bool
		Right    bool
		First    int
		MissedBy []string
	}
	for _, step := range []struct {
		name, picks string
		want        seen
	}{
		{"first question", "", seen{Item: "first"}},
		{"wrong: a hint", "a", seen{Item: "first", Chosen: []string{"a"}, Hinted: true, MissedBy: []string{"first"}}},
		{"right at the second try", "ab", seen{Item: "first", Chosen: []string{"a", "b"}, Settled: true, Right: true, MissedBy: []string{"first"}}},
		{"wrong twice: explained", "aa", seen{Item: "first", Chosen: []string{"a"}, Settled: true, MissedBy: []string{"first"}}},
		{"wrong twice in the second", "b.cb", seen{Item: "second", Chosen: []string{"b", "c"}, Settled: true, First: 1, MissedBy: []string{"second"}}},
		{"on to the second question", "ab.", seen{Item: "second", MissedBy: []string{"first"}}},
		{"right at once", "ab.a", seen{Item: "second", Chosen: []string{"a"}, Settled: true, Right: true, First: 1, MissedBy: []string{"first"}}},
		{"done", "ab.a.", seen{Done: true, First: 1, MissedBy: []string{"first"}}},
	} {
		t.Run(step.name, func(t *testing.T) {
			t.Parallel()
			r, err := NewRun(quiz.Items, step.picks)
			if err != nil {
				t.Fatal(err)
			}
			got := seen{Hinted: r.Hinted(), Settled: r.Settled(), Done: r.Done(), Right: r.Right(), First: r.FirstRight()}
			if it := r.Item(); it != nil {
				got.Item = it.ID
			}
			for _, id := range []string{"a", "b", "c"} {
				if r.Chosen(id) {
					got.Chosen = append(got.Chosen, id)
				}
			}
			for _, it := range r.Missed() {
				got.MissedBy = append(got.MissedBy, it.ID)
			}
			if diff := cmp.Diff(step.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Whatever a form is made to send, nothing of it shows: the run comes back at its beginning.
func TestGarbledPicksBeginAnew(t *testing.T) {
	t.Parallel()
	l := open(t, tiny())
	m, _ := l.Module("m")
	quiz, err := l.Quiz(m, locale.Hans)
	if err != nil {
		t.Fatal(err)
	}
	for name, picks := range map[string]string{
		"an option that is none":        "z",
		"a capital letter":              "A",
		"Han":                           "甲",
		"no UTF-8":                      "\xff",
		"a left-out question":           ".a",
		"moved on too early":            "a.b",
		"a third try":                   "aab",
		"after the right answer":        "bb",
		"more questions than there are": "b.a.b",
		"beyond the end":                "b.a..",
		"a space":                       " ",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := NewRun(quiz.Items, picks)
			if err == nil {
				t.Fatalf("%q was taken", picks)
			}
			if r.Picks != "" || r.At != 0 || r.Current != nil || r.FirstRight() != 0 || r.Done() {
				t.Errorf("%q left %+v", picks, r)
			}
		})
	}
	if r, err := NewRun(nil, ""); err != nil || !r.Done() {
		t.Errorf("a row of no questions: done %t, %v", r.Done(), err)
	}
}

func FuzzNewRun(f *testing.F) {
	l, err := Open(tiny())
	if err != nil {
		f.Fatal(err)
	}
	m, _ := l.Module("m")
	quiz, err := l.Quiz(m, locale.Hans)
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range []string{"", "a", "ab.", "b.a.", "..", "aab", "\xff", "b.c"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, picks string) {
		r, err := NewRun(quiz.Items, picks)
		if err != nil {
			return
		}
		if r.Done() != (r.Item() == nil) || r.Hinted() && r.Settled() || r.FirstRight()+len(r.Missed()) > len(quiz.Items) {
			t.Errorf("%q: %+v", picks, r)
		}
		r.Right()
	})
}
