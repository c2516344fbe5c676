package policy

import (
	"strings"
	"testing"
	"testing/fstest"

	"anxin/content"
	"anxin/server/library"
	"anxin/server/workday"
)

func open(t testing.TB) *Policy {
	t.Helper()
	p, err := Open(content.Files)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func date(t testing.TB, s string) workday.Date {
	t.Helper()
	d, err := workday.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// The table of the clocks as the fact sheets have it: a slip of the pen in clocks.yaml would move people's last days.
func TestOurClocks(t *testing.T) {
	t.Parallel()
	p := open(t)
	for id, want := range map[string]string{
		"fi_decide": "15 cal firm →30 →60 mediation appraisal new_facts rolls P", "fi_review_apply": "30 cal citizen rolls P", "fi_review_decide": "30 cal firm rolls P",
		"nfra_forward": "7 work regulator P", "nfra_breach_request": "2 month regulator rolls P", "pbc_receive": "7 work regulator supplement P",
		"pay_reply": "15 cal firm →60 rolls P", "credit_screen": "10 work regulator P", "credit_supplement": "10 work citizen P", "credit_decide": "30 cal regulator suspension rolls P",
		"csrc_reply": "firm U", "admin_answer": "7 work office P", "admin_mediate": "60 cal office appraisal rolls P", "samr_accept": "7 work office P",
		"samr_mediate": "60 cal office appraisal rolls P", "samr_end_notice": "7 work office P", "samr_clue_check": "15 work office →30 P",
		"petition_notice": "15 cal office rolls P", "petition_answer": "60 cal office →90 rolls P", "petition_review": "30 cal office hearing rolls P", "petition_rereview": "30 cal office hearing rolls P",
		"mediation": "30 cal mediator → appraisal rolls P", "admin_mediation_accept": "5 work office →10 P", "confirm_apply": "30 cal citizen rolls P", "confirm_decide": "15 cal court →25 rolls S",
		"arb_accept": "5 cal arbitrator rolls P", "arb_setaside": "3 month citizen rolls P", "court_docket": "7 cal court rolls P",
		"court_small": "2 month court →3 appraisal rolls P", "court_simple": "3 month court →4 appraisal rolls P", "court_ordinary": "6 month court →12 appraisal rolls P",
		"court_appeal": "15 cal citizen rolls P", "court_enforce": "2 year citizen interruption 6 month rolls P",
		"ins_assess_personal": "5 work firm →30 cal rolls P", "ins_assess": "30 cal firm rolls P", "ins_pay": "10 cal firm rolls P", "ins_refuse": "3 cal firm rolls P", "ins_advance": "60 cal firm rolls P",
		"limitation_general": "3 year citizen interruption 6 month rolls P", "limitation_nonlife": "2 year citizen interruption 6 month rolls P", "limitation_life": "5 year citizen interruption 6 month rolls P",
	} {
		c, ok := p.Clock(id, date(t, "2026-11-25"))
		if !ok {
			t.Errorf("there is no clock %s", id)
			continue
		}
		if got := outline(c); got != want {
			t.Errorf("%s: %s, want %s", id, got, want)
		}
	}
	laws := 0
	for _, c := range p.Clocks() {
		if ours := strings.HasPrefix(c.ID, "council_"); !ours {
			laws++
		} else if !strings.HasSuffix(outline(c), " promise") {
			t.Errorf("%s: %s: the council's own time is a promise and no law", c.ID, outline(c))
		}
	}
	if laws != 41 {
		t.Errorf("%d clocks beside the council's own, of which the list above has 41", laws)
	}
}

// outline is a clock in short.
func outline(c *Clock) string {
	words := []string{}
	if c.Length > 0 {
		words = append(words, span(Span{c.Length, c.Unit}))
	}
	words = append(words, c.Keeper)
	for _, e := range c.Extend {
		to := "→"
		if e.To > 0 {
			to += strings.Fields(span(Span{e.To, Cal}))[0]
		}
		if e.Unit != "" {
			to += " " + string(e.Unit)
		}
		words = append(words, to)
	}
	for _, p := range c.Pause {
		words = append(words, p.Kind)
	}
	if c.Restart != "" {
		words = append(words, c.Restart)
	}
	if c.Obstacle.N > 0 {
		words = append(words, span(c.Obstacle))
	}
	if c.Rolls != nil {
		words = append(words, "rolls")
	}
	if c.Promise {
		words = append(words, "promise")
	}
	if c.Mark != "" {
		words = append(words, string(c.Mark))
	}
	return strings.Join(words, " ")
}

// tiny is a policy of one clock, in which a test changes what it is about.
const tiny = `instruments:
  - id: rules
    issuer: {zh-Hans: 甲, zh-Hant: 甲, en: A}
    title: {zh-Hans: 《乙》, zh-Hant: 《乙》, en: B}
    date: 2020-01-01
    text_copy: a copy
    copied_on: 2026-01-01
clocks:
  - id: one
    name: {zh-Hans: 一, zh-Hant: 一, en: One}
    starts: {zh-Hans: 收到, zh-Hant: 收到, en: it came}
    keeper: firm
    length: 15
    unit: cal
    extend: [{to: 30, by: firm, when: complex}, {to: 60, by: senior}]
    pause: [{kind: mediation}]
    restart: new_facts
    rolls: {in: rules, articles: [2]}
    basis: [{in: rules, articles: [1]}]
    mark: P
    valid_from: 2020-01-01
    verified_on: 2026-11-25
    review_by: 2027-05-25
`

const tinyProduct = `- id: deposit
  name: {zh-Hans: 存款, zh-Hant: 存款, en: Deposit}
  group: bank
  supervisor: nfra
  bars: [market]
  doors: [court]
`

func openTiny(clocks string) (*Policy, error) {
	return Open(fstest.MapFS{
		"workflow/clocks.yaml":   {Data: []byte(clocks)},
		"workflow/holidays.yaml": {Data: []byte("- {year: 2026, notice: x, url: y, days: []}\n")},
		"workflow/products.yaml": {Data: []byte(tinyProduct)},
	})
}

func TestMistakesAreToldByFileAndLine(t *testing.T) {
	t.Parallel()
	if _, err := openTiny(tiny); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ old, with, want string }{
		{"unit: cal", "unit: days", `9: clock one: unit is "days"`},
		{"length: 15", "length: 0", "9: clock one: length is 0"},
		{"length: 15", "length: 1000", "9: clock one: length is 1000"},
		{"    basis: [{in: rules, articles: [1]}]\n", "", "9: clock one: no basis"},
		{"basis: [{in: rules, articles: [1]}]", "basis: [{in: rule, articles: [1]}]", `9: clock one: there is no instrument "rule"`},
		{"basis: [{in: rules, articles: [1]}]", "basis: [{in: rules}]", "9: clock one: no article of rules"},
		{"mark: P", "mark: U", "9: clock one: what could not be verified (mark U) is never published as a number"},
		{"mark: P", "mark: X", `9: clock one: mark is "X"`},
		{"mark: P", "mark: P\n    promise: true", "9: clock one: the operator's own clocks"},
		{"id: one", "id: council_one", "9: clock council_one: the operator's own clocks"},
		{"id: one", "id: council_one\n    promise: true", "9: clock council_one: a promise has no mark"},
		{"id: one", "id: One-Two", "9: clock One-Two: an id is made of"},
		{"zh-Hant: 一, ", "", "9: clock one: no name or no starts in zh-Hant"},
		{"keeper: firm", "keeper: bank", `9: clock one: keeper is "bank"`},
		{"to: 30", "to: 15", "9: clock one: extend: 15 is not longer than 15"},
		{"to: 60", "to: 30", "9: clock one: extend: 30 is not longer than 30"},
		{"to: 60", "to: 6000", "9: clock one: extend: 6000 is more than"},
		{"{to: 30, by", "{by", "9: clock one: extend: only the last step"},
		{"by: senior", "by: nobody", `9: clock one: extend: by is "nobody"`},
		{"when: complex", "when: slow", `9: clock one: extend: when is "slow"`},
		{"to: 60", "to: 60, unit: week", `9: clock one: extend: unit is "week"`},
		{"to: 60", "to: 60, unit: work", "9: clock one: extend: a step in another unit"},
		{"[{kind: mediation}]", "[{kind: tea}]", `9: clock one: pause: kind is "tea"`},
		{"[{kind: mediation}]", "[{kind: mediation}, {kind: mediation}]", "9: clock one: pause: mediation stands twice"},
		{"restart: new_facts", "restart: rain", `9: clock one: restart is "rain"`},
		{"restart: new_facts", "obstacle: {n: 6, unit: month}", "9: clock one: obstacle: "},
		{"unit: cal", "unit: work", "9: clock one: working days never end on a day off"},
		{"    valid_from: 2020-01-01\n", "", "9: clock one: valid_from is needed"},
		{"    review_by: 2027-05-25\n", "", "9: clock one: verified_on and review_by"},
		{"mark: P", "mark: P\n    valid_to: 2019-12-31", "9: clock one: valid_to is before"},
		{"mark: P", "mark: P\n    note: {en: So}", "9: clock one: no note in zh-Hans"},
		{"mark: P", "marks: P", `20: there is no field "marks"`},
		{"id: rules", "id: rule", "2: instrument rule is named by no clock"},
		{"    text_copy: a copy\n", "", "2: instrument rules needs date, text_copy"},
		{"en: B}", "}", "2: instrument rules has no issuer or no title in en"},
		{"length: 15", "length: x", "13: cannot unmarshal"},
	} {
		if !strings.Contains(tiny, c.old) {
			t.Fatalf("%q is not in the file", c.old)
		}
		_, err := openTiny(strings.Replace(tiny, c.old, c.with, 1))
		ps, _ := err.(library.Problems) //nolint:errorlint // Open returns it as it is
		found := false
		for _, p := range ps {
			found = found || strings.HasPrefix(p.String(), "workflow/clocks.yaml:"+c.want)
		}
		if !found {
			t.Errorf("%q for %q: got %v, want %s", c.with, c.old, err, c.want)
		}
	}
}

func TestFilesOfThePolicy(t *testing.T) {
	t.Parallel()
	file := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	for want, fsys := range map[string]fstest.MapFS{
		"workflow/clocks.yaml:1: open":                             {"workflow/holidays.yaml": file("[]")},
		"workflow/holidays.yaml:1: open":                           {"workflow/clocks.yaml": file(tiny)},
		"workflow/holidays.yaml:1: there is no field \"yeer\" her": {"workflow/clocks.yaml": file(tiny), "workflow/holidays.yaml": file("- {yeer: 2027}")},
		"workflow/holidays.yml:1: is read by nothing":              {"workflow/clocks.yaml": file(tiny), "workflow/holidays.yaml": file("[]"), "workflow/holidays.yml": file("[]")},
		"workflow/products.yaml:1: open":                           {"workflow/clocks.yaml": file(tiny), "workflow/holidays.yaml": file("[]")},
		"workflow/product.yml:1: is read by nothing":               {"workflow/clocks.yaml": file(tiny), "workflow/holidays.yaml": file("[]"), "workflow/product.yml": file("[]")},
		"workflow/products.yaml:1: there is no product":            {"workflow/clocks.yaml": file(tiny), "workflow/holidays.yaml": file("[]"), "workflow/products.yaml": file("[]")},
		"workflow/clocks.yaml:1: nothing stands behind the dash":   {"workflow/clocks.yaml": file("clocks: [~]"), "workflow/holidays.yaml": file("[]")},
	} {
		_, err := Open(fsys)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// A rule that has changed stands there once for each state, and whoever began under one is held to it.
func TestStatesOfARule(t *testing.T) {
	t.Parallel()
	_, clock, _ := strings.Cut(tiny, "clocks:\n")
	older := strings.Replace(clock, "valid_from: 2020-01-01", "valid_from: 2015-01-01\n    valid_to: 2019-12-31", 1)
	older = strings.Replace(older, "length: 15", "length: 10", 1)
	p, err := openTiny(tiny + older)
	if err != nil {
		t.Fatal(err)
	}
	for on, want := range map[string]struct {
		length   int
		standing Standing
	}{
		"2014-06-01": {10, Reference}, "2015-01-01": {10, Law}, "2019-12-31": {10, Law}, "2020-01-01": {15, Law}, "2030-01-01": {15, Law},
	} {
		c, ok := p.Clock("one", date(t, on))
		if !ok || c.Length != want.length || c.Standing(date(t, on)) != want.standing {
			t.Errorf("on %s: %d, %s", on, c.Length, c.Standing(date(t, on)))
		}
	}
	if len(p.Clocks()) != 2 {
		t.Error("the list lacks a state")
	}
	// One that has ended, and whose successor nobody has put in, is still counted by, and no law.
	ended, err := openTiny(strings.Replace(tiny, "mark: P", "mark: P\n    valid_to: 2026-03-31", 1))
	if err != nil {
		t.Fatal(err)
	}
	d, err := ended.Deadline("one", events(t, "start 2026-04-01"))
	if want := "law, too_late 03-31, unit_cal, start 04-01, count 04-01 04-16, due 04-16"; err != nil || d.Standing != Reference || told(d) != want {
		t.Errorf("%s: %s, %v; want %s", d.Standing, told(d), err, want)
	}
	// Without an article that moves it, a last day stays on a day off.
	still, err := openTiny(strings.Replace(tiny, "    rolls: {in: rules, articles: [2]}\n", "", 1))
	if err != nil {
		t.Fatal(err)
	}
	d, err = still.Deadline("one", events(t, "start 2026-04-03"))
	if want := "law, unit_cal, start 04-03, count 04-03 04-18, roll_none 04-18, due 04-18"; err != nil || told(d) != want {
		t.Errorf("%s, %v; want %s", told(d), err, want)
	}
	_, err = openTiny(tiny + strings.Replace(older, "valid_to: 2019-12-31", "valid_to: 2020-01-01", 1))
	if err == nil || !strings.Contains(err.Error(), "stands twice for the same days") {
		t.Errorf("got %v", err)
	}
	_, err = openTiny(tiny + strings.Replace(older, "    valid_to: 2019-12-31\n", "", 1))
	if err == nil || !strings.Contains(err.Error(), "stands twice for the same days") {
		t.Errorf("got %v", err)
	}
}
