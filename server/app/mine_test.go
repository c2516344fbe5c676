package app

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"anxin/server/complaint"
	"anxin/server/config"
	"anxin/server/dispute"
	"anxin/server/intake"
	"anxin/server/locale"
)

// office is a server with a clock that is moved by hand.
type office struct {
	*bench
	mu sync.Mutex
	at time.Time
}

func (o *office) now() time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.at
}

func (o *office) later(d time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.at = o.at.Add(d)
}

func openOffice(t testing.TB) *office {
	t.Helper()
	data := filepath.Join(t.TempDir(), "data")
	warm(t, data)
	cfg, err := config.Load(func(name string) string { return map[string]string{"ANXIN_DATA": data}[name] })
	if err != nil {
		t.Fatal(err)
	}
	o := &office{at: time.Date(2026, 11, 25, 10, 0, 0, 0, locale.Shanghai)}
	log := &logged{}
	a, err := New(cfg, Options{Clock: o.now, Log: slog.New(slog.NewTextHandler(log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Close)
	o.bench = &bench{a, log}
	return o
}

// filed is a complaint with what its number and code open.
type filed struct {
	complaint.Receipt
	by complaint.Access
}

const (
	herName  = "江秀英"
	herPhone = "13800138000"
	herStory = "说好没有手续费，结果每个月都扣"
)

func herAnswers() intake.Answers {
	fen := int64(120050)
	return intake.Answers{
		For: intake.ForSelf, Firm: intake.Firm{Name: "样本银行（虚构）"}, Product: "loan", What: herStory, When: intake.When{Date: "2026-10-08"}, AmountFen: &fen,
		Wants: []string{"refund"}, Tried: intake.Tried{Firm: "none"}, Contact: intake.Contact{Name: herName, Phone: herPhone},
		Reach: intake.Reach{Ways: []string{"phone"}}, Consents: intake.Consents{Account: true}, Warned: true,
	}
}

func (o *office) file(t testing.TB, a intake.Answers) filed {
	t.Helper()
	r, err := o.Complaints.Submit(t.Context(), complaint.NewKey(), a)
	if err != nil {
		t.Fatal(err)
	}
	token, _, err := o.Complaints.SignIn(t.Context(), "192.0.2.200", r.Number, r.Code)
	if err != nil {
		t.Fatal(err)
	}
	by, err := o.Complaints.Access(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	return filed{r, by}
}

// officer lets the council or the firm do something.
func (o *office) does(t *testing.T, f filed, actor dispute.Actor, leg int, event dispute.Event, text string, facts ...dispute.Fact) {
	t.Helper()
	if err := o.Complaints.Do(t.Context(), complaint.As(f.by.Dispute, actor, "somebody"), complaint.Act{Leg: leg, Event: event, Facts: facts, Text: text}); err != nil {
		t.Fatalf("%s: %v", event, err)
	}
}

// browser is one on some telephone: it keeps cookies, and follows where it is sent.
type browser struct {
	o       *office
	cookies map[string]string
}

func (o *office) phone() *browser { return &browser{o, map[string]string{}} }

type answer struct {
	*http.Response
	text string
}

func (a answer) words() string { return wordsOf(a.text) }

func (p *browser) send(t testing.TB, method, target, kind string, body []byte) answer {
	t.Helper()
	r := p.o.ask(method, target, func(r *http.Request) {
		for name, value := range p.cookies {
			r.AddCookie(&http.Cookie{Name: name, Value: value})
		}
		if body != nil {
			r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
			r.Header.Set("Content-Type", kind)
		}
	})
	for _, c := range r.Cookies() {
		if c.MaxAge < 0 {
			delete(p.cookies, c.Name)
		} else {
			p.cookies[c.Name] = c.Value
		}
	}
	text, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	if to := r.Header.Get("Location"); to != "" {
		to, _, _ = strings.Cut(to, "#")
		return p.send(t, http.MethodGet, to, "", nil)
	}
	return answer{r, string(text)}
}

func (p *browser) get(t testing.TB, target string) answer {
	return p.send(t, http.MethodGet, target, "", nil)
}

func (p *browser) post(t testing.TB, target string, fields url.Values) answer {
	return p.send(t, http.MethodPost, target, "application/x-www-form-urlencoded", []byte(fields.Encode()))
}

type upload struct{ field, name, text string }

func (p *browser) upload(t testing.TB, target string, parts ...upload) answer {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for _, u := range parts {
		part, err := w.CreateFormField(u.field)
		if u.field == "photo" || u.field == "other" || u.field == "file" {
			part, err = w.CreateFormFile(u.field, u.name)
		}
		if err == nil {
			_, err = io.WriteString(part, u.text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return p.send(t, http.MethodPost, target, w.FormDataContentType(), body.Bytes())
}

// letIn is a phone that her number and code have opened.
func (o *office) letIn(t testing.TB, f filed) *browser {
	t.Helper()
	p := o.phone()
	a := p.post(t, "/zh-Hans/complaints/track", url.Values{"number": {f.Number}, "code": {f.Code}})
	if a.StatusCode != http.StatusOK || !strings.Contains(a.text, "<dl class=\"rows try\">") {
		t.Fatalf("not let in: %d", a.StatusCode)
	}
	return p
}

// press sends the form of an event, with the version that its page carries.
func (p *browser) press(t *testing.T, target string, fields url.Values) answer {
	t.Helper()
	fields.Set("version", field(t, p.get(t, target), "version"))
	return p.post(t, target, fields)
}

func field(t *testing.T, a answer, name string) string {
	t.Helper()
	m := regexp.MustCompile(`name="` + name + `"[^>]* value="([^"]*)"`).FindStringSubmatch(a.text)
	if m == nil {
		t.Fatalf("the page (%d) has no field %s", a.StatusCode, name)
	}
	return m[1]
}

func wants(t *testing.T, what string, a answer, status int, words ...string) {
	t.Helper()
	if a.StatusCode != status {
		t.Errorf("%s: answers %d, want %d", what, a.StatusCode, status)
	}
	text := a.words()
	for _, w := range words {
		if !strings.Contains(text, w) {
			t.Errorf("%s: does not say %q", what, w)
		}
	}
	if m := bareKey.FindString(text); m != "" {
		t.Errorf("%s: shows the key %s", what, m)
	}
	if a.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("%s: Cache-Control is %q", what, a.Header.Get("Cache-Control"))
	}
}

// bareKey is a key of the catalogue for which there were no words.
var bareKey = regexp.MustCompile(`\b(mine|track|dispute|intake|clock|evidence|complaint_new|common|notice)\.[a-z_]{3,}`)

func TestTrackForgivesHowItIsWritten(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	f := o.file(t, herAnswers())
	n, k := f.Number, f.Code
	wide := strings.NewReplacer("0", "０", "1", "１", "2", "２", "3", "３", "4", "４", "5", "５", "6", "６", "7", "７", "8", "８", "9", "９")
	slip := []byte(n)
	slip[3] = '0' + (slip[3]-'0'+1)%10
	for name, c := range map[string]struct {
		number, code string
		status       int
		want         string
	}{
		"bare":          {n, k, 200, "等的" /* never shown */},
		"spaced":        {complaint.Grouped(n), complaint.Grouped(k), 200, ""},
		"hyphens":       {n[:4] + "-" + n[4:8] + "—" + n[8:], k[:4] + "–" + k[4:], 200, ""},
		"full width":    {wide.Replace(n), " " + wide.Replace(k) + "\n", 200, ""},
		"a slip":        {string(slip), k, 422, "有一位写错了"},
		"one too few":   {n[1:], k, 422, "编号应该是十三位数字"},
		"letters":       {"编号" + n, k, 200, ""},
		"nothing":       {"", "", 422, "编号：请填这一项"},
		"a short code":  {n, k[1:], 422, "查询码应该是十六位数字"},
		"markup":        {"<em>UHOH</em>", k, 422, "编号应该是十三位数字"},
		"code reversed": {n, k[8:] + k[:8], 422, "编号和查询码对不上"},
	} {
		p := o.phone()
		a := p.post(t, "/zh-Hans/complaints/track", url.Values{"number": {c.number}, "code": {c.code}})
		in := strings.Contains(a.text, "<dl class=\"rows try\">")
		if a.StatusCode != c.status || in != (c.status == 200) {
			t.Errorf("%s: answers %d (let in: %v), want %d", name, a.StatusCode, in, c.status)
		}
		if c.status != 200 && (!strings.Contains(a.words(), c.want) || strings.Contains(a.text, "<em>UHOH")) {
			t.Errorf("%s: does not say %q", name, c.want)
		}
		if cookie := p.cookies["__Host-file"]; (cookie != "") != in {
			t.Errorf("%s: the cookie is %q", name, cookie)
		}
	}
}

// An unknown number and a wrong code get the same page, and after five of them this address waits, whoever it is.
func TestTrackTellsNothing(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	f, other := o.file(t, herAnswers()), o.file(t, herAnswers())
	unknown := "" // nobody's: 12 digits of zero, with their check digit
	for d := range 10 {
		if n, ok := complaint.ParseNumber(fmt.Sprint("000000000000", d)); ok {
			unknown = n
		}
	}
	wrong := strings.Repeat("1", 16)
	try := func(number, code string) answer {
		return o.phone().post(t, "/zh-Hans/complaints/track", url.Values{"number": {number}, "code": {code}})
	}
	for range 5 {
		a, b := try(f.Number, wrong), try(unknown, wrong)
		if a.StatusCode != 422 || a.StatusCode != b.StatusCode || strings.ReplaceAll(a.text, f.Number, "") != strings.ReplaceAll(b.text, unknown, "") {
			t.Fatalf("a wrong code answers %d, an unknown number %d, or with other words", a.StatusCode, b.StatusCode)
		}
	}
	for name, a := range map[string]answer{"right code": try(f.Number, f.Code), "unknown": try(unknown, wrong)} {
		if a.StatusCode != 429 || !strings.Contains(a.words(), "请过15分钟再试") || a.Header.Get("Retry-After") == "" {
			t.Errorf("%s: after five failures %d, %q", name, a.StatusCode, a.Header.Get("Retry-After"))
		}
	}
	if a := try(other.Number, other.Code); a.StatusCode != 200 {
		t.Errorf("another number is shut out, too: %d", a.StatusCode)
	}
	o.later(15*time.Minute + time.Second)
	if a := try(f.Number, f.Code); a.StatusCode != 200 {
		t.Errorf("after a quarter of an hour: %d", a.StatusCode)
	}
}

// story leads a case through the states in which she looks at it. Each is told to look.
func (o *office) story(t *testing.T, f filed, look func(state string)) {
	t.Helper()
	officer, firm := dispute.Officer, dispute.Handler
	hers := func(leg int, event dispute.Event, facts ...dispute.Fact) {
		t.Helper()
		if err := o.Complaints.Do(t.Context(), f.by, complaint.Act{Leg: leg, Event: event, Facts: facts}); err != nil {
			t.Fatalf("%s: %v", event, err)
		}
	}
	look("submitted")
	o.does(t, f, officer, 0, dispute.AskInfo, "合同的第一页", dispute.MissingListed)
	look("needs_info")
	hers(0, dispute.Supply)
	o.does(t, f, officer, 0, dispute.Accept, "")
	look("accepted")
	hers(0, dispute.ChooseInstitution, dispute.CostShown, dispute.ReceiverNamed)
	look("consent_pending")
	hers(1, dispute.GiveConsent, dispute.SeparateConsent)
	look("consented")
	o.does(t, f, officer, 1, dispute.HandOver, "", dispute.DispatchKept)
	look("handed_over")
	o.does(t, f, firm, 1, dispute.Acknowledge, "", dispute.ReceiptDated)
	o.does(t, f, firm, 1, dispute.Extend, "要查账", dispute.ReasonGiven)
	look("in_progress")
	o.does(t, f, firm, 1, dispute.Pause, "", dispute.AppraisalShown)
	look("paused")
	o.does(t, f, firm, 1, dispute.EndPause, "")
	o.does(t, f, firm, 1, dispute.Answer, "退还一半手续费", dispute.ReliefOffered, dispute.ReasonsComplete, dispute.FromBranch)
	look("answered")
	hers(1, dispute.RejectAnswer)
	look("between_channels")
	hers(0, dispute.Solve)
	look("resolved")
}

func TestMineInEveryState(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	f := o.file(t, herAnswers())
	p := o.letIn(t, f)
	says := map[string][]string{
		"submitted":        {"已收到", "12月4日 星期五", "还有9天", "谁来办：我们。我们决定是否受理", "这是我们自己的承诺", "打官司的期限", "2029年10月8日", "撤回投诉"},
		"needs_info":       {"等您补材料", "我们写给您的话", "合同的第一页", "补上缺的材料"},
		"accepted":         {"已受理", "把投诉交给公司"},
		"consent_pending":  {"等您同意", "同意交给公司", "不同意交给公司"},
		"consented":        {"准备交给公司", "收回同意"},
		"handed_over":      {"等公司答复", "谁来办：公司。银行、保险公司处理投诉", "给公司补充新情况"},
		"in_progress":      {"公司在处理", "要查账"},
		"paused":           {"时间暂停"},
		"answered":         {"公司答复了", "退还一半手续费", "退钱或者赔钱", "接受公司的答复", "不接受公司的答复", "请上级机构核查"},
		"between_channels": {"可以走下一步", "别的路", "到此为止", "走过的路", "您没有接受", "请上级机构核查"},
		"resolved":         {"已解决", "再打开这件投诉"},
	}
	o.story(t, f, func(state string) {
		a := p.get(t, "/zh-Hans/complaints/mine")
		wants(t, state, a, 200, append(says[state], "样本银行（虚构）", complaint.Grouped(f.Number), "经过")...)
		if head, _, _ := strings.Cut(a.text, "</head>"); strings.Contains(head, "投诉") || strings.Contains(head, f.Number) || strings.Contains(head, "银行") {
			t.Errorf("%s: the title tells what the page is about", state)
		}
		for _, code := range locale.All {
			at := "/" + string(code) + "/complaints/mine"
			page := p.get(t, at)
			wants(t, state+" "+string(code), page, 200)
			for _, link := range regexp.MustCompile(`href="(/[^"#]*/complaints/mine/[^"#]*)"`).FindAllStringSubmatch(page.text, -1) {
				wants(t, state+" "+link[1], p.get(t, strings.ReplaceAll(link[1], "&amp;", "&")), 200)
			}
		}
	})
	for _, secret := range []string{f.Number, f.Code, herName, herPhone, herStory} {
		if strings.Contains(o.log.String(), secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
}

// Her whole way by the buttons of her pages.
func TestMineActs(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	f := o.file(t, herAnswers())
	p := o.letIn(t, f)
	do := func(event string, leg string) string {
		if leg != "" {
			return "/zh-Hans/complaints/mine/do/" + event + "?leg=" + leg
		}
		return "/zh-Hans/complaints/mine/do/" + event
	}
	o.does(t, f, dispute.Officer, 0, dispute.Accept, "")
	wants(t, "choose", p.press(t, do("choose_institution", ""), url.Values{}), 200, "办好了", "等您同意")
	wants(t, "consent without a tick", p.press(t, do("give_consent", "1"), url.Values{}), 422, "有地方要改", "单独点同意")
	page := p.get(t, do("give_consent", "1"))
	wants(t, "consent", page, 200, "样本银行（虚构）", "您的姓名，还有您提交的事情经过", "还要交什么", "您的电话", "不作别的用", "不要钱")
	sent := url.Values{"version": {field(t, page, "version")}, "agree": {"separate_consent"}}
	wants(t, "consent", p.post(t, do("give_consent", "1"), sent), 200, "办好了", "准备交给公司")
	wants(t, "pressed twice", p.post(t, do("give_consent", "1"), sent), 200, "办好了", "准备交给公司")
	if got := o.events(t, f, dispute.GiveConsent); got != 1 {
		t.Errorf("she consented %d times", got)
	}
	o.does(t, f, dispute.Officer, 1, dispute.HandOver, "", dispute.DispatchKept)
	facts := do("add_facts", "1")
	wants(t, "add leads there", p.get(t, "/zh-Hans/complaints/mine/add"), 200, "给公司补充新情况", "时间要从头算")
	wants(t, "nothing added", p.press(t, facts, url.Values{"agree": {"restart_warned", "consent_covers"}}), 422, "请写几句")
	wants(t, "not warned", p.press(t, facts, url.Values{"agree": {"consent_covers"}, "text": {"还有一笔"}}), 422, "请先看提醒", "还有一笔")
	wants(t, "added", p.press(t, facts, url.Values{"agree": {"restart_warned", "consent_covers"}, "text": {"还有一笔"}}), 200, "办好了", "还有一笔")
	// What she looked at has changed meanwhile: she sees the case as it is, with what she wrote.
	stale := url.Values{"version": {field(t, p.get(t, facts), "version")}, "agree": {"restart_warned", "consent_covers"}, "text": {"第二笔"}}
	o.does(t, f, dispute.Handler, 1, dispute.Acknowledge, "", dispute.ReceiptDated)
	wants(t, "stale", p.post(t, facts, stale), 409, "情况有了变化", "第二笔")
	withdraw := do("withdraw_leg", "1")
	o.does(t, f, dispute.Handler, 1, dispute.Answer, "退还一半", dispute.ReliefOffered, dispute.ReasonsComplete)
	wants(t, "too late", p.post(t, withdraw, url.Values{"version": {"1"}}), 409, "情况已经变了")
	accept := do("accept_answer", "1")
	wants(t, "accept", p.get(t, accept), 200, "退还一半", "接受多少")
	wants(t, "accept without reading", p.press(t, accept, url.Values{"part": {"whole"}}), 422, "您得到什么，放弃什么")
	look := p.press(t, accept, url.Values{"part": {"part"}, "agree": {"summary_shown"}})
	wants(t, "a second look", look, 200, "请再看一眼", "只接受一部分")
	if o.events(t, f, dispute.AcceptAnswer) != 0 {
		t.Fatal("it was accepted at the first look")
	}
	again := url.Values{"version": {field(t, look, "version")}, "part": {"part"}, "agree": {"summary_shown"}}
	again.Set("sure", "0")
	if back := p.post(t, accept, again); !strings.Contains(back.text, `value="part" checked`) || !strings.Contains(back.text, `value="summary_shown" checked`) {
		t.Error("going back loses what was chosen")
	}
	again.Set("sure", "1")
	wants(t, "accepted", p.post(t, accept, again), 200, "办好了", "等公司做到")
	wants(t, "performed", p.press(t, do("perform", "1"), url.Values{}), 200, "可以走下一步")
	wants(t, "no reason", p.press(t, do("close", ""), url.Values{}), 422, "请写明理由")
	p.press(t, do("close", ""), url.Values{"text": {"累了"}, "sure": {"1"}})
	wants(t, "closed", p.get(t, "/zh-Hans/complaints/mine"), 200, "解决了一部分")
	wants(t, "reopened", p.press(t, do("reopen", ""), url.Values{"text": {"又扣了一次"}}), 200, "可以走下一步", "又扣了一次")
	look = p.press(t, do("withdraw", ""), url.Values{"agree": {"consequences_shown"}})
	wants(t, "withdraw", look, 200, "请再看一眼", "打官司的期限照样往前走")
	if !strings.Contains(look.text, `class="btn danger" name="sure" value="1"`) {
		t.Error("the button that ends it does not look like it")
	}
	wants(t, "withdrawn", p.press(t, do("withdraw", ""), url.Values{"agree": {"consequences_shown"}, "sure": {"1"}}), 200, "您已撤回")
	for name, target := range map[string]string{"no event": do("no_such", ""), "an officer's": do("accept", ""), "a timer's": do("next_lapse", "")} {
		if a := p.get(t, target); a.StatusCode != 404 {
			t.Errorf("%s: %d", name, a.StatusCode)
		}
	}
}

func (o *office) events(t *testing.T, f filed, event dispute.Event) (n int) {
	t.Helper()
	file, err := o.Complaints.Read(t.Context(), f.by)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range file.Timeline {
		if e.Event == event {
			n++
		}
	}
	return n
}

// Before the person was asked, a helper sees why nothing leaves the house.
func TestMineOfAHelper(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	a := herAnswers()
	a.For, a.Helper, a.Consents.Helper = intake.ForOther, &intake.Helper{Name: "陈先生", Phone: "13900139000", Relation: "child", Authority: "told"}, true
	f := o.file(t, a)
	p := o.letIn(t, f)
	wants(t, "mine", p.get(t, "/zh-Hans/complaints/mine"), 200, "我们要先和本人确认")
	o.does(t, f, dispute.Officer, 0, dispute.Accept, "")
	p.press(t, "/zh-Hans/complaints/mine/do/choose_institution", url.Values{})
	consent := "/zh-Hans/complaints/mine/do/give_consent?leg=1"
	page := p.get(t, consent)
	wants(t, "consent", page, 200, "我们要先和本人确认，才能交出材料")
	if strings.Contains(page.text, `id="act"`) {
		t.Error("it asks for a consent that cannot be given")
	}
	wants(t, "sent all the same", p.post(t, consent, url.Values{"agree": {"separate_consent"}}), 422)
	o.does(t, f, dispute.Officer, 0, dispute.ConfirmPerson, "", dispute.PersonConfirmed)
	wants(t, "confirmed", p.press(t, consent, url.Values{"agree": {"separate_consent"}}), 200, "准备交给公司")
	wants(t, "contact", p.get(t, "/zh-Hans/complaints/mine/contact"), 200, "您改的是您自己的联系方式")
	if page := p.get(t, "/zh-Hans/complaints/mine/contact"); strings.Contains(page.text, herPhone) || !strings.Contains(page.text, "13900139000") {
		t.Error("a helper is offered the person's contact")
	}
}

func TestMineMessages(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	f := o.file(t, herAnswers())
	p := o.letIn(t, f)
	const at = "/zh-Hans/complaints/mine/messages"
	wants(t, "none", p.get(t, at), 200, "还没有留言")
	wants(t, "nothing written", p.post(t, at, url.Values{"text": {" \n"}}), 422, "写给我们：请写几句")
	wants(t, "too long", p.post(t, at, url.Values{"text": {strings.Repeat("长", 5003)}}), 422, "现在多了3个")
	for range 2 { // pressed twice
		wants(t, "sent", p.post(t, at, url.Values{"text": {"什么时候有消息？\n<em>UHOH</em>"}}), 200, "留言发出去了", "<em>UHOH</em>")
	}
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			o.post(at, url.Values{"text": {"同时按了几下"}}, header("Cookie", "__Host-file="+p.cookies["__Host-file"]))
		})
	}
	group.Wait()
	file, err := o.Complaints.Read(t.Context(), f.by)
	if err != nil {
		t.Fatal(err)
	}
	if len(file.Messages) != 2 {
		t.Errorf("%d messages were kept, want 2", len(file.Messages))
	}
	if err := o.Complaints.Say(t.Context(), complaint.As(f.by.Dispute, dispute.Officer, "officer-1"), "三天内答复您"); err != nil {
		t.Fatal(err)
	}
	wants(t, "unread", p.get(t, "/zh-Hans/complaints/mine"), 200, "有1条新留言", "三天内答复您")
	p.send(t, http.MethodHead, at, "", nil)
	wants(t, "read", p.get(t, at), 200, "我们 新", "三天内答复您")
	if a := p.get(t, "/zh-Hans/complaints/mine"); strings.Contains(a.words(), "条新留言") {
		t.Error("what she has read is still new")
	}
	// What she adds to a case that takes no addition is a message, too.
	o.does(t, f, dispute.Citizen, 0, dispute.Withdraw, "", dispute.ConsequencesShown)
	wants(t, "added", p.post(t, "/zh-Hans/complaints/mine/add", url.Values{"text": {"金额写错了"}}), 200, "补充或者更正：", "金额写错了")
}

// What she adds before she agrees that a firm gets her complaint is kept beside it. As she agrees she is asked about it by a tick of its
// own, and it stands in the letter where she ticks it.
func TestMineAddsBeforeConsent(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	f := o.file(t, herAnswers())
	p := o.letIn(t, f)
	const add = "/zh-Hans/complaints/mine/add"
	wants(t, "add leads there", p.get(t, add), 200, "补充或者更正", "先放在我们这里", "补充进去")
	if a := p.get(t, "/zh-Hans/complaints/mine"); strings.Contains(a.words(), "给公司补充新情况") {
		t.Error("nothing goes to the firm yet, and a button says so")
	}
	wants(t, "a form that was opened earlier", p.post(t, add, url.Values{"text": {"金额写错了"}}), 200, "金额写错了", "补充进去")
	page := p.get(t, add)
	sent := url.Values{"version": {field(t, page, "version")}, "text": {"金额写错了，是一百二十元。"}}
	for range 2 { // pressed twice
		wants(t, "added", p.post(t, "/zh-Hans/complaints/mine/do/add_facts", sent), 200, "办好了", "金额写错了，是一百二十元。")
	}
	if got := o.events(t, f, dispute.AddFacts); got != 1 {
		t.Errorf("it was added %d times", got)
	}
	o.does(t, f, dispute.Officer, 0, dispute.Accept, "")
	o.does(t, f, dispute.Citizen, 0, dispute.ChooseInstitution, "", dispute.CostShown, dispute.ReceiverNamed)
	wants(t, "while she is asked", p.press(t, "/zh-Hans/complaints/mine/do/add_facts?leg=1", url.Values{"text": {"还有一张收据。"}}), 200, "办好了")
	page = p.get(t, "/zh-Hans/complaints/mine/do/give_consent?leg=1")
	wants(t, "each its own tick", page, 200, "金额写错了，是一百二十元。", "还有一张收据。")
}

const picture = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00 a picture"

func TestMineEvidence(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	f := o.file(t, herAnswers())
	p := o.letIn(t, f)
	const at = "/zh-Hans/complaints/mine/evidence"
	description := upload{"description", "", "四月的扣款短信"}
	for name, c := range map[string]struct {
		parts []upload
		words []string
	}{
		"no description": {[]upload{{"description", "", " "}, {"photo", "a.png", picture}, {"other", "", ""}}, []string{"这是什么：请写几个字", "请再选一次"}},
		"nothing":        {[]upload{{"description", "", ""}, {"photo", "", ""}, {"other", "", ""}}, []string{"这是什么：请写几个字"}},
		"no file":        {[]upload{description, {"photo", "", ""}, {"other", "", ""}}, []string{"照片：请选一张照片"}},
		"a page":         {[]upload{description, {"photo", "", ""}, {"other", "a.html", "<!doctype html><script>alert(1)</script>"}}, []string{"别的文件："}},
		"empty":          {[]upload{description, {"photo", "a.png", ""}}, []string{"照片："}},
		"too large":      {[]upload{description, {"photo", "a.png", picture + strings.Repeat("x", 20<<20)}}, []string{"照片："}},
		"file first":     {[]upload{{"photo", "a.png", picture}, description}, []string{"这是什么：请写几个字"}},
	} {
		a := p.upload(t, at, c.parts...)
		wants(t, name, a, 422, append(c.words, "还没有交材料")...)
		if kept := strings.Contains(a.text, `value="四月的扣款短信"`); kept != (c.parts[0].text == description.text || name == "file first") && name != "file first" {
			t.Errorf("%s: the description is kept: %v", name, kept)
		}
	}
	hostile := "../..\\<b>\u202egnp.exe;.png"
	wants(t, "added", p.upload(t, at, description, upload{"photo", hostile, picture}, upload{"other", "second.png", picture + "2"}), 200, "材料收到了", "您交了2份材料", "四月的扣款短信")
	file, err := o.Complaints.Read(t.Context(), f.by)
	if err != nil || len(file.Evidence) != 2 {
		t.Fatalf("%d files are kept, %v", len(file.Evidence), err)
	}
	slices.SortFunc(file.Evidence, func(a, b complaint.Evidence) int { return int(a.Size - b.Size) }) // both came in at one moment
	one := at + "/" + file.Evidence[0].ID
	wants(t, "one", p.get(t, one), 200, "照片")
	got := p.get(t, one+"/file")
	disposition := got.Header.Get("Content-Disposition")
	if got.StatusCode != 200 || got.text != picture || !strings.HasPrefix(disposition, "attachment; filename=\"file.png\"; filename*=UTF-8''") || strings.ContainsAny(disposition, "<\\\u202e") ||
		strings.Contains(disposition, "..") || got.Header.Get("Content-Security-Policy") != "sandbox; default-src 'none'" || got.Header.Get("Content-Type") != "image/png" ||
		got.Header.Get("X-Content-Type-Options") != "nosniff" || got.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("the file comes back as %d, %v", got.StatusCode, got.Header)
	}
	wants(t, "described", p.post(t, one, url.Values{"description": {"合同第一页"}}), 200, "说明改好了", "合同第一页")
	wants(t, "described by nothing", p.post(t, one, url.Values{"description": {""}}), 422, "请写几个字")
	wants(t, "removing", p.get(t, one+"?remove=1"), 200, "要拿掉这一份吗")
	other := o.letIn(t, o.file(t, herAnswers()))
	for name, target := range map[string]string{"another's file": one + "/file", "another's page": one, "none": at + "/nosuch"} {
		if a := other.get(t, target); a.StatusCode != 404 {
			t.Errorf("%s: %d", name, a.StatusCode)
		}
	}
	if a := other.post(t, one, url.Values{"sure": {"1"}}); a.StatusCode != 404 {
		t.Errorf("another removes it: %d", a.StatusCode)
	}
	wants(t, "removed", p.post(t, one, url.Values{"sure": {"1"}}), 200, "拿掉了", "您交了1份材料")
	if a := p.get(t, one+"/file"); a.StatusCode != 404 {
		t.Errorf("what was taken out is still given: %d", a.StatusCode)
	}
	wants(t, "the file", p.get(t, "/zh-Hans/complaints/mine/file"), 200, "已经拿掉，不再提供", "合同第一页", file.Evidence[1].SHA256)
}

// What she wrote when her session had ended is shown to her again, and sent by nobody but her.
func TestMineAfterTheSessionEnded(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	f := o.file(t, herAnswers())
	p := o.letIn(t, f)
	const at = "/zh-Hans/complaints/mine"
	o.later(29 * time.Minute)
	wants(t, "half an hour not over", p.get(t, at), 200, "已收到")
	o.later(31 * time.Minute)
	wants(t, "over", p.get(t, at+"/evidence"), 401, "已经自动退出")
	text := "写了很久的话“<b>”\n第二行"
	asked := p.post(t, at+"/messages", url.Values{"text": {text}})
	wants(t, "a message", asked, 401, "您刚才写的还在")
	back := url.Values{"number": {f.Number}, "code": {f.Code}, "to": {field(t, asked, "to")}, "kept-text": {text}}
	if field(t, asked, "kept-text") == "" {
		t.Fatal("the text is lost")
	}
	wrong := url.Values{"number": {f.Number}, "code": {strings.Repeat("1", 16)}, "to": back["to"], "kept-text": {text}}
	if a := p.post(t, "/zh-Hans/complaints/track", wrong); a.StatusCode != 422 || !strings.Contains(a.words(), "对不上") || field(t, a, "kept-text") == "" {
		t.Error("a wrong code loses the text")
	}
	shown := p.post(t, "/zh-Hans/complaints/track", back)
	wants(t, "let in again", shown, 200, "您刚才写的都在", "还没有发出去", "写了很久的话", "第二行")
	if file, err := o.Complaints.Read(t.Context(), f.by); err != nil || len(file.Messages) != 0 {
		t.Errorf("it was sent without her: %d, %v", len(file.Messages), err)
	}
	o.later(31 * time.Minute)
	asked = p.upload(t, at+"/evidence", upload{"description", "", "扣款短信"}, upload{"photo", "a.png", picture})
	wants(t, "a file", asked, 401, "已经自动退出")
	shown = p.post(t, "/zh-Hans/complaints/track", url.Values{"number": {f.Number}, "code": {f.Code}, "to": {field(t, asked, "to")}, "kept-description": {field(t, asked, "kept-description")}})
	wants(t, "let in with a file", shown, 200, "请再选一次")
	if field(t, shown, "description") != "扣款短信" {
		t.Error("the description is lost")
	}
	o.later(31 * time.Minute)
	asked = p.post(t, at+"/do/withdraw", url.Values{"agree": {"consequences_shown"}, "text": {"累了"}, "sure": {"1"}, "version": {"1"}})
	back = url.Values{"number": {f.Number}, "code": {f.Code}, "to": {field(t, asked, "to")}, "kept-text": {"累了"}, "kept-agree": {"consequences_shown"}}
	shown = p.post(t, "/zh-Hans/complaints/track", back)
	wants(t, "let in to withdraw", shown, 200, "累了", "撤回投诉")
	if o.events(t, f, dispute.Withdraw) != 0 {
		t.Error("it was withdrawn without her")
	}
	for name, to := range map[string]string{"another site": "//evil.example/complaints/mine", "another page": "/settings", "upwards": "/complaints/mine/../../settings"} {
		a := o.phone().post(t, "/zh-Hans/complaints/track", url.Values{"number": {f.Number}, "code": {f.Code}, "to": {to}})
		if !strings.Contains(a.text, "<dl class=\"rows try\">") {
			t.Errorf("%s: leads elsewhere than to her file", name)
		}
	}
	for range 20 { // used all the time, it still ends
		o.later(25 * time.Minute)
		p.get(t, at)
	}
	wants(t, "after eight hours", p.get(t, at), 401)
}

func TestMineSignOut(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	p := o.letIn(t, o.file(t, herAnswers()))
	token := p.cookies["__Host-file"]
	wants(t, "out", p.post(t, "/zh-Hans/complaints/mine/leave", url.Values{}), 200, "您已经退出")
	if p.cookies["__Host-file"] != "" {
		t.Error("the cookie stays")
	}
	p.cookies["__Host-file"] = token
	wants(t, "with the old token", p.get(t, "/zh-Hans/complaints/mine"), 401)
	wants(t, "out again", p.post(t, "/zh-Hans/complaints/mine/leave", url.Values{}), 200, "您已经退出")
}

// The bundle verifies by itself, holds the receipt's bytes, and no name in it leads out of its folder.
func TestMineBundle(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	f := o.file(t, herAnswers())
	p := o.letIn(t, f)
	const at = "/zh-Hans/complaints/mine"
	p.upload(t, at+"/evidence", upload{"description", "", "短信"}, upload{"photo", "../../etc/\u202epasswd", picture})
	o.later(time.Minute)
	p.upload(t, at+"/evidence", upload{"description", "", "短信二"}, upload{"photo", "CON.png", picture + "2"})
	p.post(t, at+"/messages", url.Values{"text": {"你好"}})
	got := p.get(t, at+"/file.zip")
	if got.StatusCode != 200 || got.Header.Get("Content-Type") != "application/zip" || !strings.HasPrefix(got.Header.Get("Content-Disposition"), "attachment") {
		t.Fatalf("%d, %v", got.StatusCode, got.Header)
	}
	z, err := zip.NewReader(strings.NewReader(got.text), int64(len(got.text)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, e := range z.File {
		r, err := e.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if !regexp.MustCompile(`^(evidence/\d\d-)?[\p{L}\p{N}_. ()-]+$`).MatchString(e.Name) || strings.Contains(e.Name, "..") {
			t.Errorf("a file is called %q", e.Name)
		}
		files[e.Name] = string(data)
	}
	sum := func(s string) string { h := sha256.Sum256([]byte(s)); return hex.EncodeToString(h[:]) }
	verified := 0
	for line := range strings.Lines(files["SHA256SUMS"]) {
		hash, name, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		if !ok || sum(files[name]) != hash {
			t.Errorf("%q does not verify", line)
		}
		verified++
	}
	if verified != len(files)-1 {
		t.Errorf("%d of %d files have a sum", verified, len(files)-1)
	}
	if sum(files["complaint.json"]) != f.SHA256 {
		t.Error("complaint.json is not what the receipt vouches for")
	}
	if files["evidence/01-passwd.png"] != picture || files["evidence/02-file.png"] != picture+"2" {
		t.Errorf("the files are called %v", slices.Sorted(func(yield func(string) bool) {
			for n := range files {
				if !yield(n) {
					return
				}
			}
		}))
	}
	var m struct {
		Number, SHA256 string
		Files          []struct{ Path, SHA256, Description string }
	}
	if err := json.Unmarshal([]byte(files["manifest.json"]), &m); err != nil || m.Number != f.Number || m.SHA256 != f.SHA256 || len(m.Files) != len(files)-2 {
		t.Errorf("the manifest: %v, %+v", err, m)
	}
	for _, want := range []string{`href="evidence/01-passwd.png"`, herStory, "你好", f.SHA256, `<html lang="zh-Hans"`, "<style>"} {
		if !strings.Contains(files["index.html"], want) {
			t.Errorf("index.html lacks %q", want)
		}
	}
	if m := bareKey.FindString(wordsOf(files["index.html"])); m != "" || regexp.MustCompile(`(href|src)="(/|https?:)`).MatchString(files["index.html"]) {
		t.Errorf("index.html shows a key %q, or needs this site", m)
	}
	// Programs get the same.
	token, _, err := o.Complaints.SignIn(t.Context(), "192.0.2.201", f.Number, f.Code)
	if err != nil {
		t.Fatal(err)
	}
	call := "/api/v1/complaints/" + f.Number + "/file"
	bytes := body(t, o.ask(http.MethodGet, call, header("Authorization", "Bearer "+token), header("Accept-Language", "en")))
	if z, err := zip.NewReader(strings.NewReader(bytes), int64(len(bytes))); err != nil || len(z.File) != len(files) {
		t.Errorf("the program's bundle: %v", err)
	}
	if r := o.ask(http.MethodGet, call); r.StatusCode != 401 {
		t.Errorf("a program without a token gets %d", r.StatusCode)
	}
	if a := o.phone().get(t, at+"/file.zip"); a.StatusCode != 401 {
		t.Errorf("a stranger gets %d", a.StatusCode)
	}
}

func TestMineContact(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	f := o.file(t, herAnswers())
	p := o.letIn(t, f)
	const at = "/zh-Hans/complaints/mine/contact"
	page := p.get(t, at)
	wants(t, "now", page, 200)
	if !strings.Contains(page.text, herPhone) {
		t.Error("the present number is not shown")
	}
	wants(t, "no telephone", p.post(t, at, url.Values{"name": {herName}, "phone": {"12"}, "ways": {"phone"}}), 422, "有地方要改")
	wants(t, "changed", p.post(t, at, url.Values{"name": {herName}, "phone": {"13700137000"}, "ways": {"phone"}}), 200, "联系方式改好了")
	file, err := o.Complaints.Read(t.Context(), f.by)
	if err != nil || file.Person.Contact.Phone != "13700137000" || file.Filed.Contact.Phone != herPhone {
		t.Errorf("kept: %+v, filed: %+v, %v", file.Person.Contact, file.Filed.Contact, err)
	}
}
