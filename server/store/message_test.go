package store_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"anxin/server/store"
	"anxin/server/store/storetest"
)

func say(t testing.TB, db *storetest.DB, m store.Message) string {
	t.Helper()
	id, err := db.Say(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestMessages(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		sub, r := submit(t, db, "a key", number)
		_, other := submit(t, db, "another key", "77")
		at := db.Clock.Now().UTC().Truncate(time.Microsecond)
		want := []store.Message{
			{Dispute: r.ID, Author: "citizen", AuthorID: sub.Parties[0].ID, Audience: "council", Body: []byte("请问到哪一步了？")},
			{Dispute: r.ID, Author: "helper", Audience: "council", Body: []byte("她听不清电话")},
			{Dispute: r.ID, Leg: sub.Legs[0].ID, Author: "officer", AuthorID: "officer-1", Audience: "party", Body: []byte("已经交给银行")},
			{Dispute: r.ID, Author: "citizen", Audience: "council", Body: []byte("谢谢")},
		}
		for i := range want { // all in one moment: their order is the one in which they were written
			want[i].ID = say(t, db, want[i])
			want[i].Seq, want[i].SentAt = int64(i+1), at
		}
		say(t, db, store.Message{Dispute: other.ID, Author: "citizen", Audience: "council", Body: []byte("x")})
		db.Clock.Move(time.Hour)
		for range 2 { // the second time changes nothing
			if err := db.MarkRead(t.Context(), r.ID, store.ToParty); err != nil {
				t.Fatal(err)
			}
			want[2].ReadAt = at.Add(time.Hour)
			got, err := db.Messages(t.Context(), r.ID, store.ToCouncil, store.ToParty)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			db.Clock.Move(time.Hour)
		}
		if err := db.MarkRead(t.Context(), r.ID, store.ToCouncil); err != nil {
			t.Fatal(err)
		}
		got, err := db.Messages(t.Context(), r.ID, store.ToCouncil, store.ToParty)
		if err != nil || len(got) != 4 || got[0].ReadAt.IsZero() || got[1].ReadAt.IsZero() || !got[2].ReadAt.Equal(at.Add(time.Hour)) {
			t.Errorf("read by an officer: %+v, %v", got, err)
		}
		if got, err := db.Messages(t.Context(), other.ID, store.ToCouncil); err != nil || len(got) != 1 || !got[0].ReadAt.IsZero() {
			t.Errorf("of another dispute: %+v, %v", got, err)
		}
		if _, err := db.Say(t.Context(), store.Message{Dispute: "none", Author: "citizen"}); !store.NotFound(err) {
			t.Errorf("to no dispute: %v", err)
		}
		entries, err := db.Audit(t.Context(), r.ID)
		if err != nil {
			t.Fatal(err)
		}
		last := entries[len(entries)-2]
		if diff := cmp.Diff(store.AuditEntry{
			Seq: 8, At: at, Actor: "officer", ActorID: "officer-1", Action: "said", Subject: "message " + want[2].ID,
		}, last); diff != "" {
			t.Error(diff)
		}
		sound(t, db.Store)
	})
}

// A dispute holds so many messages, however many are written at once.
func TestMessagesAreBounded(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		_, r := submit(t, db, "a key", number)
		m := store.Message{Dispute: r.ID, Author: "citizen", Audience: "council", Body: []byte("x")}
		if err := db.Write(t.Context(), func(tx *store.Tx) error { return store.SayOften(tx, m, 495) }); err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		refused := make(chan struct{}, 8)
		for range 8 {
			wg.Go(func() {
				if _, err := db.Say(t.Context(), m); errors.Is(err, store.ErrTooMany) {
					refused <- struct{}{}
				} else if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if n := rows(t, db.Store)["messages"]; n != 500 || len(refused) != 3 {
			t.Errorf("%d are kept, %d were refused", n, len(refused))
		}
		sound(t, db.Store) // one that was refused left no entry
	})
}

func TestAudit(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		sub, r := submit(t, db, "a key", number)
		db.Clock.Move(time.Hour)
		if err := db.AuditAccess(t.Context(), r.ID, "officer", "officer-1", "read"); err != nil {
			t.Fatal(err)
		}
		got, err := db.Audit(t.Context(), r.ID)
		if err != nil {
			t.Fatal(err)
		}
		at, her := r.SubmittedAt, sub.Parties[0].ID
		consents, err := db.Consents(t.Context(), r.ID)
		if err != nil || len(consents) != 1 {
			t.Fatal(consents, err)
		}
		wantConsent := sub.Consents[0]
		wantConsent.ID, wantConsent.GivenAt = consents[0].ID, at
		if diff := cmp.Diff(wantConsent, consents[0]); diff != "" {
			t.Error(diff)
		}
		want := []store.AuditEntry{
			{Action: "filed", Subject: "dispute"},
			{Action: "added", Subject: "party " + her},
			{Action: "consented", Subject: "consent " + consents[0].ID},
			{Action: "submit", Subject: "event 1"},
			{Action: "plan", Subject: "event 2"},
			{Actor: "officer", ActorID: "officer-1", Action: "read", At: at.Add(time.Hour)},
		}
		for i := range want {
			want[i].Seq = int64(i + 1)
			if i < 5 {
				want[i].Actor, want[i].ActorID, want[i].At = "citizen", her, at
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		if _, err := db.Audit(t.Context(), "none"); !store.NotFound(err) {
			t.Errorf("of no dispute: %v", err)
		}
	})
}

// Whoever repeats a filing is answered without anything being hashed or written.
func TestFiled(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		sub, want := submit(t, db, "a key", number)
		want.Replayed = true
		for name, find := range map[string]func() (store.Receipt, error){
			"whatever it was": func() (store.Receipt, error) { return db.Filed(t.Context(), "a key") },
			"as it was":       func() (store.Receipt, error) { return db.FiledAs(t.Context(), "a key", sub.Content) },
		} {
			got, err := find()
			if err != nil {
				t.Fatal(name, err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
		}
		if r, err := db.FiledAs(t.Context(), "a key", "something else"); !errors.Is(err, store.ErrOtherContent) || r != (store.Receipt{}) {
			t.Errorf("something else: %+v, %v", r, err)
		}
		if _, err := db.Filed(t.Context(), "b key"); !store.NotFound(err) {
			t.Errorf("nothing: %v", err)
		}
		if _, err := db.FiledAs(t.Context(), "b key", sub.Content); !store.NotFound(err) {
			t.Errorf("nothing under this key: %v", err)
		}
	})
}

func TestChangeParty(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		sub, r := submit(t, db, "a key", number)
		_, other := submit(t, db, "another key", "77")
		her := sub.Parties[0].ID
		old := sub.Parties[0].Body
		told := []store.Delivery{{Party: her, Notice: "contact_changed", Channel: "old_contact", Body: old}}
		for i := range 2 { // and once more: the last entry is the one that holds
			body := []byte(fmt.Sprint("new contact ", i))
			if err := db.ChangeParty(t.Context(), r.ID, her, body, "欧阳 芬", "13900001111", "citizen", her, told); err != nil {
				t.Fatal(err)
			}
			got, err := db.Dispute(t.Context(), r.ID)
			if err != nil || string(got.Parties[0].Body) != string(body) || got.Parties[0].Role != "complainant" || got.Version != 2 {
				t.Errorf("got %+v, %v", got, err)
			}
		}
		for what, find := range map[string]func() ([]string, error){
			"her new number": func() ([]string, error) { return db.ByPhone(t.Context(), "139 0000 1111") },
			"her new name":   func() ([]string, error) { return db.ByName(t.Context(), "欧阳芬") },
		} {
			if ids, err := find(); err != nil || len(ids) != 1 || ids[0] != r.ID {
				t.Errorf("by %s: %v, %v", what, ids, err)
			}
		}
		if ids, err := db.ByPhone(t.Context(), herPhone); err != nil || len(ids) != 1 || ids[0] != other.ID {
			t.Errorf("by her old number: %v, %v", ids, err)
		}
		count := rows(t, db.Store)
		if count["deliveries"] != 2+2 || count["audit"] != 2*5+2 {
			t.Errorf("%v", count)
		}
		for name, at := range map[string][2]string{"no such party": {r.ID, "none"}, "of another dispute": {other.ID, her}, "no such dispute": {"none", her}} {
			if err := db.ChangeParty(t.Context(), at[0], at[1], nil, "", "", "citizen", "", told); !store.NotFound(err) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if diff := cmp.Diff(count, rows(t, db.Store)); diff != "" {
			t.Errorf("refused, and: %s", diff)
		}
		sound(t, db.Store)
	})
}
