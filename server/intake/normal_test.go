package intake

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

const complete = `{
	"for": "other",
	"helper": {"name": "陈先生", "phone": "13900139000", "relation": "child", "authority": "written", "special": true},
	"child": false, "guardian_agrees": false,
	"firm": {"id": "bank-1", "name": "样本银行（虚构）"}, "product": "loan",
	"what": "说好没有利息。\n结果每个月都扣。", "when": {"date": "2026-03-05"}, "amount_fen": 120050,
	"wants": ["refund", "explain"], "tried": {"firm": "answered", "date": "2026-04-01"},
	"contact": {"name": "林女士", "phone": "138 0013 8000", "email": "lin@example.com"},
	"reach": {"ways": ["phone", "email"], "hours": ["morning"], "needs": ["slow"]},
	"consents": {"account": true, "needs": true, "helper": true}, "bar_warning_seen": true
}`

func given(t *testing.T, document string) Answers {
	t.Helper()
	var a Answers
	if err := json.Unmarshal([]byte(document), &a); err != nil {
		t.Fatal(err)
	}
	return a
}

// A program writes the same content in another form: it is kept as the page would have written it, byte by byte.
func TestOneContentOneForm(t *testing.T) {
	t.Parallel()
	want := given(t, complete)
	if wrong := Check(want, rules); len(wrong) > 0 {
		t.Fatal(wrong)
	}
	for _, c := range []struct{ old, with string }{
		{`陈先生`, ` 陈先生\t`},
		{`林女士`, `\u202e林女士\u0000`},
		{`（虚构）`, `（虚构）\n`},
		{`。\n结果`, `。\r\n结果`},
		{`2026-03-05`, `5 March 2026`},
		{`2026-03-05`, `2026年3月5日`},
		{`2026-04-01`, `２０２６-4-1`},
		{`{"date": "2026-03-05"}`, `{"about": "2026年3月5日"}`},
		{`lin@`, `ｌｉｎ＠`},
		{`["refund", "explain"]`, `["explain", "refund", "explain"]`},
		{`["phone", "email"]`, `["email", "phone"]`},
		{`"child": false, `, ``},
		{`"guardian_agrees": false`, `"guardian_agrees": true`},
	} {
		if !strings.Contains(complete, c.old) {
			t.Fatalf("%q is not in the document", c.old)
		}
		document := strings.Replace(complete, c.old, c.with, 1)
		a := given(t, document)
		if wrong := Check(a, rules); len(wrong) > 0 {
			t.Errorf("%q: %v", c.with, wrong)
		}
		if a.Content() != want.Content() {
			t.Errorf("%q is kept as\n%s\nand not as\n%s", c.with, a.Content(), want.Content())
		}
		if again := a.Normal(); again.Content() != a.Content() {
			t.Errorf("%q: normal twice is\n%s", c.with, again.Content())
		}
	}
}

// What has no other form is told by the place where the program wrote it, and nothing of it is bent until it fits.
func TestWrongIsToldWhereItStands(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ old, with, field, key string }{
		{`{"date": "2026-03-05"}`, `{"date": "2026-03-05", "about": "去年春天"}`, "when.date", "date"},
		{`"2026-03-05"`, `"2026-13-05"`, "when.date", "date"},
		{`"2026-03-05"`, `"2026-11-26"`, "when.date", "date_late"},
		{`"2026-03-05"`, `"1989-12-31"`, "when.date", "date_early"},
		{`{"date": "2026-03-05"}`, `{"about": "2026-13-05"}`, "when.about", "date"},
		{`{"date": "2026-03-05"}`, `{"about": "` + strings.Repeat("年", mostName+1) + `"}`, "when.about", "long"},
		{`"2026-04-01"`, `"last spring"`, "tried.date", "date"},
		{`"answered"`, `"never"`, "tried.firm", "choose"},
		{`["refund", "explain"]`, `["refund", "revenge"]`, "wants", "choose"},
		{`["refund", "explain"]`, `null`, "wants", "choose_some"},
		{`["refund", "explain"]`, `["other"]`, "want_text", "say"},
		{`120050`, `-1`, "amount_fen", "money"},
		{`120050`, `0`, "amount_fen", "positive"},
		{`120050`, `1000000000001`, "amount_fen", "too_large"},
		{`"bank-1"`, `"bank-2"`, "firm.id", "firm"},
		{`"loan"`, `"loans"`, "product", "choose"},
		{`"for": "other"`, `"for": ""`, "for", "choose"},
		{`"child": false`, `"child": true`, "guardian_agrees", "guardian"},
		{`, "email": "lin@example.com"`, ``, "reach.ways", "no_email"},
		{`["phone", "email"]`, `["post"]`, "reach.address", "address"},
		{`["phone", "email"]`, `["through"]`, "reach.through", "through"},
		{`"needs": true`, `"needs": false`, "consents.needs", "consent"},
		{`"account": true`, `"account": false`, "consents.account", "consent"},
		{`"helper": true`, `"helper": false`, "consents.helper", "consent"},
		{`"bar_warning_seen": true`, `"bar_warning_seen": false`, "bar_warning_seen", "warned"},
		{`"陈先生"`, `"` + strings.Repeat("陈", mostName+2) + `"`, "helper.name", "long"},
	} {
		if !strings.Contains(complete, c.old) {
			t.Fatalf("%q is not in the document", c.old)
		}
		wrong := Check(given(t, strings.Replace(complete, c.old, c.with, 1)), rules)
		if len(wrong) != 1 || wrong[0].Field != c.field || wrong[0].Key != c.key {
			t.Errorf("%s: %v, want %s %s", c.with, wrong, c.field, c.key)
		}
	}
}

// What is too long is told by how much.
func TestTooLong(t *testing.T) {
	t.Parallel()
	wrong := Check(given(t, strings.Replace(complete, "陈先生", strings.Repeat("陈", mostName+2), 1)), rules)
	if len(wrong) != 1 || !slices.Equal(wrong[0].Args, []any{"most", mostName, "over", 2}) {
		t.Error(wrong)
	}
}
