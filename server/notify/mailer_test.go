package notify_test

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"mime"
	"mime/quotedprintable"
	"net/mail"
	"net/url"
	"strings"
	"testing"
	"time"

	"anxin/i18n"
	"anxin/server/config"
	"anxin/server/locale"
	"anxin/server/notify"
)

const her = "lin.canary@example.com"

func words(t *testing.T) *notify.Words {
	t.Helper()
	catalogue, err := locale.OpenCatalogue(i18n.Files)
	if err != nil {
		t.Fatal(err)
	}
	return &notify.Words{Catalogue: catalogue, Site: &url.URL{Scheme: "https", Host: "anxin.example"}}
}

func mailer(t *testing.T, s *mailServer) *notify.Mailer {
	t.Helper()
	return &notify.Mailer{
		Server: config.Mail{Host: "127.0.0.1", Port: s.port(), From: "notice@anxin.example", TLS: config.Plain},
		Words:  words(t), Now: func() time.Time { return time.Date(2026, 12, 1, 1, 2, 3, 0, time.UTC) }, Patience: 10 * time.Second,
	}
}

func notice() notify.Mail {
	return notify.Mail{ID: "DELIVERY1", To: her, Notice: notify.Progress, Lang: locale.Hans}
}

// What arrives is plain text that says nothing of a case, says by its head that a program sent it, and can be told from a second copy.
func TestMailArrives(t *testing.T) {
	t.Parallel()
	s := serve(t, &mailServer{})
	if err := mailer(t, s).Send(t.Context(), notice()); err != nil {
		t.Fatal(err)
	}
	got := s.mails()
	if len(got) != 1 {
		t.Fatalf("%d mails arrived", len(got))
	}
	m, err := mail.ReadMessage(strings.NewReader(got[0]))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil || subject != "您有一条新消息" {
		t.Errorf("the subject is %q, %v", subject, err)
	}
	for name, want := range map[string]string{
		"Message-Id": "<DELIVERY1@anxin.example>", "Auto-Submitted": "auto-generated", "List-Id": "<notice.anxin.example>", "Content-Language": "zh-Hans",
		"Date": "Tue, 01 Dec 2026 01:02:03 +0000", "To": "<" + her + ">", "User-Agent": "", "X-Mailer": "", "Reply-To": "",
	} {
		if have := m.Header.Get(name); have != want {
			t.Errorf("%s is %q, not %q", name, have, want)
		}
	}
	if kind := m.Header.Get("Content-Type"); kind != "text/plain; charset=UTF-8" {
		t.Errorf("it is %s", kind)
	}
	from, err := m.Header.AddressList("From")
	if err != nil || from[0].Address != "notice@anxin.example" || from[0].Name != "安心" {
		t.Errorf("from %v, %v", from, err)
	}
	text, err := io.ReadAll(quotedprintable.NewReader(m.Body))
	if err != nil {
		t.Fatal(err)
	}
	want, err := words(t).Letter(notify.Progress, notify.Email, locale.Hans)
	if err != nil || strings.ReplaceAll(string(text), "\r\n", "\n") != want {
		t.Errorf("the text is %q, not %q, %v", text, want, err)
	}
	if strings.Contains(string(text), "://") {
		t.Error("there is a link in it")
	}
	if !strings.HasPrefix(s.heard[0], "EHLO anxin.example") {
		t.Errorf("it introduces itself with %q", s.heard[0])
	}
}

// Each thing that can go wrong is told by its id, and never with the address.
func TestMailFails(t *testing.T) {
	t.Parallel()
	secure, _ := certificate(t)
	when := func(command, answer string) *mailServer {
		return &mailServer{answer: func(c string, _ int) string {
			if c == command {
				return answer
			}
			return ""
		}}
	}
	enhanced := when("RCPT", "550 5.7.1 relaying denied for "+her)
	enhanced.extends = []string{"ENHANCEDSTATUSCODES"}
	starttls := func(m *notify.Mailer) { m.Server.TLS = config.StartTLS }
	user := func(m *notify.Mailer) { m.Server.User, m.Server.Password = "u", "p" }
	for name, c := range map[string]struct {
		server    *mailServer
		with      func(*notify.Mailer)
		id        string
		permanent bool
		ofServer  bool
	}{
		"no such mailbox":             {server: when("RCPT", "550 no such user "+her), id: "no_mailbox", permanent: true},
		"relaying denied":             {server: enhanced, id: "refused"},
		"mailbox full":                {server: when("RCPT", "452 full"), id: "later"},
		"sender refused":              {server: when("MAIL", "550 who are you"), id: "refused"},
		"refused after the text":      {server: when(".", "554 spam"), id: "refused"},
		"later after the text":        {server: when(".", "451 greylisted"), id: "later"},
		"cut off after the text":      {server: when(".", "hang up"), id: "cut_off"},
		"cut off before the text":     {server: when("DATA", "hang up"), id: "cut_off"},
		"silent from the first":       {server: when("GREETING", "silence"), id: "silent", ofServer: true},
		"silent after the text":       {server: when(".", "silence"), id: "silent", ofServer: true},
		"busy":                        {server: when("GREETING", "421 come back"), id: "busy", ofServer: true},
		"closed":                      {server: when("GREETING", "554 no"), id: "closed", ofServer: true},
		"hung up":                     {server: when("GREETING", "hang up"), id: "hung_up", ofServer: true},
		"no encryption":               {server: &mailServer{}, with: starttls, id: "no_tls", ofServer: true},
		"encryption refused":          {server: &mailServer{secure: secure, answer: when("STARTTLS", "454 not now").answer}, with: starttls, id: "busy", ofServer: true},
		"a stranger's certificate":    {server: &mailServer{secure: secure}, with: starttls, id: "no_tls", ofServer: true},
		"TLS to one that speaks SMTP": {server: &mailServer{}, with: func(m *notify.Mailer) { m.Server.TLS = config.Implicit }, id: "no_tls", ofServer: true},
		"wrong password":              {server: &mailServer{extends: []string{"AUTH PLAIN"}, answer: when("AUTH", "535 no").answer}, with: user, id: "login", ofServer: true},
		"no way to sign in":           {server: &mailServer{}, with: user, id: "login", ofServer: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := mailer(t, serve(t, c.server))
			if c.id == "silent" {
				m.Patience = 300 * time.Millisecond
			}
			if c.with != nil {
				c.with(m)
			}
			err := m.Send(t.Context(), notice())
			why, ok := errors.AsType[*notify.Failure](err)
			if !ok || why.ID != c.id || why.Permanent != c.permanent || why.Server != c.ofServer {
				t.Errorf("it fails with %v", err)
			}
			if err != nil && strings.Contains(err.Error(), "canary") {
				t.Errorf("the error names her: %v", err)
			}
		})
	}
}

func TestNoMailServer(t *testing.T) {
	t.Parallel()
	s := serve(t, &mailServer{})
	m := mailer(t, s)
	_ = s.Close()
	why, ok := errors.AsType[*notify.Failure](m.Send(t.Context(), notice()))
	if !ok || why.ID != "unreachable" || !why.Server {
		t.Errorf("it fails with %v", why)
	}
	if err := m.Reach(t.Context()); err == nil {
		t.Error("it is reached")
	}
}

// What was taken is not sent again because of what comes after.
func TestFarewellFails(t *testing.T) {
	t.Parallel()
	for _, command := range []string{"RSET", "QUIT"} {
		s := serve(t, &mailServer{answer: func(c string, _ int) string {
			if c == command {
				return "hang up"
			}
			return ""
		}})
		if err := mailer(t, s).Send(t.Context(), notice()); err != nil || len(s.mails()) != 1 {
			t.Errorf("%s: %v, %d arrived", command, err, len(s.mails()))
		}
	}
}

// With encryption it signs in, whichever kind; and never before.
func TestMailEncrypted(t *testing.T) {
	t.Parallel()
	secure, pool := certificate(t)
	for name, kind := range map[string]config.Encryption{"STARTTLS": config.StartTLS, "implicit": config.Implicit} {
		s := serve(t, &mailServer{secure: secure, implicit: kind == config.Implicit, extends: []string{"AUTH LOGIN PLAIN"}})
		m := mailer(t, s)
		m.Server.TLS, m.Server.User, m.Server.Password, m.Trust = kind, "user", "pass", &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
		if err := m.Reach(t.Context()); err != nil {
			t.Errorf("%s: not reached: %v", name, err)
		}
		if err := m.Send(t.Context(), notice()); err != nil || len(s.mails()) != 1 {
			t.Errorf("%s: %v, %d arrived", name, err, len(s.mails()))
		}
		signedIn := false
		for _, line := range s.heard {
			signedIn = signedIn || strings.HasPrefix(line, "AUTH PLAIN ")
		}
		if !signedIn {
			t.Errorf("%s: it did not sign in: %q", name, s.heard)
		}
	}
}

// Told to stop while the server says nothing, it stops at once.
func TestMailStops(t *testing.T) {
	t.Parallel()
	asked := make(chan struct{})
	s := serve(t, &mailServer{answer: func(c string, _ int) string {
		if c == "DATA" {
			close(asked)
			return "silence"
		}
		return ""
	}})
	m := mailer(t, s)
	m.Patience = time.Hour
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- m.Send(ctx, notice()) }()
	select {
	case <-asked:
	case <-time.After(20 * time.Second):
		t.Fatal("it never came to send")
	}
	stop()
	select {
	case err := <-done:
		if err == nil {
			t.Error("it says that it was sent")
		}
	case <-time.After(20 * time.Second):
		t.Fatal("it does not stop")
	}
}
