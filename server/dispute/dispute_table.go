package dispute

var (
	open    = []State{Submitted, NeedsInfo, Emergency, Accepted, InChannel, Between}
	unfiled = []State{Submitted, NeedsInfo, Emergency, Accepted, Between} // the firm is not answering just now
)

// disputeRows is the table of the dispute.
var disputeRows = []Transition{
	// Before anybody has seen it.
	{
		From: []State{Draft}, Event: Submit, Who: hers, Guards: []Guard{identity, story, authority, guardian, readBack}, To: Submitted,
		Clocks: all(stop(CouncilDraft), start(CouncilAccept), onLimitation(Start, Known, Own), onLimitation(MayInterrupt, Now, Own)),
		Told:   "submitted",
	},
	{From: []State{Draft}, Event: Discard, Who: hers, Guards: []Guard{readBack}, To: Erased, Clocks: stopAll()},
	{From: []State{Draft}, Event: DraftLapse, Who: timed, Due: []Rule{CouncilDraft}, To: Erased, Clocks: stopAll()},

	// The council looks at it.
	{
		From: []State{Submitted, NeedsInfo, Accepted}, Event: FlagEmergency, Who: hers, To: Emergency,
		Clocks: all(stopAll(), start(CouncilEmergency)), Told: "emergency",
	},
	{
		From: []State{Emergency}, Event: Resume, Who: hers, To: Submitted,
		Clocks: all(stopAll(), start(CouncilAccept)), Told: "resumed",
	},
	{
		From: []State{Submitted}, Event: AskInfo, Who: councils, Guards: []Guard{missing}, To: NeedsInfo,
		Clocks: all(hold(CouncilAccept, CouncilLate), start(CouncilInfoWait)), Told: "info_asked",
	},
	{
		From: []State{NeedsInfo}, Event: Supply, Who: hers, Guards: []Guard{readBack}, To: Submitted,
		Clocks: all(stop(CouncilInfoWait), carryOn(CouncilAccept, CouncilLate)), Told: "info_supplied",
	},
	{ // nobody but the council gets it: each consent asks about it
		From: []State{Submitted, Emergency, Accepted, Between}, Event: AddFacts, Who: hers, Guards: []Guard{readBack}, To: Same, Told: "facts_kept",
	},
	{
		From: []State{NeedsInfo}, Event: InfoLapse, If: []Condition{reminded}, Who: timed, Due: []Rule{CouncilInfoWait}, To: Expired,
		Clocks: stopAll(), Told: "expired",
	},
	{ // nobody is shut out whom no reminder has reached
		From: []State{NeedsInfo}, Event: InfoLapse, If: []Condition{not(reminded)}, Who: timed, Due: []Rule{CouncilInfoWait}, To: Same,
		Clocks: restart(CouncilInfoWait), Told: "info_asked_again",
	},
	{
		From: []State{Submitted, NeedsInfo, Emergency}, Event: Refuse, Who: councils, Guards: []Guard{reason, whereTo}, To: OutOfScope,
		Clocks: stopAll(), Told: "refused",
	},
	{ // Order 121 Art. 16(2), PBoC Order 2020-5 Art. 42(4): what the council takes up, others may refuse
		From: []State{Submitted}, Event: Accept, Who: councils, Guards: []Guard{barWarning}, To: Accepted,
		Clocks: all(stop(CouncilAccept, CouncilLate), start(CouncilRefer)), Told: "accepted",
	},
	{ // while the firm is answering under this number, it is the other one that is closed
		From: unfiled, Event: DuplicateOf, Who: councils, Guards: []Guard{sameMatter}, To: Duplicate,
		Clocks: stopAll(), Around: EndedAround, Told: "duplicate",
	},
	{
		From: append([]State{Appealed}, open...), Event: ConfirmPerson, Who: councils, Guards: []Guard{unconfirmed, askedHerself}, To: Same,
		Told: "person_confirmed", keeps: func(c *Case, _ *Leg, _ []Fact) { c.Confirmed = true },
	},
	{
		From: []State{Submitted, Emergency, Accepted, Appealed}, Event: CouncilOverdue, Who: timed,
		Due: []Rule{CouncilAccept, CouncilEmergency, CouncilRefer, CouncilAppeal, CouncilLate}, To: Same,
		Clocks: restart(CouncilLate), Told: "council_late",
	},

	// The legs move it.
	{From: []State{Accepted, Between}, Event: LegOpened, Who: inside, To: InChannel, Clocks: stopAll()},
	{From: []State{InChannel}, Event: LegOpened, Who: inside, To: Same},
	{From: []State{Between}, Event: LegTakenUp, Who: inside, To: InChannel, Clocks: stopAll()},
	{From: []State{InChannel}, Event: LegTakenUp, Who: inside, To: Same},
	{From: []State{InChannel}, Event: LegOver, If: []Condition{another}, Who: inside, To: Same},
	{From: []State{InChannel}, Event: LegOver, If: []Condition{not(another)}, Who: inside, To: Between, Clocks: start(CouncilNextWait)},
	{From: []State{InChannel, Between}, Event: LegSettled, If: []Condition{not(partly)}, Who: inside, To: Resolved, Clocks: stopAll(), Around: EndedAround},
	{From: []State{InChannel}, Event: LegSettled, If: []Condition{partly, another}, Who: inside, To: Same},
	{From: []State{InChannel}, Event: LegSettled, If: []Condition{partly, not(another)}, Who: inside, To: Between, Clocks: start(CouncilNextWait)},
	{From: []State{Between}, Event: LegSettled, If: []Condition{partly}, Who: inside, To: Same},

	// Ends.
	{
		From: append([]State{Appealed}, open...), Event: Withdraw, Who: hers, Guards: []Guard{consequences, confirmed, power, readBack}, To: Withdrawn,
		Clocks: stopAll(), Around: WithdrawnAround, Told: "withdrawn",
	},
	{
		From: open, Event: Solve, Who: hers, Guards: []Guard{confirmed, power, readBack}, To: Resolved,
		Clocks: stopAll(), Around: EndedAround, Told: "solved",
	},
	{ // Order 121 Art. 16(2) and PBoC 2020-5 Art. 42(4) have the same: what is before a court is not handled twice
		From: append([]State{Appealed}, open...), Event: GoToCourt, Who: hers, Guards: []Guard{readBack}, To: SubJudice,
		Clocks: stopAll(), Around: EndedAround, Told: "in_court",
	},
	{
		From: []State{Between}, Event: Close, If: []Condition{partDone}, Who: hers, Guards: []Guard{reason, confirmed}, To: PartResolved,
		Clocks: stopAll(), Told: "closed_partly",
	},
	{
		From: []State{Between}, Event: Close, If: []Condition{not(partDone)}, Who: hers, Guards: []Guard{reason, confirmed}, To: Unresolved,
		Clocks: stopAll(), Told: "closed_unresolved",
	},
	{
		From: []State{Between}, Event: NextLapse, If: []Condition{not(reminded)}, Who: timed, Due: []Rule{CouncilNextWait}, To: Same,
		Clocks: restart(CouncilNextWait), Told: "choose_again",
	},
	{
		From: []State{Between}, Event: NextLapse, If: []Condition{reminded, partDone}, Who: timed, Due: []Rule{CouncilNextWait}, To: PartResolved,
		Clocks: stopAll(), Told: "closed_partly_silent",
	},
	{
		From: []State{Between}, Event: NextLapse, If: []Condition{reminded, not(partDone)}, Who: timed, Due: []Rule{CouncilNextWait}, To: Unresolved,
		Clocks: stopAll(), Told: "closed_silent",
	},

	// And again.
	{
		From: []State{Resolved, PartResolved, Unresolved}, Event: Reopen, Who: hers, Guards: []Guard{ground, threeYears, readBack}, To: Between,
		Clocks: start(CouncilNextWait), Told: "reopened",
	},
	{
		From: []State{Withdrawn, Expired, SubJudice}, Event: Reopen, Who: hers, Guards: []Guard{ground, threeYears, readBack}, To: Submitted,
		Clocks: start(CouncilAccept), Told: "reopened_from_start",
	},
	{
		From: []State{OutOfScope, Duplicate}, Event: Appeal, Who: hers, Guards: []Guard{firstAppeal, reason, readBack}, To: Appealed,
		Clocks: start(CouncilAppeal), Told: "appealed",
		keeps: func(c *Case, _ *Leg, _ []Fact) { c.Contested = c.State },
	},
	{
		From: []State{Appealed}, Event: Uphold, If: []Condition{wasDuplicate}, Who: councils, Guards: []Guard{otherOfficer, reason, whereTo}, To: Duplicate,
		Clocks: stopAll(), Told: "upheld",
	},
	{
		From: []State{Appealed}, Event: Uphold, If: []Condition{not(wasDuplicate)}, Who: councils, Guards: []Guard{otherOfficer, reason, whereTo}, To: OutOfScope,
		Clocks: stopAll(), Told: "upheld",
	},
	{
		From: []State{Appealed}, Event: Overturn, Who: councils, Guards: []Guard{otherOfficer}, To: Submitted,
		Clocks: all(stopAll(), start(CouncilAccept)), Told: "overturned",
		keeps: func(c *Case, _ *Leg, _ []Fact) { c.Contested = "" },
	},
}
