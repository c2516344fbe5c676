package store_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"anxin/server/evidence"
	"anxin/server/store"
	"anxin/server/store/storetest"
)

func handedIn(dispute, party, object string) store.Evidence {
	hash := sha256.Sum256([]byte(object))
	return store.Evidence{
		ID: store.NewID(), Dispute: dispute, Party: party, Object: object, ObjectHash: hash[:], Size: 5 << 20, Kind: "image/jpeg", Body: []byte("合同，我被骗了八万元"),
	}
}

func add(t testing.TB, db *storetest.DB, e store.Evidence) store.Evidence {
	t.Helper()
	if err := db.AddEvidence(t.Context(), e, "citizen", e.Party); err != nil {
		t.Fatal(err)
	}
	e.ReceivedAt = db.Clock.Now().UTC().Truncate(time.Microsecond)
	return e
}

func TestEvidence(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		ctx := t.Context()
		sub, r := submit(t, db, "a key", number)
		_, other := submit(t, db, "another key", "77")
		her := sub.Parties[0].ID
		if list, err := db.EvidenceOf(ctx, r.ID); len(list) != 0 || err != nil {
			t.Errorf("before any: %v, %v", list, err)
		}
		first := handedIn(r.ID, her, "one")
		first.Leg = sub.Legs[0].ID
		first = add(t, db, first)
		db.Clock.Move(time.Minute)
		second := add(t, db, handedIn(r.ID, "", "two")) // by an officer, say
		elsewhere := add(t, db, handedIn(other.ID, "", "three"))
		db.Clock.Move(time.Minute)
		first.Body = []byte("合同第一页")
		if err := db.ChangeEvidence(ctx, r.ID, first.ID, first.Body, "citizen", her); err != nil {
			t.Fatal(err)
		}
		if err := db.RemoveEvidence(ctx, r.ID, second.ID, "citizen", her); err != nil {
			t.Fatal(err)
		}
		second.RemovedAt = db.Clock.Now().UTC().Truncate(time.Microsecond)
		db.Reopen(t)
		list, err := db.EvidenceOf(ctx, r.ID)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]store.Evidence{first, second}, list); diff != "" {
			t.Error(diff)
		}
		for what, id := range map[string]string{"taken back": second.ID, "another's": elsewhere.ID, "nobody's": "none"} {
			if err := db.ChangeEvidence(ctx, r.ID, id, []byte("x"), "citizen", her); !store.NotFound(err) {
				t.Errorf("describe what is %s: %v", what, err)
			}
			if err := db.RemoveEvidence(ctx, r.ID, id, "citizen", her); !store.NotFound(err) {
				t.Errorf("remove what is %s: %v", what, err)
			}
		}
		if err := db.AddEvidence(ctx, handedIn("none", "", "four"), "citizen", her); !store.NotFound(err) {
			t.Errorf("to no dispute: %v", err)
		}
		if err := db.AddEvidence(ctx, handedIn(r.ID, "", "one"), "citizen", her); err == nil {
			t.Error("two rows have one file")
		}
		known, err := db.KnownObjects(ctx, []string{"one", "two", "three", "four"})
		if diff := cmp.Diff(map[string]bool{"one": true, "two": true, "three": true}, known); diff != "" || err != nil {
			t.Errorf("known: %s, %v", diff, err)
		}
		if known, err := db.KnownObjects(ctx, nil); len(known) != 0 || err != nil {
			t.Errorf("of none %v are known, %v", known, err)
		}
		sound(t, db.Store)
		audit, err := db.Audit(ctx, r.ID)
		if err != nil {
			t.Fatal(err)
		}
		var actions []string
		for _, e := range audit[5:] {
			actions = append(actions, e.Action+" "+strings.TrimPrefix(e.Subject, "evidence ")+" by "+e.ActorID)
		}
		want := []string{"handed in " + first.ID + " by " + her, "handed in " + second.ID + " by ", "described " + first.ID + " by " + her, "removed " + second.ID + " by " + her}
		if diff := cmp.Diff(want, actions); diff != "" {
			t.Error(diff)
		}
	})
}

// All files are told of, however many there are, and what is done with one may take its time and ask the database.
func TestObjects(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		var want []string
		for i := range 9 {
			_, r := submit(t, db, fmt.Sprint("key ", i), fmt.Sprint(1000+i))
			for j := range 50 {
				e := handedIn(r.ID, "", fmt.Sprintf("%d-%d", i, j))
				e.Size = 1
				add(t, db, e)
				want = append(want, e.Object)
			}
		}
		var got []string
		stop := errors.New("enough")
		err := db.Objects(t.Context(), func(dispute, object string, hash []byte) error {
			if sum := sha256.Sum256([]byte(object)); string(hash) != string(sum[:]) {
				t.Errorf("%s has the hash of another", object)
			}
			if len(got)%100 == 0 {
				if list, err := db.EvidenceOf(t.Context(), dispute); len(list) != 50 || err != nil {
					t.Errorf("its dispute has %d, %v", len(list), err)
				}
			}
			got = append(got, object)
			return nil
		})
		slices.Sort(want)
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Error(diff, err)
		}
		n := 0
		if err := db.Objects(t.Context(), func(string, string, []byte) error { n++; return stop }); !errors.Is(err, stop) || n != 1 {
			t.Errorf("stopped after %d: %v", n, err)
		}
	})
}

// However many are handed in at once, a dispute holds no more than it may.
func TestEvidenceHasLimits(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		before int
		size   int64
		want   error
	}{
		"many": {evidence.MostFiles - 2, 1, store.ErrTooMany},
		"full": {evidence.MostBytesTogether/evidence.MostBytes - 2, evidence.MostBytes, store.ErrTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			storetest.Each(t, func(t *testing.T, db *storetest.DB) {
				_, r := submit(t, db, "a key", number)
				one := func(i int) store.Evidence {
					e := handedIn(r.ID, "", fmt.Sprint(i))
					e.Size = c.size
					return e
				}
				for i := range c.before {
					add(t, db, one(i))
				}
				var wg sync.WaitGroup
				refused := make(chan struct{}, 20)
				for i := range 20 {
					wg.Go(func() {
						if err := db.AddEvidence(t.Context(), one(100+i), "citizen", ""); errors.Is(err, c.want) {
							refused <- struct{}{}
						} else if err != nil {
							t.Error(err)
						}
					})
				}
				wg.Wait()
				if n := rows(t, db.Store)["evidence"]; n != c.before+2 || len(refused) != 18 {
					t.Errorf("%d are there, %d were refused", n, len(refused))
				}
				// What is taken back is still kept, and counts.
				list, err := db.EvidenceOf(t.Context(), r.ID)
				if err != nil {
					t.Fatal(err)
				}
				if err := db.RemoveEvidence(t.Context(), r.ID, list[0].ID, "citizen", ""); err != nil {
					t.Fatal(err)
				}
				if err := db.AddEvidence(t.Context(), one(200), "citizen", ""); !errors.Is(err, c.want) {
					t.Errorf("after one was taken back: %v", err)
				}
				_, other := submit(t, db, "another key", "77")
				e := one(300)
				e.Dispute = other.ID
				add(t, db, e)
				sound(t, db.Store)
			})
		})
	}
}

// What is done to evidence behind the audit's back is found.
func TestVerifyEvidence(t *testing.T) {
	t.Parallel()
	const insert = "INSERT INTO evidence (id, dispute_id, object, object_hash, size, kind, body, received_at) SELECT 'x', dispute_id, 'x', object_hash, size, kind, body, received_at FROM evidence WHERE object = 'one'"
	for name, c := range map[string]struct{ sql, says string }{
		"taken out":          {"DELETE FROM evidence WHERE object = 'one'", "is missing"},
		"put in":             {insert, "does not open"}, // what was sealed belongs to another row
		"its file exchanged": {"UPDATE evidence SET object = 'other' WHERE object = 'one'", "is not as entry"},
		"its hash":           {"UPDATE evidence SET object_hash = body WHERE object = 'one'", "is not as entry"},
		"its size":           {"UPDATE evidence SET size = 1 WHERE object = 'one'", "is not as entry"},
		"its kind":           {"UPDATE evidence SET kind = 'image/png' WHERE object = 'one'", "is not as entry"},
		"who handed it in":   {"UPDATE evidence SET party_id = NULL WHERE object = 'one'", "is not as entry"},
		"its time":           {"UPDATE evidence SET received_at = '2026-01-01 00:00:00+00:00' WHERE object = 'one'", "is not as entry"},
		"its description":    {"UPDATE evidence SET body = (SELECT body FROM disputes WHERE id = dispute_id) WHERE object = 'one'", "does not open"},
		"removed":            {"UPDATE evidence SET removed_at = '2026-01-01 00:00:00+00:00' WHERE object = 'one'", "is not as entry"},
		"brought back":       {"UPDATE evidence SET removed_at = NULL WHERE object = 'two'", "is not as entry"},
		"the removed one":    {"DELETE FROM evidence WHERE object = 'two'", "is missing"},
		"nothing":            {"UPDATE evidence SET size = size", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			storetest.Each(t, func(t *testing.T, db *storetest.DB) {
				sub, r := submit(t, db, "a key", number)
				her := sub.Parties[0].ID
				add(t, db, handedIn(r.ID, her, "one"))
				gone := add(t, db, handedIn(r.ID, her, "two"))
				if err := db.RemoveEvidence(t.Context(), r.ID, gone.ID, "citizen", her); err != nil {
					t.Fatal(err)
				}
				sound(t, db.Store)
				if err := db.Write(t.Context(), func(tx *store.Tx) error {
					n, err := tx.Exec(c.sql)
					if n == 0 {
						return errors.Join(err, errors.New("nothing was changed"))
					}
					return err
				}); err != nil {
					t.Fatal(err)
				}
				got, err := db.Verify(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				if found := fmt.Sprint(got.Flaws); c.says == "" && len(got.Flaws) > 0 || !strings.Contains(found, c.says) {
					t.Errorf("found %s, want %q", found, c.says)
				}
			})
		})
	}
}

// A row that was sealed by somebody who has the secret, and put in without an entry.
func TestVerifyFindsEvidencePutIn(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	_, r := submit(t, db, "a key", number)
	add(t, db, handedIn(r.ID, "", "one"))
	if err := db.Write(t.Context(), func(tx *store.Tx) error {
		return store.InsertEvidence(tx, handedIn(r.ID, "", "two"))
	}); err != nil {
		t.Fatal(err)
	}
	got, err := db.Verify(t.Context())
	if err != nil || !strings.Contains(fmt.Sprint(got.Flaws), "has no entry") {
		t.Errorf("found %v, %v", got.Flaws, err)
	}
}

// A file that was taken and recorded outlives the sweep, taken back or not; one that was not recorded does not.
func TestSweepAsksTheDatabase(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		files, err := evidence.Open(t.TempDir(), db.Options.Vault, db.Options.Log)
		if err != nil {
			t.Fatal(err)
		}
		_, r := submit(t, db, "a key", number)
		var objects []evidence.Object
		for i := range 3 {
			o, err := files.Take(t.Context(), strings.NewReader(fmt.Sprint("%PDF-1.7 ", i)))
			if err != nil {
				t.Fatal(err)
			}
			objects = append(objects, o)
			if i == 2 {
				break // the program ended here
			}
			e := handedIn(r.ID, "", o.Name)
			e.ObjectHash = o.SealedSHA256
			if add(t, db, e); i == 1 {
				if err := db.RemoveEvidence(t.Context(), r.ID, e.ID, "citizen", ""); err != nil {
					t.Fatal(err)
				}
			}
		}
		if n, err := files.Sweep(t.Context(), db.KnownObjects, time.Now().Add(time.Hour)); n != 1 || err != nil {
			t.Errorf("%d were removed, %v", n, err)
		}
		checked := 0
		if err := db.Objects(t.Context(), func(_, object string, hash []byte) error {
			checked++
			return files.Verify(context.Background(), object, hash)
		}); checked != 2 || err != nil {
			t.Errorf("%d files verified, %v", checked, err)
		}
		if _, err := files.Open(objects[2].Name); !store.NotFound(err) {
			t.Errorf("the one that nobody knows: %v", err)
		}
	})
}
