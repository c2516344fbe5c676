// Package api answers programs: JSON, feeds, and problems as RFC 9457 describes them.
package api

import (
	"encoding/json"
	"errors"
	"net/http"

	"anxin/server/fault"
	"anxin/server/view"
)

// Problem is application/problem+json. Type is stable; Title is in the caller's language. Errors names the fields of a
// request that makes no sense. Where a complaint refused what should happen to it, Allowed says what may happen instead, and
// Needs what has to come first.
type Problem struct {
	Type    string       `json:"type"`
	Title   string       `json:"title"`
	Status  int          `json:"status"`
	Errors  []FieldError `json:"errors,omitempty"`
	Allowed []Option     `json:"allowed,omitzero"`
	Needs   []Need       `json:"needs,omitzero"`
}

// FieldError is one field of the request that is to be mended. Field is its path, such as payments[0].amount_fen, and
// empty for the request as a whole; Key is stable; Message says what to do in the caller's language.
type FieldError struct {
	Field   string `json:"field"`
	Key     string `json:"key"`
	Message string `json:"message"`
}

// rejected is a request that cannot be done as it is, with at least one field. It travels within a [fault.Error], mostly of
// kind Invalid.
type rejected struct {
	title   string
	fields  []FieldError
	allowed []Option
	needs   []Need
}

func (r *rejected) Error() string { return r.fields[0].Field + ": " + r.fields[0].Key }

// reject makes the error for one field; its message is that of problem.wrong_<key>.
func reject(b view.Base, field, key string) error {
	return rejectAll(b, []FieldError{wrongField(b, field, key)})
}

func wrongField(b view.Base, field, key string) FieldError {
	return FieldError{field, key, b.Must("problem.wrong_" + key)}
}

func rejectAll(b view.Base, wrong []FieldError) error {
	return &fault.Error{Kind: fault.Invalid, Err: &rejected{title: b.Must("problem.title"), fields: wrong}}
}

// rejectAs is [reject] of another kind: it is not a field that is wrong, but the whole for this reason.
func rejectAs(b view.Base, kind fault.Kind, field, key string) error {
	wrong := wrongField(b, field, key)
	return &fault.Error{Kind: kind, Err: &rejected{title: wrong.Message, fields: []FieldError{wrong}}}
}

// WriteProblem answers with the problem document of an error.
func WriteProblem(w http.ResponseWriter, e *fault.Error, title string) error {
	p := Problem{Type: "/problems/" + e.Kind.String(), Title: title, Status: e.Kind.Status()}
	if r, ok := errors.AsType[*rejected](e); ok {
		p.Title, p.Errors, p.Allowed, p.Needs = r.title, r.fields, r.allowed, r.needs
	}
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(e.Kind.Status())
	return json.NewEncoder(w).Encode(p)
}
