package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"anxin/server/fault"
	"anxin/server/view"
)

// body reads a request's body. One beyond the limit is [fault.TooLarge], by way of [fault.From].
func body(c echo.Context) ([]byte, error) {
	data, err := io.ReadAll(c.Request().Body)
	if err != nil && fault.From(err).Kind != fault.TooLarge {
		return nil, fault.New(fault.Malformed, "read the request: %w", err)
	}
	return data, err
}

// strict reads one JSON value into v, refusing fields that v does not have: a misspelt field that is silently ignored
// would be answered with a wrong figure. What is no JSON at all is [fault.Malformed]. at is the path of the value within the
// request, empty for the whole.
func strict(b view.Base, data []byte, v any, at string) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	err := d.Decode(v)
	if err == nil {
		if _, err = d.Token(); err == io.EOF {
			return nil
		}
		return fault.New(fault.Malformed, "more than one JSON value")
	}
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return reject(b, path(at, wrong.Field), "type")
	}
	// encoding/json has no type for this one.
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return reject(b, path(at, strings.Trim(name, `"`)), "unknown")
	}
	return fault.New(fault.Malformed, "read JSON: %w", err)
}

// list reads every element of a JSON list, each with its path.
func list[T any](b view.Base, raw []json.RawMessage, at string) ([]T, error) {
	all := make([]T, len(raw))
	for n, data := range raw {
		if err := strict(b, data, &all[n], fmt.Sprintf("%s[%d]", at, n)); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// bearer is the token that a request carries; empty for none.
func bearer(c echo.Context) string {
	scheme, token, _ := strings.Cut(c.Request().Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}

// challenge says, with a 401, what would let in.
func challenge(c echo.Context) { c.Response().Header().Set("WWW-Authenticate", `Bearer realm="anxin"`) }

// unbind lets a request take longer than a form may.
func unbind(c echo.Context) error {
	control := http.NewResponseController(c.Response())
	for _, set := range []func(time.Time) error{control.SetReadDeadline, control.SetWriteDeadline} {
		if err := set(time.Time{}); err != nil && !errors.Is(err, http.ErrNotSupported) {
			return fmt.Errorf("take more time: %w", err)
		}
	}
	return nil
}

// patient lets a file take until the end of most, in either direction, and then cuts the connection. Call stop when it is done.
func patient(c echo.Context, most time.Duration) (stop func() bool, err error) {
	if err := unbind(c); err != nil {
		return nil, err
	}
	control := http.NewResponseController(c.Response())
	return time.AfterFunc(most, func() {
		over := time.Unix(1, 0)
		_, _ = control.SetReadDeadline(over), control.SetWriteDeadline(over) // where it cannot be cut, nothing is lost
	}).Stop, nil
}

// sent ends an answer that goes out while it is made. What went wrong on the way can be told no more: the connection is cut, so
// that nobody takes a part for the whole.
func (a *API) sent(c echo.Context, err error) error {
	if !c.Response().Committed {
		return err
	}
	if c.Request().Context().Err() == nil {
		a.Complaints.Log.Error("send a file", "route", c.Path(), "error", err)
	}
	panic(http.ErrAbortHandler)
}

func path(at, field string) string { return strings.Trim(at+"."+field, ".") }
