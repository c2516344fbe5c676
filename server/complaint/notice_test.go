package complaint_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"anxin/server/complaint"
	"anxin/server/dispute"
	"anxin/server/intake"
	"anxin/server/locale"
	"anxin/server/notify"
	"anxin/server/store"
	"anxin/server/store/storetest"
)

// copies are the copies outside of the site that are still to be delivered, "notice channel", since what was there before.
func (d *desk) copies(t *testing.T) []string {
	t.Helper()
	var list []string
	if err := d.db.Read(t.Context(), func(tx *store.Tx) error {
		return tx.Query("SELECT notice || ' ' || channel FROM deliveries WHERE channel <> 'inbox' AND delivered_at IS NULL AND dead_at IS NULL ORDER BY 1", nil, func(scan func(...any) error) error {
			var s string
			err := scan(&s)
			list = append(list, s)
			return err
		})
	}); err != nil {
		t.Fatal(err)
	}
	return list
}

// forget takes away all deliveries, so that a test sees only what comes.
func (d *desk) forget(t *testing.T) {
	t.Helper()
	if err := d.db.Write(t.Context(), func(tx *store.Tx) error {
		_, err := tx.Exec("DELETE FROM deliveries")
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func reached(ways []string, with ...func(*intake.Answers)) intake.Answers {
	a := answers()
	a.Reach = intake.Reach{Ways: ways}
	for _, w := range with {
		w(&a)
	}
	return a
}

func email(a *intake.Answers) { a.Contact.Email = "lin@example.com" }

// Each is told in the way they chose, and whoever cannot be is called.
func TestToldInTheChosenWay(t *testing.T) {
	t.Parallel()
	d := open(t, storetest.Open(t))
	d.Mail = true
	needs := func(id string) func(*intake.Answers) {
		return func(a *intake.Answers) { a.Reach.Needs, a.Consents.Needs = []string{id}, true }
	}
	for i, c := range []struct {
		name    string
		answers intake.Answers
		mail    bool
		want    []string
	}{
		{"telephone", reached([]string{"phone"}), true, []string{"progress call"}},
		{"telephone, with an address besides", reached([]string{"phone"}, email), true, []string{"progress call"}},
		{"mail", reached([]string{"email"}, email), true, []string{"progress email"}},
		{"mail, and there is no server", reached([]string{"email"}, email), false, []string{"progress call"}},
		{"mail and telephone", reached([]string{"phone", "email"}, email), true, []string{"progress call", "progress email"}},
		{"text message", reached([]string{"text"}), true, []string{"progress text"}},
		{"telephone, and she cannot hear", reached([]string{"phone"}, needs("text_only")), true, []string{"progress text"}},
		{"telephone, and she signs", reached([]string{"phone", "text"}, needs("sign")), true, []string{"progress text"}},
		{"post", reached([]string{"post"}, func(a *intake.Answers) { a.Reach.Address = "某路一号" }), true, []string{"progress post"}},
		{"through somebody", reached([]string{"through"}, func(a *intake.Answers) { a.Reach.Through = "王姐 13700137000" }), true, []string{"progress through"}},
	} {
		d.Mail = c.mail
		_, by := d.file(t, fmt.Sprint(key, i), c.answers)
		d.forget(t)
		d.do(t, complaint.As(by.Dispute, dispute.Officer, "staff-1"), 0, dispute.Accept)
		if diff := cmp.Diff(c.want, d.copies(t)); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
		notices := d.read(t, by).Notices
		if len(notices) != 1 || notices[0].Kind != notify.Progress || !notices[0].ReadAt.IsZero() || !slices.Equal(notices[0].Told, []string{"dispute.told.accepted"}) {
			t.Errorf("%s: in her inbox lies %+v", c.name, notices)
		}
	}
}

// What happens at once is one notice, and says whether it is her turn; what she did herself she is not told by others' telephones.
func TestOneNoticeAChange(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		d := open(t, db)
		d.Mail = true
		_, by := d.file(t, key, reached([]string{"phone", "email"}, email))
		officer := complaint.As(by.Dispute, dispute.Officer, "staff-1")
		if diff := cmp.Diff([]string{"received email"}, d.copies(t)); diff != "" {
			t.Errorf("filed: %s", diff)
		}
		if n := d.read(t, by).Notices; len(n) != 1 || n[0].ReadAt.IsZero() {
			t.Errorf("her own filing lies unread: %+v", n)
		}
		steps := []struct {
			name string
			do   func()
			want []string
		}{
			{"she is asked", func() { d.do(t, officer, 0, dispute.AskInfo, dispute.MissingListed) }, []string{"asked call", "asked email"}},
			{"she answers", func() { d.do(t, by, 0, dispute.Supply) }, nil},
			{"taken up", func() { d.do(t, officer, 0, dispute.Accept) }, []string{"progress call", "progress email"}},
			{"withdrawn", func() { d.do(t, by, 0, dispute.Withdraw, dispute.ConsequencesShown) }, []string{"progress email"}},
		}
		for _, s := range steps {
			d.forget(t)
			s.do()
			if diff := cmp.Diff(s.want, d.copies(t)); diff != "" {
				t.Errorf("%s: %s", s.name, diff)
			}
		}
	})
}

// A call that is still to be made tells all; a mail tells what the next within the hour would.
func TestFewNotices(t *testing.T) {
	t.Parallel()
	d := open(t, storetest.Open(t))
	d.Mail = true
	_, by := d.file(t, key, reached([]string{"phone", "email"}, email))
	officer := complaint.As(by.Dispute, dispute.Officer, "staff-1")
	d.forget(t)
	d.do(t, officer, 0, dispute.AskInfo, dispute.MissingListed)
	d.do(t, officer, 0, dispute.Supply, dispute.ReadBack)
	d.do(t, officer, 0, dispute.AskInfo, dispute.MissingListed)
	if diff := cmp.Diff([]string{"asked call", "asked email", "progress email"}, d.copies(t)); diff != "" {
		t.Errorf("within the hour: %s", diff)
	}
	d.db.Clock.Move(2 * time.Hour)
	d.do(t, officer, 0, dispute.Supply, dispute.ReadBack)
	if diff := cmp.Diff([]string{"asked call", "asked email", "progress email", "progress email"}, d.copies(t)); diff != "" {
		t.Errorf("later: %s", diff)
	}
	if n := d.read(t, by).Notices; len(n) != 4 {
		t.Errorf("in her inbox lie %d", len(n))
	}
}

// Whose complaint somebody else files is asked by her own telephone; the helper has seen it.
func TestConfirmedByTelephone(t *testing.T) {
	t.Parallel()
	d := open(t, storetest.Open(t))
	a := byHelper()
	a.Reach = intake.Reach{Ways: []string{"through"}, Through: a.Helper.Name, Language: "en"}
	_, by := d.file(t, key, a)
	if diff := cmp.Diff([]string{"confirm call"}, d.copies(t)); diff != "" {
		t.Error(diff)
	}
	hand, err := d.db.ByHand(t.Context(), "staff-1", 10, "call")
	f := d.read(t, by)
	if err != nil || len(hand) != 1 || hand[0].Party != f.Person.ID || hand[0].Role != "complainant" {
		t.Errorf("who is called: %+v, %v", hand, err)
	}
	if f.You.Reach.Speaks() != locale.En || len(f.Notices) != 1 || f.Notices[0].ReadAt.IsZero() {
		t.Errorf("the helper: %+v, %+v", f.You, f.Notices)
	}
	d.forget(t)
	d.do(t, complaint.As(by.Dispute, dispute.Officer, "staff-1"), 0, dispute.AskInfo, dispute.MissingListed)
	if diff := cmp.Diff([]string{"asked call", "asked through"}, d.copies(t)); diff != "" {
		t.Errorf("helper and person: %s", diff)
	}
}

func (d *desk) next(t *testing.T) notify.Due {
	t.Helper()
	m, ok, err := d.NextMail(t.Context())
	if err != nil || !ok {
		t.Fatalf("no mail is due: %v", err)
	}
	return m
}

func (d *desk) nothing(t *testing.T, when string) {
	t.Helper()
	if m, ok, err := d.NextMail(t.Context()); ok || err != nil {
		t.Errorf("%s there is a mail: %+v, %v", when, m.Mail, err)
	}
}

// What is still to be sent when she changes her contact goes where she is reached then, and word of the change to where she was.
func TestContactChangesBeforeItIsSent(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		d := open(t, db)
		d.Mail = true
		a := reached([]string{"email"}, email)
		a.Reach.Language = "zh-Hant"
		_, by := d.file(t, key, a)
		change := func(mail string, ways ...string) {
			t.Helper()
			if err := d.ChangeContact(t.Context(), by, intake.Contact{Name: "林女士", Phone: "13800138000", Email: mail}, intake.Reach{Ways: ways, Language: "en"}); err != nil {
				t.Fatal(err)
			}
		}
		change("new@example.com", "email")
		got := map[notify.Notice]notify.Mail{}
		for range 2 {
			m := d.next(t)
			got[m.Notice] = m.Mail
			if err := m.Sent(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		d.nothing(t, "after both")
		if m := got[notify.Received]; m.To != "new@example.com" || m.Lang != locale.En {
			t.Errorf("word of her filing goes to %+v", m)
		}
		if m := got[notify.ContactChanged]; m.To != "lin@example.com" || m.Lang != locale.Hant {
			t.Errorf("word of the change goes to %+v", m)
		}
		// She chooses another way while one is on its way: it is told in that one.
		d.do(t, complaint.As(by.Dispute, dispute.Officer, "staff-1"), 0, dispute.Accept)
		change("", "phone")
		if m := d.next(t); m.Notice != notify.ContactChanged || m.To != "new@example.com" {
			t.Errorf("took %+v", m.Mail)
		}
		d.nothing(t, "after she has moved on")
		if diff := cmp.Diff([]string{"contact_changed email", "progress call"}, d.copies(t)); diff != "" {
			t.Error(diff)
		}
		if dead, err := d.DeadDeliveries(t.Context()); err != nil || len(dead) != 0 {
			t.Errorf("who keeps the server is shown %+v, %v", dead, err)
		}
	})
}

// A mail that goes wrong is tried six times within a day, then she is called; one to no mailbox, at once.
func TestMailGivenUp(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		d := open(t, db)
		d.Mail = true
		later := &notify.Failure{ID: "later"}
		_, by := d.file(t, key, reached([]string{"email"}, email))
		first, began := "", db.Clock.Now()
		for try := 1; try <= 6; try++ {
			m := d.next(t)
			if first == "" {
				first = m.ID
			}
			if m.ID != first {
				t.Errorf("try %d is of another", try)
			}
			if err := m.Failed(t.Context(), later); err != nil {
				t.Fatal(err)
			}
			d.nothing(t, fmt.Sprintf("at once after try %d", try))
			for range 400 { // until it comes back
				db.Clock.Move(5 * time.Minute)
				if _, waits := d.waits(t); waits {
					break
				}
			}
		}
		if took := db.Clock.Now().Sub(began); took < 12*time.Hour || took > 60*time.Hour {
			t.Errorf("it took %s", took)
		}
		d.nothing(t, "given up")
		if diff := cmp.Diff([]string{"received call"}, d.copies(t)); diff != "" {
			t.Error(diff)
		}
		dead, err := d.DeadDeliveries(t.Context())
		if err != nil || len(dead) != 1 || dead[0].ID != first || dead[0].Failure != "later" || dead[0].Tries != 6 {
			t.Fatalf("dead are %+v, %v", dead, err)
		}
		if err := d.Resend(t.Context(), "staff-9", first); err != nil {
			t.Fatal(err)
		}
		if err := d.next(t).Sent(t.Context()); err != nil {
			t.Fatal(err)
		}
		d.forget(t)
		d.do(t, complaint.As(by.Dispute, dispute.Officer, "staff-1"), 0, dispute.AskInfo, dispute.MissingListed)
		if err := d.next(t).Failed(t.Context(), &notify.Failure{ID: "no_mailbox", Permanent: true}); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"asked call"}, d.copies(t)); diff != "" {
			t.Errorf("to no mailbox: %s", diff)
		}
		if got := d.read(t, by).Seen; !slices.ContainsFunc(got, func(s complaint.Seen) bool { return s.Action == "resent" && s.Actor == "sysadmin" }) {
			t.Errorf("she does not see that it was sent again: %+v", got)
		}
	})
}

// waits tells whether a mail is due, without taking it.
func (d *desk) waits(t *testing.T) (n int, waits bool) {
	t.Helper()
	if err := d.db.Read(t.Context(), func(tx *store.Tx) error {
		return tx.Row("SELECT COUNT(*) FROM deliveries WHERE channel = 'email' AND delivered_at IS NULL AND dead_at IS NULL AND next_attempt_at <= $1", []any{tx.Now()}, &n)
	}); err != nil {
		t.Fatal(err)
	}
	return n, n > 0
}

// A mail whose sender dies comes back; one at which every sender dies is given up, and does not hold up the others.
func TestSenderDies(t *testing.T) {
	t.Parallel()
	d := open(t, storetest.Open(t))
	d.Mail = true
	d.file(t, key, reached([]string{"email"}, email))
	for range 6 {
		d.next(t)
		d.nothing(t, "while it is somebody's")
		d.db.Clock.Move(3 * time.Minute)
	}
	d.nothing(t, "after six died")
	if dead, err := d.DeadDeliveries(t.Context()); err != nil || len(dead) != 1 || dead[0].Failure != "given_up" {
		t.Errorf("dead are %+v, %v", dead, err)
	}
	if diff := cmp.Diff([]string{"received call"}, d.copies(t)); diff != "" {
		t.Error(diff)
	}
}

// From a change of the case to a mail: nothing of her is said on the way.
func TestWorkerOnTheQueue(t *testing.T) {
	t.Parallel()
	d := open(t, storetest.Open(t))
	d.Mail = true
	for i := range 5 {
		d.file(t, fmt.Sprint(key, i), reached([]string{"email"}, email))
	}
	var to []string
	w := notify.Worker{Next: d.NextMail, Log: d.Log, Send: func(_ context.Context, m notify.Mail) error {
		to = append(to, m.To)
		if len(to) == 2 {
			return &notify.Failure{ID: "refused"}
		}
		return nil
	}}
	sent, err := w.Deliver(t.Context())
	if err != nil || sent != 4 || len(to) != 5 {
		t.Errorf("sent %d to %v, %v", sent, to, err)
	}
	if strings.Contains(d.db.Log.String(), "@") {
		t.Errorf("the log names somebody: %s", d.db.Log)
	}
}

// What she has read is read; what comes meanwhile is new.
func TestNoticesRead(t *testing.T) {
	t.Parallel()
	d := open(t, storetest.Open(t))
	_, by := d.file(t, key, answers())
	officer := complaint.As(by.Dispute, dispute.Officer, "staff-1")
	d.do(t, officer, 0, dispute.AskInfo, dispute.MissingListed)
	f := d.read(t, by)
	d.db.Clock.Move(time.Minute)
	d.do(t, officer, 0, dispute.Supply, dispute.ReadBack)
	if err := d.ReadNotices(t.Context(), f); err != nil {
		t.Fatal(err)
	}
	var unread []string
	for _, n := range d.read(t, by).Notices {
		if n.ReadAt.IsZero() {
			unread = append(unread, n.Told...)
		}
	}
	if !slices.Equal(unread, []string{"dispute.told.info_supplied"}) {
		t.Errorf("unread are %v", unread)
	}
}

// What an officer writes to her is told; a note is not. What she would be told is shown before it is done, word by word.
func TestStaffTell(t *testing.T) {
	t.Parallel()
	d := open(t, storetest.Open(t))
	d.Mail = true
	a := reached([]string{"phone", "email"}, email)
	a.Reach.Language = "en"
	r, by := d.file(t, key, a)
	d.forget(t)
	if err := d.AddNote(t.Context(), anOfficer("staff-1"), by.Dispute, "只给同事看"); err != nil {
		t.Fatal(err)
	}
	preview, err := d.Preview(t.Context(), anOfficer("staff-1"), by.Dispute, complaint.Act{Event: dispute.Accept})
	if err != nil {
		t.Fatal(err)
	}
	if list := d.copies(t); len(list) != 0 {
		t.Errorf("nothing was done, and told is %v", list)
	}
	var got []string
	for _, n := range preview.Notices {
		got = append(got, n.Party+" "+n.Channel+" "+n.Notice)
		for _, telling := range []string{"complaint", "Bank", "样本", r.Number} {
			if n.Channel != "inbox" && strings.Contains(n.Subject+n.Text, telling) {
				t.Errorf("by %s she is told %q", n.Channel, telling)
			}
		}
	}
	if diff := cmp.Diff([]string{"complainant inbox progress", "complainant email progress", "complainant call progress"}, got); diff != "" {
		t.Error(diff)
	}
	if n := preview.Notices[1]; n.Subject != "You have a new message" || !strings.Contains(n.Text, "anxin.example") {
		t.Errorf("the mail is %+v", n)
	}
	if err := d.Write(t.Context(), anOfficer("staff-1"), by.Dispute, "三天内答复您"); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"message call", "message email"}, d.copies(t)); diff != "" {
		t.Error(diff)
	}
	d.forget(t)
	if err := d.RequestCode(t.Context(), "192.0.2.7", r.Number, "林女士", "13800138000"); err != nil {
		t.Fatal(err)
	}
	list, err := d.CodeRequests(t.Context(), anOfficer("staff-1"))
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	if _, err := d.GrantCode(t.Context(), anOfficer("staff-1"), list[0].ID, "打她留的电话，问了三件事，都对"); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"code_replaced call", "code_replaced email"}, d.copies(t)); diff != "" {
		t.Error(diff)
	}
	if err := d.ChangeContact(t.Context(), by, intake.Contact{Name: "林女士", Phone: "13800138001", Email: "thief@example.com"}, intake.Reach{Ways: []string{"email"}}); err != nil {
		t.Fatal(err)
	}
	if m := d.next(t); m.To != "lin@example.com" {
		t.Errorf("that her code was replaced goes to %s", m.To)
	}
}
