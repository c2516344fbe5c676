package main

import (
	"fmt"
	"net/http"

	"anxin/server/account"
	"anxin/server/complaint"
	"anxin/server/dispute"
)

// desk adds the pages by which cases are worked: an officer's, in the states that a case can be in, and a handler's.
func (s *staffer) desk() error {
	get, post := http.MethodGet, http.MethodPost
	officer, token, err := s.employ(account.Officer, s.named("desk"))
	if err != nil {
		return err
	}
	c := cookie(token)
	f := &filer{Service: s.Complaints, ctx: s.ctx, lang: s.lang}
	at := map[string]string{}
	for name, steps := range map[string][]step{"submitted": nil, "asked": asked, "accepted": accepted, "sent": sent, "answered": answered} {
		by, _, err := f.led(steps)
		if err != nil {
			return err
		}
		at[name] = console + "/cases/" + by.Dispute
	}
	for _, name := range []string{"submitted", "asked", "accepted", "sent", "answered"} {
		s.add("console_case", name, get, at[name], c, 200)
	}
	over, _, err := f.led(closed)
	if err != nil {
		return err
	}
	if err := f.AnswerSurvey(f.ctx, over, complaint.Unsolved, f.say("第一天的事。", "What came first.")); err != nil {
		return err
	}
	s.add("console_case", "surveyed", get, console+"/cases/"+over.Dispute, c, 200)
	form, err := s.formToken(console+"/queue", c)
	if err != nil {
		return err
	}
	s.add("console_survey", "answered", get, console+"/cases/"+over.Dispute+"/survey", c, 200)
	s.add("console_survey", "refused", post, console+"/cases/"+over.Dispute+"/survey", c, 422, "token", form)
	s.add("console_queue", "due", get, console+"/queue", c, 200)
	s.add("console_queue", "mine", get, console+"/queue?view=mine", c, 200)
	s.add("console_queue", "nothing", post, console+"/find", c, 422, "token", form)
	s.add("console_queue", "unknown", post, console+"/find", c, 200, "token", form, "query", "0")
	s.add("console_case", "unsaid", post, at["submitted"]+"/messages", c, 422, "token", form)
	s.add("console_do", "refuse", get, at["submitted"]+"/do/refuse?leg=0", c, 200)
	s.add("console_do", "refused", post, at["submitted"]+"/do/refuse?leg=0", c, 422, "token", form)
	s.add("console_do", "answer", get, at["sent"]+"/do/"+string(dispute.Answer)+"?leg=1", c, 200)
	s.add("console_do", "preview", post, at["submitted"]+"/do/accept?leg=0", c, 200, "token", form)
	s.add("console_do", "late", get, at["answered"]+"/do/accept?leg=0", c, 409)
	s.add("console_recuse", "asked", get, at["submitted"]+"/recuse", c, 200)
	s.add("console_paper", "asked", get, at["sent"]+"/paper", c, 200)
	s.add("console_new", "asked", get, console+"/new", c, 200)
	s.add("console_firm", "found", get, at["submitted"]+"/firm", c, 200)
	s.add("console_new_done", "none", get, console+"/new/done", c, 200)
	s.add("console_new", "refused", post, console+"/new", c, 422, "token", form, "key", "NNNNNNNNNNNNNNNNNNNNNNNNNN")
	s.add("console_calls", "list", get, console+"/calls", c, 200)
	s.add("console_letters", "list", get, console+"/letters", c, 200)
	s.add("console_codes", "list", get, console+"/codes", c, 200)
	by := complaint.Staff{ID: officer.ID, Actor: dispute.Officer}
	if err := s.letterPage(f, by, c); err != nil {
		return err
	}
	if err := s.taking(f, by, c, form); err != nil {
		return err
	}
	return s.handling(f)
}

// letterPage is a letter that lies drafted.
func (s *staffer) letterPage(f *filer, by complaint.Staff, c string) error {
	hers, _, err := f.led(sent[:3])
	if err != nil {
		return err
	}
	letters, err := s.Complaints.LettersOf(s.ctx, by, hers.Dispute)
	if err != nil || len(letters) == 0 {
		return fmt.Errorf("%d letters: %w", len(letters), err)
	}
	s.add("console_letter", "drafted", http.MethodGet, console+"/letters/"+letters[0].ID, c, 200)
	return nil
}

// taking is a complaint that is taken down: read back, and its receipt.
func (s *staffer) taking(f *filer, by complaint.Staff, c, form string) error {
	s.add("console_new", "read", http.MethodPost, console+"/new", c, 200, "token", form, "key", "RRRRRRRRRRRRRRRRRRRRRRRRRR", "way", "phone", "language", string(s.lang),
		"for.for", "self", "firm.name", f.own().Firm.Name, "product.product", "loan", "what.what", f.own().What, "what.account", "1", "when.when", "2026-10-08",
		"amount.amount_fen", "3600", "want.wants", "refund", "tried.firm", "none", "contact.name", f.own().Contact.Name, "contact.phone", "13800138000", "reach.ways", "phone")
	key := complaint.NewKey()
	if _, err := s.Complaints.FileFor(s.ctx, by, key, "phone", f.own(), true); err != nil {
		return err
	}
	s.add("console_new_done", "receipt", http.MethodGet, console+"/new/done", c+"; __Host-taken="+key, 200)
	return nil
}

// handling is what a firm's handler works with.
func (s *staffer) handling(f *filer) error {
	get := http.MethodGet
	_, token, err := s.employ(account.Handler, s.named("firm"))
	if err != nil {
		return err
	}
	c := cookie(token)
	a := f.own()
	a.Firm.ID = firms[0].ID
	hers, _, err := f.ledAs(a, sent)
	if err != nil {
		return err
	}
	at := console + "/cases/" + hers.Dispute
	s.add("console_queue", "handler", get, console+"/queue", c, 200)
	s.add("console_case", "handler", get, at, c, 200)
	s.add("console_do", "handler", get, at+"/do/"+string(dispute.Answer)+"?leg=1", c, 200)
	s.add("console_paper", "handler", get, at+"/paper", c, 200)
	return nil
}
