package web

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"anxin/server/complaint"
	"anxin/server/fault"
	"anxin/server/view"
)

const lettersPath = minePath + "/letters"

// MineLetter is a letter that was sent for her, with what it is in her language.
type MineLetter struct {
	Title, What, To, Sent, URL string
	Sheet                      complaint.Sheet // as it was sent
	Nested                     bool            // it stands in a page with others
}

// MineLetterPage is one of them. Printed, the letter stands alone.
type MineLetterPage struct {
	MineFrame
	Letter MineLetter
}

func (s *Site) mineLetter(c echo.Context, by complaint.Access) error {
	n, err := strconv.Atoi(c.Param("n"))
	if err != nil || strconv.Itoa(n) != c.Param("n") { // one address for one letter
		return fault.New(fault.NotFound, "no such letter")
	}
	frame, err := s.mine(c, "mine_letter", lettersPath+"/"+strconv.Itoa(n))
	if err != nil {
		return err
	}
	f, err := s.Complaints.Read(c.Request().Context(), by)
	if err != nil {
		return err
	}
	l, ok := f.Letter(n)
	if !ok {
		return fault.New(fault.NotFound, "no such letter")
	}
	p := &MineLetterPage{MineFrame: frame, Letter: teller{frame.Base, f, s.Now()}.letter(l)}
	p.Letter.Title = p.Must("mine.letter_nth", "n", n, "kind", p.Letter.Title) // two can be of one kind
	p.Alone = true
	return s.answer(c, http.StatusOK, p)
}

// letters are those that were sent for her, in turn.
func (t teller) letters() []MineLetter {
	var list []MineLetter
	for i, l := range t.file.Letters {
		m := t.letter(l)
		m.URL, m.Nested = t.URL(lettersPath+"/"+strconv.Itoa(i+1)), true
		m.Title = t.Must("mine.letter_nth", "n", i+1, "kind", m.Title)
		list = append(list, m)
	}
	return list
}

func (t teller) letter(l complaint.Letter) MineLetter {
	kind := l.Kind
	if l.Review && kind == complaint.HandOverLetter {
		kind = "review"
	}
	m := MineLetter{Title: t.Must(l.Key()), What: t.Must("mine.letter_" + kind), Sheet: l.Sheet}
	m.Sent = t.Must("mine.letter_sent_on", "day", view.Day(t.Lang, l.SentOn), "way", t.Must("letter.way_"+l.Way))
	if len(l.Sheet.To) > 0 {
		m.To = l.Sheet.To[0]
	}
	return m
}
