package app

import (
	"encoding/json"
	"html"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"anxin/server/locale"
)

var tagsOut = regexp.MustCompile(`<[^>]*>`)

// wordsOf is a page's text without its tags.
func wordsOf(page string) string { return html.UnescapeString(tagsOut.ReplaceAllString(page, "")) }

func TestLoanCostPage(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	for name, c := range map[string]struct {
		path   string
		status int
		want   []string // words of the page
		absent string
	}{
		"nothing asked":          {"/zh-Hans/tools/loan-cost", 200, []string{"您拿到手多少钱", "一共还几次"}, "算出来的结果"},
		"another's parameters":   {"/zh-Hans/tools/loan-cost?utm_source=wechat", 200, []string{"您拿到手多少钱"}, "请填这一项"},
		"month by month":         {"/zh-Hans/tools/loan-cost?got=12000&every=month&pay=1072&times=12", 200, []string{"您拿到手12000元，分12次一共还12864元，多还864元。年化利率（单利）大约是13.03%。", "13.84%", "1.0862% × 12 = 13.03%", "第1到12次", "¥12,864"}, "没有利率"},
		"as an old hand types":   {"/zh-Hans/tools/loan-cost?got=" + url.QueryEscape("￥１．２万元") + "&every=month&pay=" + url.QueryEscape("１，０７２ 元") + "&times=" + url.QueryEscape("12次"), 200, []string{"您拿到手12000元，分12次一共还12864元"}, "请只写数字"},
		"in one sum":             {"/zh-Hans/tools/loan-cost?got=700&every=once&pay=1000&days=7", 200, []string{"您拿到手700元，7天后还1000元，多还300元。年化利率（单利）大约是2,234.69%。", "¥300 ÷ ¥700 × 365 ÷ 7 = 2,234.69%", "7天后", "1,000,000,000%以上"}, "Σ"},
		"fee paid first":         {"/en/tools/loan-cost?got=10000&fee=1000&every=month&pay=916.67&times=12", 200, []string{"You receive 9,000 yuan and pay back 11,000 yuan 4 fen in 12 payments, 2,000 yuan 4 fen more. The yearly rate (simple) is about 38.77%.", "46.46%", "So you receive¥9,000"}, ""},
		"uneven and late":        {"/zh-Hant/tools/loan-cost?got=5000&every=month&pay=230&times=24&first=250&last=280&gap=49", 200, []string{"您實際收到5000元，分24次一共還5590元", "第2至23次", "第一次相隔49日，一期以30日折算。"}, ""},
		"no interest":            {"/en/tools/loan-cost?got=1200&every=month&pay=100&times=12", 200, []string{"no more than that. The yearly rate is 0%.", "They are equally long."}, "striped"},
		"too little repaid":      {"/zh-Hans/tools/loan-cost?got=12000&every=month&pay=900&times=12", 200, []string{"比拿到手的少1200元。这样没有利率可算。", "是不是只写了利息", "少还¥1,200"}, "年化利率怎么看"},
		"unheard-of":             {"/en/tools/loan-cost?got=0.01&every=once&pay=100000000000&days=1", 200, []string{"more than 1,000,000,000%.", "too high to be written"}, "Inf"},
		"nothing filled in":      {"/zh-Hans/tools/loan-cost?got=&fee=&every=month&pay=&times=&days=&first=&last=&gap=", 422, []string{"您拿到手多少钱：请填这一项", "每次还多少钱：请填这一项", "一共还几次：请填这一项"}, "过多少天还清：请填"},
		"words for figures":      {"/zh-Hans/tools/loan-cost?got=" + url.QueryEscape("一万") + "&every=month&pay=1&times=12", 422, []string{"您拿到手多少钱：请只写数字，比如12,000"}, ""},
		"no rhythm":              {"/zh-Hans/tools/loan-cost?got=1&every=hour&pay=1&times=1", 422, []string{"多久还一次：请选一项"}, ""},
		"fee above the loan":     {"/zh-Hans/tools/loan-cost?got=100&fee=100&every=month&pay=1&times=1", 422, []string{"先交的钱要比拿到手的钱少"}, ""},
		"once, and twelve":       {"/zh-Hans/tools/loan-cost?got=100&every=once&pay=1&times=12&days=3", 422, []string{"一共还几次：您选了一次还清，请把这一项留空"}, ""},
		"once, of no days":       {"/zh-Hans/tools/loan-cost?got=100&every=once&pay=1&days=0", 422, []string{"过多少天还清：要比零大"}, ""},
		"monthly, and days":      {"/zh-Hans/tools/loan-cost?got=100&every=month&pay=1&times=3&days=9", 422, []string{"过多少天还清：您选了分几次还"}, ""},
		"one, and a first":       {"/zh-Hans/tools/loan-cost?got=100&every=month&pay=1&times=1&first=9", 422, []string{"第一次还多少钱：只还一次的"}, ""},
		"thousands of times":     {"/zh-Hans/tools/loan-cost?got=100&every=month&pay=1&times=1201", 422, []string{"最多算1200次"}, ""},
		"far too much":           {"/zh-Hans/tools/loan-cost?got=1000000000000&every=month&pay=1&times=1", 422, []string{"数字太大了"}, ""},
		"first after years":      {"/zh-Hans/tools/loan-cost?got=100&every=day&pay=1&times=1&gap=1001", 422, []string{"最多算1000天"}, ""},
		"a sum beyond sums":      {"/zh-Hans/tools/loan-cost?got=100000000000&every=day&pay=100000000000&times=1200&gap=1000", 200, []string{"一共还120000000000000元"}, ""},
		"markup for figures":     {"/zh-Hans/tools/loan-cost?got=%3Cem%3EUHOH&every=month&pay=1&times=1", 422, []string{"请只写数字"}, ""},
		"bytes that are no text": {"/zh-Hans/tools/loan-cost?got=%ff%fe&every=month&pay=1&times=1", 422, []string{"请"}, ""},
	} {
		r := b.ask(http.MethodGet, c.path)
		page := body(t, r)
		if r.StatusCode != c.status {
			t.Errorf("%s: answers %d, want %d", name, r.StatusCode, c.status)
		}
		words := wordsOf(page)
		for _, want := range c.want {
			if !strings.Contains(words, want) {
				t.Errorf("%s: does not say %q", name, want)
			}
		}
		if c.absent != "" && strings.Contains(words, c.absent) {
			t.Errorf("%s: says %q", name, c.absent)
		}
		if strings.Contains(page, "<em>UHOH") || strings.Contains(page, "no value") {
			t.Errorf("%s: the page holds what was sent as markup, or a hole", name)
		}
		if asked := strings.Contains(c.path, "got="); (r.Header.Get("Cache-Control") == "no-store") != asked || (r.Header.Get("X-Robots-Tag") != "") != asked {
			t.Errorf("%s: Cache-Control %q, X-Robots-Tag %q", name, r.Header.Get("Cache-Control"), r.Header.Get("X-Robots-Tag"))
		}
	}
}

// What was typed stays in its field, and a result has an address of numbers alone, in every language and in larger type.
func TestLoanCostKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	page := body(t, b.ask(http.MethodGet, "/zh-Hans/tools/loan-cost?got="+url.QueryEscape("1.2万")+"&every=fortnight&pay=x&times=12&gap=5&name=Zhang"))
	for _, want := range []string{
		`id="got" name="got" type="text" value="1.2万"`, `id="pay" name="pay" type="text" value="x"`, `value="fortnight" checked`, `id="gap" name="gap" type="text" value="5"`,
		`<details open>`, `aria-invalid="true"`, `href="#pay"`, `href="/en/tools/loan-cost?every=fortnight&amp;gap=5&amp;got=1.2%E4%B8%87&amp;pay=x&amp;times=12"`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the rejected page lacks %s", want)
		}
	}
	if strings.Contains(page, "Zhang") {
		t.Error("a parameter that is none of ours is kept")
	}
	page = body(t, b.ask(http.MethodGet, "/zh-Hans/tools/loan-cost?got="+url.QueryEscape("1.2万")+"&every=month&pay="+url.QueryEscape("１０７２.５０元")+"&times=12&fee=&name=Zhang"))
	for _, want := range []string{
		`href="/en/tools/loan-cost?every=month&amp;got=12000&amp;pay=1072.50&amp;times=12"`, `name="back" value="/tools/loan-cost?every=month&amp;got=12000&amp;pay=1072.50&amp;times=12"`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the result lacks %s", want)
		}
	}
	r := b.post("/zh-Hans/settings", url.Values{"size": {"22"}, "back": {"/tools/loan-cost?every=month&got=12000&pay=1072.50&times=12"}})
	if got := r.Header.Get("Location"); got != "/zh-Hans/tools/loan-cost?every=month&got=12000&pay=1072.50&times=12" {
		t.Errorf("长辈版 leads to %s", got)
	}
	r = b.post("/zh-Hans/settings", url.Values{"size": {"22"}, "back": {"/learn?a=\r\nSet-Cookie:x"}})
	if got := r.Header.Get("Location"); got != "/zh-Hans/settings?saved=1" {
		t.Errorf("a broken line in the way back leads to %s", got)
	}
}

// A typed figure reaches no log, be it in an address or in a call.
func TestLoanCostIsNotLogged(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	b.ask(http.MethodGet, "/zh-Hans/tools/loan-cost?got=98765&every=month&pay=98765&times=1")
	b.call("/api/v1/tools/loan-cost?lang=98765", `{"amount_fen":98765,"payments":[{"count":98765,"amount_fen":98765}],"units_per_year":98765}`)
	b.call("/api/v1/tools/loan-cost", `{"98765":98765}`)
	if text := b.log.String(); strings.Contains(text, "98765") || !strings.Contains(text, "route=/api/v1/tools/loan-cost") {
		t.Errorf("the log holds what was typed, or nothing:\n%s", text)
	}
}

func TestToolsAreListed(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	for _, code := range locale.All {
		page := body(t, b.ask(http.MethodGet, "/"+string(code)+"/tools"))
		for _, tool := range b.Site.Library.Taxonomy().Tools {
			if !strings.Contains(page, `href="/`+string(code)+`/tools/`+tool.ID+`"`) || b.ask(http.MethodGet, "/"+string(code)+"/tools/"+tool.ID).StatusCode != http.StatusOK {
				t.Errorf("%s: %s is not listed, or its page does not answer", code, tool.ID)
			}
		}
	}
	if r := b.ask(http.MethodGet, "/en/tools/perpetual-motion"); r.StatusCode != http.StatusNotFound {
		t.Errorf("a tool that does not exist answers %d", r.StatusCode)
	}
}

func (b *bench) call(target, document string, change ...func(*http.Request)) *http.Response {
	return b.ask(http.MethodPost, target, append([]func(*http.Request){func(r *http.Request) {
		r.Body, r.ContentLength = io.NopCloser(strings.NewReader(document)), int64(len(document))
		r.Header.Set("Content-Type", "application/json")
	}}, change...)...)
}

// Each answer is written out whole: programs rely on every byte of it.
func TestLoanCostAPI(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	for name, c := range map[string]struct{ in, want string }{
		"regular": {
			`{"amount_fen":500000,"payments":[{"count":24,"amount_fen":23000}],"units_per_year":12}`,
			`{"nominal_rate":"9.685708","effective_rate":"10.127465","rate_365":null,"simple_rate":null,"reason":null,"received_fen":500000,"total_paid_fen":552000,"cost_fen":52000,"sentence":"You receive 5,000 yuan and pay back 5,520 yuan in 24 payments, 520 yuan more. The yearly rate (simple) is about 9.69%."}`,
		},
		"odd first period": {
			`{"amount_fen":600000,"payments":[{"count":36,"amount_fen":20000}],"units_per_year":12,"first_period":{"whole":1,"fraction":"19/30"}}`,
			`{"nominal_rate":"11.816508","effective_rate":"12.477957","rate_365":null,"simple_rate":null,"reason":null,"received_fen":600000,"total_paid_fen":720000,"cost_fen":120000,"sentence":"You receive 6,000 yuan and pay back 7,200 yuan in 36 payments, 1,200 yuan more. The yearly rate (simple) is about 11.82%."}`,
		},
		"dated, repaid at once": {
			`{"advances":[{"date":"2012-10-10","amount_fen":50000}],"payments":[{"date":"2012-10-15","amount_fen":51000}]}`,
			`{"nominal_rate":null,"effective_rate":null,"rate_365":"324.436318","simple_rate":"146.000000","reason":null,"received_fen":50000,"total_paid_fen":51000,"cost_fen":1000,"sentence":"You receive 500 yuan and pay back 510 yuan after 5 days, 10 yuan more. The yearly rate (simple) is about 146%."}`,
		},
		"dated": {
			`{"advances":[{"date":"2025-03-01","amount_fen":100000}],"payments":[{"date":"2026-03-01","amount_fen":60000},{"date":"2027-03-01","amount_fen":55000}]}`,
			`{"nominal_rate":null,"effective_rate":null,"rate_365":"10.000000","simple_rate":null,"reason":null,"received_fen":100000,"total_paid_fen":115000,"cost_fen":15000,"sentence":"You receive 1,000 yuan and pay back 1,150 yuan, 150 yuan more. The yearly rate (compound) is about 10%."}`,
		},
		"less repaid": {
			`{"amount_fen":500000,"payments":[{"count":2,"amount_fen":23000}],"units_per_year":12}`,
			`{"nominal_rate":null,"effective_rate":null,"rate_365":null,"simple_rate":null,"reason":"paid_less","received_fen":500000,"total_paid_fen":46000,"cost_fen":-454000,"sentence":"You receive 5,000 yuan and pay back only 460 yuan, 4,540 yuan less. There is no rate to work out."}`,
		},
		"on the day itself": {
			`{"amount_fen":100000,"payments":[{"count":2,"amount_fen":55000}],"units_per_year":1,"first_period":{"whole":0}}`,
			`{"nominal_rate":"22.222222","effective_rate":"22.222222","rate_365":null,"simple_rate":null,"reason":null,"received_fen":100000,"total_paid_fen":110000,"cost_fen":10000,"sentence":"You receive 1,000 yuan and pay back 1,100 yuan in 2 payments, 100 yuan more. The yearly rate (simple) is about 22.22%."}`,
		},
		"repaid too much, drawn again": {
			`{"advances":[{"date":"2025-01-01","amount_fen":100000},{"date":"2027-01-01","amount_fen":132000}],"payments":[{"date":"2026-01-01","amount_fen":230000},{"date":"2028-01-01","amount_fen":5000}]}`,
			`{"nominal_rate":null,"effective_rate":null,"rate_365":null,"simple_rate":null,"reason":"several_rates","received_fen":232000,"total_paid_fen":235000,"cost_fen":3000,"sentence":"You receive 2,320 yuan and pay back 2,350 yuan. For some time you have paid too much and the lender owes you, so that more than one rate would fit."}`,
		},
	} {
		r := b.call("/api/v1/tools/loan-cost?lang=en", c.in, header("Accept-Language", "zh-HK"))
		if got := strings.TrimSpace(body(t, r)); r.StatusCode != http.StatusOK || got != c.want {
			t.Errorf("%s: %d\n%s\nwant\n%s", name, r.StatusCode, got, c.want)
		}
		if r.Header.Get("Cache-Control") != "no-store" || !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
			t.Errorf("%s: %v", name, r.Header)
		}
	}
	hant := body(t, b.call("/api/v1/tools/loan-cost", `{"amount_fen":70000,"payments":[{"count":1,"amount_fen":100000}],"units_per_year":365,"first_period":{"whole":7}}`, header("Accept-Language", "zh-HK")))
	if !strings.Contains(hant, "您實際收到700元，到期一筆過還1000元，多還300元。年化利率（單利）大約是2,234.69%。") {
		t.Errorf("zh-HK is told %s", hant)
	}
}

func TestLoanCostAPIRefusals(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	const regular, dated = `"payments":[{"count":24,"amount_fen":23000}],"units_per_year":12`, `"payments":[{"date":"2026-01-01","amount_fen":1}]`
	for name, c := range map[string]struct {
		in         string
		status     int
		field, key string
	}{
		"misspelt":              {`{"amount":5,` + regular + `}`, 422, "amount", "unknown"},
		"misspelt within":       {`{"amount_fen":5,"payments":[{"count":1,"amount_fen":1},{"count":1,"amount_fen":1,"fee":2}],"units_per_year":12}`, 422, "payments[1].fee", "unknown"},
		"both shapes":           {`{"advances":[{"date":"2026-01-01","amount_fen":1}],"amount_fen":5,` + dated + `}`, 422, "amount_fen", "unknown"},
		"money with a point":    {`{"amount_fen":5.5,` + regular + `}`, 422, "amount_fen", "type"},
		"money as text":         {`{"amount_fen":"5",` + regular + `}`, 422, "amount_fen", "type"},
		"money beyond all":      {`{"amount_fen":99999999999999999999,` + regular + `}`, 422, "amount_fen", "type"},
		"money too large":       {`{"amount_fen":9223372036854775807,` + regular + `}`, 422, "amount_fen", "too_large"},
		"nothing received":      {`{"amount_fen":0,` + regular + `}`, 422, "amount_fen", "positive"},
		"nothing said":          {`{}`, 422, "amount_fen", "missing"},
		"null":                  {`null`, 422, "amount_fen", "missing"},
		"a list":                {`[]`, 422, "", "type"},
		"no rhythm":             {`{"amount_fen":5,"payments":[]}`, 422, "units_per_year", "missing"},
		"no payments":           {`{"amount_fen":5,"payments":[],"units_per_year":12}`, 422, "payments", "missing"},
		"payment without sum":   {`{"amount_fen":5,"payments":[{"count":1}],"units_per_year":12}`, 422, "payments[0].amount_fen", "missing"},
		"payment uncounted":     {`{"amount_fen":5,"payments":[{"amount_fen":1}],"units_per_year":12}`, 422, "payments[0].count", "missing"},
		"payment below zero":    {`{"amount_fen":5,"payments":[{"count":1,"amount_fen":-1}],"units_per_year":12}`, 422, "payments[0].amount_fen", "negative"},
		"payment is text":       {`{"amount_fen":5,"payments":["x"],"units_per_year":12}`, 422, "payments[0]", "type"},
		"a thousand million":    {`{"amount_fen":5,"payments":[{"count":1000000000,"amount_fen":1}],"units_per_year":12}`, 422, "payments[0].count", "too_many"},
		"fraction above one":    {`{"amount_fen":5,` + regular + `,"first_period":{"whole":1,"fraction":"31/30"}}`, 422, "first_period.fraction", "fraction"},
		"fraction of nothing":   {`{"amount_fen":5,` + regular + `,"first_period":{"whole":1,"fraction":"1/0"}}`, 422, "first_period.fraction", "fraction"},
		"no whole":              {`{"amount_fen":5,` + regular + `,"first_period":{"fraction":"1/3"}}`, 422, "first_period.whole", "missing"},
		"misspelt period":       {`{"amount_fen":5,` + regular + `,"first_period":{"whole":1,"fractoin":"1/3"}}`, 422, "fractoin", "unknown"},
		"no such day":           {`{"advances":[{"date":"2026-02-30","amount_fen":1}],` + dated + `}`, 422, "advances[0].date", "date"},
		"day with an hour":      {`{"advances":[{"date":"2026-02-03T00:00:00Z","amount_fen":1}],` + dated + `}`, 422, "advances[0].date", "date"},
		"no day":                {`{"advances":[{"amount_fen":1}],` + dated + `}`, 422, "advances[0].date", "missing"},
		"no sum":                {`{"advances":[{"date":"2026-01-01"}],` + dated + `}`, 422, "advances[0].amount_fen", "missing"},
		"no advance":            {`{"advances":[],` + dated + `}`, 422, "advances", "missing"},
		"repaid before":         {`{"advances":[{"date":"2026-01-02","amount_fen":1}],` + dated + `}`, 422, "payments[0].date", "before_first"},
		"no JSON":               {`amount_fen=5`, 400, "", ""},
		"empty":                 {``, 400, "", ""},
		"half":                  {`{"amount_fen":5`, 400, "", ""},
		"two":                   {`{"amount_fen":5,` + regular + `}{}`, 400, "", ""},
		"larger than all forms": {`{"amount_fen":5,"x":"` + strings.Repeat("9", maxForm) + `"}`, 413, "", ""},
	} {
		r := b.call("/api/v1/tools/loan-cost?lang=en", c.in)
		var p struct {
			Type, Title string
			Status      int
			Errors      []struct{ Field, Key, Message string }
		}
		if err := json.NewDecoder(r.Body).Decode(&p); err != nil {
			t.Errorf("%s: %d without a problem: %v", name, r.StatusCode, err)
			continue
		}
		if r.StatusCode != c.status || p.Status != c.status || r.Header.Get("Content-Type") != "application/problem+json" || p.Title == "" || !strings.HasPrefix(p.Type, "/problems/") {
			t.Errorf("%s: %d %s %+v, want %d", name, r.StatusCode, r.Header.Get("Content-Type"), p, c.status)
		}
		if c.status != 422 {
			continue
		}
		if len(p.Errors) != 1 || p.Errors[0].Field != c.field || p.Errors[0].Key != c.key || !strings.Contains(p.Errors[0].Message, " ") {
			t.Errorf("%s: %+v, want %s: %s", name, p.Errors, c.field, c.key)
		}
	}
	if r := b.ask(http.MethodGet, "/api/v1/tools/loan-cost"); r.StatusCode != http.StatusMethodNotAllowed || r.Header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("GET answers %d", r.StatusCode)
	}
	if p := body(t, b.call("/api/v1/tools/loan-cost", `{}`, header("Accept-Language", "zh-CN"))); !strings.Contains(p, "有的内容要改") || !strings.Contains(p, "请填这一项") {
		t.Errorf("zh-CN is told %s", p)
	}
}
