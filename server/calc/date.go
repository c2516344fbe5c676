package calc

import (
	"time"

	"anxin/server/workday"
)

// Date is a day of the calendar, without hour or zone. The zero Date is no day.
type Date = workday.Date

// NewDate is a day; what overflows its month runs on into the next, as in [time.Date].
func NewDate(year int, month time.Month, day int) Date { return workday.NewDate(year, month, day) }

// ParseDate reads a day as the API writes it: 2026-11-25.
func ParseDate(s string) (Date, error) { return workday.ParseDate(s) }
