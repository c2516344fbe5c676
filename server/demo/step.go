package demo

import (
	"context"
	"fmt"
	"slices"

	"anxin/server/account"
	"anxin/server/complaint"
	"anxin/server/dispute"
)

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

func (r *run) officer() complaint.Staff {
	return complaint.Staff{ID: r.staff[account.Officer], Actor: dispute.Officer}
}

func (r *run) handler() complaint.Staff {
	return complaint.Staff{ID: r.staff[account.Handler], Actor: dispute.Handler, Institution: r.handled}
}

func (r *run) step(ctx context.Context, t *telling, s step) error {
	actor, id := r.actor(t, s)
	f, err := r.Read(ctx, complaint.As(t.id, actor, id))
	if err != nil {
		return err
	}
	by := access(f, actor, id)
	if err := r.open(ctx, t, by); err != nil {
		return err
	}
	switch {
	case s.Lost:
		return r.RequestCode(ctx, nowhere, t.receipt.Number, t.Person, phone(t.n))
	case s.Reads: // and no more
		return nil
	case s.Note != "":
		return r.AddNote(ctx, r.officer(), t.id, s.Note)
	case s.Say != "" && actor == dispute.Handler:
		return r.Write(ctx, r.handler(), t.id, s.Say)
	case s.Say != "":
		return r.Say(ctx, by, s.Say)
	case s.Letter != "":
		return r.send(ctx, t, s)
	case s.Event == dispute.HandOver:
		s.Letter = complaint.HandOverLetter
		return r.send(ctx, t, s)
	case s.Event == dispute.DuplicateOf: // of the case that was filed first by the same person
		first := slices.IndexFunc(r.cases, func(o *telling) bool { return o.n == t.n })
		return r.ActAs(ctx, r.officer(), t.id, complaint.Act{Event: s.Event, Text: s.Text, Other: r.cases[first].receipt.Number})
	case s.Paper != nil:
		return r.enter(ctx, by, f, s)
	}
	return r.do(ctx, by, f, s)
}

// nowhere is an address of the network that nobody has (RFC 5737).
const nowhere = "192.0.2.1"

// open is how whoever does something looks at the case first, as its pages do: what was written to them is read.
func (r *run) open(ctx context.Context, t *telling, by complaint.Access) error {
	switch by.Actor {
	case dispute.Citizen, dispute.Helper:
		f, err := r.Read(ctx, by)
		if err != nil {
			return err
		}
		if err := r.MarkRead(ctx, by); err != nil {
			return err
		}
		return r.ReadNotices(ctx, f)
	case dispute.Officer:
		if _, err := r.OpenCase(ctx, r.officer(), t.id); err != nil || !t.Mine {
			return err
		}
		return r.Assign(ctx, r.officer(), t.id, r.officer().ID)
	case dispute.Handler:
		_, err := r.OpenCase(ctx, r.handler(), t.id)
		return err
	}
	return nil
}

// do lets an event happen.
func (r *run) do(ctx context.Context, by complaint.Access, f complaint.File, s step) error {
	act := complaint.Act{Event: s.Event, Text: s.Text, Facts: s.Facts, Fields: fields(f, s.Fields)}
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

// enter writes down what a firm sent by post: the scan first, then what it says.
func (r *run) enter(ctx context.Context, by complaint.Access, f complaint.File, s step) error {
	e, err := r.keep(ctx, by, *s.Paper)
	if err != nil {
		return err
	}
	return r.ActAs(ctx, r.officer(), by.Dispute, complaint.Act{
		Leg: len(f.Case.Legs), Event: s.Event, Facts: s.Facts, Text: s.Text, Way: "post", On: r.clock.Now(), Paper: e.ID,
	})
}

// send sends a letter that lies drafted. That of a hand-over moves the case.
func (r *run) send(ctx context.Context, t *telling, s step) error {
	list, err := r.LettersOf(ctx, r.officer(), t.id)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(list, func(l complaint.Letter) bool { return l.SentOn == "" && l.Kind == s.Letter })
	if i < 0 {
		return fmt.Errorf("no letter %s lies drafted", s.Letter)
	}
	way := s.Way
	if way == "" {
		way = "post"
	}
	return r.SentLetter(ctx, r.officer(), list[i].ID, way, r.clock.Now())
}

// fields are the ids of what she hands over; "files" are all of hers.
func fields(f complaint.File, named []string) []string {
	var list []string
	for _, part := range f.Shareable() {
		if slices.Contains(named, part.ID) || part.File() != "" && slices.Contains(named, "files") {
			list = append(list, part.ID)
		}
	}
	return list
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
