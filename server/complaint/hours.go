package complaint

import (
	"slices"
	"time"

	"anxin/server/locale"
)

// hours are the hours at which somebody may be called, in Shanghai, by what they chose. Who chose none is called by day.
var hours = []struct {
	id          string
	from, until int
}{{"morning", 9, 12}, {"noon", 12, 14}, {"afternoon", 14, 18}, {"evening", 18, 21}}

// within is the first time from at on that lies within what somebody chose.
func within(chosen []string, at time.Time) time.Time {
	day := at.In(locale.Shanghai)
	for range 2 {
		for _, h := range hours {
			if len(chosen) > 0 && !slices.Contains(chosen, h.id) {
				continue
			}
			from := time.Date(day.Year(), day.Month(), day.Day(), h.from, 0, 0, 0, locale.Shanghai)
			switch {
			case at.Before(from):
				return from
			case at.Before(from.Add(time.Duration(h.until-h.from) * time.Hour)):
				return at
			}
		}
		day = day.AddDate(0, 0, 1)
	}
	return at // what was chosen is none of these hours
}
