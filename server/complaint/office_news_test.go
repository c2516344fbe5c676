package complaint_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"anxin/server/complaint"
	"anxin/server/dispute"
	"anxin/server/fault"
	"anxin/server/store/storetest"
)

// What comes from outside stands in a view of its own until an officer has opened the case, and what the council does itself never does.
func TestNews(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		d := office(t, db)
		_, by := d.file(t, key, against(answers()))
		news := func(when string, cases, unread, added int) {
			t.Helper()
			db.Clock.Move(time.Hour)
			q, err := d.Queue(t.Context(), officer, complaint.Filter{View: complaint.News})
			if err != nil || len(q.Rows) != cases || q.Counts[complaint.News] != cases {
				t.Fatalf("%s: %d of %d cases have something new, %v", when, len(q.Rows), q.Counts[complaint.News], err)
			}
			for _, r := range q.Rows {
				if r.Unread != unread || r.Added != added {
					t.Errorf("%s: %d messages and %d additions are new, not %d and %d", when, r.Unread, r.Added, unread, added)
				}
			}
			if _, err := d.Queue(t.Context(), handler, complaint.Filter{View: complaint.News}); fault.From(err).Kind != fault.NotFound {
				t.Errorf("%s: a firm asks what the council has not read: %v", when, err)
			}
			if q, err := d.Queue(t.Context(), handler, complaint.Filter{}); err != nil || q.Counts[complaint.News] != 0 {
				t.Errorf("%s: a firm is told how much the council has not read: %+v, %v", when, q.Counts, err)
			}
		}
		add := func(name string) string {
			t.Helper()
			e, err := d.AddEvidence(t.Context(), by, name+".png", "账单", strings.NewReader(picture+name))
			if err != nil {
				t.Fatal(err)
			}
			return e.ID
		}
		news("filed", 1, 0, 0)
		d.openCase(t, officer, by.Dispute)
		news("read", 0, 0, 0)
		add("a")
		if err := d.Do(t.Context(), by, complaint.Act{Event: dispute.AddFacts, Text: "还有一张单子。", Facts: []dispute.Fact{dispute.ReadBack}}); err != nil {
			t.Fatal(err)
		}
		news("a file and a fact", 1, 0, 2)
		if err := d.Say(t.Context(), by, "请看新的单子。"); err != nil {
			t.Fatal(err)
		}
		taken := add("b")
		news("a message and another file", 1, 1, 3)
		if err := d.RemoveEvidence(t.Context(), by, taken); err != nil {
			t.Fatal(err)
		}
		news("a file taken back", 1, 1, 2)
		if err := errors.Join(d.Write(t.Context(), officer, by.Dispute, "我们看看。"), d.AddNote(t.Context(), officer, by.Dispute, "留意")); err != nil {
			t.Fatal(err)
		}
		news("the council wrote", 1, 1, 2)
		if _, err := d.ReadCase(t.Context(), officer, by.Dispute); err != nil {
			t.Fatal(err)
		}
		news("an officer opened a form about it", 1, 1, 2)
		if m := d.read(t, by).Messages; !m[0].ReadAt.IsZero() {
			t.Error("she is told that her message was read, and nobody was shown it")
		}
		d.openCase(t, other, by.Dispute)
		news("an officer was shown it", 0, 0, 0)
		if err := d.Write(t.Context(), officer, by.Dispute, "我们看过了。"); err != nil {
			t.Fatal(err)
		}
		news("the council wrote again", 0, 0, 0)
		d.consent(t, by)
		news("she consented", 1, 0, 0)
		d.openCase(t, officer, by.Dispute)
		d.as(t, officer, by.Dispute, complaint.Act{Leg: 1, Event: dispute.HandOver, Way: "account"})
		news("handed over", 0, 0, 0)
		if err := d.Write(t.Context(), handler, by.Dispute, "请把合同寄来。"); err != nil {
			t.Fatal(err)
		}
		d.openCase(t, handler, by.Dispute)
		news("the firm wrote, and looked", 1, 1, 0)
		d.openCase(t, officer, by.Dispute)
		if err := d.Write(t.Context(), officer, by.Dispute, "好的。"); err != nil {
			t.Fatal(err)
		}
		d.do(t, by, 1, dispute.WithdrawLeg, dispute.ConsequencesShown)
		d.openCase(t, officer, by.Dispute)
		d.do(t, by, 0, dispute.Solve)
		news("she says that it is solved", 1, 0, 0)
		d.openCase(t, officer, by.Dispute)
		if err := d.AnswerSurvey(t.Context(), by, complaint.Unsolved, ""); err != nil {
			t.Fatal(err)
		}
		news("she answers that it is not", 1, 0, 0)
		verified(t, d)
	})
}
