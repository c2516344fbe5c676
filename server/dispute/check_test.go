package dispute

import (
	"slices"
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

// Each fault that would leave somebody waiting is found, and named so that it can be mended.
func TestCheckFindsWhatIsWrong(t *testing.T) {
	t.Parallel()
	dispute := func(change func(*Table)) []error {
		table := &Table{Name: "dispute", Places: slices.Clone(Disputes.Places), Rows: slices.Clone(Disputes.Rows)}
		change(table)
		return append(table.check(Draft), checkBetween(table, Legs)...)
	}
	row := func(table *Table, e Event) *Transition {
		return &table.Rows[slices.IndexFunc(table.Rows, func(r Transition) bool { return r.Event == e })]
	}
	place := func(table *Table, s State) *Place {
		return &table.Places[slices.IndexFunc(table.Places, func(p Place) bool { return p.State == s })]
	}
	without := func(table *Table, e Event) {
		table.Rows = slices.DeleteFunc(table.Rows, func(r Transition) bool { return r.Event == e })
	}
	for name, c := range map[string]struct {
		change func(*Table)
		says   string
	}{
		"nothing wrong": {func(*Table) {}, ""},
		"no owner":      {func(x *Table) { place(x, Submitted).Owner = "" }, "dispute submitted: has no owner"},
		"no clock":      {func(x *Table) { without(x, InfoLapse) }, "dispute needs_info: needs a clock or a reason"},
		"clock never started": {func(x *Table) {
			row(x, AskInfo).Clocks = nil
			without(x, InfoLapse)
			x.Rows = append(x.Rows, Transition{From: []State{NeedsInfo}, Event: InfoLapse, Who: timed, Due: []Rule{CouncilInfoWait}, To: Expired, Told: "expired"})
		}, "no clock of [council_info_wait] runs there"},
		"clock and reason":     {func(x *Table) { place(x, Submitted).NoClock = "why not" }, "submitted: needs a clock or a reason for none, and not both"},
		"no entry":             {func(x *Table) { without(x, FlagEmergency) }, "dispute diverted_emergency: nothing leads there"},
		"no exit":              {func(x *Table) { without(x, Appeal); place(x, Duplicate).Standing = Resting }, "duplicate: a state that rests has a way out"},
		"final with exit":      {func(x *Table) { place(x, Resolved).Standing = Final }, "resolved: is final and has a way out"},
		"stands twice":         {func(x *Table) { x.Places = append(x.Places, Place{State: Erased, Standing: Final}) }, "erased: stands twice"},
		"unknown state":        {func(x *Table) { row(x, Accept).To = "nowhere" }, "a state to go to"},
		"begins nowhere":       {func(x *Table) { row(x, Accept).From = []State{"nowhere"} }, `there is no state "nowhere"`},
		"nobody may":           {func(x *Table) { row(x, Accept).Who = nil }, "somebody who may"},
		"a guarded timer":      {func(x *Table) { row(x, DraftLapse).Guards = []Guard{reason} }, "silence cannot be refused"},
		"a timer with company": {func(x *Table) { row(x, DraftLapse).Who = []Actor{Timer, Officer} }, "act alone"},
		"she is not told":      {func(x *Table) { row(x, Accept).Told = "" }, "she is not told"},
		"told twice":           {func(x *Table) { row(x, LegOpened).Told = "accepted" }, "told and guarded where it began"},
		"a gap":                {func(x *Table) { row(x, InfoLapse).If = []Condition{reminded, partDone} }, "needs_info: info_lapse has 0 transitions for one case"},
		"an overlap":           {func(x *Table) { row(x, InfoLapse).If = nil }, "needs_info: info_lapse has 2 transitions for one case"},
		"some only":            {func(x *Table) { row(x, Close).Who = councils }, "close is open to some only when a condition holds"},
		"nothing answers":      {func(x *Table) { without(x, LegTakenUp) }, "the other table does not know what it brings about"},
		"nothing brings it":    {func(x *Table) { row(x, Withdraw).Around = EndedAround }, "withdrawn_around: nothing brings it about"},
	} {
		found := dispute(c.change)
		ok := slices.ContainsFunc(found, func(err error) bool { return strings.Contains(err.Error(), c.says) })
		if ok != (c.says != "") || c.says == "" && len(found) > 0 {
			t.Errorf("%s: found %v, want %q", name, found, c.says)
		}
	}
}

// The policy and the tables know the same clocks.
func TestCheckHoldsThePolicyToTheTables(t *testing.T) {
	t.Parallel()
	for i, gone := range policy() {
		left := slices.Delete(policy(), i, i+1)
		if err := Check(left); err == nil || !strings.Contains(err.Error(), "no clock "+string(gone)) {
			t.Errorf("without %s: %v", gone, err)
		}
	}
	if err := Check(append(policy(), "council_coffee")); err == nil || !strings.Contains(err.Error(), "council_coffee of the policy: no transition and no door") {
		t.Errorf("with a clock too many: %v", err)
	}
}
