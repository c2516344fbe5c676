package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strconv"

	"github.com/labstack/echo/v4"

	"anxin/server/calc"
	"anxin/server/view"
)

// The two shapes of a loan: every amount with its day, or regular payments. A request with advances is dated.
type (
	datedLoan struct {
		Advances []json.RawMessage `json:"advances"`
		Payments []json.RawMessage `json:"payments"`
	}
	regularLoan struct {
		Amount       *int64            `json:"amount_fen"`
		Payments     []json.RawMessage `json:"payments"`
		UnitsPerYear *int              `json:"units_per_year"`
		First        *struct {
			Whole    *int    `json:"whole"`
			Fraction *string `json:"fraction"`
		} `json:"first_period"`
	}
	datedFlow struct {
		Date   *string `json:"date"`
		Amount *int64  `json:"amount_fen"`
	}
	regularPayment struct {
		Count  *int   `json:"count"`
		Amount *int64 `json:"amount_fen"`
	}
)

// loanCostAnswer has percent a year with six places, null where the loan's shape or the arithmetic gives no such rate;
// in the latter case Reason says why.
type loanCostAnswer struct {
	Nominal   *calc.Rate   `json:"nominal_rate"`
	Effective *calc.Rate   `json:"effective_rate"`
	Rate365   *calc.Rate   `json:"rate_365"`
	Simple    *calc.Rate   `json:"simple_rate"`
	Reason    *calc.Reason `json:"reason"`
	Received  int64        `json:"received_fen"`
	TotalPaid int64        `json:"total_paid_fen"`
	Cost      int64        `json:"cost_fen"`
	Sentence  string       `json:"sentence"`
}

func (a *API) loanCost(c echo.Context) error {
	b := a.words(c)
	data, err := body(c)
	if err != nil {
		return err
	}
	loan, err := readLoan(b, data)
	if err != nil {
		return err
	}
	cost, err := loan.Cost()
	if wrong, ok := errors.AsType[*calc.FieldError](err); ok {
		return reject(b, wrong.Field, wrong.Key)
	}
	if err != nil {
		return fmt.Errorf("work out a loan: %w", err)
	}
	out := loanCostAnswer{
		Nominal: cost.Nominal, Effective: cost.Effective, Rate365: cost.Rate365, Simple: cost.Simple,
		Received: cost.Received, TotalPaid: cost.TotalPaid, Cost: cost.CostFen,
	}
	if cost.Reason != "" {
		out.Reason = &cost.Reason
	}
	if out.Sentence, err = b.CostSentence(cost); err != nil {
		return err
	}
	return answer(c, http.StatusOK, out)
}

// loan is either shape.
type loan interface{ Cost() (calc.Cost, error) }

func readLoan(b view.Base, data []byte) (loan, error) {
	var shape struct {
		Advances json.RawMessage `json:"advances"`
	}
	// Whatever is wrong is found, with its place, when the shape is known.
	if err := json.Unmarshal(data, &shape); err == nil && shape.Advances != nil {
		return readDated(b, data)
	}
	return readRegular(b, data)
}

func readDated(b view.Base, data []byte) (loan, error) {
	var in datedLoan
	if err := strict(b, data, &in, ""); err != nil {
		return nil, err
	}
	var d calc.Dated
	var err error
	if d.Advances, err = readFlows(b, in.Advances, "advances"); err != nil {
		return nil, err
	}
	d.Payments, err = readFlows(b, in.Payments, "payments")
	return d, err
}

func readFlows(b view.Base, raw []json.RawMessage, at string) ([]calc.Flow, error) {
	in, err := list[datedFlow](b, raw, at)
	if err != nil {
		return nil, err
	}
	flows := make([]calc.Flow, len(in))
	for n, f := range in {
		place := fmt.Sprintf("%s[%d]", at, n)
		if f.Date == nil {
			return nil, reject(b, place+".date", calc.WrongMissing)
		}
		if f.Amount == nil {
			return nil, reject(b, place+".amount_fen", calc.WrongMissing)
		}
		flows[n].Amount = *f.Amount
		if flows[n].Date, err = calc.ParseDate(*f.Date); err != nil {
			return nil, reject(b, place+".date", "date")
		}
	}
	return flows, nil
}

func readRegular(b view.Base, data []byte) (loan, error) {
	var in regularLoan
	if err := strict(b, data, &in, ""); err != nil {
		return nil, err
	}
	if in.Amount == nil {
		return nil, reject(b, "amount_fen", calc.WrongMissing)
	}
	if in.UnitsPerYear == nil {
		return nil, reject(b, "units_per_year", calc.WrongMissing)
	}
	payments, err := list[regularPayment](b, in.Payments, "payments")
	if err != nil {
		return nil, err
	}
	r := calc.Regular{Amount: *in.Amount, UnitsPerYear: *in.UnitsPerYear}
	for n, p := range payments {
		if p.Count == nil {
			return nil, reject(b, fmt.Sprintf("payments[%d].count", n), calc.WrongMissing)
		}
		if p.Amount == nil {
			return nil, reject(b, fmt.Sprintf("payments[%d].amount_fen", n), calc.WrongMissing)
		}
		r.Payments = append(r.Payments, calc.Payment{Count: *p.Count, Amount: *p.Amount})
	}
	if in.First == nil {
		return r, nil
	}
	if in.First.Whole == nil {
		return nil, reject(b, "first_period.whole", calc.WrongMissing)
	}
	r.First = calc.Term{Whole: *in.First.Whole, Den: 1}
	if in.First.Fraction != nil {
		parts := fraction.FindStringSubmatch(*in.First.Fraction)
		if parts == nil {
			return nil, reject(b, "first_period.fraction", calc.WrongFraction)
		}
		r.First.Num, _ = strconv.Atoi(parts[1]) // digits, too few to overflow
		r.First.Den, _ = strconv.Atoi(parts[2])
	}
	return r, nil
}

// fraction is written as Appendix J writes it: 19/30.
var fraction = regexp.MustCompile(`^([0-9]{1,4})/([1-9][0-9]{0,3})$`)
