package library

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"strconv"
	"time"

	yaml "go.yaml.in/yaml/v3"

	"anxin/server/locale"
)

// Text is a piece of text as an editor wrote it, in Markdown with the inline syntax, and the line it stands on.
type Text struct {
	Raw  string
	Line int
}

// UnmarshalYAML keeps the line, so that every complaint about the text can name it.
func (t *Text) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind != yaml.ScalarNode {
		return fmt.Errorf("line %d: write a text here", n.Line)
	}
	t.Raw, t.Line = n.Value, n.Line
	if n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		t.Line++ // the text begins below the | or >
	}
	return nil
}

// Words is a text in several languages.
type Words map[locale.Code]Text

// UnmarshalYAML refuses languages that the site does not speak.
func (w *Words) UnmarshalYAML(n *yaml.Node) error {
	var m map[string]Text
	if err := n.Decode(&m); err != nil {
		return err
	}
	*w = Words{}
	for k, t := range m {
		code, ok := locale.Parse(k)
		if !ok {
			return fmt.Errorf("line %d: %q is none of the languages zh-Hans, zh-Hant, en", n.Line, k)
		}
		(*w)[code] = t
	}
	return nil
}

// In is the text in a language; empty where there is none.
func (w Words) In(c locale.Code) string { return w[c].Raw }

// line is the first line that any of the texts stands on; 1 where there is none.
func (w Words) line() int {
	least := 0
	for _, t := range w {
		if least == 0 || t.Line < least {
			least = t.Line
		}
	}
	return max(least, 1)
}

// Empty tells whether no language has a text.
func (w Words) Empty() bool {
	for _, t := range w {
		if t.Raw != "" {
			return false
		}
	}
	return true
}

// Date is a calendar day in Shanghai; the zero Date is no day.
type Date struct{ time.Time }

// UnmarshalYAML reads 2026-11-25, or nothing.
func (d *Date) UnmarshalYAML(n *yaml.Node) error {
	if n.Value == "" || n.Tag == "!!null" {
		return nil
	}
	t, err := time.ParseInLocation(time.DateOnly, n.Value, locale.Shanghai)
	if err != nil {
		return fmt.Errorf("line %d: %q is no date: write it as 2026-11-25", n.Line, n.Value)
	}
	d.Time = t
	return nil
}

// MustDate reads a date written in code, as tests do.
func MustDate(s string) Date {
	t, err := time.ParseInLocation(time.DateOnly, s, locale.Shanghai)
	if err != nil {
		panic(err)
	}
	return Date{t}
}

var yamlLine = regexp.MustCompile(`line (\d+): (.*)`)

// Decode reads a content file of another package as strictly as our own are read.
func Decode(file string, data []byte, into any) Problems { return decode(file, data, 0, into) }

// decode reads YAML strictly: a misspelt field is a mistake, not a default. offset is the number of lines above the
// YAML within its file.
func decode(file string, data []byte, offset int, into any) Problems {
	if bad := notUTF8(data); bad > 0 {
		return Problems{{file, offset + bad, "format", "is not UTF-8: save the file anew with that encoding"}}
	}
	var root, second yaml.Node
	d := yaml.NewDecoder(bytes.NewReader(data))
	switch err := d.Decode(&root); {
	case errors.Is(err, io.EOF):
		return Problems{{file, offset + 1, "format", "is empty"}}
	case err != nil:
		return yamlProblems(file, offset, err)
	}
	if err := d.Decode(&second); err == nil {
		return Problems{{file, offset + second.Line, "format", "a second document begins here, which nothing reads: take out the line ---"}}
	} else if !errors.Is(err, io.EOF) {
		return yamlProblems(file, offset, err)
	}
	shift(&root, offset)
	if err := strict(&root, into); err != nil {
		return yamlProblems(file, 0, err)
	}
	return nil
}

// strict decodes with unknown fields refused. yaml.Node.Decode cannot do that, so the node is checked first by a
// decoder over the same bytes when the target is a struct; here fields are compared by [knownFields].
func strict(n *yaml.Node, into any) error {
	if err := knownFields(n, into); err != nil {
		return err
	}
	return n.Decode(into)
}

func shift(n *yaml.Node, by int) {
	n.Line += by
	for _, c := range n.Content {
		shift(c, by)
	}
}

func yamlProblems(file string, offset int, err error) Problems {
	var ps Problems
	for _, m := range yamlLine.FindAllStringSubmatch(err.Error(), -1) {
		line, _ := strconv.Atoi(m[1])
		ps = append(ps, Problem{file, line + offset, "format", m[2]})
	}
	if ps == nil {
		ps = Problems{{file, offset + 1, "format", err.Error()}}
	}
	return ps
}

// readYAML decodes every file that matches, one after the other.
func readYAML[T any](l *Library, pattern string, use func(file string, v T) Problems) Problems {
	names, err := fs.Glob(l.fsys, pattern)
	if err != nil {
		return Problems{{pattern, 1, "format", err.Error()}}
	}
	var ps Problems
	for _, name := range names {
		data, err := fs.ReadFile(l.fsys, name)
		if err != nil {
			ps = append(ps, Problem{name, 1, "format", err.Error()})
			continue
		}
		var v T
		if bad := decode(name, data, 0, &v); bad != nil {
			ps = append(ps, bad...)
			continue
		}
		ps = append(ps, use(name, v)...)
	}
	return ps
}
