package calc

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

// DaysSince is how many days later than e the day is; negative where it is earlier.
func (d Date) DaysSince(e Date) int { return int((d.t.Unix() - e.t.Unix()) / (24 * 60 * 60)) }

// AddDays is the day n days later.
func (d Date) AddDays(n int) Date { return Date{d.t.AddDate(0, 0, n)} }

func (d Date) String() string { return d.t.Format(time.DateOnly) }
