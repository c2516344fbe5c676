package api

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"anxin/server/complaint"
	"anxin/server/dispute"
	"anxin/server/fault"
	"anxin/server/intake"
	"anxin/server/middleware"
)

// Filed is what filing is answered with, each time it is sent again under the same key.
type Filed struct {
	Number     string              `json:"number"`
	AccessCode *string             `json:"access_code"` // null where it is shown no longer
	State      dispute.State       `json:"state"`
	StateText  string              `json:"state_text"`
	Receipt    Receipt             `json:"receipt"`
	Deadlines  []ComplaintDeadline `json:"deadlines"`
}

// How long an idempotency key may be. Whoever knows one is shown the code, so that a short one would be guessed.
const (
	leastKey = 16
	mostKey  = 200
)

// createComplaint files a complaint. The key is that of a draft: which of two lost answers comes first makes no difference.
func (a *API) createComplaint(c echo.Context) error {
	q := a.query(c)
	if err := q.problem(); err != nil {
		return err
	}
	key, ok := idempotencyKey(c.Request().Header)
	if !ok {
		return rejectAs(q.Base, fault.Malformed, "Idempotency-Key", "idempotency_key")
	}
	data, err := body(c)
	if err != nil {
		return err
	}
	var in intake.Answers
	if err := strict(q.Base, data, &in, ""); err != nil {
		return err
	}
	if err := a.Complaints.Begin(c.Request().Context(), middleware.Client(c)); err != nil {
		return err
	}
	r, err := a.Complaints.Submit(c.Request().Context(), key, in)
	if wrong, ok := errors.AsType[*complaint.InvalidError](err); ok {
		return wrongAnswers(q.Base, wrong.Wrong)
	}
	if err != nil {
		if fault.From(err).Kind == fault.Conflict {
			return rejectAs(q.Base, fault.Conflict, "Idempotency-Key", "key_used")
		}
		return err
	}
	out := Filed{Number: r.Number, State: r.State, Receipt: receiptOf(r.SubmittedAt, r.SHA256)}
	if r.Code != "" {
		out.AccessCode = &r.Code
	}
	if out.StateText, err = q.T(dispute.Disputes.Label(r.State)); err != nil {
		return err
	}
	if out.Deadlines, err = deadlinesOf(q.Base, r.Deadlines); err != nil {
		return err
	}
	return answer(c, http.StatusCreated, out)
}

// idempotencyKey is the one key of a request.
func idempotencyKey(h http.Header) (string, bool) {
	keys := h.Values("Idempotency-Key")
	if len(keys) != 1 || len(keys[0]) < leastKey || len(keys[0]) > mostKey {
		return "", false
	}
	for _, b := range []byte(keys[0]) {
		if b <= ' ' || b > '~' {
			return "", false
		}
	}
	return keys[0], true
}
