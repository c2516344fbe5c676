package proof

import (
	"strings"
	"testing"
	"testing/fstest"

	"anxin/server/library"
	"anxin/server/locale"
)

const (
	warningHead = `schemes: [TF-CS]
channels: [phone]
audience: [all]
severity: 2
certainty: reported_pattern
modules: [m]
source:
  issuer: {zh-Hans: 公安部, zh-Hant: 公安部, en: Ministry}
  title: {zh-Hans: 公告, zh-Hant: 公告, en: Notice}
  date: 2026-01-28
verified_on: 2026-11-25
review_by: 2027-05-25
`
	warningText = `title: %
summary: %
how_it_works: ["%", "%", "%"]
red_flags: ["%", "%", "%", "%"]
what_to_do: ["%", "%", "请打{fact police}。"]
if_already_paid: ["%", "%"]
`
)

// warned is the tiny library with a module and a warning that belong together; nothing is wrong with it.
func warned(t *testing.T, changes ...func(fstest.MapFS)) fstest.MapFS {
	t.Helper()
	text := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	fsys := tiny(nil)
	tag := func(id string) string {
		return "[{id: " + id + ", name: {zh-Hans: 手机, zh-Hant: 手機, en: name}}]\n"
	}
	fsys["taxonomy.yaml"].Data = append(fsys["taxonomy.yaml"].Data, []byte("audiences: "+tag("all")+"levels: "+tag("R2")+"schemes: "+tag("TF-CS")+"channels: "+tag("phone")+"tools: "+tag("loan-cost"))...)
	const quiz = "items:\n  - id: first\n    use: try\n    skill: decide\n    prompt: %\n    options:\n      - {id: a, text: \"%\", right: true, because: \"%\"}\n      - {id: b, text: \"%\", because: \"%\"}\n    hint: \"%\"\n  - id: last\n    use: quiz\n    skill: decide\n    prompt: %\n    options:\n      - {id: a, text: \"%\", right: true, because: \"%\"}\n      - {id: b, text: \"%\", because: \"%\"}\n    hint: \"%\"\n"
	const lesson = "---\ntitle: %\nsummary: %\n§---\n\n{try first}\n\n> [!rule]\n> %\n\n{try first}\n\n{quiz}\n"
	const head = "id: f1\ntrack: scams\naudience: [all]\nschemes: [TF-CS]\ntools: [loan-cost]\nlevel: R2\nminutes: 8\nstatus: published\nverified_on: 2026-11-25\nreview_by: 2027-05-25\n"
	for code, says := range map[locale.Code]string{locale.Hans: "请看看。", locale.Hant: "請看看。", locale.En: "Please look."} {
		front, above := "", ""
		if code == locale.Hans {
			front, above = head, warningHead
		}
		own := func(s string) *fstest.MapFile {
			return text(strings.ReplaceAll(strings.ReplaceAll(s, "%", says), "§", front))
		}
		fsys["modules/m/"+string(code)+".md"] = own(lesson)
		fsys["quizzes/m."+string(code)+".yaml"] = own(quiz)
		fsys["warnings/SZFX-2026-0001."+string(code)+".yaml"] = own(above + warningText)
	}
	for _, c := range changes {
		c(fsys)
	}
	return fsys
}

// Every rule for texts holds in a warning, too, and what stands alone is told.
func TestRulesForWarnings(t *testing.T) {
	t.Parallel()
	const hans, hant, en = "warnings/SZFX-2026-0001.zh-Hans.yaml", "warnings/SZFX-2026-0001.zh-Hant.yaml", "warnings/SZFX-2026-0001.en.yaml"
	const module = "modules/m/zh-Hans.md"
	// say puts words in the place of the first entry of a list.
	say := func(file, list, words string) func(fstest.MapFS) {
		return func(f fstest.MapFS) {
			before, after, _ := strings.Cut(string(f[file].Data), list+`: ["`)
			_, rest, _ := strings.Cut(after, `"`)
			f[file] = &fstest.MapFile{Data: []byte(before + list + `: ["` + words + `"` + rest)}
		}
	}
	none := func(f fstest.MapFS) {
		for _, c := range locale.All {
			delete(f, "warnings/SZFX-2026-0001."+string(c)+".yaml")
		}
	}
	draft := func(f fstest.MapFS) {
		for _, c := range locale.All {
			f["modules/n/"+string(c)+".md"] = f["modules/m/"+string(c)+".md"]
		}
		replace("modules/n/zh-Hans.md", "published", "draft")(f)
	}
	for name, c := range map[string]struct {
		change     func(fstest.MapFS)
		want, says string
	}{
		"nothing wrong":              {func(fstest.MapFS) {}, "", ""},
		"number without a fact":      {say(hans, "how_it_works", "他们有37元。"), hans + ":15:", "number without a fact"},
		"also in what is quoted":     {say(hans, "red_flags", "我们有37元。"), hans + ":16:", "number without a fact"},
		"in the title":               {replace(hans, "title: 请看看。", "title: 今天37"), hans + ":13:", "number without a fact"},
		"long sentence":              {say(hans, "what_to_do", strings.Repeat("今天明天", 12)+"。"), hans + ":17:", "a sentence of 48 characters"},
		"long quotation is free":     {say(hans, "red_flags", strings.Repeat("今天明天", 12)+"。"), "", ""},
		"banned promise":             {say(hans, "if_already_paid", "稳赚。"), hans + ":18:", "not ours to say"},
		"banned in the title":        {replace(hans, "title: 请看看。", "title: 稳赚"), hans + ":13:", "not ours to say"},
		"quoted promise is free":     {say(hans, "red_flags", "稳赚。"), "", ""},
		"uncommon character":         {say(hans, "red_flags", "饕。"), hans + ":16:", "饕 is not among"},
		"half-width punctuation":     {say(hant, "what_to_do", "今天,明天。"), hant + ":", "half-width"},
		"word to avoid":              {say(hant, "how_it_works", "應用程序。"), hant + ":3:", "the glossary says"},
		"percent without yuan":       {both(say(hans, "how_it_works", "利率{case 7%}。"), say(hant, "how_it_works", "{case 7%}。"), say(en, "how_it_works", "{case 7%}.")), hans + ":15:", "without an example in yuan"},
		"figures differ":             {say(hans, "red_flags", "有{case 5,000}元。"), en + ":1:", "{case 5,000} stands in the source and not here"},
		"figure of its own":          {say(en, "red_flags", "Now {case 5,000}."), en + ":4:", "{case 5,000} stands here and not in the source"},
		"brace that is none":         {say(en, "red_flags", "Now {Case 5}."), en + ":4:", "a brace"},
		"no lesson published":        {both(draft, replace(hans, "modules: [m]", "modules: [n]")), hans + ":1:", "none of the lessons [n] is published"},
		"one lesson published":       {both(draft, replace(hans, "modules: [m]", "modules: [n, m]")), "", ""},
		"lesson without a warning":   {both(replace("taxonomy.yaml", "id: TF-CS,", "id: TF-AI, name: {zh-Hans: 手机, zh-Hant: 手機, en: name}}, {id: TF-CS,"), replace(module, "[TF-CS]", "[TF-AI]")), module + ":2:", "no warning tells of scheme TF-AI"},
		"tool without a lesson":      {replace(module, "tools: [loan-cost]\n", ""), "taxonomy.yaml:", "no published lesson names the tool loan-cost"},
		"not while there is no":      {both(none, replace(module, "tools: [loan-cost]\n", "")), "", ""},
		"counterpart may be allowed": {both(replace(module, "tools: [loan-cost]\n", ""), replace("lint/allow.yaml", "[]", "- {rule: counterpart, text: loan-cost, reason: x}")), "", ""},
		"name of a channel":          {replace("taxonomy.yaml", "channels: [{id: phone, name: {zh-Hans: 手机", "channels: [{id: phone, name: {zh-Hans: 饕"), "taxonomy.yaml:", "饕 is not among"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			errors := read(t, warned(t, c.change), false).Errors
			if c.want == "" {
				for _, e := range errors {
					t.Errorf("found %s", e)
				}
				return
			}
			for _, e := range errors {
				if strings.HasPrefix(e.String(), c.want) && strings.Contains(e.String(), c.says) {
					return
				}
			}
			t.Errorf("no finding %s … %s among %v", c.want, c.says, errors)
		})
	}
}

func TestWarningsAge(t *testing.T) {
	t.Parallel()
	const hans = "warnings/SZFX-2026-0001.zh-Hans.yaml"
	r := read(t, warned(t, replace(hans, "review_by: 2027-05-25", "review_by: 2026-11-25")), false)
	due, stale := 0, 0
	for _, w := range r.Warnings {
		switch {
		case w.File == hans && w.Rule == "review":
			due++
		case strings.HasPrefix(w.File, "warnings/") && w.Rule == "stale":
			stale++
		}
	}
	if due != 0 || stale != 2 { // the day itself is still in time; two translations without a stamp
		t.Errorf("%d due and %d stale: %v", due, stale, r.Warnings)
	}
	past := Proof{Content: warned(t), Catalogues: fstest.MapFS{}, Today: library.MustDate("2027-05-27").Time}
	r, err := past.Read()
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range r.Warnings {
		if w.File == hans && strings.Contains(w.Message, "the warning was to be checked again by 2027-05-25") {
			return
		}
	}
	t.Errorf("a warning past its review is not told: %v", r.Warnings)
}
