// Package calc is the arithmetic behind the tools: what a loan costs, and as they come what repaying, saving and
// waiting come to. A page (web) and a program (api) ask the same function and so are told the same.
//
// Every tool is a file with a struct of what is known and a method that works out the answer: [Regular] and [Dated] in
// loan_cost.go. What several tools need stands in files of its own: [Date] in date.go, the search for a rate in
// solver.go, this file's [Rate] and [FieldError].
//
// The functions are pure: no clock, no files, no parameters of the day. Money is whole fen in an int64, a rate is percent a
// year, time is whole days. What makes no sense is refused with a [FieldError]; where the arithmetic itself has no answer, the
// answer says so with a [Reason] and leaves the figure nil.
package calc

import (
	"fmt"
	"strconv"
)

// Limits on what is worked out, wider than any contract with a citizen. They also keep every sum within an int64.
const (
	MaxPayments = 1200               // a hundred years, month by month
	MaxAmount   = 10_000_000_000_000 // fen: a hundred thousand million yuan for a single amount
	MaxPerYear  = 366                // unit-periods a year: a day is the shortest
)

// Rate is percent a year: 9.685708 is 9.685708 %.
type Rate float64

// String writes a rate as the API does, with six places: 9.685708.
func (r Rate) String() string { return r.Fixed(6) }

// Fixed writes a rate with that many decimal places, rounded.
func (r Rate) Fixed(places int) string { return strconv.FormatFloat(float64(r), 'f', places, 64) }

// MarshalText makes a rate a string in JSON, where a number would lose its places.
func (r Rate) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// Reason says why a rate is nil. Its values are stable: the API answers with them, and catalogue keys end with them.
type Reason string

const (
	PaidLess     Reason = "paid_less"     // all repayments together are less than what was received
	SeveralRates Reason = "several_rates" // the balance changes sides, so that more than one rate may fit
	NothingLent  Reason = "nothing_lent"  // on no day is anything owed: as much is paid when the money is received
	TooHigh      Reason = "too_high"      // compounded over a year it is beyond any figure that can be written
)

// FieldError is an input that makes no sense. Field is named as in the JSON API, such as payments[2].amount_fen; Key is one
// of the Wrong constants and says what is wrong with it, for a message that says how to mend it.
type FieldError struct {
	Field string
	Key   string
}

// What can be wrong with a field.
const (
	WrongMissing  = "missing"      // is needed
	WrongPositive = "positive"     // must be more than zero
	WrongNegative = "negative"     // must not be less than zero
	WrongLarge    = "too_large"    // is beyond [MaxAmount], [MaxPerYear] or [MaxPayments]
	WrongMany     = "too_many"     // more payments than [MaxPayments]
	WrongFraction = "fraction"     // is no fraction from zero to below one
	WrongEarly    = "before_first" // is dated before the first money was received
)

func (e *FieldError) Error() string { return e.Field + ": " + e.Key }

func wrong(key, format string, args ...any) error {
	return &FieldError{Field: fmt.Sprintf(format, args...), Key: key}
}
