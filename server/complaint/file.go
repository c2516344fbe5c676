package complaint

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"anxin/server/dispute"
	"anxin/server/intake"
	"anxin/server/store"
)

// What was filed, as it is kept and as she gets it: complaint.json of her file.
type filed struct {
	Form    int            `json:"form"` // of this document
	Number  string         `json:"number"`
	Answers intake.Answers `json:"answers"`
}

// ShowsCode is how long whoever repeats a filing is shown the code again.
const ShowsCode = 72 * time.Hour

// Roles of parties.
const (
	complainant = "complainant"
	helper      = "helper"
)

// Submit files a complaint under a draft's key, or finds that it was filed. What is missing is an [*InvalidError]; another
// content under the key, [fault.Conflict].
func (s *Service) Submit(ctx context.Context, key string, a intake.Answers) (Receipt, error) {
	return s.submit(ctx, key, a, clerk{})
}

// clerk is who of the staff writes a complaint down for her, and in which way she told it; nobody where she files by herself.
type clerk struct {
	Staff
	way      string
	readBack bool
}

func (s *Service) submit(ctx context.Context, key string, a intake.Answers, by clerk) (Receipt, error) {
	a = a.Normal()
	content := a.Content()
	// A replay is told from what is kept, before anything is looked at that may have changed since.
	switch r, err := s.Store.FiledAs(ctx, key, content); {
	case err == nil:
		return s.receipt(ctx, key, r)
	case !store.NotFound(err):
		return Receipt{}, conflict(err)
	}
	rules, err := s.Rules(ctx, a)
	if err != nil {
		return Receipt{}, err
	}
	if wrong := intake.Check(a, rules); len(wrong) > 0 {
		return Receipt{}, &InvalidError{wrong}
	}
	sub, err := s.submission(key, content, a, by)
	if err != nil {
		return Receipt{}, err
	}
	for range 8 { // a number is taken once in millions of times
		sub.Number = newNumber()
		if sub.Body, err = json.Marshal(filed{1, sub.Number, a}); err != nil {
			return Receipt{}, fmt.Errorf("submit a complaint: %w", err)
		}
		if sub.Credential.CodeHash, err = s.Vault.HashCode(ctx, sub.Number, s.Vault.Code(key, sub.Number)); err != nil {
			return Receipt{}, fmt.Errorf("submit a complaint: %w", err)
		}
		var r store.Receipt
		if r, err = s.Store.Submit(ctx, sub); err == nil {
			return s.receipt(ctx, key, r)
		}
		if !isTaken(err) {
			break
		}
	}
	return Receipt{}, conflict(err)
}

// submission is a complaint ready to be filed but for its number and what hangs on it.
func (s *Service) submission(key, content string, a intake.Answers, clerk clerk) (store.Submission, error) {
	c, began := dispute.New(s.claim(a), a.For == intake.ForOther, a.Child)
	by := Access{Dispute: store.NewID(), Party: store.NewID(), Actor: dispute.Citizen}
	person := store.Party{ID: by.Party, Role: complainant, Name: a.Contact.Name, Phone: a.Contact.Phone}
	body, err := json.Marshal(Person{Contact: a.Contact, Reach: a.Reach})
	if err != nil {
		return store.Submission{}, fmt.Errorf("submit a complaint: %w", err)
	}
	person.Body = body
	parties := []store.Party{person}
	if h := a.Helper; a.For == intake.ForOther && h != nil {
		by.Actor, by.Party = dispute.Helper, store.NewID()
		body, err := json.Marshal(Person{Contact: intake.Contact{Name: h.Name, Phone: h.Phone}, Reach: intake.Reach{Language: a.Reach.Language}})
		if err != nil {
			return store.Submission{}, fmt.Errorf("submit a complaint: %w", err)
		}
		parties = append(parties, store.Party{ID: by.Party, Role: helper, Name: h.Name, Phone: h.Phone, Body: body})
	}
	credential := store.Credential{Party: by.Party}
	consents := consents(by.Party, a)
	act := Act{Event: dispute.Submit}
	facts := []dispute.Fact{dispute.IdentityGiven, dispute.StoryGiven} // intake.Check has seen to it
	if clerk.ID != "" {
		by = As(by.Dispute, dispute.Officer, clerk.ID)
		act.origin = Paper{Way: clerk.way}
		if clerk.readBack {
			facts = append(facts, dispute.ReadBack)
		}
	}
	m := &move{s: s, c: c, now: s.Now(), known: knownOn(a)}
	m.take(began, nil, "")
	if a.For == intake.ForOther {
		facts = append(facts, dispute.AuthorityGiven)
	}
	if a.Guardian {
		facts = append(facts, dispute.GuardianAgrees)
	}
	act.Facts = facts
	if err := m.apply(by, act); err != nil {
		return store.Submission{}, err
	}
	if s.emergency(a) {
		if err := m.apply(by, Act{Event: dispute.FlagEmergency}); err != nil {
			return store.Submission{}, err
		}
	}
	events, err := m.events(by, nil)
	if err != nil {
		return store.Submission{}, err
	}
	told, err := m.filed(parties, credential.Party)
	if err != nil {
		return store.Submission{}, err
	}
	return store.Submission{
		ID: by.Dispute, Key: key, Content: content, State: string(m.c.State),
		Parties: parties, Consents: consents, Credential: credential, Events: events, Deadlines: m.deadlines(nil), Deliveries: told, Standing: m.standing(a, ""),
	}, nil
}

// consents are what she agreed to on the way, each with the words she read, by their key.
func consents(party string, a intake.Answers) []store.Consent {
	var list []store.Consent
	add := func(given bool, purpose, fields string) {
		if given {
			list = append(list, store.Consent{Party: party, Purpose: purpose, Fields: fields, Wording: "intake.consent_" + purpose})
		}
	}
	add(a.Consents.Account, "account", "what,amount_fen,firm,product")
	add(a.Consents.Needs, "needs", "reach.needs")
	add(a.Consents.Helper, "helper", "helper,contact")
	add(a.Guardian, "guardian", "child")
	return list
}

// receipt is what filing is answered with, from what is kept.
func (s *Service) receipt(ctx context.Context, key string, r store.Receipt) (Receipt, error) {
	d, err := s.Store.Dispute(ctx, r.ID)
	if err != nil {
		return Receipt{}, err
	}
	m, err := s.replay(ctx, d)
	if err != nil {
		return Receipt{}, err
	}
	out := Receipt{
		Number: r.Number, State: m.c.State, Helper: m.c.Helper, SubmittedAt: r.SubmittedAt, SHA256: sum(d.Body), Deadlines: m.running(), Replayed: r.Replayed,
	}
	if r.CodeHash != "" && s.Now().Sub(r.SubmittedAt) < ShowsCode {
		if out.Code, err = s.Vault.CodeAgain(r.CodeHash, key, r.Number); err != nil {
			return Receipt{}, fmt.Errorf("derive a code again: %w", err)
		}
	}
	return out, nil
}

// Filed finds the receipt of what was filed under a draft's key; [fault.NotFound] where nothing was.
func (s *Service) Filed(ctx context.Context, key string) (Receipt, error) {
	r, err := s.Store.Filed(ctx, key)
	if err != nil {
		return Receipt{}, err
	}
	return s.receipt(ctx, key, r)
}

func sum(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

func isTaken(err error) bool { return errors.Is(err, store.ErrNumberTaken) }
