package view

import (
	"bytes"
	"io"
	"regexp"

	"golang.org/x/net/html"

	"anxin/server/locale"
)

// foreign finds the runs of another script in a page's text. Entities are matched first so that their letters are not
// taken for words.
var foreign = map[bool]*regexp.Regexp{
	true:  regexp.MustCompile(`&[a-zA-Z0-9#]+;|[A-Za-z][A-Za-z0-9@/_.:'’-]*[A-Za-z](?:[ ,]+[A-Za-z][A-Za-z0-9@/_.:'’-]*)*`),
	false: regexp.MustCompile(`&[a-zA-Z0-9#]+;|[\p{Han}〇々《〈「『“‘（【—…·0-9]*\p{Han}[\p{Han}〇々、，。；：？！《》〈〉「」『』“”‘’（）【】—…·0-9-]*`),
}

// Elements whose text cannot hold markup, or is not read as words.
var opaque = map[string]bool{"title": true, "textarea": true, "option": true, "script": true, "style": true}

// void elements have no end tag (HTML, section 13.1.2).
var void = map[string]bool{
	"area": true, "base": true, "br": true, "col": true, "embed": true, "hr": true, "img": true, "input": true,
	"link": true, "meta": true, "source": true, "track": true, "wbr": true,
}

// otherThan is the language of a foreign run.
func otherThan(lang locale.Code) locale.Code {
	if lang == locale.En {
		return locale.Hans
	}
	return locale.En
}

// MarkLanguages puts every run of another language than the page's into an element that says which (WCAG 3.1.2), so
// that a screen reader changes its voice: Latin words on Chinese pages, Han on English ones. Within an element that is in
// another of our languages, such as what she will read on an officer's page, that one counts. What is in none of ours is left alone.
func MarkLanguages(page []byte, lang locale.Code) []byte {
	var out bytes.Buffer
	out.Grow(len(page) + len(page)/16)
	z := html.NewTokenizer(bytes.NewReader(page))
	type element struct {
		name string
		skip bool
		lang locale.Code
	}
	var open []element
	in := func() element {
		if len(open) == 0 {
			return element{lang: lang}
		}
		return open[len(open)-1]
	}
	for {
		kind := z.Next()
		// Next may reuse the buffer that Raw shows, and TagName reads on in it: keep a copy first.
		raw := bytes.Clone(z.Raw())
		switch kind {
		case html.ErrorToken:
			if z.Err() != io.EOF { //nolint:errorlint // the tokenizer returns io.EOF itself
				return page
			}
			out.Write(raw) // a tag that the page does not close
			return out.Bytes()
		case html.StartTagToken:
			name, more := z.TagName()
			e := element{string(name), in().skip || opaque[string(name)], in().lang}
			for more {
				var key, value []byte
				key, value, more = z.TagAttr()
				if string(key) == "lang" && e.name != "html" {
					code, ours := locale.Parse(string(value))
					e.skip, e.lang = opaque[e.name] || !ours, code
				}
			}
			if !void[e.name] {
				open = append(open, e)
			}
			out.Write(raw)
		case html.EndTagToken:
			name, _ := z.TagName()
			for i := len(open) - 1; i >= 0; i-- {
				if open[i].name == string(name) {
					open = open[:i]
					break
				}
			}
			out.Write(raw)
		case html.TextToken:
			if in().skip || len(open) < 2 {
				out.Write(raw)
				continue
			}
			around := in().lang
			out.Write(foreign[around.Chinese()].ReplaceAllFunc(raw, func(run []byte) []byte {
				if run[0] == '&' {
					return run
				}
				return []byte(`<span lang="` + string(otherThan(around)) + `">` + string(run) + `</span>`)
			}))
		default:
			out.Write(raw)
		}
	}
}
