package complaint

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"anxin/server/dispute"
	"anxin/server/fault"
	"anxin/server/intake"
	"anxin/server/limit"
	"anxin/server/store"
)

// How long she stays signed in: reading takes time, and a telephone is put down and lent.
const (
	idle    = 30 * time.Minute
	longest = 8 * time.Hour
)

// SignIn opens a file with number and code, however they are written, and gives a token for it. address is that of the
// network, by which failures are counted. Errors are those of [store.Store.OpenByCode].
func (s *Service) SignIn(ctx context.Context, address, number, code string) (token string, until time.Time, err error) {
	var a store.Access
	if err := s.slowed(ctx, limit.SignIn, address, func() (err error) {
		a, err = s.Store.OpenByCode(ctx, address, number, code)
		return err
	}); err != nil {
		return "", time.Time{}, err
	}
	return s.Store.StartSession(ctx, a, idle, longest)
}

// Access tells whom a token lets in; [fault.Unauthorized] where it does no longer.
func (s *Service) Access(ctx context.Context, token string) (Access, error) {
	a, _, err := s.Store.Session(ctx, token, idle, longest)
	if err != nil {
		return Access{}, err
	}
	d, err := s.Store.Dispute(ctx, a.Dispute)
	if err != nil {
		return Access{}, err
	}
	by := Access{Dispute: a.Dispute, Party: a.Party, Actor: dispute.Citizen}
	if slices.ContainsFunc(d.Parties, func(p store.Party) bool { return p.ID == a.Party && p.Role == helper }) {
		by.Actor = dispute.Helper
	}
	return by, nil
}

// SignOut ends a token.
func (s *Service) SignOut(ctx context.Context, token string) error {
	return s.Store.EndSession(ctx, token)
}

// Read is the file as it stands.
func (s *Service) Read(ctx context.Context, by Access) (File, error) {
	d, err := s.Store.Dispute(ctx, by.Dispute)
	if err != nil {
		return File{}, err
	}
	m, err := s.replay(ctx, d)
	if err != nil {
		return File{}, err
	}
	f, err := s.fileOf(d, m, by)
	if err != nil {
		return File{}, err
	}
	if f.Messages, err = s.messages(ctx, d.ID); err != nil {
		return File{}, err
	}
	if f.Evidence, err = s.evidence(ctx, d.ID); err != nil {
		return File{}, err
	}
	if f.Notices, err = s.inbox(ctx, by); err != nil {
		return File{}, err
	}
	if f.Copies, err = s.copies(ctx, by); err != nil {
		return File{}, err
	}
	if f.Letters, err = s.sentFor(ctx, d); err != nil {
		return File{}, err
	}
	if f.Surveys, err = s.answered(ctx, d.ID); err != nil {
		return File{}, err
	}
	f.Survey = s.question(d, f)
	f.Notices = holding(f.Notices, f.Deadlines, f.Survey)
	f.Seen, err = s.seenBy(ctx, d.ID)
	return f, err
}

// fileOf is what of a file stands in the dispute itself.
func (s *Service) fileOf(d store.Dispute, m *move, by Access) (File, error) {
	f := File{
		Access: by, Number: d.Number, Case: m.c, Version: d.Version, SubmittedAt: d.SubmittedAt, ChangedAt: d.ChangedAt,
		Filed: answers(d), Institution: respondent(d), FiledBytes: d.Body, SHA256: sum(d.Body), Deadlines: m.running(), Timeline: m.timeline(),
		Added: m.added(),
	}
	f.shows = map[int][]dispute.Fact{}
	for leg := range len(m.c.Legs) + 1 {
		f.shows[leg] = m.seen(d, Act{Leg: leg})
	}
	return f, f.people(d, by)
}

func (f *File) people(d store.Dispute, by Access) error {
	for _, p := range d.Parties {
		who := Person{ID: p.ID}
		if err := json.Unmarshal(p.Body, &who); err != nil {
			return fmt.Errorf("read a party: %w", err)
		}
		if p.Role == helper {
			f.Helper = &who
		} else {
			f.Person = who
		}
		if p.ID == by.Party {
			f.You = who
		}
	}
	return nil
}

// timeline tells what has happened, each entry with the clocks that began or moved with it.
func (m *move) timeline() []Entry {
	list := make([]Entry, 0, len(m.done))
	var before []Deadline
	clocks := m.clocks()
	for _, k := range m.done {
		e := Entry{Seq: k.seq, At: k.at, Leg: k.leg, Event: k.event, Actor: k.by.Actor, State: k.to, Told: k.record.Told, Text: k.record.Text}
		if k.record.Paper != nil {
			e.Paper = *k.record.Paper
		}
		clocks.take(k)
		now := clocks.running()
		for _, d := range now {
			if !slices.ContainsFunc(before, func(b Deadline) bool { return b.Leg == d.Leg && b.Clock.ID == d.Clock.ID && b.Due == d.Due }) {
				e.Deadlines = append(e.Deadlines, d)
			}
		}
		before = now
		list = append(list, e)
	}
	return list
}

func (s *Service) messages(ctx context.Context, id string) ([]Message, error) {
	kept, err := s.Store.Messages(ctx, id, store.ToCouncil, store.ToParty)
	if err != nil {
		return nil, err
	}
	return readable(kept), nil
}

func readable(kept []store.Message) []Message {
	list := make([]Message, 0, len(kept))
	for _, m := range kept {
		list = append(list, Message{ID: m.ID, At: m.SentAt, Actor: dispute.Actor(m.Author), Text: string(m.Body), ReadAt: m.ReadAt, Audience: m.Audience})
	}
	return list
}

// seenBy is who looked at it, without what stands in the timeline anyway.
func (s *Service) seenBy(ctx context.Context, id string) ([]Seen, error) {
	entries, err := s.Store.Audit(ctx, id)
	if err != nil {
		return nil, err
	}
	var list []Seen
	for _, e := range entries {
		if e.Subject == "" {
			list = append(list, Seen{At: e.At, Actor: dispute.Actor(e.Actor), Action: e.Action})
		}
	}
	return list, nil
}

// MostText is how many characters a message or what is written with an event may have.
const MostText = 5000

// ErrNoText and ErrLongText tell that a message has nothing in it, or too much.
var (
	ErrNoText   = errors.New("nothing was written")
	ErrLongText = errors.New("too much was written")
)

// Say writes a message: a party's to the council, the council's to her.
func (s *Service) Say(ctx context.Context, by Access, text string) error {
	if by.Actor == dispute.Officer {
		return s.Write(ctx, Staff{ID: by.ActorID, Actor: by.Actor}, by.Dispute, text)
	}
	text, err := words(text)
	if err != nil {
		return err
	}
	_, err = s.Store.Say(ctx, store.Message{Dispute: by.Dispute, Author: string(by.Actor), AuthorID: by.id(), Audience: store.ToCouncil, Body: []byte(text)})
	return err
}

// MarkRead notes that she has seen what was written to her.
func (s *Service) MarkRead(ctx context.Context, by Access) error {
	return s.Store.MarkRead(ctx, by.Dispute, store.ToParty)
}

// ChangeContact changes how the one who came in is reached; whoever was reached before is told where they were reached
// before. What is wrong is an [*InvalidError].
func (s *Service) ChangeContact(ctx context.Context, by Access, c intake.Contact, r intake.Reach) error {
	if wrong := intake.CheckContact(c, r); len(wrong) > 0 {
		return &InvalidError{wrong}
	}
	d, err := s.Store.Dispute(ctx, by.Dispute)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(d.Parties, func(p store.Party) bool { return p.ID == by.Party })
	if i < 0 {
		return fault.New(fault.Forbidden, "change a contact: not a party")
	}
	body, err := json.Marshal(Person{Contact: c, Reach: r})
	if err != nil {
		return fmt.Errorf("change a contact: %w", err)
	}
	told, err := s.contactDeliveries(d.Parties[i])
	if err != nil {
		return err
	}
	return s.Store.ChangeParty(ctx, d.ID, by.Party, body, c.Name, c.Phone, string(by.Actor), by.id(), told)
}

func answers(d store.Dispute) intake.Answers {
	var f filed
	_ = json.Unmarshal(d.Body, &f) // replay has read it before
	return f.Answers
}

func person(d store.Dispute) store.Party {
	for _, p := range d.Parties {
		if p.Role == complainant {
			return p
		}
	}
	return store.Party{}
}

// receiver is to whom it is handed over: the firm's id, or that it is the one she named.
func receiver(d store.Dispute) string {
	if id := respondent(d); id != "" {
		return id
	}
	return "named"
}

// respondent is the institution of the list: the one that she chose, or the one that an officer found by the name she wrote.
func respondent(d store.Dispute) string { return cmp.Or(answers(d).Firm.ID, d.Institution) }
