package library

import (
	"fmt"
	"io/fs"
	"path"
	"strings"

	"anxin/server/locale"
)

// Asked is how people ask for one thing, in each language: in their own words, in worry, by the sound of a word. It helps
// the search and is never shown.
type Asked struct {
	Hans []string `yaml:"zh-Hans"`
	Hant []string `yaml:"zh-Hant"`
	En   []string `yaml:"en"`
}

// All are the phrases of every language.
func (a Asked) All() []string {
	list := append([]string{}, a.Hans...)
	list = append(list, a.Hant...)
	return append(list, a.En...)
}

const synonymsFile = "asked/synonyms.yaml"

// leastAsked is how many ways to ask a module, a tool or a scheme has in each language; other things may have fewer.
const leastAsked = 15

// Asked reads how people ask for a thing, such as module.spot-a-scam, scheme.TF-GOV, tool.loan-cost, page.scammed or
// hotline.110. What nobody wrote phrases for has none.
func (l *Library) Asked(name string) (Asked, error) {
	a, ps := l.readAsked("asked/" + name + ".yaml")
	if ps != nil {
		return Asked{}, ps
	}
	return a, nil
}

func (l *Library) readAsked(file string) (a Asked, ps Problems) {
	data, err := fs.ReadFile(l.fsys, file)
	if err != nil {
		return a, nil
	}
	return a, decode(file, data, 0, &a)
}

// Synonyms reads the groups of words that mean the same to somebody who searches.
func (l *Library) Synonyms() ([][]string, error) {
	data, err := fs.ReadFile(l.fsys, synonymsFile)
	if err != nil {
		return nil, nil //nolint:nilerr // a folder of content need not have any
	}
	var groups [][]string
	if ps := decode(synonymsFile, data, 0, &groups); ps != nil {
		return nil, ps
	}
	return groups, nil
}

// askedProblems checks every file of phrases, and that what people look for most has enough of them.
func (l *Library) askedProblems() Problems {
	var ps Problems
	if _, err := l.Synonyms(); err != nil {
		ps = append(ps, asProblems(err)...)
	}
	files, err := fs.Glob(l.fsys, "asked/*")
	if err != nil || len(files) == 0 {
		return ps
	}
	whose := map[string]string{} // phrase → file
	for _, file := range files {
		if file == synonymsFile {
			continue
		}
		name, yaml := strings.CutSuffix(path.Base(file), ".yaml")
		if kind, id, ok := strings.Cut(name, "."); !yaml || !ok || !l.askable(kind, id) {
			ps = append(ps, Problem{file, 1, "reference", "is about nothing we have: name it module.<slug>, tool.<id>, scheme.<id>, page.<name> or hotline.<number>, .yaml"})
			continue
		}
		a, bad := l.readAsked(file)
		ps = append(ps, bad...)
		for _, phrase := range a.All() {
			if other, twice := whose[phrase]; twice && other != file {
				ps = append(ps, Problem{file, 1, "asked", fmt.Sprintf("%q stands in %s, too: it can point to one thing only", phrase, other)})
			}
			whose[phrase] = file
		}
	}
	return append(ps, l.tooFewAsked()...)
}

func (l *Library) tooFewAsked() Problems {
	var ps Problems
	need := func(name string) {
		file := "asked/" + name + ".yaml"
		a, bad := l.readAsked(file)
		if bad != nil {
			return // told already
		}
		for i, list := range [][]string{a.Hans, a.Hant, a.En} {
			if len(list) < leastAsked {
				ps = append(ps, Problem{file, 1, "asked", fmt.Sprintf("%d ways to ask in %s, at least %d are needed", len(list), locale.All[i], leastAsked)})
			}
		}
	}
	for _, m := range l.modules {
		need("module." + m.Slug)
	}
	for _, t := range l.taxonomy.Tools {
		need("tool." + t.ID)
	}
	for _, s := range l.taxonomy.Schemes {
		if len(l.SchemeWarnings(s.ID)) > 0 {
			need("scheme." + s.ID)
		}
	}
	return ps
}

// askable tells whether there is such a thing.
func (l *Library) askable(kind, id string) bool {
	switch kind {
	case "module":
		_, published := l.Module(id)
		return published || l.draft(id)
	case "tool":
		_, ok := Find(l.taxonomy.Tools, id)
		return ok
	case "scheme":
		_, ok := Find(l.taxonomy.Schemes, id)
		return ok
	case "page":
		_, prose := l.Page(id)
		return prose || ownPages[id]
	case "hotline":
		_, ok := l.Hotline(id)
		return ok
	}
	return false
}

// ownPages have their words in the catalogues.
var ownPages = map[string]bool{"learn": true, "warnings": true, "tools": true, "settings": true}

// Hotline finds the fact of a telephone number.
func (l *Library) Hotline(number string) (*Fact, bool) {
	for _, f := range l.Facts() {
		if (f.Kind == "phone" || f.Kind == "sender") && f.Value == number {
			return f, true
		}
	}
	return nil, false
}

// EverythingAsked reads all phrases there are.
func (l *Library) EverythingAsked() ([]Asked, error) {
	files, err := fs.Glob(l.fsys, "asked/*.yaml")
	if err != nil {
		return nil, fmt.Errorf("list asked/: %w", err)
	}
	var all []Asked
	for _, file := range files {
		if file == synonymsFile {
			continue
		}
		a, ps := l.readAsked(file)
		if ps != nil {
			return nil, ps
		}
		all = append(all, a)
	}
	return all, nil
}
