package search

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2"
	bsearch "github.com/blevesearch/bleve/v2/search"
	"github.com/blevesearch/bleve/v2/search/query"
)

// BM25's b says how much a long text counts less. 0.3 was best of .75, .5 and .3 on questions not used for choosing it.
func init() { bsearch.BM25_b = 0.3 }

const (
	// MostRunes of a query are read; nobody asks a longer question.
	MostRunes = 200

	// In a large index the rarest words of a query say what it is about, and the most frequent cost most: beyond a few,
	// words that many documents have are left out, and never are there more than mostTerms. On the dev set this costs
	// nothing (MRR .978 and .942 with it, .976 and .943 without).
	manyDocs    = 1000
	fewTerms    = 5
	mostTerms   = 12
	commonShare = 0.04

	weakBelow    = 0.3  // of the query's words in the best hit: it may not be what was meant
	spokenBoost  = 0.35 // of sound beside writing
	synonymBoost = 0.6
	mostPrefixes = 40 // words that begin with the one character asked for
)

// Request is what is asked for.
type Request struct {
	Query  string
	Lang   string // documents in this language only; empty for every one
	Kind   string // documents of this kind only; empty for every one
	Scheme string // documents about this scheme only; empty for every one
	Not    string // no documents of this kind
	Limit  int    // results, at most; 0 counts only
	Offset int    // results left out before the first
	Facets bool   // count by kind and scheme, too: looks at every document found, so a large collection does without
	// Also holds words that mean what a part of the query means.
	Also []string
}

// Results are what was found, best first.
type Results struct {
	Total   int
	Hits    []Hit
	Kinds   map[string]int // how many of each kind, whichever kind was asked for
	Schemes map[string]int // how many of each scheme, whichever scheme was asked for
	Covered float64        // share of the query's words that stand in the best hit
	Weak    bool           // it is small: the hit may not be what was meant
}

// Hit is one document found.
type Hit struct {
	ID, Lang, Kind, Title, URL string
	Schemes                    []string
	Score                      float64
	Highlights                 []string // HTML: passages of the text with what matches in <mark>
}

// words are what a query is looked up by.
type words struct {
	chinese []string // pairs of characters, and words of other letters among them
	english []string // stems
	spoken  []string // pairs of syllables, typed
	sounds  []string // pairs of syllables of the Han characters typed
	single  string   // the one Han character asked for
	also    [][]string
}

// Search finds documents. Words typed by readers are never parsed as a query language.
func (x *Index) Search(ctx context.Context, r Request) (res Results, err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true)) // a file cut short while it is mapped: see openExisting
	defer func() {
		if p := recover(); p != nil {
			res, err = Results{}, fmt.Errorf("%w: %v", ErrTorn, p)
		}
	}()
	done, err := x.use()
	if err != nil {
		return Results{}, err
	}
	defer done()
	w, err := x.words(Clip(r.Query), r.Also)
	if err != nil {
		return Results{}, err
	}
	q := x.query(w, false)
	if q == nil {
		return Results{Kinds: map[string]int{}, Schemes: map[string]int{}}, nil
	}
	res, err = x.run(ctx, q, r, w)
	if err != nil {
		return Results{}, err
	}
	if len(w.sounds) > 0 && (res.Total < 3 || res.Weak) {
		weak := res.Weak
		if res, err = x.run(ctx, x.query(w, true), r, w); err != nil {
			return Results{}, err
		}
		res.Weak = res.Weak || weak
	}
	return res, x.facets(ctx, q, r, &res)
}

// ErrTorn tells that the index's files are damaged.
var ErrTorn = fmt.Errorf("the index is torn")

// Clip takes the first [MostRunes] characters of a query, without what cannot be read.
func Clip(q string) string {
	q = strings.Map(func(r rune) rune {
		if r == utf8.RuneError || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return ' '
		}
		return r
	}, q)
	q = strings.Join(strings.Fields(q), " ")
	if runes := []rune(q); len(runes) > MostRunes {
		q = string(runes[:MostRunes])
	}
	return q
}

func (x *Index) analyze(analyzer, text string) []string {
	var list []string
	for _, t := range x.bleve.Mapping().AnalyzerNamed(analyzer).Analyze([]byte(text)) {
		if term := string(t.Term); !slices.Contains(list, term) {
			list = append(list, term)
		}
	}
	return list
}

// words takes a query apart.
func (x *Index) words(q string, also []string) (words, error) {
	var w words
	var err error
	if hasHan(q) {
		w.chinese = x.analyze(chinese, q)
		w.sounds = x.sounds(q)
		if runes := []rune(fold(q)); len(runes) == 1 {
			w.single = string(runes)
		}
	}
	if latin := strings.Join(slices.DeleteFunc(runs(q), hasHan), " "); latin != "" {
		w.english = x.analyze(english, latin)
		if !hasHan(q) {
			w.chinese = x.analyze(chinese, q) // Latin words stand in Chinese texts, too: an app's name, a number
			w.spoken = typedPairs(q)
		}
	}
	if w.chinese, err = x.rarest(fieldBody, w.chinese); err != nil {
		return w, err
	}
	if w.english, err = x.rarest(fieldBodyEn, w.english); err != nil {
		return w, err
	}
	for _, word := range also {
		if terms := x.analyze(chinese, word); len(terms) > 0 {
			w.also = append(w.also, terms)
		}
	}
	return w, nil
}

// sounds are the pairs of syllables of the Han characters of a query, each by its most usual reading.
func (x *Index) sounds(q string) []string {
	var list []string
	for _, run := range runs(q) {
		if !hasHan(run) {
			continue
		}
		if s, ok := syllables(run); ok {
			list = append(list, pairs(s)...)
		}
	}
	return list
}

func pairs(s []string) []string {
	var list []string
	for i := 0; i+1 < len(s); i++ {
		if p := pair(s[i], s[i+1]); !slices.Contains(list, p) {
			list = append(list, p)
		}
	}
	return list
}

// typedPairs are the pairs of syllables of a query in pinyin; none where it is not pinyin.
func typedPairs(q string) []string {
	var list []string
	for _, way := range split(strings.ToLower(q)) {
		for _, p := range pairs(way) {
			list = appendNew(list, p)
		}
	}
	return list
}

// rarest keeps the words that fewest documents have, in a large index; those that none has come last.
func (x *Index) rarest(field string, terms []string) ([]string, error) {
	docs := x.Status().Docs
	if len(terms) <= fewTerms || docs < manyDocs {
		return terms, nil
	}
	count := map[string]uint64{}
	advanced, err := x.bleve.Advanced()
	if err != nil {
		return nil, err
	}
	reader, err := advanced.Reader()
	if err != nil {
		return nil, err
	}
	defer reader.Close() //nolint:errcheck // only read from
	for _, t := range terms {
		postings, err := reader.TermFieldReader(context.Background(), []byte(t), field, false, false, false)
		if err != nil {
			return nil, err
		}
		if count[t] = postings.Count(); count[t] == 0 {
			count[t] = 1 << 40
		}
		if err := postings.Close(); err != nil {
			return nil, err
		}
	}
	sorted := slices.Clone(terms)
	sort.SliceStable(sorted, func(i, j int) bool { return count[sorted[i]] < count[sorted[j]] })
	common := uint64(float64(docs) * commonShare) //nolint:gosec // never negative
	for i, t := range sorted {
		if i == mostTerms || i >= fewTerms && count[t] > common {
			return sorted[:i], nil
		}
	}
	return sorted, nil
}

// Weights of the fields: a title says what a text is about; how people ask for a thing is closest to how they will.
var weights = map[string]float64{
	fieldTitle: 1, fieldBody: 1, fieldAsked: 3,
	fieldTitleEn: 1, fieldBodyEn: 1, fieldAskedEn: 3,
	fieldSpoken: 1,
}

// query puts the words together; bySound adds those that only sound alike. nil: nothing to look for.
func (x *Index) query(w words, bySound bool) query.Query {
	var parts []query.Query
	any := func(terms []string, boost float64, fields ...string) {
		for _, field := range fields {
			if len(terms) == 0 || !x.has(field) {
				continue
			}
			qs := make([]query.Query, len(terms))
			for i, t := range terms {
				qs[i] = term(field, t, boost*weights[field])
			}
			parts = append(parts, query.NewDisjunctionQuery(qs))
		}
	}
	if w.single != "" {
		for _, field := range []string{fieldTitle, fieldBody, fieldAsked} {
			any(x.beginning(field, w.single), 1, field)
		}
	} else {
		any(w.chinese, 1, fieldTitle, fieldBody, fieldAsked)
	}
	any(w.english, 1, fieldTitleEn, fieldBodyEn, fieldAskedEn)
	any(w.spoken, 1, fieldSpoken)
	if bySound {
		any(w.sounds, spokenBoost, fieldSpoken)
	}
	for _, terms := range w.also {
		for _, field := range []string{fieldTitle, fieldBody, fieldAsked} {
			qs := make([]query.Query, len(terms))
			for i, t := range terms {
				qs[i] = term(field, t, synonymBoost*weights[field]/float64(len(terms)))
			}
			if x.has(field) {
				parts = append(parts, query.NewConjunctionQuery(qs))
			}
		}
	}
	if len(parts) == 0 {
		return nil
	}
	return query.NewDisjunctionQuery(parts)
}

// knows tells whether any document has every part of a word somewhere.
func (x *Index) knows(word string) bool {
	done, err := x.use()
	if err != nil {
		return true
	}
	defer done()
	advanced, err := x.bleve.Advanced()
	if err != nil {
		return true
	}
	reader, err := advanced.Reader()
	if err != nil {
		return true
	}
	defer reader.Close() //nolint:errcheck // only read from
	terms, fields := x.analyze(chinese, word), []string{fieldTitle, fieldBody, fieldAsked}
	if !hasHan(word) {
		terms, fields = x.analyze(english, word), []string{fieldTitleEn, fieldBodyEn, fieldAskedEn}
	}
	for _, t := range terms {
		found := false
		for _, field := range fields {
			postings, err := reader.TermFieldReader(context.Background(), []byte(t), field, false, false, false)
			if err != nil {
				return true
			}
			found = found || postings.Count() > 0
			_ = postings.Close()
		}
		if !found {
			return false
		}
	}
	return true
}

// has tells whether any document has words in the field.
func (x *Index) has(field string) bool {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.sums.Words[field] > 0
}

func term(field, text string, boost float64) *query.TermQuery {
	t := query.NewTermQuery(text)
	t.SetField(field)
	t.SetBoost(boost)
	return t
}

// beginning lists the most frequent words of a field that begin with a character.
func (x *Index) beginning(field, char string) []string {
	dict, err := x.bleve.FieldDictPrefix(field, []byte(char))
	if err != nil {
		return nil
	}
	defer dict.Close() //nolint:errcheck // only read from
	type word struct {
		term  string
		count uint64
	}
	var list []word
	for {
		e, err := dict.Next()
		if err != nil || e == nil {
			break
		}
		list = append(list, word{e.Term, e.Count})
	}
	sort.SliceStable(list, func(i, j int) bool { return list[i].count > list[j].count })
	var terms []string
	for _, w := range list[:min(len(list), mostPrefixes)] {
		terms = append(terms, w.term)
	}
	return terms
}

// statistics puts the true sums into the context of a search. The key is bleve's own; TestRanking fails when a new
// version no longer heeds it.
func (x *Index) statistics(ctx context.Context) context.Context {
	x.mu.RLock()
	defer x.mu.RUnlock()
	stats := &bsearch.BM25Stats{DocCount: float64(x.sums.Docs), FieldCardinality: map[string]int{
		fieldLang: x.sums.Docs, fieldKind: x.sums.Docs, fieldSchemes: x.sums.Docs,
		"*": x.sums.Docs, // what bleve calls a disjunction that only counts
	}}
	for _, field := range textFields {
		stats.FieldCardinality[field] = x.sums.Words[field]
	}
	return context.WithValue(ctx, bsearch.BM25StatsKey, stats)
}

// filtered narrows a query without changing its scores.
func filtered(q query.Query, r Request, kind, scheme string) query.Query {
	var filters []query.Query
	for field, value := range map[string]string{fieldLang: r.Lang, fieldKind: kind, fieldSchemes: scheme} {
		if value != "" {
			filters = append(filters, term(field, value, 1))
		}
	}
	if len(filters) == 0 && r.Not == "" {
		return q
	}
	b := query.NewBooleanQuery([]query.Query{q}, nil, nil)
	if len(filters) > 0 {
		b.AddFilter(query.NewConjunctionQuery(filters))
	}
	if r.Not != "" && kind == "" {
		b.AddMustNot(term(fieldKind, r.Not, 1))
	}
	return b
}

func (x *Index) run(ctx context.Context, q query.Query, r Request, w words) (Results, error) {
	req := bleve.NewSearchRequestOptions(filtered(q, r, r.Kind, r.Scheme), r.Limit, r.Offset, false)
	req.Fields = []string{fieldShown}
	whole := r.Facets && r.Kind == "" && r.Scheme == ""
	if whole {
		req.AddFacet(fieldKind, bleve.NewFacetRequest(fieldKind, mostFacets))
		req.AddFacet(fieldSchemes, bleve.NewFacetRequest(fieldSchemes, mostFacets))
	}
	found, err := x.bleve.SearchInContext(x.statistics(ctx), req)
	if err != nil {
		return Results{}, fmt.Errorf("search: %w", err)
	}
	res := Results{Total: int(found.Total), Hits: make([]Hit, 0, len(found.Hits))} //nolint:gosec // as above
	if whole {
		res.Kinds, res.Schemes = counts(found, fieldKind), counts(found, fieldSchemes)
	}
	m := x.marker(w)
	for i, h := range found.Hits {
		e, err := entryOf(h.Fields)
		if err != nil {
			return Results{}, err
		}
		hit := Hit{ID: e.ID, Lang: e.Lang, Kind: e.Kind, Title: e.Title, URL: e.URL, Schemes: e.Schemes, Score: h.Score}
		hit.Highlights = m.show(e)
		res.Hits = append(res.Hits, hit)
		if i == 0 {
			res.Covered = m.covered(e)
			res.Weak = res.Covered < weakBelow
		}
	}
	return res, nil
}

const mostFacets = 100

func counts(found *bleve.SearchResult, field string) map[string]int {
	list := map[string]int{}
	for _, t := range found.Facets[field].Terms.Terms() {
		list[t.Term] = t.Count
	}
	return list
}

// facets counts by kind and by scheme, each as if that one had not been narrowed.
func (x *Index) facets(ctx context.Context, q query.Query, r Request, res *Results) error {
	if !r.Facets || res.Kinds != nil {
		return nil
	}
	count := func(field, kind, scheme string) (map[string]int, error) {
		req := bleve.NewSearchRequestOptions(filtered(q, r, kind, scheme), 0, 0, false)
		req.Score = "none"
		req.AddFacet(field, bleve.NewFacetRequest(field, mostFacets))
		found, err := x.bleve.SearchInContext(x.statistics(ctx), req)
		if err != nil {
			return nil, fmt.Errorf("count: %w", err)
		}
		return counts(found, field), nil
	}
	var err error
	if res.Kinds, err = count(fieldKind, "", r.Scheme); err != nil {
		return err
	}
	res.Schemes, err = count(fieldSchemes, r.Kind, "")
	return err
}
