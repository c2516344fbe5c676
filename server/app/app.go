// Package app puts the server together: it opens what the configuration names, hands it to the handlers, and serves.
// Tests start it in their own process with a clock of theirs.
package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"anxin/content"
	"anxin/i18n"
	"anxin/server/account"
	"anxin/server/api"
	"anxin/server/complaint"
	"anxin/server/config"
	"anxin/server/console"
	"anxin/server/dispute"
	"anxin/server/jobs"
	"anxin/server/library"
	"anxin/server/limit"
	"anxin/server/locale"
	"anxin/server/notify"
	"anxin/server/policy"
	"anxin/server/search"
	"anxin/server/shelf"
	"anxin/server/store"
	"anxin/server/view"
	"anxin/server/web"
	"anxin/static"
)

// Options are what the program and tests give differently.
type Options struct {
	Clock   func() time.Time // time.Now in the program
	Log     *slog.Logger
	Gallery bool  // serve /gallery: tests and development only
	Content fs.FS // in place of the embedded content: tests only
	Sweeps  bool  // do what is due by itself, again and again; tests call Jobs.Once in place of it
}

// App is one server.
type App struct {
	Echo        *echo.Echo
	Site        *web.Site
	API         *api.API
	Search      *search.Site
	Store       *store.Store
	Complaints  *complaint.Service
	Jobs        *jobs.Sweeper
	Accounts    *account.Service
	Console     *console.Console
	Limits      limit.Limiter
	held        *held
	cfg         config.Config
	opts        Options
	collections *search.Collections
	sweeping    sync.WaitGroup
	stop        context.CancelFunc // ends the jobs
	closing     sync.Once
}

// New opens content, catalogues and the data folder, and makes the handlers. Close what it returns.
func New(cfg config.Config, opts Options) (*App, error) {
	if opts.Content == nil {
		opts.Content = content.Files
	}
	files := contentOf(cfg, opts.Content)
	openedClocks := later(func() (*policy.Policy, error) { return openClocks(files) })
	opened := later(func() (*held, error) { return hold(cfg, opts) })
	read, err := openReading(cfg, opts)
	clocks, notTimed := openedClocks()
	h, notHeld := opened()
	if err = errors.Join(err, notTimed, notHeld); err != nil {
		if h != nil {
			h.close()
		}
		return nil, err
	}
	found, collections, err := openSearch(cfg, read.library, files, read.catalogue, opts.Log)
	if err != nil {
		h.close()
		return nil, err
	}
	words := &notify.Words{Catalogue: read.catalogue, Site: cfg.Public, Operator: read.library.Operator()}
	accounts := &account.Service{Store: h.store, Vault: h.vault, Limits: limit.Gate{Limiter: h.limits}, Log: opts.Log, Now: opts.Clock}
	complaints := &complaint.Service{
		Store: h.store, Vault: h.vault, Policy: clocks, Files: h.evidence, Library: read.library, Words: words, Mail: cfg.Mail != nil,
		Limits: limit.Gate{Limiter: h.limits}, Colleague: colleague(accounts), Log: opts.Log, Now: opts.Clock,
	}
	site := &web.Site{Library: read.library, View: read.view, Shelf: h.shelf, Search: found, Complaints: complaints, Secure: cfg.Secure(), Now: opts.Clock}
	programs := &api.API{
		View: read.view, Library: read.library, Policy: clocks, Shelf: h.shelf, Public: cfg.Public,
		Search: found, Collections: collections, Complaints: complaints, BundleIndex: site.BundleIndex, AdminToken: string(cfg.AdminToken), Now: opts.Clock,
	}
	desk := &console.Console{View: read.view, Accounts: accounts, Complaints: complaints, Public: cfg.Public, Secure: cfg.Secure(), Log: opts.Log, Now: opts.Clock}
	a := &App{Site: site, API: programs, Console: desk, Accounts: accounts, Search: found, Store: h.store, Complaints: complaints, Limits: h.limits, cfg: cfg, opts: opts, held: h, collections: collections}
	a.Jobs = a.jobs(words)
	var sweep context.Context
	sweep, a.stop = context.WithCancel(context.Background())
	if err := a.route(read.assets); err != nil {
		a.Close()
		return nil, err
	}
	if opts.Sweeps {
		a.sweeping.Go(func() { a.Jobs.Run(sweep) })
	}
	return a, nil
}

// reading is what there is to read, and what draws it.
type reading struct {
	library   *library.Library
	catalogue *locale.Catalogue
	assets    map[string]*static.Asset
	view      *view.View
}

func openReading(cfg config.Config, opts Options) (r reading, err error) {
	if r.library, err = OpenLibrary(cfg, opts.Content); err != nil {
		return r, err
	}
	if r.catalogue, err = locale.OpenCatalogue(i18n.Files); err != nil {
		return r, err
	}
	if r.assets, err = static.Assets(); err != nil {
		return r, fmt.Errorf("read static files: %w", err)
	}
	pages := []fs.FS{web.Templates, console.Templates}
	if opts.Gallery {
		pages = append(pages, view.GalleryTemplates)
	}
	r.view, err = view.New(r.catalogue, r.library, r.assets, !cfg.Secure(), pages...)
	return r, err
}

// openClocks opens the deadlines, and holds the workflow against them.
func openClocks(files fs.FS) (*policy.Policy, error) {
	clocks, err := policy.Open(files)
	if err != nil {
		return nil, fmt.Errorf("open the clocks: %w", err)
	}
	if err := dispute.Check(rulesOf(clocks)); err != nil {
		return nil, fmt.Errorf("the workflow would leave somebody waiting: %w", err)
	}
	return clocks, nil
}

// later begins to open something while other things are opened: reading content is most of the time that a start takes.
func later[T any](open func() (T, error)) (wait func() (T, error)) {
	var opened T
	var err error
	done := make(chan struct{})
	go func() {
		defer close(done)
		opened, err = open()
	}()
	return func() (T, error) {
		<-done
		return opened, err
	}
}

// rulesOf are the ids of the clocks, as the workflow names them.
func rulesOf(p *policy.Policy) []dispute.Rule {
	var rules []dispute.Rule
	for _, c := range p.Clocks() {
		if r := dispute.Rule(c.ID); !slices.Contains(rules, r) {
			rules = append(rules, r)
		}
	}
	return rules
}

// OpenLibrary opens the embedded content, with the operator's files laid over it. Those were not there when our tests
// ran, so everything is read and checked before the first page is served from them.
func OpenLibrary(cfg config.Config, embedded fs.FS) (*library.Library, error) {
	if cfg.Content == "" {
		lib, err := library.Open(embedded)
		if err != nil {
			return nil, fmt.Errorf("open content: %w", err)
		}
		return lib, nil
	}
	if info, err := os.Stat(cfg.Content); err != nil || !info.IsDir() {
		return nil, fmt.Errorf("ANXIN_CONTENT is %q, which is no folder that can be read", cfg.Content)
	}
	lib, err := library.Open(contentOf(cfg, embedded))
	if err != nil {
		return nil, fmt.Errorf("open content with %s over it: %w", cfg.Content, err)
	}
	if ps := lib.LoadAll(); len(ps) > 0 {
		return nil, fmt.Errorf("content in %s: %w", cfg.Content, ps)
	}
	return lib, nil
}

// contentOf is the embedded content with the operator's files laid over it, where there are any.
func contentOf(cfg config.Config, embedded fs.FS) fs.FS {
	if cfg.Content == "" {
		return embedded
	}
	return library.Overlay(os.DirFS(cfg.Content), embedded)
}

// Close ends what runs in the background.
func (a *App) Close() {
	a.closing.Do(func() {
		a.stop()
		a.sweeping.Wait()
		if err := errors.Join(a.Search.Close(), a.collections.Close()); err != nil {
			a.opts.Log.Error("close the search", "error", err)
		}
		a.held.close()
	})
}

// Limits on what a connection may take, so that slow or endless requests do not hold the server (ASVS 15.2.2).
const (
	headTimeout  = 10 * time.Second
	readTimeout  = 30 * time.Second
	writeTimeout = 60 * time.Second
	idleTimeout  = 2 * time.Minute
	maxHead      = 16 << 10
	maxForm      = 64 << 10
	farewell     = 10 * time.Second // to finish what was begun when told to stop
)

// Run serves until ctx ends, then finishes the requests under way. ready is told the address once it accepts.
func (a *App) Run(ctx context.Context, ready func(net.Addr)) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", a.cfg.Addr)
	if err != nil {
		return fmt.Errorf("listen on %s (set ANXIN_ADDR to use another address): %w", a.cfg.Addr, err)
	}
	srv := &http.Server{
		Handler:           a.Echo,
		ReadHeaderTimeout: headTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHead,
		ErrorLog:          slog.NewLogLogger(quiet{a.opts.Log.Handler()}, slog.LevelDebug),
		ConnContext:       shelf.ConnContext,
		BaseContext:       func(net.Listener) context.Context { return context.WithoutCancel(ctx) },
	}
	go a.Store.Warm(ctx)
	ended := make(chan error, 1)
	go func() { ended <- srv.Serve(shelf.Listen(listener)) }()
	if ready != nil {
		ready(listener.Addr())
	}
	select {
	case err := <-ended:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), farewell)
	defer cancel()
	if err := srv.Shutdown(stop); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("shut down: %w", err)
	}
	return nil
}

// quiet drops what net/http has to say about single connections: it names the caller's address, which our log never
// does.
type quiet struct{ slog.Handler }

func (quiet) Enabled(context.Context, slog.Level) bool { return false }
