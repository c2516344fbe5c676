package library

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"anxin/server/locale"
)

func doc(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }

const quizYAML = `items:
  - id: first
    use: try
    skill: decide
    prompt: 怎么办？
    message: {kind: sms, from: 短信, text: "请转{case 500}元"}
    options:
      - {id: a, text: 转, because: 不对}
      - {id: b, text: "打{fact police}", right: true, because: "对，{term app}"}
    hint: 想一想
  - id: second
    use: quiz
    skill: recognise
    prompt: 真的吗？
    options:
      - {id: a, text: 真, right: true, because: 对}
      - {id: b, text: 假, because: 不对}
      - {id: c, text: 不知道, because: 不对}
    hint: 看一看
`

const sorterYAML = `kind: sorter
title: 分一分
intro: 一半是真的
items:
` + sorterItems

const sorterItems = `  - {id: s1, round: 1, genuine: true, kind: sms, from: 短信, text: 取件码, because: 真, tempting: 像假, hint: 看}
  - {id: s2, round: 1, genuine: false, kind: call, from: 电话, text: 转账, because: 假, tempting: 像真, hint: 看}
`

// tiny is a library of one module in three languages.
func tiny(changes ...func(fstest.MapFS)) fstest.MapFS {
	front := "---\ntitle: %s\nsummary: 一句话\nobjectives: [会看]\n"
	body := "\n{try first}\n\n> [!rule]\n> 先停下。\n\n{try first}\n\n{piece}\n\n{quiz}\n"
	fsys := fstest.MapFS{
		"taxonomy.yaml": doc("tracks: [{id: scams, name: {zh-Hans: 防骗, zh-Hant: 防騙, en: Scams}}]\naudiences: [{id: all, name: {zh-Hans: 人, zh-Hant: 人, en: all}}]\nlevels: [{id: R2, name: {zh-Hans: 平, zh-Hant: 平, en: plain}}]\nsigns: [phone, elder]\n"),
		"facts/f.yaml": doc(`- id: police
  kind: phone
  value: "110"
  statement: {zh-Hans: 报警110, zh-Hant: 報警110, en: Police 110}
  mark: S
  source: {issuer: {zh-Hans: 部, zh-Hant: 部, en: M}, title: {zh-Hans: 告, zh-Hant: 告, en: N}}
  verified_on: 2026-11-25
  review_by: 2027-05-25
`),
		"glossary/g.yaml":              doc("- {id: app, term: {zh-Hans: 软件, zh-Hant: 程式, en: app}, explain: {zh-Hans: 工具, zh-Hant: 工具, en: tool}}\n"),
		"authorities/operator.yaml":    doc("name: {}\n"),
		"modules/m/zh-Hans.md":         doc(strings.Replace(front, "%s", "课", 1) + "id: f1\ntrack: scams\naudience: [all]\nlevel: R2\nminutes: 8\nstatus: published\nverified_on: 2026-11-25\nreview_by: 2027-05-25\n---\n" + body),
		"modules/m/zh-Hant.md":         doc(strings.Replace(front, "%s", "課", 1) + "---\n" + body),
		"modules/m/en.md":              doc(strings.Replace(front, "%s", "Lesson", 1) + "---\n" + body),
		"modules/m/easy.zh-Hans.md":    doc("---\ntitle: 易\nsummary: 易\n---\n\n![老人打电话](sign:elder>phone!no)\n别急。\n打{fact police}。\n"),
		"quizzes/m.zh-Hans.yaml":       doc(quizYAML),
		"quizzes/m.zh-Hant.yaml":       doc(quizYAML),
		"quizzes/m.en.yaml":            doc(quizYAML),
		"pieces/m.zh-Hans.yaml":        doc(sorterYAML),
		"pieces/m.zh-Hant.yaml":        doc(sorterYAML),
		"pieces/m.en.yaml":             doc(sorterYAML),
		"authorities/authorities.yaml": doc("[]\n"),
	}
	for _, c := range changes {
		c(fsys)
	}
	return fsys
}

func swap(file, old, with string) func(fstest.MapFS) {
	return func(f fstest.MapFS) { f[file] = doc(strings.Replace(string(f[file].Data), old, with, 1)) }
}

func appended(file, more string) func(fstest.MapFS) {
	return func(f fstest.MapFS) { f[file] = doc(string(f[file].Data) + "\n" + more + "\n") }
}

func open(t *testing.T, fsys fstest.MapFS) *Library {
	t.Helper()
	l, err := Open(fsys)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestTinyLibraryIsSound(t *testing.T) {
	t.Parallel()
	if ps := open(t, tiny()).LoadAll(); len(ps) > 0 {
		t.Error(ps)
	}
}

func TestMistakesAreToldByFileAndLine(t *testing.T) {
	t.Parallel()
	const m, q, s = "modules/m/zh-Hans.md", "quizzes/m.zh-Hans.yaml", "pieces/m.zh-Hans.yaml"
	for name, c := range map[string]struct {
		change     func(fstest.MapFS)
		want, says string
	}{
		"unknown field":            {swap(q, "hint: 想一想", "hnt: 想一想"), q + ":10:", "no field \"hnt\""},
		"unknown field in front":   {swap(m, "minutes", "minuts"), m + ":9:", "minuts"},
		"YAML that is none":        {swap(q, "items:", "items: : :"), q + ":1:", ""},
		"unknown fact":             {appended(m, "打{fact nobody}。"), m + ":26:", "no fact"},
		"unknown term":             {appended(m, "{term nothing}。"), m + ":26:", "no term"},
		"unverified fact":          {swap("facts/f.yaml", "mark: S", "mark: U"), q + ":9:", "unverified"},
		"figure that is none":      {appended(m, "{case 很多}。"), m + ":26:", "figure"},
		"unknown word":             {appended(m, "看{fakt police}。"), m + ":26:", "none of"},
		"block within a sentence":  {appended(m, "看{quiz}吧。"), m + ":26:", "line of its own"},
		"a second title":           {appended(m, "# 题"), m + ":26:", "##"},
		"HTML":                     {appended(m, "<div>x</div>"), m + ":26:", "HTML"},
		"quotation without a kind": {appended(m, "> 话"), m + ":26:", "[!message"},
		"strong that is none":      {appended(m, "看**“这里”**吧"), m + ":26:", "**"},
		"missing translation":      {func(f fstest.MapFS) { delete(f, "quizzes/m.en.yaml") }, "quizzes/m.en.yaml:1:", "missing"},
		"two right answers":        {swap(q, "because: 不对}", "right: true, because: 不对}"), q + ":5:", "exactly one"},
		"option not explained":     {swap(q, "text: 转, because: 不对", "text: 转"), q + ":8:", "not explained"},
		"another right answer":     {both(swap("quizzes/m.en.yaml", "right: true, because: \"对", "because: \"对"), swap("quizzes/m.en.yaml", "text: 转, because", "text: 转, right: true, because")), "quizzes/m.en.yaml:1:", "differs from its source"},
		"unknown try":              {swap(m, "{try first}", "{try other}"), m + ":15:", "no item"},
		"two rules":                {appended(m, "> [!rule]\n> 再停。"), m + ":1:", "exactly one rule"},
		"not half genuine":         {swap(s, "genuine: false", "genuine: true"), s + ":1:", "half"},
		"unknown sign":             {swap("modules/m/easy.zh-Hans.md", "elder>phone", "elder>dragon"), "modules/m/easy.zh-Hans.md:6:", "no sign"},
		"nobody's quiz":            {func(f fstest.MapFS) { f["quizzes/x.en.yaml"] = doc(quizYAML) }, "quizzes/x.en.yaml:1:", "belongs to no module"},
		"unknown track":            {swap(m, "track: scams", "track: cats"), m + ":2:", "taxonomy"},
		"dates in a translation":   {swap("modules/m/en.md", "summary", "minutes: 3\nsummary"), "modules/m/en.md:2:", "source only"},
		"fact without a source":    {swap("facts/f.yaml", "issuer: {zh-Hans: 部, zh-Hant: 部, en: M}, ", ""), "facts/f.yaml:4:", "no source"},
		"page that is not ours":    {appended(m, "{go moon}"), m + ":26:", "no such page"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l, err := Open(tiny(c.change))
			ps := asProblems(err)
			if err == nil {
				ps = l.LoadAll()
			}
			for _, p := range ps {
				if strings.HasPrefix(p.String(), c.want) && strings.Contains(p.String(), c.says) {
					return
				}
			}
			t.Errorf("no problem %s … %q among:\n%v", c.want, c.says, ps)
		})
	}
}

func both(a, b func(fstest.MapFS)) func(fstest.MapFS) {
	return func(f fstest.MapFS) { a(f); b(f) }
}

func TestRendering(t *testing.T) {
	t.Parallel()
	l := open(t, tiny(appended("modules/m/zh-Hans.md", "打{fact police}，付{case 5,000}元，用{term app|它}，<b>不</b>。\n\n> [!message sms 短信，来自{case 95}]\n> 一行\n> 两行\n\n{call police}")))
	m, _ := l.Module("m")
	e, err := l.Edition(m, locale.Hans)
	if err != nil && !strings.Contains(err.Error(), "HTML") {
		t.Fatal(err)
	}
	var kinds []string
	for _, b := range e.Body {
		kinds = append(kinds, b.Kind)
	}
	if diff := cmp.Diff([]string{"try", "rule", "try", "piece", "quiz", "html", "message", "call"}, kinds); diff != "" {
		t.Error(diff)
	}
	html := string(e.Body[5].HTML)
	for _, want := range []string{`打<a class="num" href="tel:110">110</a>`, `付<span class="num">5,000</span>元`, `<a class="term" href="#term-app">它</a>`} {
		if !strings.Contains(html, want) {
			t.Errorf("%s lacks %s", html, want)
		}
	}
	if strings.Contains(html, "<b>") {
		t.Errorf("HTML came through: %s", html)
	}
	if msg := e.Body[6]; msg.Arg != "sms" || !strings.Contains(string(msg.From), "95") || !strings.Contains(string(msg.HTML), "一行") {
		t.Errorf("message %+v", msg)
	}
	easy, err := l.Easy(m)
	if err != nil {
		t.Fatal(err)
	}
	want := &Drawing{Alt: "老人打电话", Signs: []string{"elder", "phone"}, Leads: true, Over: "no"}
	if diff := cmp.Diff(want, easy.Body[0].Drawing); diff != "" {
		t.Error(diff)
	}
	quiz, err := l.Quiz(m, locale.Hans)
	if err != nil {
		t.Fatal(err)
	}
	if label := string(quiz.Items[0].Options[1].Shown.Text); strings.Contains(label, "<a") {
		t.Errorf("a label holds a link: %s", label)
	}
}

func TestSorting(t *testing.T) {
	t.Parallel()
	l := open(t, tiny())
	m, _ := l.Module("m")
	p, err := l.Piece(m, locale.Hans)
	if err != nil {
		t.Fatal(err)
	}
	items := []*Item{p.Items[0].Item, p.Items[1].Item}
	for picks, want := range map[string][4]int{"a.b.": {1, 1, 0, 1}, "ba.ab.": {0, 1, 1, 1}} {
		r, err := NewRun(items, picks)
		if err != nil {
			t.Fatal(err)
		}
		hits, fakes, alarms, genuine := r.Sorting()
		if got := [4]int{hits, fakes, alarms, genuine}; got != want {
			t.Errorf("%s: %v, want %v", picks, got, want)
		}
	}
}

func TestOverlay(t *testing.T) {
	t.Parallel()
	over := fstest.MapFS{
		"facts/f.yaml":              doc(strings.Replace(string(tiny()["facts/f.yaml"].Data), `"110"`, `"119"`, 1)),
		"facts/more.yaml":           doc(strings.Replace(string(tiny()["facts/f.yaml"].Data), "id: police", "id: other", 1)),
		"authorities/operator.yaml": doc("name: {zh-Hans: 会, zh-Hant: 會, en: Council}\n"),
	}
	l, err := Open(Overlay(over, tiny()))
	if err != nil {
		t.Fatal(err)
	}
	f, _ := l.Fact("police")
	_, added := l.Fact("other")
	if f.Value != "119" || !added || !l.Operator().Configured() {
		t.Errorf("police %s, other %t, operator %v", f.Value, added, l.Operator())
	}
	if ps := l.LoadAll(); len(ps) > 0 {
		t.Error(ps)
	}
}

func TestStampAndStaleness(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(fsys fstest.MapFS) {
		for name, f := range fsys {
			path := filepath.Join(dir, name)
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, f.Data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	stale := func() (bool, bool) {
		l, err := Open(os.DirFS(dir))
		if err != nil {
			t.Fatal(err)
		}
		m, _ := l.Module("m")
		e, err := l.Edition(m, locale.En)
		if err != nil {
			t.Fatal(err)
		}
		q, err := l.Quiz(m, locale.En)
		if err != nil {
			t.Fatal(err)
		}
		return e.Stale, q.Stale
	}
	write(tiny())
	if a, b := stale(); !a || !b {
		t.Error("a translation without a stamp passes for fresh")
	}
	for range 2 { // a second stamp changes nothing
		for _, f := range []string{"modules/m/en.md", "quizzes/m.en.yaml"} {
			if _, err := Stamp(filepath.Join(dir, f)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if a, b := stale(); a || b {
		t.Error("stamped translations are stale")
	}
	data, _ := os.ReadFile(filepath.Join(dir, "modules/m/en.md"))
	if strings.Count(string(data), "source_hash") != 1 {
		t.Errorf("stamped more than once:\n%s", data)
	}
	source := filepath.Join(dir, "modules/m/zh-Hans.md")
	body, _ := os.ReadFile(source)
	set := func(old, with string) {
		if err := os.WriteFile(source, []byte(strings.Replace(string(body), old, with, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	set("review_by: 2027-05-25", "review_by: 2028-05-25")
	if a, _ := stale(); a {
		t.Error("a new review date makes translations stale")
	}
	set("先停下。", "先停下来。")
	if a, _ := stale(); !a {
		t.Error("a changed source leaves its translation fresh")
	}
	if _, err := Stamp(source); err == nil {
		t.Error("a source was stamped")
	}
}

func FuzzSplitFront(f *testing.F) {
	for _, s := range []string{"---\na: b\n---\n\ntext", "---\n---\n", "", "---\r\na: 1\r\n---\r\nx", "---\na", "no front"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		head, body, first, err := SplitFront([]byte(s))
		if err != nil {
			return
		}
		clean := strings.ReplaceAll(s, "\r\n", "\n")
		if got := "---\n" + string(head) + "---\n" + string(body); got != clean {
			t.Errorf("%q comes apart into %q", clean, got)
		}
		if want := strings.Count(strings.TrimSuffix(clean, string(body)), "\n") + 1; first != want {
			t.Errorf("%q: body begins on line %d, want %d", clean, first, want)
		}
	})
}

func FuzzParseDirective(f *testing.F) {
	for _, s := range []string{"{fact police}", "{case 5,000}", "{term a|b}", "{quiz}", "{ }", "{fact}", "{fact a}{case 1}", "{a {b} c}", "{日 x}", "\x97\n0"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, n := ParseDirective(s)
		if n < 0 || n > len(s) || (n == 0) != (d.Word == "") {
			t.Fatalf("%q: %+v, %d bytes", s, d, n)
		}
		if n > 0 && (s[0] != '{' || s[n-1] != '}' || !strings.Contains(s[:n], d.Arg)) {
			t.Errorf("%q: %+v, %d bytes", s, d, n)
		}
		l := &Library{facts: map[string]*Fact{}, terms: map[string]*Term{}}
		l.PlainText(s, locale.Hans)
		if !utf8.ValidString(s) {
			return // refused before it is rendered: goldmark panics on "\x97\n0"
		}
		sc := &scope{lib: l, lang: locale.Hans, used: &Used{}}
		if html := string(sc.html(Text{s, 1})); strings.Contains(html, "<script") {
			t.Errorf("%q renders a script: %s", s, html)
		}
	})
}
