package app

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"anxin/server/store"
)

// readyTakes is how long the database and the index may take to show that they are there.
const readyTakes = 2 * time.Second

// ready answers whether citizens can be served now: 200 with how far the search has come, or 503 with what is missing. It is for the
// programs that watch a server, and says nothing of any citizen. [alive] answers only whether the process does.
func (a *App) ready(c echo.Context) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), readyTakes)
	defer cancel()
	c.Response().Header().Set("Cache-Control", "no-store")
	if err := a.Store.Read(ctx, asked); err != nil {
		return a.notReady(c, "the database does not answer", err)
	}
	now, err := a.Search.Status(ctx)
	if err != nil {
		return a.notReady(c, "the search index is not of the present content", err)
	}
	return c.String(http.StatusOK, fmt.Sprintf("ok\nsearch index: %d documents, sequence %d\n", now.Docs, now.Sequence))
}

// asked is a question that every database of ours can answer, and none without its tables.
func asked(tx *store.Tx) error {
	var n int
	return tx.Row("SELECT count(*) FROM disputes WHERE id = $1", []any{""}, &n)
}

func (a *App) notReady(c echo.Context, why string, err error) error {
	a.opts.Log.Warn("not ready: "+why, "error", err)
	c.Response().Header().Set("Retry-After", "5")
	return c.String(http.StatusServiceUnavailable, why+"\n")
}
