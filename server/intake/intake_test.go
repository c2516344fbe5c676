package intake

import (
	"encoding/json"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var rules = Rules{
	Today:   "2026-11-25",
	Product: func(id string) bool { return id == "loan" || id == "deposit" },
	Firm:    func(id string) bool { return id == "bank-1" },
}

func example(t testing.TB) Answers {
	t.Helper()
	data, err := os.ReadFile("testdata/example.json")
	if err != nil {
		t.Fatal(err)
	}
	var a Answers
	if err := json.Unmarshal(data, &a); err != nil {
		t.Fatal(err)
	}
	return a
}

func helped(t testing.TB) Answers {
	t.Helper()
	a := example(t)
	a.For, a.Child, a.Guardian, a.Consents.Helper = ForOther, true, true, true
	a.Helper = &Helper{Name: "陈先生", Phone: "139 0013 9000", Relation: "parent", Authority: "guardian"}
	a.Firm = Firm{ID: "bank-1", Name: "样本银行（虚构）"}
	a.When, a.AmountFen = When{About: "去年春天"}, nil
	return a
}

func keys(wrong []Wrong) []string {
	var list []string
	for _, w := range wrong {
		list = append(list, w.Field+" "+w.Key)
	}
	return list
}

func ids(steps []Step) string {
	var list []string
	for _, s := range steps {
		list = append(list, s.ID)
	}
	return strings.Join(list, " ")
}

func TestJourney(t *testing.T) {
	t.Parallel()
	const self = "urgent for firm product what when amount want tried contact reach"
	if got := ids(Journey(Answers{})); got != self {
		t.Errorf("for herself: %s", got)
	}
	if got := ids(Journey(helped(t))); got != strings.Replace(self, "for ", "for helper child ", 1) {
		t.Errorf("for another: %s", got)
	}
}

// What a program sends whole is what the pages ask one by one: sent through the forms it comes out the same.
func TestFormsAndProgramsAgree(t *testing.T) {
	t.Parallel()
	for name, a := range map[string]Answers{"self": example(t), "helper": helped(t)} {
		if wrong := Check(a, rules); len(wrong) > 0 {
			t.Fatalf("%s: %v", name, keys(wrong))
		}
		full := Draft{Answers: a}
		for _, s := range Journey(a) {
			full.Done = append(full.Done, s.ID)
		}
		var d Draft
		for n := 0; ; n++ {
			step := d.Next(rules)
			if step == "" {
				break
			}
			sent := full.Form(step)
			if step == Urgent {
				sent.Set("urgent", "no")
			}
			if wrong := d.Read(step, sent, rules); len(wrong) > 0 || n > 30 {
				t.Fatalf("%s, %s: %v", name, step, keys(wrong))
			}
		}
		d.Answers.Warned = true
		if diff := cmp.Diff(a.Content(), d.Answers.Content()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestWhatIsWrong(t *testing.T) {
	t.Parallel()
	for want, change := range map[string]func(*Answers){
		"for choose":               func(a *Answers) { a.For = "" },
		"helper.name needed":       func(a *Answers) { a.Helper.Name = " \n" },
		"helper.phone phone":       func(a *Answers) { a.Helper.Phone = "12345678901" },
		"helper.relation choose":   func(a *Answers) { a.Helper.Relation = "boss" },
		"helper.authority choose":  func(a *Answers) { a.Helper.Authority = "" },
		"consents.helper consent":  func(a *Answers) { a.Consents.Helper = false },
		"guardian_agrees guardian": func(a *Answers) { a.Guardian = false },
		"firm.name needed":         func(a *Answers) { a.Firm.Name = "" },
		"firm.id firm":             func(a *Answers) { a.Firm.ID = "bank-2" },
		"product choose":           func(a *Answers) { a.Product = "gold" },
		"what needed":              func(a *Answers) { a.What = "" },
		"what long":                func(a *Answers) { a.What = strings.Repeat("长", 5001) },
		"consents.account consent": func(a *Answers) { a.Consents.Account = false },
		"when.date date_late":      func(a *Answers) { a.When = When{Date: "2026-11-26"} },
		"when.date date_early":     func(a *Answers) { a.When = When{Date: "1989-12-31"} },
		"when.date date":           func(a *Answers) { a.When = When{Date: "2026-13-05"} },
		"amount_fen positive":      func(a *Answers) { a.AmountFen = new(int64) },
		"amount_fen too_large":     func(a *Answers) { n := int64(mostAmount + 1); a.AmountFen = &n },
		"wants choose_some":        func(a *Answers) { a.Wants = nil },
		"wants choose":             func(a *Answers) { a.Wants = []string{"prison"} },
		"want_text say":            func(a *Answers) { a.Wants = []string{"other"} },
		"tried.firm choose":        func(a *Answers) { a.Tried.Firm = "" },
		"tried.date date":          func(a *Answers) { a.Tried.Date = "yesterday" },
		"contact.name long":        func(a *Answers) { a.Contact.Name = strings.Repeat("a", 61) },
		"contact.phone needed":     func(a *Answers) { a.Contact.Phone = "" },
		"contact.email email":      func(a *Answers) { a.Contact.Email = "lin@" },
		"reach.ways choose_some":   func(a *Answers) { a.Reach.Ways = nil },
		"reach.ways no_email":      func(a *Answers) { a.Reach.Ways, a.Contact.Email = []string{"email"}, "" },
		"reach.address address":    func(a *Answers) { a.Reach.Ways = []string{"post"} },
		"reach.through through":    func(a *Answers) { a.Reach.Ways = []string{"through"} },
		"consents.needs consent":   func(a *Answers) { a.Consents.Needs = false },
		"bar_warning_seen warned":  func(a *Answers) { a.Warned = false },
	} {
		a := helped(t)
		change(&a)
		if got := keys(Check(a, rules)); !slices.Equal(got, []string{want}) {
			t.Errorf("got %v, want %s", got, want)
		}
	}
}

func TestHowPeopleWrite(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		step, name string
		right      []string
		wrong      []string
	}{
		{Contacts, "phone", []string{
			"13800138000", "138 0013 8000", "１３８－００１３－８０００", "+86 138 0013 8000", "0755-2588 1234", "(0755)25881234", "010 6655 1234", "+852 9123 4567", "91234567",
			"400 820 8820", "+44 20 7946 0018", "0755 25881234*12", "+86 755 25881234",
		}, []string{"1380013800", "138001380001", "12345", "abc", "110", "13800138000 13900139000"}},
		{Amount, "amount_fen", []string{"3000", "3,000.50", "1.2万", "１２０元", "¥5", ""}, []string{"约三千", "-3", "0", "1.234"}},
		{StepWhen, "when", []string{"2026-3-5", "2026年3月5日", "20260305", "去年春天", "", "昨天"}, []string{"2026-13-40", "2027-01-01", "1989-01-01"}},
		{StepTried, "date", []string{"2026-3-5", ""}, []string{"昨天", "2027-1-1"}},
		{Contacts, "email", []string{"a@example.com", "ａ@example.com", ""}, []string{"a@b", "a b@example.com", "林 <lin@example.com>", "@"}},
	} {
		base := Draft{Answers: example(t)}
		for i, text := range append(slices.Clone(c.right), c.wrong...) {
			d := base
			sent := base.Form(c.step)
			sent.Set(c.name, text)
			wrong := d.Read(c.step, sent, rules)
			if good := i < len(c.right); good != (len(wrong) == 0) || good != slices.Contains(d.Done, c.step) {
				t.Errorf("%s %q: %v, done %v", c.name, text, keys(wrong), d.Done)
			}
		}
	}
}

// What is right of a form is taken, what is wrong is not, and nothing that was there before is lost.
func TestHalfAForm(t *testing.T) {
	t.Parallel()
	d := Draft{Answers: example(t), Done: []string{Contacts}}
	before := d.Answers
	wrong := d.Read(Contacts, url.Values{"name": {"王 女士"}, "phone": {"12"}, "email": {"x"}}, rules)
	if got := keys(wrong); !slices.Equal(got, []string{"contact.phone phone", "contact.email email"}) {
		t.Errorf("wrong: %v", got)
	}
	if c := d.Answers.Contact; c.Name != "王 女士" || c.Phone != before.Contact.Phone || c.Email != before.Contact.Email || before.Contact.Name == c.Name {
		t.Errorf("the contact is %+v", c)
	}
	if slices.Contains(d.Done, Contacts) {
		t.Error("a question with something wrong is done")
	}
}

func TestChangingForWhom(t *testing.T) {
	t.Parallel()
	d := Draft{Answers: example(t)}
	for _, s := range Journey(d.Answers) {
		d.Done = append(d.Done, s.ID)
	}
	if next := d.Next(rules); next != "" {
		t.Fatalf("everything is answered, and yet %s is next", next)
	}
	d.Read(StepFor, url.Values{"for": {"other"}}, rules)
	if next := d.Next(rules); next != StepHelp {
		t.Errorf("for another comes %q", next)
	}
	full := Draft{Answers: helped(t), Done: []string{StepChild}}
	d.Read(StepHelp, full.Form(StepHelp), rules)
	if next := d.Next(rules); next != StepChild {
		t.Errorf("after the helper comes %q", next)
	}
	if wrong := d.Read(StepChild, url.Values{"child": {"yes"}}, rules); len(wrong) != 1 || wrong[0].Key != "guardian" {
		t.Errorf("a child without a guardian: %v", keys(wrong))
	}
	d.Read(StepHelp, full.Form(StepHelp), rules)
	d.Read(StepChild, url.Values{"child": {"no"}, "guardian_agrees": {"1"}}, rules)
	if d.Answers.Guardian || d.Next(rules) != Contacts {
		t.Errorf("a grown-up has a guardian %v, and %q is next", d.Answers.Guardian, d.Next(rules))
	}
	d.Read(Contacts, full.Form(Contacts), rules)
	d.Read(StepReach, full.Form(StepReach), rules)
	if next := d.Next(rules); next != "" {
		t.Errorf("everything is answered for the other person, and yet %s is next", next)
	}
	d.Read(StepFor, url.Values{"for": {"self"}}, rules)
	if d.Answers.Helper != nil || d.Next(rules) != Contacts {
		t.Errorf("for herself there is still a helper, or %q is next", d.Next(rules))
	}
}

func TestContent(t *testing.T) {
	t.Parallel()
	a := example(t)
	same := a.clone()
	same.What = " " + a.What + "\r\n"
	same.Wants = []string{"explain", "refund", "refund"}
	same.Helper = &Helper{Name: "nobody asked"}
	if a.Content() != same.Content() {
		t.Errorf("the same content is %s and %s", a.Content(), same.Content())
	}
	other := a.clone()
	other.What += "。"
	if a.Content() == other.Content() {
		t.Error("another content is the same")
	}
	if a.Wants[0] != "refund" || same.Helper == nil {
		t.Error("to read the content changes it")
	}
}

func TestCheckContact(t *testing.T) {
	t.Parallel()
	a := example(t)
	if wrong := CheckContact(a.Contact, a.Reach); len(wrong) > 0 {
		t.Errorf("%v", keys(wrong))
	}
	if got := keys(CheckContact(Contact{Name: "林"}, Reach{})); !slices.Equal(got, []string{"contact.phone needed", "reach.ways choose_some"}) {
		t.Errorf("%v", got)
	}
}

// Whatever is sent, what was taken can be shown, and what is shown is taken again as it is.
func FuzzRead(f *testing.F) {
	for _, q := range questions {
		f.Add(q.id, "name=a&phone=1&for=self&date=2026-1-1&when=2026&amount_fen=1.2%E4%B8%87")
	}
	f.Add(StepReach, "ways=post&address=x&needs=sign&needs_consent=1")
	f.Fuzz(func(t *testing.T, step, query string) {
		sent, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		d := Draft{Answers: Answers{For: ForOther}}
		wrong := d.Read(step, sent, rules)
		if len(wrong) > 0 {
			return
		}
		again := Draft{Answers: Answers{For: ForOther}}
		form := d.Form(step)
		if step == StepFor && d.Answers.For == ForSelf {
			return // leads to other questions
		}
		if wrong := again.Read(step, form, rules); len(wrong) > 0 && slices.Contains(d.Done, step) {
			t.Errorf("%s: %v is shown and not taken again: %v", step, form, keys(wrong))
		}
		if diff := cmp.Diff(d.Answers.Content(), again.Answers.Content()); diff != "" && slices.Contains(d.Done, step) {
			t.Errorf("%s: %s", step, diff)
		}
	})
}

// Whatever a program sends, it is refused or kept in a form that is accepted again as the same content.
func FuzzAnswers(f *testing.F) {
	data, err := os.ReadFile("testdata/example.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(data))
	f.Add(`{"for":"other","helper":null,"wants":null,"reach":{"ways":["post","x"]}}`)
	f.Fuzz(func(t *testing.T, text string) {
		var a Answers
		if json.Unmarshal([]byte(text), &a) != nil {
			return
		}
		wrong := Check(a, rules)
		content := a.Content()
		var b Answers
		if err := json.Unmarshal([]byte(content), &b); err != nil {
			t.Fatal(err)
		}
		if b.Content() != content {
			t.Errorf("%s becomes %s", content, b.Content())
		}
		if diff := cmp.Diff(keys(wrong), keys(Check(b, rules))); diff != "" {
			t.Error(diff)
		}
	})
}
