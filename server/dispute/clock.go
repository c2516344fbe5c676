package dispute

import "slices"

// Rule is the id of a clock in the policy (content/workflow). How long it is, and whether a law or a promise says so,
// stands there.
type Rule string

// The clocks the tables name.
const (
	FIDecide          Rule = "fi_decide"        // Order 2020-3 Art. 18
	FIReviewApply     Rule = "fi_review_apply"  // Order 2020-3 Art. 20: until when she may ask for a review
	FIReviewDecide    Rule = "fi_review_decide" // Order 2020-3 Art. 20
	LimitationGeneral Rule = "limitation_general"
	LimitationNonlife Rule = "limitation_nonlife"
	LimitationLife    Rule = "limitation_life"

	// Promises of the council, never law (Order 778 Art. 45 says 及时 and no days).
	CouncilDraft       Rule = "council_draft"        // how long a draft is kept
	CouncilAccept      Rule = "council_accept"       // taking up, refusing or asking
	CouncilInfoWait    Rule = "council_info_wait"    // waiting for what was missing
	CouncilEmergency   Rule = "council_emergency"    // calling her after an emergency
	CouncilRefer       Rule = "council_refer"        // arranging the first leg
	CouncilConsentWait Rule = "council_consent_wait" // waiting for her consent
	CouncilDispatch    Rule = "council_dispatch"     // sending what she consented to
	CouncilReceipt     Rule = "council_receipt"      // when a letter nobody acknowledged is taken as received
	CouncilFirmAnswer  Rule = "council_firm_answer"  // asked of firms that no rule gives a time
	CouncilPauseCheck  Rule = "council_pause_check"  // asking after an appraisal or a mediation
	CouncilAnswerWait  Rule = "council_answer_wait"  // waiting for her yes or no where no rule gives a time
	CouncilPerform     Rule = "council_perform"      // the firm doing what it promised, where no day was agreed
	CouncilPerformWait Rule = "council_perform_wait" // waiting for her to say whether it was done
	CouncilNextWait    Rule = "council_next_wait"    // waiting for her to choose the next door
	CouncilAppeal      Rule = "council_appeal"       // another officer looking again
	CouncilLate        Rule = "council_late"         // a missed promise: until the next word to her
)

// Op is what happens to a clock. On a clock that does not run, everything but Start and Restart does nothing.
type Op string

const (
	Start        Op = "start"
	Restart      Op = "restart" // from the beginning, whatever has passed
	Stop         Op = "stop"
	Hold         Op = "pause"
	Continue     Op = "resume"
	Lengthen     Op = "extend"        // by the next step the rule allows
	Interrupt    Op = "interrupt"     // limitation: a demand reaches the firm (Civil Code Art. 195)
	MayInterrupt Op = "may_interrupt" // limitation: a dated request; whether it interrupts is for a court (SPC 2020 Art. 12)
	StopAll      Op = "stop_all"      // every clock of this dispute or leg but hers: see [Rule.RunsByLaw]
)

// Since says from which day a clock counts; the caller puts it in.
type Since string

const (
	Now            Since = ""                // when the event happened
	Received       Since = "received"        // when the firm received it, as the event says
	AssumedReceipt Since = "assumed_receipt" // when it is taken as received: what [CouncilReceipt] gives from the dispatch
	Told           Since = "told"            // when the answer reached her
	Known          Since = "known"           // when she knew of the harm and who did it
)

// On says whose clock it is.
type On string

const (
	Own     On = ""
	Whole   On = "dispute" // of a leg: the dispute's
	Earlier On = "earlier" // of a review: that of the leg whose answer it is about
)

// Tick is what a transition does to one clock.
type Tick struct {
	Op    Op
	Rule  Rule
	Since Since
	On    On
	If    []Condition
}

// RunsByLaw tells that a clock runs against her or for her whatever we do: a closed case does not stop it, and no event
// follows of it in a case that rests.
func (r Rule) RunsByLaw() bool {
	return slices.Contains([]Rule{FIReviewApply, LimitationGeneral, LimitationNonlife, LimitationLife}, r)
}

func start(rules ...Rule) []Tick    { return ticks(Start, rules) }
func restart(rules ...Rule) []Tick  { return ticks(Restart, rules) }
func stop(rules ...Rule) []Tick     { return ticks(Stop, rules) }
func hold(rules ...Rule) []Tick     { return ticks(Hold, rules) }
func carryOn(rules ...Rule) []Tick  { return ticks(Continue, rules) }
func lengthen(rules ...Rule) []Tick { return ticks(Lengthen, rules) }
func stopAll() []Tick               { return []Tick{{Op: StopAll}} }

func ticks(op Op, rules []Rule) []Tick {
	list := make([]Tick, len(rules))
	for i, r := range rules {
		list[i] = Tick{Op: op, Rule: r}
	}
	return list
}

func all(lists ...[]Tick) []Tick { return slices.Concat(lists...) }

// firmClocks are those within which the firm answers: which of them runs depends on the firm and the channel.
var firmClocks = []Rule{FIDecide, FIReviewDecide, CouncilFirmAnswer}

// beginFirmClock starts the one that fits, or starts it anew.
func beginFirmClock(op Op, since Since) []Tick {
	return []Tick{
		{Op: op, Rule: FIDecide, Since: since, If: []Condition{order3, firstLeg}},
		{Op: op, Rule: FIReviewDecide, Since: since, If: []Condition{review}},
		{Op: op, Rule: CouncilFirmAnswer, Since: since, If: []Condition{not(order3), firstLeg}},
	}
}

// where lets ticks happen only where a condition holds, too.
func where(c Condition, ticks []Tick) []Tick {
	for i, t := range ticks {
		ticks[i].If = append(slices.Clip(t.If), c)
	}
	return ticks
}

// beginAnswerClock gives her the time to say yes or no. Where a branch of a bank or insurer decided, that is the time in
// which she may ask its higher office.
func beginAnswerClock() []Tick {
	return []Tick{
		{Op: Start, Rule: FIReviewApply, Since: Told, If: []Condition{branch}},
		{Op: Start, Rule: CouncilAnswerWait, Since: Told, If: []Condition{not(branch)}},
	}
}

// onLimitation does something to the limitation period that fits the claim.
func onLimitation(op Op, since Since, on On) []Tick {
	return []Tick{
		{Op: op, Rule: LimitationGeneral, Since: since, On: on, If: []Condition{ordinaryClaim}},
		{Op: op, Rule: LimitationNonlife, Since: since, On: on, If: []Condition{otherInsurance}},
		{Op: op, Rule: LimitationLife, Since: since, On: on, If: []Condition{lifeInsurance}},
	}
}
