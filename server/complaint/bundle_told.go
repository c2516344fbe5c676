package complaint

import (
	"time"

	"anxin/server/notify"
)

// What was done for her and told to her, as her bundle holds it.

type bundledLetter struct {
	N      int    `json:"n"`
	Leg    int    `json:"leg"`
	Kind   string `json:"kind"`
	SentOn string `json:"sent_on"`
	Way    string `json:"way"`
	Letter Sheet  `json:"letter"`
}

func (f File) bundledLetters() []bundledLetter {
	list := make([]bundledLetter, 0, len(f.Letters))
	for i, l := range f.Letters {
		list = append(list, bundledLetter{i + 1, l.Leg, l.Kind, l.SentOn, l.Way, l.Sheet})
	}
	return list
}

type bundledNotice struct {
	At        time.Time      `json:"at"`
	Notice    notify.Notice  `json:"notice"`
	Channel   notify.Channel `json:"channel"`
	Delivered *time.Time     `json:"delivered_at"`
	Read      *time.Time     `json:"read_at"`
	GivenUp   *time.Time     `json:"given_up_at"`
	Outcome   string         `json:"outcome,omitempty"`
}

func (f File) bundledNotices() []bundledNotice {
	list := make([]bundledNotice, 0, len(f.Copies))
	for _, c := range f.Copies {
		list = append(list, bundledNotice{c.At.UTC(), c.Kind, c.Channel, moment(c.Delivered), moment(c.Read), moment(c.Dead), c.Outcome})
	}
	return list
}

type bundledSurvey struct {
	ClosedAt time.Time `json:"closed_at"`
	At       time.Time `json:"at"`
	Answer   string    `json:"answer"`
	Text     string    `json:"text,omitempty"`
	Way      string    `json:"way,omitempty"`
}

func (f File) bundledSurveys() []bundledSurvey {
	list := make([]bundledSurvey, 0, len(f.Surveys))
	for _, a := range f.Surveys {
		list = append(list, bundledSurvey{a.ClosedAt.UTC(), a.At.UTC(), a.Answer, a.Text, a.Way})
	}
	return list
}

// moment is a time in UTC; nil where there is none.
func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}
