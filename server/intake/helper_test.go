package intake

import (
	"net/url"
	"slices"
	"testing"
)

// Somebody who begins for herself, writes her own name and number, and then says that it is for her mother.
func TestWhoTurnsToAnotherPersonIsAskedForThatPerson(t *testing.T) {
	t.Parallel()
	d := Draft{}
	send := func(step string, sent url.Values) {
		t.Helper()
		if wrong := d.Read(step, sent, Rules{}); len(wrong) > 0 {
			t.Fatal(step, wrong)
		}
	}
	own := url.Values{"name": {"林女士"}, "phone": {"13800138000"}}
	send(StepFor, url.Values{"for": {"self"}})
	send(Want, url.Values{"wants": {"refund"}})
	send(Contacts, own)
	send(StepReach, url.Values{"ways": {"phone"}})
	send(StepFor, url.Values{"for": {"self"}})
	if !slices.Contains(d.Done, Contacts) || !slices.Contains(d.Done, StepReach) {
		t.Errorf("asked anew though nothing changed: done are %v", d.Done)
	}
	send(StepFor, url.Values{"for": {"other"}})
	slices.Sort(d.Done)
	if want := []string{StepFor, Want}; !slices.Equal(d.Done, want) {
		t.Errorf("done are %v, want %v", d.Done, want)
	}
	if d.Answers.Contact.Name != "林女士" || !slices.Equal(d.Answers.Wants, []string{"refund"}) {
		t.Errorf("what was written is gone: %+v", d.Answers)
	}
	send(StepHelp, url.Values{"name": {"陈先生"}, "phone": {"13900139000"}, "relation": {"child"}, "authority": {"written"}, "special": {"1"}, "helper_consent": {"1"}})
	send(Contacts, own)
	send(StepFor, url.Values{"for": {"self"}})
	if d.Answers.Helper != nil || d.Answers.Consents.Helper || slices.Contains(d.Done, Contacts) {
		t.Errorf("for herself again: %+v, done %v", d.Answers, d.Done)
	}
}

// Only a paper gives the power to settle and withdraw, whether a page or a program says so.
func TestOnlyAWrittenAuthorityGivesSpecialPower(t *testing.T) {
	t.Parallel()
	for _, authority := range Authorities {
		d := Draft{Answers: Answers{For: ForOther}}
		wrong := d.Read(StepHelp, url.Values{
			"name": {"陈先生"}, "phone": {"13900139000"}, "relation": {"child"}, "authority": {authority}, "special": {"1"}, "helper_consent": {"1"},
		}, Rules{})
		if len(wrong) > 0 {
			t.Fatal(authority, wrong)
		}
		program := Answers{For: ForOther, Helper: &Helper{Authority: authority, Special: true}}
		if want := authority == "written"; d.Answers.Helper.Special != want || program.Normal().Helper.Special != want {
			t.Errorf("%s: special is %t from a page and %t from a program", authority, d.Answers.Helper.Special, program.Normal().Helper.Special)
		}
		if !program.Helper.Special {
			t.Error("Normal changed what it was given")
		}
	}
}
