package console

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"anxin/server/complaint"
	"anxin/server/dispute"
	"anxin/server/locale"
	"anxin/server/view"
	"anxin/server/workday"
)

func compare(a, b string) int { return cmp.Compare(a, b) }

// answering are the events with which the firm's answer comes in.
var answering = []dispute.Event{dispute.Answer, dispute.LateAnswer}

// contents are what an answer has to say (Order 2020-3 Art. 19): what was checked, the decision, its grounds, the ways that are open.
var contents = []string{"found", "decision", "basis", "ways"}

// asksFor tells whether one of the guards wants something.
func (d doing) asksFor(g complaint.Given) bool {
	return slices.ContainsFunc(d.option.Asks, func(a complaint.Asked) bool { return slices.Contains(a.Gives, g) })
}

func (d doing) answers() bool { return slices.Contains(answering, d.option.Event) }

// ticks are the facts that are stated by a tick. Reading back comes first, the kind of an answer is asked as one of four.
func (d doing) ticks() []dispute.Fact {
	var list []dispute.Fact
	for _, a := range d.option.Asks {
		for _, f := range a.Confirm {
			if !slices.Contains(dispute.Outcomes, f) && !slices.Contains(list, f) {
				list = append(list, f)
			}
		}
	}
	if d.answers() {
		list = append(list, dispute.FromBranch)
	}
	return list
}

// free are the ticks that may be left out: which of two grounds it is, or something that is so or not.
func (d doing) free(f dispute.Fact) bool {
	return f == dispute.FromBranch || slices.ContainsFunc(d.option.Asks, func(a complaint.Asked) bool {
		return slices.Contains(a.Confirm, f) && (len(a.Confirm) > 1 || len(a.Gives) > 0)
	})
}

// needsText tells that nothing can be done without something written.
func (d doing) needsText() bool {
	return !d.answers() && slices.ContainsFunc(d.option.Asks, func(a complaint.Asked) bool { return a.Text })
}

// ask puts on the page what the guards want of who acts, and nothing that they could not truly state.
func (d doing) ask(p *DoPage, sent url.Values) {
	choose := func(name, kind, hint string, options ...view.Choice) {
		c := &view.Choices{Name: name, Type: kind, Legend: p.Must("desk.ask_" + name), Options: options}
		if hint != "" {
			c.Hint = p.Must(hint)
		}
		for i, o := range c.Options {
			c.Options[i].Checked = slices.Contains(sent[name], o.Value)
		}
		p.Choices = append(p.Choices, c)
	}
	write := func(name, label string, rows int) *view.Field {
		f := p.field(name, label)
		f.Value, f.Rows = strings.TrimSpace(sent.Get(name)), rows
		p.Fields = append(p.Fields, &f)
		return &f
	}
	if d.answers() {
		var kinds []view.Choice
		for _, f := range dispute.Outcomes {
			kinds = append(kinds, view.Choice{Value: string(f), Label: p.Must("dispute.outcome." + string(f))})
		}
		choose("outcome", "radio", "", kinds...)
		for _, part := range contents {
			p.Fields = append(p.Fields, d.part(p, part, sent))
		}
		write("promise", "desk.ask_promise", 0).Hint = p.Must("desk.ask_promise_hint", "example", "1200")
		write("until", "desk.ask_until", 0).Hint = p.Must("desk.day_hint", "example", "2026-12-01")
	}
	if d.asksFor(complaint.GiveDoor) {
		choose("door", "radio", "desk.ask_door_hint", d.doors()...)
	}
	if d.option.Event == dispute.GiveConsent || d.option.Event == dispute.RequestReview {
		var parts []view.Choice
		for _, f := range d.f.Shareable() {
			if !f.Needed {
				parts = append(parts, view.Choice{Value: f.ID, Label: p.fieldName(d.desk, f)})
			}
		}
		choose("share", "checkbox", "desk.ask_share_hint", parts...)
	}
	if d.option.Event == dispute.AcceptAnswer {
		choose("part", "radio", "", view.Choice{Value: "whole", Label: p.Must("mine.part_whole")}, view.Choice{Value: "part", Label: p.Must("mine.part_part")})
	}
	if ticks := d.ticks(); len(ticks) > 0 {
		var boxes []view.Choice
		for _, f := range ticks {
			boxes = append(boxes, view.Choice{Value: string(f), Label: p.Must("desk.tick_" + string(f))})
		}
		choose("agree", "checkbox", "", boxes...)
	}
	d.askPaper(p, sent, choose, write)
	if d.answers() {
		return
	}
	label := "desk.ask_text"
	if d.needsText() {
		label = "desk.ask_text_needed"
	}
	write("text", label, 5).Hint = p.Must("desk.ask_text_hint")
}

// askPaper asks by what something came or went, and when.
func (d doing) askPaper(p *DoPage, sent url.Values, choose func(name, kind, hint string, options ...view.Choice), write func(name, label string, rows int) *view.Field) {
	if !d.office() {
		d.attach(p, sent)
	}
	paper, way := d.asksFor(complaint.GivePaper) && d.office(), d.asksFor(complaint.GiveWay)
	note := d.asksFor(complaint.GiveNote)
	if paper {
		var files []view.Choice
		for _, e := range d.f.Evidence {
			if !e.Removed {
				files = append(files, view.Choice{Value: e.ID, Label: e.Description, Hint: p.moment(e.At)})
			}
		}
		files = append(files, view.Choice{Value: "note", Label: p.Must("desk.paper_note")})
		choose("paper", "radio", "desk.ask_paper_hint", files...)
	} else if d.office() {
		p.PaperURL = ""
	}
	if paper || way || note {
		ways := complaint.Ways
		if note {
			ways = []string{"phone", "counter"}
		}
		var list []view.Choice
		for _, w := range ways {
			list = append(list, view.Choice{Value: w, Label: p.Must("desk.way_" + w)})
		}
		choose("way", "radio", "", list...)
	}
	if paper || way || d.asksFor(complaint.GiveDay) && d.office() {
		write("on", "desk.ask_on", 0).Hint = p.Must("desk.day_hint", "example", "2026-12-01")
	}
	if paper || note {
		write("note", "desk.ask_note", 3).Hint = p.Must("desk.ask_note_hint")
	}
	if d.asksFor(complaint.GiveOther) {
		write("other", "desk.ask_other", 0).Hint = p.Must("desk.ask_other_hint")
	}
}

// attach asks a handler which of the firm's files belongs to what he does. None has to.
func (d doing) attach(p *DoPage, sent url.Values) {
	files := []view.Choice{{Value: "note", Label: p.Must("desk.attach_none")}}
	for _, e := range d.f.Evidence {
		if e.By == dispute.Handler {
			files = append(files, view.Choice{Value: e.ID, Label: e.Description, Hint: p.moment(e.At), Checked: sent.Get("paper") == e.ID})
		}
	}
	if len(files) == 1 {
		return
	}
	files[0].Checked = !slices.ContainsFunc(files, func(o view.Choice) bool { return o.Checked })
	p.Choices = append(p.Choices, &view.Choices{Name: "paper", Type: "radio", Legend: p.Must("desk.attach"), Hint: p.Must("desk.attach_hint"), Options: files})
}

func (d doing) part(p *DoPage, name string, sent url.Values) *view.Field {
	f := p.field(name, "desk.ask_"+name)
	f.Value, f.Rows = strings.TrimSpace(sent.Get(name)), 3
	return &f
}

// doors are the ways she can be shown to, by their names.
func (d doing) doors() []view.Choice {
	var list []view.Choice
	ways, err := d.k.Complaints.Library.Ways(d.k.language(d.c))
	if err != nil {
		return nil
	}
	for _, w := range ways {
		list = append(list, view.Choice{Value: w.ID, Label: w.Name})
	}
	return list
}

// act is what the form says; false where something is missing, which then stands on the page.
func (d doing) act(p *DoPage, sent url.Values) (complaint.Act, bool) {
	a := complaint.Act{
		Leg: d.leg, Event: d.option.Event, Text: strings.TrimSpace(sent.Get("text")), Door: sent.Get("door"), Way: sent.Get("way"),
		Note: strings.TrimSpace(sent.Get("note")), Other: sent.Get("other"), Fields: sent["share"],
	}
	a.Version, _ = strconv.ParseInt(sent.Get("version"), 10, 64)
	if paper := sent.Get("paper"); paper != "note" {
		a.Paper = paper
	}
	for _, f := range d.ticks() {
		if slices.Contains(sent["agree"], string(f)) {
			a.Facts = append(a.Facts, f)
		} else if !d.free(f) {
			p.missing("agree", string(f), p.Must("desk.tick_needed"))
		}
	}
	if sent.Get("part") == "part" {
		a.Facts = append(a.Facts, dispute.InPart)
	}
	for _, c := range p.Choices {
		if c.Type == "radio" && c.Name != "paper" && c.Name != "way" && sent.Get(c.Name) == "" {
			p.missing(c.Name, "", p.Must("mine.choose"))
		}
	}
	if d.answers() {
		a.Facts = append(a.Facts, dispute.Fact(sent.Get("outcome")))
		a.Text = d.compose(p, sent)
	}
	for _, f := range p.Fields {
		switch {
		case f.ID == "text" && d.needsText() && f.Value == "", d.by.Actor == dispute.Handler && slices.Contains(contents, f.ID) && f.Value == "",
			f.ID == "decision" && f.Value == "", f.ID == "note" && d.asksFor(complaint.GiveNote) && f.Value == "":
			p.wrong(f, p.Must("console.needed"))
		case (f.ID == "on" || f.ID == "until") && f.Value != "":
			day, err := workday.ParseDate(f.Value)
			if err != nil {
				p.wrong(f, p.Must("desk.day_wrong", "example", "2026-12-01"))
			} else if f.ID == "on" {
				a.On = day.In(locale.Shanghai)
				if a.On.After(d.k.Now()) {
					p.wrong(f, p.Must("desk.day_future"))
				}
			}
		case f.ID == "promise" && f.Value != "":
			if _, ok := locale.ParseMoney(f.Value); !ok {
				p.wrong(f, p.Must("desk.promise_wrong", "example", "1200.50"))
			}
		}
	}
	return a, !p.Invalid
}

// compose writes an answer as she reads it, in her language: what is promised first, then what Art. 19 wants said.
func (d doing) compose(p *DoPage, sent url.Values) string {
	b := d.k.View.Base("console_do", d.f.Person.Reach.Speaks(), p.Path, view.Standard)
	var lines []string
	add := func(name, text string) {
		if text != "" {
			lines = append(lines, b.Must("desk.said_"+name)+b.Must("common.colon")+text)
		}
	}
	if fen, ok := locale.ParseMoney(strings.TrimSpace(sent.Get("promise"))); ok {
		add("promise", locale.MoneyWords(b.Lang, fen))
	}
	if day, err := workday.ParseDate(strings.TrimSpace(sent.Get("until"))); err == nil {
		add("until", locale.DateInFull(b.Lang, day.In(locale.Shanghai)))
	}
	for _, part := range []string{"decision", "found", "basis", "ways"} {
		add(part, strings.TrimSpace(sent.Get(part)))
	}
	return strings.Join(lines, "\n")
}

// missing says at a group of choices what is missing of it.
func (p *DoPage) missing(name, value, text string) {
	for _, c := range p.Choices {
		if c.Name != name || len(c.Options) == 0 {
			continue
		}
		if value == "" {
			value = c.Options[0].Value
		}
		c.Error, c.ErrorLabel = text, p.Must("common.error_label")
		p.complain(name+"-"+value, p.About(c.Legend, text))
	}
}

// dayOf reads a day; zero where it is none.
func dayOf(s string) time.Time {
	day, err := workday.ParseDate(strings.TrimSpace(s))
	if err != nil {
		return time.Time{}
	}
	return day.In(locale.Shanghai)
}
