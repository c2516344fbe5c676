package app

import (
	"net/url"
	"strings"
	"testing"

	"anxin/server/complaint"
	"anxin/server/dispute"
)

// Who lost the code asks for another: the page says the same whether there is such a complaint, and nothing of what was typed
// stands in an address or a log.
func TestTrackLost(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	f := o.file(t, herAnswers())
	p := o.phone()
	const at = "/zh-Hans/complaints/track/lost"
	wants(t, "the door", p.get(t, "/zh-Hans/complaints/track"), 200, "还有编号，查询码找不到了")
	wants(t, "the form", p.get(t, at), 200, "换一个新的查询码", "投诉时填的姓名")
	wants(t, "nothing", p.post(t, at, url.Values{}), 422, "编号：请填这一项", "姓名：请填这一项", "电话：请填这一项")
	slip := f.Number[:12] + string(rune('0'+(f.Number[12]-'0'+1)%10))
	slipped := p.post(t, at, url.Values{"number": {slip}, "name": {"林女士"}, "phone": {herPhone}})
	wants(t, "a slip", slipped, 422, "有一位写错了")
	if field(t, slipped, "name") != "林女士" || field(t, slipped, "phone") != herPhone {
		t.Error("what was typed is gone")
	}
	known := url.Values{"number": {complaint.Grouped(f.Number)}, "name": {herAnswers().Contact.Name}, "phone": {herPhone}}
	unknown := url.Values{"number": {f.Number}, "name": {"无此人"}, "phone": {herPhone}}
	yes, no := p.post(t, at, known), p.post(t, at, unknown)
	wants(t, "asked", yes, 200, "我们收到了", "谁要，就是骗子")
	if yes.StatusCode != no.StatusCode || yes.text != no.text {
		t.Error("it tells whether there is such a complaint")
	}
	officer := complaint.Staff{ID: "officer-1", Actor: dispute.Officer}
	list, err := o.Complaints.CodeRequests(t.Context(), officer)
	if err != nil || len(list) != 1 || list[0].Number != f.Number {
		t.Errorf("the officer is asked for %+v, %v", list, err)
	}
	for range 3 {
		p.post(t, at, unknown)
	}
	wants(t, "too often", p.post(t, at, known), 429, "没有发出去", "分钟再试")
	if log := o.log.String(); strings.Contains(log, f.Number) || strings.Contains(log, herPhone) {
		t.Error("the log has what was typed")
	}
}
