package app

import (
	"log/slog"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/html"

	"anxin/server/config"
	"anxin/server/intake"
	"anxin/server/locale"
	"anxin/server/store"
)

// clock is the time of a server, moved by its test.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

// counter is a server whose clock is moved.
func counter(t *testing.T) (*bench, *clock) {
	t.Helper()
	data := filepath.Join(t.TempDir(), "data")
	warm(t, data)
	cfg, err := config.Load(func(name string) string { return map[string]string{"ANXIN_DATA": data}[name] })
	if err != nil {
		t.Fatal(err)
	}
	log, at := &logged{}, &clock{time.Date(2026, 11, 25, 10, 0, 0, 0, locale.Shanghai)}
	a, err := New(cfg, Options{Clock: at.now, Log: slog.New(slog.NewTextHandler(log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Close)
	return &bench{a, log}, at
}

// telephone is a browser without script: it keeps cookies, follows redirects and sends what a page's form holds.
type telephone struct {
	t       *testing.T
	b       *bench
	cookies map[string]string
	seen    []string // every address it was at
	at      string   // where it is
	status  int
	text    string
	page    *html.Node
}

func pickUp(t *testing.T, b *bench) *telephone {
	t.Helper()
	return &telephone{t: t, b: b, cookies: map[string]string{}}
}

func (p *telephone) open(path string) {
	p.t.Helper()
	p.visit(http.MethodGet, path, nil)
}

func (p *telephone) visit(method, path string, fields url.Values) {
	p.t.Helper()
	for range 5 {
		send := func(r *http.Request) {
			for name, value := range p.cookies {
				r.AddCookie(&http.Cookie{Name: name, Value: value})
			}
		}
		var r *http.Response
		if method == http.MethodPost {
			r = p.b.post(path, fields, send)
		} else {
			r = p.b.ask(method, path, send)
		}
		for _, k := range r.Cookies() {
			if k.MaxAge < 0 {
				delete(p.cookies, k.Name)
			} else {
				p.cookies[k.Name] = k.Value
			}
		}
		p.seen = append(p.seen, path)
		p.at, p.status, p.text = path, r.StatusCode, body(p.t, r)
		if r.StatusCode != http.StatusSeeOther {
			if got := r.Header.Get("Cache-Control"); strings.Contains(path, "/complaints/") && got != "no-store" {
				p.t.Errorf("%s may be stored: %q", path, got)
			}
			break
		}
		method, path = http.MethodGet, r.Header.Get("Location")
	}
	page, err := html.Parse(strings.NewReader(p.text))
	if err != nil {
		p.t.Fatal(err)
	}
	p.page = page
}

// form is what the page's form that holds a field would send as it stands.
func (p *telephone) form(holds string) (action string, fields url.Values) {
	p.t.Helper()
	for f := range p.page.Descendants() {
		if f.Type != html.ElementNode || f.Data != "form" {
			continue
		}
		fields, found := url.Values{}, holds == ""
		for n := range f.Descendants() {
			if n.Type != html.ElementNode {
				continue
			}
			name, value := attr(n, "name"), attr(n, "value")
			found = found || name == holds && name != ""
			switch {
			case name == "" || n.Data == "button":
			case n.Data == "textarea":
				fields.Add(name, strings.TrimPrefix(textOf(n), "\n"))
			case attr(n, "type") == "radio" || attr(n, "type") == "checkbox":
				if marked(n, "checked") {
					fields.Add(name, value)
				}
			default:
				fields.Add(name, value)
			}
		}
		if found {
			action, _, _ = strings.Cut(attr(f, "action"), "#")
			return action, fields
		}
	}
	p.t.Fatalf("%s has no form with %q:\n%s", p.at, holds, p.text)
	return "", nil
}

// send fills the form that holds the first of the fields, and sends it.
func (p *telephone) send(pairs ...string) {
	p.t.Helper()
	action, fields := p.form(pairs[0])
	set := map[string]bool{}
	for i := 0; i < len(pairs); i += 2 {
		if !set[pairs[i]] {
			fields.Del(pairs[i])
		}
		set[pairs[i]] = true
		fields.Add(pairs[i], pairs[i+1])
	}
	p.visit(http.MethodPost, action, fields)
}

func (p *telephone) is(status int, step string) {
	p.t.Helper()
	path, _, _ := strings.Cut(p.at, "?")
	if p.status != status || !strings.HasSuffix(path, step) {
		p.t.Fatalf("at %s with %d, want %s with %d\n%s", p.at, p.status, step, status, p.main())
	}
}

func (p *telephone) sees(words ...string) {
	p.t.Helper()
	for _, w := range words {
		if !strings.Contains(p.text, w) {
			p.t.Fatalf("%s does not say %q:\n%s", p.at, w, p.main())
		}
	}
}

func (p *telephone) main() string {
	_, main, _ := strings.Cut(p.text, "<main")
	main, _, _ = strings.Cut(main, "</main>")
	return main
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func marked(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

func textOf(n *html.Node) string {
	if n.FirstChild == nil {
		return ""
	}
	return n.FirstChild.Data
}

// answers are what a citizen sends, a line a question.
var answers = [][]string{
	{"urgent", "no"},
	{"for", "self"},
	{"name", "样本银行（虚构）"},
	{"group", "borrowing"},
	{"product", "loan"},
	{"what", "说好没有利息，\r\n结果每个月都扣钱。", "account", "1"},
	{"when", "去年春天"},
	{"amount_fen", "1,200.50"},
	{"wants", "refund", "wants", "explain", "want_text", ""},
	{"firm", "none", "date", "", "else", ""},
	{"name", "林女士", "phone", "138 0013 8000", "email", ""},
	{"ways", "phone", "hours", "evening", "note", "别打家里座机"},
}

// write answers every question that the answers are for, from where the phone stands.
func (p *telephone) write(lines ...[]string) {
	p.t.Helper()
	for _, a := range lines {
		before := p.at
		p.send(a...)
		if p.status != http.StatusOK || p.at == before {
			p.t.Fatalf("after %v: at %s with %d\n%s", a, p.at, p.status, p.main())
		}
	}
}

func (p *telephone) start(lang string) {
	p.t.Helper()
	p.open("/" + lang + "/complaints/new")
	p.visit(http.MethodPost, "/"+lang+"/complaints/new", nil)
	p.is(200, "/complaints/new/urgent")
}

var (
	numberShown = regexp.MustCompile(`<dd class="tel">(\d{4} \d{4} \d{5})</dd>`)
	codeShown   = regexp.MustCompile(`<dd class="tel">(\d{4} \d{4} \d{4} \d{4})</dd>`)
)

func (p *telephone) shown(form *regexp.Regexp) string {
	p.t.Helper()
	m := form.FindStringSubmatch(p.text)
	if m == nil {
		p.t.Fatalf("%s shows no %s:\n%s", p.at, form, p.main())
	}
	return m[1]
}

func TestComplaintJourney(t *testing.T) {
	t.Parallel()
	b, at := counter(t)
	p := pickUp(t, b)
	p.start("zh-Hans")
	p.sees("第1题，大约共11题", `name="draft" value="`)
	p.write(answers...)
	p.is(200, "/complaints/new/check")
	p.sees("样本银行（虚构）", "银行贷款、消费贷", "结果每个月都扣钱。", "去年春天", "¥1,200.50", "把钱退给我、把事情说明白", "138 0013 8000", "别打家里座机")
	for _, step := range strings.Fields("for firm product what when amount want tried contact reach") {
		p.sees(`href="/zh-Hans/complaints/new/` + step + `"`)
	}

	// A change leads back to the check.
	p.open("/zh-Hans/complaints/new/amount")
	p.sees(`value="1,200.50"`, `href="/zh-Hans/complaints/new/check"`)
	p.send("amount_fen", "", "unknown", "1")
	p.is(200, "/complaints/new/check")
	p.sees("说不清")

	p.open("/zh-Hans/complaints/new/warning")
	p.sees("12315", "金融监管部门", "第十六条")
	if strings.Contains(p.main(), "人民银行也可以不接收") {
		t.Error("the People's Bank is said to refuse what is not its business")
	}
	p.send("draft", p.cookies["__Host-draft"])
	p.is(422, "/complaints/new/warning")
	p.sees("请先看提醒", `href="#seen-yes"`)
	action, filing := p.form("seen")
	filing.Set("seen", "yes")
	p.visit(http.MethodPost, action, filing)
	p.is(200, "/complaints/new/done")
	number, code := p.shown(numberShown), p.shown(codeShown)
	p.sees("证明您在该时间提出了请求", "要由法院来定", "最晚12月4日 星期五", "还有9天", "7个工作日", "2026年11月25日（星期三）10:00")

	// Sent again, after a lost answer or by an impatient finger, it is the same complaint.
	at.at = at.at.Add(71 * time.Hour)
	p.visit(http.MethodPost, action, filing)
	p.is(200, "/complaints/new/done")
	if p.shown(numberShown) != number || p.shown(codeShown) != code {
		t.Error("sent again it has another number or code")
	}
	lost := pickUp(t, b)
	lost.visit(http.MethodPost, action, filing)
	lost.is(200, "/complaints/new/done")
	if lost.shown(numberShown) != number {
		t.Error("the cookie lost, it has another number")
	}
	at.at = at.at.Add(2 * time.Hour)
	lost.visit(http.MethodPost, action, filing)
	if lost.shown(numberShown) != number || codeShown.MatchString(lost.text) {
		t.Error("after three days the code is shown")
	}
	lost.sees("您抄下来的那个一直能用")

	// The first page says that it was filed; another one can be begun.
	lost.open("/zh-Hans/complaints/new")
	lost.sees("您已经提交了一份", "再写一份新的")
	lost.start("zh-Hans")

	// Once noted, this device shows neither.
	p.open("/zh-Hans/complaints/new")
	p.visit(http.MethodPost, "/zh-Hans/complaints/new/done", nil)
	p.is(200, "/complaints/new/done")
	if strings.Contains(p.text, number) || len(p.cookies) > 0 {
		t.Error("noted, it is still shown")
	}
	p.sees("这部手机不再显示编号")

	// The code opens her file, and only what she wrote is in it.
	if _, _, err := b.Complaints.SignIn(t.Context(), "192.0.2.1", number, code); err != nil {
		t.Errorf("number and code open nothing: %v", err)
	}
}

func TestComplaintForAChild(t *testing.T) {
	t.Parallel()
	b, _ := counter(t)
	p := pickUp(t, b)
	p.start("en")
	p.write([]string{"urgent", "no"}, []string{"for", "other"})
	p.is(200, "/complaints/new/helper")
	p.sees("Question 3 of about 13")
	p.send("name", "陈先生", "phone", "139 0013 9000", "relation", "parent", "authority", "guardian")
	p.is(422, "/complaints/new/helper")
	p.sees(`href="#helper_consent-1"`, `value="139 0013 9000"`)
	p.write([]string{"name", "陈先生", "phone", "139 0013 9000", "relation", "parent", "authority", "guardian", "helper_consent", "1"})
	p.is(200, "/complaints/new/child")
	p.send("child", "yes")
	p.is(422, "/complaints/new/child")
	p.write([]string{"child", "yes", "guardian_agrees", "1"})
	p.write(answers[2:]...)
	p.is(200, "/complaints/new/check")
	p.sees("陈先生", "Under fourteen")
	p.open("/en/complaints/new/warning")
	p.send("seen", "yes")
	p.is(200, "/complaints/new/done")
	p.sees("You complain for somebody else", "neither withdrawn nor settled")
}

// What pays by telephone may be refused by the People's Bank, too; what was lost to a fraud comes after police and bank.
func TestComplaintWarnings(t *testing.T) {
	t.Parallel()
	b, _ := counter(t)
	p := pickUp(t, b)
	p.start("zh-Hans")
	p.write(answers...)
	p.open("/zh-Hans/complaints/new/product")
	p.sees("是哪一类的事？", `value="borrowing" checked`)
	p.write([]string{"group", "paying"})
	p.is(200, "/complaints/new/product")
	p.write([]string{"product", "payment"})
	p.is(200, "/complaints/new/check")
	p.open("/zh-Hans/complaints/new/warning")
	p.sees("人民银行也可以不接收", "第四十二条")
	p.open("/zh-Hans/complaints/new/product?group=scam")
	p.write([]string{"product", "fraud"})
	p.open("/zh-Hans/complaints/new/warning")
	p.send("seen", "yes")
	p.sees("先报警", `href="/zh-Hans/scammed"`)
}

func TestComplaintEmergency(t *testing.T) {
	t.Parallel()
	b, _ := counter(t)
	p := pickUp(t, b)
	p.start("zh-Hans")
	p.send("urgent", "yes")
	p.is(200, "/scammed")
	if other := pickUp(t, b); true {
		other.open("/zh-Hans/scammed")
		if other.text != p.text {
			t.Error("the first hour looks different to whoever complains")
		}
	}
	p.open("/zh-Hans/complaints/new")
	p.sees("您有一份没写完的", "/zh-Hans/complaints/new/")
}

func TestComplaintMistakesKeepWhatWasTyped(t *testing.T) {
	t.Parallel()
	b, _ := counter(t)
	p := pickUp(t, b)
	p.start("zh-Hans")
	p.send("draft", p.cookies["__Host-draft"])
	p.is(422, "/complaints/new/urgent")
	p.sees("<title>错误：", `href="#urgent-no"`, "请选一项")
	p.write(answers[0], answers[1])
	p.send("name", "  ")
	p.is(422, "/complaints/new/firm")
	p.write(answers[2])
	p.send("draft", p.cookies["__Host-draft"])
	p.is(422, "/complaints/new/product")
	p.write(answers[3])
	p.send("draft", p.cookies["__Host-draft"], "within", "borrowing")
	p.is(422, "/complaints/new/product")
	p.sees("请选一项", `value="mortgage"`)
	p.write(answers[4])
	long := strings.Repeat("写", 30003)
	p.send("what", long, "account", "1")
	p.is(422, "/complaints/new/what")
	p.sees("现在多了25003个", long+"</textarea>", `value="1" checked`)
	p.send("what", "甲\r\n<em>UHOH</em>", "account", "")
	p.is(422, "/complaints/new/what")
	p.sees("&lt;em&gt;UHOH&lt;/em&gt;</textarea>", `href="#account-1"`)
	if _, fields := p.form("what"); fields.Get("what") != "甲\n<em>UHOH</em>" {
		t.Errorf("kept %q", fields.Get("what"))
	}
	p.write(answers[5:10]...)
	p.send("name", "林女士", "phone", "138", "email", "lin@")
	p.is(422, "/complaints/new/contact")
	p.sees(`value="林女士"`, `value="138"`, `value="lin@"`, `href="#phone"`, `href="#email"`)
	if strings.Contains(p.text, `hreflang="en" href=`) {
		t.Error("a link to another language would lose what was typed")
	}
	// What was right of it is kept also if she leaves.
	p.open("/zh-Hans/complaints/new/contact")
	p.sees(`value="林女士"`)
}

func TestComplaintPagesAheadAndBack(t *testing.T) {
	t.Parallel()
	b, _ := counter(t)
	p := pickUp(t, b)
	p.start("zh-Hans")
	for _, step := range []string{"reach", "check", "warning", "helper"} {
		p.open("/zh-Hans/complaints/new/" + step)
		if !strings.HasSuffix(p.at, "/urgent") && !strings.Contains(p.at, "/resume") {
			t.Errorf("%s leads to %s", step, p.at)
		}
	}
	p.open("/zh-Hans/complaints/new/urgent")
	p.write(answers[:3]...)
	for _, step := range []string{"reach", "check", "warning", "helper", "what"} {
		p.open("/zh-Hans/complaints/new/" + step)
		p.is(200, "/complaints/new/product")
	}
	p.open("/zh-Hans/complaints/new/firm")
	p.sees("样本银行（虚构）", `href="/zh-Hans/complaints/new/for"`)
	p.write([]string{"name", "另一家（虚构）"})
	p.is(200, "/complaints/new/product") // to where she was

	p.open("/en/complaints/new/firm") // another language holds the same draft
	p.sees("另一家（虚构）")
	p.open("/zh-Hans/complaints/new/nonsense")
	p.is(404, "/complaints/new/nonsense")
}

// Two tabs of one draft, a form sent twice, a page from before: each puts in its answer and undoes no other.
func TestComplaintTwoTabs(t *testing.T) {
	t.Parallel()
	b, _ := counter(t)
	p := pickUp(t, b)
	p.start("zh-Hans")
	p.write(answers[:8]...)
	p.open("/zh-Hans/complaints/new/amount")
	action, old := p.form("amount_fen")
	p.open("/zh-Hans/complaints/new/when")
	p.write([]string{"when", "2026-10-8"})
	old.Set("amount_fen", "77")
	var sent sync.WaitGroup
	for range 6 {
		sent.Go(func() {
			r := b.post(action, old, header("Cookie", "__Host-draft="+p.cookies["__Host-draft"]))
			if r.StatusCode != http.StatusSeeOther {
				t.Errorf("sent at once: %d", r.StatusCode)
			}
		})
	}
	sent.Wait()
	p.open("/zh-Hans/complaints/new/when")
	p.sees(`value="2026-10-08"`)
	p.open("/zh-Hans/complaints/new/amount")
	p.sees(`value="77"`)
	p.open("/zh-Hans/complaints/new/firm")
	p.sees("样本银行")
}

func TestComplaintFiledAtOnceIsFiledOnce(t *testing.T) {
	t.Parallel()
	b, _ := counter(t)
	p := pickUp(t, b)
	p.start("zh-Hans")
	p.write(answers...)
	p.open("/zh-Hans/complaints/new/what")
	old, oldForm := p.form("what")
	p.open("/zh-Hans/complaints/new/warning")
	action, filing := p.form("seen")
	filing.Set("seen", "yes")
	var sent sync.WaitGroup
	for range 8 {
		sent.Go(func() {
			if r := b.post(action, filing); r.StatusCode != http.StatusSeeOther || !strings.HasSuffix(r.Header.Get("Location"), "/done") {
				t.Errorf("%d to %s", r.StatusCode, r.Header.Get("Location"))
			}
		})
	}
	sent.Wait()
	p.open("/zh-Hans/complaints/new/done")
	number := p.shown(numberShown)
	p.open("/zh-Hans/complaints/new/firm") // back: it is filed
	if p.shown(numberShown) != number {
		t.Error("the receipt is another")
	}
	oldForm.Set("what", "后来想起来的事")
	p.visit(http.MethodPost, old, oldForm)
	p.is(409, "/complaints/new/what")
	p.sees("已经提交了", "后来想起来的事", `href="/zh-Hans/complaints/new/done"`)
	p.visit(http.MethodPost, action, filing)
	if p.shown(numberShown) != number {
		t.Error("filed twice")
	}
}

func TestComplaintLaterOnAnotherPhone(t *testing.T) {
	t.Parallel()
	b, at := counter(t)
	p := pickUp(t, b)
	p.start("zh-Hant")
	p.write(answers[:5]...)
	p.send("what", "寫到一半", "save", "yes") // not agreed to, it is not kept
	p.is(422, "/complaints/new/what")
	p.send("what", "寫到一半", "account", "1", "save", "yes")
	p.is(200, "/complaints/new/what")
	p.sees("2026年12月25日")
	code := p.shown(codeShown)

	fresh := pickUp(t, b)
	fresh.open("/zh-Hant/complaints/new/resume")
	for typed, says := range map[string]string{"1234": "您寫了4位", code[:18] + "x": "位", "0000 0000 0000 0000": "找不到這個號碼"} {
		fresh.send("code", typed)
		fresh.is(422, "/complaints/new/resume")
		fresh.sees(says, `href="#code"`)
	}
	wide := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r - '0' + '０'
		}
		return '－'
	}, code)
	fresh.send("code", wide)
	fresh.is(200, "/complaints/new/when")
	fresh.open("/zh-Hant/complaints/new/what")
	fresh.sees("寫到一半")

	// Asked for again, the code she has stays; another one takes its place.
	p.open("/zh-Hant/complaints/new/when")
	p.send("when", "", "save", "yes")
	p.sees("仍然用那個")
	p.send("save", "new")
	second := p.shown(codeShown)
	if second == code {
		t.Error("a new code is the old one")
	}
	fresh.open("/zh-Hant/complaints/new/resume")
	fresh.send("code", code)
	fresh.is(422, "/complaints/new/resume")

	// A shared phone forgets, the draft stays.
	p.visit(http.MethodPost, "/zh-Hant/complaints/new/leave", nil)
	p.is(200, "/complaints/new/resume")
	if len(p.cookies) > 0 {
		t.Error("the phone has not forgotten")
	}
	p.send("code", second)
	p.is(200, "/complaints/new/amount")

	// After thirty days without a word it is gone.
	at.at = at.at.AddDate(0, 0, 31)
	p.open("/zh-Hant/complaints/new/resume")
	p.send("code", second)
	p.is(422, "/complaints/new/resume")
}

// The answer that is sent to a draft that is gone begins another, and says so.
func TestComplaintNothingTypedIsLost(t *testing.T) {
	t.Parallel()
	b, at := counter(t)
	gone := map[string]func(p *telephone){
		"the cookie is gone":   func(p *telephone) { p.cookies = map[string]string{} },
		"the draft is too old": func(p *telephone) { at.at = at.at.AddDate(0, 0, 31) },
		"the draft was wiped": func(p *telephone) {
			key := p.cookies["__Host-draft"]
			p.open("/zh-Hans/complaints/new/wipe")
			p.sees("已经答了4题")
			p.send("draft", key)
			p.is(200, "/complaints/new/wipe")
			p.sees("没有您写的了")
			if len(p.cookies) > 0 {
				t.Error("wiped, and the phone has its key")
			}
			p.open("/zh-Hans/complaints/new/what")
			p.is(200, "/complaints/new/resume")
		},
	}
	for name, lose := range gone {
		p := pickUp(t, b)
		p.start("zh-Hans")
		p.write(answers[:5]...)
		p.is(200, "/complaints/new/what")
		action, typed := p.form("what")
		typed.Set("what", "不能丢的话")
		typed.Set("account", "1")
		lose(p)
		p.visit(http.MethodPost, action, typed)
		if name == "the cookie is gone" {
			p.is(200, "/complaints/new/when") // the form has the key
		} else {
			p.is(200, "/complaints/new/urgent")
			p.sees("您刚才写的没有丢")
			p.write(answers[:5]...)
			p.is(200, "/complaints/new/when")
		}
		p.open("/zh-Hans/complaints/new/what")
		p.sees("不能丢的话")
	}
}

func TestComplaintFirms(t *testing.T) {
	t.Parallel()
	b, _ := counter(t)
	list := []store.Institution{
		{ID: "a", Name: "安安银行（虚构）", NameEn: "An An Bank (fictional)", Kind: "bank", Supervisor: "nfra", ListedOn: "2026-11-01"},
		{ID: "b", Name: "安安银行福田支行（虚构）", Kind: "bank", Supervisor: "nfra", ListedOn: "2026-11-01"},
	}
	if _, _, _, err := b.Store.ImportInstitutions(t.Context(), list); err != nil {
		t.Fatal(err)
	}
	p := pickUp(t, b)
	p.start("zh-Hans")
	p.write(answers[:2]...)
	p.write([]string{"name", "安安银行"})
	p.is(200, "/complaints/new/firm")
	p.sees("是下面哪一家？", "您写的是“安安银行”", "安安银行福田支行（虚构）", "都不是，就用我写的")
	p.send("draft", p.cookies["__Host-draft"])
	p.is(422, "/complaints/new/firm")
	p.sees("请选一项", "安安银行福田支行（虚构）")
	p.write([]string{"pick", "b"})
	p.is(200, "/complaints/new/product")
	d, err := b.Complaints.Draft(t.Context(), p.cookies["__Host-draft"])
	if err != nil || d.Answers.Firm != (intake.Firm{ID: "b", Name: "安安银行福田支行（虚构）"}) {
		t.Errorf("the firm is %+v, %v", d.Answers.Firm, err)
	}
	p.open("/zh-Hans/complaints/new/firm")
	p.write([]string{"name", "安安"}, []string{"pick", "own"})
	d, err = b.Complaints.Draft(t.Context(), p.cookies["__Host-draft"])
	if err != nil || d.Answers.Firm != (intake.Firm{Name: "安安"}) {
		t.Errorf("her own words became %+v, %v", d.Answers.Firm, err)
	}
	p.open("/zh-Hans/complaints/new/firm")
	p.write([]string{"name", "没有人知道的公司（虚构）"})
	p.is(200, "/complaints/new/product")
	p.open("/zh-Hans/complaints/new/firm")
	p.send("name", "安安", "pick", "no-such-firm")
	p.is(422, "/complaints/new/firm")
}

// What she writes is seen by nobody but herself: it stands in no log, no address, no title and no page of others.
func TestComplaintTellsNobody(t *testing.T) {
	t.Parallel()
	b, _ := counter(t)
	p := pickUp(t, b)
	const canary = "金丝雀"
	var titles []string
	title := regexp.MustCompile(`<title>(.*?)</title>`)
	p.start("zh-Hans")
	for _, a := range answers {
		said := slices.Clone(a)
		for i := 1; i < len(said); i += 2 {
			switch said[i-1] {
			case "name", "what", "want_text", "when", "else", "note":
				said[i] = canary + said[i]
			}
		}
		p.send(said...)
		titles = append(titles, title.FindString(p.text))
	}
	p.is(200, "/complaints/new/check")
	p.sees(canary)
	key := p.cookies["__Host-draft"]
	p.open("/zh-Hans/complaints/new/warning")
	p.send("seen", "yes")
	number, code := p.shown(numberShown), p.shown(codeShown)
	titles = append(titles, title.FindString(p.text))
	other := pickUp(t, b)
	for _, path := range []string{"/complaints/new", "/complaints/new/urgent", "/complaints/new/check", "/complaints/new/done", "/complaints/new/resume", "/"} {
		other.open("/zh-Hans" + path)
		for _, secret := range []string{canary, key, number, code} {
			if strings.Contains(other.text, secret) {
				t.Errorf("%s tells others %q", path, secret)
			}
		}
	}
	log := b.log.String()
	for _, secret := range []string{canary, key, number, code, strings.ReplaceAll(number, " ", ""), strings.ReplaceAll(code, " ", ""), "13800138000", "138 0013 8000"} {
		if strings.Contains(log, secret) {
			t.Errorf("the log holds %q", secret)
		}
		for _, address := range p.seen {
			if said, _ := url.QueryUnescape(address); strings.Contains(said, secret) {
				t.Errorf("%s stands in the address %s", secret, said)
			}
		}
		if strings.Contains(strings.Join(titles, ""), secret) {
			t.Errorf("%s stands in a title", secret)
		}
	}
}

// A key that we did not give out is not taken: whoever makes one up could make up another's.
func TestComplaintKeysAreOurs(t *testing.T) {
	t.Parallel()
	b, _ := counter(t)
	p := pickUp(t, b)
	p.visit(http.MethodPost, "/zh-Hans/complaints/new/urgent", url.Values{"draft": {"1234"}, "urgent": {"no"}})
	p.is(200, "/complaints/new/for")
	if key := p.cookies["__Host-draft"]; len(key) < 26 {
		t.Errorf("the key is %q", key)
	}
}
