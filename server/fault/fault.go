// Package fault names what can go wrong in words that a reader of the site may meet.
//
// A handler returns a [*Error] with a kind and the key of the sentence that helps the reader on; everything else that
// goes wrong is wrapped with fmt.Errorf, counts as [Internal] and is logged, never shown. One place (app) turns an
// error into a page, or under /api/ into a problem document (RFC 9457).
package fault

import (
	"errors"
	"fmt"
	"net/http"
	"time"
)

// Kind says what sort of thing went wrong; each has one HTTP status and one page.
type Kind int

const (
	Internal         Kind = iota // 500: our fault; the reader is told so and nothing else
	NotFound                     // 404: no such page, or none that this reader may see
	MethodNotAllowed             // 405
	TooLarge                     // 413: the request's body is larger than the form allows
	WrongHost                    // 421: asked under a host name that is not ours
	Invalid                      // 422: what was sent makes no sense; the page says which field and how to mend it
	TooMany                      // 429: too many tries; RetryAfter says when again
	Forbidden                    // 403: a form posted from another site
	Malformed                    // 400: not a request we can read
	Unauthorized                 // 401: without the token that this needs
	Conflict                     // 409: it has changed meanwhile, or something else stands there already
	Unavailable                  // 503: in use elsewhere just now; RetryAfter says when again
)

var kinds = map[Kind]struct {
	status int
	name   string
}{
	Internal:         {http.StatusInternalServerError, "internal"},
	NotFound:         {http.StatusNotFound, "not_found"},
	MethodNotAllowed: {http.StatusMethodNotAllowed, "method_not_allowed"},
	TooLarge:         {http.StatusRequestEntityTooLarge, "too_large"},
	WrongHost:        {http.StatusMisdirectedRequest, "wrong_host"},
	Invalid:          {http.StatusUnprocessableEntity, "invalid"},
	TooMany:          {http.StatusTooManyRequests, "too_many"},
	Forbidden:        {http.StatusForbidden, "forbidden"},
	Malformed:        {http.StatusBadRequest, "malformed"},
	Unauthorized:     {http.StatusUnauthorized, "unauthorized"},
	Conflict:         {http.StatusConflict, "conflict"},
	Unavailable:      {http.StatusServiceUnavailable, "unavailable"},
}

// Kinds returns every kind, in a fixed order, for tests and for the list of error pages.
func Kinds() []Kind {
	return []Kind{Malformed, Unauthorized, Forbidden, NotFound, MethodNotAllowed, TooLarge, WrongHost, Invalid, TooMany, Conflict, Internal, Unavailable}
}

// Status is the HTTP status of the kind.
func (k Kind) Status() int { return kinds[k].status }

// String is the stable name of the kind: it ends catalogue keys (error.not_found_title) and problem types.
func (k Kind) String() string { return kinds[k].name }

// FromStatus finds the kind for an HTTP status that a library answered with; [Internal] where there is none.
func FromStatus(status int) Kind {
	for k, v := range kinds {
		if v.status == status {
			return k
		}
	}
	if status >= 400 && status < 500 {
		return Malformed
	}
	return Internal
}

// Error is a failure that has an answer for the reader.
type Error struct {
	Kind       Kind
	RetryAfter time.Duration // for TooMany and Unavailable: when the reader may try again
	Err        error         // what happened, for the log; may be nil
}

// New makes an error of a kind; the format says for the log what was being done.
func New(kind Kind, format string, args ...any) *Error {
	return &Error{Kind: kind, Err: fmt.Errorf(format, args...)}
}

func (e *Error) Error() string {
	if e.Err == nil {
		return e.Kind.String()
	}
	return e.Kind.String() + ": " + e.Err.Error()
}

func (e *Error) Unwrap() error { return e.Err }

// From finds the [*Error] within err. A body larger than its limit is [TooLarge]; anything unknown is [Internal].
func From(err error) *Error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return &Error{Kind: TooLarge, Err: err}
	}
	return &Error{Kind: Internal, Err: err}
}
