package calc

import (
	"math"
	"slices"
)

// flow is money that changes hands: to the lender above zero, to the borrower below.
type flow struct {
	whole  float64 // whole unit-periods after the first advance (in dated loans: years, with their fraction)
	part   float64 // and the fraction of one, during which interest is simple
	amount int64   // fen
}

// present is what the flows are worth on the day of the first advance at the rate i per unit-period.
func present(flows []flow, i float64) float64 {
	sum, log := 0.0, math.Log1p(i)
	for _, f := range flows {
		sum += float64(f.amount) * math.Exp(-f.whole*log) / (1 + f.part*i)
	}
	return sum
}

// solve finds the rate i per unit-period at which the flows come to nothing, if it is the only one.
//
// What counts is the running sum of the flows. It begins below zero (the borrower owes) and may turn above zero once:
// then no more than one rate above zero fits, however often money went back and forth before (the rule of signs, for the sum
// integrated over time: Norstrøm 1972). A sum that ends at zero without having turned is a loan without interest.
func solve(flows []flow) (float64, Reason) {
	flows = netted(flows)
	var sum int64
	var turns, side int
	for _, f := range flows {
		sum += f.amount
		now := sign(sum)
		if now != 0 && side != 0 && now != side {
			turns++
		}
		if side == 0 && now > 0 {
			return 0, NothingLent
		}
		if now != 0 {
			side = now
		}
	}
	switch {
	case side == 0:
		return 0, NothingLent
	case turns > 1 || turns == 1 && sum == 0:
		return 0, SeveralRates
	case turns == 0 && sum < 0:
		return 0, PaidLess
	case sum == 0:
		return 0, "" // exactly, not as near as bisection comes
	}
	// The bracket grows until the sign changes: a loan for a week can cost millions of percent.
	lo, hi := 0.0, 1.0
	for present(flows, hi) > 0 {
		lo, hi = hi, hi*2
		if math.IsInf(hi, 0) {
			return 0, TooHigh
		}
	}
	// Halved until two neighbouring floats remain, which is closer than the 1e-12 that six places of a percent need.
	for {
		mid := lo + (hi-lo)/2
		if mid <= lo || mid >= hi {
			return mid, ""
		}
		if present(flows, mid) > 0 {
			lo = mid
		} else {
			hi = mid
		}
	}
}

// netted puts flows in order and joins those of the same moment: what is paid back on the day of an advance was not
// lent.
func netted(flows []flow) []flow {
	flows = slices.Clone(flows)
	slices.SortStableFunc(flows, func(a, b flow) int {
		switch at, bt := a.whole+a.part, b.whole+b.part; {
		case at < bt:
			return -1
		case at > bt:
			return 1
		}
		return 0
	})
	joined := flows[:0]
	for _, f := range flows {
		if last := len(joined) - 1; last >= 0 && joined[last].whole == f.whole && joined[last].part == f.part {
			joined[last].amount += f.amount
			continue
		}
		joined = append(joined, f)
	}
	return joined
}

func sign(n int64) int {
	switch {
	case n > 0:
		return 1
	case n < 0:
		return -1
	}
	return 0
}

// percent makes a rate of a fraction of one; nil where it is beyond what a float can hold.
func percent(fraction float64) *Rate {
	r := Rate(100 * fraction)
	if math.IsInf(float64(r), 0) || math.IsNaN(float64(r)) {
		return nil
	}
	return &r
}
