package app

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"anxin/server/complaint"
	"anxin/server/dispute"
	"anxin/server/locale"
)

// What a firm leaves unanswered moves by itself: the case, the letters, the next door, and nobody did anything but wait.
func TestSilenceOpensTheNextDoor(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	f := o.file(t, herAnswers())
	officer := complaint.Staff{ID: "somebody", Actor: dispute.Officer}
	letters := func() []complaint.Letter {
		t.Helper()
		list, err := o.Complaints.Letters(t.Context(), officer)
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	o.does(t, f, dispute.Officer, 0, dispute.Accept, "", dispute.BarWarningSeen)
	if err := o.Complaints.Do(t.Context(), f.by, complaint.Act{Event: dispute.ChooseInstitution, Facts: []dispute.Fact{dispute.CostShown, dispute.ReceiverNamed}}); err != nil {
		t.Fatal(err)
	}
	if err := o.Complaints.Do(t.Context(), f.by, complaint.Act{Leg: 1, Event: dispute.GiveConsent, Facts: []dispute.Fact{dispute.SeparateConsent}}); err != nil {
		t.Fatal(err)
	}
	drafted := letters()
	if len(drafted) != 1 || drafted[0].Kind != complaint.HandOverLetter {
		t.Fatalf("when she agreed there lay %+v", drafted)
	}
	if err := o.Complaints.SentLetter(t.Context(), officer, drafted[0].ID, "post", o.now()); err != nil {
		t.Fatal(err)
	}
	her := o.letIn(t, f)
	mine := func(lang locale.Code) answer {
		t.Helper()
		a := her.get(t, "/"+string(lang)+"/complaints/mine")
		if a.StatusCode != http.StatusOK {
			t.Fatalf("her page answers %d", a.StatusCode)
		}
		return a
	}
	if strings.Contains(mine(locale.Hans).text, `href="tel:12378"`) {
		t.Error("while the firm has time a door is shown")
	}
	// 25 November, taken as received on 2 December: the firm has until 17 December.
	for range 22 {
		o.later(24 * time.Hour)
		o.Jobs.Once(t.Context())
	}
	her = o.letIn(t, f)
	if words := mine(locale.Hans).words(); strings.Contains(words, "公司没有答复") {
		t.Error("on the last day it is over")
	}
	o.later(24 * time.Hour)
	o.Jobs.Once(t.Context())
	her = o.letIn(t, f)
	page := mine(locale.Hans)
	door := strings.Index(page.text, `href="tel:12378"`)
	if door < 0 || door > strings.Index(page.text, "<h2>别的路") {
		t.Error("the next door does not stand first")
	}
	for _, want := range []string{"下一步可以找：金融监管部门（银行、保险）", "公司没有答复", "打12378"} {
		if !strings.Contains(page.words(), want) {
			t.Errorf("her page does not say %q", want)
		}
	}
	for _, lang := range []locale.Code{locale.Hant, locale.En} {
		if !strings.Contains(mine(lang).text, `href="tel:12378"`) {
			t.Errorf("no next door in %s", lang)
		}
	}
	next := letters()
	if len(next) != 2 {
		t.Fatalf("after silence there lie %+v", next)
	}
	for _, l := range next {
		l, err := o.Complaints.Letter(t.Context(), officer, l.ID)
		if err != nil {
			t.Fatal(err)
		}
		text := strings.Join(l.Sheet.Paragraphs, "\n")
		if !strings.Contains(text, "第十八条") || !strings.Contains(text, "2026年12月17日") || strings.Contains(text, herName) {
			t.Errorf("%s says %s", l.Kind, text)
		}
		if err := o.Complaints.SentLetter(t.Context(), officer, l.ID, "post", o.now()); err != nil {
			t.Error(err)
		}
	}
	if strings.Contains(o.log.String(), "level=ERROR") || strings.Contains(o.log.String(), herName) || strings.Contains(o.log.String(), f.Number) {
		t.Errorf("the log says %s", o.log)
	}
}
