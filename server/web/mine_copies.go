package web

import (
	"slices"

	"anxin/server/complaint"
	"anxin/server/notify"
)

// MineCopies is something she was told, with the ways in which it was, and what became of each.
type MineCopies struct {
	When, What string
	Ways       []string
}

// copies are all that she was told, the newest first. What was told at once is one thing.
func (t teller) copies() []MineCopies {
	var list []MineCopies
	var last complaint.Copy
	for i, c := range t.file.Copies {
		if i == 0 || c.Kind != last.Kind || !c.At.Equal(last.At) {
			list = append(list, MineCopies{When: t.when(c.At), What: t.wording(c)})
		}
		last = c
		m := &list[len(list)-1]
		at := len(m.Ways)
		if c.Channel == notify.Inbox {
			at = 0
		}
		m.Ways = slices.Insert(m.Ways, at, t.Must("notice.channel_"+string(c.Channel))+t.Must("common.colon")+t.became(c))
	}
	slices.Reverse(list)
	return list
}

// wording is what was said: outside of the site, no more than that there is something.
func (t teller) wording(c complaint.Copy) string {
	if text, err := t.T("notice.line_" + string(c.Kind)); err == nil {
		return text
	}
	return t.Must("notice.inbox_" + string(c.Kind)) // it is told nowhere else
}

// became says what became of a copy.
func (t teller) became(c complaint.Copy) string {
	switch {
	case c.Channel == notify.Inbox && c.Read.IsZero():
		return t.Must("mine.told_unread")
	case c.Channel == notify.Inbox:
		return t.Must("mine.told_read")
	case !c.Delivered.IsZero():
		return t.Must("mine.told_by_"+string(c.Channel), "when", t.when(c.Delivered))
	case c.Overtaken:
		return t.Must("mine.told_overtaken")
	case !c.Dead.IsZero():
		return t.Must("mine.told_never")
	case c.Outcome == complaint.NoAnswer:
		return t.Must("mine.told_no_answer")
	}
	return t.Must("mine.told_waits")
}
