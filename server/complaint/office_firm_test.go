package complaint_test

import (
	"testing"

	"anxin/server/complaint"
	"anxin/server/dispute"
	"anxin/server/fault"
	"anxin/server/store"
	"anxin/server/store/storetest"
)

// She named a firm that was not on the list, or that she did not find there. An officer finds it: the state stays, legs and access
// follow, and what she filed is as she filed it.
func TestFirmFoundLater(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		d := office(t, db)
		a := answers()
		a.Firm.ID, a.Firm.Name = "", "样本行"
		_, by := d.file(t, key, a)
		d.consent(t, by)
		d.as(t, officer, by.Dispute, complaint.Act{Leg: 1, Event: dispute.HandOver, Way: "post"})
		was := d.openCase(t, officer, by.Dispute)
		if !was.Nameable() || was.Institution != "" {
			t.Fatalf("at first it is about %q", was.Institution)
		}
		name := func(who complaint.Staff, firm string, version int64) fault.Kind {
			t.Helper()
			if err := d.NameFirm(t.Context(), who, by.Dispute, firm, version); err != nil {
				return fault.From(err).Kind
			}
			return -1
		}
		for what, c := range map[string]struct {
			got, want fault.Kind
		}{
			"a handler":        {name(handler, "bank-1", was.Version), fault.NotFound},
			"none of the list": {name(officer, "bank-9", was.Version), fault.Invalid},
			"an old page":      {name(officer, "bank-1", was.Version-1), fault.Conflict},
		} {
			if c.got != c.want {
				t.Errorf("%s: %v, not %v", what, c.got, c.want)
			}
		}
		if _, err := d.OpenCase(t.Context(), handler, by.Dispute); fault.From(err).Kind != fault.NotFound {
			t.Errorf("the bank sees it before: %v", err)
		}
		if got := name(officer, "bank-1", was.Version); got != -1 {
			t.Fatalf("it is refused: %v", got)
		}
		is := d.openCase(t, officer, by.Dispute)
		if is.Institution != "bank-1" || is.Nameable() || is.Case.State != was.Case.State || is.Version != was.Version || is.SHA256 != was.SHA256 || is.Filed.Firm != was.Filed.Firm {
			t.Errorf("it is now %+v about %q", is.Case, is.Institution)
		}
		if got := name(officer, "bank-2", is.Version); got != fault.Invalid {
			t.Errorf("to another firm, which would read what she gave to the first: %v", got)
		}
		if got := d.openCase(t, handler, by.Dispute); got.Filed.What != a.What {
			t.Errorf("the bank reads %q", got.Filed.What)
		}
		if _, err := d.OpenCase(t.Context(), foreign, by.Dispute); fault.From(err).Kind != fault.NotFound {
			t.Errorf("another bank sees it: %v", err)
		}
		// What happens afterwards keeps it.
		d.as(t, handler, by.Dispute, complaint.Act{Leg: 1, Event: dispute.Acknowledge})
		if got := d.openCase(t, handler, by.Dispute); got.Case.Legs[0].State != dispute.Acknowledged {
			t.Errorf("the leg is %s", got.Case.Legs[0].State)
		}
		if seen := d.read(t, by).Seen; !sawAction(seen, "linked") {
			t.Errorf("she is not shown that it was done: %+v", seen)
		}
		verified(t, d)
	})
}

func sawAction(list []complaint.Seen, action string) bool {
	for _, s := range list {
		if s.Action == action && s.Actor == dispute.Officer {
			return true
		}
	}
	return false
}

// Before it is handed over a mistake can be mended; whom she chose herself, nobody changes.
func TestFirmFoundWrongly(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	d := office(t, db)
	a := answers()
	a.Firm.ID, a.Firm.Name = "", "样本行"
	_, by := d.file(t, key, a)
	for _, firm := range []string{"bank-2", "bank-1", "bank-1"} {
		f := d.openCase(t, officer, by.Dispute)
		if err := d.NameFirm(t.Context(), officer, by.Dispute, firm, f.Version); err != nil {
			t.Errorf("%s: %v", firm, err)
		}
	}
	d.consent(t, by)
	d.as(t, officer, by.Dispute, complaint.Act{Leg: 1, Event: dispute.HandOver, Way: "account"})
	d.openCase(t, handler, by.Dispute)
	_, chosen := d.file(t, key+"2", against(answers()))
	f := d.openCase(t, officer, chosen.Dispute)
	if err := d.NameFirm(t.Context(), officer, chosen.Dispute, "bank-2", f.Version); fault.From(err).Kind != fault.Invalid || f.Nameable() {
		t.Errorf("another than she chose: %v", err)
	}
}

// What binds a firm of the list is what supervises it, whatever the complaint is about: a loan that a bank gives by an app is a bank's.
// Of a firm that is not there, nothing is known but its trade. Which firm it is may be found until it is written to.
func TestTheFirmDecidesItsTime(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	d := office(t, db)
	list := []store.Institution{
		{ID: "loans-1", Name: "样本小贷（虚构）", Supervisor: "local", Source: "test"},
		{ID: "other-1", Name: "样本公司（虚构）", Supervisor: "other", Source: "test"},
	}
	if _, _, _, err := db.ImportInstitutions(t.Context(), list); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		product, firm string // which she chose
		found         string // which an officer finds after she consented
		want          dispute.Rule
	}{
		"a loan by an app, of a bank":                   {"online_loan", "bank-1", "", dispute.FIDecide},
		"a loan by an app, of nobody knows whom":        {"online_loan", "", "", dispute.CouncilFirmAnswer},
		"a loan by an app, of a bank that is found":     {"online_loan", "", "bank-1", dispute.FIDecide},
		"a small loan, of a bank":                       {"microloan", "bank-1", "", dispute.FIDecide},
		"a loan, of a small lender":                     {"loan", "loans-1", "", dispute.CouncilFirmAnswer},
		"a loan, of a small lender that is found":       {"loan", "", "loans-1", dispute.CouncilFirmAnswer},
		"a loan, of a firm that nobody of them watches": {"loan", "other-1", "", dispute.CouncilFirmAnswer},
		"a loan, of a firm that is not on the list":     {"loan", "", "", dispute.FIDecide},
	} {
		a := answers()
		a.Product, a.Firm.ID = c.product, c.firm
		_, by := d.file(t, key+name, a)
		d.consent(t, by)
		if c.found != "" {
			if err := d.NameFirm(t.Context(), officer, by.Dispute, c.found, d.read(t, by).Version); err != nil {
				t.Fatal(err)
			}
		}
		d.as(t, officer, by.Dispute, complaint.Act{Leg: 1, Event: dispute.HandOver, Way: "post"})
		if f := d.read(t, by); due(f, 1, c.want) == "" {
			t.Errorf("%s: %s does not run, but %+v", name, c.want, f.Deadlines)
		}
	}
}
