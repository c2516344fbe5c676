package view

import (
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"sort"
	"strings"

	yaml "go.yaml.in/yaml/v3"

	"anxin/server/library"
	"anxin/server/locale"
)

//go:embed examples/*.yaml
var examples embed.FS

//go:embed gallery/*.html
var galleryTemplates embed.FS

// GalleryTemplates holds the gallery's own page.
var GalleryTemplates = func() fs.FS {
	sub, err := fs.Sub(galleryTemplates, "gallery")
	if err != nil {
		panic(err) // the folder is embedded above
	}
	return sub
}()

// Example is one state of a component.
type Example struct {
	Name string `yaml:"name"`

	Button  *Button          `yaml:"button"`
	Field   *Field           `yaml:"field"`
	Choices *Choices         `yaml:"choices"`
	Summary *ErrorSummary    `yaml:"summary"`
	Notice  *Notice          `yaml:"notice"`
	Steps   []Step           `yaml:"steps"`
	Rows    []Row            `yaml:"rows"`
	Table   *Table           `yaml:"table"`
	Details *Details         `yaml:"details"`
	Drawing *library.Drawing `yaml:"drawing"`
	Signs   []string         `yaml:"signs"`
	Message *GalleryMessage  `yaml:"message"`
	Money   *int64           `yaml:"money"` // fen
	Told    []GalleryLine    `yaml:"-"`     // a notice: app makes these of its words
}

// GalleryLine is a line of a notice, or of what an officer says. Lang is set where it is for others' ears or eyes.
type GalleryLine struct {
	Label, Text string
	Lang        locale.Code
}

// GalleryMessage is a message as templates draw it.
type GalleryMessage struct {
	Kind  string `yaml:"kind"`
	Shown struct {
		From template.HTML `yaml:"from"`
		Text template.HTML `yaml:"text"`
	} `yaml:"shown"`
}

// GalleryPage shows the examples of one component, or the list of all.
type GalleryPage struct {
	Base
	All      []string
	Examples []Example
}

// Examples reads every component's examples, by the component's name.
func Examples() (map[string][]Example, error) {
	names, err := fs.Glob(examples, "examples/*.yaml")
	if err != nil {
		return nil, fmt.Errorf("list examples: %w", err)
	}
	all := map[string][]Example{}
	for _, name := range names {
		data, err := examples.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		var list []Example
		if err := yaml.Unmarshal(data, &list); err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		all[strings.TrimSuffix(strings.TrimPrefix(name, "examples/"), ".yaml")] = list
	}
	return all, nil
}

// ExampleNames are the components shown, sorted.
func ExampleNames(all map[string][]Example) []string {
	names := make([]string, 0, len(all))
	for n := range all {
		names = append(names, n)
	}
	sort.Strings(names)
	return names
}

// GalleryPage makes the page of one component; of none, the list.
func (v *View) GalleryPage(lang locale.Code, s Settings, name string, all map[string][]Example) Page {
	b := v.Base("gallery", lang, "/", s)
	b.Title = strings.TrimSuffix("组件："+name, "：")
	b.NoLanguages = true
	return &GalleryPage{Base: b, All: ExampleNames(all), Examples: all[name]}
}

// Money is an amount as eyes read it, and Words as it is said.
func (b Base) Money(fen *int64) string { return locale.Money(*fen) }

// MoneyWords is an amount as it is said aloud.
func (b Base) MoneyWords(fen *int64) string { return locale.MoneyWords(b.Lang, *fen) }
