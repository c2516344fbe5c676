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
