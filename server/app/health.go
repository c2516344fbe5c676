package app

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"time"

	"anxin/server/config"
)

// healthTakes is how long a server that is well may take to say so.
const healthTakes = 4 * time.Second

// health runs "health": it asks the server that runs with the same settings, as a container's health check does.
func health(ctx context.Context, getenv func(string) string) error {
	cfg, err := config.Load(getenv)
	if err != nil {
		return err
	}
	host, port, err := net.SplitHostPort(cfg.Addr)
	if err != nil {
		return err
	}
	if ip, err := netip.ParseAddr(host); host == "" || err == nil && ip.IsUnspecified() {
		host = "127.0.0.1" // it listens on every interface, this one included
		if ip.Is6() {
			host = "::1"
		}
	}
	ctx, cancel := context.WithTimeout(ctx, healthTakes)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/readyz", http.NoBody)
	if err != nil {
		return err
	}
	r.Host = cfg.Public.Host
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return fmt.Errorf("ask the server: %w", err)
	}
	if err := answer.Body.Close(); err != nil {
		return fmt.Errorf("ask the server: %w", err)
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("the server answers %s", answer.Status)
	}
	return nil
}
