package view

import (
	"fmt"

	"anxin/server/library"
	"anxin/server/locale"
	"anxin/server/policy"
	"anxin/server/workday"
)

// DeadlineSteps tells in sentences how a deadline came about. The page and the API say the same.
func (b Base) DeadlineSteps(d policy.Deadline) ([]string, error) {
	steps := make([]string, len(d.Steps))
	for i, s := range d.Steps {
		words := make([]any, len(s.Args))
		for n, v := range s.Args {
			words[n] = v
			if n%2 == 0 {
				continue // a name
			}
			said, err := b.clockWord(v)
			if err != nil {
				return nil, err
			}
			words[n] = said
		}
		var err error
		if steps[i], err = b.T("clock.step_"+s.Key, words...); err != nil {
			return nil, err
		}
	}
	return steps, nil
}

// clockWord says a value of a step.
func (b Base) clockWord(v any) (string, error) {
	switch v := v.(type) {
	case workday.Date:
		return locale.DateInFull(b.Lang, v.In(locale.Shanghai)), nil
	case policy.Span:
		return b.Span(v)
	case policy.Word:
		return b.T("clock." + string(v))
	case library.Words:
		return v.In(b.Lang), nil
	case interface{ Cite(locale.Code) string }:
		return v.Cite(b.Lang), nil
	}
	return "", fmt.Errorf("a step has a value of type %T, for which there are no words", v)
}

// Span says a length of time: 15个自然日, 7 working days.
func (b Base) Span(s policy.Span) (string, error) {
	return b.T("clock.span_"+string(s.Unit), "count", s.N)
}
