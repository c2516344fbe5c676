package locale

import (
	"testing"
	"time"
)

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
