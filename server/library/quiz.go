package library

import (
	"fmt"
	"html/template"
	"io/fs"
	"strings"

	"anxin/server/locale"
)

// Quiz holds a module's questions in one language: those tried inside its text and those asked afterwards.
type Quiz struct {
	SourceHash string  `yaml:"source_hash"`
	Items      []*Item `yaml:"items"`

	File  string      `yaml:"-"`
	Lang  locale.Code `yaml:"-"`
	Stale bool        `yaml:"-"`
}

// Item is one question with its options. Exactly one option is right, and every one is explained.
type Item struct {
	ID      string    `yaml:"id"`
	Use     string    `yaml:"use"`   // try or quiz
	Skill   string    `yaml:"skill"` // recognise, decide or compute
	Prompt  Text      `yaml:"prompt"`
	Message *Message  `yaml:"message"`
	Options []*Option `yaml:"options"`
	Hint    Text      `yaml:"hint"`

	Shown    Shown `yaml:"-"`
	Used     Used  `yaml:"-"` // what all its texts use
	HintUsed Used  `yaml:"-"` // what its hint alone uses: the explanations' terms would give the answer away
}

// Message is something received: a text message, a call, a note.
type Message struct {
	Kind string `yaml:"kind"`
	From Text   `yaml:"from"`
	Text Text   `yaml:"text"`

	Shown struct{ From, Text template.HTML } `yaml:"-"`
}

// Option is one answer.
type Option struct {
	ID      string `yaml:"id"` // one lower-case letter
	Text    Text   `yaml:"text"`
	Right   bool   `yaml:"right"`
	Because Text   `yaml:"because"`

	Shown struct{ Text, Because template.HTML } `yaml:"-"`
}

// Shown is an item's texts as HTML.
type Shown struct{ Prompt, Hint template.HTML }

// Tries are the items that stand within the module's text; Asked are those of the quiz.
func (q *Quiz) Tries() []*Item { return q.used("try") }

// Asked are the items of the quiz, in order.
func (q *Quiz) Asked() []*Item { return q.used("quiz") }

func (q *Quiz) used(use string) []*Item {
	var items []*Item
	for _, it := range q.Items {
		if it.Use == use {
			items = append(items, it)
		}
	}
	return items
}

// Try finds an item that stands within the text.
func (q *Quiz) Try(id string) (*Item, bool) {
	for _, it := range q.Tries() {
		if it.ID == id {
			return it, true
		}
	}
	return nil, false
}

// Quiz is the module's quiz in a language, parsed when first asked for.
func (l *Library) Quiz(m *Module, code locale.Code) (*Quiz, error) {
	return once(l, l.quizzes, "quizzes/"+m.Slug+"."+string(code)+".yaml", l.parseQuiz)
}

func (l *Library) parseQuiz(file string) (*Quiz, Problems) {
	q := &Quiz{File: file, Lang: langOf(file)}
	data, err := fs.ReadFile(l.fsys, file)
	if err != nil {
		return nil, Problems{{file, 1, "translation", "is missing"}}
	}
	if ps := decode(file, data, 0, q); ps != nil {
		return nil, ps
	}
	s := &scope{lib: l, lang: q.Lang, file: file}
	seen := map[string]bool{}
	for _, it := range q.Items {
		if seen[it.ID] {
			s.problem(it.Prompt.Line, "reference", "item %s stands twice", it.ID)
		}
		seen[it.ID] = true
		s.item(it)
	}
	if len(q.Asked()) == 0 {
		s.problem(1, "format", "no item has use: quiz, so the quiz asks nothing")
	}
	q.Stale = s.translation(data, q.SourceHash)
	if q.Lang != locale.Hans {
		s.sameShape(q)
	}
	return q, s.problems
}

func (s *scope) item(it *Item) {
	s.used = &it.Used
	line := it.Prompt.Line
	if it.Use != "try" && it.Use != "quiz" {
		s.problem(line, "format", "item %s: use is try or quiz", it.ID)
	}
	switch it.Skill {
	case "recognise", "decide", "compute":
	default:
		s.problem(line, "format", "item %s: skill is recognise, decide or compute", it.ID)
	}
	s.used = &it.HintUsed
	it.Shown = Shown{Prompt: s.label(it.Prompt), Hint: s.html(it.Hint)}
	s.used = &it.Used
	it.Used.merge(it.HintUsed)
	s.message(it.Message)
	right := 0
	for i, o := range it.Options {
		if o.ID != string(rune('a'+i)) {
			s.problem(o.Text.Line, "format", "item %s: name the options a, b, c in this order", it.ID)
		}
		if o.Right {
			right++
		}
		if o.Because.Raw == "" {
			s.problem(o.Text.Line, "format", "item %s: option %s is not explained (because)", it.ID, o.ID)
		}
		o.Shown.Text, o.Shown.Because = s.label(o.Text), s.html(o.Because)
	}
	if right != 1 || len(it.Options) < 2 || len(it.Options) > 5 {
		s.problem(line, "format", "item %s: two to five options, exactly one of them right", it.ID)
	}
	if it.Prompt.Raw == "" || it.Hint.Raw == "" {
		s.problem(line, "format", "item %s: prompt and hint are both needed", it.ID)
	}
}

func (s *scope) message(m *Message) {
	if m == nil {
		return
	}
	if !messageKinds[m.Kind] {
		s.problem(m.From.Line, "format", "kind of message is %q: write sms, wechat, call, app or paper", m.Kind)
	}
	m.Shown.From, m.Shown.Text = s.label(m.From), s.quoted(m.Text)
}

// sameShape compares a translated quiz with its source: the same items, options and right answers in the same order.
func (s *scope) sameShape(q *Quiz) {
	src, err := once(s.lib, s.lib.quizzes, sourceOf(s.file), s.lib.parseQuiz)
	if err != nil {
		return // the source's own problems are told where it is loaded
	}
	shape := func(q *Quiz) (list []string) {
		for _, it := range q.Items {
			key := fmt.Sprintf("%s %s %s message=%t", it.ID, it.Use, it.Skill, it.Message != nil)
			for _, o := range it.Options {
				key += fmt.Sprintf(" %s=%t", o.ID, o.Right)
			}
			list = append(list, key)
		}
		return list
	}
	s.compare(shape(src), shape(q))
}

func (s *scope) compare(source, here []string) {
	for i := range max(len(source), len(here)) {
		at := func(list []string) string {
			if i < len(list) {
				return list[i]
			}
			return "nothing"
		}
		if at(source) != at(here) {
			s.problem(1, "translation", "differs from its source: %s, there %s", at(here), at(source))
			return
		}
	}
}

// translation tells whether a translated file was made from another state of its source than the present one.
func (s *scope) translation(data []byte, hash string) (stale bool) {
	if s.lang == locale.Hans {
		return false
	}
	src, err := fs.ReadFile(s.lib.fsys, sourceOf(s.file))
	return err != nil || hash != fileHash(src)
}

func langOf(file string) locale.Code {
	code, _ := locale.Parse(locale.FileLanguage(file))
	return code
}

func sourceOf(file string) string {
	return strings.Replace(file, "."+string(langOf(file))+".", "."+string(locale.Hans)+".", 1)
}

// once parses a file when it is first asked for and keeps the outcome.
func once[T any](l *Library, kept map[string]*T, file string, parse func(string) (*T, Problems)) (*T, error) {
	l.mu.Lock()
	v, ok := kept[file]
	l.mu.Unlock()
	if ok {
		return v, nil
	}
	v, ps := parse(file)
	if len(ps) > 0 {
		return v, ps
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	kept[file] = v
	return v, nil
}
