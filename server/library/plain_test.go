package library

import (
	"html/template"
	"testing"

	"anxin/server/locale"
)

func TestPlainHTML(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"": "",
		"<p>一<strong>二</strong>三</p><p>四</p>":                               "一二三\n四",
		"<h2>题</h2>\n<ul>\n<li>甲</li>\n<li>乙 &amp; &lt;丙&gt;</li>\n</ul>\n": "题\n甲\n乙 & <丙>",
		`打<a class="num" href="tel:110">110</a>。`:                           "打110。",
		"甲<br>乙": "甲\n乙",
		"甲<b":    "甲",
	} {
		if got := PlainHTML(template.HTML(in)); got != want {
			t.Errorf("%q gives %q, want %q", in, got, want)
		}
	}
}

func TestEditionInPlainWords(t *testing.T) {
	t.Parallel()
	l := open(t, tiny(appended("modules/m/zh-Hans.md", "## 今天\n\n打{fact police}，看{term app}。\n\n> [!say]\n> 你好。")))
	m, _ := l.Module("m")
	e, err := l.Edition(m, locale.Hans)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := e.Plain(), "先停下。\n今天\n打110，看软件。\n你好。"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
