package app

import (
	"slices"
	"strings"
	"testing"

	"anxin/server/account"
	"anxin/server/complaint"
	"anxin/server/dispute"
	"anxin/server/intake"
)

// files lets a case be filed in which every word is a canary.
func (w *world) files(t *testing.T, name, sign string, officer account.Account) {
	t.Helper()
	word := func(kind, text string) string {
		w.canaries = append(w.canaries, canary{name, kind, text})
		return text
	}
	seq := string('1' + rune(len(w.cases)))
	a := herAnswers()
	a.Firm = intake.Firm{ID: "bank", Name: "样本银行（虚构）"}
	if name == othersCase {
		a.Firm = intake.Firm{ID: "insurer", Name: "样本保险（虚构）"}
	}
	a.What, a.WantText, a.Tried.Else = word("what", "金丝雀事"+sign+"，说好没有手续费"), word("want", "金丝雀求"+sign), word("tried", "金丝雀别处"+sign)
	a.Contact = intake.Contact{Name: word("name", "金名"+sign), Phone: word("phone", "1371111000"+seq), Email: word("email", "canary"+seq+"@example.org")}
	a.Reach = intake.Reach{Ways: []string{"phone", "post"}, Address: word("address", "金丝雀路"+sign+"号"), Note: word("reach", "金丝雀勿扰"+sign)}
	if name == helpersCase || name == confirmedCase {
		a.For, a.Consents.Helper = intake.ForOther, true
		a.Helper = &intake.Helper{Name: word("helper", "金帮"+sign), Phone: word("helper's phone", "1371111009"+seq), Relation: "child", Authority: "told"}
	}
	c := &someCase{filed: w.file(t, a)}
	w.cases[name] = c
	word("number", c.Number)
	word("code", c.Code)
	handsIn := func(kind string) string {
		e, err := w.Complaints.AddEvidence(t.Context(), c.by, kind+".png", word(kind, "金丝雀材料"+kind+sign), strings.NewReader(picture+word(kind+" file", "canary in a file "+kind+seq)))
		if err != nil {
			t.Fatal(err)
		}
		return e.ID
	}
	c.given, c.kept = handsIn("given"), handsIn("kept")
	by := w.staff(officer)
	for _, err := range []error{
		w.Complaints.Say(t.Context(), c.by, word("message", "金丝雀话"+sign)),
		w.Complaints.Write(t.Context(), by, c.by.Dispute, word("reply", "金丝雀信"+sign)),
		w.Complaints.AddNote(t.Context(), by, c.by.Dispute, word("note", "金丝雀便条"+sign)),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
}

func (w *world) acts(t *testing.T, by account.Account, name string, act complaint.Act) {
	t.Helper()
	if err := w.Complaints.ActAs(t.Context(), w.staff(by), w.id(name), act); err != nil {
		t.Fatalf("%s: %v", act.Event, err)
	}
}

// handsOver leads a case to its firm, with the fields she chose beside those without which nobody can answer, and has it answered.
func (w *world) handsOver(t *testing.T, name string, officer, handler account.Account, fields ...string) {
	t.Helper()
	c := w.cases[name]
	hers := func(act complaint.Act) {
		t.Helper()
		if err := w.Complaints.Do(t.Context(), c.by, act); err != nil {
			t.Fatalf("%s: %v", act.Event, err)
		}
	}
	w.acts(t, officer, name, complaint.Act{Event: dispute.Accept, Facts: []dispute.Fact{dispute.BarWarningSeen}})
	hers(complaint.Act{Event: dispute.ChooseInstitution, Facts: []dispute.Fact{dispute.CostShown, dispute.ReceiverNamed}})
	hers(complaint.Act{Leg: 1, Event: dispute.GiveConsent, Facts: []dispute.Fact{dispute.SeparateConsent}, Fields: fields})
	if letters, err := w.Complaints.LettersOf(t.Context(), w.staff(officer), c.by.Dispute); err != nil || len(letters) != 1 {
		t.Fatalf("%d letters: %v", len(letters), err)
	} else if err := w.Complaints.SentLetter(t.Context(), w.staff(officer), letters[0].ID, "post", w.now()); err != nil {
		t.Fatal(err)
	}
	w.acts(t, handler, name, complaint.Act{Leg: 1, Event: dispute.Acknowledge})
	answer, message := canary{name, "answer", "金丝雀答" + handler.Institution}, canary{name, "firm's message", "金丝雀问" + handler.Institution}
	w.canaries = append(w.canaries, answer, message)
	w.acts(t, handler, name, complaint.Act{Leg: 1, Event: dispute.Answer, Text: answer.text, Facts: []dispute.Fact{dispute.ClaimDismissed, dispute.ReasonsComplete}})
	if err := w.Complaints.Write(t.Context(), w.staff(handler), c.by.Dispute, message.text); err != nil {
		t.Fatal(err)
	}
	paper := canary{name, "firm's file", "金丝雀函" + handler.Institution}
	scan := canary{name, "firm's file file", "canary in a file of " + handler.Institution}
	w.canaries = append(w.canaries, paper, scan)
	sent, err := w.Complaints.AddPaper(t.Context(), w.staff(handler), c.by.Dispute, "函.png", paper.text, strings.NewReader(picture+scan.text))
	if err != nil {
		t.Fatal(err)
	}
	c.firm, c.sent = handler.Institution, sent.ID
}

// fillDesk finds what lies on the officers' desks because of the cases.
func (w *world) fillDesk(t *testing.T, officer complaint.Staff) {
	t.Helper()
	w.desk = map[string][]onDesk{}
	for _, name := range caseNames {
		c := w.cases[name]
		if name == hersCase || name == othersCase {
			who := map[string]string{}
			for _, k := range w.canaries {
				if k.in == name {
					who[k.kind] = k.text
				}
			}
			if err := w.Complaints.RequestCode(t.Context(), "192.0.2.202", c.Number, who["name"], who["phone"]); err != nil {
				t.Fatal(err)
			}
		}
		letters, err := w.Complaints.LettersOf(t.Context(), officer, c.by.Dispute)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range letters {
			w.desk["letter"] = append(w.desk["letter"], onDesk{l.ID, name})
		}
	}
	calls, _, err := w.Complaints.Calls(t.Context(), officer, 0, complaint.MostCalls)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range calls {
		w.desk["call"] = append(w.desk["call"], onDesk{c.ID, w.named(c.Dispute)})
	}
	requests, err := w.Complaints.CodeRequests(t.Context(), officer)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range requests {
		w.desk["request"] = append(w.desk["request"], onDesk{r.ID, w.named(r.Dispute)})
	}
	for kind, list := range w.desk {
		seen := map[string]bool{}
		w.desk[kind] = slices.DeleteFunc(list, func(d onDesk) bool { // one of each case
			was := seen[d.in]
			seen[d.in] = true
			return was
		})
		slices.SortFunc(w.desk[kind], func(a, b onDesk) int { return slices.Index(caseNames, a.in) - slices.Index(caseNames, b.in) })
		if !seen[hersCase] {
			t.Errorf("there is no %s of the case %s: nothing is tested by it", kind, hersCase)
		}
	}
	if len(w.desk) != 3 {
		t.Errorf("on the desks lies only %v", w.desk)
	}
}

func (w *world) named(id string) string {
	for name, c := range w.cases {
		if c.by.Dispute == id {
			return name
		}
	}
	return noCase
}
