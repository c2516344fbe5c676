package api

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"anxin/server/fault"
	"anxin/server/search"
)

// CollectionStatus is how far a collection has come. Sequence grows with every change.
type CollectionStatus struct {
	Ready    bool   `json:"ready"`
	Docs     int    `json:"docs"`
	Sequence uint64 `json:"sequence"`
}

// ImportReport is what became of the lines of an import.
type ImportReport struct {
	Lines    int              `json:"lines"`     // read, without empty ones
	Changed  int              `json:"changed"`   // documents added or replaced; the others were there already
	BadTotal int              `json:"bad_total"` // lines left out
	Bad      []search.BadLine `json:"bad"`       // the first of them
}

const (
	mostImport = 256 << 20
	mostBad    = 1000 // lines named in an answer
)

// admin lets those pass who have the token. Where none is configured there is nothing to find.
func (a *API) admin(next echo.HandlerFunc) echo.HandlerFunc {
	want := sha256.Sum256([]byte(a.AdminToken)) // so that neither time nor length tells anything
	return func(c echo.Context) error {
		if a.AdminToken == "" {
			return fault.New(fault.NotFound, "no admin token is configured")
		}
		got := sha256.Sum256([]byte(bearer(c)))
		if subtle.ConstantTimeCompare(got[:], want[:]) != 1 {
			challenge(c)
			return fault.New(fault.Unauthorized, "without the admin token")
		}
		return next(c)
	}
}

func (a *API) makeCollection(c echo.Context) error {
	made, err := a.Collections.Create(c.Param("name"))
	if errors.Is(err, search.ErrName) {
		return reject(a.words(c), "name", "name")
	}
	if err != nil {
		return collectionError(err)
	}
	status := http.StatusOK
	if made {
		status = http.StatusCreated
	}
	return a.answerStatus(c, status)
}

func (a *API) collectionStatus(c echo.Context) error { return a.answerStatus(c, http.StatusOK) }

func (a *API) answerStatus(c echo.Context, status int) error {
	x, err := a.Collections.Get(c.Param("name"))
	if err != nil {
		return collectionError(err)
	}
	s := x.Status()
	return answer(c, status, CollectionStatus{true, s.Docs, s.Sequence})
}

// importDocuments takes as long as the lines take to come: whoever has the token is not held to a form's time. What was
// read is kept also when the rest does not arrive.
func (a *API) importDocuments(c echo.Context) error {
	if err := unbind(c); err != nil {
		return err
	}
	bad := []search.BadLine{}
	ctx := context.WithoutCancel(c.Request().Context()) // a broken connection ends the reading by itself
	report, err := a.Collections.Import(ctx, c.Param("name"), c.Request().Body, func(b search.BadLine) {
		if len(bad) < mostBad {
			bad = append(bad, b)
		}
	})
	if err != nil {
		return collectionError(err)
	}
	return answer(c, http.StatusOK, ImportReport{report.Lines, report.Changed, report.Bad, bad})
}

// deleteCollection leaves no collection of the name, whether or not there was one.
func (a *API) deleteCollection(c echo.Context) error {
	if err := collectionError(a.Collections.Delete(c.Param("name"))); err != nil && fault.From(err).Kind != fault.NotFound {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// busyFor is when to ask again for a collection that another process imports into.
const busyFor = 10 * time.Second

// collectionError says what is wrong with a collection; one that was deleted meanwhile is not there, either.
func collectionError(err error) error {
	switch {
	case errors.Is(err, search.ErrNoCollection), errors.Is(err, search.ErrName), errors.Is(err, search.ErrClosed):
		return &fault.Error{Kind: fault.NotFound, Err: err}
	case errors.Is(err, search.ErrBusy):
		return &fault.Error{Kind: fault.Unavailable, RetryAfter: busyFor, Err: err}
	}
	return err
}
