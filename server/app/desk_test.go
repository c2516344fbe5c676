package app

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"anxin/server/account"
	"anxin/server/complaint"
	"anxin/server/dispute"
)

var caseOnPage = regexp.MustCompile(`href="(/console/cases/[^"/?#]+)"`)

// casePage finds her case in the queue and opens it.
func (s *seat) casePage(t *testing.T) string {
	t.Helper()
	a := s.sees(t, "/console/queue")
	m := caseOnPage.FindStringSubmatch(a.text)
	if m == nil {
		t.Fatalf("no case in the queue: %d %s", a.StatusCode, a.words())
	}
	return m[1]
}

// does goes the whole way of an event: the form, the preview, and done.
func (s *seat) does(t *testing.T, at, event, leg string, pairs ...string) (preview answer) {
	t.Helper()
	target := at + "/do/" + event + "?leg=" + leg
	a := s.sees(t, target)
	a.is(t, event, 200)
	version := field(t, a, "version")
	preview = s.sends(t, target, append(pairs, "version", version)...)
	preview.is(t, event+" looked at", 200, `name="sure" value="1"`)
	done := s.sends(t, target, append(pairs, "version", version, "sure", "1")...)
	if done.StatusCode != 303 && !strings.Contains(done.text, `class="notice done"`) {
		t.Fatalf("%s is not done: %d %s", event, done.StatusCode, done.words())
	}
	return preview
}

// An officer finds the case in every way, reads it, and takes it up after having seen what she will read.
func TestOfficerWorksACase(t *testing.T) {
	t.Parallel()
	o := openConsole(t)
	f := o.file(t, herAnswers())
	s := o.employs(t, account.Officer, "林晓")
	at := s.casePage(t)
	if strings.Contains(at, f.Number) {
		t.Error("the number stands in an address")
	}
	for _, query := range []string{f.Number, herAnswers().Contact.Name, herAnswers().Contact.Phone} {
		s.sees(t, "/console/queue")
		s.sends(t, "/console/find", "query", query).is(t, "find by "+query, 200, at)
	}
	s.sends(t, "/console/find", "query", " ").is(t, "find nothing", 422, "请填这一项")
	s.sends(t, "/console/find", "query", "没有这个人").is(t, "find nobody", 200, "没有找到")
	page := s.sees(t, at)
	page.is(t, "the case", 200, complaint.Grouped(f.Number), herAnswers().What, at+"/do/accept?leg=0", at+"/do/refuse?leg=0")
	if reach, tel := strings.Index(page.text, `id="reach"`), strings.Index(page.text, `href="tel:`+herPhone); reach < 0 || tel < reach {
		t.Errorf("a telephone number stands before how to reach her: %d, %d", reach, tel)
	}
	s.sends(t, at+"/notes", "note", "金丝雀便条").is(t, "a note", 200, "金丝雀便条", "记录存好了")
	s.sends(t, at+"/messages", "text", "").is(t, "an empty message", 422, "请写几句")
	s.sends(t, at+"/messages", "text", "请您放心").is(t, "a message", 200, "请您放心")
	s.sends(t, at+"/assign", "staff", s.ID).is(t, "assigned", 200, "安排好了")
	refusal := s.sees(t, at+"/do/refuse?leg=0")
	version := field(t, refusal, "version")
	s.sends(t, at+"/do/refuse?leg=0", "version", version, "text", "金丝雀理由").is(t, "a refusal without a door", 422, "金丝雀理由", `href="#door-`)
	version = field(t, s.sees(t, at+"/do/accept?leg=0"), "version")
	preview := s.does(t, at, "accept", "0", "text", "我们收下了")
	preview.is(t, "the preview", 200, "我们受理了您的投诉。接下来，我们请您同意把它交给公司。", "我们收下了", `lang="zh-Hans"`)
	s.sends(t, at+"/do/accept?leg=0", "version", version, "sure", "1").is(t, "accepting twice", 409, "又往前走了一步")
	whole, err := o.Complaints.Read(t.Context(), f.by)
	if err != nil || whole.Case.State != dispute.Accepted {
		t.Fatalf("the case is %s, %v", whole.Case.State, err)
	}
	hers := o.letIn(t, f)
	hers.get(t, "/zh-Hans/complaints/mine/messages").is(t, "her messages", 200, "请您放心")
	if got := hers.get(t, "/zh-Hans/complaints/mine/file"); strings.Contains(got.text, "金丝雀") {
		t.Error("a note of the staff, or a refusal that was not made, reached her")
	}
}

// What she writes is new until an officer has its page before them: a form about the case shows nothing of it.
func TestNewUntilItIsShown(t *testing.T) {
	t.Parallel()
	o := openConsole(t)
	f := o.file(t, herAnswers())
	s := o.employs(t, account.Officer, "林晓")
	at := s.casePage(t)
	const view = "/console/queue?view=news"
	s.sees(t, view).is(t, "nobody has opened it", 200, at)
	s.sees(t, at)
	if a := s.sees(t, view); strings.Contains(a.text, at) {
		t.Errorf("it is still new: %s", a.words())
	}
	if err := o.Complaints.Say(t.Context(), f.by, "请看新的单子"); err != nil {
		t.Fatal(err)
	}
	for _, form := range []string{"/do/refuse?leg=0", "/firm", "/recuse"} {
		s.sees(t, at+form).is(t, form, 200)
	}
	s.sees(t, view).is(t, "she wrote", 200, at, "有1条新留言")
	s.sees(t, at).is(t, "the case", 200, "请看新的单子")
	if a := s.sees(t, view); strings.Contains(a.text, at) {
		t.Errorf("it is still new: %s", a.words())
	}
}

// Who is changed under, keeps what was typed.
func TestAChangedCaseKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	o := openConsole(t)
	f := o.file(t, herAnswers())
	s := o.employs(t, account.Officer, "林晓")
	at := s.casePage(t)
	target := at + "/do/ask_info?leg=0"
	version := field(t, s.sees(t, target), "version")
	o.does(t, f, dispute.Citizen, 0, dispute.FlagEmergency, "")
	o.does(t, f, dispute.Citizen, 0, dispute.Resume, "")
	a := s.sends(t, target, "version", version, "text", "金丝雀清单")
	a.is(t, "a changed case", 409, "金丝雀清单")
	if field(t, a, "version") == version {
		t.Error("the form still has the old version")
	}
}

// A firm without an account: the letter is printed, its dispatch noted, its answer entered with what was written down of the call.
func TestOfficerEntersWhatAFirmSaysByTelephone(t *testing.T) {
	t.Parallel()
	o := openConsole(t)
	f := o.file(t, herAnswers())
	s := o.employs(t, account.Officer, "林晓")
	at := s.casePage(t)
	s.does(t, at, "accept", "0")
	o.does(t, f, dispute.Citizen, 0, dispute.ChooseInstitution, "", dispute.CostShown, dispute.ReceiverNamed)
	o.does(t, f, dispute.Citizen, 1, dispute.GiveConsent, "", dispute.SeparateConsent)
	list := s.sees(t, "/console/letters")
	m := regexp.MustCompile(`href="(/console/letters/[^"/?#]+)"`).FindStringSubmatch(list.text)
	if m == nil {
		t.Fatalf("no letter is drafted: %d %s", list.StatusCode, list.words())
	}
	s.sees(t, m[1]).is(t, "the letter", 200, "转交消费者投诉", complaint.Grouped(f.Number), `class="alone"`)
	s.sends(t, m[1], "way", "", "on", "昨天").is(t, "a day that is none", 422, `href="#way-post"`, `href="#on"`)
	s.sends(t, m[1], "way", "post", "on", o.now().Format("2006-01-02")).is(t, "sent", 200, "信已经寄出")
	answering := []string{
		"outcome", "relief_offered", "decision", "公司同意退钱", "promise", "1200.50", "paper", "note", "way", "phone", "note", "客服王某来电",
	}
	preview := s.does(t, at, "answer", "1", answering...)
	preview.is(t, "the answer", 200, "公司同意退钱", "答应给的钱", "1200元5角")
	if strings.Contains(wordsOf(preview.text[strings.Index(preview.text, "<main"):strings.Index(preview.text, "<form action=\"/console/cases")]), "客服王某来电") {
		t.Error("she would read the note of the call")
	}
	whole, err := o.Complaints.Read(t.Context(), f.by)
	if leg, _ := whole.Case.Leg(1); err != nil || leg.State != dispute.Answered || leg.Outcome != dispute.ReliefOffered {
		t.Fatalf("the leg is %+v, %v", leg, err)
	}
}

// A handler works what was handed over to his firm, and sees what was consented; nothing else is there for him.
func TestHandlerAnswersForHisFirm(t *testing.T) {
	t.Parallel()
	o := openConsole(t)
	a := herAnswers()
	a.Firm.ID, a.Firm.Name, a.Reach.Note = "bank", "样本银行（虚构）", "金丝雀备注"
	f := o.file(t, a)
	officer, handler := o.employs(t, account.Officer, "林晓"), o.employs(t, account.Handler, "经办")
	at := officer.casePage(t)
	for _, path := range []string{at, at + "/do/answer?leg=1", at + "/recuse", at + "/paper", "/console/cases/none"} {
		handler.sees(t, path).is(t, path, 404)
	}
	for _, path := range []string{"/console/calls", "/console/letters", "/console/codes", "/console/new"} {
		handler.sees(t, path).is(t, path, 403)
	}
	officer.does(t, at, "accept", "0")
	o.does(t, f, dispute.Citizen, 0, dispute.ChooseInstitution, "", dispute.CostShown, dispute.ReceiverNamed)
	o.does(t, f, dispute.Citizen, 1, dispute.GiveConsent, "", dispute.SeparateConsent)
	officer.does(t, at, "hand_over", "1", "way", "account")
	if got := handler.casePage(t); got != at {
		t.Errorf("he has %s in his queue", got)
	}
	page := handler.sees(t, at)
	page.is(t, "his page", 200, a.What, at+"/do/answer?leg=1", "写给消委会")
	for _, canary := range []string{"金丝雀", a.Contact.Phone, "内部记录", at + "/assign"} {
		if strings.Contains(page.text, canary) {
			t.Errorf("he reads %s", canary)
		}
	}
	target := at + "/do/answer?leg=1"
	version := field(t, handler.sees(t, target), "version")
	handler.sends(t, target, "version", version, "outcome", "explanation_only", "decision", "不退").is(t, "an answer that lacks what Art. 19 wants", 422, `href="#found"`, `href="#basis"`, `href="#ways"`)
	handler.sees(t, target).is(t, "without a file of the firm's", 200, at+"/paper?back=answer")
	token := field(t, handler.last, "token")
	scan := func(file ...upload) answer {
		return handler.upload(t, at+"/paper?back=answer&leg=1", append([]upload{{field: "token", text: token}, {field: "description", text: "答复信第一页"}}, file...)...)
	}
	handler.sees(t, at+"/paper?back=answer&leg=1").is(t, "the page of a file", 200, "添加公司的文件", "马上能看到")
	scan().is(t, "no file", 422, "答复信第一页", `href="#file"`)
	back := scan(upload{field: "file", name: "答复.png", text: picture + "the letter"})
	back.is(t, "back at the answer", 200, "答复信第一页", `name="paper"`)
	m := regexp.MustCompile(`id="paper-([A-Z2-7]{26})"`).FindStringSubmatch(back.text)
	if m == nil {
		t.Fatalf("no file to choose: %s", back.words())
	}
	file := m[1]
	handler.does(t, at, "answer", "1", "outcome", "explanation_only", "decision", "按合同办理", "found", "核对了合同", "basis", "合同第三条", "ways", "可以申请核查", "agree", "reasons_complete", "agree", "from_branch", "paper", file)
	her := o.letIn(t, f)
	her.get(t, "/zh-Hans/complaints/mine").is(t, "her file", 200, "按合同办理", "核对了合同")
	her.get(t, "/zh-Hans/complaints/mine/evidence").is(t, "her files", 200, "答复信第一页", "公司")
	for name, s := range map[string]*seat{"the officer": officer, "the handler": handler} {
		s.sees(t, at).is(t, name, 200, "答复信第一页", at+"/evidence/"+file)
	}
}

// Whom a case touches leaves it, and there is no way back.
func TestRecusedSeesItNoMore(t *testing.T) {
	t.Parallel()
	o := openConsole(t)
	o.file(t, herAnswers())
	s, other := o.employs(t, account.Officer, "林晓"), o.employs(t, account.Officer, "江明")
	at := s.casePage(t)
	s.sees(t, at+"/recuse").is(t, "the page", 200, "不能恢复")
	s.sends(t, at+"/recuse", "reason", "金丝雀邻居").is(t, "without the tick", 422, "金丝雀邻居", `href="#sure-1"`)
	s.sends(t, at+"/recuse", "reason", "是我的邻居", "sure", "1").is(t, "recused", 200, "您已经回避")
	s.sees(t, at).is(t, "the case afterwards", 404)
	other.sees(t, at).is(t, "a colleague", 200)
}

// A complaint is taken down on the telephone: what is wrong is told, what is right read back, and filed once.
func TestOfficerFilesForHer(t *testing.T) {
	t.Parallel()
	o := openConsole(t)
	s := o.employs(t, account.Officer, "林晓")
	a := s.sees(t, "/console/new")
	a.is(t, "the questions", 200, "钱是不是刚刚转出去", `name="firm.name"`)
	fields := url.Values{
		"key": {field(t, a, "key")}, "way": {"phone"}, "language": {"zh-Hans"}, "for.for": {"self"}, "firm.name": {"样本银行"}, "product.product": {herAnswers().Product},
		"what.what": {"金丝雀经过"}, "what.account": {"1"}, "when.when": {"去年春天"}, "amount.amount_fen": {"1200"}, "want.wants": {"refund"}, "tried.firm": {"none"},
		"contact.name": {"林女士"}, "contact.phone": {"12"}, "reach.ways": {"phone"},
	}
	send := func(more ...string) answer {
		var pairs []string
		for name, v := range fields {
			pairs = append(pairs, name, v[0])
		}
		return s.sends(t, "/console/new", append(pairs, more...)...)
	}
	send().is(t, "a number that is none", 422, "金丝雀经过", `href="#contact.phone"`)
	fields.Set("contact.phone", "13800138000")
	send().is(t, "read back", 200, "请念给本人听", "金丝雀经过", `value="bank"`)
	send("sure", "1").is(t, "without her yes", 422, `href="#agree-read_back"`)
	filed := send("sure", "1", "pick", "bank", "agree", "read_back", "agree", "warned")
	filed.is(t, "filed", 200, "投诉已经提交", "样本银行（虚构）")
	again := send("sure", "1", "pick", "bank", "agree", "read_back", "agree", "warned")
	number := regexp.MustCompile(`\d{4} \d{4} \d{5}`)
	if one, two := number.FindString(filed.text), number.FindString(again.text); one == "" || one != two {
		t.Errorf("filed as %q, and again as %q", one, two)
	}
	if n := len(caseOnPage.FindAllString(s.sees(t, "/console/queue").text, -1)); n != 1 {
		t.Errorf("%d complaints were filed", n)
	}
	reload := s.sees(t, "/console/new/done")
	if one, two := number.FindString(filed.text), number.FindString(reload.text); one != two {
		t.Errorf("loaded again, it shows %q and not %q", two, one)
	}
	other := o.employs(t, account.Officer, "江明")
	other.cookies["__Host-taken"] = s.cookies["__Host-taken"]
	other.sees(t, "/console/new/done").is(t, "a colleague", 200, "这里没有收据了")
	s.sees(t, "/console/new").is(t, "the next one", 200, "照招牌、合同或者短信上的写")
	s.sees(t, "/console/new/done").is(t, "after the next was begun", 200, "这里没有收据了")
	s.sees(t, s.casePage(t)).is(t, "the case", 200, "金丝雀经过")
}

// Who says that the code is lost, is asked by the contact on file; the new one is shown once.
func TestOfficerGivesANewCode(t *testing.T) {
	t.Parallel()
	o := openConsole(t)
	f := o.file(t, herAnswers())
	s := o.employs(t, account.Officer, "林晓")
	who := herAnswers().Contact
	if err := o.Complaints.RequestCode(t.Context(), "203.0.113.9", f.Number, who.Name, who.Phone); err != nil {
		t.Fatal(err)
	}
	a := s.sees(t, "/console/codes")
	a.is(t, "the list", 200, complaint.Grouped(f.Number))
	id := regexp.MustCompile(`/console/codes/([^"#]+)`).FindStringSubmatch(a.text)[1]
	s.sends(t, "/console/codes/"+id, "confirmed-"+id, "").is(t, "without how", 422, `href="#confirmed-`+id)
	given := s.sends(t, "/console/codes/"+id, "confirmed-"+id, "打了登记的电话")
	given.is(t, "given", 200, "新的查询码")
	code := regexp.MustCompile(`\d{4} \d{4} \d{4} \d{4}`).FindString(given.text)
	if _, _, err := o.Complaints.SignIn(t.Context(), "203.0.113.9", f.Number, code); err != nil {
		t.Errorf("the new code %q does not open it: %v", code, err)
	}
	if strings.Contains(s.sees(t, "/console/codes").text, code) {
		t.Error("the code is shown again")
	}
}

// A call: how to reach her first, what to say, and how it ended.
func TestOfficerCalls(t *testing.T) {
	t.Parallel()
	o := openConsole(t)
	a := herAnswers()
	a.Reach.Ways, a.Reach.Note = []string{"phone"}, "别打座机"
	f := o.file(t, a)
	s := o.employs(t, account.Officer, "林晓")
	o.does(t, f, dispute.Officer, 0, dispute.AskInfo, "缺一张账单", dispute.MissingListed)
	page := s.sees(t, "/console/calls")
	page.is(t, "the list", 200, "别打座机", "告诉到了")
	if note, tel := strings.Index(page.text, "别打座机"), strings.Index(page.text, `href="tel:`+herPhone); note < 0 || tel < note {
		t.Error("the number stands before what to mind")
	}
	m := regexp.MustCompile(`action="(/console/calls/[^"]+)"`).FindStringSubmatch(page.text)
	s.sends(t, m[1], "outcome", "reached").is(t, "called", 200, "记下了")
	s.last = page
	s.sends(t, m[1], "outcome", "reached").is(t, "called twice", 422, "已经有人办了")
}
