package storetest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver by its name

	"anxin/server/store"
)

const howTo = "to test on PostgreSQL install it (Debian: apt-get install postgresql) or name a server whose user may create databases: " +
	"ANXIN_TEST_POSTGRES=postgres://user@host/postgres"

// Postgres makes a fresh database, dropped when the test ends, and returns its address. Where there is no server and none can
// be started the test is skipped, or with CI=true fails.
func Postgres(t testing.TB) string {
	t.Helper()
	server, err := serverURL()
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%v; %s", err, howTo)
		}
		t.Skipf("%v; %s", err, howTo)
	}
	name := "anxin_test_" + strings.ToLower(store.NewID())
	run := func(ctx context.Context, statement string) error {
		db, err := sql.Open("pgx", server)
		if err != nil {
			return err
		}
		defer db.Close() //nolint:errcheck // it served one statement
		_, err = db.ExecContext(ctx, statement)
		return err
	}
	// C orders text by its bytes, as SQLite does.
	if err := run(t.Context(), "CREATE DATABASE "+name+" TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C' STRATEGY file_copy"); err != nil {
		t.Fatalf("make a database for the test: %v", err)
	}
	t.Cleanup(func() {
		if err := run(context.Background(), "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Errorf("drop the test's database: %v", err)
		}
	})
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}

// serverURL is the address of a server that lives as long as the test's process.
var serverURL = sync.OnceValues(func() (string, error) {
	if named := os.Getenv("ANXIN_TEST_POSTGRES"); named != "" {
		return named, nil
	}
	bin, err := programs()
	if err != nil {
		return "", err
	}
	return start(bin)
})

// programs finds the folder with initdb and postgres, which Debian keeps out of the path.
func programs() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(path), nil
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(found) == 0 {
		return "", errors.New("PostgreSQL is not installed")
	}
	return filepath.Dir(found[len(found)-1]), nil
}

// The server's parent is a shell that reads from us. However this process ends, its reading ends, and it stops the server by
// its own number and removes the folder.
const keeper = `
set -e
cd "$1"
"$2/initdb" -D data -U anxin -A trust -E UTF8 --locale=C --no-sync >log 2>&1
"$2/postgres" -D data -k "$1" -c listen_addresses= -c max_connections=400 -c shared_buffers=64MB >>log 2>&1 &
server=$!
set +e
cat >/dev/null
kill -QUIT $server
wait $server
rm -rf "$1"
`

func start(bin string) (string, error) {
	dir, err := os.MkdirTemp("", "anxin-pg-") // short: a socket's path has 107 bytes at most
	if err != nil {
		return "", err
	}
	cmd := exec.Command("/bin/sh", "-c", keeper, "sh", dir, bin)
	cmd.Dir = "/"
	if err := unprivileged(cmd, dir); err != nil {
		return "", err
	}
	// Held open for as long as this process lives.
	if _, err := cmd.StdinPipe(); err != nil {
		return "", err
	}
	if err := cmd.Start(); err != nil {
		return "", fmt.Errorf("start PostgreSQL: %w", err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	address := "postgres://anxin@/postgres?host=" + url.QueryEscape(dir)
	db, err := sql.Open("pgx", address)
	if err != nil {
		return "", err
	}
	defer db.Close() //nolint:errcheck // it only knocked
	deadline := time.After(time.Minute)
	for {
		if db.Ping() == nil {
			return address, nil
		}
		select {
		case <-ended:
			return "", fmt.Errorf("PostgreSQL did not start: %s", tail(filepath.Join(dir, "log")))
		case <-deadline:
			return "", fmt.Errorf("PostgreSQL does not answer: %s", tail(filepath.Join(dir, "log")))
		case <-time.After(20 * time.Millisecond): // it says nowhere that it is ready; asking is what pg_isready does
		}
	}
}

func tail(file string) string {
	f, err := os.Open(file)
	if err != nil {
		return err.Error()
	}
	defer f.Close() //nolint:errcheck // only read from
	text, _ := io.ReadAll(f)
	return string(text[max(0, len(text)-500):])
}
