package app

import (
	"testing"

	"anxin/server/account"
	"anxin/server/complaint"
	"anxin/server/dispute"
	"anxin/server/fault"
	"anxin/server/store"
)

// A case is assigned to an officer by her account, and by nothing else.
func TestColleague(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	f := o.file(t, herAnswers())
	if _, _, _, err := o.Store.ImportInstitutions(t.Context(), []store.Institution{{ID: "bank-1", Name: "样本银行（虚构）", Supervisor: "nfra", Source: "test"}}); err != nil {
		t.Fatal(err)
	}
	ids := map[account.Role]string{}
	for role, institution := range map[account.Role]string{account.Officer: "", account.Handler: "bank-1", account.Sysadmin: ""} {
		if _, err := o.Accounts.Add(t.Context(), account.Command, role, "人"+string(role), institution); err != nil {
			t.Fatal(err)
		}
		a, err := o.Accounts.Named(t.Context(), "人"+string(role))
		if err != nil {
			t.Fatal(err)
		}
		ids[role] = a.ID
	}
	by := complaint.Staff{ID: "officer-1", Actor: dispute.Officer}
	for who, id := range map[string]string{"a handler": ids[account.Handler], "an administrator": ids[account.Sysadmin], "nobody": "no account"} {
		if err := o.Complaints.Assign(t.Context(), by, f.by.Dispute, id); fault.From(err).Kind != fault.Invalid {
			t.Errorf("assigned to %s: %v", who, err)
		}
	}
	if err := o.Complaints.Assign(t.Context(), by, f.by.Dispute, ids[account.Officer]); err != nil {
		t.Fatal(err)
	}
	got, err := o.Complaints.OpenCase(t.Context(), by, f.by.Dispute)
	if err != nil || got.Assignee != ids[account.Officer] || got.AssigneeName != "人officer" {
		t.Errorf("assigned to %q, %q: %v", got.Assignee, got.AssigneeName, err)
	}
}
