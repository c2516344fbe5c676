package api

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"anxin/server/complaint"
	"anxin/server/fault"
	"anxin/server/middleware"
)

// Session lets its holder in to one complaint.
type Session struct {
	Token     string `json:"token"`
	ExpiresAt string `json:"expires_at"`
}

// openComplaint gives a token for number and code. A number that nobody has and a wrong code are answered alike, in words and
// in time.
func (a *API) openComplaint(c echo.Context) error {
	q := a.query(c)
	if err := q.problem(); err != nil {
		return err
	}
	data, err := body(c)
	if err != nil {
		return err
	}
	var in struct {
		Code *string `json:"access_code"`
	}
	if err := strict(q.Base, data, &in, ""); err != nil {
		return err
	}
	if in.Code == nil {
		return reject(q.Base, "access_code", "missing")
	}
	token, until, err := a.Complaints.SignIn(c.Request().Context(), middleware.Client(c), c.Param("number"), *in.Code)
	if err != nil {
		if fault.From(err).Kind == fault.Unauthorized {
			challenge(c)
			return rejectAs(q.Base, fault.Unauthorized, "access_code", "sign_in")
		}
		return err
	}
	return answer(c, http.StatusOK, Session{token, moment(until)})
}

func (a *API) closeComplaint(c echo.Context, _ complaint.Access) error {
	if err := a.Complaints.SignOut(c.Request().Context(), bearer(c)); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}
