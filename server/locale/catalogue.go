package locale

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	yaml "go.yaml.in/yaml/v3"
	"golang.org/x/text/language"
)

// Catalogue holds every visible word that is not content: one file per page family and language, such as
// home.zh-Hans.yaml, each with one family of keys, home, at its top level. A file is read when a word of it is first
// wanted: reading all of them would be a quarter of the time in which the server starts.
type Catalogue struct {
	families map[Code]map[string]func() (*family, error)
}

// family is what one file holds.
type family struct {
	localizer *i18n.Localizer
	plain     map[string]string // by key; empty where a message has a placeholder or a plural and goes through go-i18n
	counts    map[string]bool   // by key: one has words of its own
}

// OpenCatalogue finds all *.yaml files of a folder. [Catalogue.Check] reads them.
func OpenCatalogue(fsys fs.FS) (*Catalogue, error) {
	files, err := fs.Glob(fsys, "*.yaml")
	if err != nil {
		return nil, fmt.Errorf("list catalogues: %w", err)
	}
	c := &Catalogue{families: map[Code]map[string]func() (*family, error){}}
	for _, code := range All {
		c.families[code] = map[string]func() (*family, error){}
	}
	for _, name := range files {
		code, ok := Parse(FileLanguage(name))
		if !ok {
			return nil, fmt.Errorf("catalogue %s: write family.language.yaml", name)
		}
		title, _, _ := strings.Cut(name, ".")
		c.families[code][title] = sync.OnceValues(func() (*family, error) { return readFamily(fsys, name, title, code) })
	}
	return c, nil
}

func readFamily(fsys fs.FS, name, title string, code Code) (*family, error) {
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, fmt.Errorf("read catalogue %s: %w", name, err)
	}
	bundle := i18n.NewBundle(language.MustParse(string(code)))
	bundle.RegisterUnmarshalFunc("yaml", yaml.Unmarshal)
	file, err := bundle.ParseMessageFileBytes(data, name)
	if err != nil {
		return nil, fmt.Errorf("catalogue %s: %w", name, err)
	}
	f := &family{i18n.NewLocalizer(bundle, string(code)), make(map[string]string, len(file.Messages)), map[string]bool{}}
	for _, m := range file.Messages {
		if in, _, _ := strings.Cut(m.ID, "."); in != title {
			return nil, fmt.Errorf("catalogue %s: key %s stands in the wrong file: write it into %s.%s.yaml", name, m.ID, in, code)
		}
		text := m.Other
		if m.One != "" || strings.Contains(text, "{{") {
			text = ""
		}
		f.plain[m.ID], f.counts[m.ID] = text, m.One != ""
	}
	return f, nil
}

// family finds the file in which a key stands, if anywhere.
func (c *Catalogue) family(code Code, key string) (*family, error) {
	title, _, _ := strings.Cut(key, ".")
	read, ok := c.families[code][title]
	if !ok {
		return nil, fmt.Errorf("catalogue: no key %s in %s", key, code)
	}
	return read()
}

// Check reads every file and returns what is wrong with the first that cannot be read. Comparing the languages with
// each other is the work of package proof.
func (c *Catalogue) Check() error {
	for _, code := range All {
		for _, title := range slices.Sorted(maps.Keys(c.families[code])) {
			if _, err := c.families[code][title](); err != nil {
				return err
			}
		}
	}
	return nil
}

// FileLanguage is the language in a name such as home.zh-Hans.yaml; empty where there is none.
func FileLanguage(name string) string {
	parts := strings.Split(path.Base(name), ".")
	if len(parts) < 3 {
		return ""
	}
	return parts[len(parts)-2]
}

// Keys returns every key of a language, sorted. A file that cannot be read has none: see [Catalogue.Check].
func (c *Catalogue) Keys(code Code) []string {
	var keys []string
	for _, read := range c.families[code] {
		if f, err := read(); err == nil {
			keys = slices.AppendSeq(keys, maps.Keys(f.plain))
		}
	}
	slices.Sort(keys)
	return keys
}

// Has tells whether the language has the key.
func (c *Catalogue) Has(code Code, key string) bool {
	f, err := c.family(code, key)
	if err != nil {
		return false
	}
	_, ok := f.plain[key]
	return ok
}

// T is the message of a key. Pairs are placeholder names and values; the pair "count" also chooses the plural form
// where a message has more than one.
// A key that the language lacks is an error: no reader is served another language's words unawares.
func (c *Catalogue) T(code Code, key string, pairs ...any) (string, error) {
	f, err := c.family(code, key)
	if err != nil {
		return "", err
	}
	text, ok := f.plain[key]
	if !ok {
		return "", fmt.Errorf("catalogue: no key %s in %s", key, code)
	}
	if text != "" {
		return text, nil
	}
	if len(pairs)%2 != 0 {
		return "", fmt.Errorf("catalogue: key %s: placeholders come as names and values", key)
	}
	data := make(map[string]any, len(pairs)/2)
	config := &i18n.LocalizeConfig{MessageID: key, TemplateData: data}
	for i := 0; i < len(pairs); i += 2 {
		name, ok := pairs[i].(string)
		if !ok {
			return "", fmt.Errorf("catalogue: key %s: %v is not a placeholder's name", key, pairs[i])
		}
		data[name] = pairs[i+1]
		if name == "count" && f.counts[key] { // go-i18n has no words for one where a message is written for any number
			config.PluralCount = pairs[i+1]
		}
	}
	text, err = f.localizer.Localize(config)
	if err != nil {
		return "", fmt.Errorf("catalogue: key %s in %s: %w", key, code, err)
	}
	if strings.Contains(text, "<no value>") {
		return "", fmt.Errorf("catalogue: key %s in %s: a placeholder got no value", key, code)
	}
	return text, nil
}
