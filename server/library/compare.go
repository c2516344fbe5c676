package library

import (
	"fmt"
	"html/template"
)

// Pair is two offers side by side: the reader says which of them costs less. The answer is worked out from the loans
// when it is asked for, and written nowhere.
type Pair struct {
	ID      string   `yaml:"id"`
	Prompt  Text     `yaml:"prompt"`
	Offers  []*Offer `yaml:"offers"`
	Because Text     `yaml:"because"`
	Hint    Text     `yaml:"hint"`

	Shown struct{ Because template.HTML } `yaml:"-"`
	item  Item
}

// Offer is an advert as it reaches the reader, and the loan behind it.
type Offer struct {
	ID      string `yaml:"id"` // a or b
	Name    Text   `yaml:"name"`
	Message `yaml:",inline"`
	Loan    Loan `yaml:"loan"`

	Called string `yaml:"-"` // its name in plain words
}

// Loan is money really received and really paid back, in fen. Fees taken off beforehand lower the amount.
type Loan struct {
	Amount       int64     `yaml:"amount_fen"`
	Payments     []Payment `yaml:"payments"`
	UnitsPerYear int       `yaml:"units_per_year"` // 12: a payment every month; 52: every week
}

// Payment is the same amount, paid so many times running.
type Payment struct {
	Count  int   `yaml:"count"`
	Amount int64 `yaml:"amount_fen"`
}

// Question is the pair as a question with its two offers as options, the cheaper of them right.
func (p *Pair) Question(cheaper string) *Item {
	it := p.item
	it.Options = nil
	for _, o := range p.item.Options {
		option := *o
		option.Right = o.ID == cheaper
		it.Options = append(it.Options, &option)
	}
	return &it
}

func (p *Pair) shape() string {
	shape := p.ID
	for _, o := range p.Offers {
		shape += fmt.Sprintf(" %s %s %v", o.ID, o.Kind, o.Loan)
	}
	return shape
}

func (s *scope) pairs(p *Piece) {
	seen := map[string]bool{}
	for _, pair := range p.Pairs {
		if seen[pair.ID] || !idForm.MatchString(pair.ID) {
			s.problem(pair.Prompt.Line, "format", "pair %q: every pair has an id of its own, of lower-case letters, digits and hyphens", pair.ID)
		}
		seen[pair.ID] = true
		s.pair(pair)
	}
}

func (s *scope) pair(p *Pair) {
	it := &p.item
	it.ID, it.Prompt, it.Hint = p.ID, p.Prompt, p.Hint
	outside := s.used
	defer func() { s.used = outside }()
	s.used = &it.HintUsed
	it.Shown = Shown{Prompt: s.label(p.Prompt), Hint: s.html(p.Hint)}
	s.used = &it.Used
	it.Used.merge(it.HintUsed)
	p.Shown.Because = s.html(p.Because)
	if p.Prompt.Raw == "" || p.Because.Raw == "" || p.Hint.Raw == "" {
		s.problem(p.Prompt.Line, "format", "pair %s: prompt, because and hint are all needed", p.ID)
	}
	if len(p.Offers) != 2 {
		s.problem(p.Prompt.Line, "format", "pair %s has %d offers, it should be two", p.ID, len(p.Offers))
	}
	for i, o := range p.Offers {
		if o.ID != string(rune('a'+i)) {
			s.problem(o.Name.Line, "format", "pair %s: name the offers a and b in this order", p.ID)
		}
		if o.Name.Raw == "" || o.Text.Raw == "" || o.From.Raw == "" {
			s.problem(max(o.Name.Line, p.Prompt.Line), "format", "pair %s, offer %s: name, from and text are all needed", p.ID, o.ID)
		}
		s.message(&o.Message)
		s.loan(o, p.ID)
		option := &Option{ID: o.ID, Text: o.Name}
		option.Shown.Text, o.Called = s.label(o.Name), s.plain(o.Name)
		it.Options = append(it.Options, option)
	}
}

// loan checks that something can be worked out.
func (s *scope) loan(o *Offer, pair string) {
	paid, sound := int64(0), o.Loan.Amount > 0 && len(o.Loan.Payments) > 0 && o.Loan.UnitsPerYear > 0
	for _, p := range o.Loan.Payments {
		sound = sound && p.Count > 0 && p.Amount > 0
		paid += int64(p.Count) * p.Amount
	}
	if !sound {
		s.problem(o.Name.Line, "format", "pair %s, offer %s: a loan has an amount_fen, payments with count and amount_fen, and units_per_year, all above zero", pair, o.ID)
		return
	}
	if paid < o.Loan.Amount {
		s.problem(o.Name.Line, "format", "pair %s, offer %s: less is paid back than was received", pair, o.ID)
	}
}

func (p *Piece) pairPassages(add func(Role, int, Text)) {
	for i, pair := range p.Pairs {
		add(Prose, i, pair.Prompt)
		for _, o := range pair.Offers {
			add(Name, i, o.Name)
			add(Name, i, o.From)
			add(Quoted, i, o.Text)
		}
		add(Prose, i, pair.Because)
		add(Prose, i, pair.Hint)
	}
}
