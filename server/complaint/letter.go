package complaint

import (
	"errors"
	"slices"

	"anxin/server/dispute"
	"anxin/server/intake"
	"anxin/server/library"
	"anxin/server/locale"
	"anxin/server/policy"
	"anxin/server/workday"
)

// A letter is written from the case by [matter.write], a pure function, whenever it is looked at: a draft is never older than the
// case. Only what is sent is kept. To a firm goes what she agreed to hand over, and nothing else; to a supervisor nothing of hers at
// all: how the firm kept its time is no secret of hers, and what is, she tells it herself or agrees first (PIPL Art. 23).
//
// Rules and last days are cited only where the clock is law (design: Truth). Of all others it says that a time of reference, or one
// that the council set, has passed.

// Sheet is a letter as it is printed.
type Sheet struct {
	Lang       locale.Code `json:"lang"`
	From       string      `json:"from,omitempty"` // empty: nobody runs this yet, and it is a demonstration
	To         []string    `json:"to"`             // the name, and the address where it is known
	Heading    string      `json:"heading"`
	Reference  string      `json:"reference"` // the complaint's number, and that it is that
	Date       string      `json:"date"`
	Paragraphs []string    `json:"paragraphs"`
	Rows       []SheetRow  `json:"rows,omitempty"`
	Enclosures []string    `json:"enclosures,omitempty"`
}

// SheetRow is something that is known, by its name.
type SheetRow struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// matter is what a letter says, before it is put into words.
type matter struct {
	kind     string
	review   bool // it asks the firm's higher office
	number   string
	day      workday.Date
	from     library.Operator
	to, firm map[locale.Code]string
	address  string
	product  library.Words
	answers  intake.Answers
	person   Person
	shared   fields
	partly   bool         // there is more that she could have agreed to hand over
	added    []Addition   // of what she added since she filed, what she agreed to hand over
	handed   workday.Date // the day on which her complaint went out, of a letter that adds to it or takes it back
	timed    bool         // what is added lets the firm's time begin anew
	files    []Evidence
	clock    *policy.Clock // within which the firm answers
	standing policy.Standing
	ran      *ran // of a time that is over
}

// ran is how a firm's time went by.
type ran struct {
	sent, received, due workday.Date
	assumed             bool // nobody said when it came: the day is taken for it
	provisional         bool
	length              policy.Span
}

// errNoWords tells that the service was not given what letters are written with.
var errNoWords = errors.New("complaint: letters need Library and Words")

// pen writes in one language; its first mistake ends the letter.
type pen struct {
	words *locale.Catalogue
	code  locale.Code
	err   error
}

func (p *pen) t(key string, pairs ...any) string {
	text, err := p.words.T(p.code, key, pairs...)
	if err != nil && p.err == nil {
		p.err = err
	}
	return text
}

func (p *pen) date(d workday.Date) string { return locale.Date(p.code, d.In(locale.Shanghai)) }

func (p *pen) span(s policy.Span) string { return p.t("clock.span_"+string(s.Unit), "count", s.N) }

// write puts it into the words of a language.
func (m matter) write(words *locale.Catalogue, code locale.Code) (Sheet, error) {
	p := &pen{words: words, code: code}
	kind := m.kind
	if m.review && kind == HandOverLetter {
		kind = "review"
	}
	out := Sheet{
		Lang: code, From: m.from.Name.In(code), To: []string{m.to[code]}, Heading: p.t("letter." + kind + "_heading"),
		Reference: p.t("letter.reference", "number", m.number), Date: p.date(m.day),
	}
	if m.address != "" {
		out.To = append(out.To, m.address)
	}
	say := func(key string, pairs ...any) { out.Paragraphs = append(out.Paragraphs, p.t("letter."+key, pairs...)) }
	switch m.kind {
	case HandOverLetter:
		say(kind+"_why", "product", m.product.In(code))
		m.sayTime(p, say)
		say("answer")
		say("not_again")
		out.Rows = m.rows(p)
		out.Enclosures = m.enclosures()
		if m.partly {
			say("left_out")
		}
	case AddedLetter:
		say("added_why", "sent", p.date(m.handed))
		if m.timed {
			m.sayAnew(p, say)
		}
		say("answer")
		out.Rows, out.Enclosures = m.addedRows(p), m.enclosures()
	case WithdrawnLetter:
		say("withdrawn_why", "sent", p.date(m.handed))
		say("withdrawn_ask")
	case OverdueLetter:
		m.sayRan(p, say)
		say("overdue_ask")
		say("overdue_doors")
	case SupervisorLetter:
		say("supervisor_why", "firm", m.firm[code], "product", m.product.In(code))
		m.sayRan(p, say)
		say("supervisor_ask")
		say("supervisor_person")
	}
	return out, p.err
}

// sayTime says within which time an answer is asked for.
func (m matter) sayTime(p *pen, say func(string, ...any)) {
	span := p.span(policy.Span{N: m.clock.Length, Unit: m.clock.Unit})
	if m.standing == policy.Law {
		say("time_law", "basis", m.clock.Cite(p.code), "span", span)
		return
	}
	say("time_asked", "span", span)
}

// sayAnew says that the time begins anew with what is added (Order 2020-3 Art. 18(3)), where a law says so.
func (m matter) sayAnew(p *pen, say func(string, ...any)) {
	if m.standing != policy.Law || m.clock.Restart == "" {
		m.sayTime(p, say)
		return
	}
	say("time_anew", "basis", m.clock.Cite(p.code), "span", p.span(policy.Span{N: m.clock.Length, Unit: m.clock.Unit}))
}

// enclosures are the files that she agreed to hand over.
func (m matter) enclosures() (list []string) {
	for _, f := range m.files {
		if !f.Removed && m.shared.has(evidenceField+f.ID) {
			list = append(list, f.Description)
		}
	}
	return list
}

// addedRows are what she added, each with its day.
func (m matter) addedRows(p *pen) (list []SheetRow) {
	for _, a := range m.added {
		list = append(list, SheetRow{p.t("letter.row_added", "day", p.date(today(a.At))), a.Text})
	}
	return list
}

// sayRan says how the time went by.
func (m matter) sayRan(p *pen, say func(string, ...any)) {
	r := m.ran
	if r == nil {
		return
	}
	received, law := "received", "ran_law"
	if r.assumed { // the law counts from the day it came, which nobody has told us
		received, law = "received_assumed", "ran_law_assumed"
	}
	say(received, "sent", p.date(r.sent), "received", p.date(r.received))
	if m.standing == policy.Law && !r.provisional {
		say(law, "basis", m.clock.Cite(p.code), "span", p.span(r.length), "due", p.date(r.due))
	} else {
		say("ran_reference", "span", p.span(r.length), "due", p.date(r.due))
	}
}

// rows are what she agreed to hand over. What it is about cannot be left out (Order 2020-3 Art. 13).
func (m matter) rows(p *pen) []SheetRow {
	a := m.answers
	var list []SheetRow
	add := func(field, name, text string) {
		if text != "" && m.shared.has(field) {
			list = append(list, SheetRow{p.t("letter.row_" + name), text})
		}
	}
	row := func(field, text string) { add(field, field, text) }
	row("name", m.person.Contact.Name)
	row("phone", m.person.Contact.Phone)
	row("email", m.person.Contact.Email)
	when := a.When.About
	if d, err := workday.ParseDate(a.When.Date); err == nil {
		when = p.date(d)
	}
	row("when", when)
	row("what", a.What)
	if a.AmountFen != nil {
		row("amount", locale.MoneyWords(p.code, *a.AmountFen))
	}
	wants := ""
	for i, id := range a.Wants {
		if i > 0 {
			wants += p.t("common.comma")
		}
		wants += p.t("letter.want_" + id)
	}
	row("want", wants)
	add("want", "want_text", a.WantText)
	row("tried", tried(p, a.Tried))
	if h := a.Helper; a.For == intake.ForOther && h != nil {
		row("helper", h.Name+p.t("common.comma")+h.Phone)
	}
	return append(list, m.addedRows(p)...)
}

func tried(p *pen, t intake.Tried) string {
	if t.Firm == "" {
		return ""
	}
	text := p.t("letter.tried_" + t.Firm)
	if d, err := workday.ParseDate(t.Date); err == nil {
		text = p.date(d) + p.t("common.comma") + text
	}
	return text
}

// fields are the parts of her file that a consent names, by [Shareable].
type fields []string

func (f fields) has(id string) bool { return slices.Contains(f, id) }

// ranOf finds how the time of a leg went by until the firm was found silent.
func (m *move) ranOf(leg int) (*ran, *policy.Deadline) {
	clocks := m.clocks()
	r := &ran{assumed: true}
	for _, k := range m.done {
		if k.leg == leg && k.event == dispute.ReplyDue {
			for _, d := range clocks.running() {
				if l, _ := m.c.Leg(leg); d.Leg == leg && d.Clock.ID == string(answerRule(l)) {
					r.received, r.due, r.provisional, r.length = today(d.Began), d.Due, d.Provisional, m.lengthOf(d)
					return r, &d.Deadline
				}
			}
		}
		if k.leg == leg && (k.event == dispute.HandOver || k.event == dispute.Acknowledge || m.begins(k)) {
			r.assumed = k.event != dispute.Acknowledge
			if r.assumed {
				r.sent = today(k.at)
			}
			if p := k.record.Paper; r.assumed && p != nil && !p.On.IsZero() {
				r.sent = today(p.On)
			}
		}
		clocks.take(k)
	}
	return nil, nil
}

// lengthOf is how long a clock was in the end, with what the firm took more.
func (m *move) lengthOf(d Deadline) policy.Span {
	s := policy.Span{N: d.Clock.Length, Unit: d.Clock.Unit}
	if l, ok := m.c.Leg(d.Leg); ok && l.Extensions > 0 && len(d.Clock.Extend) > 0 {
		if to := d.Clock.Extend[min(l.Extensions, len(d.Clock.Extend))-1].Span(d.Clock); to.N > 0 {
			s = to
		}
	}
	return s
}
