package web

import (
	"fmt"
	"html/template"
	"math"
	"strconv"

	"anxin/server/calc"
	"anxin/server/locale"
	"anxin/server/view"
)

// result says what the loan costs: yuan before percent, and how it was worked out.
func (in theLoan) result(b view.Base, c calc.Cost) (*LoanCostResult, error) {
	r := &LoanCostResult{HasRate: c.Nominal != nil || c.Simple != nil, Payments: in.paymentsTable(b, c)}
	var err error
	if r.Sentence, err = b.CostSentence(c); err != nil {
		return nil, err
	}
	row := func(key, value string) {
		r.Rows = append(r.Rows, view.Row{Key: b.Must("loan_cost.row_" + key), Value: value})
	}
	if in.fee > 0 {
		row("arrived", locale.Money(in.got))
		row("fee", locale.Money(in.fee))
		row("net", locale.Money(c.Received))
	} else {
		row("received", locale.Money(c.Received))
	}
	row("paid", locale.Money(c.TotalPaid))
	if c.CostFen < 0 {
		row("less", locale.Money(-c.CostFen))
	} else {
		row("cost", locale.Money(c.CostFen))
	}
	if !r.HasRate {
		return r, nil
	}
	lead := c.Nominal
	if c.Simple != nil {
		lead = c.Simple
	}
	rate, err := b.Rate(*lead)
	if err != nil {
		return nil, err
	}
	row("nominal", rate)
	r.Bars = bars(b, c)
	if err := in.explain(b, c, r, rate); err != nil {
		return nil, err
	}
	in.assume(b, r)
	return r, nil
}

// explain fills in both rates with what they mean, and how they were worked out.
func (in theLoan) explain(b view.Base, c calc.Cost, r *LoanCostResult, rate string) error {
	means, compound := "loan_cost.nominal_means", c.Effective
	if in.every == once {
		means, compound = "loan_cost.simple_means", c.Rate365
	}
	words := b.Must("loan_cost.rate_none")
	if compound != nil {
		var err error
		if words, err = b.Rate(*compound); err != nil {
			return err
		}
	}
	r.Rates = view.Table{
		Caption: b.Must("loan_cost.rates_caption"),
		Heads:   []string{b.Must("loan_cost.rates_how"), b.Must("loan_cost.rates_year"), b.Must("loan_cost.rates_means")},
		Rows: [][]string{
			{b.Must("loan_cost.nominal"), rate, b.Must(means)},
			{b.Must("loan_cost.effective"), words, b.Must("loan_cost.effective_means")},
		},
	}
	if in.every == once {
		r.How = b.Must("loan_cost.how_once")
		r.Formula = []template.HTML{symbols("%s ÷ %s × 365 ÷ %d = %s", locale.Money(c.CostFen), locale.Money(c.Received), c.Days, rate)}
		return nil
	}
	r.How, r.Letters = b.Must("loan_cost.how_regular"), b.Must("loan_cost.how_letters")
	period := strconv.FormatFloat(float64(*c.Nominal)/float64(in.perYear), 'f', 4, 64) + "%"
	r.Formula = []template.HTML{
		symbols("A = Σ P ÷ [(1 + f × i) × (1 + i)<sup>t</sup>]"),
		symbols("i = %s", period),
		symbols("%s × %d = %s", period, in.perYear, locale.Percent(float64(*c.Nominal))),
		symbols("(1 + %s)<sup>%d</sup> − 1 = %s", period, in.perYear, words),
	}
	return nil
}

// symbols writes a line of arithmetic out of our own figures.
func symbols(format string, args ...any) template.HTML {
	for i, a := range args {
		if s, ok := a.(string); ok {
			args[i] = template.HTMLEscapeString(s)
		}
	}
	return template.HTML(fmt.Sprintf(format, args...)) //nolint:gosec // the format is ours, the figures escaped
}

// assume lists what the answer rests on.
func (in theLoan) assume(b view.Base, r *LoanCostResult) {
	add := func(key string, pairs ...any) {
		r.Assumed = append(r.Assumed, b.Must("loan_cost.assumed_"+key, pairs...))
	}
	add("on_time")
	if in.every == once {
		add("year", "year", 365)
	} else {
		add("even", "units", in.perYear)
	}
	if in.gap != 0 {
		add("first", "days", in.gap, "unit", in.unit)
	}
	add("fees")
}

// paymentsTable gathers equal payments into one line each: thirty years of them are no more than three.
func (in theLoan) paymentsTable(b view.Base, c calc.Cost) view.Table {
	t := view.Table{
		Caption: b.Must("loan_cost.payments_caption"),
		Heads:   []string{b.Must("loan_cost.payments_which"), b.Must("loan_cost.payments_each"), b.Must("loan_cost.payments_sum")},
	}
	if in.every == once {
		t.Rows = [][]string{{b.Must("loan_cost.payments_after", "count", in.days), locale.Money(in.pay), locale.Money(in.pay)}}
		return t
	}
	from := 1
	for _, p := range in.payments() {
		to, key := from+p.Count-1, "loan_cost.payments_run"
		if p.Count == 1 {
			key = "loan_cost.payments_nth"
		}
		t.Rows = append(t.Rows, []string{b.Must(key, "from", from, "to", to), locale.Money(p.Amount), locale.Money(int64(p.Count) * p.Amount)})
		from = to + 1
	}
	if len(t.Rows) > 1 {
		t.Rows = append(t.Rows, []string{b.Must("loan_cost.payments_all"), b.Must("loan_cost.payments_times", "times", in.times), locale.Money(c.TotalPaid)})
	}
	return t
}

// bars draws what is received above what is repaid, which is never less where there is a rate.
func bars(b view.Base, c calc.Cost) *Bars {
	hundred := int64(100_00)
	back := int64(math.Round(float64(c.TotalPaid) / float64(c.Received) * float64(hundred)))
	key := "loan_cost.bars"
	if c.CostFen == 0 {
		key = "loan_cost.bars_even"
	}
	own := math.Max(0.5, 100*float64(c.Received)/float64(c.TotalPaid)) // so that it is seen
	width := func(n float64) string { return strconv.FormatFloat(n, 'f', 2, 64) + "%" }
	more := ""
	if c.CostFen > 0 {
		own = math.Min(own, 99.5)
		more = width(100 - own)
	}
	return &Bars{
		Title: b.Must("loan_cost.bars_title"),
		Each:  b.Must("loan_cost.bars_each", "hundred", locale.MoneyWords(b.Lang, hundred), "back", locale.MoneyWords(b.Lang, back)),
		Text:  b.Must(key, "received", locale.MoneyWords(b.Lang, c.Received), "paid", locale.MoneyWords(b.Lang, c.TotalPaid), "cost", locale.MoneyWords(b.Lang, c.CostFen)),
		Own:   width(own), More: more,
	}
}
