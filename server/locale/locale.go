// Package locale speaks the three languages of the site: which one a reader wants, the words of the catalogue in it,
// and dates and money as she would say them.
//
// Chinese comes in two scripts, and the reader of one is not served by the other: zh-Hans is the source of every text,
// zh-Hant is written for Hong Kong readers, English is plain English.
package locale

import (
	"golang.org/x/text/language"
)

// Code is the tag of a language as it stands in addresses and in lang attributes (BCP 47).
type Code string

const (
	Hans Code = "zh-Hans"
	Hant Code = "zh-Hant"
	En   Code = "en"
)

// All holds every language, the source first.
var All = []Code{Hans, Hant, En}

// Parse finds the language that s names exactly.
func Parse(s string) (Code, bool) {
	for _, c := range All {
		if string(c) == s {
			return c, true
		}
	}
	return Hans, false
}

// Chinese tells whether the language is written in Han characters.
func (c Code) Chinese() bool { return c != En }

// Name is what the language calls itself.
func (c Code) Name() string {
	return map[Code]string{Hans: "简体中文", Hant: "繁體中文", En: "English"}[c]
}

var matcher = language.NewMatcher([]language.Tag{
	language.MustParse("zh-Hans"), language.MustParse("zh-Hant"), language.MustParse("en"),
})

// Negotiate picks the language for an Accept-Language header (RFC 9110, section 12.5.4). Places where Chinese is
// written in traditional characters (zh-HK, zh-TW, zh-MO) lead to zh-Hant; whatever we do not speak leads to zh-Hans.
func Negotiate(acceptLanguage string) Code {
	// A header longer than any browser sends is not worth parsing.
	if len(acceptLanguage) > 1000 {
		return Hans
	}
	tags, weights, err := language.ParseAcceptLanguage(acceptLanguage)
	if err != nil {
		return Hans
	}
	// One tag after the other, the most wanted first: matched together, the "zh" that browsers send behind "zh-HK"
	// would win over it.
	for i, tag := range tags {
		if weights[i] == 0 {
			continue
		}
		if base, _ := tag.Base(); base.String() == "yue" {
			return Hant
		}
		if _, at, confidence := matcher.Match(tag); confidence != language.No {
			return All[at]
		}
	}
	return Hans
}
