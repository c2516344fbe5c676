package policy

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"anxin/server/locale"
	"anxin/server/workday"
)

func span(s Span) string { return strconv.Itoa(s.N) + " " + string(s.Unit) }

// events reads "start 2026-09-16, extend 2026-09-20 30, …"; each at noon of its day in Shanghai.
func events(t testing.TB, text string) []Event {
	t.Helper()
	var list []Event
	for part := range strings.SplitSeq(text, ", ") {
		words := strings.Fields(part)
		e := Event{Kind: Kind(words[0]), At: date(t, words[1]).In(locale.Shanghai).Add(12 * time.Hour)}
		if len(words) > 2 {
			e.Total, _ = strconv.Atoi(words[2])
		}
		list = append(list, e)
	}
	return list
}

func TestDeadline(t *testing.T) {
	t.Parallel()
	p := open(t)
	for _, c := range []struct{ id, events, want string }{
		// The vectors of the fact sheet.
		{"nfra_forward", "start 2026-02-10", "2026-02-26"},
		{"nfra_forward", "start 2026-09-24", "2026-10-12"},
		{"samr_clue_check", "start 2026-09-18", "2026-10-15"},
		{"nfra_forward", "start 2025-09-26", "2025-10-13"},
		{"nfra_forward", "start 2026-11-24", "2026-12-03"},
		{"fi_decide", "start 2026-09-16", "2026-10-08"},
		{"fi_decide", "start 2026-02-01", "2026-02-24"},
		{"fi_decide", "start 2025-12-18", "2026-01-04"},
		{"fi_decide", "start 2026-09-05", "2026-09-20"},
		// Months and years.
		{"nfra_breach_request", "start 2025-12-31", "2026-02-28"}, // no 31 February; a Saturday that is worked
		{"arb_setaside", "start 2026-03-31", "2026-06-30"},
		{"court_ordinary", "start 2026-03-31", "2026-09-30"},
		{"limitation_general", "start 2022-10-03", "2025-10-09"},
		{"limitation_general", "start 2024-02-29", "2027-03-01 provisional"}, // 28 February 2027 is a Sunday
		// Years of which nothing was announced.
		{"fi_decide", "start 2026-12-20", "2027-01-04 provisional"},
		{"council_accept", "start 2027-09-28", "2027-10-07 provisional"},
		{"fi_decide", "start 2026-12-14", "2026-12-29 provisional"},
		// An extension replaces the period, and counts from the same beginning.
		{"fi_decide", "start 2026-03-02, extend 2026-03-10 30", "2026-04-01"},
		{"fi_decide", "start 2026-03-02, extend 2026-03-10 30, extend 2026-03-20 60", "2026-05-06"},
		{"fi_decide", "extend 2026-03-20 60, start 2026-03-02, extend 2026-03-10 30", "2026-05-06"},
		{"pay_reply", "start 2026-03-02, extend 2026-03-17 45", "2026-04-16"},
		{"fi_decide", "start 2026-03-02, extend 2026-03-18 30", "2026-03-17"}, // too late
		{"ins_assess_personal", "start 2026-03-02, extend 2026-03-04 30", "2026-04-01"},
		{"ins_assess_personal", "start 2026-03-20, extend 2026-03-24 30", "2026-04-20"}, // rolls from a Sunday
		{"court_small", "start 2026-03-31, extend 2026-05-20 3", "2026-06-30"},
		{"mediation", "start 2026-03-02, extend 2026-03-20 100", "2026-06-10"},
		{"samr_clue_check", "start 2026-04-20, extend 2026-04-22 30", "2026-06-03"},
		// The days [pause, resume) are not counted.
		{"fi_decide", "start 2026-03-02, pause 2026-03-05, resume 2026-03-10", "2026-03-23"}, // 5 days, from Sunday 22
		{"fi_decide", "start 2026-03-02, pause 2026-03-05, resume 2026-03-05", "2026-03-17"},
		{"fi_decide", "start 2026-03-02, pause 2026-03-17, resume 2026-03-19", "2026-03-19"}, // the last day itself is paused
		{"fi_decide", "start 2026-03-02, pause 2026-03-18, resume 2026-03-28", "2026-03-17"}, // too late
		{"fi_decide", "start 2026-03-02, pause 2026-03-18", "2026-03-17"},
		{"fi_decide", "start 2026-03-02, pause 2026-03-05", "stopped pause"},
		{"fi_decide", "start 2026-03-02, pause 2026-03-02, resume 2026-03-05", "2026-03-19"}, // 2 March would not have counted
		{"fi_decide", "start 2026-03-02, pause 2026-03-04, resume 2026-03-06, pause 2026-03-06, resume 2026-03-08, pause 2026-03-18, resume 2026-03-20", "2026-03-23"},
		{"fi_decide", "start 2026-09-16, pause 2026-10-05, resume 2026-10-20", "2026-10-20"}, // ended in a holiday, paused before it was over
		{"fi_decide", "start 2026-09-16, pause 2026-10-05", "stopped pause"},
		{"council_accept", "start 2026-03-02, pause 2026-03-04, resume 2026-03-09", "2026-03-16"},
		{"council_accept", "start 2026-03-02, pause 2026-03-04", "stopped pause"},
		{"council_accept", "start 2026-03-02, pause 2026-03-12", "2026-03-11"},
		{"court_small", "start 2026-03-16, pause 2026-04-01, resume 2026-04-21", "2026-06-05"},
		{"samr_mediate", "start 2026-04-20, pause 2026-05-06, resume 2026-05-16", "2026-06-29"},
		// What begins anew.
		{"fi_decide", "start 2026-03-02, interrupt 2026-03-10", "2026-03-25"},
		{"fi_decide", "start 2026-03-02, extend 2026-03-05 60, interrupt 2026-03-10", "2026-03-25"},
		{"fi_decide", "start 2026-03-02, interrupt 2026-03-10, extend 2026-03-20 30", "2026-04-09"},
		{"fi_decide", "start 2026-03-02, interrupt 2026-03-17", "2026-04-01"}, // on the last day
		{"fi_decide", "start 2026-03-02, interrupt 2026-03-18", "2026-03-17"}, // too late
		{"fi_decide", "start 2026-03-02, pause 2026-03-05, interrupt 2026-03-10, resume 2026-03-12", "2026-03-26"},
		{"pbc_receive", "start 2026-03-02, interrupt 2026-03-04", "2026-03-13"},
		{"limitation_general", "start 2021-03-01, interrupt 2023-03-01", "2026-03-02"},             // 1 March 2026 is a Sunday
		{"limitation_general", "start 2021-03-01, interrupt 2024-03-05", "2024-03-01 provisional"}, // too late
		// Obstacles count in the last six months, and then give six months again.
		{"limitation_general", "start 2022-11-10, obstacle_start 2025-06-01, obstacle_end 2025-07-31", "2026-02-02"},
		{"limitation_general", "start 2022-11-10, obstacle_start 2024-06-01, obstacle_end 2024-07-31", "2025-11-10"},
		{"limitation_general", "start 2022-11-10, obstacle_start 2025-04-01, obstacle_end 2025-05-10", "2025-11-10"}, // ends as the last six months begin
		{"limitation_general", "start 2022-11-10, obstacle_start 2025-04-01, obstacle_end 2025-05-11", "2025-11-11"},
		{"limitation_general", "start 2022-11-10, obstacle_start 2025-11-10, obstacle_end 2025-11-20", "2026-05-20"},
		{"limitation_general", "start 2022-11-10, obstacle_start 2025-11-11, obstacle_end 2025-11-20", "2025-11-10"}, // too late
		{"limitation_general", "start 2022-11-10, obstacle_start 2025-06-01", "stopped obstacle_start"},
		{"limitation_general", "start 2022-11-10, obstacle_start 2025-06-01, obstacle_end 2025-07-31, obstacle_start 2026-01-05, obstacle_end 2026-01-20", "2026-07-20"},
		{"limitation_general", "start 2022-11-10, obstacle_start 2025-06-01, obstacle_end 2025-07-31, interrupt 2025-08-20", "2028-08-21 provisional"},
	} {
		d, err := p.Deadline(c.id, events(t, c.events))
		if err != nil {
			t.Errorf("%s, %s: %v", c.id, c.events, err)
			continue
		}
		got := d.Due.String()
		if d.Stopped != "" {
			got = "stopped " + string(d.Stopped)
			if !d.Due.IsZero() || !d.At().IsZero() {
				t.Errorf("%s, %s: stopped, and due on %s", c.id, c.events, d.Due)
			}
		} else if !d.At().Equal(d.Due.AddDays(1).In(locale.Shanghai)) {
			t.Errorf("%s, %s: due on %s at %s", c.id, c.events, d.Due, d.At())
		}
		if d.Provisional {
			got += " provisional"
		}
		if got != c.want {
			t.Errorf("%s, %s: %s, want %s", c.id, c.events, got, c.want)
		}
	}
}

// The day is Shanghai's, and ends there.
func TestDeadlineIsOfShanghai(t *testing.T) {
	t.Parallel()
	p := open(t)
	for at, want := range map[string]string{
		"2026-03-01T15:59:59Z": "2026-03-16T16:00:00Z", "2026-03-01T16:00:00Z": "2026-03-17T16:00:00Z", "2026-03-02T23:59:59+08:00": "2026-03-17T16:00:00Z", "2026-03-01T20:00:00-05:00": "2026-03-17T16:00:00Z",
	} {
		when, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		d, err := p.Deadline("fi_decide", []Event{{Kind: Start, At: when}})
		if err != nil || d.At().UTC().Format(time.RFC3339) != want {
			t.Errorf("from %s: %s, %v; want %s", at, d.At(), err, want)
		}
	}
}

func TestDeadlineRefuses(t *testing.T) {
	t.Parallel()
	p := open(t)
	for _, c := range []struct{ id, events, want string }{
		{"nothing", "start 2026-03-02", "rule: rule"},
		{"csrc_reply", "start 2026-03-02", "rule: no_length"},
		{"fi_decide", "extend 2026-03-02 30", "events: no_start"},
		{"fi_decide", "start 2026-03-02, start 2026-03-03", "events[1].event: twice"},
		{"fi_decide", "start 2026-03-02, extend 2026-03-01 30", "events[1].at: early"},
		{"fi_decide", "start 2026-03-02, extend 2026-03-03 61", "events[1].total: extend_long"},
		{"fi_decide", "start 2026-03-02, extend 2026-03-03 15", "events[1].total: extend_short"},
		{"fi_decide", "start 2026-03-02, extend 2026-03-03 -1", "events[1].total: extend_short"},
		{"ins_assess_personal", "start 2026-03-02, extend 2026-03-03 29", "events[1].total: extend_short"},
		{"mediation", "start 2026-03-02, extend 2026-03-03 1001", "events[1].total: extend_long"},
		{"nfra_forward", "start 2026-03-02, extend 2026-03-03 30", "events[1].event: no_extend"},
		{"nfra_forward", "start 2026-03-02, pause 2026-03-03", "events[1].event: no_pause"},
		{"nfra_forward", "start 2026-03-02, interrupt 2026-03-03", "events[1].event: no_restart"},
		{"fi_decide", "start 2026-03-02, obstacle_start 2026-03-03", "events[1].event: no_obstacle"},
		{"fi_decide", "start 2026-03-02, resume 2026-03-03", "events[1].event: no_begin"},
		{"fi_decide", "start 2026-03-02, pause 2026-03-03, pause 2026-03-04", "events[2].event: twice"},
		{"limitation_general", "start 2026-03-02, obstacle_end 2026-03-03", "events[1].event: no_begin"},
		{"fi_decide", "start 2026-03-02 30", "events[0].total: total"},
		{"fi_decide", "start 2026-03-02, stop 2026-03-03", "events[1].event: event"},
		{"fi_decide", "start 1999-12-31", "events[0].at: at_range"},
		{"fi_decide", "start 2026-03-02, extend 2100-01-01 30", "events[1].at: at_range"},
		{"fi_decide", "start 2026-03-02" + strings.Repeat(", pause 2026-03-03, resume 2026-03-03", 50), "events: many_events"},
	} {
		_, err := p.Deadline(c.id, events(t, c.events))
		if wrong, ok := errors.AsType[*EventError](err); !ok || wrong.Error() != c.want {
			t.Errorf("%s, %s: %v, want %s", c.id, c.events, err, c.want)
		}
	}
}

// told is the explanation in short: the keys with their days.
func told(d Deadline) string {
	var steps []string
	for _, s := range d.Steps {
		text := s.Key
		for _, v := range s.Args {
			if day, ok := v.(workday.Date); ok {
				text += " " + day.String()[5:]
			}
		}
		steps = append(steps, text)
	}
	return strings.Join(steps, ", ")
}

func TestDeadlineExplainsItself(t *testing.T) {
	t.Parallel()
	p := open(t)
	for _, c := range []struct{ id, events, want string }{
		{"fi_decide", "start 2026-09-16", "law, unit_cal, start 09-16, count 09-16 10-01, roll 10-01 10-08, due 10-08"},
		{"fi_decide", "start 2026-09-05", "law, unit_cal, start 09-05, count 09-05 09-20, roll_worked 09-20, due 09-20"},
		{"nfra_forward", "start 2026-09-24", "law, unit_work, start 09-24, holiday 09-25 09-27, holiday 10-01 10-07, worked 10-10, count 09-24 10-12, due 10-12"},
		{"nfra_forward", "start 2026-02-10", "law, unit_work, start 02-10, worked 02-14, holiday 02-15 02-23, count 02-10 02-26, due 02-26"},
		{"samr_accept", "start 2026-02-10", "law, too_early 04-15, unit_work, start 02-10, worked 02-14, holiday 02-15 02-23, count 02-10 02-26, due 02-26"},
		{"confirm_decide", "start 2026-03-02", "reference, unit_cal, start 03-02, count 03-02 03-17, due 03-17"},
		{"council_accept", "start 2026-03-02, pause 2026-03-04, resume 2026-03-09", "promise, unit_work, start 03-02, pause 03-04 03-09, count 03-02 03-16, due 03-16"},
		{"council_accept", "start 2026-03-02, pause 2026-03-04", "promise, unit_work, start 03-02, stopped_pause"},
		{"council_accept", "start 2026-09-28, pause 2026-10-02, resume 2026-10-06", "promise, unit_work, start 09-28, pause 10-02 10-06, holiday_day 10-01, holiday 10-06 10-07, worked 10-10, count 09-28 10-13, due 10-13"},
		{"fi_decide", "start 2026-03-02, extend 2026-03-10 30, extend 2026-03-20 60", "law, unit_cal, start 03-02, extend 03-10, extend 03-20, by_senior, count 03-02 05-01, roll 05-01 05-06, due 05-06"},
		{"fi_decide", "start 2026-03-02, extend 2026-03-18 30", "law, unit_cal, start 03-02, late_extend 03-18, count 03-02 03-17, due 03-17"},
		{"fi_decide", "start 2026-03-02, pause 2026-03-18, resume 2026-03-20, interrupt 2026-03-21", "law, unit_cal, start 03-02, late_pause 03-18, late_restart 03-21, count 03-02 03-17, due 03-17"},
		{"fi_decide", "start 2026-03-02, interrupt 2026-03-10", "law, unit_cal, start 03-02, restart_new_facts 03-10, count 03-10 03-25, due 03-25"},
		{"ins_assess_personal", "start 2026-03-20, extend 2026-03-24 30", "law, unit_work, start 03-20, extend 03-24, unit_cal, count 03-20 04-19, roll 04-19 04-20, due 04-20"},
		{"limitation_general", "start 2022-11-10, obstacle_start 2024-06-01, obstacle_end 2024-07-01, obstacle_start 2025-06-01, obstacle_end 2025-07-31", "law, unit_year, start 11-10, obstacle_none 06-01 07-01, obstacle 06-01 07-31, count_obstacle 01-31, roll 01-31 02-02, due 02-02"},
		{"limitation_general", "start 2022-11-10, obstacle_start 2025-06-01", "law, unit_year, start 11-10, stopped_obstacle_start"},
		{"fi_decide", "start 2026-12-20", "law, unit_cal, start 12-20, count 12-20 01-04, due 01-04, provisional"},
	} {
		d, err := p.Deadline(c.id, events(t, c.events))
		if err != nil {
			t.Errorf("%s, %s: %v", c.id, c.events, err)
			continue
		}
		if got := told(d); got != c.want {
			t.Errorf("%s, %s:\n got %s\nwant %s", c.id, c.events, got, c.want)
		}
	}
}

// Nothing that is not P, or not in force, is ever law.
func TestOnlyWhatWasReadIsLaw(t *testing.T) {
	t.Parallel()
	p := open(t)
	for id, want := range map[string]Standing{"fi_decide": Law, "confirm_decide": Reference, "council_accept": Promise, "csrc_reply": Unknown} {
		c, _ := p.Clock(id, date(t, "2026-11-25"))
		if got := c.Standing(date(t, "2026-11-25")); got != want {
			t.Errorf("%s is %s, want %s", id, got, want)
		}
	}
	if d, err := p.Deadline("samr_accept", events(t, "start 2026-04-14")); err != nil || d.Standing != Reference {
		t.Errorf("before its day: %s, %v", d.Standing, err)
	}
	if d, err := p.Deadline("samr_accept", events(t, "start 2026-04-15")); err != nil || d.Standing != Law {
		t.Errorf("on its day: %s, %v", d.Standing, err)
	}
}

// cases are random lives of every clock: what a rule allows happens to it at random days.
func cases(t *testing.T, p *Policy, check func(c *Clock, list []Event)) {
	t.Helper()
	r := rand.New(rand.NewPCG(3, 5))
	first := workday.NewDate(2024, time.November, 1)
	for _, c := range p.Clocks() {
		if c.Length == 0 {
			continue
		}
		for range 60 {
			day := first.AddDays(r.IntN(700))
			list := []Event{{Kind: Start, At: day.In(locale.Shanghai)}}
			add := func(k Kind, total int) {
				day = day.AddDays(1 + r.IntN(12*len(span(Span{c.Length, c.Unit}))))
				list = append(list, Event{Kind: k, At: day.In(locale.Shanghai), Total: total})
			}
			if len(c.Extend) > 0 && c.Extend[0].Unit == "" && r.IntN(2) == 0 {
				add(Extend, c.Length+1)
			}
			if len(c.Pause) > 0 && r.IntN(3) > 0 {
				add(Paused, 0)
				add(Resumed, 0)
			}
			if c.Restart != "" && r.IntN(3) == 0 {
				add(Interrupt, 0)
			}
			if c.Obstacle.N > 0 && r.IntN(2) == 0 {
				day = day.AddDays(r.IntN(900))
				add(ObstacleStart, 0)
				add(ObstacleEnd, 0)
			}
			check(c, list)
		}
	}
}

func TestWhoBeginsLaterNeverEndsEarlier(t *testing.T) {
	t.Parallel()
	p := open(t)
	moved := 0
	cases(t, p, func(c *Clock, list []Event) {
		before, err := c.Deadline(p.Calendar, list)
		if err != nil {
			t.Fatalf("%s, %v: %v", c.ID, list, err)
		}
		for days := 1; days < 9; days++ {
			list[0].At = list[0].At.AddDate(0, 0, 1)
			if len(list) > 1 && list[1].At.Before(list[0].At) {
				return
			}
			now, err := c.Deadline(p.Calendar, list)
			if err != nil {
				t.Fatalf("%s, %v: %v", c.ID, list, err)
			}
			if now.Due.Before(before.Due) {
				t.Fatalf("%s, %v: %s, a day earlier it was %s", c.ID, list, now.Due, before.Due)
			}
			before = now
			moved++
		}
	})
	if moved < 5000 {
		t.Errorf("only %d cases", moved)
	}
}

// A pause lengthens the time by its days: counted without holidays, exactly; with them, to the next day that works.
func TestAPauseLengthensByItsDays(t *testing.T) {
	t.Parallel()
	p := open(t)
	c, _ := p.Clock("fi_decide", date(t, "2026-11-25"))
	plain := *c
	plain.Rolls = nil
	r := rand.New(rand.NewPCG(7, 9))
	for range 500 {
		start := date(t, "2025-01-01").AddDays(r.IntN(600))
		from := 1 + r.IntN(15)
		days := r.IntN(40)
		list := []Event{
			{Kind: Start, At: start.In(locale.Shanghai)},
			{Kind: Paused, At: start.AddDays(from).In(locale.Shanghai)},
			{Kind: Resumed, At: start.AddDays(from + days).In(locale.Shanghai)},
		}
		d, err := plain.Deadline(p.Calendar, list)
		if err != nil || d.Due != start.AddDays(15+days) {
			t.Fatalf("%v: %s, %v", list, d.Due, err)
		}
		rolled, err := c.Deadline(p.Calendar, list)
		if err != nil || rolled.Due != p.Calendar.Roll(d.Due).Date {
			t.Fatalf("%v: %s, %v", list, rolled.Due, err)
		}
	}
}

// The last extension alone decides, and the order in which events are listed does not.
func TestAnExtensionReplaces(t *testing.T) {
	t.Parallel()
	p := open(t)
	for total := 31; total <= 60; total++ {
		once, err := p.Deadline("fi_decide", events(t, fmt.Sprintf("start 2026-03-02, extend 2026-03-12 %d", total)))
		if err != nil {
			t.Fatal(err)
		}
		twice, err := p.Deadline("fi_decide", events(t, fmt.Sprintf("extend 2026-03-12 %d, extend 2026-03-10 30, start 2026-03-02", total)))
		if err != nil || twice.Due != once.Due {
			t.Errorf("%d: %s, alone %s, %v", total, twice.Due, once.Due, err)
		}
	}
	cases(t, p, func(c *Clock, list []Event) {
		want, _ := c.Deadline(p.Calendar, list)
		slices.Reverse(list)
		if got, _ := c.Deadline(p.Calendar, list); got.Due != want.Due || told(got) != told(want) {
			t.Fatalf("%s, %v: %s, the other way round %s", c.ID, list, want.Due, got.Due)
		}
	})
}

// Whatever happens: a date is a working day after the start, and is explained; what stops gives none.
func FuzzDeadline(f *testing.F) {
	p := open(f)
	ids := p.Clocks()
	f.Add(uint8(0), []byte{0, 0, 0, 1, 9, 30, 2, 11, 0, 3, 14, 0, 4, 15, 0})
	f.Add(uint8(40), []byte{0, 0, 0, 5, 200, 0, 6, 250, 0, 4, 3, 0})
	f.Add(uint8(7), []byte{1, 1, 1})
	f.Fuzz(func(t *testing.T, at uint8, data []byte) {
		c := ids[int(at)%len(ids)]
		day := date(t, "2025-12-20")
		var list []Event
		for ; len(data) >= 3; data = data[3:] {
			day = day.AddDays(int(data[1]))
			list = append(list, Event{Kind: Kinds[int(data[0])%len(Kinds)], At: day.In(locale.Shanghai), Total: int(int8(data[2]))})
		}
		d, err := c.Deadline(p.Calendar, list)
		if err != nil {
			if wrong, ok := errors.AsType[*EventError](err); !ok || wrong.Index >= len(list) {
				t.Fatalf("%v", err)
			}
			return
		}
		switch {
		case d.Stopped != "" && (!d.Due.IsZero() || d.Provisional):
			t.Errorf("%s, %v: stopped and due on %s", c.ID, list, d.Due)
		case d.Stopped == "" && !d.Due.After(date(t, "2025-12-20")):
			t.Errorf("%s, %v: due on %s", c.ID, list, d.Due)
		case d.Stopped == "" && !p.Calendar.Works(d.Due):
			t.Errorf("%s, %v: due on %s, a day off", c.ID, list, d.Due)
		}
		if len(d.Steps) < 4 {
			t.Errorf("%s, %v: explained by %v", c.ID, list, d.Steps)
		}
	})
}
