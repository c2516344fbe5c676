package app

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"anxin/server/api"
	"anxin/server/fault"
	"anxin/server/view"
)

// readyTakes is how long what the server needs may take to answer, well within what a health check waits for the server itself.
const readyTakes = 2 * time.Second

// need is something without which the server answers, and helps nobody.
type need struct {
	name string // its words are error.unready_ with it
	ask  func(context.Context) error
}

// needs are the database, in which complaints are kept, and the index, as far as it was written.
func (a *App) needs() []need {
	return []need{{"database", a.Store.Ready}, {"index", a.Search.Whole}}
}

// unready asks all of them at once, and tells of each that is not ready, why. One that does not answer in time is not.
func unready(ctx context.Context, limit time.Duration, needs []need) map[string]error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	answers := make([]chan error, len(needs))
	for i, n := range needs {
		answers[i] = make(chan error, 1) // whoever answers late is not waited for
		go func() { answers[i] <- n.ask(ctx) }()
	}
	why := map[string]error{}
	for i, n := range needs {
		var err error
		select {
		case err = <-answers[i]:
		case <-ctx.Done():
			select {
			case err = <-answers[i]: // while another was waited for
			default:
				err = errors.New("no answer in time")
			}
		}
		if err != nil {
			why[n.name] = err
		}
	}
	return why
}

// ready tells whoever sends requests here whether to send any. What is missing it says in words; why, stands in the log.
func (a *App) ready(c echo.Context) error {
	needs := a.needs()
	why := unready(c.Request().Context(), readyTakes, needs)
	if len(why) == 0 {
		return alive(c)
	}
	b := a.Site.View.Base("error", api.Language(c.Request()), "/", view.Standard)
	var words []string
	for _, n := range needs {
		if err := why[n.name]; err != nil {
			a.opts.Log.Error("not ready", "needs", n.name, "error", err)
			words = append(words, b.Must("error.unready_"+n.name))
		}
	}
	return api.WriteProblem(c.Response(), &fault.Error{Kind: fault.Unavailable}, strings.Join(words, " "))
}
