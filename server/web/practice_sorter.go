package web

import (
	"html/template"
	"net/url"
	"path"
	"strconv"

	"anxin/server/library"
	"anxin/server/locale"
)

// Sorting is how a round went, in numbers that the page puts into words.
type Sorting struct{ Hits, Fakes, Alarms, Genuine int }

// round is the round that an address asks for; the first where it asks for none that there is.
func (s *Site) round(u *url.URL) int {
	n, err := strconv.Atoi(u.Query().Get("round"))
	m, ok := s.Library.Module(path.Base(path.Dir(u.Path)))
	if err != nil || !ok || n < 2 || n > s.rounds(m) {
		return 1
	}
	return n
}

// practiceQuery is the query of a sorter's later rounds in canonical form; the first round has none.
func (s *Site) practiceQuery(u *url.URL) string { return roundQuery(s.round(u)) }

func roundQuery(n int) string {
	if n == 1 {
		return ""
	}
	return "round=" + strconv.Itoa(n)
}

// practiceCases lists the addresses of every module's piece: one a round.
func (s *Site) practiceCases() []string {
	var cases []string
	for _, m := range s.Library.Modules() {
		if !s.Library.HasPiece(m) {
			continue
		}
		first := "/learn/" + m.Slug + "/practice"
		cases = append(cases, first)
		for n := 2; n <= s.rounds(m); n++ {
			cases = append(cases, first+"?"+roundQuery(n))
		}
	}
	return cases
}

// rounds is how many rounds a module's piece has. They are the same in every language.
func (s *Site) rounds(m *library.Module) int {
	piece, err := s.Library.Piece(m, locale.Hans)
	if err != nil || piece == nil {
		return 0 // its page answers with the error, and "check" names it
	}
	return piece.LastRound()
}

// sorter shows the message that the reader has come to, or how the round went.
func (p *PracticePage) sorter(sent url.Values, posted bool) error {
	p.Rounds = p.Piece.LastRound()
	if p.Round > 1 {
		p.Title += p.Must("common.colon") + p.Must("practice.round", "round", p.Round)
		p.Path += "?" + roundQuery(p.Round)
	}
	sorted := p.Piece.Round(p.Round)
	items := make([]*library.Item, len(sorted))
	for i, m := range sorted {
		items[i] = m.Item
	}
	run, missing, err := advance(items, sent)
	if err != nil {
		return err
	}
	p.Number, p.Total = run.At+1, len(items)
	p.Invalid = missing && posted
	if run.Done() {
		p.Done = true
		p.Used = library.Used{}
		p.Result.Hits, p.Result.Fakes, p.Result.Alarms, p.Result.Genuine = run.Sorting()
		return nil
	}
	at := sorted[run.At]
	p.Used = run.Used()
	if p.Opening = run.At == 0 && p.Round == 1 && !run.Settled(); p.Opening {
		p.Used = p.Used.With(p.Piece.Used)
	}
	q := question(p.Base, run, p.Here())
	q.Heading = "h2"
	q.Prompt = template.HTML(p.Must("practice.prompt")) //nolint:gosec // from our catalogue, which holds no markup
	q.Missing = p.Invalid
	q.Options[0].Text = template.HTML(p.Must("practice.genuine")) //nolint:gosec // as above
	q.Options[1].Text = template.HTML(p.Must("practice.fake"))    //nolint:gosec // as above
	q.Why, q.Tempting = at.Why, at.Tempts
	q.Next = p.Must("practice.next")
	if p.Number == p.Total {
		q.Next = p.Must("practice.finish")
	}
	p.Question = &q
	return nil
}

// NextRound is the address of the round that follows.
func (p *PracticePage) NextRound() string {
	return p.URL("/learn/" + p.Module.Slug + "/practice?" + roundQuery(p.Round+1))
}
