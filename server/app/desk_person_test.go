package app

import (
	"strings"
	"testing"

	"anxin/server/account"
	"anxin/server/dispute"
	"anxin/server/intake"
)

// Who confirms a person calls that person: number and hours stand before the questions, and no number of the helper's.
func TestOfficerConfirmsAPerson(t *testing.T) {
	t.Parallel()
	o := openConsole(t)
	a := herAnswers()
	a.For, a.Consents.Helper = intake.ForOther, true
	a.Helper = &intake.Helper{Name: "陈先生", Phone: "13900139000", Relation: "child", Authority: "told"}
	a.Reach.Hours, a.Reach.Note = []string{intake.Hours[0]}, "别打座机"
	o.file(t, a)
	s := o.employs(t, account.Officer, "林晓")
	page := s.sees(t, s.casePage(t)+"/do/confirm_person?leg=0")
	page.is(t, "the page", 200, "别打座机", "上午")
	note, tel, ask := strings.Index(page.text, "别打座机"), strings.Index(page.text, `href="tel:`+herPhone), strings.Index(page.text, "<form action=\"/console/cases")
	if note < 0 || tel < note || ask < tel {
		t.Errorf("what to mind stands at %d, the number at %d, the questions at %d", note, tel, ask)
	}
	if strings.Contains(page.text, "13900139000") {
		t.Error("the helper's number stands there")
	}
}

// A firm that she named in her own words is found on the list, after a second look.
func TestOfficerFindsTheFirm(t *testing.T) {
	t.Parallel()
	o := openConsole(t)
	a := herAnswers()
	a.Firm.ID, a.Firm.Name = "", "那家样本银行"
	o.file(t, a)
	s := o.employs(t, account.Officer, "林晓")
	at := s.casePage(t)
	s.sees(t, at).is(t, "the case", 200, at+"/firm")
	s.sees(t, at+"/firm").is(t, "the page", 200, "那家样本银行")
	s.sends(t, at+"/firm", "query", "没有这家", "search", "1").is(t, "nothing found", 200, "名单上没有这样的公司")
	found := s.sends(t, at+"/firm", "query", "样本银行", "search", "1")
	found.is(t, "found", 200, `value="bank"`)
	version := field(t, found, "version")
	s.sends(t, at+"/firm", "query", "样本银行", "version", version).is(t, "nothing chosen", 422, `href="#pick-bank"`, `href="#sure-1"`)
	s.sends(t, at+"/firm", "query", "样本银行", "version", version, "pick", "bank", "sure", "1").is(t, "named", 200, "公司记下了", "样本银行（虚构）", "那家样本银行")
	s.sees(t, at+"/firm").is(t, "it can still be mended", 200, "样本银行（虚构）")
}

// Whom an officer asks after the end answers on the telephone: the same question, noted on the case's page, and she reads it in her file.
func TestOfficerNotesWhetherItIsSolved(t *testing.T) {
	t.Parallel()
	o := openConsole(t)
	f := o.file(t, herAnswers())
	s := o.employs(t, account.Officer, "林晓")
	at := s.casePage(t)
	if strings.Contains(s.sees(t, at).text, at+"/survey") {
		t.Error("it is asked while the case is under way")
	}
	s.sees(t, at+"/survey").is(t, "under way", 200, "现在不问这个")
	o.does(t, f, dispute.Citizen, 0, dispute.Solve, "")
	s.sees(t, at).is(t, "ended", 200, at+"/survey")
	s.sees(t, at+"/survey").is(t, "the question", 200, "事情解决了吗")
	s.sends(t, at+"/survey", "text", "<em>UHOH</em>").is(t, "nothing chosen", 422, `href="#way-phone"`, `href="#answer-yes"`, `href="#sure-1"`, "&lt;em&gt;UHOH")
	sent := []string{"way", "phone", "answer", "no", "text", "钱没有到。", "sure", "1"}
	s.sends(t, at+"/survey", sent...).is(t, "noted", 200, "回答记下了", "钱没有到。", "没有解决", "电话")
	s.sends(t, at+"/survey", "way", "phone", "answer", "yes", "sure", "1").is(t, "from a page that was opened before", 409, "情况有了变化")
	wants(t, "she reads it", o.letIn(t, f).get(t, "/zh-Hans/complaints/mine/survey"), 200, "您在电话里说的", "钱没有到。")
}
