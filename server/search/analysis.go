package search

import (
	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/custom"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/keyword"
	"github.com/blevesearch/bleve/v2/analysis/lang/cjk"
	"github.com/blevesearch/bleve/v2/analysis/lang/en"
	"github.com/blevesearch/bleve/v2/analysis/token/lowercase"
	"github.com/blevesearch/bleve/v2/analysis/tokenizer/unicode"
	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/registry"
	index "github.com/blevesearch/bleve_index_api"
)

// Analyzers: how a text becomes the words that are looked up.
//
//	chinese  pairs of neighbouring characters, simplified; both scripts find each other. Measured against a dictionary of
//	         words (gse): better on every set of questions, a third of the memory, nothing to keep up to date
//	spoken   pairs of neighbouring syllables, for those who type pinyin or take the wrong character of the right sound
//	english  stems of words
const (
	chinese = "chinese"
	spoken  = "spoken"
	english = en.AnalyzerName
)

const (
	simplifyName = "simplify"
	spokenName   = "spoken_pairs"
)

func init() {
	register := func(name string, f analysis.TokenFilter) {
		err := registry.RegisterTokenFilter(name, func(map[string]any, *registry.Cache) (analysis.TokenFilter, error) { return f, nil })
		if err != nil {
			panic(err) // the same name twice in one program
		}
	}
	register(simplifyName, simplifyFilter{})
	register(spokenName, spokenFilter{})
}

// simplifyFilter stands behind the tokenizer and before pairs are made, so that offsets stay true.
type simplifyFilter struct{}

func (simplifyFilter) Filter(in analysis.TokenStream) analysis.TokenStream {
	for _, t := range in {
		if t.Type == analysis.Ideographic {
			t.Term = []byte(string(mapRunes(t.Term)))
		}
	}
	return in
}

func mapRunes(term []byte) []rune {
	runes := []rune(string(term))
	for i, r := range runes {
		runes[i] = simplify(r)
	}
	return runes
}

// spokenFilter makes pairs of syllables of Han characters that stand side by side, in each of their usual readings.
type spokenFilter struct{}

func (spokenFilter) Filter(in analysis.TokenStream) analysis.TokenStream {
	var out analysis.TokenStream
	for i := 0; i+1 < len(in); i++ {
		a, b := in[i], in[i+1]
		if a.Type != analysis.Ideographic || b.Type != analysis.Ideographic || a.End != b.Start {
			continue
		}
		for _, x := range someReadings(a.Term) {
			for _, y := range someReadings(b.Term) {
				out = append(out, &analysis.Token{Term: []byte(pair(x, y)), Start: a.Start, End: b.End, Position: a.Position})
			}
		}
	}
	return out
}

func someReadings(term []byte) []string {
	for _, r := range string(term) {
		all := readings(r)
		return all[:min(len(all), mostReadings)]
	}
	return nil
}

func pair(a, b string) string { return a + "_" + b }

// Fields of the index. title, body and asked hold Chinese, the same with _en English; asked is how people ask for it and
// is never shown.
const (
	fieldTitle, fieldBody, fieldAsked       = "title", "body", "asked"
	fieldTitleEn, fieldBodyEn, fieldAskedEn = "title_en", "body_en", "asked_en"
	fieldSpoken                             = "spoken"
	fieldID, fieldLang, fieldKind           = "id", "lang", "kind"
	fieldSchemes                            = "schemes"
	fieldShown                              = "shown" // stored: what a result shows
)

// textFields are those that BM25 weighs.
var textFields = []string{fieldTitle, fieldBody, fieldAsked, fieldTitleEn, fieldBodyEn, fieldAskedEn, fieldSpoken}

func newMapping() (mapping.IndexMapping, error) {
	m := bleve.NewIndexMapping()
	chain := func(filters ...string) map[string]any {
		return map[string]any{"type": custom.Name, "tokenizer": unicode.Name, "token_filters": filters}
	}
	if err := m.AddCustomAnalyzer(chinese, chain(cjk.WidthName, lowercase.Name, simplifyName, cjk.BigramName)); err != nil {
		return nil, err
	}
	if err := m.AddCustomAnalyzer(spoken, chain(cjk.WidthName, spokenName)); err != nil {
		return nil, err
	}
	text := func(analyzer string) *mapping.FieldMapping {
		f := bleve.NewTextFieldMapping()
		f.Analyzer = analyzer
		f.Store, f.IncludeTermVectors, f.IncludeInAll, f.DocValues = false, false, false, false
		return f
	}
	doc := bleve.NewDocumentStaticMapping()
	for _, name := range []string{fieldTitle, fieldBody, fieldAsked} {
		doc.AddFieldMappingsAt(name, text(chinese))
		doc.AddFieldMappingsAt(name+"_en", text(english))
	}
	doc.AddFieldMappingsAt(fieldSpoken, text(spoken))
	for _, name := range []string{fieldLang, fieldKind, fieldSchemes} {
		f := text(keyword.Name)
		f.DocValues = true // for counting
		doc.AddFieldMappingsAt(name, f)
	}
	shown := text(keyword.Name)
	shown.Index, shown.Store = false, true
	doc.AddFieldMappingsAt(fieldShown, shown)
	doc.AddSubDocumentMapping("_all", bleve.NewDocumentDisabledMapping()) // every field is asked by its name
	m.DefaultMapping = doc
	m.ScoringModel = index.BM25Scoring
	return m, nil
}
