package complaint

import (
	"context"
	"errors"
	"slices"
	"time"

	"anxin/server/dispute"
	"anxin/server/fault"
	"anxin/server/intake"
	"anxin/server/limit"
	"anxin/server/store"
	"anxin/server/vault"
)

// assignable tells whether a case can be given to an account: to nobody, to oneself, or to another officer.
func (s *Service) assignable(ctx context.Context, by Staff, staff string) error {
	if staff == "" || staff == by.ID {
		return nil
	}
	if s.Colleague == nil {
		return fault.New(fault.Invalid, "assign a case: nobody says who accounts are")
	}
	who, err := s.Colleague(ctx, staff)
	if store.NotFound(err) || err == nil && who.Actor != dispute.Officer {
		return fault.New(fault.Invalid, "assign a case: not to an officer")
	}
	return err
}

func cannotAssign(err error) error {
	if errors.Is(err, store.ErrRecused) {
		return &fault.Error{Kind: fault.Invalid, Err: err}
	}
	return err
}

// FileFor files a complaint that an officer wrote down for her, on the telephone or at the counter. It is what she would have
// been asked by the pages; without having been read back to her it is refused. The code is hers alone: it is given to her and
// nobody else.
func (s *Service) FileFor(ctx context.Context, by Staff, key, way string, a intake.Answers, readBack bool) (Receipt, error) {
	if by.Actor != dispute.Officer || by.ID == "" {
		return Receipt{}, errNoCase()
	}
	if way != "phone" && way != "counter" {
		return Receipt{}, fault.New(fault.Invalid, "file for her: neither by telephone nor at the counter")
	}
	return s.submit(ctx, key, a, clerk{by, way, readBack})
}

// Taken is the receipt of a complaint that an officer took down, with what stands beside it on paper.
type Taken struct {
	Receipt
	Dispute, Firm string
}

// ShowsTaken is how long the receipt of what was taken down can be looked at: to read it out, print it, and print it again where paper
// was missing.
const ShowsTaken = 30 * time.Minute

// TakenDown finds the receipt of what an officer filed for somebody under a key, for that officer alone and for [ShowsTaken], and notes
// in the case that it was read. Whatever else it is, is [fault.NotFound].
func (s *Service) TakenDown(ctx context.Context, by Staff, key string) (Taken, error) {
	r, err := s.Filed(ctx, key)
	if err != nil {
		return Taken{}, err
	}
	if s.Now().Sub(r.SubmittedAt) >= ShowsTaken {
		return Taken{}, errNoCase()
	}
	id, err := s.Store.ByNumber(ctx, r.Number)
	if err != nil {
		return Taken{}, err
	}
	o, err := s.Store.OpenAs(ctx, id, string(by.Actor), by.ID, store.Read, by.may)
	if err != nil {
		return Taken{}, err
	}
	m, err := s.replay(ctx, o.Dispute)
	if err != nil {
		return Taken{}, err
	}
	if by.Actor != dispute.Officer || m.done[0].by.Actor != dispute.Officer || m.done[0].by.ActorID != by.ID {
		return Taken{}, errNoCase()
	}
	return Taken{r, id, answers(o.Dispute).Firm.Name}, nil
}

// RequestCode is somebody's word that they lost the code. The answer says nothing of whether number, name and telephone belong
// together. Who asks too often is [fault.TooMany].
func (s *Service) RequestCode(ctx context.Context, address, number, name, phone string) error {
	number, ok := ParseNumber(number)
	if !ok {
		return fault.New(fault.Invalid, "ask for a code: no number of ours")
	}
	if _, err := s.Limits.Enter(ctx, limit.Key{Rule: limit.LostCode, Who: s.Vault.Index(vault.Address, address)}); err != nil {
		return err
	}
	return s.Store.AskCode(ctx, address, number, name, phone)
}

// CodeRequests are the open ones of cases that an officer may see, the oldest first. Each look at somebody's contact is noted in
// the case.
func (s *Service) CodeRequests(ctx context.Context, by Staff) ([]CodeRequest, error) {
	if by.Actor != dispute.Officer {
		return nil, errNoCase()
	}
	open, err := s.Store.CodeRequests(ctx)
	if err != nil {
		return nil, err
	}
	var list []CodeRequest
	for _, r := range open {
		one, _, err := s.codeRequest(ctx, by, r)
		if store.NotFound(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		list = append(list, one)
	}
	return list, nil
}

func (s *Service) codeRequest(ctx context.Context, by Staff, r store.CodeRequest) (CodeRequest, store.Party, error) {
	o, err := s.Store.OpenAs(ctx, r.Dispute, string(by.Actor), by.ID, "read_contact", by.may)
	if err != nil {
		return CodeRequest{}, store.Party{}, err
	}
	i := slices.IndexFunc(o.Parties, func(p store.Party) bool { return p.ID == r.Party })
	if i < 0 {
		return CodeRequest{}, store.Party{}, errNoCase()
	}
	who, err := decode[Person]("a party", o.Parties[i].Body)
	who.ID = r.Party
	out := CodeRequest{ID: r.ID, Dispute: r.Dispute, Number: o.Number, At: r.AskedAt, Person: who, Way: "phone"}
	if len(who.Reach.Ways) > 0 {
		out.Way = who.Reach.Ways[0]
	}
	return out, o.Parties[i], err
}

// GrantCode settles a request with a new code, once the officer has written down how the person was confirmed by the contact
// on file. The old code is dead, whoever came in by it is out, and the person is told by that contact. The code is shown this
// once: it is random, and only its hash is kept.
func (s *Service) GrantCode(ctx context.Context, by Staff, request, confirmed string) (string, error) {
	r, err := s.request(ctx, by, request)
	if err != nil {
		return "", err
	}
	if confirmed, err = words(confirmed); err != nil {
		return "", err
	}
	open, party, err := s.codeRequest(ctx, by, r)
	if err != nil {
		return "", err
	}
	code := vault.Digits(vault.CodeDigits)
	hash, err := s.Vault.HashCode(ctx, open.Number, code)
	if err != nil {
		return "", err
	}
	told, err := s.codeDeliveries(party)
	if err != nil {
		return "", err
	}
	return code, s.Store.ReplaceCode(ctx, request, string(by.Actor), by.ID, confirmed, hash, told)
}

// RefuseCode settles a request without one.
func (s *Service) RefuseCode(ctx context.Context, by Staff, request, reason string) error {
	if _, err := s.request(ctx, by, request); err != nil {
		return err
	}
	reason, err := words(reason)
	if err != nil {
		return err
	}
	return s.Store.RefuseCode(ctx, request, string(by.Actor), by.ID, reason)
}

// request is an open one of a case that the officer may see.
func (s *Service) request(ctx context.Context, by Staff, id string) (store.CodeRequest, error) {
	r, err := s.Store.CodeRequest(ctx, id)
	if err == nil {
		_, err = s.office(ctx, by, r.Dispute)
	}
	if store.NotFound(err) {
		return r, errNoCase()
	}
	return r, err
}
