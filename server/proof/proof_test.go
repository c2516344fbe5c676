package proof

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"anxin/content"
	"anxin/server/library"
	"anxin/server/locale"
)

// tiny is a library of one page and what it needs, in which a test changes what it is about.
func tiny(change func(fstest.MapFS)) fstest.MapFS {
	text := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	page := func(title, body, more string) *fstest.MapFile {
		return text("---\ntitle: " + title + "\nsummary: " + title + "\n" + more + "---\n\n" + body + "\n")
	}
	fsys := fstest.MapFS{
		"taxonomy.yaml": text("tracks:\n  - {id: scams, name: {zh-Hans: 防骗, zh-Hant: 防騙, en: Scams}}\n"),
		"facts/f.yaml": text(`- id: police
  kind: phone
  value: "110"
  statement: {zh-Hans: 报警电话是110。, zh-Hant: 報警電話是110。, en: The police number is 110.}
  mark: S
  source: {issuer: {zh-Hans: 公安部, zh-Hant: 公安部, en: Ministry}, title: {zh-Hans: 公告, zh-Hant: 公告, en: Notice}}
  verified_on: 2026-11-25
  review_by: 2027-05-25
`),
		"glossary/g.yaml":           text("- id: app\n  term: {zh-Hans: 软件, zh-Hant: 程式, en: app}\n  explain: {zh-Hans: 手机里的小工具。, zh-Hant: 手機裏的小工具。, en: A small tool on the phone.}\n  avoid: {zh-Hant: [應用程序]}\n"),
		"authorities/operator.yaml": text("name: {}\n"),
		"pages/p/zh-Hans.md":        page("说明", "请打{fact police}。", "verified_on: 2026-11-25\nreview_by: 2027-05-25\n"),
		"pages/p/zh-Hant.md":        page("說明", "請打{fact police}。", ""),
		"pages/p/en.md":             page("About", "Please call {fact police}.", ""),
		"workflow/holidays.yaml":    text("- {year: 2026, notice: 通知, url: x, days: []}\n"),
		"workflow/doors.yaml": text(`- id: court
  name: {zh-Hans: 公安部, zh-Hant: 公安部, en: Court}
  takes: {zh-Hans: 公告。, zh-Hant: 公告。, en: Notices.}
  why: {zh-Hans: 公告。, zh-Hant: 公告。, en: Notices.}
  cost: {zh-Hans: 只要公告。, zh-Hant: 只要公告。, en: A notice.}
  time: {zh-Hans: 明天。, zh-Hant: 明天。, en: Tomorrow.}
  bring: {zh-Hans: [电话], zh-Hant: [電話], en: [A telephone]}
`),
		"workflow/products.yaml": text(`- id: deposit
  name: {zh-Hans: 存款, zh-Hant: 存款, en: Deposit}
  group: bank
  doors: [court]
`),
		"workflow/clocks.yaml": text(`instruments:
  - id: rules
    issuer: {zh-Hans: 公安部, zh-Hant: 公安部, en: Ministry}
    title: {zh-Hans: 《公告》, zh-Hant: 《公告》, en: Notice}
    date: 2020-01-01
    text_copy: a copy
    copied_on: 2026-01-01
clocks:
  - id: answer
    name: {zh-Hans: 小公告, zh-Hant: 小公告, en: Answer}
    starts: {zh-Hans: 报警, zh-Hant: 報警, en: the call came}
    keeper: office
    length: 7
    unit: work
    basis: [{in: rules, articles: [1]}]
    mark: P
    valid_from: 2020-01-01
    verified_on: 2026-11-25
    review_by: 2027-05-25
`),
		"lint/allow.yaml":     text("[]\n"),
		"lint/banned.yaml":    text("- {words: [稳赚], in: zh-Hans, why: nobody can promise it}\n"),
		"lint/characters.txt": text("# \n说明请打报警电话是手机里的小工具防骗公安部告一二三四五六七八九十只要有利率的元百分之他们很好我您短句子今天明天再看软件稳赚长年保银行卡存款钱\n饕\n"),
	}
	if change != nil {
		change(fsys)
	}
	return fsys
}

func body(file, more string) func(fstest.MapFS) {
	return func(f fstest.MapFS) { f[file].Data = append(f[file].Data, []byte("\n"+more+"\n")...) }
}

func replace(file, old, with string) func(fstest.MapFS) {
	return func(f fstest.MapFS) {
		f[file] = &fstest.MapFile{Data: []byte(strings.Replace(string(f[file].Data), old, with, 1))}
	}
}

var today = time.Date(2026, 11, 25, 12, 0, 0, 0, locale.Shanghai)

func read(t *testing.T, fsys fstest.MapFS, release bool) Report {
	t.Helper()
	r, err := Proof{Content: fsys, Catalogues: fstest.MapFS{}, Today: today, Release: release}.Read()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Every rule bites, at the right line, and says nothing of what is right.
func TestRules(t *testing.T) {
	t.Parallel()
	const hans, hant, en = "pages/p/zh-Hans.md", "pages/p/zh-Hant.md", "pages/p/en.md"
	for name, c := range map[string]struct {
		change func(fstest.MapFS)
		want   string // what the finding begins with
		says   string
	}{
		"nothing wrong":            {nil, "", ""},
		"number without a fact":    {body(hans, "他们有37元。"), hans + ":10:", "number without a fact: 37"},
		"full-width number":        {body(hans, "他们有３７元。"), hans + ":10:", "number without a fact"},
		"percent in Han":           {body(hans, "利率百分之七。"), hans + ":10:", "figure in words"},
		"money in Han":             {body(hans, "存五百元。"), hans + ":10:", "figure in words"},
		"percent in English words": {body(en, "Seven per cent."), en + ":8:", "figure in words"},
		"Han ordinals are free":    {body(hans, "一只要今天看。"), "", ""},
		"second line of paragraph": {body(hans, "请看。\n他们有37。"), hans + ":11:", "37"},
		"unknown fact":             {body(hans, "请打{fact nobody}。"), hans + ":10:", "no fact"},
		"unverified fact":          {replace("facts/f.yaml", "mark: S", "mark: U"), hans + ":8:", "unverified"},
		"missing source":           {replace("facts/f.yaml", "issuer: {zh-Hans: 公安部, zh-Hant: 公安部, en: Ministry}, ", ""), "facts/f.yaml:4:", "no source"},
		"figures differ":           {body(hant, "{case 5,000}"), hant, "{case 5,000} stands here and not in the source"},
		"figure left out":          {body(hans, "有{case 5,000}元。"), en, "{case 5,000} stands in the source and not here"},
		"long sentence":            {body(hans, strings.Repeat("今天明天", 12)+"。"), hans + ":10:", "a sentence of 48 characters"},
		"long English sentence":    {body(en, strings.Repeat("word ", 36)+"."), en + ":8:", "a sentence of 36 words"},
		"long paragraph":           {body(hans, strings.Repeat("今天看。", 5)), hans + ":10:", "a paragraph of 5 sentences"},
		"mean length":              {body(hans, strings.Repeat(strings.Repeat("今天明天", 10)+"。\n\n", 6)), hans + ":1:", "on average"},
		"uncommon character":       {body(hans, "饕。"), hans + ":10:", "饕 is not among"},
		"not for traditional":      {body(hant, "饕。"), "", ""},
		"banned promise":           {body(hans, "稳赚。"), hans + ":10:", "not ours to say"},
		"quoted promise is free":   {body(hans, "> [!message sms 他]\n> 稳赚。"), "", ""},
		"misspelt directive":       {body(hans, "打{Fact police}。"), hans + ":10:", "a brace"},
		"full-width braces":        {body(hans, "打｛fact police｝。"), hans + ":10:", "a brace"},
		"abbreviation":             {body(hans, "看PBOC。"), hans + ":10:", "unexplained abbreviation: PBOC"},
		"half-width punctuation":   {body(hans, "今天,明天。"), hans + ":10:", "half-width punctuation"},
		"straight apostrophe":      {body(en, "It is the firm's."), en + ":8:", "straight apostrophe"},
		"percent without yuan":     {body(hans, "利率{case 7%}。"), hans + ":10:", "without an example in yuan"},
		"percent with yuan":        {both(body(hans, "利率{case 7%}，{case 5}元。"), body(hant, "{case 7%}，{case 5}元。"), body(en, "{case 7%}, {case 5} yuan.")), "", ""},
		"word to avoid":            {body(hant, "應用程序。"), hant + ":8:", "the glossary says"},
		"page that is not ours":    {body(hans, "{go nowhere}"), hans + ":10:", "no such page"},
		"clock in unknown days":    {replace("workflow/clocks.yaml", "unit: work", "unit: days"), "workflow/clocks.yaml:9:", "unit is"},
		"clock without a basis":    {replace("workflow/clocks.yaml", "    basis: [{in: rules, articles: [1]}]\n", ""), "workflow/clocks.yaml:9:", "no basis"},
		"unverified clock":         {replace("workflow/clocks.yaml", "mark: P", "mark: U"), "workflow/clocks.yaml:9:", "never published as a number"},
		"word in a clock":          {replace("workflow/clocks.yaml", "小公告", "饕"), "workflow/clocks.yaml:10:", "饕 is not among"},
		"promise in a clock":       {replace("workflow/clocks.yaml", "小公告", "稳赚"), "workflow/clocks.yaml:10:", "not ours to say"},
		"product without a door":   {replace("workflow/products.yaml", "[court]", "[court, moon]"), "workflow/products.yaml:1:", "there is no door moon"},
		"bar that is no door":      {replace("workflow/products.yaml", "  doors", "  bars: [moon]\n  doors"), "workflow/products.yaml:1:", "there is no door moon"},
		"product in no group":      {replace("workflow/products.yaml", "group: bank", "group: shop"), "workflow/products.yaml:1:", "group is"},
		"word in a product":        {replace("workflow/products.yaml", "zh-Hans: 存款", "zh-Hans: 饕"), "workflow/products.yaml:2:", "饕 is not among"},
		"promise in a product":     {replace("workflow/products.yaml", "zh-Hans: 存款", "zh-Hans: 稳赚"), "workflow/products.yaml:2:", "not ours to say"},
		"holiday nobody has":       {replace("workflow/holidays.yaml", "days: []", "days: [{holiday: easter, from: 2026-04-05, to: 2026-04-05}]"), "workflow/holidays.yaml:1:", "no holiday"},
		"exception without use":    {replace("lint/allow.yaml", "[]", "- {rule: banned, text: 稳赚, reason: x}"), "lint/allow.yaml:1:", "nothing needs"},
		"exception without reason": {both(replace("lint/allow.yaml", "[]", "- {rule: banned, text: 稳赚}"), body(hans, "稳赚。")), "lint/allow.yaml:1:", "gives no reason"},
		"exception that holds":     {both(replace("lint/allow.yaml", "[]", "- {rule: banned, text: 稳赚, file: pages/*/zh-Hans.md, reason: quoted}"), body(hans, "稳赚。")), "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			errors := read(t, tiny(c.change), false).Errors
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

func both(changes ...func(fstest.MapFS)) func(fstest.MapFS) {
	return func(f fstest.MapFS) {
		for _, c := range changes {
			c(f)
		}
	}
}

// Clocks and holidays age, too.
func TestAgingOfClocks(t *testing.T) {
	t.Parallel()
	stamped := len(read(t, tiny(nil), false).Warnings) // translations without a stamp
	for name, c := range map[string]struct {
		change func(fstest.MapFS)
		says   string
	}{
		"to be checked again": {replace("workflow/clocks.yaml", "review_by: 2027-05-25", "review_by: 2026-11-01"), "workflow/clocks.yaml:9: clock answer was to be checked again by 2026-11-01"},
		"no longer in force":  {replace("workflow/clocks.yaml", "valid_from: 2020-01-01", "valid_from: 2020-01-01\n    valid_to: 2026-10-31"), "workflow/clocks.yaml:9: clock answer was valid until 2026-10-31"},
		"no holidays":         {replace("workflow/holidays.yaml", "2026", "2025"), "workflow/holidays.yaml:1: the holidays of 2026 are missing"},
	} {
		r := read(t, tiny(c.change), false)
		found := false
		for _, w := range r.Warnings {
			found = found || strings.HasPrefix(w.String(), c.says)
		}
		if !found || len(r.Errors) > 0 || len(r.Warnings) != stamped+1 {
			t.Errorf("%s: warnings %v, errors %v", name, r.Warnings, r.Errors)
		}
	}
}

// What only ages warns, until a release is made.
func TestAging(t *testing.T) {
	t.Parallel()
	old := replace("pages/p/zh-Hans.md", "review_by: 2027-05-25", "review_by: 2026-11-01")
	for release, want := range map[bool][2]int{false: {0, 3}, true: {3, 0}} { // the page, and two translations without a stamp
		r := read(t, tiny(old), release)
		if got := [2]int{len(r.Errors), len(r.Warnings)}; got != want {
			t.Errorf("release %t: %d errors and %d warnings, want %v: %v %v", release, got[0], got[1], want, r.Errors, r.Warnings)
		}
	}
}

func TestCatalogueParity(t *testing.T) {
	t.Parallel()
	catalogues := fstest.MapFS{
		"a.zh-Hans.yaml": {Data: []byte("a:\n  left: 还有{{.n}}个\n  good: 好\n  look: 看7\n  some: '{{.count}}个'\n  sum: 共{{.count}}\n")},
		"a.zh-Hant.yaml": {Data: []byte("a:\n  left: 還有{{.m}}個\n  good: 好\n  look: 看\n  some: '{{.count}}個'\n  sum: 共{{.count}}\n")},
		"a.en.yaml":      {Data: []byte("a:\n  left: {one: '{{.n}} left', other: '{{.n}} left'}\n  look: Look\n  some: '{{.count}} things'\n  sum: 'In all: {{.count}}'\n")},
	}
	r, err := Proof{Content: tiny(nil), Catalogues: catalogues, Today: today}.Read()
	if err != nil {
		t.Fatal(err)
	}
	text := ""
	for _, e := range r.Errors {
		text += e.String() + "\n"
	}
	for _, want := range []string{"key a.good is missing in en", `key a.left has the placeholders "m" here and "n"`, "i18n/a.zh-Hans.yaml:4: number without a fact: 7", "i18n/a.en.yaml:4: key a.some counts things"} {
		if !strings.Contains(text, want) {
			t.Errorf("did not find %q in\n%s", want, text)
		}
	}
	if strings.Contains(text, "a.sum") {
		t.Errorf("a bare number has no plural: %s", text)
	}
}

// What stands below a second line of --- would be passed over.
func TestSecondDocumentsAreRefused(t *testing.T) {
	t.Parallel()
	const catalogue = "a:\n  one: 好\n"
	for name, change := range map[string]func(content, catalogues fstest.MapFS){
		"exceptions": func(content, _ fstest.MapFS) { body(allowFile, "---\n[]")(content) },
		"words":      func(content, _ fstest.MapFS) { body(bannedFile, "---\n[]")(content) },
		"catalogues": func(_, catalogues fstest.MapFS) {
			catalogues["a.en.yaml"] = &fstest.MapFile{Data: []byte(catalogue + "---\n" + catalogue)}
		},
	} {
		fsys, catalogues := tiny(nil), fstest.MapFS{"a.en.yaml": {Data: []byte(catalogue)}}
		proof := Proof{Content: fsys, Catalogues: catalogues, Today: today}
		if _, err := proof.Read(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		change(fsys, catalogues)
		if _, err := proof.Read(); err == nil || !strings.Contains(err.Error(), "a second document begins here") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestOurOwnContentIsReady(t *testing.T) {
	t.Parallel()
	lib, err := library.Open(content.Files)
	if err != nil {
		t.Fatal(err)
	}
	if ps := lib.LoadAll(); len(ps) > 0 {
		t.Error(ps)
	}
	for seed, today := range map[string]string{
		"深圳银监局": "国家金融监督管理总局深圳监管局", "深圳保监局": "国家金融监督管理总局深圳监管局",
		"人民银行深圳市中心支行": "中国人民银行深圳市分行", "市金融办": "深圳市地方金融管理局", "深圳证监局": "中国证券监督管理委员会深圳监管局",
	} {
		a, ok := lib.AuthorityNamed(seed)
		if !ok || a.Current().In(locale.Hans) != today {
			t.Errorf("%s resolves to %v, want %s", seed, a, today)
		}
	}
}
