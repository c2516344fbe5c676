package complaint

import (
	"context"
	"slices"
	"time"

	"anxin/server/dispute"
	"anxin/server/fault"
	"anxin/server/locale"
	"anxin/server/notify"
	"anxin/server/store"
)

// Call is somebody to be told something by hand: called, written a text message, told through whom they named, sent a letter.
type Call struct {
	ID, Dispute, Number string
	Notice              notify.Notice
	Way                 notify.Channel // one of [notify.ByHand]
	Person              Person         // how to reach them: their hours, needs and note are read before the telephone is lifted
	Helper              bool           // it is who helps, not the person
	Since               time.Time
	From                time.Time // from then on, within their hours; not after now: now
	Tries               int
	Last                string // how the last try ended; empty: there was none
}

// How a call ends.
const (
	Reached     = "reached"      // told, or sent
	NoAnswer    = "no_answer"    // or somebody else answered
	WrongNumber = "wrong_number" // or address
)

// Outcomes lists them.
var Outcomes = []string{Reached, NoAnswer, WrongNumber}

// MostCalls are in the list at most: the oldest come first.
const MostCalls = 200

const (
	callAgain = 3 * time.Hour // after nobody answered
	manyCalls = 5             // that nobody answered, after which it is tried more rarely
	rarely    = 24 * time.Hour
	seenOnce  = 24 * time.Hour // within which an officer's look at the list is noted once for a case
	callList  = "call_list"    // as it stands in her file
	unreached = "unreached"    // a notice in her inbox alone: she could not be reached
)

// Calls are those to be told by hand, who can be told now first: so many of them behind those that were shown before, and whether
// there are more. Handlers tell nobody.
func (s *Service) Calls(ctx context.Context, by Staff, behind, most int) (list []Call, more bool, err error) {
	if by.Actor != dispute.Officer {
		return nil, false, errNoCase()
	}
	kept, err := s.Store.ByHand(ctx, by.ID, MostCalls, names(notify.ByHand)...)
	if err != nil {
		return nil, false, err
	}
	now := s.Now()
	for _, w := range kept {
		c, err := callOf(w, now)
		if err != nil {
			return nil, false, err
		}
		list = append(list, c)
	}
	slices.SortStableFunc(list, func(a, b Call) int { return a.From.Compare(b.From) })
	list = list[min(max(behind, 0), len(list)):]
	if more = len(list) > most; more {
		list = list[:most]
	}
	var cases []string
	for _, c := range list {
		if !slices.Contains(cases, c.Dispute) {
			cases = append(cases, c.Dispute)
		}
	}
	// Who sees her number in a list has seen it, called or not.
	return list, more, s.Store.AuditOnce(ctx, cases, string(by.Actor), by.ID, callList, now.Add(-seenOnce))
}

func callOf(w store.Waiting, now time.Time) (Call, error) {
	who, err := reachedBy(w)
	if err != nil {
		return Call{}, err
	}
	c := Call{
		ID: w.ID, Dispute: w.Dispute, Number: w.Number, Notice: notify.Notice(w.Notice), Way: notify.Channel(w.Channel), Person: who, Helper: w.Role == helper,
		Since: w.CreatedAt, From: now, Tries: w.Tries, Last: w.Outcome,
	}
	if w.At.After(now) {
		c.From = w.At
	}
	if c.Way == notify.Call || c.Way == notify.Through {
		c.From = within(who.Reach.Hours, c.From)
	}
	return c, nil
}

// Script is what to do and to say, word by word: in her language what is said, in the officer's what is done.
func (s *Service) Script(c Call, officers locale.Code) (notify.Script, error) {
	return s.Words.Script(c.Notice, c.Way, c.Person.Contact.Name, c.Person.Reach.Speaks(), officers)
}

// Called notes how a call ended. One that waits no more, because another officer has made it, is [fault.NotFound].
func (s *Service) Called(ctx context.Context, by Staff, id, outcome string) error {
	w, err := s.Store.Hand(ctx, id)
	if err != nil {
		return err
	}
	sight, err := s.Store.Sight(ctx, w.Dispute)
	if err != nil {
		return err
	}
	if by.Actor != dispute.Officer || slices.Contains(sight.Recused, by.ID) {
		return errNoCase()
	}
	who, err := reachedBy(w)
	if err != nil {
		return err
	}
	h := store.Handled{Outcome: outcome, Actor: string(by.Actor), ActorID: by.ID}
	again := callAgain
	if w.Tries+1 >= manyCalls {
		again = rarely
	}
	// It lies in their inbox that the contact may be wrong. Nobody is told in a way they did not choose: it may be the unsafe one.
	inbox := []store.Delivery{{Party: w.Party, Notice: unreached, Channel: string(notify.Inbox), Body: []byte("{}"), Done: true}}
	switch outcome {
	case Reached:
		h.Delivered = true
	case NoAnswer:
		h.Next = within(who.Reach.Hours, s.Now().Add(again))
		if w.Tries+1 == manyCalls {
			h.Instead = inbox
		}
	case WrongNumber:
		h.Instead = inbox
	default:
		return fault.New(fault.Invalid, "a call does not end so")
	}
	return s.Store.Handle(ctx, w, h)
}

func names(list []notify.Channel) []string {
	out := make([]string, len(list))
	for i, c := range list {
		out[i] = string(c)
	}
	return out
}
