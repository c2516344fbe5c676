package doctor

import (
	"context"
	"errors"
	"net"

	"anxin/server/notify"
)

// unmailed is what to do about what keeps mail from going out, by the id of the failure.
var unmailed = map[string]string{
	"unreachable": "look whether host and port in ANXIN_SMTP_URL are right, the server runs, and no firewall stands between",
	"silent":      "look whether the port is one of a mail server and no firewall swallows what is sent there",
	"no_tls":      "let the server offer STARTTLS with a certificate for its name, or write smtps:// where it speaks TLS from the first byte",
	"login":       "look whether user and password in ANXIN_SMTP_URL are right",
}

// mail looks whether the mail server lets us in; nothing is sent.
func (x *examination) mail(ctx context.Context) {
	server := x.Config.Mail
	if server == nil {
		return // officers call instead
	}
	m := &notify.Mailer{Server: *server, Words: &notify.Words{Site: x.Config.Public}, Now: x.Now, Patience: knock}
	err := m.Reach(ctx)
	if err == nil {
		return
	}
	do := "ask whoever keeps the mail server; until then whoever chose e-mail hears nothing"
	if f, ok := errors.AsType[*notify.FailedError](err); ok && unmailed[f.ID] != "" {
		do = unmailed[f.ID]
	}
	x.err("mail", do, "the mail server %s does not let us in: %v", net.JoinHostPort(server.Host, server.Port), err)
}
