package complaint

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"anxin/server/dispute"
	"anxin/server/fault"
	"anxin/server/intake"
	"anxin/server/store"
)

const (
	pageOfRows = 50
	mostRows   = 100
)

// Queue is a page of the cases that somebody may see. A view or a page that there is not is [fault.NotFound].
func (s *Service) Queue(ctx context.Context, by Staff, f Filter) (Queue, error) {
	if f.View == "" {
		f.View = Due
	}
	if by.works() != nil || !slices.Contains(by.Views(), f.View) {
		return Queue{}, fault.New(fault.NotFound, "there is no such queue")
	}
	if f.Limit <= 0 {
		f.Limit = pageOfRows
	}
	q := by.queue()
	q.View, q.After, q.Limit = f.View, f.After, min(f.Limit, mostRows)
	list, next, counts, err := s.Store.Queue(ctx, q)
	if store.ErrCursor(err) {
		return Queue{}, &fault.Error{Kind: fault.NotFound, Err: err}
	}
	if err != nil {
		return Queue{}, err
	}
	maps.DeleteFunc(counts, func(view string, _ int) bool { return !slices.Contains(by.Views(), view) })
	rows, err := s.rows(ctx, by, list)
	return Queue{Rows: rows, Next: next, Counts: counts}, err
}

// works tells whether somebody works cases at all.
func (by Staff) works() error {
	if by.ID != "" && (by.Actor == dispute.Officer || by.Actor == dispute.Handler && by.Institution != "") {
		return nil
	}
	return errNoCase()
}

// Views are those that somebody has: a firm's handlers are assigned nothing, and what the council has not read is nobody else's.
func (by Staff) Views() []string {
	if by.Actor == dispute.Handler {
		return []string{Due, WithCitizen, WithFirm, Closed}
	}
	return Views
}

// queue says to the store what [Staff.may] says of one case.
func (by Staff) queue() store.QueueFor {
	q := store.QueueFor{Staff: by.ID, Actor: string(by.Actor), Institution: by.Institution}
	for _, e := range adds {
		q.Adds = append(q.Adds, string(e))
	}
	return q
}

// FindCases finds cases by number, name or telephone, however written, among those that somebody may see.
func (s *Service) FindCases(ctx context.Context, by Staff, query string) ([]Row, error) {
	if err := by.works(); err != nil {
		return nil, err
	}
	query = intake.Line(query)
	var ids []string
	add := func(found []string, err error) error {
		for _, id := range found {
			if !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
		return err
	}
	if number, ok := ParseNumber(query); ok {
		id, err := s.Store.ByNumber(ctx, number)
		if err == nil {
			ids = append(ids, id)
		} else if !store.NotFound(err) {
			return nil, err
		}
	}
	if err := add(s.Store.ByName(ctx, query)); err != nil {
		return nil, err
	}
	if err := add(s.Store.ByPhone(ctx, query)); err != nil {
		return nil, err
	}
	q := by.queue()
	q.IDs = ids[:min(len(ids), mostRows)]
	list, err := s.Store.Among(ctx, q)
	if err != nil {
		return nil, err
	}
	return s.rows(ctx, by, list)
}

func (s *Service) rows(ctx context.Context, by Staff, list []store.Queued) ([]Row, error) {
	rows, names := make([]Row, 0, len(list)), map[string]string{}
	for _, d := range list {
		r := Row{
			ID: d.ID, Number: d.Number, State: dispute.State(d.State), Leg: dispute.State(d.Standing.LegState), Product: d.Standing.Product,
			Deadline: s.nearest(d.Standing), ChangedAt: d.ChangedAt, SubmittedAt: d.SubmittedAt,
		}
		var f filed
		if err := json.Unmarshal(d.Body, &f); err != nil {
			return nil, fmt.Errorf("read what was filed: %w", err)
		}
		r.Firm, r.Helper = f.Answers.Firm.Name, f.Answers.For == intake.ForOther
		var who Person
		if err := json.Unmarshal(person(store.Dispute{Parties: d.Parties}).Body, &who); err != nil {
			return nil, fmt.Errorf("read a party: %w", err)
		}
		r.Person = who.Contact.Name
		if by.Actor == dispute.Officer {
			r.Unread, r.Added, r.Assignee = d.Unread, d.Added, d.Assignee
			if _, known := names[r.Assignee]; !known {
				name, err := s.nameOf(ctx, r.Assignee)
				if err != nil {
					return nil, err
				}
				names[r.Assignee] = name
			}
			r.AssigneeName = names[r.Assignee]
		} else {
			r.Helper = false
		}
		rows = append(rows, r)
	}
	return rows, nil
}

// nearest is the deadline that stands beside a case, as much as a queue shows of it.
func (s *Service) nearest(st store.Standing) *Deadline {
	if st.NextDue.IsZero() {
		return nil
	}
	clock, ok := s.Policy.Clock(st.NextClock, today(s.Now()))
	if !ok {
		return nil
	}
	d := &Deadline{Leg: int(st.NextLeg)}
	d.Clock, d.Due = clock, today(st.NextDue).AddDays(-1) // it ends with its last day
	d.Standing = clock.Standing(d.Due)
	return d
}
