package intake

// What can be chosen from: ids, whose words stand in the catalogue under intake.<list>_<id>.
var (
	Relations   = []string{"child", "parent", "spouse", "relative", "friend", "guardian", "social_worker", "other"}
	Authorities = []string{"told", Written, "guardian"} // an heir complains in her own right (Order 2020-3 Art. 14)
	Wants       = []string{"refund", "compensation", "correct", "stop", "explain", "apology", "other"}
	TriedFirm   = []string{"none", "waiting", "answered", "refused", "unsure"}
	Ways        = []string{"phone", "text", "email", "post", "through"}
	Hours       = []string{"morning", "noon", "afternoon", "evening"}
	Needs       = []string{"large_print", "text_only", "slow", "easy_words", "sign"}
)

// Written is an authority on paper.
const Written = "written"

// telling are the needs that tell of an illness or a disability, which is sensitive (PIPL Art. 28).
var telling = []string{"large_print", "text_only", "slow", "sign"}

// Steps of the journey, by what they ask.
const (
	Urgent    = "urgent"
	StepFor   = "for"
	StepHelp  = "helper"
	StepChild = "child"
	StepFirm  = "firm"
	Product   = "product"
	What      = "what"
	StepWhen  = "when"
	Amount    = "amount"
	Want      = "want"
	StepTried = "tried"
	Contacts  = "contact"
	StepReach = "reach"
)
