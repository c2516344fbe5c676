package locale

import (
	"testing"
)

func TestParseMoney(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]int64{
		"12000": 1200000, "12,000": 1200000, "12，000.5": 1200050, "1,2000": 1200000, "１２０００": 1200000, "12 000": 1200000,
		"　12000　元": 1200000, "￥12,000.50": 1200050, "¥0.01": 1, "RMB 300": 30000, "300块钱": 30000, "1.2万": 1200000, "1.2萬元": 1200000,
		"0.00001万": 10, "1.234567万": 1234567, "2w": 2000000, "5千": 500000, "1.5k": 150000, "1亿": 10_000_000_000, "0": 0, "007": 700, "12.": 1200,
		"12.500": 1250, "１．２万元": 1200000, "12。5": 1250, "人民币100元整": 10000, "9999999999999999.99": 999999999999999999,
	} {
		if got, ok := ParseMoney(typed); !ok || got != want {
			t.Errorf("%q: %d, %v; want %d", typed, got, ok, want)
		}
	}
	for _, typed := range []string{
		"", " ", "元", "一万", "-5", "−5", "12.345", "1.2.3", "12,00", "1,00,000", "abc", "1e5", "1.2345678万", "12万3", "0x10", "99999999999999999999",
		"10000000000000万", "12000<em>", "1~2", "+5", ".5", ",",
	} {
		if got, ok := ParseMoney(typed); ok {
			t.Errorf("%q is taken for %d", typed, got)
		}
	}
}

func TestParseCount(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]int{"12": 12, "１２": 12, " 12 次": 12, "12期": 12, "36个月": 36, "7天": 7, "7 days": 7, "0": 0} {
		if got, ok := ParseCount(typed); !ok || got != want {
			t.Errorf("%q: %d, %v; want %d", typed, got, ok, want)
		}
	}
	for _, typed := range []string{"", "十二", "1.5", "-1", "12次期", "1234567890", "1,000"} {
		if got, ok := ParseCount(typed); ok {
			t.Errorf("%q is taken for %d", typed, got)
		}
	}
}

// What is read can be written as Money writes it, and read again.
func FuzzParseMoney(f *testing.F) {
	for _, seed := range []string{"12,000.50", "￥１．２万元", "5千", "1亿", "-5", "99999999999999999999", "，，"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		fen, ok := ParseMoney(typed)
		if !ok {
			if fen != 0 {
				t.Errorf("%q is refused, and %d", typed, fen)
			}
			return
		}
		if again, ok := ParseMoney(Money(fen)); fen < 0 || !ok || again != fen {
			t.Errorf("%q is %d, written %s, read again %d", typed, fen, Money(fen), again)
		}
	})
}

func TestPercent(t *testing.T) {
	t.Parallel()
	for want, rate := range map[string]float64{"13.03%": 13.0283, "0%": 0, "2,234.69%": 2234.693877, "1,192,843,749.13%": 1192843749.1254, "0.01%": 0.0051, "100%": 99.999, "7.20%": 7.2} {
		if got := Percent(rate); got != want {
			t.Errorf("%v: %s, want %s", rate, got, want)
		}
	}
}
