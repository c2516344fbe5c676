package api

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"anxin/server/complaint"
	"anxin/server/dispute"
	"anxin/server/evidence"
	"anxin/server/fault"
	"anxin/server/view"
)

// Evidence is a file that was handed in.
type Evidence struct {
	ID          string        `json:"id"`
	Name        string        `json:"name"`
	Description string        `json:"description"`
	Kind        string        `json:"kind"`
	Size        int64         `json:"size"`
	SHA256      string        `json:"sha256"`
	At          string        `json:"at"`
	By          dispute.Actor `json:"by"`
	Removed     bool          `json:"removed"`
}

const (
	mostUpload      = evidence.MostBytes + 64<<10 // the file with what stands around it
	anyUpload       = 1 << 40                     // the call itself says, in words, what is too large
	mostDescription = 4 << 10                     // bytes; the service says how many characters
	fileTakes       = 10 * time.Minute            // 20 MB over a weak network
)

func (a *API) complaintEvidence(c echo.Context, by complaint.Access) error {
	return listOf(a, c, by,
		func(_ view.Base, f complaint.File) ([]Evidence, error) {
			list := make([]Evidence, len(f.Evidence))
			for i, e := range f.Evidence {
				list[i] = evidenceOf(e)
			}
			return list, nil
		},
		func(e Evidence) string { return e.ID })
}

func evidenceOf(e complaint.Evidence) Evidence {
	return Evidence{e.ID, e.Name, e.Description, e.Kind, e.Size, e.SHA256, moment(e.At), e.By, e.Removed}
}

// addEvidence takes a file as it comes, so that its description has to come first. It answers when the file is kept.
func (a *API) addEvidence(c echo.Context, by complaint.Access) error {
	q := a.query(c)
	if err := q.problem(); err != nil {
		return err
	}
	if c.Request().ContentLength > mostUpload {
		return wrongFile(q.Base, &evidence.RefusedError{Key: "large"})
	}
	stop, err := patient(c, fileTakes)
	if err != nil {
		return err
	}
	defer stop()
	c.Request().Body = http.MaxBytesReader(c.Response(), c.Request().Body, mostUpload)
	parts, err := c.Request().MultipartReader()
	if err != nil {
		return rejectAs(q.Base, fault.Malformed, "", "multipart")
	}
	description, file, err := filePart(q.Base, parts)
	if err != nil {
		return err
	}
	kept, err := a.Complaints.AddEvidence(c.Request().Context(), by, file.FileName(), description, file)
	if refused, ok := errors.AsType[*evidence.RefusedError](err); ok {
		return wrongFile(q.Base, refused)
	}
	if err != nil {
		return wrongText(q.Base, "description", err)
	}
	return answer(c, http.StatusCreated, evidenceOf(kept))
}

// filePart reads as far as the file, which is left to be read.
func filePart(b view.Base, parts *multipart.Reader) (description string, file *multipart.Part, err error) {
	for {
		part, err := parts.NextPart()
		switch {
		case errors.Is(err, io.EOF):
			return "", nil, reject(b, "file", "missing")
		case err != nil && fault.From(err).Kind == fault.TooLarge:
			return "", nil, err
		case err != nil:
			return "", nil, fault.New(fault.Malformed, "read a form: %w", err)
		}
		switch name := part.FormName(); {
		case name == "file" && description == "":
			return "", nil, reject(b, "description", "description_first")
		case name == "file":
			return description, part, nil
		case name == "description" && description == "":
			text, err := io.ReadAll(io.LimitReader(part, mostDescription+1))
			if err != nil {
				return "", nil, fault.New(fault.Malformed, "read a description: %w", err)
			}
			if len(text) > mostDescription {
				return "", nil, reject(b, "description", "long")
			}
			description = string(text)
		default:
			return "", nil, reject(b, name, "unknown")
		}
	}
}

// wrongFile says why a file was not taken, in the words of the page.
func wrongFile(b view.Base, r *evidence.RefusedError) error {
	text, err := b.T("evidence.wrong_" + r.Key)
	if err != nil {
		return err
	}
	kind := fault.Invalid
	if r.Key == "large" {
		kind = fault.TooLarge
	}
	return &fault.Error{Kind: kind, Err: &rejected{title: text, fields: []FieldError{{"file", r.Key, text}}}}
}

// openEvidence sends a file as it was handed in, to be saved and never to be shown: it is whatever somebody made.
func (a *API) openEvidence(c echo.Context, by complaint.Access) error {
	stop, err := patient(c, fileTakes)
	if err != nil {
		return err
	}
	defer stop()
	err = a.Complaints.OpenEvidence(c.Request().Context(), by, c.Param("id"), func(e complaint.Evidence) (io.Writer, error) {
		h := c.Response().Header()
		h.Set("Cache-Control", "no-store")
		h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": e.Name}))
		h.Set("Content-Length", strconv.FormatInt(e.Size, 10))
		h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
		h.Set("Content-Type", e.Kind)
		c.Response().WriteHeader(http.StatusOK)
		return c.Response(), nil
	})
	if err != nil {
		return a.sent(c, fmt.Errorf("send evidence: %w", err))
	}
	return nil
}

func (a *API) removeEvidence(c echo.Context, by complaint.Access) error {
	if err := a.Complaints.RemoveEvidence(c.Request().Context(), by, c.Param("id")); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}
