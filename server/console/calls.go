package console

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"anxin/server/complaint"
	"anxin/server/fault"
	"anxin/server/middleware"
	"anxin/server/notify"
	"anxin/server/view"
)

// CallsPage is the list of those to be told by hand, who can be told now first.
type CallsPage struct {
	Frame
	Calls []CallRow
	Next  string // where the list goes on; empty at its end
}

// callsAtOnce are on a page: who has made these finds the next ones on the first page.
const callsAtOnce = 20

// CallRow is somebody to be told something: how they want to be reached first, then what to say, the number last.
type CallRow struct {
	ID, URL, Title, Number, CaseURL, When, Tries string
	Passport                                     Passport
	Lang                                         string
	Lines                                        []notify.Line
	Outcomes                                     []view.Choice
}

func (k *Console) calls(c echo.Context) error {
	p, err := k.callsPage(c)
	if err != nil {
		return err
	}
	p.did(c, "called")
	return k.answer(c, http.StatusOK, p)
}

func (k *Console) callsPage(c echo.Context) (*CallsPage, error) {
	p := &CallsPage{Frame: k.frame(c, "console_calls", "console.to_calls")}
	behind, err := strconv.Atoi(c.QueryParam("behind"))
	if err != nil || behind < 0 || behind > complaint.MostCalls {
		behind = 0
	}
	list, more, err := k.Complaints.Calls(c.Request().Context(), staff(c), behind, callsAtOnce)
	if err != nil {
		return nil, err
	}
	if more {
		p.Next = callsPath + "?behind=" + strconv.Itoa(behind+callsAtOnce)
	}
	for _, call := range list {
		script, err := k.Complaints.Script(call, p.Lang)
		if err != nil {
			return nil, err
		}
		who := p.Must("desk.call_person")
		if call.Helper {
			who = p.Must("desk.call_helper")
		}
		row := CallRow{
			ID: call.ID, URL: callsPath + "/" + call.ID, Number: complaint.Grouped(call.Number), CaseURL: caseURL(call.Dispute), Lang: string(script.Lang), Lines: script.Lines,
			Title: p.Must("desk.call_title", "way", p.Must("notice.channel_"+string(call.Way)), "name", call.Person.Contact.Name, "who", who), When: p.Must("desk.call_now"),
		}
		if call.From.After(k.Now()) {
			row.When = p.Must("desk.call_from", "at", p.moment(call.From))
		}
		if call.Tries > 0 {
			row.Tries = p.Must("desk.call_tries", "count", call.Tries)
		}
		row.Passport = p.passportOf(call.Person)
		for _, o := range complaint.Outcomes {
			row.Outcomes = append(row.Outcomes, view.Choice{Value: o, Label: p.Must("desk.call_" + o)})
		}
		p.Calls = append(p.Calls, row)
	}
	return p, nil
}

// called notes how a call ended. One that another officer has made meanwhile is told so in the list.
func (k *Console) called(c echo.Context) error {
	sent, err := middleware.Form(c)
	if err != nil {
		return err
	}
	if outcome := sent.Get("outcome"); slices.Contains(complaint.Outcomes, outcome) {
		if err = k.Complaints.Called(c.Request().Context(), staff(c), c.Param("call"), outcome); err == nil {
			return k.seeOther(c, callsPath+"?done=called#result")
		}
	} else {
		err = fault.New(fault.Invalid, "a call does not end so")
	}
	if !mended(err) {
		return err
	}
	p, page := k.callsPage(c)
	if page != nil {
		return page
	}
	p.complain("list", p.Must("desk.call_gone"))
	return k.rejected(c, p)
}

// passportOf is how somebody wants to be reached.
func (f *Frame) passportOf(who complaint.Person) Passport {
	r := who.Reach
	return Passport{
		base: f.Base, Note: r.Note, Through: r.Through, Hours: listed(f.Base, "intake.hours_", r.Hours), Needs: listed(f.Base, "intake.needs_", r.Needs),
		Ways: listed(f.Base, "intake.ways_", r.Ways), Language: f.Must("desk.language_" + string(r.Speaks())),
		Name: who.Contact.Name, Address: r.Address, Phone: who.Contact.Phone, PhoneHref: telephone(who.Contact.Phone), EM: who.Contact.Email,
	}
}

// telephone is a number as it stands in an address that calls it.
func telephone(number string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == '+' {
			return r
		}
		return -1
	}, number)
}
