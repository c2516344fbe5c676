package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"anxin/server/locale"
	"anxin/server/policy"
	"anxin/server/view"
	"anxin/server/workday"
)

// Clock is a rule by when somebody must have acted. Length and Unit are null where nobody could find them out; Text is
// the words for what stands beside it.
type Clock struct {
	ID           string           `json:"id"`
	Name         string           `json:"name"`
	Starts       string           `json:"starts"` // what happens on the day that is not counted
	Keeper       string           `json:"keeper"`
	Length       *int             `json:"length"`
	Unit         *policy.Unit     `json:"unit"`
	Extend       []ClockExtension `json:"extend"`
	Pause        []ClockPause     `json:"pause"`
	Restart      *ClockRestart    `json:"restart"`
	Obstacle     bool             `json:"obstacle"` // obstacles within the last months lengthen it
	Rolls        bool             `json:"rolls"`    // a last day that is a day off moves to the next working day
	Standing     policy.Standing  `json:"standing"` // today
	StandingText string           `json:"standing_text"`
	Mark         string           `json:"mark,omitempty"`
	Basis        []ClockBasis     `json:"basis"`
	Note         string           `json:"note,omitempty"`
	ValidFrom    string           `json:"valid_from,omitempty"`
	ValidTo      string           `json:"valid_to,omitempty"`
	VerifiedOn   string           `json:"verified_on"`
	ReviewBy     string           `json:"review_by"`
}

// ClockExtension is one step by which a clock may be made longer; To is the whole time after it, null where no rule sets
// the most.
type ClockExtension struct {
	To   *int        `json:"to"`
	Unit policy.Unit `json:"unit"`
	When string      `json:"when,omitempty"`
	By   string      `json:"by"`
	Tell bool        `json:"tell"`
	Text string      `json:"text"`
}

// ClockPause is a time that is not counted, or may be left out of the count.
type ClockPause struct {
	Kind string `json:"kind"`
	May  bool   `json:"may"`
	Tell bool   `json:"tell"`
	Text string `json:"text"`
}

// ClockRestart is what lets a clock begin anew.
type ClockRestart struct {
	Kind string `json:"kind"`
	Text string `json:"text"`
}

// ClockBasis is where the rule stands.
type ClockBasis struct {
	Issuer   string `json:"issuer"`
	Title    string `json:"title"`
	Articles []int  `json:"articles"`
	Date     string `json:"date"` // since when it is in force
	Text     string `json:"text"`
}

func (a *API) clocks(c echo.Context) error {
	q := a.query(c)
	p := page{q.number(c, "limit", mostLimit, 1, mostLimit), c.QueryParam("cursor")}
	all := a.Policy.Clocks()
	part, next, ok := cut(p, all, func(c *policy.Clock) string { return c.ID + "@" + day(c.ValidFrom) })
	if !ok {
		q.refuse("cursor")
	}
	if err := q.problem(); err != nil {
		return err
	}
	today := workday.DateOf(a.Now().In(locale.Shanghai))
	return a.publish(c, "", q.Lang, func() (any, error) {
		list := List{Total: len(all), Items: []any{}, Cursor: next}
		for _, clock := range part {
			item, err := clockItem(q.Base, clock, today)
			if err != nil {
				return nil, err
			}
			list.Items = append(list.Items, item)
		}
		return list, nil
	})
}

func clockItem(b view.Base, c *policy.Clock, today workday.Date) (Clock, error) {
	out := Clock{
		ID: c.ID, Name: c.Name.In(b.Lang), Starts: c.Starts.In(b.Lang), Keeper: c.Keeper,
		Extend: []ClockExtension{}, Pause: []ClockPause{}, Basis: []ClockBasis{},
		Obstacle: c.Obstacle.N > 0, Rolls: c.Rolls != nil, Standing: c.Standing(today), Mark: string(c.Mark), Note: c.Note.In(b.Lang),
		ValidFrom: day(c.ValidFrom), ValidTo: day(c.ValidTo), VerifiedOn: day(c.VerifiedOn), ReviewBy: day(c.ReviewBy),
	}
	var err error
	if out.StandingText, err = b.T("clock.standing_" + string(out.Standing)); err != nil {
		return out, err
	}
	if c.Length > 0 {
		out.Length, out.Unit = &c.Length, &c.Unit
	}
	for _, e := range c.Extend {
		text, err := extensionText(b, c, e)
		if err != nil {
			return out, err
		}
		to := e.Span(c)
		step := ClockExtension{Unit: to.Unit, When: e.When, By: e.By, Tell: e.Tell, Text: text}
		if to.N > 0 {
			step.To = &to.N
		}
		out.Extend = append(out.Extend, step)
	}
	for _, p := range c.Pause {
		key := "clock.pause_" + p.Kind
		if p.May {
			key += "_may"
		}
		text, err := b.T(key)
		if err != nil {
			return out, err
		}
		if p.Tell {
			if text, err = joined(b, text, "clock.tell"); err != nil {
				return out, err
			}
		}
		out.Pause = append(out.Pause, ClockPause{p.Kind, p.May, p.Tell, text})
	}
	if c.Restart != "" {
		text, err := b.T("clock.restart_" + c.Restart)
		if err != nil {
			return out, err
		}
		out.Restart = &ClockRestart{c.Restart, text}
	}
	for _, s := range c.Basis {
		in := s.Instrument
		out.Basis = append(out.Basis, ClockBasis{in.Issuer.In(b.Lang), in.Title.In(b.Lang), s.Articles, day(in.Date), s.Cite(b.Lang)})
	}
	return out, nil
}

// extensionText says a step in words: if the case is complex; may be extended, to 30 days in all; the firm decides.
func extensionText(b view.Base, c *policy.Clock, e policy.Extension) (string, error) {
	parts, key := []string{}, "clock.extend_open"
	if e.When != "" {
		text, err := b.T("clock.case_" + e.When)
		if err != nil {
			return "", err
		}
		parts = append(parts, text)
	}
	var words []any
	if to := e.Span(c); to.N > 0 {
		text, err := b.Span(to)
		if err != nil {
			return "", err
		}
		key, words = "clock.extend_to", []any{"span", text}
	}
	text, err := b.T(key, words...)
	if err != nil {
		return "", err
	}
	if text, err = joined(b, strings.Join(append(parts, text), comma(b)), "clock.decider_"+e.By); err != nil || !e.Tell {
		return text, err
	}
	return joined(b, text, "clock.tell")
}

// joined adds what stands under a key behind a text.
func joined(b view.Base, text, key string) (string, error) {
	more, err := b.T(key)
	return text + semicolon(b) + more, err
}

func comma(b view.Base) string { return map[bool]string{true: "，", false: ", "}[b.Lang.Chinese()] }

func semicolon(b view.Base) string {
	return map[bool]string{true: "；", false: "; "}[b.Lang.Chinese()]
}

// clockRequest is a clock with what happened.
type clockRequest struct {
	Rule   *string           `json:"rule"`
	Events []json.RawMessage `json:"events"`
}

type clockEvent struct {
	Event *string `json:"event"`
	At    *string `json:"at"`
	Total *int    `json:"total"`
}

// Deadline is until when somebody must have acted. The day and the moment are null while the clock is stopped, and Reason
// says by what.
type Deadline struct {
	Rule         string          `json:"rule"`
	Name         string          `json:"name"`
	DueDate      *string         `json:"due_date"` // in Shanghai
	DueAt        *string         `json:"due_at"`   // the moment at which that day ends
	Reason       *string         `json:"reason"`
	Provisional  bool            `json:"provisional"`
	Standing     policy.Standing `json:"standing"`
	StandingText string          `json:"standing_text"`
	Steps        []string        `json:"steps"`
}

// Why there is no date.
var stopReasons = map[policy.Kind]string{policy.Paused: "paused", policy.ObstacleStart: "obstacle"}

func (a *API) computeClock(c echo.Context) error {
	q := a.query(c)
	if err := q.problem(); err != nil {
		return err
	}
	data, err := body(c)
	if err != nil {
		return err
	}
	rule, happened, err := readClockRequest(q.Base, data)
	if err != nil {
		return err
	}
	d, err := a.Policy.Deadline(rule, happened)
	if wrong, ok := errors.AsType[*policy.EventError](err); ok {
		field := wrong.Field
		if wrong.Index >= 0 {
			field = fmt.Sprintf("events[%d].%s", wrong.Index, wrong.Field)
		}
		return rejectClock(q.Base, field, wrong.Key, "limit", wrong.Limit)
	}
	if err != nil {
		return fmt.Errorf("work out a deadline: %w", err)
	}
	out, err := DeadlineOf(q.Base, d)
	if err != nil {
		return err
	}
	return answer(c, http.StatusOK, out)
}

// DeadlineOf is a deadline in a language.
func DeadlineOf(b view.Base, d policy.Deadline) (Deadline, error) {
	out := Deadline{Rule: d.Clock.ID, Name: d.Clock.Name.In(b.Lang), Provisional: d.Provisional, Standing: d.Standing}
	if reason, stopped := stopReasons[d.Stopped]; stopped {
		out.Reason = &reason
	} else {
		date, at := d.Due.String(), d.At().UTC().Format(time.RFC3339)
		out.DueDate, out.DueAt = &date, &at
	}
	var err error
	if out.StandingText, err = b.T("clock.standing_" + string(d.Standing)); err != nil {
		return out, err
	}
	out.Steps, err = b.DeadlineSteps(d)
	return out, err
}

func readClockRequest(b view.Base, data []byte) (string, []policy.Event, error) {
	var in clockRequest
	if err := strict(b, data, &in, ""); err != nil {
		return "", nil, err
	}
	if in.Rule == nil {
		return "", nil, rejectClock(b, "rule", policy.WrongRule)
	}
	if len(in.Events) > policy.MostEvents {
		return "", nil, rejectClock(b, "events", policy.WrongManyEvents, "limit", policy.MostEvents)
	}
	list, err := list[clockEvent](b, in.Events, "events")
	if err != nil {
		return "", nil, err
	}
	happened := make([]policy.Event, len(list))
	for n, e := range list {
		if happened[n], err = readClockEvent(b, e, fmt.Sprintf("events[%d].", n)); err != nil {
			return "", nil, err
		}
	}
	return *in.Rule, happened, nil
}

func readClockEvent(b view.Base, in clockEvent, at string) (policy.Event, error) {
	var e policy.Event
	if in.Event == nil {
		return e, rejectClock(b, at+"event", policy.WrongEvent)
	}
	e.Kind = policy.Kind(*in.Event)
	if in.At == nil {
		return e, rejectClock(b, at+"at", "at")
	}
	var err error
	if e.At, err = readMoment(*in.At); err != nil {
		return e, rejectClock(b, at+"at", "at")
	}
	switch {
	case in.Total == nil && e.Kind == policy.Extend:
		return e, rejectClock(b, at+"total", "no_total")
	case in.Total == nil:
	case e.Kind != policy.Extend:
		return e, rejectClock(b, at+"total", policy.WrongTotal)
	default:
		e.Total = *in.Total
	}
	return e, nil
}

// readMoment reads a point in time, or a day, which begins in Shanghai.
func readMoment(s string) (time.Time, error) {
	if d, err := workday.ParseDate(s); err == nil {
		return d.In(locale.Shanghai), nil
	}
	return time.Parse(time.RFC3339, s)
}

// rejectClock is [reject] with the words of the clocks, which have places to fill.
func rejectClock(b view.Base, field, key string, words ...any) error {
	words = append(words, "example", "2026-11-25T09:30:00+08:00", "events", strings.Join(kindNames(), ", "))
	text, err := b.T("clock.wrong_"+key, words...)
	if err != nil {
		return err
	}
	return rejectAll(b, []FieldError{{field, key, text}})
}

func kindNames() []string {
	names := make([]string, len(policy.Kinds))
	for i, k := range policy.Kinds {
		names[i] = string(k)
	}
	return names
}
