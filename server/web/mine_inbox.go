package web

import (
	"strconv"
	"time"

	"anxin/server/complaint"
	"anxin/server/locale"
	"anxin/server/notify"
	"anxin/server/view"
	"anxin/server/workday"
)

// MineNotice is something she was told.
type MineNotice struct {
	When  string
	New   string // the word for it; empty where it is not
	Lines []string
	Link  *view.Link // to what it speaks of
}

const (
	visit   = 30 * time.Minute    // for how long what she has seen is still new: she looks here and there, and comes back
	recalls = 30 * 24 * time.Hour // for how long a notice that stands nowhere else can be read again
)

// notices are what she was told and has not seen before this visit; and behind them, what stands neither in the timeline nor among the
// messages, for a month. So nothing stands twice for long.
func (t teller) notices() (fresh, earlier []MineNotice) {
	for _, n := range t.file.Notices {
		if n.Kind == notify.Message || n.Own {
			continue // she is told where the messages stand; it is what she did herself
		}
		m := MineNotice{When: t.when(n.At), Lines: t.told(n)}
		for i, l := range t.file.Letters { // each is told as it is noted
			if l.Noted.Equal(n.At) {
				m.Link = &view.Link{Text: t.Must("mine.letter_open", "n", i+1), URL: t.URL(lettersPath + "/" + strconv.Itoa(i+1))}
			}
		}
		if q := t.file.Survey; n.Kind == notify.Survey && q != nil && !q.Fixed {
			m.Link = &view.Link{Text: t.Must("mine.survey_ask"), URL: t.URL(surveyPath)}
		}
		switch {
		case n.ReadAt.IsZero() || t.now.Sub(n.ReadAt) < visit:
			m.New = t.Must("notice.inbox_new")
			fresh = append(fresh, m)
		case len(n.Told) == 0 && t.now.Sub(n.At) < recalls:
			earlier = append(earlier, m)
		}
	}
	return fresh, earlier
}

func (t teller) told(n complaint.Notice) []string {
	if n.Kind == notify.Reminder {
		return []string{t.Must("notice.inbox_reminder", "what", t.clock(n), "when", t.lastDay(n))}
	}
	if len(n.Told) == 0 {
		return []string{t.Must("notice.inbox_" + string(n.Kind))}
	}
	var lines []string
	for _, key := range n.Told {
		lines = append(lines, t.Must(key))
	}
	return lines
}

// clock is what a reminder says is due: a file has no reminder of a clock that does not run.
func (t teller) clock(n complaint.Notice) string {
	for _, d := range t.file.Deadlines {
		if d.Leg == n.Leg && d.Clock.ID == n.Clock {
			return t.In(d.Clock.Name)
		}
	}
	return ""
}

func (t teller) lastDay(n complaint.Notice) string {
	d, err := workday.ParseDate(n.Due)
	if err != nil {
		return n.Due
	}
	return locale.DateWithWeekday(t.Lang, d.In(locale.Shanghai))
}
