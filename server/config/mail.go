package config

import (
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/url"
	"strings"
)

// Mail is the server that sends our mail on.
type Mail struct {
	Host, Port string
	User       string // empty: it asks for none
	Password   Secret
	From       string // our address
	TLS        Encryption
}

// Encryption is how the way to the mail server is kept from being read. Nothing falls back to a weaker one.
type Encryption int

const (
	StartTLS Encryption = iota // asked for after the greeting, and insisted on
	Implicit                   // from the first byte
	Plain                      // none: to this machine itself
)

// mailServer reads ANXIN_SMTP_URL. What it says of a mistake never quotes the address, in which a password may stand.
func mailServer(text string) (*Mail, error) {
	if text == "" {
		return nil, nil //nolint:nilnil // without a mail server there is none, and nothing is wrong
	}
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || u.Fragment != "" || strings.Trim(u.Path, "/") != "" || u.Scheme != "smtp" && u.Scheme != "smtps" {
		return nil, errors.New("ANXIN_SMTP_URL: write smtp:// or smtps://, user and password if there are any (with %40 for an @ in them), host and port, and ?from= with our address")
	}
	m := &Mail{Host: u.Hostname(), Port: u.Port(), User: u.User.Username()}
	password, _ := u.User.Password()
	m.Password = Secret(password)
	if (m.User == "") != (password == "") {
		return nil, errors.New("ANXIN_SMTP_URL has a user or a password, and the other is missing")
	}
	if u.Scheme == "smtps" {
		m.TLS = Implicit
	}
	if m.Port == "" {
		m.Port = map[string]string{"smtp": "587", "smtps": "465"}[u.Scheme]
	}
	for name, values := range u.Query() {
		switch {
		case len(values) != 1:
			return nil, fmt.Errorf("ANXIN_SMTP_URL says %s more than once", name)
		case name == "from":
			m.From = values[0]
		case name == "tls" && values[0] == "none" && u.Scheme == "smtp":
			m.TLS = Plain
		default:
			return nil, fmt.Errorf("ANXIN_SMTP_URL has %s=…, which means nothing here: from=… and tls=none are known, the latter with smtp:// only", name)
		}
	}
	if m.TLS == Plain && !Loopback(m.Host) {
		return nil, errors.New("ANXIN_SMTP_URL says tls=none, and its host is not this machine: what is sent there could be read on the way")
	}
	if a, err := mail.ParseAddress(m.From); err != nil || a.Address != m.From {
		return nil, errors.New("ANXIN_SMTP_URL: write ?from= and the address that notices come from, such as notice@anxin.example")
	}
	return m, nil
}

// Address is where the mail server listens.
func (m *Mail) Address() string { return net.JoinHostPort(m.Host, m.Port) }
