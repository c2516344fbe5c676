package web

import (
	"github.com/labstack/echo/v4"

	"anxin/server/library"
	"anxin/server/view"
)

// ToolsPage lists the calculators, each with the lessons that name it.
type ToolsPage struct {
	view.Base
	Entries []ToolEntry
}

// ToolEntry is one calculator of the list.
type ToolEntry struct {
	URL, Name, Note string
	Lessons         []view.Link
}

func (s *Site) toolsList(c echo.Context) (view.Page, error) {
	b, err := s.base(c, "tools")
	if err != nil {
		return nil, err
	}
	b.Title, b.Description = b.Must("tools.title"), b.Must("tools.summary")
	b.Crumb = &view.Link{URL: b.URL("/"), Text: b.Must("common.home")}
	p := &ToolsPage{Base: b}
	for _, t := range s.Library.Taxonomy().Tools {
		p.Entries = append(p.Entries, ToolEntry{b.URL("/tools/" + t.ID), b.In(t.Name), b.In(t.Note), s.lessonsNaming(b, t.ID)})
	}
	return p, nil
}

// lessonsNaming are the lessons in which a tool is used.
func (s *Site) lessonsNaming(b view.Base, tool string) []view.Link {
	var links []view.Link
	for _, m := range s.Library.ToolModules(tool) {
		links = append(links, view.Link{URL: b.URL("/learn/" + m.Slug), Text: s.Library.PlainText(m.Names[b.Lang].Title.Raw, b.Lang)})
	}
	return links
}

// warningsNaming are the warnings about schemes that a tool helps to see through.
func (s *Site) warningsNaming(b view.Base, tool string) ([]view.Link, error) {
	var links []view.Link
	for _, w := range s.Library.ToolWarnings(tool) {
		e, err := s.Library.WarningEdition(w, b.Lang)
		if err != nil {
			return nil, err
		}
		links = append(links, view.Link{URL: b.URL("/warnings/" + w.Code), Text: e.Title})
	}
	return links, nil
}

// tool begins the page of a calculator: its name and what it is for stand in the taxonomy.
func (s *Site) tool(c echo.Context, id, template string) (view.Base, error) {
	b, err := s.base(c, template)
	if err != nil {
		return b, err
	}
	t, _ := library.Find(s.Library.Taxonomy().Tools, id)
	b.Title, b.Description = b.In(t.Name), b.In(t.Note)
	b.Crumb = &view.Link{URL: b.URL("/tools"), Text: b.Must("tools.title")}
	return b, nil
}
