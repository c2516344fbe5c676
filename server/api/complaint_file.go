package api

import (
	"fmt"
	"net/http"

	"github.com/labstack/echo/v4"

	"anxin/server/complaint"
)

// complaintFile gives her everything as one zip, which is made while it is sent.
func (a *API) complaintFile(c echo.Context, by complaint.Access) error {
	q := a.query(c)
	if err := q.problem(); err != nil {
		return err
	}
	stop, err := patient(c, fileTakes)
	if err != nil {
		return err
	}
	defer stop()
	err = a.Complaints.WriteBundle(c.Request().Context(), by, a.BundleIndex(q.Lang), &bundleWriter{c})
	if err != nil {
		return a.sent(c, fmt.Errorf("send a whole file: %w", err))
	}
	return nil
}

// bundleWriter begins the answer with the first bytes, so that what goes wrong before is a problem document.
type bundleWriter struct{ c echo.Context }

func (w *bundleWriter) Write(p []byte) (int, error) {
	r := w.c.Response()
	if !r.Committed {
		h := r.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("Content-Disposition", `attachment; filename="file.zip"`)
		h.Set("Content-Type", "application/zip")
		r.WriteHeader(http.StatusOK)
	}
	return r.Write(p)
}
