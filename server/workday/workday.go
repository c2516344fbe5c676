// Package workday knows on which days offices in China work: every year the State Council says which days are off and
// which weekends are worked in exchange (调休补班). With that it counts working days, natural days and months as the Civil
// Code does (民法典 201 to 203).
//
// A [Calendar] holds the years it was given. A day of any other year counts by its weekday alone and is told to be
// provisional, never refused: whoever waits for a date gets one, with the warning that it may move.
package workday

import "time"

// Calendar is what was announced. The zero Calendar knows no year.
type Calendar struct {
	years map[int]bool
	off   map[Date]string // by the name of the holiday
	on    map[Date]string // a weekend that is worked, by the name of the holiday it makes up for
}

// From this day of December, a year's days may also be set by the notice of the year after: the one of 2019 made
// Saturday, 29 December 2018 a working day, that of 2023 let the New Year holiday begin on 31 December 2022.
const nextNotice = 26

// Knows tells whether it was announced how the day is kept.
func (c *Calendar) Knows(d Date) bool {
	return c.years[d.Year()] && (d.t.Month() != time.December || d.t.Day() < nextNotice || c.years[d.Year()+1])
}

// Works tells whether the day is a working day.
func (c *Calendar) Works(d Date) bool {
	if _, off := c.off[d]; off {
		return false
	}
	if _, on := c.on[d]; on {
		return true
	}
	return d.Weekday() != time.Saturday && d.Weekday() != time.Sunday
}

// Holiday is the name of the holiday that the day belongs to, or is worked in exchange for (works); empty for a day of
// which nothing was announced.
func (c *Calendar) Holiday(d Date) (name string, works bool) {
	if name, off := c.off[d]; off {
		return name, false
	}
	name, works = c.on[d]
	return name, works
}

// Result is a day that was counted to. Provisional: on the way stood a day of which nothing was announced yet.
type Result struct {
	Date        Date
	Provisional bool
}

// AddWorkdays is the nth working day after d, which itself is not counted (民法典 201). No days give d itself.
func (c *Calendar) AddWorkdays(d Date, n int) Result {
	r := Result{Date: d}
	for n > 0 {
		r.Date = r.Date.AddDays(1)
		r.Provisional = r.Provisional || !c.Knows(r.Date)
		if c.Works(r.Date) {
			n--
		}
	}
	return r
}

// Roll is d where it is a working day, else the first one after it (民法典 203).
func (c *Calendar) Roll(d Date) Result {
	r := Result{Date: d, Provisional: !c.Knows(d)}
	for !c.Works(r.Date) {
		r.Date = r.Date.AddDays(1)
		r.Provisional = r.Provisional || !c.Knows(r.Date)
	}
	return r
}
