package complaint_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"anxin/server/complaint"
	"anxin/server/dispute"
	"anxin/server/fault"
	"anxin/server/store/storetest"
)

// adds lets her add something to what the firm has, or will have.
func (d *desk) adds(t *testing.T, by complaint.Access, text string) {
	t.Helper()
	facts := []dispute.Fact{dispute.ConsentCovers, dispute.RestartWarned}
	if err := d.Do(t.Context(), by, complaint.Act{Leg: 1, Event: dispute.AddFacts, Facts: facts, Text: text}); err != nil {
		t.Fatal(err)
	}
}

// printed is a letter as an officer prints it.
func (d *desk) printed(t *testing.T, id string) string {
	t.Helper()
	l, err := d.Letter(t.Context(), officer, id)
	if err != nil {
		t.Fatal(err)
	}
	return plainly(l)
}

func says(t *testing.T, what, text string, are, aren []string) {
	t.Helper()
	for _, want := range are {
		if !strings.Contains(text, want) {
			t.Errorf("%s lacks %q:\n%s", what, want, text)
		}
	}
	for _, not := range aren {
		if strings.Contains(text, not) {
			t.Errorf("%s has %q:\n%s", what, not, text)
		}
	}
}

// What she adds before her complaint goes out is in the letter, which is another from then on: the one that was printed before is not
// noted as sent.
func TestWhatIsAddedBeforeItGoesOut(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		d := writing(t, db)
		by := d.consented(t, key, answers())
		first := d.drafts(t)[0]
		db.Clock.Move(time.Hour)
		e, err := d.AddEvidence(t.Context(), by, "a.jpg", "新的合同", strings.NewReader("\xFF\xD8\xFF contract"))
		if err != nil {
			t.Fatal(err)
		}
		db.Clock.Move(time.Hour)
		d.adds(t, by, "还有一笔五十元。")
		if f := d.read(t, by); leg(t, f, 1).State != dispute.Consented || len(f.Added) != 1 {
			t.Errorf("it is %s with %d additions", leg(t, f, 1).State, len(f.Added))
		}
		again := d.drafts(t)
		if len(again) != 1 || again[0].Kind != complaint.HandOverLetter || again[0].ID == first.ID {
			t.Fatalf("there wait %+v", again)
		}
		says(t, "the letter", d.printed(t, again[0].ID), []string{"本人2026年12月1日补充: 还有一笔五十元。", "+ 新的合同", "说好没有利息"}, nil)
		if err := d.SentLetter(t.Context(), officer, first.ID, "post", db.Clock.Now()); fault.From(err).Kind != fault.NotFound {
			t.Errorf("what was printed before is noted as sent: %v", err)
		}
		d.send(t, again[0], db.Clock.Now())
		if got := d.drafts(t); len(got) != 0 {
			t.Errorf("sent, there wait %v", kinds(got))
		}
		if l, ok := d.read(t, by).Letter(1); !ok || !slices.Contains(l.Sheet.Enclosures, "新的合同") {
			t.Errorf("she reads %+v of %s", l.Sheet, e.ID)
		}
		verified(t, d)
	})
}

// What she adds while the firm has her complaint is a letter of its own: one for all that waits, which says nothing twice, and which
// the firm's acknowledging does not take away.
func TestWhatIsAddedWhileTheFirmHasIt(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		d := writing(t, db)
		by := d.consented(t, key, answers())
		d.adds(t, by, "寄出以前补充的。")
		d.send(t, d.drafts(t)[0], db.Clock.Now())
		db.Clock.Move(24 * time.Hour)
		d.adds(t, by, "还有一笔五十元。")
		one := d.drafts(t)
		if got := kinds(one); !slices.Equal(got, []string{"added"}) || one[0].Key() != "letter.kind_added" {
			t.Fatalf("there wait %v", got)
		}
		db.Clock.Move(time.Hour)
		if err := d.Do(t.Context(), d.officer(by), complaint.Act{Leg: 1, Event: dispute.Acknowledge, Facts: []dispute.Fact{dispute.ReceiptDated, dispute.PaperKept}}); err != nil {
			t.Fatal(err)
		}
		if still := d.drafts(t); len(still) != 1 || still[0].ID != one[0].ID {
			t.Fatalf("acknowledged, there wait %v", kinds(still))
		}
		if _, err := d.AddEvidence(t.Context(), by, "a.jpg", "新的合同", strings.NewReader("\xFF\xD8\xFF contract")); err != nil {
			t.Fatal(err)
		}
		db.Clock.Move(time.Hour)
		d.adds(t, by, "又有一笔六十元。")
		two := d.drafts(t)
		if len(two) != 1 || two[0].ID == one[0].ID {
			t.Fatalf("there wait %+v", two)
		}
		says(t, "the letter", d.printed(t, two[0].ID), []string{
			"2026年12月1日，我们把一位消费者的投诉交给贵公司", "本人2026年12月2日补充: 还有一笔五十元。", "又有一笔六十元。", "+ 新的合同", "期限重新算", "第十八条",
		}, []string{"寄出以前补充的", "说好没有利息", "13800138000"})
		d.send(t, two[0], db.Clock.Now())
		if f := d.read(t, by); len(f.Letters) != 2 || leg(t, f, 1).State != dispute.Acknowledged || f.Timeline[len(f.Timeline)-1].Told != "dispute.told.facts_sent" {
			t.Errorf("sent, she reads %d letters, it is %s, told %s", len(f.Letters), leg(t, f, 1).State, f.Timeline[len(f.Timeline)-1].Told)
		}
		db.Clock.Move(time.Hour)
		d.adds(t, by, "再补一句。")
		says(t, "the next", d.printed(t, d.drafts(t)[0].ID), []string{"再补一句。"}, []string{"五十元", "六十元", "新的合同"})
		// It answers: nobody has to be told any more.
		if err := d.Do(t.Context(), d.officer(by), complaint.Act{
			Leg: 1, Event: dispute.Answer, Facts: []dispute.Fact{dispute.ReliefOffered, dispute.ReasonsComplete, dispute.PaperKept}, Text: "退款。",
		}); err != nil {
			t.Fatal(err)
		}
		if got := d.drafts(t); len(got) != 0 {
			t.Errorf("answered, there wait %v", kinds(got))
		}
		verified(t, d)
	})
}

// The firm counts from the day it gets the new facts: a letter that lies drafted moves no day.
func TestTheTimeBeginsAnewWithTheLetter(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		d := writing(t, db)
		by := d.consented(t, key, answers())
		d.send(t, d.drafts(t)[0], db.Clock.Now())
		want := func(what, day string) {
			t.Helper()
			if got := due(d.read(t, by), 1, dispute.FIDecide); got != day {
				t.Errorf("%s, the firm has until %s, not %s", what, got, day)
			}
		}
		want("sent on 1 December", "2026-12-23") // taken as received on the 8th, then fifteen days
		db.Clock.Move(24 * time.Hour)
		d.adds(t, by, "还有一笔五十元。")
		want("written on the 2nd", "2026-12-23")
		for _, o := range d.openCase(t, officer, by.Dispute).Options(1) {
			if o.Event == dispute.PassOn && !o.Closed() {
				t.Error("it can be passed on without its letter")
			}
		}
		db.Clock.Move(24 * time.Hour)
		d.send(t, d.drafts(t)[0], db.Clock.Now())
		want("the letter sent on the 3rd", "2026-12-25")
		// That the complaint came on the 2nd says nothing of the letter that was sent after it.
		received := complaint.Act{
			Leg: 1, Event: dispute.Acknowledge, On: db.Clock.Now().AddDate(0, 0, -1), Facts: []dispute.Fact{dispute.ReceiptDated, dispute.PaperKept},
		}
		if err := d.Do(t.Context(), d.officer(by), received); err != nil {
			t.Fatal(err)
		}
		want("acknowledged", "2026-12-25")
		verified(t, d)
	})
}

// A firm that reads her file by its account is sent no letter about what stands there, and has it at once.
func TestWhoReadsTheFileIsSentNoLetter(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	d := office(t, db)
	w := writing(t, db)
	d.Library, d.Words = w.Library, w.Words
	by := d.consented(t, key, against(answers()))
	if err := d.ActAs(t.Context(), officer, by.Dispute, complaint.Act{Leg: 1, Event: dispute.HandOver, Way: "account"}); err != nil {
		t.Fatal(err)
	}
	was := due(d.read(t, by), 1, dispute.FIDecide)
	db.Clock.Move(10 * 24 * time.Hour)
	d.adds(t, by, "还有一笔五十元。")
	if got := d.drafts(t); len(got) != 0 {
		t.Errorf("there wait %v", kinds(got))
	}
	if is := due(d.read(t, by), 1, dispute.FIDecide); is <= was {
		t.Errorf("the firm has until %s, as before until %s", is, was)
	}
	c, err := d.OpenCase(t.Context(), handler, by.Dispute)
	if err != nil || len(c.Added) != 1 || c.Added[0].Text != "还有一笔五十元。" {
		t.Errorf("the handler reads %+v, %v", c.Added, err)
	}
}

// What she adds before she consents goes to nobody. She is asked about each of it as she consents, and the letter has what she ticked.
func TestWhatIsAddedBeforeConsentIsHersToShare(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		d := writing(t, db)
		_, by := d.file(t, key, answers())
		add := func(leg int, text string) {
			t.Helper()
			if err := d.Do(t.Context(), by, complaint.Act{Leg: leg, Event: dispute.AddFacts, Text: text}); err != nil {
				t.Fatal(err)
			}
		}
		add(0, "金额写错了，是一百二十元。")
		d.do(t, d.officer(by), 0, dispute.Accept, dispute.BarWarningSeen)
		add(0, "这一句不给公司看。")
		d.do(t, by, 0, dispute.ChooseInstitution, dispute.CostShown, dispute.ReceiverNamed)
		add(1, "还有一张收据。")
		f := d.read(t, by)
		if len(f.Added) != 3 || leg(t, f, 1).State != dispute.ConsentPending || len(d.drafts(t)) != 0 {
			t.Fatalf("it is %s, with %d additions and %v drafted", leg(t, f, 1).State, len(f.Added), kinds(d.drafts(t)))
		}
		if given, err := d.Store.Consents(t.Context(), by.Dispute); err != nil || len(given) != 1 { // to the council's reading of her account
			t.Errorf("by adding she agreed to %+v, %v", given, err)
		}
		var ticked []string
		for _, x := range f.Shareable() {
			if x.Added() == f.Added[0].Seq || x.Added() == f.Added[2].Seq {
				ticked = append(ticked, x.ID)
			}
		}
		act := complaint.Act{Leg: 1, Event: dispute.GiveConsent, Facts: []dispute.Fact{dispute.SeparateConsent}, Fields: ticked}
		if err := d.Do(t.Context(), by, act); err != nil {
			t.Fatal(err)
		}
		says(t, "the letter", d.printed(t, d.drafts(t)[0].ID), []string{"金额写错了，是一百二十元。", "还有一张收据。"}, []string{"这一句不给公司看"})
		verified(t, d)
	})
}

// What she gave the council when it asked goes to the firm where she ticks it, and else to nobody.
func TestWhatWasSuppliedIsHersToShare(t *testing.T) {
	t.Parallel()
	for _, ticked := range []bool{true, false} {
		db := storetest.Open(t)
		d := office(t, db)
		w := writing(t, db)
		d.Library, d.Words = w.Library, w.Words
		by := d.asked(t, key)
		if err := d.Do(t.Context(), by, complaint.Act{Event: dispute.Supply, Text: "合同号在第三页。"}); err != nil {
			t.Fatal(err)
		}
		d.do(t, d.officer(by), 0, dispute.Accept, dispute.BarWarningSeen)
		d.do(t, by, 0, dispute.ChooseInstitution, dispute.CostShown, dispute.ReceiverNamed)
		f := d.read(t, by)
		var named []string
		for _, x := range f.Shareable() {
			if x.Added() > 0 && !x.Needed && complaint.IsField(x.ID) {
				named = append(named, x.ID)
			}
		}
		if len(named) != 1 {
			t.Fatalf("she can share %+v", f.Shareable())
		}
		act := complaint.Act{Leg: 1, Event: dispute.GiveConsent, Facts: []dispute.Fact{dispute.SeparateConsent}}
		if ticked {
			act.Fields = named
		}
		if err := d.Do(t.Context(), by, act); err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(d.printed(t, d.drafts(t)[0].ID), "合同号在第三页。"); got != ticked {
			t.Errorf("ticked %v, it is in the letter %v", ticked, got)
		}
	}
}
