package locale

import (
	"regexp"
	"strings"
	"time"
)

var (
	typedDay    = regexp.MustCompile(`^(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})[日号號]?$`)
	onlyFigures = regexp.MustCompile(`^[\d./-]+$`)
)

// ParseDate reads a day as somebody types it: 2026-11-3, 2026年11月3日, 3 November 2026.
func ParseDate(s string) (day time.Time, ok bool) {
	s = strings.TrimSpace(s)
	if m := typedDay.FindStringSubmatch(narrow(s)); m != nil {
		s = m[1] + "-" + m[2] + "-" + m[3]
	}
	for _, layout := range []string{"2006-1-2", "20060102", "2 January 2006", "2 Jan 2006", "January 2, 2006"} {
		if day, err := time.ParseInLocation(layout, s, Shanghai); err == nil {
			return day, true
		}
	}
	return time.Time{}, false
}

// MeansDate tells whether somebody wrote a day in figures, so that one that does not exist is a slip of the pen, while
// "last spring" may stand as it is.
func MeansDate(s string) bool {
	s = narrow(s)
	return typedDay.MatchString(s) || onlyFigures.MatchString(s)
}
