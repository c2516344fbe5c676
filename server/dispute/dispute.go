// Package dispute is the way of a complaint through the council: where it stands, who has to move next, and what may
// happen.
//
// A dispute is one quarrel of one person with one firm over money: the bank charged for something she never asked for,
// the insurer does not pay. The council does not judge it. It carries it: it takes it up, hands it to the firm with her
// consent, watches the days, tells her every answer in plain words, and where a door stays shut, shows the next one. A
// dispute is what she sees and has one state. Each attempt through one door is a leg with a state of its own: the firm
// itself ([Institution]), then the firm's higher office, which the rules call 核查 ([Review]). The other doors
// (regulator, mediation, arbitration, court) are [Doors] she is shown; they become legs when the council can carry her
// through them, too.
//
// Both tables are closed: [Disputes] and [Legs] list every transition there is, with who may make it, what must hold, the
// clocks it starts and stops (by their id in the policy; their lengths stand there), and what she is told. [Apply] is
// the only thing that moves a case, and it is a pure function: no database, no clock, no words. What it cannot know by
// itself (that a letter was posted, that she has read the warning) the caller tells it as a [Fact]. When time has run out is
// the caller's to notice, too: it asks [Expiry] what follows and sends that as [Timer].
//
// Three rules hold everywhere and are tested: silence moves a case and is never taken for agreement; whoever is waited for
// is named, with a clock or a stated reason for none; a case that is closed stays so unless she or the council opens
// it again. Reminders and surveys are schedules beside the tables, not states.
package dispute

import "slices"

// Case is what the tables know of a dispute: no name, no text, no date. The store keeps it and writes it only over the
// version it read.
type Case struct {
	Version   int // one more with every change
	State     State
	Claim     Claim
	Legs      []Leg // in the order they were opened; their ids count from one
	Helper    bool  // somebody else files for the person
	Confirmed bool  // an officer has asked the person herself, by another way, whether the helper acts for her
	Child     bool  // the person is under fourteen
	Contested State // what she appealed against; stays when it was upheld, so that the same refusal is not tried twice
}

// Claim says which limitation period runs against her.
type Claim string

const (
	OrdinaryClaim  Claim = ""
	LifeInsurance  Claim = "life"    // a benefit under life insurance
	OtherInsurance Claim = "nonlife" // a benefit under any other insurance
)

// Channel is a door that the council carries her through.
type Channel string

const (
	Institution Channel = "institution" // the firm complained about
	Review      Channel = "review"      // its higher office, against what a branch decided (Order 2020-3 Art. 20)
)

// Channels lists them.
var Channels = []Channel{Institution, Review}

// Leg is one attempt through one channel.
type Leg struct {
	ID         int
	Channel    Channel
	State      State
	Of         int  // a review: the leg whose answer it is about
	Order3     bool // the firm is supervised by NFRA, so that the days of Order 2020-3 bind it
	Branch     bool // a branch decided, so that its higher office may be asked
	Extensions int  // how often the firm has taken more time
	Outcome    Fact // of the firm's answer: [ReliefOffered], [CorrectionOffered], [ExplanationOnly] or [ClaimDismissed]
	Part       bool // she accepted it for a part of her claim only
}

// New is a case that has just been begun, with the clock of its draft.
func New(claim Claim, helper, child bool) (Case, []Effect) {
	c := Case{Version: 1, State: Draft, Claim: claim, Helper: helper, Child: child}
	return c, []Effect{{To: Draft, Clocks: []Tick{{Op: Start, Rule: CouncilDraft}}}}
}

// Leg finds a leg by its id.
func (c Case) Leg(id int) (Leg, bool) {
	if id < 1 || id > len(c.Legs) {
		return Leg{}, false
	}
	return c.Legs[id-1], true
}

// Active tells whether a leg is under way.
func (c Case) Active() bool {
	return slices.ContainsFunc(c.Legs, func(l Leg) bool { return Legs.Standing(l.State) == Moving })
}
