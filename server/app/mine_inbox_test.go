package app

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"anxin/server/complaint"
	"anxin/server/dispute"
	"anxin/server/intake"
)

// What she was told lies in her file as new until her visit is over, and then in the timeline alone.
func TestMineNotices(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	f := o.file(t, herAnswers())
	const at = "/zh-Hans/complaints/mine"
	block := func(a answer) string {
		_, after, found := strings.Cut(a.text, "<h2>给您的消息</h2>")
		if !found {
			return ""
		}
		block, _, _ := strings.Cut(after, "</ol>")
		return wordsOf(block)
	}
	p := o.letIn(t, f)
	if got := block(p.get(t, at)); got != "" {
		t.Errorf("what she did herself is new to her: %s", got)
	}
	o.does(t, f, dispute.Officer, 0, dispute.AskInfo, "请寄合同", dispute.MissingListed)
	o.later(time.Minute)
	o.does(t, f, dispute.Officer, 0, dispute.Supply, "", dispute.ReadBack)
	p.send(t, http.MethodHead, at, "", nil)
	for range 2 { // she looks elsewhere and comes back
		a := p.get(t, at)
		wants(t, "told", a, 200)
		got := block(a)
		supplied, asked := strings.Index(got, "10:01 新"), strings.Index(got, "10:00 新")
		if supplied < 0 || asked < supplied {
			t.Errorf("the newest is not first: %q", got)
		}
		o.later(10 * time.Minute)
	}
	if got := strings.Count(o.phone().get(t, at).text, "给您的消息"); got != 0 {
		t.Error("without a session there is a message")
	}
	o.later(time.Hour)
	p = o.letIn(t, f)
	if got := block(p.get(t, at)); got != "" {
		t.Errorf("after her visit it is still new: %s", got)
	}
	// What stands in no timeline can be read again.
	change := func() {
		t.Helper()
		if err := o.Complaints.ChangeContact(t.Context(), f.by, intake.Contact{Name: herName, Phone: "13900139000"}, intake.Reach{Ways: []string{"phone"}}); err != nil {
			t.Fatal(err)
		}
	}
	change()
	if got := block(p.get(t, at)); !strings.Contains(got, "您的联系方式改了") {
		t.Errorf("of the change of her contact she reads %q", got)
	}
	o.later(time.Hour)
	p = o.letIn(t, f)
	a := p.get(t, at)
	_, earlier, found := strings.Cut(a.text, "<summary>看过的消息</summary>")
	if !found || !strings.Contains(earlier, "您的联系方式改了") || block(a) != "" {
		t.Error("what stands nowhere else is gone")
	}
	for _, lang := range []string{"zh-Hant", "en"} {
		wants(t, lang, p.get(t, "/"+lang+"/complaints/mine"), 200)
	}
}

// The language of the page on which she files, or changes how she is reached, is that of what she is told.
func TestLanguageOfNotices(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	f := o.file(t, herAnswers())
	p := o.letIn(t, f)
	p.post(t, "/en/complaints/mine/contact", url.Values{"name": {herName}, "phone": {herPhone}, "ways": {"phone"}})
	file, err := o.Complaints.Read(t.Context(), f.by)
	if err != nil || file.Person.Reach.Language != "en" {
		t.Errorf("she is told in %q, %v", file.Person.Reach.Language, err)
	}
	wrong := herAnswers()
	wrong.Reach.Language = "fr"
	if _, err := o.Complaints.Submit(t.Context(), complaint.NewKey(), wrong); err == nil {
		t.Error("she is told in a language that nobody here speaks")
	}
}
