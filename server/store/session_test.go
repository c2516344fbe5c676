package store_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"anxin/server/fault"
	"anxin/server/store"
	"anxin/server/store/storetest"
)

const (
	idle    = 30 * time.Minute
	longest = 2 * time.Hour
)

func TestSession(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		sub, r := submit(t, db, "a key", number)
		want := store.Access{Dispute: r.ID, Party: sub.Parties[0].ID}
		began := db.Clock.Now().UTC().Truncate(time.Microsecond)
		token, until, err := db.StartSession(t.Context(), want, idle, longest)
		if err != nil || len(token) < 26 || !until.Equal(began.Add(idle)) {
			t.Fatal(len(token), until, err)
		}
		db.Reopen(t)
		// Each step is since the one before; ends is since she came in.
		for _, c := range []struct {
			after, ends time.Duration
			what        string
		}{
			{0, 30 * time.Minute, "at once"},
			{59 * time.Second, 30 * time.Minute, "within a minute: it is not written"},
			{time.Second, 31 * time.Minute, "a minute later"},
			{29 * time.Minute, 60 * time.Minute, "just in time"},
			{29 * time.Minute, 89 * time.Minute, "again"},
			{29 * time.Minute, 118 * time.Minute, "and again"},
			{29 * time.Minute, 120 * time.Minute, "almost as long as she may"},
		} {
			db.Clock.Move(c.after)
			got, until, err := db.Session(t.Context(), token, idle, longest)
			if got != want || !until.Equal(began.Add(c.ends)) || err != nil {
				t.Errorf("%s: %v until %v, %v", c.what, got, until.Sub(began), err)
			}
		}
		db.Clock.Move(3 * time.Minute)
		over(t, db, "the longest time is over", token)
		for name, token := range map[string]string{"another": token + "A", "none": "", "in small letters": "a" + token[1:]} {
			over(t, db, name, token)
		}
		if n := rows(t, db.Store)["sessions"]; n != 1 {
			t.Errorf("%d sessions are kept", n)
		}
		if err := db.ForgetSessions(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := rows(t, db.Store)["sessions"]; n != 0 {
			t.Errorf("%d sessions are left", n)
		}
	})
}

func over(t *testing.T, db *storetest.DB, what, token string) {
	t.Helper()
	if a, until, err := db.Session(t.Context(), token, idle, longest); fault.From(err).Kind != fault.Unauthorized || a != (store.Access{}) || !until.IsZero() {
		t.Errorf("%s: %v, %v, %v", what, a, until, err)
	}
}

func TestSessionEnds(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		start := func(a store.Access) string {
			token, _, err := db.StartSession(t.Context(), a, idle, longest)
			if err != nil {
				t.Fatal(err)
			}
			db.Clock.Move(time.Second)
			return token
		}
		live := func(what, token string) {
			t.Helper()
			if _, _, err := db.Session(t.Context(), token, idle, longest); err != nil {
				t.Errorf("%s: %v", what, err)
			}
		}
		sub, r := submit(t, db, "a key", number)
		her := store.Access{Dispute: r.ID, Party: sub.Parties[0].ID}
		sub, r = submit(t, db, "another key", "77")
		elsewhere := store.Access{Dispute: r.ID, Party: sub.Parties[0].ID}
		other := start(elsewhere)
		one, two := start(her), start(her)
		if err := db.EndSession(t.Context(), one); err != nil {
			t.Fatal(err)
		}
		over(t, db, "she signed out", one)
		live("on her other telephone", two)
		if err := db.EndSessions(t.Context(), her.Dispute); err != nil {
			t.Fatal(err)
		}
		over(t, db, "all were ended", two)
		live("of another dispute", other)
		idler := start(her)
		db.Clock.Move(idle)
		over(t, db, "idle too long", idler)
		// The oldest makes room for the newest.
		var tokens []string
		for range 21 {
			tokens = append(tokens, start(her))
		}
		over(t, db, "the oldest of 21", tokens[0])
		for i, token := range tokens[1:] {
			live(fmt.Sprint(i+1), token)
		}
	})
}

// However many come in at once, no more than may stay.
func TestSessionsAtOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		sub, r := submit(t, db, "a key", number)
		var wg sync.WaitGroup
		for range 40 {
			wg.Go(func() {
				if _, _, err := db.StartSession(t.Context(), store.Access{Dispute: r.ID, Party: sub.Parties[0].ID}, idle, longest); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if n := rows(t, db.Store)["sessions"]; n != 20 {
			t.Errorf("%d sessions", n)
		}
	})
}
