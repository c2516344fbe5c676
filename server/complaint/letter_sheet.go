package complaint

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"anxin/server/dispute"
	"anxin/server/locale"
	"anxin/server/store"
)

// sheet writes a letter from the case as it stands.
func (s *Service) sheet(ctx context.Context, d store.Dispute, k store.Letter, code locale.Code) (Sheet, error) {
	if s.Library == nil || s.Words == nil {
		return Sheet{}, errNoWords
	}
	mv, err := s.replay(ctx, d)
	if err != nil {
		return Sheet{}, err
	}
	n := legNumber(d, k.Leg)
	leg, _ := mv.c.Leg(n)
	a := answers(d)
	var f File
	if err := f.people(d, Access{}); err != nil {
		return Sheet{}, err
	}
	m := matter{
		kind: k.Kind, review: leg.Channel == dispute.Review, number: Grouped(d.Number), day: today(s.Now()), from: s.Words.Operator,
		product: s.product(a).Name, answers: a, person: f.Person,
	}
	if err := s.addressed(ctx, &m, mv.watch, respondent(d)); err != nil {
		return Sheet{}, err
	}
	var ok bool
	if m.clock, ok = s.Policy.Clock(string(answerRule(leg)), m.day); !ok {
		return Sheet{}, fmt.Errorf("write a letter: there is no clock %s", answerRule(leg))
	}
	m.standing = m.clock.Standing(m.day)
	switch k.Kind {
	case HandOverLetter:
		err = s.agreedTo(ctx, &m, mv, d, k.Leg, time.Time{})
	case AddedLetter:
		m.handed, m.timed = today(mv.sentBy(n).On), leg.State != dispute.Paused && leg.Channel != dispute.Review
		var since time.Time
		if since, err = s.toldBefore(ctx, mv, k, n); err == nil {
			err = s.agreedTo(ctx, &m, mv, d, k.Leg, since)
		}
	case WithdrawnLetter:
		m.handed = today(mv.sentBy(n).On)
	default:
		err = m.silent(mv, n)
	}
	if err != nil {
		return Sheet{}, err
	}
	return m.write(s.Words.Catalogue, code)
}

// agreedTo puts in what she agreed to hand over with a leg after a time.
func (s *Service) agreedTo(ctx context.Context, m *matter, mv *move, d store.Dispute, leg string, since time.Time) (err error) {
	if m.files, err = s.evidence(ctx, d.ID); err != nil {
		return err
	}
	given, err := s.Store.Consents(ctx, d.ID)
	if err != nil {
		return err
	}
	given = slices.DeleteFunc(given, func(c store.Consent) bool { return !c.GivenAt.After(since) })
	m.shared = agreed(given, leg)
	m.added = shownTo(m.shared, mv.added())
	m.partly = slices.ContainsFunc(shareable(contacted(d), mv.added(), m.files), func(f Field) bool { return !m.shared.has(f.ID) })
	return nil
}

// toldBefore is when the firm was told last what she agreed to: when her complaint, or what she had added, was noted as sent.
func (s *Service) toldBefore(ctx context.Context, mv *move, l store.Letter, n int) (at time.Time, err error) {
	for _, k := range mv.done {
		if k.leg == n && k.event == dispute.HandOver {
			at = k.at
		}
	}
	kept, err := s.Store.Letters(ctx, l.Dispute)
	for _, k := range kept {
		if k.Leg == l.Leg && k.Kind == AddedLetter && k.SentAt.After(at) {
			at = k.SentAt
		}
	}
	return at, err
}

// bodies are the supervisors by their ids in content/authorities.
var bodies = map[string]string{nfra: "nfra-shenzhen", "pbc": "pbc-shenzhen", "csrc": "csrc-shenzhen", "local": "sz-local-finance"}

// addressed puts in whom it is about and whom it goes to.
func (s *Service) addressed(ctx context.Context, m *matter, watch, firm string) error {
	m.firm = map[locale.Code]string{}
	for _, code := range locale.All {
		m.firm[code] = m.answers.Firm.Name
	}
	if firm != "" {
		i, err := s.Store.Institution(ctx, firm)
		if err != nil && !store.NotFound(err) {
			return err
		}
		if err == nil {
			m.address = i.Address
			for code, name := range map[locale.Code]string{locale.Hans: i.Name, locale.Hant: i.NameHant, locale.En: i.NameEn} {
				if name == "" {
					name = i.Name
				}
				m.firm[code] = name
			}
		}
	}
	m.to = m.firm
	if m.kind != SupervisorLetter {
		return nil
	}
	id := bodies[watch]
	for _, b := range s.Library.Authorities() {
		if b.ID == id {
			m.to, m.address = map[locale.Code]string{}, ""
			for _, code := range locale.All {
				m.to[code] = b.Current().In(code)
			}
			return nil
		}
	}
	return fmt.Errorf("write a letter: there is no authority %q", id)
}

// silent puts in how the firm's time went by.
func (m *matter) silent(mv *move, leg int) error {
	r, over := mv.ranOf(leg)
	if r == nil {
		return errors.New("write a letter: nobody found the firm silent")
	}
	m.ran, m.clock, m.standing = r, over.Clock, over.Standing
	return nil
}
