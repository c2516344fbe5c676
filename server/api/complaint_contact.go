package api

import (
	"errors"

	"github.com/labstack/echo/v4"

	"anxin/server/complaint"
)

// changeContact changes how the token's holder is reached, and answers with the complaint as it then is.
func (a *API) changeContact(c echo.Context, by complaint.Access) error {
	q := a.query(c)
	if err := q.problem(); err != nil {
		return err
	}
	data, err := body(c)
	if err != nil {
		return err
	}
	var in complaint.Person
	if err := strict(q.Base, data, &in, ""); err != nil {
		return err
	}
	err = a.Complaints.ChangeContact(c.Request().Context(), by, in.Contact, in.Reach)
	if wrong, ok := errors.AsType[*complaint.InvalidError](err); ok {
		return wrongAnswers(q.Base, wrong.Wrong)
	}
	if err != nil {
		return err
	}
	return a.answerComplaint(c, q.Base, by)
}
