package locale

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

func TestNegotiate(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]Code{
		"":                             Hans,
		"zh-CN,zh;q=0.9,en;q=0.8":      Hans,
		"zh":                           Hans,
		"zh-SG":                        Hans,
		"zh-HK,zh;q=0.9":               Hant,
		"zh-TW,en;q=0.5":               Hant,
		"zh-MO":                        Hant,
		"zh-Hant-HK":                   Hant,
		"en-GB,en;q=0.9":               En,
		"en;q=0.5,zh-Hans;q=0.9":       Hans,
		"fr-FR,fr;q=0.9":               Hans,
		"fr-FR,en;q=0.4":               En,
		"*":                            Hans,
		";;;q=1,,":                     Hans,
		"zh-TW;q=0,en;q=0.1":           En,
		"zh-yue-HK":                    Hant,
		"en-US,en;q=0.9,zh-CN;q=0.8":   En,
		"de,zh-Hant;q=0.2,en-US;q=0.1": Hant,
	} {
		if got := Negotiate(header); got != want {
			t.Errorf("Negotiate(%q) = %s, want %s", header, got, want)
		}
	}
}

func FuzzNegotiate(f *testing.F) {
	for _, s := range []string{"", "zh-HK,zh;q=0.9", "en;q=0.5,zh-Hans;q=0.9", "*;q=0", "x-klingon", "zh-u-ca-chinese", ",,;q=", "\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, header string) {
		if _, ok := Parse(string(Negotiate(header))); !ok {
			t.Errorf("Negotiate(%q) is none of our languages", header)
		}
	})
}

func TestDate(t *testing.T) {
	t.Parallel()
	// 23:30 in London on the 27th is already the 28th in Shenzhen.
	at := time.Date(2026, 11, 27, 23, 30, 0, 0, time.UTC)
	for code, want := range map[Code][2]string{
		Hans: {"2026年11月28日", "11月28日 星期六"},
		Hant: {"2026年11月28日", "11月28日 星期六"},
		En:   {"28 November 2026", "Saturday, 28 November"},
	} {
		if got := [2]string{Date(code, at), DateWithWeekday(code, at)}; got != want {
			t.Errorf("%s: got %q, want %q", code, got, want)
		}
	}
}

func TestMoney(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		fen            int64
		eyes, hans, en string
	}{
		{0, "¥0", "0元", "0 yuan"},
		{120050, "¥1,200.50", "1200元5角", "1,200 yuan 50 fen"},
		{123456789, "¥1,234,567.89", "1234567元8角9分", "1,234,567 yuan 89 fen"},
		{100005, "¥1,000.05", "1000元零5分", "1,000 yuan 5 fen"},
		{-5000, "−¥50", "负50元", "minus 50 yuan"},
		{-9223372036854775808, "−¥92,233,720,368,547,758.08", "负92233720368547758元零8分", "minus 92,233,720,368,547,758 yuan 8 fen"},
	} {
		if got := Money(c.fen); got != c.eyes {
			t.Errorf("Money(%d) = %s, want %s", c.fen, got, c.eyes)
		}
		if got := MoneyWords(Hans, c.fen); got != c.hans {
			t.Errorf("MoneyWords(zh-Hans, %d) = %s, want %s", c.fen, got, c.hans)
		}
		if got := MoneyWords(En, c.fen); got != c.en {
			t.Errorf("MoneyWords(en, %d) = %s, want %s", c.fen, got, c.en)
		}
	}
}

func TestCatalogue(t *testing.T) {
	t.Parallel()
	c, err := OpenCatalogue(fstest.MapFS{
		"quiz.zh-Hans.yaml": {Data: []byte("quiz:\n  next: 下一题\n  left: 还有{{.count}}题\n")},
		"quiz.en.yaml":      {Data: []byte("quiz:\n  next: Next\n  so_far: 'So far: {{.count}}'\n  left: {one: '{{.count}} question left', other: '{{.count}} questions left'}\n")},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []struct {
		code Code
		key  string
		args []any
		text string
	}{
		{Hans, "quiz.next", nil, "下一题"},
		{Hans, "quiz.left", []any{"count", 3}, "还有3题"},
		{En, "quiz.left", []any{"count", 1}, "1 question left"},
		{En, "quiz.left", []any{"count", 3}, "3 questions left"},
		{En, "quiz.so_far", []any{"count", 1}, "So far: 1"},
	} {
		if got, err := c.T(want.code, want.key, want.args...); err != nil || got != want.text {
			t.Errorf("T(%s, %s) = %q, %v, want %q", want.code, want.key, got, err, want.text)
		}
	}
	for name, call := range map[string]func() (string, error){
		"key of another language only": func() (string, error) { return c.T(Hant, "quiz.next") },
		"no such key":                  func() (string, error) { return c.T(En, "quiz.gone") },
		"placeholder without value":    func() (string, error) { return c.T(Hans, "quiz.left") },
		"odd pairs":                    func() (string, error) { return c.T(Hans, "quiz.left", "count") },
	} {
		if got, err := call(); err == nil {
			t.Errorf("%s: got %q, want an error", name, got)
		}
	}
}

func TestCatalogueCheck(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ file, text, want string }{
		"whole":                 {"quiz.en.yaml", "quiz: {next: Next}", ""},
		"key of another file":   {"quiz.en.yaml", "quiz: {next: Next}\nhome: {title: Home}", "home.en.yaml"},
		"key that stands twice": {"quiz.en.yaml", "quiz:\n  next: Next\n  next: On\n", "quiz.en.yaml"},
		"no catalogue at all":   {"quiz.en.yaml", "- Next", "quiz.en.yaml"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			catalogue, err := OpenCatalogue(fstest.MapFS{c.file: {Data: []byte(c.text)}})
			if err != nil {
				t.Fatal(err)
			}
			if err := catalogue.Check(); c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("Check = %v, want an error that names %q", err, c.want)
			}
		})
	}
	if _, err := OpenCatalogue(fstest.MapFS{"quiz.yaml": {}}); err == nil {
		t.Error("a file without a language was taken")
	}
}
