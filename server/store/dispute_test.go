package store_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"anxin/server/fault"
	"anxin/server/store"
	"anxin/server/store/storetest"
	"anxin/server/vault"
)

const (
	herName  = "黄金丝雀"
	herPhone = "13712345678"
	herCode  = "1111222233334444"
)

// submission is a dispute with everything that one can have.
func submission(t testing.TB, db *storetest.DB, key, number string) store.Submission {
	t.Helper()
	return filled(db.Options.Vault, db.Clock.Now(), key, number)
}

func filled(v *vault.Vault, now time.Time, key, number string) store.Submission {
	hash, err := v.HashCode(context.Background(), number, herCode)
	if err != nil {
		panic(err)
	}
	her, leg := store.NewID(), store.NewID()
	return store.Submission{
		Key: key, Content: "我被骗了八万元 " + number, Number: number, State: "submitted", Body: []byte("我被骗了八万元"),
		Parties:    []store.Party{{ID: her, Role: "complainant", Name: herName, Phone: herPhone, Body: []byte(herName + " " + herPhone)}},
		Consents:   []store.Consent{{Party: her, Purpose: "handle", Receiver: "institution-1", Fields: "name phone", Wording: "2026-11"}},
		Credential: store.Credential{Party: her, CodeHash: hash},
		Legs:       []store.Leg{{ID: leg, Seq: 1, Channel: "institution", Respondent: "institution-1", State: "planned", Body: []byte("金丝雀银行不理我")}},
		Events: []store.Event{
			{Event: "submit", Actor: "citizen", ActorID: her, State: "submitted", Body: []byte("金丝雀银行不理我")},
			{Event: "plan", Actor: "citizen", ActorID: her, State: "submitted", Leg: leg, LegState: "planned"},
		},
		Deadlines:  []store.Deadline{{Leg: leg, Clock: "sla.council_accept", StartedAt: now, DueAt: now.Add(7 * 24 * time.Hour)}},
		Deliveries: []store.Delivery{{Party: her, Notice: "received", Channel: "inbox", Body: []byte(herPhone)}},
	}
}

const number = "4929012345671"

func submit(t testing.TB, db *storetest.DB, key, number string) (store.Submission, store.Receipt) {
	t.Helper()
	sub := submission(t, db, key, number)
	r, err := db.Submit(t.Context(), sub)
	if err != nil {
		t.Fatal(err)
	}
	return sub, r
}

// rows counts what stands in each table.
func rows(t testing.TB, s *store.Store) map[string]int {
	t.Helper()
	count := map[string]int{}
	if err := s.Read(t.Context(), func(tx *store.Tx) error {
		for _, table := range []string{"disputes", "parties", "consents", "credentials", "legs", "events", "audit", "deadlines", "deliveries", "drafts", "messages", "sessions", "evidence",
			"letters", "reminders", "reminder_deliveries", "silences"} {
			n := 0
			if err := tx.Row("SELECT count(*) FROM "+table, nil, &n); err != nil {
				return err
			}
			if n > 0 {
				count[table] = n
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return count
}

// whole is what one submission leaves.
var whole = map[string]int{
	"disputes": 1, "parties": 1, "consents": 1, "credentials": 1, "legs": 1, "events": 2, "audit": 5, "deadlines": 1, "deliveries": 1,
}

func sound(t testing.TB, s *store.Store) {
	t.Helper()
	got, err := s.Verify(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range got.Flaws {
		t.Error(f)
	}
}

func TestSubmit(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		sub, r := submit(t, db, "a key", number)
		at := db.Clock.Now().UTC().Truncate(time.Microsecond)
		db.Reopen(t)
		got, err := db.Dispute(t.Context(), r.ID)
		if err != nil {
			t.Fatal(err)
		}
		her, leg := sub.Parties[0], sub.Legs[0]
		her.Name, her.Phone, her.AddedAt = "", "", at
		leg.OpenedAt = at
		first, second := sub.Events[0], sub.Events[1]
		first.Seq, first.At, second.Seq, second.At = 1, at, 2, at
		want := store.Dispute{
			ID: r.ID, Number: number, State: "submitted", Version: 2, Body: sub.Body, SubmittedAt: at, ChangedAt: at,
			Parties: []store.Party{her}, Legs: []store.Leg{leg}, Events: []store.Event{first, second},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff(store.Receipt{ID: r.ID, Number: number, SubmittedAt: at, CodeHash: sub.Credential.CodeHash}, r); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff(whole, rows(t, db.Store)); diff != "" {
			t.Error(diff)
		}
		if _, err := db.Dispute(t.Context(), "none"); !store.NotFound(err) {
			t.Errorf("no such dispute: %v", err)
		}
		sound(t, db.Store)
	})
}

func TestOneKeyIsOneDispute(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		// Twelve at once, each with a number and ids of its own, as twelve requests have them.
		var subs []store.Submission
		for i := range 12 {
			sub := submission(t, db, "a key", fmt.Sprint(1000+i))
			sub.Content = "the same"
			subs = append(subs, sub)
		}
		receipts := make([]store.Receipt, len(subs))
		var wg sync.WaitGroup
		for i, sub := range subs {
			wg.Go(func() {
				var err error
				if receipts[i], err = db.Submit(t.Context(), sub); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		first := 0
		for _, r := range receipts {
			if !r.Replayed {
				first++
			}
			r.Replayed = receipts[0].Replayed
			if diff := cmp.Diff(receipts[0], r); diff != "" {
				t.Errorf("another receipt: %s", diff)
			}
		}
		if first != 1 {
			t.Errorf("%d of them filed", first)
		}
		db.Clock.Move(time.Hour)
		again, err := db.Submit(t.Context(), subs[3])
		if err != nil || !again.Replayed || !again.SubmittedAt.Equal(receipts[0].SubmittedAt) || again.Number != receipts[0].Number {
			t.Errorf("an hour later: %+v, %v", again, err)
		}
		other := subs[0]
		other.Content = "something else"
		if _, err := db.Submit(t.Context(), other); !errors.Is(err, store.ErrOtherContent) {
			t.Errorf("other content: %v", err)
		}
		taken := submission(t, db, "another key", receipts[0].Number)
		if _, err := db.Submit(t.Context(), taken); !errors.Is(err, store.ErrNumberTaken) {
			t.Errorf("a number that is taken: %v", err)
		}
		if diff := cmp.Diff(whole, rows(t, db.Store)); diff != "" {
			t.Error(diff)
		}
		sound(t, db.Store)
	})
}

func TestFind(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		_, one := submit(t, db, "a key", "1000")
		_, two := submit(t, db, "another key", "2000")
		if id, err := db.ByNumber(t.Context(), " ２０-00"); id != two.ID || err != nil {
			t.Errorf("by number: %s, %v", id, err)
		}
		for _, wrong := range []string{"3000", "", "x"} {
			if id, err := db.ByNumber(t.Context(), wrong); !store.NotFound(err) {
				t.Errorf("%q: %s, %v", wrong, id, err)
			}
		}
		for what, find := range map[string]func() ([]string, error){
			"name":      func() ([]string, error) { return db.ByName(t.Context(), "黄 金丝雀") },
			"telephone": func() ([]string, error) { return db.ByPhone(t.Context(), "+86 137-1234-5678") },
		} {
			ids, err := find()
			if err != nil || len(ids) != 2 || ids[0] == ids[1] || ids[0] != one.ID && ids[1] != one.ID {
				t.Errorf("by %s: %v, %v", what, ids, err)
			}
		}
		if ids, err := db.ByName(t.Context(), "黄金"); len(ids) != 0 || err != nil {
			t.Errorf("by half a name: %v, %v", ids, err)
		}
	})
}

func TestAppend(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		sub, r := submit(t, db, "a key", number)
		db.Clock.Move(time.Hour)
		leg := sub.Legs[0]
		leg.State = "handed_over"
		change := store.Change{
			Dispute: r.ID, Version: 2, State: "accepted",
			Events: []store.Event{
				{Event: "accept", Actor: "officer", ActorID: "officer-1", State: "accepted"},
				{Event: "hand_over", Actor: "officer", ActorID: "officer-1", State: "accepted", Leg: leg.ID, LegState: "handed_over", Body: []byte("我被骗了八万元")},
			},
			Legs:       []store.Leg{leg, {Seq: 2, Channel: "review", State: "planned"}},
			Deadlines:  []store.Deadline{{Clock: "fi.answer", DueAt: db.Clock.Now().Add(time.Hour)}, {Clock: "fi.ack", DueAt: db.Clock.Now()}},
			Deliveries: []store.Delivery{{Notice: "accepted", Channel: "inbox", At: db.Clock.Now().Add(time.Hour)}},
		}
		if v, err := db.Append(t.Context(), change); v != 4 || err != nil {
			t.Fatalf("version %d, %v", v, err)
		}
		if _, err := db.Append(t.Context(), change); !errors.Is(err, store.ErrStale) {
			t.Errorf("from a version that is past: %v", err)
		}
		got, err := db.Dispute(t.Context(), r.ID)
		if err != nil {
			t.Fatal(err)
		}
		if got.State != "accepted" || got.Version != 4 || len(got.Events) != 4 || got.Events[3].Seq != 4 || string(got.Events[3].Body) != "我被骗了八万元" ||
			len(got.Legs) != 2 || got.Legs[0].State != "handed_over" || !got.ChangedAt.After(got.SubmittedAt) || !got.ClosedAt.IsZero() {
			t.Errorf("got %+v", got)
		}
		want := map[string]int{}
		for table, n := range whole {
			want[table] = n
		}
		want["events"], want["audit"], want["legs"], want["deadlines"], want["deliveries"] = 4, 7, 2, 2, 2
		if diff := cmp.Diff(want, rows(t, db.Store)); diff != "" {
			t.Error(diff)
		}
		for name, c := range map[string]store.Change{
			"no such dispute": {Dispute: "none", State: "x", Events: []store.Event{{Event: "x", Actor: "x", State: "x"}}},
			"no such leg":     {Dispute: r.ID, Version: 4, State: "x", Events: []store.Event{{Event: "x", Actor: "x", State: "x"}}, Legs: []store.Leg{{ID: "none", State: "x"}}},
		} {
			if _, err := db.Append(t.Context(), c); !store.NotFound(err) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := db.Append(t.Context(), store.Change{
			Dispute: r.ID, Version: 4, State: "withdrawn", Closed: true, Events: []store.Event{{Event: "withdraw", Actor: "citizen", State: "withdrawn"}},
		}); err != nil {
			t.Fatal(err)
		}
		if got, err = db.Dispute(t.Context(), r.ID); err != nil || got.ClosedAt.IsZero() {
			t.Errorf("closed: %v, %v", got.ClosedAt, err)
		}
		if n := rows(t, db.Store)["deadlines"]; n != 0 {
			t.Errorf("%d clocks run on", n)
		}
		sound(t, db.Store)
	})
}

// Of many who change the same version one does, and the others are told.
func TestOneChangesAVersion(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		_, r := submit(t, db, "a key", number)
		var wg sync.WaitGroup
		stale := make(chan struct{}, 20)
		for range 20 {
			wg.Go(func() {
				_, err := db.Append(t.Context(), store.Change{
					Dispute: r.ID, Version: 2, State: "accepted", Events: []store.Event{{Event: "accept", Actor: "officer", State: "accepted"}},
				})
				if errors.Is(err, store.ErrStale) {
					stale <- struct{}{}
				} else if err != nil {
					t.Error(err)
				}
			})
			wg.Go(func() { // one that looks at it changes no version and stands in nobody's way
				if err := db.AuditAccess(t.Context(), r.ID, "officer", "officer-1", "read"); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if len(stale) != 19 {
			t.Errorf("%d of 20 were told", len(stale))
		}
		if n := rows(t, db.Store)["audit"]; n != 5+1+20 {
			t.Errorf("%d entries", n)
		}
		sound(t, db.Store)
	})
}

func TestDrafts(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		ctx := t.Context()
		expires := db.Clock.Now().Add(30 * 24 * time.Hour)
		d := store.Draft{Key: "a key", Body: []byte("我被骗了八万元"), ExpiresAt: expires}
		v, err := db.SaveDraft(ctx, d)
		if v != 1 || err != nil {
			t.Fatal(v, err)
		}
		if _, err := db.SaveDraft(ctx, d); !errors.Is(err, store.ErrStale) {
			t.Errorf("begun twice: %v", err)
		}
		began := db.Clock.Now()
		db.Clock.Move(time.Minute)
		d.Version, d.Resume, d.Body = 1, "1234 5678 9012 3456", []byte("more")
		if v, err := db.SaveDraft(ctx, d); v != 2 || err != nil {
			t.Fatal(v, err)
		}
		if _, err := db.SaveDraft(ctx, d); !errors.Is(err, store.ErrStale) {
			t.Errorf("from a version that is past: %v", err)
		}
		d.Version, d.Resume = 2, ""
		if _, err := db.SaveDraft(ctx, d); err != nil { // without a code it keeps its code
			t.Fatal(err)
		}
		db.Reopen(t)
		want := store.Draft{
			Key: "a key", Body: []byte("more"), Version: 3, StartedAt: began.Truncate(time.Microsecond),
			SavedAt: db.Clock.Now().Truncate(time.Microsecond), ExpiresAt: expires.Truncate(time.Microsecond),
		}
		for name, read := range map[string]func() (store.Draft, error){
			"by key":  func() (store.Draft, error) { return db.Draft(ctx, "a key") },
			"by code": func() (store.Draft, error) { return db.DraftByResume(ctx, "１２３４567890123456") },
		} {
			got, err := read()
			if err != nil {
				t.Fatal(name, err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
		}
		for name, read := range map[string]func() (store.Draft, error){
			"another key":  func() (store.Draft, error) { return db.Draft(ctx, "b key") },
			"another code": func() (store.Draft, error) { return db.DraftByResume(ctx, "1234567890123457") },
			"no code":      func() (store.Draft, error) { return db.DraftByResume(ctx, "") },
		} {
			if _, err := read(); !store.NotFound(err) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := db.SaveDraft(ctx, store.Draft{Key: "b key", ExpiresAt: expires}); err != nil {
			t.Fatal(err)
		}
		if err := db.DeleteDraft(ctx, "b key"); err != nil {
			t.Fatal(err)
		}
		if _, err := db.SaveDraft(ctx, store.Draft{Key: "b key", Version: 1, ExpiresAt: expires}); !store.NotFound(err) {
			t.Errorf("a wiped one comes back: %v", err)
		}
		if n, err := db.ExpireDrafts(ctx); n != 0 || err != nil {
			t.Errorf("%d expired, %v", n, err)
		}
		db.Clock.Move(31 * 24 * time.Hour)
		if _, err := db.Draft(ctx, "a key"); !store.NotFound(err) {
			t.Errorf("too old and read: %v", err)
		}
		d.Version = 3
		if _, err := db.SaveDraft(ctx, d); !store.NotFound(err) {
			t.Errorf("too old and saved: %v", err)
		}
		if n, err := db.ExpireDrafts(ctx); n != 1 || err != nil {
			t.Errorf("%d expired, %v", n, err)
		}
		if n := rows(t, db.Store)["drafts"]; n != 0 {
			t.Errorf("%d are left", n)
		}
	})
}

// What was filed cannot be drafted on, in whatever tab it still stands.
func TestFiledDraftIsGone(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		expires := db.Clock.Now().Add(time.Hour)
		if _, err := db.SaveDraft(t.Context(), store.Draft{Key: "a key", Resume: herCode, ExpiresAt: expires}); err != nil {
			t.Fatal(err)
		}
		submit(t, db, "a key", number)
		if _, err := db.DraftByResume(t.Context(), herCode); !store.NotFound(err) {
			t.Errorf("its code lives: %v", err)
		}
		for _, version := range []int64{0, 1} {
			if _, err := db.SaveDraft(t.Context(), store.Draft{Key: "a key", Version: version, ExpiresAt: expires}); !errors.Is(err, store.ErrSubmitted) {
				t.Errorf("saved from version %d: %v", version, err)
			}
		}
		if n := rows(t, db.Store)["drafts"]; n != 0 {
			t.Errorf("%d drafts are left", n)
		}
	})
}

func TestOpenByCode(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		ctx := t.Context()
		sub, r := submit(t, db, "a key", number)
		want := store.Access{Dispute: r.ID, Party: sub.Parties[0].ID}
		spaced := number[:4] + " " + number[4:8] + "-" + number[8:]
		if got, err := db.OpenByCode(ctx, "192.0.2.1", spaced, "1111 2222 3333 4444"); got != want || err != nil {
			t.Fatalf("her own: %v, %v", got, err)
		}
		kind := func(err error) fault.Kind { return fault.From(err).Kind }
		const none = "0000000000000"
		for _, n := range []string{number, none} { // known or not
			for i := range 5 {
				if _, err := db.OpenByCode(ctx, "192.0.2.2", n, "1111222233334445"); kind(err) != fault.Unauthorized {
					t.Errorf("%s, wrong code %d: %v", n, i, err)
				}
				db.Clock.Move(time.Minute)
			}
			for _, code := range []string{"1111222233334445", herCode} { // right code included
				_, err := db.OpenByCode(ctx, "192.0.2.2", n, code)
				if f := fault.From(err); f.Kind != fault.TooMany || f.RetryAfter != 10*time.Minute {
					t.Errorf("%s, after five: %v, again in %v", n, err, f.RetryAfter)
				}
			}
			db.Clock.Move(-5 * time.Minute)
		}
		db.Clock.Move(5 * time.Minute)
		// Nobody shuts her out from elsewhere, and that address may try other numbers.
		if got, err := db.OpenByCode(ctx, "192.0.2.1", number, herCode); got != want || err != nil {
			t.Errorf("she, from her own address: %v, %v", got, err)
		}
		if _, err := db.OpenByCode(ctx, "192.0.2.2", "0000000000001", herCode); kind(err) != fault.Unauthorized {
			t.Errorf("another number: %v", err)
		}
		db.Clock.Move(10*time.Minute - time.Microsecond)
		if _, err := db.OpenByCode(ctx, "192.0.2.2", number, herCode); kind(err) != fault.TooMany {
			t.Errorf("a moment too early: %v", err)
		}
		db.Clock.Move(time.Microsecond)
		if got, err := db.OpenByCode(ctx, "192.0.2.2", number, herCode); got != want || err != nil {
			t.Errorf("in time: %v, %v", got, err)
		}
		if _, err := db.OpenByCode(ctx, "192.0.2.2", number, "x"); kind(err) != fault.Unauthorized {
			t.Errorf("the fifth within a quarter of an hour: %v", err)
		}
		if _, err := db.OpenByCode(ctx, "192.0.2.2", number, herCode); kind(err) != fault.TooMany {
			t.Errorf("after it: %v", err)
		}
		db.Clock.Move(time.Hour)
		if err := db.ForgetAttempts(ctx); err != nil {
			t.Fatal(err)
		}
		if left := noted(t, db.Store); len(left) != 0 {
			t.Errorf("%d failures are remembered", len(left))
		}
	})
}

// A hundred guesses at once are five guesses.
func TestGuessesAtOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		submit(t, db, "a key", number)
		var wg sync.WaitGroup
		checked := make(chan struct{}, 100)
		for range 100 {
			wg.Go(func() {
				switch _, err := db.OpenByCode(t.Context(), "192.0.2.2", number, "0000000000000000"); fault.From(err).Kind {
				case fault.Unauthorized:
					checked <- struct{}{}
				case fault.TooMany:
				default:
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if len(checked) != 5 {
			t.Errorf("%d were checked", len(checked))
		}
	})
}

// What was tampered with is found.
func TestVerify(t *testing.T) {
	t.Parallel()
	const column = "UPDATE audit SET "
	for name, c := range map[string]struct{ sql, says string }{
		"an entry edited":          {column + "action = 'other' WHERE seq = 2", "entry 2 was changed"},
		"its time":                 {column + "at = '2026-01-01 00:00:00+00:00' WHERE seq = 2", "entry 2 was changed"},
		"its commitment":           {column + "commitment = previous WHERE seq = 2", "entry 2 was changed"},
		"one taken out":            {"DELETE FROM audit WHERE seq = 3", "entry 4 stands where 3 belongs"},
		"the last taken out":       {"DELETE FROM audit WHERE seq = 5", "4 entries are there, 5 were written"},
		"all taken out":            {"DELETE FROM audit", "0 entries are there, 5 were written"},
		"one put in":               {"INSERT INTO audit SELECT dispute_id, 6, at, actor, actor_id, action, subject, salt, commitment, hash, hash FROM audit WHERE seq = 5", "6 entries are there, 5 were written"},
		"two exchanged":            {column + "seq = CASE seq WHEN 2 THEN -3 ELSE -2 END WHERE seq IN (2, 3); " + column + "seq = -seq WHERE seq < 0", "entry 2 does not follow the one before it"},
		"an event edited":          {"UPDATE events SET event = 'other' WHERE seq = 1", "event 1 is not as entry"},
		"an event's time":          {"UPDATE events SET at = '2026-01-01 00:00:00+00:00' WHERE seq = 1", "event 1 is not as entry"},
		"an event taken out":       {"DELETE FROM events WHERE seq = 1", "event 1 of entry 4 is missing"},
		"an event put in":          {"INSERT INTO events SELECT dispute_id, 3, leg_id, event, actor, actor_id, state, leg_state, body, at FROM events WHERE seq = 2", "event 3 has no entry"},
		"what was filed removed":   {"UPDATE disputes SET body = number", "does not open"},
		"a consent edited":         {"UPDATE consents SET receiver = 'institution-2'", "is not as entry 3 says"},
		"a party's role":           {"UPDATE parties SET role = 'helper'", "is not as entry 2 says"},
		"a message edited":         {"UPDATE messages SET author = 'officer'", "is not as entry 6 says"},
		"a message taken out":      {"DELETE FROM messages", "of entry 6 is missing"},
		"a message put in":         {"INSERT INTO messages SELECT 'another', dispute_id, leg_id, author, author_id, audience, body, sent_at, read_at, 2 FROM messages", "does not open"},
		"the state":                {"UPDATE disputes SET state = 'resolved'", "stands at resolved"},
		"a leg's state":            {"UPDATE legs SET state = 'performed'", "stands at performed"},
		"nothing, and a salt gone": {column + "salt = NULL WHERE subject = 'event 1'; UPDATE events SET body = NULL WHERE seq = 1", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := storetest.Open(t)
			submit(t, db, "another key", "77") // stands beside it, untouched
			_, r := submit(t, db, "a key", number)
			if strings.HasPrefix(name, "a message") {
				say(t, db, store.Message{Dispute: r.ID, Author: "citizen", Audience: "council", Body: []byte("x")})
			}
			sound(t, db.Store)
			for statement := range strings.SplitSeq(c.sql, "; ") {
				where := " WHERE "
				if strings.Contains(statement, where) {
					statement = strings.Replace(statement, where, where+key(statement)+" = $1 AND ", 1)
				} else {
					statement += where + key(statement) + " = $1"
				}
				if err := db.Write(t.Context(), func(tx *store.Tx) error {
					n, err := tx.Exec(statement, r.ID)
					if n == 0 {
						return errors.Join(err, errors.New("nothing was changed"))
					}
					return err
				}); err != nil {
					t.Fatal(statement, err)
				}
			}
			got, err := db.Verify(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if got.Disputes != 2 {
				t.Errorf("%d disputes", got.Disputes)
			}
			found := fmt.Sprint(got.Flaws)
			if c.says == "" && len(got.Flaws) > 0 || !strings.Contains(found, c.says) {
				t.Errorf("found %s, want %q", found, c.says)
			}
			for _, f := range got.Flaws {
				if f.Dispute != r.ID {
					t.Errorf("blamed: %v", f)
				}
			}
		})
	}
}

// key is the column by which a statement of the test above names its dispute.
func key(statement string) string {
	if strings.HasPrefix(statement, "UPDATE disputes") {
		return "id"
	}
	return "dispute_id"
}
