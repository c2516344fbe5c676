package store_test

import (
	"errors"
	"testing"
	"time"

	"anxin/server/store"
	"anxin/server/store/storetest"
)

// Whatever is done to the ledger or the accounts behind its back is found.
func TestVerifyStaff(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		ctx := t.Context()
		link := store.StaffLink{Token: "a token", For: time.Minute}
		a, err := db.AddStaff(ctx, "command", store.Staff{Name: "Lin Xiao", Role: "officer", Language: "en"}, link)
		if err != nil {
			t.Fatal(err)
		}
		link.Token = "another"
		if _, err := db.AddStaff(ctx, a, store.Staff{Name: "Wang Fang", Role: "auditor", Language: "en"}, link); err != nil {
			t.Fatal(err)
		}
		if err := db.ShowStaff(ctx, a, "Lin", "en"); err != nil {
			t.Fatal(err)
		}
		sound := func() {
			t.Helper()
			if n, flaws, err := db.VerifyStaff(ctx); n != 3 || len(flaws) > 0 || err != nil {
				t.Errorf("%d entries, %v, %v", n, flaws, err)
			}
		}
		sound()
		for what, statements := range map[string][]string{
			"an entry edited":        {"UPDATE staff_audit SET action = 'changed' WHERE seq = 2"},
			"another actor":          {"UPDATE staff_audit SET actor = 'machine' WHERE seq = 1"},
			"the last taken out":     {"DELETE FROM staff_audit WHERE seq = (SELECT max(seq) FROM staff_audit)"},
			"one taken out":          {"DELETE FROM staff_audit WHERE seq = 2"},
			"two changed places":     {"UPDATE staff_audit SET seq = 100 WHERE seq = 2", "UPDATE staff_audit SET seq = 2 WHERE seq = 3", "UPDATE staff_audit SET seq = 3 WHERE seq = 100"},
			"one put in":             {"INSERT INTO staff_audit SELECT seq + 1000, at, actor, action, staff_id, salt, commitment, previous, hash FROM staff_audit WHERE seq = 2"},
			"another password":       {"UPDATE staff SET password = 'x' WHERE id = '" + a + "'"},
			"another role":           {"UPDATE staff SET role = 'sysadmin' WHERE id = '" + a + "'"},
			"an ended account opens": {"UPDATE staff SET disabled_at = created_at WHERE id = '" + a + "'"},
			"another's name":         {"UPDATE staff SET shown = (SELECT shown FROM staff WHERE role = 'auditor') WHERE id = '" + a + "'"},
		} {
			undo := errors.New("undo it")
			err := db.Write(ctx, func(tx *store.Tx) error {
				for _, s := range statements {
					if n, err := tx.Exec(s); err != nil || n == 0 {
						t.Errorf("%s: %d rows, %v", what, n, err)
					}
				}
				if flaws, err := store.VerifyStaffIn(tx); err != nil || len(flaws) == 0 {
					t.Errorf("%s is not found: %v", what, err)
				}
				return undo
			})
			if !errors.Is(err, undo) {
				t.Errorf("%s: %v", what, err)
			}
			sound()
		}
	})
}
