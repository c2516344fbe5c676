package dispute

var (
	withFirm = []State{HandedOver, Acknowledged, InProgress} // its clock runs
	unended  = []State{
		ConsentPending, Consented, HandedOver, Acknowledged, InProgress, Paused, Answered, AcceptedByCitizen, PerformanceDue,
		RejectedByCitizen, Lapsed, NoReply, Breached, Unconfirmed,
	}
)

// legRows is the table of a leg.
var legRows = []Transition{
	// Her file leaves the house only with her consent to this receiver.
	{
		From: []State{None}, Event: ChooseInstitution, Only: Institution, Who: hers,
		Guards: []Guard{oneFirmLeg, fits, cost, receiver}, To: ConsentPending, Raises: LegOpened,
		Clocks: start(CouncilConsentWait), Told: "consent_asked",
		keeps: func(_ *Case, l *Leg, facts []Fact) { l.Order3 = Try{Facts: facts}.told(UnderOrder3) },
	},
	{
		From: []State{ConsentPending}, Event: GiveConsent, Who: hers, Guards: []Guard{separate, confirmed, readBack}, To: Consented,
		Clocks: all(stop(CouncilConsentWait), start(CouncilDispatch)), Told: "consent_given",
	},
	{ // the consent asks about it
		From: []State{ConsentPending}, Event: AddFacts, Who: hers, Guards: []Guard{readBack}, To: Same, Told: "facts_kept",
	},
	{
		From: []State{ConsentPending}, Event: DeclineConsent, Who: hers, Guards: []Guard{readBack}, To: NoConsent, Raises: LegOver,
		Clocks: stopAll(), Told: "consent_declined",
	},
	{
		From: []State{ConsentPending}, Event: ConsentLapse, Who: timed, Due: []Rule{CouncilConsentWait}, To: NoConsent, Raises: LegOver,
		Clocks: stopAll(), Told: "consent_lapsed",
	},
	{ // PIPL Art. 15: consent can be taken back
		From: []State{Consented}, Event: RevokeConsent, Who: hers, Guards: []Guard{readBack}, To: NoConsent, Raises: LegOver,
		Clocks: stopAll(), Told: "consent_declined",
	},
	{ // it has not gone out yet: what goes out says it
		From: []State{Consented}, Event: AddFacts, Who: hers, Guards: []Guard{covers, confirmed, readBack}, To: Same, Told: "facts_added_first",
	},
	{
		From: []State{Consented}, Event: CouncilOverdue, Who: timed, Due: []Rule{CouncilDispatch, CouncilLate}, To: Same,
		Clocks: restart(CouncilLate), Told: "council_late",
	},
	{
		From: []State{Consented}, Event: HandOver, Who: councils, Guards: []Guard{confirmed, dispatch}, To: HandedOver,
		Clocks: all(
			stop(CouncilDispatch, CouncilLate), beginFirmClock(Start, AssumedReceipt), onLimitation(Interrupt, AssumedReceipt, Whole),
			[]Tick{{Op: Stop, Rule: FIReviewApply, On: Earlier, If: []Condition{review}}},
		),
		Told: "handed_over",
	},

	// It lies with the firm.
	{
		From: []State{HandedOver}, Event: Undelivered, Who: councils, Guards: []Guard{paper}, To: Consented,
		Clocks: all(stop(firmClocks...), start(CouncilDispatch)), Told: "undelivered",
	},
	{
		From: []State{HandedOver}, Event: Acknowledge, Who: firms, Guards: []Guard{receipt, paper}, To: Acknowledged,
		Clocks: beginFirmClock(Restart, Received), Told: "acknowledged",
	},
	{ // Order 2020-3 Art. 18(3): new facts start the firm's time anew, from the day it gets them; a firm that reads her file has them at once
		From: withFirm, Event: AddFacts, Only: Institution, Who: hers, Guards: []Guard{restartWarned, covers, confirmed, readBack}, To: Same,
		Clocks: where(reads, beginFirmClock(Restart, Now)), Told: "facts_added", keeps: func(_ *Case, l *Leg, facts []Fact) { anew(l, Try{Facts: facts}.told(FirmReads)) },
	},
	{
		From: []State{Paused}, Event: AddFacts, Only: Institution, Who: hers, Guards: []Guard{restartWarned, covers, confirmed, readBack}, To: Same,
		Clocks: where(reads, all(beginFirmClock(Restart, Now), hold(firmClocks...))), Told: "facts_added",
		keeps: func(_ *Case, l *Leg, facts []Fact) { anew(l, Try{Facts: facts}.told(FirmReads)) },
	},
	{ // any other gets a letter
		From: withFirm, Event: PassOn, Only: Institution, Who: councils, Guards: []Guard{factsLetter, dispatch}, To: Same,
		Clocks: beginFirmClock(Restart, AssumedReceipt), Told: "facts_sent", keeps: func(_ *Case, l *Leg, _ []Fact) { anew(l, true) },
	},
	{
		From: []State{Paused}, Event: PassOn, Only: Institution, Who: councils, Guards: []Guard{factsLetter, dispatch}, To: Same,
		Clocks: all(beginFirmClock(Restart, AssumedReceipt), hold(firmClocks...)), Told: "facts_sent", keeps: func(_ *Case, l *Leg, _ []Fact) { anew(l, true) },
	},
	{ // no rule starts the time of a review anew
		From: append([]State{Paused}, withFirm...), Event: AddFacts, Only: Review, Who: hers, Guards: []Guard{covers, confirmed, readBack}, To: Same,
		Told: "facts_added_review",
	},
	{
		From: append([]State{Paused}, withFirm...), Event: PassOn, Only: Review, Who: councils, Guards: []Guard{factsLetter, dispatch}, To: Same,
		Told: "facts_sent_review",
	},
	{ // Order 2020-3 Art. 18(1); a review has no extension (Art. 20)
		From: withFirm, Event: Extend, Only: Institution, Who: firms, Guards: []Guard{extensionLeft, reason, senior, paper}, To: InProgress,
		Clocks: lengthen(FIDecide, CouncilFirmAnswer), Told: "extended",
		keeps: func(_ *Case, l *Leg, _ []Fact) { l.Extensions++ },
	},
	{ // Order 2020-3 Arts 18(2), 23
		From: withFirm, Event: Pause, Only: Institution, Who: firms, Guards: []Guard{pauseGround, paper}, To: Paused,
		Clocks: all(hold(firmClocks...), start(CouncilPauseCheck)), Told: "paused",
	},
	{
		From: []State{Paused}, Event: EndPause, Who: firms, Guards: []Guard{paper}, To: InProgress,
		Clocks: all(stop(CouncilPauseCheck), carryOn(firmClocks...)), Told: "pause_ended",
	},
	{
		From: []State{Paused}, Event: PauseCheck, Who: timed, Due: []Rule{CouncilPauseCheck}, To: Same,
		Clocks: restart(CouncilPauseCheck), Told: "pause_goes_on",
	},
	{
		From: append([]State{Paused}, withFirm...), Event: Answer, Who: firms, Guards: []Guard{oneOutcome, reasons, paper}, To: Answered,
		Clocks: all(stop(firmClocks...), stop(CouncilPauseCheck), beginAnswerClock()), Told: "answered", keeps: keepAnswer,
	},
	{ // Order 2020-3 Art. 18(4) has one head only: not by her, her guardian or her agent
		From: []State{HandedOver, Acknowledged}, Event: RefuseLeg, Who: firms, Guards: []Guard{reason, paper}, To: Refused, Raises: LegOver,
		Clocks: stopAll(), Told: "refused_by_firm",
	},
	{
		From: withFirm, Event: ReplyDue, Who: timed, Due: firmClocks, To: NoReply, Raises: LegOver,
		Clocks: stopAll(), Told: "no_reply",
	},
	{
		From: []State{NoReply}, Event: LateAnswer, Who: firms, Guards: []Guard{oneOutcome, reasons, paper}, To: Answered, Raises: LegTakenUp,
		Clocks: beginAnswerClock(), Told: "answered_late", keeps: keepAnswer,
	},
	{ // Order 2020-3 Art. 15: it ends the day the firm receives this
		From: append([]State{Paused}, withFirm...), Event: WithdrawLeg, Who: hers, Guards: []Guard{consequences, confirmed, power, readBack}, To: WithdrawnByCitizen, Raises: LegOver,
		Clocks: stopAll(), Told: "leg_withdrawn",
	},

	// The answer is hers to weigh.
	{
		From: []State{Answered}, Event: AcceptAnswer, If: []Condition{promised}, Who: hers, Guards: []Guard{summary, confirmed, power, readBack}, To: AcceptedByCitizen,
		Clocks: all(stop(FIReviewApply, CouncilAnswerWait), start(CouncilPerform), onLimitation(Interrupt, Now, Whole)), Told: "answer_accepted", keeps: keepPart,
	},
	{
		From: []State{Answered}, Event: AcceptAnswer, If: []Condition{not(promised)}, Who: hers, Guards: []Guard{summary, confirmed, power, readBack}, To: Settled, Raises: LegSettled,
		Clocks: stop(FIReviewApply, CouncilAnswerWait), Told: "answer_settled", keeps: keepPart,
	},
	{
		From: []State{RejectedByCitizen, Lapsed}, Event: AcceptAnswer, If: []Condition{promised}, Who: hers,
		Guards: []Guard{offerStands, summary, confirmed, power, readBack}, To: AcceptedByCitizen, Raises: LegTakenUp,
		Clocks: all(stop(FIReviewApply), start(CouncilPerform), onLimitation(Interrupt, Now, Whole)), Told: "answer_accepted", keeps: keepPart,
	},
	{
		From: []State{RejectedByCitizen, Lapsed}, Event: AcceptAnswer, If: []Condition{not(promised)}, Who: hers,
		Guards: []Guard{offerStands, summary, confirmed, power, readBack}, To: Settled, Raises: LegSettled,
		Clocks: stop(FIReviewApply), Told: "answer_settled", keeps: keepPart,
	},
	{
		From: []State{Answered}, Event: RejectAnswer, Who: hers, Guards: []Guard{readBack}, To: RejectedByCitizen, Raises: LegOver,
		Clocks: stop(CouncilAnswerWait), Told: "answer_rejected", // FIReviewApply goes on: she may still ask
	},
	{From: []State{Lapsed}, Event: RejectAnswer, Who: hers, Guards: []Guard{readBack}, To: RejectedByCitizen, Told: "answer_rejected"},
	{ // never a deemed acceptance
		From: []State{Answered}, Event: AnswerLapse, Who: timed, Due: []Rule{FIReviewApply, CouncilAnswerWait}, To: Lapsed, Raises: LegOver,
		Clocks: stop(FIReviewApply, CouncilAnswerWait), Told: "answer_lapsed",
	},
	{ // Order 2020-3 Art. 20
		From: []State{Answered}, Event: RequestReview, Only: Institution, Who: hers, Guards: []Guard{branchDecided, firstReview, window, separate, confirmed, readBack}, To: RejectedByCitizen,
		Opens: Review, Raises: LegOver, Told: "review_requested",
	},
	{
		From: []State{RejectedByCitizen}, Event: RequestReview, Only: Institution, Who: hers, Guards: []Guard{branchDecided, firstReview, window, oneFirmLeg, separate, confirmed, readBack}, To: Same,
		Opens: Review, Told: "review_requested",
	},
	{ // asking in writing is at once her consent that the higher office gets it
		From: []State{None}, Event: RequestReview, Only: Review, Who: hers, To: Consented, Raises: LegOpened, Clocks: start(CouncilDispatch),
	},

	// What was promised is done, or not.
	{
		From: []State{AcceptedByCitizen, PerformanceDue, Breached, Unconfirmed}, Event: Perform, Who: performer, Guards: []Guard{proof}, To: Performed, Raises: LegSettled,
		Clocks: stopAll(), Told: "performed",
	},
	{
		From: []State{AcceptedByCitizen}, Event: PerformDue, Who: timed, Due: []Rule{CouncilPerform}, To: PerformanceDue,
		Clocks: all(stop(CouncilPerform), start(CouncilPerformWait)), Told: "performance_asked",
	},
	{
		From: []State{PerformanceDue}, Event: Breach, Who: hers, Guards: []Guard{readBack}, To: Breached, Raises: LegOver,
		Clocks: stopAll(), Told: "breached",
	},
	{From: []State{Unconfirmed}, Event: Breach, Who: hers, Guards: []Guard{readBack}, To: Breached, Told: "breached"},
	{
		From: []State{PerformanceDue}, Event: PerformLapse, Who: timed, Due: []Rule{CouncilPerformWait}, To: Unconfirmed, Raises: LegOver,
		Clocks: stopAll(), Told: "performance_unknown",
	},

	// The dispute ends around it.
	{From: unended, Event: WithdrawnAround, Who: inside, To: WithdrawnByCitizen, Clocks: stopAll()},
	{From: unended, Event: EndedAround, Who: inside, To: Terminated, Clocks: stopAll()},
}

func keepAnswer(_ *Case, l *Leg, facts []Fact) {
	l.Outcome = outcome(facts)
	l.Branch = l.Channel == Institution && l.Order3 && Try{Facts: facts}.told(FromBranch)
}

// anew forgets how often the firm has taken more time, where its time begins anew.
func anew(l *Leg, is bool) {
	if is {
		l.Extensions = 0
	}
}

func keepPart(_ *Case, l *Leg, facts []Fact) { l.Part = Try{Facts: facts}.told(InPart) }
