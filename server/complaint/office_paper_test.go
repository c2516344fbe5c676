package complaint_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"anxin/server/complaint"
	"anxin/server/dispute"
	"anxin/server/evidence"
	"anxin/server/fault"
	"anxin/server/store/storetest"
)

// A firm's files are the firm's: she and the council read them, no other firm does, she cannot take them out or hand them on, and the
// firm does not learn which of hers are the same.
func TestFilesOfAFirm(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		d := office(t, db)
		_, by := d.file(t, key, against(answers()))
		letter := func(who complaint.Staff, text string) (complaint.Evidence, error) {
			return d.AddPaper(t.Context(), who, by.Dispute, "答复.png", "我们的答复信", strings.NewReader(picture+text))
		}
		if _, err := letter(handler, "early"); fault.From(err).Kind != fault.NotFound {
			t.Errorf("before it was handed over: %v", err)
		}
		hers, err := d.AddEvidence(t.Context(), by, "信.png", "她自己留的信", strings.NewReader(picture+"same"))
		if err != nil {
			t.Fatal(err)
		}
		d.consent(t, by)
		d.as(t, officer, by.Dispute, complaint.Act{Leg: 1, Event: dispute.HandOver, Way: "account"})
		firms, err := letter(handler, "same")
		if err != nil || firms.ID == hers.ID || firms.By != dispute.Handler || firms.Description != "我们的答复信" {
			t.Fatalf("the firm's file is %+v, %v", firms, err)
		}
		if again, err := letter(handler, "same"); err != nil || again.ID != firms.ID {
			t.Errorf("sent twice: %+v, %v", again, err)
		}
		if _, err := letter(foreign, "same"); fault.From(err).Kind != fault.NotFound {
			t.Errorf("another firm hands in: %v", err)
		}
		reads := func(who complaint.Staff) (string, error) {
			var out bytes.Buffer
			err := d.StaffEvidence(t.Context(), who, by.Dispute, firms.ID, func(complaint.Evidence) (io.Writer, error) { return &out, nil })
			return out.String(), err
		}
		for _, who := range []complaint.Staff{handler, officer} {
			if text, err := reads(who); err != nil || text != picture+"same" {
				t.Errorf("%s reads %q, %v", who.ID, text, err)
			}
			if files := d.openCase(t, who, by.Dispute).Evidence; !slices.ContainsFunc(files, func(e complaint.Evidence) bool { return e.ID == firms.ID && e.By == dispute.Handler }) {
				t.Errorf("%s sees %+v", who.ID, files)
			}
		}
		if _, err := reads(foreign); fault.From(err).Kind != fault.NotFound {
			t.Errorf("another firm reads it: %v", err)
		}
		f := d.read(t, by)
		i := slices.IndexFunc(f.Evidence, func(e complaint.Evidence) bool { return e.ID == firms.ID })
		if i < 0 || f.Evidence[i].Own(by) || f.Evidence[i].Own(complaint.As(by.Dispute, dispute.Officer, officer.ID)) {
			t.Errorf("her files are %+v", f.Evidence)
		}
		if err := d.RemoveEvidence(t.Context(), by, firms.ID); fault.From(err).Kind != fault.Forbidden {
			t.Errorf("she took it out: %v", err)
		}
		if slices.ContainsFunc(f.Shareable(), func(x complaint.Field) bool { return x.File() == firms.ID }) {
			t.Error("she is asked whether the firm may see its own file")
		}
		answer := complaint.Act{Leg: 1, Event: dispute.Answer, Text: "经查，不退", Facts: []dispute.Fact{dispute.ClaimDismissed, dispute.ReasonsComplete}, Paper: firms.ID}
		wrong := answer
		wrong.Paper = hers.ID
		preview, err := d.Preview(t.Context(), handler, by.Dispute, wrong)
		if err != nil || preview.LegState != dispute.Answered {
			t.Errorf("%+v, %v", preview, err)
		}
		d.as(t, handler, by.Dispute, answer)
		for name, list := range map[string][]complaint.Entry{"hers": d.read(t, by).Timeline, "the handler's": d.openCase(t, handler, by.Dispute).Timeline} {
			if last := list[len(list)-1]; last.Event != dispute.Answer || last.Evidence != firms.ID || last.Way != "account" {
				t.Errorf("%s ends with %+v", name, last)
			}
		}
		verified(t, d)
	})
}

// A firm does not fill up what a case can hold, and does not answer with a file that is not its own.
func TestFilesOfAFirmAreLimited(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	d := office(t, db)
	_, by := d.file(t, key, against(answers()))
	hers, err := d.AddEvidence(t.Context(), by, "信.png", "她的", strings.NewReader(picture))
	if err != nil {
		t.Fatal(err)
	}
	d.consent(t, by)
	d.as(t, officer, by.Dispute, complaint.Act{Leg: 1, Event: dispute.HandOver, Way: "account"})
	n := 0
	for ; err == nil; n++ {
		_, err = d.AddPaper(t.Context(), handler, by.Dispute, "a.png", "一份文件", strings.NewReader(fmt.Sprint(picture, n)))
	}
	if refused, ok := errors.AsType[*evidence.RefusedError](err); !ok || refused.Key != evidence.WrongMany || n != 21 {
		t.Errorf("after %d: %v", n, err)
	}
	if _, err := d.AddEvidence(t.Context(), by, "b.png", "她的第二份", strings.NewReader(picture+"more")); err != nil {
		t.Errorf("then she: %v", err)
	}
	d.as(t, handler, by.Dispute, complaint.Act{Leg: 1, Event: dispute.Acknowledge, Paper: hers.ID})
	list := d.read(t, by).Timeline
	if last := list[len(list)-1]; last.Evidence != "" {
		t.Errorf("the firm points at %s, which it may not see", last.Evidence)
	}
}
