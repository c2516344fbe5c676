package web

import (
	"net/http"
	"net/url"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"anxin/server/complaint"
	"anxin/server/dispute"
	"anxin/server/fault"
	"anxin/server/middleware"
	"anxin/server/view"
)

const surveyPath = minePath + "/survey"

// MineSurveyPage asks after the end whether it is solved, and shows who says no what can be done.
type MineSurveyPage struct {
	MineFrame
	Lead   string
	Said   []view.Row // what she answered; nothing yet
	Answer *view.Choices
	Text   *view.Field
	Go     view.Button
	Do     []view.Button // where it is not solved: to open it again, and
	MineWays
}

func (s *Site) mineSurvey(c echo.Context, by complaint.Access) error {
	p, err := s.surveyPage(c, by, nil)
	if err != nil {
		return err
	}
	if p == nil {
		return s.toMine(c)
	}
	if len(p.Said) > 0 && c.QueryParam("done") == "1" {
		p.Notice = &view.Notice{Kind: "done", Title: p.Must("mine.survey_done")}
	}
	return s.answer(c, http.StatusOK, p)
}

func (s *Site) mineSurveyed(c echo.Context, by complaint.Access) error {
	sent, err := middleware.Form(c)
	if err != nil {
		return err
	}
	p, err := s.surveyPage(c, by, sent)
	if err != nil {
		return err
	}
	if p == nil {
		return s.toMine(c)
	}
	if p.Answer != nil && !p.checked(sent) {
		return s.answer(c, http.StatusUnprocessableEntity, p)
	}
	err = s.Complaints.AnswerSurvey(c.Request().Context(), by, sent.Get("answer"), written(sent))
	if err != nil && fault.From(err).Kind != fault.Conflict {
		return err
	}
	if err != nil { // opened again, or closed for good, since she looked
		return c.Redirect(http.StatusSeeOther, p.URL(surveyPath))
	}
	return c.Redirect(http.StatusSeeOther, p.URL(surveyPath+"?done=1#result"))
}

func (s *Site) toMine(c echo.Context) error {
	code, err := lang(c)
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/"+string(code)+minePath)
}

// surveyPage asks, with what was sent or else was answered before; nil while the case has no end that she is asked about.
func (s *Site) surveyPage(c echo.Context, by complaint.Access, sent url.Values) (*MineSurveyPage, error) {
	frame, err := s.mine(c, "mine_survey", surveyPath)
	if err != nil {
		return nil, err
	}
	f, err := s.Complaints.Read(c.Request().Context(), by)
	if err != nil || f.Survey == nil {
		return nil, err
	}
	q := *f.Survey
	p := &MineSurveyPage{MineFrame: frame, Lead: frame.Must("mine.survey_lead", "day", frame.Date(q.ClosedAt))}
	t := teller{frame.Base, f, s.Now()}
	if q.Answer != "" {
		p.Said = append(p.Said, view.Row{Key: p.Must("mine.survey_answer"), Value: t.survey(q)})
		if q.Text != "" {
			p.Said = append(p.Said, view.Row{Key: p.Must("mine.survey_words"), Value: q.Text})
		}
		p.Lead = p.Must("mine.survey_then_" + q.Answer)
	}
	if q.Answer == complaint.Unsolved {
		if err := p.goOn(s, t); err != nil {
			return nil, err
		}
	}
	if !q.Fixed {
		p.ask(q, sent)
	}
	return p, nil
}

// goOn shows what can be done where it is not solved.
func (p *MineSurveyPage) goOn(s *Site, t teller) (err error) {
	for _, o := range t.file.Options(0) {
		if o.Event == dispute.Reopen && !o.Closed() {
			p.Do = append(p.Do, view.Button{Text: p.Must("mine.do_reopen_title"), URL: p.URL(doPath(o.Event, 0))})
		}
	}
	p.MineWays, err = s.ways(t.file, &p.Base)
	return err
}

func (p *MineSurveyPage) ask(q complaint.SurveyQuestion, sent url.Values) {
	if sent == nil {
		sent = url.Values{"answer": {q.Answer}, "text": {q.Text}}
	}
	p.Answer = &view.Choices{Name: "answer", Type: "radio", Legend: p.Must("mine.survey_legend"), Hint: p.Must("mine.survey_hint")}
	if q.Answer == "" { // it is the question of the page
		p.Answer.Asks, p.Answer.Legend, p.Answer.Hint = true, p.Must("mine.survey_heading"), p.Lead
	}
	for _, a := range complaint.SurveyAnswers {
		p.Answer.Options = append(p.Answer.Options, view.Choice{Value: a, Label: p.Must("mine.survey_" + a), Checked: sent.Get("answer") == a})
	}
	p.Text = &view.Field{
		ID: "text", Label: p.Must("mine.survey_text") + p.Must("mine.optional"), Hint: p.Must("mine.survey_text_hint"), Value: written(sent), Rows: 4, Autocomplete: "off",
	}
	p.Go = view.Button{Text: p.Must("mine.survey_go")}
	if q.Answer != "" {
		p.Go = view.Button{Text: p.Must("mine.survey_change_go"), Style: "plain"}
	}
}

// checked looks for what is missing.
func (p *MineSurveyPage) checked(sent url.Values) bool {
	chosen := false
	for _, o := range p.Answer.Options {
		chosen = chosen || o.Checked
	}
	if !chosen {
		p.Answer.Error, p.Answer.ErrorLabel = p.Must("mine.choose"), p.Must("common.error_label")
		p.Invalid = true
		p.Summary.Title = p.Must("common.error_title")
		p.Summary.Items = append(p.Summary.Items, view.ErrorItem{Field: "answer-" + complaint.Solved, Text: p.Must("mine.survey_legend") + p.Must("common.colon") + p.Answer.Error})
	}
	if n := utf8.RuneCountInString(written(sent)); n > complaint.MostText {
		p.Text.Error = p.Must("mine.long", "most", complaint.MostText, "over", n-complaint.MostText)
		p.wrong(p.Text)
	}
	return !p.Invalid
}

// survey is what she answered, in words; that she can answer, where she has not.
func (t teller) survey(q complaint.SurveyQuestion) string {
	if q.Answer == "" {
		return t.Must("mine.survey_open")
	}
	if q.Way != "" {
		return t.Must("mine.survey_told_"+q.Way, "answer", t.Must("mine.survey_"+q.Answer), "day", t.Date(q.At))
	}
	return t.Must("mine.survey_said", "answer", t.Must("mine.survey_"+q.Answer), "day", t.Date(q.At))
}

// surveys are her answers, the newest first.
func (t teller) surveys() []MineMessage {
	var list []MineMessage
	for i := len(t.file.Surveys) - 1; i >= 0; i-- {
		a := t.file.Surveys[i]
		m := MineMessage{When: t.when(a.At), Who: t.Must("mine.survey_" + a.Answer), Text: a.Text}
		if a.Way != "" {
			m.When += t.Must("common.comma") + t.Must("mine.survey_by_"+a.Way)
		}
		list = append(list, m)
	}
	return list
}
