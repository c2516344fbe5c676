package app

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"anxin/server/api"
	"anxin/server/complaint"
	"anxin/server/config"
	"anxin/server/dispute"
	"anxin/server/intake"
	"anxin/server/store"
	"anxin/server/vault"
)

// wrongServer is our server but for what it does when a complaint is filed.
func wrongServer(how string) error {
	cfg, err := config.Load(os.Getenv)
	if err != nil {
		return err
	}
	a, err := New(cfg, Options{Clock: time.Now, Log: slog.New(slog.NewTextHandler(os.Stderr, nil))})
	if err != nil {
		return err
	}
	defer a.Close()
	files := map[string]func(next echo.HandlerFunc) echo.HandlerFunc{"early": (&early{App: a}).file, "doubling": forgetKey}[how]
	a.Echo.Pre(func(next echo.HandlerFunc) echo.HandlerFunc {
		filing := files(next)
		return func(c echo.Context) error {
			if c.Request().Method == http.MethodPost && c.Request().URL.Path == complaints {
				return filing(c)
			}
			return next(c)
		}
	})
	return a.Run(context.Background(), func(net.Addr) { fmt.Fprintf(os.Stderr, "anxin serves %s/\n", cfg.Public) })
}

// forgetKey files under a key of its own whatever was sent.
func forgetKey(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		c.Request().Header.Set("Idempotency-Key", rand.Text())
		return next(c)
	}
}

// early acknowledges a complaint and keeps it then.
type early struct {
	*App
	mu       sync.Mutex
	answered map[string]api.Filed
	model    *store.Dispute // one that was filed as it should be: the others are made like it
}

func (e *early) file(echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		ctx := context.WithoutCancel(c.Request().Context())
		data, err := io.ReadAll(c.Request().Body)
		if err != nil {
			return err
		}
		var in intake.Answers
		if err := json.Unmarshal(data, &in); err != nil {
			return err
		}
		answer, sub, err := e.take(ctx, c.Request().Header.Get("Idempotency-Key"), in)
		if err != nil {
			return err
		}
		text, err := json.Marshal(answer)
		if err != nil {
			return err
		}
		c.Response().Header().Set("Content-Length", strconv.Itoa(len(text)))
		if err := c.Blob(http.StatusCreated, "application/json", text); err != nil {
			return err
		}
		c.Response().Flush()
		if sub == nil {
			return nil
		}
		if sub.Credential.CodeHash, err = e.Complaints.Vault.HashCode(ctx, sub.Number, *answer.AccessCode); err != nil {
			return err
		}
		_, err = e.Store.Submit(ctx, *sub)
		return err
	}
}

// take is the answer for a key and, the first time, what is to be kept.
func (e *early) take(ctx context.Context, key string, in intake.Answers) (api.Filed, *store.Submission, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if a, ok := e.answered[key]; ok {
		return a, nil, nil
	}
	if e.model == nil {
		r, err := e.Complaints.Submit(ctx, rand.Text(), in)
		if err != nil {
			return api.Filed{}, nil, err
		}
		id, err := e.Complaints.ByNumber(ctx, r.Number)
		if err != nil {
			return api.Filed{}, nil, err
		}
		d, err := e.Store.Dispute(ctx, id)
		if err != nil {
			return api.Filed{}, nil, err
		}
		e.model, e.answered = &d, map[string]api.Filed{}
	}
	number := vault.Digits(13)
	body, err := json.Marshal(map[string]any{"form": 1, "number": number, "answers": in})
	if err != nil {
		return api.Filed{}, nil, err
	}
	person, err := json.Marshal(complaint.Person{Contact: in.Contact, Reach: in.Reach})
	if err != nil {
		return api.Filed{}, nil, err
	}
	hash := sha256.Sum256(body)
	code := e.Complaints.Vault.Code(key, number)
	a := api.Filed{Number: number, AccessCode: &code, State: dispute.Submitted, Receipt: api.Receipt{SHA256: hex.EncodeToString(hash[:])}}
	e.answered[key] = a
	party := store.NewID()
	sub := &store.Submission{
		ID: store.NewID(), Key: key, Content: in.Normal().Content(), Number: number, State: e.model.State, Body: body,
		Parties:    []store.Party{{ID: party, Role: "complainant", Body: person}},
		Credential: store.Credential{Party: party},
	}
	for _, m := range e.model.Events {
		sub.Events = append(sub.Events, store.Event{Event: m.Event, Actor: m.Actor, ActorID: party, State: m.State, Body: bytes.Clone(m.Body)})
	}
	return a, sub, nil
}
