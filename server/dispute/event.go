package dispute

// Actor is in whose name something happens.
type Actor string

const (
	Citizen Actor = "citizen" // the person whose dispute it is
	Helper  Actor = "helper"  // who files for her, with a credential of their own
	Officer Actor = "officer" // the council; also writes down what she or the firm says by telephone, post or at the counter
	Handler Actor = "handler" // the firm's own staff
	Timer   Actor = "timer"   // a clock has run out
	Machine Actor = "machine" // one table moves the other; nobody can act in this name
)

// Actors lists who can act.
var Actors = []Actor{Citizen, Helper, Officer, Handler, Timer}

var (
	hers      = []Actor{Citizen, Helper, Officer} // what she decides; an officer writes down what she says
	firms     = []Actor{Handler, Officer}         // what the firm does; an officer writes down what came by post
	councils  = []Actor{Officer}
	timed     = []Actor{Timer}
	inside    = []Actor{Machine}
	performer = []Actor{Citizen, Helper, Officer, Handler}
)

// Event is what happens. The catalogue has its words: dispute.event.<event>.
type Event string

// Events of a dispute.
const (
	Submit         Event = "submit"
	Discard        Event = "discard"
	DraftLapse     Event = "draft_lapse"
	FlagEmergency  Event = "flag_emergency"
	Resume         Event = "resume" // after an emergency
	AskInfo        Event = "ask_info"
	Supply         Event = "supply"
	InfoLapse      Event = "info_lapse"
	Refuse         Event = "refuse"
	Accept         Event = "accept"
	DuplicateOf    Event = "duplicate_of"
	ConfirmPerson  Event = "confirm_person"
	Withdraw       Event = "withdraw"
	Solve          Event = "solve" // she says that it is settled, whoever did it
	GoToCourt      Event = "go_to_court"
	Close          Event = "close"
	NextLapse      Event = "next_lapse" // no next door was chosen
	Reopen         Event = "reopen"
	Appeal         Event = "appeal"
	Uphold         Event = "uphold"
	Overturn       Event = "overturn"
	CouncilOverdue Event = "council_overdue" // the council has let its own promise pass
	LegOpened      Event = "leg_opened"      // these four come from the other table
	LegTakenUp     Event = "leg_taken_up"
	LegOver        Event = "leg_over"
	LegSettled     Event = "leg_settled"
)

// Events of a leg. [CouncilOverdue] is one, too, and [AddFacts] is one of a dispute, too.
const (
	ChooseInstitution Event = "choose_institution" // opens a leg; addressed to the dispute
	GiveConsent       Event = "give_consent"
	DeclineConsent    Event = "decline_consent"
	RevokeConsent     Event = "revoke_consent"
	ConsentLapse      Event = "consent_lapse"
	HandOver          Event = "hand_over"
	Undelivered       Event = "undelivered" // the letter came back
	Acknowledge       Event = "acknowledge"
	AddFacts          Event = "add_facts"
	PassOn            Event = "pass_on" // the letter with what she added goes to the firm
	Extend            Event = "extend"
	Pause             Event = "pause"
	EndPause          Event = "end_pause"
	PauseCheck        Event = "pause_check"
	Answer            Event = "answer"
	LateAnswer        Event = "late_answer"
	RefuseLeg         Event = "refuse_leg"
	ReplyDue          Event = "reply_due"
	AcceptAnswer      Event = "accept_answer"
	RejectAnswer      Event = "reject_answer"
	AnswerLapse       Event = "answer_lapse"
	RequestReview     Event = "request_review" // closes this leg's answer and opens a leg [Review]
	Perform           Event = "perform"
	PerformDue        Event = "perform_due"
	Breach            Event = "breach"
	PerformLapse      Event = "perform_lapse"
	WithdrawLeg       Event = "withdraw_leg"
	WithdrawnAround   Event = "withdrawn_around" // these two come from the other table
	EndedAround       Event = "ended_around"
)
