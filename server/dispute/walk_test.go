package dispute

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sort"
	"strings"
	"testing"
)

// world is a case with the clocks that run, as a caller would keep them.
type world struct {
	c      Case
	clocks map[clockID]clockState
}

type clockID struct {
	leg  int
	rule Rule
}

type clockState int

const (
	running clockState = iota
	held
	fired // its time ran out, and nothing stopped it
)

func begin(claim Claim, helper, child bool) world {
	c, effects := New(claim, helper, child)
	w := world{c: c, clocks: map[clockID]clockState{}}
	w.tick(effects)
	return w
}

func (w world) tick(effects []Effect) {
	for _, e := range effects {
		for _, tick := range e.Clocks {
			id := clockID{e.Leg, tick.Rule}
			switch tick.On {
			case Whole:
				id.leg = 0
			case Earlier:
				l, _ := w.c.Leg(e.Leg)
				id.leg = l.Of
			}
			state, runs := w.clocks[id]
			switch tick.Op {
			case Start, Restart:
				w.clocks[id] = running
			case Stop:
				delete(w.clocks, id)
			case Hold:
				if runs && state == running {
					w.clocks[id] = held
				}
			case Continue:
				if runs && state == held {
					w.clocks[id] = running
				}
			case StopAll:
				for other := range w.clocks {
					if other.leg == id.leg && !other.rule.RunsByLaw() {
						delete(w.clocks, other)
					}
				}
			}
		}
	}
}

// do lets something happen; the world it came from stays as it was.
func (w world) do(leg int, e Event, by Actor, facts ...Fact) (world, []Effect, error) {
	c, effects, err := Apply(w.c, leg, e, by, facts...)
	if err != nil {
		return w, nil, err
	}
	next := world{c: c, clocks: map[clockID]clockState{}}
	for id, s := range w.clocks {
		next.clocks[id] = s
	}
	next.tick(effects)
	return next, effects, nil
}

// due lets a clock run out, as the sweeper does.
func (w world) due(id clockID, facts ...Fact) (world, []Effect, error) {
	event, ok := Expiry(w.c, id.leg, id.rule)
	if !ok {
		w = w.marked(id)
		return w, nil, nil
	}
	return w.marked(id).do(id.leg, event, Timer, facts...)
}

func (w world) marked(id clockID) world {
	next := world{c: w.c, clocks: map[clockID]clockState{}}
	for other, s := range w.clocks {
		next.clocks[other] = s
	}
	next.clocks[id] = fired
	return next
}

// ticking are the clocks that can run out, in a fixed order.
func (w world) ticking() []clockID {
	var ids []clockID
	for id, s := range w.clocks {
		if s == running {
			ids = append(ids, id)
		}
	}
	sort.Slice(ids, func(i, j int) bool {
		return ids[i].leg < ids[j].leg || ids[i].leg == ids[j].leg && ids[i].rule < ids[j].rule
	})
	return ids
}

// String tells two worlds apart, as far as it matters for what may come.
func (w world) String() string {
	var b strings.Builder
	c := w.c
	fmt.Fprint(&b, c.State, c.Claim, c.Helper, c.Confirmed, c.Child, c.Contested)
	for _, l := range c.Legs {
		if Legs.Standing(l.State) == Final {
			l = Leg{ID: l.ID, Channel: l.Channel, State: l.State, Of: l.Of}
		}
		fmt.Fprint(&b, "; ", l)
	}
	ids := make([]string, 0, len(w.clocks))
	for id, s := range w.clocks {
		if id.leg > 0 || !id.rule.RunsByLaw() {
			ids = append(ids, fmt.Sprintf("%d:%s:%d", id.leg, id.rule, s))
		}
	}
	sort.Strings(ids)
	fmt.Fprint(&b, ids)
	return b.String()
}

// passing are the facts that only let something pass.
var passing = slices.DeleteFunc(slices.Clone(Facts), func(f Fact) bool {
	return slices.Contains(Outcomes, f) || f == Reminded || f == InPart || f == FromBranch || f == UnderOrder3 || f == FirmReads
})

// telling are the facts that change where an event leads; all others only let it pass.
func telling(e Event) [][]Fact {
	with := func(more ...Fact) []Fact { return append(slices.Clip(passing), more...) }
	switch e {
	case ChooseInstitution:
		return [][]Fact{with(), with(UnderOrder3)}
	case Answer, LateAnswer:
		return [][]Fact{with(ReliefOffered), with(ReliefOffered, FromBranch), with(ClaimDismissed), with(ClaimDismissed, FromBranch)}
	case AddFacts:
		return [][]Fact{with(), with(FirmReads)}
	case AcceptAnswer:
		return [][]Fact{with(), with(InPart)}
	case InfoLapse, NextLapse:
		return [][]Fact{with(), with(Reminded)}
	}
	return [][]Fact{with()}
}

// sound is what holds of every case that can come about.
func sound(w world) error {
	if moving := Disputes.Standing(w.c.State) == Moving; !moving && w.c.Active() {
		return errors.New("it is closed, and a leg is under way")
	}
	if (w.c.State == InChannel) != w.c.Active() {
		return errors.New("it is in a channel just when a leg is under way")
	}
	for i, l := range w.c.Legs {
		if _, ok := Legs.Place(l.State); !ok || l.ID != i+1 {
			return fmt.Errorf("leg %d stands in %q", l.ID, l.State)
		}
	}
	for id := range w.clocks {
		l, _ := w.c.Leg(id.leg)
		rests := id.leg > 0 && Legs.Standing(l.State) != Moving || id.leg == 0 && Disputes.Standing(w.c.State) != Moving
		if rests && !id.rule.RunsByLaw() {
			return fmt.Errorf("clock %v runs where nobody is waited for", id)
		}
	}
	if Disputes.Standing(w.c.State) != Moving {
		return nil
	}
	if !silenceMoves(w, 0) && w.c.State != InChannel {
		return errors.New("silence would leave the dispute where it is for ever")
	}
	for _, l := range w.c.Legs {
		// While the firm's clock is held, the council asks: that is a clock, too.
		if Legs.Standing(l.State) == Moving && !silenceMoves(w, l.ID) {
			return fmt.Errorf("silence would leave leg %d where it is for ever", l.ID)
		}
	}
	return nil
}

func silenceMoves(w world, leg int) bool {
	for _, id := range w.ticking() {
		if id.leg != leg {
			continue
		}
		if _, ok := Expiry(w.c, leg, id.rule); ok {
			if _, effects, err := w.due(id); err == nil && len(effects) > 0 {
				return true
			}
		}
	}
	return false
}

// steps are all ways on from a world.
func (w world) steps(visit func(leg int, e Event, by Actor, next world, effects []Effect)) error {
	for leg := 0; leg <= len(w.c.Legs); leg++ {
		for _, by := range Actors[:4] {
			for _, r := range Options(w.c, leg, by) {
				for _, facts := range telling(r.Event) {
					next, effects, err := w.do(leg, r.Event, by, facts...)
					if refused, ok := errors.AsType[*RefusedError](err); ok {
						if refused.Why != NotYet || refused.Guard.Needs != nil {
							return fmt.Errorf("%s by %s with every fact: %w", r.Event, by, err)
						}
						continue
					}
					if err != nil {
						return fmt.Errorf("%s by %s: %w", r.Event, by, err)
					}
					visit(leg, r.Event, by, next, effects)
				}
			}
		}
	}
	for _, id := range w.ticking() {
		if _, follows := Expiry(w.c, id.leg, id.rule); !follows {
			continue
		}
		for _, facts := range [][]Fact{nil, {Reminded}} {
			next, effects, err := w.due(id, facts...)
			if err != nil {
				return fmt.Errorf("%v runs out: %w", id, err)
			}
			event := Event("")
			if len(effects) > 0 {
				event = effects[0].Event
			}
			visit(id.leg, event, Timer, next, effects)
		}
	}
	return nil
}

// Every case of one leg that can come about is looked at, and many of more: none waits for nobody, and every row of both
// tables happens from every state it begins in.
func TestEveryCaseThereCanBe(t *testing.T) {
	t.Parallel()
	happened := map[string]bool{}
	note := func(effects []Effect) {
		for _, e := range effects {
			happened[fmt.Sprint(e.Leg > 0, e.From, e.Event, e.To)] = true
		}
	}
	seen := map[string]bool{}
	queue := []world{begin(OrdinaryClaim, false, false), begin(LifeInsurance, true, true)}
	for len(queue) > 0 {
		w := queue[0]
		queue = queue[1:]
		if seen[w.String()] {
			continue
		}
		seen[w.String()] = true
		if err := sound(w); err != nil {
			t.Fatalf("%v\n%s", err, w)
		}
		err := w.steps(func(_ int, _ Event, _ Actor, next world, effects []Effect) {
			note(effects)
			if len(next.c.Legs) <= 1 {
				queue = append(queue, next)
			}
		})
		if err != nil {
			t.Fatalf("%v\n%s", err, w)
		}
	}
	for seed := range uint64(60) {
		w := wander(t, rand.New(rand.NewPCG(seed, 0)), 80, note)
		if err := sound(w); err != nil {
			t.Fatalf("seed %d: %v\n%s", seed, err, w)
		}
	}
	for _, table := range []*Table{Disputes, Legs} {
		for _, r := range table.Rows {
			for _, s := range r.From {
				if !happened[fmt.Sprint(table == Legs, s, r.Event, r.Target(s))] {
					t.Errorf("%s: %s from %q to %s never happens", table.Name, r.Event, s, r.Target(s))
				}
			}
		}
	}
}

// Silence alone, of everybody, ends in a closed case or with the council, which is then late again and again and says so.
func TestSilenceLeadsOn(t *testing.T) {
	t.Parallel()
	for seed := range uint64(40) {
		random := rand.New(rand.NewPCG(seed, 1))
		w := wander(t, random, 30, func([]Effect) {})
		for range 40 {
			ids := slices.DeleteFunc(w.ticking(), func(id clockID) bool { _, ok := Expiry(w.c, id.leg, id.rule); return !ok })
			if len(ids) == 0 {
				break
			}
			next, _, err := w.due(ids[random.IntN(len(ids))], Reminded)
			if err != nil {
				t.Fatalf("seed %d: %v\n%s", seed, err, w)
			}
			w = next
		}
		if Disputes.Standing(w.c.State) != Moving || ownedByCouncil(w.c) {
			continue
		}
		t.Errorf("seed %d: silence leaves it here:\n%s", seed, w)
	}
}

// ownedByCouncil tells whether the council has to move. A pause is the firm's, and the council asks after it.
func ownedByCouncil(c Case) bool {
	if p, _ := Disputes.Place(c.State); p.Owner == Officer {
		return true
	}
	return slices.ContainsFunc(c.Legs, func(l Leg) bool {
		p, _ := Legs.Place(l.State)
		return p.Standing == Moving && (p.Owner == Officer || l.State == Paused)
	})
}

// Anything at all may be tried by anybody with any facts: what is refused changes nothing, what is done follows the table.
func TestAnythingMayBeTried(t *testing.T) {
	t.Parallel()
	events := append(Disputes.Events(), Legs.Events()...)
	for seed := range uint64(30) {
		random := rand.New(rand.NewPCG(seed, 2))
		w := wander(t, random, random.IntN(40), func([]Effect) {})
		for range 60 {
			leg, event := random.IntN(len(w.c.Legs)+2), events[random.IntN(len(events))]
			by := append(Actors, Machine)[random.IntN(len(Actors)+1)]
			var facts []Fact
			for _, f := range Facts {
				if random.IntN(3) > 0 {
					facts = append(facts, f)
				}
			}
			next, effects, err := w.do(leg, event, by, facts...)
			if err != nil {
				if _, ok := errors.AsType[*RefusedError](err); !ok || next.String() != w.String() || next.c.Version != w.c.Version {
					t.Fatalf("seed %d: %s by %s: %v\n%s", seed, event, by, err, w)
				}
				continue
			}
			if by == Machine || next.c.Version != w.c.Version+1 {
				t.Fatalf("seed %d: %s by %s made version %d of %d", seed, event, by, next.c.Version, w.c.Version)
			}
			if closed := Disputes.Standing(w.c.State) != Moving; closed && (event != Reopen && event != Appeal || by == Timer || by == Handler) {
				t.Fatalf("seed %d: %s by %s moved a case that was %s", seed, event, by, w.c.State)
			}
			for _, e := range effects {
				if e.Leg > 0 && Legs.Standing(e.From) == Final && e.From != None {
					t.Fatalf("seed %d: %s moved a leg that was %s", seed, event, e.From)
				}
			}
			if by != Timer { // a timer that nobody set is not silence
				if err := sound(next); err != nil {
					t.Fatalf("seed %d: %s: %v\n%s", seed, event, err, next)
				}
				w = next
			}
		}
	}
}

// wander takes a number of random steps that the tables allow: rather those of legs than of the dispute, and rather none
// that ends the case.
func wander(t *testing.T, random *rand.Rand, steps int, note func([]Effect)) world {
	t.Helper()
	claims := []Claim{OrdinaryClaim, LifeInsurance, OtherInsurance}
	w := begin(claims[random.IntN(3)], random.IntN(3) == 0, random.IntN(5) == 0)
	if random.IntN(3) == 0 {
		w = underReview(t)
	}
	for range steps {
		var ofLegs, ways, ends []world
		err := w.steps(func(leg int, event Event, _ Actor, next world, effects []Effect) {
			note(effects)
			switch standing := Disputes.Standing(next.c.State); {
			case len(next.c.Legs) > 4 || standing == Final:
			case standing == Resting:
				ends = append(ends, next)
			case leg > 0 || event == ChooseInstitution:
				ofLegs = append(ofLegs, next)
			default:
				ways = append(ways, next)
			}
		})
		if err != nil {
			t.Fatalf("%v\n%s", err, w)
		}
		if len(ofLegs) > 0 && random.IntN(5) > 0 {
			ways = ofLegs
		}
		if len(ways) == 0 || len(ends) > 0 && random.IntN(20) == 0 {
			ways = ends
		}
		if len(ways) == 0 {
			break
		}
		w = ways[random.IntN(len(ways))]
		if err := sound(w); err != nil {
			t.Fatalf("%v\n%s", err, w)
		}
	}
	return w
}

// underReview is a case with two legs: a branch answered, and its higher office is asked.
func underReview(t *testing.T) world {
	t.Helper()
	w := begin(OrdinaryClaim, false, false)
	for _, step := range []struct {
		leg   int
		event Event
		by    Actor
	}{
		{0, Submit, Citizen},
		{0, Accept, Officer},
		{0, ChooseInstitution, Citizen},
		{1, GiveConsent, Citizen},
		{1, HandOver, Officer},
		{1, Answer, Handler},
		{1, RequestReview, Citizen},
	} {
		facts := slices.DeleteFunc(slices.Clone(Facts), func(f Fact) bool { return f != ReliefOffered && slices.Contains(Outcomes, f) })
		next, _, err := w.do(step.leg, step.event, step.by, facts...)
		if err != nil {
			t.Fatal(err)
		}
		w = next
	}
	return w
}
