// Package demo fills a fresh database with made-up complaints in every state that one can be in, so that whoever looks at the
// program for the first time sees a house that is lived in.
//
// It goes through the same services as everybody: each complaint is filed, accepted, handed over and answered as it would be, under
// a clock that runs over the last weeks. So every date, every guard and every line of the audit is a real one; only the people, the
// firms and their quarrels are made up (cases.yaml), and say so.
package demo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"anxin/server/account"
	"anxin/server/complaint"
	"anxin/server/dispute"
	"anxin/server/intake"
)

// Clock shows the time at which the demonstration just is. The service and its store must go by it.
type Clock struct {
	mu sync.Mutex
	at time.Time
}

// Now is the time it shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *Clock) set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if t.After(c.at) {
		c.at = t
	}
}

// Staff is an account that was made, one a role, and the link by which somebody chooses its password.
type Staff struct {
	Role       account.Role
	Name, Link string
}

// Filled is what was made.
type Filled struct {
	Complaints []Filed
	Staff      []Staff
}

// Filed is a complaint that was made.
type Filed struct {
	Number, Code string
	Person, Firm string
	Helper       bool
	State, Leg   dispute.State // Leg: of the last one; empty where there is none
}

// ErrUsed tells that the database is not fresh: what is made up would stand among what is not.
var ErrUsed = errors.New("complaints were filed here already: a demonstration fills a fresh database only")

// Fill makes the accounts, files every case and leads each to where it ends, the latest moment being now. Service and accounts go
// by the clock.
func Fill(ctx context.Context, s *complaint.Service, accounts *account.Service, clock *Clock, now time.Time) (Filled, error) {
	switch used, err := s.Store.Used(ctx); {
	case err != nil:
		return Filled{}, err
	case used:
		return Filled{}, ErrUsed
	}
	script, err := read()
	if err != nil {
		return Filled{}, err
	}
	if _, _, _, err := s.Store.ImportInstitutions(ctx, script.institutions()); err != nil {
		return Filled{}, err
	}
	r := &run{Service: s, accounts: accounts, clock: clock, now: now, firms: map[string]string{}, staff: map[account.Role]string{}}
	for _, f := range script.Firms {
		r.firms[f.ID] = f.Name
	}
	for i, c := range script.Cases {
		n := slices.IndexFunc(script.Cases, func(o Case) bool { return o.Person == c.Person }) + 1
		r.cases = append(r.cases, &telling{Case: c, n: n, next: r.begins(c, i)})
	}
	if err := r.hire(ctx, script.Staff); err != nil {
		return Filled{}, err
	}
	if err := r.all(ctx); err != nil {
		return Filled{}, err
	}
	clock.set(now)
	if err := r.drafts(ctx, script.Drafts); err != nil {
		return Filled{}, err
	}
	var made Filled
	if made.Complaints, err = r.filed(ctx); err != nil {
		return Filled{}, err
	}
	made.Staff, err = r.links(ctx, script.Staff)
	return made, err
}

// hire makes the accounts, on the day before the first case.
func (r *run) hire(ctx context.Context, list []staff) error {
	first := r.now
	for _, t := range r.cases {
		first = earlier(first, t.next)
	}
	r.clock.set(first.AddDate(0, 0, -1))
	for _, a := range list {
		if _, err := r.accounts.Add(ctx, account.Command, a.Role, a.Name, a.Institution); err != nil {
			return fmt.Errorf("make the account of %s: %w", a.Name, err)
		}
		made, err := r.accounts.Named(ctx, a.Name)
		if err != nil {
			return fmt.Errorf("make the account of %s: %w", a.Name, err)
		}
		r.staff[a.Role] = made.ID
		if a.Role == account.Handler {
			r.handled = a.Institution
		}
	}
	return nil
}

// links are new ones to the accounts: those they were made with have lapsed weeks ago.
func (r *run) links(ctx context.Context, list []staff) (made []Staff, err error) {
	for _, a := range list {
		link, err := r.accounts.Renew(ctx, account.Command, r.staff[a.Role])
		if err != nil {
			return nil, fmt.Errorf("make a link for %s: %w", a.Name, err)
		}
		made = append(made, Staff{a.Role, a.Name, link})
	}
	return made, nil
}

func (r *run) drafts(ctx context.Context, list []draft) error {
	for _, d := range list {
		kept := complaint.Draft{Key: complaint.NewKey(), Draft: intake.Draft{
			Answers: intake.Answers{For: intake.ForSelf, Product: d.Product, What: d.What, Contact: intake.Contact{Name: d.Person}}, Done: []string{intake.Urgent, intake.StepFor},
		}}
		if err := r.SaveDraft(ctx, &kept); err != nil {
			return fmt.Errorf("save a draft: %w", err)
		}
	}
	return nil
}

// filed tells how each case ends, which is where it should.
func (r *run) filed(ctx context.Context) (list []Filed, err error) {
	for _, t := range r.cases {
		f, err := r.Read(ctx, complaint.As(t.id, dispute.Officer, r.staff[account.Officer]))
		if err != nil {
			return nil, err
		}
		made := Filed{Number: t.receipt.Number, Code: t.receipt.Code, Person: t.Person, Firm: r.firms[t.Firm] + t.Named, Helper: t.Helper != nil, State: f.Case.State}
		ends := string(f.Case.State)
		if n := len(f.Case.Legs); n > 0 {
			made.Leg = f.Case.Legs[n-1].State
			ends += "/" + string(made.Leg)
		}
		if ends != t.Ends {
			return nil, fmt.Errorf("case %d, %s, ends at %s and not at %s", t.n, t.Person, ends, t.Ends)
		}
		list = append(list, made)
	}
	return list, nil
}
