// Package api answers programs: JSON, feeds, and problems as RFC 9457 describes them.
package api

import (
	"encoding/json"
	"net/http"

	"anxin/server/fault"
)

// Problem is application/problem+json. Type is stable; Title is in the caller's language.
type Problem struct {
	Type   string       `json:"type"`
	Title  string       `json:"title"`
	Status int          `json:"status"`
	Errors []FieldError `json:"errors,omitempty"`
}

// FieldError says what is wrong with one field of what was sent. Key is stable; Message is in the caller's language and
// says how to mend it.
type FieldError struct {
	Field   string `json:"field"`
	Key     string `json:"key"`
	Message string `json:"message"`
}

// WriteProblem answers with the problem document of an error.
func WriteProblem(w http.ResponseWriter, e *fault.Error, title string, wrong ...FieldError) error {
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(e.Kind.Status())
	return json.NewEncoder(w).Encode(Problem{Type: "/problems/" + e.Kind.String(), Title: title, Status: e.Kind.Status(), Errors: wrong})
}
