package locale

import (
	"testing"
	"time"
)

func TestArticles(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		code    Code
		numbers []int
		want    string
	}{
		{Hans, []int{18, 43}, "第十八条、第四十三条"},
		{Hant, []int{203}, "第二百零三條"},
		{En, []int{45}, "article 45"},
		{En, []int{18, 43}, "articles 18 and 43"},
		{En, []int{18, 23, 43}, "articles 18, 23 and 43"},
		{En, nil, ""},
	} {
		if got := Articles(c.code, c.numbers); got != c.want {
			t.Errorf("%v in %s: %q, want %q", c.numbers, c.code, got, c.want)
		}
	}
	for n, want := range map[int]string{
		0: "零", 7: "七", 10: "十", 15: "十五", 20: "二十", 43: "四十三", 100: "一百", 101: "一百零一", 110: "一百一十", 115: "一百一十五",
		200: "二百", 250: "二百五十", 999: "九百九十九", 1000: "1000", -1: "-1",
	} {
		if got := Han(n); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
}

func TestDateInFull(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 24, 16, 0, 0, 0, time.UTC) // already the next day in Shanghai
	for code, want := range map[Code]string{Hans: "2026年11月25日（星期三）", Hant: "2026年11月25日（星期三）", En: "Wednesday, 25 November 2026"} {
		if got := DateInFull(code, at); got != want {
			t.Errorf("%s: %s, want %s", code, got, want)
		}
	}
}
