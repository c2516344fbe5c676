package web

import (
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"anxin/server/calc"
	"anxin/server/locale"
	"anxin/server/view"
)

// LoanCostPage asks for what is received and what is repaid, and says what the loan costs.
type LoanCostPage struct {
	view.Base
	Got, Fee, Pay, Times, Days, First, Last, Gap view.Field
	Every                                        view.Choices
	More                                         bool // something is written in what is folded away
	Summary                                      view.ErrorSummary
	Result                                       *LoanCostResult
	Lessons, Warnings                            []view.Link
}

// LoanCostResult is the answer, in words before figures.
type LoanCostResult struct {
	Sentence string
	Rows     []view.Row
	HasRate  bool
	Bars     *Bars
	Rates    view.Table
	Payments view.Table
	How      string          // in words
	Formula  []template.HTML // in symbols, with the figures
	Letters  string          // what the symbols stand for; empty where they are figures alone
	Assumed  []string
}

// Bars are two bars: what is received, and below it what is repaid, over the whole width.
type Bars struct {
	Title, Each, Text string
	Own, More         string // widths of what is received and of what is repaid beyond it; More is empty where nothing is
}

const (
	loanCost = "loan-cost"
	// Days that make sense between receiving money and repaying it: a hundred years for a loan repaid at once; before
	// the first of many payments a little less than three.
	mostDays = 36500
	mostGap  = 1000
	// typedAtMost is how many characters of a field are shown again.
	typedAtMost = 40
)

// loanFields are the parameters of the page's address, as they stand on the page.
var loanFields = []string{"got", "fee", "every", "pay", "times", "days", "first", "last", "gap"}

// rhythms are how often a loan is repaid: unit-periods a year, and the days that one counts for before the first payment
// (Regulation Z, Appendix J (b)(5): a month has 30 there).
var rhythms = []struct {
	id           string
	perYear, day int
}{{"month", 12, 30}, {"week", 52, 7}, {"fortnight", 26, 14}, {"day", 365, 1}, {"quarter", 4, 90}, {"year", 1, 365}, {once, 0, 0}}

const once = "once"

// loanCost answers with the empty form, which is everybody's, or with a result. That is made anew for each address and
// nowhere kept: there are more addresses than memory, and a telephone may be shared.
func (s *Site) loanCost(c echo.Context) error {
	if c.Request().URL.RawQuery != "" {
		q := c.QueryParams()
		for _, name := range loanFields {
			if q.Has(name) {
				return s.loanCostAnswer(c, q)
			}
		}
	}
	return s.public(func(c echo.Context) (view.Page, error) {
		return s.loanCostPage(c, url.Values{}, nil)
	})(c)
}

func (s *Site) loanCostAnswer(c echo.Context, q url.Values) error {
	in, wrong := readLoan(q)
	p, err := s.loanCostPage(c, q, wrong)
	if err != nil {
		return err
	}
	c.Response().Header().Set("X-Robots-Tag", "noindex")
	if len(wrong) > 0 {
		p.Path += "?" + typed(q).Encode()
		return s.answer(c, http.StatusUnprocessableEntity, p)
	}
	cost, err := in.cost()
	if err != nil {
		return err // every field was looked at above
	}
	p.Path += "?" + in.query().Encode()
	p.Title = p.Must("loan_cost.result_title", "tool", p.Title)
	if p.Result, err = in.result(p.Base, cost); err != nil {
		return err
	}
	return s.answer(c, http.StatusOK, p)
}

// typed is what was written in fields that we know, to be shown again.
func typed(q url.Values) url.Values {
	out := url.Values{}
	for _, name := range loanFields {
		if r := []rune(strings.ToValidUTF8(q.Get(name), "")); len(r) > 0 {
			out.Set(name, string(r[:min(len(r), typedAtMost)]))
		}
	}
	return out
}

// theLoan is what the form says, read.
type theLoan struct {
	got, fee, pay, first, last int64 // fen; first and last zero where they are like the others
	every                      string
	perYear, unit              int // unit-periods a year, days in one
	times, days, gap           int // gap zero: one period
}

// readLoan reads the form, and tells of each field that makes no sense by which key of wrong_… to say so.
func readLoan(q url.Values) (theLoan, map[string]string) {
	var in theLoan
	wrong := map[string]string{}
	money := func(name string, needed, zero bool) int64 {
		text := strings.TrimSpace(q.Get(name))
		if text == "" {
			if needed {
				wrong[name] = "needed"
			}
			return 0
		}
		fen, ok := locale.ParseMoney(text)
		switch {
		case !ok:
			wrong[name] = "money"
		case fen == 0 && !zero:
			wrong[name] = "positive"
		case fen > calc.MaxAmount:
			wrong[name] = "too_large"
		}
		return fen
	}
	whole := func(name string, needed bool, most int, tooMany string) int {
		text := strings.TrimSpace(q.Get(name))
		if text == "" {
			if needed {
				wrong[name] = "needed"
			}
			return 0
		}
		n, ok := locale.ParseCount(text)
		switch {
		case !ok:
			wrong[name] = "whole"
		case n == 0:
			wrong[name] = "positive"
		case n > most:
			wrong[name] = tooMany
		}
		return n
	}
	blank := func(key string, names ...string) {
		for _, name := range names {
			if strings.TrimSpace(q.Get(name)) != "" {
				wrong[name] = key
			}
		}
	}
	in.got = money("got", true, false)
	in.fee = money("fee", false, true)
	if wrong["got"] == "" && wrong["fee"] == "" && in.fee >= in.got {
		wrong["fee"] = "fee"
	}
	in.pay = money("pay", true, true)
	in.every = q.Get("every")
	found := false
	for _, r := range rhythms {
		if r.id == in.every {
			in.perYear, in.unit, found = r.perYear, r.day, true
		}
	}
	switch {
	case !found:
		wrong["every"] = "choice"
	case in.every == once:
		in.days = whole("days", true, mostDays, "days")
		in.times = 1
		blank("blank_once", "times", "first", "last", "gap")
	default:
		in.times = whole("times", true, calc.MaxPayments, "many")
		in.first = money("first", false, false)
		in.last = money("last", false, false)
		in.gap = whole("gap", false, mostGap, "days")
		blank("blank_regular", "days")
		if in.times == 1 {
			blank("blank_one", "first", "last")
		}
	}
	return in, wrong
}

// query is the address of the result in its canonical form: numbers alone.
func (in theLoan) query() url.Values {
	q := url.Values{"every": {in.every}}
	money := func(name string, fen int64) {
		if fen != 0 {
			q.Set(name, strings.TrimSuffix(strconv.FormatFloat(float64(fen)/100, 'f', 2, 64), ".00"))
		}
	}
	whole := func(name string, n int) {
		if n != 0 {
			q.Set(name, strconv.Itoa(n))
		}
	}
	money("got", in.got)
	money("fee", in.fee)
	money("first", in.first)
	money("last", in.last)
	money("pay", in.pay)
	if in.pay == 0 {
		q.Set("pay", "0")
	}
	whole("days", in.days)
	whole("gap", in.gap)
	if in.every != once {
		whole("times", in.times)
	}
	return q
}

// payments are the rows of equal payments.
func (in theLoan) payments() []calc.Payment {
	var list []calc.Payment
	middle := in.times
	if in.first != 0 {
		list = append(list, calc.Payment{Count: 1, Amount: in.first})
		middle--
	}
	if in.last != 0 {
		middle--
	}
	if middle > 0 {
		list = append(list, calc.Payment{Count: middle, Amount: in.pay})
	}
	if in.last != 0 {
		list = append(list, calc.Payment{Count: 1, Amount: in.last})
	}
	return list
}

func (in theLoan) cost() (calc.Cost, error) {
	if in.every == once {
		day := calc.NewDate(2001, 1, 1) // any: only the days between count
		return calc.Dated{
			Advances: []calc.Flow{{Date: day, Amount: in.got - in.fee}},
			Payments: []calc.Flow{{Date: day.AddDays(in.days), Amount: in.pay}},
		}.Cost()
	}
	r := calc.Regular{Amount: in.got - in.fee, Payments: in.payments(), UnitsPerYear: in.perYear}
	if in.gap != 0 {
		r.First = calc.Term{Whole: in.gap / in.unit, Num: in.gap % in.unit, Den: in.unit}
	}
	return r.Cost()
}

// loanCostPage is the form, with what was written and what is wrong with it.
func (s *Site) loanCostPage(c echo.Context, q url.Values, wrong map[string]string) (*LoanCostPage, error) {
	b, err := s.tool(c, loanCost, "loan_cost")
	if err != nil {
		return nil, err
	}
	q = typed(q)
	p := &LoanCostPage{Base: b, Lessons: s.lessonsNaming(b, loanCost)}
	if p.Warnings, err = s.warningsNaming(b, loanCost); err != nil {
		return nil, err
	}
	p.Invalid = len(wrong) > 0
	p.Summary.Title = b.Must("common.error_title")
	example := map[string]string{"money": "12,000", "whole": "12"}
	most := map[string]string{"many": strconv.Itoa(calc.MaxPayments), "days": strconv.Itoa(mostDays)}
	reject := func(name, id, label string) (message, prefix string) {
		key := wrong[name]
		if key == "" {
			return "", ""
		}
		limit := most[key]
		if name == "gap" {
			limit = strconv.Itoa(mostGap)
		}
		message = b.Must("loan_cost.wrong_"+key, "example", example[key], "most", limit)
		colon := b.Must("common.colon")
		if strings.HasSuffix(label, "?") {
			colon = " "
		}
		p.Summary.Items = append(p.Summary.Items, view.ErrorItem{Field: id, Text: label + colon + message})
		return message, b.Must("common.error_label")
	}
	field := func(name, mode, hint string) view.Field {
		f := view.Field{ID: name, Label: b.Must("loan_cost." + name), Value: q.Get(name), InputMode: mode, Autocomplete: "off", Hint: hint}
		f.Error, f.ErrorLabel = reject(name, name, f.Label)
		return f
	}
	hint := func(name string) string {
		return b.Must("loan_cost."+name+"_hint", "example", b.Must("loan_cost.example", "number", "1.2"))
	}
	// In the order of the page, so that the summary lists what is wrong from above to below.
	p.Got = field("got", "decimal", hint("got"))
	p.Fee = field("fee", "decimal", hint("fee"))
	p.Every = view.Choices{Name: "every", Type: "radio", Legend: b.Must("loan_cost.every")}
	for _, r := range rhythms {
		p.Every.Options = append(p.Every.Options, view.Choice{
			Value: r.id, Label: b.Must("loan_cost.every_" + r.id), Checked: r.id == q.Get("every") || len(q) == 0 && r.id == rhythms[0].id,
		})
	}
	p.Every.Error, p.Every.ErrorLabel = reject("every", "every-"+rhythms[0].id, p.Every.Legend)
	p.Pay = field("pay", "decimal", hint("pay"))
	p.Times = field("times", "numeric", hint("times"))
	p.Days = field("days", "numeric", hint("days"))
	p.First = field("first", "decimal", hint("first"))
	p.Last = field("last", "decimal", hint("first"))
	p.Gap = field("gap", "numeric", hint("gap"))
	p.More = q.Has("first") || q.Has("last") || q.Has("gap")
	return p, nil
}
