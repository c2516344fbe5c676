package middleware

import (
	"net/url"

	"github.com/labstack/echo/v4"

	"anxin/server/fault"
)

// Form reads what was posted. What cannot be read is the sender's fault, not ours.
func Form(c echo.Context) (url.Values, error) {
	err := c.Request().ParseForm()
	if err == nil {
		return c.Request().PostForm, nil
	}
	if fault.From(err).Kind == fault.TooLarge {
		return nil, err
	}
	return nil, fault.New(fault.Malformed, "read form: %w", err)
}
