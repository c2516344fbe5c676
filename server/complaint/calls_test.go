package complaint_test

import (
	"strconv"
	"testing"
	"time"

	"anxin/server/complaint"
	"anxin/server/dispute"
	"anxin/server/fault"
	"anxin/server/locale"
	"anxin/server/notify"
	"anxin/server/store/storetest"
)

func caller(id string) complaint.Staff { return complaint.Staff{ID: id, Actor: dispute.Officer} }

func (d *desk) calls(t *testing.T, by complaint.Staff) []complaint.Call {
	t.Helper()
	list, _, err := d.Calls(t.Context(), by, 0, complaint.MostCalls)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// An officer has before her who to tell, within whose hours; what she does is noted, and of two one makes the call.
func TestCalls(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		d := open(t, db)
		evening := answers()
		evening.Reach.Hours = []string{"evening"}
		_, late := d.file(t, key, evening)
		any := answers()
		any.Reach.Ways, any.Reach.Language = []string{"text"}, "zh-Hant"
		r, text := d.file(t, key+"2", any)
		for _, by := range []complaint.Access{late, text} { // it is two minutes past nine in the morning
			d.do(t, complaint.As(by.Dispute, dispute.Officer, "staff-1"), 0, dispute.Accept)
		}
		list := d.calls(t, caller("staff-1"))
		if len(list) != 2 || list[0].Way != notify.Text || list[0].Number != r.Number || list[0].From.After(db.Clock.Now()) || list[0].Person.Contact.Name != "林女士" {
			t.Fatalf("the list is %+v", list)
		}
		six := time.Date(2026, 12, 1, 18, 0, 0, 0, locale.Shanghai)
		if list[1].Way != notify.Call || !list[1].From.Equal(six) {
			t.Errorf("who is called in the evening: %+v", list[1])
		}
		s, err := d.Script(list[0], locale.Hans)
		if err != nil || s.Lang != locale.Hant || len(s.Lines) == 0 {
			t.Errorf("what is to be written: %+v, %v", s, err)
		}
		d.calls(t, caller("staff-1"))
		if n := d.noted(t, text, "call_list"); n != 1 {
			t.Errorf("two looks at the list are noted %d times", n)
		}
		if err := db.Recuse(t.Context(), late.Dispute, string(dispute.Officer), "staff-3", "a neighbour"); err != nil {
			t.Fatal(err)
		}
		if list := d.calls(t, caller("staff-3")); len(list) != 1 || list[0].Dispute != text.Dispute {
			t.Errorf("of a case that is hidden from her she sees %+v", list)
		}
		if err := d.Called(t.Context(), caller("staff-3"), list[1].ID, complaint.Reached); fault.From(err).Kind != fault.NotFound {
			t.Errorf("she calls: %v", err)
		}
		if err := d.Called(t.Context(), caller("staff-1"), list[0].ID, "shouted"); fault.From(err).Kind != fault.Invalid {
			t.Errorf("an outcome that is none: %v", err)
		}
		if err := d.Called(t.Context(), caller("staff-1"), list[0].ID, complaint.Reached); err != nil {
			t.Fatal(err)
		}
		if err := d.Called(t.Context(), caller("staff-2"), list[0].ID, complaint.Reached); fault.From(err).Kind != fault.NotFound {
			t.Errorf("a second officer: %v", err)
		}
		if n := d.noted(t, text, "called"); n != 1 {
			t.Errorf("the call is noted %d times", n)
		}
		handler := complaint.Staff{ID: "staff-4", Actor: dispute.Handler, Institution: "a"}
		if _, _, err := d.Calls(t.Context(), handler, 0, complaint.MostCalls); fault.From(err).Kind != fault.NotFound {
			t.Errorf("a handler sees the list: %v", err)
		}
		if err := d.Called(t.Context(), handler, list[1].ID, complaint.Reached); fault.From(err).Kind != fault.NotFound {
			t.Errorf("a handler calls: %v", err)
		}
	})
}

// noted counts an action in a case's audit.
func (d *desk) noted(t *testing.T, by complaint.Access, action string) (n int) {
	t.Helper()
	entries, err := d.db.Audit(t.Context(), by.Dispute)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Action == action {
			n++
		}
	}
	return n
}

// Who does not answer is called again within their hours, after five times once a day; a wrong number ends it. Either lies in the
// inbox, and nobody is told in a way they did not choose.
func TestNobodyAnswers(t *testing.T) {
	t.Parallel()
	d := open(t, storetest.Open(t))
	d.Mail = true
	a := reached([]string{"phone"}, email)
	a.Reach.Hours = []string{"morning", "afternoon"}
	_, by := d.file(t, key, a)
	d.do(t, complaint.As(by.Dispute, dispute.Officer, "staff-1"), 0, dispute.Accept)
	want := []string{"12-01 14:00", "12-01 17:00", "12-02 09:00", "12-02 14:00", "12-03 14:00", "12-04 14:00"}
	for i, at := range want {
		c := d.calls(t, caller("staff-1"))[0]
		if err := d.Called(t.Context(), caller("staff-1"), c.ID, complaint.NoAnswer); err != nil {
			t.Fatal(err)
		}
		c = d.calls(t, caller("staff-1"))[0]
		if got := c.From.In(locale.Shanghai).Format("01-02 15:04"); got != at || c.Tries != i+1 || c.Last != complaint.NoAnswer {
			t.Errorf("after try %d it is tried at %s, not %s: %+v", i+1, got, at, c)
		}
		d.db.Clock.Move(c.From.Sub(d.db.Clock.Now()))
	}
	if n := d.unreached(t, by); n != 1 {
		t.Errorf("that she does not answer lies %d times in her inbox", n)
	}
	c := d.calls(t, caller("staff-1"))[0]
	if err := d.Called(t.Context(), caller("staff-1"), c.ID, complaint.WrongNumber); err != nil {
		t.Fatal(err)
	}
	if n := d.unreached(t, by); n != 2 {
		t.Errorf("that the number is wrong does not lie in her inbox")
	}
	if list := d.calls(t, caller("staff-1")); len(list) != 0 {
		t.Errorf("a wrong number is called again: %+v", list)
	}
	if list := d.copies(t); len(list) != 0 {
		t.Errorf("she is told in ways that she did not choose: %v", list)
	}
}

func (d *desk) unreached(t *testing.T, by complaint.Access) (n int) {
	t.Helper()
	for _, notice := range d.read(t, by).Notices {
		if notice.Kind == "unreached" {
			n++
		}
	}
	return n
}

// The list is shown in parts, each call in one of them.
func TestCallsInParts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		d := open(t, db)
		for i := range 3 {
			_, by := d.file(t, key+strconv.Itoa(i), answers())
			d.do(t, complaint.As(by.Dispute, dispute.Officer, "staff-1"), 0, dispute.Accept)
		}
		whole := d.calls(t, caller("staff-2"))
		if len(whole) != 3 {
			t.Fatalf("%d calls wait, want 3", len(whole))
		}
		for _, c := range []struct {
			behind, most int
			want         []complaint.Call
			more         bool
		}{{0, 2, whole[:2], true}, {2, 2, whole[2:], false}, {0, 3, whole, false}, {9, 2, nil, false}} {
			got, more, err := d.Calls(t.Context(), caller("staff-1"), c.behind, c.most)
			if err != nil || more != c.more || len(got) != len(c.want) {
				t.Fatalf("%d behind %d: %d calls, more %t, %v; want %d, %t", c.most, c.behind, len(got), more, err, len(c.want), c.more)
			}
			for i := range got {
				if got[i].ID != c.want[i].ID {
					t.Errorf("%d behind %d: call %d is another", c.most, c.behind, i)
				}
			}
		}
	})
}
