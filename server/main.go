// Anxin is a public service for people in Shenzhen: learn to handle money, check offers, be warned, and complain once.
//
// Run it with "go run ./server"; "go run ./server help" lists what else it does.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"anxin/server/app"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := app.Command(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "anxin:", err)
		os.Exit(1)
	}
}
