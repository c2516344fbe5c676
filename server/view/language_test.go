package view

import (
	"regexp"
	"strings"
	"testing"

	"anxin/server/locale"
)

func page(body string) string {
	return `<!doctype html><html lang="x"><head><title>APP 读 text</title></head><body>` + body + `</body></html>`
}

func TestMarkLanguages(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		lang     locale.Code
		in, want string
	}{
		"Latin word on a Chinese page":  {locale.Hans, "<p>打开APP看</p>", `<p>打开<span lang="en">APP</span>看</p>`},
		"several words are one run":     {locale.Hant, "<p>用Voice Over試</p>", `<p>用<span lang="en">Voice Over</span>試</p>`},
		"one letter is no word":         {locale.Hans, "<p>A级</p>", "<p>A级</p>"},
		"Han on an English page":        {locale.En, "<p>say 紧急止付, please</p>", `<p>say <span lang="zh-Hans">紧急止付</span>, please</p>`},
		"Han with its punctuation":      {locale.En, "<p>say “我被骗了，请帮我。” now</p>", `<p>say <span lang="zh-Hans">“我被骗了，请帮我。”</span> now</p>`},
		"entities are no words":         {locale.Hans, "<p>甲&nbsp;&amp;乙</p>", "<p>甲&nbsp;&amp;乙</p>"},
		"attributes stay as they are":   {locale.Hans, `<p title="APP">甲</p>`, `<p title="APP">甲</p>`},
		"marked already":                {locale.Hans, `<p><b lang="en">English <i>words</i></b></p>`, `<p><b lang="en">English <i>words</i></b></p>`},
		"behind what is marked":         {locale.Hans, `<p><b lang="en">x y</b>APP</p>`, `<p><b lang="en">x y</b><span lang="en">APP</span></p>`},
		"fields and options are opaque": {locale.Hans, "<textarea>APP</textarea><option>APP</option>", "<textarea>APP</textarea><option>APP</option>"},
		"void elements close nothing":   {locale.Hans, `<p>甲<br>APP<img alt="x">乙</p>`, `<p>甲<br><span lang="en">APP</span><img alt="x">乙</p>`},
		"our language within another":   {locale.Hans, `<p lang="en">say <b lang="zh-Hans">打开APP</b> now</p>`, `<p lang="en">say <b lang="zh-Hans">打开<span lang="en">APP</span></b> now</p>`},
		"traditional on simplified":     {locale.Hans, `<p lang="zh-Hant">打開APP</p>`, `<p lang="zh-Hant">打開<span lang="en">APP</span></p>`},
		"Chinese on an English page":    {locale.En, `<p lang="zh-Hans">请问是Ann吗</p>`, `<p lang="zh-Hans">请问是<span lang="en">Ann</span>吗</p>`},
		"none of our languages":         {locale.Hans, `<p lang="fr">Bonjour 甲</p>APP`, `<p lang="fr">Bonjour 甲</p><span lang="en">APP</span>`},
		"a field with a language":       {locale.Hans, `<textarea lang="zh-Hans">APP</textarea>甲`, `<textarea lang="zh-Hans">APP</textarea>甲`},
		"an option with a language":     {locale.Hans, `<option lang="zh-Hans">APP</option>`, `<option lang="zh-Hans">APP</option>`},
		"entities within words":         {locale.Hans, "<p>AT&amp;T和&ldquo;VPN&rdquo;</p>", `<p><span lang="en">AT</span>&amp;T和&ldquo;<span lang="en">VPN</span>&rdquo;</p>`},
		"addresses are one run":         {locale.Hans, "<p>写信到help@anxin.example</p>", `<p>写信到<span lang="en">help@anxin.example</span></p>`},
		"figures are read in ours":      {locale.Hans, "<p>打96110</p>", "<p>打96110</p>"},
		"Latin on an English page":      {locale.En, "<p>Open the APP</p>", "<p>Open the APP</p>"},
		"figures before Han":            {locale.En, "<p>say 24小时 now</p>", `<p>say <span lang="zh-Hans">24小时</span> now</p>`},
		"comments and drawings":         {locale.Hans, `<p><!-- APP --><svg><title>APP</title><use href="#APP"/></svg>甲</p>`, `<p><!-- APP --><svg><title>APP</title><use href="#APP"/></svg>甲</p>`},
		"scripts and styles":            {locale.Hans, `<style>.APP{}</style><script>var APP</script>`, `<style>.APP{}</style><script>var APP</script>`},
		"same language marked again":    {locale.Hans, `<p lang="zh-Hans">APP</p>`, `<p lang="zh-Hans"><span lang="en">APP</span></p>`},
	} {
		got := string(MarkLanguages([]byte(page(c.in)), c.lang))
		if want := page(c.want); got != want {
			t.Errorf("%s:\n got %s\nwant %s", name, got, want)
		}
		if again := string(MarkLanguages([]byte(got), c.lang)); again != got {
			t.Errorf("%s: a second pass changes it to %s", name, again)
		}
	}
}

var marks = regexp.MustCompile(`<span lang="(?:en|zh-Hans)">|</span>`)

// Marking adds elements and changes nothing else.
func FuzzMarkLanguages(f *testing.F) {
	for _, s := range []string{"打开APP看", "a&b;c &lt;", "<b lang='en'>x</b>", "“我”", "<p", "</p>", "\x00甲", "&#x4e00;ab"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, body string) {
		if strings.Contains(strings.ToLower(body), "span") {
			t.Skip("the body brings marks of its own")
		}
		for _, lang := range locale.All {
			got := MarkLanguages([]byte(page(body)), lang)
			if text := marks.ReplaceAllString(string(got), ""); text != page(body) {
				t.Errorf("%s: %q became %q", lang, body, got)
			}
		}
	})
}
