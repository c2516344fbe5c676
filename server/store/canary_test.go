package store_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"anxin/server/store"
	"anxin/server/store/storetest"
)

// Personal data, what somebody wrote, codes, keys and network addresses, put through every path there is, stand nowhere in
// plain: in no column, no index, no file of the database, no log and no error.
func TestCanaries(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		ctx := t.Context()
		const key, resume, address = "the-key-of-her-draft", "7777888899990000", "198.51.100.77"
		canaries := []string{herName, herPhone, herCode, number, "我被骗了八万元", "金丝雀银行不理我", key, resume, address}
		var said []string
		hear := func(err error) {
			if err != nil {
				said = append(said, err.Error())
			}
		}
		draft := store.Draft{Key: key, Resume: resume, Body: []byte("我被骗了八万元"), ExpiresAt: db.Clock.Now().Add(time.Hour)}
		for range 2 {
			_, err := db.SaveDraft(ctx, draft)
			hear(err)
		}
		kept := draft
		kept.Key += "2" // this one stays
		kept.Resume = "7777888899990001"
		_, err := db.SaveDraft(ctx, kept)
		hear(err)
		_, err = db.DraftByResume(ctx, resume+"1")
		hear(err)
		sub, r := submit(t, db, key, number)
		other := sub
		other.Content += "x"
		_, err = db.Submit(ctx, other)
		hear(err)
		other.Key += "x"
		_, err = db.Submit(ctx, other)
		hear(err)
		_, err = db.SaveDraft(ctx, draft)
		hear(err)
		_, err = db.OpenByCode(ctx, address, number, herCode)
		hear(err)
		for range 7 {
			_, err = db.OpenByCode(ctx, address, number, "7777888899990000")
			hear(err)
		}
		change := store.Change{Dispute: r.ID, Version: 2, State: "submitted", Events: []store.Event{
			{Event: "tell", Actor: "citizen", State: "submitted", Body: []byte("金丝雀银行不理我")},
		}, Deliveries: []store.Delivery{{Notice: "told", Channel: "sms", Body: []byte(herPhone)}}}
		for range 2 {
			_, err = db.Append(ctx, change)
			hear(err)
		}
		_, err = db.Say(ctx, store.Message{Dispute: r.ID, Author: "citizen", Audience: "council", Body: []byte("我被骗了八万元")})
		hear(err)
		hear(db.ChangeParty(ctx, r.ID, sub.Parties[0].ID, []byte(herName+herPhone), herName, herPhone, "citizen", "", []store.Delivery{{Body: []byte(herPhone)}}))
		token, _, err := db.StartSession(ctx, store.Access{Dispute: r.ID, Party: sub.Parties[0].ID}, idle, longest)
		hear(err)
		canaries = append(canaries, token)
		_, _, err = db.Session(ctx, token+"x", idle, longest)
		hear(err)
		for range 2 { // the second time its name is taken
			hear(db.AddEvidence(ctx, handedIn(r.ID, sub.Parties[0].ID, "one"), "citizen", sub.Parties[0].ID))
		}
		// Where the database itself refuses, it likes to quote what it was given.
		again := submission(t, db, "a third key", "31")
		again.Parties[0].ID = sub.Parties[0].ID
		_, err = db.Submit(ctx, again)
		hear(err)
		hear(db.Write(ctx, func(tx *store.Tx) error {
			_, err := tx.Exec("INSERT INTO disputes (id) VALUES ($1)", herName)
			return err
		}))
		_, err = db.ByNumber(ctx, number+"0")
		hear(err)
		if err := db.Write(ctx, func(tx *store.Tx) error {
			_, err := tx.Exec("UPDATE parties SET body = name_index")
			return err
		}); err != nil {
			t.Fatal(err)
		}
		_, err = db.Dispute(ctx, r.ID)
		hear(err)
		canaries = append(canaries, staffCanaries(t, db, address, hear)...)
		if len(said) < 10 {
			t.Fatalf("only these errors: %v", said)
		}
		places := dump(t, db)
		places["errors"] = []byte(strings.Join(said, "\n"))
		places["log"] = []byte(db.Log.String())
		if !bytes.Contains(places[tableOf(db)], []byte("institution-1")) {
			t.Errorf("what stands in plain is not found: the search is blind")
		}
		for place, text := range places {
			for _, c := range canaries {
				b := []byte(c)
				for _, form := range [][]byte{b, []byte(hex.EncodeToString(b)), []byte(strings.ToUpper(hex.EncodeToString(b))), []byte(base64.RawStdEncoding.EncodeToString(b))} {
					if bytes.Contains(text, form) {
						t.Errorf("%s has %q in plain", place, c)
					}
				}
			}
		}
	})
}

// staffCanaries puts an account through what there is for one, and returns what must not be found.
func staffCanaries(t *testing.T, db *storetest.DB, address string, hear func(error)) []string {
	t.Helper()
	const name, shown, password, secret, link, token, code = "金丝雀职员", "金丝雀小姐", "canary passwords", "canarySecretOfFactor", "CANARYLINK", "CANARYTOKEN", "CANARYCODEOFTEN8"
	ctx, n := t.Context(), store.NewStaffSession{Token: token, Device: "Firefox", Idle: time.Hour, Longest: time.Hour}
	id, err := db.AddStaff(ctx, "command", store.Staff{Name: name, Role: "officer", Language: "en"}, store.StaffLink{Token: link, For: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.AddStaff(ctx, "command", store.Staff{Name: name, Role: "officer", Language: "en"}, store.StaffLink{Token: link + "2", For: time.Hour})
	hear(err)
	hash, err := db.Options.Vault.HashPassword(ctx, password)
	hear(err)
	hear(db.UseStaffLink(ctx, link, hash, "en", []byte(secret), n))
	hear(db.UseStaffLink(ctx, link, hash, "en", []byte(secret), n))
	hear(db.ShowStaff(ctx, id, shown, "en"))
	hear(db.ConfirmStaffFactor(ctx, token, func([]byte) (int64, bool) { return 0, false }, []string{code}, n))
	n.Token += "2"
	hear(db.ConfirmStaffFactor(ctx, token, func([]byte) (int64, bool) { return 1, true }, []string{code}, n))
	n.Token += "2"
	hear(db.SignInStaff(ctx, address, name, password+"x", n))
	hear(db.SignInStaff(ctx, address, name, password, n))
	hear(db.Write(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec("INSERT INTO staff (id, role) VALUES ($1, $2)", name, secret)
		return err
	}))
	if st, secrets, err := db.StaffByID(ctx, id); err != nil || st.Name != name || st.Shown != shown || string(secrets.TOTP) != secret || secrets.CodesLeft != 1 {
		t.Errorf("the account was not kept: %v, %v", st, err)
	}
	return []string{name, shown, password, secret, link, token, code}
}

// tableOf is a place in which a dump must have the institution's id.
func tableOf(db *storetest.DB) string {
	if db.Options.URL == "" {
		return "anxin.db-wal"
	}
	return "legs"
}

// dump is everything the database keeps: SQLite's files as they lie there, PostgreSQL's tables row by row.
func dump(t *testing.T, db *storetest.DB) map[string][]byte {
	t.Helper()
	places := map[string][]byte{}
	if db.Options.URL == "" {
		files, err := filepath.Glob(filepath.Join(db.Options.Data, "anxin.db*"))
		if err != nil || len(files) < 2 {
			t.Fatal(files, err)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			places[filepath.Base(file)] = data
		}
		return places
	}
	if err := db.Read(t.Context(), func(tx *store.Tx) error {
		var tables []string
		if err := tx.Query("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'", nil, func(scan func(...any) error) error {
			var name string
			err := scan(&name)
			tables = append(tables, name)
			return err
		}); err != nil {
			return err
		}
		for _, table := range tables {
			if err := tx.Query(fmt.Sprintf("SELECT t::text FROM %s t", table), nil, func(scan func(...any) error) error {
				var row string
				err := scan(&row)
				places[table] = append(places[table], row...)
				return err
			}); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return places
}
