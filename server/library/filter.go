package library

import (
	"slices"
	"strings"
)

// Everybody is the audience of what concerns all readers.
const Everybody = "all"

// WarningFilter narrows the list of warnings. An empty field lets every warning through.
type WarningFilter struct {
	Scheme   string // id of a scheme, or of a scheme group
	Audience string // warnings for everybody are for this audience, too
	Channel  string
}

// Passes tells whether a warning is one of those wanted.
func (f WarningFilter) Passes(w *Warning) bool {
	scheme := func(id string) bool { return id == f.Scheme || GroupOf(id) == f.Scheme }
	return (f.Scheme == "" || slices.ContainsFunc(w.Schemes, scheme)) &&
		(f.Audience == "" || slices.Contains(w.Audience, f.Audience) || slices.Contains(w.Audience, Everybody)) &&
		(f.Channel == "" || slices.Contains(w.Channels, f.Channel))
}

// WarningsLike are the warnings that a filter lets through, newest first.
func (l *Library) WarningsLike(f WarningFilter) []*Warning {
	return slices.DeleteFunc(slices.Clone(l.warnings), func(w *Warning) bool { return !f.Passes(w) })
}

// GroupOf is the group of a scheme: the letters before the hyphen of its id.
func GroupOf(scheme string) string {
	group, _, _ := strings.Cut(scheme, "-")
	return group
}
