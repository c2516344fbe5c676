package app

import (
	"cmp"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"anxin/server/complaint"
)

// object is what an address names.
type object struct {
	name       string
	target     string
	in, file   string   // a case and a file of it; empty where it is neither
	there      bool     // whether there is such a thing at all
	identities []string // what stands in the address
}

// nothing stands in an address where nothing is.
const nothing = "NOSUCHTHINGNOSUCHTHINGNOSU"

// sampleOf is what stands for the parameters that name no object.
var sampleOf = map[string]string{
	"lang": "zh-Hans", "slug": "spot-a-scam", "code": "SZFX-2026-0001", "page": "privacy", "step": "firm", "file": "warnings.zh-Hans.json",
	"name": "canaries", "event": "withdraw",
}

var parameter = regexp.MustCompile(`:(\w+)`)

// objects are those that a route's address can name: each case by everybody's eyes, its files and others', and one that there is not.
func (w *world) objects(d declared) (list []object) {
	at := func(name, id, file string, o object) {
		params := map[string]string{"id": id, "number": id, "file": file, "call": id, "letter": id, "request": id}
		if d.object == "file" || d.object == "number,file" {
			params["id"] = file
		}
		o.name, o.identities = name, slices.DeleteFunc([]string{id, file}, func(s string) bool { return s == "" })
		if strings.HasPrefix(d.path, "/console/") {
			params["event"] = "answer"
		}
		o.target = parameter.ReplaceAllStringFunc(d.path, func(p string) string { return cmp.Or(params[p[1:]], sampleOf[p[1:]], nothing) })
		list = append(list, o)
	}
	byNumber := strings.HasPrefix(d.object, "number")
	id := func(name string) string {
		switch {
		case name == noCase && byNumber:
			return "2845300000000"
		case name == noCase:
			return nothing
		case byNumber:
			return w.cases[name].Number
		}
		return w.id(name)
	}
	switch d.object {
	case "-":
		at("-", "", "", object{there: true})
	case "thing":
		at(noCase, nothing, nothing, object{})
	case "account":
		at("account", w.account, "", object{there: true})
		at(noCase, nothing, "", object{})
	case "call", "letter", "request":
		for _, thing := range w.desk[d.object] {
			at("of "+thing.in, thing.id, thing.id, object{in: thing.in, there: true})
		}
		at(noCase, nothing, nothing, object{in: noCase})
	case "case", "number":
		for _, name := range caseNames {
			at(name, id(name), "", object{in: name, there: true})
		}
		at(noCase, id(noCase), "", object{in: noCase})
	case "file":
		for _, name := range caseNames {
			at(name+" given", "", w.cases[name].given, object{file: w.cases[name].given, there: true})
			at(name+" kept", "", w.cases[name].kept, object{file: w.cases[name].kept, there: true})
			if sent := w.cases[name].sent; sent != "" {
				at(name+" firm's", "", sent, object{file: sent, there: true})
			}
		}
		at(noCase, "", nothing, object{file: nothing})
	case "case,file", "number,file":
		for _, name := range caseNames {
			at(name+" given", id(name), w.cases[name].given, object{in: name, file: w.cases[name].given, there: true})
			at(name+" kept", id(name), w.cases[name].kept, object{in: name, file: w.cases[name].kept, there: true})
			if sent := w.cases[name].sent; sent != "" {
				at(name+" firm's", id(name), sent, object{in: name, file: sent, there: true})
			}
		}
		at("hers, another firm's", id(hersCase), w.cases[othersCase].sent, object{in: hersCase, file: w.cases[othersCase].sent})
		at("hers, another's file", id(hersCase), w.cases[othersCase].given, object{in: hersCase, file: w.cases[othersCase].given})
		at("another's, hers", id(othersCase), w.cases[hersCase].given, object{in: othersCase, file: w.cases[hersCase].given})
		at(noCase, id(noCase), nothing, object{in: noCase, file: nothing})
	}
	return list
}

// form is what is sent: nothing but, at the console, the token of the session's forms; of a call, that nobody answered it.
func (w *world) form(t *testing.T, d declared, s *subject) string {
	t.Helper()
	if d.method == http.MethodGet || !d.staffed() || s.role == "" {
		return ""
	}
	if s.token == "" {
		m := tokenOnPage.FindStringSubmatch(s.asks(t, http.MethodGet, "/console/me", "").text)
		if m == nil {
			t.Fatalf("%s has no token", s.name)
		}
		s.token = m[1]
	}
	fields := url.Values{"token": {s.token}}
	if d.object == "call" {
		fields.Set("outcome", complaint.NoAnswer)
	}
	return fields.Encode()
}

// boundary parts the forms with files.
const boundary = "a-form-with-files"

// withFiles is a form as a page sends it from which files can be sent.
func withFiles(form string) string {
	sent, _ := url.ParseQuery(form) // ours
	return "--" + boundary + "\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\n" + sent.Get("token") + "\r\n--" + boundary + "--\r\n"
}
