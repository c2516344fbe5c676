package dispute

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// A story is what happens to one complaint, a line each: the leg (0 is the dispute), the event, by whom, and the facts that
// change where it leads. All other facts are told. Behind the arrow stands where the dispute and its legs then are.
func TestStories(t *testing.T) {
	t.Parallel()
	const taken = `
		0 submit by citizen → submitted
		0 accept by officer → accepted
		0 choose_institution by citizen under_order_3 → in_channel: consent_pending
		1 give_consent by citizen → in_channel: consented
		1 hand_over by officer → in_channel: handed_over`
	for name, story := range map[string]string{
		"the firm pays": taken + `
			1 acknowledge by handler → in_channel: acknowledged
			1 answer by handler relief_offered → in_channel: answered
			1 accept_answer by citizen → in_channel: accepted_by_citizen
			1 perform by handler → resolved: performed`,
		"the firm explains, and that is enough": taken + `
			1 answer by officer explanation_only → in_channel: answered
			1 accept_answer by citizen → resolved: settled`,
		"more is needed first": `
			0 submit by citizen → submitted
			0 ask_info by officer → needs_info
			0 info_lapse by timer → needs_info
			0 supply by citizen → submitted
			0 accept by officer → accepted`,
		"what was needed never comes": `
			0 submit by citizen → submitted
			0 ask_info by officer → needs_info
			0 info_lapse by timer reminded → expired
			0 reopen by citizen → submitted`,
		"money is leaving now": `
			0 submit by citizen → submitted
			0 flag_emergency by citizen → diverted_emergency
			0 council_overdue by timer → diverted_emergency
			0 resume by citizen → submitted`,
		"refused, and looked at again": `
			0 submit by citizen → submitted
			0 refuse by officer → out_of_scope
			0 appeal by citizen → appealed
			0 uphold by officer → out_of_scope`,
		"not the same matter after all": `
			0 submit by citizen → submitted
			0 duplicate_of by officer → duplicate
			0 appeal by citizen → appealed
			0 overturn by officer → submitted`,
		"the firm takes more time twice, and is silent; its answer comes late": taken + `
			1 extend by handler → in_channel: in_progress
			1 extend by officer → in_channel: in_progress
			1 reply_due by timer → between_channels: no_reply
			1 late_answer by handler claim_dismissed → in_channel: answered
			1 reject_answer by citizen → between_channels: rejected_by_citizen
			0 close by citizen → unresolved_closed: rejected_by_citizen`,
		"an appraisal": taken + `
			1 pause by handler → in_channel: paused
			1 pause_check by timer → in_channel: paused
			1 add_facts by citizen → in_channel: paused
			1 end_pause by handler → in_channel: in_progress`,
		"the letter comes back": taken + `
			1 undelivered by officer → in_channel: consented
			1 hand_over by officer → in_channel: handed_over`,
		"a branch says no, its higher office says yes": taken + `
			1 answer by handler claim_dismissed from_branch → in_channel: answered
			1 request_review by citizen → in_channel: rejected_by_citizen, consented
			2 hand_over by officer → in_channel: rejected_by_citizen, handed_over
			2 answer by officer relief_offered → in_channel: rejected_by_citizen, answered
			2 accept_answer by citizen → in_channel: rejected_by_citizen, accepted_by_citizen
			2 perform by citizen → resolved: terminated, performed`,
		"accepted for a part": taken + `
			1 answer by handler relief_offered → in_channel: answered
			1 accept_answer by citizen in_part → in_channel: accepted_by_citizen
			1 perform by handler → between_channels: performed
			0 next_lapse by timer → between_channels: performed
			0 next_lapse by timer reminded → partly_resolved: performed`,
		"promised and not done": taken + `
			1 answer by handler correction_offered → in_channel: answered
			1 accept_answer by citizen → in_channel: accepted_by_citizen
			1 perform_due by timer → in_channel: performance_due
			1 breach by citizen → between_channels: breached
			1 perform by handler → resolved: performed
			0 reopen by citizen → between_channels: performed`,
		"nobody says anything any more": taken + `
			1 answer by handler relief_offered → in_channel: answered
			1 answer_lapse by timer → between_channels: lapsed
			0 next_lapse by timer reminded → unresolved_closed: lapsed
			0 reopen by citizen → between_channels: lapsed
			1 accept_answer by citizen → in_channel: accepted_by_citizen`,
		"she does not consent": `
			0 submit by citizen → submitted
			0 accept by officer → accepted
			0 choose_institution by officer → in_channel: consent_pending
			1 decline_consent by citizen → between_channels: no_consent`,
		"withdrawn while it lies with the firm": taken + `
			0 withdraw by citizen → withdrawn: withdrawn`,
		"she goes to court": taken + `
			0 go_to_court by citizen → sub_judice: terminated`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := begin(OrdinaryClaim, false, false)
			for line := range strings.Lines(story) {
				if line = strings.TrimSpace(line); line != "" {
					w = tell(t, w, line)
				}
			}
		})
	}
}

func tell(t *testing.T, w world, line string) world {
	t.Helper()
	did, want, _ := strings.Cut(line, " → ")
	words := strings.Fields(did)
	facts := slices.Clone(passing)
	for _, f := range words[4:] {
		facts = append(facts, Fact(f))
	}
	next, _, err := w.do(int(words[0][0]-'0'), Event(words[1]), Actor(words[3]), facts...)
	if err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	legs := make([]string, len(next.c.Legs))
	for i, l := range next.c.Legs {
		legs[i] = string(l.State)
	}
	got := strings.TrimSuffix(string(next.c.State)+": "+strings.Join(legs, ", "), ": ")
	if got != want {
		t.Fatalf("%s: is %s", line, got)
	}
	return next
}

// What the guards keep is kept: each of these is refused by the guard named.
func TestWhatIsRefused(t *testing.T) {
	t.Parallel()
	leg := func(l Leg) Case { l.ID, l.Channel = 1, Institution; return Case{State: InChannel, Legs: []Leg{l}} }
	helped := func(c Case) Case { c.Helper = true; return c }
	answered := leg(Leg{State: Answered, Outcome: ReliefOffered, Order3: true, Branch: true})
	for name, c := range map[string]struct {
		c     Case
		leg   int
		event Event
		by    Actor
		but   Fact // not told
		guard string
	}{
		"a helper hands over before the person was asked":  {helped(leg(Leg{State: Consented})), 1, HandOver, Officer, "", "confirmed"},
		"a helper withdraws before the person was asked":   {helped(Case{State: Submitted}), 0, Withdraw, Helper, "", "confirmed"},
		"a helper settles before the person was asked":     {helped(answered), 1, AcceptAnswer, Helper, "", "confirmed"},
		"a helper settles without special power":           {Case{State: InChannel, Helper: true, Confirmed: true, Legs: answered.Legs}, 1, AcceptAnswer, Helper, SpecialPower, "power"},
		"a child without guardian":                         {Case{State: Draft, Child: true}, 0, Submit, Citizen, GuardianAgrees, "guardian"},
		"an officer says yes for her":                      {answered, 1, AcceptAnswer, Officer, ReadBack, "read_back"},
		"taken up without the warning about other offices": {Case{State: Submitted}, 0, Accept, Officer, BarWarningSeen, "bar_warning"},
		"a third extension":                                {leg(Leg{State: InProgress, Extensions: 2, Order3: true}), 1, Extend, Handler, "", "extension_left"},
		"a second extension nobody approved":               {leg(Leg{State: InProgress, Extensions: 1, Order3: true}), 1, Extend, Handler, SeniorApproval, "senior"},
		"a review of what a head office decided":           {leg(Leg{State: Answered, Outcome: ClaimDismissed, Order3: true}), 1, RequestReview, Citizen, "", "branch_decided"},
		"a review too late":                                {answered, 1, RequestReview, Citizen, WindowOpen, "window"},
		"a second letter beside the first":                 {Case{State: Between, Legs: []Leg{{ID: 1, Channel: Institution, State: HandedOver}}}, 0, ChooseInstitution, Citizen, "", "one_firm_leg"},
		"a second appeal":                                  {Case{State: OutOfScope, Contested: OutOfScope}, 0, Appeal, Citizen, "", "first_appeal"},
		"the officer who refused looks again":              {Case{State: Appealed, Contested: OutOfScope}, 0, Uphold, Officer, OtherOfficer, "other_officer"},
		"a firm answers without reasons":                   {leg(Leg{State: HandedOver}), 1, Answer, Handler, ReasonsComplete, "reasons"},
		"an officer answers for a firm without its letter": {leg(Leg{State: HandedOver}), 1, Answer, Officer, PaperKept, "paper"},
		"an answer of no kind":                             {leg(Leg{State: HandedOver}), 1, Answer, Handler, ReliefOffered, "one_outcome"},
	} {
		facts := slices.DeleteFunc(slices.Clone(Facts), func(f Fact) bool {
			return f == c.but || f != ReliefOffered && slices.Contains(Outcomes, f)
		})
		_, _, err := Apply(c.c, c.leg, c.event, c.by, facts...)
		refused, ok := errors.AsType[*RefusedError](err)
		if !ok || refused.Why != NotYet || refused.Guard.Name != c.guard || refused.Key() != "dispute.guard."+c.guard {
			t.Errorf("%s: %v, want it refused by %s", name, err, c.guard)
		}
	}
}

// A refusal names what is possible instead, for the API and for the buttons.
func TestRefusalsNameWhatIsAllowed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		c     Case
		leg   int
		event Event
		by    Actor
		want  string
	}{
		"not now":         {Case{State: Resolved}, 0, Withdraw, Citizen, "withdraw: not_now: allowed: [reopen]"},
		"not hers":        {Case{State: Submitted}, 0, Accept, Citizen, "accept: not_yours: allowed: [flag_emergency add_facts withdraw solve go_to_court]"},
		"no such leg":     {Case{State: InChannel}, 7, Answer, Handler, "answer: not_now: allowed: []"},
		"closed around":   {Case{State: Unresolved, Legs: []Leg{{ID: 1, Channel: Institution, State: NoReply}}}, 1, LateAnswer, Handler, "late_answer: not_now: allowed: []"},
		"no such event":   {Case{State: NeedsInfo}, 0, "fly", Timer, "fly: not_now: allowed: [info_lapse]"},
		"in its own hand": {Case{State: Accepted}, 0, LegOpened, Machine, "leg_opened: not_now: allowed: []"},
	} {
		_, _, err := Apply(c.c, c.leg, c.event, c.by, Facts...)
		if got := fmt.Sprint(err); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// The clocks of a leg are those of its firm and its answer.
func TestClocksFollowTheFirm(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		leg   Leg
		event Event
		by    Actor
		facts []Fact
		want  string
	}{
		"a bank gets the days of Order 2020-3": {Leg{State: Consented, Channel: Institution, Order3: true}, HandOver, Officer, nil, "start fi_decide since assumed_receipt"},
		"others get what we ask for":           {Leg{State: Consented, Channel: Institution}, HandOver, Officer, nil, "start council_firm_answer since assumed_receipt"},
		"a review has its own":                 {Leg{State: Consented, Channel: Review, Order3: true, Of: 1}, HandOver, Officer, nil, "start fi_review_decide since assumed_receipt"},
		"a branch's answer opens the review":   {Leg{State: HandedOver, Channel: Institution, Order3: true}, Answer, Officer, []Fact{FromBranch}, "start fi_review_apply since told"},
		"a head office's does not":             {Leg{State: HandedOver, Channel: Institution, Order3: true}, Answer, Officer, nil, "start council_answer_wait since told"},
		"nor does a payment firm's":            {Leg{State: HandedOver, Channel: Institution}, Answer, Officer, []Fact{FromBranch}, "start council_answer_wait since told"},
	} {
		c.leg.ID = 1
		facts := append([]Fact{DispatchKept, PaperKept, ClaimDismissed}, c.facts...)
		_, effects, err := Apply(Case{State: InChannel, Legs: []Leg{c.leg}}, 1, c.event, c.by, facts...)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		started := 0
		for _, tick := range effects[0].Clocks {
			if tick.Op == Start {
				started++
			}
		}
		if got := clockNames(Transition{Clocks: plain(effects[0].Clocks)}); started != 1 || !strings.Contains(got, c.want) {
			t.Errorf("%s: %s, want %s alone", name, got, c.want)
		}
	}
}

// New facts start the firm's time anew as it gets them, not as she writes them: by a letter, or at once where it reads her file itself.
func TestNewFactsBeginTheTimeAnew(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		state State
		event Event
		by    Actor
		facts []Fact
		left  int // extensions that the firm has taken
		want  string
	}{
		"written":                   {Acknowledged, AddFacts, Citizen, nil, 1, "none"},
		"written, to who reads it":  {Acknowledged, AddFacts, Citizen, []Fact{FirmReads}, 0, "restart fi_decide"},
		"sent":                      {Acknowledged, PassOn, Officer, nil, 0, "restart fi_decide since assumed_receipt"},
		"sent while its time rests": {Paused, PassOn, Officer, nil, 0, "restart fi_decide since assumed_receipt, pause fi_decide, pause fi_review_decide, pause council_firm_answer"},
	} {
		leg := Leg{ID: 1, State: c.state, Channel: Institution, Order3: true, Extensions: 1}
		facts := append([]Fact{RestartWarned, ConsentCovers, FactsLetter, DispatchKept}, c.facts...)
		after, effects, err := Apply(Case{State: InChannel, Legs: []Leg{leg}}, 1, c.event, c.by, facts...)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		got := "none"
		if ticks := plain(effects[0].Clocks); len(ticks) > 0 {
			got = clockNames(Transition{Clocks: ticks})
		}
		if got != c.want || after.Legs[0].Extensions != c.left || after.Legs[0].State != c.state {
			t.Errorf("%s: %s, want %s; the leg is %+v", name, got, c.want, after.Legs[0])
		}
	}
}

func plain(ticks []Tick) []Tick {
	ticks = slices.Clone(ticks)
	for i := range ticks {
		ticks[i].If = nil
	}
	return ticks
}
