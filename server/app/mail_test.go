package app

import (
	"bufio"
	"io"
	"log/slog"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"anxin/server/complaint"
	"anxin/server/config"
	"anxin/server/intake"
	"anxin/server/locale"
)

// postbox is a mail server that takes everything.
type postbox struct {
	net.Listener
	arrived chan struct{} // one for each mail
	mu      sync.Mutex
	to      []string
	mails   []string
}

func openPostbox(t *testing.T) *postbox {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &postbox{Listener: l, arrived: make(chan struct{}, 10)}
	var group sync.WaitGroup
	group.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			group.Go(func() { p.talk(conn) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		group.Wait()
	})
	return p
}

func (p *postbox) talk(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	in := bufio.NewReader(conn)
	_, _ = io.WriteString(conn, "220 ready\r\n")
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		answer := "250 yes"
		switch command := strings.ToUpper(line); {
		case strings.HasPrefix(command, "RCPT"):
			p.mu.Lock()
			p.to = append(p.to, strings.TrimSpace(line))
			p.mu.Unlock()
		case strings.HasPrefix(command, "DATA"):
			_, _ = io.WriteString(conn, "354 go on\r\n")
			var mail strings.Builder
			for line != ".\r\n" {
				if line, err = in.ReadString('\n'); err != nil {
					return
				}
				mail.WriteString(line)
			}
			p.mu.Lock()
			p.mails = append(p.mails, mail.String())
			p.mu.Unlock()
			p.arrived <- struct{}{}
		case strings.HasPrefix(command, "QUIT"):
			answer = "221 bye"
		}
		if _, err := io.WriteString(conn, answer+"\r\n"); err != nil || answer == "221 bye" {
			return
		}
	}
}

// From a complaint that is filed to a mail that arrives, by what an operator configures.
func TestMailGoesOut(t *testing.T) {
	t.Parallel()
	box := openPostbox(t)
	cfg, err := config.Load(func(name string) string {
		return map[string]string{
			"ANXIN_DATA": filepath.Join(t.TempDir(), "data"), "ANXIN_SMTP_URL": "smtp://" + box.Addr().String() + "?from=notice@anxin.example&tls=none",
		}[name]
	})
	if err != nil {
		t.Fatal(err)
	}
	log := &logged{}
	o := &office{at: time.Date(2026, 11, 25, 10, 0, 0, 0, locale.Shanghai)}
	a, err := New(cfg, Options{Clock: o.now, Log: slog.New(slog.NewTextHandler(log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Close)
	her := herAnswers()
	her.Contact.Email, her.Reach = "jiang@example.com", intake.Reach{Ways: []string{"email"}, Language: string(locale.En)}
	r, err := a.Complaints.Submit(t.Context(), complaint.NewKey(), her)
	if err != nil {
		t.Fatal(err)
	}
	// What runs beside us may have taken it first: that is as good.
	if _, err := a.mailing(a.Complaints.Words).Deliver(t.Context()); err != nil {
		t.Fatal(err)
	}
	select {
	case <-box.arrived:
	case <-time.After(time.Minute):
		t.Fatal("no mail arrives")
	}
	box.mu.Lock()
	defer box.mu.Unlock()
	if len(box.mails) != 1 || len(box.to) != 1 || !strings.Contains(box.to[0], "<jiang@example.com>") {
		t.Fatalf("%d mails went to %v", len(box.mails), box.to)
	}
	mail := box.mails[0]
	if !strings.Contains(mail, "Subject: You have a new message") {
		t.Errorf("it is %s", mail)
	}
	for _, canary := range []string{herName, herPhone, herStory, r.Number, r.Code, "样本"} {
		if strings.Contains(mail, canary) {
			t.Errorf("it names %s", canary)
		}
	}
	if strings.Contains(log.String(), "jiang") {
		t.Errorf("the log names her: %s", log)
	}
}
