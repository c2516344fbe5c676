package console

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"anxin/server/account"
	"anxin/server/complaint"
	"anxin/server/dispute"
	"anxin/server/view"
)

// office is what only the council sees.
func (p *CasePage) office(d desk) error {
	if !d.office() {
		return nil
	}
	ctx := d.c.Request().Context()
	if p.NamesFirm = d.f.Nameable(); d.f.Filed.Firm.ID == "" {
		firm, err := d.k.Complaints.Firm(ctx, d.f.Institution)
		if err != nil {
			return err
		}
		p.OnList = firm.In(p.Lang)
	}
	names := map[string]string{}
	accounts, err := d.k.Accounts.List(ctx)
	if err != nil {
		return err
	}
	p.Assign = &view.Choices{Name: "staff", Type: "radio", Legend: p.Must("desk.assign_to")}
	p.Assign.Options = append(p.Assign.Options, view.Choice{Value: p.Me.ID, Label: p.Must("desk.assign_me"), Checked: d.f.Assignee == p.Me.ID})
	for _, a := range accounts {
		names[a.ID] = a.Called()
		if a.Role == account.Officer && a.DisabledAt.IsZero() && a.ID != p.Me.ID && !slices.Contains(d.f.Recused, a.ID) {
			p.Assign.Options = append(p.Assign.Options, view.Choice{Value: a.ID, Label: a.Called(), Checked: d.f.Assignee == a.ID})
		}
	}
	p.Assign.Options = append(p.Assign.Options, view.Choice{Value: "nobody", Label: p.Must("desk.nobody"), Checked: d.f.Assignee == ""})
	p.Assigned = cmp.Or(d.f.AssigneeName, names[d.f.Assignee], p.Must("desk.nobody"))
	for _, n := range slices.Backward(d.f.Notes) {
		p.Notes = append(p.Notes, CaseMessage{Who: names[n.Author], When: p.moment(n.At), Text: n.Text})
	}
	for _, x := range d.f.Consents {
		if x.Purpose != "hand_over" {
			continue
		}
		row := CaseConsent{Purpose: p.Must("desk.consent_hand_over"), Receiver: d.f.Filed.Firm.Name, Fields: p.fields(d, x.Fields), When: p.moment(x.GivenAt)}
		if !x.WithdrawnAt.IsZero() {
			row.Withdrawn = p.moment(x.WithdrawnAt)
		}
		p.Consents = append(p.Consents, row)
	}
	letters, err := d.k.Complaints.LettersOf(ctx, d.by, d.id)
	if err != nil {
		return err
	}
	for _, l := range letters {
		p.Letters = append(p.Letters, p.letterRow(l))
	}
	for _, a := range d.f.Surveys { // the last holds
		p.Survey = &CaseMessage{Who: p.Must("mine.survey_" + a.Answer), When: p.moment(a.At), Text: a.Text}
		if a.Way != "" {
			p.Survey.When += p.Must("common.comma") + p.Must("desk.way_"+a.Way)
		}
	}
	p.Asks = d.f.Survey != nil && !d.f.Survey.Fixed
	for _, l := range d.f.Linked {
		p.Linked = append(p.Linked, view.Link{URL: caseURL(l.ID), Text: complaint.Grouped(l.Number)})
	}
	for _, s := range slices.Backward(d.f.Seen) {
		what, err := p.T("mine.seen_" + s.Action)
		if err != nil {
			what = p.Must("mine.seen_other")
		}
		who := ""
		if s.Action != "failed_codes" && s.Action != "resent" {
			who = p.Must("dispute.actor." + string(s.Actor))
		}
		p.Seen = append(p.Seen, CaseSeen{p.moment(s.At), who, what})
	}
	return nil
}

// fields are the parts of her file in words.
func (p *CasePage) fields(d desk, ids []string) string {
	list := make([]string, 0, len(ids))
	for _, id := range ids {
		list = append(list, p.fieldName(d, complaint.Field{ID: id}))
	}
	return strings.Join(list, p.Must("common.list_comma"))
}

func (f *Frame) fieldName(d desk, x complaint.Field) string {
	if seq := x.Added(); seq > 0 {
		i := slices.IndexFunc(d.f.Added, func(a complaint.Addition) bool { return a.Seq == seq })
		if i < 0 {
			return f.Must("desk.added")
		}
		return f.Must("desk.added_on", "day", f.Date(d.f.Added[i].At), "text", d.f.Added[i].Begins())
	}
	if x.File() == "" {
		if x.ID == "" {
			return f.Must("desk.field_none")
		}
		return f.Must("desk.field_" + x.ID)
	}
	i := slices.IndexFunc(d.f.Evidence, func(e complaint.Evidence) bool { return e.ID == x.File() })
	if i < 0 {
		return f.Must("mine.kind_other")
	}
	return f.Must("mine.share_file", "name", d.f.Evidence[i].Description)
}

// options are the events that the table allows, each with the leg that it moves.
func (p *CasePage) options(d desk) {
	for leg := range len(d.f.Case.Legs) + 1 {
		for _, o := range d.f.Options(leg) {
			if o.Closed() || o.Leg != leg {
				continue
			}
			x := DoLink{URL: caseURL(d.id, "/do/", string(o.Event)) + "?leg=" + strconv.Itoa(leg), Text: p.Must("dispute.event." + string(o.Event))}
			if l, ok := d.f.Case.Leg(leg); ok {
				x.Text = p.Must("desk.do_leg", "event", x.Text, "leg", p.legTitle(l))
			}
			if d.office() && slices.Contains(o.Who, dispute.Citizen) {
				p.ForHer = append(p.ForHer, x)
			} else {
				p.Do = append(p.Do, x)
			}
		}
	}
}
