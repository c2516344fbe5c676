package web

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"anxin/server/complaint"
	"anxin/server/view"
)

// mineRoutes are the pages for whoever was let in. They have no cases: nobody else gets them.
func (s *Site) mineRoutes() []Route {
	get, post := http.MethodGet, http.MethodPost
	const at = "/:lang" + minePath
	return []Route{
		{get, "/:lang" + trackPath, s.track, "track", just(trackPath)},
		{post, "/:lang" + trackPath, s.trackIn, "track", nil},
		{get, "/:lang" + lostPath, s.trackLost, "track_lost", just(lostPath)},
		{post, "/:lang" + lostPath, s.trackLostAsked, "track_lost", nil},
		{get, at, s.signedIn(s.minePage), "mine", nil},
		{post, at + "/leave", s.leave, "track", nil},
		{get, at + "/do/:event", s.signedIn(s.mineDo), "mine_do", nil},
		{post, at + "/do/:event", s.signedIn(s.mineDoes), "mine_do", nil},
		{get, at + "/messages", s.signedIn(s.mineMessages), "mine_messages", nil},
		{post, at + "/messages", s.signedIn(s.mineSay), "mine_messages", nil},
		{get, at + "/add", s.signedIn(s.mineAdd), "mine_add", nil},
		{post, at + "/add", s.signedIn(s.mineAdds), "mine_add", nil},
		{get, at + "/contact", s.signedIn(s.mineContact), "mine_contact", nil},
		{post, at + "/contact", s.signedIn(s.mineContacts), "mine_contact", nil},
		{get, at + "/evidence", s.signedIn(s.mineEvidence), "mine_evidence", nil},
		{post, at + "/evidence", s.signedIn(s.mineHandsIn), "mine_evidence", nil},
		{get, at + "/evidence/:id", s.signedIn(s.mineEvidenceFile), "mine_evidence_file", nil},
		{post, at + "/evidence/:id", s.signedIn(s.mineEvidenceChange), "mine_evidence_file", nil},
		{get, at + "/evidence/:id/file", s.signedIn(s.mineEvidenceBytes), "", nil},
		{get, at + "/letters/:n", s.signedIn(s.mineLetter), "mine_letter", nil},
		{get, at + "/survey", s.signedIn(s.mineSurvey), "mine_survey", nil},
		{post, at + "/survey", s.signedIn(s.mineSurveyed), "mine_survey", nil},
		{get, at + "/file", s.signedIn(s.mineFile), "mine_file", nil},
		{get, at + "/file.zip", s.signedIn(s.mineZip), "mine_bundle", nil},
	}
}

// again shows a form of hers that was sent when she was no longer let in, with all she had filled in. It is hers to send it.
func (s *Site) again(c echo.Context, by complaint.Access, to string, sent url.Values) error {
	u, err := url.Parse(to)
	if err != nil {
		return err // mineTo has read it before
	}
	first, rest, _ := strings.Cut(strings.TrimPrefix(u.Path, minePath+"/"), "/")
	var p interface {
		view.Page
		again()
	}
	switch first {
	case "do":
		var d doing
		if d, err = s.doing(c, by, rest, u.Query().Get("leg")); err != nil {
			return s.notNow(c, by, err)
		}
		p, err = s.mineDoPage(c, d, sent)
	case "messages":
		p, err = s.messagesPage(c, by, sent)
	case "add":
		p, err = s.addPage(c, sent)
	case "survey":
		var q *MineSurveyPage
		if q, err = s.surveyPage(c, by, sent); err == nil && q == nil {
			return c.Redirect(http.StatusSeeOther, "/"+c.Param("lang")+minePath)
		}
		p = q
	case "contact":
		p, err = s.contactPage(c, by, sent)
	case "evidence":
		if rest == "" {
			var e *MineEvidencePage
			if e, err = s.evidencePage(c, by, sent); err == nil {
				e.Again = true
			}
			p = e
		} else {
			p, err = s.evidenceFilePage(c, by, rest, sent)
		}
	default:
		return c.Redirect(http.StatusSeeOther, "/"+c.Param("lang")+to)
	}
	if err != nil {
		return err
	}
	p.again()
	return s.answer(c, http.StatusOK, p)
}

// again says that she finds what she had written.
func (p *MineFrame) again() {
	p.Notice = &view.Notice{Kind: "info", Title: p.Must("mine.again"), Text: view.Plain(p.Must("mine.again_text"))}
}
