package demo_test

import (
	"testing"

	"anxin/server/account"
	"anxin/server/complaint"
	"anxin/server/dispute"
	"anxin/server/notify"
)

// desk holds that no page of the console is empty: whoever looks at the demonstration for the first time sees what each is for.
func desk(t *testing.T, s *complaint.Service, accounts *account.Service) {
	t.Helper()
	a, err := accounts.Named(t.Context(), "样例办事员")
	if err != nil {
		t.Fatal(err)
	}
	officer := complaint.Staff{ID: a.ID, Actor: dispute.Officer}
	seen := map[string]int{}
	for _, view := range complaint.Views {
		q, err := s.Queue(t.Context(), officer, complaint.Filter{View: view, Limit: 100})
		if err != nil {
			t.Fatal(err)
		}
		seen["view "+view] = len(q.Rows)
		for _, r := range q.Rows {
			seen["unread by us"] += r.Unread
		}
	}
	open := seen["view "+complaint.Mine] + seen["view "+complaint.Unassigned]
	if mine := seen["view "+complaint.Mine]; mine*3 < open || mine*3 > open*2 {
		t.Errorf("of %d open cases %d are the officer's", open, mine)
	}
	lists(t, s, officer, seen)
	files(t, s, officer, seen)
	for _, what := range []string{
		"view due", "view news", "view mine", "view unassigned", "view citizen", "view firm", "view unconfirmed", "view closed", "unread by us", "unread by her", "read by her",
		"note", "message officer", "message citizen", "message helper", "message handler", "call now or later", "call later", "call tried", "text message", "to be confirmed",
		"letter drafted", "letter sent", "code asked for", "consent to everything", "consent in part", "paper of a firm", "file of hers", "written down by us", "linked",
	} {
		if seen[what] == 0 {
			t.Errorf("nothing is there of: %s", what)
		}
	}
	if seen["call now or later"] > 15 {
		t.Errorf("%d calls wait: nobody works here", seen["call now or later"])
	}
}

// lists counts what waits on the lists that are no queue of cases.
func lists(t *testing.T, s *complaint.Service, officer complaint.Staff, seen map[string]int) {
	t.Helper()
	calls, _, err := s.Calls(t.Context(), officer, 0, complaint.MostCalls)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range calls {
		seen["call now or later"]++
		if c.From.After(s.Now()) {
			seen["call later"]++
		}
		if c.Tries > 0 {
			seen["call tried"]++
		}
		if c.Way == notify.Text {
			seen["text message"]++
		}
		if c.Notice == notify.Confirm {
			seen["to be confirmed"]++
		}
	}
	letters, err := s.Letters(t.Context(), officer)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range letters {
		if read, err := s.Letter(t.Context(), officer, l.ID); err != nil || len(read.Sheet.Paragraphs) == 0 {
			t.Errorf("the letter %s: %+v, %v", l.Kind, read.Sheet, err)
		}
	}
	seen["letter drafted"] = len(letters)
	codes, err := s.CodeRequests(t.Context(), officer)
	if err != nil {
		t.Fatal(err)
	}
	seen["code asked for"] = len(codes)
}

// files counts what the cases hold.
func files(t *testing.T, s *complaint.Service, officer complaint.Staff, seen map[string]int) {
	t.Helper()
	for _, view := range []string{complaint.Mine, complaint.Unassigned} {
		q, err := s.Queue(t.Context(), officer, complaint.Filter{View: view, Limit: 100})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range q.Rows {
			file(t, s, officer, r.ID, seen)
		}
	}
}

func file(t *testing.T, s *complaint.Service, officer complaint.Staff, id string, seen map[string]int) {
	t.Helper()
	c, err := s.OpenCase(t.Context(), officer, id)
	if err != nil {
		t.Fatal(err)
	}
	seen["note"] += len(c.Notes)
	for _, m := range c.Messages {
		seen["message "+string(m.Actor)]++
		if m.Actor != dispute.Officer {
			continue
		}
		if m.ReadAt.IsZero() {
			seen["unread by her"]++
		} else {
			seen["read by her"]++
		}
	}
	for _, e := range c.Evidence {
		if e.By == dispute.Officer {
			seen["paper of a firm"]++
		} else {
			seen["file of hers"]++
		}
	}
	for _, given := range c.Consents {
		if given.Purpose != "hand_over" {
			continue
		}
		if all := c.Shareable(); len(given.Fields) == len(all) {
			seen["consent to everything"]++
		} else {
			seen["consent in part"]++
		}
	}
	seen["linked"] += len(c.Linked)
	for _, e := range c.Timeline {
		if e.Event == dispute.Submit && e.Way == "counter" {
			seen["written down by us"]++
		}
	}
	letters, err := s.LettersOf(t.Context(), officer, id)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range letters {
		if l.SentOn != "" && l.Way == "post" {
			seen["letter sent"]++
		}
	}
}
