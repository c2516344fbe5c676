package dispute

// Door is a way she can go by herself, and that the council does not carry her through yet: it is shown with its reason,
// its cost, its time and what to bring (content/workflow/doors.yaml, by the same ids). Rules are the clocks that run
// behind it.
type Door struct {
	ID    string
	Rules []Rule
}

// Doors are the other ways there are, in the order of facts/workflow.md 1.2.
var Doors = []Door{
	{"regulator-nfra", []Rule{"nfra_forward", "nfra_breach_request"}},
	{"regulator-pbc", []Rule{"pbc_receive", "pay_reply"}},
	{"credit-record", []Rule{"credit_screen", "credit_supplement", "credit_decide"}},
	{"regulator-csrc", []Rule{"csrc_reply"}},
	{"local-finance", nil},
	{"market", []Rule{"admin_answer", "admin_mediate", "samr_accept", "samr_mediate", "samr_end_notice", "samr_clue_check"}},
	{"city-hotline", nil},
	{"petition", []Rule{"petition_notice", "petition_answer", "petition_review", "petition_rereview"}},
	{"mediation", []Rule{"mediation", "admin_mediation_accept", "confirm_apply", "confirm_decide"}},
	{"arbitration", []Rule{"arb_accept", "arb_setaside"}},
	{"court", []Rule{"court_docket", "court_small", "court_simple", "court_ordinary", "court_appeal", "court_enforce"}},
}

// elsewhere are clocks of the policy that no complaint runs by: what an insurer owes on a claim, before anybody complains.
var elsewhere = []Rule{"ins_assess_personal", "ins_assess", "ins_pay", "ins_refuse", "ins_advance"}
