package complaint_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"anxin/server/complaint"
	"anxin/server/dispute"
	"anxin/server/fault"
	"anxin/server/store/storetest"
)

// What has to be on paper is so by the paper or by the note of a call, never by a tick.
func TestProvenByPaper(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		d := office(t, db)
		_, by := d.file(t, key, against(answers()))
		d.consent(t, by)
		at := db.Clock.Now()
		refused := func(want string, act complaint.Act) {
			t.Helper()
			act.Facts = slices.Concat(act.Facts, []dispute.Fact{dispute.PaperKept, dispute.DispatchKept, dispute.ReceiptDated, dispute.WhereToGo, dispute.SeniorApproval})
			if got := refusal(t, d.ActAs(t.Context(), officer, by.Dispute, act)); got != want {
				t.Errorf("%s: %q, not %q", act.Event, got, want)
			}
		}
		refused("not_yet dispatch", complaint.Act{Leg: 1, Event: dispute.HandOver})
		refused("not_yet dispatch", complaint.Act{Leg: 1, Event: dispute.HandOver, Way: "pigeon"})
		refused("not_yet dispatch", complaint.Act{Leg: 1, Event: dispute.HandOver, Way: "post", On: at.Add(48 * time.Hour)})
		refused("not_yet dispatch", complaint.Act{Leg: 1, Event: dispute.HandOver, Way: "post", On: at.AddDate(0, 0, -9)})
		d.as(t, officer, by.Dispute, complaint.Act{Leg: 1, Event: dispute.HandOver, Way: "post"})
		db.Clock.Move(72 * time.Hour)
		answer := complaint.Act{Leg: 1, Event: dispute.Answer, Text: "退给您", Facts: []dispute.Fact{dispute.ReliefOffered}}
		refused("not_yet paper", answer)
		answer.Paper = "another case's file"
		refused("not_yet paper", answer)
		answer.Paper, answer.Note = "", "他们说退" // a note of what?
		refused("not_yet paper", answer)
		refused("not_yet receipt", complaint.Act{Leg: 1, Event: dispute.Acknowledge, Note: "说收到了", Way: "phone"})
		d.as(t, officer, by.Dispute, complaint.Act{Leg: 1, Event: dispute.Acknowledge, Note: "说前天收到", Way: "phone", On: at.AddDate(0, 0, 1)})
		scan, err := d.AddPaper(t.Context(), officer, by.Dispute, "答复.png", "银行的答复信", strings.NewReader(picture))
		if err != nil || scan.By != dispute.Officer {
			t.Fatal(err, scan.By)
		}
		if err := d.RemoveEvidence(t.Context(), by, scan.ID); fault.From(err).Kind != fault.Forbidden {
			t.Errorf("she took out the council's paper: %v", err)
		}
		answer.Paper, answer.Note, answer.Way = scan.ID, "", "post"
		d.as(t, officer, by.Dispute, answer)
		f := d.openCase(t, officer, by.Dispute)
		last := f.Timeline[len(f.Timeline)-1]
		if last.Event != dispute.Answer || last.Evidence != scan.ID || last.Way != "post" || last.By != officer.ID || last.Text != "退给您" {
			t.Errorf("the timeline ends with %+v", last)
		}
		i := slices.IndexFunc(f.Timeline, func(e complaint.Entry) bool { return e.Event == dispute.Acknowledge })
		if e := f.Timeline[i]; e.Note != "说前天收到" || !e.On.Equal(at.AddDate(0, 0, 1)) {
			t.Errorf("the receipt is %+v", e)
		}
		for _, e := range d.read(t, by).Timeline {
			if e.Note != "" || e.By != "" {
				t.Errorf("she reads the note %q of %q", e.Note, e.By)
			}
		}
		verified(t, d)
	})
}

// A handler answers by himself, on the day it is, and cannot do what is the council's or hers.
func TestHandlerActs(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		d := office(t, db)
		_, by := d.file(t, key, against(answers()))
		d.consent(t, by)
		d.as(t, officer, by.Dispute, complaint.Act{Leg: 1, Event: dispute.HandOver, Way: "account"})
		var events []dispute.Event
		for _, o := range d.openCase(t, handler, by.Dispute).Options(1) {
			events = append(events, o.Event)
			if o.Closed() {
				t.Errorf("%s is closed to the handler: %+v", o.Event, o.Asks)
			}
		}
		if diff := cmp.Diff([]dispute.Event{dispute.Acknowledge, dispute.Extend, dispute.Pause, dispute.Answer, dispute.RefuseLeg}, events); diff != "" {
			t.Error(diff)
		}
		if got := refusal(t, d.ActAs(t.Context(), handler, by.Dispute, complaint.Act{Event: dispute.Withdraw, Facts: []dispute.Fact{dispute.ConsequencesShown}})); got != "not_yours " {
			t.Error(got)
		}
		d.as(t, handler, by.Dispute, complaint.Act{Leg: 1, Event: dispute.Acknowledge, On: db.Clock.Now().AddDate(-1, 0, 0)})
		answer := complaint.Act{Leg: 1, Event: dispute.Answer, Text: "经查，不退", Facts: []dispute.Fact{dispute.ClaimDismissed}}
		if got := refusal(t, d.ActAs(t.Context(), handler, by.Dispute, answer)); got != "not_yet reasons" {
			t.Error(got)
		}
		answer.Facts = append(answer.Facts, dispute.ReasonsComplete)
		d.as(t, handler, by.Dispute, answer)
		if err := d.Write(t.Context(), handler, by.Dispute, "请问账单"); err != nil {
			t.Fatal(err)
		}
		if n := len(d.read(t, by).Messages); n != 0 {
			t.Errorf("she reads %d messages of the firm to the council", n)
		}
		if n := len(d.openCase(t, officer, by.Dispute).Messages); n != 1 {
			t.Errorf("the officer reads %d", n)
		}
		verified(t, d)
	})
}

// A preview says what will be, and leaves no trace of itself.
func TestPreview(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		d := office(t, db)
		_, by := d.file(t, key, against(answers()))
		before := d.read(t, by)
		act := complaint.Act{Event: dispute.Refuse, Text: "这是邻里的事", Door: "city-hotline"}
		p, err := d.Preview(t.Context(), officer, by.Dispute, act)
		if err != nil {
			t.Fatal(err)
		}
		if p.State != dispute.OutOfScope || p.Told != "dispute.told.refused" || p.Text != act.Text || len(p.Deadlines) != 0 || len(p.Stopped) == 0 {
			t.Errorf("the preview is %+v", p)
		}
		if diff := cmp.Diff(before.Timeline, d.read(t, by).Timeline, cmp.Comparer(func(a, b complaint.Deadline) bool { return a.Due == b.Due })); diff != "" {
			t.Errorf("it changed the case: %s", diff)
		}
		act.Door = "nowhere"
		if _, err := d.Preview(t.Context(), officer, by.Dispute, act); refusal(t, err) != "not_yet where_to" {
			t.Error(err)
		}
		p, err = d.Preview(t.Context(), officer, by.Dispute, complaint.Act{Event: dispute.Accept})
		if err != nil || p.State != dispute.Accepted || len(p.Deadlines) != 1 || p.Deadlines[0].Clock.ID != string(dispute.CouncilRefer) {
			t.Errorf("accept: %v, %+v", err, p)
		}
		d.as(t, officer, by.Dispute, complaint.Act{Event: dispute.Accept})
		stale := complaint.Act{Event: dispute.DuplicateOf, Version: before.Version}
		if _, err := d.Preview(t.Context(), officer, by.Dispute, stale); fault.From(err).Kind != fault.Conflict {
			t.Errorf("of an earlier version: %v", err)
		}
		if err := d.ActAs(t.Context(), officer, by.Dispute, stale); fault.From(err).Kind != fault.Conflict {
			t.Errorf("of an earlier version: %v", err)
		}
	})
}

// A refusal is looked at again by another officer; a duplicate leads to the other case and back.
func TestRefusedAndDuplicate(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		d := office(t, db)
		first, by := d.file(t, key, against(answers()))
		again := against(answers())
		again.What += "又写了一次。"
		second, twice := d.file(t, key+"2", again)
		d.as(t, officer, by.Dispute, complaint.Act{Event: dispute.Refuse, Text: "不归我们管", Door: "city-hotline"})
		f := d.read(t, by)
		product, _ := d.Policy.Product(f.Filed.Product)
		if door, ok := complaint.NextDoor(f, product); !ok || door != "city-hotline" {
			t.Errorf("she is not told where to go, but %q", door)
		}
		d.do(t, by, 0, dispute.Appeal)
		if got := refusal(t, d.ActAs(t.Context(), officer, by.Dispute, complaint.Act{Event: dispute.Overturn, Facts: []dispute.Fact{dispute.OtherOfficer}})); got != "not_yet other_officer" {
			t.Error(got)
		}
		d.as(t, other, by.Dispute, complaint.Act{Event: dispute.Overturn})
		same := complaint.Act{Event: dispute.DuplicateOf, Other: second.Number}
		if got := refusal(t, d.ActAs(t.Context(), officer, twice.Dispute, same)); got != "not_yet same_matter" {
			t.Errorf("of itself: %s", got)
		}
		same.Other = complaint.Grouped(first.Number)
		d.as(t, officer, twice.Dispute, same)
		for _, c := range []struct{ id, number string }{{twice.Dispute, first.Number}, {by.Dispute, second.Number}} {
			if f := d.openCase(t, officer, c.id); len(f.Linked) != 1 || f.Linked[0].Number != c.number {
				t.Errorf("linked: %+v", f.Linked)
			}
		}
		verified(t, d)
	})
}

func TestConfirmPerson(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		d := office(t, db)
		shared := byHelper()
		shared.Contact.Phone = "+86 139 0013 9000" // the helper's own
		_, one := d.file(t, key, shared)
		_, two := d.file(t, key+"2", byHelper())
		q, err := d.Queue(t.Context(), officer, complaint.Filter{View: complaint.Unconfirmed})
		if err != nil || len(q.Rows) != 2 || !q.Rows[0].Helper {
			t.Fatalf("unconfirmed: %v, %+v", err, q)
		}
		act := complaint.Act{Event: dispute.ConfirmPerson, Way: "phone", Facts: []dispute.Fact{dispute.PersonConfirmed}}
		if got := refusal(t, d.ActAs(t.Context(), officer, two.Dispute, act)); got != "not_yet asked_herself" {
			t.Errorf("without a word how: %s", got)
		}
		act.Note = "本人说是她儿子代办"
		if got := refusal(t, d.ActAs(t.Context(), officer, one.Dispute, act)); got != "not_yet asked_herself" {
			t.Errorf("by the helper's number: %s", got)
		}
		d.as(t, officer, two.Dispute, act)
		act.Way = "counter"
		d.as(t, officer, one.Dispute, act)
		if q, err := d.Queue(t.Context(), officer, complaint.Filter{View: complaint.Unconfirmed}); err != nil || len(q.Rows) != 0 {
			t.Errorf("still unconfirmed: %v, %+v", err, q.Rows)
		}
	})
}

func TestQueue(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		d := office(t, db)
		var filed []complaint.Access
		for i := range 5 {
			a := against(answers())
			a.What += strings.Repeat("。", i+1)
			_, by := d.file(t, key+string(rune('a'+i)), a)
			filed = append(filed, by)
			db.Clock.Move(24 * time.Hour)
		}
		d.do(t, filed[1], 0, dispute.Solve)
		d.as(t, officer, filed[2].Dispute, complaint.Act{Event: dispute.AskInfo, Text: "请补一张账单"})
		if err := d.Assign(t.Context(), officer, filed[3].Dispute, other.ID); err != nil {
			t.Fatal(err)
		}
		if err := d.Assign(t.Context(), officer, filed[3].Dispute, handler.ID); fault.From(err).Kind != fault.Invalid {
			t.Errorf("assigned to a handler: %v", err)
		}
		if err := d.Recuse(t.Context(), other, filed[4].Dispute, "是我的邻居"); err != nil {
			t.Fatal(err)
		}
		if err := d.Assign(t.Context(), officer, filed[4].Dispute, other.ID); fault.From(err).Kind != fault.Invalid {
			t.Errorf("assigned to who recused herself: %v", err)
		}
		want := map[string][]int{
			complaint.Due: {0, 3, 4}, complaint.Unassigned: {0, 2, 4}, complaint.WithCitizen: {2}, complaint.WithFirm: nil, complaint.Closed: {1}, complaint.Mine: nil,
			complaint.News: {0, 1, 2, 3, 4},
		}
		for view, cases := range want {
			var ids []string
			for after, pages := "", 0; pages == 0 || after != ""; pages++ {
				q, err := d.Queue(t.Context(), officer, complaint.Filter{View: view, After: after, Limit: 1})
				if err != nil || pages > 5 {
					t.Fatalf("%s: %v, page %d", view, err, pages)
				}
				if q.Counts[view] != len(cases) {
					t.Errorf("%s counts %d, not %d", view, q.Counts[view], len(cases))
				}
				for _, r := range q.Rows {
					ids = append(ids, r.ID)
				}
				after = q.Next
			}
			var expected []string
			for _, i := range cases {
				expected = append(expected, filed[i].Dispute)
			}
			slices.Sort(ids) // that they come by their day is looked at below
			slices.Sort(expected)
			if diff := cmp.Diff(expected, ids); diff != "" {
				t.Errorf("%s: %s", view, diff)
			}
		}
		q, err := d.Queue(t.Context(), officer, complaint.Filter{})
		if err != nil {
			t.Fatal(err)
		}
		for i, r := range q.Rows {
			if r.Deadline == nil || i > 0 && r.Deadline.Due.Before(q.Rows[i-1].Deadline.Due) {
				t.Errorf("row %d is not in the order of its day: %+v", i, r.Deadline)
			}
			deadlines := d.openCase(t, officer, r.ID).Deadlines
			if !slices.ContainsFunc(deadlines, func(x complaint.Deadline) bool { return x.Clock.ID == r.Deadline.Clock.ID && x.Due == r.Deadline.Due }) {
				t.Errorf("row %d says %v, the case does not", i, r.Deadline.Due)
			}
		}
		if q, err := d.Queue(t.Context(), other, complaint.Filter{View: complaint.Mine}); err != nil || len(q.Rows) != 1 || q.Rows[0].AssigneeName != other.Name {
			t.Errorf("mine: %v, %+v", err, q.Rows)
		}
		for _, f := range []complaint.Filter{{View: "all"}, {After: "x"}, {After: "9x-y"}} {
			if _, err := d.Queue(t.Context(), officer, f); fault.From(err).Kind != fault.NotFound {
				t.Errorf("%+v: %v", f, err)
			}
		}
		verified(t, d)
	})
}
