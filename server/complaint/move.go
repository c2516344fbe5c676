package complaint

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"anxin/server/dispute"
	"anxin/server/locale"
	"anxin/server/policy"
	"anxin/server/store"
)

// record is what is kept of an event: what it did to the case and its clocks. Deadlines are worked out anew from all records
// whenever they are needed; nothing of them is kept but the day, for who sweeps what is due.
type record struct {
	Told  string         `json:"told,omitempty"`
	Text  string         `json:"text,omitempty"`
	Facts []dispute.Fact `json:"facts,omitempty"`
	Ticks []tick         `json:"ticks,omitempty"`
	Case  dispute.Case   `json:"case"` // after it
	Paper *Paper         `json:"paper,omitempty"`
	Note  string         `json:"note,omitempty"` // for staff
}

// tick is what an event did to one clock, with the moment from which that counts.
type tick struct {
	Op    dispute.Op   `json:"op"`
	Rule  dispute.Rule `json:"rule,omitempty"`
	Leg   int          `json:"leg"` // whose clock: 0 for the dispute's
	At    time.Time    `json:"at"`
	Anew  bool         `json:"anew,omitempty"`  // of a restart: what was counted before is void, and not only followed by more time
	Total int          `json:"total,omitempty"` // of an extension: the whole time after it
}

// move leads a case through events: those that are kept already, then new ones.
type move struct {
	s     *Service
	c     dispute.Case
	watch string // who supervises the firm; empty where that is not known
	now   time.Time
	known time.Time // when she knew of the harm
	done  []kept    // what has happened so far
	fresh int       // how many of these are kept already
}

type kept struct {
	leg    int
	event  dispute.Event
	to     dispute.State // of what moved: the leg, or the dispute
	state  dispute.State // of the dispute
	record record
	at     time.Time
	by     Access // of one that is kept: its actor alone
	seq    int64
}

// replay reads what has happened to a dispute. As long as a firm was not written to, what binds it hangs on which firm it is, which
// may be found late.
func (s *Service) replay(ctx context.Context, d store.Dispute) (*move, error) {
	var f filed
	if err := json.Unmarshal(d.Body, &f); err != nil {
		return nil, fmt.Errorf("read what was filed: %w", err)
	}
	m := &move{s: s, now: s.Now(), known: knownOn(f.Answers)}
	if m.known.IsZero() {
		m.known = d.SubmittedAt
	}
	seqs := map[string]int{}
	for _, l := range d.Legs {
		seqs[l.ID] = int(l.Seq)
	}
	for _, e := range d.Events {
		k := kept{
			leg: seqs[e.Leg], event: dispute.Event(e.Event), state: dispute.State(e.State), to: dispute.State(e.State), at: e.At, seq: e.Seq,
			by: Access{Actor: dispute.Actor(e.Actor), ActorID: e.ActorID},
		}
		if e.LegState != "" {
			k.to = dispute.State(e.LegState)
		}
		if err := json.Unmarshal(e.Body, &k.record); err != nil {
			return nil, fmt.Errorf("read event %d: %w", e.Seq, err)
		}
		m.c = k.record.Case
		m.done = append(m.done, k)
	}
	m.fresh = len(m.done)
	var err error
	if m.watch, err = s.supervisor(ctx, d); err != nil {
		return nil, err
	}
	m.c.Legs = slices.Clone(m.c.Legs)
	for i, l := range m.c.Legs {
		if l.Channel == dispute.Institution && (l.State == dispute.ConsentPending || l.State == dispute.Consented) {
			m.c.Legs[i].Order3 = m.watch == nfra
		}
	}
	return m, nil
}

// apply makes an event, or refuses it.
func (m *move) apply(by Access, act Act) error {
	c, effects, err := dispute.Apply(m.c, act.Leg, act.Event, by.Actor, act.Facts...)
	if err != nil {
		return err
	}
	m.c = c
	m.take(effects, &act, act.Text)
	return nil
}

// take notes effects. The first carries what was written and told; the beginning of a draft is no event of the case.
func (m *move) take(effects []dispute.Effect, act *Act, text string) {
	for i, e := range effects {
		k := kept{leg: e.Leg, event: e.Event, to: e.To, state: m.c.State, at: m.now}
		k.record = record{Told: e.Told, Case: m.c}
		if i == 0 && act != nil {
			k.record.Text, k.record.Facts, k.record.Note = text, act.Facts, act.Note
			if act.origin != (Paper{}) {
				k.record.Paper = &act.origin
			}
		}
		for _, t := range e.Clocks {
			k.record.Ticks = append(k.record.Ticks, m.tick(e, t, act))
		}
		if e.Event != "" {
			m.done = append(m.done, k)
		}
	}
	// Each is kept with the state that the dispute had after all of them: they are written at once, and none stands alone.
}

// tick finds whose clock it is and from when it counts.
func (m *move) tick(e dispute.Effect, t dispute.Tick, act *Act) tick {
	out := tick{Op: t.Op, Rule: t.Rule, Leg: e.Leg, At: m.now}
	switch t.On {
	case dispute.Whole:
		out.Leg = 0
	case dispute.Earlier:
		if l, ok := m.c.Leg(e.Leg); ok {
			out.Leg = l.Of
		}
	}
	on := m.now
	if act != nil && !act.On.IsZero() && act.On.Before(m.now) {
		on = act.On
	}
	switch t.Since {
	case dispute.Received: // what was sent after her complaint is still on its way
		out.At, out.Anew = on, true
		for _, k := range m.done {
			if k.leg == e.Leg && m.begins(k) && k.record.Paper != nil {
				if came := m.assumed(cmp.Or(k.record.Paper.On, k.at)); came.After(on) {
					out.At = came
				}
			}
		}
	case dispute.AssumedReceipt:
		out.At = m.assumed(on)
	case dispute.Known:
		if !m.known.IsZero() {
			out.At = m.known
		}
	}
	if t.Op == dispute.Lengthen {
		if l, ok := m.c.Leg(e.Leg); ok {
			out.Total = m.s.lengthened(t.Rule, l.Extensions)
		}
	}
	return out
}

// assumed is when a letter sent on that day is taken as received. It is never later than it need be: without the rule it is
// the day it was sent.
func (m *move) assumed(sent time.Time) time.Time {
	d, err := m.s.Policy.Deadline(string(dispute.CouncilReceipt), []policy.Event{{Kind: policy.Start, At: sent}})
	if err != nil || d.Due.IsZero() {
		return sent
	}
	return d.Due.In(locale.Shanghai)
}

// lengthened is the whole time of a rule after its nth extension.
func (s *Service) lengthened(rule dispute.Rule, nth int) int {
	c, ok := s.Policy.Clock(string(rule), today(s.Now()))
	if !ok || len(c.Extend) == 0 {
		return 0
	}
	return c.Extend[min(max(nth, 1), len(c.Extend))-1].To
}

// events are the new ones as they are kept; legs are the ids of the legs by their number.
func (m *move) events(by Access, legs map[int]string) ([]store.Event, error) {
	var list []store.Event
	for _, k := range m.done[m.fresh:] {
		body, err := json.Marshal(k.record)
		if err != nil {
			return nil, fmt.Errorf("keep an event: %w", err)
		}
		e := store.Event{Event: string(k.event), Actor: string(by.Actor), ActorID: by.id(), State: string(k.state), Body: body}
		if k.leg > 0 {
			e.Leg, e.LegState = legs[k.leg], string(k.to)
		}
		list = append(list, e)
	}
	return list, nil
}

// clockKey is one clock of a case.
type clockKey struct {
	leg  int
	rule dispute.Rule
}

// clocks are those of a case while its events are gone through.
type clocks struct {
	m      *move
	events map[clockKey][]policy.Event // of one that runs; none of one that was stopped
	order  []clockKey                  // in which they first began
}

func (m *move) clocks() *clocks { return &clocks{m: m, events: map[clockKey][]policy.Event{}} }

// take lets an event happen to them.
func (c *clocks) take(k kept) {
	for _, t := range k.record.Ticks {
		key := clockKey{t.Leg, t.Rule}
		if _, known := c.events[key]; !known && (t.Op == dispute.Start || t.Op == dispute.Restart) {
			c.order = append(c.order, key)
		}
		c.m.step(c.events, key, t)
	}
}

// running works out each that runs, the nearest first.
func (c *clocks) running() []Deadline {
	var list []Deadline
	for _, key := range c.order {
		if d, ok := c.m.work(key, c.events[key]); ok {
			list = append(list, d)
		}
	}
	slices.SortStableFunc(list, func(a, b Deadline) int { return a.At().Compare(b.At()) })
	return list
}

// running are the clocks that run after all that has happened.
func (m *move) running() []Deadline {
	c := m.clocks()
	for _, k := range m.done {
		c.take(k)
	}
	return c.running()
}

// step lets one tick happen to the clocks.
func (m *move) step(clocks map[clockKey][]policy.Event, key clockKey, t tick) {
	events := clocks[key]
	runs := len(events) > 0
	switch t.Op {
	case dispute.StopAll:
		for k := range clocks {
			if k.leg == t.Leg && !k.rule.RunsByLaw() {
				clocks[k] = nil
			}
		}
	case dispute.Start:
		clocks[key] = []policy.Event{{Kind: policy.Start, At: t.At}}
	case dispute.Restart:
		if c, ok := m.s.Policy.Clock(string(t.Rule), today(t.At)); runs && !t.Anew && ok && c.Restart != "" {
			clocks[key] = append(events, policy.Event{Kind: policy.Interrupt, At: t.At})
		} else {
			clocks[key] = []policy.Event{{Kind: policy.Start, At: t.At}}
		}
	case dispute.Stop:
		clocks[key] = nil
	case dispute.MayInterrupt: // for a court to say: it changes no date
	default:
		if runs {
			clocks[key] = append(events, policy.Event{Kind: kinds[t.Op], At: t.At, Total: t.Total})
		}
	}
}

var kinds = map[dispute.Op]policy.Kind{
	dispute.Hold: policy.Paused, dispute.Continue: policy.Resumed, dispute.Lengthen: policy.Extend, dispute.Interrupt: policy.Interrupt,
}

// work works out a clock. An event that its rule does not know (the council's file has changed since) is left out rather
// than that she sees no date at all.
func (m *move) work(key clockKey, events []policy.Event) (Deadline, bool) {
	for len(events) > 0 {
		d, err := m.s.Policy.Deadline(string(key.rule), events)
		if err == nil {
			return Deadline{key.leg, began(events), d}, true
		}
		wrong, ok := err.(*policy.EventError) //nolint:errorlint // Policy.Deadline returns it unwrapped
		if !ok || wrong.Index < 0 || events[wrong.Index].Kind == policy.Start {
			m.s.Log.Warn("a clock cannot be worked out", "rule", key.rule, "error", err)
			return Deadline{}, false
		}
		events = slices.Delete(slices.Clone(events), wrong.Index, wrong.Index+1)
	}
	return Deadline{}, false
}

// began is when the run of a clock began that counts.
func began(events []policy.Event) time.Time {
	var at time.Time
	for _, e := range events {
		if e.Kind == policy.Start || e.Kind == policy.Interrupt && e.At.After(at) {
			at = e.At
		}
	}
	return at
}

// deadlines are the days on which something is due, for who sweeps them.
func (m *move) deadlines(legs map[int]string) []store.Deadline {
	var list []store.Deadline
	for _, d := range m.running() {
		if !d.Due.IsZero() {
			row := store.Deadline{Leg: legs[d.Leg], Clock: d.Clock.ID, StartedAt: d.Began, DueAt: d.At()}
			if m.reminds(d) {
				row.RemindAt = d.next(m.now)
			}
			list = append(list, row)
		}
	}
	return list
}

func (a Access) id() string {
	if a.Party != "" {
		return a.Party
	}
	return a.ActorID
}
