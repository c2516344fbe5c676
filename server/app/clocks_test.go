package app

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"anxin/content"
	"anxin/server/api"
	"anxin/server/library"
	"anxin/server/locale"
	"anxin/server/policy"
)

func (b *bench) compute(lang, request string) *http.Response {
	return b.ask(http.MethodPost, "/api/v1/policy/clocks/compute?lang="+lang, func(r *http.Request) {
		r.Body, r.ContentLength = io.NopCloser(strings.NewReader(request)), int64(len(request))
		r.Header.Set("Content-Type", "application/json")
	})
}

func TestClocksAreWorkedOut(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	const request = `{"rule":"fi_decide","events":[{"event":"start","at":"2026-09-16T02:30:00Z"}]}`
	for lang, want := range map[string][]string{
		"zh-Hans": {
			"依据《银行业保险业消费投诉处理管理办法》第十八条、第二十三条、第四十三条，期限是15个自然日。",
			"自然日就是每一天都算，周末和放假的日子也算。",
			"2026年9月16日（星期三），公司收到投诉。这一天不算，从第二天数起。",
			"从2026年9月16日（星期三）的第二天数起，数满15个自然日，到2026年10月1日（星期四）。",
			"2026年10月1日（星期四）是休息日。依据《民法典》第二百零三条，顺延到之后第一个上班的日子：2026年10月8日（星期四）。",
			"最后一天是2026年10月8日（星期四），到这天夜里十二点为止。",
		},
		"zh-Hant": {
			"依據《銀行業保險業消費投訴處理管理辦法》第十八條、第二十三條、第四十三條，期限是15個自然日。",
			"自然日即每一日都計，週末和假期也計。",
			"2026年9月16日（星期三），公司收到投訴。這一日不計，由翌日數起。",
			"由2026年9月16日（星期三）的翌日數起，數滿15個自然日，到2026年10月1日（星期四）。",
			"2026年10月1日（星期四）是休息日。依據《民法典》第二百零三條，順延至其後第一個上班的日子：2026年10月8日（星期四）。",
			"最後一日是2026年10月8日（星期四），到當晚十二時為止。",
		},
		"en": {
			"Under Rules on handling consumer complaints in banking and insurance (银行业保险业消费投诉处理管理办法), articles 18, 23 and 43, the period is 15 calendar days.",
			"Calendar days are all days: weekends and holidays count too.",
			"Wednesday, 16 September 2026: the firm received the complaint. This day does not count. Counting starts the next day.",
			"Counting from the day after Wednesday, 16 September 2026, 15 calendar days end on Thursday, 1 October 2026.",
			"Thursday, 1 October 2026 is a day off. Under Civil Code (民法典), article 203, the last day moves to the first working day after it: Thursday, 8 October 2026.",
			"The last day is Thursday, 8 October 2026, until midnight at the end of that day.",
		},
	} {
		d := decodeInto[api.Deadline](t, b.compute(lang, request), http.StatusOK)
		if diff := cmp.Diff(want, d.Steps); diff != "" {
			t.Error(diff)
		}
		if d.DueDate == nil || *d.DueDate != "2026-10-08" || d.DueAt == nil || *d.DueAt != "2026-10-08T16:00:00Z" || d.Reason != nil || d.Provisional || d.Standing != policy.Law {
			t.Errorf("%s: %+v", lang, d)
		}
	}
	for request, reason := range map[string]string{
		`{"rule":"fi_decide","events":[{"event":"start","at":"2026-03-02"},{"event":"pause","at":"2026-03-05"}]}`:                   "paused",
		`{"rule":"limitation_general","events":[{"event":"obstacle_start","at":"2025-06-01"},{"event":"start","at":"2022-11-10"}]}`: "obstacle",
	} {
		d := decodeInto[api.Deadline](t, b.compute("en", request), http.StatusOK)
		if d.DueDate != nil || d.DueAt != nil || d.Reason == nil || *d.Reason != reason || len(d.Steps) == 0 {
			t.Errorf("%s: %+v", request, d)
		}
	}
	d := decodeInto[api.Deadline](t, b.compute("zh-Hans", `{"rule":"council_accept","events":[{"event":"start","at":"2027-09-28"}]}`), http.StatusOK)
	if !d.Provisional || d.Standing != policy.Promise || *d.DueDate != "2027-10-07" || !strings.Contains(strings.Join(d.Steps, ""), "暂定") {
		t.Errorf("in a year of which nothing was announced: %+v", d)
	}
}

// Every sentence that can come up has its words, in every language.
func TestEveryStepHasWords(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	said := map[string]bool{}
	event := func(kind, at string) string { return `,{"event":"` + kind + `","at":"` + at + `"}` }
	extend := func(at, total string) string { return `,{"event":"extend","at":"` + at + `","total":` + total + `}` }
	for _, c := range []struct{ rule, start, more string }{
		{"fi_decide", "2026-03-02", extend("2026-03-10", "60") + event("pause", "2026-03-11") + event("resume", "2026-03-15") + event("interrupt", "2026-03-20")},
		{"fi_decide", "2026-03-02", extend("2026-03-20", "60") + event("pause", "2026-03-21") + event("interrupt", "2026-03-25")},
		{"fi_decide", "2019-03-02", ""},
		{"fi_decide", "2026-09-05", ""},
		{"fi_decide", "2026-03-02", event("pause", "2026-03-05")},
		{"samr_clue_check", "2026-04-20", extend("2026-04-21", "30")},
		{"petition_answer", "2026-03-02", extend("2026-03-10", "90")},
		{"mediation", "2026-03-02", extend("2026-03-10", "90")},
		{"court_small", "2026-03-02", extend("2026-03-10", "3")},
		{"pbc_receive", "2025-09-29", event("interrupt", "2025-09-30")},
		{"confirm_decide", "2026-03-02", ""},
		{"council_accept", "2025-12-30", ""},
		{"council_accept", "2026-02-10", ""},
		{"council_accept", "2026-03-30", ""},
		{"council_accept", "2026-04-28", ""},
		{"council_accept", "2026-06-17", ""},
		{"council_accept", "2026-09-22", ""},
		{"council_accept", "2027-03-01", ""},
		{"limitation_general", "2022-11-10", event("interrupt", "2022-11-11")},
		{"limitation_general", "2022-11-10", event("obstacle_start", "2023-06-01") + event("obstacle_end", "2023-07-01") + event("obstacle_start", "2025-06-01") + event("obstacle_end", "2025-07-01")},
		{"limitation_general", "2022-11-10", event("obstacle_start", "2023-06-01")},
		{"nfra_breach_request", "2026-03-02", ""},
	} {
		for _, code := range locale.All {
			request := `{"rule":"` + c.rule + `","events":[{"event":"start","at":"` + c.start + `"}` + c.more + `]}`
			d := decodeInto[api.Deadline](t, b.compute(string(code), request), http.StatusOK)
			for _, s := range d.Steps {
				if code == locale.Hans {
					said[s] = true
				}
				if strings.Contains(s, "{{") || strings.Contains(s, "clock.") {
					t.Errorf("%s: %s", request, s)
				}
			}
		}
	}
	all := ""
	for s := range said {
		all += s + "\n"
	}
	// A key that never comes up would be words for nothing, or a test that looks at nothing.
	for _, words := range []string{
		"参考《", "施行", "承诺", "月底那天", "那个月的月底", "高级管理人员", "由办理的机关决定", "机关负责人", "双方都同意", "法院院长", "才延长", "才暂停", "才发生", "恢复那天算",
		"新的事实和理由，期限从头算", "材料补齐", "时效中断", "元旦", "春节", "清明", "劳动节", "端午", "中秋", "国庆节和中秋节放假", "算工作日", "落在最后6个月里。", "没有落在最后", "从障碍消除的第二天", "不用顺延",
		"暂定", "还在暂停", "障碍还没有消除",
	} {
		if !strings.Contains(all, words) {
			t.Errorf("no step says %s", words)
		}
	}
}

func TestComputeRefuses(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	type problem struct {
		Type, Title string
		Errors      []api.FieldError
	}
	start := func(more string) string {
		return `{"rule":"fi_decide","events":[{"event":"start","at":"2026-03-02"}` + more + `]}`
	}
	for request, want := range map[string]string{
		`{"rule":"nothing","events":[{"event":"start","at":"2026-03-02"}]}`:              "rule rule",
		`{"events":[{"event":"start","at":"2026-03-02"}]}`:                               "rule rule",
		`{"rule":"csrc_reply","events":[{"event":"start","at":"2026-03-02"}]}`:           "rule no_length",
		`{"rule":"fi_decide","events":[]}`:                                               "events no_start",
		`{"rule":"fi_decide"}`:                                                           "events no_start",
		`{"rule":"fi_decide","events":[{"event":"pause","at":"2026-03-02"}]}`:            "events no_start",
		`{"rule":"fi_decide","events":[{"event":"start"}]}`:                              "events[0].at at",
		`{"rule":"fi_decide","events":[{"event":"start","at":""}]}`:                      "events[0].at at",
		`{"rule":"fi_decide","events":[{"event":"start","at":"gestern"}]}`:               "events[0].at at",
		`{"rule":"fi_decide","events":[{"event":"start","at":"2026-02-30"}]}`:            "events[0].at at",
		`{"rule":"fi_decide","events":[{"event":"start","at":"2026-03-02T10:00:00"}]}`:   "events[0].at at",
		`{"rule":"fi_decide","events":[{"event":"start","at":"1999-03-02T10:00:00Z"}]}`:  "events[0].at at_range",
		`{"rule":"fi_decide","events":[{"at":"2026-03-02"}]}`:                            "events[0].event event",
		`{"rule":"fi_decide","events":[{"event":"begin","at":"2026-03-02"}]}`:            "events no_start",
		`{"rule":"fi_decide","events":[{"event":"start","at":"2026-03-02","total":0}]}`:  "events[0].total total",
		`{"rule":"fi_decide","events":[{"event":"start","at":"2026-03-02","when":"x"}]}`: "events[0].when unknown",
		`{"rule":"fi_decide","events":[{"event":"start","at":20260302}]}`:                "events[0].at type",
		`{"rule":"fi_decide","lang":"en","events":[]}`:                                   "lang unknown",
		start(`,{"event":"stop","at":"2026-03-03"}`):                                     "events[1].event event",
		start(`,{"event":"start","at":"2026-03-03"}`):                                    "events[1].event twice",
		start(`,{"event":"resume","at":"2026-03-03"}`):                                   "events[1].event no_begin",
		start(`,{"event":"extend","at":"2026-03-01","total":30}`):                        "events[1].at early",
		start(`,{"event":"extend","at":"2026-03-03"}`):                                   "events[1].total no_total",
		start(`,{"event":"extend","at":"2026-03-03","total":61}`):                        "events[1].total extend_long",
		start(`,{"event":"extend","at":"2026-03-03","total":15}`):                        "events[1].total extend_short",
		start(`,{"event":"obstacle_start","at":"2026-03-03"}`):                           "events[1].event no_obstacle",
		start(strings.Repeat(`,{"event":"pause","at":"2026-03-03"}`, 100)):               "events many_events",
	} {
		for _, code := range locale.All {
			r := b.compute(string(code), request)
			if got := r.Header.Get("Content-Type"); got != "application/problem+json" {
				t.Errorf("%s: type %s", request, got)
			}
			p := decodeInto[problem](t, r, http.StatusUnprocessableEntity)
			if len(p.Errors) != 1 || p.Errors[0].Field+" "+p.Errors[0].Key != want || p.Errors[0].Message == "" || strings.Contains(p.Errors[0].Message, "{{") {
				t.Errorf("%s: %+v, want %s", request, p.Errors, want)
			}
		}
	}
	p := decodeInto[problem](t, b.compute("en", start(`,{"event":"extend","at":"2026-03-03","total":61}`)), http.StatusUnprocessableEntity)
	if got := p.Errors[0].Message; got != "This is longer than the rule allows; write at most 60" {
		t.Errorf("says %q", got)
	}
	p = decodeInto[problem](t, b.compute("fr", start("")), http.StatusUnprocessableEntity)
	if p.Errors[0].Field != "lang" {
		t.Errorf("a language that we do not speak: %+v", p)
	}
}

func TestClocksAreListed(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	type clockList struct {
		Total int
		Items []api.Clock
		Next  *string `json:"next_cursor"`
	}
	list := decodeInto[clockList](t, b.ask(http.MethodGet, "/api/v1/policy/clocks?lang=en"), http.StatusOK)
	if list.Total != len(b.API.Policy.Clocks()) || len(list.Items) != list.Total || list.Next != nil {
		t.Errorf("%d of %d", len(list.Items), list.Total)
	}
	byID := map[string]api.Clock{}
	for _, c := range list.Items {
		byID[c.ID] = c
		if (c.Standing == policy.Law) != (c.Mark == "P") || c.Standing == policy.Unknown && c.Length != nil {
			t.Errorf("%s is %s with mark %s", c.ID, c.Standing, c.Mark)
		}
	}
	c := byID["fi_decide"]
	var said []string
	for _, e := range c.Extend {
		said = append(said, e.Text)
	}
	for _, p := range c.Pause {
		said = append(said, p.Text)
	}
	said = append(said, c.Restart.Text, c.StandingText, c.Basis[0].Text)
	if diff := cmp.Diff([]string{
		"if the case is complex, may be extended, to 30 calendar days in all; the firm decides",
		"for special reasons, may be extended, to 60 calendar days in all; a higher office or senior managers of the head office must approve; you must be told",
		"the time of mediation is not counted",
		"the time of an expert’s report or test may be left out; you must be told",
		"if you put forward new facts and reasons, the time starts again",
		"Set by law",
		"Rules on handling consumer complaints in banking and insurance (银行业保险业消费投诉处理管理办法), articles 18, 23 and 43",
	}, said); diff != "" {
		t.Error(diff)
	}
	if *c.Length != 15 || *c.Unit != policy.Cal || !c.Rolls || c.Obstacle || c.Keeper != "firm" || c.ValidFrom != "2020-03-01" {
		t.Errorf("%+v", c)
	}
	if open := byID["mediation"].Extend[0]; open.To != nil || open.Text != "may be extended, with no limit set; both sides must agree" {
		t.Errorf("%+v", open)
	}
	hans := decodeInto[clockList](t, b.ask(http.MethodGet, "/api/v1/policy/clocks?limit=1", header("Accept-Language", "zh-CN")), http.StatusOK)
	if got := hans.Items[0].Extend[1].Text; hans.Next == nil || got != "情况特殊的，可以延长，合起来最长60个自然日；由公司的上级机构，或者总行、总公司的高级管理人员批准；要告诉您" {
		t.Errorf("says %s", got)
	}
}

// An operator changes clocks and holidays without a release; a mistake in them is told before anything is served.
func TestClocksOfAnOperator(t *testing.T) {
	t.Parallel()
	data, err := content.Files.ReadFile("workflow/holidays.yaml")
	if err != nil {
		t.Fatal(err)
	}
	more := string(data) + "- year: 2027\n  notice: 通知\n  url: https://www.gov.cn/\n  days: [{holiday: national, from: 2027-10-01, to: 2027-10-07}]\n"
	b := setupWith(t, nil, library.Overlay(fstest.MapFS{"workflow/holidays.yaml": {Data: []byte(more)}}, content.Files))
	d := decodeInto[api.Deadline](t, b.compute("en", `{"rule":"council_accept","events":[{"event":"start","at":"2027-09-28"}]}`), http.StatusOK)
	if d.Provisional || *d.DueDate != "2027-10-14" {
		t.Errorf("got %+v", d)
	}
	broken := strings.Replace(more, "holiday: national, from: 2027-10-01", "holiday: national, from: 2027-10-32", 1)
	_, err = New(b.cfg, Options{Clock: b.opts.Clock, Log: b.opts.Log, Content: library.Overlay(fstest.MapFS{"workflow/holidays.yaml": {Data: []byte(broken)}}, content.Files)})
	if err == nil || !strings.Contains(err.Error(), "workflow/holidays.yaml:28: ") {
		t.Errorf("opens with a day that does not exist: %v", err)
	}
}
