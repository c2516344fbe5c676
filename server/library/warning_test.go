package library

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	yaml "go.yaml.in/yaml/v3"

	"anxin/server/locale"
)

const warningHead = `schemes: [TF-CS]
channels: [phone]
audience: [all]
severity: 2
certainty: reported_pattern
modules: [m]
tools: [loan-cost]
source:
  issuer: {zh-Hans: 部, zh-Hant: 部, en: M}
  title: {zh-Hans: 提示, zh-Hant: 提示, en: Notice}
  date: 2026-01-28
verified_on: 2026-11-25
review_by: 2027-05-25
`

const warningText = `title: 假客服
summary: 有人冒充客服。
how_it_works: [他打电话。, "他说有{term app}。", "他要{case 500}元。"]
red_flags: [您被扣费了。, 请下载。, 请转账。, 别告诉人。]
what_to_do: [挂电话。, 问家人。, "打{fact police}。"]
if_already_paid: ["打{fact police}。", "找银行。"]
`

// warned is the tiny library with one warning, and what it names.
func warned(changes ...func(fstest.MapFS)) fstest.MapFS {
	return tiny(append([]func(fstest.MapFS){func(f fstest.MapFS) {
		tag := func(id string) string { return "[{id: " + id + ", name: {zh-Hans: 名, zh-Hant: 名, en: name}}]\n" }
		f["taxonomy.yaml"] = doc(string(f["taxonomy.yaml"].Data) + "schemes: " + tag("TF-CS") + "channels: " + tag("phone") + "tools: " + tag("loan-cost"))
		f["warnings/SZFX-2026-0001.zh-Hans.yaml"] = doc(warningHead + warningText)
		f["warnings/SZFX-2026-0001.zh-Hant.yaml"] = doc(warningText)
		f["warnings/SZFX-2026-0001.en.yaml"] = doc(warningText)
	}}, changes...)...)
}

// renamed gives the warning another code, in one language or in all.
func renamed(code string, langs ...locale.Code) func(fstest.MapFS) {
	return func(f fstest.MapFS) {
		for _, c := range langs {
			old := "warnings/SZFX-2026-0001." + string(c) + ".yaml"
			f["warnings/"+code+"."+string(c)+".yaml"] = f[old]
			delete(f, old)
		}
	}
}

func TestWarningIsSound(t *testing.T) {
	t.Parallel()
	l := open(t, warned())
	if ps := l.LoadAll(); len(ps) > 0 {
		t.Fatal(ps)
	}
	w, ok := l.Warning("SZFX-2026-0001")
	if !ok {
		t.Fatal("the warning was not found")
	}
	e, err := l.WarningEdition(w, locale.Hans)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := string(e.WhatToDo[2].HTML), `打<a class="num" href="tel:110">110</a>。`; got != want || e.WhatToDo[2].Plain != "打110。" {
		t.Errorf("got %s and %q", got, e.WhatToDo[2].Plain)
	}
	if len(e.Used.Facts) != 1 || len(e.Used.Terms) != 1 {
		t.Errorf("uses %d facts and %d terms", len(e.Used.Facts), len(e.Used.Terms))
	}
	if got := strings.Count(e.Plain(), "\n"); got != 12 || !strings.Contains(e.Plain(), "他说有软件。\n他要500元。\n您被扣费了。") {
		t.Errorf("in plain words:\n%s", e.Plain())
	}
	if _, ok := l.Warning("SZFX-2026-0002"); ok {
		t.Error("found a warning that is not there")
	}
}

func TestMistakesInWarningsAreTold(t *testing.T) {
	t.Parallel()
	const hans, hant, en = "warnings/SZFX-2026-0001.zh-Hans.yaml", "warnings/SZFX-2026-0001.zh-Hant.yaml", "warnings/SZFX-2026-0001.en.yaml"
	for name, c := range map[string]struct {
		change func(fstest.MapFS)
		want   string
	}{
		"code of another form":      {renamed("SZFX-26-1", locale.All...), "warnings/SZFX-26-1.zh-Hans.yaml:1: a warning's code"},
		"unknown scheme":            {swap(hans, "TF-CS", "TF-XX"), hans + `:1: scheme "TF-XX" is not in taxonomy.yaml`},
		"unknown channel":           {swap(hans, "[phone]", "[pigeon]"), hans + `:1: channel "pigeon"`},
		"unknown audience":          {swap(hans, "[all]", "[cats]"), hans + `:1: audience "cats"`},
		"unknown tool":              {swap(hans, "loan-cost", "abacus"), hans + `:1: tool "abacus"`},
		"unknown module":            {swap(hans, "modules: [m]", "modules: [n]"), hans + `:1: there is no module "n"`},
		"no module at all":          {swap(hans, "modules: [m]\n", ""), hans + ":1: schemes, channels, audience and modules"},
		"no scheme at all":          {swap(hans, "schemes: [TF-CS]\n", ""), hans + ":1: schemes, channels, audience and modules"},
		"too severe":                {swap(hans, "severity: 2", "severity: 3"), hans + ":1: severity is 3"},
		"no severity":               {swap(hans, "severity: 2\n", ""), hans + ":1: severity is 0"},
		"too certain":               {swap(hans, "reported_pattern", "confirmed_by_authority"), hans + `:1: severity is 2 and certainty "confirmed_by_authority"`},
		"no issuer":                 {swap(hans, "issuer: {zh-Hans: 部, zh-Hant: 部, en: M}", "issuer: {zh-Hans: 部, zh-Hant: 部}"), hans + ":1: no source in en"},
		"no title of the source":    {swap(hans, "  title: {zh-Hans: 提示, zh-Hant: 提示, en: Notice}\n", ""), hans + ":1: no source in zh-Hans"},
		"no date of the source":     {swap(hans, "  date: 2026-01-28\n", ""), hans + ":1: the source has no date"},
		"address that is none":      {swap(hans, "  date:", "  url: www.example.org\n  date:"), hans + `:1: url "www.example.org"`},
		"not verified":              {swap(hans, "verified_on: 2026-11-25\n", ""), hans + ":1: verified_on and review_by"},
		"verified before it was":    {swap(hans, "verified_on: 2026-11-25", "verified_on: 2025-11-25"), hans + ":1: the source's date, verified_on and review_by follow each other"},
		"reviewed before verified":  {swap(hans, "review_by: 2027", "review_by: 2026"), hans + ":1: the source's date, verified_on and review_by follow each other"},
		"misspelt field":            {swap(hans, "red_flags", "red_flag"), hans + `:17: there is no field "red_flag"`},
		"no title":                  {swap(en, "title: 假客服\n", ""), en + ":1: title and summary"},
		"no summary":                {swap(en, "summary: 有人冒充客服。\n", ""), en + ":1: title and summary"},
		"too few steps":             {swap(hans, "[他打电话。, ", "["), hans + ":1: how_it_works has 2 entries, it should have 3 to 5"},
		"too few quotations":        {swap(hans, ", 别告诉人。", ""), hans + ":1: red_flags has 3 entries"},
		"too many things to do":     {swap(hans, "what_to_do: [", "what_to_do: [一。, 二。, 三。, "), hans + ":1: what_to_do has 6 entries"},
		"nothing for who has paid":  {swap(hans, "if_already_paid", "# "), hans + ":1: if_already_paid has 0 entries"},
		"an empty entry":            {swap(hans, "找银行。", ""), hans + ":19: nothing stands behind the dash"},
		"unknown fact":              {swap(hans, "{fact police}", "{fact nobody}"), hans + ":18: there is no fact"},
		"unverified fact":           {swap("facts/f.yaml", "mark: S", "mark: U"), hans + ":18: fact police is unverified"},
		"unknown term":              {swap(hans, "{term app}", "{term nothing}"), hans + ":16: there is no term"},
		"unknown fact in the title": {swap(hans, "title: 假客服", "title: 打{fact nobody}"), hans + ":14: there is no fact"},
		"a block":                   {swap(hans, "找银行。", "{go scammed}"), hans + ":19: {go} stands on a line"},
		"HTML":                      {swap(hans, "找银行。", "找<b>银行</b>。"), hans + ":19: HTML"},
		"a translation missing":     {func(f fstest.MapFS) { delete(f, en) }, en + ":1: is missing"},
		"ids in a translation":      {swap(hant, "title", "severity: 1\ntitle"), hant + ":1: schemes, channels"},
		"a source in a translation": {swap(hant, "title", "source: {date: 2026-01-28}\ntitle"), hant + ":1: schemes, channels"},
		"an entry less":             {swap(en, ", 问家人。", ", 问家人。, 想一想。"), en + ":1: differs from its source: 4 entries in what_to_do, there 3"},
		"nobody's translation":      {renamed("SZFX-2026-0002", locale.En), "warnings/SZFX-2026-0002.en.yaml:1: belongs to no warning"},
		"a language of nobody":      {func(f fstest.MapFS) { f["warnings/SZFX-2026-0001.fr.yaml"] = doc(warningText) }, "warnings/SZFX-2026-0001.fr.yaml:1: belongs to no warning"},
		"saved in GBK":              {swap(hans, "找银行。", "\xd5\xd2"), hans + ":19: is not UTF-8"},
		"way to a warning not ours": {appended("modules/m/zh-Hans.md", "{go warnings/SZFX-2026-0002}"), "modules/m/zh-Hans.md:26: {go warnings/SZFX-2026-0002}"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l, err := Open(warned(c.change))
			ps := asProblems(err)
			if err == nil {
				ps = l.LoadAll()
			}
			for _, p := range ps {
				if strings.HasPrefix(p.String(), c.want) {
					return
				}
			}
			t.Errorf("no problem %s among:\n%v", c.want, ps)
		})
	}
}

// A draft lesson is not shown, and may be named all the same; whoever only reads the warnings' folder is told nothing.
func TestWhatIsNoMistakeInWarnings(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(fstest.MapFS){
		"draft module": swap("modules/m/zh-Hans.md", "status: published", "status: draft"),
		"read me":      func(f fstest.MapFS) { f["warnings/README.md"] = doc("# Warnings\n") },
		"way there":    appended("modules/m/zh-Hans.md", "{go warnings}\n\n{go warnings/SZFX-2026-0001}"),
	} {
		if ps := open(t, warned(change)).LoadAll(); len(ps) > 0 {
			t.Errorf("%s: %v", name, ps)
		}
	}
}

func TestWarningsComeNewestFirst(t *testing.T) {
	t.Parallel()
	copied := func(code, date string) func(fstest.MapFS) {
		return func(f fstest.MapFS) {
			f["warnings/"+code+".zh-Hans.yaml"] = doc(strings.Replace(warningHead, "2026-01-28", date, 1) + warningText)
		}
	}
	l := open(t, warned(copied("SZFX-2026-0002", "2025-12-16"), copied("SZFX-2026-0003", "2026-01-28"), copied("SZFX-2025-0009", "2026-03-01")))
	var got []string
	for _, w := range l.Warnings() {
		got = append(got, w.Code)
	}
	if diff := cmp.Diff([]string{"SZFX-2025-0009", "SZFX-2026-0003", "SZFX-2026-0001", "SZFX-2026-0002"}, got); diff != "" {
		t.Error(diff)
	}
}

// From a warning to its lessons and tools, and back.
func TestRelated(t *testing.T) {
	t.Parallel()
	module := func(slug, id, more string) func(fstest.MapFS) {
		return func(f fstest.MapFS) {
			for _, c := range locale.All {
				f["modules/"+slug+"/"+string(c)+".md"] = f["modules/m/"+string(c)+".md"]
			}
			swap("modules/"+slug+"/zh-Hans.md", "id: f1\n", "id: "+id+"\n"+more)(f)
		}
	}
	l := open(t, warned(
		module("by-scheme", "f2", "schemes: [TF-CS]\ntools: [loan-cost]\n"),
		module("of-nothing", "f3", ""),
		module("draft", "f4", "schemes: [TF-CS]\n"), swap("modules/draft/zh-Hans.md", "status: published", "status: draft"),
		swap("warnings/SZFX-2026-0001.zh-Hans.yaml", "modules: [m]", "modules: [draft, m]"),
	))
	w := l.Warnings()[0]
	slugs := func(ms []*Module) (list []string) {
		for _, m := range ms {
			list = append(list, m.Slug)
		}
		return list
	}
	if diff := cmp.Diff([]string{"m", "by-scheme"}, slugs(l.WarningModules(w))); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"by-scheme"}, slugs(l.ToolModules("loan-cost"))); diff != "" {
		t.Error(diff)
	}
	for slug, want := range map[string]int{"m": 1, "by-scheme": 1, "of-nothing": 0} {
		m, _ := l.Module(slug)
		if got := l.ModuleWarnings(m); len(got) != want {
			t.Errorf("%s has %d warnings, want %d", slug, len(got), want)
		}
	}
	if len(l.ToolWarnings("loan-cost")) != 1 || len(l.ToolWarnings("abacus")) != 0 || len(l.Tools([]string{"abacus", "loan-cost"})) != 1 {
		t.Error("tools are not found by their ids")
	}
}

// A stamp holds while the words do: to verify a warning again makes no translation stale.
func TestStampOfAWarning(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, text string) string {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	for name, f := range warned() {
		write(name, string(f.Data))
	}
	stale := func() bool {
		l, err := Open(os.DirFS(dir))
		if err != nil {
			t.Fatal(err)
		}
		e, err := l.WarningEdition(l.Warnings()[0], locale.En)
		if err != nil {
			t.Fatal(err)
		}
		return e.Stale
	}
	if !stale() {
		t.Error("a translation without a stamp is not stale")
	}
	if changed, err := Stamp(filepath.Join(dir, "warnings", "SZFX-2026-0001.en.yaml")); err != nil || !changed {
		t.Fatal(changed, err)
	}
	if stale() {
		t.Error("stale just after it was stamped")
	}
	write("warnings/SZFX-2026-0001.zh-Hans.yaml", strings.Replace(warningHead, "2027-05-25", "2027-11-25", 1)+warningText)
	if stale() {
		t.Error("a new date for the next review makes the translation stale")
	}
	write("warnings/SZFX-2026-0001.zh-Hans.yaml", warningHead+strings.Replace(warningText, "找银行", "找家人", 1))
	if !stale() {
		t.Error("other words in the source do not make the translation stale")
	}
	if _, err := Stamp(filepath.Join(dir, "warnings", "SZFX-2026-0001.zh-Hans.yaml")); err == nil {
		t.Error("a source was stamped")
	}
}

// Whatever a record says, reading it never panics; what loads names only what the taxonomy knows, and says the same
// when written down and read again.
func FuzzWarning(f *testing.F) {
	f.Add(warningHead + warningText)
	f.Add("")
	f.Add("schemes: [TF-CS, TF-CS]\nsource: {date: 2026-02-30}\n")
	f.Add("schemes: TF-CS\nred_flags:\n  -\n  - ~\n  - [x]\n")
	f.Add("a: &a [*a]\n")
	f.Add(warningHead + "title: '{fact'\nsummary: '**'\nhow_it_works: ['> [!say]', '![a](sign:x)', '<b>']\n")
	f.Fuzz(func(t *testing.T, record string) {
		read := func(record string) (*Library, Warning, bool) {
			l, err := Open(warned(func(f fstest.MapFS) { f["warnings/SZFX-2026-0001.zh-Hans.yaml"] = doc(record) }))
			if err != nil {
				return nil, Warning{}, false
			}
			l.LoadAll()
			w, ok := l.Warning("SZFX-2026-0001")
			if !ok {
				t.Fatal("opened, and the warning is not there")
			}
			return l, *w, true
		}
		l, w, ok := read(record)
		if !ok {
			return
		}
		for tags, ids := range map[*[]Tag][]string{&l.taxonomy.Schemes: w.Schemes, &l.taxonomy.Channels: w.Channels, &l.taxonomy.Audiences: w.Audience, &l.taxonomy.Tools: w.Tools} {
			for _, id := range ids {
				if _, known := Find(*tags, id); !known {
					t.Errorf("%q was let in and is not in the taxonomy", id)
				}
			}
		}
		ids, err := yaml.Marshal(map[string]any{
			"schemes": w.Schemes, "channels": w.Channels, "audience": w.Audience, "modules": w.Modules, "tools": w.Tools,
			"severity": w.Severity, "certainty": w.Certainty,
		})
		if err != nil {
			t.Fatal(err)
		}
		_, rest, _ := strings.Cut(warningHead+warningText, "source:")
		_, again, ok := read(string(ids) + "source:" + rest)
		type same struct {
			Schemes, Channels, Audience, Modules, Tools []string
			Severity                                    int
			Certainty                                   string
		}
		a := same{w.Schemes, w.Channels, w.Audience, w.Modules, w.Tools, w.Severity, w.Certainty}
		b := same{again.Schemes, again.Channels, again.Audience, again.Modules, again.Tools, again.Severity, again.Certainty}
		if len(w.Tools) == 0 {
			a.Tools, b.Tools = nil, nil // none and an empty list are the same
		}
		if diff := cmp.Diff(a, b); !ok || diff != "" {
			t.Errorf("read again: %t\n%s", ok, diff)
		}
	})
}
