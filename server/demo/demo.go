// Package demo fills a fresh database with made-up complaints in every state that one can be in, so that whoever looks at the
// program for the first time sees a house that is lived in.
//
// It goes through the same services as everybody: each complaint is filed, accepted, handed over and answered as it would be, under
// a clock that runs over the last weeks. So every date, every guard and every line of the audit is a real one; only the people, the
// firms and their quarrels are made up (cases.yaml), and say so.
package demo

import (
	"bytes"
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
	"anxin/server/locale"
	"anxin/server/workday"
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
		r.cases = append(r.cases, &telling{Case: c, n: i + 1, next: r.begins(c, i)})
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
	if err := r.lost(ctx); err != nil {
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

// run tells all cases at once, in the order in which things happened.
type run struct {
	*complaint.Service
	accounts *account.Service
	clock    *Clock
	now      time.Time
	cases    []*telling
	firms    map[string]string       // names by id
	staff    map[account.Role]string // ids of the accounts
	handled  string                  // the one firm whose handler has an account
}

// telling is a case as far as it has been told.
type telling struct {
	Case
	n       int // which of the cases
	next    time.Time
	done    int // steps
	id      string
	receipt complaint.Receipt
}

// begins is when a case is filed: on its day, some minutes from the others.
func (r *run) begins(c Case, i int) time.Time {
	day := workday.DateOf(r.now.In(locale.Shanghai)).AddDays(-c.Began)
	at := day.In(locale.Shanghai).Add(8*time.Hour + time.Duration(i*17%300)*time.Minute)
	return earlier(at, r.now)
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func (r *run) all(ctx context.Context) error {
	for {
		var next *telling
		for _, t := range r.cases {
			if t.done <= len(t.Steps) && (next == nil || t.next.Before(next.next)) {
				next = t
			}
		}
		if next == nil {
			return nil
		}
		if err := r.call(ctx, next.next); err != nil {
			return err
		}
		r.clock.set(next.next)
		if err := r.tell(ctx, next); err != nil {
			return fmt.Errorf("case %d, %s: %w", next.n, next.Person, err)
		}
	}
}

// tell lets the next thing happen to a case: its filing, or a step.
func (r *run) tell(ctx context.Context, t *telling) error {
	if t.id == "" {
		if err := r.file(ctx, t); err != nil {
			return err
		}
	} else if err := r.step(ctx, t, t.Steps[t.done-1]); err != nil {
		return fmt.Errorf("%s: %w", t.Steps[t.done-1].Event, err)
	}
	t.done++
	if t.done > len(t.Steps) {
		return nil
	}
	var err error
	t.next, err = r.when(ctx, t, t.Steps[t.done-1])
	return err
}

func (r *run) file(ctx context.Context, t *telling) (err error) {
	t.receipt, err = r.Submit(ctx, complaint.NewKey(), t.answers(t.n, r.firms[t.Firm]+t.Named, workday.DateOf(r.clock.Now().In(locale.Shanghai))))
	if err != nil {
		if wrong, ok := errors.AsType[*complaint.InvalidError](err); ok {
			return fmt.Errorf("its answers: %+v", wrong.Wrong)
		}
		return err
	}
	if t.id, err = r.ByNumber(ctx, t.receipt.Number); err != nil {
		return err
	}
	f, err := r.Read(ctx, complaint.As(t.id, dispute.Officer, r.staff[account.Officer]))
	if err != nil {
		return err
	}
	for _, p := range t.Files {
		data, err := paper(p.Kind)
		if err != nil {
			return err
		}
		if _, err := r.AddEvidence(ctx, access(f, dispute.Citizen, ""), p.Name, p.Says, bytes.NewReader(data)); err != nil {
			return err
		}
	}
	return nil
}

// access is how somebody comes to a case.
func access(f complaint.File, actor dispute.Actor, staff string) complaint.Access {
	by := complaint.Access{Dispute: f.Access.Dispute, Actor: actor}
	switch {
	case actor == dispute.Citizen:
		by.Party = f.Person.ID
	case actor == dispute.Helper && f.Helper != nil:
		by.Party = f.Helper.ID
	default:
		by.ActorID = staff
	}
	return by
}

// actor is who does a step, and the id of their account. A firm without an account writes, as most do, and an officer writes down
// what came.
func (r *run) actor(t *telling, s step) (dispute.Actor, string) {
	switch s.By {
	case dispute.Officer:
		return s.By, r.staff[account.Officer]
	case dispute.Handler:
		if t.Firm == r.handled {
			return s.By, r.staff[account.Handler]
		}
		return dispute.Officer, r.staff[account.Officer]
	}
	return s.By, ""
}

func (r *run) step(ctx context.Context, t *telling, s step) error {
	actor, id := r.actor(t, s)
	f, err := r.Read(ctx, complaint.As(t.id, actor, id))
	if err != nil {
		return err
	}
	by := access(f, actor, id)
	if actor == dispute.Officer { // whoever works on a case has opened it, and she sees that
		if err := r.Store.AuditAccess(ctx, t.id, string(by.Actor), by.ActorID, "read"); err != nil {
			return err
		}
		if err := r.Assign(ctx, r.officer(), t.id, id); err != nil {
			return err
		}
	}
	switch {
	case s.Note != "":
		return r.AddNote(ctx, r.officer(), t.id, s.Note)
	case s.Say != "" && actor == dispute.Handler:
		return r.Write(ctx, complaint.Staff{ID: id, Actor: actor, Institution: r.handled}, t.id, s.Say)
	case s.Say != "":
		return r.Say(ctx, by, s.Say)
	case s.Sent != "":
		return r.post(ctx, t, s.Sent)
	}
	act := complaint.Act{Event: s.Event, Text: s.Text, Facts: s.Facts}
	if ofLeg(s.Event) {
		act.Leg = len(f.Case.Legs)
	}
	for _, o := range f.Options(act.Leg) {
		if o.Event == s.Event {
			act.Facts = append(slices.Clone(s.Facts), stated(o, s.Facts)...)
			break
		}
	}
	return r.Do(ctx, by, act)
}

// ofLeg tells whether an event happens to a leg and not to the dispute, which opens it.
func ofLeg(e dispute.Event) bool {
	return e != dispute.ChooseInstitution && !slices.Contains(dispute.Disputes.Events(), e) && slices.Contains(dispute.Legs.Events(), e)
}

// stated are the facts that the guards ask for, beside those that are given: a form was filled, a paper kept. What kind of answer it
// is, is given.
func stated(o complaint.Option, given []dispute.Fact) (facts []dispute.Fact) {
	for _, a := range o.Asks {
		if len(a.Needs) > 1 && slices.Equal(a.Needs, dispute.Outcomes) {
			continue
		}
		if len(a.Needs) > 0 && !slices.ContainsFunc(a.Needs, func(f dispute.Fact) bool { return slices.Contains(given, f) }) {
			facts = append(facts, a.Needs[0])
		}
	}
	return facts
}

// when is the moment of a step: so many days after the one before, or when a clock has run out.
func (r *run) when(ctx context.Context, t *telling, s step) (time.Time, error) {
	before := r.clock.Now()
	if s.By == dispute.Timer {
		return r.runsOut(ctx, t, s.Event)
	}
	day := workday.DateOf(before.In(locale.Shanghai)).AddDays(s.Days)
	if s.By == dispute.Officer || s.By == dispute.Handler {
		day = r.Policy.Calendar.Roll(day).Date
	}
	hour, err := time.Parse("15:04", s.At)
	if err != nil {
		return time.Time{}, err
	}
	at := day.In(locale.Shanghai).Add(time.Duration(hour.Hour())*time.Hour + time.Duration(hour.Minute())*time.Minute)
	if !at.After(before) {
		at = before.Add(5 * time.Minute)
	}
	return earlier(at, r.now), nil
}

// runsOut is when the clock has run out whose end an event is.
func (r *run) runsOut(ctx context.Context, t *telling, event dispute.Event) (time.Time, error) {
	f, err := r.Read(ctx, complaint.As(t.id, dispute.Timer, ""))
	if err != nil {
		return time.Time{}, err
	}
	for _, d := range f.Deadlines {
		if e, ok := dispute.Expiry(f.Case, d.Leg, dispute.Rule(d.Clock.ID)); ok && e == event && !d.Due.IsZero() {
			if at := d.At().Add(5 * time.Minute); at.Before(r.now) {
				return at, nil
			}
			return time.Time{}, fmt.Errorf("%s runs until %s: begin the case earlier", d.Clock.ID, d.Due)
		}
	}
	return time.Time{}, fmt.Errorf("no clock runs that ends in %s", event)
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
