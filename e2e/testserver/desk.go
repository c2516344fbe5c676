package main

import (
	"net/http"

	"anxin/server/account"
	"anxin/server/complaint"
	"anxin/server/dispute"
)

// desk adds the pages by which cases are worked: an officer's, in the states that a case can be in, and a handler's.
func (s *staffer) desk() error {
	get, post := http.MethodGet, http.MethodPost
	_, token, err := s.employ(account.Officer, s.named("desk"))
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
	s.add("console_new", "refused", post, console+"/new", c, 422, "token", form, "key", "NNNNNNNNNNNNNNNNNNNNNNNNNN")
	s.add("console_calls", "list", get, console+"/calls", c, 200)
	s.add("console_letters", "list", get, console+"/letters", c, 200)
	s.add("console_codes", "list", get, console+"/codes", c, 200)
	_, token, err = s.employ(account.Handler, s.named("firm"))
	if err != nil {
		return err
	}
	s.add("console_queue", "handler", get, console+"/queue", cookie(token), 200)
	return nil
}
