package complaint

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"anxin/server/dispute"
	"anxin/server/fault"
	"anxin/server/intake"
	"anxin/server/locale"
	"anxin/server/policy"
	"anxin/server/store"
	"anxin/server/workday"
)

// hers are the facts that a citizen or a helper may state herself: what she has read and agreed to. The others are seen from
// the case or entered by those whose work it is.
var hers = []dispute.Fact{
	dispute.SeparateConsent, dispute.CostShown, dispute.ReceiverNamed, dispute.RestartWarned, dispute.ConsentCovers, dispute.ConsequencesShown,
	dispute.SummaryShown, dispute.InPart, dispute.OfferStands,
}

// Hers tells whether a fact is one that she states herself, by a tick or by reading.
func Hers(f dispute.Fact) bool { return slices.Contains(hers, f) }

// Do lets something happen to a case. Refusals are [*dispute.RefusedError]; a version that is no longer, [fault.Conflict].
func (s *Service) Do(ctx context.Context, by Access, act Act) error {
	if by.Actor == dispute.Citizen || by.Actor == dispute.Helper {
		facts := slices.DeleteFunc(slices.Clone(act.Facts), func(f dispute.Fact) bool { return !Hers(f) })
		act = Act{Leg: act.Leg, Event: act.Event, Facts: facts, Text: act.Text, Version: act.Version, Fields: act.Fields}
	}
	if act.Text = intake.Tidy(act.Text); len([]rune(act.Text)) > MostText {
		return ErrLongText
	}
	// Whoever acts on what she looks at meets a conflict; whoever does not say what, waits her turn.
	for range 4 {
		err := s.act(ctx, by, act)
		if errors.Is(err, store.ErrStale) && act.Version == 0 {
			continue
		}
		return conflict(err)
	}
	return &fault.Error{Kind: fault.Unavailable, RetryAfter: 2 * time.Second, Err: errors.New("the case changes all the time")}
}

func (s *Service) act(ctx context.Context, by Access, act Act) error {
	d, err := s.Store.Dispute(ctx, by.Dispute)
	if err != nil {
		return err
	}
	if act.Version != 0 && act.Version != d.Version {
		return store.ErrStale
	}
	m, err := s.replay(ctx, d)
	if err != nil {
		return err
	}
	act.Facts = append(slices.Clone(act.Facts), m.seen(d, act)...)
	if err := m.apply(by, act); err != nil {
		return err
	}
	ids, legs := m.legs(d)
	events, err := m.events(by, ids)
	if err != nil {
		return err
	}
	change := store.Change{
		Dispute: d.ID, Version: d.Version, State: string(m.c.State), Closed: dispute.Disputes.Standing(m.c.State) != dispute.Moving,
		Events: events, Legs: legs, Deadlines: m.deadlines(ids),
	}
	if err := s.share(ctx, d, m, act, ids, &change); err != nil {
		return err
	}
	if act.Event == dispute.DuplicateOf {
		change.Duplicate = act.origin.Other
	}
	open, err := s.waiting(ctx, d)
	if err != nil {
		return err
	}
	m.follow(d, open, ids, &change)
	change.Sent = act.letter
	if change.Deliveries, err = m.told(d.Parties, by); err != nil {
		return err
	}
	_, err = s.Store.Append(ctx, change)
	return err
}

// legs are the ids of the legs by their number, and those that the new events opened or moved.
func (m *move) legs(d store.Dispute) (map[int]string, []store.Leg) {
	ids, was := map[int]string{}, map[int]store.Leg{}
	for _, l := range d.Legs {
		ids[int(l.Seq)], was[int(l.Seq)] = l.ID, l
	}
	var moved []store.Leg
	for _, l := range m.c.Legs {
		old, known := was[l.ID]
		if known && old.State == string(l.State) {
			continue
		}
		if !known {
			old = store.Leg{ID: store.NewID(), Seq: int64(l.ID), Channel: string(l.Channel), Respondent: respondent(d)}
			ids[l.ID] = old.ID
		}
		old.State, old.ClosedAt = string(l.State), time.Time{}
		if dispute.Legs.Standing(l.State) == dispute.Final {
			old.ClosedAt = m.now
		}
		moved = append(moved, old)
	}
	return ids, moved
}

// seen is what the case itself shows, so that nobody need say it.
func (m *move) seen(d store.Dispute, act Act) []dispute.Fact {
	var facts []dispute.Fact
	add := func(is bool, f dispute.Fact) {
		if is {
			facts = append(facts, f)
		}
	}
	a := answers(d)
	add(act.Text != "", dispute.ReasonGiven)
	add(act.Text != "", dispute.GroundGiven)
	add(a.Helper != nil && a.Helper.Special, dispute.SpecialPower)
	add(d.ClosedAt.IsZero() || m.now.Before(opensFor(d.ClosedAt)), dispute.WithinThreeYears)
	add(!m.s.emergency(a), dispute.ChannelFits)
	add(m.watch == nfra, dispute.UnderOrder3)
	add(m.sentBy(act.Leg).Way == "account", dispute.FirmReads)
	add(act.letter != nil && act.letter.Kind == AddedLetter, dispute.FactsLetter)
	add(m.windowOpen(act.Leg), dispute.WindowOpen)
	add(a.Warned, dispute.BarWarningSeen)
	return facts
}

// windowOpen tells whether a review may still be asked for: until the end of its last day.
func (m *move) windowOpen(leg int) bool {
	for _, d := range m.running() {
		if d.Leg == leg && d.Clock.ID == string(dispute.FIReviewApply) {
			return d.Due.IsZero() || m.now.Before(d.At())
		}
	}
	return false
}

// As is somebody who does not come in by a code: an officer, a firm's handler, a clock.
func As(disputeID string, actor dispute.Actor, id string) Access {
	return Access{Dispute: disputeID, Actor: actor, ActorID: id}
}

// ByNumber finds the dispute of a number.
func (s *Service) ByNumber(ctx context.Context, number string) (string, error) {
	return s.Store.ByNumber(ctx, number)
}

// Rules is what answers are held against today; a is only asked for the firm that it names.
func (s *Service) Rules(ctx context.Context, a intake.Answers) (intake.Rules, error) {
	r := intake.Rules{Today: today(s.Now()).String(), Product: func(id string) bool { _, ok := s.Policy.Product(id); return ok }}
	known := false
	if a.Firm.ID != "" {
		_, err := s.Store.Institution(ctx, a.Firm.ID)
		if err != nil && !store.NotFound(err) {
			return r, fmt.Errorf("find a firm: %w", err)
		}
		known = err == nil
	}
	r.Firm = func(id string) bool { return known && id == a.Firm.ID }
	return r, nil
}

// Firms finds institutions of the list by what somebody types.
func (s *Service) Firms(ctx context.Context, query string, limit int) ([]store.Institution, error) {
	return s.Store.Institutions(ctx, query, limit)
}

// Firm is an institution of the list; nothing where the id is none of it.
func (s *Service) Firm(ctx context.Context, id string) (store.Institution, error) {
	if id == "" {
		return store.Institution{}, nil
	}
	i, err := s.Store.Institution(ctx, id)
	if store.NotFound(err) {
		return store.Institution{}, nil
	}
	return i, err
}

func (s *Service) product(a intake.Answers) policy.Product {
	p, _ := s.Policy.Product(a.Product)
	return p
}

func (s *Service) claim(a intake.Answers) dispute.Claim { return dispute.Claim(s.product(a).Claim) }

func (s *Service) emergency(a intake.Answers) bool { return s.product(a).Emergency }

// nfra supervises banks and insurers; its Order 2020-3 binds them.
const nfra = "nfra"

// supervisor is who supervises the firm: of one of the list as the list has it, of another whoever supervises those that sell such
// things. A loan by an app is a bank's, where the app is a bank's.
func (s *Service) supervisor(ctx context.Context, d store.Dispute) (string, error) {
	i, err := s.Firm(ctx, respondent(d))
	if err != nil {
		return "", fmt.Errorf("find who supervises a firm: %w", err)
	}
	return cmp.Or(i.Supervisor, s.product(answers(d)).Supervisor), nil
}

// knownOn is when she knew of the harm, as far as she told; zero where she did not.
func knownOn(a intake.Answers) time.Time {
	d, err := workday.ParseDate(a.When.Date)
	if err != nil {
		return time.Time{}
	}
	return d.In(locale.Shanghai)
}

func today(t time.Time) workday.Date { return workday.DateOf(t.In(locale.Shanghai)) }
