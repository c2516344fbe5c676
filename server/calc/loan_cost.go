package calc

import "math"

// What a loan costs a year, by the general equation of the actuarial method (United States, Regulation Z, 12 CFR 1026,
// Appendix J (b)(8)): the rate i per unit-period at which what is received and what is repaid are worth the same,
//
//	Σ A/[(1+f·i)(1+i)^t] = Σ P/[(1+f·i)(1+i)^t]
//
// with t whole unit-periods and a fraction f of one between the first advance and each amount. The yearly rate is stated
// with and without compounding, since offers are found with either. Received is what reached the borrower: whoever
// deducts interest in advance has lent that much less (民法典 art. 670).

// Payment is a row of equal repayments, one a unit-period.
type Payment struct {
	Count  int   // how many
	Amount int64 // each, in fen; zero where a period passes without repayment
}

// Term is a length of time in unit-periods: Whole of them and the fraction Num/Den of another. A zero Den is no fraction.
type Term struct {
	Whole    int
	Num, Den int
}

// Regular is a loan received at once and repaid at regular intervals.
type Regular struct {
	Amount       int64     // received, in fen, less all fees paid before or on that day
	Payments     []Payment // in the order in which they fall due
	UnitsPerYear int       // unit-periods a year: 12 months, 52 weeks, 365 days
	First        Term      // until the first repayment; the zero Term is one unit-period, Term{Den: 1} none at all
}

// Flow is an amount on a day.
type Flow struct {
	Date   Date
	Amount int64 // fen
}

// Dated is a loan of which every amount has its day. The lists may be in any order.
type Dated struct {
	Advances []Flow // received
	Payments []Flow // repaid
}

// Cost is what a loan costs. Rates are nil where there is none; Reason says why, if one is missing that the loan's shape would
// have.
type Cost struct {
	Nominal   *Rate // i times unit-periods a year, without compounding (单利, as Regulation Z states it); of regular loans
	Effective *Rate // (1+i) to the power of unit-periods a year, less one (复利); of regular loans
	Rate365   *Rate // the same by exact days over 365, as in the European Union; of dated loans
	Simple    *Rate // (paid / received − 1) × 365 / days; where one advance is repaid at once
	Reason    Reason

	Received  int64 // fen
	TotalPaid int64 // fen
	CostFen   int64 // paid less received; negative where less was paid
	Count     int   // of repayments that are more than nothing
	Days      int   // from receiving to repaying, where Simple is given for a dated loan
}

// Cost works out Nominal and Effective, and Simple where there is but one repayment: then its time is counted in
// unit-periods, each 365/UnitsPerYear days long.
//
// The error is a [*FieldError].
func (r Regular) Cost() (Cost, error) {
	if err := r.check(); err != nil {
		return Cost{}, err
	}
	whole, part := 1.0, 0.0
	if r.First != (Term{}) {
		whole = float64(r.First.Whole)
		if r.First.Den > 0 {
			part = float64(r.First.Num) / float64(r.First.Den)
		}
	}
	c := Cost{Received: r.Amount}
	flows := []flow{{0, 0, -r.Amount}}
	var last float64
	for _, p := range r.Payments {
		for range p.Count {
			if p.Amount > 0 {
				flows = append(flows, flow{whole, part, p.Amount})
				c.TotalPaid += p.Amount
				c.Count++
				last = whole + part
			}
			whole++
		}
	}
	c.CostFen = c.TotalPaid - c.Received
	i, reason := solve(flows)
	if reason != "" {
		c.Reason = reason
		return c, nil
	}
	w := float64(r.UnitsPerYear)
	c.Nominal = percent(w * i)
	c.Effective = percent(math.Expm1(w * math.Log1p(i)))
	if c.Effective == nil {
		c.Reason = TooHigh
	}
	if c.Count == 1 && last > 0 {
		c.Simple = percent(float64(c.CostFen) / float64(c.Received) * w / last)
	}
	return c, nil
}

func (r Regular) check() error {
	switch {
	case r.Amount <= 0:
		return wrong(WrongPositive, "amount_fen")
	case r.Amount > MaxAmount:
		return wrong(WrongLarge, "amount_fen")
	case len(r.Payments) == 0:
		return wrong(WrongMissing, "payments")
	case r.UnitsPerYear <= 0:
		return wrong(WrongPositive, "units_per_year")
	case r.UnitsPerYear > MaxPerYear:
		return wrong(WrongLarge, "units_per_year")
	case r.First.Whole < 0:
		return wrong(WrongNegative, "first_period.whole")
	case r.First.Whole > MaxPayments:
		return wrong(WrongLarge, "first_period.whole")
	case r.First.Num < 0 || r.First.Den < 0 || r.First.Num > 0 && r.First.Num >= r.First.Den:
		return wrong(WrongFraction, "first_period.fraction")
	}
	count := 0
	for n, p := range r.Payments {
		switch {
		case p.Count <= 0:
			return wrong(WrongPositive, "payments[%d].count", n)
		case p.Count > MaxPayments-count:
			return wrong(WrongMany, "payments[%d].count", n)
		case p.Amount < 0:
			return wrong(WrongNegative, "payments[%d].amount_fen", n)
		case p.Amount > MaxAmount:
			return wrong(WrongLarge, "payments[%d].amount_fen", n)
		}
		count += p.Count
	}
	return nil
}

// Cost works out Rate365, and Simple where one advance is repaid at once.
//
// The error is a [*FieldError]. Nothing can be repaid before the first money is received.
func (d Dated) Cost() (Cost, error) {
	if err := d.check(); err != nil {
		return Cost{}, err
	}
	first := d.first()
	var c Cost
	flows := make([]flow, 0, len(d.Advances)+len(d.Payments))
	for _, a := range d.Advances {
		flows = append(flows, flow{float64(a.Date.DaysSince(first)) / 365, 0, -a.Amount})
		c.Received += a.Amount
	}
	var last Date
	for _, p := range d.Payments {
		if p.Amount > 0 {
			flows = append(flows, flow{float64(p.Date.DaysSince(first)) / 365, 0, p.Amount})
			c.TotalPaid += p.Amount
			c.Count++
			last = p.Date
		}
	}
	c.CostFen = c.TotalPaid - c.Received
	r, reason := solve(flows)
	if c.Reason = reason; reason == "" {
		if c.Rate365 = percent(r); c.Rate365 == nil {
			c.Reason = TooHigh
		}
	}
	if len(d.Advances) == 1 && c.Count == 1 && (reason == "" || reason == TooHigh) {
		c.Days = last.DaysSince(first)
		c.Simple = percent(float64(c.CostFen) / float64(c.Received) * 365 / float64(c.Days))
	}
	return c, nil
}

// first is the day on which the first money is received.
func (d Dated) first() Date {
	first := d.Advances[0].Date
	for _, a := range d.Advances {
		if a.Date.DaysSince(first) < 0 {
			first = a.Date
		}
	}
	return first
}

func (d Dated) check() error {
	for _, list := range []struct {
		name  string
		flows []Flow
		zero  bool // is allowed
	}{{"advances", d.Advances, false}, {"payments", d.Payments, true}} {
		if len(list.flows) == 0 {
			return wrong(WrongMissing, "%s", list.name)
		}
		if len(list.flows) > MaxPayments {
			return wrong(WrongMany, "%s", list.name)
		}
		for n, f := range list.flows {
			switch {
			case f.Date.IsZero():
				return wrong(WrongMissing, "%s[%d].date", list.name, n)
			case f.Amount < 0:
				return wrong(WrongNegative, "%s[%d].amount_fen", list.name, n)
			case f.Amount == 0 && !list.zero:
				return wrong(WrongPositive, "%s[%d].amount_fen", list.name, n)
			case f.Amount > MaxAmount:
				return wrong(WrongLarge, "%s[%d].amount_fen", list.name, n)
			}
		}
	}
	first := d.first()
	for n, p := range d.Payments {
		if p.Date.DaysSince(first) < 0 {
			return wrong(WrongEarly, "payments[%d].date", n)
		}
	}
	return nil
}
