package doctor_test

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"testing"

	"anxin/server/config"
)

// talking is a mail server that greets and answers as told, once for each connection; nothing for a greeting: it says nothing.
func talking(t *testing.T, greeting string, answers map[string]string) (port string) {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				if greeting != "" {
					_, _ = fmt.Fprintf(conn, "%s\r\n", greeting)
				}
				for lines := bufio.NewScanner(conn); lines.Scan(); {
					verb, _, _ := strings.Cut(strings.ToUpper(lines.Text()), " ")
					if answer := answers[verb]; answer != "" {
						_, _ = fmt.Fprintf(conn, "%s\r\n", answer)
					}
				}
			}()
		}
	}()
	_, port, err = net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

func TestMail(t *testing.T) {
	t.Parallel()
	polite := map[string]string{"EHLO": "250-mail\r\n250 8BITMIME", "QUIT": "221 bye", "NOOP": "250 ok"}
	gone := talking(t, "220 mail", polite)
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, closed, _ := net.SplitHostPort(l.Addr().String())
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		url  string
		says string // what is wrong; empty: nothing
		do   string
	}{
		"a server that lets us in": {"smtp://127.0.0.1:" + gone + "?from=notice@anxin.example&tls=none", "", ""},
		"nobody listens":           {"smtp://127.0.0.1:" + closed + "?from=notice@anxin.example&tls=none", "unreachable", "no firewall"},
		"it says nothing":          {"smtp://127.0.0.1:" + talking(t, "", nil) + "?from=notice@anxin.example&tls=none", "silent", "port is one of a mail server"},
		"it speaks in the clear":   {"smtp://127.0.0.1:" + gone + "?from=notice@anxin.example", "no_tls", "STARTTLS"},
		"it is closed to us":       {"smtp://127.0.0.1:" + talking(t, "554 not you", polite) + "?from=notice@anxin.example&tls=none", "the mail server 127.0.0.1:", "keeps the mail server"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg, err := config.Load(func(name string) string { return map[string]string{"ANXIN_SMTP_URL": c.url}[name] })
			if err != nil {
				t.Fatal(err)
			}
			p := healthy(t, "")
			p.Config.Mail = cfg.Mail
			found := but(p.Examine(t.Context()), "content")
			if c.says == "" {
				if len(found) > 0 {
					t.Errorf("%+v", found)
				}
				return
			}
			if len(found) != 1 || found[0].About != "mail" || !strings.Contains(found[0].What, c.says) || !strings.Contains(found[0].Do, c.do) {
				t.Errorf("%+v does not say %q, %q", found, c.says, c.do)
			}
		})
	}
}
