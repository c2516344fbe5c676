package complaint

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"anxin/server/fault"
	"anxin/server/intake"
	"anxin/server/notify"
	"anxin/server/store"
)

// Whether it is solved she is asked seven and twenty-eight days after an end ([Service.SweepSurveys]). It is a schedule beside the
// tables: an answer moves no case. Who says that it is not solved is shown what she can do, and does it herself or not.

// Surveyed is what she said about an end of her case.
type Surveyed struct {
	ClosedAt time.Time // the end
	Answer   string    // one of [SurveyAnswers]; empty: none yet
	Text     string    // what she wrote with it; may be empty
	At       time.Time
	Way      string // in which it was told to an officer who wrote it down, phone or counter; empty: whose case it is answered on the site
}

// SurveyQuestion is the question as it stands at the present end of a case, with the answer if there is one.
type SurveyQuestion struct {
	Surveyed
	Asked bool // a notice has asked it; she may answer before, too
	Fixed bool // the case can be opened no more, and the answer is not changed any more
}

// Solved, Unsolved and Unsure are what one can answer; the catalogue has mine.survey_<this>.
const (
	Solved   = "yes"
	Unsolved = "no"
	Unsure   = "unsure"
)

// SurveyAnswers lists them in the order in which they are shown.
var SurveyAnswers = []string{Solved, Unsolved, Unsure}

// surveyBody is what is kept sealed of an answer.
type surveyBody struct {
	Answer string `json:"answer"`
	Text   string `json:"text,omitempty"`
	Way    string `json:"way,omitempty"`
}

// opensFor is for how long after an end a case can be opened again (fact WithinThreeYears), and an answer changed.
func opensFor(closed time.Time) time.Time { return closed.AddDate(3, 0, 0) }

// asksAbout tells whether a case stands at an end about which she is asked.
func asksAbout(d store.Dispute) bool {
	return !d.ClosedAt.IsZero() && slices.Contains(surveyed, d.State)
}

// answered are her answers, the first end first.
func (s *Service) answered(ctx context.Context, id string) ([]Surveyed, error) {
	kept, err := s.Store.Surveys(ctx, id)
	if err != nil {
		return nil, err
	}
	var list []Surveyed
	for _, k := range kept {
		b, err := decode[surveyBody]("an answer", k.Body)
		if err != nil {
			return nil, err
		}
		list = append(list, Surveyed{k.ClosedAt, b.Answer, b.Text, k.At, b.Way})
	}
	return list, nil
}

// question is the one that stands at the end of a case; nil where it has none that she is asked about.
func (s *Service) question(d store.Dispute, f File) *SurveyQuestion {
	if !asksAbout(d) {
		return nil
	}
	q := &SurveyQuestion{Surveyed: Surveyed{ClosedAt: d.ClosedAt}, Fixed: !s.Now().Before(opensFor(d.ClosedAt))}
	for _, a := range f.Surveys {
		if a.ClosedAt.Equal(d.ClosedAt) {
			q.Surveyed = a
		}
	}
	q.Asked = slices.ContainsFunc(f.Notices, func(n Notice) bool { return n.Kind == notify.Survey && n.At.After(d.ClosedAt) })
	return q
}

// AnswerSurvey keeps whether it is solved, in place of what was answered to this end before. Where the case has no such end, or not any
// more, it is [fault.Conflict]; what is no answer, [fault.Invalid].
func (s *Service) AnswerSurvey(ctx context.Context, by Access, answer, text string) error {
	if by.Party == "" {
		return fault.New(fault.Forbidden, "answer a survey: not a party")
	}
	return s.keepAnswer(ctx, by, surveyBody{Answer: answer, Text: text}, nil)
}

// AnswerSurveyFor keeps what she told an officer, by telephone or at the counter, after the officer has read it back to her. over is
// when the answer was given that the officer knew, zero for none: what she has answered since by herself stays, and that is
// [fault.Conflict].
func (s *Service) AnswerSurveyFor(ctx context.Context, by Staff, id, way, answer, text string, over time.Time) error {
	access, err := s.office(ctx, by, id)
	if err != nil {
		return err
	}
	if way != "phone" && way != "counter" {
		return fault.New(fault.Invalid, "answer a survey for her: neither by telephone nor at the counter")
	}
	return s.keepAnswer(ctx, access, surveyBody{answer, text, way}, &over)
}

func (s *Service) keepAnswer(ctx context.Context, by Access, b surveyBody, over *time.Time) error {
	b.Text = intake.Tidy(b.Text)
	switch {
	case !slices.Contains(SurveyAnswers, b.Answer):
		return fault.New(fault.Invalid, "answer a survey: not so")
	case len([]rune(b.Text)) > MostText:
		return ErrLongText
	}
	d, err := s.Store.Dispute(ctx, by.Dispute)
	if err != nil {
		return err
	}
	f := File{}
	if f.Surveys, err = s.answered(ctx, d.ID); err != nil {
		return err
	}
	q := s.question(d, f)
	switch {
	case q == nil:
		return &fault.Error{Kind: fault.Conflict, Err: errors.New("answer a survey: the case is under way")}
	case q.Answer == b.Answer && q.Text == b.Text:
		return nil // a button that was pressed twice
	case q.Fixed:
		return &fault.Error{Kind: fault.Conflict, Err: errors.New("answer a survey: closed for good")}
	}
	body, err := json.Marshal(b)
	if err != nil {
		return fmt.Errorf("answer a survey: %w", err)
	}
	a := store.Survey{Dispute: d.ID, Party: by.Party, ClosedAt: d.ClosedAt, Body: body, Over: over}
	if a.Party == "" {
		a.Party = person(d).ID
	}
	return conflict(s.Store.AnswerSurvey(ctx, a, string(by.Actor), by.id()))
}
