package dispute

import (
	"strings"
	"testing"
)

// sheet are the clocks of facts/workflow.md 3.4, and what the council promises beside them.
var sheet = strings.Fields(`
fi_decide fi_review_apply fi_review_decide nfra_forward nfra_breach_request pbc_receive pay_reply
credit_screen credit_supplement credit_decide csrc_reply admin_answer admin_mediate
samr_accept samr_mediate samr_end_notice samr_clue_check
petition_notice petition_answer petition_review petition_rereview
mediation admin_mediation_accept confirm_apply confirm_decide arb_accept arb_setaside
court_docket court_small court_simple court_ordinary court_appeal court_enforce
ins_assess_personal ins_assess ins_pay ins_refuse ins_advance
limitation_general limitation_nonlife limitation_life
council_draft council_accept council_info_wait council_emergency council_refer council_consent_wait council_dispatch council_receipt
council_firm_answer council_pause_check council_answer_wait council_perform council_perform_wait council_next_wait council_appeal council_late
`)

func policy() []Rule {
	list := make([]Rule, len(sheet))
	for i, s := range sheet {
		list[i] = Rule(s)
	}
	return list
}

func TestTheTablesAreSound(t *testing.T) {
	t.Parallel()
	if err := Check(policy()); err != nil {
		t.Error(err)
	}
}
