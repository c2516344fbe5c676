package console

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"anxin/server/complaint"
	"anxin/server/evidence"
	"anxin/server/fault"
	"anxin/server/view"
)

// PaperPage takes the scan of a letter, or of what came otherwise, into a case; from a handler, what belongs to the firm's answer.
type PaperPage struct {
	Frame
	Case, Here  string
	Lead        string
	Description view.Field
	File        view.Field
}

func (k *Console) paperPage(c echo.Context) (*PaperPage, error) {
	d, err := k.at(c)
	if err != nil {
		return nil, err
	}
	who := "_" + string(d.by.Actor)
	p := &PaperPage{Frame: k.frame(c, "console_paper", "desk.paper_add"+who), Case: caseURL(c.Param("id"))}
	p.Here = p.Case + "/paper"
	if back := c.QueryParam("back"); back != "" {
		leg, _ := strconv.Atoi(c.QueryParam("leg"))
		p.Here += "?back=" + url.QueryEscape(back) + "&leg=" + strconv.Itoa(leg)
	}
	p.Lead = p.Must("desk.paper_lead" + who)
	p.Crumb = &view.Link{URL: p.Case, Text: p.Must("desk.case_title")}
	p.Description = p.field("description", "mine.what")
	p.Description.Hint = p.Must("desk.paper_what_hint" + who)
	p.File = p.field("file", "desk.paper_file")
	p.File.Type, p.File.Hint, p.File.Autocomplete = "file", p.Must("desk.paper_file_hint"), ""
	return p, nil
}

func (k *Console) paper(c echo.Context) error {
	p, err := k.paperPage(c)
	if err != nil {
		return err
	}
	return k.answer(c, http.StatusOK, p)
}

// keepPaper takes a file as it streams in; nothing of it is held whole. Token and description stand before it in the form.
func (k *Console) keepPaper(c echo.Context) error {
	defer io.Copy(io.Discard, c.Request().Body) //nolint:errcheck // a browser reads no answer before it has sent all
	reader := parts(c)
	if reader == nil {
		if _, err := k.at(c); err != nil {
			return err
		}
		return fault.New(fault.Malformed, "keep a paper: no form with a file")
	}
	var description, wrong string
	taken := false
	for !taken && wrong == "" {
		part, err := reader.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return unreadable(err)
		}
		switch {
		case part.FormName() == "description":
			b, err := io.ReadAll(io.LimitReader(part, 8<<10))
			if err != nil {
				return unreadable(err)
			}
			description = strings.TrimSpace(string(b))
		case part.FormName() != "file" || part.FileName() == "":
		case description == "" || utf8.RuneCountInString(description) > complaint.MostDescription:
			wrong = "mine.description_needed"
			if description != "" {
				wrong = "mine.description_long"
			}
		default:
			_, err := k.Complaints.AddPaper(c.Request().Context(), staff(c), c.Param("id"), part.FileName(), description, part)
			if refused, ok := errors.AsType[*evidence.RefusedError](err); ok {
				wrong = "evidence.wrong_" + refused.Key
			} else if err != nil {
				return err
			}
			taken = err == nil
		}
	}
	if taken {
		to := caseURL(c.Param("id")) + "?done=paper#result"
		if back := c.QueryParam("back"); back != "" {
			leg, _ := strconv.Atoi(c.QueryParam("leg"))
			to = caseURL(c.Param("id"), "/do/", url.PathEscape(back)) + "?leg=" + strconv.Itoa(leg)
		}
		return k.seeOther(c, to)
	}
	p, err := k.paperPage(c)
	if err != nil {
		return err
	}
	p.Description.Value = description
	switch {
	case strings.HasPrefix(wrong, "mine."):
		p.wrong(&p.Description, p.Must(wrong))
	case wrong != "":
		p.wrong(&p.File, p.Must(wrong))
	default:
		p.wrong(&p.File, p.Must("mine.file_needed"))
	}
	return k.rejected(c, p)
}

func unreadable(err error) error {
	if fault.From(err).Kind == fault.TooLarge {
		return err
	}
	return fault.New(fault.Malformed, "read a form with a file: %w", err)
}

// attached makes the answer a file to be saved (RFC 6266), which no browser shows as a page of this site.
func attached(c echo.Context) func(complaint.Evidence) (io.Writer, error) {
	return func(e complaint.Evidence) (io.Writer, error) {
		h := c.Response().Header()
		h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
		h.Set("Content-Type", e.Kind)
		h.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="file%s"; filename*=UTF-8''%s`, evidence.Extension(e.Kind), url.PathEscape(complaint.SafeName(e.Name, e.Kind))))
		h.Set("Content-Length", strconv.FormatInt(e.Size, 10))
		c.Response().WriteHeader(http.StatusOK)
		if c.Request().Method == http.MethodHead {
			return io.Discard, nil
		}
		return c.Response(), nil
	}
}
