package console

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"anxin/server/complaint"
	"anxin/server/fault"
	"anxin/server/middleware"
	"anxin/server/view"
)

// SurveyPage takes down whether it is solved, from who was asked by telephone or at the counter, by the question that the site asks.
type SurveyPage struct {
	Frame
	Case, Here string
	Said       []view.Row // what was answered before; nothing yet
	Before     string     // when that was; nothing for nothing
	Way        view.Choices
	Answer     view.Choices
	Text       view.Field
	Sure       view.Choices
	Blocked    bool // the case has no end that she is asked about, or none any more
}

func (k *Console) surveyPage(c echo.Context, sent url.Values) (*SurveyPage, error) {
	d, err := k.at(c)
	if err != nil {
		return nil, err
	}
	p := &SurveyPage{Frame: k.frame(c, "console_survey", "desk.survey_for"), Case: caseURL(d.id)}
	p.Here = p.Case + "/survey"
	p.Crumb = &view.Link{URL: p.Case, Text: p.Must("desk.case_title")}
	q := d.f.Survey
	if p.Blocked = q == nil || q.Fixed; q == nil {
		return p, nil
	}
	if q.Answer != "" {
		p.Before = q.At.UTC().Format(time.RFC3339Nano)
		p.Said = append(p.Said, view.Row{Key: p.Must("mine.survey_legend"), Value: p.Must("mine.survey_" + q.Answer)})
		if q.Text != "" {
			p.Said = append(p.Said, view.Row{Key: p.Must("mine.survey_text"), Value: q.Text})
		}
	}
	choices := func(name, kind, legend string, list []view.Choice) view.Choices {
		for i, o := range list {
			list[i].Checked = slices.Contains(sent[name], o.Value)
		}
		return view.Choices{Name: name, Type: kind, Legend: p.Must(legend), Options: list}
	}
	p.Way = choices("way", "radio", "desk.survey_way", p.words("desk.way_", "phone", "counter"))
	p.Answer = choices("answer", "radio", "mine.survey_heading", p.words("mine.survey_", complaint.SurveyAnswers...))
	p.Text = p.field("text", "mine.survey_text")
	p.Text.Label += p.Must("mine.optional")
	p.Text.Value, p.Text.Rows = strings.TrimSpace(sent.Get("text")), 4
	p.Sure = choices("sure", "checkbox", "desk.firm_sure_legend", []view.Choice{{Value: "1", Label: p.Must("desk.tick_read_back")}})
	return p, nil
}

func (k *Console) survey(c echo.Context) error {
	p, err := k.surveyPage(c, nil)
	if err != nil {
		return err
	}
	return k.answer(c, http.StatusOK, p)
}

func (k *Console) surveyed(c echo.Context) error {
	sent, err := middleware.Form(c)
	if err != nil {
		return err
	}
	p, err := k.surveyPage(c, sent)
	if err != nil {
		return err
	}
	if p.Blocked {
		return k.answer(c, http.StatusConflict, p)
	}
	for _, x := range []*view.Choices{&p.Way, &p.Answer, &p.Sure} {
		if !slices.ContainsFunc(x.Options, func(o view.Choice) bool { return o.Checked }) {
			x.Error, x.ErrorLabel = p.Must("mine.choose"), p.Must("common.error_label")
			legend := x.Legend
			switch x {
			case &p.Sure:
				x.Error = p.Must("desk.tick_needed")
			case &p.Answer:
				legend = p.Must("mine.survey_legend") // without a question mark before what is wrong
			}
			p.complain(x.Name+"-"+x.Options[0].Value, legend+p.Must("common.colon")+x.Error)
		}
	}
	if n := utf8.RuneCountInString(p.Text.Value); n > complaint.MostText {
		p.wrong(&p.Text, p.Must("mine.long", "most", complaint.MostText, "over", n-complaint.MostText))
	}
	if p.Invalid {
		return k.rejected(c, p)
	}
	before, _ := time.Parse(time.RFC3339Nano, sent.Get("before")) // zero where nothing was answered before
	err = k.Complaints.AnswerSurveyFor(c.Request().Context(), staff(c), c.Param("id"), sent.Get("way"), sent.Get("answer"), p.Text.Value, before)
	if f, ok := errors.AsType[*fault.Error](err); ok && f.Kind == fault.Conflict {
		p.complain("answer-"+p.Answer.Options[0].Value, p.Must("desk.changed"))
		return k.answer(c, http.StatusConflict, p)
	}
	if err != nil {
		return err
	}
	return k.seeOther(c, p.Case+"?done=survey#result")
}
