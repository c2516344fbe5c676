package store_test

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"anxin/server/store"
	"anxin/server/store/storetest"
	"anxin/server/vault"
)

var kills = flag.Int("kills", 3, "how often the writing process is killed, on each database")

// The child writes its acknowledgements, a line each, to a pipe: what it wrote there before it was killed arrives.
func childStore() (*store.Store, *vault.Vault) {
	v := storetest.Vault()
	s, err := store.Open(context.Background(), store.Options{
		Data: os.Getenv("ANXIN_TEST_DATA"), URL: os.Getenv("ANXIN_TEST_URL"), Vault: v, Clock: time.Now, Log: slog.New(slog.NewTextHandler(os.Stderr, nil)),
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return s, v
}

// submitUntilKilled files disputes from eight sides, every other one twice at once, as clients do that get no answer.
func submitUntilKilled() {
	s, v := childStore()
	for range 8 {
		go func() {
			for {
				number := vault.Digits(13)
				sub := filled(v, time.Now(), "key of "+number, number)
				var wg sync.WaitGroup
				for range 1 + rand.IntN(2) {
					wg.Go(func() {
						r, err := s.Submit(context.Background(), sub)
						if err != nil {
							fmt.Fprintln(os.Stderr, err)
							os.Exit(1)
						}
						_, _ = os.Stdout.WriteString(r.Number + "\n")
					})
				}
				wg.Wait()
			}
		}()
	}
	select {}
}

// acknowledgeEarly is what must not be: it acknowledges before the commit, and is killed then.
func acknowledgeEarly() {
	s, v := childStore()
	number := vault.Digits(13)
	_ = s.Write(context.Background(), func(tx *store.Tx) error {
		if err := store.SubmitIn(tx, filled(v, time.Now(), number, number)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		_, _ = os.Stdout.WriteString(number + "\n")
		select {}
	})
}

// killed runs a child until it has acknowledged so many, kills it, and returns all that it acknowledged.
func killed(t *testing.T, db *storetest.DB, child string, after int) []string {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childVariable+"="+child, "ANXIN_TEST_DATA="+db.Options.Data, "ANXIN_TEST_URL="+db.Options.URL)
	var said strings.Builder
	cmd.Stderr = &said
	out, in := io.Pipe()
	cmd.Stdout = in
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait() // returns when all that it wrote was read
		_ = in.Close()
		close(ended)
	}()
	var acknowledged []string
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		acknowledged = append(acknowledged, lines.Text())
		if len(acknowledged) == after {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	<-ended
	if len(acknowledged) < after {
		t.Fatalf("the child ended by itself after %d: %s", len(acknowledged), said.String())
	}
	return acknowledged
}

// missing tells which of those that were acknowledged are not there, whole.
func missing(t *testing.T, db *storetest.DB, acknowledged []string) []string {
	t.Helper()
	var lost []string
	for _, number := range acknowledged {
		id, err := db.ByNumber(t.Context(), number)
		if store.NotFound(err) {
			lost = append(lost, number)
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if d, err := db.Dispute(t.Context(), id); err != nil || d.Number != number || len(d.Events) != 2 || string(d.Body) != "我被骗了八万元" {
			t.Errorf("%s is not whole: %+v, %v", number, d, err)
		}
	}
	return lost
}

func TestKilledWhileWriting(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		var acknowledged []string
		for range *kills {
			db.Close()
			acknowledged = append(acknowledged, killed(t, db, "submit", 1+rand.IntN(150))...)
			db.Reopen(t)
		}
		if lost := missing(t, db, acknowledged); len(lost) > 0 {
			t.Errorf("%d of %d acknowledged are lost", len(lost), len(acknowledged))
		}
		// None is there twice, and what was under way when the child was killed is there whole or not at all.
		count := rows(t, db.Store)
		for table, n := range whole {
			if count[table] != n*count["disputes"] {
				t.Errorf("%d disputes have %d %s", count["disputes"], count[table], table)
			}
		}
		distinct := map[string]bool{}
		for _, number := range acknowledged {
			distinct[number] = true
		}
		if n := count["disputes"] - len(distinct); n < 0 || n > 8**kills {
			t.Errorf("%d disputes, %d acknowledged", count["disputes"], len(distinct))
		}
		sound(t, db.Store)
	})
}

// The test above can tell: what is acknowledged before the commit is lost, and found to be.
func TestKilledBeforeTheCommit(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		db.Close()
		acknowledged := killed(t, db, "early", 1)
		db.Reopen(t)
		if lost := missing(t, db, acknowledged); len(lost) != 1 {
			t.Errorf("%d of %d are found to be lost", len(lost), len(acknowledged))
		}
		if count := rows(t, db.Store); len(count) != 0 {
			t.Errorf("left behind: %v", count)
		}
	})
}
