package search

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var passages = []Document{
	{ID: "a", Lang: "zh-Hans", Kind: "page", Title: "防范非法集资", Body: "非法集资风险自担。银行不会要求您共享屏幕。"},
	{ID: "b", Lang: "zh-Hant", Kind: "page", Title: "貸款的利率", Body: "貸款之前先看年利率，不要只看每月還多少錢。"},
	{ID: "c", Lang: "en", Kind: "page", Title: "Fake customer service", Body: "Callers claim that a payment will be taken from your account."},
	{ID: "d", Lang: "zh-Hans", Kind: "warning", Title: "刷单返利", Body: "先垫付的刷单都是骗局。", Schemes: []string{"TF-BRUSH"}, Asked: []string{"做任务赚佣金要我先垫钱", "paid to like videos"}},
}

func setup(t *testing.T, docs ...Document) *Index {
	t.Helper()
	x, _, err := Open("")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = x.Close() })
	if _, err := x.Put(t.Context(), docs); err != nil {
		t.Fatal(err)
	}
	return x
}

func ids(hits []Hit) []string {
	list := []string{}
	for _, h := range hits {
		list = append(list, h.ID)
	}
	return list
}

func TestSearchFinds(t *testing.T) {
	t.Parallel()
	x := setup(t, passages...)
	for name, c := range map[string]struct {
		q    Request
		want string // first
	}{
		"same script":                {Request{Query: "非法集资"}, "a"},
		"traditional for simplified": {Request{Query: "非法集資風險"}, "a"},
		"simplified for traditional": {Request{Query: "贷款利率"}, "b"},
		"full width":                 {Request{Query: "ＣＵＳＴＯＭＥＲ service"}, "c"},
		"stem":                       {Request{Query: "payments taken"}, "c"},
		"pinyin":                     {Request{Query: "shuadan"}, "d"},
		"pinyin, two readings":       {Request{Query: "yinhang"}, "a"},
		"wrong character":            {Request{Query: "刷担"}, "d"},
		"one character":              {Request{Query: "贷"}, "b"},
		"how people ask":             {Request{Query: "有人叫我做任务，要先垫钱"}, "d"},
		"asked in English":           {Request{Query: "like videos"}, "d"},
		"operators are words":        {Request{Query: `+刷单 -返利 "title:*`}, "d"},
		"by scheme":                  {Request{Query: "骗局 银行", Scheme: "TF-BRUSH"}, "d"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.q.Limit = 3
			res, err := x.Search(t.Context(), c.q)
			if err != nil {
				t.Fatal(err)
			}
			if len(res.Hits) == 0 || res.Hits[0].ID != c.want {
				t.Errorf("%q finds %v first, want %s", c.q.Query, ids(res.Hits), c.want)
			}
		})
	}
}

func TestSearchFindsNothing(t *testing.T) {
	t.Parallel()
	x := setup(t, passages...)
	for _, q := range []string{"", "  ", "？！。", "量子纠缠", "zebra", "\x00\xff"} {
		res, err := x.Search(t.Context(), Request{Query: q, Limit: 3})
		if err != nil || res.Total != 0 {
			t.Errorf("%q finds %v (%v), want nothing", q, ids(res.Hits), err)
		}
	}
}

func TestSearchNarrows(t *testing.T) {
	t.Parallel()
	x := setup(t, passages...)
	res, err := x.Search(t.Context(), Request{Query: "刷单 非法集资", Kind: "warning", Facets: true, Limit: 5})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"d"}, ids(res.Hits)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]int{"page": 1, "warning": 1}, res.Kinds); diff != "" {
		t.Errorf("kinds are counted as if none had been chosen: %s", diff)
	}
	if diff := cmp.Diff(map[string]int{"TF-BRUSH": 1}, res.Schemes); diff != "" {
		t.Error(diff)
	}
	res, err = x.Search(t.Context(), Request{Query: "刷单 非法集资", Not: "warning", Limit: 5})
	if diff := cmp.Diff([]string{"a"}, ids(res.Hits)); diff != "" || err != nil {
		t.Error(diff, err)
	}
}

func TestHighlights(t *testing.T) {
	t.Parallel()
	x := setup(t, append(slices.Clone(passages),
		Document{ID: "long", Lang: "zh-Hans", Title: "长文", Body: strings.Repeat("这里说的是别的事情。", 60) + "代理退保要交手续费。" + strings.Repeat("后面也是别的。", 60)},
		Document{ID: "odd", Lang: "zh-Hans", Title: "<b>尖括号</b>", Body: "尖括号 & <script>尖括号</script>"})...)
	for name, c := range map[string]struct{ q, title, text string }{
		"pairs that touch are one mark": {"非法集資風險", "防范非法集资", "<mark>非法集资风险</mark>自担。银行不会要求您共享屏幕。"},
		"English by its stem":           {"claims payments", "Fake customer service", "Callers <mark>claim</mark> that a <mark>payment</mark> will be taken from your account."},
		"one character":                 {"垫", "刷单返利", "先<mark>垫</mark>付的刷单都是骗局。"},
		"the passage that matches":      {"代理退保", "长文", "…<mark>代理退保</mark>要交手续费。"},
		"markup is text":                {"尖括号", "<b>尖括号</b>", "<mark>尖括号</mark> &amp; &lt;script&gt;<mark>尖括号</mark>&lt;/script&gt;"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			res, err := x.Search(t.Context(), Request{Query: c.q, Limit: 1})
			if err != nil || len(res.Hits) == 0 {
				t.Fatal(res, err)
			}
			h := res.Hits[0]
			if h.Title != c.title || len(h.Highlights) != 1 || !strings.HasPrefix(h.Highlights[0], c.text) {
				t.Errorf("got %s / %q, want %s / %s", h.Title, h.Highlights, c.title, c.text)
			}
		})
	}
}

// TestMarksAreWhatWasFound holds the pass over runes that marks to the analyzer that finds.
func TestMarksAreWhatWasFound(t *testing.T) {
	t.Parallel()
	x := setup(t, passages...)
	for _, text := range []string{"非法集資風險自擔，APP裡的貸款", "打96110，或微信WeChat群", "Ａ股 ETF基金", "一，二，三四", "ㄅㄆ한국어かな"} {
		want := map[string]bool{}
		for _, term := range x.analyze(chinese, text) {
			want[term] = true
		}
		m := x.marker(words{chinese: x.analyze(chinese, text)})
		got := map[string]bool{}
		for _, s := range m.spans(text, "zh-Hant") {
			got[s.term] = true
		}
		for term := range want {
			if runes := []rune(term); !got[term] && (len(runes) == 2 && isHan(runes[0]) || !hasHan(term) && len(runs(term)) == 1) && !strings.ContainsAny(term, "かなㄅㄆ한국어") {
				t.Errorf("%q: the analyzer finds %q, the marker does not: %v", text, term, got)
			}
		}
	}
}

func TestLengthIsWhatTheAnalyzerMakes(t *testing.T) {
	t.Parallel()
	x := setup(t)
	for _, text := range []string{"非法集资风险自担。银行不会要求您共享屏幕。", "打96110，或微信WeChat群", "单"} {
		got, want := length(text), len(x.bleve.Mapping().AnalyzerNamed(chinese).Analyze([]byte(text)))
		if got != want {
			t.Errorf("length(%q) = %d, the analyzer makes %d", text, got, want)
		}
	}
}

// TestRanking fails when bleve scores otherwise than with BM25, our sums and b = 0.3. Of two texts that hold the words
// equally often, b decides how much the longer one loses; bleve's own sums would crush it.
func TestRanking(t *testing.T) {
	t.Parallel()
	filler := strings.Repeat("天地玄黄宇宙洪荒", 40)
	x := setup(t,
		Document{ID: "long", Title: "甲", Body: "非法集资。" + filler + "非法集资，非法集资。"},
		Document{ID: "short", Title: "乙", Body: "非法集资，别参加。"},
		Document{ID: "other", Title: "丙", Body: filler},
		Document{ID: "more", Title: "丁", Body: filler + "贷款。"})
	res, err := x.Search(t.Context(), Request{Query: "非法集资", Limit: 4})
	if err != nil || len(res.Hits) != 2 {
		t.Fatal(ids(res.Hits), err)
	}
	got := fmt.Sprintf("%s %.4f, %s %.4f", res.Hits[0].ID, res.Hits[0].Score, res.Hits[1].ID, res.Hits[1].Score)
	if want := "long 0.2068, short 0.2012"; got != want {
		t.Errorf("bleve's scores have changed: got %s, want %s. Measure relevance anew (make bench) before you take it", got, want)
	}
}

func TestPutIsIdempotent(t *testing.T) {
	t.Parallel()
	x := setup(t, passages...)
	before := x.Status()
	if changed, err := x.Put(t.Context(), passages); changed != 0 || err != nil {
		t.Errorf("the same documents again: %d changed, %v", changed, err)
	}
	if diff := cmp.Diff(before, x.Status()); diff != "" {
		t.Errorf("nothing changed, but: %s", diff)
	}
	first := slices.Clone(passages)
	first[0].Body = "换了说法。"
	if changed, err := x.Put(t.Context(), append(first, first[0])); changed != 1 || err != nil {
		t.Errorf("one changed document, twice: %d changed, %v", changed, err)
	}
	sums := x.copySums()
	fresh := setup(t, first...).copySums()
	if sums.Docs != fresh.Docs || !cmp.Equal(sums.Words, fresh.Words) {
		t.Errorf("sums after a change differ from those of a fresh index: %s", cmp.Diff(fresh.Words, sums.Words))
	}
}

func TestReplaceTakesOutWhatIsGone(t *testing.T) {
	t.Parallel()
	x := setup(t, passages...)
	if changed, err := x.Replace(t.Context(), "two", passages[:2]); changed != 2 || err != nil {
		t.Errorf("%d changed, %v, want the two that are gone", changed, err)
	}
	if s := x.Status(); s.Docs != 2 || s.Feed != "two" {
		t.Errorf("status %+v", s)
	}
	if res, err := x.Search(t.Context(), Request{Query: "刷单", Limit: 1}); err != nil || res.Total != 0 {
		t.Errorf("what is gone is still found: %v %v", ids(res.Hits), err)
	}
}

// TestTornIndex cuts, empties and overwrites each file of an index in turn: what was lost is noticed, and the index moved
// aside and made anew.
func TestTornIndex(t *testing.T) {
	t.Parallel()
	whole := filepath.Join(t.TempDir(), "whole")
	x, torn, err := Open(whole)
	if err != nil || torn {
		t.Fatal(torn, err)
	}
	if _, err := x.Put(t.Context(), passages); err != nil {
		t.Fatal(err)
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	damages := map[string]func([]byte) []byte{
		"emptied": func([]byte) []byte { return nil },
		"halved":  func(b []byte) []byte { return b[:len(b)/2] },
		"zeroed":  func(b []byte) []byte { return make([]byte, len(b)) },
	}
	var files []string
	err = filepath.WalkDir(folder(whole), func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			rel, _ := filepath.Rel(folder(whole), path)
			files = append(files, rel)
		}
		return err
	})
	if err != nil || len(files) < 3 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		for name, damage := range damages {
			t.Run(file+" "+name, func(t *testing.T) {
				t.Parallel()
				dir := filepath.Join(t.TempDir(), "index")
				if err := os.CopyFS(folder(dir), os.DirFS(folder(whole))); err != nil {
					t.Fatal(err)
				}
				path := filepath.Join(folder(dir), file)
				data, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, damage(data), 0o600); err != nil {
					t.Fatal(err)
				}
				x, torn, err := Open(dir)
				if err != nil {
					t.Fatalf("the torn index is not replaced: %v", err)
				}
				defer x.Close()
				if !torn { // the damage met nothing but free pages
					res, err := x.Search(t.Context(), Request{Query: "刷单", Limit: 1})
					if err != nil || len(res.Hits) != 1 || x.Status().Docs != len(passages) {
						t.Fatalf("the damage is not seen: %+v, finds %v, %v", x.Status(), ids(res.Hits), err)
					}
					return
				}
				if x.Status().Docs != 0 {
					t.Errorf("the new index holds %d documents", x.Status().Docs)
				}
				if _, err := os.Stat(folder(dir) + ".torn"); err != nil {
					t.Errorf("the torn index was not kept: %v", err)
				}
			})
		}
	}
}

func TestOneProcessHoldsAnIndex(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "index")
	x, _, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := Open(dir); !errors.Is(err, ErrBusy) {
		t.Errorf("opened twice: %v, want ErrBusy", err)
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := x.Search(context.Background(), Request{Query: "刷单"}); !errors.Is(err, ErrClosed) {
		t.Errorf("search in a closed index: %v, want ErrClosed", err)
	}
}

func TestSplit(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]string{
		"shuadan": "shua dan", "anquanzhanghu": "an quan zhang hu", "xi'an": "xi an", "daikuan lilü": "dai kuan li lv",
		"wuzhangai": "wu zhan gai|wu zhang ai", "refund": "", "scam": "", "xyz": "", "": "",
	} {
		var got []string
		for _, way := range split(word) {
			got = append(got, strings.Join(way, " "))
		}
		slices.Sort(got)
		if s := strings.Join(got, "|"); s != want {
			t.Errorf("split(%q) = %q, want %q", word, s, want)
		}
	}
}

func FuzzSearch(f *testing.F) {
	for _, q := range []string{"刷单", "非法集資", "shuadan", "refund money", "贷", "+(\"", "é\x00\xff", strings.Repeat("长", 300), "０１２ＡＢＣ", "🀄𠮷野家"} {
		f.Add(q)
	}
	x, _, err := Open("")
	if err != nil {
		f.Fatal(err)
	}
	if _, err := x.Put(context.Background(), passages); err != nil {
		f.Fatal(err)
	}
	v := NewVocabulary([][]string{{"刷单", "做单"}, {"loan", "credit"}}, []string{"非法集资"}, []string{"refund scam"})
	f.Fuzz(func(t *testing.T, q string) {
		clipped := Clip(q)
		if n := len([]rune(clipped)); n > MostRunes {
			t.Fatalf("clipped to %d characters", n)
		}
		v.Meant(clipped, func(string) bool { return true })
		res, err := x.Search(context.Background(), Request{Query: q, Limit: 10, Facets: true, Also: v.Also(clipped)})
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range res.Hits {
			for _, text := range h.Highlights {
				if strings.Count(text, "<mark>") != strings.Count(text, "</mark>") || strings.Contains(strings.NewReplacer("<mark>", "", "</mark>", "").Replace(text), "<") {
					t.Fatalf("%q: marked as %q", q, text)
				}
			}
		}
	})
}

func TestFoldName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"平安銀行（深圳）": "平安银行深圳", "ＡＮＸＩＮ　Bank, Ltd.": "anxinbankltd", "100%付": "100付", "——": "", "": "",
	} {
		if got := FoldName(name); got != want {
			t.Errorf("%q becomes %q, want %q", name, got, want)
		}
	}
}
