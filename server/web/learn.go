package web

import (
	"net/url"
	"slices"

	"github.com/labstack/echo/v4"

	"anxin/server/library"
	"anxin/server/view"
)

// LearnPage is the catalogue of modules, narrowed by track and audience through plain links.
type LearnPage struct {
	view.Base
	Tracks, Audiences []view.Link
	Lessons           []Lesson
	Filtered          string // what it was narrowed to, in words
}

// Lesson is a module in a list.
type Lesson struct {
	URL, Title, Summary, Track string
	Minutes                    int
	Easy                       string // address of the easy-read twin; empty where there is none
}

func (s *Site) lessons(b view.Base, modules []*library.Module) ([]Lesson, error) {
	list := make([]Lesson, 0, len(modules))
	for _, m := range modules {
		front := m.Names[b.Lang]
		track, _ := library.Find(s.Library.Taxonomy().Tracks, m.Track)
		l := Lesson{
			URL: b.URL("/learn/" + m.Slug), Minutes: m.Minutes, Track: b.In(track.Name),
			Title:   s.Library.PlainText(front.Title.Raw, b.Lang),
			Summary: s.Library.PlainText(front.Summary.Raw, b.Lang),
		}
		if m.HasEasy {
			l.Easy = b.URL("/learn/" + m.Slug + "/easy")
		}
		list = append(list, l)
	}
	return list, nil
}

// learnQuery is the catalogue's query in canonical form; values that name nothing we have are left out.
func (s *Site) learnQuery(u *url.URL) string {
	q, out := u.Query(), url.Values{}
	if track := q.Get("track"); slices.Contains(s.tracksInUse(), track) {
		out.Set("track", track)
	}
	if audience := q.Get("for"); slices.Contains(s.audiencesInUse(), audience) {
		out.Set("for", audience)
	}
	return out.Encode()
}

// learnCases lists the catalogue's addresses: whole, and narrowed by each track and audience that has a module.
func (s *Site) learnCases() []string {
	cases := []string{"/learn"}
	for _, t := range s.tracksInUse() {
		cases = append(cases, "/learn?track="+t)
	}
	for _, a := range s.audiencesInUse() {
		cases = append(cases, "/learn?for="+a)
	}
	return cases
}

func (s *Site) tracksInUse() []string {
	return inUse(s.Library.Taxonomy().Tracks, s.Library.Modules(), func(m *library.Module) []string { return []string{m.Track} })
}

// audiencesInUse leaves out "all": a lesson for everybody is found under each audience, and the whole list is theirs.
func (s *Site) audiencesInUse() []string {
	ids := inUse(s.Library.Taxonomy().Audiences, s.Library.Modules(), func(m *library.Module) []string { return m.Audience })
	return slices.DeleteFunc(ids, func(id string) bool { return id == everybody })
}

const everybody = library.Everybody

func inUse(tags []library.Tag, modules []*library.Module, of func(*library.Module) []string) []string {
	var ids []string
	for _, t := range tags {
		if slices.ContainsFunc(modules, func(m *library.Module) bool { return slices.Contains(of(m), t.ID) }) {
			ids = append(ids, t.ID)
		}
	}
	return ids
}

func (s *Site) learn(c echo.Context) (view.Page, error) {
	b, err := s.base(c, "learn")
	if err != nil {
		return nil, err
	}
	query, err := url.ParseQuery(s.learnQuery(c.Request().URL))
	if err != nil {
		return nil, err
	}
	track, audience := query.Get("track"), query.Get("for")
	if len(query) > 0 {
		b.Path += "?" + query.Encode() // the same list in another language is one link away, too
	}
	b.Crumb = &view.Link{URL: b.URL("/"), Text: b.Must("common.home")}
	p := &LearnPage{Base: b}
	p.Tracks, p.Filtered = s.facet(b, "track", s.Library.Taxonomy().Tracks, s.tracksInUse(), track, query)
	var people string
	p.Audiences, people = s.facet(b, "for", s.Library.Taxonomy().Audiences, s.audiencesInUse(), audience, query)
	if p.Filtered != "" && people != "" {
		p.Filtered += b.Must("common.comma") + people
	} else {
		p.Filtered += people
	}
	p.Title = b.Must("learn.title")
	if p.Filtered != "" {
		p.Title += b.Must("common.colon") + p.Filtered
	}
	p.Description = b.Must("learn.summary")
	var chosen []*library.Module
	for _, m := range s.Library.Modules() {
		forAll := slices.Contains(m.Audience, everybody)
		if (track == "" || m.Track == track) && (audience == "" || forAll || slices.Contains(m.Audience, audience)) {
			chosen = append(chosen, m)
		}
	}
	p.Lessons, err = s.lessons(b, chosen)
	return p, err
}

// facet makes the links that narrow the list by one kind of tag, keeping what it is narrowed by otherwise.
func (s *Site) facet(b view.Base, key string, tags []library.Tag, ids []string, current string, query url.Values) (links []view.Link, name string) {
	with := func(value string) string {
		q := url.Values{}
		for k, v := range query {
			q[k] = v
		}
		q.Del(key)
		if value != "" {
			q.Set(key, value)
		}
		if len(q) == 0 {
			return b.URL("/learn")
		}
		return b.URL("/learn?" + q.Encode())
	}
	links = []view.Link{{URL: with(""), Text: b.Must("learn.every_" + key), Current: current == ""}}
	for _, id := range ids {
		tag, _ := library.Find(tags, id)
		link := view.Link{URL: with(id), Text: b.In(tag.Name), Current: id == current}
		if link.Current {
			name = link.Text
		}
		links = append(links, link)
	}
	return links, name
}
