package locale

import (
	"strings"
	"testing"
	"time"
)

func TestParseMoney(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]int64{
		"3000": 300000, "3,000": 300000, "3,000元": 300000, " ３，０００ 元 ": 300000, "¥3000.5": 300050, "￥ 0.05": 5,
		"1.2万": 1200000, "1.23456万元": 1234560, "2千块钱": 200000, "人民币800元整": 80000, "RMB 1,234,567.89": 123456789,
		"3,000 yuan": 300000, "0": 0, "007": 700, "3000.50元": 300050, "1.500": 150, "3000。5": 300050, "999999999999": 99999999999900,
	} {
		if got, ok := ParseMoney(s); !ok || got != want {
			t.Errorf("%q: %d %t, want %d", s, got, ok, want)
		}
	}
	for _, s := range []string{"", "元", "三千", "3000美元", "30,00", "3,0000", "1.234", "1.2345678万", "-5", "3000元到5000元", "9999999999999", "1e5", "3 000", "1.2.3", "$300"} {
		if got, ok := ParseMoney(s); ok {
			t.Errorf("%q passes for %d fen", s, got)
		}
	}
}

func FuzzParseMoney(f *testing.F) {
	for _, s := range []string{"3,000元", "1.2万", "¥0.05", "００", "9999999999999", "1.2.3"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		fen, ok := ParseMoney(s)
		if fen < 0 || !ok && fen != 0 {
			t.Fatalf("%q: %d %t", s, fen, ok)
		}
		if again, same := ParseMoney(strings.TrimPrefix(Money(fen), "¥") + "元"); ok && (!same || again != fen) {
			t.Errorf("%q: %d fen, written down and read again %d", s, fen, again)
		}
	})
}

func TestParseDate(t *testing.T) {
	t.Parallel()
	want := time.Date(2026, 11, 3, 0, 0, 0, 0, Shanghai)
	for _, s := range []string{"2026-11-3", "2026-11-03", "2026/11/03", "2026.11.3", "2026年11月3日", "2026 年 11 月 3 号", "２０２６－１１－０３", "20261103", "3 November 2026", "3 Nov 2026", " 2026-11-3 "} {
		if got, ok := ParseDate(s); !ok || !got.Equal(want) {
			t.Errorf("%q: %v %t", s, got, ok)
		}
	}
	for s, means := range map[string]bool{
		"2026-13-03": true, "2026年2月30日": true, "20261399": true, "11-3": true, "1.2": true,
		"去年春天": false, "2026年3月": false, "11月3日": false, "": false, "about 3 November": false,
	} {
		if got, ok := ParseDate(s); ok || MeansDate(s) != means {
			t.Errorf("%q: %v %t, means a date %t", s, got, ok, MeansDate(s))
		}
	}
}
