package view

import (
	"anxin/server/calc"
	"anxin/server/locale"
)

// beyond is the rate, in percent a year, above which its digits tell nobody anything.
const beyond = 1e9

// CostSentence says what a loan costs in one breath, fit for reading aloud: what is received, what is repaid, how much
// more that is, and the yearly rate with the way it was counted; or why there is no rate. The page and the API say the
// same.
func (b Base) CostSentence(c calc.Cost) (string, error) {
	rate, key := c.Nominal, "loan_cost.say_nominal"
	switch {
	case c.Simple != nil && c.Days > 0:
		rate, key = c.Simple, "loan_cost.say_days"
	case c.Simple != nil:
		rate, key = c.Simple, "loan_cost.say_once"
	case c.Rate365 != nil:
		rate, key = c.Rate365, "loan_cost.say_dated"
	}
	if rate == nil {
		key = "loan_cost.say_" + string(c.Reason)
	} else if c.CostFen == 0 {
		key = "loan_cost.say_even"
	}
	words := []any{
		"received", locale.MoneyWords(b.Lang, c.Received), "paid", locale.MoneyWords(b.Lang, c.TotalPaid),
		"times", c.Count, "count", c.Days,
	}
	if c.CostFen < 0 {
		words = append(words, "cost", locale.MoneyWords(b.Lang, -c.CostFen))
	} else {
		words = append(words, "cost", locale.MoneyWords(b.Lang, c.CostFen))
	}
	if rate != nil {
		text, err := b.Rate(*rate)
		if err != nil {
			return "", err
		}
		words = append(words, "rate", text)
	}
	return b.T(key, words...)
}

// Rate writes a rate with two places; one that no offer has, as more than a thousand million percent.
func (b Base) Rate(r calc.Rate) (string, error) {
	if r > beyond {
		return b.T("loan_cost.rate_beyond", "most", locale.Percent(beyond))
	}
	return locale.Percent(float64(r)), nil
}
