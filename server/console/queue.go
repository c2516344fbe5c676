package console

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"anxin/server/complaint"
	"anxin/server/dispute"
	"anxin/server/middleware"
	"anxin/server/view"
)

// QueuePage lists cases: a view of the queue, or what was looked for.
type QueuePage struct {
	Frame
	Council bool // who looks is of the council
	Views   []view.Link
	View    string // the words of the one that is shown
	Rows    []CaseRow
	Next    string
	Empty   string
	Query   view.Field
	Found   bool // it was looked for
}

// CaseRow is a case in the list.
type CaseRow struct {
	URL, Number, Person, Firm, Product, State, Assignee, Changed string
	Helper, Unread, Added                                        string
	Due                                                          *Due
}

func (k *Console) queuePage(c echo.Context) *QueuePage {
	p := &QueuePage{Frame: k.frame(c, "console_queue", "console.to_queue"), Council: staff(c).Actor == dispute.Officer}
	p.Query = p.field("query", "desk.query")
	p.Query.Hint = p.Must("desk.query_hint")
	return p
}

func (k *Console) queue(c echo.Context) error {
	p := k.queuePage(c)
	now := c.QueryParam("view")
	if now == "" {
		now = complaint.Due
	}
	q, err := k.Complaints.Queue(c.Request().Context(), staff(c), complaint.Filter{View: now, After: c.QueryParam("after")})
	if err != nil {
		return err
	}
	for _, v := range staff(c).Views() {
		words := p.Must("desk.view_" + v)
		p.Views = append(p.Views, view.Link{
			URL: queuePath + "?view=" + v, Text: p.Must("desk.view_count", "view", words, "count", q.Counts[v]), Current: v == now,
		})
		if v == now {
			p.View = words
		}
	}
	if p.Rows, err = k.caseRows(p.Base, q.Rows); err != nil {
		return err
	}
	p.Empty = p.Must("desk.empty")
	if q.Next != "" {
		p.Next = queuePath + "?view=" + url.QueryEscape(now) + "&after=" + url.QueryEscape(q.Next)
	}
	p.did(c, "recused")
	return k.answer(c, http.StatusOK, p)
}

// find looks for cases. What is looked for is posted, so that no number, name or telephone stands in an address.
func (k *Console) find(c echo.Context) error {
	sent, err := middleware.Form(c)
	if err != nil {
		return err
	}
	p := k.queuePage(c)
	p.Found, p.View, p.Empty = true, p.Must("desk.found"), p.Must("desk.found_none")
	p.Query.Value = strings.TrimSpace(sent.Get("query"))
	if p.Query.Value == "" {
		p.wrong(&p.Query, p.Must("console.needed"))
		return k.rejected(c, p)
	}
	rows, err := k.Complaints.FindCases(c.Request().Context(), staff(c), p.Query.Value)
	if err != nil {
		return err
	}
	if p.Rows, err = k.caseRows(p.Base, rows); err != nil {
		return err
	}
	return k.answer(c, http.StatusOK, p)
}

func (k *Console) caseRows(b view.Base, rows []complaint.Row) ([]CaseRow, error) {
	list := make([]CaseRow, 0, len(rows))
	for _, r := range rows {
		row := CaseRow{
			URL: caseURL(r.ID), Number: complaint.Grouped(r.Number), Person: r.Person, Firm: r.Firm, State: stateWords(b, false, r.State),
			Assignee: r.AssigneeName, Changed: b.Date(r.ChangedAt),
		}
		if r.Leg != "" {
			row.State = stateWords(b, true, r.Leg)
		}
		if product, ok := k.Complaints.Policy.Product(r.Product); ok {
			row.Product = b.In(product.Name)
		}
		if r.Helper {
			row.Helper = b.Must("desk.by_helper")
		}
		if r.Unread > 0 {
			row.Unread = b.Must("desk.unread", "count", r.Unread)
		}
		if r.Added > 0 {
			row.Added = b.Must("desk.added_new", "count", r.Added)
		}
		if r.Deadline != nil {
			d, err := due(b, *r.Deadline, k.Now())
			if err != nil {
				return nil, err
			}
			row.Due = &d
		}
		list = append(list, row)
	}
	return list, nil
}
