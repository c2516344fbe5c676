package deploy

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// work is where everything is made.
var work string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		var err error
		if work, err = os.MkdirTemp("", "anxin-deploy-"); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(work)
		if err := os.Chmod(work, 0o755); err != nil { // PostgreSQL runs as somebody else
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		return m.Run()
	}())
}

// server is the program of the image on this machine.
type server struct {
	root string            // all it sees, where we may shut it in
	env  map[string]string // beside the address
	port int
	url  string

	t      *testing.T
	image  image
	cmd    *exec.Cmd
	said   *output
	exited chan struct{}
}

type output struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}

// freePort is one that nobody listens on.
func freePort(t *testing.T) int {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// start starts the server and waits until it is ready.
func (m image) start(t *testing.T, s server) *server {
	t.Helper()
	s.t, s.image, s.port = t, m, freePort(t)
	s.url = "http://127.0.0.1:" + strconv.Itoa(s.port)
	s.env["ANXIN_ADDR"] = strings.TrimPrefix(s.url, "http://")
	s.said, s.exited = &output{}, make(chan struct{})
	s.cmd = s.command(m.command...)
	s.cmd.Stdout, s.cmd.Stderr = s.said, s.said
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = s.cmd.Wait() // what it said tells why
		close(s.exited)
	}()
	t.Cleanup(s.stop)
	give, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	for {
		r, err := http.NewRequestWithContext(give, http.MethodGet, s.url+"/readyz", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		if answer, err := http.DefaultClient.Do(r); err == nil {
			_ = answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return &s
			}
		}
		select {
		case <-s.exited:
			t.Fatalf("the server ended: %s", s.said)
		case <-give.Done():
			t.Fatalf("the server does not answer: %s", s.said)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func (s *server) stop() {
	_ = s.cmd.Process.Signal(syscall.SIGTERM) // it may have ended
	select {
	case <-s.exited:
	case <-time.After(30 * time.Second):
		_ = s.cmd.Process.Kill()
		<-s.exited
		s.t.Errorf("it did not end when told to: %s", s.said)
	}
}

// command runs a program of the image with the server's settings and no others. As root we shut it into the image, as the user
// it names; as anybody else we run it where we are.
func (s *server) command(words ...string) *exec.Cmd {
	cmd := exec.Command(words[0], words[1:]...)
	cmd.Dir = "/"
	env := map[string]string{}
	for k, v := range s.env {
		env[k] = v
	}
	if s.root != "" && os.Getuid() == 0 {
		uid, gid, err := s.image.ids()
		if err != nil {
			s.t.Fatal(err)
		}
		data := filepath.Join(s.root, env["ANXIN_DATA"])
		if err := filepath.Walk(data, func(name string, _ os.FileInfo, err error) error {
			if err != nil {
				return err
			}
			return os.Lchown(name, int(uid), int(gid))
		}); err != nil {
			s.t.Fatal(err)
		}
		cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: s.root, Credential: &syscall.Credential{Uid: uid, Gid: gid}}
	} else {
		cmd.Path, cmd.Err = filepath.Join(s.image.root, words[0]), nil
		if s.root != "" {
			env["ANXIN_DATA"] = filepath.Join(s.root, env["ANXIN_DATA"])
		}
	}
	cmd.Env = []string{}
	for k, v := range env {
		cmd.Env = append(cmd.Env, k+"="+v)
	}
	return cmd
}

func (m image) ids() (uid, gid uint32, err error) {
	u, g, _ := strings.Cut(m.user, ":")
	a, err := strconv.ParseUint(u, 10, 32)
	if err != nil {
		return 0, 0, err
	}
	b, err := strconv.ParseUint(g, 10, 32)
	return uint32(a), uint32(b), err
}

// ask sends a request, and gives what it was answered with.
func (s *server) ask(method, path, body string, header map[string]string) (int, string) {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	for k, v := range header {
		r.Header.Set(k, v)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return answer.StatusCode, string(text)
}
