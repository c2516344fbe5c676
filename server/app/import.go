package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"

	"anxin/server/api"
	"anxin/server/config"
	"anxin/server/search"
)

// importFile runs "import what …".
func importFile(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) error {
	if len(args) == 0 || args[0] != "documents" && args[0] != "institutions" {
		return errors.New("write: import documents --collection NAME FILE.jsonl, or: import institutions FILE.csv")
	}
	cfg, err := config.Load(getenv)
	if err != nil {
		return err
	}
	if args[0] == "institutions" {
		if len(args) != 2 {
			return errors.New("write: import institutions FILE.csv")
		}
		return importInstitutions(ctx, cfg, args[1], stdout, stderr)
	}
	flags := flag.NewFlagSet("import documents", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	collection := flags.String("collection", "", "")
	if err := flags.Parse(args[1:]); err != nil || *collection == "" || flags.NArg() != 1 {
		return errors.New("write: import documents --collection NAME FILE.jsonl")
	}
	return importDocuments(ctx, cfg, *collection, flags.Arg(0), stdout, stderr)
}

// importDocuments puts a file's documents into a collection, which it makes where there is none. A server that holds the
// collection is asked to do it.
func importDocuments(ctx context.Context, cfg config.Config, collection, name string, stdout, stderr io.Writer) (err error) {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close() //nolint:errcheck // only read from
	bad := func(b search.BadLine) { say(stderr, "%s:%d: %s\n", name, b.Line, b.Reason) }
	collections := openCollections(cfg)
	defer func() { err = errors.Join(err, collections.Close()) }()
	var report search.Imported
	if _, err = collections.Create(collection); errors.Is(err, search.ErrBusy) {
		report, err = importOver(ctx, cfg, collection, file, bad)
	} else if err == nil {
		report, err = collections.Import(ctx, collection, file, bad)
	}
	if err != nil {
		return fmt.Errorf("import %s: %w", name, err)
	}
	say(stdout, "%d lines read, %d documents added or changed in collection %s\n", report.Lines, report.Changed, collection)
	if report.Bad > 0 {
		return fmt.Errorf("%d lines are no documents and were left out; the others are imported", report.Bad)
	}
	return nil
}

// importOver hands documents to the server that holds the collection, some at a time: the lines are read here, so that
// each bad one is reported, however many there are.
func importOver(ctx context.Context, cfg config.Config, collection string, from io.Reader, bad func(search.BadLine)) (search.Imported, error) {
	if cfg.AdminToken == "" {
		return search.Imported{}, errors.New("a running server holds the collection: set ANXIN_ADMIN_TOKEN, here and for the server, so that it can be asked to import")
	}
	s := remote{cfg, "/admin/v1/search/collections/" + collection}
	if err := s.call(ctx, http.MethodPut, "", nil, &struct{}{}); err != nil {
		return search.Imported{}, err
	}
	changed := 0
	report, err := search.ReadDocuments(from, bad, func(docs []search.Document) error {
		var lines bytes.Buffer
		e := json.NewEncoder(&lines)
		for _, d := range docs {
			if err := e.Encode(map[string]string{"id": d.ID, "title": d.Title, "body": d.Body, "lang": d.Lang, "kind": d.Kind}); err != nil {
				return err
			}
		}
		var got api.ImportReport
		if err := s.call(ctx, http.MethodPost, "/import", &lines, &got); err != nil {
			return err
		}
		if got.BadTotal > 0 {
			return fmt.Errorf("the server takes no document like this one: %s", got.Bad[0].Reason)
		}
		changed += got.Changed
		return nil
	})
	report.Changed = changed
	return report, err
}

// remote is a collection held by a server on this machine.
type remote struct {
	cfg  config.Config
	path string
}

func (s remote) call(ctx context.Context, method, path string, document io.Reader, into any) error {
	address := "http://" + dialled(s.cfg.Addr) + s.path + path
	r, err := http.NewRequestWithContext(ctx, method, address, document)
	if err != nil {
		return err
	}
	r.Host = s.cfg.Public.Host // no other name is served
	r.Header.Set("Authorization", "Bearer "+string(s.cfg.AdminToken))
	r.Header.Set("Content-Type", "application/x-ndjson")
	r.Header.Set("Accept-Language", "en")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return fmt.Errorf("another process holds the collection, and no server answers at ANXIN_ADDR: %w", err)
	}
	defer answer.Body.Close() //nolint:errcheck // only read from
	switch answer.StatusCode {
	case http.StatusOK, http.StatusCreated:
		if err := json.NewDecoder(answer.Body).Decode(into); err != nil {
			return fmt.Errorf("read the answer of the server at %s: %w", s.cfg.Addr, err)
		}
		return nil
	case http.StatusUnauthorized:
		return fmt.Errorf("the server at %s has another ANXIN_ADMIN_TOKEN", s.cfg.Addr)
	case http.StatusNotFound:
		return fmt.Errorf("the server at %s runs without ANXIN_ADMIN_TOKEN, or the collection was deleted", s.cfg.Addr)
	}
	return fmt.Errorf("the server at %s answers %s", s.cfg.Addr, answer.Status)
}

// dialled is the address to reach a server by that listens on addr: one that listens everywhere is reached here, too.
func dialled(addr string) string {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return addr // config has refused it
	}
	if ip, err := netip.ParseAddr(host); host == "" || err == nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return net.JoinHostPort(host, port)
}
