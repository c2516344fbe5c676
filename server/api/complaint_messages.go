package api

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"anxin/server/complaint"
	"anxin/server/dispute"
	"anxin/server/store"
	"anxin/server/view"
)

// Message is what was written to the council, or by it.
type Message struct {
	ID        string        `json:"id"`
	At        string        `json:"at"`
	Actor     dispute.Actor `json:"actor"`
	ActorText string        `json:"actor_text"`
	Text      string        `json:"text"`
	ReadAt    *string       `json:"read_at"` // null: not yet
}

func (a *API) complaintMessages(c echo.Context, by complaint.Access) error {
	return listOf(a, c, by, messagesOf, func(m Message) string { return m.ID })
}

func messagesOf(b view.Base, f complaint.File) ([]Message, error) {
	list := make([]Message, len(f.Messages))
	for i, m := range f.Messages {
		list[i] = Message{ID: m.ID, At: moment(m.At), Actor: m.Actor, Text: m.Text, ReadAt: maybe(m.ReadAt)}
		var err error
		if list[i].ActorText, err = b.T("dispute.actor." + string(m.Actor)); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func (a *API) writeMessage(c echo.Context, by complaint.Access) error {
	q := a.query(c)
	if err := q.problem(); err != nil {
		return err
	}
	data, err := body(c)
	if err != nil {
		return err
	}
	var in struct {
		Text string `json:"text"`
	}
	if err := strict(q.Base, data, &in, ""); err != nil {
		return err
	}
	if err := a.Complaints.Say(c.Request().Context(), by, in.Text); err != nil {
		return wrongText(q.Base, "text", err)
	}
	return c.NoContent(http.StatusNoContent)
}

// wrongText is the error for what was written under a field, where that is what is wrong.
func wrongText(b view.Base, field string, err error) error {
	switch {
	case errors.Is(err, complaint.ErrNoText):
		return reject(b, field, "missing")
	case errors.Is(err, complaint.ErrLongText):
		return reject(b, field, "long")
	case errors.Is(err, store.ErrTooMany):
		return reject(b, field, "full")
	}
	return err
}
