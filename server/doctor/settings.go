package doctor

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"syscall"
	"time"

	"anxin/server/config"
)

// shortToken is a length below which a token can be guessed: 128 random bits take 22 letters and digits.
const shortToken = 22

func (x *examination) settings() {
	c := x.Config
	public := !config.Loopback(c.Public.Hostname())
	if !public {
		x.warn("settings", "set ANXIN_PUBLIC_URL to the https address that citizens use",
			"the public address is %s: nobody but this machine can open it", c.Public)
	}
	if !c.Secure() {
		x.warn("settings", "put a proxy that speaks https in front of it and set ANXIN_PUBLIC_URL to its address",
			"the site is served without https (ANXIN_INSECURE_HTTP): whoever is on the way can read and change everything")
	}
	if public && c.Secure() && len(c.Proxies) == 0 {
		x.warn("settings", "set ANXIN_TRUSTED_PROXIES to the network of the proxy that speaks https",
			"no proxy is named: everybody's wrong codes count as those of one address")
	}
	if c.Unlimited() {
		x.warn("settings", "take ANXIN_LIMITS away when the measuring is done", "wrong codes are not counted (ANXIN_LIMITS=off)")
	}
	if n := len(c.AdminToken); n > 0 && n < shortToken {
		x.warn("settings", "make a longer one (openssl rand -hex 32)", "ANXIN_ADMIN_TOKEN has %d characters: it can be guessed", n)
	}
	if c.Content != "" {
		if info, err := os.Stat(c.Content); err != nil || !info.IsDir() {
			x.err("settings", "name a folder that is there and can be read, or take the variable away",
				"ANXIN_CONTENT is %q, which is no folder that can be read", c.Content)
		}
	}
}

// knock is how long something at our address is waited for.
const knock = 5 * time.Second

// address looks at whether the server can listen where it is to, or listens there already.
func (x *examination) address(ctx context.Context) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", x.Config.Addr)
	if err == nil {
		_ = l.Close()
		return
	}
	if !errors.Is(err, syscall.EADDRINUSE) {
		x.err("address", "set ANXIN_ADDR to an address of this machine and a port that the user may open", "the server cannot listen on %s: %v", x.Config.Addr, err)
		return
	}
	if !x.answers(ctx) {
		x.err("address", "end the other program, or set ANXIN_ADDR to another port", "another program listens on %s", x.Config.Addr)
	}
}

// answers tells whether it is our server that listens.
func (x *examination) answers(ctx context.Context) bool {
	ctx, stop := context.WithTimeout(ctx, knock)
	defer stop()
	host, port, err := net.SplitHostPort(x.Config.Addr)
	if err != nil {
		return false
	}
	if ip := net.ParseIP(host); host == "" || ip.IsUnspecified() {
		host = "localhost"
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/healthz", nil)
	if err != nil {
		return false
	}
	r.Host = x.Config.Public.Host
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return false
	}
	defer answer.Body.Close() //nolint:errcheck // only read from
	body, err := io.ReadAll(io.LimitReader(answer.Body, 16))
	return err == nil && answer.StatusCode == http.StatusOK && string(body) == "ok\n"
}
