package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"anxin/server/complaint"
	"anxin/server/dispute"
	"anxin/server/fault"
	"anxin/server/middleware"
	"anxin/server/view"
)

// MineDoPage is one thing that she can do to her case: what it means, what it needs, and for what ends something a second look.
type MineDoPage struct {
	MineFrame
	Lead, Then string
	FirstHour  bool
	Files      bool      // what she adds may be files, too
	Word       *MineWord // what she accepts or not
	Receiver   string    // to whom it goes,
	Contact    []string  // how they are reached, and
	Parts      []string  // what
	Cost       string
	Share      *view.Choices // what else, if she likes
	Blocked    string        // why it cannot be done yet; nothing is asked then
	Part       *view.Choices
	Agree      *view.Choices
	Text       *view.Field
	Sure       bool // this is the second look
	Said       []view.Row
	Kept       []Hidden // of a second look: the form
	Version    string
	Go         view.Button
}

// twice are the events that end something, or give something up: they are looked at a second time.
var twice = []dispute.Event{
	dispute.Withdraw, dispute.WithdrawLeg, dispute.Solve, dispute.Close, dispute.GoToCourt, dispute.AcceptAnswer, dispute.RevokeConsent,
}

// asks are the events with which she may write something; true where she has to.
var asks = map[dispute.Event]bool{
	dispute.Supply: false, dispute.AddFacts: true, dispute.Reopen: true, dispute.Appeal: true, dispute.Close: true, dispute.RejectAnswer: false,
	dispute.Breach: false, dispute.Solve: false, dispute.GoToCourt: false, dispute.Withdraw: false, dispute.WithdrawLeg: false, dispute.RequestReview: false,
}

// handing are the events by which her file leaves the house, or will.
var handing = []dispute.Event{dispute.ChooseInstitution, dispute.GiveConsent, dispute.RequestReview}

// weighing are the events by which she answers the firm.
var weighing = []dispute.Event{dispute.AcceptAnswer, dispute.RejectAnswer, dispute.RequestReview}

// shownHere are facts that stand because the page itself shows what they speak of.
var shownHere = []dispute.Fact{dispute.CostShown, dispute.ReceiverNamed}

// doing is a form of one event, with the file it was made from.
type doing struct {
	teller
	option complaint.Option
	leg    int
}

func (s *Site) mineDo(c echo.Context, by complaint.Access) error {
	d, err := s.doing(c, by, c.Param("event"), c.QueryParam("leg"))
	if err != nil {
		return s.notNow(c, by, err)
	}
	p, err := s.mineDoPage(c, d, url.Values{})
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusOK, p)
}

func (s *Site) mineDoes(c echo.Context, by complaint.Access) error {
	sent, err := middleware.Form(c)
	if err != nil {
		return err
	}
	event, leg := dispute.Event(c.Param("event")), legOf(c.QueryParam("leg"))
	d, err := s.doing(c, by, c.Param("event"), c.QueryParam("leg"))
	if refused, ok := errors.AsType[*dispute.RefusedError](err); ok {
		return s.doneOrNot(c, by, event, leg, sent, refused)
	} else if err != nil {
		return err
	}
	p, err := s.mineDoPage(c, d, sent)
	if err != nil {
		return err
	}
	if p.Blocked == "" {
		p.check(d, sent)
	}
	switch {
	case p.Invalid || p.Blocked != "":
		return s.answer(c, http.StatusUnprocessableEntity, p)
	case sent.Get("sure") == "0":
		return s.answer(c, http.StatusOK, p)
	case slices.Contains(twice, event) && sent.Get("sure") != "1":
		p.lookAgain(d, sent)
		return s.answer(c, http.StatusOK, p)
	}
	version, _ := strconv.ParseInt(sent.Get("version"), 10, 64)
	act := complaint.Act{Leg: leg, Event: event, Facts: d.facts(sent), Text: written(sent), Version: version, Fields: sent["share"]}
	switch err := s.Complaints.Do(c.Request().Context(), by, act); {
	case err == nil:
		return s.mineDone(c)
	case fault.From(err).Kind == fault.Conflict:
		return s.doneOrNot(c, by, event, leg, sent, err)
	default:
		refused, ok := errors.AsType[*dispute.RefusedError](err)
		if !ok {
			return err
		}
		return s.doneOrNot(c, by, event, leg, sent, refused)
	}
}

func (s *Site) mineDone(c echo.Context) error {
	code, err := lang(c)
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/"+string(code)+minePath+"?done=1#result")
}

// doing reads the file and finds the event among those that she can make now; a [*dispute.RefusedError] where it is not.
func (s *Site) doing(c echo.Context, by complaint.Access, event, leg string) (doing, error) {
	f, err := s.Complaints.Read(c.Request().Context(), by)
	if err != nil {
		return doing{}, err
	}
	d := doing{teller: teller{file: f, now: s.Now()}, leg: legOf(leg)}
	options := f.Options(d.leg)
	i := slices.IndexFunc(options, func(o complaint.Option) bool { return o.Event == dispute.Event(event) })
	if i < 0 {
		if !hers(event) {
			return doing{}, fault.New(fault.NotFound, "no such event")
		}
		return doing{}, &dispute.RefusedError{Event: dispute.Event(event), Why: dispute.NotNow}
	}
	d.option = options[i]
	return d, nil
}

// hers tells whether an event is one that she can ever make of a filed complaint.
func hers(event string) bool {
	for _, r := range slices.Concat(dispute.Disputes.Rows, dispute.Legs.Rows) {
		if string(r.Event) == event && slices.Contains(r.Who, dispute.Citizen) && !slices.Contains(r.From, dispute.Draft) {
			return true
		}
	}
	return false
}

// doneOrNot answers where an event was refused, or the case has changed since she looked. If it was she who just did the same,
// by a second press of the button, it is done; else she sees the case as it is now, with what she wrote.
func (s *Site) doneOrNot(c echo.Context, by complaint.Access, event dispute.Event, leg int, sent url.Values, why error) error {
	f, err := s.Complaints.Read(c.Request().Context(), by)
	if err != nil {
		return err
	}
	version, _ := strconv.ParseInt(sent.Get("version"), 10, 64)
	for _, e := range f.Timeline {
		if version > 0 && e.Seq > version && e.Event == event && (e.Leg == leg || event == dispute.ChooseInstitution) && e.Actor == by.Actor {
			return s.mineDone(c)
		}
	}
	d, err := s.doing(c, by, string(event), strconv.Itoa(leg))
	if err != nil {
		return s.notNow(c, by, err)
	}
	p, err := s.mineDoPage(c, d, sent)
	if err != nil {
		return err
	}
	p.Invalid = true
	p.Summary.Title = p.Must("mine.not_done")
	text, status := p.Must("mine.changed"), http.StatusConflict
	if refused, ok := errors.AsType[*dispute.RefusedError](why); ok {
		text, status = p.Must(refused.Key()), http.StatusUnprocessableEntity
	}
	p.Summary.Items = []view.ErrorItem{{Field: "act", Text: text}}
	return s.answer(c, status, p)
}

// notNow says that the case has moved on, and leads to where it stands.
func (s *Site) notNow(c echo.Context, _ complaint.Access, err error) error {
	refused, ok := errors.AsType[*dispute.RefusedError](err)
	if !ok {
		return err
	}
	frame, err := s.mine(c, "mine_do", minePath)
	if err != nil {
		return err
	}
	p := &MineDoPage{MineFrame: frame, Lead: frame.Must("mine.moved_on"), Blocked: frame.Must(refused.Key())}
	p.Title = p.Must("mine.moved_on_title")
	return s.answer(c, http.StatusConflict, p)
}

func (s *Site) mineDoPage(c echo.Context, d doing, sent url.Values) (*MineDoPage, error) {
	event := d.option.Event
	key := "mine.do_" + string(event)
	frame, err := s.mine(c, "mine_do", doPath(event, d.leg))
	if err != nil {
		return nil, err
	}
	p := &MineDoPage{MineFrame: frame, Version: strconv.FormatInt(d.file.Version, 10)}
	d.Base = p.Base
	p.Title = p.Must(key + "_title")
	if event == dispute.AddFacts {
		switch l, _ := d.file.Case.Leg(d.leg); {
		case keeps(d.file, d.leg):
			key += "_kept"
			p.Title = p.Must("mine.add_heading")
		case l.State == dispute.Consented:
			key += "_first" // before it goes out
		}
	}
	p.Lead, p.Then = p.Must(key+"_text"), p.Must(key+"_then")
	p.FirstHour = event == dispute.FlagEmergency
	p.Files = event == dispute.Supply || event == dispute.AddFacts
	if slices.Contains(weighing, event) || event == dispute.Supply {
		p.Word = d.word(d.leg)
	}
	if slices.Contains(handing, event) {
		if err := s.handOver(c, p, d, sent); err != nil {
			return nil, err
		}
	}
	p.Go = view.Button{Text: p.Must(key + "_go")}
	if slices.Contains(twice, event) {
		p.Go.Text = p.Must("mine.go_on")
	}
	for _, a := range d.option.Asks {
		if a.Blocks() {
			p.Blocked = p.Must(a.Key())
		}
	}
	p.ask(d, sent)
	return p, nil
}

// keeps tells that what she adds now goes to nobody before she agrees to that.
func keeps(f complaint.File, leg int) bool {
	l, ok := f.Case.Leg(leg)
	return !ok || l.State == dispute.ConsentPending
}

// ticks are the facts that she states by a tick, each with its guard.
func (d doing) ticks() (facts []dispute.Fact, guards []dispute.Guard) {
	for _, a := range d.option.Asks {
		for _, f := range a.Confirm {
			if !slices.Contains(shownHere, f) {
				facts, guards = append(facts, f), append(guards, a.Guard)
			}
		}
	}
	return facts, guards
}

// facts are what her form makes sure of.
func (d doing) facts(sent url.Values) []dispute.Fact {
	facts := slices.Clone(shownHere)
	ticks, _ := d.ticks()
	for _, f := range ticks {
		if slices.Contains(sent["agree"], string(f)) {
			facts = append(facts, f)
		}
	}
	if d.option.Event == dispute.AcceptAnswer && sent.Get("part") == "part" {
		facts = append(facts, dispute.InPart)
	}
	return facts
}

func (p *MineDoPage) ask(d doing, sent url.Values) {
	event := d.option.Event
	if event == dispute.AcceptAnswer {
		p.Part = &view.Choices{Name: "part", Type: "radio", Legend: p.Must("mine.part"), Hint: p.Must("mine.part_hint")}
		for _, v := range []string{"whole", "part"} {
			p.Part.Options = append(p.Part.Options, view.Choice{Value: v, Label: p.Must("mine.part_" + v), Checked: sent.Get("part") == v})
		}
	}
	if ticks, _ := d.ticks(); len(ticks) > 0 {
		p.Agree = &view.Choices{Name: "agree", Type: "checkbox", Legend: p.Must("mine.agree")}
		for _, f := range ticks {
			p.Agree.Options = append(p.Agree.Options, view.Choice{
				Value: string(f), Label: p.Must("mine.tick_"+string(f), "firm", d.file.Filed.Firm.Name), Checked: slices.Contains(sent["agree"], string(f)),
			})
		}
	}
	if needed, ok := asks[event]; ok {
		label := p.Must("mine.do_" + string(event) + "_ask")
		if !needed {
			label += p.Must("mine.optional")
		}
		p.Text = &view.Field{ID: "text", Label: label, Value: written(sent), Rows: 6, Autocomplete: "off"}
	}
}

// check looks for what is missing.
func (p *MineDoPage) check(d doing, sent url.Values) {
	wrong := func(field, label, text string) {
		p.Invalid = true
		p.Summary.Title = p.Must("common.error_title")
		p.Summary.Items = append(p.Summary.Items, view.ErrorItem{Field: field, Text: label + p.Must("common.colon") + text})
	}
	if p.Part != nil && sent.Get("part") != "whole" && sent.Get("part") != "part" {
		p.Part.Error, p.Part.ErrorLabel = p.Must("mine.choose"), p.Must("common.error_label")
		wrong("part-whole", p.Part.Legend, p.Part.Error)
	}
	ticks, guards := d.ticks()
	for i, f := range ticks {
		if !slices.Contains(sent["agree"], string(f)) {
			p.Agree.Error, p.Agree.ErrorLabel = p.Must("mine.tick_needed"), p.Must("common.error_label")
			wrong("agree-"+string(f), p.Agree.Legend, p.Must(guards[i].Key()))
		}
	}
	if p.Text == nil {
		return
	}
	n := utf8.RuneCountInString(p.Text.Value)
	switch {
	case n == 0 && asks[d.option.Event]:
		p.Text.Error = p.Must("mine.needed")
		if i := slices.IndexFunc(d.option.Asks, func(a complaint.Asked) bool { return a.Text }); i >= 0 {
			p.Text.Error = p.Must(d.option.Asks[i].Key())
		}
	case n > complaint.MostText:
		p.Text.Error = p.Must("mine.long", "most", complaint.MostText, "over", n-complaint.MostText)
	}
	if p.Text.Error != "" {
		p.Text.ErrorLabel = p.Must("common.error_label")
		wrong("text", p.Text.Label, p.Text.Error)
	}
}

// lookAgain turns the form into a second look at what she is about to do.
func (p *MineDoPage) lookAgain(d doing, sent url.Values) {
	p.Sure = true
	p.Go.Text = p.Must("mine.do_" + string(d.option.Event) + "_go")
	p.Go.Name, p.Go.Value = "sure", "1"
	if d.option.Event != dispute.AcceptAnswer {
		p.Go.Style = "danger"
	}
	if p.Part != nil {
		p.Said = append(p.Said, view.Row{Key: p.Part.Legend, Value: p.Must("mine.part_" + sent.Get("part"))})
		p.Kept = append(p.Kept, Hidden{"part", sent.Get("part")})
	}
	if p.Text != nil && p.Text.Value != "" {
		p.Said = append(p.Said, view.Row{Key: p.Text.Label, Value: p.Text.Value})
		p.Kept = append(p.Kept, Hidden{"text", p.Text.Value})
	}
	for _, f := range sent["agree"] {
		p.Kept = append(p.Kept, Hidden{"agree", f})
	}
}

// handOver tells to whom her file goes, what of it, and what else she may add (PIPL Art. 23). Nothing is ticked before she does.
func (s *Site) handOver(c echo.Context, p *MineDoPage, d doing, sent url.Values) error {
	p.Receiver = d.file.Filed.Firm.Name
	if d.option.Event == dispute.RequestReview {
		p.Receiver = p.Must("mine.higher_office", "firm", p.Receiver)
	}
	firm, err := s.Complaints.Firm(c.Request().Context(), d.file.Institution)
	if err != nil {
		return err
	}
	for _, line := range []string{firm.Address, firm.Phone} {
		if line != "" {
			p.Contact = append(p.Contact, line)
		}
	}
	if len(p.Contact) == 0 {
		p.Contact = []string{p.Must("mine.receiver_unknown")}
	}
	hers := "" // or, where somebody else reads this, the person's
	if d.file.Access.Actor == dispute.Helper {
		hers = "_helper"
	}
	p.Parts = []string{p.Must("mine.parts_needed" + hers)}
	p.Cost = p.Must("mine.cost_free")
	if d.option.Event == dispute.ChooseInstitution {
		p.Parts = append(p.Parts, p.Must("mine.parts_later"))
		return nil
	}
	p.Share = &view.Choices{Name: "share", Type: "checkbox", Legend: p.Must("mine.share"), Hint: p.Must("mine.share_hint")}
	for _, f := range d.file.Shareable() {
		if f.Needed {
			continue
		}
		o := view.Choice{Value: f.ID, Checked: slices.Contains(sent["share"], f.ID)}
		switch i := slices.IndexFunc(d.file.Evidence, func(e complaint.Evidence) bool { return e.ID == f.File() }); {
		case i >= 0:
			o.Label = p.Must("mine.share_file", "name", d.file.Evidence[i].Description)
		case f.Added() > 0:
			o.Label = p.addition(d, f)
		case f.ID == "phone" || f.ID == "email":
			o.Label = p.Must("mine.share_" + f.ID + hers)
		default:
			o.Label = p.Must("mine.share_" + f.ID)
		}
		p.Share.Options = append(p.Share.Options, o)
	}
	return nil
}

// addition is what she added since she filed, by its day and its first words.
func (p *MineDoPage) addition(d doing, f complaint.Field) string {
	i := slices.IndexFunc(d.file.Added, func(a complaint.Addition) bool { return a.Seq == f.Added() })
	return p.Must("mine.share_added", "day", p.Date(d.file.Added[i].At), "text", d.file.Added[i].Begins())
}

func legOf(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// written is what she wrote, as it is kept.
func written(sent url.Values) string { return strings.TrimSpace(tidy(sent.Get("text"), true)) }
