package locale

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Articles names articles of a law as it is cited: 第十八条、第四十三条; articles 18 and 43.
func Articles(c Code, numbers []int) string {
	names := make([]string, len(numbers))
	for i, n := range numbers {
		switch c {
		case En:
			names[i] = strconv.Itoa(n)
		case Hant:
			names[i] = "第" + Han(n) + "條"
		default:
			names[i] = "第" + Han(n) + "条"
		}
	}
	if c.Chinese() || len(names) == 0 {
		return strings.Join(names, "、")
	}
	if len(names) == 1 {
		return "article " + names[0]
	}
	last := len(names) - 1
	return "articles " + strings.Join(names[:last], ", ") + " and " + names[last]
}

// Han writes a whole number below a thousand in Han characters, as laws number their articles: 18 is 十八, 203 二百零三.
func Han(n int) string {
	if n < 0 || n > 999 {
		return strconv.Itoa(n)
	}
	digits := strings.Split("零一二三四五六七八九", "")
	hundreds, tens, ones := n/100, n/10%10, n%10
	s := ""
	if hundreds > 0 {
		s = digits[hundreds] + "百"
	}
	switch {
	case tens > 1 || tens == 1 && hundreds > 0:
		s += digits[tens] + "十"
	case tens == 1:
		s += "十"
	case hundreds > 0 && ones > 0:
		s += "零"
	}
	if ones > 0 || n == 0 {
		s += digits[ones]
	}
	return s
}

// DateInFull is the day of t with its weekday, so that nobody mistakes it: 2026年11月25日（星期三）, Wednesday, 25 November 2026.
func DateInFull(c Code, t time.Time) string {
	t = t.In(Shanghai)
	day := weekdays[c][t.Weekday()]
	if c == En {
		return day + ", " + Date(c, t)
	}
	return fmt.Sprintf("%s（%s）", Date(c, t), day)
}
