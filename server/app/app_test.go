package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"anxin/content"
	"anxin/i18n"
	"anxin/server/config"
	"anxin/server/console"
	"anxin/server/fault"
	"anxin/server/locale"
)

// bench is a server in this process with what tests ask of it.
type bench struct {
	*App
	log *logged
}

// logged keeps what the server logs, also from what it does in the background.
type logged struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func setup(t *testing.T, env map[string]string) *bench { return setupWith(t, env, nil) }

// setupWith serves other content than ours.
func setupWith(t *testing.T, env map[string]string, files fs.FS) *bench {
	t.Helper()
	if env == nil {
		env = map[string]string{}
	}
	if env["ANXIN_DATA"] == "" {
		env["ANXIN_DATA"] = filepath.Join(t.TempDir(), "data")
	}
	if files == nil && env["ANXIN_CONTENT"] == "" {
		warm(t, env["ANXIN_DATA"])
	}
	cfg, err := config.Load(func(name string) string { return env[name] })
	if err != nil {
		t.Fatal(err)
	}
	log := &logged{}
	at := time.Date(2026, 11, 25, 10, 0, 0, 0, locale.Shanghai)
	a, err := New(cfg, Options{Clock: func() time.Time { return at }, Log: slog.New(slog.NewTextHandler(log, nil)), Gallery: true, Content: files})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Close)
	return &bench{a, log}
}

// warm puts the search index of our own content into a data folder: made once for all tests, as a server finds it that
// is started again.
func warm(t testing.TB, data string) {
	t.Helper()
	files, err := ownIndex()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(data, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(filepath.Join(data, "index"), files); err != nil && !errors.Is(err, fs.ErrExist) {
		t.Fatal(err)
	}
}

var ownIndex = sync.OnceValues(func() (fs.FS, error) {
	dir, err := os.MkdirTemp("", "anxin-index-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	cfg := config.Config{Data: dir}
	lib, err := OpenLibrary(cfg, content.Files)
	if err != nil {
		return nil, err
	}
	catalogue, err := locale.OpenCatalogue(i18n.Files)
	if err != nil {
		return nil, err
	}
	site, _, err := openSearch(cfg, lib, content.Files, catalogue, slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, err
	}
	if err := errors.Join(site.Ready(context.Background()), site.Close()); err != nil {
		return nil, err
	}
	files := fstest.MapFS{}
	root := filepath.Join(dir, "index")
	return files, fs.WalkDir(os.DirFS(root), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(filepath.Join(root, name))
		files[name] = &fstest.MapFile{Data: data, Mode: 0o600}
		return err
	})
})

func (b *bench) ask(method, target string, change ...func(*http.Request)) *http.Response {
	r := httptest.NewRequest(method, target, nil)
	r.Host = "127.0.0.1:8080"
	for _, f := range change {
		f(r)
	}
	w := httptest.NewRecorder()
	b.Echo.ServeHTTP(w, r)
	return w.Result()
}

func (b *bench) post(target string, fields url.Values, change ...func(*http.Request)) *http.Response {
	return b.ask(http.MethodPost, target, append([]func(*http.Request){func(r *http.Request) {
		body := fields.Encode()
		r.Body, r.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}}, change...)...)
}

func body(t *testing.T, r *http.Response) string {
	t.Helper()
	text, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func header(name, value string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set(name, value) }
}

func TestEveryAddressAnswers(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	titles := map[string]string{}
	title := regexp.MustCompile(`<title>(.*?)</title>`)
	for _, a := range b.Addresses() {
		r := b.ask(http.MethodGet, a.URL)
		text := body(t, r)
		if r.StatusCode != http.StatusOK {
			t.Errorf("%s answers %d", a.URL, r.StatusCode)
			continue
		}
		if want := `<html lang="` + string(a.Lang) + `"`; !strings.Contains(text, want) {
			t.Errorf("%s lacks %s", a.URL, want)
		}
		if !console.Within(a.URL) && !strings.Contains(text, `href="/`+string(a.Lang)+`/scammed"`) {
			t.Errorf("%s does not lead to the first hour", a.URL)
		}
		found := title.FindStringSubmatch(text)
		if found == nil || titles[string(a.Lang)+found[1]] != "" {
			t.Errorf("%s has no title of its own (like %s)", a.URL, titles[string(a.Lang)+found[1]])
			continue
		}
		titles[string(a.Lang)+found[1]] = a.URL
		if head := b.ask(http.MethodHead, a.URL); head.StatusCode != http.StatusOK || body(t, head) != "" {
			t.Errorf("HEAD %s answers %d with a body or none", a.URL, head.StatusCode)
		}
	}
}

// Every route that the router knows is listed with its cases, so that the page gate forgets none.
func TestNoRouteIsForgotten(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	listed := map[string]bool{}
	for _, r := range b.Site.Routes() {
		listed[r.Method+" "+r.Path] = true
		hers := strings.HasPrefix(r.Path, "/:lang/complaints/mine") // nobody gets it who is not let in: see TestMineInEveryState
		if r.Method == http.MethodGet && !hers && (r.Cases == nil || len(r.Cases()) == 0) && (r.Page != "warning" || len(b.Site.Library.Warnings()) > 0) {
			t.Errorf("%s lists no cases", r.Path)
		}
	}
	other := regexp.MustCompile(`^/($|static/|gallery|:lang/gallery|healthz|readyz|favicon.ico|robots.txt|zh-Hans$|zh-Hant$|en$)`)
	for _, r := range b.API.Routes() {
		listed[r.Method+" "+r.Path] = true
	}
	for _, r := range b.Console.Routes() {
		listed[r.Method+" "+r.Path] = true
	}
	for _, r := range b.Echo.Routes() {
		if r.Method != http.MethodHead && !listed[r.Method+" "+r.Path] && !other.MatchString(r.Path) {
			t.Errorf("%s %s is in no list", r.Method, r.Path)
		}
	}
}

func TestRootLeadsToTheReadersLanguage(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	for name, c := range map[string]struct{ accept, cookie, want string }{
		"nothing asked":         {"", "", "/zh-Hans/"},
		"Hong Kong":             {"zh-HK,zh;q=0.9", "", "/zh-Hant/"},
		"English":               {"en-GB,en;q=0.9", "", "/en/"},
		"cookie before header":  {"en-GB", "22.dark.zh-Hant", "/zh-Hant/"},
		"cookie without choice": {"en-GB", "22.dark.", "/en/"},
	} {
		r := b.ask(http.MethodGet, "/", header("Accept-Language", c.accept), header("Cookie", "__Host-settings="+c.cookie))
		if got := r.Header.Get("Location"); r.StatusCode != http.StatusSeeOther || got != c.want {
			t.Errorf("%s: %d %s, want 303 %s", name, r.StatusCode, got, c.want)
		}
	}
}

func TestErrorsBecomePagesInThreeLanguages(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	for _, code := range locale.All {
		for _, kind := range fault.Kinds() {
			r := b.ask(http.MethodGet, "/"+string(code)+"/gallery/error/"+kind.String())
			text := body(t, r)
			want, err := b.Site.View.Base("error", code, "/", b.Site.Settings(b.Echo.NewContext(httptest.NewRequest(http.MethodGet, "/", nil), nil))).T("error." + kind.String() + "_title")
			if err != nil {
				t.Fatal(err)
			}
			if r.StatusCode != kind.Status() || !strings.Contains(text, want) || !strings.Contains(text, `href="/`+string(code)+`/learn"`) {
				t.Errorf("%s in %s: status %d, without its words or a way on", kind, code, r.StatusCode)
			}
		}
	}
	for name, c := range map[string]struct {
		response *http.Response
		status   int
	}{
		"unknown page":     {b.ask(http.MethodGet, "/en/<em>UHOH</em>"), 404},
		"unknown language": {b.ask(http.MethodGet, "/fr/learn"), 404},
		"wrong method":     {b.ask(http.MethodDelete, "/en/learn"), 405},
		"unknown host":     {b.ask(http.MethodGet, "/en/", func(r *http.Request) { r.Host = "evil.example" }), 421},
		"too large a form": {b.post("/en/settings", url.Values{"size": {strings.Repeat("9", maxForm)}}), 413},
		"another site's":   {b.post("/en/settings", url.Values{"size": {"22"}}, header("Origin", "https://evil.example")), 403},
		"garbled picks":    {b.post("/en/learn/spot-a-scam/quiz", url.Values{"picks": {"zz"}}), 422},
		"no such choice":   {b.post("/en/settings", url.Values{"size": {"7"}}), 422},
		"not form encoding": {b.post("/en/settings", nil, func(r *http.Request) {
			r.URL.RawQuery = ""
			r.Body = io.NopCloser(strings.NewReader("size=%zz"))
			r.ContentLength = 8
		}), 400},
	} {
		text := body(t, c.response)
		if c.response.StatusCode != c.status || !strings.Contains(text, "<h1") {
			t.Errorf("%s: %d, want a page with %d", name, c.response.StatusCode, c.status)
		}
		if strings.Contains(text, "UHOH") || strings.Contains(text, "evil.example") {
			t.Errorf("%s: the page reflects what was sent", name)
		}
	}
	if b.ask(http.MethodDelete, "/en/learn").Header.Get("Allow") == "" {
		t.Error("405 does not say what is allowed")
	}
}

func TestProblemsUnderAPI(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	r := b.ask(http.MethodGet, "/api/v1/no-such-thing", header("Accept-Language", "en"))
	var p struct {
		Type, Title string
		Status      int
	}
	if err := json.NewDecoder(r.Body).Decode(&p); err != nil {
		t.Fatal(err)
	}
	if r.StatusCode != http.StatusNotFound || r.Header.Get("Content-Type") != "application/problem+json" || p.Type != "/problems/not_found" || p.Title != "We cannot find this page" || p.Status != 404 {
		t.Errorf("got %d %s %+v", r.StatusCode, r.Header.Get("Content-Type"), p)
	}
}

func TestSettings(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	for name, c := range map[string]struct {
		form           url.Values
		cookie, status string
		location       string
	}{
		"one button":            {url.Values{"size": {"22"}, "back": {"/learn/spot-a-scam"}}, "22.auto.", "303", "/zh-Hans/learn/spot-a-scam"},
		"all three":             {url.Values{"size": {"30"}, "theme": {"dark"}, "lang": {"en"}}, "30.dark.en", "303", "/en/settings?saved=1"},
		"back to another site":  {url.Values{"size": {"20"}, "back": {"//evil.example/"}}, "20.auto.", "303", "/zh-Hans/settings?saved=1"},
		"back with a backslash": {url.Values{"size": {"20"}, "back": {`/\evil.example`}}, "20.auto.", "303", "/zh-Hans/settings?saved=1"},
		"back to a scheme":      {url.Values{"size": {"20"}, "back": {"javascript:alert(1)"}}, "20.auto.", "303", "/zh-Hans/settings?saved=1"},
		"no such size":          {url.Values{"size": {"99"}}, "", "422", ""},
	} {
		r := b.post("/zh-Hans/settings", c.form)
		var cookie string
		for _, k := range r.Cookies() {
			cookie = k.Value
			if k.Name != "__Host-settings" || !k.Secure || !k.HttpOnly || k.Path != "/" {
				t.Errorf("%s: cookie %s is not bound to this host", name, k)
			}
		}
		if got := r.Header.Get("Location"); r.Status[:3] != c.status || got != c.location || cookie != c.cookie {
			t.Errorf("%s: %s, to %q with %q; want %s, to %q with %q", name, r.Status, got, cookie, c.status, c.location, c.cookie)
		}
	}
	plain := body(t, b.ask(http.MethodGet, "/zh-Hans/"))
	elder := body(t, b.ask(http.MethodGet, "/zh-Hans/", header("Cookie", "__Host-settings=22.dark.zh-Hans")))
	if strings.Contains(plain, "data-elder") || !strings.Contains(elder, `data-size="22" data-theme="dark" data-elder`) {
		t.Error("the cookie does not change the page")
	}
	if !strings.Contains(elder, "点这里，一步一步告诉您") {
		t.Error("长辈版 does not have its shorter words")
	}
}

func TestInsecureAddressDropsCookiePrefixAndSaysSo(t *testing.T) {
	t.Parallel()
	b := setup(t, map[string]string{"ANXIN_PUBLIC_URL": "http://anxin.test", "ANXIN_INSECURE_HTTP": "1"})
	host := func(r *http.Request) { r.Host = "anxin.test" }
	r := b.post("/zh-Hans/settings", url.Values{"size": {"22"}}, host)
	if k := r.Cookies(); len(k) != 1 || k[0].Name != "settings" || k[0].Secure {
		t.Errorf("cookies %v", k)
	}
	if !strings.Contains(body(t, b.ask(http.MethodGet, "/zh-Hans/", host)), "这个网址没有加密") {
		t.Error("no banner says that the address is not encrypted")
	}
}

func TestPagesSayWhoRunsThem(t *testing.T) {
	t.Parallel()
	demo := setup(t, nil)
	if !strings.Contains(body(t, demo.ask(http.MethodGet, "/zh-Hans/")), "演示站点，不是任何机构的正式服务。") {
		t.Error("without an operator the page does not say that it is a demonstration")
	}
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "authorities"), 0o755); err != nil {
		t.Fatal(err)
	}
	operator := "name: {zh-Hans: 某某委员会（虚构）, zh-Hant: 某某委員會（虛構）, en: A Council (fictional)}\nhelp_line: \"075500000000\"\nhours: {zh-Hans: 工作日, zh-Hant: 工作日, en: working days}\nreport: errors@anxin.test\n"
	if err := os.WriteFile(filepath.Join(dir, "authorities", "operator.yaml"), []byte(operator), 0o600); err != nil {
		t.Fatal(err)
	}
	run := setup(t, map[string]string{"ANXIN_CONTENT": dir})
	home := body(t, run.ask(http.MethodGet, "/zh-Hans/"))
	if strings.Contains(home, "演示站点") || !strings.Contains(home, "075500000000") {
		t.Error("with an operator the page still is a demonstration, or lacks its help line")
	}
	if !strings.Contains(body(t, run.ask(http.MethodGet, "/en/about/errors")), "mailto:errors@anxin.test") {
		t.Error("errors cannot be reported to the operator")
	}
}

func TestRunSaysThatThePortIsBusy(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	b := setup(t, map[string]string{"ANXIN_ADDR": l.Addr().String()})
	if err := b.Run(context.Background(), nil); err == nil || !strings.Contains(err.Error(), l.Addr().String()) {
		t.Errorf("got %v", err)
	}
}

func TestRunServesAndStops(t *testing.T) {
	t.Parallel()
	b := setup(t, map[string]string{"ANXIN_ADDR": "127.0.0.1:0"})
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	ready := make(chan net.Addr, 1)
	go func() { ended <- b.Run(ctx, func(a net.Addr) { ready <- a }) }()
	addr := <-ready
	r, err := http.Get("http://" + addr.String() + "/healthz") //nolint:noctx // loopback, in a test
	if err != nil || r.StatusCode != http.StatusOK {
		t.Fatalf("healthz: %v", err)
	}
	r.Body.Close()
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("stopping: %v", err)
	}
}

func TestDataFolderIsPrivate(t *testing.T) {
	t.Parallel()
	b := setupWith(t, nil, content.Files) // which makes the folder itself
	info, err := os.Stat(b.cfg.Data)
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("data folder: %v, %v", info.Mode(), err)
	}
}

func TestLogNamesNothingPersonal(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	canary := "canary-13800138000"
	b.ask(http.MethodGet, "/zh-Hans/"+canary)
	b.ask(http.MethodGet, "/zh-Hans/learn?track="+canary)
	b.post("/zh-Hans/settings?x="+canary, url.Values{"size": {canary}, "back": {canary}}, header("User-Agent", canary), header("Cookie", "a="+canary))
	b.post("/zh-Hans/learn/spot-a-scam/quiz", url.Values{"picks": {canary}})
	b.ask(http.MethodGet, "/zh-Hans/gallery/error/internal?"+canary)
	if text := b.log.String(); strings.Contains(text, canary) || !strings.Contains(text, "route=") {
		t.Errorf("the log holds what was typed, or nothing:\n%s", text)
	}
}

func TestAnswersAreCompressedAndTagged(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	first := b.ask(http.MethodGet, "/zh-Hans/learn/spot-a-scam", header("Accept-Encoding", "br"))
	if first.Header.Get("Content-Encoding") != "br" || !strings.Contains(first.Header.Get("Vary"), "Cookie") {
		t.Errorf("encoding %q, vary %q", first.Header.Get("Content-Encoding"), first.Header.Get("Vary"))
	}
	tag := b.ask(http.MethodGet, "/zh-Hans/learn/spot-a-scam").Header.Get("Etag")
	if again := b.ask(http.MethodGet, "/zh-Hans/learn/spot-a-scam", header("If-None-Match", tag)); again.StatusCode != http.StatusNotModified {
		t.Errorf("asked again with its tag: %d", again.StatusCode)
	}
}

func TestCommands(t *testing.T) {
	t.Parallel()
	env := func(string) string { return "" }
	var out bytes.Buffer
	if err := Command(context.Background(), []string{"help"}, env, &out, &out); err != nil || !strings.Contains(out.String(), "check") {
		t.Errorf("help: %v, %s", err, out.String())
	}
	if err := Command(context.Background(), []string{"dance"}, env, &out, &out); err == nil || !strings.Contains(err.Error(), "dance") {
		t.Errorf("unknown command: %v", err)
	}
	out.Reset()
	if err := Command(context.Background(), []string{"check"}, env, &out, &out); err != nil || out.String() != "" {
		t.Errorf("check finds mistakes in our own content: %v\n%s", err, out.String())
	}
}
