package api

import (
	"fmt"
	"net/http"

	"github.com/labstack/echo/v4"

	"anxin/server/complaint"
)

// complaintFile sends the whole complaint as a zip file, while it is written.
func (a *API) complaintFile(c echo.Context, by complaint.Access) error {
	q := a.query(c)
	stop, err := patient(c, fileTakes)
	if err != nil {
		return err
	}
	defer stop()
	if err := a.Complaints.WriteBundle(c.Request().Context(), by, a.BundleIndex(q.Lang), &zipAnswer{to: c.Response()}); err != nil {
		return a.sent(c, fmt.Errorf("send a bundle: %w", err))
	}
	return nil
}

// zipAnswer begins the answer with its first bytes, so that what goes wrong before them is a problem document.
type zipAnswer struct {
	to    *echo.Response
	begun bool
}

func (z *zipAnswer) Write(p []byte) (int, error) {
	if !z.begun {
		z.begun = true
		h := z.to.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("Content-Disposition", `attachment; filename="file.zip"`)
		h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
		h.Set("Content-Type", "application/zip")
		z.to.WriteHeader(http.StatusOK)
	}
	return z.to.Write(p)
}
