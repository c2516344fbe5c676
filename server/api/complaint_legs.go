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
	Part        bool          `json:"part"`    // the answer was accepted for a part only
	Letters     []Letter      `json:"letters"` // that were sent for her
}

// Letter is one that was sent for her, as it was sent.
type Letter struct {
	N        int             `json:"n"` // its number in her file, from 1
	Kind     string          `json:"kind"`
	KindText string          `json:"kind_text"`
	SentOn   string          `json:"sent_on"`
	Way      string          `json:"way"`
	Letter   complaint.Sheet `json:"letter"`
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
		if out.Letters, err = lettersOf(b, f, l.ID); err != nil {
			return nil, err
		}
		list[i] = out
	}
	return list, nil
}

func lettersOf(b view.Base, f complaint.File, leg int) ([]Letter, error) {
	list := []Letter{}
	for i, l := range f.Letters {
		if l.Leg != leg {
			continue
		}
		text, err := b.T(l.Key())
		if err != nil {
			return nil, err
		}
		list = append(list, Letter{i + 1, l.Kind, text, l.SentOn, l.Way, l.Sheet})
	}
	return list, nil
}
