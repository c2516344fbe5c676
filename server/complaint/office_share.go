package complaint

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"anxin/server/dispute"
	"anxin/server/intake"
	"anxin/server/store"
)

// Field is a part of her file that she may hand to a firm, or not.
type Field struct {
	ID     string // name, phone …; for a file "evidence:" and its id, for what she added "added:" and the event's number
	Needed bool   // without it no firm can answer: who complains, what happened, what she wants (Order 2020-3 Art. 13)
}

// evidenceField stands before a file's id.
const evidenceField = "evidence:"

// File is the id of the file that a field is; empty of every other.
func (f Field) File() string {
	id, _ := strings.CutPrefix(f.ID, evidenceField)
	if id == f.ID {
		return ""
	}
	return id
}

// addedField stands before the number of the event with which she added something.
const addedField = "added:"

func addedAs(seq int64) string { return addedField + strconv.FormatInt(seq, 10) }

// Added is the number of the event that a field is; 0 of every other.
func (f Field) Added() int64 {
	n, is := strings.CutPrefix(f.ID, addedField)
	seq, err := strconv.ParseInt(n, 10, 64)
	if !is || err != nil || seq < 1 {
		return 0
	}
	return seq
}

type part struct {
	Field
	has func(intake.Answers) bool
}

// fieldsOf are the parts that are the same in every file, and whether an answer has anything in them.
var fieldsOf = []part{
	{Field{"name", true}, func(intake.Answers) bool { return true }},
	{Field{"product", true}, func(intake.Answers) bool { return true }},
	{Field{"what", true}, func(intake.Answers) bool { return true }},
	{Field{"when", true}, func(a intake.Answers) bool { return a.When != intake.When{} }},
	{Field{"amount", true}, func(a intake.Answers) bool { return a.AmountFen != nil }},
	{Field{"want", true}, func(intake.Answers) bool { return true }},
	{Field{"phone", false}, func(a intake.Answers) bool { return a.Contact.Phone != "" }},
	{Field{"email", false}, func(a intake.Answers) bool { return a.Contact.Email != "" }},
	{Field{"tried", false}, func(intake.Answers) bool { return true }},
	{Field{"helper", false}, func(a intake.Answers) bool { return a.Helper != nil }},
}

// IsField tells whether an id can be that of a field of some file.
func IsField(id string) bool {
	f := Field{ID: id}
	return f.File() != "" || f.Added() > 0 || slices.ContainsFunc(fieldsOf, func(p part) bool { return p.ID == id })
}

// Shareable lists what of the file could be handed to the firm, the needed parts first.
func (f File) Shareable() []Field {
	a := f.Filed
	if f.Person.ID != "" {
		a.Contact = f.Person.Contact
	}
	return shareable(a, f.Added, f.Evidence)
}

func shareable(a intake.Answers, added []Addition, files []Evidence) []Field {
	var list []Field
	for _, f := range fieldsOf {
		if f.has(a) {
			list = append(list, f.Field)
		}
	}
	for _, x := range added {
		list = append(list, Field{ID: addedAs(x.Seq)})
	}
	for _, e := range files { // what a firm handed in is not hers to hand over
		if !e.Removed && e.firm == "" {
			list = append(list, Field{ID: evidenceField + e.ID})
		}
	}
	return list
}

// chosen are the needed fields and those of the others that were named.
func chosen(all []Field, named []string) []string {
	var list []string
	for _, f := range all {
		if f.Needed || slices.Contains(named, f.ID) {
			list = append(list, f.ID)
		}
	}
	return list
}

// handOver is the purpose of a consent that lets a firm have parts of her file.
const handOver = "hand_over"

// share keeps what an event does to her consents, and with them who may see the case from now on.
func (s *Service) share(ctx context.Context, d store.Dispute, m *move, act Act, legs map[int]string, change *store.Change) error {
	given, err := s.Store.Consents(ctx, d.ID)
	if err != nil {
		return err
	}
	leg := act.Leg
	switch act.Event {
	case dispute.RequestReview: // the leg that it opened
		leg = len(m.c.Legs)
		fallthrough
	case dispute.GiveConsent:
		files, err := s.evidence(ctx, d.ID)
		if err != nil {
			return err
		}
		fields := chosen(shareable(contacted(d), m.added(), files), act.Fields)
		change.Consents = append(change.Consents, consentFor(d, legs[leg], act.Event, fields))
	case dispute.AddFacts: // what she adds to what she has agreed to hand over goes to the firm as that did
		if l, _ := m.c.Leg(leg); leg == 0 || l.State == dispute.ConsentPending {
			break
		}
		files, err := s.evidence(ctx, d.ID)
		if err != nil {
			return err
		}
		fields := added(files, given, legs[leg])
		if act.Text != "" {
			fields = append([]string{addedAs(d.Version + 1)}, fields...) // the event that is made now
		}
		change.Consents = append(change.Consents, consentFor(d, legs[leg], act.Event, fields))
	}
	for _, l := range m.c.Legs {
		if l.State != dispute.NoConsent && l.State != dispute.WithdrawnByCitizen {
			continue
		}
		for i, c := range given {
			if c.Leg == legs[l.ID] && c.WithdrawnAt.IsZero() {
				change.Withdrawn = append(change.Withdrawn, c.ID)
				given[i].WithdrawnAt = m.now
			}
		}
	}
	change.Standing = m.standing(answers(d), m.openTo(respondent(d), append(given, change.Consents...), legs))
	change.Standing.Institution = respondent(d)
	return nil
}

func consentFor(d store.Dispute, leg string, event dispute.Event, fields []string) store.Consent {
	return store.Consent{
		ID: store.NewID(), Party: person(d).ID, Leg: leg, Purpose: handOver, Receiver: receiver(d), Fields: strings.Join(fields, ","),
		Wording: "mine.do_" + string(event),
	}
}

// contacted are the answers with the contact that holds now.
func contacted(d store.Dispute) intake.Answers {
	a := answers(d)
	var who Person
	if json.Unmarshal(person(d).Body, &who) == nil {
		a.Contact = who.Contact
	}
	return a
}

// added are the files that came in since she last consented for the leg.
func added(files []Evidence, given []store.Consent, leg string) []string {
	var since time.Time
	for _, c := range given {
		if c.Leg == leg && c.GivenAt.After(since) {
			since = c.GivenAt
		}
	}
	var list []string
	for _, e := range files {
		if !e.Removed && e.firm == "" && e.At.After(since) {
			list = append(list, evidenceField+e.ID)
		}
	}
	return list
}

// handed are the legs that lie with the firm, or did and came to an end there.
func (m *move) handed() map[int]bool {
	with := map[int]bool{}
	for _, k := range m.done {
		switch k.event {
		case dispute.HandOver:
			with[k.leg] = true
		case dispute.Undelivered:
			with[k.leg] = false
		}
	}
	return with
}

// openTo is the firm whose handlers may see the case: the one to which a leg was handed over with a consent that still holds.
func (m *move) openTo(firm string, given []store.Consent, legs map[int]string) string {
	if firm == "" || len(m.shared(given, legs)) == 0 {
		return ""
	}
	return firm
}

// shared are the fields of the consents that hold for legs that were handed over.
func (m *move) shared(given []store.Consent, legs map[int]string) []string {
	var list []string
	for leg, is := range m.handed() {
		if is {
			list = append(list, agreed(given, legs[leg])...)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// agreed are the fields of the consents that hold for a leg.
func agreed(given []store.Consent, leg string) []string {
	var list []string
	for _, c := range given {
		if c.Purpose != handOver || c.Leg != leg || !c.WithdrawnAt.IsZero() {
			continue
		}
		for f := range strings.SplitSeq(c.Fields, ",") {
			if f != "" && !slices.Contains(list, f) {
				list = append(list, f)
			}
		}
	}
	return list
}

// standing is what stands beside the case in plain.
func (m *move) standing(a intake.Answers, openTo string) *store.Standing {
	st := &store.Standing{Product: a.Product, Institution: a.Firm.ID, OpenTo: openTo, Unconfirmed: m.c.Helper && !m.c.Confirmed}
	place, _ := dispute.Disputes.Place(m.c.State)
	if place.Standing != dispute.Moving {
		return st
	}
	st.WaitsFor = string(place.Owner)
	answered := map[int]bool{}
	for _, l := range m.c.Legs {
		at, _ := dispute.Legs.Place(l.State)
		answered[l.ID] = l.State == dispute.Answered
		if m.c.State == dispute.InChannel && at.Standing == dispute.Moving {
			st.LegState, st.WaitsFor = string(l.State), string(at.Owner)
		}
	}
	for _, d := range m.running() {
		rule := dispute.Rule(d.Clock.ID)
		if d.Due.IsZero() || rule.RunsByLaw() && (rule != dispute.FIReviewApply || !answered[d.Leg]) {
			continue
		}
		st.NextDue, st.NextClock, st.NextLeg = d.At(), d.Clock.ID, int64(d.Leg)
		break
	}
	return st
}
