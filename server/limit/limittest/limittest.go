// Package limittest starts a Redis for a test: a real one, which the test can silence, kill, fill and start again.
package limittest

import (
	"bufio"
	"context"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

const howTo = "to test with Redis install it (Debian: apt-get install redis-server)"

// Server is a Redis of the test's own, which ends with it.
type Server struct {
	URL string // unix://…: no port that another could have

	t      testing.TB
	dir    string
	args   []string
	server int       // the process
	hold   io.Closer // while it is open, the server runs
	keeper *exec.Cmd
}

// Redis starts one that keeps nothing on the disk; args are settings as redis-server takes them. Where it is not installed the
// test is skipped, or with CI=true fails.
func Redis(t testing.TB, args ...string) *Server {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("Redis is not installed; " + howTo)
		}
		t.Skip("Redis is not installed; " + howTo)
	}
	dir, err := os.MkdirTemp("", "anxin-redis-") // short: a socket's path has 107 bytes at most
	if err != nil {
		t.Fatal(err)
	}
	socket := filepath.Join(dir, "redis.sock")
	s := &Server{t: t, dir: dir, URL: (&url.URL{Scheme: "unix", Path: socket}).String()}
	s.args = append([]string{"--port", "0", "--unixsocket", socket, "--save", "", "--appendonly", "no", "--dir", dir, "--logfile", filepath.Join(dir, "log")}, args...)
	t.Cleanup(func() {
		s.Kill()
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	s.Start()
	return s
}

// The server's parent is a shell that reads from us: however this process ends, its reading ends, and it ends the server by
// its own number.
const keeper = `redis-server "$@" >/dev/null 2>&1 &
echo $!
cat >/dev/null
kill -KILL $! 2>/dev/null
wait $!
exit 0`

// Start starts it, also after [Server.Kill]; it then knows nothing of before.
func (s *Server) Start() {
	s.t.Helper()
	_ = os.Remove(filepath.Join(s.dir, "redis.sock")) // one that was killed leaves it
	cmd := exec.Command("/bin/sh", append([]string{"-c", keeper, "sh"}, s.args...)...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	if s.hold, err = cmd.StdinPipe(); err != nil {
		s.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		s.t.Fatalf("start Redis: %v", err)
	}
	s.keeper = cmd
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		s.t.Fatalf("start Redis: %v", err)
	}
	if s.server, err = strconv.Atoi(strings.TrimSpace(line)); err != nil {
		s.t.Fatalf("start Redis: %v", err)
	}
	client := s.Client()
	defer client.Close() //nolint:errcheck // it only knocked
	give, cancel := context.WithTimeout(s.t.Context(), time.Minute)
	defer cancel()
	for client.Ping(give).Err() != nil {
		select {
		case <-give.Done():
			log, _ := os.ReadFile(filepath.Join(s.dir, "log"))
			s.t.Fatalf("Redis does not answer: %s", log)
		case <-time.After(5 * time.Millisecond): // it says nowhere that it is ready
		}
	}
}

// Client asks the server itself, to see what stands in it or to fill it.
func (s *Server) Client() *redis.Client {
	o, err := redis.ParseURL(s.URL)
	if err != nil {
		s.t.Fatal(err)
	}
	return redis.NewClient(o)
}

// Silence lets it accept connections and answer nothing, until [Server.Wake].
func (s *Server) Silence() { s.signal(syscall.SIGSTOP) }

// Wake ends [Server.Silence].
func (s *Server) Wake() { s.signal(syscall.SIGCONT) }

func (s *Server) signal(sig syscall.Signal) {
	s.t.Helper()
	if err := syscall.Kill(s.server, sig); err != nil {
		s.t.Fatalf("tell Redis: %v", err)
	}
}

// Kill ends it at once.
func (s *Server) Kill() {
	s.t.Helper()
	if s.keeper == nil {
		return
	}
	_ = s.hold.Close()
	if err := s.keeper.Wait(); err != nil {
		s.t.Errorf("end Redis: %v", err)
	}
	s.keeper = nil
}
