package notify

import (
	"net/url"
	"strings"

	"anxin/server/library"
	"anxin/server/locale"
)

// Words writes notices.
type Words struct {
	Catalogue *locale.Catalogue
	Site      *url.URL // the address citizens use
	Operator  library.Operator
}

// Line is a line of what an officer has before her.
type Line struct {
	Label string // when it is said, in the officer's language
	Text  string
	Aloud bool // said or written to the other word by word, in their language; else it is for the officer
	Else  bool // said to somebody else who answers
}

// Script is what to do and what to say, in this order.
type Script struct {
	Lang  locale.Code // of what is said aloud
	Lines []Line
}

// tongue speaks one language, and remembers the first word that it lacks.
type tongue struct {
	*Words
	lang locale.Code
	err  error
}

func (t *tongue) t(key string, pairs ...any) string {
	s, err := t.Catalogue.T(t.lang, "notice."+key, pairs...)
	if err != nil && t.err == nil {
		t.err = err
	}
	return s
}

// us is who we are: the operator's name, or until there is one the site's.
func (t *tongue) us() string {
	if t.Operator.Configured() {
		return t.Operator.Name.In(t.lang)
	}
	return t.t("us")
}

// line is what is to be told. Where she may have to object at once, it says how.
func (t *tongue) line(n Notice) string {
	s := t.t("line_" + string(n))
	if n == ContactChanged || n == CodeReplaced {
		s = t.join(s, t.reach("object"))
	}
	return s
}

// reach is how to reach us: by our telephone where we have one, else in writing.
func (t *tongue) reach(key string) string {
	if t.Operator.HelpLine == "" {
		return t.t(key + "_write")
	}
	return t.t(key+"_call", "phone", t.Operator.HelpLine)
}

// join puts sentences side by side.
func (t *tongue) join(sentences ...string) string {
	if t.lang.Chinese() {
		return strings.Join(sentences, "")
	}
	return strings.Join(sentences, " ")
}

// site is where to look, as it is typed: without https://, so that it is no link. Whoever gets used to links in messages takes
// the next one from a swindler.
func (w *Words) site() string { return w.Site.Host }

// Subject is that of every mail: whoever reads it over her shoulder learns nothing.
func (w *Words) Subject(lang locale.Code) (string, error) {
	t := tongue{Words: w, lang: lang}
	return t.t("subject"), t.err
}

// From is who a mail comes from.
func (w *Words) From(lang locale.Code) (string, error) {
	t := tongue{Words: w, lang: lang}
	return t.us(), t.err
}

// Letter is a notice in writing, for a mail and for paper.
func (w *Words) Letter(n Notice, c Channel, lang locale.Code) (string, error) {
	t := tongue{Words: w, lang: lang}
	paragraphs := []string{t.t("hello"), t.line(n), t.t("how", "site", w.site()), t.t("never_" + string(c))}
	if w.Operator.HelpLine != "" {
		paragraphs = append(paragraphs, t.t("help", "phone", w.Operator.HelpLine, "hours", w.Operator.Hours.In(lang)))
	}
	paragraphs = append(paragraphs, t.t("change_"+string(c)), t.us())
	if !w.Operator.Configured() {
		paragraphs = append(paragraphs, t.t("demo"))
	}
	return strings.Join(paragraphs, "\n\n") + "\n", t.err
}

// Script is what an officer does and says, by hand, in the channel. What is said is in her language, the rest in the officer's.
func (w *Words) Script(n Notice, c Channel, name string, hers, officers locale.Code) (Script, error) {
	to, do := &tongue{Words: w, lang: hers}, &tongue{Words: w, lang: officers}
	s := Script{Lang: hers}
	aloud := func(label, text string) {
		s.Lines = append(s.Lines, Line{Label: do.t("at_" + label), Text: text, Aloud: true})
	}
	note := func(label, text string) {
		s.Lines = append(s.Lines, Line{Label: do.t("at_" + label), Text: do.t(text)})
	}
	switch c {
	case Call:
		aloud("first", to.t("say_ask", "name", name))
		note("other", "do_other")
		s.Lines = append(s.Lines, Line{Label: do.t("at_other_say"), Text: to.t("say_later"), Aloud: true, Else: true})
		aloud("self", to.t("say_us", "us", to.us()))
		aloud("then", to.line(n))
		aloud("then", to.t("say_never"))
		if n == Confirm {
			note("before", "do_confirm")
		} else {
			note("before", "do_check")
		}
		note("none", "do_none")
	case Through:
		note("before", "do_through")
		aloud("first", to.t("say_through", "name", name))
		aloud("then", to.t("say_through_what", "name", name, "site", w.site()))
		note("other", "do_through_only")
	case Text:
		note("before", "do_text")
		aloud("write", to.join(to.t("text_us", "us", to.us()), to.line(n), to.t("text_never")))
	default:
		text, err := w.Letter(n, Post, hers)
		if err != nil {
			return s, err
		}
		note("before", "do_post")
		aloud("print", text)
	}
	if to.err != nil {
		return s, to.err
	}
	return s, do.err
}
