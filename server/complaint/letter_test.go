package complaint_test

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"anxin/content"
	"anxin/i18n"
	"anxin/server/complaint"
	"anxin/server/dispute"
	"anxin/server/fault"
	"anxin/server/intake"
	"anxin/server/library"
	"anxin/server/locale"
	"anxin/server/notify"
	"anxin/server/store/storetest"
)

var update = flag.Bool("update", false, "rewrite the letters under testdata")

var opened = sync.OnceValues(func() (*library.Library, error) { return library.Open(content.Files) })

// writing is a desk that can write letters.
func writing(t *testing.T, db *storetest.DB) *desk {
	t.Helper()
	d := open(t, db)
	var err error
	if d.Library, err = opened(); err != nil {
		t.Fatal(err)
	}
	words, err := locale.OpenCatalogue(i18n.Files)
	if err != nil {
		t.Fatal(err)
	}
	d.Words = &notify.Words{Catalogue: words, Operator: d.Library.Operator()}
	return d
}

func (d *desk) drafts(t *testing.T) []complaint.Letter {
	t.Helper()
	list, err := d.Letters(t.Context(), officer)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func kinds(list []complaint.Letter) (out []string) {
	for _, l := range list {
		out = append(out, l.Kind)
	}
	slices.Sort(out)
	return out
}

// consented is a complaint whose letter to the firm lies drafted.
func (d *desk) consented(t *testing.T, key string, a intake.Answers) complaint.Access {
	t.Helper()
	by := d.chosen(t, key, a)
	d.do(t, by, 1, dispute.GiveConsent, dispute.SeparateConsent)
	return by
}

// chosen is a complaint that waits for her consent.
func (d *desk) chosen(t *testing.T, key string, a intake.Answers) complaint.Access {
	t.Helper()
	_, by := d.file(t, key, a)
	d.do(t, d.officer(by), 0, dispute.Accept, dispute.BarWarningSeen)
	d.do(t, by, 0, dispute.ChooseInstitution, dispute.CostShown, dispute.ReceiverNamed)
	return by
}

func (d *desk) send(t *testing.T, l complaint.Letter, on time.Time) {
	t.Helper()
	if err := d.SentLetter(t.Context(), officer, l.ID, "post", on); err != nil {
		t.Fatalf("send %s: %v", l.Kind, err)
	}
}

func TestLettersFollowTheCase(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		d := writing(t, db)
		by := d.consented(t, key, answers())
		first := d.drafts(t)
		if got := kinds(first); !slices.Equal(got, []string{"hand_over"}) || first[0].Firm != "样本银行（虚构）" || first[0].Leg != 1 || first[0].Key() != "letter.kind_hand_over" {
			t.Fatalf("drafted: %+v", first)
		}
		// It went out the day before it is noted, and from then the firm's time is counted.
		sent := db.Clock.Now()
		db.Clock.Move(24 * time.Hour)
		d.send(t, first[0], sent)
		f := d.read(t, by)
		if leg(t, f, 1).State != dispute.HandedOver || due(f, 1, dispute.FIDecide) != "2026-12-23" {
			t.Errorf("sent, the leg is %s and the firm has until %s", leg(t, f, 1).State, due(f, 1, dispute.FIDecide))
		}
		if got := d.drafts(t); len(got) != 0 {
			t.Errorf("sent, there wait %v", kinds(got))
		}
		db.Clock.Move(22 * 24 * time.Hour)
		d.sweep(t)
		next := d.drafts(t)
		if got := kinds(next); !slices.Equal(got, []string{"overdue", "supervisor"}) {
			t.Fatalf("after silence there wait %v", got)
		}
		d.send(t, next[slices.IndexFunc(next, func(l complaint.Letter) bool { return l.Kind == complaint.OverdueLetter })], db.Clock.Now())
		// The answer comes late: nobody needs to be told any more that there is none.
		if err := d.Do(t.Context(), d.officer(by), complaint.Act{
			Leg: 1, Event: dispute.LateAnswer, Facts: []dispute.Fact{dispute.ReliefOffered, dispute.ReasonsComplete, dispute.PaperKept}, Text: "退款。",
		}); err != nil {
			t.Fatal(err)
		}
		if got := d.drafts(t); len(got) != 0 {
			t.Errorf("after the answer there wait %v", kinds(got))
		}
		all, err := d.LettersOf(t.Context(), officer, by.Dispute)
		if err != nil || !slices.Equal(kinds(all), []string{"hand_over", "overdue"}) || all[0].SentOn != "2026-12-01" || all[0].Way != "post" || all[0].SentBy != officer.ID {
			t.Errorf("sent were %+v, %v", all, err)
		}
		verified(t, d)
	})
}

// A firm that has her complaint learns that she took it back.
func TestAFirmIsToldThatSheWithdrew(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		for name, withdraw := range map[string]func(d *desk, by complaint.Access){
			"the step":      func(d *desk, by complaint.Access) { d.do(t, by, 1, dispute.WithdrawLeg, dispute.ConsequencesShown) },
			"the complaint": func(d *desk, by complaint.Access) { d.do(t, by, 0, dispute.Withdraw, dispute.ConsequencesShown) },
		} {
			d := writing(t, db)
			by := d.consented(t, complaint.NewKey(), answers())
			d.send(t, d.drafts(t)[0], db.Clock.Now())
			db.Clock.Move(24 * time.Hour)
			withdraw(d, by)
			list := d.drafts(t)
			if got := kinds(list); !slices.Equal(got, []string{"withdrawn"}) {
				t.Fatalf("%s: there wait %v", name, got)
			}
			l, err := d.Letter(t.Context(), officer, list[0].ID)
			text := plainly(l)
			if err != nil || !strings.Contains(text, "已经撤回") || !strings.Contains(text, "2026年1") || strings.Contains(text, "林") {
				t.Errorf("%s: the letter is %+v, %v", name, l, err)
			}
			d.send(t, list[0], db.Clock.Now())
			if left := d.drafts(t); len(left) != 0 {
				t.Errorf("%s: sent, there wait %v", name, kinds(left))
			}
			verified(t, d)
		}
	})
}

func TestALetterThatCameBackIsDraftedAnew(t *testing.T) {
	t.Parallel()
	d := writing(t, storetest.Open(t))
	by := d.consented(t, key, answers())
	d.send(t, d.drafts(t)[0], d.db.Clock.Now())
	d.do(t, d.officer(by), 1, dispute.Undelivered, dispute.PaperKept)
	again := d.drafts(t)
	if len(again) != 1 || again[0].Kind != complaint.HandOverLetter {
		t.Fatalf("there wait %v", kinds(again))
	}
	// She changes her mind: what was drafted is not needed.
	d.do(t, by, 1, dispute.RevokeConsent)
	if got := d.drafts(t); len(got) != 0 {
		t.Errorf("without her consent there wait %v", kinds(got))
	}
	if _, err := d.Letter(t.Context(), officer, again[0].ID); fault.From(err).Kind != fault.NotFound {
		t.Errorf("without her consent it can still be read: %v", err)
	}
	if err := d.SentLetter(t.Context(), officer, again[0].ID, "post", d.db.Clock.Now()); fault.From(err).Kind != fault.NotFound {
		t.Errorf("without her consent it can still be sent: %v", err)
	}
}

func TestWhatCannotBeSent(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	d := writing(t, db)
	by := d.consented(t, key, answers())
	l := d.drafts(t)[0]
	for name, try := range map[string]struct {
		by   complaint.Staff
		way  string
		on   time.Time
		want fault.Kind
	}{
		"no way":               {officer, "pigeon", db.Clock.Now(), fault.Invalid},
		"before she agreed":    {officer, "post", db.Clock.Now().AddDate(0, 0, -1), fault.Invalid},
		"tomorrow":             {officer, "post", db.Clock.Now().AddDate(0, 0, 1), fault.Invalid},
		"no day":               {officer, "post", time.Time{}, fault.Invalid},
		"by the firm's people": {complaint.Staff{ID: "h", Actor: dispute.Handler, Institution: "x"}, "post", db.Clock.Now(), fault.NotFound},
	} {
		if err := d.SentLetter(t.Context(), try.by, l.ID, try.way, try.on); fault.From(err).Kind != try.want {
			t.Errorf("%s: %v", name, err)
		}
	}
	d.send(t, l, db.Clock.Now())
	if err := d.SentLetter(t.Context(), officer, l.ID, "post", db.Clock.Now()); fault.From(err).Kind != fault.Conflict && fault.From(err).Kind != fault.NotFound {
		t.Errorf("twice: %v", err)
	}
	if f := d.read(t, by); happened(f, dispute.HandOver) != 1 {
		t.Errorf("handed over %d times", happened(f, dispute.HandOver))
	}
}

// The letters word by word, in three languages: what is law is cited, what is not is a time of reference, and what she did not agree
// to is not there.
func TestLettersWordByWord(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, product string
		all           bool
	}{{"bank", "loan", true}, {"microloan", "microloan", true}, {"bank_in_part", "loan", false}} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			db := storetest.Open(t)
			d := writing(t, db)
			a := answers()
			a.Product, a.WantText, a.Tried = test.product, "退回多收的钱。", intake.Tried{Firm: "refused", Date: "2026-11-02"}
			a.Contact.Email, a.Reach.Ways = "lin@example.net", []string{"email"}
			by := d.chosen(t, key, a)
			e, err := d.AddEvidence(t.Context(), by, "合同.jpg", "合同第三页", strings.NewReader("\xFF\xD8\xFF contract"))
			if err != nil {
				t.Fatal(err)
			}
			agrees := complaint.Act{Leg: 1, Event: dispute.GiveConsent, Facts: []dispute.Fact{dispute.SeparateConsent}}
			if test.all {
				agrees.Fields = []string{"phone", "email", "tried", "evidence:" + e.ID}
			}
			if err := d.Do(t.Context(), by, agrees); err != nil {
				t.Fatal(err)
			}
			var text strings.Builder
			print := func() {
				list := d.drafts(t)
				slices.SortFunc(list, func(a, b complaint.Letter) int { return strings.Compare(a.Kind, b.Kind) })
				for _, code := range locale.All {
					for _, l := range list {
						l, err := d.LetterIn(t.Context(), officer, l.ID, code)
						if err != nil {
							t.Fatal(err)
						}
						text.WriteString(plainly(l))
					}
				}
			}
			print()
			d.send(t, d.drafts(t)[0], db.Clock.Now())
			db.Clock.Move(30 * 24 * time.Hour)
			d.sweep(t)
			print()
			got := strings.ReplaceAll(text.String(), complaint.Grouped(d.read(t, by).Number), "NUMBER")
			if !test.all {
				for _, hers := range []string{"13800138000", "lin@example.net", "合同第三页", "2026年11月2日"} {
					if strings.Contains(got, hers) {
						t.Errorf("it holds %s, which she did not agree to hand over", hers)
					}
				}
			}
			file := filepath.Join("testdata", "letters_"+test.name+".txt")
			if *update {
				if err := os.MkdirAll("testdata", 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil { //nolint:gosec // for everybody to read
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil || got != string(want) {
				t.Errorf("the letters are not those of %s (%v): go test ./server/complaint -run WordByWord -update, and read them", file, err)
			}
		})
	}
}

func plainly(l complaint.Letter) string {
	p := l.Sheet
	lines := []string{"=== " + l.Key() + " " + string(p.Lang), strings.Join(p.To, "\n"), p.Reference + ", " + p.Date, "# " + p.Heading}
	lines = append(lines, p.Paragraphs...)
	for _, r := range p.Rows {
		lines = append(lines, "- "+r.Name+": "+r.Text)
	}
	for _, e := range p.Enclosures {
		lines = append(lines, "+ "+e)
	}
	return strings.Join(lines, "\n") + "\n\n"
}

// What was sent stays as it was, whatever is changed afterwards.
func TestWhatWasSentStays(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	d := writing(t, db)
	by := d.consented(t, key, answers())
	l := d.drafts(t)[0]
	d.send(t, l, db.Clock.Now())
	was, err := d.Letter(t.Context(), officer, l.ID)
	if err != nil {
		t.Fatal(err)
	}
	c, r := answers().Contact, answers().Reach
	c.Name = "另一个名字"
	if err := d.ChangeContact(t.Context(), by, c, r); err != nil {
		t.Fatal(err)
	}
	db.Clock.Move(24 * time.Hour)
	is, err := d.Letter(t.Context(), officer, l.ID)
	if err != nil || plainly(is) != plainly(was) || !strings.Contains(plainly(is), "林女士") {
		t.Errorf("it was\n%s\nand is\n%s\n%v", plainly(was), plainly(is), err)
	}
	read := 0
	for _, s := range d.read(t, by).Seen {
		if s.Action == "read" && s.Actor == dispute.Officer {
			read++
		}
	}
	if read != 2 {
		t.Errorf("she is told of %d looks at her letter", read)
	}
}

// A case that touches her is hidden from an officer with its letters.
func TestLettersOfACaseThatIsHidden(t *testing.T) {
	t.Parallel()
	d := writing(t, storetest.Open(t))
	by := d.consented(t, key, answers())
	l := d.drafts(t)[0]
	neighbour := complaint.Staff{ID: "officer-2", Actor: dispute.Officer}
	if err := d.Recuse(t.Context(), neighbour, by.Dispute, "她是我的邻居"); err != nil {
		t.Fatal(err)
	}
	if list, err := d.Letters(t.Context(), neighbour); err != nil || len(list) != 0 {
		t.Errorf("she sees %+v, %v", list, err)
	}
	_, one := d.Letter(t.Context(), neighbour, l.ID)
	_, of := d.LettersOf(t.Context(), neighbour, by.Dispute)
	_, none := d.Letter(t.Context(), neighbour, "no such letter")
	sent := d.SentLetter(t.Context(), neighbour, l.ID, "post", d.db.Clock.Now())
	for what, err := range map[string]error{"one": one, "those of the case": of, "none": none, "sending": sent} {
		if fault.From(err).Kind != fault.NotFound {
			t.Errorf("%s: %v", what, err)
		}
	}
	if len(d.drafts(t)) != 1 {
		t.Error("another officer does not see it")
	}
}
