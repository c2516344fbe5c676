package locale

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// What people put before and behind an amount, and the short forms in which they say how many.
var (
	beforeMoney = []string{"¥", "￥", "rmb", "cny", "人民币", "人民幣"}
	behindMoney = []string{"元整", "元", "圆", "圓", "块钱", "塊錢", "块", "塊", "蚊", "yuan", "rmb", "cny"}
	magnitudes  = []struct {
		word  string
		zeros int
	}{{"亿", 8}, {"億", 8}, {"万", 4}, {"萬", 4}, {"w", 4}, {"千", 3}, {"k", 3}}
	behindCount = []string{"次", "期", "个月", "個月", "天", "日", "days", "day", "times", "time"}

	// Thousands are parted by commas, or tens of thousands; a comma anywhere else may be a slip of the finger.
	amount = regexp.MustCompile(`^(\d+|\d{1,3}(?:,\d{3})+|\d{1,4}(?:,\d{4})+)(?:\.(\d*))?$`)
	count  = regexp.MustCompile(`^\d{1,9}$`)
)

// ParseMoney reads an amount of yuan as people type it, in fen: 12000, 12,000.50, ￥１２０００, 1.2万, 1.2万元. It is false where
// the amount is none, is not whole fen or is beyond what a citizen's affair can be (18 digits).
func ParseMoney(s string) (fen int64, ok bool) {
	s = narrow(s)
	for _, word := range beforeMoney {
		if rest, found := strings.CutPrefix(s, word); found {
			s = rest
			break
		}
	}
	s = cutOne(s, behindMoney)
	places := 2
	for _, m := range magnitudes {
		if rest, found := strings.CutSuffix(s, m.word); found {
			s, places = rest, places+m.zeros
			break
		}
	}
	parts := amount.FindStringSubmatch(s)
	if parts == nil {
		return 0, false
	}
	fraction := strings.TrimRight(parts[2], "0")
	if len(fraction) > places {
		return 0, false
	}
	digits := strings.TrimLeft(strings.ReplaceAll(parts[1], ",", "")+fraction+strings.Repeat("0", places-len(fraction)), "0")
	if digits == "" {
		return 0, true
	}
	if len(digits) > 18 {
		return 0, false
	}
	fen, err := strconv.ParseInt(digits, 10, 64)
	return fen, err == nil
}

// ParseCount reads a whole number as people type it: 12, １２, 12次, 12 期, 7天.
func ParseCount(s string) (n int, ok bool) {
	s = cutOne(narrow(s), behindCount)
	if !count.MatchString(s) {
		return 0, false
	}
	n, err := strconv.Atoi(s)
	return n, err == nil
}

// narrow makes full-width digits and signs of a Chinese keyboard plain ones, and leaves out every space.
func narrow(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return -1
		case r == '。', r == '．':
			return '.'
		case r == '，', r == '、':
			return ','
		case r >= '！' && r <= '～': // U+FF01 to U+FF5E are U+0021 to U+007E, wide
			r -= '！' - '!'
		}
		return unicode.ToLower(r)
	}, s)
}

func cutOne(s string, words []string) string {
	for _, word := range words {
		if rest, found := strings.CutSuffix(s, word); found {
			return rest
		}
	}
	return s
}
