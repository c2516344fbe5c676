package dispute

// Fact is what the tables cannot see by themselves. Whoever calls [Apply] has made sure of it: a form field was filled, a
// box ticked, a paper kept, a date compared. What is not told is not so.
type Fact string

const (
	IdentityGiven   Fact = "identity_given"   // her name and a way to reach her
	StoryGiven      Fact = "story_given"      // the firm, what happened, what she wants
	AuthorityGiven  Fact = "authority_given"  // the helper has said on what authority they act
	GuardianAgrees  Fact = "guardian_agrees"  // for a child under fourteen (PIPL Art. 31)
	ReadBack        Fact = "read_back"        // the officer read it back to her and she said yes
	PersonConfirmed Fact = "person_confirmed" // the officer asked the person herself by another way than the helper
	SpecialPower    Fact = "special_power"    // the helper's authority names settling and withdrawing

	MissingListed     Fact = "missing_listed"     // what is missing, item by item
	ReasonGiven       Fact = "reason_given"       // why, from the list where there is one
	WhereToGo         Fact = "where_to_go"        // the door that is open instead
	BarWarningSeen    Fact = "bar_warning_seen"   // she knows that 12315, and PBoC in its matters, may then refuse
	SameMatter        Fact = "same_matter"        // the same person, firm and facts
	ConsequencesShown Fact = "consequences_shown" // she was shown what withdrawing means
	OtherOfficer      Fact = "other_officer"      // not the one who refused
	GroundGiven       Fact = "ground_given"       // new facts, a broken promise, a court that did not take it
	WithinThreeYears  Fact = "within_three_years" // of closing
	Reminded          Fact = "reminded"           // two reminders have reached her by the way she chose

	ChannelFits     Fact = "channel_fits"     // this door takes this product, and nothing under way bars it
	CostShown       Fact = "cost_shown"       // what this door costs was shown before the choice
	ReceiverNamed   Fact = "receiver_named"   // who is to get which parts of her file
	UnderOrder3     Fact = "under_order_3"    // NFRA supervises the firm
	SeparateConsent Fact = "separate_consent" // given for this receiver and these parts alone (PIPL Arts 23, 29)
	DispatchKept    Fact = "dispatch_kept"    // when and how it was sent
	ReceiptDated    Fact = "receipt_dated"    // the day the firm received it
	PaperKept       Fact = "paper_kept"       // the letter or the note of the call from which an officer writes for the firm
	SeniorApproval  Fact = "senior_approval"  // for a second extension (Order 2020-3 Art. 18)
	AppraisalShown  Fact = "appraisal_shown"  // a paper of the appraisal, test or valuation
	MediationAgreed Fact = "mediation_agreed" // she agreed to mediation (Order 2020-3 Art. 23)
	RestartWarned   Fact = "restart_warned"   // she knows that new facts start the firm's time anew
	ConsentCovers   Fact = "consent_covers"   // her consent covers what is added
	FactsLetter     Fact = "facts_letter"     // the letter that was sent has what she added
	FirmReads       Fact = "firm_reads"       // the firm reads her file itself, so that it has at once what she adds

	ReliefOffered     Fact = "relief_offered"     // money: refund, compensation
	CorrectionOffered Fact = "correction_offered" // a correction or something else to be done
	ExplanationOnly   Fact = "explanation_only"
	ClaimDismissed    Fact = "claim_dismissed"
	ReasonsComplete   Fact = "reasons_complete" // what was checked, on what grounds, which ways are open (Order 2020-3 Art. 19)
	FromBranch        Fact = "from_branch"      // a branch decided, not the head office

	SummaryShown Fact = "summary_shown" // she saw in plain words what she gets and what she gives up
	InPart       Fact = "in_part"       // she accepts it for a part of her claim
	OfferStands  Fact = "offer_stands"  // the firm still holds to what it offered
	WindowOpen   Fact = "window_open"   // the time to ask for a review has not passed
	ProofShown   Fact = "proof_shown"   // a slip, a corrected record, her own word
)

// Facts lists them all.
var Facts = []Fact{
	IdentityGiven, StoryGiven, AuthorityGiven, GuardianAgrees, ReadBack, PersonConfirmed, SpecialPower,
	MissingListed, ReasonGiven, WhereToGo, BarWarningSeen, SameMatter, ConsequencesShown, OtherOfficer, GroundGiven, WithinThreeYears, Reminded,
	ChannelFits, CostShown, ReceiverNamed, UnderOrder3, SeparateConsent, DispatchKept, ReceiptDated, PaperKept, SeniorApproval, AppraisalShown,
	MediationAgreed, RestartWarned, ConsentCovers, FactsLetter, FirmReads,
	ReliefOffered, CorrectionOffered, ExplanationOnly, ClaimDismissed, ReasonsComplete, FromBranch,
	SummaryShown, InPart, OfferStands, WindowOpen, ProofShown,
}

// Outcomes are the kinds of answer a firm can give; an answer is exactly one of them.
var Outcomes = []Fact{ReliefOffered, CorrectionOffered, ExplanationOnly, ClaimDismissed}
