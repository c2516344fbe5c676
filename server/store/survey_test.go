package store_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"anxin/server/store"
	"anxin/server/store/storetest"
)

// ended closes a dispute that was just filed, and tells when.
func ended(t *testing.T, db *storetest.DB, id string, version int64) time.Time {
	t.Helper()
	if _, err := db.Append(t.Context(), store.Change{Dispute: id, Version: version, State: "resolved", Closed: true, Events: []store.Event{
		{Event: "solve", Actor: "citizen", State: "resolved", Body: []byte("{}")},
	}}); err != nil {
		t.Fatal(err)
	}
	d, err := db.Dispute(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return d.ClosedAt
}

func TestAnswersToASurvey(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		ctx := t.Context()
		sub, r := submit(t, db, "a key", number)
		party := sub.Parties[0].ID
		a := store.Survey{Dispute: r.ID, Party: party, ClosedAt: db.Clock.Now(), Body: []byte("解决了")}
		if err := db.AnswerSurvey(ctx, a, "citizen", party); !errors.Is(err, store.ErrStale) {
			t.Errorf("before there is an end: %v", err)
		}
		d, err := db.Dispute(ctx, r.ID)
		if err != nil {
			t.Fatal(err)
		}
		a.ClosedAt = ended(t, db, r.ID, d.Version)
		for _, body := range []string{"解决了", "没有解决"} { // she changes her mind
			db.Clock.Move(time.Hour)
			a.Body = []byte(body)
			if err := db.AnswerSurvey(ctx, a, "citizen", party); err != nil {
				t.Fatal(err)
			}
		}
		list, err := db.Surveys(ctx, r.ID)
		if err != nil || len(list) != 1 || string(list[0].Body) != "没有解决" || list[0].Party != party || !list[0].ClosedAt.Equal(a.ClosedAt) || !list[0].At.After(a.ClosedAt) {
			t.Errorf("kept is %+v, %v", list, err)
		}
		said := 0
		audit, err := db.Audit(ctx, r.ID)
		for _, e := range audit {
			if e.Action == "surveyed" && e.Actor == "citizen" && e.ActorID == party {
				said++
			}
		}
		if err != nil || said != 2 {
			t.Errorf("the audit has %d answers, %v", said, err)
		}
		sound(t, db.Store)
		for what, statement := range map[string]string{
			"removed": "DELETE FROM surveys WHERE dispute_id = $1", "another's": "UPDATE surveys SET at = closed_at WHERE dispute_id = $1",
		} {
			undo := errors.New("undo it")
			if err := db.Write(ctx, func(tx *store.Tx) error {
				if n, err := tx.Exec(statement, r.ID); n != 1 || err != nil {
					t.Errorf("%s: %d, %v", what, n, err)
				}
				if flaws, err := store.VerifyIn(tx, r.ID); err != nil || len(flaws) != 1 || !strings.Contains(flaws[0], "survey") {
					t.Errorf("%s: found %v, %v", what, flaws, err)
				}
				return undo
			}); !errors.Is(err, undo) {
				t.Fatal(err)
			}
		}
	})
}

// What became of each copy is told to whom it was for, and to nobody else.
func TestCopiesOfNotices(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		sub, r := submit(t, db, "a key", number)
		party := sub.Parties[0].ID
		before, err := db.Copies(t.Context(), r.ID, party)
		if err != nil {
			t.Fatal(err)
		}
		db.Clock.Move(time.Minute)
		tell(t, db, r, store.Delivery{Party: party, Notice: "progress", Channel: "inbox", Body: []byte("{}"), Done: true}, store.Delivery{Party: party, Notice: "progress", Channel: "email"})
		list, err := db.Copies(t.Context(), r.ID, party)
		if err != nil || len(list) != len(before)+2 {
			t.Fatalf("there are %+v, %v", list, err)
		}
		for _, c := range list[len(before):] {
			if c.Notice != "progress" || c.DeliveredAt.IsZero() != (c.Channel == "email") || !c.DeadAt.IsZero() || !c.CreatedAt.Equal(db.Clock.Now().Truncate(time.Microsecond)) {
				t.Errorf("a copy is %+v", c)
			}
		}
		if list, err := db.Copies(t.Context(), r.ID, "somebody"); err != nil || len(list) != 0 {
			t.Errorf("a stranger's are %+v, %v", list, err)
		}
	})
}
