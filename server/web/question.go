package web

import (
	"html/template"

	"anxin/server/library"
	"anxin/server/view"
)

// Question is one question on a page: to answer, with a hint after a wrong try, or explained. The form carries what
// was picked so far; the server keeps nothing.
type Question struct {
	view.Base
	ID       string
	Action   string
	Hidden   []view.Link // fields to send along: name in URL, value in Text
	Heading  string      // h1 or h3: where the question stands
	Prompt   template.HTML
	Message  *library.Message
	Options  []Answer
	Hint     template.HTML // shown after a first wrong try
	Settled  bool
	Right    bool
	Missing  bool   // sent without a choice
	Next     string // words of the button that moves on; empty where the question stands alone
	Submit   string
	Tempting template.HTML // sorter: why one may well think otherwise
	Why      template.HTML // sorter: what gives it away; compare: which is cheaper

	// Offers to compare.
	Offers  []*library.Offer
	Figures *view.Table // what each costs
	Because template.HTML
}

// Answer is one option as it is drawn.
type Answer struct {
	ID            string
	Text, Because template.HTML
	Right, Chosen bool
	Last          bool // chosen last: its explanation is read out with the verdict
}

// question draws the one that a run has come to.
func question(b view.Base, r library.Run, action string) Question {
	it := r.Item()
	q := Question{
		Base: b, ID: it.ID, Action: action, Prompt: it.Shown.Prompt, Message: it.Message,
		Settled: r.Settled(), Right: r.Right(),
		Hidden: []view.Link{{URL: "picks", Text: r.Picks}},
		Submit: b.Must("question.submit"),
	}
	if r.Hinted() {
		q.Hint = it.Shown.Hint
		q.Submit = b.Must("question.again")
	}
	for _, o := range it.Options {
		q.Options = append(q.Options, Answer{ID: o.ID, Text: o.Shown.Text, Because: o.Shown.Because, Right: o.Right, Chosen: r.Chosen(o.ID), Last: r.Last() == o.ID})
	}
	return q
}
