package library

import (
	"strings"

	"anxin/server/locale"
)

// Edition is one text in one language, rendered.
type Edition struct {
	Front
	Lang  locale.Code
	File  string
	Body  []Block
	Used  Used
	Stale bool // the source has changed since this translation was made

	// Names in plain words, for titles and lists.
	Title, Summary string
	Objectives     []string
}

// Edition is the module's text in a language, parsed when first asked for.
func (l *Library) Edition(m *Module, code locale.Code) (*Edition, error) {
	file := "modules/" + m.Slug + "/" + string(code) + ".md"
	return once(l, l.editions, file, func(file string) (*Edition, Problems) {
		e, s := l.parseEdition(file, code)
		if e == nil {
			return nil, s.problems
		}
		s.moduleShape(e, m)
		return e, s.problems
	})
}

// PageEdition is a prose page's text in a language.
func (l *Library) PageEdition(p *Page, code locale.Code) (*Edition, error) {
	file := "pages/" + p.Name + "/" + string(code) + ".md"
	return once(l, l.editions, file, func(file string) (*Edition, Problems) {
		e, s := l.parseEdition(file, code)
		if e != nil {
			s.noLesson(e)
			s.goesSomewhere(e)
		}
		return e, s.problems
	})
}

// Easy is the module's easy-read twin, which is written in zh-Hans.
func (l *Library) Easy(m *Module) (*Edition, error) {
	return once(l, l.editions, "modules/"+m.Slug+"/"+easyFile, func(file string) (*Edition, Problems) {
		e, s := l.parseEdition(file, locale.Hans)
		if e != nil {
			s.noLesson(e)
			s.goesSomewhere(e)
		}
		return e, s.problems
	})
}

func (l *Library) parseEdition(file string, code locale.Code) (*Edition, *scope) {
	front, body, first, ps := l.readMarkdown(file)
	e := &Edition{Front: front, Lang: code, File: file}
	s := &scope{lib: l, lang: code, file: file, used: &e.Used, problems: ps}
	if ps != nil {
		return nil, s
	}
	e.Title, e.Summary = s.plain(front.Title), s.plain(front.Summary)
	for _, o := range front.Objectives {
		e.Objectives = append(e.Objectives, s.plain(o))
	}
	e.Body = s.blocks(body, first)
	if code != locale.Hans {
		src, srcBody, _, bad := l.readMarkdown(file[:len(file)-len(code)-len(".md")] + sourceFile)
		e.Stale = bad != nil || front.SourceHash != sourceHash(src, srcBody)
	}
	return e, s
}

// moduleShape checks what every module has: cases to try, one rule, its piece and its quiz, and ways on.
func (s *scope) moduleShape(e *Edition, m *Module) {
	quiz, err := s.lib.Quiz(m, e.Lang)
	count := map[string]int{}
	for _, b := range e.Body {
		count[b.Kind]++
		switch b.Kind {
		case "try":
			if err != nil {
				continue
			}
			if it, ok := quiz.Try(b.Arg); !ok {
				s.problem(b.Line, "reference", "there is no item %q with use: try in the module's quiz", b.Arg)
			} else {
				e.Used.merge(it.Used)
			}
		case "piece":
			if !s.lib.HasPiece(m) {
				s.problem(b.Line, "reference", "the module has no file in pieces/")
			}
		}
	}
	for kind, want := range map[string]int{"rule": 1, "quiz": 1} {
		if count[kind] != want {
			s.problem(1, "shape", "a module has exactly one %s, this one has %d", kind, count[kind])
		}
	}
	if count["try"] < 2 {
		s.problem(1, "shape", "a module has two cases to try, this one has %d", count["try"])
	}
	s.goesSomewhere(e)
}

// noLesson finds what only a lesson has, in a text that is none.
func (s *scope) noLesson(e *Edition) {
	for _, b := range e.Body {
		switch b.Kind {
		case "try", "piece", "quiz":
			s.problem(b.Line, "syntax", "{%s} stands in a lesson only, not in an easy-read text or on a page", b.Kind)
		}
	}
}

// goesSomewhere checks the links and telephone buttons of a text.
func (s *scope) goesSomewhere(e *Edition) {
	for _, b := range e.Body {
		switch b.Kind {
		case "call":
			f, ok := s.lib.Fact(b.Arg)
			if !ok || f.Kind != "phone" || f.Mark == Unknown {
				s.problem(b.Line, "reference", "{call %s}: there is no published fact of kind phone with this id", b.Arg)
				continue
			}
			e.Used.fact(f)
		case "go":
			if !s.lib.reachable(b.Arg) {
				s.problem(b.Line, "reference", "{go %s}: there is no such page", b.Arg)
			}
		}
	}
}

// reachable tells whether a {go …} leads to a page of ours.
func (l *Library) reachable(target string) bool {
	switch target {
	case "scammed", "complaints/new", "learn", "warnings", "settings", "about/sources", "about/accessibility", "about/privacy", "about/errors":
		return true
	}
	if id, ok := strings.CutPrefix(target, "tools"); ok {
		_, found := Find(l.taxonomy.Tools, strings.TrimPrefix(id, "/"))
		return found || id == ""
	}
	for _, m := range l.modules {
		if target == "learn/"+m.Slug || m.HasEasy && target == "learn/"+m.Slug+"/easy" || target == "learn/"+m.Slug+"/quiz" || target == "learn/"+m.Slug+"/practice" && l.HasPiece(m) {
			return true
		}
	}
	if code, ok := strings.CutPrefix(target, "warnings/"); ok {
		_, ok = l.Warning(code)
		return ok
	}
	return false
}
