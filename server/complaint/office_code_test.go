package complaint_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"anxin/server/complaint"
	"anxin/server/dispute"
	"anxin/server/fault"
	"anxin/server/intake"
	"anxin/server/store"
	"anxin/server/store/storetest"
)

func TestFileFor(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		d := office(t, db)
		if _, err := d.FileFor(t.Context(), officer, key, "phone", against(answers()), false); refusal(t, err) != "not_yet read_back" {
			t.Errorf("not read back: %v", err)
		}
		if _, err := d.FileFor(t.Context(), officer, key, "letter", against(answers()), true); fault.From(err).Kind != fault.Invalid {
			t.Errorf("by letter: %v", err)
		}
		if _, err := d.FileFor(t.Context(), handler, key, "phone", against(answers()), true); fault.From(err).Kind != fault.NotFound {
			t.Errorf("by a handler: %v", err)
		}
		incomplete := against(answers())
		incomplete.What = ""
		if _, err := d.FileFor(t.Context(), officer, key, "phone", incomplete, true); !isInvalid(err) {
			t.Errorf("incomplete: %v", err)
		}
		for range 2 {
			r, err := d.FileFor(t.Context(), officer, key, "counter", against(answers()), true)
			if err != nil || len(r.Code) != 16 {
				t.Fatal(err, r)
			}
			token, _, err := d.SignIn(t.Context(), "192.0.2.1", r.Number, r.Code)
			if err != nil {
				t.Fatal(err)
			}
			by, err := d.Access(t.Context(), token)
			if err != nil || by.Actor != dispute.Citizen {
				t.Fatal(err, by)
			}
			if first := d.read(t, by).Timeline[0]; first.Actor != dispute.Officer || first.Way != "counter" {
				t.Errorf("the filing is %+v", first)
			}
			if first := d.openCase(t, officer, by.Dispute).Timeline[0]; first.By != officer.ID {
				t.Errorf("filed by %q", first.By)
			}
		}
		verified(t, d)
	})
}

// The receipt of what was taken down shows a code that opens the case: to who took it down, for half an hour, and then to nobody.
func TestReceiptOfWhatWasTakenDown(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	d := office(t, db)
	filed, err := d.FileFor(t.Context(), officer, key, "phone", against(answers()), true)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		by    complaint.Staff
		after time.Duration
		shown bool
	}{
		{"at once", officer, 0, true},
		{"to a colleague", other, 0, false},
		{"after twenty-nine minutes", officer, 29 * time.Minute, true},
		{"after half an hour", officer, time.Minute, false},
	} {
		db.Clock.Move(c.after)
		r, err := d.TakenDown(t.Context(), c.by, key)
		if (err == nil) != c.shown || err != nil && fault.From(err).Kind != fault.NotFound || c.shown && r.Code != filed.Code {
			t.Errorf("%s: shown %v, %v", c.name, r.Code != "", err)
		}
	}
}

func valid(number string) bool {
	_, ok := complaint.ParseNumber(number)
	return ok
}

func isInvalid(err error) bool {
	_, ok := errors.AsType[*complaint.InvalidError](err)
	return ok
}

func TestLostCode(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		d := office(t, db)
		r, by := d.file(t, key, against(answers()))
		token, _, err := d.SignIn(t.Context(), "192.0.2.7", r.Number, r.Code)
		if err != nil {
			t.Fatal(err)
		}
		unknown := "0000000000000"
		for n := range 10 {
			if digits := "000000000000" + string(rune('0'+n)); valid(digits) {
				unknown = digits
			}
		}
		ask := func(address, number, name, phone string) error {
			return d.RequestCode(t.Context(), address, number, name, phone)
		}
		for what, err := range map[string]error{
			"an unknown number": ask("a", unknown, "林女士", "13800138000"),
			"another name":      ask("b", r.Number, "别人", "13800138000"),
			"another telephone": ask("c", r.Number, "林女士", "13700137000"),
			"nothing":           ask("d", r.Number, "", ""),
		} {
			if err != nil {
				t.Errorf("%s: %v", what, err)
			}
		}
		if list, err := d.CodeRequests(t.Context(), officer); err != nil || len(list) != 0 {
			t.Fatalf("requests that fit nobody: %v, %+v", err, list)
		}
		for range 2 { // however she writes it, and however often
			if err := ask("192.0.2.9", complaint.Grouped(r.Number), "林 女士", "138 0013 8000"); err != nil {
				t.Fatal(err)
			}
		}
		for range 3 {
			_ = ask("192.0.2.9", r.Number, "别人", "13700137000")
		}
		if err := ask("192.0.2.9", r.Number, "林女士", "13800138000"); fault.From(err).Kind != fault.TooMany || fault.From(err).RetryAfter <= 0 {
			t.Errorf("the sixth time: %v", err)
		}
		if _, _, err := d.SignIn(t.Context(), "192.0.2.9", r.Number, r.Code); err != nil {
			t.Errorf("who asked too often cannot come in by the code: %v", err)
		}
		list, err := d.CodeRequests(t.Context(), officer)
		if err != nil || len(list) != 1 || list[0].Number != r.Number || list[0].Person.Contact.Phone != "13800138000" || list[0].Way != "phone" {
			t.Fatalf("requests: %v, %+v", err, list)
		}
		if _, err := d.CodeRequests(t.Context(), handler); fault.From(err).Kind != fault.NotFound {
			t.Errorf("to a handler: %v", err)
		}
		request := list[0].ID
		if _, err := d.GrantCode(t.Context(), officer, request, " "); !errors.Is(err, complaint.ErrNoText) {
			t.Errorf("without a word how she was confirmed: %v", err)
		}
		if _, err := d.GrantCode(t.Context(), handler, request, "打了电话"); fault.From(err).Kind != fault.NotFound {
			t.Errorf("by a handler: %v", err)
		}
		code, err := d.GrantCode(t.Context(), officer, request, "打了留的电话，说对了日子")
		if err != nil || len(code) != 16 || code == r.Code {
			t.Fatal(err, code)
		}
		if _, err := d.GrantCode(t.Context(), officer, request, "再来一次"); fault.From(err).Kind != fault.NotFound {
			t.Errorf("twice: %v", err)
		}
		if _, err := d.Access(t.Context(), token); fault.From(err).Kind != fault.Unauthorized {
			t.Errorf("who came in by the old code is still in: %v", err)
		}
		if _, _, err := d.SignIn(t.Context(), "192.0.2.8", r.Number, r.Code); fault.From(err).Kind != fault.Unauthorized {
			t.Errorf("the old code opens it: %v", err)
		}
		if again, err := d.Submit(t.Context(), key, against(answers())); err != nil || again.Code != "" {
			t.Errorf("a replay shows a code: %v, %q", err, again.Code)
		}
		if _, _, err := d.SignIn(t.Context(), "192.0.2.8", r.Number, code); err != nil {
			t.Errorf("the new code does not open it: %v", err)
		}
		f := d.read(t, by)
		if !slices.ContainsFunc(f.Seen, func(s complaint.Seen) bool { return s.Action == "code_replaced" && s.Actor == dispute.Officer }) {
			t.Errorf("her file does not say so: %+v", f.Seen)
		}
		told := 0
		if err := db.Read(t.Context(), func(tx *store.Tx) error {
			return tx.Row("SELECT count(*) FROM deliveries WHERE notice = 'code_replaced' AND channel = 'call'", nil, &told)
		}); err != nil || told != 1 {
			t.Errorf("%d notices: %v", told, err)
		}
		db.Clock.Move(time.Hour)
		if err := ask("192.0.2.9", r.Number, "林女士", "13800138000"); err != nil {
			t.Errorf("an hour later: %v", err)
		}
		list, err = d.CodeRequests(t.Context(), other)
		if err != nil || len(list) != 1 {
			t.Fatal(err, list)
		}
		if err := d.RefuseCode(t.Context(), other, list[0].ID, "本人说没有丢"); err != nil {
			t.Fatal(err)
		}
		if list, err := d.CodeRequests(t.Context(), officer); err != nil || len(list) != 0 {
			t.Errorf("after refusing: %v, %+v", err, list)
		}
		verified(t, d)
	})
}

// A person for whom somebody else filed has no code of her own until she asks for one; then both have one each.
func TestCodeOfThePerson(t *testing.T) {
	db := storetest.Open(t)
	d := office(t, db)
	a := byHelper()
	a.Reach = intake.Reach{Ways: []string{"phone"}}
	r, helper := d.file(t, key, a)
	if err := d.RequestCode(t.Context(), "a", r.Number, a.Contact.Name, a.Contact.Phone); err != nil {
		t.Fatal(err)
	}
	list, err := d.CodeRequests(t.Context(), officer)
	if err != nil || len(list) != 1 {
		t.Fatal(err, list)
	}
	code, err := d.GrantCode(t.Context(), officer, list[0].ID, "本人到窗口")
	if err != nil {
		t.Fatal(err)
	}
	for code, want := range map[string]dispute.Actor{code: dispute.Citizen, r.Code: dispute.Helper} {
		token, _, err := d.SignIn(t.Context(), "192.0.2.1", r.Number, code)
		if err != nil {
			t.Fatal(err)
		}
		if by, err := d.Access(t.Context(), token); err != nil || by.Actor != want || by.Dispute != helper.Dispute {
			t.Errorf("%v comes in as %+v, %v", want, by, err)
		}
	}
}
