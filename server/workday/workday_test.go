package workday

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"anxin/content"
)

// announced is the calendar that is shipped: the vectors below were worked out from the State Council's notices.
func announced(t testing.TB) *Calendar {
	t.Helper()
	data, err := content.Files.ReadFile("workflow/holidays.yaml")
	if err != nil {
		t.Fatal(err)
	}
	c, err := Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func date(t testing.TB, s string) Date {
	t.Helper()
	d, err := ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestAddWorkdays(t *testing.T) {
	t.Parallel()
	c := announced(t)
	for _, v := range []struct {
		from        string
		n           int
		want        string
		provisional bool
	}{
		{"2026-02-10", 7, "2026-02-26", false},
		{"2026-09-24", 7, "2026-10-12", false},
		{"2026-09-18", 15, "2026-10-15", false},
		{"2026-04-29", 45, "2026-07-06", false},
		{"2025-09-26", 7, "2025-10-13", false},
		{"2026-11-24", 7, "2026-12-03", false},
		{"2026-02-13", 1, "2026-02-14", false}, // a Saturday that is worked
		{"2026-10-01", 0, "2026-10-01", false},
		{"2025-12-31", 1, "2026-01-04", false}, // a Sunday that is worked
		{"2026-12-21", 4, "2026-12-25", false},
		{"2026-12-21", 5, "2026-12-28", true}, // the notice for 2027 may still move the last days of 2026
		{"2027-03-05", 5, "2027-03-12", true},
		{"2031-10-01", 3, "2031-10-06", true},
	} {
		got := c.AddWorkdays(date(t, v.from), v.n)
		if got.Date.String() != v.want || got.Provisional != v.provisional {
			t.Errorf("%s + %d working days: %s, provisional %t; want %s, %t", v.from, v.n, got.Date, got.Provisional, v.want, v.provisional)
		}
	}
}

func TestRoll(t *testing.T) {
	t.Parallel()
	c := announced(t)
	for _, v := range []struct {
		from        string
		days        int
		want        string
		provisional bool
	}{
		{"2026-09-16", 15, "2026-10-08", false},
		{"2026-02-01", 15, "2026-02-24", false},
		{"2025-12-18", 15, "2026-01-04", false},
		{"2026-09-05", 15, "2026-09-20", false},
		{"2026-11-10", 11, "2026-11-23", false},
		{"2027-01-01", 8, "2027-01-11", true},
		{"2027-01-01", 10, "2027-01-11", true},
	} {
		got := c.Roll(date(t, v.from).AddDays(v.days))
		if got.Date.String() != v.want || got.Provisional != v.provisional {
			t.Errorf("%s + %d days: %s, provisional %t; want %s, %t", v.from, v.days, got.Date, got.Provisional, v.want, v.provisional)
		}
	}
}

func TestAddMonths(t *testing.T) {
	t.Parallel()
	for _, v := range []struct {
		from string
		n    int
		want string
	}{
		{"2026-01-31", 1, "2026-02-28"},
		{"2028-01-31", 1, "2028-02-29"},
		{"2028-02-29", 12, "2029-02-28"},
		{"2028-02-29", 48, "2032-02-29"},
		{"2026-08-31", 1, "2026-09-30"},
		{"2026-11-25", 2, "2027-01-25"},
		{"2026-02-28", 1, "2026-03-28"},
		{"2026-12-31", 2, "2027-02-28"},
		{"2026-08-31", -6, "2026-02-28"},
		{"2026-03-15", -3, "2025-12-15"},
		{"2026-03-15", 0, "2026-03-15"},
	} {
		if got := date(t, v.from).AddMonths(v.n).String(); got != v.want {
			t.Errorf("%s + %d months: %s, want %s", v.from, v.n, got, v.want)
		}
	}
}

// Both years have 248 working days: a day too many or too few in the table would show.
func TestWorkingDaysOfTheYears(t *testing.T) {
	t.Parallel()
	c := announced(t)
	for year, want := range map[int]int{2025: 248, 2026: 248} {
		n := 0
		for d := NewDate(year, 1, 1); d.Year() == year; d = d.AddDays(1) {
			if c.Works(d) {
				n++
			}
		}
		if n != want {
			t.Errorf("%d has %d working days, want %d", year, n, want)
		}
	}
}

func TestHoliday(t *testing.T) {
	t.Parallel()
	c := announced(t)
	for day, want := range map[string]string{"2026-10-03": "national", "2026-10-10": "national works", "2026-10-11": "", "2026-10-12": "", "2025-10-06": "national_mid_autumn"} {
		name, works := c.Holiday(date(t, day))
		if got := name + map[bool]string{true: " works"}[works]; got != want {
			t.Errorf("%s: %q, want %q", day, got, want)
		}
	}
}

// A year of which nothing is known counts by weekdays and never fails.
func TestNoYearAtAll(t *testing.T) {
	t.Parallel()
	var c Calendar
	if got := c.AddWorkdays(date(t, "2026-09-30"), 1); got.Date.String() != "2026-10-01" || !got.Provisional {
		t.Errorf("got %v", got)
	}
}

// Whatever the day: one more working day is later, the first day after is a working day, and who begins later never ends
// earlier.
func TestCountingKeepsTheOrder(t *testing.T) {
	t.Parallel()
	c := announced(t)
	r := rand.New(rand.NewPCG(1, 2))
	first := NewDate(2024, 11, 1)
	for range 2000 {
		d, n := first.AddDays(r.IntN(1000)), 1+r.IntN(70)
		here := c.AddWorkdays(d, n).Date
		if !c.Works(here) {
			t.Fatalf("%s + %d is %s, which is no working day", d, n, here)
		}
		if next := c.AddWorkdays(d, n+1).Date; !next.After(here) || c.AddWorkdays(here, 1).Date != next {
			t.Fatalf("%s + %d is %s, + %d is %s", d, n, here, n+1, next)
		}
		if later := c.AddWorkdays(d.AddDays(1), n).Date; later.Before(here) {
			t.Fatalf("%s + %d is %s, a day later it is %s", d, n, here, later)
		}
		if rolled := c.Roll(d).Date; rolled.Before(d) || !c.Works(rolled) || rolled.DaysSince(d) > mostDays {
			t.Fatalf("%s rolls to %s", d, rolled)
		}
	}
}

func TestDateOf(t *testing.T) {
	t.Parallel()
	shanghai := time.FixedZone("Asia/Shanghai", 8*60*60)
	at := time.Date(2026, 11, 24, 16, 0, 0, 0, time.UTC)
	if got := DateOf(at.In(shanghai)); got.String() != "2026-11-25" || !got.In(shanghai).Equal(at) {
		t.Errorf("got %s, which begins at %s", got, got.In(shanghai))
	}
}

func TestParseTellsMistakesByLine(t *testing.T) {
	t.Parallel()
	const good = "- year: 2026\n  notice: 通知\n  url: https://www.gov.cn/\n  days:\n    - {holiday: spring, from: 2026-02-15, to: 2026-02-23, worked: [2026-02-14]}\n"
	if _, err := Parse([]byte(good)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ old, with, want string }{
		{"year: 2026", "year: 26", "line 1: \"26\" is no year"},
		{"notice: 通知", "notes: 通知", "line 2: there is no field \"notes\""},
		{"  notice: 通知\n", "", "line 1: notice is missing"},
		{"notice: 通知", "notice:", "line 1: notice is missing"},
		{"holiday: spring", "holiday: easter", "line 5: there is no holiday \"easter\""},
		{"from: 2026-02-15", "from: 2026-02-30", "line 5: \"2026-02-30\" is no day"},
		{"from: 2026-02-15", "from: 2025-02-15", "line 5: 2025-02-15 is no day of which the notice for 2026 tells"},
		{"to: 2026-02-23", "to: 2026-02-14", "line 5: from 2026-02-15 to 2026-02-14 are not 1 to 15 days"},
		{"to: 2026-02-23", "to: 2026-03-23", "line 5: from 2026-02-15 to 2026-03-23 are not 1 to 15 days"},
		{"[2026-02-14]", "[2026-02-13]", "line 5: 2026-02-13 is no Saturday or Sunday"},
		{"[2026-02-14]", "[2026-02-21]", "line 5: 2026-02-21 stands twice"},
		{"[2026-02-14]", "2026-02-14", "line 5: write a list of weekend days"},
		{"days:\n    - ", "days: ", "line 4: write a list of holidays"},
		{good, good + good, "line 6: year 2026 stands twice"},
		{good, "year: 2026", "line 1: write a list of years"},
		{good, "- 2026", "line 1: write year, notice, url, days"},
		{"holiday: spring", "holiday: spring, holiday: spring", "line 5: "},
	} {
		_, err := Parse([]byte(strings.Replace(good, c.old, c.with, 1)))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q for %q: got %v, want %s", c.with, c.old, err, c.want)
		}
	}
	// Everything at once.
	_, err := Parse([]byte(strings.NewReplacer("spring", "easter", "notice: 通知", "notice: 通知\n  more: 1").Replace(good)))
	if err == nil || strings.Count(err.Error(), "line ") != 1+strings.Count(err.Error(), "\n") {
		t.Errorf("got %v", err)
	}
}

// A notice may set the last days of the year before.
func TestNoticeOfTheNextYear(t *testing.T) {
	t.Parallel()
	c, err := Parse([]byte("- {year: 2022, notice: 通知, url: x, days: []}\n- year: 2023\n  notice: 通知\n  url: x\n  days: [{holiday: new_year, from: 2022-12-31, to: 2023-01-02}]\n"))
	if err != nil {
		t.Fatal(err)
	}
	if d := date(t, "2022-12-30"); !c.Knows(d) || !c.Works(d) || c.AddWorkdays(d, 1).Date.String() != "2023-01-03" {
		t.Errorf("after %s: %v", d, c.AddWorkdays(d, 1))
	}
	if c.Knows(date(t, "2023-12-29")) || !c.Knows(date(t, "2023-12-22")) {
		t.Error("the last days of 2023 are known without the notice for 2024, or those before are not")
	}
}

func FuzzParse(f *testing.F) {
	data, err := content.Files.ReadFile("workflow/holidays.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(data))
	f.Add("- {year: 2026, notice: x, url: y, days: [{holiday: spring, from: 2026-02-15, to: 2026-02-23, worked: [2026-02-14]}]}")
	f.Add("- [year]\n- ~\n- {year: {}, days: [~]}")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := Parse([]byte(text))
		if err != nil {
			return
		}
		d := NewDate(2026, 1, 1)
		if r := c.AddWorkdays(d, 30); !c.Works(r.Date) || r.Date.DaysSince(d) > 400 {
			t.Errorf("thirty working days end on %s", r.Date)
		}
	})
}
