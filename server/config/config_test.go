package config

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the README's table of settings anew")

func load(pairs ...string) (Config, error) {
	env := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		env[pairs[i]] = pairs[i+1]
	}
	return Load(func(name string) string { return env[name] })
}

func TestDefaults(t *testing.T) {
	t.Parallel()
	c, err := load()
	if err != nil {
		t.Fatal(err)
	}
	if c.Addr != "127.0.0.1:8080" || c.Data != "data" || c.Public.String() != "http://127.0.0.1:8080" || !c.Secure() {
		t.Errorf("got %+v", c)
	}
}

func TestPublicAddress(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		env    []string
		secure bool
		says   string // part of the error; empty: none
	}{
		"https":                      {[]string{"ANXIN_PUBLIC_URL", "https://anxin.example"}, true, ""},
		"https with a slash":         {[]string{"ANXIN_PUBLIC_URL", "https://anxin.example/"}, true, ""},
		"as browsers write it":       {[]string{"ANXIN_PUBLIC_URL", "https://安心.example:443"}, true, ""},
		"a password":                 {[]string{"ANXIN_PUBLIC_URL", "https://me:secret@anxin.example"}, false, "ANXIN_PUBLIC_URL"},
		"loopback over http":         {[]string{"ANXIN_PUBLIC_URL", "http://localhost:9000"}, true, ""},
		"loopback, IPv6":             {[]string{"ANXIN_PUBLIC_URL", "http://[::1]:9000"}, true, ""},
		"every interface":            {[]string{"ANXIN_ADDR", ":9000"}, true, ""},
		"http to the world":          {[]string{"ANXIN_PUBLIC_URL", "http://anxin.example"}, false, "ANXIN_INSECURE_HTTP=1"},
		"the same, said to be meant": {[]string{"ANXIN_PUBLIC_URL", "http://anxin.example", "ANXIN_INSECURE_HTTP", "1"}, false, ""},
		"an address of the network":  {[]string{"ANXIN_ADDR", "192.0.2.1:80"}, false, "ANXIN_INSECURE_HTTP=1"},
		"a path":                     {[]string{"ANXIN_PUBLIC_URL", "https://anxin.example/site"}, false, "ANXIN_PUBLIC_URL"},
		"a query":                    {[]string{"ANXIN_PUBLIC_URL", "https://anxin.example?x=1"}, false, "ANXIN_PUBLIC_URL"},
		"another scheme":             {[]string{"ANXIN_PUBLIC_URL", "ftp://anxin.example"}, false, "ANXIN_PUBLIC_URL"},
		"no port to listen on":       {[]string{"ANXIN_ADDR", "localhost"}, false, "ANXIN_ADDR"},
		"neither yes nor no":         {[]string{"ANXIN_INSECURE_HTTP", "maybe"}, false, "ANXIN_INSECURE_HTTP"},
	} {
		got, err := load(c.env...)
		switch {
		case c.says == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)):
			t.Errorf("%s: error %v does not say %s", name, err, c.says)
		case c.says == "" && got.Secure() != c.secure:
			t.Errorf("%s: secure %t", name, got.Secure())
		}
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		env       []string
		unlimited bool
		says      string // part of the error; empty: none
	}{
		"as it is":                {nil, false, ""},
		"on":                      {[]string{"ANXIN_LIMITS", "on", "ANXIN_PUBLIC_URL", "https://anxin.example"}, false, ""},
		"off on this machine":     {[]string{"ANXIN_LIMITS", "off"}, true, ""},
		"off on [::1]":            {[]string{"ANXIN_LIMITS", "off", "ANXIN_PUBLIC_URL", "http://[::1]:9000"}, true, ""},
		"off for the world":       {[]string{"ANXIN_LIMITS", "off", "ANXIN_PUBLIC_URL", "https://anxin.example"}, false, "loopback"},
		"off, insecure, too":      {[]string{"ANXIN_LIMITS", "off", "ANXIN_PUBLIC_URL", "http://192.0.2.1", "ANXIN_INSECURE_HTTP", "1"}, false, "loopback"},
		"something else entirely": {[]string{"ANXIN_LIMITS", "of"}, false, "ANXIN_LIMITS"},
	} {
		got, err := load(c.env...)
		if (err != nil) != (c.says != "") || err != nil && !strings.Contains(err.Error(), c.says) || got.Unlimited() != c.unlimited {
			t.Errorf("%s: unlimited %t, %v", name, got.Unlimited(), err)
		}
	}
	if (&Config{}).Unlimited() {
		t.Error("the zero value is not safe")
	}
}

func TestTrustedProxies(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"": "[]", " , ": "[]", "127.0.0.1": "[127.0.0.1/32]", "::1": "[::1/128]", "10.1.2.3/8, fd00::/8 ,": "[10.0.0.0/8 fd00::/8]",
	} {
		c, err := load("ANXIN_TRUSTED_PROXIES", given)
		if err != nil || fmt.Sprint(c.Proxies) != want {
			t.Errorf("%q: %v, %v", given, c.Proxies, err)
		}
	}
	for _, wrong := range []string{"proxy.example", "10.0.0.0/33", "0.0.0.0/0", "::/0", "10.0.0.0/8;127.0.0.1"} {
		if _, err := load("ANXIN_TRUSTED_PROXIES", wrong); err == nil || !strings.Contains(err.Error(), "ANXIN_TRUSTED_PROXIES") {
			t.Errorf("%q: %v", wrong, err)
		}
	}
}

func TestSecrets(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte("from a file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	empty := filepath.Join(t.TempDir(), "empty")
	if err := os.WriteFile(empty, []byte("\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		env        []string
		want, says string
	}{
		"none":                    {nil, "", ""},
		"in the environment":      {[]string{"ANXIN_ADMIN_TOKEN", "swordfish"}, "swordfish", ""},
		"in a file":               {[]string{"ANXIN_ADMIN_TOKEN_FILE", file}, "from a file", ""},
		"in both":                 {[]string{"ANXIN_ADMIN_TOKEN", "swordfish", "ANXIN_ADMIN_TOKEN_FILE", file}, "", "both"},
		"in a file not there":     {[]string{"ANXIN_ADMIN_TOKEN_FILE", file + "x"}, "", "ANXIN_ADMIN_TOKEN_FILE"},
		"in a file that is empty": {[]string{"ANXIN_ADMIN_TOKEN_FILE", empty}, "", "empty"},
	} {
		got, err := load(c.env...)
		if string(got.AdminToken) != c.want || (err != nil) != (c.says != "") || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %q, %v", name, string(got.AdminToken), err)
		}
		if err != nil && strings.Contains(err.Error(), "swordfish") {
			t.Errorf("%s: the error tells the secret", name)
		}
	}
	if c, err := load("ANXIN_SMTP_URL_FILE", empty); err != nil || c.Mail != nil {
		t.Errorf("no mail server in its file: %+v, %v", c.Mail, err)
	}
	for _, name := range []string{"ANXIN_DATABASE_URL_FILE", "ANXIN_REDIS_URL_FILE"} {
		if _, err := load(name, empty); err == nil {
			t.Errorf("%s may be empty", name)
		}
	}
	c, err := load("ANXIN_ADMIN_TOKEN", "swordfish")
	if err != nil {
		t.Fatal(err)
	}
	if text := fmt.Sprintf("%v %+v %#v %s %q", c, c, c, c.AdminToken, c.AdminToken); strings.Contains(text, "swordfish") {
		t.Errorf("printed: %s", text)
	}
}

func TestReadmeTable(t *testing.T) {
	t.Parallel()
	const file, from, to = "../../README.md", "<!-- settings -->\n", "<!-- /settings -->"
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(data), from)
	table, after, ok2 := strings.Cut(rest, to)
	if !ok || !ok2 {
		t.Fatalf("README.md has no place for the table between %s and %s", from, to)
	}
	if table == Table() {
		return
	}
	if !*update {
		t.Fatal("README.md does not list the settings as they are: go test ./server/config -update")
	}
	if err := os.WriteFile(file, []byte(before+from+Table()+to+after), 0o644); err != nil { //nolint:gosec // a public file
		t.Fatal(err)
	}
}

func TestHostIsKeptAsBrowsersSendIt(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"https://Anxin.Example":      "anxin.example",
		"https://anxin.example:443":  "anxin.example",
		"https://anxin.example:8443": "anxin.example:8443",
		"https://安心.example":         "xn--49s41h.example",
		"http://[::1]:80":            "[::1]",
	} {
		c, err := load("ANXIN_PUBLIC_URL", given)
		if err != nil || c.Public.Host != want {
			t.Errorf("%s: host %v, %v, want %s", given, c.Public, err, want)
		}
	}
}
