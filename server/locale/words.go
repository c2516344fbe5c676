package locale

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Shanghai is the zone of every date a citizen reads: statutory days are counted there.
var Shanghai = func() *time.Location {
	// China has had no summer time since 1991, so a fixed zone is exact and needs no zone data on the machine.
	return time.FixedZone("Asia/Shanghai", 8*60*60)
}()

var weekdays = map[Code][7]string{
	Hans: {"星期日", "星期一", "星期二", "星期三", "星期四", "星期五", "星期六"},
	Hant: {"星期日", "星期一", "星期二", "星期三", "星期四", "星期五", "星期六"},
	En:   {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
}

// Date is the day of t in Shanghai, written so that it reads aloud well: 2026年11月25日, 25 November 2026.
func Date(c Code, t time.Time) string {
	t = t.In(Shanghai)
	if c == En {
		return t.Format("2 January 2006")
	}
	return fmt.Sprintf("%d年%d月%d日", t.Year(), t.Month(), t.Day())
}

// DateWithWeekday is the day of t with its weekday and without its year, as deadlines are written: 11月28日 星期六.
func DateWithWeekday(c Code, t time.Time) string {
	t = t.In(Shanghai)
	day := weekdays[c][t.Weekday()]
	if c == En {
		return day + ", " + t.Format("2 January")
	}
	return fmt.Sprintf("%d月%d日 %s", t.Month(), t.Day(), day)
}

// Money writes an amount of fen as eyes read it: ¥1,200.50, or ¥1,200 where there are no fen.
func Money(fen int64) string {
	sign, yuan, rest := split(fen)
	if rest == 0 {
		return sign + "¥" + thousands(yuan)
	}
	return fmt.Sprintf("%s¥%s.%02d", sign, thousands(yuan), rest)
}

// MoneyWords writes an amount of fen as it is said aloud: 1200元5角, 1,200 yuan 50 fen. Screen readers stumble over
// the currency sign, which some read as yen.
func MoneyWords(c Code, fen int64) string {
	sign, yuan, rest := split(fen)
	minus := ""
	if sign != "" {
		minus = map[Code]string{Hans: "负", Hant: "負", En: "minus "}[c]
	}
	if c == En {
		words := minus + thousands(yuan) + " yuan"
		if rest != 0 {
			words += fmt.Sprintf(" %d fen", rest)
		}
		return words
	}
	words := minus + strconv.FormatUint(yuan, 10) + "元"
	if jiao := rest / 10; jiao != 0 {
		words += fmt.Sprintf("%d角", jiao)
	} else if rest != 0 {
		words += "零"
	}
	if last := rest % 10; last != 0 {
		words += fmt.Sprintf("%d分", last)
	}
	return words
}

// Percent writes a rate with two decimal places, or as a whole number where there are none: 13.03%, 2,234.69%, 0%.
func Percent(rate float64) string {
	text, minus := strconv.FormatFloat(rate, 'f', 2, 64), ""
	if rest, below := strings.CutPrefix(text, "-"); below {
		text, minus = rest, "−"
	}
	whole, places, _ := strings.Cut(text, ".")
	if n, err := strconv.ParseUint(whole, 10, 64); err == nil {
		whole = thousands(n)
	}
	if places == "00" {
		return minus + whole + "%"
	}
	return minus + whole + "." + places + "%"
}

func split(fen int64) (sign string, yuan, rest uint64) {
	n := uint64(fen)
	if fen < 0 {
		sign, n = "−", -n // also right for the least int64
	}
	return sign, n / 100, n % 100
}

func thousands(n uint64) string {
	s := strconv.FormatUint(n, 10)
	var b strings.Builder
	for i, r := range s {
		if i > 0 && (len(s)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(r)
	}
	return b.String()
}
