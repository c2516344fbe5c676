package web

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"anxin/server/complaint"
	"anxin/server/dispute"
	"anxin/server/middleware"
	"anxin/server/view"
)

// MineMessagesPage is what she and the council write to each other, the newest first.
type MineMessagesPage struct {
	MineFrame
	Text     view.Field
	Messages []MineMessage
}

// MineAddPage corrects or adds something where the case takes no addition: it is a word to the council.
type MineAddPage struct {
	MineFrame
	Text view.Field
}

// soon is within which time the same words are the same message: a button that was pressed twice.
const soon = 10 * time.Minute

func (s *Site) mineMessages(c echo.Context, by complaint.Access) error {
	p, err := s.messagesPage(c, by, url.Values{})
	if err != nil {
		return err
	}
	if c.QueryParam("sent") == "1" {
		p.Notice = &view.Notice{Kind: "done", Title: p.Must("mine.sent"), Text: view.Plain(p.Must("mine.sent_text"))}
	}
	if c.Request().Method == http.MethodGet {
		if err := s.Complaints.MarkRead(c.Request().Context(), by); err != nil {
			return err
		}
	}
	return s.answer(c, http.StatusOK, p)
}

func (s *Site) mineSay(c echo.Context, by complaint.Access) error {
	sent, err := middleware.Form(c)
	if err != nil {
		return err
	}
	p, err := s.messagesPage(c, by, sent)
	if err != nil {
		return err
	}
	if said, err := s.say(c, by, &p.MineFrame, &p.Text, ""); said || err != nil {
		return err
	}
	return s.answer(c, http.StatusUnprocessableEntity, p)
}

// say sends what a field holds, or says what is wrong with it.
func (s *Site) say(c echo.Context, by complaint.Access, p *MineFrame, f *view.Field, begin string) (said bool, err error) {
	switch n := utf8.RuneCountInString(f.Value); {
	case n == 0:
		f.Error = p.Must("mine.needed")
	case n > complaint.MostText:
		f.Error = p.Must("mine.long", "most", complaint.MostText, "over", n-complaint.MostText)
	}
	if f.Error != "" {
		p.wrong(f)
		return false, nil
	}
	// A button pressed twice says it once: the second press waits for the first.
	text := begin + f.Value
	defer s.turn(by.Dispute)()
	file, err := s.Complaints.Read(c.Request().Context(), by)
	if err != nil {
		return false, err
	}
	for _, m := range file.Messages {
		if m.Actor == by.Actor && strings.TrimSpace(m.Text) == strings.TrimSpace(text) && s.Now().Sub(m.At) < soon {
			return true, c.Redirect(http.StatusSeeOther, p.URL(minePath+"/messages?sent=1"))
		}
	}
	err = s.Complaints.Say(c.Request().Context(), by, text)
	if errors.Is(err, complaint.ErrLongText) {
		f.Error = p.Must("mine.long", "most", complaint.MostText, "over", utf8.RuneCountInString(begin))
		p.wrong(f)
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, c.Redirect(http.StatusSeeOther, p.URL(minePath+"/messages?sent=1"))
}

// wrong puts a field's mistake at the head of the page.
func (p *MineFrame) wrong(f *view.Field) {
	f.ErrorLabel = p.Must("common.error_label")
	p.Invalid = true
	p.Summary.Title = p.Must("common.error_title")
	p.Summary.Items = append(p.Summary.Items, view.ErrorItem{Field: f.ID, Text: f.Label + p.Must("common.colon") + f.Error})
}

func (s *Site) messagesPage(c echo.Context, by complaint.Access, sent url.Values) (*MineMessagesPage, error) {
	frame, err := s.mine(c, "mine_messages", minePath+"/messages")
	if err != nil {
		return nil, err
	}
	f, err := s.Complaints.Read(c.Request().Context(), by)
	if err != nil {
		return nil, err
	}
	p := &MineMessagesPage{MineFrame: frame, Messages: teller{frame.Base, f, s.Now()}.messages()}
	p.Text = view.Field{ID: "text", Label: p.Must("mine.message"), Hint: p.Must("mine.message_hint"), Value: written(sent), Rows: 5, Autocomplete: "off"}
	return p, nil
}

// mineAdd leads to what fits: the list of what is missing, the firm that has it already, or a word to the council.
func (s *Site) mineAdd(c echo.Context, by complaint.Access) error {
	f, err := s.Complaints.Read(c.Request().Context(), by)
	if err != nil {
		return err
	}
	code, err := lang(c)
	if err != nil {
		return err
	}
	if event, leg := adding(f); event != "" {
		return c.Redirect(http.StatusSeeOther, "/"+string(code)+doPath(event, leg))
	}
	p, err := s.addPage(c, url.Values{})
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusOK, p)
}

// adding is the event by which something can be added to the case now, and the leg that it is of; none where it takes no addition.
func adding(f complaint.File) (dispute.Event, int) {
	for leg := range len(f.Case.Legs) + 1 {
		for _, o := range f.Options(leg) {
			if o.Event == dispute.AddFacts || o.Event == dispute.Supply {
				return o.Event, leg
			}
		}
	}
	return "", 0
}

func (s *Site) mineAdds(c echo.Context, by complaint.Access) error {
	sent, err := middleware.Form(c)
	if err != nil {
		return err
	}
	f, err := s.Complaints.Read(c.Request().Context(), by)
	if err != nil {
		return err
	}
	if event, leg := adding(f); event != "" { // the case takes it since she looked: what she wrote is put there, for her to send
		d, err := s.doing(c, by, string(event), strconv.Itoa(leg))
		if err != nil {
			return s.notNow(c, by, err)
		}
		p, err := s.mineDoPage(c, d, sent)
		if err != nil {
			return err
		}
		p.again()
		return s.answer(c, http.StatusOK, p)
	}
	p, err := s.addPage(c, sent)
	if err != nil {
		return err
	}
	if said, err := s.say(c, by, &p.MineFrame, &p.Text, p.Must("mine.addition")+"\n"); said || err != nil {
		return err
	}
	return s.answer(c, http.StatusUnprocessableEntity, p)
}

func (s *Site) addPage(c echo.Context, sent url.Values) (*MineAddPage, error) {
	frame, err := s.mine(c, "mine_add", minePath+"/add")
	if err != nil {
		return nil, err
	}
	p := &MineAddPage{MineFrame: frame}
	p.Text = view.Field{ID: "text", Label: p.Must("mine.fact"), Hint: p.Must("mine.fact_hint"), Value: written(sent), Rows: 6, Autocomplete: "off"}
	return p, nil
}
