// Package config is what an operator can set: one struct, read once from the environment when the program starts.
//
// The README's table is generated from this struct's tags (go test ./server/config -update) and kept true by a test.
// Every field's zero value, or its stated default, is safe.
package config

import (
	"fmt"
	"io"
	"net"
	"net/netip"
	"net/url"
	"os"
	"reflect"
	"strings"

	"golang.org/x/net/idna"
)

// Config holds every setting. The tags name the environment variable, its default and its meaning for the README.
type Config struct {
	Addr           string `env:"ANXIN_ADDR" default:"127.0.0.1:8080" doc:"Address and port to listen on."`
	Data           string `env:"ANXIN_DATA" default:"data" doc:"Folder for what the server keeps, made with mode 0700."`
	Content        string `env:"ANXIN_CONTENT" doc:"Folder whose files replace or add to the embedded content, file by file. Checked at start."`
	DatabaseURL    Secret `env:"ANXIN_DATABASE_URL" doc:"PostgreSQL database, such as postgres://anxin@host/anxin. Empty: SQLite in ANXIN_DATA, which is as safe and needs nothing else."`
	RedisURL       Secret `env:"ANXIN_REDIS_URL" doc:"Redis where several servers count wrong codes together, such as redis://host:6379. Nothing personal goes there, and nothing is lost with it. Empty, or while it does not answer: each server counts by itself."`
	SecretFile     string `env:"ANXIN_SECRET_FILE" doc:"File with the keys that seal what citizens entrust to the server. Empty: secret in ANXIN_DATA, made at the first start. Keep a copy apart from the backups: without it they cannot be read."`
	PublicURL      string `env:"ANXIN_PUBLIC_URL" doc:"Address citizens use, such as https://anxin.example. Empty: http:// and ANXIN_ADDR. Other host names are refused, loopback apart."`
	AdminToken     Secret `env:"ANXIN_ADMIN_TOKEN" doc:"Lets a program manage search collections under /admin/v1: a long random text. Empty: those addresses answer 404."`
	InsecureHTTP   bool   `env:"ANXIN_INSECURE_HTTP" doc:"1 allows a public address without https that is not loopback. Cookies are then not Secure and every page says so."`
	TrustedProxies string `env:"ANXIN_TRUSTED_PROXIES" doc:"Networks of the proxies in front of the server, such as 127.0.0.1/32, 10.0.0.0/8: what they say in X-Forwarded-For about who asks is believed, and nobody else. Behind a proxy that is not named here, everybody's wrong codes count as one person's."`
	SMTPURL        Secret `env:"ANXIN_SMTP_URL" doc:"Mail server for notices, such as smtp://user:password@mail.example:587?from=notice@anxin.example (STARTTLS, always) or smtps://… (TLS from the first byte); tls=none only for a relay on loopback. Empty: whoever chose e-mail is called by an officer instead."`
	Limits         string `env:"ANXIN_LIMITS" default:"on" doc:"off counts no wrong codes, so that load can be measured. Only where the public address is loopback."`

	Public  *url.URL       // PublicURL, or its default, parsed
	Proxies []netip.Prefix // TrustedProxies, parsed
	Mail    *Mail          // SMTPURL, parsed; nil where there is none
}

// Secret is a setting that is never printed. It may also stand in a file, which the variable with _FILE behind its name
// names: what starts the server can then keep it out of the environment.
type Secret string

// Format keeps a secret out of every log and message.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "(secret)") }

// Load reads the settings through getenv (os.Getenv in the program) and refuses what cannot be served safely.
func Load(getenv func(string) string) (Config, error) {
	var c Config
	v := reflect.ValueOf(&c).Elem()
	for i := range v.NumField() {
		tag := v.Type().Field(i).Tag
		name := tag.Get("env")
		if name == "" {
			continue
		}
		text := strings.TrimSpace(getenv(name))
		if v.Field(i).Type() == secretType {
			var err error
			if text, err = secret(name, text, getenv); err != nil {
				return Config{}, err
			}
		}
		if text == "" {
			text = tag.Get("default")
		}
		switch v.Field(i).Kind() {
		case reflect.Bool:
			switch text {
			case "", "0", "false", "off":
			case "1", "true", "on":
				v.Field(i).SetBool(true)
			default:
				return Config{}, fmt.Errorf("%s is %q: write 1 or leave it empty", name, text)
			}
		default:
			v.Field(i).SetString(text)
		}
	}
	if err := c.resolve(); err != nil {
		return Config{}, err
	}
	return c, nil
}

var secretType = reflect.TypeFor[Secret]()

// secret is the text itself, or what stands in the file that name_FILE names.
func secret(name, text string, getenv func(string) string) (string, error) {
	file := strings.TrimSpace(getenv(name + "_FILE"))
	if file == "" {
		return text, nil
	}
	if text != "" {
		return "", fmt.Errorf("%s and %s_FILE are both set: keep one of them", name, name)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("read %s_FILE: %w", name, err)
	}
	if text = strings.TrimSpace(string(data)); text == "" {
		return "", fmt.Errorf("%s_FILE names %s, which is empty", name, file)
	}
	return text, nil
}

func (c *Config) resolve() error {
	host, port, err := net.SplitHostPort(c.Addr)
	if err != nil {
		return fmt.Errorf("ANXIN_ADDR is %q: write host:port, such as 127.0.0.1:8080", c.Addr)
	}
	public := c.PublicURL
	if public == "" {
		if ip, err := netip.ParseAddr(host); host == "" || err == nil && ip.IsUnspecified() {
			// Listening on every interface says nothing about the name citizens use.
			host = "localhost"
		}
		public = "http://" + net.JoinHostPort(host, port)
	}
	u, err := url.Parse(public)
	if err != nil || u.Hostname() == "" || u.User != nil || u.Fragment != "" || u.ForceQuery || u.Scheme != "http" && u.Scheme != "https" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" {
		return fmt.Errorf("ANXIN_PUBLIC_URL is %q: write a scheme and a host only, such as https://anxin.example", public)
	}
	if u.Host, err = canonical(u); err != nil {
		return fmt.Errorf("ANXIN_PUBLIC_URL is %q: its host is no name of a host: %w", public, err)
	}
	u.Path = ""
	c.Public = u
	if !c.Secure() && !c.InsecureHTTP {
		return fmt.Errorf("ANXIN_PUBLIC_URL is %q, an address without https that is not loopback: "+
			"use https, or set ANXIN_INSECURE_HTTP=1 to serve it all the same", public)
	}
	if c.Limits != "on" && c.Limits != "off" {
		return fmt.Errorf("ANXIN_LIMITS is %q: write on or off", c.Limits)
	}
	if c.Unlimited() && !Loopback(u.Hostname()) {
		return fmt.Errorf("ANXIN_LIMITS is off, and %s is no loopback address: anybody there could guess codes for as long as they like", u.Host)
	}
	if c.Proxies, err = prefixes(c.TrustedProxies); err != nil {
		return err
	}
	c.Mail, err = mailServer(string(c.SMTPURL))
	return err
}

// Unlimited tells whether wrong codes are not counted.
func (c *Config) Unlimited() bool { return c.Limits == "off" }

func prefixes(list string) ([]netip.Prefix, error) {
	var all []netip.Prefix
	for text := range strings.SplitSeq(list, ",") {
		text = strings.TrimSpace(text)
		if text == "" {
			continue
		}
		p, err := netip.ParsePrefix(text)
		if ip, alone := netip.ParseAddr(text); alone == nil {
			p, err = ip.Prefix(ip.BitLen())
		}
		if err != nil || p.Bits() == 0 {
			return nil, fmt.Errorf("ANXIN_TRUSTED_PROXIES has %q: write networks, such as 127.0.0.1/32, 10.0.0.0/8; not all there are", text)
		}
		all = append(all, p.Masked())
	}
	return all, nil
}

// canonical is the host as browsers send it: lower case, punycode, without the scheme's own port.
func canonical(u *url.URL) (string, error) {
	host := strings.ToLower(u.Hostname())
	if _, err := netip.ParseAddr(host); err != nil {
		if host, err = idna.Lookup.ToASCII(host); err != nil {
			return "", err
		}
	}
	port := u.Port()
	if port == "" || port == map[string]string{"http": "80", "https": "443"}[u.Scheme] {
		if strings.Contains(host, ":") {
			host = "[" + host + "]"
		}
		return host, nil
	}
	return net.JoinHostPort(host, port), nil
}

// Secure tells whether browsers keep Secure cookies for the public address: https, or a loopback host.
func (c *Config) Secure() bool { return c.Public.Scheme == "https" || Loopback(c.Public.Hostname()) }

// Loopback tells whether a host name means this machine itself.
func Loopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && ip.IsLoopback()
}

// Table is the README's table of settings, in Markdown.
func Table() string {
	var b strings.Builder
	b.WriteString("| variable | default | meaning |\n|---|---|---|\n")
	t := reflect.TypeFor[Config]()
	for i := range t.NumField() {
		tag := t.Field(i).Tag
		if name := tag.Get("env"); name != "" {
			def := tag.Get("default")
			if def != "" {
				def = "`" + def + "`"
			}
			if t.Field(i).Type == secretType {
				name += "`, `" + name + "_FILE"
			}
			fmt.Fprintf(&b, "| `%s` | %s | %s |\n", name, def, tag.Get("doc"))
		}
	}
	return b.String()
}
