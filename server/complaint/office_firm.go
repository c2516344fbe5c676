package complaint

import (
	"context"
	"slices"

	"anxin/server/dispute"
	"anxin/server/fault"
	"anxin/server/store"
)

// Nameable tells whether an officer may say which institution of the list a case is about: she chose none herself, and none that was
// found before has it already.
func (f CaseFile) Nameable() bool {
	return f.Filed.Firm.ID == "" && (f.Institution == "" || !f.handedOver)
}

// NameFirm says which institution of the list is the firm that she named and did not find there. The state stays as it is; legs,
// letters and who may see the case follow. What she filed is not touched. Where it is settled already it is [fault.Invalid], of a case
// that has changed since [fault.Conflict].
func (s *Service) NameFirm(ctx context.Context, by Staff, id, institution string, version int64) error {
	if _, err := s.office(ctx, by, id); err != nil {
		return err
	}
	d, err := s.Store.Dispute(ctx, id)
	if err != nil {
		return err
	}
	if d.Version != version {
		return conflict(store.ErrStale)
	}
	if _, err := s.Store.Institution(ctx, institution); store.NotFound(err) {
		return fault.New(fault.Invalid, "name a firm: none of the list")
	} else if err != nil {
		return err
	}
	m, err := s.replay(ctx, d)
	if err != nil {
		return err
	}
	switch is := respondent(d); {
	case is == institution:
		return nil
	case answers(d).Firm.ID != "", is != "" && m.anyHanded():
		return fault.New(fault.Invalid, "name a firm: it is another already")
	}
	given, err := s.Store.Consents(ctx, id)
	if err != nil {
		return err
	}
	legs, _ := m.legs(d)
	return conflict(s.Store.SetInstitution(ctx, store.Found{
		Dispute: id, Version: d.Version, Was: d.Institution, Institution: institution, OpenTo: m.openTo(institution, given, legs),
	}, string(by.Actor), by.ID))
}

// anyHanded tells whether a leg lies with the firm, or came to an end there.
func (m *move) anyHanded() bool {
	handed := m.handed()
	return slices.ContainsFunc(m.c.Legs, func(l dispute.Leg) bool { return handed[l.ID] })
}
