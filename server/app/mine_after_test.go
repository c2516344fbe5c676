package app

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"anxin/server/complaint"
	"anxin/server/dispute"
)

// clerk is an officer of the tests.
var clerk = complaint.Staff{ID: "officer-1", Name: "工作人员甲", Actor: dispute.Officer}

// sends lets an officer send what lies drafted.
func (o *office) sends(t *testing.T) {
	t.Helper()
	list, err := o.Complaints.Letters(t.Context(), clerk)
	if err != nil || len(list) == 0 {
		t.Fatalf("nothing lies drafted: %v", err)
	}
	for _, l := range list {
		if err := o.Complaints.SentLetter(t.Context(), clerk, l.ID, "post", o.now()); err != nil {
			t.Fatal(err)
		}
	}
}

// consented leads a complaint to where its letter lies drafted.
func (o *office) consented(t *testing.T, f filed) {
	t.Helper()
	o.does(t, f, dispute.Officer, 0, dispute.Accept, "")
	for _, act := range []complaint.Act{
		{Event: dispute.ChooseInstitution, Facts: []dispute.Fact{dispute.CostShown, dispute.ReceiverNamed}},
		{Leg: 1, Event: dispute.GiveConsent, Facts: []dispute.Fact{dispute.SeparateConsent}},
	} {
		if err := o.Complaints.Do(t.Context(), f.by, act); err != nil {
			t.Fatal(err)
		}
	}
}

// A letter is hers to read once it was sent, as it was sent, and nobody else's.
func TestMineLetters(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	f, other := o.file(t, herAnswers()), o.file(t, herAnswers())
	o.consented(t, f)
	p := o.letIn(t, f)
	const at = "/zh-Hans/complaints/mine"
	wants(t, "drafted", p.get(t, at+"/letters/1"), 404)
	if a := p.get(t, at); strings.Contains(a.text, "我们替您寄出的信") {
		t.Error("a letter that nobody has sent is listed")
	}
	o.sends(t)
	o.later(time.Minute)
	a := p.get(t, at)
	wants(t, "listed", a, 200, "我们替您寄出的信", "把投诉交给公司", "2026年11月25日（星期三），邮寄")
	for lang, words := range map[string][]string{
		"zh-Hans": {"这封信把您的投诉交给公司", "样本银行（虚构）", "2026年11月25日（星期三），邮寄"},
		"zh-Hant": {"這封信把您的投訴交給公司", "2026年11月25日（星期三），郵寄"}, "en": {"This letter passes your complaint to the firm"},
	} {
		a := p.get(t, "/"+lang+"/complaints/mine/letters/1")
		wants(t, lang, a, 200, append(words, "转交消费者投诉", herStory)...)
		if !strings.Contains(a.text, `<div class="letter" lang="zh-Hans">`) || !strings.Contains(a.text, `class="alone"`) {
			t.Errorf("%s: the letter is not marked as what it is", lang)
		}
	}
	for _, n := range []string{"2", "0", "-1", "01", "1x", "９"} {
		wants(t, "letter "+n, p.get(t, at+"/letters/"+url.PathEscape(n)), 404)
	}
	wants(t, "another's", o.letIn(t, other).get(t, at+"/letters/1"), 404)
	wants(t, "a stranger", o.phone().get(t, at+"/letters/1"), 401)
	wants(t, "the whole file", p.get(t, at+"/file"), 200, "我们替您寄出的信", "转交消费者投诉", "我们告诉过您什么", "打电话：还没有送到，会接着送", "站内消息：您看过了")
}

// After the end she says whether it is solved, changes her mind, and finds the ways that are left.
func TestMineSurvey(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	f := o.file(t, herAnswers())
	p := o.letIn(t, f)
	const at, survey = "/zh-Hans/complaints/mine", "/zh-Hans/complaints/mine/survey"
	if a := p.get(t, survey); a.StatusCode != 200 || !strings.Contains(a.text, "我的投诉") {
		t.Errorf("under way she is shown %d", a.StatusCode)
	}
	if err := o.Complaints.Do(t.Context(), f.by, complaint.Act{Event: dispute.Solve}); err != nil {
		t.Fatal(err)
	}
	if a := p.get(t, at); strings.Contains(a.text, `<a class="btn" href="`+survey) {
		t.Error("she is pressed before she is asked")
	}
	o.later(7 * 24 * time.Hour)
	if _, err := o.Complaints.SweepSurveys(t.Context()); err != nil {
		t.Fatal(err)
	}
	p = o.letIn(t, f)
	a := p.get(t, at)
	wants(t, "asked", a, 200, "后来怎么样了？", "告诉我们，解决了没有")
	if strings.Count(a.text, `href="`+survey+`"`) != 3 { // in the notice, as a button, among her papers
		t.Error("the question is not to be found")
	}
	a = p.get(t, survey)
	wants(t, "the question", a, 200, "事情解决了吗？", "2026年11月25日结束了")
	if strings.Contains(a.text, " checked") {
		t.Error("an answer is chosen before she chose one")
	}
	wants(t, "nothing chosen", p.post(t, survey, url.Values{"text": {"钱没有到"}}), 422, "请选一项", "钱没有到")
	wants(t, "too long", p.post(t, survey, url.Values{"answer": {"no"}, "text": {strings.Repeat("长", 5001)}}), 422, "现在多了1个")
	a = p.post(t, survey, url.Values{"answer": {"no"}, "text": {"<em>钱没有到</em>"}})
	wants(t, "not solved", a, 200, "您的回答，我们记下了", "没有解决（2026年12月2日）", "<em>钱没有到</em>", "再打开这件投诉", "别的路")
	wants(t, "solved", p.post(t, survey, url.Values{"answer": {"yes"}}), 200, "解决了（2026年12月2日）", "那就好")
	if a := p.get(t, survey); strings.Contains(a.text, "别的路") || strings.Contains(a.text, "钱没有到") {
		t.Error("what she has taken back still stands there")
	}
	a = p.get(t, at)
	if wants(t, "answered", a, 200, "解决了（2026年12月2日）"); strings.Contains(a.text, `<a class="btn" href="`+survey) {
		t.Error("she is asked again")
	}
	wants(t, "a stranger", o.phone().get(t, survey), 401)
	wants(t, "a stranger answers", o.phone().post(t, survey, url.Values{"answer": {"no"}}), 401)
	wants(t, "the whole file", p.get(t, at+"/file"), 200, "事情解决了吗？")
	for _, lang := range []string{"zh-Hant", "en"} {
		wants(t, lang, p.get(t, "/"+lang+"/complaints/mine/survey"), 200)
	}
	if err := o.Complaints.Do(t.Context(), f.by, complaint.Act{Event: dispute.Reopen, Text: "钱没有到"}); err != nil {
		t.Fatal(err)
	}
	if a := p.post(t, survey, url.Values{"answer": {"no"}}); a.StatusCode != 200 || !strings.Contains(a.text, "我的投诉") {
		t.Errorf("opened again she is shown %d", a.StatusCode)
	}
}
