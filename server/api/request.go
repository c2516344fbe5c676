package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

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

func path(at, field string) string { return strings.Trim(at+"."+field, ".") }
