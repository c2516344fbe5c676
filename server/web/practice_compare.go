package web

import (
	"fmt"
	"html/template"
	"net/url"
	"strings"

	"anxin/server/calc"
	"anxin/server/fault"
	"anxin/server/library"
	"anxin/server/locale"
	"anxin/server/view"
)

// toolLink is the way to one of our tools; nil where we have none of that id.
func (s *Site) toolLink(b view.Base, id string) *view.Link {
	tag, ok := library.Find(s.Library.Taxonomy().Tools, id)
	if !ok {
		return nil
	}
	return &view.Link{URL: b.URL("/tools/" + id), Text: b.In(tag.Name)}
}

// compare shows the pair of offers that the reader has come to, or how it went.
func (p *PracticePage) compare(sent url.Values, posted bool) error {
	weighed := make([]Weighed, len(p.Piece.Pairs))
	items := make([]*library.Item, len(p.Piece.Pairs))
	for i, pair := range p.Piece.Pairs {
		var err error
		if weighed[i], err = Weigh(pair); err != nil {
			return err
		}
		items[i] = pair.Question(weighed[i].Cheaper().ID)
	}
	run, missing, err := advance(items, sent)
	if err != nil {
		return err
	}
	p.Number, p.Total = run.At+1, len(items)
	p.Invalid = missing && posted
	if run.Done() {
		p.Done, p.FirstRight = true, run.FirstRight()
		p.Used = library.Used{}
		return nil
	}
	p.Used = run.Used()
	if p.Opening = run.At == 0 && !run.Settled(); p.Opening {
		p.Used = p.Used.With(p.Piece.Used)
	}
	q := question(p.Base, run, p.Here())
	q.Heading = "h2"
	q.Missing = p.Invalid
	q.Offers = p.Piece.Pairs[run.At].Offers
	if q.Settled {
		at := weighed[run.At]
		cheaper, dearer := at.Cheaper(), at.Dearer()
		why := p.Must("practice.cheaper", "cheaper", cheaper.Called, "rate", cheaper.Rate(), "dearer", dearer.Called, "other", dearer.Rate())
		q.Why = template.HTML(template.HTMLEscapeString(why)) //nolint:gosec // escaped
		q.Figures, q.Because = at.table(p.Base), p.Piece.Pairs[run.At].Shown.Because
	}
	q.Next = p.Must("practice.next_pair")
	if p.Number == p.Total {
		q.Next = p.Must("practice.finish")
	}
	p.Question = &q
	return nil
}

// Weighed is a pair of offers with what each costs, in the order of the offers.
type Weighed [2]WeighedOffer

// WeighedOffer is an offer with what it costs.
type WeighedOffer struct {
	*library.Offer
	Cost calc.Cost
}

// Rate is its yearly rate as it is shown.
func (o WeighedOffer) Rate() string { return locale.Percent(float64(*o.Cost.Nominal)) }

// Weigh works out what two offers cost. Which is cheaper must be plain: two of the same rate are a mistake in content.
func Weigh(p *library.Pair) (w Weighed, err error) {
	for i, o := range p.Offers {
		loan := calc.Regular{Amount: o.Loan.Amount, UnitsPerYear: o.Loan.UnitsPerYear}
		for _, pay := range o.Loan.Payments {
			loan.Payments = append(loan.Payments, calc.Payment{Count: pay.Count, Amount: pay.Amount})
		}
		cost, err := loan.Cost()
		if err == nil && cost.Nominal == nil {
			err = fmt.Errorf("no rate: %s", cost.Reason)
		}
		if err != nil {
			return w, fault.New(fault.Internal, "pair %s, offer %s: %w", p.ID, o.ID, err)
		}
		w[i] = WeighedOffer{o, cost}
	}
	if w[0].Rate() == w[1].Rate() {
		return w, fault.New(fault.Internal, "pair %s: both offers cost %s a year", p.ID, w[0].Rate())
	}
	return w, nil
}

// Cheaper is the offer with the lower yearly rate.
func (w Weighed) Cheaper() WeighedOffer {
	if *w[1].Cost.Nominal < *w[0].Cost.Nominal {
		return w[1]
	}
	return w[0]
}

// Dearer is the other one.
func (w Weighed) Dearer() WeighedOffer {
	if w.Cheaper().ID == w[0].ID {
		return w[1]
	}
	return w[0]
}

// table sets the offers side by side, a line for each thing to look at.
func (w Weighed) table(b view.Base) *view.Table {
	yuan := func(fen int64) string {
		return b.Must("practice.yuan", "amount", strings.TrimPrefix(locale.Money(fen), "¥")) // as the adverts write it
	}
	t := &view.Table{
		Caption: b.Must("practice.figures"),
		Heads:   []string{b.Must("practice.figure"), w[0].Called, w[1].Called},
	}
	for _, row := range []struct {
		key string
		of  func(WeighedOffer) string
	}{
		{"received", func(o WeighedOffer) string { return yuan(o.Cost.Received) }},
		{"paid", func(o WeighedOffer) string { return yuan(o.Cost.TotalPaid) }},
		{"cost", func(o WeighedOffer) string { return yuan(o.Cost.CostFen) }},
		{"rate", WeighedOffer.Rate},
	} {
		t.Rows = append(t.Rows, []string{b.Must("practice." + row.key), row.of(w[0]), row.of(w[1])})
	}
	return t
}
