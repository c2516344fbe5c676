package api

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"anxin/server/complaint"
	"anxin/server/dispute"
	"anxin/server/fault"
	"anxin/server/view"
)

// ComplaintEvent is something that happened to a complaint. EventText and Told are null for what one level of the case does to
// the other by itself.
type ComplaintEvent struct {
	Seq       int64               `json:"seq"`
	At        string              `json:"at"`
	Leg       int                 `json:"leg"` // 0 for the complaint itself
	Event     dispute.Event       `json:"event"`
	EventText *string             `json:"event_text"`
	Actor     dispute.Actor       `json:"actor"`
	ActorText string              `json:"actor_text"`
	State     dispute.State       `json:"state"` // that it led to
	Told      *string             `json:"told"`  // what she was told
	Text      string              `json:"text"`  // what was written with it
	Deadlines []ComplaintDeadline `json:"deadlines"`
}

func (a *API) complaintEvents(c echo.Context, by complaint.Access) error {
	return listOf(a, c, by,
		func(b view.Base, f complaint.File) ([]ComplaintEvent, error) {
			list := make([]ComplaintEvent, len(f.Timeline))
			for i, e := range f.Timeline {
				var err error
				if list[i], err = eventOf(b, e); err != nil {
					return nil, err
				}
			}
			return list, nil
		},
		func(e ComplaintEvent) string { return strconv.FormatInt(e.Seq, 10) })
}

// listOf answers with a part of a list of the file.
func listOf[T any](a *API, c echo.Context, by complaint.Access, all func(view.Base, complaint.File) ([]T, error), name func(T) string) error {
	q := a.query(c)
	p := q.page(c)
	if err := q.problem(); err != nil {
		return err
	}
	f, err := a.Complaints.Read(c.Request().Context(), by)
	if err != nil {
		return err
	}
	items, err := all(q.Base, f)
	if err != nil {
		return err
	}
	part, next, ok := cut(p, items, name)
	if !ok {
		return reject(q.Base, "cursor", "cursor")
	}
	list := List{Total: len(items), Items: []any{}, Cursor: next}
	for _, item := range part {
		list.Items = append(list.Items, item)
	}
	return answer(c, http.StatusOK, list)
}

func eventOf(b view.Base, e complaint.Entry) (ComplaintEvent, error) {
	out := ComplaintEvent{Seq: e.Seq, At: moment(e.At), Leg: e.Leg, Event: e.Event, Actor: e.Actor, State: e.State, Text: e.Text}
	var err error
	if out.ActorText, err = b.T("dispute.actor." + string(e.Actor)); err != nil {
		return out, err
	}
	if !byItself(e.Event) {
		text, err := b.T("dispute.event." + string(e.Event))
		if err != nil {
			return out, err
		}
		out.EventText = &text
	}
	if e.Told != "" {
		text, err := b.T(e.Told)
		if err != nil {
			return out, err
		}
		out.Told = &text
	}
	out.Deadlines, err = deadlinesOf(b, e.Deadlines)
	return out, err
}

// byItself tells whether an event is what one table does to the other: nobody does it, and it has no words.
func byItself(e dispute.Event) bool {
	for _, t := range []*dispute.Table{dispute.Disputes, dispute.Legs} {
		if slices.ContainsFunc(t.Rows, func(r dispute.Transition) bool { return r.Event == e && slices.Contains(r.Who, dispute.Machine) }) {
			return true
		}
	}
	return false
}

// eventRequest is what somebody wants to happen.
type eventRequest struct {
	Event   *dispute.Event `json:"event"`
	Leg     int            `json:"leg"`
	Text    string         `json:"text"`
	Confirm []dispute.Fact `json:"confirm"`
	Version int64          `json:"version"`
	Fields  []string       `json:"fields"`
}

// moveComplaint lets something happen to a complaint, and answers with it as it then is.
func (a *API) moveComplaint(c echo.Context, by complaint.Access) error {
	q := a.query(c)
	if err := q.problem(); err != nil {
		return err
	}
	data, err := body(c)
	if err != nil {
		return err
	}
	var in eventRequest
	if err := strict(q.Base, data, &in, ""); err != nil {
		return err
	}
	if wrong := in.wrong(q.Base); wrong != nil {
		return rejectAll(q.Base, wrong)
	}
	act := complaint.Act{Leg: in.Leg, Event: *in.Event, Facts: in.Confirm, Text: in.Text, Version: in.Version, Fields: in.Fields}
	err = a.Complaints.Do(c.Request().Context(), by, act)
	if refused, ok := errors.AsType[*dispute.RefusedError](err); ok {
		return a.refusal(c, q.Base, by, act, refused)
	}
	if err != nil {
		if fault.From(err).Kind == fault.Conflict {
			return rejectAs(q.Base, fault.Conflict, "version", "version")
		}
		return err
	}
	return a.answerComplaint(c, q.Base, by)
}

// wrong is what makes no sense whatever the case.
func (in eventRequest) wrong(b view.Base) []FieldError {
	var list []FieldError
	switch {
	case in.Event == nil:
		list = append(list, wrongField(b, "event", "missing"))
	case !slices.Contains(dispute.Disputes.Events(), *in.Event) && !slices.Contains(dispute.Legs.Events(), *in.Event):
		list = append(list, wrongField(b, "event", "event"))
	}
	if utf8.RuneCountInString(in.Text) > complaint.MostText {
		list = append(list, wrongField(b, "text", "long"))
	}
	for i, f := range in.Fields {
		if !complaint.IsField(f) {
			list = append(list, wrongField(b, fmt.Sprintf("fields[%d]", i), "share"))
		}
	}
	for i, f := range in.Confirm {
		if !complaint.Hers(f) {
			list = append(list, wrongField(b, fmt.Sprintf("confirm[%d]", i), "confirm"))
		}
	}
	return list
}

// refusal says why nothing happened, what has to come first, and what may happen instead.
func (a *API) refusal(c echo.Context, b view.Base, by complaint.Access, act complaint.Act, r *dispute.RefusedError) error {
	f, err := a.Complaints.Read(c.Request().Context(), by)
	if err != nil {
		return err
	}
	out := &rejected{}
	if out.allowed, err = options(b, f); err != nil {
		return err
	}
	wrong := FieldError{Field: "event", Key: string(r.Why)}
	if wrong.Message, err = b.T(r.Key()); err != nil {
		return err
	}
	out.title = wrong.Message
	kind := fault.Conflict
	switch r.Why {
	case dispute.NotYours:
		kind = fault.Forbidden
	case dispute.NotYet:
		kind, wrong.Key, out.needs = fault.Invalid, r.Guard.Name, []Need{}
		for _, o := range out.allowed {
			if o.Event == act.Event && o.Leg == act.Leg {
				out.needs = o.Needs
			}
		}
		for _, n := range out.needs {
			switch {
			case n.Key != wrong.Key:
			case n.Text:
				wrong.Field = "text"
			case len(n.Confirm) > 0:
				wrong.Field = "confirm"
			}
		}
	}
	out.fields = []FieldError{wrong}
	return &fault.Error{Kind: kind, Err: out}
}
