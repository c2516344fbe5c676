package complaint_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"anxin/content"
	"anxin/i18n"
	"anxin/server/complaint"
	"anxin/server/dispute"
	"anxin/server/evidence"
	"anxin/server/fault"
	"anxin/server/intake"
	"anxin/server/locale"
	"anxin/server/notify"
	"anxin/server/policy"
	"anxin/server/store/storetest"
)

// desk is a service on a fresh database, with a clock that stands still.
type desk struct {
	*complaint.Service
	db *storetest.DB
}

func open(t *testing.T, db *storetest.DB) *desk {
	t.Helper()
	rules, err := policy.Open(content.Files)
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(db.Log, nil))
	files, err := evidence.Open(t.TempDir(), db.Options.Vault, log)
	if err != nil {
		t.Fatal(err)
	}
	catalogue, err := locale.OpenCatalogue(i18n.Files)
	if err != nil {
		t.Fatal(err)
	}
	words := &notify.Words{Catalogue: catalogue, Site: &url.URL{Scheme: "https", Host: "anxin.example"}}
	return &desk{&complaint.Service{Store: db.Store, Vault: db.Options.Vault, Policy: rules, Files: files, Words: words, Log: log, Now: db.Clock.Now}, db}
}

func answers() intake.Answers {
	fen := int64(120000)
	return intake.Answers{
		For: intake.ForSelf, Firm: intake.Firm{Name: "样本银行（虚构）"}, Product: "loan", What: "说好没有利息，结果每个月都扣。",
		When: intake.When{Date: "2026-10-08"}, AmountFen: &fen, Wants: []string{"refund"}, Tried: intake.Tried{Firm: "none"},
		Contact: intake.Contact{Name: "林女士", Phone: "13800138000"}, Reach: intake.Reach{Ways: []string{"phone"}},
		Consents: intake.Consents{Account: true}, Warned: true,
	}
}

func byHelper() intake.Answers {
	a := answers()
	a.For = intake.ForOther
	a.Helper = &intake.Helper{Name: "陈先生", Phone: "13900139000", Relation: "child", Authority: "told"}
	a.Consents.Helper = true
	return a
}

func (d *desk) file(t *testing.T, key string, a intake.Answers) (complaint.Receipt, complaint.Access) {
	t.Helper()
	r, err := d.Submit(t.Context(), key, a)
	if err != nil {
		if wrong, ok := errors.AsType[*complaint.InvalidError](err); ok {
			t.Fatalf("not filed: %+v", wrong.Wrong)
		}
		t.Fatal(err)
	}
	token, _, err := d.SignIn(t.Context(), "192.0.2.1", complaint.Grouped(r.Number), complaint.Grouped(r.Code))
	if err != nil {
		t.Fatal(err)
	}
	by, err := d.Access(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	return r, by
}

func (d *desk) read(t *testing.T, by complaint.Access) complaint.File {
	t.Helper()
	f, err := d.Read(t.Context(), by)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func (d *desk) do(t *testing.T, by complaint.Access, leg int, event dispute.Event, facts ...dispute.Fact) {
	t.Helper()
	if err := d.Do(t.Context(), by, complaint.Act{Leg: leg, Event: event, Facts: facts, Text: "写明的话"}); err != nil {
		t.Fatalf("%s: %v", event, err)
	}
}

func due(f complaint.File, leg int, rule dispute.Rule) string {
	for _, d := range f.Deadlines {
		if d.Leg == leg && d.Clock.ID == string(rule) {
			if d.Due.IsZero() {
				return "stopped"
			}
			return d.Due.String()
		}
	}
	return ""
}

const key = "a key of sixteen or more"

func TestFiledOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		d := open(t, db)
		first, by := d.file(t, key, answers())
		if first.Replayed || len(first.Code) != 16 || first.State != dispute.Submitted || len(first.SHA256) != 64 {
			t.Errorf("the receipt is %+v", first)
		}
		f := d.read(t, by)
		if f.Number != first.Number || f.SHA256 != first.SHA256 || f.Person.Contact.Name != "林女士" || f.Helper != nil || by.Actor != dispute.Citizen {
			t.Errorf("her file is not what she filed: %+v", f)
		}
		var group sync.WaitGroup
		numbers := make([]string, 12)
		for i := range numbers {
			group.Go(func() {
				r, err := d.Submit(context.WithoutCancel(t.Context()), key, answers())
				if err == nil && r.Code == first.Code && r.Replayed {
					numbers[i] = r.Number
				}
			})
		}
		group.Wait()
		if slices.ContainsFunc(numbers, func(n string) bool { return n != first.Number }) {
			t.Errorf("twelve at once got %v, not %s", numbers, first.Number)
		}
		other := answers()
		other.What += "。"
		if _, err := d.Submit(t.Context(), key, other); fault.From(err).Kind != fault.Conflict {
			t.Errorf("another content under the key: %v", err)
		}
		db.Clock.Move(73 * time.Hour)
		if r, err := d.Submit(t.Context(), key, answers()); err != nil || r.Number != first.Number || r.Code != "" {
			t.Errorf("after 72 hours: %v, %+v", err, r)
		}
		if r, err := d.Filed(t.Context(), key); err != nil || r.Number != first.Number {
			t.Errorf("by the key alone: %v, %+v", err, r)
		}
	})
}

func TestManyAtOnceUnderOneKey(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		d := open(t, db)
		receipts := make([]complaint.Receipt, 12)
		errs := make([]error, 12)
		var group sync.WaitGroup
		for i := range receipts {
			group.Go(func() { receipts[i], errs[i] = d.Submit(context.WithoutCancel(t.Context()), key, answers()) })
		}
		group.Wait()
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
		for _, r := range receipts {
			if r.Number != receipts[0].Number || r.Code != receipts[0].Code || r.SHA256 != receipts[0].SHA256 {
				t.Errorf("one key gave %s and %s", r.Number, receipts[0].Number)
			}
		}
	})
}

func TestIncomplete(t *testing.T) {
	t.Parallel()
	d := open(t, storetest.Open(t))
	a := answers()
	a.Contact.Phone, a.Warned, a.Product = "", false, "no-such"
	_, err := d.Submit(t.Context(), key, a)
	wrong, ok := errors.AsType[*complaint.InvalidError](err)
	if !ok || fault.From(err).Kind != fault.Invalid {
		t.Fatalf("filed, or refused otherwise: %v", err)
	}
	for _, field := range []string{"contact.phone", "bar_warning_seen", "product"} {
		if !slices.ContainsFunc(wrong.Wrong, func(w intake.Wrong) bool { return w.Field == field }) {
			t.Errorf("%s is not named in %+v", field, wrong.Wrong)
		}
	}
}

// A case from the filing to a rejected answer, with every date on the way.
func TestClocksOfACase(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		d := open(t, db) // 2026-12-01 in Shanghai, a Tuesday
		_, by := d.file(t, key, answers())
		officer := complaint.As(by.Dispute, dispute.Officer, "officer-1")
		firm := complaint.As(by.Dispute, dispute.Handler, "handler-1")
		want := func(what string, leg int, rule dispute.Rule, day string) {
			t.Helper()
			if got := due(d.read(t, by), leg, rule); got != day {
				t.Errorf("%s: %s is due %q, want %q", what, rule, got, day)
			}
		}
		want("filed", 0, dispute.CouncilAccept, "2026-12-10")       // seven working days
		want("filed", 0, dispute.LimitationGeneral, "2029-10-08")   // three years from when it happened
		d.do(t, officer, 0, dispute.AskInfo, dispute.MissingListed) // the same day
		want("asked", 0, dispute.CouncilAccept, "stopped")          // waiting for her is not counted
		want("asked", 0, dispute.CouncilInfoWait, "2026-12-15")     // ten working days
		db.Clock.Move(48 * time.Hour)                               // 3 December
		d.do(t, by, 0, dispute.Supply)                              //
		want("supplied", 0, dispute.CouncilAccept, "2026-12-11")    // 1 and 2 December are not counted; the 1st never was
		want("supplied", 0, dispute.CouncilInfoWait, "")            //
		d.do(t, officer, 0, dispute.Accept)                         // she was warned when she filed
		want("accepted", 0, dispute.CouncilRefer, "2026-12-10")     // five working days
		d.do(t, by, 0, dispute.ChooseInstitution, dispute.CostShown, dispute.ReceiverNamed)
		d.do(t, by, 1, dispute.GiveConsent, dispute.SeparateConsent)
		d.do(t, officer, 1, dispute.HandOver, dispute.DispatchKept)
		want("sent", 1, dispute.FIDecide, "2026-12-25") // taken as received after seven days, 10 December, then fifteen
		if err := d.Do(t.Context(), firm, complaint.Act{Leg: 1, Event: dispute.Acknowledge, Facts: []dispute.Fact{dispute.ReceiptDated}, On: db.Clock.Now().Add(-24 * time.Hour)}); err != nil {
			t.Fatal(err)
		}
		want("received on 2 December", 1, dispute.FIDecide, "2026-12-17")
		d.do(t, firm, 1, dispute.Extend)
		want("extended to thirty days", 1, dispute.FIDecide, "2027-01-01") // nobody knows yet which days of 2027 are off
		if f := d.read(t, by); !slices.ContainsFunc(f.Deadlines, func(d complaint.Deadline) bool { return d.Clock.ID == string(dispute.FIDecide) && d.Provisional }) {
			t.Error("a day of a year without holidays is not called provisional")
		}
		d.do(t, firm, 1, dispute.Answer, dispute.ReasonsComplete, dispute.ClaimDismissed, dispute.FromBranch)
		want("answered", 1, dispute.FIReviewApply, "2027-01-04")
		want("answered", 1, dispute.FIDecide, "")
		d.do(t, by, 1, dispute.RejectAnswer)
		f := d.read(t, by)
		if f.Case.State != dispute.Between || f.Case.Legs[0].State != dispute.RejectedByCitizen {
			t.Errorf("the case stands at %s, its leg at %s", f.Case.State, f.Case.Legs[0].State)
		}
		want("rejected", 1, dispute.FIReviewApply, "2027-01-04") // goes on
		for _, dl := range f.Deadlines {
			if len(dl.Steps) == 0 {
				t.Errorf("%s is not explained", dl.Clock.ID)
			}
		}
		if n := len(f.Timeline); n < 10 || f.Timeline[0].Told != "dispute.told.submitted" || len(f.Timeline[0].Deadlines) != 2 {
			t.Errorf("the timeline has %d entries and begins with %+v", n, f.Timeline[0])
		}
		report, err := d.Store.Verify(t.Context())
		if err != nil || len(report.Flaws) > 0 {
			t.Errorf("the audit: %v, %v", err, report.Flaws)
		}
	})
}

func TestWhatSheMayNotSay(t *testing.T) {
	t.Parallel()
	d := open(t, storetest.Open(t))
	_, by := d.file(t, key, answers())
	refused := func(by complaint.Access, event dispute.Event, why dispute.Why, facts ...dispute.Fact) {
		t.Helper()
		err := d.Do(t.Context(), by, complaint.Act{Event: event, Facts: facts})
		if r, ok := errors.AsType[*dispute.RefusedError](err); !ok || r.Why != why {
			t.Errorf("%s by %s: %v, want %s", event, by.Actor, err, why)
		}
	}
	refused(by, dispute.Accept, dispute.NotYours)
	refused(by, dispute.Supply, dispute.NotNow)
	refused(by, dispute.Withdraw, dispute.NotYet) // the consequences were not shown
	officer := complaint.As(by.Dispute, dispute.Officer, "o")
	refused(officer, dispute.Withdraw, dispute.NotYet, dispute.ConsequencesShown) // was not read back to her
	if err := d.Do(t.Context(), by, complaint.Act{Event: dispute.Withdraw, Facts: []dispute.Fact{dispute.ConsequencesShown}, Version: 99}); fault.From(err).Kind != fault.Conflict {
		t.Errorf("a version that is none: %v", err)
	}
	d.do(t, by, 0, dispute.Withdraw, dispute.ConsequencesShown)
	if f := d.read(t, by); f.Case.State != dispute.Withdrawn || due(f, 0, dispute.CouncilAccept) != "" || due(f, 0, dispute.LimitationGeneral) == "" {
		t.Errorf("after withdrawing: %s, %+v", f.Case.State, f.Deadlines)
	}
}

func TestHelper(t *testing.T) {
	t.Parallel()
	d := open(t, storetest.Open(t))
	_, by := d.file(t, key, byHelper())
	f := d.read(t, by)
	if by.Actor != dispute.Helper || f.Helper == nil || f.You.Contact.Name != "陈先生" || f.Person.Contact.Name != "林女士" || !f.Case.Helper || f.Case.Confirmed {
		t.Fatalf("the helper's file: %+v", f)
	}
	withdraw := complaint.Act{Event: dispute.Withdraw, Facts: []dispute.Fact{dispute.ConsequencesShown}}
	err := d.Do(t.Context(), by, withdraw)
	if r, ok := errors.AsType[*dispute.RefusedError](err); !ok || r.Guard.Name != "confirmed" {
		t.Errorf("withdrawn for a person whom nobody has asked: %v", err)
	}
	d.do(t, complaint.As(by.Dispute, dispute.Officer, "o"), 0, dispute.ConfirmPerson, dispute.PersonConfirmed)
	err = d.Do(t.Context(), by, withdraw)
	if r, ok := errors.AsType[*dispute.RefusedError](err); !ok || r.Guard.Name != "power" {
		t.Errorf("withdrawn without the authority for it: %v", err)
	}
}

func TestSessions(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		d := open(t, db)
		r, _ := d.file(t, key, answers())
		for _, wrong := range [][2]string{{r.Number, "0000000000000000"}, {"0000000000000", r.Code}} {
			if _, _, err := d.SignIn(t.Context(), "192.0.2.7", wrong[0], wrong[1]); fault.From(err).Kind != fault.Unauthorized {
				t.Errorf("signed in with %v: %v", wrong, err)
			}
		}
		token, _, err := d.SignIn(t.Context(), "192.0.2.7", r.Number, r.Code)
		if err != nil {
			t.Fatal(err)
		}
		db.Clock.Move(29 * time.Minute)
		if _, err := d.Access(t.Context(), token); err != nil {
			t.Errorf("after 29 minutes: %v", err)
		}
		db.Clock.Move(31 * time.Minute)
		if _, err := d.Access(t.Context(), token); fault.From(err).Kind != fault.Unauthorized {
			t.Errorf("after half an hour without a sign: %v", err)
		}
		token, _, err = d.SignIn(t.Context(), "192.0.2.7", r.Number, r.Code)
		if err != nil {
			t.Fatal(err)
		}
		if err := d.SignOut(t.Context(), token); err != nil {
			t.Fatal(err)
		}
		if _, err := d.Access(t.Context(), token); fault.From(err).Kind != fault.Unauthorized {
			t.Errorf("after signing out: %v", err)
		}
	})
}

func TestDrafts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		d := open(t, db)
		draft := complaint.Draft{Key: complaint.NewKey()}
		draft.Answers.What = "写了一半"
		if err := d.SaveDraft(t.Context(), &draft); err != nil {
			t.Fatal(err)
		}
		code, err := d.ResumeCode(t.Context(), &draft)
		if err != nil || len(code) != 16 {
			t.Fatal(code, err)
		}
		found, err := d.Resume(t.Context(), "192.0.2.1", complaint.Grouped(code))
		if err != nil || found.Key != draft.Key || found.Answers.What != "写了一半" || !found.Resumable || found.Version != draft.Version {
			t.Errorf("resumed: %+v, %v", found, err)
		}
		if _, err := d.Resume(t.Context(), "192.0.2.1", "0000 0000 0000 0000"); fault.From(err).Kind != fault.Unauthorized {
			t.Errorf("a code of nobody: %v", err)
		}
		db.Clock.Move(29 * 24 * time.Hour)
		if err := d.SaveDraft(t.Context(), &found); err != nil {
			t.Fatal(err)
		}
		db.Clock.Move(29 * 24 * time.Hour)
		if _, err := d.Draft(t.Context(), draft.Key); err != nil {
			t.Errorf("saving begins the thirty days anew: %v", err)
		}
		db.Clock.Move(3 * 24 * time.Hour)
		if _, err := d.Draft(t.Context(), draft.Key); fault.From(err).Kind != fault.NotFound {
			t.Errorf("after thirty days: %v", err)
		}
	})
}

func TestContact(t *testing.T) {
	t.Parallel()
	d := open(t, storetest.Open(t))
	_, by := d.file(t, key, answers())
	if err := d.ChangeContact(t.Context(), by, intake.Contact{Name: "林女士"}, intake.Reach{Ways: []string{"phone"}}); fault.From(err).Kind != fault.Invalid {
		t.Errorf("a contact without a telephone: %v", err)
	}
	moved := intake.Contact{Name: "林女士", Phone: "13700137000"}
	if err := d.ChangeContact(t.Context(), by, moved, intake.Reach{Ways: []string{"text"}, Note: "白天别打"}); err != nil {
		t.Fatal(err)
	}
	f := d.read(t, by)
	if f.Person.Contact != moved || f.Person.Reach.Note != "白天别打" || f.Filed.Contact.Phone != "13800138000" {
		t.Errorf("her contact is %+v, what was filed %+v", f.Person, f.Filed.Contact)
	}
	for phone, n := range map[string]int{"13700137000": 1, "13800138000": 0} {
		if ids, err := d.Store.ByPhone(t.Context(), phone); err != nil || len(ids) != n {
			t.Errorf("by %s: %v, %v", phone, ids, err)
		}
	}
	if report, err := d.Store.Verify(t.Context()); err != nil || len(report.Flaws) > 0 {
		t.Errorf("the audit: %v, %v", err, report.Flaws)
	}
}

func TestEvidenceAndMessages(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		d := open(t, db)
		_, by := d.file(t, key, answers())
		picture := "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde" + strings.Repeat("x", 100_000)
		e, err := d.AddEvidence(t.Context(), by, "合同.png", "合同第一页", strings.NewReader(picture))
		if err != nil || e.Kind != "image/png" || e.Size != int64(len(picture)) {
			t.Fatalf("%+v, %v", e, err)
		}
		if _, err := d.AddEvidence(t.Context(), by, "a.png", " \n", strings.NewReader(picture)); !errors.Is(err, complaint.ErrNoText) {
			t.Errorf("a file that nobody describes: %v", err)
		}
		var got strings.Builder
		if err := d.OpenEvidence(t.Context(), by, e.ID, func(complaint.Evidence) (io.Writer, error) { return &got, nil }); err != nil || got.String() != picture {
			t.Errorf("%d bytes came back, %v", got.Len(), err)
		}
		if err := d.Describe(t.Context(), by, e.ID, "合同的第一页"); err != nil {
			t.Fatal(err)
		}
		if err := d.Say(t.Context(), by, "  \n"); !errors.Is(err, complaint.ErrNoText) {
			t.Errorf("nothing said: %v", err)
		}
		if err := d.Say(t.Context(), by, "什么时候能有消息？"); err != nil {
			t.Fatal(err)
		}
		f := d.read(t, by)
		if len(f.Evidence) != 1 || f.Evidence[0].Description != "合同的第一页" || len(f.Messages) != 1 || f.Messages[0].Text != "什么时候能有消息？" {
			t.Errorf("%+v, %+v", f.Evidence, f.Messages)
		}
		_, other := d.file(t, key+" of another", answers())
		if err := d.OpenEvidence(t.Context(), other, e.ID, func(complaint.Evidence) (io.Writer, error) { return io.Discard, nil }); fault.From(err).Kind != fault.NotFound {
			t.Errorf("another's file opened: %v", err)
		}
		var group sync.WaitGroup
		ids := make([]string, 6)
		for i := range ids {
			group.Go(func() {
				again, err := d.AddEvidence(context.WithoutCancel(t.Context()), by, "另一个名字.png", "又传了一次", strings.NewReader(picture+"new"))
				if ids[i] = again.ID; err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		if slices.ContainsFunc(ids, func(id string) bool { return id != ids[0] || id == e.ID }) || len(d.read(t, by).Evidence) != 2 {
			t.Errorf("one file sent six times at once stands there as %v", ids)
		}
		if err := d.RemoveEvidence(t.Context(), by, e.ID); err != nil {
			t.Fatal(err)
		}
		if back, err := d.AddEvidence(t.Context(), by, "合同.png", "合同第一页", strings.NewReader(picture)); err != nil || back.ID == e.ID {
			t.Errorf("a file that was taken out and is handed in again: %v, %v", back.ID, err)
		}
		if f := d.read(t, by); len(f.Evidence) != 3 || len(slices.DeleteFunc(f.Evidence, func(e complaint.Evidence) bool { return e.Removed })) != 2 {
			t.Errorf("removed: %+v", f.Evidence)
		}
		if report, err := d.Store.Verify(t.Context()); err != nil || len(report.Flaws) > 0 {
			t.Errorf("the audit: %v, %v", err, report.Flaws)
		}
	})
}
