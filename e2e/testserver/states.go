package main

import (
	"net/http"
	"net/url"

	"anxin/server/fault"
	"anxin/server/library"
	"anxin/server/locale"
)

// State is what a page looks like after something was done.
type State struct {
	Name   string            `json:"name"`
	Page   string            `json:"page"`
	Lang   locale.Code       `json:"lang"`
	Method string            `json:"method"`
	URL    string            `json:"url"`
	Form   map[string]string `json:"form,omitempty"`
	Status int               `json:"status"`
	Cookie string            `json:"cookie,omitempty"` // that opens it
}

// states lists those of every template, in every language.
func states(lib *library.Library) []State {
	var list []State
	for _, code := range locale.All {
		add := func(page, name, method, path string, status int, pairs ...string) {
			form := map[string]string{}
			for i := 0; i < len(pairs); i += 2 {
				form[pairs[i]] = pairs[i+1]
			}
			list = append(list, State{page + "-" + name, page, code, method, "/" + string(code) + path, form, status, ""})
		}
		const module, quiz, sorter, checklist = "/learn/spot-a-scam", "/learn/spot-a-scam/quiz", "/learn/spot-a-scam/practice", "/learn/after-a-scam/practice"
		post := http.MethodPost
		add("module", "hint", post, module, 200, "try", "first-case", "answer", "a")
		add("module", "settled", post, module, 200, "try", "first-case", "picks", "a", "answer", "b")
		add("module", "missing", post, module, 422, "try", "second-case")
		add("quiz", "hint", post, quiz, 200, "answer", "b")
		add("quiz", "right", post, quiz, 200, "answer", "a")
		add("quiz", "wrong-twice", post, quiz, 200, "picks", "b", "answer", "c")
		add("quiz", "missing", post, quiz, 422)
		add("error", "garbled-quiz", post, quiz, 422, "picks", "zz", "answer", "a")
		add("practice", "hint", post, sorter, 200, "answer", "b")
		add("practice", "right", post, sorter, 200, "answer", "a")
		add("practice", "missing", post, sorter, 422)
		add("practice", "ticked", post, checklist, 200, "done", "calls-stop")
		for _, slug := range []string{"how-to-complain", "true-cost-of-credit"} {
			if m, ok := lib.Module(slug); ok {
				pieceStates(lib, m, code, func(name string, status int, pairs ...string) {
					add("practice", name, post, "/learn/"+slug+"/practice", status, pairs...)
				})
			}
		}
		// A question that is answered wrongly and belongs to no draft is shown again; nothing of it is kept.
		for step, form := range map[string][]string{
			"urgent": nil, "for": nil, "firm": nil, "product": nil, "what": {"what", "…"}, "when": {"when", "2026-13-40"}, "amount": {"amount_fen", "?"},
			"want": {"wants", "other"}, "tried": {"date", "?"}, "contact": {"phone", "138", "email", "?"}, "reach": {"ways", "post", "needs", "slow"},
		} {
			add("complaint_step", "lost-"+step, post, "/complaints/new/"+step, 422, form...)
		}
		add("complaint_step", "lost-products", post, "/complaints/new/product", 422, "within", "borrowing")
		add("complaint_resume", "short", post, "/complaints/new/resume", 422, "code", "1234 5678")
		add("complaint_resume", "lost", http.MethodGet, "/complaints/new/resume?lost=1", 200)
		add("complaint_resume", "left", http.MethodGet, "/complaints/new/resume?left=1", 200)
		add("settings", "saved", http.MethodGet, "/settings?saved=1", 200)
		add("settings", "rejected", post, "/settings", 422, "size", "7")
		for name, asked := range map[string]map[locale.Code]string{
			"found":   {locale.Hans: "骗子叫我转到安全账户", locale.Hant: "俾人呃咗錢點算", locale.En: "how much does my loan cost"},
			"meant":   {locale.Hans: "我要投素银行", locale.Hant: "徵信秀覆", locale.En: "complain insurence"}, //nolint:misspell // a reader's slip of the pen, which the search understands
			"pinyin":  {locale.Hans: "shuadan", locale.Hant: "anquan zhanghu", locale.En: "gaolidai"},
			"hotline": {locale.Hans: "96110是什么电话", locale.Hant: "12378打不通", locale.En: "what is 12381"},
			"nothing": {locale.Hans: "明朝青花瓷", locale.Hant: "明朝青花瓷", locale.En: "zzzz"},
		} {
			add("search", name, http.MethodGet, "/search?q="+url.QueryEscape(asked[code]), 200)
		}
		add("search", "narrowed", http.MethodGet, "/search?kind=warning&q="+url.QueryEscape("刷單"), 200)
		add("search", "empty", http.MethodGet, "/search?q=", 422)
		const loan = "/tools/loan-cost?"
		get := http.MethodGet
		add("loan_cost", "result", get, loan+"got=12000&every=month&pay=1072&times=12", 200)
		add("loan_cost", "once", get, loan+"got=700&every=once&pay=1000&days=7", 200)
		add("loan_cost", "uneven", get, loan+"got=10000&fee=500.50&every=week&pay=300&times=40&first=500&last=100&gap=10", 200)
		add("loan_cost", "no-rate", get, loan+"got=12000&every=month&pay=900&times=12", 200)
		add("loan_cost", "rejected", get, loan+"got=x&fee=&every=once&pay=&times=3&days=&first=&last=&gap=9", 422)
		add("error", "missing-page", http.MethodGet, "/no-such-page", 404)
		for _, kind := range fault.Kinds() {
			add("error", kind.String(), http.MethodGet, "/gallery/error/"+kind.String(), kind.Status())
		}
	}
	return list
}
