package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"anxin/server/complaint"
	"anxin/server/dispute"
	"anxin/server/view"
)

// MineFrame is what the pages of her file have in common.
type MineFrame struct {
	view.Base
	Notice  *view.Notice
	Summary view.ErrorSummary
}

// MinePage is her file at a glance: where it stands, what comes next, by when, what she has to do.
type MinePage struct {
	MineFrame
	Firm, Number string
	Asking       bool // the person has not been asked yet whether the helper acts for her
	FirstHour    bool // money may be leaving now
	Box          MineBox
	Inbox        []MineNotice // what is new to her, and
	InboxEarlier []MineNotice // what stands nowhere else
	Word         *MineWord    // what was written to her about where it stands
	Do           []view.Button
	Legs         []MineLeg
	MineWays
	Limitation *MineDue
	Latest     *MineMessage
	Unread     int
	Files      int
	Letters    []MineLetter
	Survey     string      // what she said after the end, or that she is asked; empty while there is no end
	Timeline   []MineEntry // the newest, and
	Earlier    []MineEntry // folded away, the rest
	Rest       []view.Link // what ends it, or is rarely needed
}

// MineBox is 现在, 接下来, 最晚, 您要做的. What has ended says the first alone.
type MineBox struct {
	State, Now, Next, Yours string
	Due                     *MineDue
}

// MineWord is what the council or the firm wrote.
type MineWord struct{ Who, Outcome, Text string }

// MineLeg is one way that was tried.
type MineLeg struct {
	Channel, State, Now string
	Due                 *MineDue
}

const (
	recent   = 3  // entries of the timeline that are not folded away
	warnDays = 30 // how long she is told of wrong codes
)

// foremost are the events that carry it on, in the order of their buttons. All others of hers end it or are rarely needed.
var foremost = []dispute.Event{
	dispute.Resume, dispute.Supply, dispute.GiveConsent, dispute.DeclineConsent, dispute.AcceptAnswer, dispute.RejectAnswer, dispute.Perform, dispute.Breach,
	dispute.RequestReview, dispute.ChooseInstitution, dispute.Appeal, dispute.Reopen, dispute.AddFacts,
}

// plainly are those that a page may put before others: none of them is a decision between two.
var plainly = []dispute.Event{dispute.Resume, dispute.Supply, dispute.ChooseInstitution}

// doorStates are where other ways are shown.
var doorStates = []dispute.State{dispute.Between, dispute.OutOfScope, dispute.Unresolved, dispute.PartResolved}

// teller says a file in the words of a page.
type teller struct {
	view.Base
	file complaint.File
	now  time.Time
}

// mine is a page of her file, at an address behind the language.
func (s *Site) mine(c echo.Context, name, path string) (MineFrame, error) {
	code, err := lang(c)
	if err != nil {
		return MineFrame{}, err
	}
	b := s.View.Base(name, code, path, s.settingsOf(c))
	b.Title = b.Must("mine.title_" + name) // says nothing of money or a complaint: a history is read by others
	b.Crumb = &view.Link{URL: b.URL(minePath), Text: b.Must("mine.title_mine")}
	return MineFrame{Base: b}, nil
}

func (s *Site) minePage(c echo.Context, by complaint.Access) error {
	frame, err := s.mine(c, "mine", minePath)
	if err != nil {
		return err
	}
	frame.Crumb = nil
	f, err := s.Complaints.Read(c.Request().Context(), by)
	if err != nil {
		return err
	}
	p := &MinePage{MineFrame: frame, Firm: f.Filed.Firm.Name, Number: complaint.Grouped(f.Number)}
	p.Asking = f.Case.Helper && !f.Case.Confirmed
	p.FirstHour = f.Case.State == dispute.Emergency
	t := teller{frame.Base, f, s.Now()}
	if err := p.tell(t); err != nil {
		return err
	}
	if slices.Contains(doorStates, f.Case.State) {
		if p.MineWays, err = s.ways(f, &p.Base); err != nil {
			return err
		}
	}
	p.Notice = p.news(t, c.QueryParam("done") == "1")
	if c.Request().Method == http.MethodGet {
		if err := s.Complaints.ReadNotices(c.Request().Context(), f); err != nil {
			return err
		}
	}
	return s.answer(c, http.StatusOK, p)
}

func (p *MinePage) tell(t teller) error {
	var err error
	at := t.subject()
	if p.Box, err = t.box(at); err != nil {
		return err
	}
	p.Inbox, p.InboxEarlier = t.notices()
	p.Word = t.word(at)
	for _, l := range t.file.Case.Legs {
		if l.ID == at {
			continue
		}
		leg := MineLeg{Channel: t.Must("dispute.channel." + string(l.Channel)), State: t.state(dispute.Legs, l.State), Now: t.Must(dispute.Legs.Label(l.State) + "_now")}
		if dispute.Legs.Standing(l.State) != dispute.Final {
			if leg.Due, err = t.nearest(l.ID); err != nil {
				return err
			}
		}
		p.Legs = append(p.Legs, leg)
	}
	p.Do, p.Rest = t.options(at)
	p.Letters = t.letters()
	if q := t.file.Survey; q != nil {
		p.Survey = t.survey(*q)
		if q.Asked && q.Answer == "" && !q.Fixed { // first: it is the one thing that somebody waits for
			p.Do = append([]view.Button{{Text: t.Must("mine.survey_ask"), URL: t.URL(surveyPath)}}, p.Do...)
		}
	}
	if p.Limitation, err = t.limitation(); err != nil {
		return err
	}
	if p.Timeline, err = t.timeline(); err != nil {
		return err
	}
	if len(p.Timeline) > recent+1 {
		p.Timeline, p.Earlier = p.Timeline[:recent], p.Timeline[recent:]
	}
	messages := t.messages()
	for _, m := range messages {
		if m.New {
			p.Unread++
		}
	}
	if len(messages) > 0 {
		p.Latest = &messages[0]
	}
	for _, e := range t.file.Evidence {
		if !e.Removed {
			p.Files++
		}
	}
	return nil
}

// news is what to say first: that it is done what she just did, or that somebody tried to get in.
func (p *MinePage) news(t teller, done bool) *view.Notice {
	if last, ok := t.lastTold(); done && ok && last.Actor == t.file.Access.Actor {
		return &view.Notice{Kind: "done", Title: p.Must("mine.done"), Text: view.Plain(p.Must(last.Told))}
	}
	for _, seen := range slices.Backward(t.file.Seen) {
		if seen.Action == "failed_codes" && t.now.Sub(seen.At) < warnDays*24*time.Hour {
			return &view.Notice{Kind: "caution", Title: p.Must("mine.failed_codes", "when", t.when(seen.At)), Text: view.Plain(p.Must("mine.failed_codes_text"))}
		}
	}
	return nil
}

// subject is what the box is about: the leg that is under way, or the dispute (0).
func (t teller) subject() int {
	if t.file.Case.State == dispute.InChannel {
		for _, l := range t.file.Case.Legs {
			if dispute.Legs.Standing(l.State) == dispute.Moving {
				return l.ID
			}
		}
	}
	return 0
}

func (t teller) state(table *dispute.Table, s dispute.State) string { return t.Must(table.Label(s)) }

func (t teller) at(leg int) (*dispute.Table, dispute.State) {
	if l, ok := t.file.Case.Leg(leg); ok {
		return dispute.Legs, l.State
	}
	return dispute.Disputes, t.file.Case.State
}

func (t teller) box(leg int) (MineBox, error) {
	table, state := t.at(leg)
	label := table.Label(state)
	box := MineBox{State: t.Must(label), Now: t.Must(label + "_now")}
	if table.Standing(state) == dispute.Moving {
		box.Next, box.Yours = t.Must(label+"_next"), t.Must(label+"_yours")
	} else if yours, err := t.T(label + "_yours"); err == nil { // of what has ended, where something is left to her
		box.Yours = yours
	}
	var err error
	box.Due, err = t.nearest(leg)
	return box, err
}

// word is what was written with the event by which it came to stand where it does.
func (t teller) word(leg int) *MineWord {
	_, state := t.at(leg)
	for _, e := range slices.Backward(t.file.Timeline) {
		if e.Leg != leg || e.State != state || e.Actor != dispute.Officer && e.Actor != dispute.Handler {
			continue
		}
		w := &MineWord{Who: t.Must("mine.word_council"), Text: e.Text}
		if firms(e.Event) { // also where an officer has written down what came by post
			w.Who = t.Must("mine.word_firm")
			if l, ok := t.file.Case.Leg(leg); ok && l.Outcome != "" {
				w.Outcome = t.Must("dispute.outcome." + string(l.Outcome))
			}
		}
		if w.Text != "" || w.Outcome != "" {
			return w
		}
	}
	return nil
}

// firms tells whether an event is the firm's word.
func firms(e dispute.Event) bool {
	return slices.ContainsFunc(dispute.Legs.Rows, func(r dispute.Transition) bool { return r.Event == e && slices.Contains(r.Who, dispute.Handler) })
}

// options are what she can do now: first what carries it on, then the rest.
func (t teller) options(at int) (do []view.Button, rest []view.Link) {
	legs := []int{at}
	for i := range t.file.Case.Legs {
		if id := len(t.file.Case.Legs) - i; id != at {
			legs = append(legs, id)
		}
	}
	if at != 0 {
		legs = append(legs, 0)
	}
	events := map[dispute.Event]string{}
	var aside []dispute.Event
	for _, leg := range legs {
		for _, o := range t.file.Options(leg) {
			if _, known := events[o.Event]; known || o.Closed() || o.Event == dispute.AddFacts && keeps(t.file, leg) {
				continue // to add something without a consequence has its own place on the page
			}
			events[o.Event] = t.URL(doPath(o.Event, leg))
			if !slices.Contains(foremost, o.Event) {
				aside = append(aside, o.Event)
			}
		}
	}
	for _, e := range foremost {
		if url, ok := events[e]; ok {
			b := view.Button{Text: t.Must("mine.do_" + string(e) + "_title"), URL: url, Style: "plain"}
			if len(do) == 0 && slices.Contains(plainly, e) {
				b.Style = ""
			}
			do = append(do, b)
		}
	}
	for _, e := range aside {
		rest = append(rest, view.Link{Text: t.Must("mine.do_" + string(e) + "_title"), URL: events[e]})
	}
	return do, rest
}

// lastTold is the last entry of which she was told something.
func (t teller) lastTold() (complaint.Entry, bool) {
	for _, e := range slices.Backward(t.file.Timeline) {
		if e.Told != "" {
			return e, true
		}
	}
	return complaint.Entry{}, false
}

func doPath(e dispute.Event, leg int) string {
	path := minePath + "/do/" + string(e)
	if leg > 0 {
		path += "?" + url.Values{"leg": {strconv.Itoa(leg)}}.Encode()
	}
	return path
}
