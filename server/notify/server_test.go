package notify_test

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

// mailServer speaks SMTP on loopback as it is told to: it answers a command otherwise than with yes, falls silent, or hangs up.
type mailServer struct {
	net.Listener
	secure   *tls.Config // offers STARTTLS, or with implicit speaks TLS from the first byte
	implicit bool
	extends  []string // what else it says it can do
	// answer is what it says to a command in place of yes; "silence" and "hang up" are what they say. It is asked with the command
	// in capitals, and with "GREETING" and "." besides.
	answer func(command string, n int) string

	mu       sync.Mutex
	counts   map[string]int
	received []string // whole mails, whatever it said to them
	heard    []string
	conns    []net.Conn
}

func serve(t *testing.T, s *mailServer) *mailServer {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.Listener, s.counts = l, map[string]int{}
	var group sync.WaitGroup
	group.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			s.mu.Lock()
			s.conns = append(s.conns, conn)
			s.mu.Unlock()
			group.Go(func() { s.talk(conn) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		s.mu.Lock()
		for _, c := range s.conns {
			_ = c.Close()
		}
		s.mu.Unlock()
		group.Wait()
	})
	return s
}

func (s *mailServer) port() string {
	_, port, _ := net.SplitHostPort(s.Addr().String())
	return port
}

func (s *mailServer) mails() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.received...)
}

func (s *mailServer) talk(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	encrypted := s.implicit
	if s.implicit {
		conn = tls.Server(conn, s.secure)
	}
	in := bufio.NewReader(conn)
	say := func(command, yes string) bool {
		s.mu.Lock()
		s.counts[command]++
		n := s.counts[command]
		s.mu.Unlock()
		if s.answer != nil {
			if other := s.answer(command, n); other != "" {
				yes = other
			}
		}
		switch yes {
		case "silence":
			_, _ = in.ReadByte() // until the other gives up
			return false
		case "hang up":
			return false
		}
		_, err := conn.Write([]byte(yes + "\r\n"))
		return err == nil
	}
	if !say("GREETING", "220 ready") {
		return
	}
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		s.mu.Lock()
		s.heard = append(s.heard, strings.TrimSpace(line))
		s.mu.Unlock()
		command, _, _ := strings.Cut(strings.ToUpper(strings.TrimSpace(line)), " ")
		yes := "250 yes"
		switch command {
		case "EHLO":
			can := append([]string{"here"}, s.extends...)
			if s.secure != nil && !encrypted {
				can = append(can, "STARTTLS")
			}
			yes = ""
			for i, c := range can {
				if i < len(can)-1 {
					yes += "250-" + c + "\r\n"
				} else {
					yes += "250 " + c
				}
			}
		case "DATA":
			yes = "354 go on"
		case "QUIT":
			yes = "221 bye"
		case "AUTH":
			yes = "235 come in"
		case "STARTTLS":
			yes = "220 go on"
		}
		if !say(command, yes) || command == "QUIT" {
			return
		}
		switch {
		case command == "STARTTLS":
			conn = tls.Server(conn, s.secure)
			in, encrypted = bufio.NewReader(conn), true
		case command == "DATA":
			var mail strings.Builder
			for {
				line, err := in.ReadString('\n')
				if err != nil {
					return
				}
				if line == ".\r\n" {
					break
				}
				mail.WriteString(line)
			}
			s.mu.Lock()
			s.received = append(s.received, mail.String())
			s.mu.Unlock()
			if !say(".", "250 taken") {
				return
			}
		}
	}
}

// certificate is one that a test's server shows, and a pool that trusts it.
func certificate(t *testing.T) (*tls.Config, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	from := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, from, from, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, pool
}
