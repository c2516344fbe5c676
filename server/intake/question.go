package intake

import (
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"anxin/server/locale"
)

// Rules is what answers are held against.
type Rules struct {
	Today   string               // in Shanghai, 2026-11-25
	Product func(id string) bool // whether there is such a product
	Firm    func(id string) bool // whether the list has such a firm
}

// Step is one page: a question, or a few that belong together.
type Step struct {
	ID     string   // also the last part of its address: firm
	Fields []string // the paths of the answers it asks for
}

// field is one answer with its place in a form. take reads what was sent, or what a program gave, and tells what is wrong
// by the end of a key; what is wrong is not taken. show is its inverse.
type field struct {
	path string // as in the JSON; the last part is the form's name
	show func(*Answers) []string
	take func(a *Answers, sent []string, r Rules) (key string, args []any)
}

func (f field) name() string {
	if n, ok := names[f.path]; ok {
		return n
	}
	return f.path[strings.LastIndexByte(f.path, '.')+1:]
}

// names are the form's names of answers whose last part another answer of the same page has.
var names = map[string]string{"consents.needs": "needs_consent", "consents.helper": "helper_consent", "when.date": "when"}

// question is a step with its fields, and when it is asked.
type question struct {
	id     string
	asked  func(Answers) bool
	fields []field
}

// Bounds on what is written, in characters.
const (
	mostName  = 60
	mostPhone = 30
	mostLine  = 200
	mostText  = 5000
)

// mostAmount is ten billion yuan in fen: more is a slip of the finger.
const mostAmount = 10_000_000_000 * 100

// questions is the journey. Its order is the order of the pages.
var questions = []question{
	{id: Urgent},
	{id: StepFor, fields: []field{choice("for", true, []string{string(ForSelf), string(ForOther)}, func(a *Answers) *For { return &a.For })}},
	{id: StepHelp, asked: forOther, fields: []field{
		text("helper.name", mostName, true, func(a *Answers) *string { return &a.helper().Name }),
		phone("helper.phone", true, func(a *Answers) *string { return &a.helper().Phone }),
		choice("helper.relation", true, Relations, func(a *Answers) *string { return &a.helper().Relation }),
		choice("helper.authority", true, Authorities, func(a *Answers) *string { return &a.helper().Authority }),
		special,
		truth("consents.helper", "consent", func(a *Answers) *bool { return &a.Consents.Helper }),
	}},
	{id: StepChild, asked: forOther, fields: []field{yesNo("child", func(a *Answers) *bool { return &a.Child }), guardian}},
	{id: StepFirm, fields: []field{text("firm.name", mostLine, true, func(a *Answers) *string { return &a.Firm.Name }), firmID}},
	{id: Product, fields: []field{product}},
	{id: What, fields: []field{
		lines("what", mostText, true, func(a *Answers) *string { return &a.What }),
		truth("consents.account", "consent", func(a *Answers) *bool { return &a.Consents.Account }),
	}},
	{id: StepWhen, fields: []field{when}},
	{id: Amount, fields: []field{amount}},
	{id: Want, fields: []field{
		choices("wants", true, Wants, func(a *Answers) *[]string { return &a.Wants }),
		lines("want_text", 1000, false, func(a *Answers) *string { return &a.WantText }),
	}},
	{id: StepTried, fields: []field{
		choice("tried.firm", true, TriedFirm, func(a *Answers) *string { return &a.Tried.Firm }),
		day("tried.date", func(a *Answers) *string { return &a.Tried.Date }),
		lines("tried.else", 1000, false, func(a *Answers) *string { return &a.Tried.Else }),
	}},
	{id: Contacts, fields: contactFields},
	{id: StepReach, fields: reachFields},
}

var contactFields = []field{
	text("contact.name", mostName, true, func(a *Answers) *string { return &a.Contact.Name }),
	phone("contact.phone", true, func(a *Answers) *string { return &a.Contact.Phone }),
	email("contact.email", func(a *Answers) *string { return &a.Contact.Email }),
}

var reachFields = []field{
	choices("reach.ways", true, Ways, func(a *Answers) *[]string { return &a.Reach.Ways }),
	choices("reach.hours", false, Hours, func(a *Answers) *[]string { return &a.Reach.Hours }),
	lines("reach.address", mostLine, false, func(a *Answers) *string { return &a.Reach.Address }),
	lines("reach.through", mostLine, false, func(a *Answers) *string { return &a.Reach.Through }),
	choices("reach.needs", false, Needs, func(a *Answers) *[]string { return &a.Reach.Needs }),
	truth("consents.needs", "", func(a *Answers) *bool { return &a.Consents.Needs }),
	lines("reach.note", 500, false, func(a *Answers) *string { return &a.Reach.Note }),
}

func forOther(a Answers) bool { return a.For == ForOther }

func (a *Answers) helper() *Helper {
	if a.Helper == nil {
		a.Helper = &Helper{}
	}
	return a.Helper
}

// Journey is the questions that these answers lead to, in order.
func Journey(a Answers) []Step {
	var list []Step
	for _, q := range questions {
		if q.asked == nil || q.asked(a) {
			list = append(list, q.step())
		}
	}
	return list
}

func (q question) step() Step {
	s := Step{ID: q.id}
	for _, f := range q.fields {
		s.Fields = append(s.Fields, f.path)
	}
	return s
}

// find is the question of a step, where these answers lead to it.
func find(a Answers, step string) (question, bool) {
	for _, q := range questions {
		if q.id == step {
			return q, q.asked == nil || q.asked(a)
		}
	}
	return question{}, false
}

// Names are the form's names of a step's answers by their paths.
func Names(step string) map[string]string {
	out := map[string]string{}
	for _, q := range questions {
		for _, f := range q.fields {
			if q.id == step {
				out[f.path] = f.name()
			}
		}
	}
	return out
}

// Read takes what a step's form sent into the draft, and tells what is wrong with it. What is wrong is not taken, and the step
// is done only where nothing is.
func (d *Draft) Read(step string, sent url.Values, r Rules) []Wrong {
	q, ok := find(d.Answers, step)
	if !ok {
		return nil
	}
	before := d.Answers
	d.Answers = d.Answers.clone()
	wrong := q.take(&d.Answers, func(f field) []string { return sent[f.name()] }, r)
	d.Done = slices.DeleteFunc(d.Done, func(s string) bool { return s == step })
	if len(wrong) == 0 {
		d.Done = append(d.Done, step)
	}
	if before.For != "" && d.Answers.For != before.For {
		d.turn()
	}
	return wrong
}

// turn asks anew what means somebody else, now that the complaint is for somebody else: whoever took herself for the person at
// first has written her own name and number where the person's belong. The other answers stay.
func (d *Draft) turn() {
	d.Done = slices.DeleteFunc(d.Done, func(s string) bool {
		return s == StepHelp || s == StepChild || s == Contacts || s == StepReach
	})
	if d.Answers.For == ForSelf {
		d.Answers.Helper, d.Answers.Child, d.Answers.Guardian, d.Answers.Consents.Helper = nil, false, false, false
	}
}

func (q question) take(a *Answers, sent func(field) []string, r Rules) []Wrong {
	var wrong []Wrong
	for _, f := range q.fields {
		if key, args := f.take(a, sent(f), r); key != "" {
			wrong = append(wrong, Wrong{f.path, key, args})
		}
	}
	switch q.id {
	case StepReach:
		wrong = append(wrong, reachWrong(*a)...)
	case Want:
		if slices.Contains(a.Wants, "other") && a.WantText == "" {
			wrong = append(wrong, Wrong{Field: "want_text", Key: "say"})
		}
	}
	return wrong
}

// reachWrong is what does not fit together in how she is to be reached.
func reachWrong(a Answers) []Wrong {
	var wrong []Wrong
	by := func(way string) bool { return slices.Contains(a.Reach.Ways, way) }
	if by("post") && a.Reach.Address == "" {
		wrong = append(wrong, Wrong{Field: "reach.address", Key: "address"})
	}
	if by("through") && a.Reach.Through == "" {
		wrong = append(wrong, Wrong{Field: "reach.through", Key: "through"})
	}
	if by("email") && a.Contact.Email == "" {
		wrong = append(wrong, Wrong{Field: "reach.ways", Key: "no_email"})
	}
	if _, known := locale.Parse(a.Reach.Language); !known && a.Reach.Language != "" { // no page asks for it
		wrong = append(wrong, Wrong{Field: "reach.language", Key: "choose"})
	}
	if NeedsConsent(a.Reach) && !a.Consents.Needs {
		wrong = append(wrong, Wrong{Field: "consents.needs", Key: "consent"})
	}
	return wrong
}

// NeedsConsent tells whether what she needs tells of her health, so that she is asked by itself whether it may be kept.
func NeedsConsent(r Reach) bool {
	return slices.ContainsFunc(r.Needs, func(n string) bool { return slices.Contains(telling, n) })
}

// Form is what a step's form shows, from the draft.
func (d Draft) Form(step string) url.Values {
	q, ok := find(d.Answers, step)
	out := url.Values{}
	if !ok {
		return out
	}
	a := d.Answers.clone()
	for _, f := range q.fields {
		if v := f.show(&a); len(v) > 0 && (len(v) > 1 || v[0] != "") {
			out[f.name()] = v
		}
	}
	if q.id == StepChild && slices.Contains(d.Done, step) && !a.Child {
		out.Set("child", "no")
	}
	if slices.Contains(d.Done, step) && (q.id == StepWhen && a.When == (When{}) || q.id == Amount && a.AmountFen == nil) {
		out.Set("unknown", "1")
	}
	return out
}

// Next is the first question of the journey that was not answered rightly; empty when all were.
func (d Draft) Next(r Rules) string {
	a := d.Answers.clone()
	for _, q := range questions {
		if q.asked != nil && !q.asked(a) {
			continue
		}
		if !slices.Contains(d.Done, q.id) || len(q.check(a, r)) > 0 {
			return q.id
		}
	}
	return ""
}

func (q question) check(a Answers, r Rules) []Wrong {
	b := a.clone()
	wrong := q.take(&b, func(f field) []string { return f.show(&a) }, r)
	if q.id == StepWhen && a.When.Date == "" && len(wrong) > 0 {
		wrong[0].Field = "when.about" // a program has two fields where the page has one
	}
	return wrong
}

// Check tells what is wrong with all the answers of a journey.
func Check(a Answers, r Rules) []Wrong {
	a = a.Normal()
	var wrong []Wrong
	for _, q := range questions {
		if q.asked == nil || q.asked(a) {
			wrong = append(wrong, q.check(a, r)...)
		}
	}
	if !a.Warned {
		wrong = append(wrong, Wrong{Field: "bar_warning_seen", Key: "warned"})
	}
	return wrong
}

// CheckContact tells what is wrong with how a person is to be reached.
func CheckContact(c Contact, reach Reach) []Wrong {
	a := Answers{Contact: c, Reach: reach, Consents: Consents{Needs: true}}
	var wrong []Wrong
	for _, q := range questions {
		if q.id == Contacts || q.id == StepReach {
			wrong = append(wrong, q.check(a, Rules{})...)
		}
	}
	return wrong
}

// dateExample shows how a day is written.
var dateExample = []any{"example", "2026-03-05"}

func today(r Rules) (time.Time, bool) {
	t, err := time.ParseInLocation(time.DateOnly, r.Today, locale.Shanghai)
	return t, err == nil
}

func tooLong(s string, most int) (string, []any) {
	if n := utf8.RuneCountInString(s); n > most {
		return "long", []any{"most", most, "over", n - most}
	}
	return "", nil
}
