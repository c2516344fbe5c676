package console

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"anxin/server/complaint"
	"anxin/server/dispute"
	"anxin/server/fault"
	"anxin/server/locale"
	"anxin/server/notify"
	"anxin/server/store"
	"anxin/server/view"
)

// CasePage is a case on one page: what she wants and where it stands, how to reach her, what she said, and all that came after. A
// handler's has what was consented and referred.
type CasePage struct {
	Frame
	Council                    bool
	Case                       string // its address
	Number, State, Now, Helper string
	Wants, Firm                string
	OnList                     string // the firm of the list that she named in other words
	NamesFirm                  bool   // it can be found there
	Due                        *Due
	Passports                  []Passport
	Said                       []view.Row
	Files                      []CaseFileRow
	AddFile                    string // what leads to where one is added
	Legs                       []CaseLeg
	Do, ForHer                 []DoLink // what the staff do, and what they write down for her
	Timeline                   []CaseEntry
	Messages, Notes            []CaseMessage
	Message, Note              view.Field
	NeutralLang                locale.Code
	Neutral                    string // what she is sent when she is written to
	Assigned                   string
	Assign                     *view.Choices
	Consents                   []CaseConsent
	Letters                    []LetterRow
	Linked                     []view.Link
	Survey                     *CaseMessage // whether it is solved, as she said after the end; nil: not yet
	Asks                       bool         // she can be asked it
	Seen                       []CaseSeen
}

// Passport is how somebody wants to be reached. It is read before the telephone is lifted: the number stands last.
type Passport struct {
	Title                               string
	Note, Through                       string
	Hours, Needs, Ways, Language        string
	Name, Address, Phone, PhoneHref, EM string

	base view.Base
}

// T says a word of the page.
func (p Passport) T(key string, pairs ...any) (string, error) { return p.base.T(key, pairs...) }

// CaseFileRow is a file of the case.
type CaseFileRow struct {
	Description, Name, Kind, Size, When, By, SHA256, URL string
	Removed                                              bool
}

// CaseLeg is a way that was gone, with where it stands.
type CaseLeg struct {
	Title, State, Outcome string
	Due                   *Due
}

// DoLink leads to the page of an event.
type DoLink struct{ URL, Text string }

// CaseEntry is a line of the timeline.
type CaseEntry struct {
	Title, When, Text, Note, Way, On, Paper, PaperURL string
	Dues                                              []Due
}

// CaseMessage is a message or a note.
type CaseMessage struct{ Who, When, Text, Read string }

// CaseConsent is what she agreed to hand to whom.
type CaseConsent struct{ Purpose, Receiver, Fields, When, Withdrawn string }

// CaseSeen is a look at the case.
type CaseSeen struct{ When, Who, What string }

// desk is somebody who reads a case on a page.
type desk struct {
	k  *Console
	c  echo.Context
	by complaint.Staff
	f  complaint.CaseFile
	id string
}

// at reads the case of the address for a form about it, which notes in the case that it was read.
func (k *Console) at(c echo.Context) (desk, error) { return k.by(c, k.Complaints.ReadCase) }

func (k *Console) by(c echo.Context, read func(context.Context, complaint.Staff, string) (complaint.CaseFile, error)) (desk, error) {
	d := desk{k: k, c: c, by: staff(c), id: c.Param("id")}
	var err error
	d.f, err = read(c.Request().Context(), d.by, d.id)
	return d, err
}

func (d desk) office() bool { return d.by.Actor == dispute.Officer }

func (k *Console) openCase(c echo.Context) error {
	d, err := k.by(c, k.Complaints.OpenCase)
	if err != nil {
		return err
	}
	p, err := d.page()
	if err != nil {
		return err
	}
	p.did(c, "did", "said", "noted", "assigned", "paper", "letter", "firm", "survey")
	return k.answer(c, http.StatusOK, p)
}

func (d desk) page() (*CasePage, error) {
	f := d.f
	p := &CasePage{Frame: d.k.frame(d.c, "console_case", "desk.case_title"), Council: d.office(), Case: caseURL(d.id), Number: complaint.Grouped(f.Number)}
	p.Crumb = &view.Link{URL: queuePath, Text: p.Must("console.to_queue")}
	p.State, p.Firm = stateWords(p.Base, false, f.Case.State), f.Filed.Firm.Name
	p.Wants = listed(p.Base, "intake.wants_", f.Filed.Wants)
	if f.Filed.WantText != "" {
		p.Wants += p.Must("common.colon") + f.Filed.WantText
	}
	if f.Case.Helper && d.office() {
		p.Helper = p.Must("desk.helper_asked")
		if !f.Case.Confirmed {
			p.Helper = p.Must("desk.helper_unasked")
		}
	}
	product, _ := d.k.Complaints.Policy.Product(f.Filed.Product)
	for _, a := range p.Answers(f.Filed, product) {
		if !d.office() && !slices.Contains([]string{"firm", "product", "what", "when", "amount", "want", "tried"}, a.Step) {
			continue
		}
		if a.Step != "contact" && a.Step != "reach" { // stands in the passport, as it is now
			p.Said = append(p.Said, view.Row{Key: a.Name, Value: a.Text})
		}
	}
	for _, x := range f.Added {
		p.Said = append(p.Said, view.Row{Key: p.Must("desk.added_day", "day", p.moment(x.At)), Value: x.Text})
	}
	p.passports(f)
	p.AddFile = p.Must("desk.paper_add_" + string(d.by.Actor))
	for _, e := range f.Evidence {
		p.Files = append(p.Files, p.fileRow(d, e))
	}
	for _, step := range []func(desk) error{p.standing, p.told, p.office} {
		if err := step(d); err != nil {
			return nil, err
		}
	}
	p.options(d)
	p.Message = p.field("text", "desk.message_"+string(d.by.Actor))
	p.Message.Rows = 4
	if d.office() { // she is told that there is something to read, and nothing of what
		var err error
		if p.Neutral, err = d.k.Complaints.Words.Letter(notify.Message, notify.Email, f.Person.Reach.Speaks()); err != nil {
			return nil, err
		}
	}
	p.NeutralLang = f.Person.Reach.Speaks()
	p.Note = p.field("note", "desk.note")
	p.Note.Rows, p.Note.Hint = 3, p.Must("desk.note_hint")
	return p, nil
}

func (p *CasePage) passports(f complaint.CaseFile) {
	add := func(title string, who complaint.Person) {
		x := p.passportOf(who)
		if x.Title = title; !p.Council {
			x.Language = "" // a handler is not told hers
		}
		p.Passports = append(p.Passports, x)
	}
	add(p.Must("desk.passport"), f.Person)
	if f.Helper != nil {
		add(p.Must("desk.passport_helper"), *f.Helper)
	}
}

func (f *Frame) fileRow(d desk, e complaint.Evidence) CaseFileRow {
	return CaseFileRow{
		Description: e.Description, Name: complaint.SafeName(e.Name, e.Kind), Kind: f.FileKind(e.Kind), Size: f.FileSize(e.Size), When: f.moment(e.At),
		By: f.Must("dispute.actor." + string(e.By)), SHA256: e.SHA256, URL: caseURL(d.id, "/evidence/", url.PathEscape(e.ID)), Removed: e.Removed,
	}
}

// nearest is the next day on which somebody must have acted; where everything is on hold, that.
func (d desk) nearest(leg int) *complaint.Deadline {
	var found *complaint.Deadline
	for _, x := range d.f.Deadlines {
		if (leg < 0 || x.Leg == leg) && !limiting(x) && (found == nil || found.Due.IsZero() && !x.Due.IsZero()) {
			found = &x
		}
	}
	return found
}

func (p *CasePage) standing(d desk) error {
	day := func(leg int) (*Due, error) {
		x := d.nearest(leg)
		if x == nil {
			return nil, nil //nolint:nilnil // nothing is due
		}
		out, err := due(p.Base, *x, d.k.Now())
		return &out, err
	}
	var err error
	if p.Due, err = day(-1); err != nil {
		return err
	}
	for _, l := range d.f.Case.Legs {
		row := CaseLeg{Title: p.legTitle(l), State: stateWords(p.Base, true, l.State)}
		if l.Outcome != "" {
			row.Outcome = p.Must("dispute.outcome." + string(l.Outcome))
		}
		if row.Due, err = day(l.ID); err != nil {
			return err
		}
		p.Legs = append(p.Legs, row)
	}
	return nil
}

func (f *Frame) legTitle(l dispute.Leg) string {
	return f.Must("desk.leg_title", "n", strconv.Itoa(l.ID), "channel", f.Must("dispute.channel."+string(l.Channel)))
}

// told is what has happened and what was written, the newest first. What followed of itself has no words; its days stand with what it
// followed of.
func (p *CasePage) told(d desk) error {
	files := map[string]complaint.Evidence{}
	for _, e := range d.f.Evidence {
		files[e.ID] = e
	}
	for _, e := range d.f.Timeline {
		if e.Told != "" || e.Text != "" || len(p.Timeline) == 0 {
			p.Timeline = append(p.Timeline, p.entry(d, e, files))
		}
		x := &p.Timeline[len(p.Timeline)-1]
		for _, y := range e.Deadlines {
			if limiting(y) || y.Due.IsZero() {
				continue
			}
			out, err := due(p.Base, y, d.k.Now())
			if err != nil {
				return err
			}
			p.past(d, y, &out)
			x.Dues = append(x.Dues, out)
		}
	}
	slices.Reverse(p.Timeline)
	for _, m := range slices.Backward(d.f.Messages) {
		x := CaseMessage{Who: p.Must("dispute.actor." + string(m.Actor)), When: p.moment(m.At), Text: m.Text}
		if m.Actor == d.by.Actor && !m.ReadAt.IsZero() {
			x.Read = p.Must("mine.read")
		}
		p.Messages = append(p.Messages, x)
	}
	return nil
}

func (p *CasePage) entry(d desk, e complaint.Entry, files map[string]complaint.Evidence) CaseEntry {
	x := CaseEntry{Title: p.Must("dispute.actor."+string(e.Actor)) + p.Must("common.colon") + p.Must("dispute.event."+string(e.Event)), When: p.moment(e.At), Text: e.Text, Note: e.Note}
	if d.office() && e.Way != "" {
		x.Way = p.Must("desk.way_" + e.Way)
	}
	if !e.On.IsZero() {
		x.On = p.Date(e.On)
	}
	if file, ok := files[e.Evidence]; ok {
		x.Paper, x.PaperURL = file.Description, caseURL(d.id, "/evidence/", url.PathEscape(file.ID))
	}
	return x
}

// past says of a day in the timeline that runs no longer, that it does not, in place of how long it is over.
func (p *CasePage) past(d desk, was complaint.Deadline, out *Due) {
	if !slices.ContainsFunc(d.f.Deadlines, func(r complaint.Deadline) bool {
		return r.Leg == was.Leg && r.Clock.ID == was.Clock.ID && r.Due == was.Due
	}) {
		out.Left, out.Past, out.Was = p.Must("mine.due_was"), false, true
	}
}

// evidence gives a file as it was handed in: to be saved, never shown within a page of ours, and nothing in it runs.
func (k *Console) evidence(c echo.Context) error {
	err := k.Complaints.StaffEvidence(c.Request().Context(), staff(c), c.Param("id"), c.Param("file"), attached(c))
	if err == nil || !c.Response().Committed {
		return err
	}
	if c.Request().Context().Err() == nil {
		k.Log.Error("send a file", "route", c.Path(), "error", err)
	}
	panic(http.ErrAbortHandler) // nobody takes a part for the whole
}

// mended tells whether an error is one that the form can show.
func mended(err error) bool { return store.NotFound(err) || fault.From(err).Kind == fault.Invalid }
