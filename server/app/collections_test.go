package app

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"anxin/server/api"
	"anxin/server/locale"
	"anxin/server/search"
)

const adminToken = "not-for-production-0123456789"

// manage makes an admin call below the address of collections, with the token unless changed.
func (b *bench) manage(method, path, document string, change ...func(*http.Request)) *http.Response {
	return b.ask(method, "/admin/v1/search/collections"+path, append([]func(*http.Request){func(r *http.Request) {
		r.Body, r.ContentLength = io.NopCloser(strings.NewReader(document)), int64(len(document))
		r.Header.Set("Authorization", "Bearer "+adminToken)
	}}, change...)...)
}

func setupAdmin(t *testing.T) *bench {
	return setup(t, map[string]string{"ANXIN_ADMIN_TOKEN": adminToken}).fed(t)
}

func TestCollectionsFromFirstToLast(t *testing.T) {
	t.Parallel()
	b := setupAdmin(t)
	made := b.manage(http.MethodPut, "/demo", "")
	if got := decodeInto[api.CollectionStatus](t, made, http.StatusCreated); got != (api.CollectionStatus{Ready: true}) {
		t.Errorf("made: %+v", got)
	}
	if r := b.manage(http.MethodPut, "/demo", ""); r.StatusCode != http.StatusOK {
		t.Errorf("made again: %d", r.StatusCode)
	}
	lines := `{"id":"1","title":"Zebra","body":"<b>Stripes</b> & more","lang":"en","kind":"animal"}
{"id":"2","title":"斑马"}
no document
{"id":"1","title":"Zebra","body":"in Chinese","lang":"zh-Hans"}`
	report := decodeInto[api.ImportReport](t, b.manage(http.MethodPost, "/demo/import", lines), http.StatusOK)
	if report.Lines != 4 || report.Changed != 3 || report.BadTotal != 1 || len(report.Bad) != 1 || report.Bad[0].Line != 3 || report.Bad[0].Reason == "" {
		t.Errorf("imported: %+v", report)
	}
	status := decodeInto[api.CollectionStatus](t, b.manage(http.MethodGet, "/demo/status", ""), http.StatusOK)
	if status != (api.CollectionStatus{Ready: true, Docs: 3, Sequence: 1}) {
		t.Errorf("status: %+v", status)
	}
	again := decodeInto[api.ImportReport](t, b.manage(http.MethodPost, "/demo/import", strings.ReplaceAll(lines, "no document\n", "")), http.StatusOK)
	if again.Changed != 0 || again.Bad == nil || decodeInto[api.CollectionStatus](t, b.manage(http.MethodGet, "/demo/status", ""), http.StatusOK) != status {
		t.Errorf("imported again: %+v", again)
	}
	// Every language is searched there unless one is named; nothing else of the site's rules holds.
	for query, want := range map[string][]string{
		"q=zebra":                                   {"1 en", "1 zh-Hans"},
		"q=zebra&lang=en":                           {"1 en"},
		"q=zebra&lang=fr":                           {},
		"q=zebra&kind=animal":                       {"1 en"},
		"q=" + url.QueryEscape("斑馬"):                {"2 "},
		"q=zebra&limit=1&offset=1&lang=all":         nil,
		"q=zebra&scheme=TF-CS":                      {},
		"q=" + url.QueryEscape("刷单") + "&limit=100": {},
	} {
		a := b.search(t, query+"&collection=demo")
		got := hitIDs(a)
		slices.Sort(got)
		if want == nil {
			if len(got) != 1 || a.Total != 2 {
				t.Errorf("%s: %v of %d", query, got, a.Total)
			}
			continue
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", query, diff)
		}
		for _, h := range a.Hits {
			if h.URL != nil || a.Facets != nil || h.Schemes == nil || h.Highlights == nil {
				t.Errorf("%s: %+v", query, h)
			}
		}
	}
	if h := b.search(t, "q=stripes&collection=demo").Hits; len(h) != 1 || len(h[0].Highlights) != 1 || h[0].Highlights[0] != "&lt;b&gt;<mark>Stripes</mark>&lt;/b&gt; &amp; more" {
		t.Errorf("markup of a passage is not escaped: %+v", h)
	}
	if r := b.manage(http.MethodDelete, "/demo", ""); r.StatusCode != http.StatusNoContent || body(t, r) != "" {
		t.Errorf("deleted: %d", r.StatusCode)
	}
	if r := b.manage(http.MethodDelete, "/demo", ""); r.StatusCode != http.StatusNoContent {
		t.Errorf("deleted again: %d", r.StatusCode)
	}
	for _, r := range []*http.Response{
		b.manage(http.MethodGet, "/demo/status", ""), b.manage(http.MethodPost, "/demo/import", lines),
		b.ask(http.MethodGet, "/api/v1/search?q=zebra&collection=demo"),
	} {
		if r.StatusCode != http.StatusNotFound || r.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("after it was deleted: %d %s", r.StatusCode, r.Header.Get("Content-Type"))
		}
	}
}

func TestCollectionsNeedTheToken(t *testing.T) {
	t.Parallel()
	calls := map[string]string{http.MethodPut: "/demo", http.MethodPost: "/demo/import", http.MethodGet: "/demo/status", http.MethodDelete: "/demo"}
	none := setup(t, nil)
	b := setupAdmin(t)
	for method, path := range calls {
		if r := none.manage(method, path, ""); r.StatusCode != http.StatusNotFound || r.Header.Get("Www-Authenticate") != "" {
			t.Errorf("%s without a token configured: %d", method, r.StatusCode)
		}
		if r := none.manage(method, path, "", header("Authorization", "Bearer ")); r.StatusCode != http.StatusNotFound {
			t.Errorf("%s with an empty token, as is configured: %d", method, r.StatusCode)
		}
		for name, value := range map[string]string{
			"none": "", "empty": "Bearer ", "wrong": "Bearer " + adminToken + "x", "a part": "Bearer " + adminToken[:5], "no scheme": adminToken, "another scheme": "Basic " + adminToken,
		} {
			r := b.manage(method, path, "", header("Authorization", value))
			p := decodeInto[api.Problem](t, r, http.StatusUnauthorized)
			if r.Header.Get("Www-Authenticate") != `Bearer realm="anxin"` || r.Header.Get("Content-Type") != "application/problem+json" || p.Type != "/problems/unauthorized" {
				t.Errorf("%s with %s: %v, %+v", method, name, r.Header, p)
			}
		}
	}
	if r := b.manage(http.MethodPut, "/demo", "", header("Authorization", "bearer  "+adminToken)); r.StatusCode != http.StatusCreated {
		t.Errorf("the scheme's letters matter: %d", r.StatusCode)
	}
	if r := b.manage(http.MethodPut, "/other", "", header("Origin", "https://evil.example")); r.StatusCode != http.StatusForbidden {
		t.Errorf("from another site's page: %d", r.StatusCode)
	}
	if strings.Contains(b.log.String(), adminToken) {
		t.Error("the log tells the token")
	}
}

func TestCollectionsRefuseNames(t *testing.T) {
	t.Parallel()
	b := setupAdmin(t)
	for _, name := range []string{"A", "a.b", "%2e%2e", "a%2fb", strings.Repeat("a", 41)} {
		r := b.manage(http.MethodPut, "/"+name, "")
		p := decodeInto[api.Problem](t, r, http.StatusUnprocessableEntity)
		if len(p.Errors) != 1 || p.Errors[0].Field != "name" {
			t.Errorf("%s: %+v", name, p)
		}
		if r := b.manage(http.MethodGet, "/"+name+"/status", ""); r.StatusCode != http.StatusNotFound {
			t.Errorf("status of %s: %d", name, r.StatusCode)
		}
	}
}

// An import may be larger than a form, and names the first of very many bad lines.
func TestImportOfMany(t *testing.T) {
	t.Parallel()
	b := setupAdmin(t)
	b.manage(http.MethodPut, "/demo", "")
	var lines strings.Builder
	for n := range 1500 {
		fmt.Fprintf(&lines, `{"id":"%d","title":"第%d段","body":"%s"}`+"\nbad\n", n, n, strings.Repeat("字", 30))
	}
	if lines.Len() < 2*maxForm {
		t.Fatal("no larger than a form")
	}
	report := decodeInto[api.ImportReport](t, b.manage(http.MethodPost, "/demo/import", lines.String()), http.StatusOK)
	if report.Lines != 3000 || report.Changed != 1500 || report.BadTotal != 1500 || len(report.Bad) != 1000 || report.Bad[999].Line != 2000 {
		t.Errorf("%d lines, %d changed, %d bad, %d named", report.Lines, report.Changed, report.BadTotal, len(report.Bad))
	}
	if r := b.manage(http.MethodPost, "/demo/import", "", func(r *http.Request) { r.ContentLength = 256<<20 + 1 }); r.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("more than anybody may send: %d", r.StatusCode)
	}
	if r := b.manage(http.MethodPut, "/other", lines.String()); r.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("a long body where none belongs: %d", r.StatusCode)
	}
}

// What is in a collection is found there and nowhere else: not by citizens, not in another collection.
func TestCollectionsAreIsolated(t *testing.T) {
	t.Parallel()
	b := setupAdmin(t)
	lines := func(name string) string {
		var all strings.Builder
		for _, code := range locale.All {
			for _, kind := range []string{"module", "warning", "tool", "page", "hotline"} {
				fmt.Fprintf(&all, `{"id":"%s:%s","title":"Zebra 刷单 loan","body":"Zebra 刷单 loan 96110","lang":"%s","kind":"%[1]s"}`+"\n", kind, name, code)
			}
		}
		return all.String()
	}
	before := map[string]string{}
	ask := func(target string) string { return body(t, b.ask(http.MethodGet, target)) }
	var targets []string
	for _, q := range []string{"zebra", "loan", url.QueryEscape("刷单"), "96110"} {
		for _, lang := range []string{"zh-Hans", "zh-Hant", "en", "all"} {
			targets = append(targets, "/api/v1/search?limit=100&q="+q+"&lang="+lang)
			if lang != "all" {
				targets = append(targets, "/"+lang+"/search?q="+q)
			}
		}
	}
	for _, target := range targets {
		before[target] = ask(target)
	}
	for _, name := range []string{"one", "two"} {
		b.manage(http.MethodPut, "/"+name, "")
		if r := decodeInto[api.ImportReport](t, b.manage(http.MethodPost, "/"+name+"/import", lines(name)), http.StatusOK); r.Changed != 15 {
			t.Fatalf("imported %+v", r)
		}
	}
	for _, target := range targets {
		if got := ask(target); got != before[target] {
			t.Errorf("%s answers something else than before the import: %s", target, got)
		}
	}
	for name, other := range map[string]string{"one": "two", "two": "one"} {
		a := b.search(t, "limit=100&q=zebra+loan&collection="+name)
		if a.Total != 15 || slices.ContainsFunc(a.Hits, func(h api.SearchHit) bool { return strings.HasSuffix(h.ID, other) }) {
			t.Errorf("%s: %d, %v", name, a.Total, hitIDs(a))
		}
	}
	if a, err := b.Search.Search(t.Context(), search.Request{Query: "zebra", Limit: 10}); err != nil || a.Total != 0 {
		t.Errorf("the citizens' search finds %d, %v", a.Total, err)
	}
}

// A collection is deleted while others search it and import into it: each gets an answer, or is told that it is gone.
func TestDeleteWhileSearching(t *testing.T) {
	t.Parallel()
	b := setupAdmin(t)
	b.manage(http.MethodPut, "/demo", "")
	b.manage(http.MethodPost, "/demo/import", `{"id":"1","title":"Zebra"}`)
	begun, ended := make(chan struct{}, 2), make(chan string, 2)
	until := func(use func() *http.Response) {
		for first := true; ; first = false {
			r := use()
			if first {
				begun <- struct{}{}
			}
			if r.StatusCode == http.StatusNotFound {
				ended <- ""
				return
			}
			if r.StatusCode != http.StatusOK {
				ended <- r.Status
				return
			}
		}
	}
	go until(func() *http.Response { return b.ask(http.MethodGet, "/api/v1/search?q=zebra&collection=demo") })
	n := 0
	go until(func() *http.Response {
		n++
		return b.manage(http.MethodPost, "/demo/import", fmt.Sprintf(`{"id":"2","title":"Zebra %d"}`, n))
	})
	<-begun
	<-begun
	if r := b.manage(http.MethodDelete, "/demo", ""); r.StatusCode != http.StatusNoContent {
		t.Errorf("deleted: %d", r.StatusCode)
	}
	for range 2 {
		if status := <-ended; status != "" {
			t.Errorf("meanwhile: %s", status)
		}
	}
}

// serve runs the server on a port of its own.
func serveOn(t *testing.T, b *bench) net.Addr {
	t.Helper()
	ready, ended := make(chan net.Addr, 1), make(chan error, 1)
	go func() { ended <- b.Run(t.Context(), func(a net.Addr) { ready <- a }) }()
	t.Cleanup(func() {
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return <-ready
}

// Over a real connection an import streams: what has come is kept also when the rest never does.
func TestImportStreams(t *testing.T) {
	t.Parallel()
	b := setup(t, map[string]string{"ANXIN_ADMIN_TOKEN": adminToken, "ANXIN_ADDR": "127.0.0.1:0"})
	base := "http://" + serveOn(t, b).String() + "/admin/v1/search/collections/demo"
	call := func(method, address string, from io.Reader) *http.Response {
		r, err := http.NewRequestWithContext(t.Context(), method, address, from)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+adminToken)
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			return nil
		}
		t.Cleanup(func() { _ = answer.Body.Close() })
		return answer
	}
	call(http.MethodPut, base, nil)
	lines := strings.NewReader(strings.Repeat(`{"id":"1","title":"Zebra"}`+"\n", 1000))
	if r := decodeInto[api.ImportReport](t, call(http.MethodPost, base+"/import", lines), http.StatusOK); r.Lines != 1000 || r.Changed == 0 {
		t.Errorf("streamed: %+v", r)
	}
	broken, feed := io.Pipe()
	go func() {
		for n := range 400 {
			fmt.Fprintf(feed, `{"id":"n%d","title":"Zebra"}`+"\n", n)
		}
		feed.CloseWithError(io.ErrUnexpectedEOF)
	}()
	if r := call(http.MethodPost, base+"/import", broken); r != nil {
		t.Errorf("a broken import answers %d", r.StatusCode)
	}
	patience, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for docs := 0; docs != 401; { // the server notices in its own time
		r := call(http.MethodGet, base+"/status", nil)
		docs = decodeInto[api.CollectionStatus](t, r, http.StatusOK).Docs
		_ = r.Body.Close()
		if patience.Err() != nil {
			t.Fatalf("of the 400 documents that came %d are kept", docs-1)
		}
	}
}
