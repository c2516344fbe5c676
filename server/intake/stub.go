package intake

import "net/url"

// Step is one page: a question, or a few that belong together.
type Step struct {
	ID     string   // also the last part of its address: firm
	Fields []string // the paths of the answers it asks for
}

// Journey is the questions that these answers lead to, in order.
func Journey(a Answers) []Step { return nil }

// Next is the first question of the journey that was not answered rightly; empty when all were.
func (d Draft) Next(r Rules) string { return "" }

// Rules is what answers are held against.
type Rules struct {
	Today   string               // in Shanghai, 2026-11-25
	Product func(id string) bool // whether there is such a product
	Firm    func(id string) bool // whether the list has such a firm
}

// Check tells what is wrong with all the answers of a journey.
func Check(a Answers, r Rules) []Wrong { return nil }

// Read takes what a step's form sent into the draft, and tells what is wrong with it. What is wrong is not taken.
func (d *Draft) Read(step string, sent url.Values, r Rules) []Wrong { return nil }

// Form is what a step's form shows, from the draft.
func (d Draft) Form(step string) url.Values { return nil }
