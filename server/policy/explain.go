package policy

import (
	"slices"

	"anxin/server/library"
	"anxin/server/workday"
)

func (r *run) say(key string, args ...any) { r.steps = append(r.steps, Step{key, args}) }

// sayPause tells of a pause that has ended, if any day of it would have counted, and of one that came too late.
func (r *run) sayPause(p stretch) {
	ended := !p.open()
	r.pauses = r.pauses[:len(r.pauses)-1] // whether it came too late is asked without it
	late := r.over(p.from)
	r.pauses = append(r.pauses, p)
	switch {
	case late && !ended:
		r.say("late_pause", "date", p.from)
	case ended && !late && p.to.After(p.from):
		r.say("pause", "from", p.from, "to", p.to)
	}
}

// explain tells how the end came about, in the order in which one would count along a calendar on the wall.
func (r *run) explain(standing Standing, e ending) []Step {
	c := r.clock
	events := r.steps
	r.steps = nil
	own := Span{c.Length, c.Unit}
	switch {
	case standing == Promise:
		r.say("promise", "span", own)
	case c.Mark == library.Primary:
		r.say("law", "basis", c, "span", own)
	default:
		r.say("reference", "basis", c, "span", own)
	}
	if c.Mark == library.Primary && standing == Reference {
		if r.start.Before(dayOf(c.ValidFrom)) {
			r.say("too_early", "date", dayOf(c.ValidFrom))
		} else {
			r.say("too_late", "date", dayOf(c.ValidTo))
		}
	}
	r.say("unit_" + string(c.Unit))
	r.say("start", "date", r.start, "starts", c.Starts)
	r.steps = append(r.steps, events...)
	if r.length.Unit != c.Unit {
		r.say("unit_" + string(r.length.Unit))
	}
	if e.stopped != "" {
		r.say("stopped_" + string(e.stopped))
		return r.steps
	}
	if len(e.hindered) == 0 && r.length.Unit == Work {
		r.sayHolidays(e.counted)
	}
	r.sayCount(e)
	r.say("due", "date", e.due)
	if e.provisional {
		r.say("provisional")
	}
	return r.steps
}

// sayHolidays tells which days between the beginning and the end are off by a holiday, and which weekends are worked.
func (r *run) sayHolidays(end workday.Date) {
	holiday := func(d workday.Date) string {
		if _, paused := r.pause(d); paused || d.After(end) {
			return ""
		}
		name, works := r.calendar.Holiday(d)
		if works {
			return ""
		}
		return name
	}
	for from := r.base.AddDays(1); !from.After(end); from = from.AddDays(1) {
		if _, paused := r.pause(from); paused {
			continue
		}
		if _, works := r.calendar.Holiday(from); works {
			r.say("worked", "date", from)
		}
		name := holiday(from)
		if name == "" {
			continue
		}
		to := from
		for holiday(to.AddDays(1)) == name {
			to = to.AddDays(1)
		}
		if from == to {
			r.say("holiday_day", "date", from, "holiday", Word("holiday_"+name))
		} else {
			r.say("holiday", "from", from, "to", to, "holiday", Word("holiday_"+name))
		}
		from = to
	}
}

// sayCount tells to which day the counting leads, and why that is moved.
func (r *run) sayCount(e ending) {
	c := r.clock
	for _, o := range r.obstacles {
		if !slices.Contains(e.hindered, o) && !o.open() {
			r.say("obstacle_none", "from", o.from, "to", o.to, "span", c.Obstacle)
		}
	}
	if len(e.hindered) > 0 {
		for _, o := range e.hindered {
			r.say("obstacle", "from", o.from, "to", o.to, "span", c.Obstacle)
		}
		r.say("count_obstacle", "span", c.Obstacle, "date", e.counted)
	} else {
		r.say("count", "from", r.base, "span", r.length, "date", e.counted)
	}
	_, works := r.calendar.Holiday(e.counted)
	switch {
	case e.due != e.counted:
		r.say("roll", "date", e.counted, "basis", c.Rolls, "due", e.due)
	case works && r.length.Unit != Work:
		r.say("roll_worked", "date", e.counted)
	case !r.calendar.Works(e.counted):
		r.say("roll_none", "date", e.counted)
	}
}
