package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"anxin/server/app"
	"anxin/server/complaint"
	"anxin/server/dispute"
	"anxin/server/intake"
	"anxin/server/locale"
	"anxin/server/store"
	"anxin/server/vault"
)

// filer makes complaints in every state, one for each state, so that none is changed by another's visit.
type filer struct {
	*complaint.Service
	ctx  context.Context
	lang locale.Code
	add  func(page, name, method, path, cookie string, status int, pairs ...string)
}

// prepare is what complaints need before there is one.
func prepare(ctx context.Context, a *app.App) error {
	a.Complaints.Vault.Cost = vault.Cost{Memory: 64, Passes: 1} // what is looked at is not how long a code takes
	_, _, _, err := a.Store.ImportInstitutions(ctx, firms)
	return err
}

// complaintStates lists the pages of a complaint, from the first question to the last day, each with the cookie that opens it.
func complaintStates(ctx context.Context, a *app.App) ([]State, error) {
	var list []State
	for _, code := range locale.All {
		f := &filer{Service: a.Complaints, ctx: ctx, lang: code}
		f.add = func(page, name, method, path, cookie string, status int, pairs ...string) {
			form := map[string]string{}
			for i := 0; i < len(pairs); i += 2 {
				form[pairs[i]] = pairs[i+1]
			}
			list = append(list, State{
				Name: page + "-" + name, Page: page, Lang: code, Method: method, URL: "/" + string(code) + path, Form: form, Status: status, Cookie: cookie,
			})
		}
		if err := f.asking(); err != nil {
			return nil, fmt.Errorf("drafts in %s: %w", code, err)
		}
		if err := f.carried(); err != nil {
			return nil, fmt.Errorf("complaints in %s: %w", code, err)
		}
	}
	return list, nil
}

// firms are made up, in characters that both Chinese scripts share.
var firms = []store.Institution{
	{ID: "a", Name: "安心公司甲（虚构）", NameHant: "安心公司甲（虛構）", NameEn: "Example Firm A (made up)", Kind: "bank", Supervisor: "nfra", ListedOn: "2026-11-01", Source: "test"},
	{ID: "b", Name: "安心公司乙（虚构）", NameHant: "安心公司乙（虛構）", NameEn: "Example Firm B (made up)", Kind: "insurer", Supervisor: "nfra", ListedOn: "2026-11-01", Source: "test"},
}

// say is a text in the language, in characters that both Chinese scripts share.
func (f *filer) say(chinese, english string) string {
	if f.lang.Chinese() {
		return chinese
	}
	return english
}

// answers are complete, and for somebody else.
func (f *filer) answers() intake.Answers {
	fen := int64(360000)
	return intake.Answers{
		For: intake.ForOther, Child: true, Guardian: true,
		Helper:  &intake.Helper{Name: f.say("王某", "Somebody Else"), Phone: "139 0013 9000", Relation: "child", Authority: "told"},
		Firm:    intake.Firm{Name: f.say("某某公司", "A Firm")},
		Product: "payment", What: f.say("第一天的事。\n第二天的事。", "What came first.\nWhat came next."),
		When: intake.When{Date: "2026-10-08"}, AmountFen: &fen, Wants: []string{"refund", "explain"}, Tried: intake.Tried{Firm: "answered", Date: "2026-11-02"},
		Contact: intake.Contact{Name: f.say("林某", "Somebody"), Phone: "138 0013 8000"}, Reach: intake.Reach{Ways: []string{"phone", "text"}, Needs: []string{"large_print"}},
		Consents: intake.Consents{Account: true, Needs: true, Helper: true}, Warned: true,
	}
}

func (f *filer) own() intake.Answers {
	a := f.answers()
	a.For, a.Product = intake.ForSelf, "loan"
	return a.Normal()
}

// draft is one that is answered up to a step, and its cookie.
func (f *filer) draft(a intake.Answers, upTo string) (key, cookie string, err error) {
	d := complaint.Draft{Key: complaint.NewKey()}
	full := intake.Draft{Answers: a}
	rules, err := f.Rules(f.ctx, a)
	if err != nil {
		return "", "", err
	}
	for _, s := range intake.Journey(a) {
		if s.ID == upTo {
			break
		}
		sent := full.Form(s.ID)
		if s.ID == intake.Urgent {
			sent.Set("urgent", "no")
		}
		if s.ID == intake.StepChild && !a.Child {
			sent.Set("child", "no")
		}
		if wrong := d.Read(s.ID, sent, rules); len(wrong) > 0 {
			return "", "", fmt.Errorf("%s: %+v", s.ID, wrong)
		}
	}
	return d.Key, "__Host-draft=" + d.Key, f.SaveDraft(f.ctx, &d)
}

// asking adds every question, as it comes first and as it is refused, and what follows on the last.
func (f *filer) asking() error {
	const at = "/complaints/new/"
	get, post := http.MethodGet, http.MethodPost
	for _, s := range intake.Journey(f.answers()) {
		_, cookie, err := f.draft(f.answers(), s.ID)
		if err != nil {
			return err
		}
		if s.ID != intake.Urgent { // stands in the list of pages
			f.add("complaint_step", s.ID, get, at+s.ID, cookie, 200)
		}
	}
	for _, r := range []struct {
		step  string
		pairs []string
	}{
		{intake.StepHelp, []string{"phone", "12"}}, {intake.StepChild, []string{"child", "yes"}}, // the others need no draft: states.go
	} {
		key, cookie, err := f.draft(f.answers(), r.step)
		if err != nil {
			return err
		}
		f.add("complaint_step", r.step+"-refused", post, at+r.step, cookie, 422, append([]string{"draft", key}, r.pairs...)...)
	}
	_, group, err := f.draft(f.answers(), intake.Product)
	if err != nil {
		return err
	}
	f.add("complaint_step", "product-insurance", get, at+"product?group=insurance", group, 200)
	named := f.answers()
	named.Firm.Name = f.say("安心公司", "Example Firm")
	_, pick, err := f.draft(named, intake.Product)
	if err != nil {
		return err
	}
	f.add("complaint_step", "firm-pick", get, at+"firm?pick=1", pick, 200)
	key, done, err := f.draft(f.answers(), "")
	if err != nil {
		return err
	}
	f.add("complaint_check", "whole", get, at+"check", done, 200)
	f.add("complaint_warning", "payment", get, at+"warning", done, 200)
	f.add("complaint_warning", "unread", post, at+"warning", done, 422, "draft", key)
	f.add("complaint_saved", "code", post, at+"check", done, 200, "draft", key, "save", "yes")
	f.add("complaint_new", "begun", get, "/complaints/new", done, 200)
	f.add("complaint_wipe", "begun", get, at+"wipe", done, 200)
	f.add("complaint_resume", "unknown", post, at+"resume", "", 422, "code", "0000 0000 0000 0000")
	for name, a := range map[string]intake.Answers{"own": f.own(), "helper": f.answers()} {
		key := complaint.NewKey()
		if _, err := f.Submit(f.ctx, key, a); err != nil {
			return err
		}
		f.add("complaint_done", name, get, at+"done", "__Host-draft="+key, 200)
		if name == "own" {
			f.add("complaint_filed", "again", post, at+"what", "__Host-draft="+key, 409, "draft", key, "what", f.say("第二天的事。", "What came next."), "account", "1")
		}
	}
	return nil
}

// opened files a complaint and signs in to it.
func (f *filer) opened(a intake.Answers) (by complaint.Access, cookie string, err error) {
	r, err := f.Submit(f.ctx, complaint.NewKey(), a)
	if err != nil {
		return by, "", err
	}
	token, _, err := f.SignIn(f.ctx, "192.0.2.1", r.Number, r.Code)
	if err != nil {
		return by, "", err
	}
	by, err = f.Access(f.ctx, token)
	return by, "__Host-file=" + token, err
}

// step is one event on the way of a case.
type step struct {
	actor dispute.Actor
	leg   int
	event dispute.Event
	facts []dispute.Fact
}

var (
	accepted = []step{{dispute.Officer, 0, dispute.Accept, nil}}
	asked    = []step{{dispute.Officer, 0, dispute.AskInfo, []dispute.Fact{dispute.MissingListed}}}
	refused  = []step{{dispute.Officer, 0, dispute.Refuse, []dispute.Fact{dispute.WhereToGo}}}
	chosen   = append(accepted[:1:1], step{dispute.Citizen, 0, dispute.ChooseInstitution, []dispute.Fact{dispute.CostShown, dispute.ReceiverNamed}})
	sent     = append(chosen[:2:2], step{dispute.Citizen, 1, dispute.GiveConsent, []dispute.Fact{dispute.SeparateConsent}},
		step{dispute.Officer, 1, dispute.HandOver, []dispute.Fact{dispute.DispatchKept}})
	answered = append(sent[:4:4], step{dispute.Handler, 1, dispute.Answer, []dispute.Fact{dispute.ReasonsComplete, dispute.ReliefOffered, dispute.FromBranch}})
	rejected = append(answered[:5:5], step{dispute.Citizen, 1, dispute.RejectAnswer, nil})
	agreed   = append(answered[:5:5], step{dispute.Citizen, 1, dispute.AcceptAnswer, []dispute.Fact{dispute.SummaryShown}})
	closed   = append(agreed[:6:6], step{dispute.Citizen, 1, dispute.Perform, nil})
)

// led is a case of her own after these events.
func (f *filer) led(steps []step) (by complaint.Access, cookie string, err error) {
	return f.ledAs(f.own(), steps)
}

// ledAs is led, of a case that was filed with these answers.
func (f *filer) ledAs(a intake.Answers, steps []step) (by complaint.Access, cookie string, err error) {
	by, cookie, err = f.opened(a)
	for _, s := range steps {
		if err != nil {
			return by, "", err
		}
		who := by
		if s.actor != dispute.Citizen {
			who = complaint.As(by.Dispute, s.actor, "test")
		}
		err = f.Do(f.ctx, who, complaint.Act{Leg: s.leg, Event: s.event, Facts: s.facts, Text: f.say("第一天的事。", "What came first.")})
	}
	return by, cookie, err
}

// tinyPicture is one, as far as its head says.
const tinyPicture = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde"

// strangers are numbers that nobody has, one a language: after five wrong codes no more are heard for one.
var strangers = map[locale.Code]string{locale.Hans: "1234 5678 90124", locale.Hant: "2234 5678 90121", locale.En: "3234 5678 90126"}

// carried adds her file in the states it can be in, and every page of it.
func (f *filer) carried() error {
	get, post := http.MethodGet, http.MethodPost
	const at = "/complaints/mine"
	f.add("track", "typo", post, "/complaints/track", "", 422, "number", "1234 5678 90120", "code", "12")
	f.add("track", "wrong", post, "/complaints/track", "", 422, "number", strangers[f.lang], "code", "0000 0000 0000 0000")
	f.add("track_lost", "asked", get, "/complaints/track/lost?asked=1", "", 200)
	f.add("track_lost", "typo", post, "/complaints/track/lost", "", 422, "number", "1234 5678 90120")
	f.add("track", "over", post, at+"/messages", "", 401, "text", f.say("第一天的事。", "What came first."))
	for _, c := range []struct {
		name  string
		steps []step
		pages []string // behind /do/, with ?leg=
	}{
		{"submitted", nil, []string{"withdraw"}},
		{"asked", asked, []string{"supply"}},
		{"refused", refused, []string{"appeal"}},
		{"accepted", accepted, []string{"choose_institution"}},
		{"chosen", chosen, []string{"give_consent?leg=1"}},
		{"sent", sent, []string{"add_facts?leg=1"}},
		{"answered", answered, []string{"accept_answer?leg=1", "request_review?leg=1"}},
		{"rejected", rejected, []string{"close"}},
		{"agreed", agreed, nil},
		{"closed", closed, []string{"reopen"}},
	} {
		_, cookie, err := f.led(c.steps)
		if err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
		f.add("mine", c.name, get, at, cookie, 200)
		for _, p := range c.pages {
			name, _, _ := strings.Cut(p, "?")
			f.add("mine_do", name, get, at+"/do/"+p, cookie, 200)
		}
		if c.name == "answered" {
			f.add("mine_add", "first", get, at+"/add", cookie, 200)
			f.add("mine_do", "accept_answer-sure", post, at+"/do/accept_answer?leg=1", cookie, 200, "part", "whole", "agree", string(dispute.SummaryShown))
		}
	}
	by, cookie, err := f.led(nil)
	if err != nil {
		return err
	}
	_, helping, err := f.opened(f.answers())
	if err != nil {
		return err
	}
	if err := f.Say(f.ctx, by, f.say("第二天的事。", "What came next.")); err != nil {
		return err
	}
	e, err := f.AddEvidence(f.ctx, by, "1.png", f.say("第一天的事", "What came first"), strings.NewReader(tinyPicture))
	if err != nil {
		return err
	}
	f.add("mine", "helper", get, at, helping, 200)
	f.add("mine_do", "withdraw-sure", post, at+"/do/withdraw", cookie, 200, "agree", string(dispute.ConsequencesShown))
	f.add("mine_do", "withdraw-unread", post, at+"/do/withdraw", cookie, 422)
	f.add("mine_messages", "said", get, at+"/messages", cookie, 200)
	f.add("mine_messages", "empty", post, at+"/messages", cookie, 422, "text", " ")
	f.add("mine_do", "add_facts-kept", get, at+"/do/add_facts", cookie, 200)
	f.add("mine_contact", "now", get, at+"/contact", cookie, 200)
	f.add("mine_contact", "refused", post, at+"/contact", cookie, 422, "name", "A", "phone", "1")
	f.add("mine_evidence", "one", get, at+"/evidence", cookie, 200)
	f.add("mine_evidence_file", "one", get, at+"/evidence/"+e.ID, cookie, 200)
	f.add("mine_file", "whole", get, at+"/file", cookie, 200)
	if err := f.letters(); err != nil {
		return err
	}
	return f.surveyed()
}
