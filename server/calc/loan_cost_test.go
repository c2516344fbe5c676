package calc

import (
	"errors"
	"fmt"
	"math"
	"testing"
)

// near tells whether a rate is there and within half a unit of the last place that is known of it.
func near(got *Rate, want float64, places int) bool {
	return got != nil && got.Fixed(places) == Rate(want).Fixed(places)
}

func show(r *Rate) string {
	if r == nil {
		return "none"
	}
	return r.String()
}

// Regulation Z, Appendix J (c), with more places worked out from the same equation by another program; and offers as
// they are made in China.
func TestRegularLoans(t *testing.T) {
	t.Parallel()
	monthly := func(amount int64, p ...Payment) Regular {
		return Regular{Amount: amount, Payments: p, UnitsPerYear: 12}
	}
	for name, c := range map[string]struct {
		loan               Regular
		nominal, effective float64 // effective 0: not looked at
		places             int
	}{
		"J (c)(1)(i)":   {monthly(500000, Payment{24, 23000}), 9.685708, 0, 6},
		"J (c)(1)(ii)":  {Regular{600000, []Payment{{36, 20000}}, 12, Term{1, 19, 30}}, 11.816508, 0, 6},
		"J (c)(1)(iii)": {Regular{500000, []Payment{{24, 21917}}, 24, Term{0, 6, 15}}, 10.337903, 0, 6},
		"J (c)(1)(iv)":  {Regular{1000000, []Payment{{40, 38500}}, 4, Term{1, 39, 90}}, 8.970770, 0, 6},
		"J (c)(1)(v)":   {Regular{50000, []Payment{{30, 1760}}, 52, Term{4, 4, 7}}, 14.962223, 0, 6},
		"J (c)(2)(i)":   {monthly(500000, Payment{1, 25000}, Payment{23, 23000}), 10.082890, 0, 6},
		"J (c)(2)(ii)":  {Regular{40000, []Payment{{1, 3950}, {11, 3831}}, 13, Term{1, 5, 28}}, 28.50, 0, 2},
		"J (c)(3)(i)":   {monthly(500000, Payment{23, 23000}, Payment{1, 28000}), 10.500469, 0, 6},
		"J (c)(3)(ii)":  {Regular{20000, []Payment{{19, 950}, {1, 3000}}, 26, Term{0, 8, 14}}, 12.22, 0, 2},
		"J (c)(4)(i)":   {monthly(500000, Payment{1, 25000}, Payment{22, 23000}, Payment{1, 28000}), 10.895549, 0, 6},
		"J (c)(4)(ii)":  {Regular{800000, []Payment{{1, 44936}, {18, 46500}, {1, 20000}}, 6, Term{0, 52, 60}}, 7.30, 0, 2},

		"three months":            {monthly(97500, Payment{3, 34000}), 27.4849, 0, 3}, // 27.48485 to one unit more
		"three years":             {monthly(1000000, Payment{36, 32267}), 9.9996, 0, 4},
		"thirty years":            {monthly(3500000, Payment{360, 26950}), 8.5153, 0, 4},
		"0.6 % of the first sum":  {monthly(1200000, Payment{12, 107200}), 13.03, 13.84, 2},
		"fee kept back":           {monthly(900000, Payment{12, 91667}), 38.77, 46.46, 2},
		"万五 a day":                {Regular{Amount: 1000000, Payments: []Payment{{1, 1000500}}, UnitsPerYear: 365}, 18.25, 20.02, 2},
		"a month without payment": {monthly(1000000, Payment{1, 0}, Payment{1, 1020000}), 12 * 0.99504938, 0, 4},
	} {
		got, err := c.loan.Cost()
		if err != nil || got.Reason != "" || !near(got.Nominal, c.nominal, c.places) || c.effective != 0 && !near(got.Effective, c.effective, c.places) {
			t.Errorf("%s: nominal %s, effective %s, %q, %v; want %v, %v", name, show(got.Nominal), show(got.Effective), got.Reason, err, c.nominal, c.effective)
		}
		if got.Rate365 != nil || got.Effective == nil || *got.Effective < *got.Nominal {
			t.Errorf("%s: rate_365 %s, effective %s below nominal %s", name, show(got.Rate365), show(got.Effective), show(got.Nominal))
		}
	}
}

func day(s string) Date {
	d, err := ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func TestDatedLoans(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		loan    Dated
		rate365 float64
		simple  float64 // −1: none
		places  int
	}{
		"EU, five days":   {Dated{[]Flow{{day("2012-10-10"), 50000}}, []Flow{{day("2012-10-15"), 51000}}}, 324.436, 146, 3},
		"seven days":      {Dated{[]Flow{{day("2026-11-01"), 70000}}, []Flow{{day("2026-11-08"), 100000}}}, 100 * (math.Pow(10.0/7, 365.0/7) - 1), 2234.69, 2},
		"J (c)(5)(i)":     {Dated{[]Flow{{day("1978-01-03"), 100000}}, []Flow{{day("1978-09-15"), 108000}}}, 100 * (math.Pow(1.08, 365.0/255) - 1), 11.45, 2},
		"a year":          {Dated{[]Flow{{day("2025-03-01"), 100000}}, []Flow{{day("2026-03-01"), 110000}}}, 10, 10, 9},
		"lists unordered": {Dated{[]Flow{{day("2026-03-01"), 100000}, {day("2025-03-01"), 100000}}, []Flow{{day("2028-02-29"), 0}, {day("2027-03-01"), 231000}}}, 10, -1, 9},
		"drawn, repaid a little, drawn again": {Dated{
			[]Flow{{day("2025-03-01"), 100000}, {day("2026-03-01"), 40000}},
			[]Flow{{day("2026-03-01"), 40000}, {day("2027-03-01"), 121000}},
		}, 10, -1, 9},
		"fee on the day it is received": {Dated{[]Flow{{day("2025-03-01"), 110000}}, []Flow{{day("2025-03-01"), 10000}, {day("2026-03-01"), 110000}}}, 10, -1, 9},
		"ten thousandfold in a day":     {Dated{[]Flow{{day("2025-03-01"), 100}}, []Flow{{day("2026-03-01"), 1000000}}}, 999900, 999900, 6},
	} {
		got, err := c.loan.Cost()
		if err != nil || got.Reason != "" || !near(got.Rate365, c.rate365, c.places) {
			t.Errorf("%s: rate_365 %s, %q, %v; want %v", name, show(got.Rate365), got.Reason, err, c.rate365)
		}
		if (got.Simple != nil) != (c.simple >= 0) || got.Simple != nil && !near(got.Simple, c.simple, min(c.places, 2)) {
			t.Errorf("%s: simple %s, want %v", name, show(got.Simple), c.simple)
		}
		if got.Nominal != nil || got.Effective != nil {
			t.Errorf("%s: a dated loan has no unit-period, yet nominal %s, effective %s", name, show(got.Nominal), show(got.Effective))
		}
	}
}

func TestSingleRepaymentHasASimpleRate(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		loan Regular
		want float64
	}{
		"in a week":                 {Regular{Amount: 70000, Payments: []Payment{{1, 100000}}, UnitsPerYear: 365, First: Term{Whole: 7}}, 2234.69},
		"in half a year":            {Regular{Amount: 100000, Payments: []Payment{{1, 105000}}, UnitsPerYear: 12, First: Term{Whole: 6}}, 10},
		"in a month and a half":     {Regular{Amount: 100000, Payments: []Payment{{1, 101500}}, UnitsPerYear: 12, First: Term{1, 15, 30}}, 12},
		"after months with nothing": {Regular{Amount: 100000, Payments: []Payment{{5, 0}, {1, 105000}}, UnitsPerYear: 12}, 10},
	} {
		if got, err := c.loan.Cost(); err != nil || !near(got.Simple, c.want, 2) {
			t.Errorf("%s: %s, %v; want %v", name, show(got.Simple), err, c.want)
		}
	}
	if got, err := (Regular{Amount: 100000, Payments: []Payment{{2, 55000}}, UnitsPerYear: 12}).Cost(); err != nil || got.Simple != nil {
		t.Errorf("two repayments have a simple rate %s, %v", show(got.Simple), err)
	}
}

// Where there is no rate, the sums stand and the reason is given.
func TestNoRate(t *testing.T) {
	t.Parallel()
	a, b, c, d := day("2025-01-01"), day("2026-01-01"), day("2027-01-01"), day("2028-01-01")
	for name, x := range map[string]struct {
		loan interface{ Cost() (Cost, error) }
		want Reason
		cost int64
	}{
		"less repaid":                 {Regular{Amount: 100000, Payments: []Payment{{9, 10000}}, UnitsPerYear: 12}, PaidLess, -10000},
		"nothing repaid":              {Regular{Amount: 100000, Payments: []Payment{{9, 0}}, UnitsPerYear: 12}, PaidLess, -100000},
		"less repaid, dated":          {Dated{[]Flow{{a, 100000}}, []Flow{{b, 99999}}}, PaidLess, -1},
		"all repaid at once":          {Regular{100000, []Payment{{2, 100000}}, 12, Term{Den: 1}}, NothingLent, 100000},
		"returned the same day":       {Dated{[]Flow{{a, 100000}}, []Flow{{a, 100000}}}, NothingLent, 0},
		"fee above the loan":          {Dated{[]Flow{{a, 100000}}, []Flow{{a, 100001}, {b, 5}}}, NothingLent, 6},
		"ten and twenty percent":      {Dated{[]Flow{{a, 100000}, {c, 132000}}, []Flow{{b, 230000}, {d, 5000}}}, SeveralRates, 3000},
		"zero and fifty percent":      {Dated{[]Flow{{a, 100000}, {c, 150000}}, []Flow{{b, 250000}}}, SeveralRates, 0},
		"compounded beyond all words": {Dated{[]Flow{{a, 1}}, []Flow{{a.AddDays(1), MaxAmount}}}, TooHigh, MaxAmount - 1},
		"the same by days":            {Regular{Amount: 1, Payments: []Payment{{1, MaxAmount}}, UnitsPerYear: 365}, TooHigh, MaxAmount - 1},
	} {
		got, err := x.loan.Cost()
		if err != nil || got.Reason != x.want || got.CostFen != x.cost || got.TotalPaid-got.Received != x.cost || got.Rate365 != nil || got.Effective != nil {
			t.Errorf("%s: %+v, %v; want reason %s and cost %d", name, got, err, x.want, x.cost)
		}
		if x.want != TooHigh && (got.Nominal != nil || got.Simple != nil) {
			t.Errorf("%s: nominal %s, simple %s though there is no rate", name, show(got.Nominal), show(got.Simple))
		}
		if x.want == TooHigh && got.Simple == nil {
			t.Errorf("%s: the simple rate can be written and is not", name)
		}
	}
}

func TestWithoutInterestIsExactlyZero(t *testing.T) {
	t.Parallel()
	got, err := Regular{Amount: 100000, Payments: []Payment{{7, 10000}, {2, 15000}}, UnitsPerYear: 12, First: Term{1, 1, 3}}.Cost()
	if err != nil || got.Nominal == nil || *got.Nominal != 0 || *got.Effective != 0 || got.CostFen != 0 {
		t.Errorf("regular: %+v, %v", got, err)
	}
	got, err = Dated{[]Flow{{day("2025-01-01"), 100000}}, []Flow{{day("2025-02-11"), 100000}}}.Cost()
	if err != nil || got.Rate365 == nil || *got.Rate365 != 0 || *got.Simple != 0 || got.Simple.String() != "0.000000" {
		t.Errorf("dated: %+v, %v", got, err)
	}
}

func TestInputsThatMakeNoSense(t *testing.T) {
	t.Parallel()
	loan := func(change func(*Regular)) Regular {
		r := Regular{Amount: 100000, Payments: []Payment{{6, 10000}, {6, 11000}}, UnitsPerYear: 12}
		change(&r)
		return r
	}
	dated := func(change func(*Dated)) Dated {
		d := Dated{[]Flow{{day("2025-01-01"), 100000}, {day("2025-03-01"), 100000}}, []Flow{{day("2025-02-01"), 1}, {day("2026-01-01"), 210000}}}
		change(&d)
		return d
	}
	for name, c := range map[string]struct {
		loan       interface{ Cost() (Cost, error) }
		field, key string
	}{
		"nothing received":      {loan(func(r *Regular) { r.Amount = 0 }), "amount_fen", WrongPositive},
		"less than nothing":     {loan(func(r *Regular) { r.Amount = -1 }), "amount_fen", WrongPositive},
		"too much received":     {loan(func(r *Regular) { r.Amount = math.MaxInt64 }), "amount_fen", WrongLarge},
		"no payments":           {loan(func(r *Regular) { r.Payments = nil }), "payments", WrongMissing},
		"no unit-period":        {loan(func(r *Regular) { r.UnitsPerYear = 0 }), "units_per_year", WrongPositive},
		"hours":                 {loan(func(r *Regular) { r.UnitsPerYear = 8766 }), "units_per_year", WrongLarge},
		"before it began":       {loan(func(r *Regular) { r.First.Whole = -1 }), "first_period.whole", WrongNegative},
		"in a thousand years":   {loan(func(r *Regular) { r.First.Whole = 12001 }), "first_period.whole", WrongLarge},
		"fraction above one":    {loan(func(r *Regular) { r.First = Term{1, 31, 30} }), "first_period.fraction", WrongFraction},
		"fraction of nothing":   {loan(func(r *Regular) { r.First = Term{1, 1, 0} }), "first_period.fraction", WrongFraction},
		"fraction below zero":   {loan(func(r *Regular) { r.First = Term{1, -1, 30} }), "first_period.fraction", WrongFraction},
		"no times":              {loan(func(r *Regular) { r.Payments[1].Count = 0 }), "payments[1].count", WrongPositive},
		"too many times":        {loan(func(r *Regular) { r.Payments[0].Count = math.MaxInt }), "payments[0].count", WrongMany},
		"too many together":     {loan(func(r *Regular) { r.Payments[1].Count = MaxPayments - 5 }), "payments[1].count", WrongMany},
		"payment below zero":    {loan(func(r *Regular) { r.Payments[1].Amount = -5 }), "payments[1].amount_fen", WrongNegative},
		"payment too large":     {loan(func(r *Regular) { r.Payments[1].Amount = MaxAmount + 1 }), "payments[1].amount_fen", WrongLarge},
		"no advance":            {dated(func(d *Dated) { d.Advances = nil }), "advances", WrongMissing},
		"advance of nothing":    {dated(func(d *Dated) { d.Advances[1].Amount = 0 }), "advances[1].amount_fen", WrongPositive},
		"no date":               {dated(func(d *Dated) { d.Payments[1].Date = Date{} }), "payments[1].date", WrongMissing},
		"no repayments":         {dated(func(d *Dated) { d.Payments = nil }), "payments", WrongMissing},
		"repaid before":         {dated(func(d *Dated) { d.Payments[0].Date = day("2024-12-31") }), "payments[0].date", WrongEarly},
		"dated below zero":      {dated(func(d *Dated) { d.Payments[0].Amount = -1 }), "payments[0].amount_fen", WrongNegative},
		"dated too large":       {dated(func(d *Dated) { d.Payments[0].Amount = math.MaxInt64 }), "payments[0].amount_fen", WrongLarge},
		"dated too many":        {dated(func(d *Dated) { d.Payments = make([]Flow, MaxPayments+1) }), "payments", WrongMany},
		"as much as is allowed": {loan(func(r *Regular) { r.Amount, r.Payments = MaxAmount, []Payment{{MaxPayments, MaxAmount}} }), "", ""},
	} {
		_, err := c.loan.Cost()
		var f *FieldError
		if errors.As(err, &f) != (c.key != "") || f != nil && (f.Field != c.field || f.Key != c.key) {
			t.Errorf("%s: %v, want %s: %s", name, err, c.field, c.key)
		}
	}
}

// Amounts in another currency, with the same proportions, have the same rate; and what is kept back in advance makes a
// loan dearer.
func TestRateFollowsTheProportions(t *testing.T) {
	t.Parallel()
	loan := func(scale, kept int64) Rate {
		got, err := Regular{Amount: (1000000 - kept) * scale, Payments: []Payment{{1, 50000 * scale}, {23, 46000 * scale}}, UnitsPerYear: 12, First: Term{1, 7, 30}}.Cost()
		if err != nil || got.Nominal == nil {
			t.Fatalf("%d, %d: %+v, %v", scale, kept, got, err)
		}
		return *got.Nominal
	}
	plain := loan(1, 0)
	for _, scale := range []int64{2, 7, 1000, 100000} {
		if got := loan(scale, 0); got.Fixed(9) != plain.Fixed(9) {
			t.Errorf("times %d: %s, want %s", scale, got.Fixed(9), plain.Fixed(9))
		}
	}
	before := plain
	for kept := int64(100); kept <= 900000; kept *= 3 {
		now := loan(1, kept)
		if now <= before {
			t.Errorf("%d kept back: %s, not above %s", kept, now, before)
		}
		before = now
	}
}

// Whatever is asked, the answer is one of three: a field that makes no sense, a reason, or a rate at which both sides
// of the equation are worth the same.
func FuzzLoanCost(f *testing.F) {
	f.Add(int64(500000), 24, int64(23000), 1, int64(0), 12, 1, 0, 0, 30)
	f.Add(int64(50000), 30, int64(1760), 1, int64(5), 52, 4, 4, 7, 400)
	f.Add(int64(1), 1, int64(MaxAmount), 1, int64(MaxAmount), 366, 0, 1, 365, 1)
	f.Add(int64(70000), 1, int64(100000), 0, int64(-1), 365, 7, 0, 1, 7)
	f.Fuzz(func(t *testing.T, amount int64, count int, each int64, more int, last int64, units, whole, num, den, gap int) {
		check := func(name string, c Cost, err error, fits func(Cost) error) {
			if field := (*FieldError)(nil); err != nil {
				if !errors.As(err, &field) || field.Field == "" || field.Key == "" {
					t.Errorf("%s: %v names no field", name, err)
				}
				return
			}
			if c.CostFen != c.TotalPaid-c.Received {
				t.Errorf("%s: %+v does not add up", name, c)
			}
			if missing := c.Rate365 == nil && (c.Nominal == nil || c.Effective == nil); missing != (c.Reason != "") {
				t.Errorf("%s: %+v lacks a rate without a reason, or has a reason and every rate", name, c)
			}
			if err := fits(c); err != nil {
				t.Errorf("%s: %+v: %v", name, c, err)
			}
		}
		r := Regular{amount, []Payment{{count, each}, {more, last}}, units, Term{whole, num, den}}
		c, err := r.Cost()
		check("regular", c, err, func(c Cost) error {
			if c.Nominal == nil {
				return nil
			}
			first := r.First
			if first == (Term{}) {
				first.Whole = 1
			}
			i, at := float64(*c.Nominal)/100/float64(units), first.Whole
			part := 1.0
			if first.Den > 0 {
				part += i * float64(first.Num) / float64(first.Den)
			}
			var worth float64
			for _, p := range r.Payments {
				for range p.Count {
					worth += float64(p.Amount) / (part * math.Pow(1+i, float64(at)))
					at++
				}
			}
			return same(float64(amount), worth, float64(c.TotalPaid))
		})
		if gap < 0 || gap > 100000 {
			return
		}
		start := day("2024-02-29")
		d := Dated{[]Flow{{start, amount}, {start.AddDays(gap), last}}, []Flow{{start.AddDays(2 * gap), each}, {start.AddDays(3 * gap), amount}}}
		c, err = d.Cost()
		check("dated", c, err, func(c Cost) error {
			if c.Rate365 == nil {
				return nil
			}
			at := func(days int) float64 { return math.Pow(1+float64(*c.Rate365)/100, -float64(days)/365) }
			return same(float64(amount)+float64(last)*at(gap), float64(each)*at(2*gap)+float64(amount)*at(3*gap), float64(c.TotalPaid))
		})
	})
}

// same compares what the sides are worth; a rate that has passed through percent and back keeps ten places.
func same(received, repaid, scale float64) error {
	if diff := math.Abs(received - repaid); diff > 1e-9*scale {
		return fmt.Errorf("received is worth %v, repaid %v", received, repaid)
	}
	return nil
}
