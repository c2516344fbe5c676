package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"anxin/server/complaint"
	"anxin/server/locale"
	"anxin/server/view"
)

// MineWhole is everything that her file holds, from the first answer to the last look at it.
type MineWhole struct {
	Number, Submitted, SHA256, State string
	Filed                            []view.Row
	Timeline                         []MineEntry
	Messages                         []MineMessage
	Letters                          []MineLetter
	Files                            []MineFile
	Told                             []MineCopies
	Surveys                          []MineMessage
	Seen                             []MineSeen
	Limitation                       *MineDue
}

// MineFilePage is her whole file on one page, for reading and for print.
type MineFilePage struct {
	MineFrame
	MineWhole
}

// MineBundlePage is the same as a page of its own, which opens without this site.
type MineBundlePage struct {
	view.Base
	MineWhole
	Made string
}

func (s *Site) mineFile(c echo.Context, by complaint.Access) error {
	frame, err := s.mine(c, "mine_file", minePath+"/file")
	if err != nil {
		return err
	}
	f, err := s.Complaints.Read(c.Request().Context(), by)
	if err != nil {
		return err
	}
	p := &MineFilePage{MineFrame: frame}
	if p.MineWhole, err = s.whole(teller{frame.Base, f, s.Now()}); err != nil {
		return err
	}
	for i := range p.Files {
		p.Files[i].URL = p.URL(evidencePath + "/" + p.Files[i].ID + "/file")
	}
	return s.answer(c, http.StatusOK, p)
}

// mineZip gives her the whole file to keep.
func (s *Site) mineZip(c echo.Context, by complaint.Access) error {
	code, err := lang(c)
	if err != nil {
		return err
	}
	if c.Request().Method == http.MethodHead {
		attach(c, "file.zip", "application/zip")
		return c.NoContent(http.StatusOK)
	}
	return s.sent(c, s.Complaints.WriteBundle(c.Request().Context(), by, s.BundleIndex(code), &attachment{c: c}))
}

// attachment begins to answer with a file when its first bytes come, so that what goes wrong before is a page.
type attachment struct {
	c     echo.Context
	begun bool
}

func (a *attachment) Write(p []byte) (int, error) {
	if !a.begun {
		a.begun = true
		attach(a.c, "file.zip", "application/zip")
		a.c.Response().WriteHeader(http.StatusOK)
	}
	return a.c.Response().Write(p)
}

// BundleIndex writes the page that a bundle opens with, in a language.
func (s *Site) BundleIndex(code locale.Code) complaint.IndexPage {
	return func(f complaint.File, paths map[string]string) ([]byte, error) {
		b := s.View.Base("mine_bundle", code, minePath+"/file", view.Standard)
		b.Title = b.Must("mine.title_mine_file")
		p := &MineBundlePage{Base: b}
		t := teller{b, f, s.Now()}
		p.Made = t.when(s.Now())
		var err error
		if p.MineWhole, err = s.whole(t); err != nil {
			return nil, err
		}
		for i, file := range p.Files {
			p.Files[i].URL = paths[file.ID]
		}
		return s.View.Render(p)
	}
}

func (s *Site) whole(t teller) (MineWhole, error) {
	table, state := t.at(0)
	w := MineWhole{
		Number: complaint.Grouped(t.file.Number), Submitted: t.when(t.file.SubmittedAt), SHA256: t.file.SHA256, State: t.state(table, state),
		Filed: s.filed(t), Messages: t.messages(), Letters: t.letters(), Files: t.files(), Told: t.copies(), Surveys: t.surveys(),
		Seen: t.seen(),
	}
	var err error
	if w.Timeline, err = t.timeline(); err != nil {
		return w, err
	}
	w.Limitation, err = t.limitation()
	return w, err
}

// filed are her answers as she filed them.
func (s *Site) filed(t teller) []view.Row {
	rows := s.rows(t.Base, t.file.Filed)
	for i := range rows {
		rows[i].URL = "" // what was filed does not change
	}
	return rows
}
