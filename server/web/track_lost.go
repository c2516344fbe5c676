package web

import (
	"math"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"anxin/server/complaint"
	"anxin/server/fault"
	"anxin/server/middleware"
	"anxin/server/view"
)

const lostPath = trackPath + "/lost"

// TrackLostPage takes the word of somebody who lost the code. What it answers says nothing of whether there is such a complaint.
type TrackLostPage struct {
	view.Base
	Number, Name, Phone view.Field
	Summary             view.ErrorSummary
	Asked               bool
}

func (s *Site) trackLost(c echo.Context) error {
	p, err := s.trackLostPage(c, "", "", "")
	if err != nil {
		return err
	}
	p.Asked = c.QueryParam("asked") == "1"
	return s.answer(c, http.StatusOK, p)
}

func (s *Site) trackLostAsked(c echo.Context) error {
	sent, err := middleware.Form(c)
	if err != nil {
		return err
	}
	p, err := s.trackLostPage(c, sent.Get("number"), sent.Get("name"), sent.Get("phone"))
	if err != nil {
		return err
	}
	number, ok := complaint.ParseNumber(figures(sent.Get("number")))
	if !ok {
		p.wrong(&p.Number, numberKey(sent.Get("number"), number))
	}
	for _, f := range []*view.Field{&p.Name, &p.Phone} {
		if strings.TrimSpace(f.Value) == "" {
			p.wrong(f, "track.needed")
		}
	}
	if p.Invalid {
		return s.answer(c, http.StatusUnprocessableEntity, p)
	}
	err = s.Complaints.RequestCode(c.Request().Context(), middleware.Client(c), number, p.Name.Value, p.Phone.Value)
	if e := fault.From(err); err != nil && (e.Kind == fault.TooMany || e.Kind == fault.Unavailable) {
		c.Response().Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(e.RetryAfter.Seconds()))))
		p.Invalid = true
		p.Summary.Title = p.Must("track.lost_not")
		p.Summary.Items = []view.ErrorItem{{Field: "number", Text: p.Must("track.lost_often", "count", int(math.Ceil(e.RetryAfter.Minutes())))}}
		return s.answer(c, e.Kind.Status(), p)
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, p.URL(lostPath)+"?asked=1#result")
}

func (s *Site) trackLostPage(c echo.Context, number, name, phone string) (*TrackLostPage, error) {
	c.Response().Header()["Cache-Control"] = noStore
	b, err := s.base(c, "track_lost")
	if err != nil {
		return nil, err
	}
	b.Title = b.Must("track.lost_title")
	b.Description = b.Must("track.lost_summary")
	b.Crumb = &view.Link{URL: b.URL(trackPath), Text: b.Must("track.title")}
	p := &TrackLostPage{Base: b}
	p.Number = view.Field{ID: "number", Label: b.Must("track.number"), Hint: b.Must("track.number_hint"), Value: typedNumber(number), Autocomplete: "off", InputMode: "numeric"}
	p.Name = view.Field{ID: "name", Label: b.Must("track.lost_name"), Hint: b.Must("track.lost_name_hint"), Value: typedNumber(name), Autocomplete: "name"}
	p.Phone = view.Field{ID: "phone", Label: b.Must("track.lost_phone"), Hint: b.Must("track.lost_phone_hint"), Value: typedNumber(phone), Autocomplete: "tel", InputMode: "tel"}
	return p, nil
}

func (p *TrackLostPage) wrong(f *view.Field, key string) {
	f.Error, f.ErrorLabel = p.Must(key), p.Must("common.error_label")
	p.Invalid = true
	p.Summary.Title = p.Must("common.error_title")
	p.Summary.Items = append(p.Summary.Items, view.ErrorItem{Field: f.ID, Text: f.Label + p.Must("common.colon") + f.Error})
}
