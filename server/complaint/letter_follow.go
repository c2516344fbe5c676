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
)

// writtenTo are the supervisors that letters go to.
var writtenTo = []string{"nfra", "pbc", "csrc", "local"}

// follow adds to a change what follows of where its legs came to stand: the letters that now lie drafted, and silence to be counted.
func (m *move) follow(d store.Dispute, c *store.Change) {
	a := answers(d)
	for _, l := range c.Legs {
		draft := func(kind string) { c.Drafts = append(c.Drafts, store.Letter{Leg: l.ID, Kind: kind}) }
		switch dispute.State(l.State) {
		case dispute.Consented:
			draft(HandOverLetter)
		case dispute.NoReply:
			draft(OverdueLetter)
			if slices.Contains(writtenTo, m.s.supervisor(a)) {
				draft(SupervisorLetter)
			}
			leg, _ := m.c.Leg(int(l.Seq))
			c.Silence = &store.Silence{
				Leg: l.ID, Institution: l.Respondent, Channel: l.Channel, Clock: string(answerRule(leg)), Month: today(m.now).String()[:len("2026-12")],
			}
		}
	}
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
