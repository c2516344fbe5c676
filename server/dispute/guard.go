package dispute

import "slices"

// Try is what a guard or a condition looks at: the case as it stands, the leg in question, who acts, and what is known.
type Try struct {
	Case  Case
	Leg   Leg
	By    Actor
	Facts []Fact
}

func (t Try) told(f Fact) bool { return slices.Contains(t.Facts, f) }

// Guard is what must hold before something happens. One that does not hold refuses, and says with the catalogue's words
// what to do about it.
type Guard struct {
	Name  string
	Needs []Fact // any of these opens it, where the guard applies; for the form that asks for them
	holds func(Try) bool
}

// Key is the sentence for whoever was refused.
func (g Guard) Key() string { return "dispute.guard." + g.Name }

// Holds tells whether the guard lets it pass.
func (g Guard) Holds(t Try) bool { return g.holds(t) }

// Applies tells whether the guard asks anything at all of this actor in this case.
func (g Guard) Applies(t Try) bool { t.Facts = nil; return !g.holds(t) }

func needs(name string, facts ...Fact) Guard {
	return needsIf(name, func(Try) bool { return true }, facts...)
}

func needsIf(name string, applies func(Try) bool, facts ...Fact) Guard {
	return Guard{name, facts, func(t Try) bool { return !applies(t) || slices.ContainsFunc(facts, t.told) }}
}

func by(a Actor) func(Try) bool { return func(t Try) bool { return t.By == a } }

var (
	identity     = needs("identity", IdentityGiven)
	story        = needs("story", StoryGiven)
	authority    = needsIf("authority", func(t Try) bool { return t.Case.Helper }, AuthorityGiven)
	guardian     = needsIf("guardian", func(t Try) bool { return t.Case.Child }, GuardianAgrees)
	missing      = needs("missing", MissingListed)
	reason       = needs("reason", ReasonGiven)
	whereTo      = needs("where_to", WhereToGo)
	barWarning   = needs("bar_warning", BarWarningSeen)
	sameMatter   = needs("same_matter", SameMatter)
	consequences = needs("consequences", ConsequencesShown)
	otherOfficer = needs("other_officer", OtherOfficer)
	ground       = needs("ground", GroundGiven)
	threeYears   = needs("three_years", WithinThreeYears)
	askedHerself = needs("asked_herself", PersonConfirmed)

	fits          = needs("fits", ChannelFits)
	cost          = needs("cost", CostShown)
	receiver      = needs("receiver", ReceiverNamed)
	separate      = needs("separate", SeparateConsent)
	dispatch      = needs("dispatch", DispatchKept)
	receipt       = needs("receipt", ReceiptDated)
	factsLetter   = needs("facts_letter", FactsLetter)
	senior        = needsIf("senior", func(t Try) bool { return t.Leg.Order3 && t.Leg.Extensions == 1 }, SeniorApproval)
	pauseGround   = needs("pause_ground", AppraisalShown, MediationAgreed)
	restartWarned = needs("restart_warned", RestartWarned)
	covers        = needs("covers", ConsentCovers)
	summary       = needs("summary", SummaryShown)
	offerStands   = needs("offer_stands", OfferStands)
	window        = needs("window", WindowOpen)
	proof         = needsIf("proof", func(t Try) bool { return t.By == Handler || t.By == Officer }, ProofShown)

	// readBack: an officer writes down what she says, never what she might have said.
	readBack = needsIf("read_back", by(Officer), ReadBack)
	// paper: an officer writes for the firm only what a letter or a call has brought.
	paper = needsIf("paper", by(Officer), PaperKept)
	// reasons: a firm that answers by itself states its reasons. An officer enters what came, complete or not.
	reasons = needsIf("reasons", by(Handler), ReasonsComplete)
	// power: a helper settles or withdraws only where the authority says so (Civil Procedure Law Art. 62).
	power = needsIf("power", by(Helper), SpecialPower)

	// confirmed: nothing leaves the house and nothing is given up in the name of a person whom nobody has asked.
	confirmed = Guard{"confirmed", nil, func(t Try) bool { return !t.Case.Helper || t.Case.Confirmed }}
	// unconfirmed: there is a helper, and the person has not been asked yet.
	unconfirmed = Guard{"unconfirmed", nil, func(t Try) bool { return t.Case.Helper && !t.Case.Confirmed }}
	// oneFirmLeg: the firm gets one letter at a time.
	oneFirmLeg = Guard{"one_firm_leg", nil, func(t Try) bool { return !t.Case.Active() }}
	// firstAppeal: the same refusal is looked at again once.
	firstAppeal = Guard{"first_appeal", nil, func(t Try) bool { return t.Case.Contested == "" }}
	// extensionLeft: 15 days, 30, and with senior approval 60 (Order 2020-3 Art. 18).
	extensionLeft = Guard{"extension_left", nil, func(t Try) bool { return t.Leg.Extensions < 2 }}
	// branchDecided: there is no review of what a head office decided (Order 2020-3 Art. 20).
	branchDecided = Guard{"branch_decided", nil, func(t Try) bool { return t.Leg.Branch }}
	// firstReview: what the higher office has looked at once it does not look at again.
	firstReview = Guard{"first_review", nil, func(t Try) bool {
		return !slices.ContainsFunc(t.Case.Legs, func(l Leg) bool { return l.Of == t.Leg.ID && l.State != NoConsent })
	}}
	// oneOutcome: an answer is one kind of answer.
	oneOutcome = Guard{"one_outcome", Outcomes, func(t Try) bool { return outcome(t.Facts) != "" }}
)

func outcome(facts []Fact) Fact {
	var found Fact
	for _, f := range Outcomes {
		if slices.Contains(facts, f) {
			if found != "" {
				return ""
			}
			found = f
		}
	}
	return found
}

// Condition chooses between transitions of the same event, and whether a clock is touched. It never refuses.
type Condition struct {
	Name string
	Else string // its name where it does not hold
	Not  bool
	is   func(Try) bool
}

func (c Condition) String() string {
	if c.Not {
		return c.Else
	}
	return c.Name
}

// Holds tells whether it is so.
func (c Condition) Holds(t Try) bool { return c.is(t) != c.Not }

func not(c Condition) Condition { c.Not = !c.Not; return c }

func allHold(conditions []Condition, t Try) bool {
	return !slices.ContainsFunc(conditions, func(c Condition) bool { return !c.Holds(t) })
}

var (
	ordinaryClaim  = Condition{Name: "ordinary claim", is: func(t Try) bool { return t.Case.Claim == OrdinaryClaim }}
	otherInsurance = Condition{Name: "other insurance", is: func(t Try) bool { return t.Case.Claim == OtherInsurance }}
	lifeInsurance  = Condition{Name: "life insurance", is: func(t Try) bool { return t.Case.Claim == LifeInsurance }}

	firstLeg = Condition{Name: "firm itself", is: func(t Try) bool { return t.Leg.Channel == Institution }}
	review   = Condition{Name: "review", is: func(t Try) bool { return t.Leg.Channel == Review }}
	order3   = Condition{Name: "NFRA firm", Else: "other firm", is: func(t Try) bool { return t.Leg.Order3 }}
	branch   = Condition{Name: "branch decided", Else: "no branch decided", is: func(t Try) bool { return t.Leg.Branch }}

	reads        = Condition{Name: "firm reads her file", is: func(t Try) bool { return t.told(FirmReads) }}
	reminded     = Condition{Name: "reminded", Else: "not reminded", is: func(t Try) bool { return t.told(Reminded) }}
	promised     = Condition{Name: "something promised", Else: "nothing to be done", is: func(t Try) bool { return t.Leg.Outcome == ReliefOffered || t.Leg.Outcome == CorrectionOffered }}
	partly       = Condition{Name: "in part", Else: "in full", is: func(t Try) bool { return t.Leg.Part }}
	another      = Condition{Name: "another leg under way", Else: "no other leg under way", is: func(t Try) bool { return t.Case.Active() }}
	wasDuplicate = Condition{Name: "was duplicate", Else: "was refused", is: func(t Try) bool { return t.Case.Contested == Duplicate }}
	partDone     = Condition{Name: "something was done", Else: "nothing was done", is: func(t Try) bool {
		return slices.ContainsFunc(t.Case.Legs, func(l Leg) bool { return l.State == Performed || l.State == Settled })
	}}
)
