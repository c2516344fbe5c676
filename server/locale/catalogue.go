package locale

import (
	"fmt"
	"io/fs"
	"path"
	"sort"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	yaml "go.yaml.in/yaml/v3"
	"golang.org/x/text/language"
)

// Catalogue holds every visible word that is not content: one file per page family and language, such as
// home.zh-Hans.yaml, each with one family of keys at its top level.
type Catalogue struct {
	localizers map[Code]*i18n.Localizer
	plain      map[Code]map[string]string // messages without placeholder or plural, looked up without more ado
}

// OpenCatalogue reads all *.yaml files of a folder.
func OpenCatalogue(fsys fs.FS) (*Catalogue, error) {
	bundle := i18n.NewBundle(language.MustParse(string(Hans)))
	bundle.RegisterUnmarshalFunc("yaml", yaml.Unmarshal)
	files, err := fs.Glob(fsys, "*.yaml")
	if err != nil {
		return nil, fmt.Errorf("list catalogues: %w", err)
	}
	c := &Catalogue{localizers: map[Code]*i18n.Localizer{}, plain: map[Code]map[string]string{}}
	for _, code := range All {
		c.localizers[code] = i18n.NewLocalizer(bundle, string(code))
		c.plain[code] = map[string]string{}
	}
	for _, name := range files {
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("read catalogue %s: %w", name, err)
		}
		file, err := bundle.ParseMessageFileBytes(data, name)
		if err != nil {
			return nil, fmt.Errorf("catalogue %s: %w", name, err)
		}
		code, ok := Parse(FileLanguage(name))
		if !ok {
			return nil, fmt.Errorf("catalogue %s: write family.language.yaml", name)
		}
		for _, m := range file.Messages {
			if _, twice := c.plain[code][m.ID]; twice {
				return nil, fmt.Errorf("catalogue %s: key %s stands twice", name, m.ID)
			}
			// A message with a plural or a placeholder goes through go-i18n; an empty string marks it as known.
			text := m.Other
			if m.One != "" || strings.Contains(text, "{{") {
				text = ""
			}
			c.plain[code][m.ID] = text
		}
	}
	return c, nil
}

// FileLanguage is the language in a name such as home.zh-Hans.yaml; empty where there is none.
func FileLanguage(name string) string {
	parts := strings.Split(path.Base(name), ".")
	if len(parts) < 3 {
		return ""
	}
	return parts[len(parts)-2]
}

// Keys returns every key of a language, sorted.
func (c *Catalogue) Keys(code Code) []string {
	keys := make([]string, 0, len(c.plain[code]))
	for k := range c.plain[code] {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

// Has tells whether the language has the key.
func (c *Catalogue) Has(code Code, key string) bool {
	_, ok := c.plain[code][key]
	return ok
}

// T is the message of a key. Pairs are placeholder names and values; the pair "count" also chooses the plural form.
// A key that the language lacks is an error: no reader is served another language's words unawares.
func (c *Catalogue) T(code Code, key string, pairs ...any) (string, error) {
	text, ok := c.plain[code][key]
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
		if name == "count" {
			config.PluralCount = pairs[i+1]
		}
	}
	text, err := c.localizers[code].Localize(config)
	if err != nil {
		return "", fmt.Errorf("catalogue: key %s in %s: %w", key, code, err)
	}
	if strings.Contains(text, "<no value>") {
		return "", fmt.Errorf("catalogue: key %s in %s: a placeholder got no value", key, code)
	}
	return text, nil
}
