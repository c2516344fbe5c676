package app

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"anxin/server/library"
	"anxin/server/locale"
)

// Each round of a sorter has an address of its own, and only those there are.
func TestRoundsOfTheSorter(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	const practice = "/zh-Hans/learn/spot-a-scam/practice"
	first := body(t, b.ask(http.MethodGet, practice))
	for query, round := range map[string]string{
		"":                   "第1轮，第1条",
		"?round=2":           "第2轮，第1条",
		"?round=02&x=canary": "第2轮，第1条",
		"?round=1":           "第1轮，第1条",
		"?round=3":           "第1轮，第1条",
		"?round=-1":          "第1轮，第1条",
		"?round=zwei":        "第1轮，第1条",
	} {
		text := body(t, b.ask(http.MethodGet, practice+query))
		if !strings.Contains(text, round) || strings.Contains(text, "canary") {
			t.Errorf("%q is not %s", query, round)
		}
		if round == "第1轮，第1条" && text != first {
			t.Errorf("%q is kept as a page of its own", query)
		}
	}
	answered := body(t, b.post(practice+"?round=2", url.Values{"answer": {"b"}}))
	for _, want := range []string{"第2轮，第1条", `action="` + practice + `?round=2#`, `href="/en/learn/spot-a-scam/practice?round=2"`} {
		if !strings.Contains(answered, want) {
			t.Errorf("an answer in round two lacks %s", want)
		}
	}
	m, _ := b.Site.Library.Module("spot-a-scam")
	piece, err := b.Site.Library.Piece(m, locale.Hans)
	if err != nil {
		t.Fatal(err)
	}
	for round, next := range map[int]bool{1: true, 2: false} {
		picks := ""
		for _, it := range piece.Round(round) {
			picks += map[bool]string{true: library.Genuine, false: library.Fake}[it.Genuine] + "."
		}
		done := body(t, b.post(practice+"?round="+strconv.Itoa(round), url.Values{"picks": {strings.TrimSuffix(picks, ".")}, "next": {"1"}}))
		if strings.Contains(done, `class="btn" href="`+practice+`?round=2"`) != next || !strings.Contains(done, "做完了") {
			t.Errorf("at the end of round %d a next one is offered or not done", round)
		}
	}
}
