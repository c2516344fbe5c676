package app

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"

	"anxin/server/api"
)

func init() {
	openapi3filter.RegisterBodyDecoder("application/x-ndjson", openapi3filter.PlainBodyDecoder)
	openapi3filter.RegisterBodyDecoder("application/atom+xml", openapi3filter.PlainBodyDecoder)
	openapi3filter.RegisterBodyDecoder("text/html", openapi3filter.PlainBodyDecoder)
	openapi3filter.RegisterBodyDecoder("application/zip", openapi3filter.FileBodyDecoder)
}

// description is /api/openapi.json as a validator reads it. Objects are closed, so that a field which the description
// lacks is found.
func description(t *testing.T, b *bench) *openapi3.T {
	t.Helper()
	document := decodeInto[map[string]any](t, b.ask(http.MethodGet, "/api/openapi.json"), http.StatusOK)
	closeObjects(document)
	data, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := openapi3.NewLoader().LoadFromData(data)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func closeObjects(v any) {
	switch v := v.(type) {
	case map[string]any:
		if _, schema := v["properties"].(map[string]any); schema {
			if _, said := v["additionalProperties"]; !said {
				v["additionalProperties"] = false
			}
		}
		for _, part := range v {
			closeObjects(part)
		}
	case []any:
		for _, part := range v {
			closeObjects(part)
		}
	}
}

// call is one operation of the description.
type call struct {
	doc          *openapi3.T
	method, path string
	*openapi3.Operation
}

// calls lists the operations in the order in which they stand in the JSON.
func calls(doc *openapi3.T) []call {
	var list []call
	for _, path := range slices.Sorted(maps.Keys(doc.Paths.Map())) {
		operations := doc.Paths.Value(path).Operations()
		for _, method := range slices.Sorted(maps.Keys(operations)) {
			list = append(list, call{doc, method, path, operations[method]})
		}
	}
	return list
}

func (c call) String() string { return c.method + " " + c.path }

func TestDescriptionIsOpenAPI(t *testing.T) {
	t.Parallel()
	b := setup(t, map[string]string{"ANXIN_PUBLIC_URL": "https://anxin.example"})
	doc := description(t, b)
	if err := doc.Validate(t.Context()); err != nil {
		t.Error(err)
	}
	if !strings.HasPrefix(doc.OpenAPI, "3.1.") || len(doc.Servers) != 1 || doc.Servers[0].URL != "https://anxin.example" {
		t.Errorf("OpenAPI %s, served at %v", doc.OpenAPI, doc.Servers)
	}
	for _, c := range calls(doc) {
		if c.Summary == "" || c.OperationID == "" || len(c.Tags) != 1 || doc.Tags.Get(c.Tags[0]) == nil {
			t.Errorf("%s lacks its summary, name or tag", c)
		}
		guarded := c.Security != nil && len(*c.Security) > 0
		hers := strings.Contains(c.path, "/complaints/{number}") && c.OperationID != "openComplaint"
		if guarded != (hers || strings.HasPrefix(c.path, "/admin/")) {
			t.Errorf("%s: needs a token: %t", c, guarded)
		}
	}
	r := b.ask(http.MethodGet, "/api/openapi.json")
	if r.Header.Get("Content-Type") != "application/json" || r.Header.Get("Etag") == "" {
		t.Errorf("heads %v", r.Header)
	}
}

func TestEveryCallIsDescribed(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	described, routed := []string{}, []string{}
	for _, c := range calls(description(t, b)) {
		described = append(described, c.String())
	}
	param := regexp.MustCompile(`:(\w+)`)
	for _, r := range b.API.Routes() {
		routed = append(routed, r.Method+" "+param.ReplaceAllString(r.Path, "{$1}"))
	}
	slices.Sort(described)
	slices.Sort(routed)
	if !slices.Equal(described, routed) {
		t.Errorf("described are\n%s\nthe router has\n%s", strings.Join(described, "\n"), strings.Join(routed, "\n"))
	}
}

// sample is a request as the examples have it.
type sample struct {
	name, target, body, kind string
	header                   http.Header
	params                   map[string]string
	query                    url.Values
}

// samples makes a request of each example of a body, once with the parameters that are needed and once with all.
func (c call) samples(t *testing.T) []sample {
	t.Helper()
	var list []sample
	for _, all := range []bool{false, true} {
		s := sample{name: "needed only", header: http.Header{}, params: map[string]string{}, query: url.Values{}}
		if all {
			s.name = "everything"
		}
		path := c.path
		for _, ref := range c.Parameters {
			p := ref.Value
			if p.Example == nil && p.Required {
				t.Errorf("%s: %s is needed and has no example", c, p.Name)
			}
			if p.Example == nil || !p.Required && !all {
				continue
			}
			value := fmt.Sprint(p.Example)
			switch p.In {
			case "path":
				path = strings.ReplaceAll(path, "{"+p.Name+"}", value)
				s.params[p.Name] = value
			case "query":
				s.query.Set(p.Name, value)
			case "header":
				s.header.Set(p.Name, value)
			}
		}
		s.target = path
		if len(s.query) > 0 {
			s.target += "?" + s.query.Encode()
		}
		if c.RequestBody == nil {
			list = append(list, s)
			continue
		}
		for kind, media := range c.RequestBody.Value.Content {
			s.kind = kind
			examples := bodies(t, media)
			for _, name := range slices.Sorted(maps.Keys(examples)) {
				one := s
				one.body, one.name = examples[name], strings.TrimSpace(s.name+" "+name)
				if kind == "multipart/form-data" {
					one.kind, one.body = form(t, one.body)
				}
				list = append(list, one)
			}
		}
	}
	return list
}

func bodies(t *testing.T, media *openapi3.MediaType) map[string]string {
	t.Helper()
	text := func(v any) string {
		if s, ok := v.(string); ok {
			return s
		}
		data, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	list := map[string]string{}
	if media.Example != nil {
		list[""] = text(media.Example)
	}
	for name, e := range media.Examples {
		list[name] = text(e.Value.Value)
	}
	if len(list) == 0 {
		t.Error("a body has no example")
	}
	return list
}

// form writes an example of a form as a browser sends it, field by field.
func form(t *testing.T, example string) (kind, body string) {
	t.Helper()
	var fields map[string]string
	if err := json.Unmarshal([]byte(example), &fields); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	w := multipart.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		make := w.CreateFormField
		if name == "file" {
			make = func(name string) (io.Writer, error) { return w.CreateFormFile(name, "example.pdf") }
		}
		part, err := make(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(part, fields[name]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return w.FormDataContentType(), b.String()
}

// known is what earlier answers gave, for the places in later examples that stand for it.
type known map[string]string

// fill puts it in.
func (k known) fill(s sample) sample {
	s.params = maps.Clone(s.params)
	for name, value := range k {
		place := "{" + name + "}"
		s.target, s.body = strings.ReplaceAll(s.target, place, value), strings.ReplaceAll(s.body, place, value)
		for p, v := range s.params {
			s.params[p] = strings.ReplaceAll(v, place, value)
		}
	}
	return s
}

// learn takes from an answer what later examples need.
func (k known) learn(t *testing.T, c call, r *http.Response) {
	t.Helper()
	names := map[string]map[string]string{
		"createComplaint": {"number": "number", "access_code": "access_code"},
		"openComplaint":   {"token": "token"},
		"addEvidence":     {"id": "evidence"},
	}[c.OperationID]
	if names == nil {
		return
	}
	text := body(t, r)
	r.Body = io.NopCloser(strings.NewReader(text))
	var answer map[string]any
	if err := json.Unmarshal([]byte(text), &answer); err != nil {
		t.Fatalf("%s: %v", c, err)
	}
	for field, name := range names {
		k[name] = fmt.Sprint(answer[field])
	}
}

// inTurn puts the calls so that each comes after those whose answers it needs, and what takes something away comes last.
func inTurn(list []call) []call {
	rank := func(c call) int {
		switch {
		case c.OperationID == "createComplaint":
			return 1
		case c.OperationID == "openComplaint":
			return 2
		case c.OperationID == "addEvidence":
			return 3
		case strings.Contains(c.path, "/complaints/") && c.method == http.MethodDelete:
			return 5
		case strings.Contains(c.path, "/complaints/"):
			return 4
		}
		return 0
	}
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b call) int { return rank(a) - rank(b) })
	return list
}

func (b *bench) send(c call, s sample, token string) *http.Response {
	return b.ask(c.method, s.target, func(r *http.Request) {
		if s.kind != "" {
			r.Body, r.ContentLength = io.NopCloser(strings.NewReader(s.body)), int64(len(s.body))
			r.Header.Set("Content-Type", s.kind)
		}
		if c.Security != nil {
			r.Header.Set("Authorization", "Bearer "+token)
		}
		maps.Copy(r.Header, s.header)
	})
}

// keeps compares an answer with what is described.
func (c call) keeps(t *testing.T, s sample, r *http.Response, wellMeant bool) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), c.method, s.target, strings.NewReader(s.body))
	if err != nil {
		t.Fatal(err)
	}
	if s.kind != "" {
		request.Header.Set("Content-Type", s.kind)
	}
	maps.Copy(request.Header, s.header)
	options := &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, IncludeResponseStatus: true, MultiError: true}
	in := &openapi3filter.RequestValidationInput{
		Request: request, PathParams: s.params, QueryParams: s.query, Options: options,
		Route: &routers.Route{Spec: c.doc, Path: c.path, PathItem: c.doc.Paths.Value(c.path), Method: c.method, Operation: c.Operation},
	}
	if wellMeant {
		if err := openapi3filter.ValidateRequest(t.Context(), in); err != nil {
			t.Errorf("%s, %s: its own example is refused: %v", c, s.name, err)
		}
	}
	out := &openapi3filter.ResponseValidationInput{RequestValidationInput: in, Status: r.StatusCode, Header: r.Header, Options: options}
	out.SetBodyBytes([]byte(body(t, r)))
	if err := openapi3filter.ValidateResponse(t.Context(), out); err != nil {
		t.Errorf("%s, %s: %v", c, s.name, err)
	}
}

// Every example succeeds against a fresh server, one after the other as they stand, and is answered as described.
func TestExamplesOfTheDescription(t *testing.T) {
	t.Parallel()
	b := setupAdmin(t)
	ran := 0
	k := known{}
	all := inTurn(calls(description(t, b)))
	run := func(c call, s sample) {
		s = k.fill(s)
		token := adminToken
		if strings.Contains(c.path, "/complaints/") {
			token = k["token"]
		}
		r := b.send(c, s, token)
		if r.StatusCode < 200 || r.StatusCode > 299 || c.Responses.Status(r.StatusCode) == nil {
			t.Errorf("%s, %s: answers %d", c, s.name, r.StatusCode)
		}
		k.learn(t, c, r)
		c.keeps(t, s, r, true)
		ran++
	}
	for _, c := range all {
		for _, s := range c.samples(t) {
			if strings.Contains(c.path, "/complaints/") && c.method == http.MethodDelete {
				for _, needed := range all { // what the example before took away
					if needed.OperationID == "openComplaint" || needed.OperationID == "addEvidence" {
						run(needed, needed.samples(t)[0])
					}
				}
			}
			run(c, s)
		}
	}
	if ran < 2*len(b.API.Routes()) {
		t.Errorf("only %d examples were run", ran)
	}
	// An example that finds nothing, or imports nothing, shows nothing.
	if status := decodeInto[api.CollectionStatus](t, b.manage(http.MethodGet, "/demo/status", ""), http.StatusOK); status.Docs != 2 {
		t.Errorf("of the two documents of the example %d are imported", status.Docs)
	}
	for _, target := range []string{"/api/v1/search?q=" + url.QueryEscape("刷单") + "&kind=warning&scheme=TF-BRUSH", "/api/v1/warnings?scheme=TF&audience=elder&channel=phone"} {
		if list := decodeInto[struct{ Total int }](t, b.ask(http.MethodGet, target), http.StatusOK); list.Total == 0 {
			t.Errorf("%s finds nothing", target)
		}
	}
}

// problemCase is a request with the answer it gets. The target is what stands behind the path; with its parameter, where it has
// one; or where it begins with a slash, all of it.
type problemCase struct {
	b            *bench
	method, path string
	target, body string
	status       int
	change       []func(*http.Request)
}

// shed is shown by TestSignInIsShed.
const shed = "POST /api/v1/complaints/{number}/session 503"

// Whatever is described as an answer is given by some request.
func TestProblemsOfTheDescription(t *testing.T) {
	t.Parallel()
	b, none := setupAdmin(t), setup(t, nil)
	doc := description(t, b)
	b.manage(http.MethodPut, "/demo", "")
	held := openCollections(b.cfg) // as another process would
	t.Cleanup(func() { _ = held.Close() })
	if _, err := held.Create("held"); err != nil {
		t.Fatal(err)
	}
	const collections = "/admin/v1/search/collections/{name}"
	long := func(r *http.Request) { r.ContentLength = 1 << 30 }
	given := map[string]bool{}
	for _, c := range append(complaintProblems(t, b, doc), []problemCase{
		{b: b, method: "GET", path: "/api/v1/search", target: "?q=zebra&collection=demo", status: 200},
		{b: b, method: "GET", path: "/api/v1/search", target: "?q=96110&lang=en&limit=100", status: 200},
		{b: b, method: "GET", path: "/api/v1/search", target: "?q=complian&lang=all", status: 200},
		{b: b, method: "GET", path: "/api/v1/search", target: "?q=a&collection=nothing", status: 404},
		{b: b, method: "GET", path: "/api/v1/search", target: "?kind=x&limit=x", status: 422},
		{b: b, method: "GET", path: "/api/v1/search", target: "?q=a&collection=held", status: 503},
		{b: b, method: "GET", path: "/api/v1/modules", target: "?limit=1", status: 200},
		{b: b, method: "GET", path: "/api/v1/modules", target: "?limit=0", status: 422},
		{b: b, method: "GET", path: "/api/v1/modules/{slug}", target: "nothing", status: 404},
		{b: b, method: "GET", path: "/api/v1/modules/{slug}", target: "spot-a-scam?lang=fr", status: 422},
		{b: b, method: "GET", path: "/api/v1/warnings", target: "?limit=1", status: 200},
		{b: b, method: "GET", path: "/api/v1/warnings", target: "?scheme=x", status: 422},
		{b: b, method: "GET", path: "/api/v1/warnings/{code}", target: "nothing", status: 404},
		{b: b, method: "GET", path: "/api/v1/warnings/{code}", target: "SZFX-2026-0001?lang=fr", status: 422},
		{b: b, method: "GET", path: "/feeds/{file}", target: "warnings.en.atom", status: 200},
		{b: b, method: "GET", path: "/feeds/{file}", target: "warnings.en.csv", status: 404},
		{b: b, method: "POST", path: "/api/v1/tools/loan-cost", body: "{", status: 400},
		{b: b, method: "POST", path: "/api/v1/tools/loan-cost", body: `"` + strings.Repeat("9", maxForm) + `"`, status: 413},
		{b: b, method: "POST", path: "/api/v1/tools/loan-cost", body: `{"colour":1}`, status: 422},
		{b: b, method: "GET", path: "/api/v1/policy/clocks", target: "?limit=5&cursor=pay_reply@2020-11-01", status: 200},
		{b: b, method: "GET", path: "/api/v1/policy/clocks", target: "?limit=101", status: 422},
		{b: b, method: "POST", path: "/api/v1/policy/clocks/compute", body: "{", status: 400},
		{b: b, method: "POST", path: "/api/v1/policy/clocks/compute", body: `"` + strings.Repeat("9", maxForm) + `"`, status: 413},
		{b: b, method: "POST", path: "/api/v1/policy/clocks/compute", body: `{"rule":"nothing","events":[{"event":"start","at":"2026-03-02"}]}`, status: 422},
		{b: b, method: "PUT", path: collections, target: "demo", status: 200},
		{b: b, method: "PUT", path: collections, target: "demo", status: 401, change: []func(*http.Request){header("Authorization", "")}},
		{b: none, method: "PUT", path: collections, target: "demo", status: 404},
		{b: b, method: "PUT", path: collections, target: "DEMO", status: 422},
		{b: b, method: "PUT", path: collections, target: "held", status: 503},
		{b: b, method: "DELETE", path: collections, target: "demo", status: 401, change: []func(*http.Request){header("Authorization", "")}},
		{b: none, method: "DELETE", path: collections, target: "demo", status: 404},
		{b: b, method: "DELETE", path: collections, target: "held", status: 503},
		{b: b, method: "POST", path: collections + "/import", target: "demo", body: "bad", status: 200},
		{b: b, method: "POST", path: collections + "/import", target: "demo", status: 401, change: []func(*http.Request){header("Authorization", "")}},
		{b: b, method: "POST", path: collections + "/import", target: "nothing", status: 404},
		{b: b, method: "POST", path: collections + "/import", target: "demo", status: 413, change: []func(*http.Request){long}},
		{b: b, method: "POST", path: collections + "/import", target: "held", status: 503},
		{b: b, method: "GET", path: collections + "/status", target: "demo", status: 401, change: []func(*http.Request){header("Authorization", "")}},
		{b: b, method: "GET", path: collections + "/status", target: "nothing", status: 404},
		{b: b, method: "GET", path: collections + "/status", target: "held", status: 503},
	}...) {
		operation := call{doc, c.method, c.path, doc.Paths.Value(c.path).GetOperation(c.method)}
		s := sample{name: fmt.Sprintf("%s for %d", c.target, c.status), body: c.body}
		if strings.HasPrefix(c.target, "/") {
			s.target = c.target
		} else if before, after, ok := strings.Cut(c.path, "{"); ok {
			_, after, _ = strings.Cut(after, "}")
			s.target = before + c.target + after
		} else {
			s.target = c.path + c.target
		}
		r := c.b.ask(c.method, s.target, append([]func(*http.Request){header("Authorization", "Bearer "+adminToken), func(r *http.Request) {
			r.Body, r.ContentLength = io.NopCloser(strings.NewReader(c.body)), int64(len(c.body))
		}}, c.change...)...)
		if r.StatusCode != c.status {
			t.Errorf("%s, %s: answers %d", operation, s.name, r.StatusCode)
		}
		operation.keeps(t, s, r, false)
		given[fmt.Sprintf("%s %d", operation, c.status)] = true
	}
	for _, c := range calls(doc) {
		for status := range c.Responses.Map() {
			if said := c.String() + " " + status; status >= "400" && status != "default" && !given[said] && said != shed {
				t.Errorf("%s is described, and nothing shows it", said)
			}
		}
	}
}
