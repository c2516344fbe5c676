package console

import (
	"net/http"
	"net/url"
	"slices"

	"github.com/labstack/echo/v4"

	"anxin/server/complaint"
	"anxin/server/fault"
	"anxin/server/locale"
	"anxin/server/middleware"
	"anxin/server/view"
)

// LettersPage lists the letters that lie drafted.
type LettersPage struct {
	Frame
	Letters []LetterRow
}

// LetterRow is a letter in a list.
type LetterRow struct{ URL, Kind, Firm, Number, State string }

func (f *Frame) letterRow(l complaint.Letter) LetterRow {
	state := f.Must("desk.letter_drafted", "at", f.moment(l.Drafted))
	if l.SentOn != "" {
		state = f.Must("desk.letter_sent", "day", view.Day(f.Lang, l.SentOn), "way", f.Must("letter.way_"+l.Way))
	}
	return LetterRow{URL: lettersPath + "/" + url.PathEscape(l.ID), Kind: f.Must(l.Key()), Firm: l.Firm, Number: complaint.Grouped(l.Number), State: state}
}

func (k *Console) letters(c echo.Context) error {
	p := &LettersPage{Frame: k.frame(c, "console_letters", "console.to_letters")}
	list, err := k.Complaints.Letters(c.Request().Context(), staff(c))
	if err != nil {
		return err
	}
	for _, l := range list {
		p.Letters = append(p.Letters, p.letterRow(l))
	}
	p.did(c, "letter")
	return k.answer(c, http.StatusOK, p)
}

// LetterPage is a letter as it is printed. Once it was sent it stays as it was.
type LetterPage struct {
	Frame
	Case, URL string
	Sheet     complaint.Sheet
	Sent      string
	Handing   bool // to have sent it moves the case: the firm's time begins
	Way       view.Choices
	On        view.Field
}

// Nested tells the template of a letter that its heading is the page's own.
func (*LetterPage) Nested() bool { return false }

func (k *Console) letterPage(c echo.Context) (*LetterPage, error) {
	ctx := c.Request().Context()
	l, err := k.Complaints.Letter(ctx, staff(c), c.Param("letter"))
	if err != nil {
		return nil, err
	}
	p := &LetterPage{Frame: k.frame(c, "console_letter", l.Key()), Case: caseURL(l.Dispute), URL: lettersPath + "/" + url.PathEscape(l.ID), Sheet: l.Sheet}
	p.Crumb = &view.Link{URL: lettersPath, Text: p.Must("console.to_letters")}
	p.Alone, p.Handing = true, l.Kind == complaint.HandOverLetter
	if l.SentOn != "" {
		p.Sent = p.letterRow(l).State
		return p, nil
	}
	p.Way = view.Choices{Name: "way", Type: "radio", Legend: p.Must("desk.letter_way")}
	for _, w := range complaint.LetterWays {
		p.Way.Options = append(p.Way.Options, view.Choice{Value: w, Label: p.Must("letter.way_" + w)})
	}
	p.On = p.field("on", "desk.letter_on")
	p.On.Hint, p.On.Value = p.Must("desk.day_hint", "example", "2026-12-01"), k.Now().In(locale.Shanghai).Format("2006-01-02")
	return p, nil
}

func (k *Console) letter(c echo.Context) error {
	p, err := k.letterPage(c)
	if err != nil {
		return err
	}
	return k.answer(c, http.StatusOK, p)
}

// letterSent notes in which way and on which day a letter was sent.
func (k *Console) letterSent(c echo.Context) error {
	sent, err := middleware.Form(c)
	if err != nil {
		return err
	}
	p, err := k.letterPage(c)
	if err != nil {
		return err
	}
	way, day := sent.Get("way"), dayOf(sent.Get("on"))
	p.On.Value = sent.Get("on")
	for i, o := range p.Way.Options {
		p.Way.Options[i].Checked = o.Value == way
	}
	if !slices.Contains(complaint.LetterWays, way) {
		p.Way.Error, p.Way.ErrorLabel = p.Must("mine.choose"), p.Must("common.error_label")
		p.complain("way-"+complaint.LetterWays[0], p.Way.Legend+p.Must("common.colon")+p.Way.Error)
	}
	if day.IsZero() {
		p.wrong(&p.On, p.Must("desk.day_wrong", "example", "2026-12-01"))
	}
	if p.Invalid && p.Sent == "" {
		return k.rejected(c, p)
	}
	err = k.Complaints.SentLetter(c.Request().Context(), staff(c), c.Param("letter"), way, day)
	switch kind := fault.From(err).Kind; {
	case err == nil:
		return k.seeOther(c, p.Case+"?done=letter#result")
	case kind == fault.Conflict:
		p.complain("letter", p.Must("desk.changed"))
		return k.answer(c, http.StatusConflict, p)
	case kind == fault.Invalid:
		p.wrong(&p.On, p.Must("desk.letter_day_wrong"))
		return k.rejected(c, p)
	}
	return err
}
