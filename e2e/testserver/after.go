package main

import (
	"fmt"
	"net/http"
	"strings"

	"anxin/server/complaint"
	"anxin/server/dispute"
	"anxin/server/notify"
	"anxin/server/store"
)

// clerk is who sends letters here.
var clerk = complaint.Staff{ID: "test", Actor: dispute.Officer}

// mailed sends the letters of a case that lie drafted.
func (f *filer) mailed(id string) error {
	list, err := f.LettersOf(f.ctx, clerk, id)
	for _, l := range list {
		if l.SentOn == "" && err == nil {
			err = f.SentLetter(f.ctx, clerk, l.ID, "post", f.Now())
		}
	}
	return err
}

// adds lets her add something to what goes to the firm.
func (f *filer) adds(by complaint.Access) error {
	return f.Do(f.ctx, by, complaint.Act{
		Leg: 1, Event: dispute.AddFacts, Facts: []dispute.Fact{dispute.ConsentCovers, dispute.RestartWarned}, Text: f.say("第二天的事。", "What came next."),
	})
}

// letters adds what she reads of the letters that were sent for her, and what she adds to them.
func (f *filer) letters() error {
	get := http.MethodGet
	const at = "/complaints/mine"
	consented := sent[:3:3]
	for _, name := range []string{"mine_do", "mine", "mine_file"} { // each its own: a visit to one changes what another says
		by, cookie, err := f.led(consented)
		if err != nil {
			return err
		}
		if name == "mine_do" {
			f.add("mine_do", "add_facts-first", get, at+"/do/add_facts?leg=1", cookie, 200)
			continue
		}
		for range 2 {
			if err := f.mailed(by.Dispute); err != nil {
				return fmt.Errorf("send letters: %w", err)
			}
			if err := f.adds(by); err != nil {
				return err
			}
		}
		if err := f.mailed(by.Dispute); err != nil {
			return err
		}
		if name == "mine_file" {
			f.add(name, "letters", get, at+"/file", cookie, 200)
			continue
		}
		f.add(name, "letters", get, at, cookie, 200)
		f.add("mine_letter", "hand_over", get, at+"/letters/1", cookie, 200)
		f.add("mine_letter", "added", get, at+"/letters/2", cookie, 200)
	}
	by, cookie, err := f.led(asked)
	if err != nil {
		return err
	}
	for _, s := range []step{
		{dispute.Citizen, 0, dispute.Supply, nil}, accepted[0], chosen[1],
	} {
		who := by
		if s.actor != dispute.Citizen {
			who = complaint.As(by.Dispute, s.actor, "test")
		}
		if err := f.Do(f.ctx, who, complaint.Act{Leg: s.leg, Event: s.event, Facts: s.facts, Text: f.say("第二天的事。", "What came next.")}); err != nil {
			return err
		}
	}
	if _, err := f.AddEvidence(f.ctx, by, "1.png", f.say("第一天的事", "What came first"), strings.NewReader(tinyPicture)); err != nil {
		return err
	}
	f.add("mine_do", "give_consent-more", get, at+"/do/give_consent?leg=1", cookie, 200)
	return nil
}

// surveyed adds the question after the end, before and after it is answered.
func (f *filer) surveyed() error {
	get, post := http.MethodGet, http.MethodPost
	const at = "/complaints/mine"
	for _, name := range []string{"asked", complaint.Solved, complaint.Unsolved, complaint.Unsure} {
		by, cookie, err := f.led(closed)
		if err != nil {
			return err
		}
		if name != "asked" {
			if err := f.AnswerSurvey(f.ctx, by, name, f.say("第一天的事。", "What came first.")); err != nil {
				return err
			}
			f.add("mine_survey", name, get, at+"/survey?done=1", cookie, 200)
			continue
		}
		// The days that pass before she is asked are those of all complaints here: so she is asked at once.
		now := f.Now()
		if _, err := f.Store.Remind(f.ctx, by.Dispute, []store.Reminder{{Clock: complaint.Survey, BeganAt: now, DueAt: now, Mark: "days_7", Deliveries: []store.Delivery{
			{Party: by.Party, Notice: string(notify.Survey), Channel: string(notify.Inbox), Body: []byte("{}"), Done: true},
		}}}, nil); err != nil {
			return err
		}
		f.add("mine", "surveyed", get, at, cookie, 200)
		f.add("mine_survey", "asked", get, at+"/survey", cookie, 200)
		f.add("mine_survey", "empty", post, at+"/survey", cookie, 422, "text", f.say("第一天的事。", "What came first."))
	}
	return nil
}
