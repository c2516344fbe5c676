package app

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"anxin/server/api"
)

type apiList struct {
	Total int
	Items []struct{ Code, Slug, Lang, Title string }
	Next  *string `json:"next_cursor"`
}

func decodeInto[T any](t *testing.T, r *http.Response, status int) T {
	t.Helper()
	var v T
	text := body(t, r)
	if r.StatusCode != status {
		t.Fatalf("answers %d, want %d: %s", r.StatusCode, status, text)
	}
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return v
}

func TestAPIListsWarnings(t *testing.T) {
	t.Parallel()
	b := setupWarned(t)
	for query, want := range map[string]string{
		"":                               "3 0001 0002",
		"?scheme=TF":                     "2 0001",
		"?scheme=TF-CS":                  "1 0001",
		"?audience=elder":                "2 0001 0002",
		"?audience=all":                  "1 0001",
		"?channel=app":                   "2 0001",
		"?scheme=IF&channel=app":         "0",
		"?limit=100":                     "3 0001 0002",
		"?limit=2":                       "3 0001 | SZFX-2026-0001",
		"?limit=2&cursor=SZFX-2026-0001": "3 0002",
		"?limit=3":                       "3 0001 0002",
		"?cursor=SZFX-2026-0002":         "3",
	} {
		list := decodeInto[apiList](t, b.ask(http.MethodGet, "/api/v1/warnings"+query), http.StatusOK)
		got := string(rune('0' + list.Total))
		for _, w := range list.Items {
			if w.Code != "SZFX-2026-0003" { // it comes first wherever it is, see below
				got += " " + w.Code[len("SZFX-2026-"):]
			}
		}
		if list.Next != nil {
			got += " | " + *list.Next
		}
		if got != want {
			t.Errorf("%q gives %q, want %q", query, got, want)
		}
		if list.Items == nil {
			t.Errorf("%q: items are null", query)
		}
	}
	if list := decodeInto[apiList](t, b.ask(http.MethodGet, "/api/v1/warnings?limit=1"), http.StatusOK); list.Items[0].Code != "SZFX-2026-0003" {
		t.Errorf("the first is %s", list.Items[0].Code)
	}
}

func TestAPIWarning(t *testing.T) {
	t.Parallel()
	b := setupWarned(t)
	r := b.ask(http.MethodGet, "/api/v1/warnings/SZFX-2026-0001", header("Accept-Language", "zh-HK"))
	if r.Header.Get("Content-Type") != "application/json" || r.Header.Get("Content-Language") != "zh-Hant" || r.Header.Get("Vary") != "Accept-Encoding, Accept-Language" || r.Header.Get("Etag") == "" {
		t.Errorf("heads %v", r.Header)
	}
	w := decodeInto[api.FullWarning](t, r, http.StatusOK)
	page := "https://anxin.example/zh-Hant/warnings/SZFX-2026-0001"
	want := api.Warning{
		Code: "SZFX-2026-0001", Lang: "zh-Hant", URL: page, Title: "Title 1zh-Hant", Summary: "Summary <1zh-Hant> & more.", Date: "2026-01-28",
		Severity: 2, Certainty: "reported_pattern", Schemes: []string{"TF-CS", "TF-SCREEN"}, Channels: []string{"phone", "app"}, Audience: []string{"all"},
		Modules: []string{"spot-a-scam", "after-a-scam"}, Tools: []string{"loan-cost"},
		Source:     &api.Source{Issuer: "某局", Title: "提示", Date: "2026-01-28", URL: "https://authority.example/notice"},
		VerifiedOn: "2026-11-25", ReviewBy: "2027-05-25", Stale: true,
	}
	if diff := cmp.Diff(want, w.Warning); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(api.Text{HTML: `How <a class="term" href="` + page + `#term-verification-code">驗證碼</a>.`, Plain: "How 驗證碼."}, w.HowItWorks[1]); diff != "" {
		t.Error(diff)
	}
	if len(w.RedFlags) != 4 || len(w.WhatToDo) != 3 || len(w.IfAlreadyPaid) != 2 || len(w.Terms) != 1 || len(w.Facts) != 2 {
		t.Errorf("%d, %d, %d texts, %d terms, %d facts", len(w.RedFlags), len(w.WhatToDo), len(w.IfAlreadyPaid), len(w.Terms), len(w.Facts))
	}
	if f := w.Facts[1]; f.ID != "hotline-police" || f.Value != "110" || f.Statement == "" || f.Mark == "" || f.Source == nil || f.Source.Issuer == "" {
		t.Errorf("fact %+v", f)
	}
	if w := decodeInto[api.FullWarning](t, b.ask(http.MethodGet, "/api/v1/warnings/SZFX-2026-0001?lang=en", header("Accept-Language", "zh-HK")), http.StatusOK); w.Lang != "en" || w.Title != "Title 1en" {
		t.Errorf("?lang=en answers in %s", w.Lang)
	}
}

func TestAPIModules(t *testing.T) {
	t.Parallel()
	b := setupWarned(t)
	list := decodeInto[apiList](t, b.ask(http.MethodGet, "/api/v1/modules?lang=en"), http.StatusOK)
	published := b.Site.Library.Modules()
	if list.Total != len(published) || len(list.Items) != min(len(published), 20) {
		t.Errorf("%d of %d modules are listed", len(list.Items), list.Total)
	}
	for i, it := range list.Items {
		if it.Slug != published[i].Slug || it.Lang != "en" || it.Title == "" {
			t.Errorf("%d: %+v", i, it)
		}
	}
	// Page after page gives the whole list once.
	var slugs []string
	for cursor := ""; ; {
		list := decodeInto[apiList](t, b.ask(http.MethodGet, "/api/v1/modules?limit=1&cursor="+cursor), http.StatusOK)
		slugs = append(slugs, list.Items[0].Slug)
		if list.Next == nil {
			break
		}
		cursor = *list.Next
	}
	if len(slugs) != len(published) {
		t.Errorf("page by page: %v", slugs)
	}
	m := decodeInto[api.FullModule](t, b.ask(http.MethodGet, "/api/v1/modules/spot-a-scam"), http.StatusOK)
	if m.URL != "https://anxin.example/zh-Hans/learn/spot-a-scam" || m.EasyURL != "https://anxin.example/zh-Hans/learn/spot-a-scam/easy" || m.Stale || len(m.Facts) == 0 || len(m.Objectives) == 0 {
		t.Errorf("got %+v", m.Module)
	}
	if diff := cmp.Diff([]string{"SZFX-2026-0003", "SZFX-2026-0001"}, m.Warnings); diff != "" {
		t.Error(diff)
	}
	kinds := map[string]int{}
	for _, block := range m.Body {
		kinds[block.Kind]++
		switch block.Kind {
		case "html", "rule", "message", "say", "caution":
			if block.Text == nil || block.Plain == "" || strings.ContainsAny(block.Plain, "<>") || strings.Contains(block.HTML, `href="#`) {
				t.Errorf("%s: %+v", block.Kind, block.Text)
			}
		default:
			if block.Text != nil || block.Ref == "" && block.Kind != "piece" && block.Kind != "quiz" {
				t.Errorf("%s: %+v", block.Kind, block)
			}
		}
		if block.Kind == "message" && (block.Via == "" || block.From == "") {
			t.Errorf("a message from nobody: %+v", block)
		}
	}
	if kinds["rule"] != 1 || kinds["try"] != 2 || kinds["html"] == 0 || kinds["message"] == 0 {
		t.Errorf("blocks %v", kinds)
	}
}

func TestAPIRefusesWhatMakesNoSense(t *testing.T) {
	t.Parallel()
	b := setupWarned(t)
	type problem struct {
		Type, Title string
		Status      int
		Errors      []api.FieldError
	}
	for target, fields := range map[string]string{
		"/api/v1/warnings?limit=0":                             "limit",
		"/api/v1/warnings?limit=101":                           "limit",
		"/api/v1/warnings?limit=zwei":                          "limit",
		"/api/v1/warnings?cursor=SZFX-2026-0009":               "cursor",
		"/api/v1/warnings?scheme=IF&cursor=SZFX-2026-0003":     "cursor",
		"/api/v1/warnings?scheme=XX&audience=cats&channel=owl": "scheme audience channel",
		"/api/v1/warnings?lang=fr":                             "lang",
		"/api/v1/warnings/SZFX-2026-0001?lang=fr":              "lang",
		"/api/v1/modules?limit=-1&cursor=nothing":              "limit cursor",
		"/api/v1/modules/spot-a-scam?lang=ZH":                  "lang",
	} {
		r := b.ask(http.MethodGet, target, header("Accept-Language", "en"))
		if got := r.Header.Get("Content-Type"); got != "application/problem+json" {
			t.Errorf("%s: type %s", target, got)
		}
		p := decodeInto[problem](t, r, http.StatusUnprocessableEntity)
		var got []string
		for _, e := range p.Errors {
			got = append(got, e.Field)
			if e.Key != e.Field || e.Message == "" || strings.HasPrefix(e.Message, "problem.") {
				t.Errorf("%s: %+v", target, e)
			}
		}
		if p.Type != "/problems/invalid" || strings.Join(got, " ") != fields {
			t.Errorf("%s: %s with %v, want %s", target, p.Type, got, fields)
		}
	}
	for _, target := range []string{"/api/v1/warnings/SZFX-2026-0009", "/api/v1/modules/nothing"} {
		p := decodeInto[problem](t, b.ask(http.MethodGet, target+"?lang=en"), http.StatusNotFound)
		if p.Type != "/problems/not_found" || p.Title != "We cannot find this page" {
			t.Errorf("%s: %+v", target, p)
		}
	}
	r := b.ask(http.MethodGet, "/api/v1/warnings?scheme="+url.QueryEscape("<canary>"))
	if strings.Contains(body(t, r), "canary") {
		t.Error("the problem reflects what was sent")
	}
}
