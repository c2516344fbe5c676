package complaint_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"anxin/server/complaint"
	"anxin/server/dispute"
	"anxin/server/fault"
	"anxin/server/intake"
	"anxin/server/store"
	"anxin/server/store/storetest"
)

var (
	officer = complaint.Staff{ID: "officer-1", Name: "工作人员甲", Actor: dispute.Officer}
	other   = complaint.Staff{ID: "officer-2", Name: "工作人员乙", Actor: dispute.Officer}
	handler = complaint.Staff{ID: "handler-1", Name: "经办人", Actor: dispute.Handler, Institution: "bank-1"}
	foreign = complaint.Staff{ID: "handler-2", Name: "外人", Actor: dispute.Handler, Institution: "bank-2"}
)

// office is a desk whose firms are on the list, with a case of the first of them.
func office(t *testing.T, db *storetest.DB) *desk {
	t.Helper()
	d := open(t, db)
	var list []store.Institution
	for _, id := range []string{"bank-1", "bank-2"} {
		list = append(list, store.Institution{ID: id, Name: "样本银行（虚构）" + id, Supervisor: "nfra", Source: "test"})
	}
	if _, _, _, err := db.ImportInstitutions(t.Context(), list); err != nil {
		t.Fatal(err)
	}
	d.Colleague = func(_ context.Context, account string) (complaint.Staff, error) {
		for _, s := range []complaint.Staff{officer, other, handler} {
			if s.ID == account {
				return s, nil
			}
		}
		return complaint.Staff{}, fault.New(fault.NotFound, "nobody")
	}
	return d
}

func against(a intake.Answers) intake.Answers {
	a.Firm = intake.Firm{ID: "bank-1", Name: "样本银行（虚构）"}
	return a
}

func (d *desk) as(t *testing.T, by complaint.Staff, id string, act complaint.Act) {
	t.Helper()
	if err := d.ActAs(t.Context(), by, id, act); err != nil {
		t.Fatalf("%s: %v", act.Event, err)
	}
}

// consent leads a filed case to where the firm's leg awaits being sent, with the fields she chose.
func (d *desk) consent(t *testing.T, by complaint.Access, fields ...string) {
	t.Helper()
	d.as(t, officer, by.Dispute, complaint.Act{Event: dispute.Accept, Facts: []dispute.Fact{dispute.BarWarningSeen}})
	d.do(t, by, 0, dispute.ChooseInstitution, dispute.CostShown, dispute.ReceiverNamed)
	act := complaint.Act{Leg: 1, Event: dispute.GiveConsent, Facts: []dispute.Fact{dispute.SeparateConsent}, Fields: fields}
	if err := d.Do(t.Context(), by, act); err != nil {
		t.Fatal(err)
	}
}

func (d *desk) openCase(t *testing.T, by complaint.Staff, id string) complaint.CaseFile {
	t.Helper()
	f, err := d.OpenCase(t.Context(), by, id)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func refusal(t *testing.T, err error) string {
	t.Helper()
	refused, ok := errors.AsType[*dispute.RefusedError](err)
	if !ok {
		t.Fatalf("not refused: %v", err)
	}
	return string(refused.Why) + " " + refused.Guard.Name
}

// Who may see a case, as a table: every method answers by it, and what may not be seen as what does not exist.
func TestWhoMaySee(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		d := office(t, db)
		_, by := d.file(t, key, against(answers()))
		id := by.Dispute
		administrator := complaint.Staff{ID: "sysadmin-1", Actor: "sysadmin"}
		nameless := complaint.Staff{Actor: dispute.Officer}
		homeless := complaint.Staff{ID: "handler-3", Actor: dispute.Handler}
		everybody := []complaint.Staff{officer, other, handler, foreign, administrator, nameless, homeless}
		no := func(id string, by complaint.Staff) map[string]error {
			_, opened := d.OpenCase(t.Context(), by, id)
			_, previewed := d.Preview(t.Context(), by, id, complaint.Act{Event: dispute.Accept})
			return map[string]error{
				"open": opened, "preview": previewed,
				"act":      d.ActAs(t.Context(), by, id, complaint.Act{Event: dispute.Accept}),
				"evidence": d.StaffEvidence(t.Context(), by, id, "none", func(complaint.Evidence) (io.Writer, error) { return io.Discard, nil }),
				"write":    d.Write(t.Context(), by, id, "您好"),
				"note":     d.AddNote(t.Context(), by, id, "留意"),
				"assign":   d.Assign(t.Context(), by, id, ""),
				"recuse":   d.Recuse(t.Context(), by, id, ""),
			}
		}
		check := func(when string, may ...complaint.Staff) {
			t.Helper()
			for _, who := range everybody {
				sees := slices.ContainsFunc(may, func(s complaint.Staff) bool { return s.ID == who.ID })
				f, err := d.OpenCase(t.Context(), who, id)
				if sees != (err == nil) || sees != (f.Number != "") {
					t.Errorf("%s, %q opens it: %v", when, who.ID, err)
				}
				rows, _ := d.FindCases(t.Context(), who, "林 女士")
				if sees != (len(rows) == 1) {
					t.Errorf("%s, %q finds %d", when, who.ID, len(rows))
				}
				total := 0
				for _, view := range complaint.Views {
					q, _ := d.Queue(t.Context(), who, complaint.Filter{View: view})
					total += len(q.Rows) + q.Counts[view]
				}
				if sees != (total > 0) {
					t.Errorf("%s, %q has %d in queues", when, who.ID, total)
				}
				if sees {
					continue
				}
				there, none := no(id, who), no("none", who)
				for what, err := range there {
					if fault.From(err).Kind != fault.NotFound || err.Error() != none[what].Error() {
						t.Errorf("%s, %q, %s: %v, and of none: %v", when, who.ID, what, err, none[what])
					}
				}
			}
		}
		check("filed", officer, other)
		d.consent(t, by)
		check("consented", officer, other)
		d.as(t, officer, id, complaint.Act{Leg: 1, Event: dispute.HandOver, Way: "account"})
		check("handed over", officer, other, handler)
		d.as(t, officer, id, complaint.Act{Leg: 1, Event: dispute.Undelivered, Way: "phone", Note: "地址不对，信退回"})
		check("came back", officer, other)
		d.as(t, officer, id, complaint.Act{Leg: 1, Event: dispute.HandOver, Way: "post"})
		if err := d.Recuse(t.Context(), other, id, "是我的邻居"); err != nil {
			t.Fatal(err)
		}
		check("recused", officer, handler)
		if err := d.Recuse(t.Context(), handler, id, "是我的亲戚"); err != nil {
			t.Fatal(err)
		}
		check("both recused", officer)
		d.do(t, by, 1, dispute.WithdrawLeg, dispute.ConsequencesShown)
		handler := handler
		handler.ID = "handler-9"
		everybody = append(everybody, handler)
		check("withdrawn", officer)
		got := d.openCase(t, officer, id)
		if given := handedOver(got); len(got.Recused) != 2 || len(given) != 1 || given[0].WithdrawnAt.IsZero() {
			t.Errorf("the case says %v, %+v", got.Recused, got.Consents)
		}
		verified(t, d)
	})
}

func handedOver(f complaint.CaseFile) []complaint.Consent {
	return slices.DeleteFunc(slices.Clone(f.Consents), func(c complaint.Consent) bool { return c.Purpose != "hand_over" })
}

// Every reading stands in her file, and a note of the staff nowhere in it.
func TestWhatSheSees(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		d := office(t, db)
		_, by := d.file(t, key, against(answers()))
		const canary = "金丝雀便条"
		if err := errors.Join(
			d.AddNote(t.Context(), officer, by.Dispute, canary), d.Write(t.Context(), officer, by.Dispute, "请补一张账单"), d.Say(t.Context(), by, "好的"),
		); err != nil {
			t.Fatal(err)
		}
		q, err := d.Queue(t.Context(), officer, complaint.Filter{View: complaint.Due})
		if err != nil || q.Rows[0].Unread != 1 {
			t.Fatalf("unread: %v, %+v", err, q.Rows)
		}
		first := d.openCase(t, officer, by.Dispute)
		if len(first.Notes) != 1 || first.Notes[0].Text != canary || first.Notes[0].Author != officer.ID || len(first.Messages) != 2 {
			t.Errorf("the officer reads %+v, %+v", first.Notes, first.Messages)
		}
		if q, err := d.Queue(t.Context(), officer, complaint.Filter{}); err != nil || q.Rows[0].Unread != 0 {
			t.Errorf("unread after reading: %v, %+v", err, q.Rows)
		}
		if err := d.MarkRead(t.Context(), by); err != nil {
			t.Fatal(err)
		}
		f := d.read(t, by)
		if len(f.Messages) != 2 || f.Messages[0].ReadAt.IsZero() || f.Messages[1].ReadAt.IsZero() {
			t.Errorf("she reads %+v", f.Messages)
		}
		looks := 0
		for _, s := range f.Seen {
			if s.Action == store.Read && s.Actor == dispute.Officer {
				looks++
			}
		}
		if looks != 1 {
			t.Errorf("her file knows of %d looks: %+v", looks, f.Seen)
		}
		var bundle bytes.Buffer
		index := func(f complaint.File, _ map[string]string) ([]byte, error) { return json.Marshal(f) }
		if err := d.WriteBundle(t.Context(), by, index, &bundle); err != nil {
			t.Fatal(err)
		}
		whole, _ := json.Marshal(f)
		if unzipped := string(whole) + everything(t, bundle.Bytes()); strings.Contains(unzipped, canary) || !strings.Contains(unzipped, "请补一张账单") {
			t.Error("the note reached her, or her message did not")
		}
		if notes := d.openCase(t, officer, by.Dispute).Notes; len(notes) != 1 {
			t.Errorf("%d notes", len(notes))
		}
		verified(t, d)
	})
}

// What a handler gets is what she consented to, field by field, and nothing that anybody adds to the file later.
func TestFieldsOfAHandler(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		d := office(t, db)
		a := against(byHelper())
		a.WantText, a.When.About, a.Tried = "金丝雀要求", "", intake.Tried{Firm: "none", Else: "金丝雀别处"}
		a.Contact.Email, a.Reach.Note, a.Reach.Address, a.Reach.Ways = "canary@example.org", "金丝雀备注", "金丝雀路一号", []string{"phone", "post"}
		_, by := d.file(t, key, a)
		if err := errors.Join(d.AddNote(t.Context(), officer, by.Dispute, "金丝雀便条"), d.Write(t.Context(), officer, by.Dispute, "金丝雀信"), d.Say(t.Context(), by, "金丝雀话")); err != nil {
			t.Fatal(err)
		}
		files := map[string]string{}
		for _, name := range []string{"给", "不给"} {
			e, err := d.AddEvidence(t.Context(), by, name+".png", "金丝雀"+name, strings.NewReader(picture+name))
			if err != nil {
				t.Fatal(err)
			}
			files[name] = e.ID
		}
		confirm := complaint.Act{Event: dispute.ConfirmPerson, Way: "phone", Note: "打了本人的电话"}
		d.as(t, officer, by.Dispute, confirm)
		d.consent(t, by, "phone", "evidence:"+files["给"])
		d.as(t, officer, by.Dispute, complaint.Act{Leg: 1, Event: dispute.HandOver, Way: "account"})
		f := d.openCase(t, handler, by.Dispute)
		shared := []string{"amount", "evidence:" + files["给"], "name", "phone", "product", "want", "what", "when"}
		slices.Sort(shared)
		if diff := cmp.Diff(shared, f.Shared); diff != "" {
			t.Error(diff)
		}
		// The golden list: by the path in its JSON, what a handler's file has that is not empty.
		got := paths(t, f)
		want := []string{
			"Access.Actor", "Access.ActorID", "Access.Dispute", "Case.Confirmed", "Case.Helper", "Case.Legs", "Case.State", "Case.Version", "ChangedAt",
			"Deadlines", "Evidence", "Filed.amount_fen", "Filed.contact.name", "Filed.contact.phone", "Filed.firm.id", "Filed.firm.name", "Filed.for",
			"Filed.product", "Filed.want_text", "Filed.wants", "Filed.what", "Filed.when.date", "Number", "Person.contact.name", "Person.contact.phone",
			"Shared", "SubmittedAt", "Timeline", "Version",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		whole, _ := json.Marshal(f)
		for _, c := range []string{"金丝雀不给", "金丝雀备注", "金丝雀路", "金丝雀便条", "金丝雀信", "金丝雀话", "金丝雀别处", "canary@", "陈先生", "13900139000"} {
			if bytes.Contains(whole, []byte(c)) {
				t.Errorf("the handler reads %s", c)
			}
		}
		if !bytes.Contains(whole, []byte("金丝雀要求")) || len(f.Evidence) != 1 {
			t.Errorf("the handler does not read what was consented")
		}
		for name, id := range files {
			var out bytes.Buffer
			err := d.StaffEvidence(t.Context(), handler, by.Dispute, id, func(complaint.Evidence) (io.Writer, error) { return &out, nil })
			if (name == "给") != (err == nil && out.Len() > 0) {
				t.Errorf("the file %s: %v", name, err)
			}
		}
		rows, err := d.FindCases(t.Context(), handler, "13900139000")
		if err != nil || len(rows) > 0 && (rows[0].Helper || rows[0].Assignee != "") {
			t.Errorf("found by the helper's number: %+v, %v", rows, err)
		}
		// What she adds for the firm goes to the firm.
		db.Clock.Move(time.Hour)
		e, err := d.AddEvidence(t.Context(), by, "新.png", "新的账单", strings.NewReader(picture+"new"))
		if err != nil {
			t.Fatal(err)
		}
		db.Clock.Move(time.Hour)
		d.do(t, by, 1, dispute.AddFacts, dispute.RestartWarned, dispute.ConsentCovers)
		if f := d.openCase(t, handler, by.Dispute); !slices.Contains(f.Shared, "evidence:"+e.ID) || len(f.Evidence) != 2 {
			t.Errorf("after she added: %v", f.Shared)
		}
		verified(t, d)
	})
}
