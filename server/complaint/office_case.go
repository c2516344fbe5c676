package complaint

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"anxin/server/dispute"
	"anxin/server/evidence"
	"anxin/server/intake"
	"anxin/server/store"
)

// OpenCase reads a case for somebody of the staff who is shown all of it, and notes in it that they read it: she sees that in her file,
// and beside what she wrote. It is [fault.NotFound] where they may not, as where there is none.
func (s *Service) OpenCase(ctx context.Context, by Staff, id string) (CaseFile, error) {
	o, err := s.Store.ShowAs(ctx, id, string(by.Actor), by.ID, by.may)
	return s.caseOf(ctx, by, id, o, err)
}

// ReadCase is [Service.OpenCase] for a page that needs the case and shows little of it: what she wrote meanwhile stays unread.
func (s *Service) ReadCase(ctx context.Context, by Staff, id string) (CaseFile, error) {
	o, err := s.Store.OpenAs(ctx, id, string(by.Actor), by.ID, store.Read, by.may)
	return s.caseOf(ctx, by, id, o, err)
}

func (s *Service) caseOf(ctx context.Context, by Staff, id string, o store.Opened, err error) (CaseFile, error) {
	if store.NotFound(err) {
		return CaseFile{}, errNoCase()
	}
	if err != nil {
		return CaseFile{}, err
	}
	m, err := s.replay(ctx, o.Dispute)
	if err != nil {
		return CaseFile{}, err
	}
	f, err := s.fileOf(o.Dispute, m, As(id, by.Actor, by.ID))
	if err != nil {
		return CaseFile{}, err
	}
	if f.Evidence, err = s.evidence(ctx, id); err != nil {
		return CaseFile{}, err
	}
	legs, _ := m.legs(o.Dispute)
	c := CaseFile{File: f, Shared: m.shared(o.Consents, legs)}
	for leg := range f.shows {
		f.shows[leg] = append(f.shows[leg], m.seenFor(by)...)
	}
	if by.Actor == dispute.Handler {
		return c.consented(m, o), nil
	}
	c.handedOver = m.anyHanded()
	c.Assignee, c.Recused = o.Sight.Assignee, o.Sight.Recused
	if c.AssigneeName, err = s.nameOf(ctx, c.Assignee); err != nil {
		return CaseFile{}, err
	}
	if c.Surveys, err = s.answered(ctx, id); err != nil {
		return CaseFile{}, err
	}
	c.Survey = s.question(o.Dispute, c.File)
	c.Messages = readable(audience(o.Messages, store.ToCouncil, store.ToParty, store.ToFirm))
	for _, n := range audience(o.Messages, store.ToStaff) {
		c.Notes = append(c.Notes, Note{n.ID, n.SentAt, n.AuthorID, string(n.Body)})
	}
	for _, given := range o.Consents {
		c.Consents = append(c.Consents, Consent{
			given.ID, given.Purpose, given.Receiver, strings.Split(given.Fields, ","), given.Wording, given.GivenAt, given.WithdrawnAt,
		})
	}
	for i, k := range m.done {
		c.Timeline[i].By, c.Timeline[i].Note = k.by.ActorID, k.record.Note
	}
	for other, number := range o.Linked {
		c.Linked = append(c.Linked, Linked{other, number})
	}
	slices.SortFunc(c.Linked, func(a, b Linked) int { return strings.Compare(a.ID, b.ID) })
	c.Seen, err = s.seenBy(ctx, id)
	return c, err
}

func audience(list []store.Message, whose ...string) []store.Message {
	var some []store.Message
	for _, m := range list {
		if slices.Contains(whose, m.Audience) {
			some = append(some, m)
		}
	}
	return some
}

// consented is what a handler gets of a case: a file made of what she consented to, and filled with nothing else. What a new
// field of [File] holds stays empty until somebody puts it in here.
func (c CaseFile) consented(m *move, o store.Opened) CaseFile {
	has := func(field string) bool { return slices.Contains(c.Shared, field) }
	a, was := intake.Answers{For: intake.ForSelf}, c.Filed
	a.Firm, a.Product, a.What, a.When, a.AmountFen, a.Wants, a.WantText = was.Firm, was.Product, was.What, was.When, was.AmountFen, was.Wants, was.WantText
	a.Contact.Name = was.Contact.Name
	if has("tried") {
		a.Tried = was.Tried
	}
	out := CaseFile{File: File{
		Access: c.Access, Number: c.Number, Case: c.Case, Version: c.Version, SubmittedAt: c.SubmittedAt, ChangedAt: c.ChangedAt, shows: c.shows,
	}, Shared: c.Shared}
	out.Person.Contact.Name = c.Person.Contact.Name
	if has("phone") {
		out.Person.Contact.Phone = c.Person.Contact.Phone
	}
	if has("email") {
		out.Person.Contact.Email = c.Person.Contact.Email
	}
	if has("helper") && c.Helper != nil {
		a.For, a.Helper = intake.ForOther, &intake.Helper{Name: c.Helper.Contact.Name, Phone: c.Helper.Contact.Phone, Relation: was.Helper.Relation, Authority: was.Helper.Authority, Special: was.Helper.Special}
		out.Helper = &Person{Contact: intake.Contact{Name: c.Helper.Contact.Name, Phone: c.Helper.Contact.Phone}}
	}
	a.Contact = out.Person.Contact
	out.Filed = a
	for _, e := range c.Evidence {
		if (has(evidenceField+e.ID) || e.firm != "" && e.firm == o.Sight.OpenTo) && !e.Removed {
			out.Evidence = append(out.Evidence, e)
		}
	}
	out.Added = shownTo(c.Shared, c.Added)
	with := m.handed()
	for _, d := range c.Deadlines {
		if with[d.Leg] && !dispute.Rule(d.Clock.ID).RunsByLaw() {
			out.Deadlines = append(out.Deadlines, d)
		}
	}
	came := map[int]bool{}
	for _, e := range c.Timeline {
		came[e.Leg] = came[e.Leg] || e.Event == dispute.HandOver
		if with[e.Leg] && came[e.Leg] {
			out.Timeline = append(out.Timeline, e)
		}
	}
	out.Messages = readable(audience(o.Messages, store.ToFirm))
	return out
}

// StaffEvidence writes a file of a case to where to says, as [Service.OpenEvidence] does; that it was looked at is noted first.
// A handler gets those that were consented, and what the firm handed in.
func (s *Service) StaffEvidence(ctx context.Context, by Staff, id, file string, to func(Evidence) (io.Writer, error)) error {
	o, err := s.Store.OpenAs(ctx, id, string(by.Actor), by.ID, "read_file", by.may)
	if store.NotFound(err) {
		return errNoCase()
	}
	if err != nil {
		return err
	}
	if by.Actor == dispute.Handler {
		m, err := s.replay(ctx, o.Dispute)
		if err != nil {
			return err
		}
		legs, _ := m.legs(o.Dispute)
		if !slices.Contains(m.shared(o.Consents, legs), evidenceField+file) {
			switch e, err := s.oneOf(ctx, As(id, by.Actor, by.ID), file); {
			case store.NotFound(err), err == nil && e.firm != by.Institution:
				return errNoCase()
			case err != nil:
				return err
			}
		}
	}
	err = s.OpenEvidence(ctx, As(id, by.Actor, by.ID), file, to)
	if store.NotFound(err) {
		return errNoCase()
	}
	return err
}

// AddPaper keeps the scan of a letter, or of what came otherwise, in a case. A handler's is the firm's: she and the council see it,
// no other firm does, and nobody changes it.
func (s *Service) AddPaper(ctx context.Context, by Staff, id, name, description string, from io.Reader) (Evidence, error) {
	access, err := s.sees(ctx, by, id)
	if err != nil {
		return Evidence{}, err
	}
	firm := ""
	if by.Actor == dispute.Handler {
		firm = by.Institution
		if err := s.roomFor(ctx, id, firm); err != nil {
			return Evidence{}, err
		}
	}
	return s.addEvidence(ctx, access, firm, name, description, from)
}

// roomFor tells whether a firm may hand in one more.
func (s *Service) roomFor(ctx context.Context, id, firm string) error {
	files, err := s.evidence(ctx, id)
	if err != nil {
		return err
	}
	n, size := 0, int64(0)
	for _, e := range files {
		if e.firm == firm {
			n, size = n+1, size+e.Size
		}
	}
	switch {
	case n >= mostOfFirm:
		return &evidence.RefusedError{Key: evidence.WrongMany}
	case size >= mostBytesOfFirm:
		return &evidence.RefusedError{Key: evidence.WrongFull}
	}
	return nil
}

func decode[T any](what string, body []byte) (v T, err error) {
	if err = json.Unmarshal(body, &v); err != nil {
		err = fmt.Errorf("read %s: %w", what, err)
	}
	return v, err
}
