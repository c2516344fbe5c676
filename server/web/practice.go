package web

import (
	"html/template"
	"net/url"
	"path"
	"strconv"

	"github.com/labstack/echo/v4"

	"anxin/server/fault"
	"anxin/server/library"
	"anxin/server/locale"
	"anxin/server/view"
)

// PracticePage is a module's interactive piece: messages to sort, or a checklist.
type PracticePage struct {
	view.Base
	Module *library.Module
	Piece  *library.Piece
	Lesson string

	// A sorter.
	Round, Rounds, Number, Total int
	Question                     *Question
	Done                         bool
	Result                       Sorting

	// A checklist.
	Answered bool
	Groups   []CheckGroup
	Left     int // of what is not ticked
}

// Sorting is how a round went, in numbers that the page puts into words.
type Sorting struct{ Hits, Fakes, Alarms, Genuine int }

// CheckGroup is a part of a checklist as the reader left it.
type CheckGroup struct {
	ID, Title string
	Items     []CheckItem
}

// CheckItem is one thing to do or find.
type CheckItem struct {
	ID         string
	Label, How template.HTML
	Ticked     bool
}

// practiceQuery is the query of a sorter's later rounds in canonical form; the first round has none.
func (s *Site) practiceQuery(u *url.URL) string {
	n, err := strconv.Atoi(u.Query().Get("round"))
	m, ok := s.Library.Module(path.Base(path.Dir(u.Path)))
	if err != nil || !ok || n < 2 || n > s.rounds(m) {
		return ""
	}
	return roundQuery(n)
}

func roundQuery(n int) string { return "round=" + strconv.Itoa(n) }

// practiceCases lists the addresses of a module's piece: one a round.
func (s *Site) practiceCases(m *library.Module) []string {
	cases := []string{"/learn/" + m.Slug + "/practice"}
	for n := 2; n <= s.rounds(m); n++ {
		cases = append(cases, cases[0]+"?"+roundQuery(n))
	}
	return cases
}

// rounds is how many rounds a module's piece has. They are the same in every language.
func (s *Site) rounds(m *library.Module) int {
	piece, err := s.Library.Piece(m, locale.Hans)
	if err != nil || piece == nil {
		return 0 // "check" tells what is wrong with it; its page says so, too
	}
	return piece.LastRound()
}

func (s *Site) practice(c echo.Context) (view.Page, error) {
	return s.practicePage(c, url.Values{}, false)
}

func (s *Site) practiceAnswer(c echo.Context) error {
	sent, err := form(c)
	if err != nil {
		return err
	}
	p, err := s.practicePage(c, sent, true)
	if err != nil {
		return err
	}
	return s.answer(c, statusOf(p.Invalid), p)
}

func (s *Site) practicePage(c echo.Context, sent url.Values, posted bool) (*PracticePage, error) {
	b, err := s.base(c, "practice")
	if err != nil {
		return nil, err
	}
	m, err := s.moduleOf(c)
	if err != nil {
		return nil, err
	}
	piece, err := s.Library.Piece(m, b.Lang)
	if err != nil {
		return nil, err
	}
	if piece == nil {
		return nil, fault.New(fault.NotFound, "the module has no piece")
	}
	title := s.Library.PlainText(m.Names[b.Lang].Title.Raw, b.Lang)
	b.Title = piece.Shown.Title
	b.Description = s.Library.PlainText(piece.Intro.Raw, b.Lang)
	b.Crumb = &view.Link{URL: b.URL("/learn/" + m.Slug), Text: title}
	b.Stale = piece.Stale
	b.Used = library.Used{Facts: piece.Used.Facts, Terms: piece.Used.Terms}
	p := &PracticePage{Base: b, Module: m, Piece: piece, Lesson: title}
	if piece.Kind == "checklist" {
		p.checklist(sent, posted)
		return p, nil
	}
	p.Round, p.Rounds = 1, piece.LastRound()
	if query := s.practiceQuery(c.Request().URL); query != "" {
		p.Round, _ = strconv.Atoi(c.QueryParam("round")) // a number, or its canonical form would be empty
		p.Title += p.Must("common.colon") + p.Must("practice.round", "round", p.Round)
		p.Path += "?" + query
	}
	return p, p.sorter(sent, posted)
}

// sorter shows the message that the reader has come to, or how the round went.
func (p *PracticePage) sorter(sent url.Values, posted bool) error {
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

// checklist sorts what the reader ticked from what is left to do.
func (p *PracticePage) checklist(sent url.Values, posted bool) {
	p.Answered = posted
	ticked := map[string]bool{}
	for _, id := range sent["done"] {
		ticked[id] = true
	}
	for _, g := range p.Piece.Groups {
		group := CheckGroup{ID: g.ID, Title: g.Title.Raw}
		for _, t := range g.Items {
			id := g.ID + "-" + t.ID
			group.Items = append(group.Items, CheckItem{ID: id, Label: t.Shown.Label, How: t.Shown.How, Ticked: ticked[id]})
			if !ticked[id] {
				p.Left++
			}
		}
		p.Groups = append(p.Groups, group)
	}
}

// NextRound is the address of the round that follows.
func (p *PracticePage) NextRound() string {
	return p.URL("/learn/" + p.Module.Slug + "/practice?" + roundQuery(p.Round+1))
}
