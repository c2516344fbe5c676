package proof

import (
	"fmt"
	"io/fs"
	"regexp"
	"sort"
	"strings"

	yaml "go.yaml.in/yaml/v3"

	"anxin/server/library"
	"anxin/server/locale"
)

// message is one entry of a catalogue with its plural forms.
type message struct {
	file  string
	line  int
	forms map[string]string // "other", "one"
}

func readCatalogues(fsys fs.FS) (map[locale.Code]map[string]message, error) {
	all := map[locale.Code]map[string]message{}
	for _, c := range locale.All {
		all[c] = map[string]message{}
	}
	names, err := fs.Glob(fsys, "*.yaml")
	if err != nil {
		return nil, fmt.Errorf("list catalogues: %w", err)
	}
	for _, name := range names {
		code, ok := locale.Parse(locale.FileLanguage(name))
		if !ok {
			return nil, fmt.Errorf("catalogue %s: write family.language.yaml", name)
		}
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("read catalogue %s: %w", name, err)
		}
		var root yaml.Node
		if err := unmarshal(data, &root); err != nil {
			return nil, fmt.Errorf("catalogue %s: %w", name, err)
		}
		if len(root.Content) > 0 {
			collect("i18n/"+name, "", root.Content[0], all[code])
		}
	}
	return all, nil
}

func collect(file, prefix string, n *yaml.Node, into map[string]message) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		name := strings.TrimPrefix(prefix+"."+key.Value, ".")
		switch {
		case value.Kind == yaml.ScalarNode:
			into[name] = message{file, value.Line, map[string]string{"other": value.Value}}
		case plural(value):
			forms := map[string]string{}
			for j := 0; j+1 < len(value.Content); j += 2 {
				forms[value.Content[j].Value] = value.Content[j+1].Value
			}
			into[name] = message{file, value.Line, forms}
		default:
			collect(file, name, value, into)
		}
	}
}

func plural(n *yaml.Node) bool {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == "other" {
			return true
		}
	}
	return false
}

// cataloguePassages are the catalogues' texts, for the rules that hold for every text.
func cataloguePassages(fsys fs.FS) ([]library.Passage, error) {
	all, err := readCatalogues(fsys)
	if err != nil {
		return nil, err
	}
	var ps []library.Passage
	for code, messages := range all {
		for _, m := range messages {
			for _, text := range m.forms {
				ps = append(ps, library.Passage{File: m.file, Line: m.line, Lang: code, Level: "R2", Role: library.Prose, Raw: text})
			}
		}
	}
	return ps, nil
}

var placeholderName = regexp.MustCompile(`\{\{\s*\.(\w+)\s*\}\}`)

// readable reads the catalogues as the server will, file by file when it wants a word.
func readable(files fs.FS) error {
	c, err := locale.OpenCatalogue(files)
	if err != nil {
		return err
	}
	return c.Check()
}

var counted = regexp.MustCompile(`\{\{\.count\}\} [a-z]`) // things, of which one would have another word

// parity compares the catalogues of the three languages: the same keys with the same placeholders, and in English a form for
// one where things are counted.
func (p Proof) parity() []Finding {
	all, err := readCatalogues(p.Catalogues)
	if err == nil {
		err = readable(p.Catalogues)
	}
	if err != nil {
		return []Finding{{Problem: library.Problem{File: "i18n", Line: 1, Rule: "catalogue", Message: err.Error()}}}
	}
	var found []Finding
	for key, m := range all[locale.En] {
		if m.forms["one"] == "" && counted.MatchString(m.forms["other"]) {
			found = append(found, Finding{library.Problem{
				File: m.file, Line: m.line, Rule: "catalogue",
				Message: fmt.Sprintf("key %s counts things: write {one: …, other: …}", key),
			}, key})
		}
	}
	for _, a := range locale.All {
		for _, b := range locale.All {
			for key, m := range all[a] {
				other, ok := all[b][key]
				if !ok {
					found = append(found, Finding{library.Problem{
						File: m.file, Line: m.line, Rule: "catalogue",
						Message: fmt.Sprintf("key %s is missing in %s", key, b),
					}, key})
					continue
				}
				if got, want := names(other), names(m); got != want {
					found = append(found, Finding{library.Problem{
						File: other.file, Line: other.line, Rule: "catalogue",
						Message: fmt.Sprintf("key %s has the placeholders %q here and %q in %s", key, got, want, a),
					}, key})
				}
			}
		}
	}
	return found
}

func names(m message) string {
	set := map[string]bool{}
	for _, text := range m.forms {
		for _, n := range placeholderName.FindAllStringSubmatch(text, -1) {
			set[n[1]] = true
		}
	}
	list := make([]string, 0, len(set))
	for n := range set {
		list = append(list, n)
	}
	sort.Strings(list)
	return strings.Join(list, " ")
}
