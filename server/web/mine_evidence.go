package web

import (
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"anxin/server/complaint"
	"anxin/server/evidence"
	"anxin/server/fault"
	"anxin/server/middleware"
	"anxin/server/view"
)

// MineEvidencePage lists what she has handed in, and takes more.
type MineEvidencePage struct {
	MineFrame
	Description  view.Field
	Photo, Other view.Field // the files: a picture, or anything else
	Again        bool       // a file was chosen before and has to be chosen again
	Files        []MineFile
}

// MineEvidenceFilePage changes what a file is said to be, or takes it out.
type MineEvidenceFilePage struct {
	MineFrame
	File        MineFile
	Description view.Field
	Sure        bool // the second look before it is taken out
}

const (
	evidencePath = minePath + "/evidence"
	// mostSent is what a form with files may send. It is more than a file may have, so that whoever chose one too large is
	// told so on the page, and does not see a broken connection.
	mostSent   = 64 << 20
	mostBefore = 16 << 10 // of the fields before a file
)

// Uploads are the routes that take more than a form, by their path, with the most bytes they take.
func (s *Site) Uploads() map[string]int64 { return map[string]int64{"/:lang" + evidencePath: mostSent} }

// Downloads are the routes that give more than a page: they are given time.
func (s *Site) Downloads() []string {
	return []string{"/:lang" + evidencePath + "/:id/file", "/:lang" + minePath + "/file.zip"}
}

func (s *Site) mineEvidence(c echo.Context, by complaint.Access) error {
	p, err := s.evidencePage(c, by, url.Values{})
	if err != nil {
		return err
	}
	for _, done := range []string{"added", "described", "removed"} {
		if c.QueryParam(done) == "1" {
			p.Notice = &view.Notice{Kind: "done", Title: p.Must("mine.evidence_" + done)}
		}
	}
	return s.answer(c, http.StatusOK, p)
}

// mineHandsIn takes one file or two as they stream in; nothing of them is held whole. The description stands first in the form.
func (s *Site) mineHandsIn(c echo.Context, by complaint.Access) error {
	defer drain(c)
	parts, err := c.Request().MultipartReader()
	if err != nil {
		return fault.New(fault.Malformed, "read a form with files: %w", err)
	}
	sent := url.Values{}
	taken := 0
	var wrong wrongFile
	for wrong.key == "" {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return unreadable(err)
		}
		if err := s.takePart(c, by, part, sent, &taken, &wrong); err != nil {
			return err
		}
	}
	if taken == 0 && wrong.key == "" {
		wrong = wrongFile{"photo", "mine.file_needed"}
		if sent.Get("description") == "" {
			wrong = wrongFile{"description", "mine.description_needed"}
		}
	}
	if wrong.key == "" {
		code, err := lang(c)
		if err != nil {
			return err
		}
		return c.Redirect(http.StatusSeeOther, "/"+string(code)+evidencePath+"?added=1#result")
	}
	p, err := s.evidencePage(c, by, sent)
	if err != nil {
		return err
	}
	if taken > 0 {
		p.Notice = &view.Notice{Kind: "done", Title: p.Must("mine.evidence_added")}
	}
	field := map[string]*view.Field{"description": &p.Description, "photo": &p.Photo, "other": &p.Other}[wrong.field]
	field.Error = p.Must(wrong.key)
	p.wrong(field)
	p.Again = wrong.field == "description"
	return s.answer(c, http.StatusUnprocessableEntity, p)
}

// wrongFile is what is wrong with which field.
type wrongFile struct{ field, key string }

// takePart takes one field of the form.
func (s *Site) takePart(c echo.Context, by complaint.Access, part *multipart.Part, sent url.Values, taken *int, wrong *wrongFile) error {
	name := part.FormName()
	switch {
	case name == "description":
		b, err := io.ReadAll(io.LimitReader(part, mostBefore))
		if err != nil {
			return unreadable(err)
		}
		sent.Set(name, tidy(string(b), false))
		return nil
	case name != "photo" && name != "other" || part.FileName() == "":
		return nil // NextPart reads on
	case sent.Get("description") == "":
		*wrong = wrongFile{"description", "mine.description_needed"}
		return nil
	case utf8.RuneCountInString(sent.Get("description")) > complaint.MostDescription:
		*wrong = wrongFile{"description", "mine.description_long"}
		return nil
	}
	_, err := s.Complaints.AddEvidence(c.Request().Context(), by, part.FileName(), sent.Get("description"), part)
	if refused, ok := errors.AsType[*evidence.RefusedError](err); ok {
		*wrong = wrongFile{name, "evidence.wrong_" + refused.Key}
		return nil
	}
	if err == nil {
		*taken++
	}
	return err
}

// unreadable is a form that was cut off, or is none.
func unreadable(err error) error {
	if fault.From(err).Kind == fault.TooLarge {
		return err
	}
	return fault.New(fault.Malformed, "read a form with files: %w", err)
}

// drain reads what is left of a form: a browser that is still sending when the answer comes shows a broken connection.
func drain(c echo.Context) { _, _ = io.Copy(io.Discard, c.Request().Body) }

// beforeFile is what stands in a form before its file.
func (s *Site) beforeFile(c echo.Context) (url.Values, error) {
	defer drain(c)
	sent := url.Values{}
	parts, err := c.Request().MultipartReader()
	if err != nil {
		return nil, fault.New(fault.Malformed, "read a form with files: %w", err)
	}
	for {
		part, err := parts.NextPart()
		if err != nil || part.FileName() != "" {
			return sent, nil //nolint:nilerr // what was read is kept; she is asked to sign in either way
		}
		b, err := io.ReadAll(io.LimitReader(part, mostBefore))
		if err != nil {
			return sent, nil //nolint:nilerr // as above
		}
		sent.Set(part.FormName(), string(b))
	}
}

func (s *Site) evidencePage(c echo.Context, by complaint.Access, sent url.Values) (*MineEvidencePage, error) {
	frame, err := s.mine(c, "mine_evidence", evidencePath)
	if err != nil {
		return nil, err
	}
	f, err := s.Complaints.Read(c.Request().Context(), by)
	if err != nil {
		return nil, err
	}
	p := &MineEvidencePage{MineFrame: frame}
	for _, file := range slices.Backward((teller{frame.Base, f, s.Now()}).files()) {
		if !file.Removed {
			p.Files = append(p.Files, file)
		}
	}
	p.Description = view.Field{ID: "description", Label: p.Must("mine.what"), Hint: p.Must("mine.what_hint"), Value: tidy(sent.Get("description"), false), Autocomplete: "off"}
	p.Photo = view.Field{ID: "photo", Label: p.Must("mine.photo"), Hint: p.Must("mine.photo_hint")}
	p.Other = view.Field{ID: "other", Label: p.Must("mine.other_file"), Hint: p.Must("mine.other_file_hint")}
	return p, nil
}

func (s *Site) mineEvidenceFile(c echo.Context, by complaint.Access) error {
	p, err := s.evidenceFilePage(c, by, c.Param("id"), nil)
	if err != nil {
		return err
	}
	p.Sure = c.QueryParam("remove") == "1"
	if p.Sure {
		p.Title = p.Must("mine.remove_title")
	}
	return s.answer(c, http.StatusOK, p)
}

func (s *Site) mineEvidenceChange(c echo.Context, by complaint.Access) error {
	sent, err := middleware.Form(c)
	if err != nil {
		return err
	}
	p, err := s.evidenceFilePage(c, by, c.Param("id"), sent)
	if err != nil {
		return err
	}
	if sent.Get("sure") == "1" {
		if err := s.Complaints.RemoveEvidence(c.Request().Context(), by, p.File.ID); err != nil {
			return err
		}
		return c.Redirect(http.StatusSeeOther, p.URL(evidencePath)+"?removed=1#result")
	}
	switch n := utf8.RuneCountInString(p.Description.Value); {
	case n == 0:
		p.Description.Error = p.Must("mine.description_needed")
	case n > complaint.MostDescription:
		p.Description.Error = p.Must("mine.description_long")
	}
	if p.Description.Error != "" {
		p.wrong(&p.Description)
		return s.answer(c, http.StatusUnprocessableEntity, p)
	}
	if err := s.Complaints.Describe(c.Request().Context(), by, p.File.ID, p.Description.Value); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, p.URL(evidencePath)+"?described=1#result")
}

func (s *Site) evidenceFilePage(c echo.Context, by complaint.Access, id string, sent url.Values) (*MineEvidenceFilePage, error) {
	f, err := s.Complaints.Read(c.Request().Context(), by)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(f.Evidence, func(e complaint.Evidence) bool { return e.ID == id && !e.Removed })
	if i < 0 {
		return nil, fault.New(fault.NotFound, "the case has no such file")
	}
	frame, err := s.mine(c, "mine_evidence_file", evidencePath+"/"+url.PathEscape(id))
	if err != nil {
		return nil, err
	}
	frame.Crumb = &view.Link{URL: frame.URL(evidencePath), Text: frame.Must("mine.title_mine_evidence")}
	p := &MineEvidenceFilePage{MineFrame: frame, File: teller{frame.Base, f, s.Now()}.fileOf(f.Evidence[i])}
	p.Description = view.Field{ID: "description", Label: p.Must("mine.what"), Hint: p.Must("mine.what_hint"), Value: p.File.Description, Autocomplete: "off"}
	if sent != nil {
		p.Description.Value = tidy(sent.Get("description"), false)
	}
	return p, nil
}

// mineEvidenceBytes gives a file back as it was handed in. It is never shown within a page of ours, and nothing in it runs.
func (s *Site) mineEvidenceBytes(c echo.Context, by complaint.Access) error {
	err := s.Complaints.OpenEvidence(c.Request().Context(), by, c.Param("id"), func(e complaint.Evidence) (io.Writer, error) {
		attach(c, complaint.SafeName(e.Name, e.Kind), e.Kind)
		c.Response().Header().Set("Content-Length", strconv.FormatInt(e.Size, 10))
		c.Response().WriteHeader(http.StatusOK)
		if c.Request().Method == http.MethodHead {
			return io.Discard, nil
		}
		return c.Response(), nil
	})
	return s.sent(c, err)
}

// sent ends an answer that goes out while it is made. What goes wrong on the way can be told no more: the connection is cut, so
// that nobody takes a part for the whole.
func (s *Site) sent(c echo.Context, err error) error {
	if err == nil || !c.Response().Committed {
		return err
	}
	if c.Request().Context().Err() == nil {
		s.Complaints.Log.Error("send a file", "route", c.Path(), "error", err)
	}
	panic(http.ErrAbortHandler)
}

// attach makes the answer a file to be saved (RFC 6266), which no browser shows as a page of this site.
func attach(c echo.Context, name, kind string) {
	h := c.Response().Header()
	h["Cache-Control"] = noStore
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="file%s"; filename*=UTF-8''%s`, evidence.Extension(kind), url.PathEscape(name)))
}
