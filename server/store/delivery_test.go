package store_test

import (
	"sync"
	"testing"
	"time"

	"anxin/server/store"
	"anxin/server/store/storetest"
)

// tell writes deliveries for the party of a dispute.
func tell(t *testing.T, db *storetest.DB, r store.Receipt, list ...store.Delivery) {
	t.Helper()
	d, err := db.Dispute(t.Context(), r.ID)
	if err != nil {
		t.Fatal(err)
	}
	for i := range list {
		if list[i].Party == "" {
			list[i].Party = d.Parties[0].ID
		}
	}
	if _, err := db.Say(t.Context(), store.Message{Dispute: r.ID, Author: "officer", Audience: "party", Body: []byte("x")}, list...); err != nil {
		t.Fatal(err)
	}
}

const lease = 2 * time.Minute

func mail(notice string) store.Delivery { return store.Delivery{Notice: notice, Channel: "email"} }

// take takes what is due until nothing is, and counts it.
func take(t *testing.T, db *store.Store) []store.Waiting {
	t.Helper()
	var list []store.Waiting
	for {
		w, err := db.TakeDelivery(t.Context(), "email", lease)
		if store.NotFound(err) {
			return list
		}
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, w)
	}
}

func TestDeliveryTakenByLease(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		sub, r := submit(t, db, "a key", number)
		tell(t, db, r, store.Delivery{Notice: "progress", Channel: "email", Body: []byte("her old contact")}, store.Delivery{Notice: "later", Channel: "email", At: db.Clock.Now().Add(time.Hour)},
			store.Delivery{Notice: "progress", Channel: "call"})
		got := take(t, db.Store)
		if len(got) != 1 || got[0].Notice != "progress" || got[0].Tries != 1 || string(got[0].Body) != "her old contact" || string(got[0].PartyBody) != string(sub.Parties[0].Body) ||
			got[0].Dispute != r.ID || got[0].Role != "complainant" {
			t.Fatalf("took %+v", got)
		}
		if again := take(t, db.Store); len(again) != 0 {
			t.Errorf("taken twice: %+v", again)
		}
		// Whoever took it dies: with its lease it comes back, and the dead one's late word changes nothing for the next.
		db.Clock.Move(lease)
		second := take(t, db.Store)
		if len(second) != 1 || second[0].ID != got[0].ID || second[0].Tries != 2 {
			t.Fatalf("after the lease: %+v", second)
		}
		if err := db.DeferDelivery(t.Context(), got[0], db.Clock.Now(), "late"); err != nil {
			t.Fatal(err)
		}
		if err := db.BuryDelivery(t.Context(), got[0], "late", []store.Delivery{{Party: got[0].Party, Notice: "progress", Channel: "instead"}}); err != nil {
			t.Fatal(err)
		}
		if again := take(t, db.Store); len(again) != 0 {
			t.Errorf("who had lost the lease gave it away: %+v", again)
		}
		if err := db.DeferDelivery(t.Context(), second[0], db.Clock.Now().Add(time.Minute), "451"); err != nil {
			t.Fatal(err)
		}
		if again := take(t, db.Store); len(again) != 0 {
			t.Errorf("before its time: %+v", again)
		}
		db.Clock.Move(time.Minute)
		third := take(t, db.Store)
		if len(third) != 1 || third[0].Tries != 3 {
			t.Fatalf("at its time: %+v", third)
		}
		if err := db.Delivered(t.Context(), third[0].ID); err != nil {
			t.Fatal(err)
		}
		db.Clock.Move(2 * time.Hour)
		if rest := take(t, db.Store); len(rest) != 1 || rest[0].Notice != "later" {
			t.Errorf("what was delivered came back: %+v", rest)
		}
		sound(t, db.Store)
	})
}

// Two that look for work at once, each with a handle of its own, take each row once.
func TestTwoTakeEachOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		_, r := submit(t, db, "a key", number)
		const n = 24
		var list []store.Delivery
		for range n {
			list = append(list, mail("progress"))
		}
		tell(t, db, r, list...)
		workers := []*store.Store{db.Store}
		if db.Options.URL != "" {
			other, err := store.Open(t.Context(), db.Options)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(other.Close)
			workers = append(workers, other)
		} else {
			workers = append(workers, db.Store) // one process has SQLite's file
		}
		var mu sync.Mutex
		times := map[string]int{}
		var group sync.WaitGroup
		for _, w := range workers {
			for range 2 {
				group.Go(func() {
					for {
						d, err := w.TakeDelivery(t.Context(), "email", lease)
						if store.NotFound(err) {
							return
						}
						if err == nil {
							err = w.Delivered(t.Context(), d.ID)
						}
						if err != nil {
							t.Error(err)
							return
						}
						mu.Lock()
						times[d.ID]++
						mu.Unlock()
					}
				})
			}
		}
		group.Wait()
		if len(times) != n {
			t.Errorf("%d of %d were taken", len(times), n)
		}
		for id, k := range times {
			if k != 1 {
				t.Errorf("%s was taken %d times", id, k)
			}
		}
	})
}

func TestDeliveryAbsorbed(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		_, r := submit(t, db, "a key", number)
		_, other := submit(t, db, "another key", "77")
		before := rows(t, db.Store)["deliveries"]
		d := store.Delivery{Notice: "progress", Channel: "email", Absorbed: []string{"progress"}, Within: time.Hour}
		added := func() int { return rows(t, db.Store)["deliveries"] - before }
		steps := []struct {
			name string
			do   func()
			want int
		}{
			{"the first", func() { tell(t, db, r, d) }, 1},
			{"the same soon after", func() { db.Clock.Move(59 * time.Minute); tell(t, db, r, d) }, 1},
			{"twice in one change", func() { tell(t, db, r, d, d) }, 1},
			{"another case", func() { tell(t, db, other, d) }, 2},
			{"another notice", func() { tell(t, db, r, store.Delivery{Notice: "asked", Channel: "email", Absorbed: []string{"asked"}}) }, 3},
			{"one that no other tells", func() { tell(t, db, r, mail("progress")) }, 4},
			{"an hour later", func() { db.Clock.Move(2 * time.Hour); tell(t, db, r, d) }, 5},
			{"while they are being sent", func() { take(t, db.Store); tell(t, db, r, d) }, 6},
		}
		for _, s := range steps {
			s.do()
			if added() != s.want {
				t.Fatalf("%s: %d stand there, want %d", s.name, added(), s.want)
			}
		}
	})
}

func TestDeadDeliveries(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		_, r := submit(t, db, "a key", number)
		tell(t, db, r, mail("progress"))
		w := take(t, db.Store)[0]
		if err := db.BuryDelivery(t.Context(), w, "refused_address", []store.Delivery{{Party: w.Party, Notice: "progress", Channel: "call"}}); err != nil {
			t.Fatal(err)
		}
		list, err := db.DeadDeliveries(t.Context(), "email", 10)
		if err != nil || len(list) != 1 || list[0].ID != w.ID || list[0].Failure != "refused_address" || list[0].Tries != 1 || !list[0].DeadAt.Equal(db.Clock.Now().Truncate(time.Microsecond)) {
			t.Fatalf("dead are %+v, %v", list, err)
		}
		hand, err := db.ByHand(t.Context(), "staff-1", 10, "call", "post")
		if err != nil || len(hand) != 1 || hand[0].Notice != "progress" || len(hand[0].PartyBody) == 0 {
			t.Fatalf("instead there is %+v, %v", hand, err)
		}
		if err := db.Resend(t.Context(), hand[0].ID, "email", "sysadmin", "staff-1"); !store.NotFound(err) {
			t.Errorf("a call is sent again: %v", err)
		}
		if err := db.Resend(t.Context(), w.ID, "email", "sysadmin", "staff-1"); err != nil {
			t.Fatal(err)
		}
		if err := db.Resend(t.Context(), w.ID, "email", "sysadmin", "staff-1"); !store.NotFound(err) {
			t.Errorf("twice: %v", err)
		}
		entries, err := db.Audit(t.Context(), r.ID)
		if err != nil || entries[len(entries)-1].Action != "resent" || entries[len(entries)-1].ActorID != "staff-1" {
			t.Errorf("the audit does not say so: %v", err)
		}
		again := take(t, db.Store)
		if len(again) != 1 || again[0].ID != w.ID || again[0].Tries != 1 {
			t.Errorf("sent again: %+v", again)
		}
		sound(t, db.Store)
	})
}

func TestByHand(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		_, r := submit(t, db, "a key", number)
		tell(t, db, r, store.Delivery{Notice: "progress", Channel: "call"})
		hand, err := db.ByHand(t.Context(), "staff-1", 10, "call")
		if err != nil || len(hand) != 1 {
			t.Fatal(hand, err)
		}
		w, err := db.Hand(t.Context(), hand[0].ID)
		if err != nil || w.ID != hand[0].ID || len(w.PartyBody) == 0 {
			t.Fatal(w, err)
		}
		next := db.Clock.Now().Add(3 * time.Hour)
		by := store.Handled{Outcome: "no_answer", Next: next, Actor: "officer", ActorID: "staff-2"}
		if err := db.Handle(t.Context(), w, by); err != nil {
			t.Fatal(err)
		}
		if err := db.Handle(t.Context(), w, by); !store.NotFound(err) {
			t.Errorf("another officer who saw the same: %v", err)
		}
		w, err = db.Hand(t.Context(), w.ID)
		if err != nil || w.Outcome != "no_answer" || w.Tries != 1 || !w.At.Equal(next.Truncate(time.Microsecond)) {
			t.Fatalf("%+v, %v", w, err)
		}
		wrong := store.Handled{Outcome: "wrong_number", Actor: "officer", ActorID: "staff-2", Instead: []store.Delivery{{Party: w.Party, Notice: "progress", Channel: "post"}}}
		if err := db.Handle(t.Context(), w, wrong); err != nil {
			t.Fatal(err)
		}
		if _, err := db.Hand(t.Context(), w.ID); !store.NotFound(err) {
			t.Errorf("given up and still there: %v", err)
		}
		if hand, err = db.ByHand(t.Context(), "staff-1", 10, "call", "post"); err != nil || len(hand) != 1 || hand[0].Channel != "post" {
			t.Fatal(hand, err)
		}
		if err := db.Handle(t.Context(), hand[0], store.Handled{Outcome: "reached", Delivered: true, Actor: "officer", ActorID: "staff-2"}); err != nil {
			t.Fatal(err)
		}
		if hand, err = db.ByHand(t.Context(), "staff-1", 10, "call", "post"); err != nil || len(hand) != 0 {
			t.Errorf("told, and still waiting: %v, %v", hand, err)
		}
		entries, err := db.Audit(t.Context(), r.ID)
		calls := 0
		for _, e := range entries {
			if e.Action == "called" && e.ActorID == "staff-2" {
				calls++
			}
		}
		if err != nil || calls != 3 {
			t.Errorf("the audit has %d calls, %v", calls, err)
		}
		sound(t, db.Store)
	})
}

func TestInbox(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		sub, r := submit(t, db, "a key", number)
		her := sub.Parties[0].ID
		tell(t, db, r, store.Delivery{Notice: "progress", Channel: "box", Body: []byte("one"), Done: true}, mail("progress"))
		db.Clock.Move(time.Minute)
		tell(t, db, r, store.Delivery{Notice: "asked", Channel: "box", Body: []byte("two"), Done: true}, store.Delivery{Notice: "own", Channel: "box", Done: true, Read: true, Party: her})
		list, err := db.Inbox(t.Context(), r.ID, her, "box")
		if err != nil || len(list) != 3 || string(list[2].Body) != "one" || !list[2].ReadAt.IsZero() {
			t.Fatalf("%+v, %v", list, err)
		}
		if _, err := db.TakeDelivery(t.Context(), "box", lease); !store.NotFound(err) {
			t.Errorf("what lies in the inbox is to be sent: %v", err)
		}
		if err := db.ReadInbox(t.Context(), r.ID, "somebody else", []string{list[2].ID}); err != nil {
			t.Fatal(err)
		}
		if err := db.ReadInbox(t.Context(), r.ID, her, []string{list[2].ID}); err != nil {
			t.Fatal(err)
		}
		after, err := db.Inbox(t.Context(), r.ID, her, "box")
		if err != nil {
			t.Fatal(err)
		}
		unread := map[string]bool{}
		for _, n := range after {
			unread[n.Notice] = n.ReadAt.IsZero()
		}
		if unread["progress"] || !unread["asked"] || unread["own"] {
			t.Errorf("unread are %v", unread)
		}
	})
}
