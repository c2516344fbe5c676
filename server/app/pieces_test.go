package app

import (
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"anxin/server/library"
	"anxin/server/locale"
	"anxin/server/web"
)

// Each round of a sorter has an address of its own, and only those there are.
func TestRoundsOfTheSorter(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	const practice = "/zh-Hans/learn/spot-a-scam/practice"
	first := body(t, b.ask(http.MethodGet, practice))
	for query, round := range map[string]string{
		"":                   "第1轮，第1条",
		"?round=2":           "第2轮，第1条",
		"?round=02&x=canary": "第2轮，第1条",
		"?round=1":           "第1轮，第1条",
		"?round=3":           "第1轮，第1条",
		"?round=-1":          "第1轮，第1条",
		"?round=zwei":        "第1轮，第1条",
	} {
		text := body(t, b.ask(http.MethodGet, practice+query))
		if !strings.Contains(text, round) || strings.Contains(text, "canary") {
			t.Errorf("%q is not %s", query, round)
		}
		if round == "第1轮，第1条" && text != first {
			t.Errorf("%q is kept as a page of its own", query)
		}
	}
	answered := body(t, b.post(practice+"?round=2", url.Values{"answer": {"b"}}))
	for _, want := range []string{"第2轮，第1条", `action="` + practice + `?round=2#`, `href="/en/learn/spot-a-scam/practice?round=2"`} {
		if !strings.Contains(answered, want) {
			t.Errorf("an answer in round two lacks %s", want)
		}
	}
	m, _ := b.Site.Library.Module("spot-a-scam")
	piece, err := b.Site.Library.Piece(m, locale.Hans)
	if err != nil {
		t.Fatal(err)
	}
	for round, next := range map[int]bool{1: true, 2: false} {
		picks := ""
		for _, it := range piece.Round(round) {
			picks += map[bool]string{true: library.Genuine, false: library.Fake}[it.Genuine] + "."
		}
		done := body(t, b.post(practice+"?round="+strconv.Itoa(round), url.Values{"picks": {strings.TrimSuffix(picks, ".")}, "next": {"1"}}))
		if strings.Contains(done, `class="btn" href="`+practice+`?round=2"`) != next || !strings.Contains(done, "做完了") {
			t.Errorf("at the end of round %d a next one is offered or not done", round)
		}
	}
}

const letterPiece = `kind: letter
title: 写一封信
intro: 填好就成一封信。
fields:
  - {id: firm, label: 投诉谁？, hint: 写名字。, input: line, required: true}
  - {id: story, label: 经过, input: text, required: true}
  - {id: amount, label: 多少钱, input: money}
  - {id: day, label: 哪一天, input: date}
  - id: door
    label: 哪一类
    input: choice
    required: true
    options:
      - {id: bank, label: 银行, first: 先找银行。, clock: 等几天。, next: "再打{fact hotline-12345}。"}
      - {id: shop, label: 商店, first: 先找商店。, clock: 不用等。, next: 再找平台。}
heading: 投诉信
letter:
  - "致{field firm}："
  - "经过：{field story}"
  - "金额：{field amount}元"
  - "日期：{field day}"
`

const comparePiece = `kind: compare
title: 比一比
intro: 哪家便宜。
pairs:
  - id: p1
    prompt: 借{case 12,000}元，哪家便宜？
    offers:
      - {id: a, name: 甲店, kind: app, from: 广告, text: "每月{case 1,072}元", loan: {amount_fen: 1200000, payments: [{count: 12, amount_fen: 107200}], units_per_year: 12}}
      - {id: b, name: 乙店, kind: paper, from: 传单, text: "一年后还{case 12,960.50}元", loan: {amount_fen: 1200000, payments: [{count: 1, amount_fen: 1296050}], units_per_year: 1}}
    because: 本金还了一半，费还照收。
    hint: 看钱在手里多久。
  - id: p2
    prompt: 再看一对。
    offers:
      - {id: a, name: 丙店, kind: app, from: 广告, text: 零利息, loan: {amount_fen: 100000, payments: [{count: 10, amount_fen: 10000}], units_per_year: 12}}
      - {id: b, name: 丁店, kind: sms, from: 短信, text: 先扣费, loan: {amount_fen: 90000, payments: [{count: 10, amount_fen: 10000}], units_per_year: 12}}
    because: 先扣的也是钱。
    hint: 看拿到手多少。
`

// withPiece is a server on which the lesson spot-a-scam has another piece.
func withPiece(t *testing.T, piece string, change ...string) *bench {
	t.Helper()
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "pieces"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, code := range locale.All {
		text := piece
		if code == locale.En {
			text = strings.NewReplacer(change...).Replace(piece)
		}
		if err := os.WriteFile(filepath.Join(dir, "pieces", "spot-a-scam."+string(code)+".yaml"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return setup(t, map[string]string{"ANXIN_CONTENT": dir})
}

const practiceOf = "/learn/spot-a-scam/practice"

func lacks(t *testing.T, name, text string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(text, w) {
			t.Errorf("%s lacks %s", name, w)
		}
	}
}

func has(t *testing.T, name, text string, unwanted ...string) {
	t.Helper()
	for _, w := range unwanted {
		if strings.Contains(text, w) {
			t.Errorf("%s has %s", name, w)
		}
	}
}

var filledIn = url.Values{
	"field-firm": {`某店<b>&"`}, "field-story": {"第一天。\r\n第二天\x00{fact police}。"}, "field-amount": {"３,０00元"},
	"field-day": {"2026-11-3"}, "field-door": {"bank"},
}

func changed(key, value string) url.Values {
	v := url.Values{}
	for k, list := range filledIn {
		v[k] = list
	}
	v.Set(key, value)
	return v
}

func TestALetterIsAskedFor(t *testing.T) {
	t.Parallel()
	b := withPiece(t, letterPiece)
	text := body(t, b.ask(http.MethodGet, "/zh-Hans"+practiceOf))
	lacks(t, "the form", text,
		`<form action="/zh-Hans/learn/spot-a-scam/practice#result" method="post" novalidate autocomplete="off">`,
		`<label for="field-firm">投诉谁？（必填）</label>`, `<label for="field-amount">多少钱</label>`, `<legend>哪一类（必填）</legend>`,
		`<textarea id="field-story"`, `inputmode="decimal"`, `id="field-door-shop"`, "填好就成一封信。", "网站不保存")
	has(t, "the form", text, `class="letter"`, `class="alone"`, "aria-invalid")
}

func TestALetterIsWritten(t *testing.T) {
	t.Parallel()
	b := withPiece(t, letterPiece)
	r := b.post("/zh-Hans"+practiceOf, filledIn)
	text := body(t, r)
	if r.StatusCode != http.StatusOK || r.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("answers %d, %q", r.StatusCode, r.Header.Get("Cache-Control"))
	}
	lacks(t, "the letter", text,
		`<body class="alone">`, `<h2 id="result" tabindex="-1">信写好了</h2>`, `<h3>投诉信</h3>`,
		`<p>致某店&lt;b&gt;&amp;&#34;：</p>`, `<p>经过：第一天。<br>第二天{<span lang="en">fact police</span>}。</p>`,
		`<p>金额：3,000元</p>`, `<p>日期：2026年11月3日</p>`, `<p class="signature">签名：</p>`, `<p>2026年11月25日</p>`,
		"这封信，网站没有保存", "请截图留下来", "您选的是：银行", "先找银行。", "等几天。", `href="tel:12345">12345</a>。`,
		`value="2026-11-3"`, "第一天。\n第二天{fact police}。</textarea>", `value="bank" checked`, "<summary>这些话的根据</summary>")
	has(t, "the letter", text, "先找商店", "aria-invalid", "<b>&")
	without := body(t, b.post("/zh-Hans"+practiceOf, changed("field-amount", " ")))
	lacks(t, "without an amount", without, "经过：", "日期：2026年11月3日")
	has(t, "without an amount", without, "金额：")
	free := body(t, b.post("/zh-Hans"+practiceOf, changed("field-day", "今年春天")))
	lacks(t, "a day in her own words", free, "<p>日期：今年春天</p>")
}

func TestWhatALetterLacksIsTold(t *testing.T) {
	t.Parallel()
	b := withPiece(t, letterPiece)
	for name, c := range map[string]struct {
		form url.Values
		want []string
	}{
		"nothing at all": {url.Values{}, []string{"有3处需要改", `href="#field-firm">投诉谁？请填这一格</a>`, `href="#field-story">经过：请填这一格</a>`, `href="#field-door-bank">哪一类：请选一项</a>`}},
		"blanks":         {changed("field-firm", " \t\u3000"), []string{"有1处需要改", `href="#field-firm"`, "第二天{fact police}。</textarea>"}},
		"no such door":   {changed("field-door", "moon"), []string{`href="#field-door-bank"`}},
		"not an amount":  {changed("field-amount", "三千<i>"), []string{"多少钱：请只写数字，比如3,000", `value="三千&lt;i&gt;"`, `value="bank" checked`}},
		"no such day":    {changed("field-day", "2026-02-30"), []string{"哪一天：请写清年、月、日，比如2026年3月5日", `value="2026-02-30"`}},
		"a long line":    {changed("field-firm", strings.Repeat("店", 103)), []string{"最多100个字，现在多了3个", strings.Repeat("店", 103)}},
		"a long story":   {changed("field-story", strings.Repeat("天", 1501)), []string{"最多1500个字，现在多了1个", strings.Repeat("天", 1501) + "</textarea>"}},
	} {
		r := b.post("/zh-Hans"+practiceOf, c.form)
		text := body(t, r)
		if r.StatusCode != http.StatusUnprocessableEntity || r.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: answers %d, %q", name, r.StatusCode, r.Header.Get("Cache-Control"))
		}
		lacks(t, name, text, append(c.want, "<title>错误：", `<span>错误：`)...)
		has(t, name, text, `class="letter"`, `class="alone"`, "<i>")
		if strings.Index(text, `id="result"`) > strings.Index(text, "<h1>") {
			t.Errorf("%s: the summary does not come first", name)
		}
	}
	most := url.Values{}
	for _, f := range []string{"firm", "story", "amount", "day"} {
		most.Set("field-"+f, strings.Repeat("字", 1500))
	}
	if r := b.post("/zh-Hans"+practiceOf, most); r.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("four long answers: %d", r.StatusCode)
	}
}

func TestALetterInChineseOnAnEnglishPage(t *testing.T) {
	t.Parallel()
	b := withPiece(t, letterPiece, `  - "日期：{field day}"`, `  - "日期：{field day}"`+"\n  - This letter asks for an answer.")
	text := body(t, b.post("/en"+practiceOf, filledIn))
	lacks(t, "the letter", text, `<h3><span lang="zh-Hans">投诉信</span></h3>`, `<p><span lang="zh-Hans">日期：2026年11月3日</span></p>`, `<p>This letter asks for an answer.</p>`,
		`<p class="signature"><span lang="zh-Hans">签名：</span></p>`, `<p><span lang="zh-Hans">2026年11月25日</span></p>`, "Your letter is ready")
}

func TestNothingOfALetterIsKept(t *testing.T) {
	t.Parallel()
	b := withPiece(t, letterPiece)
	const canary = "canary-13800138000"
	for _, form := range []url.Values{changed("field-firm", canary), {"field-story": {canary}}, {canary: {canary}}, changed("field-door", canary)} {
		b.post("/zh-Hans"+practiceOf+"?x="+canary, form)
	}
	if strings.Contains(b.log.String(), canary) || !strings.Contains(b.log.String(), "route=") {
		t.Errorf("the log holds what was typed, or nothing:\n%s", b.log)
	}
	has(t, "the next reader's form", body(t, b.ask(http.MethodGet, "/zh-Hans"+practiceOf+"?field-firm="+canary)), canary)
	err := filepath.WalkDir(b.cfg.Data, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if strings.Contains(string(data), canary) {
			t.Errorf("%s holds what was typed", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestOffersAreCompared(t *testing.T) {
	t.Parallel()
	b := withPiece(t, comparePiece)
	const here = "/zh-Hans" + practiceOf
	first := body(t, b.ask(http.MethodGet, here))
	lacks(t, "the first pair", first, "哪家便宜。", "第1对，共2对", "<h3>甲店</h3>", "每月", "<h3>乙店</h3>", `id="p1-a" value="a"><label for="p1-a">甲店</label>`)
	has(t, "the first pair", first, "更便宜。", "本金还了一半", "看钱在手里多久", "13.03", "8%")
	wrong := body(t, b.post(here, url.Values{"answer": {"a"}}))
	lacks(t, "a wrong pick", wrong, "看钱在手里多久。", "刚才选过", "再选一次", `name="picks" value="a"`)
	has(t, "a wrong pick", wrong, "更便宜。", "本金还了一半", "8%")
	right := body(t, b.post(here, url.Values{"picks": {"a"}, "answer": {"b"}}))
	lacks(t, "a second try", right, "选对了", "乙店更便宜。乙店的年化利率（单利）是8%，甲店是13.03%。",
		`<td data-label="甲店">12,864元</td><td data-label="乙店">12,960.50元</td>`, `<td data-label="甲店">864元</td><td data-label="乙店">960.50元</td>`,
		`<td data-label="甲店">12,000元</td>`, "本金还了一半，费还照收。", "下一对")
	lacks(t, "two wrong picks", body(t, b.post(here, url.Values{"picks": {"a"}, "answer": {"a"}})), "没选对，不要紧", "乙店更便宜。")
	if r := b.post(here, url.Values{}); r.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body(t, r), "请先选一个答案") {
		t.Errorf("no pick: %d", r.StatusCode)
	}
	if r := b.post(here, url.Values{"picks": {"c"}}); r.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("a pick that is none: %d", r.StatusCode)
	}
	lacks(t, "the last pair", body(t, b.post(here, url.Values{"picks": {"b"}, "next": {"1"}})), "第2对，共2对", "<h3>丁店</h3>")
	last := body(t, b.post(here, url.Values{"picks": {"ab."}, "answer": {"a"}}))
	lacks(t, "no interest", last, "丙店更便宜。", "年化利率（单利）是0%", `data-label="丙店">0元</td>`, "看结果")
	done := body(t, b.post(here, url.Values{"picks": {"ab.a"}, "next": {"1"}}))
	lacks(t, "the end", done, "2对广告，您第一次就选对了1对。", "选错了不怪您", `href="/zh-Hans/tools/loan-cost"`, `href="/zh-Hans/learn/spot-a-scam"`)
	lacks(t, "all right", body(t, b.post(here, url.Values{"picks": {"b.a"}, "next": {"1"}})), "全选对了")
}

// Which of two offers is cheaper is never a matter of opinion.
func TestOffersThatCannotBeCompared(t *testing.T) {
	t.Parallel()
	loan := func(amount int64, count int, payment int64) library.Loan {
		return library.Loan{Amount: amount, Payments: []library.Payment{{Count: count, Amount: payment}}, UnitsPerYear: 12}
	}
	for name, c := range map[string]struct {
		a, b library.Loan
		want string
	}{
		"the same rate":            {loan(100000, 1, 101000), loan(200000, 1, 202000), "both offers cost 12% a year"},
		"the same as it is shown":  {loan(100000000, 1, 101000000), loan(100000000, 1, 101000001), "both offers cost"},
		"more payments than a man": {loan(100000, 1, 101000), loan(100000, 1201, 101000), "offer b: payments[0].count"},
		"less than was received":   {loan(100000, 1, 99000), loan(100000, 1, 101000), "offer a: no rate"},
		"fine":                     {loan(100000, 1, 103000), loan(100000, 1, 101000), ""},
	} {
		w, err := web.Weigh(&library.Pair{ID: "p", Offers: []*library.Offer{{ID: "a", Loan: c.a}, {ID: "b", Loan: c.b}}})
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
		if err == nil && (w.Cheaper().ID != "b" || w.Dearer().ID != "a") {
			t.Errorf("%s: %s is cheaper", name, w.Cheaper().ID)
		}
	}
}
