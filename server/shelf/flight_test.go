package shelf

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
)

// countedConn counts the writes that reach the network.
type countedConn struct {
	net.Conn
	writes *atomic.Int64
}

func (c countedConn) Write(p []byte) (int, error) { c.writes.Add(1); return c.Conn.Write(p) }

// Bodies around every boundary of the buffer arrive whole and in order, one request after the other on one connection.
func TestFlightDeliversEveryLength(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	sheets := map[string]*Sheet{}
	var lengths []int
	for _, around := range []int{0, 1, 3900, buffer, 2*buffer - 400, 2 * buffer, 5 * buffer} {
		for d := -220; d <= 220; d += 11 {
			if n := around + d; n >= 0 {
				lengths = append(lengths, n)
			}
		}
	}
	for _, n := range lengths {
		sheets[fmt.Sprint("/", n)] = Once("text/plain", bytes.Repeat([]byte("x"), n))
	}
	srv := &http.Server{ConnContext: ConnContext, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { sheets[r.URL.Path].ServeHTTP(w, r) })}
	go func() { _ = srv.Serve(Listen(l)) }()
	defer srv.Close()
	client := &http.Client{Transport: &http.Transport{DisableCompression: true, MaxConnsPerHost: 1}}
	for _, n := range lengths {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			r, err := http.NewRequest(method, fmt.Sprintf("http://%s/%d", l.Addr(), n), nil)
			if err != nil {
				t.Fatal(err)
			}
			answer, err := client.Do(r)
			if err != nil {
				t.Fatalf("%s of %d bytes: %v", method, n, err)
			}
			body, err := io.ReadAll(answer.Body)
			answer.Body.Close()
			want := n
			if method == http.MethodHead {
				want = 0
			}
			if err != nil || len(body) != want || strings.Trim(string(body), "x") != "" {
				t.Errorf("%s of %d bytes: got %d, %v", method, n, len(body), err)
			}
		}
	}
}

func TestFlightKeepsBackOneWriteOnlyWhenTold(t *testing.T) {
	t.Parallel()
	near, far := net.Pipe()
	defer near.Close()
	got := make(chan string, 1)
	go func() { b, _ := io.ReadAll(far); got <- string(b) }()
	var writes atomic.Int64
	f := &flight{Conn: countedConn{near, &writes}}
	full := strings.Repeat("a", buffer)
	for _, w := range []struct {
		whole bool
		text  string
	}{{false, full}, {true, "short"}, {false, "b"}, {true, full}, {false, "c"}} {
		f.whole = f.whole || w.whole
		if n, err := f.Write([]byte(w.text)); err != nil || n != len(w.text) {
			t.Fatalf("wrote %d of %d: %v", n, len(w.text), err)
		}
	}
	if f.held != nil {
		t.Error("something is still kept back")
	}
	near.Close()
	if text := <-got; text != full+"shortb"+full+"c" {
		t.Errorf("%d bytes arrived, or in another order", len(text))
	}
}
