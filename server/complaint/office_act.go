package complaint

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"time"

	"anxin/server/dispute"
	"anxin/server/intake"
	"anxin/server/store"
	"anxin/server/vault"
)

// theirs are the facts that staff may state beside [hers], which an officer states for her once she read them back.
var theirs = append([]dispute.Fact{
	dispute.ReadBack, dispute.BarWarningSeen, dispute.MediationAgreed, dispute.ReasonsComplete, dispute.FromBranch,
	dispute.AppraisalShown, dispute.SeniorApproval, dispute.ProofShown,
}, dispute.Outcomes...)

// Theirs tells whether a fact is one that staff may state by a tick. Those that [gives] names need more than that.
func Theirs(f dispute.Fact) bool { return slices.Contains(theirs, f) }

// gives says by what else than a tick a fact is shown.
var gives = map[dispute.Fact]Given{
	dispute.PaperKept: GivePaper, dispute.AppraisalShown: GivePaper, dispute.SeniorApproval: GivePaper, dispute.ProofShown: GivePaper,
	dispute.DispatchKept: GiveWay, dispute.ReceiptDated: GiveDay, dispute.WhereToGo: GiveDoor, dispute.SameMatter: GiveOther, dispute.PersonConfirmed: GiveNote,
}

// ActAs lets somebody of the staff do something to a case. What has to be on paper is so by the paper that they name, not by
// their word. Refusals are [*dispute.RefusedError]; a version that is no longer, [fault.Conflict].
func (s *Service) ActAs(ctx context.Context, by Staff, id string, act Act) error {
	access, act, _, err := s.prepare(ctx, by, id, act)
	if err != nil {
		return err
	}
	return s.Do(ctx, access, act)
}

// prepare finds out what is so of what an act says, on the case as it is.
func (s *Service) prepare(ctx context.Context, by Staff, id string, act Act) (Access, Act, store.Dispute, error) {
	access, err := s.sees(ctx, by, id)
	if err != nil {
		return access, act, store.Dispute{}, err
	}
	d, err := s.Store.Dispute(ctx, id)
	if err != nil {
		return access, act, d, err
	}
	if act.Version == 0 {
		act.Version = d.Version // what was found out holds for this one
	} else if act.Version != d.Version {
		return access, act, d, conflict(store.ErrStale)
	}
	m, err := s.replay(ctx, d)
	if err != nil {
		return access, act, d, err
	}
	act.Text, act.Note = intake.Tidy(act.Text), intake.Tidy(act.Note)
	if len([]rune(act.Note)) > MostText || len([]rune(act.Text)) > MostText {
		return access, act, d, ErrLongText
	}
	if by.Actor == dispute.Handler { // nothing but her own word, and a file of the firm's; the day is today's
		act = Act{Leg: act.Leg, Event: act.Event, Facts: act.Facts, Text: act.Text, Version: act.Version, Way: "account", Paper: act.Paper}
		if act.Leg > 0 && !m.handed()[act.Leg] {
			return access, act, d, errNoCase()
		}
	}
	act.origin, err = s.origin(ctx, by, id, d.SubmittedAt, act)
	if err != nil {
		return access, act, d, err
	}
	facts := s.shown(m, d, by, act)
	act.On = act.origin.On // a day that cannot be is none
	act.Facts = slices.Concat(facts, slices.DeleteFunc(slices.Clone(act.Facts), func(f dispute.Fact) bool {
		return !Hers(f) && !Theirs(f) || gives[f] == GivePaper && act.origin.Evidence == "" && !act.noted() && by.Actor != dispute.Handler
	}))
	return access, act, d, nil
}

// noted tells that a call was written down.
func (a Act) noted() bool { return a.Note != "" && (a.Way == "phone" || a.Way == "counter") }

// origin is by what an act came or went, as far as that is true of the case.
func (s *Service) origin(ctx context.Context, by Staff, id string, filed time.Time, act Act) (Paper, error) {
	p := Paper{}
	if slices.Contains(Ways, act.Way) {
		p.Way = act.Way
	}
	if !act.On.After(s.Now()) && !today(act.On).Before(today(filed)) {
		p.On = act.On
	}
	if slices.ContainsFunc(dispute.Doors, func(d dispute.Door) bool { return d.ID == act.Door }) {
		p.Door = act.Door
	}
	if act.Paper != "" {
		files, err := s.evidence(ctx, id)
		if err != nil {
			return p, err
		}
		if slices.ContainsFunc(files, func(e Evidence) bool {
			return e.ID == act.Paper && !e.Removed && (by.Actor == dispute.Officer || e.firm == by.Institution)
		}) {
			p.Evidence = act.Paper
		}
	}
	number, ok := ParseNumber(act.Other)
	if act.Event != dispute.DuplicateOf || !ok {
		return p, nil
	}
	other, err := s.Store.ByNumber(ctx, number)
	if err == nil && other != id {
		if _, err = s.sees(ctx, by, other); err == nil {
			p.Other = other
		}
	}
	if store.NotFound(err) {
		err = nil
	}
	return p, err
}

// shown are the facts that hold by what was given.
func (s *Service) shown(m *move, d store.Dispute, by Staff, act Act) []dispute.Fact {
	facts := m.seenFor(by)
	add := func(is bool, f dispute.Fact) {
		if is {
			facts = append(facts, f)
		}
	}
	dated := !act.origin.On.IsZero()
	add(act.origin.Evidence != "" || act.noted(), dispute.PaperKept)
	add(act.origin.Way != "" && (dated || act.On.IsZero()), dispute.DispatchKept)
	add(dated || by.Actor == dispute.Handler, dispute.ReceiptDated)
	add(act.Text != "", dispute.MissingListed)
	add(act.origin.Door != "", dispute.WhereToGo)
	add(act.origin.Other != "", dispute.SameMatter)
	add(act.noted() && (act.Way == "counter" || s.herOwn(d)), dispute.PersonConfirmed)
	return facts
}

// seenFor is what the case shows of whoever of the staff acts.
func (m *move) seenFor(by Staff) []dispute.Fact {
	last := ""
	for _, k := range m.done {
		if k.event == dispute.Refuse || k.event == dispute.DuplicateOf || k.event == dispute.Uphold {
			last = k.by.ActorID
		}
	}
	if last != "" && last != by.ID {
		return []dispute.Fact{dispute.OtherOfficer}
	}
	return nil
}

// herOwn tells that the person has a telephone number that is not the helper's: only by such a one is she asked herself.
func (s *Service) herOwn(d store.Dispute) bool {
	var hers, helpers []byte
	for _, p := range d.Parties {
		who, err := decode[Person]("a party", p.Body)
		if err != nil {
			return false
		}
		if index := s.Vault.Index(vault.Phone, who.Contact.Phone); p.Role == helper {
			helpers = index
		} else {
			hers = index
		}
	}
	return hers != nil && !bytes.Equal(hers, helpers)
}

// Preview is what she would read if somebody of the staff did something. It changes nothing; what would be refused is a
// [*dispute.RefusedError].
func (s *Service) Preview(ctx context.Context, by Staff, id string, act Act) (Preview, error) {
	access, act, d, err := s.prepare(ctx, by, id, act)
	if err != nil {
		return Preview{}, err
	}
	m, err := s.replay(ctx, d)
	if err != nil {
		return Preview{}, err
	}
	before := m.running()
	act.Facts = append(slices.Clone(act.Facts), m.seen(d, act)...)
	if err := m.apply(access, act); err != nil {
		return Preview{}, err
	}
	p := Preview{State: m.c.State, Text: act.Text}
	leg := act.Leg
	for _, k := range m.done[m.fresh:] {
		if p.Told == "" {
			p.Told = k.record.Told
		}
		if leg == 0 && k.leg > 0 {
			leg = k.leg
		}
	}
	if l, ok := m.c.Leg(leg); ok {
		p.LegState = l.State
	}
	after := m.running()
	same := func(a, b Deadline) bool { return a.Leg == b.Leg && a.Clock.ID == b.Clock.ID }
	for _, d := range after {
		if !slices.ContainsFunc(before, func(b Deadline) bool { return same(b, d) && b.Due == d.Due && b.Stopped == d.Stopped }) {
			p.Deadlines = append(p.Deadlines, d)
		}
	}
	for _, b := range before {
		if !slices.ContainsFunc(after, func(d Deadline) bool { return same(b, d) }) {
			p.Stopped = append(p.Stopped, b)
		}
	}
	p.Notices, err = s.previewed(m, d, access)
	return p, err
}

// Write writes a message to her; a handler's goes to the council.
func (s *Service) Write(ctx context.Context, by Staff, id, text string) error {
	to := store.ToParty
	if by.Actor == dispute.Handler {
		to = store.ToFirm
	}
	return s.write(ctx, by, id, text, to)
}

// AddNote writes a note that neither she nor a firm ever sees.
func (s *Service) AddNote(ctx context.Context, by Staff, id, text string) error {
	if by.Actor != dispute.Officer {
		return errNoCase()
	}
	return s.write(ctx, by, id, text, store.ToStaff)
}

func (s *Service) write(ctx context.Context, by Staff, id, text, to string) error {
	access, err := s.sees(ctx, by, id)
	if err != nil {
		return err
	}
	if text, err = words(text); err != nil {
		return err
	}
	var told []store.Delivery
	if to == store.ToParty {
		d, err := s.Store.Dispute(ctx, access.Dispute)
		if err != nil {
			return err
		}
		if told, err = s.messageDeliveries(d); err != nil {
			return err
		}
	}
	_, err = s.Store.Say(ctx, store.Message{Dispute: access.Dispute, Author: string(by.Actor), AuthorID: by.ID, Audience: to, Body: []byte(text)}, told...)
	return err
}

// words are what somebody wrote, if it is neither nothing nor too much.
func words(text string) (string, error) {
	text = strings.TrimSpace(intake.Tidy(text))
	switch {
	case text == "":
		return "", ErrNoText
	case len([]rune(text)) > MostText:
		return "", ErrLongText
	}
	return text, nil
}

// Assign gives a case to an officer, or to nobody; to one who may not see it, [fault.Invalid].
func (s *Service) Assign(ctx context.Context, by Staff, id, staff string) error {
	if _, err := s.office(ctx, by, id); err != nil {
		return err
	}
	if err := s.assignable(ctx, by, staff); err != nil {
		return err
	}
	return cannotAssign(s.Store.Assign(ctx, id, string(by.Actor), by.ID, staff))
}

// Recuse is somebody's word that a case touches them. It is hidden from them from then on, and there is no way back.
func (s *Service) Recuse(ctx context.Context, by Staff, id, reason string) error {
	if _, err := s.sees(ctx, by, id); err != nil {
		return err
	}
	reason, err := words(reason)
	if err != nil {
		return err
	}
	return s.Store.Recuse(ctx, id, string(by.Actor), by.ID, reason)
}
