package app

import (
	"strings"
	"testing"

	"anxin/server/account"
	"anxin/server/dispute"
	"anxin/server/intake"
	"anxin/server/notify"
)

// Who keeps the mail server sees what did not arrive and lets it be sent again, and nothing of whom it was for.
func TestDeliveries(t *testing.T) {
	t.Parallel()
	o := openConsole(t)
	o.Complaints.Mail = true
	a := herAnswers()
	a.Contact.Email, a.Reach = "jiang@example.com", intake.Reach{Ways: []string{"email"}}
	f := o.file(t, a)
	s := o.employs(t, account.Sysadmin, "周宁")
	s.sees(t, "/console/deliveries").is(t, "none", 200, "送出去的邮件都到了")
	due, ok, err := o.Complaints.NextMail(t.Context())
	if err != nil || !ok {
		t.Fatal(err)
	}
	if err := due.Failed(t.Context(), &notify.Failure{ID: "no_mailbox", Permanent: true}); err != nil {
		t.Fatal(err)
	}
	page := s.sees(t, "/console/deliveries")
	page.is(t, "one", 200, "没有这个邮箱", "收到了", "再发一次", "/console/deliveries/"+due.ID)
	for _, canary := range []string{herName, herPhone, "jiang@", f.Number, f.by.Dispute, f.by.Party} {
		if strings.Contains(page.text, canary) {
			t.Errorf("it names %s", canary)
		}
	}
	other := o.employs(t, account.Officer, "林晓")
	other.sees(t, "/console/deliveries").is(t, "an officer", 403)
	other.sees(t, "/console")
	other.sends(t, "/console/deliveries/"+due.ID).is(t, "an officer sends", 403)
	s.sees(t, "/console/deliveries")
	s.sends(t, "/console/deliveries/"+due.ID).is(t, "sent again", 200, "很快再发", "送出去的邮件都到了")
	s.sends(t, "/console/deliveries/"+due.ID).is(t, "twice", 404)
	if again, ok, err := o.Complaints.NextMail(t.Context()); err != nil || !ok || again.ID != due.ID {
		t.Errorf("it is not due: %v", err)
	}
	p := o.letIn(t, f)
	wants(t, "her file", p.get(t, "/zh-Hans/complaints/mine/file"), 200, "我们的技术人员把一条没有送到的通知又发了一次")
	o.does(t, f, dispute.Officer, 0, dispute.Accept, "")
}
