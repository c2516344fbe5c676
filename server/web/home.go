package web

import (
	"github.com/labstack/echo/v4"

	"anxin/server/view"
)

// HomePage shows the four doors, the first hour, and what can be learnt.
type HomePage struct {
	view.Base
	Doors   []Door
	Lessons []Lesson
}

// Door is one of the four large tiles. Where what it will lead to is not yet built, its words say what it leads to now.
type Door struct {
	URL, Sign, Name, Text string
}

func (s *Site) home(c echo.Context) (view.Page, error) {
	b, err := s.base(c, "home")
	if err != nil {
		return nil, err
	}
	b.Wide = true
	b.Title = b.Must("home.title")
	b.Description = b.Must("home.summary")
	door := func(id, sign, url string) Door {
		return Door{URL: url, Sign: sign, Name: b.Must("home.door_" + id), Text: b.Must("home.door_" + id + "_text")}
	}
	lessons, err := s.lessons(b, s.Library.Modules())
	return &HomePage{
		Base: b,
		Doors: []Door{
			door("learn", "learn", b.URL("/learn")),
			door("check", "check-note", b.URL("/search")),
			door("warn", "warn", b.URL("/warnings")),
			door("complain", "counter", b.URL(newComplaint)),
		},
		Lessons: lessons,
	}, err
}
