// Testserver serves the whole site in one process for the browser tests: with the gallery, a clock that stands
// still until it is moved, and a list of every address made from the router. It prints one line and ends when its standard input closes.
package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/labstack/echo/v4"

	"anxin/server/app"
	"anxin/server/config"
	"anxin/server/locale"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "testserver:", err)
		os.Exit(1)
	}
}

func run() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin) // whoever started us has gone
		cancel()
	}()
	data, err := os.MkdirTemp("", "anxin-testserver-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(data) }()
	port, err := freePort(ctx)
	if err != nil {
		return err
	}
	env := map[string]string{"ANXIN_ADDR": port, "ANXIN_DATA": data, "ANXIN_CONTENT": os.Getenv("ANXIN_CONTENT")}
	cfg, err := config.Load(func(name string) string { return env[name] })
	if err != nil {
		return err
	}
	wall := &clock{at: time.Date(2026, 11, 25, 10, 0, 0, 0, locale.Shanghai)}
	a, err := app.New(cfg, app.Options{
		Clock: wall.now, Gallery: true,
		Log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
	})
	if err != nil {
		return err
	}
	defer a.Close()
	levers(a, wall)
	gallery, err := a.GalleryAddresses()
	if err != nil {
		return err
	}
	if err := prepare(ctx, a); err != nil {
		return err
	}
	carried := sync.OnceValues(func() ([]State, error) { // a journey asks for none, and need not wait for them
		complaints, err := complaintStates(ctx, a)
		if err != nil {
			return nil, fmt.Errorf("make complaints: %w", err)
		}
		staff, err := consoleStates(ctx, a)
		if err != nil {
			return nil, err
		}
		return append(complaints, staff...), nil
	})
	a.Echo.GET("/-/addresses", func(c echo.Context) error {
		complaints, err := carried()
		if err != nil {
			return err
		}
		return c.JSON(http.StatusOK, map[string]any{
			"pages": a.Addresses(), "states": append(states(a.Site.Library), complaints...), "gallery": gallery, "planted": plantedAddresses(),
		})
	})
	a.Echo.GET("/-/enter/:lang/:state", func(c echo.Context) error {
		complaints, err := carried()
		if err != nil {
			return err
		}
		return enter(c, complaints)
	})
	consoleOnce(a)
	reader(a)
	a.Echo.GET("/gallery/planted/:defect", planted(a))
	return a.Run(ctx, func(addr net.Addr) { fmt.Printf("listening http://%s\n", addr) })
}

// freePort finds one below the range that the system hands out for outgoing connections. Several servers may start at once
// and look for one; they begin in different places.
func freePort(ctx context.Context) (string, error) {
	const first, ports = 21000, 9000
	begin := rand.IntN(ports)
	for i := range ports {
		addr := fmt.Sprintf("127.0.0.1:%d", first+(begin+i)%ports)
		l, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
		if err == nil {
			return addr, l.Close()
		}
	}
	return "", fmt.Errorf("no free port")
}
