package web

import (
	"slices"
	"strings"
	"time"

	"anxin/server/complaint"
	"anxin/server/dispute"
	"anxin/server/locale"
	"anxin/server/policy"
	"anxin/server/view"
	"anxin/server/workday"
)

// mostLeft is how many days are counted: a thousand days help nobody, the date does.
const mostLeft = 99

// MineDue is a day by which somebody must have acted, with its explanation.
type MineDue struct {
	Day         string // empty while the clock is stopped
	Left        string // 还有4天, or that it has passed
	Past        bool
	Was         bool   // it was so then, and is no more
	What, Who   string // what is due, and from whom
	Standing    string // law, reference, or our own word
	Provisional string // that it may still change; empty where it is certain
	How         string // the words behind which the steps are
	Steps       []string
}

// MineEntry is a line of the timeline.
type MineEntry struct {
	Title, When, Told, Text string
	Dues                    []MineDue
}

// MineMessage is what was written to us or by us.
type MineMessage struct {
	When, Who, Text string
	New             bool // written to her, and not seen yet
	Read            bool // written by her, and seen
}

// MineFile is something that was handed in.
type MineFile struct {
	ID, Name, Description, Kind, Size, When, SHA256 string
	URL                                             string // where it can be had
	Removed                                         bool
	By                                              string // who put it there; empty where it was she
	Own                                             bool   // hers to describe anew, or to take out: not what the council put there
}

// MineSeen is a look at her file.
type MineSeen struct{ When, Who, What string }

func limiting(d complaint.Deadline) bool { return strings.HasPrefix(d.Clock.ID, "limitation_") }

// nearest is the next day on which something is due of a leg or the dispute; where everything is on hold, that.
func (t teller) nearest(leg int) (*MineDue, error) {
	var found *complaint.Deadline
	for _, d := range t.file.Deadlines {
		if d.Leg == leg && !limiting(d) && (found == nil || found.Due.IsZero() && !d.Due.IsZero()) {
			found = &d
		}
	}
	if found == nil {
		return nil, nil
	}
	due, err := t.due(*found)
	return &due, err
}

// limitation is until when she can go to court, as far as we can tell.
func (t teller) limitation() (*MineDue, error) {
	for _, d := range t.file.Deadlines {
		if limiting(d) {
			due, err := t.due(d)
			return &due, err
		}
	}
	return nil, nil
}

func (t teller) due(d complaint.Deadline) (MineDue, error) { return dueOf(t.Base, d, t.now) }

// dueOf says a deadline: the day, how many days are left, whose word it is, and how it was worked out.
func dueOf(t view.Base, d complaint.Deadline, now time.Time) (MineDue, error) {
	steps, err := t.DeadlineSteps(d.Deadline)
	if err != nil {
		return MineDue{}, err
	}
	m := MineDue{
		Who: t.Must("mine.keeper_" + d.Clock.Keeper), What: t.In(d.Clock.Name), Standing: t.Must("clock.standing_" + string(d.Standing)),
		How: t.Must("mine.how"), Steps: steps,
	}
	if d.Provisional {
		m.Provisional = t.Must("mine.provisional")
	}
	if d.Due.IsZero() {
		m.Left = t.Must("mine.stopped")
		return m, nil
	}
	today := workday.DateOf(now.In(locale.Shanghai))
	m.Day = locale.DateWithWeekday(t.Lang, d.Due.In(locale.Shanghai))
	if d.Due.In(locale.Shanghai).Year() != now.In(locale.Shanghai).Year() {
		m.Day = locale.Date(t.Lang, d.Due.In(locale.Shanghai))
	}
	switch left := d.Due.DaysSince(today); {
	case left > 0:
		if left <= mostLeft {
			m.Left = t.Must("mine.left", "count", left)
		}
	case left == 0:
		m.Left = t.Must("mine.left_today")
	default:
		m.Past = true
		m.Left = t.Must("mine.past_" + pastAs(d))
	}
	return m, nil
}

// pastAs is how a day that has passed may be called: only law is overdue, and nobody blames her.
func pastAs(d complaint.Deadline) string {
	if d.Clock.Keeper == "citizen" {
		return "yours"
	}
	if d.Standing == policy.Unknown {
		return string(policy.Reference)
	}
	return string(d.Standing)
}

// timeline tells what has happened, the newest first. What followed of itself is told with what it followed of.
func (t teller) timeline() ([]MineEntry, error) {
	var list []MineEntry
	for _, e := range t.file.Timeline {
		if e.Told == "" && e.Text == "" && len(list) > 0 {
			if err := t.addDues(&list[len(list)-1], e); err != nil {
				return nil, err
			}
			continue
		}
		m := MineEntry{Title: t.actor(e.Actor) + t.Must("common.colon") + t.Must("dispute.event."+string(e.Event)), When: t.when(e.At), Text: e.Text}
		if e.Told != "" {
			m.Told = t.Must(e.Told)
		}
		if err := t.addDues(&m, e); err != nil {
			return nil, err
		}
		list = append(list, m)
	}
	slices.Reverse(list)
	return list, nil
}

func (t teller) addDues(m *MineEntry, e complaint.Entry) error {
	for _, d := range e.Deadlines {
		if limiting(d) || d.Due.IsZero() {
			continue // the first stands by itself, the second has no day
		}
		due, err := t.due(d)
		if err != nil {
			return err
		}
		if !t.runs(d) {
			due.Left, due.Past, due.Was = t.Must("mine.due_was"), false, true
		}
		m.Dues = append(m.Dues, due)
	}
	return nil
}

// runs tells whether a day of the timeline is still one by which somebody must act.
func (t teller) runs(d complaint.Deadline) bool {
	return slices.ContainsFunc(t.file.Deadlines, func(r complaint.Deadline) bool { return r.Leg == d.Leg && r.Clock.ID == d.Clock.ID && r.Due == d.Due })
}

// messages are the newest first.
func (t teller) messages() []MineMessage {
	var list []MineMessage
	for _, m := range slices.Backward(t.file.Messages) {
		own := m.Actor == t.file.Access.Actor
		list = append(list, MineMessage{
			When: t.when(m.At), Who: t.actor(m.Actor), Text: m.Text, New: !own && m.ReadAt.IsZero(), Read: own && !m.ReadAt.IsZero(),
		})
	}
	return list
}

func (t teller) files() []MineFile {
	var list []MineFile
	for _, e := range t.file.Evidence {
		list = append(list, t.fileOf(e))
	}
	return list
}

func (t teller) fileOf(e complaint.Evidence) MineFile {
	by := ""
	if e.By != dispute.Citizen {
		by = t.actor(e.By)
	}
	return MineFile{
		ID: e.ID, Name: complaint.SafeName(e.Name, e.Kind), Description: e.Description, Kind: t.FileKind(e.Kind), Size: t.FileSize(e.Size), When: t.when(e.At), SHA256: e.SHA256,
		Removed: e.Removed, By: by, Own: e.Own(t.file.Access),
	}
}

// seen are the looks at her file, the newest first.
func (t teller) seen() []MineSeen {
	var list []MineSeen
	for _, s := range slices.Backward(t.file.Seen) {
		what, err := t.T("mine.seen_" + s.Action)
		if err != nil {
			what = t.Must("mine.seen_other")
		}
		who := ""
		if s.Action != "failed_codes" && s.Action != "resent" {
			who = t.actor(s.Actor)
		}
		list = append(list, MineSeen{When: t.when(s.At), Who: who, What: what})
	}
	return list
}

func (t teller) actor(a dispute.Actor) string {
	if a == t.file.Access.Actor {
		return t.Must("mine.you")
	}
	return t.Must("dispute.actor." + string(a))
}

func (t teller) when(at time.Time) string {
	return t.Date(at) + " " + at.In(locale.Shanghai).Format("15:04")
}
