package locale

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// What people type is read generously: with full-width digits, with units, with commas where they belong.

var (
	halfWidth  = strings.NewReplacer("０", "0", "１", "1", "２", "2", "３", "3", "４", "4", "５", "5", "６", "6", "７", "7", "８", "8", "９", "9", "，", ",", "．", ".", "。", ".", "－", "-", "／", "/", "\u3000", " ")
	typedMoney = regexp.MustCompile(`^(?:人民币|人民幣|rmb|cny|[¥￥])? ?(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))? ?([万萬千]?) ?(?:元|块钱|塊錢|块|塊|圆|圓|yuan|rmb|cny)?整?$`)
	typedDay   = regexp.MustCompile(`^(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*[日号號]?$`)
)

// ParseMoney reads an amount in yuan as somebody types it: 3000, 3,000元, ¥3000.50, 1.2万. ok is false for what is no
// amount, has parts of a fen, or is beyond a million million yuan.
func ParseMoney(s string) (fen int64, ok bool) {
	m := typedMoney.FindStringSubmatch(strings.ToLower(strings.TrimSpace(halfWidth.Replace(s))))
	if m == nil {
		return 0, false
	}
	places := map[string]int{"": 2, "千": 5, "万": 6, "萬": 6}[m[3]]
	whole, part := strings.TrimLeft(strings.ReplaceAll(m[1], ",", ""), "0"), strings.TrimRight(m[2], "0")
	if len(part) > places || len(whole)+places > 14 {
		return 0, false
	}
	fen, err := strconv.ParseInt("0"+whole+part+strings.Repeat("0", places-len(part)), 10, 64)
	return fen, err == nil
}

// ParseDate reads a day as somebody types it: 2026-11-3, 2026年11月3日, 3 November 2026.
func ParseDate(s string) (day time.Time, ok bool) {
	s = strings.TrimSpace(halfWidth.Replace(s))
	if m := typedDay.FindStringSubmatch(s); m != nil {
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
	s = strings.TrimSpace(halfWidth.Replace(s))
	return typedDay.MatchString(s) || onlyFigures.MatchString(s)
}

var onlyFigures = regexp.MustCompile(`^[\d./-]+$`)
