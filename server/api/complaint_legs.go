package api

import (
	"strconv"

	"github.com/labstack/echo/v4"

	"anxin/server/complaint"
	"anxin/server/dispute"
	"anxin/server/view"
)

// Leg is one attempt through one channel.
type Leg struct {
	Leg         int             `json:"leg"` // its number, from 1
	Channel     dispute.Channel `json:"channel"`
	ChannelText string          `json:"channel_text"`
	Standing
	Of          *int          `json:"of"` // of a review: the leg whose answer it is about
	Outcome     *dispute.Fact `json:"outcome"`
	OutcomeText *string       `json:"outcome_text"`
	Part        bool          `json:"part"` // the answer was accepted for a part only
}

func (a *API) complaintLegs(c echo.Context, by complaint.Access) error {
	return listOf(a, c, by, legsOf, func(l Leg) string { return strconv.Itoa(l.Leg) })
}

func legsOf(b view.Base, f complaint.File) ([]Leg, error) {
	list := make([]Leg, len(f.Case.Legs))
	for i, l := range f.Case.Legs {
		out := Leg{Leg: l.ID, Channel: l.Channel, Part: l.Part}
		var err error
		if out.ChannelText, err = b.T("dispute.channel." + string(l.Channel)); err != nil {
			return nil, err
		}
		if out.Standing, err = standing(b, dispute.Legs, l.State); err != nil {
			return nil, err
		}
		if l.Of > 0 {
			out.Of = &l.Of
		}
		if l.Outcome != "" {
			text, err := b.T("dispute.outcome." + string(l.Outcome))
			if err != nil {
				return nil, err
			}
			out.Outcome, out.OutcomeText = &l.Outcome, &text
		}
		list[i] = out
	}
	return list, nil
}
