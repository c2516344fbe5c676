package store_test

import (
	"errors"
	"strings"
	"testing"

	"anxin/server/store"
	"anxin/server/store/storetest"
)

// Whatever is done to the chain of a dispute behind its back is found, on both databases, also by somebody who knows that the dispute
// counts its entries; and so is whatever is done to what officers add to it.
func TestVerifyFindsEveryTampering(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		ctx := t.Context()
		_, beside := submit(t, db, "another key", "77")
		sub, r := submit(t, db, "a key", number)
		say(t, db, store.Message{Dispute: r.ID, Author: "officer", AuthorID: "officer-1", Audience: store.ToStaff, Body: []byte("x")})
		if err := errors.Join(
			db.Recuse(ctx, r.ID, "officer", "officer-2", "是我的邻居"),
			db.Assign(ctx, r.ID, "officer", "officer-1", "officer-1"),
			db.AuditAccess(ctx, r.ID, "officer", "officer-1", store.Read),
			db.AddEvidence(ctx, handedIn(r.ID, sub.Parties[0].ID, "one"), "citizen", sub.Parties[0].ID),
			db.AskCode(ctx, "198.51.100.7", number, herName, herPhone),
		); err != nil {
			t.Fatal(err)
		}
		sound(t, db.Store)
		const shift = "UPDATE audit SET seq = -seq - 1 WHERE dispute_id = $1 AND seq >= 3; UPDATE audit SET seq = -seq WHERE dispute_id = $1 AND seq < 0"
		for what, statements := range map[string]string{
			"who looked, edited":                      "UPDATE audit SET actor_id = 'officer-9' WHERE dispute_id = $1 AND action = 'read'",
			"that somebody looked, taken out":         "DELETE FROM audit WHERE dispute_id = $1 AND action = 'read'",
			"the last taken out, the count put right": "DELETE FROM audit WHERE dispute_id = $1 AND seq = (SELECT audit_seq FROM disputes WHERE id = $1); UPDATE disputes SET audit_seq = audit_seq - 1 WHERE id = $1",
			"... and its head too, by that of another": "DELETE FROM audit WHERE dispute_id = $1 AND seq = (SELECT audit_seq FROM disputes WHERE id = $1); " +
				"UPDATE disputes SET audit_seq = audit_seq - 1, audit_head = (SELECT hash FROM audit WHERE dispute_id = $1 AND seq = 2) WHERE id = $1",
			"one put in between": shift + "; INSERT INTO audit SELECT dispute_id, 3, at, actor, actor_id, action, subject, salt, commitment, hash, hash FROM audit WHERE dispute_id = $1 AND seq = 2" +
				"; UPDATE disputes SET audit_seq = audit_seq + 1 WHERE id = $1",
			"two exchanged, with what they follow": "UPDATE audit SET seq = -7 WHERE dispute_id = $1 AND seq = 6; UPDATE audit SET seq = 6 WHERE dispute_id = $1 AND seq = 7; UPDATE audit SET seq = 7 WHERE dispute_id = $1 AND seq = -7",
			"another dispute's entry": "DELETE FROM audit WHERE dispute_id = $1 AND seq = 2; INSERT INTO audit SELECT $1, seq, at, actor, actor_id, action, subject, salt, commitment, previous, hash FROM audit WHERE dispute_id = '" +
				beside.ID + "' AND seq = 2",
			"a recusal taken out":          "DELETE FROM recusals WHERE dispute_id = $1",
			"a recusal turned on another":  "UPDATE recusals SET staff = 'officer-3' WHERE dispute_id = $1",
			"a note taken out":             "DELETE FROM messages WHERE dispute_id = $1",
			"a note shown to her":          "UPDATE messages SET audience = 'party' WHERE dispute_id = $1",
			"a request for a code removed": "DELETE FROM code_requests WHERE dispute_id = $1",
			"a request for a code settled": "UPDATE code_requests SET outcome = 'granted', settled_at = asked_at, settled_by = 'officer-1' WHERE dispute_id = $1",
			"a file removed":               "DELETE FROM evidence WHERE dispute_id = $1",
			"a consent removed":            "DELETE FROM consents WHERE dispute_id = $1",
			"a consent taken back":         "UPDATE consents SET withdrawn_at = given_at WHERE dispute_id = $1",
			"another's version":            "UPDATE disputes SET version = version + 1 WHERE id = $1",
		} {
			undo := errors.New("undo it")
			err := db.Write(ctx, func(tx *store.Tx) error {
				for statement := range strings.SplitSeq(statements, "; ") {
					if n, err := tx.Exec(statement, r.ID); err != nil || n == 0 {
						t.Errorf("%s: %d rows by %s, %v", what, n, statement, err)
						return undo
					}
				}
				if flaws, err := store.VerifyIn(tx, r.ID); err != nil || len(flaws) == 0 {
					t.Errorf("%s is not found: %v", what, err)
				}
				if flaws, err := store.VerifyIn(tx, beside.ID); err != nil || len(flaws) > 0 {
					t.Errorf("%s: the dispute beside it is blamed: %v, %v", what, flaws, err)
				}
				return undo
			})
			if !errors.Is(err, undo) {
				t.Errorf("%s: %v", what, err)
			}
		}
		sound(t, db.Store)
		if got, err := db.Verify(ctx); err != nil || got.Disputes != 2 || got.Entries < 15 {
			t.Errorf("verified %+v, %v", got, err)
		}
	})
}
