package library

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"anxin/server/locale"
)

func TestParseDirective(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		in   string
		want Directive
		n    int
	}{
		"word and argument":          {"{fact police}。", Directive{"fact", "police"}, 13},
		"word alone":                 {"{quiz}", Directive{"quiz", ""}, 6},
		"spaces around the argument": {"{case  5,000 }", Directive{"case", "5,000"}, 14},
		"spaces within it":           {"{term app|two words}", Directive{"term", "app|two words"}, 20},
		"the first of two":           {"{fact a}{fact b}", Directive{"fact", "a"}, 8},
		"not at the beginning":       {"x{quiz}", Directive{}, 0},
		"not closed":                 {"{fact police", Directive{}, 0},
		"over two lines":             {"{fact\npolice}", Directive{}, 0},
		"capital letters":            {"{Fact police}", Directive{}, 0},
		"full-width braces":          {"｛fact police｝", Directive{}, 0},
		"a template's placeholder":   {"{{.Name}}", Directive{}, 0},
		"nothing inside":             {"{}", Directive{}, 0},
		"nothing at all":             {"", Directive{}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, n := ParseDirective(c.in)
			if diff := cmp.Diff(c.want, got); diff != "" || n != c.n {
				t.Errorf("%q: %d bytes, want %d; %s", c.in, n, c.n, diff)
			}
		})
	}
}

func TestDirectivesInOrder(t *testing.T) {
	t.Parallel()
	want := []Directive{{"fact", "a"}, {"case", "1"}, {"quiz", ""}}
	if diff := cmp.Diff(want, Directives("打{fact a}{ }给{case 1}{Fact b}\n\n{quiz}")); diff != "" {
		t.Error(diff)
	}
}

// facts holds one fact of every kind.
const factsYAML = `
- {id: bank, kind: sender, value: "95555", %s}
- {id: days, kind: number, value: "3", %s}
- {id: fine, kind: money, value: "500000", %s}
- {id: cap, kind: percent, value: "24", %s}
- {id: since, kind: date, value: 2017-06-22, %s}
- {id: law, kind: rule, %s}
- {id: worded, kind: number, value: "72", show: {zh-Hans: 三天, zh-Hant: 三天, en: three days}, %s}
- {id: tricky, kind: number, value: "1", show: {zh-Hans: "<b>&", zh-Hant: "<b>&", en: "<b>&"}, %s}
`

func allKinds(f fstest.MapFS) {
	rest := "statement: {zh-Hans: 句, zh-Hant: 句, en: s}, mark: C, verified_on: 2026-11-25, review_by: 2027-05-25"
	f["facts/kinds.yaml"] = doc(strings.ReplaceAll(factsYAML, "%s", rest))
}

func TestEveryDirectiveRenders(t *testing.T) {
	t.Parallel()
	l := open(t, tiny(allKinds))
	for name, c := range map[string]struct{ in, html, label, plain string }{
		"telephone":         {"{fact police}", `<a class="num" href="tel:110">110</a>`, `<span class="num">110</span>`, "110"},
		"sender, no call":   {"{fact bank}", `<span class="num">95555</span>`, `<span class="num">95555</span>`, "95555"},
		"number":            {"{fact days}", `<span class="num">3</span>`, `<span class="num">3</span>`, "3"},
		"money":             {"{fact fine}", `<span class="num">¥5,000</span>`, `<span class="num">¥5,000</span>`, "¥5,000"},
		"percent":           {"{fact cap}", `<span class="num">24%</span>`, `<span class="num">24%</span>`, "24%"},
		"date":              {"{fact since}", `<span class="num">2017年6月22日</span>`, `<span class="num">2017年6月22日</span>`, "2017年6月22日"},
		"rule has no value": {"依{fact law}法", "依法", "依法", "依法"},
		"words of its own":  {"{fact worded}", "三天", "三天", "三天"},
		"escaped":           {"{fact tricky}", "&lt;b&gt;&amp;", "&lt;b&gt;&amp;", "<b>&"},
		"made-up figure":    {"{case 5,000}", `<span class="num">5,000</span>`, `<span class="num">5,000</span>`, "5,000"},
		"term":              {"{term app}", `<a class="term" href="#term-app">软件</a>`, "软件", "软件"},
		"term in its words": {"{term app|它}", `<a class="term" href="#term-app">它</a>`, "它", "它"},
		"term, escaped":     {"{term app|a<b}", `<a class="term" href="#term-app">a&lt;b</a>`, "a&lt;b", "a<b"},
		"no directive":      {"{ }", "{ }", "{ }", "{ }"},
		"strong":            {"看**这里**", "看<strong>这里</strong>", "看<strong>这里</strong>", "看这里"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &scope{lib: l, lang: locale.Hans, file: "x", used: &Used{}}
			got := struct{ HTML, Label, Plain string }{string(s.html(Text{c.in, 1})), string(s.label(Text{c.in, 1})), l.PlainText(c.in, locale.Hans)}
			if diff := cmp.Diff(struct{ HTML, Label, Plain string }{c.html, c.label, c.plain}, got); diff != "" {
				t.Error(diff)
			}
			if len(s.problems) > 0 {
				t.Error(s.problems)
			}
		})
	}
}

// A text lists what it rests on once, in the order of first mention, whatever stands in its title.
func TestUsedFactsAndTerms(t *testing.T) {
	t.Parallel()
	l := open(t, tiny(allKinds, swap("modules/m/zh-Hans.md", "title: 课", "title: 打{fact bank}"), swap("modules/m/zh-Hans.md", "{try first}", "{fact days}，{fact police}，{fact days}。\n\n{try first}")))
	m, _ := l.Module("m")
	e, err := l.Edition(m, locale.Hans)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, f := range e.Used.Facts {
		ids = append(ids, f.ID)
	}
	for _, term := range e.Used.Terms {
		ids = append(ids, term.ID)
	}
	if diff := cmp.Diff([]string{"days", "police", "app"}, ids); diff != "" {
		t.Error(diff)
	}
	if e.Title != "打95555" {
		t.Errorf("the title is %q", e.Title)
	}
}

func TestCallouts(t *testing.T) {
	t.Parallel()
	l := open(t, tiny())
	for name, c := range map[string]struct {
		in   string
		want Block
		says string // part of a problem; empty: none
	}{
		"rule":                   {"> [!rule]\n> 先停下。", Block{Kind: "rule", HTML: "<p>先停下。</p>", Line: 10}, ""},
		"say, after a gap":       {"> [!say]\n>\n> 我被骗了。", Block{Kind: "say", HTML: "<p>我被骗了。</p>", Line: 10}, ""},
		"caution with a list":    {"> [!caution]\n> - 甲\n> - 乙", Block{Kind: "caution", HTML: "<ul>\n<li>甲</li>\n<li>乙</li>\n</ul>", Line: 10}, ""},
		"two paragraphs":         {"> [!say]\n> 甲\n>\n> 乙", Block{Kind: "say", HTML: "<p>甲</p>\n<p>乙</p>", Line: 10}, ""},
		"message":                {"> [!message sms 短信，来自{case 95}]\n> 转账", Block{Kind: "message", Arg: "sms", From: `短信，来自<span class="num">95</span>`, HTML: "<p>转账</p>", Line: 10}, ""},
		"a kind that is none":    {"> [!message fax 传真]\n> 转账", Block{Kind: "message", Arg: "fax", From: "传真", HTML: "<p>转账</p>", Line: 10}, ":10: write [!message"},
		"from nobody":            {"> [!message sms]\n> 转账", Block{Kind: "message", Arg: "sms", HTML: "<p>转账</p>", Line: 10}, ":10: write [!message"},
		"nothing inside":         {"> [!say]", Block{Kind: "say", Line: 10}, ":10: [!say] has no text"},
		"text on the first line": {"> [!say] 我被骗了。", Block{Kind: "html", HTML: "<blockquote>\n<p>[!say] 我被骗了。</p>\n</blockquote>\n", Line: 10}, ":10: a quotation begins"},
		"misspelt":               {"> [!says]\n> 我被骗了。", Block{Kind: "html", HTML: "<blockquote>\n<p>[!says]我被骗了。</p>\n</blockquote>\n", Line: 10}, ":10: a quotation begins"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &scope{lib: l, lang: locale.Hans, file: "x", used: &Used{}}
			got := s.blocks([]byte("\n\n"+c.in+"\n"), 8)
			if diff := cmp.Diff([]Block{c.want}, got); diff != "" {
				t.Error(diff)
			}
			if told := s.problems.Error(); (c.says == "") != (told == "") || !strings.Contains(told, c.says) {
				t.Errorf("problems %q, want %q", told, c.says)
			}
		})
	}
}

func TestStatements(t *testing.T) {
	t.Parallel()
	l := open(t, tiny(swap("taxonomy.yaml", "signs: [phone, elder]", "signs: [phone, elder, police-car]")))
	for name, c := range map[string]struct {
		in   string
		want *Drawing
		html string
		says string
	}{
		"one sign":                {"![电话](sign:phone)\n打{fact police}。", &Drawing{Alt: "电话", Signs: []string{"phone"}}, `<p>打<a class="num" href="tel:110">110</a>。</p>`, ""},
		"together":                {"![老人和电话](sign:elder+phone)\n甲。\n乙。", &Drawing{Alt: "老人和电话", Signs: []string{"elder", "phone"}}, "<p>甲。</p><p>乙。</p>", ""},
		"three, and done":         {"![图](sign:elder+phone+police-car!yes)\n甲。", &Drawing{Alt: "图", Signs: []string{"elder", "phone", "police-car"}, Over: "yes"}, "<p>甲。</p>", ""},
		"one leads to the other":  {"![图](sign:elder>phone)\n甲。", &Drawing{Alt: "图", Signs: []string{"elder", "phone"}, Leads: true}, "<p>甲。</p>", ""},
		"leads and stands beside": {"![图](sign:elder>phone+police-car)\n甲。", &Drawing{Alt: "图", Signs: []string{"elder", "phone", "police-car"}, Leads: true}, "<p>甲。</p>", ":8: a drawing has at most three signs"},
		"struck out":              {"![图](sign:phone!no)\n甲。", &Drawing{Alt: "图", Signs: []string{"phone"}, Over: "no"}, "<p>甲。</p>", ""},
		"no sentence":             {"![图](sign:phone)", &Drawing{Alt: "图", Signs: []string{"phone"}}, "", ":8: a drawing stands above"},
		"no such sign":            {"![图](sign:dragon)\n甲。", &Drawing{Alt: "图", Signs: []string{"dragon"}}, "<p>甲。</p>", `:8: there is no sign "dragon"`},
		"unknown fact below":      {"![图](sign:phone)\n甲。\n打{fact nobody}。", &Drawing{Alt: "图", Signs: []string{"phone"}}, "<p>甲。</p><p>打。</p>", ":10: there is no fact"},
		"some other mark":         {"![图](sign:phone!maybe)\n甲。", nil, "", ":8: a drawing is written"},
		"a picture from afar":     {"![图](https://x.example/y.png)\n甲。", nil, "", ":8: a drawing is written"},
		"no alternative at all":   {"![](sign:phone)\n甲。", nil, "", ":8: a drawing is written"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &scope{lib: l, lang: locale.Hans, file: "x", used: &Used{}}
			got := s.blocks([]byte(c.in+"\n"), 8)
			if len(got) != 1 {
				t.Fatalf("%d blocks", len(got))
			}
			if diff := cmp.Diff(c.want, got[0].Drawing); diff != "" {
				t.Error(diff)
			}
			if c.want != nil && string(got[0].HTML) != c.html {
				t.Errorf("got %s, want %s", got[0].HTML, c.html)
			}
			if told := s.problems.Error(); (c.says == "") != (told == "") || !strings.Contains(told, c.says) {
				t.Errorf("problems %q, want %q", told, c.says)
			}
		})
	}
}
