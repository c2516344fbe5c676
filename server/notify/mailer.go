package notify

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"strings"
	"time"

	"github.com/wneessen/go-mail"

	"anxin/server/config"
)

// FailedError says why a mail did not go out. It names nobody: what the server answered may quote the address, and is dropped.
type FailedError struct {
	ID        string // what an administrator reads: notice.failure_<id>
	Permanent bool   // the server takes no mail for this address, ever
	Server    bool   // it is the server or the way to it: other mail would fare no better now
}

func (f *FailedError) Error() string { return "the mail did not go out: " + f.ID }

// What can go wrong.
var (
	errUnreachable = &FailedError{ID: "unreachable", Server: true}
	errSilent      = &FailedError{ID: "silent", Server: true}
	errNoTLS       = &FailedError{ID: "no_tls", Server: true}
	errLogin       = &FailedError{ID: "login", Server: true}
	errBusy        = &FailedError{ID: "busy", Server: true}
	errClosed      = &FailedError{ID: "closed", Server: true}
	errHungUp      = &FailedError{ID: "hung_up", Server: true}
	errCutOff      = &FailedError{ID: "cut_off"}
	errLater       = &FailedError{ID: "later"}
	errRefused     = &FailedError{ID: "refused"}
	errNoMailbox   = &FailedError{ID: "no_mailbox", Permanent: true}
	errAddress     = &FailedError{ID: "address", Permanent: true}
)

// Failures are all that [Mailer.Send] tells.
var Failures = []*FailedError{errUnreachable, errSilent, errNoTLS, errLogin, errBusy, errClosed, errHungUp, errCutOff, errLater, errRefused, errNoMailbox, errAddress}

// patience is how long the server may take for each half: to let us in, and to take the mail.
const patience = 20 * time.Second

// Mailer hands mail to a server.
type Mailer struct {
	Server   config.Mail
	Words    *Words
	Now      func() time.Time
	Patience time.Duration // 0: [patience]
	Trust    *tls.Config   // of the server's certificate; nil: as every program here does
}

// Send hands one mail to the server. Whatever goes wrong is a [*FailedError]. After a lost connection nobody knows whether the server
// took it: it is said to have failed, so that it is sent again, with the Message-ID of the first.
func (m *Mailer) Send(ctx context.Context, what Mail) error {
	msg, err := m.message(what)
	if err != nil {
		return err
	}
	ctx, done := context.WithCancel(ctx) // so that what waits for its end waits no longer than this mail
	defer done()
	var d dialled
	client, err := m.client(ctx, &d)
	if err != nil {
		return fmt.Errorf("prepare to send mail: %w", err)
	}
	err = client.DialAndSendWithContext(ctx, msg)
	if err == nil || msg.IsDelivered() { // after it was taken a farewell may fail
		return nil
	}
	return d.failure(err)
}

// Reach tells whether the server lets us in, as far as one can tell without sending anything; else why not, as a [*FailedError].
func (m *Mailer) Reach(ctx context.Context) error {
	ctx, done := context.WithCancel(ctx)
	defer done()
	var d dialled
	client, err := m.client(ctx, &d)
	if err != nil {
		return fmt.Errorf("prepare to send mail: %w", err)
	}
	if err := client.DialWithContext(ctx); err != nil {
		return d.failure(err)
	}
	_ = client.Close() // it let us in
	return nil
}

func (m *Mailer) message(what Mail) (*mail.Msg, error) {
	msg := mail.NewMsg(mail.WithNoDefaultUserAgent())
	from, err := m.Words.From(what.Lang)
	if err != nil {
		return nil, err
	}
	subject, err := m.Words.Subject(what.Lang)
	if err != nil {
		return nil, err
	}
	text, err := m.Words.Letter(what.Notice, Email, what.Lang)
	if err != nil {
		return nil, err
	}
	if err := msg.FromFormat(from, m.Server.From); err != nil {
		return nil, fmt.Errorf("write a mail from ANXIN_SMTP_URL's address: %w", err)
	}
	if err := msg.To(what.To); err != nil {
		return nil, errAddress
	}
	host := m.Words.Site.Hostname()
	msg.Subject(subject)
	msg.SetBodyString(mail.TypeTextPlain, text)
	msg.SetMessageIDWithValue(what.ID + "@" + host)
	msg.SetDateWithValue(m.Now())
	// No machine answers it (RFC 3834), and programs sort it as what it is (RFC 2919).
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetGenHeader("X-Auto-Response-Suppress", "All")
	msg.SetGenHeader("List-Id", "<notice."+host+">")
	msg.SetGenHeader("Content-Language", string(what.Lang))
	return msg, nil
}

func (m *Mailer) client(ctx context.Context, d *dialled) (*mail.Client, error) {
	wait := m.Patience
	if wait == 0 {
		wait = patience
	}
	trust := m.Trust
	if trust == nil {
		trust = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	trust = trust.Clone()
	trust.ServerName = m.Server.Host
	policy := mail.TLSMandatory
	if m.Server.TLS != config.StartTLS {
		policy = mail.NoTLS // it is encrypted already, or need not be
	}
	options := []mail.Option{
		mail.WithTimeout(wait), mail.WithHELO(m.Words.Site.Hostname()), mail.WithTLSPolicy(policy), mail.WithTLSConfig(trust),
		mail.WithDialContextFunc(func(dialling context.Context, network, _ string) (net.Conn, error) {
			conn, err := d.dial(dialling, network, m.Server.Address())
			if err != nil {
				return nil, err
			}
			// Told to stop, it stops in the middle: the conversation itself listens to no context.
			context.AfterFunc(ctx, func() { _ = conn.Close() })
			if m.Server.TLS != config.Implicit {
				return conn, nil
			}
			secure := tls.Client(conn, trust)
			return secure, secure.HandshakeContext(dialling)
		}),
	}
	if m.Server.User != "" {
		options = append(options, mail.WithUsername(m.Server.User), mail.WithPassword(string(m.Server.Password)),
			mail.WithOpportunisticSMTPAuth(mail.SMTPAuthSCRAMSHA256, mail.SMTPAuthPlain, mail.SMTPAuthLogin))
	}
	return mail.NewClient(m.Server.Host, options...)
}

// dialled remembers how far it came, which the errors do not tell.
type dialled struct{ connected bool }

func (d *dialled) dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, network, address)
	d.connected = err == nil
	return conn, err
}

// failure says what an error means, without its words.
func (d *dialled) failure(err error) *FailedError {
	sending, sent := errors.AsType[*mail.SendError](err)
	slow, isNet := errors.AsType[net.Error](err)
	switch {
	case isNet && slow.Timeout() || errors.Is(err, context.DeadlineExceeded):
		return errSilent
	case !d.connected:
		return errUnreachable
	case !sent:
		return notLetIn(err)
	case sending.ErrorCode() == 0:
		return errCutOff
	case sending.ErrorCode() < 500:
		return errLater
	case sending.Reason == mail.ErrSMTPRcptTo && noMailbox(sending):
		return errNoMailbox
	}
	return errRefused
}

// noMailbox tells whether the server knows no such mailbox (RFC 5321, 4.2.3), and not that it does not want us (RFC 3463: X.7).
func noMailbox(err *mail.SendError) bool {
	code := err.ErrorCode()
	return (code == 550 || code == 551 || code == 553) && !strings.HasPrefix(err.EnhancedStatusCode(), "5.7.")
}

// notLetIn is what went wrong between the greeting and the first mail. The library has no errors of its own for most of it.
func notLetIn(err error) *FailedError {
	answer, answered := errors.AsType[*textproto.Error](err)
	_, certificate := errors.AsType[*tls.CertificateVerificationError](err)
	_, record := errors.AsType[tls.RecordHeaderError](err)
	switch {
	case certificate || record || strings.Contains(err.Error(), "STARTTLS"):
		return errNoTLS
	case strings.Contains(err.Error(), "AUTH"):
		return errLogin
	case answered && answer.Code < 500:
		return errBusy
	case answered:
		return errClosed
	}
	return errHungUp
}
