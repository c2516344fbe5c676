package complaint_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"anxin/server/complaint"
	"anxin/server/dispute"
	"anxin/server/fault"
	"anxin/server/notify"
	"anxin/server/store/storetest"
)

func (d *desk) asksWhetherSolved(t *testing.T) int {
	t.Helper()
	if _, err := d.SweepSurveys(t.Context()); err != nil {
		t.Fatal(err)
	}
	return len(d.told(t, "survey"))
}

func TestAnswersWhetherItIsSolved(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		d := open(t, db)
		_, by := d.file(t, key, answers())
		const kept fault.Kind = -1
		answer := func(answer, text string, want fault.Kind) {
			t.Helper()
			err := d.AnswerSurvey(t.Context(), by, answer, text)
			if (err == nil) != (want == kept) || err != nil && fault.From(err).Kind != want {
				t.Errorf("%s: %v, want %v", answer, err, want)
			}
		}
		if d.read(t, by).Survey != nil {
			t.Error("she is asked while the case is under way")
		}
		answer(complaint.Solved, "", fault.Conflict)
		d.do(t, by, 0, dispute.Solve)
		if q := d.read(t, by).Survey; q == nil || q.Asked || q.Fixed || q.Answer != "" {
			t.Errorf("at the end the question is %+v", q)
		}
		db.Clock.Move(7 * 24 * time.Hour)
		if d.asksWhetherSolved(t) != 1 || !d.read(t, by).Survey.Asked {
			t.Error("after seven days she is not asked")
		}
		answer("perhaps", "", fault.Invalid)
		asked := func(want int, when string) {
			t.Helper()
			times := 0
			for _, n := range d.read(t, by).Notices {
				if n.Kind == notify.Survey {
					times++
				}
			}
			if times != want {
				t.Errorf("%s, her inbox asks %d times, not %d", when, times, want)
			}
		}
		answer(complaint.Unsure, "", kept)
		asked(1, "not sure yet")
		db.Clock.Move(21 * 24 * time.Hour)
		if got := d.asksWhetherSolved(t); got != 2 {
			t.Errorf("who is not sure is asked %d times", got)
		}
		asked(2, "asked again")
		answer(complaint.Unsolved, " 说好的钱没有到。\n", kept)
		answer(complaint.Unsolved, " 说好的钱没有到。\n", kept)
		asked(0, "answered")
		f := d.read(t, by)
		if q := f.Survey; q.Answer != complaint.Unsolved || q.Text != "说好的钱没有到。" || q.At != db.Clock.Now().UTC().Truncate(time.Microsecond) || len(f.Surveys) != 1 {
			t.Errorf("kept is %+v of %d", q, len(f.Surveys))
		}
		file, err := d.OpenCase(t.Context(), officer, by.Dispute)
		if err != nil || len(file.Surveys) != 1 || file.Surveys[0].Answer != complaint.Unsolved {
			t.Errorf("the officer sees %+v, %v", file.Surveys, err)
		}
		d.do(t, by, 0, dispute.Reopen)
		if f := d.read(t, by); f.Survey != nil || len(f.Surveys) != 1 {
			t.Errorf("opened again, the question is %+v, the answers %+v", f.Survey, f.Surveys)
		}
		asked(0, "opened again")
		db.Clock.Move(time.Hour)
		d.do(t, by, 0, dispute.Solve)
		asked(0, "at another end")
		d.do(t, by, 0, dispute.Reopen)
		answer(complaint.Solved, "", fault.Conflict)
		unflawed(t, d)
	})
}

// Who has said whether it is solved is not asked a second time; and what was said for three years stays said.
func TestWhoHasAnsweredIsLeftInPeace(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	d := open(t, db)
	_, by := d.file(t, key, answers())
	d.do(t, by, 0, dispute.Solve)
	db.Clock.Move(7 * 24 * time.Hour)
	d.asksWhetherSolved(t)
	if err := d.AnswerSurvey(t.Context(), by, complaint.Solved, ""); err != nil {
		t.Fatal(err)
	}
	db.Clock.Move(21 * 24 * time.Hour)
	for range 2 {
		if got := d.asksWhetherSolved(t); got != 1 {
			t.Errorf("she is asked %d times", got)
		}
	}
	if err := d.AnswerSurvey(t.Context(), complaint.As(by.Dispute, dispute.Officer, "officer-1"), complaint.Solved, ""); fault.From(err).Kind != fault.Forbidden {
		t.Errorf("an officer answers for her: %v", err)
	}
	if err := d.AnswerSurvey(t.Context(), by, complaint.Solved, strings.Repeat("长", complaint.MostText+1)); err == nil {
		t.Error("words without end are kept")
	}
	db.Clock.Move(3 * 366 * 24 * time.Hour)
	if q := d.read(t, by).Survey; q == nil || !q.Fixed {
		t.Errorf("after three years it is %+v", q)
	}
	if err := d.AnswerSurvey(t.Context(), by, complaint.Unsolved, ""); fault.From(err).Kind != fault.Conflict {
		t.Errorf("after three years she says something else: %v", err)
	}
}

// What was sent for her, how she was told what and what she answered is hers to take away, and nothing that was only drafted.
func TestBundleHoldsWhatWasDoneForHer(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		d := writing(t, db)
		by := d.consented(t, key, answers())
		if got := d.read(t, by).Letters; len(got) != 0 {
			t.Errorf("what is only drafted is hers: %+v", got)
		}
		d.send(t, d.drafts(t)[0], db.Clock.Now())
		db.Clock.Move(30 * 24 * time.Hour)
		d.sweep(t)
		d.send(t, d.drafts(t)[0], db.Clock.Now())
		f := d.read(t, by)
		l, ok := f.Letter(1)
		if _, more := f.Letter(3); !ok || more || l.Kind != complaint.HandOverLetter || l.SentOn != "2026-12-01" || !strings.Contains(plainly(l), "说好没有利息") {
			t.Fatalf("hers are %+v", f.Letters)
		}
		c, r := answers().Contact, answers().Reach
		c.Name = "另一个名字"
		if err := d.ChangeContact(t.Context(), by, c, r); err != nil {
			t.Fatal(err)
		}
		_, stranger := d.file(t, key+"2", answers())
		if got := d.read(t, stranger); len(got.Letters) != 0 {
			t.Errorf("another's file holds her letters")
		}
		var whole bytes.Buffer
		index := func(complaint.File, map[string]string) ([]byte, error) { return []byte("<!doctype html>"), nil }
		if err := d.WriteBundle(t.Context(), by, index, &whole); err != nil {
			t.Fatal(err)
		}
		z, err := zip.NewReader(bytes.NewReader(whole.Bytes()), int64(whole.Len()))
		if err != nil {
			t.Fatal(err)
		}
		read := func(name string, into any) {
			t.Helper()
			from, err := z.Open(name)
			if err != nil {
				t.Fatal(err)
			}
			if err := json.NewDecoder(from).Decode(into); err != nil {
				t.Fatal(err)
			}
		}
		var letters []struct {
			N      int
			Kind   string
			Letter complaint.Sheet
		}
		read("letters.json", &letters)
		if len(letters) != 2 || letters[0].N != 1 || letters[0].Kind != "hand_over" || letters[1].Kind == "hand_over" || letters[0].Letter.Rows[0].Text != "林女士" {
			t.Errorf("the letters are %+v", letters)
		}
		var notices []struct {
			Notice, Channel string
			Delivered       *time.Time `json:"delivered_at"`
		}
		read("notices.json", &notices)
		inbox, waiting := 0, 0
		for _, n := range notices {
			if n.Channel == "inbox" && n.Delivered != nil {
				inbox++
			}
			if n.Channel == "call" && n.Delivered == nil {
				waiting++
			}
		}
		if inbox != len(f.Notices)+1 || waiting == 0 { // and of the change of her contact
			t.Errorf("of %d notices %d lie in her inbox and %d wait: %+v", len(f.Notices), inbox, waiting, notices)
		}
	})
}

// Whom an officer asks by telephone answers, too: what she says is noted as told, with who noted it, and takes the place of nothing that she
// has answered herself meanwhile.
func TestOfficerNotesWhetherItIsSolved(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		d := office(t, db)
		_, by := d.file(t, key, against(answers()))
		const kept fault.Kind = -1
		var none time.Time
		known := func() time.Time { t.Helper(); return d.read(t, by).Survey.At }
		note := func(name string, who complaint.Staff, way, answer string, over time.Time, want fault.Kind) {
			t.Helper()
			err := d.AnswerSurveyFor(t.Context(), who, by.Dispute, way, answer, "钱到了。", over)
			if (err == nil) != (want == kept) || err != nil && fault.From(err).Kind != want {
				t.Errorf("%s: %v, want %v", name, err, want)
			}
		}
		note("while it is under way", officer, "phone", complaint.Solved, none, fault.Conflict)
		d.do(t, by, 0, dispute.Solve)
		if q := d.openCase(t, officer, by.Dispute).Survey; q == nil || q.Fixed || q.Answer != "" {
			t.Errorf("at the end the officer's question is %+v", q)
		}
		note("a handler", handler, "phone", complaint.Solved, none, fault.NotFound)
		note("by post", officer, "post", complaint.Solved, none, fault.Invalid)
		note("what is no answer", officer, "phone", "perhaps", none, fault.Invalid)
		note("by telephone", officer, "phone", complaint.Unsure, none, kept)
		note("pressed twice", officer, "phone", complaint.Unsure, none, kept)
		if f := d.read(t, by); f.Survey.Answer != complaint.Unsure || f.Survey.Way != "phone" || f.Survey.Text != "钱到了。" {
			t.Errorf("she reads %+v", f.Survey)
		}
		for _, text := range []string{"没有到。", "只到了一半。"} { // the second time she changes her words alone
			before := known()
			db.Clock.Move(time.Minute)
			if err := d.AnswerSurvey(t.Context(), by, complaint.Unsolved, text); err != nil {
				t.Fatal(err)
			}
			note("from a page that was opened before "+text, officer, "phone", complaint.Solved, before, fault.Conflict)
		}
		if q := d.read(t, by).Survey; q.Answer != complaint.Unsolved || q.Way != "" {
			t.Errorf("her own answer became %+v", q)
		}
		note("at the counter, later", officer, "counter", complaint.Solved, known(), kept)
		entries, err := d.Store.Audit(t.Context(), by.Dispute)
		var who []string
		for _, e := range entries {
			if e.Action == "surveyed" {
				who = append(who, e.Actor+" "+e.ActorID)
			}
		}
		if want := []string{"officer officer-1", "citizen " + by.Party, "citizen " + by.Party, "officer officer-1"}; err != nil || !slices.Equal(who, want) {
			t.Errorf("the audit says %v, %v", who, err)
		}
		verified(t, d)
	})
}
