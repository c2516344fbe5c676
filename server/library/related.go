package library

import (
	"slices"
)

// What belongs together is found by the ids of the taxonomy, from either side, so that no list of links is kept by
// hand.

// WarningModules are the published lessons against what a warning tells of: those it names, in its order, then those
// that teach about one of its schemes.
func (l *Library) WarningModules(w *Warning) []*Module {
	var list []*Module
	for _, slug := range w.Modules {
		if m, ok := l.Module(slug); ok && !slices.Contains(list, m) {
			list = append(list, m)
		}
	}
	for _, m := range l.modules {
		if !slices.Contains(list, m) && share(m.Schemes, w.Schemes) {
			list = append(list, m)
		}
	}
	return list
}

// ModuleWarnings are the warnings that a lesson helps against, newest first.
func (l *Library) ModuleWarnings(m *Module) []*Warning {
	return slices.DeleteFunc(slices.Clone(l.warnings), func(w *Warning) bool {
		return !slices.Contains(w.Modules, m.Slug) && !share(m.Schemes, w.Schemes)
	})
}

// ToolWarnings are the warnings that name a tool, newest first.
func (l *Library) ToolWarnings(id string) []*Warning {
	return slices.DeleteFunc(slices.Clone(l.warnings), func(w *Warning) bool { return !slices.Contains(w.Tools, id) })
}

// ToolModules are the published lessons that name a tool.
func (l *Library) ToolModules(id string) []*Module {
	return slices.DeleteFunc(slices.Clone(l.modules), func(m *Module) bool { return !slices.Contains(m.Tools, id) })
}

// Tools are the tools of the taxonomy with these ids, in the order of the ids.
func (l *Library) Tools(ids []string) []Tag {
	var tags []Tag
	for _, id := range ids {
		if t, ok := Find(l.taxonomy.Tools, id); ok {
			tags = append(tags, t)
		}
	}
	return tags
}

func share(a, b []string) bool {
	return slices.ContainsFunc(a, func(id string) bool { return slices.Contains(b, id) })
}

// SchemeWarnings are the warnings about a scheme, whether mainly or beside another, newest first.
func (l *Library) SchemeWarnings(id string) []*Warning {
	return slices.DeleteFunc(slices.Clone(l.warnings), func(w *Warning) bool { return !slices.Contains(w.Schemes, id) })
}
