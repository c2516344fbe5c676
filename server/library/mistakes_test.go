package library

import (
	"strings"
	"testing"
	"testing/fstest"

	"anxin/server/locale"
)

// More mistakes than TestMistakesAreToldByFileAndLine has: those that once passed unseen, crashed, or were told by a
// line that was not theirs.
func TestMistakesThatHideAreTold(t *testing.T) {
	t.Parallel()
	const m, q, s, easy = "modules/m/zh-Hans.md", "quizzes/m.zh-Hans.yaml", "pieces/m.zh-Hans.yaml", "modules/m/easy.zh-Hans.md"
	noPiece := func(f fstest.MapFS) {
		for _, c := range locale.All {
			delete(f, "pieces/m."+string(c)+".yaml")
			swap("modules/m/"+string(c)+".md", "{piece}", "")(f)
		}
	}
	for name, c := range map[string]struct {
		change func(fstest.MapFS)
		want   string
	}{
		"unknown fact in a title":         {swap(m, "title: 课", "title: 打{fact nobody}"), m + `:2: there is no fact "nobody"`},
		"unknown fact in a translation":   {swap("modules/m/en.md", "title: Lesson", "title: Call {fact nobody}"), `modules/m/en.md:2: there is no fact "nobody"`},
		"unverified fact in a summary":    {both(swap("facts/f.yaml", "mark: S", "mark: U"), swap(m, "summary: 一句话", "summary: 打{fact police}")), m + ":3: fact police is unverified"},
		"unverified fact in an objective": {both(swap("facts/f.yaml", "mark: S", "mark: U"), swap(m, "[会看]", "[\"打{fact police}\"]")), m + ":4: fact police is unverified"},
		"unknown term in a piece's title": {swap(s, "title: 分一分", "title: 分{term nothing}"), s + `:2: there is no term "nothing"`},
		"unverified number to call":       {both(swap("facts/f.yaml", "mark: S", "mark: U"), appended(m, "{call police}")), m + ":26: {call police}: there is no published fact"},
		"HTML within a sentence":          {appended(m, "甲\n乙<b>丙</b>"), m + ":27: HTML"},
		"HTML in a callout":               {appended(m, "> [!say]\n> 甲\n>\n> <div>乙</div>"), m + ":29: HTML"},
		"HTML in a question":              {swap(q, "prompt: 怎么办？", "prompt: <div>怎么办</div>"), q + ":5: HTML"},
		"callout with nothing in it":      {appended(m, "> [!say]"), m + ":26: [!say] has no text"},
		"message of an unknown kind":      {appended(m, "> [!message fax 传真]\n> 甲"), m + ":26: write [!message"},
		"question without its prompt":     {swap(q, "    prompt: 怎么办？\n", ""), q + ":1: item first: prompt"},
		"message in no round":             {swap(s, "id: s1, round: 1", "id: s1"), s + ":5: message s1: round"},
		"dash with no question behind":    {swap(q, "  - id: second", "  -\n  - id: second"), q + ":11: nothing stands behind the dash"},
		"dash with no option behind":      {swap(q, "- {id: a, text: 转, because: 不对}", "-"), q + ":8: nothing stands behind the dash"},
		"dash with no fact behind":        {appended("facts/f.yaml", "-"), "facts/f.yaml:10: nothing stands behind the dash"},
		"dash with no term behind":        {appended("glossary/g.yaml", "-"), "glossary/g.yaml:3: nothing stands behind the dash"},
		"dash with no body behind":        {swap("authorities/authorities.yaml", "[]", "-"), "authorities/authorities.yaml:1: nothing stands behind the dash"},
		"dash with no message behind":     {appended(s, "  -"), s + ":8: nothing stands behind the dash"},
		"dash with no track behind":       {swap("taxonomy.yaml", "tracks: [", "tracks: [~, "), "taxonomy.yaml:1: nothing stands behind the dash"},
		"way to a piece that is not":      {both(noPiece, appended(m, "{go learn/m/practice}")), m + ":26: {go learn/m/practice}: there is no such page"},
		"date that is none":               {swap(m, "review_by: 2027-05-25", "review_by: 2027-13-25"), m + `:12: "2027-13-25" is no date`},
		"language we do not speak":        {swap("facts/f.yaml", "en: Police 110", "fr: Police 110"), `facts/f.yaml:4: "fr" is none of the languages`},
		"list where a text belongs":       {swap(q, "hint: 想一想", "hint: [想]"), q + ":10: write a text here"},
		"facts on no topic":               {appended("taxonomy.yaml", "fact_topics: [{id: other, name: {zh-Hans: 甲, zh-Hant: 甲, en: A}}]"), "facts/f.yaml:1: there is no fact_topics id f"},
		"file of comments only":           {func(f fstest.MapFS) { f[q] = doc("# 待写\n") }, q + ":1: is empty"},
		"a text saved in GBK":             {appended(m, "\xcf\xc8\xcd\xa3\xcf\xc2"), m + ":26: is not UTF-8"},
		"a quiz saved in GBK":             {swap(q, "想一想", "\xcf\xeb"), q + ":10: is not UTF-8"},
		"no front matter":                 {func(f fstest.MapFS) { f[m] = doc("课\n") }, m + ":1: begin the file"},
		"front matter left open":          {func(f fstest.MapFS) { f[m] = doc("---\ntitle: 课\n") }, m + ":1: the front matter is not closed"},
		"translation of a lesson missing": {func(f fstest.MapFS) { delete(f, "modules/m/zh-Hant.md") }, "modules/m/zh-Hant.md:1: is missing"},
		"translation of a piece missing":  {func(f fstest.MapFS) { delete(f, "pieces/m.en.yaml") }, "pieces/m.en.yaml:1: is missing"},
		"a question less in translation": {func(f fstest.MapFS) {
			first, _, _ := strings.Cut(quizYAML, "  - id: second")
			f["quizzes/m.en.yaml"] = doc(first)
		}, "quizzes/m.en.yaml:1: differs from its source: nothing, there second"},
		"a message sorted otherwise":  {swap("pieces/m.en.yaml", "genuine: true", "genuine: false"), "pieces/m.en.yaml:1: differs from its source"},
		"a fact twice":                {func(f fstest.MapFS) { f["facts/g.yaml"] = f["facts/f.yaml"] }, "facts/g.yaml:4: fact police stands twice"},
		"two questions of one id":     {swap(q, "id: second", "id: first"), q + ":14: item first stands twice"},
		"a quiz that asks nothing":    {swap(q, "use: quiz", "use: try"), q + ":1: no item has use: quiz"},
		"a gap between rounds":        {appended(s, strings.ReplaceAll(sorterItems, "round: 1", "round: 3")), s + ":1: round 2 has no messages and round 3 has"},
		"a try in an easy text":       {appended(easy, "{try first}"), easy + ":10: {try} stands in a lesson only"},
		"a piece in an easy text":     {appended(easy, "{piece}"), easy + ":10: {piece} stands in a lesson only"},
		"a quiz on a page":            {page("{quiz}"), "pages/p/zh-Hans.md:8: {quiz} stands in a lesson only"},
		"a title in a callout":        {appended(m, "> [!caution]\n> 甲\n>\n> # 乙"), m + ":29: the title is the only first heading"},
		"a title in an option":        {swap(q, "text: 转,", "text: \"# 转\","), q + ":8: the title is the only first heading"},
		"a list in an option":         {swap(q, "text: 转,", "text: 1. 转,"), q + ":8: one paragraph stands here"},
		"a list in a prompt":          {swap(q, "prompt: 怎么办？", "prompt: \"- 怎么办？\""), q + ":5: one paragraph stands here"},
		"two paragraphs in a hint":    {swap(q, "hint: 想一想", "hint: \"想\\n\\n一想\""), q + ":10: one paragraph stands here"},
		"an image in a sentence":      {appended(m, "甲\n看![乙](sign:elder)。"), m + ":27: an image stands at no other place"},
		"an image in an option":       {swap(q, "text: 转,", "text: \"![转](sign:elder)\","), q + ":8: an image stands at no other place"},
		"an image in a callout":       {appended(m, "> [!say]\n> ![甲](sign:elder)\n> 乙"), m + ":27: an image stands at no other place"},
		"an image of another address": {appended(m, "![甲](https://x.test/a.png)"), m + ":26: a drawing is written"},
		"an easy file misspelt":       {rename(easy, "modules/m/easy.zh-hans.md"), "modules/m/easy.zh-hans.md:1: is read by nothing"},
		"an easy file in capitals":    {rename(easy, "modules/m/Easy.zh-Hans.md"), "modules/m/Easy.zh-Hans.md:1: is read by nothing"},
		"an easy page":                {both(page("甲"), rename(easy, "pages/p/easy.zh-Hans.md")), "pages/p/easy.zh-Hans.md:1: is read by nothing"},
		"a note in a lesson's folder": {func(f fstest.MapFS) { f["modules/m/notes.txt"] = doc("x") }, "modules/m/notes.txt:1: is read by nothing"},
		"a second document":           {appended(q, "---\nitems: []"), q + ":21: a second document begins here"},
		"a second document of facts":  {appended("facts/f.yaml", "---\n- id: x"), "facts/f.yaml:10: a second document begins here"},
		"a sorter without messages":   {swap(s, "items:", "groups: []\nitems: []\nrounds: |"), s + ":1: a sorter has items, this one has none"},
		"parts of another kind":       {swap(s, "items:", "groups: [{id: g, title: 组, items: []}]\nitems:"), s + ":1: groups belong to a piece of kind checklist"},
		"a block in an easy sentence": {swap(easy, "别急。", "看{quiz}。"), easy + ":7: {quiz} stands on a line of its own"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l, err := Open(tiny(c.change))
			ps := asProblems(err)
			if err == nil {
				ps = l.LoadAll()
			}
			told := map[Problem]bool{}
			found := false
			for _, p := range ps {
				found = found || strings.HasPrefix(p.String(), c.want)
				if told[p] {
					t.Errorf("told twice: %s", p)
				}
				told[p] = true
				if p.Line < 1 {
					t.Errorf("no editor finds line %d: %s", p.Line, p)
				}
			}
			if !found {
				t.Errorf("no problem %s among:\n%v", c.want, ps)
			}
		})
	}
}

// Hidden files, as some systems leave them in every folder, hinder nobody.
func TestHiddenFilesAreNoMistake(t *testing.T) {
	t.Parallel()
	l := open(t, tiny(func(f fstest.MapFS) {
		for _, name := range []string{"modules/m/.DS_Store", "quizzes/.DS_Store", "pieces/.directory"} {
			f[name] = doc("x")
		}
	}))
	if ps := l.LoadAll(); len(ps) > 0 {
		t.Error(ps)
	}
}

func page(body string) func(fstest.MapFS) {
	return func(f fstest.MapFS) {
		for _, c := range locale.All {
			dates := map[bool]string{true: "verified_on: 2026-11-25\nreview_by: 2027-05-25\n"}[c == locale.Hans]
			f["pages/p/"+string(c)+".md"] = doc("---\ntitle: 页\nsummary: 页\n" + dates + "---\n\n" + body + "\n")
		}
	}
}

func rename(from, to string) func(fstest.MapFS) {
	return func(f fstest.MapFS) { f[to] = f[from]; delete(f, from) }
}

// An editor who mends one mistake and runs check again must not be sent to other lines each time: Words is a map.
func TestProblemsAreTheSameAtEveryRun(t *testing.T) {
	t.Parallel()
	long := "- id: %\n  term:\n    zh-Hans: 软件\n    zh-Hant: 程式\n    en: app\n  explain: {en: x}\n"
	fsys := tiny(
		func(f fstest.MapFS) { f["glossary/g.yaml"] = doc(strings.ReplaceAll(long, "%", "app")) },
		swap("taxonomy.yaml", "tracks: [{id: scams, name: {zh-Hans: 防骗, zh-Hant: 防騙, en: Scams}}]", "tracks:\n  - id: scams\n    name:\n      zh-Hans: 防骗\n      zh-Hant: 防騙"),
	)
	want := ""
	for range 40 {
		_, err := Open(fsys)
		if err == nil {
			t.Fatal("the mistakes were not found")
		}
		if want == "" {
			want = err.Error()
		}
		if err.Error() != want {
			t.Fatalf("first\n%s\nthen\n%s", want, err)
		}
	}
	for _, line := range []string{"glossary/g.yaml:3: term app lacks", "taxonomy.yaml:4: scams has no name in en"} {
		if !strings.Contains(want, line) {
			t.Errorf("%s is not in\n%s", line, want)
		}
	}
}
