package search

import (
	"strings"

	"anxin/server/library"
	"anxin/server/locale"
)

// Words gives a text of the catalogues in a language, without placeholders.
type Words func(code locale.Code, key string) (string, error)

// ownPages have their words in the catalogues: name, address, and the keys of title and text.
var ownPages = []struct {
	name, path string
	keys       []string
}{
	{"learn", "/learn", []string{"learn.title", "learn.summary"}},
	{"warnings", "/warnings", []string{"warnings.title", "warnings.summary"}},
	{"tools", "/tools", []string{"tools.title", "tools.summary"}},
	{"settings", "/settings", []string{"settings.title", "settings.size", "settings.size_hint"}},
}

// Documents are what the citizens' search finds: every module, warning, tool and page in every language, and the hotlines
// that are shown above them.
func Documents(lib *library.Library, words Words) ([]Document, error) {
	b := &builder{lib: lib, words: words}
	for _, code := range locale.All {
		for _, add := range []func(locale.Code) error{b.modules, b.warnings, b.tools, b.pages, b.hotlines} {
			if err := add(code); err != nil {
				return nil, err
			}
		}
	}
	return b.docs, nil
}

type builder struct {
	lib   *library.Library
	words Words
	docs  []Document
}

// add completes a document and keeps it. asked names the phrases that lead to it.
func (b *builder) add(code locale.Code, kind, id, path, title, body string, schemes []string, asked ...string) error {
	d := Document{ID: kind + ":" + id, Lang: string(code), Kind: kind, Title: title, URL: "/" + string(code) + path, Body: body, Schemes: schemes}
	for _, name := range asked {
		a, err := b.lib.Asked(name)
		if err != nil {
			return err
		}
		d.Asked = append(d.Asked, a.All()...)
	}
	b.docs = append(b.docs, d)
	return nil
}

func (b *builder) modules(code locale.Code) error {
	for _, m := range b.lib.Modules() {
		e, err := b.lib.Edition(m, code)
		if err != nil {
			return err
		}
		body := e.Summary + "\n" + strings.Join(e.Objectives, "\n") + "\n" + e.Plain()
		if err := b.add(code, "module", m.Slug, "/learn/"+m.Slug, e.Title, body, m.Schemes, "module."+m.Slug); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) warnings(code locale.Code) error {
	for _, w := range b.lib.Warnings() {
		e, err := b.lib.WarningEdition(w, code)
		if err != nil {
			return err
		}
		body := []string{e.Plain()}
		var asked []string
		for _, id := range w.Schemes {
			tag, _ := library.Find(b.lib.Taxonomy().Schemes, id)
			body = append(body, tag.Name.In(code))
			asked = append(asked, "scheme."+id)
		}
		if err := b.add(code, "warning", w.Code, "/warnings/"+w.Code, e.Title, strings.Join(body, "\n"), w.Schemes, asked...); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) tools(code locale.Code) error {
	for _, t := range b.lib.Taxonomy().Tools {
		if err := b.add(code, "tool", t.ID, "/tools/"+t.ID, t.Name.In(code), t.Note.In(code), nil, "tool."+t.ID); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) pages(code locale.Code) error {
	for _, p := range b.lib.Pages() {
		e, err := b.lib.PageEdition(p, code)
		if err != nil {
			return err
		}
		path := "/" + p.Name
		if name, ok := strings.CutPrefix(p.Name, "about-"); ok {
			path = "/about/" + name
		}
		if err := b.add(code, "page", p.Name, path, e.Title, e.Summary+"\n"+e.Plain(), nil, "page."+p.Name); err != nil {
			return err
		}
	}
	for _, p := range ownPages {
		var text []string
		for _, key := range p.keys {
			s, err := b.words(code, key)
			if err != nil {
				return err
			}
			text = append(text, s)
		}
		if err := b.add(code, "page", p.name, p.path, text[0], strings.Join(text[1:], "\n"), nil, "page."+p.name); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) hotlines(code locale.Code) error {
	for _, f := range b.lib.Facts() {
		if f.Kind != "phone" && f.Kind != "sender" {
			continue
		}
		if err := b.add(code, KindHotline, f.Value, "", f.Value, f.Statement.In(code), nil, "hotline."+f.Value); err != nil {
			return err
		}
	}
	return nil
}

// VocabularyOf is the vocabulary of the library: its synonyms, the names of schemes and terms, and the words of its
// English titles and phrases.
func VocabularyOf(lib *library.Library) (*Vocabulary, error) {
	groups, err := lib.Synonyms()
	if err != nil {
		return nil, err
	}
	var names, english []string
	for _, t := range lib.Taxonomy().Schemes {
		names = append(names, t.Name.In(locale.Hans))
		english = append(english, t.Name.In(locale.En))
	}
	for _, t := range lib.Terms() {
		names = append(names, t.Term.In(locale.Hans))
		english = append(english, t.Term.In(locale.En))
	}
	for _, m := range lib.Modules() {
		english = append(english, lib.PlainText(m.Names[locale.En].Title.Raw, locale.En), lib.PlainText(m.Names[locale.En].Summary.Raw, locale.En))
	}
	asked, err := lib.EverythingAsked()
	if err != nil {
		return nil, err
	}
	for _, a := range asked {
		english = append(english, a.En...)
	}
	return NewVocabulary(groups, names, english), nil
}
