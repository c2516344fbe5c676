package workday

import (
	"fmt"
	"time"
)

// Date is a day of the calendar, without hour or zone. The zero Date is no day.
type Date struct{ t time.Time }

// NewDate is a day; what overflows its month runs on into the next, as in [time.Date].
func NewDate(year int, month time.Month, day int) Date {
	return Date{time.Date(year, month, day, 0, 0, 0, 0, time.UTC)}
}

// DateOf is the day that t falls on in its own zone: whoever counts statutory days turns t into Shanghai's first.
func DateOf(t time.Time) Date { return NewDate(t.Date()) }

// ParseDate reads a day as the API writes it: 2026-11-25.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Date{}, fmt.Errorf("%q is no day: write it like 2026-11-25", s)
	}
	return Date{t}, nil
}

// IsZero tells whether no day was set.
func (d Date) IsZero() bool { return d.t.IsZero() }

// Year is the calendar year of the day.
func (d Date) Year() int { return d.t.Year() }

// Weekday is the day of the week.
func (d Date) Weekday() time.Weekday { return d.t.Weekday() }

// DaysSince is how many days later than e the day is; negative where it is earlier.
func (d Date) DaysSince(e Date) int { return int((d.t.Unix() - e.t.Unix()) / (24 * 60 * 60)) }

// Before tells whether the day is earlier than e.
func (d Date) Before(e Date) bool { return d.t.Before(e.t) }

// After tells whether the day is later than e.
func (d Date) After(e Date) bool { return d.t.After(e.t) }

// AddDays is the day n days later.
func (d Date) AddDays(n int) Date { return Date{d.t.AddDate(0, 0, n)} }

// AddMonths is the matching day n months later, or the last of that month where it has no such day: from 31 January, one
// month ends on 28 February (民法典 202).
func (d Date) AddMonths(n int) Date {
	first := NewDate(d.t.Year(), d.t.Month()+time.Month(n), 1)
	last := first.t.AddDate(0, 1, -1).Day()
	return first.AddDays(min(d.t.Day(), last) - 1)
}

// In is the moment at which the day begins in a zone.
func (d Date) In(zone *time.Location) time.Time {
	return time.Date(d.t.Year(), d.t.Month(), d.t.Day(), 0, 0, 0, 0, zone)
}

func (d Date) String() string { return d.t.Format(time.DateOnly) }
