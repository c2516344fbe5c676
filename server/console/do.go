package console

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"anxin/server/complaint"
	"anxin/server/dispute"
	"anxin/server/fault"
	"anxin/server/locale"
	"anxin/server/middleware"
	"anxin/server/view"
)

// DoPage is one thing that staff do to a case: what it asks of them, then what she will read of it, then it is done.
type DoPage struct {
	Frame
	Case, Here  string
	Lead        string
	Final       bool // there is no way back
	Blocked     string
	Choices     []*view.Choices
	Fields      []*view.Field
	PaperURL    string // where a scan is kept
	Version     string
	Preview     *PreviewPart
	Kept        []view.Link // URL is a field's name, Text its value
	Passport    bool        // the person is to be asked: their own way first
	PassportURL string
}

// PreviewPart is word by word what she will read, in her language.
type PreviewPart struct {
	Lang                                  locale.Code
	State, Now, Next, Yours, Leg, LegText string
	Told, Text                            string
	Dues, Stopped                         []Due
	Notices                               []PreviewNotice
	base                                  view.Base
}

// T says a word in her language.
func (p *PreviewPart) T(key string, pairs ...any) (string, error) { return p.base.T(key, pairs...) }

// PreviewNotice is a notice as somebody gets it.
type PreviewNotice struct{ To, Subject, Text string }

// final are the events that end something, or that nobody can take back.
var final = []dispute.Event{
	dispute.Refuse, dispute.DuplicateOf, dispute.Uphold, dispute.RefuseLeg, dispute.Answer, dispute.LateAnswer, dispute.HandOver, dispute.ConfirmPerson,
	dispute.Withdraw, dispute.WithdrawLeg, dispute.Solve, dispute.Close, dispute.GoToCourt, dispute.AcceptAnswer, dispute.RevokeConsent,
}

// doing is an event of a case, with what it asks.
type doing struct {
	desk
	option complaint.Option
	leg    int
}

// doing finds the event among those that who asks can make now; a [*dispute.RefusedError] where it is not.
func (k *Console) doing(c echo.Context) (doing, error) {
	at, err := k.at(c)
	if err != nil {
		return doing{}, err
	}
	leg, _ := strconv.Atoi(c.QueryParam("leg")) // anything else is the dispute
	d := doing{desk: at, leg: max(leg, 0)}
	event := dispute.Event(c.Param("event"))
	options := at.f.Options(d.leg)
	i := slices.IndexFunc(options, func(o complaint.Option) bool { return o.Event == event && o.Leg == d.leg })
	if i < 0 {
		if !slices.ContainsFunc(slices.Concat(dispute.Disputes.Rows, dispute.Legs.Rows), func(r dispute.Transition) bool {
			return r.Event == event && slices.Contains(r.Who, at.by.Actor)
		}) {
			return d, fault.New(fault.NotFound, "no such event")
		}
		return d, &dispute.RefusedError{Event: event, Why: dispute.NotNow}
	}
	d.option = options[i]
	return d, nil
}

func (k *Console) do(c echo.Context) error {
	d, err := k.doing(c)
	if err != nil {
		return k.notNow(c, err)
	}
	return k.answer(c, http.StatusOK, k.doPage(d, url.Values{}))
}

func (k *Console) does(c echo.Context) error {
	sent, err := middleware.Form(c)
	if err != nil {
		return err
	}
	d, err := k.doing(c)
	if err != nil {
		return k.notNow(c, err)
	}
	p := k.doPage(d, sent)
	if sent.Get("sure") == "0" { // back from the preview, with all that was typed
		return k.answer(c, http.StatusOK, p)
	}
	act, ok := d.act(p, sent)
	if !ok || p.Blocked != "" {
		return k.rejected(c, p)
	}
	ctx := c.Request().Context()
	if sent.Get("sure") == "1" {
		if err = k.Complaints.ActAs(ctx, d.by, d.id, act); err == nil {
			return k.seeOther(c, p.Case+"?done=did#result")
		}
		return k.notDone(c, p, err)
	}
	preview, err := k.Complaints.Preview(ctx, d.by, d.id, act)
	if err != nil {
		return k.notDone(c, p, err)
	}
	if err := p.show(d, preview, sent); err != nil {
		return err
	}
	return k.answer(c, http.StatusOK, p)
}

// notDone shows the form again, with all that was typed, where the case refused or has changed since.
func (k *Console) notDone(c echo.Context, p *DoPage, err error) error {
	refused, ok := errors.AsType[*dispute.RefusedError](err)
	switch {
	case ok:
		p.complain("act", p.Must(refused.Key()))
		return k.rejected(c, p)
	case fault.From(err).Kind == fault.Conflict:
		p.complain("act", p.Must("desk.changed"))
		p.Summary.Title = p.Must("desk.not_done")
		return k.answer(c, http.StatusConflict, p)
	case errors.Is(err, complaint.ErrLongText):
		p.complain("act", p.Must("mine.long", "most", complaint.MostText, "over", 1))
		return k.rejected(c, p)
	}
	return err
}

// notNow says that the case has moved on, and leads to where it stands.
func (k *Console) notNow(c echo.Context, err error) error {
	refused, ok := errors.AsType[*dispute.RefusedError](err)
	if !ok {
		return err
	}
	p := &DoPage{Frame: k.frame(c, "console_do", "desk.not_now"), Case: caseURL(c.Param("id"))}
	p.Lead, p.Blocked = p.Must("mine.moved_on"), p.Must(refused.Key())
	return k.answer(c, http.StatusConflict, p)
}

func (k *Console) doPage(d doing, sent url.Values) *DoPage {
	event := d.option.Event
	p := &DoPage{Frame: k.frame(d.c, "console_do", "dispute.event."+string(event)), Case: caseURL(d.id), Version: strconv.FormatInt(d.f.Version, 10)}
	p.Here = caseURL(d.id, "/do/", url.PathEscape(string(event))) + "?leg=" + strconv.Itoa(d.leg)
	p.Crumb = &view.Link{URL: p.Case, Text: p.Must("desk.case_title")}
	p.PaperURL = p.Case + "/paper?back=" + url.QueryEscape(string(event)) + "&leg=" + strconv.Itoa(d.leg)
	p.Lead = p.Must("desk.do_lead", "firm", d.f.Filed.Firm.Name, "number", complaint.Grouped(d.f.Number))
	p.Final = slices.Contains(final, event)
	p.Passport = event == dispute.ConfirmPerson
	for _, a := range d.option.Asks {
		if a.Blocks() {
			p.Blocked = p.Must(a.Key())
		}
	}
	d.ask(p, sent)
	return p
}

// show puts in what she will read: the case as it will stand, in her language.
func (p *DoPage) show(d doing, w complaint.Preview, sent url.Values) error {
	lang := d.f.Person.Reach.Speaks() // a handler is not told hers: the source language then
	b := d.k.View.Base("console_do", lang, p.Path, d.k.look(d.c))
	x := &PreviewPart{Lang: lang, base: b, Text: w.Text}
	words := func(key string) string { // states that end have no next
		text, err := b.T(key)
		if err != nil {
			return ""
		}
		return text
	}
	state := dispute.Disputes.Label(w.State)
	if w.State == dispute.InChannel && dispute.Legs.Standing(w.LegState) == dispute.Moving { // as on her page: what is under way, and not that something is
		state = dispute.Legs.Label(w.LegState)
	} else if w.LegState != "" {
		x.Leg, x.LegText = stateWords(b, true, w.LegState), words("dispute.leg."+string(w.LegState)+"_now")
	}
	x.State, x.Now, x.Next, x.Yours = b.Must(state), words(state+"_now"), words(state+"_next"), words(state+"_yours")
	if w.Told != "" {
		x.Told = b.Must(w.Told)
	}
	for _, list := range []struct {
		from []complaint.Deadline
		to   *[]Due
	}{{w.Deadlines, &x.Dues}, {w.Stopped, &x.Stopped}} {
		for _, y := range list.from {
			if limiting(y) {
				continue
			}
			out, err := due(b, y, d.k.Now())
			if err != nil {
				return err
			}
			*list.to = append(*list.to, out)
		}
	}
	for _, n := range w.Notices {
		x.Notices = append(x.Notices, PreviewNotice{
			To:      p.Must("desk.notice_to", "who", p.Must("desk.party_"+n.Party), "way", p.Must("notice.channel_"+n.Channel)),
			Subject: n.Subject, Text: n.Text,
		})
	}
	p.Preview = x
	p.Title = p.Must("desk.preview_title", "event", p.Title)
	for name, values := range sent {
		if name == "token" || name == "sure" || name == "version" {
			continue
		}
		for _, v := range values {
			p.Kept = append(p.Kept, view.Link{URL: name, Text: v})
		}
	}
	slices.SortStableFunc(p.Kept, func(a, b view.Link) int { return compare(a.URL, b.URL) })
	return nil
}
