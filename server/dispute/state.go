package dispute

// State is where a dispute or a leg stands. The catalogue has its words: dispute.state.<state> and dispute.leg.<state>.
type State string

// The states of a dispute.
const (
	Draft        State = "draft"              // being written; nobody but her has seen it
	Submitted    State = "submitted"          // the council is to take it up, refuse it or ask
	NeedsInfo    State = "needs_info"         // she was asked for something without which it cannot go on
	Emergency    State = "diverted_emergency" // money is leaving now: police and bank first, the complaint afterwards
	Accepted     State = "accepted"           // taken up; the council arranges the first leg with her
	InChannel    State = "in_channel"         // a leg is under way
	Between      State = "between_channels"   // no leg is under way: the next door is her choice
	Appealed     State = "appealed"           // another officer looks at a refusal again
	Resolved     State = "resolved"
	PartResolved State = "partly_resolved"
	Unresolved   State = "unresolved_closed"
	Withdrawn    State = "withdrawn"
	Duplicate    State = "duplicate"    // carried on under another number
	Expired      State = "expired"      // what was asked for never came
	OutOfScope   State = "out_of_scope" // refused, with the reason and where to go
	SubJudice    State = "sub_judice"   // a court or an arbitration body has it
	Erased       State = "erased"       // a draft that is gone
)

// The states of a leg. The sheet this was made from also had "planned" before them: choosing a leg already names who is to
// get what, so nobody would have been waited for there.
const (
	None               State = ""                // not opened yet
	ConsentPending     State = "consent_pending" // she is asked whether this firm may get these parts of her file
	Consented          State = "consented"       // the council is to send it
	HandedOver         State = "handed_over"
	Acknowledged       State = "acknowledged"
	InProgress         State = "in_progress" // the firm has taken more time
	Paused             State = "paused"      // an appraisal or a mediation stops the firm's clock
	Answered           State = "answered"    // it is hers to accept or not
	AcceptedByCitizen  State = "accepted_by_citizen"
	PerformanceDue     State = "performance_due"     // the day has come: she is asked whether it was done
	RejectedByCitizen  State = "rejected_by_citizen" // she may still ask for a review, or think better of it
	Lapsed             State = "lapsed"              // she said neither yes nor no, which is not a yes
	NoReply            State = "no_reply"            // the firm's time ran out; an answer that comes late is taken
	Breached           State = "breached"            // what was promised was not done
	Unconfirmed        State = "unconfirmed"         // nobody said whether it was done
	Performed          State = "performed"
	Settled            State = "settled"    // she accepted an answer that leaves nothing to be done
	Refused            State = "refused"    // the firm does not handle it
	NoConsent          State = "no_consent" // she said no, took it back, or said nothing
	WithdrawnByCitizen State = "withdrawn"  // she took it back from the firm, or withdrew the dispute
	Terminated         State = "terminated" // the dispute ended around it
)

// Standing says what may be expected of a state.
type Standing int

const (
	Moving  Standing = iota // somebody has to act, and silence moves it
	Resting                 // nothing moves it by itself, but it can be taken up again
	Final                   // nothing leads out
)

// Place is a state with what must be known of it.
type Place struct {
	State    State
	Standing Standing
	Owner    Actor  // who has to move next; of a moving state
	NoClock  string // why nothing counts the days, where nothing does
}

var disputePlaces = []Place{
	{State: Draft, Owner: Citizen},
	{State: Submitted, Owner: Officer},
	{State: NeedsInfo, Owner: Citizen},
	{State: Emergency, Owner: Officer},
	{State: Accepted, Owner: Officer},
	{State: InChannel, Owner: Machine, NoClock: "each leg under way has its owner and its clock"},
	{State: Between, Owner: Citizen},
	{State: Appealed, Owner: Officer},
	{State: Resolved, Standing: Resting, NoClock: "closed; opened again when a promise is broken or new facts come"},
	{State: PartResolved, Standing: Resting, NoClock: "closed; opened again when a promise is broken or new facts come"},
	{State: Unresolved, Standing: Resting, NoClock: "closed; opened again when new facts come or she wants another door"},
	{State: Withdrawn, Standing: Resting, NoClock: "closed by her; withdrawing waives nothing"},
	{State: Expired, Standing: Resting, NoClock: "closed; opened again when she brings what was missing"},
	{State: SubJudice, Standing: Resting, NoClock: "closed; opened again when the court does not take it"},
	{State: OutOfScope, Standing: Resting, NoClock: "closed; she may have another officer look at it"},
	{State: Duplicate, Standing: Resting, NoClock: "closed; she may say that it is not the same matter"},
	{State: Erased, Standing: Final},
}

var legPlaces = []Place{
	{State: ConsentPending, Owner: Citizen},
	{State: Consented, Owner: Officer},
	{State: HandedOver, Owner: Handler},
	{State: Acknowledged, Owner: Handler},
	{State: InProgress, Owner: Handler},
	{State: Paused, Owner: Handler},
	{State: Answered, Owner: Citizen},
	{State: AcceptedByCitizen, Owner: Handler},
	{State: PerformanceDue, Owner: Citizen},
	{State: RejectedByCitizen, Standing: Resting, NoClock: "the dispute waits for her choice; until when a review may be asked for stands beside it"},
	{State: Lapsed, Standing: Resting, NoClock: "the dispute waits for her choice; the answer is kept and can still be taken up"},
	{State: NoReply, Standing: Resting, NoClock: "the dispute waits for her choice; a late answer is still taken"},
	{State: Breached, Standing: Resting, NoClock: "the dispute waits for her choice; the firm can still do what it promised"},
	{State: Unconfirmed, Standing: Resting, NoClock: "the dispute waits for her choice; she can still say whether it was done"},
	{State: Performed, Standing: Final},
	{State: Settled, Standing: Final},
	{State: Refused, Standing: Final},
	{State: NoConsent, Standing: Final},
	{State: WithdrawnByCitizen, Standing: Final},
	{State: Terminated, Standing: Final},
}
