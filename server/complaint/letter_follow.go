package complaint

import (
	"slices"

	"anxin/server/dispute"
	"anxin/server/store"
)

// Kinds of letters.
const (
	HandOverLetter   = "hand_over"  // her complaint to the firm, as far as she agreed
	OverdueLetter    = "overdue"    // to the firm: its time is over
	SupervisorLetter = "supervisor" // to who supervises it: how the firm handles complaints
	AddedLetter      = "added"      // to the firm that has her complaint: what she added since, as far as she agreed
	WithdrawnLetter  = "withdrawn"  // to the firm that had it: she has taken it back
)

// writtenTo are the supervisors that letters go to.
var writtenTo = []string{nfra, "pbc", "csrc", "local"}

// withFirm are the states of a leg in which the firm has her complaint and still has to answer.
var withFirm = []dispute.State{dispute.HandedOver, dispute.Acknowledged, dispute.InProgress, dispute.Paused}

// follow adds to a change what follows of where its legs came to stand: the letters that now lie drafted, and silence to be counted.
// What she adds while a letter lies drafted is in that letter, which is drafted anew, so that nobody notes as sent what was printed
// before; what she adds while the firm has her complaint is a letter of its own, unless the firm reads her file itself. open are the
// letters of the case that wait.
func (m *move) follow(d store.Dispute, open []store.Letter, legs map[int]string, c *store.Change) {
	for _, l := range c.Legs {
		draft := func(kind string) { c.Drafts = append(c.Drafts, store.Letter{Leg: l.ID, Kind: kind}) }
		for _, k := range open {
			if k.Leg == l.ID && k.Kind == AddedLetter && slices.Contains(withFirm, dispute.State(l.State)) {
				c.Needed = append(c.Needed, k.ID)
			}
		}
		switch dispute.State(l.State) {
		case dispute.Consented:
			draft(HandOverLetter)
		case dispute.WithdrawnByCitizen: // the procedure ends on the day on which the firm gets to know (Order 2020-3 Art. 15)
			if m.handed()[int(l.Seq)] {
				draft(WithdrawnLetter)
			}
		case dispute.NoReply:
			draft(OverdueLetter)
			if slices.Contains(writtenTo, m.watch) {
				draft(SupervisorLetter)
			}
			leg, _ := m.c.Leg(int(l.Seq))
			c.Silence = &store.Silence{
				Leg: l.ID, Institution: l.Respondent, Channel: l.Channel, Clock: string(answerRule(leg)), Month: today(m.now).String()[:len("2026-12")],
			}
		}
	}
	for _, k := range m.done[m.fresh:] {
		if k.event != dispute.AddFacts || !slices.ContainsFunc(c.Consents, func(g store.Consent) bool { return g.Leg == legs[k.leg] && g.Fields != "" }) {
			continue
		}
		switch {
		case k.to == dispute.Consented:
			c.Drafts = append(c.Drafts, store.Letter{Leg: legs[k.leg], Kind: HandOverLetter})
		case m.sentBy(k.leg).Way != "account":
			c.Drafts = append(c.Drafts, store.Letter{Leg: legs[k.leg], Kind: AddedLetter})
		}
	}
}

// sentBy is how, and on which day, a leg was handed over the last time.
func (m *move) sentBy(leg int) (p Paper) {
	for _, k := range m.done {
		if k.leg == leg && k.event == dispute.HandOver {
			p = Paper{On: k.at}
			if given := k.record.Paper; given != nil {
				p.Way = given.Way
				if !given.On.IsZero() {
					p.On = given.On
				}
			}
		}
	}
	return p
}

// begins tells that an event sent the firm what begins its time anew: of a review nothing does.
func (m *move) begins(k kept) bool {
	l, _ := m.c.Leg(k.leg)
	return k.event == dispute.PassOn && l.Channel == dispute.Institution
}

// answerRule is the clock within which a firm answers a leg.
func answerRule(l dispute.Leg) dispute.Rule {
	switch {
	case l.Channel == dispute.Review:
		return dispute.FIReviewDecide
	case l.Order3:
		return dispute.FIDecide
	}
	return dispute.CouncilFirmAnswer
}
