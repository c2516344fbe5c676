package complaint

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"anxin/server/dispute"
	"anxin/server/notify"
	"anxin/server/store"
)

// Who is told what, and how:
//
//   - Everything that a table says she is told lies in her inbox, which is her file, and in her helper's. What happens at once is one
//     notice.
//   - Beside it each is told, in the way they chose, that there is something: by mail at once, by an officer's call within their
//     hours. Whoever cannot be reached in the way they chose is called; who cannot hear is written a text message.
//   - Nobody is told by mail or telephone what they have just done themselves. Only what files or ends a case is confirmed by mail to
//     whoever did it: it may have been somebody else with their code.
//   - A change of the contact, or of the code, is told where they were reached before.

// notice is what is told of one change, to everybody on her side.
type notice struct {
	kind   notify.Notice
	body   noticeBody
	by     string    // the party whose doing it was
	firmly bool      // they, too, are written to
	at     time.Time // zero: now
}

// noticeBody is what lies in the inbox. It stands sealed.
type noticeBody struct {
	Told  []string `json:"told,omitempty"` // catalogue keys of what she is told of the case
	Leg   int      `json:"leg,omitempty"`
	Clock string   `json:"clock,omitempty"` // of a reminder
	Mark  string   `json:"mark,omitempty"`
	Due   string   `json:"due,omitempty"` // a day, 2026-12-01
	Own   bool     `json:"own,omitempty"` // it is what they did themselves
}

// repeats is within which time a mail that is still to be sent tells what the next one would.
const repeats = time.Hour

// ordinary notices say no more than that there is something to look at: a call that is still to be made tells all of them.
var ordinary = []string{string(notify.Received), string(notify.Progress), string(notify.Asked), string(notify.Message), string(notify.Letter)}

// deliveries are the copies of a notice for these parties.
func (s *Service) deliveries(parties []store.Party, n notice) ([]store.Delivery, error) {
	var list []store.Delivery
	for _, p := range parties {
		own := p.ID == n.by
		n.body.Own = own
		body, err := json.Marshal(n.body)
		if err != nil {
			return nil, fmt.Errorf("write a notice: %w", err)
		}
		list = append(list, store.Delivery{Party: p.ID, Notice: string(n.kind), Channel: string(notify.Inbox), Body: body, At: n.at, Done: true, Read: own})
		if own && !n.firmly {
			continue
		}
		var who Person
		if err := json.Unmarshal(p.Body, &who); err != nil {
			return nil, fmt.Errorf("tell a party: %w", err)
		}
		for _, c := range s.channels(who) {
			if own && c != notify.Email {
				continue
			}
			list = append(list, s.copy(p.ID, n.kind, c, who.Reach.Hours, n.at))
		}
	}
	return list, nil
}

// copy is one copy outside of the site. It holds no address: whoever delivers it looks up where they are reached then.
func (s *Service) copy(party string, kind notify.Notice, c notify.Channel, hours []string, at time.Time) store.Delivery {
	d := store.Delivery{Party: party, Notice: string(kind), Channel: string(c), At: at}
	if slices.Contains(ordinary, d.Notice) {
		d.Absorbed = ordinary
	}
	switch c {
	case notify.Email:
		if d.Absorbed != nil {
			d.Absorbed, d.Within = []string{d.Notice}, repeats
		}
	case notify.Call, notify.Through:
		if at.IsZero() {
			at = s.Now()
		}
		d.At = within(hours, at)
	}
	return d
}

// channels are those by which somebody wants to be told, and can be. Whoever can be in none of those they chose is called.
func (s *Service) channels(p Person) []notify.Channel {
	var list []notify.Channel
	add := func(c notify.Channel, is bool) {
		if is && !slices.Contains(list, c) {
			list = append(list, c)
		}
	}
	by := func(way string) bool { return slices.Contains(p.Reach.Ways, way) }
	call := called(p)
	add(notify.Email, by("email") && p.Contact.Email != "" && s.Mail)
	add(call, by("phone"))
	add(notify.Text, by("text"))
	add(notify.Through, by("through") && p.Reach.Through != "")
	add(notify.Post, by("post") && p.Reach.Address != "")
	add(call, len(list) == 0)
	return list
}

// called is the channel of a telephone: who cannot hear it is written to.
func called(p Person) notify.Channel {
	if slices.Contains(p.Reach.Needs, "text_only") || slices.Contains(p.Reach.Needs, "sign") {
		return notify.Text
	}
	return notify.Call
}

// askedBy are the channels in which somebody is asked whether a helper acts for them: by hand, for they have to answer, and not through
// somebody else, who may be that helper.
func (s *Service) askedBy(p Person) []notify.Channel {
	list := slices.DeleteFunc(s.channels(p), func(c notify.Channel) bool { return !notify.Confirm.Goes(c) || c == notify.Through })
	if len(list) == 0 {
		list = []notify.Channel{called(p)}
	}
	return list
}

// notice is what is told of the new events: all of them at once.
func (m *move) notice(by Access) (n notice, tells bool) {
	n = notice{kind: notify.Progress, by: by.Party, firmly: dispute.Disputes.Standing(m.c.State) != dispute.Moving}
	for _, k := range m.done[m.fresh:] {
		if k.record.Told == "" {
			continue
		}
		n.body.Told = append(n.body.Told, k.record.Told)
		table := dispute.Disputes
		if k.leg != 0 {
			table = dispute.Legs
		}
		if p, ok := table.Place(k.to); ok && p.Standing == dispute.Moving && p.Owner == dispute.Citizen {
			n.kind = notify.Asked
		}
	}
	return n, len(n.body.Told) > 0
}

// told are the deliveries of the new events.
func (m *move) told(parties []store.Party, by Access) ([]store.Delivery, error) {
	n, tells := m.notice(by)
	if !tells {
		return nil, nil
	}
	return m.s.deliveries(parties, n)
}

// filed are the deliveries of a filing, by the party whose doing it is, also where an officer wrote it down. Whose complaint somebody else
// files is asked, by other ways than theirs, whether she knows of it.
func (m *move) filed(parties []store.Party, filer string) ([]store.Delivery, error) {
	n, _ := m.notice(Access{Party: filer})
	n.kind, n.firmly = notify.Received, true
	var list []store.Delivery
	for _, p := range parties {
		copies, err := m.s.deliveries([]store.Party{p}, n)
		if err != nil {
			return nil, err
		}
		if p.ID == filer {
			list = append(list, copies...)
			continue
		}
		list = append(list, copies[0]) // in her inbox
		var who Person
		if err := json.Unmarshal(p.Body, &who); err != nil {
			return nil, fmt.Errorf("ask a party: %w", err)
		}
		for _, c := range m.s.askedBy(who) {
			list = append(list, m.s.copy(p.ID, notify.Confirm, c, who.Reach.Hours, time.Time{}))
		}
	}
	return list, nil
}

// messageDeliveries tell that somebody of the council wrote to her. They go with the message, into [store.Store.Say].
func (s *Service) messageDeliveries(d store.Dispute) ([]store.Delivery, error) {
	return s.deliveries(d.Parties, notice{kind: notify.Message})
}

// letterDeliveries tell that a letter was sent on her behalf.
func (s *Service) letterDeliveries(d store.Dispute) ([]store.Delivery, error) {
	return s.deliveries(d.Parties, notice{kind: notify.Letter})
}

// reminderDeliveries tell that a day comes near, or ask afterwards how it is: kind is [notify.Reminder] or [notify.Survey]. No other
// notice absorbs them: what follows of silence hangs on their having been given.
func (s *Service) reminderDeliveries(d store.Dispute, kind notify.Notice, about noticeBody, at time.Time) ([]store.Delivery, error) {
	return s.deliveries(d.Parties, notice{kind: kind, body: about, at: at})
}

// contactDeliveries tell that a party's contact was changed, and codeDeliveries that their code was replaced: where they were reached
// until now. They hold a copy of that: whoever did it may change the contact next.
func (s *Service) contactDeliveries(was store.Party) ([]store.Delivery, error) {
	return s.warnings(was, notify.ContactChanged)
}

func (s *Service) codeDeliveries(party store.Party) ([]store.Delivery, error) {
	return s.warnings(party, notify.CodeReplaced)
}

func (s *Service) warnings(party store.Party, kind notify.Notice) ([]store.Delivery, error) {
	list, err := s.deliveries([]store.Party{party}, notice{kind: kind})
	for i := range list {
		if list[i].Channel != string(notify.Inbox) {
			list[i].Body = party.Body
		}
	}
	return list, err
}

// reachedBy is how a delivery reaches its party: as it was written down in it, else as they are reached now.
func reachedBy(w store.Waiting) (Person, error) {
	body := w.PartyBody
	if w.Body != nil {
		body = w.Body
	}
	p := Person{ID: w.Party}
	if err := json.Unmarshal(body, &p); err != nil {
		return p, fmt.Errorf("read where a notice goes: %w", err)
	}
	return p, nil
}
