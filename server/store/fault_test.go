package store_test

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"anxin/server/store"
	"anxin/server/store/storetest"
)

// faults stands between the store and its driver and lets the nth statement fail, BEGIN and COMMIT included: instead of running
// it, or after it ran, as when the answer is lost.
type faults struct {
	mu        sync.Mutex
	n, at     int // at 0: none fails
	after     bool
	committed bool // it was a COMMIT that failed after it ran
}

var errInjected = errors.New("a fault of the test's")

func (f *faults) arm(at int, after bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.n, f.at, f.after, f.committed = 0, at, after, false
}

// hit tells whether the statement came to be run that was to fail.
func (f *faults) hit() bool { return f.n >= f.at }

func (f *faults) turn() (fails, after bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.n++
	return f.at > 0 && f.n == f.at, f.after
}

func (f *faults) wrap(c driver.Connector) driver.Connector { return &faultyConnector{c, f} }

type faultyConnector struct {
	driver.Connector
	f *faults
}

func (c *faultyConnector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &faultyConn{conn, c.f}, nil
}

type faultyConn struct {
	driver.Conn
	f *faults
}

func (c *faultyConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	fails, after := c.f.turn()
	if fails && !after {
		return nil, errInjected
	}
	r, err := c.Conn.(driver.ExecerContext).ExecContext(ctx, query, args)
	if fails && err == nil {
		return nil, errInjected
	}
	return r, err
}

func (c *faultyConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if fails, _ := c.f.turn(); fails {
		return nil, errInjected
	}
	return c.Conn.(driver.QueryerContext).QueryContext(ctx, query, args)
}

func (c *faultyConn) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	if fails, _ := c.f.turn(); fails {
		return nil, errInjected
	}
	tx, err := c.Conn.(driver.ConnBeginTx).BeginTx(ctx, opts)
	return &faultyTx{tx, c.f}, err
}

func (c *faultyConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	return c.Conn.(driver.ConnPrepareContext).PrepareContext(ctx, query)
}

func (c *faultyConn) ResetSession(ctx context.Context) error {
	return c.Conn.(driver.SessionResetter).ResetSession(ctx)
}

func (c *faultyConn) CheckNamedValue(v *driver.NamedValue) error {
	if checker, ok := c.Conn.(driver.NamedValueChecker); ok {
		return checker.CheckNamedValue(v)
	}
	return driver.ErrSkip
}

type faultyTx struct {
	driver.Tx
	f *faults
}

func (tx *faultyTx) Commit() error {
	fails, after := tx.f.turn()
	if fails && !after {
		return errors.Join(errInjected, tx.Rollback()) // as a database does with what it cannot commit
	}
	err := tx.Tx.Commit()
	if fails && err == nil {
		tx.f.committed = true
		return errInjected
	}
	return err
}

// faulty opens the database anew with faults before its driver.
func faulty(t *testing.T, db *storetest.DB) *faults {
	t.Helper()
	f := &faults{}
	db.Options = store.Wrapped(db.Options, f.wrap)
	db.Reopen(t)
	return f
}

// Whichever statement of a submission fails, either all of it is there or nothing, the draft included; and asked again it is
// filed, once.
func TestFaultAtEveryStatement(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		f := faulty(t, db)
		want := map[string]int{}
		check := func(what string) {
			t.Helper()
			if diff := cmp.Diff(want, rows(t, db.Store)); diff != "" {
				t.Fatalf("%s: %s", what, diff)
			}
		}
		add := func(n int) {
			for table, rows := range whole {
				want[table] += n * rows
			}
		}
		statements := 0
		for _, after := range []bool{false, true} {
			for at := 1; ; at++ {
				key := fmt.Sprint(after, at)
				if _, err := db.SaveDraft(t.Context(), store.Draft{Key: key, ExpiresAt: db.Clock.Now().Add(time.Hour)}); err != nil {
					t.Fatal(err)
				}
				sub := submission(t, db, key, fmt.Sprintf("%d%04d", len(key), at))
				f.arm(at, after)
				_, err := db.Submit(t.Context(), sub)
				hit, committed := f.hit(), f.committed
				f.arm(0, false)
				if !hit {
					if err != nil {
						t.Fatalf("no fault, and %v", err)
					}
					statements = at - 1
					add(1)
					check("without a fault")
					break
				}
				if err == nil {
					t.Fatalf("fault at %s is not told", key)
				}
				if !committed {
					want["drafts"] = 1
					check("fault at " + key)
					delete(want, "drafts")
				}
				add(1)
				if committed {
					check("fault at " + key)
				}
				r, err := db.Submit(t.Context(), sub)
				if err != nil || r.Replayed != committed {
					t.Fatalf("again after the fault at %s: %+v, %v", key, r, err)
				}
				check("again after the fault at " + key)
			}
		}
		if statements < 20 {
			t.Errorf("only %d statements were tried", statements)
		}
		sound(t, db.Store)
	})
}

// Whichever statement of a group fails, who was acknowledged is there, and who was not is not.
func TestFaultInAGroup(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	f := faulty(t, db)
	refused := errors.New("refused")
	for _, after := range []bool{false, true} {
		for at := 1; ; at++ {
			var fns []func(*store.Tx) error
			id := func(i int) string { return fmt.Sprint(after, " ", at, " ", i) }
			for i := range 3 {
				fns = append(fns, func(tx *store.Tx) error {
					if err := note(tx, id(i)); err != nil || i != 1 {
						return err
					}
					return refused // so that there is a second run, with savepoints
				})
			}
			// The first to fail is the commit of the one who held the writer back.
			errs := gatherAnd(t, db.Store, func() { f.arm(at, after) }, fns...)
			hit, committed := f.hit(), f.committed
			f.arm(0, false)
			found := noted(t, db.Store)
			for i, err := range errs {
				there := found[id(i)] == 1
				if acknowledged := err == nil; acknowledged && !there || !acknowledged && there && !committed {
					t.Errorf("fault at %d (after it ran: %t): %d was told %v, there: %t", at, after, i, err, there)
				}
			}
			if !hit {
				break
			}
		}
	}
}

// Whichever statement fails of what is added to a dispute later, all of it is there or nothing, with its audit.
func TestFaultAtEveryLaterStatement(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		f := faulty(t, db)
		sub, r := submit(t, db, "a key", number)
		her := sub.Parties[0].ID
		kept := add(t, db, handedIn(r.ID, her, "one"))
		told := []store.Delivery{{Party: her, Notice: "contact_changed", Channel: "old_contact", Body: []byte(herPhone)}}
		for name, c := range map[string]struct {
			do   func() error
			adds map[string]int
		}{
			"a message": {func() error {
				_, err := db.Say(t.Context(), store.Message{Dispute: r.ID, Author: "citizen", Audience: "council", Body: []byte("x")})
				return err
			}, map[string]int{"messages": 1, "audit": 1}},
			"a message, and word of it": {func() error {
				_, err := db.Say(t.Context(), store.Message{Dispute: r.ID, Author: "officer", Audience: "party", Body: []byte("x")},
					store.Delivery{Party: her, Notice: "message", Channel: "inbox", Done: true}, store.Delivery{Party: her, Notice: "message", Channel: store.NewID(), Absorbed: []string{"message"}})
				return err
			}, map[string]int{"messages": 1, "deliveries": 2, "audit": 1}},
			"a contact": {func() error {
				return db.ChangeParty(t.Context(), r.ID, her, []byte("x"), herName, herPhone, "citizen", her, told)
			}, map[string]int{"deliveries": 1, "audit": 1}},
			"a session": {func() error {
				_, _, err := db.StartSession(t.Context(), store.Access{Dispute: r.ID, Party: her}, idle, longest)
				return err
			}, map[string]int{"sessions": 1}},
			"a file": {func() error {
				return db.AddEvidence(t.Context(), handedIn(r.ID, her, store.NewID()), "citizen", her)
			}, map[string]int{"evidence": 1, "audit": 1}},
			"a file's description": {func() error {
				return db.ChangeEvidence(t.Context(), r.ID, kept.ID, []byte("x"), "citizen", her)
			}, map[string]int{"audit": 1}},
		} {
			for _, after := range []bool{false, true} {
				for at := 1; ; at++ {
					want := rows(t, db.Store)
					f.arm(at, after)
					err := c.do()
					hit, committed := f.hit(), f.committed
					f.arm(0, false)
					if err == nil || committed {
						for table, n := range c.adds {
							want[table] += n
						}
					}
					if diff := cmp.Diff(want, rows(t, db.Store)); diff != "" {
						t.Fatalf("%s, fault at %d (after it ran: %t): %s", name, at, after, diff)
					}
					if !hit {
						if err != nil || at < 4 {
							t.Errorf("%s: %d statements were tried, then %v", name, at-1, err)
						}
						break
					}
					if err == nil {
						t.Errorf("%s: fault at %d is not told", name, at)
					}
				}
			}
		}
		sound(t, db.Store)
	})
}
