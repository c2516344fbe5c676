package web

import (
	"fmt"
	"html/template"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"anxin/server/library"
	"anxin/server/view"
)

// WarningsPage is the list of risk warnings, newest first, narrowed by scheme, audience and channel through plain links.
type WarningsPage struct {
	view.Base
	Groups, Schemes, Audiences, Channels []view.Link
	Alerts                               []Alert
	Filtered                             string // what it was narrowed to, in words
	None                                 bool   // there is no warning at all
	Feed                                 string
}

// Alert is a warning in a list.
type Alert struct {
	URL, Title, Summary, Severity string
	Schemes                       []string
	On                            time.Time
}

func (s *Site) alerts(b view.Base, warnings []*library.Warning) ([]Alert, error) {
	list := make([]Alert, 0, len(warnings))
	for _, w := range warnings {
		e, err := s.Library.WarningEdition(w, b.Lang)
		if err != nil {
			return nil, err
		}
		a := Alert{
			URL: b.URL("/warnings/" + w.Code), Title: e.Title, Summary: e.Summary, On: w.Source.Date.Time,
			Severity: b.Must(severityKey(w)),
		}
		for _, id := range w.Schemes {
			tag, _ := library.Find(s.Library.Taxonomy().Schemes, id)
			a.Schemes = append(a.Schemes, b.In(tag.Name))
		}
		list = append(list, a)
	}
	return list, nil
}

func severityKey(w *library.Warning) string { return fmt.Sprintf("warning.severity_%d", w.Severity) }

// facetKind is one way to narrow the list: the query's key, the tags to choose from, those a warning has, and the
// field of the filter.
type facetKind struct {
	key   string
	tags  []library.Tag
	of    func(*library.Warning) []string
	field func(*library.WarningFilter) *string
}

func (s *Site) facetKinds() (groups, schemes, audiences, channels facetKind) {
	t := s.Library.Taxonomy()
	scheme := func(f *library.WarningFilter) *string { return &f.Scheme }
	groupsOf := func(w *library.Warning) (ids []string) {
		for _, id := range w.Schemes {
			ids = append(ids, library.GroupOf(id))
		}
		return ids
	}
	return facetKind{"scheme", t.Groups, groupsOf, scheme},
		facetKind{"scheme", t.Schemes, func(w *library.Warning) []string { return w.Schemes }, scheme},
		facetKind{"for", t.Audiences, func(w *library.Warning) []string { return w.Audience }, func(f *library.WarningFilter) *string { return &f.Audience }},
		facetKind{"channel", t.Channels, func(w *library.Warning) []string { return w.Channels }, func(f *library.WarningFilter) *string { return &f.Channel }}
}

// inUse are the kind's tags that a warning has. "all" is left out: a warning for everybody is found under each
// audience, and the whole list is theirs.
func (k facetKind) inUse(warnings []*library.Warning) []library.Tag {
	used := map[string]bool{library.Everybody: false}
	for _, w := range warnings {
		for _, id := range k.of(w) {
			used[id] = id != library.Everybody
		}
	}
	var tags []library.Tag
	for _, t := range k.tags {
		if used[t.ID] {
			tags = append(tags, t)
		}
	}
	return tags
}

// warningFilter reads the query; values that name nothing we have are left out.
func (s *Site) warningFilter(u *url.URL) library.WarningFilter {
	var f library.WarningFilter
	q := u.Query()
	groups, schemes, audiences, channels := s.facetKinds()
	for _, k := range []facetKind{groups, schemes, audiences, channels} {
		if _, ok := library.Find(k.inUse(s.Library.Warnings()), q.Get(k.key)); ok {
			*k.field(&f) = q.Get(k.key)
		}
	}
	return f
}

// warningsQuery is the list's query in canonical form.
func (s *Site) warningsQuery(u *url.URL) string { return queryOf(s.warningFilter(u)) }

func queryOf(f library.WarningFilter) string {
	q := url.Values{}
	for key, value := range map[string]string{"scheme": f.Scheme, "for": f.Audience, "channel": f.Channel} {
		if value != "" {
			q.Set(key, value)
		}
	}
	return q.Encode()
}

func warningsPath(f library.WarningFilter) string {
	if q := queryOf(f); q != "" {
		return "/warnings?" + q
	}
	return "/warnings"
}

// warningsCases lists the list's addresses: whole, and narrowed by each tag that a warning has.
func (s *Site) warningsCases() []string {
	cases, seen := []string{"/warnings"}, map[string]bool{}
	groups, schemes, audiences, channels := s.facetKinds()
	for _, k := range []facetKind{groups, schemes, audiences, channels} {
		for _, t := range k.inUse(s.Library.Warnings()) {
			var f library.WarningFilter
			*k.field(&f) = t.ID
			if path := warningsPath(f); !seen[path] {
				seen[path] = true
				cases = append(cases, path)
			}
		}
	}
	return cases
}

func (s *Site) warningCases() []string {
	var cases []string
	for _, w := range s.Library.Warnings() {
		cases = append(cases, "/warnings/"+w.Code)
	}
	return cases
}

func (s *Site) warnings(c echo.Context) (view.Page, error) {
	b, err := s.base(c, "warnings")
	if err != nil {
		return nil, err
	}
	f := s.warningFilter(c.Request().URL)
	b.Path = warningsPath(f) // the same list in another language is one link away, too
	b.Crumb = &view.Link{URL: b.URL("/"), Text: b.Must("common.home")}
	p := &WarningsPage{Base: b, None: len(s.Library.Warnings()) == 0, Feed: "/feeds/warnings." + string(b.Lang) + ".atom"}
	groups, schemes, audiences, channels := s.facetKinds()
	var names []string
	group := library.GroupOf(f.Scheme)
	p.Groups = s.alertFacet(b, groups, f, group, nil, &names)
	if f.Scheme != "" {
		names = nil // the scheme says more than its group
		within := func(id string) bool { return library.GroupOf(id) == group }
		p.Schemes = s.alertFacet(b, schemes, f, f.Scheme, within, &names)
		if len(names) == 0 {
			tag, _ := library.Find(groups.tags, group)
			names = []string{b.In(tag.Name)}
		}
	}
	p.Audiences = s.alertFacet(b, audiences, f, f.Audience, nil, &names)
	p.Channels = s.alertFacet(b, channels, f, f.Channel, nil, &names)
	p.Filtered = strings.Join(names, b.Must("common.comma"))
	p.Title, p.Description = b.Must("warnings.title"), b.Must("warnings.summary")
	if p.Filtered != "" {
		p.Title += b.Must("common.colon") + p.Filtered
	}
	p.Extra = feedLinks(p.Base)
	p.Alerts, err = s.alerts(b, s.Library.WarningsLike(f))
	return p, err
}

// alertFacet makes the links that narrow the list by one kind of tag, each with how many warnings it leads to, keeping
// what the list is narrowed by otherwise. What would lead to none is not offered. The name of the current one is added
// to names.
func (s *Site) alertFacet(b view.Base, k facetKind, f library.WarningFilter, current string, within func(string) bool, names *[]string) []view.Link {
	with := func(value string) view.Link {
		to := f
		*k.field(&to) = value
		return view.Link{URL: b.URL(warningsPath(to)), Text: fmt.Sprint(len(s.Library.WarningsLike(to)))}
	}
	var links []view.Link
	for _, tag := range k.inUse(s.Library.Warnings()) {
		if within != nil && !within(tag.ID) {
			continue
		}
		link := with(tag.ID)
		if link.Current = tag.ID == current; link.Current {
			*names = append(*names, b.In(tag.Name))
		}
		if link.Text != "0" || link.Current {
			link.Text = b.Must("warnings.option", "name", b.In(tag.Name), "n", link.Text)
			links = append(links, link)
		}
	}
	if within == nil && len(links) > 0 {
		every := with("")
		every.Text, every.Current = b.Must("warnings.every_"+k.key), current == ""
		links = append([]view.Link{every}, links...)
	}
	return links
}

// feedLinks name the feeds in the page's head, where readers' programs look for them.
func feedLinks(b view.Base) template.HTML {
	var links strings.Builder
	for _, f := range []struct{ kind, ending string }{{"application/feed+json", "json"}, {"application/atom+xml", "atom"}} {
		fmt.Fprintf(&links, "<link rel=\"alternate\" type=%q href=\"/feeds/warnings.%s.%s\" title=%q>\n", f.kind, b.Lang, f.ending, template.HTMLEscapeString(b.Must("warnings.title")))
	}
	return template.HTML(links.String()) //nolint:gosec // made of our own words, escaped
}
