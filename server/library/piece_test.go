package library

import (
	"html/template"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"anxin/server/locale"
)

const letterYAML = `kind: letter
title: 写一封信
intro: 填好就成一封信
fields:
  - {id: firm, label: 投诉谁, hint: "打{fact police}", input: line, required: true}
  - {id: story, label: 经过, input: text, required: true}
  - {id: amount, label: 多少钱, input: money}
  - {id: on, label: 哪一天, input: date}
  - id: door
    label: 哪一类
    input: choice
    required: true
    options:
      - {id: bank, label: 银行, first: 先找它, clock: 十五天, next: "再打{fact police}"}
      - {id: shop, label: 商店, first: 先找店, clock: 七天, next: 再打热线}
heading: 投诉信
letter:
  - "**致{field firm}**："
  - "经过：{field story}"
  - "金额：{field amount}元"
  - "日期：{field on}，{term app}"
`

const compareYAML = `kind: compare
title: 比一比
intro: 哪家便宜
pairs:
  - id: p1
    prompt: 哪家便宜？
    offers:
      - id: a
        name: 甲
        kind: app
        from: 广告
        text: "月费{case 1}"
        loan: {amount_fen: 1200000, payments: [{count: 12, amount_fen: 107200}], units_per_year: 12}
      - id: b
        name: 乙
        kind: wechat
        from: 朋友圈
        text: "{term app}"
        loan: {amount_fen: 1100000, payments: [{count: 1, amount_fen: 1200000}], units_per_year: 1}
    because: 拿到手的钱少
    hint: 看拿到手的钱
`

// pieces is the tiny library with a piece of another kind.
func pieces(yaml string, changes ...func(fstest.MapFS)) fstest.MapFS {
	return tiny(append([]func(fstest.MapFS){func(f fstest.MapFS) {
		for _, c := range locale.All {
			f["pieces/m."+string(c)+".yaml"] = doc(yaml)
		}
	}}, changes...)...)
}

func piece(t *testing.T, fsys fstest.MapFS, code locale.Code) *Piece {
	t.Helper()
	l := open(t, fsys)
	if ps := l.LoadAll(); len(ps) > 0 {
		t.Fatal(ps)
	}
	m, _ := l.Module("m")
	p, err := l.Piece(m, code)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestALetterIsWritten(t *testing.T) {
	t.Parallel()
	p := piece(t, pieces(letterYAML), locale.Hans)
	all := map[string]string{"firm": "<b>甲</b>*店*", "story": "第一天\n第二天{fact police}", "amount": "3,000", "on": "2026年11月3日"}
	want := []Written{
		{HTML: "投诉信", Heading: true},
		{HTML: "<strong>致&lt;b&gt;甲&lt;/b&gt;*店*</strong>："},
		{HTML: "经过：第一天<br>第二天{fact police}"},
		{HTML: "金额：3,000元"},
		{HTML: "日期：2026年11月3日，软件"},
	}
	if diff := cmp.Diff(want, p.Write(all)); diff != "" {
		t.Error(diff)
	}
	delete(all, "amount")
	if diff := cmp.Diff([]Written{want[0], want[1], want[2], want[4]}, p.Write(all)); diff != "" {
		t.Errorf("what is left empty is not left out: %s", diff)
	}
	if p.LetterLang() != locale.Hans {
		t.Errorf("the letter is in %s", p.LetterLang())
	}
	ids := func(u Used) (list []string) {
		for _, f := range u.Facts {
			list = append(list, f.ID)
		}
		for _, t := range u.Terms {
			list = append(list, t.ID)
		}
		return list
	}
	door, _ := p.Fields[4].Option("bank")
	for name, c := range map[string]struct{ got, want []string }{
		"questions": {ids(p.Used), []string{"police"}},
		"letter":    {ids(p.LetterUsed), []string{"app"}},
		"door":      {ids(door.Used), []string{"police"}},
		"together":  {ids(p.Used.With(p.LetterUsed, door.Used)), []string{"police", "app"}},
		"still":     {ids(p.Used), []string{"police"}},
	} {
		if diff := cmp.Diff(c.want, c.got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// The English edition may hold the letter in Chinese, with an English paragraph to explain it.
func TestAnEnglishEditionWithAChineseLetter(t *testing.T) {
	t.Parallel()
	gloss := swap("pieces/m.en.yaml", "  - \"经过", "  - \"To **{field firm}**, as 致 says.\"\n  - \"经过")
	p := piece(t, pieces(letterYAML, gloss), locale.En)
	if p.LetterLang() != locale.Hans {
		t.Errorf("the letter is in %s", p.LetterLang())
	}
	english := swap("pieces/m.en.yaml", "**致{field firm}**：", "To **{field firm}**, 深圳:")
	if p := piece(t, pieces(letterYAML, english), locale.En); p.LetterLang() != locale.En {
		t.Errorf("an English letter is in %s", p.LetterLang())
	}
	if p := piece(t, pieces(letterYAML), locale.Hant); p.LetterLang() != locale.Hant {
		t.Errorf("the zh-Hant edition's letter is in %s", p.LetterLang())
	}
}

func TestAPairIsAQuestion(t *testing.T) {
	t.Parallel()
	p := piece(t, pieces(compareYAML), locale.Hans)
	pair := p.Pairs[0]
	if pair.Offers[1].Called != "乙" || len(pair.Offers[1].Shown.Text) == 0 || pair.Shown.Because == "" {
		t.Errorf("offer %+v", pair.Offers[1])
	}
	for _, cheaper := range []string{"a", "b"} {
		run, err := NewRun([]*Item{pair.Question(cheaper)}, "a")
		if err != nil {
			t.Fatal(err)
		}
		if run.Right() != (cheaper == "a") || run.Hinted() == run.Right() {
			t.Errorf("%s is cheaper: right %t, hint %t", cheaper, run.Right(), run.Hinted())
		}
	}
	if got := pair.Question("a").Used.Terms; len(got) != 1 || len(pair.Question("a").HintUsed.Terms) != 0 {
		t.Errorf("it rests on %v", got)
	}
	want := Loan{1200000, []Payment{{12, 107200}}, 12}
	if diff := cmp.Diff(want, pair.Offers[0].Loan); diff != "" {
		t.Error(diff)
	}
}

func TestMistakesInPiecesAreTold(t *testing.T) {
	t.Parallel()
	const file = "pieces/m.zh-Hans.yaml"
	for name, c := range map[string]struct {
		yaml, old, with, want string
	}{
		"kind that is none":              {letterYAML, "kind: letter", "kind: leter", ":1: kind is \"leter\""},
		"field twice":                    {letterYAML, "id: story", "id: firm", ":6: field \"firm\": every field"},
		"field without a label":          {letterYAML, "label: 经过, ", "", ":1: field story has no label"},
		"unknown input":                  {letterYAML, "input: text", "input: longtext", ":6: field story: input is"},
		"options of a line":              {letterYAML, "input: line,", "input: line, options: [{id: x, label: 甲}],", ":5: field firm: only input choice"},
		"unknown fact in a hint":         {letterYAML, "打{fact police}", "打{fact nobody}", ":5: there is no fact"},
		"choice of one":                  {letterYAML, "      - {id: shop, label: 商店, first: 先找店, clock: 七天, next: 再打热线}\n", "", ":10: field door: a choice has two"},
		"option twice":                   {letterYAML, "id: shop", "id: bank", ":15: field door, option \"bank\""},
		"half a door":                    {letterYAML, ", next: 再打热线", "", ":15: field door, option shop: first, clock and next"},
		"one door of two":                {letterYAML, ", first: 先找店, clock: 七天, next: 再打热线", "", ":10: field door: every option says first"},
		"field that is not asked":        {letterYAML, "{field on}", "{field when}", ":21: there is no field \"when\""},
		"field that is not used":         {letterYAML, "{field on}", "某日", ":8: the letter has no {field on}"},
		"money without its unit":         {letterYAML, "{field amount}元", "{field amount}", ":20: {field amount} becomes a figure"},
		"gap in a paragraph":             {letterYAML, "经过：{field story}", "{field on}，经过：{field story}", ":19: {field on} need not be filled in"},
		"empty paragraph":                {letterYAML, "\"经过：{field story}\"", "\"\"", ":19: a paragraph of the letter is empty"},
		"field in a heading":             {letterYAML, "heading: 投诉信", "heading: \"{field firm}\"", ":16: {field …} stands in the letter"},
		"heading of no letter":           {compareYAML, "pairs:", "heading: 信\npairs:", ":1: fields and letter belong to a piece of kind letter"},
		"list in a letter":               {letterYAML, "\"经过：", "\"- 经过：", ":19: one paragraph stands here"},
		"field outside the letter":       {letterYAML, "填好就成一封信", "给{field firm}", ":3: {field …} stands in the letter"},
		"too many long answers":          {letterYAML, "fields:\n", "fields:\n" + strings.Repeat("  - {id: x, label: 甲, input: text}\n", 4), ":1: fields with room for 7900 characters"},
		"three offers":                   {compareYAML, "    because", "      - {id: c, name: 丙, kind: app, from: 广, text: 广, loan: {amount_fen: 1, payments: [{count: 1, amount_fen: 1}], units_per_year: 1}}\n    because", ":6: pair p1 has 3 offers"},
		"two offers of one id":           {compareYAML, "id: b\n        name: 乙", "id: a\n        name: 乙", ":15: pair p1: name the offers a and b"},
		"offer without its text":         {compareYAML, "        text: \"{term app}\"\n", "", ":15: pair p1, offer b: name, from and text"},
		"kind of advert that is none":    {compareYAML, "kind: wechat", "kind: fax", ":17: kind of message is \"fax\""},
		"nothing received":               {compareYAML, "amount_fen: 1100000", "amount_fen: 0", ":15: pair p1, offer b: a loan has"},
		"payment that is none":           {compareYAML, "{count: 1, ", "{count: 0, ", ":15: pair p1, offer b: a loan has"},
		"no payments":                    {compareYAML, "payments: [{count: 1, amount_fen: 1200000}], ", "", ":15: pair p1, offer b: a loan has"},
		"payments of no length":          {compareYAML, "units_per_year: 1}", "units_per_year: -1}", ":15: pair p1, offer b: a loan has"},
		"less paid back":                 {compareYAML, "amount_fen: 1200000}]", "amount_fen: 1000000}]", ":15: pair p1, offer b: less is paid back"},
		"pair without its hint":          {compareYAML, "    hint: 看拿到手的钱\n", "", ":6: pair p1: prompt, because and hint"},
		"pair twice":                     {compareYAML, "pairs:\n", "pairs:\n  - {id: p1, prompt: 甲, because: 乙, hint: 丙}\n", ":7: pair \"p1\": every pair has an id"},
		"an amount in yuan and not fen":  {compareYAML, "amount_fen: 1200000, payments", "amount: 12000, payments", ":13: there is no field \"amount\""},
		"unknown term in a because":      {compareYAML, "because: 拿到手的钱少", "because: \"{term nothing}\"", ":20: there is no term"},
		"list in the name of an offer":   {compareYAML, "name: 甲", "name: 1. 甲", ":9: one paragraph stands here"},
		"pairs in a letter":              {letterYAML, "fields:", "pairs: [{id: p1, prompt: 甲, because: 乙, hint: 丙}]\nfields:", ":1: pairs belong to a piece of kind compare"},
		"letter without a letter's text": {strings.SplitAfter(letterYAML, "heading: 投诉信\n")[0], "x", "x", ":1: letter has no paragraphs"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := open(t, pieces(c.yaml, swap(file, c.old, c.with)))
			ps := l.LoadAll()
			for _, p := range ps {
				if strings.HasPrefix(p.String(), file+c.want) {
					return
				}
			}
			t.Errorf("no problem %s%s among:\n%v", file, c.want, ps)
		})
	}
}

// A translation asks the same and lends the same; only words differ.
func TestPiecesAreTheSameInEveryLanguage(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ yaml, old, with string }{
		"another payment":    {compareYAML, "amount_fen: 107200", "amount_fen: 107300"},
		"another amount":     {compareYAML, "amount_fen: 1200000,", "amount_fen: 1190000,"},
		"another medium":     {compareYAML, "kind: wechat", "kind: sms"},
		"another field":      {letterYAML, "input: line", "input: date"},
		"no longer required": {letterYAML, "input: text, required: true", "input: text"},
		"another option":     {letterYAML, "id: shop", "id: store"},
	} {
		ps := open(t, pieces(c.yaml, swap("pieces/m.en.yaml", c.old, c.with))).LoadAll()
		if len(ps) != 1 || !strings.HasPrefix(ps[0].String(), "pieces/m.en.yaml:1: differs from its source") {
			t.Errorf("%s: %v", name, ps)
		}
	}
}

// Whatever is typed comes out as text: nothing of it becomes markup, and no line is lost.
func FuzzWrite(f *testing.F) {
	for _, s := range []string{"<script>", "a\nb", "{field firm}", "\x00firm\x00", "&amp;", "**", "“”"} {
		f.Add(s)
	}
	l, err := Open(pieces(letterYAML))
	if err != nil {
		f.Fatal(err)
	}
	m, _ := l.Module("m")
	p, err := l.Piece(m, locale.Hans)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if s == "" {
			return
		}
		written := p.Write(map[string]string{"story": s})
		if len(written) != 2 {
			t.Fatalf("%q: %d paragraphs", s, len(written))
		}
		got := strings.TrimPrefix(string(written[1].HTML), "经过：")
		want := strings.ReplaceAll(template.HTMLEscapeString(s), "\n", "<br>")
		if strings.ReplaceAll(got, "\ufffd", "\x00") != strings.ReplaceAll(want, "\ufffd", "\x00") {
			t.Errorf("%q became %q", s, got)
		}
	})
}
