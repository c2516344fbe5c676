package console

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"anxin/server/view"
)

// AuditPage is what was done to accounts, and whether the ledger is as it was written.
type AuditPage struct {
	Frame
	Verdict view.Notice
	Flaws   []string
	Entries view.Table
	Older   string // the address of what came before; empty: nothing did
}

// auditPage is how many entries stand on a page.
const auditPage = 50

func (k *Console) audit(c echo.Context) error {
	ctx := c.Request().Context()
	before, _ := strconv.ParseInt(c.QueryParam("before"), 10, 64) // anything else is the newest
	list, err := k.Accounts.Ledger(ctx, max(before, 0), auditPage+1)
	if err != nil {
		return err
	}
	entries, flaws, err := k.Accounts.Verify(ctx)
	if err != nil {
		return err
	}
	p := &AuditPage{Frame: k.frame(c, "console_audit", "console.to_audit"), Flaws: flaws}
	p.Verdict = view.Notice{Kind: "done", Title: p.Must("console.audit_sound", "count", entries)}
	if len(flaws) > 0 {
		p.Verdict = view.Notice{Kind: "danger", Title: p.Must("console.audit_flawed"), Text: view.Plain(p.Must("console.audit_flawed_text"))}
	}
	p.Entries = view.Table{Caption: p.Must("console.audit_caption"), Heads: []string{
		p.Must("console.audit_seq"), p.Must("console.audit_at"), p.Must("console.audit_by"), p.Must("console.audit_what"), p.Must("console.audit_whose"),
	}}
	for i, e := range list {
		if i == auditPage {
			p.Older = "/console/audit?before=" + strconv.FormatInt(list[i-1].Seq, 10)
			break
		}
		by := e.ByName
		if by == "" {
			by = p.Must("console.by_" + e.By)
		}
		p.Entries.Rows = append(p.Entries.Rows, []string{strconv.FormatInt(e.Seq, 10), p.moment(e.At), by, p.Must("console.did_" + e.Action), e.StaffName})
	}
	return k.answer(c, http.StatusOK, p)
}
