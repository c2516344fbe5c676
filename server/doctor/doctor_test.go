package doctor_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"anxin/content"
	"anxin/i18n"
	"anxin/server/config"
	"anxin/server/doctor"
	"anxin/server/evidence"
	"anxin/server/library"
	"anxin/server/locale"
	"anxin/server/search"
	"anxin/server/store"
	"anxin/server/store/storetest"
)

// A day on which our content is as fresh as it was written, and no notice about next year's holidays is due.
var october = time.Date(2026, 10, 15, 10, 0, 0, 0, locale.Shanghai)

const operator = `name: {zh-Hans: 某市消费者委员会（虚构）, zh-Hant: 某市消費者委員會（虛構）, en: A Council (made up)}
help_line: ""
hours: {}
report: ""
`

// healthy is a server that lacks nothing: it was started once, and a complaint with a file was filed.
func healthy(t *testing.T, url string) *doctor.Patient {
	t.Helper()
	data := filepath.Join(t.TempDir(), "data")
	if err := os.Mkdir(data, 0o700); err != nil {
		t.Fatal(err)
	}
	secret := filepath.Join(t.TempDir(), "secret")
	put(t, secret, strings.Repeat("5e", 32))
	cfg, err := config.Load(func(name string) string {
		return map[string]string{"ANXIN_ADDR": "127.0.0.1:0", "ANXIN_DATA": data, "ANXIN_SECRET_FILE": secret, "ANXIN_PUBLIC_URL": "https://anxin.example", "ANXIN_TRUSTED_PROXIES": "127.0.0.1/32"}[name]
	})
	if err != nil {
		t.Fatal(err)
	}
	p := &doctor.Patient{
		Config: cfg, Content: fstest.MapFS{}, Catalogues: i18n.Files, Secret: secret, Evidence: filepath.Join(data, "evidence"), Index: filepath.Join(data, "index", "site"),
		Store: store.Options{Data: data, URL: url, Clock: func() time.Time { return october }, Log: slog.New(slog.DiscardHandler)},
		Now:   func() time.Time { return october },
	}
	opened := p.Store
	opened.Vault = storetest.Vault()
	s, err := store.Open(t.Context(), opened)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	files, err := evidence.Open(p.Evidence, opened.Vault, opened.Log)
	if err != nil {
		t.Fatal(err)
	}
	o, err := files.Take(t.Context(), strings.NewReader("\xFF\xD8\xFFa picture"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.Submit(t.Context(), store.Submission{
		Key: "a key", Content: "x", Number: "1000", State: "submitted", Body: []byte("x"),
		Parties:    []store.Party{{ID: "p", Role: "complainant", Body: []byte("x")}},
		Credential: store.Credential{Party: "p", CodeHash: "x"},
		Events:     []store.Event{{Event: "submit", Actor: "citizen", State: "submitted"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.AddEvidence(t.Context(), store.Evidence{Dispute: r.ID, Object: o.Name, ObjectHash: o.SealedSHA256, Kind: o.Kind, Body: []byte("x")}, "citizen", "p"); err != nil {
		t.Fatal(err)
	}
	x, _, err := search.Open(p.Index)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := x.Put(t.Context(), []search.Document{{ID: "a", Title: "银行", Body: "银行", Lang: "zh-Hans"}}); err != nil {
		t.Fatal(err)
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	return p
}

func put(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// over lays files over our content.
func over(files map[string]string) fs.FS {
	m := fstest.MapFS{"authorities/operator.yaml": {Data: []byte(operator)}}
	for name, text := range files {
		m[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return library.Overlay(m, content.Files)
}

// but leaves out what is said of content: reading all of it takes a second, and most tests are about something else.
func but(found []doctor.Finding, about string) []doctor.Finding {
	var left []doctor.Finding
	for _, f := range found {
		if f.About != about {
			left = append(left, f)
		}
	}
	return left
}

func TestNothingIsFoundWhereNothingIsWrong(t *testing.T) {
	t.Parallel()
	for kind, url := range map[string]string{"sqlite": "", "postgres": storetest.Postgres(t)} {
		p := healthy(t, url)
		if kind == "postgres" {
			p.Store.Clock = time.Now
		} else {
			p.Content = over(nil)
		}
		p.SpaceAtLeast, p.PostgresAtLeast = 1, 15
		found := p.Examine(t.Context())
		if kind == "postgres" {
			found = but(found, "content")
		}
		if len(found) > 0 {
			t.Errorf("%s: %+v", kind, found)
		}
	}
}

// Nor where nothing is there yet.
func TestNothingIsFoundBeforeTheFirstStart(t *testing.T) {
	t.Parallel()
	p := healthy(t, "")
	data := filepath.Join(t.TempDir(), "new")
	p.Config.Data, p.Config.SecretFile, p.Store.Data = data, "", data
	p.Secret, p.Evidence, p.Index = filepath.Join(data, "secret"), filepath.Join(data, "evidence"), filepath.Join(data, "index", "site")
	if found := but(p.Examine(t.Context()), "content"); len(found) > 0 {
		t.Errorf("%+v", found)
	}
	if _, err := os.Stat(data); err == nil {
		t.Error("doctor has made something")
	}
}

// Each thing is broken, and found; everything else is as it was, so that nothing else may be found.
func TestFindings(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		harm     func(t *testing.T, p *doctor.Patient)
		severity doctor.Severity
		about    string
		says     string
	}{
		"this machine alone": {func(_ *testing.T, p *doctor.Patient) {
			p.Config.Public.Host, p.Config.Public.Scheme = "localhost:8080", "http"
		}, doctor.Warning, "settings", "nobody but this machine"},
		"no https": {func(_ *testing.T, p *doctor.Patient) {
			p.Config.Public.Scheme, p.Config.InsecureHTTP = "http", true
		}, doctor.Warning, "settings", "without https"},
		"no proxy":           {func(_ *testing.T, p *doctor.Patient) { p.Config.Proxies = []netip.Prefix{} }, doctor.Warning, "settings", "no proxy is named"},
		"no limits":          {func(_ *testing.T, p *doctor.Patient) { p.Config.Limits = "off" }, doctor.Warning, "settings", "ANXIN_LIMITS=off"},
		"a short token":      {func(_ *testing.T, p *doctor.Patient) { p.Config.AdminToken = "swordfish" }, doctor.Warning, "settings", "has 9 characters"},
		"content that isn't": {func(_ *testing.T, p *doctor.Patient) { p.Config.Content = filepath.Join(p.Config.Data, "none") }, doctor.Error, "settings", "ANXIN_CONTENT"},

		"a folder for all": {func(t *testing.T, p *doctor.Patient) { chmod(t, p.Config.Data, 0o755) }, doctor.Error, "folder", "others on this machine may look into"},
		"no room":          {func(_ *testing.T, p *doctor.Patient) { p.SpaceAtLeast = math.MaxUint64 }, doctor.Error, "folder", "MB are free"},

		"a secret for all":          {func(t *testing.T, p *doctor.Patient) { chmod(t, p.Secret, 0o644) }, doctor.Error, "secret", "mode 0644"},
		"a secret that is no key":   {func(t *testing.T, p *doctor.Patient) { put(t, p.Secret, "swordfish") }, doctor.Error, "secret", "line 1 is no key"},
		"another secret":            {func(t *testing.T, p *doctor.Patient) { put(t, p.Secret, strings.Repeat("6f", 32)) }, doctor.Error, "secret", "which the secret does not hold"},
		"the secret named and gone": {func(t *testing.T, p *doctor.Patient) { remove(t, p.Secret) }, doctor.Error, "secret", "which is not there"},
		"our secret gone": {func(t *testing.T, p *doctor.Patient) {
			remove(t, p.Secret)
			p.Config.SecretFile = ""
		}, doctor.Error, "secret", "is missing, and with it the key"},
		"the secret beside what it seals": {func(_ *testing.T, p *doctor.Patient) { p.Config.SecretFile = "" }, doctor.Warning, "secret", "beside what it seals"},

		"no database": {func(t *testing.T, p *doctor.Patient) {
			put(t, filepath.Join(p.Config.Data, "anxin.db"), strings.Repeat("no database\n", 1000))
		}, doctor.Error, "database", "it cannot be used"},
		"a damaged database":            {func(t *testing.T, p *doctor.Patient) { scratch(t, filepath.Join(p.Config.Data, "anxin.db")) }, doctor.Error, "database", "it is damaged"},
		"a server that does not answer": {func(_ *testing.T, p *doctor.Patient) { p.Store.URL = "postgres://anxin@127.0.0.1:1/anxin" }, doctor.Error, "database", "127.0.0.1"},
		"an older database": {func(t *testing.T, p *doctor.Patient) {
			on(t, p, "DELETE FROM goose_db_version WHERE version_id = (SELECT max(version_id) FROM goose_db_version)")
		}, doctor.Warning, "database", "older than this program"},
		"a clock set back": {func(_ *testing.T, p *doctor.Patient) { p.Now = func() time.Time { return october.Add(-time.Hour) } }, doctor.Error, "clock", "behind what was written already, by 1h"},

		"a torn index": {func(t *testing.T, p *doctor.Patient) {
			found, err := filepath.Glob(p.Index + "-v*/store/root.bolt")
			if err != nil || len(found) != 1 {
				t.Fatal(found, err)
			}
			put(t, found[0], "torn")
		}, doctor.Warning, "search", "torn"},
		"a file gone": {func(t *testing.T, p *doctor.Patient) { remove(t, p.Evidence) }, doctor.Error, "evidence", "1 of 1 files"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := healthy(t, "")
			p.SpaceAtLeast = 1
			c.harm(t, p)
			found := but(p.Examine(t.Context()), "content")
			if len(found) != 1 || found[0].Severity != c.severity || found[0].About != c.about || !strings.Contains(found[0].What, c.says) || found[0].Do == "" {
				t.Errorf("found %+v, want %s: %s: %s", found, c.severity, c.about, c.says)
			}
			if strings.Contains(fmt.Sprint(found), "swordfish") {
				t.Errorf("a secret is told: %+v", found)
			}
		})
	}
}

func chmod(t *testing.T, name string, mode fs.FileMode) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("files have no such modes there")
	}
	if err := os.Chmod(name, mode); err != nil {
		t.Fatal(err)
	}
}

func remove(t *testing.T, name string) {
	t.Helper()
	if err := os.RemoveAll(name); err != nil {
		t.Fatal(err)
	}
}

// on runs a statement on the patient's database.
func on(t *testing.T, p *doctor.Patient, statement string) {
	t.Helper()
	kind, address := "sqlite", filepath.Join(p.Store.Data, "anxin.db")
	if p.Store.URL != "" {
		kind, address = "pgx", p.Store.URL
	}
	db, err := sql.Open(kind, address)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}

// scratch writes over a page of a database, as a bad disk does: that of a table which nobody reads to open it.
func scratch(t *testing.T, name string) {
	t.Helper()
	db, err := sql.Open("sqlite", name)
	if err != nil {
		t.Fatal(err)
	}
	var page, size int64
	err = db.QueryRowContext(t.Context(), "SELECT rootpage, page_size FROM sqlite_schema, pragma_page_size() WHERE name = 'silences'").Scan(&page, &size)
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt(bytes.Repeat([]byte{0xA5}, int(size)), (page-1)*size); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestWhatStandsInTheFoldersPlace(t *testing.T) {
	t.Parallel()
	p := healthy(t, "")
	file := filepath.Join(t.TempDir(), "file")
	put(t, file, "x")
	p.Config.Data = file
	if found := but(p.Examine(t.Context()), "content"); len(found) != 1 || !strings.Contains(found[0].What, "is no folder") {
		t.Errorf("%+v", found)
	}
	if runtime.GOOS != "linux" {
		t.Skip("there is no folder into which not even root can write")
	}
	p.Config.Data = "/proc"
	if found := p.Examine(t.Context()); !strings.Contains(fmt.Sprint(found), "nothing can be written into /proc") {
		t.Errorf("%+v", found)
	}
}

func TestPostgresFindings(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		harm func(t *testing.T, p *doctor.Patient)
		says string
	}{
		"not durable": {func(t *testing.T, p *doctor.Patient) {
			on(t, p, `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = off', current_database()); END $$`)
		}, "error database it cannot be used: open the database: PostgreSQL does not run as it must: synchronous_commit off"},
		"an old server": {func(_ *testing.T, p *doctor.Patient) { p.PostgresAtLeast = 99 }, "is older than what this program is tested on"},
		"another clock": {func(_ *testing.T, p *doctor.Patient) {
			p.Store.Clock = func() time.Time { return time.Now().Add(time.Hour) }
		}, "error clock the clocks of this machine and of the database differ by 1h0m0s"},
		"another secret": {func(t *testing.T, p *doctor.Patient) { put(t, p.Secret, strings.Repeat("6f", 32)) }, "error secret the database was sealed with key"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := healthy(t, storetest.Postgres(t))
			p.Store.Clock = time.Now
			c.harm(t, p)
			found := but(p.Examine(t.Context()), "content")
			if len(found) != 1 || !strings.Contains(fmt.Sprint(found[0].Severity, " ", found[0].About, " ", found[0].What), c.says) {
				t.Errorf("%+v does not say %q", found, c.says)
			}
		})
	}
}

func TestContentFindings(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		files    map[string]string
		at       time.Time
		severity doctor.Severity
		says     string
	}{
		"a mistake":        {map[string]string{"workflow/holidays.yaml": "- {yeer: 2026}\n"}, october, doctor.Error, "workflow/holidays.yaml:1"},
		"nobody's name":    {map[string]string{"authorities/operator.yaml": "name: {}\n"}, october, doctor.Warning, "it is a demonstration"},
		"next year's days": {nil, time.Date(2026, 11, 1, 0, 0, 0, 0, locale.Shanghai), doctor.Warning, "the holidays of 2027 are not known"},
		"what has aged":    {nil, october.AddDate(3, 0, 0), doctor.Warning, "things have aged"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := healthy(t, "")
			p.Content, p.Now = over(c.files), func() time.Time { return c.at }
			found := p.Examine(t.Context())
			for _, f := range found {
				if f.About == "content" && f.Severity == c.severity && strings.Contains(f.What, c.says) {
					return
				}
			}
			t.Errorf("%+v does not say %q", found, c.says)
		})
	}
}

// A server of ours at the address is what should be there; anything else is not.
func TestAddress(t *testing.T) {
	t.Parallel()
	ours := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Host == "anxin.example" && r.URL.Path == "/healthz" {
			_, _ = io.WriteString(w, "ok\n")
		}
	})
	for name, c := range map[string]struct {
		handler http.Handler
		says    string
	}{
		"our server":      {ours, ""},
		"another program": {http.NotFoundHandler(), "another program listens on"},
	} {
		server := httptest.NewServer(c.handler)
		p := healthy(t, "")
		p.Config.Addr = server.Listener.Addr().String()
		found := but(p.Examine(t.Context()), "content")
		if c.says == "" && len(found) > 0 || c.says != "" && (len(found) != 1 || !strings.Contains(found[0].What, c.says)) {
			t.Errorf("%s: %+v", name, found)
		}
		server.Close()
	}
	p := healthy(t, "")
	p.Config.Addr = "192.0.2.1:8080" // of no machine
	if found := but(p.Examine(t.Context()), "content"); len(found) != 1 || !strings.Contains(found[0].What, "cannot listen on 192.0.2.1:8080") {
		t.Errorf("%+v", found)
	}
}

// What speaks and says nothing is not waited for.
func TestSomethingSilentAtTheAddress(t *testing.T) {
	t.Parallel()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	p := healthy(t, "")
	p.Config.Addr = l.Addr().String()
	ctx, stop := context.WithTimeoutCause(t.Context(), time.Minute, errors.New("doctor waits for ever"))
	defer stop()
	if found := but(p.Examine(ctx), "content"); len(found) != 1 || ctx.Err() != nil {
		t.Errorf("%+v, %v", found, context.Cause(ctx))
	}
}

func TestWrite(t *testing.T) {
	t.Parallel()
	found := append(doctor.Settings(errors.New("ANXIN_ADDR is \"x\"")), doctor.Finding{Severity: doctor.Warning, About: "clock", What: "late", Do: "nothing"})
	var b bytes.Buffer
	if err := doctor.Write(&b, found); err != nil || !strings.HasPrefix(b.String(), "error: settings: ANXIN_ADDR is \"x\"\n    mend that") ||
		!strings.HasSuffix(b.String(), "warning: clock: late\n    nothing\n1 errors, 1 warnings\n") {
		t.Errorf("%s, %v", b.String(), err)
	}
}
