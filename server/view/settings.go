package view

import (
	"slices"
	"strconv"
	"strings"

	"anxin/server/locale"
)

// Settings are how a reader wants her pages: kept in one cookie, nowhere else.
type Settings struct {
	Size  int         // of text in px at the browser's standard size
	Theme string      // auto, light or dark
	Lang  locale.Code // empty: as the browser asks
}

// Sizes that can be chosen. The elder edition (长辈版) begins at [ElderSize]: larger targets, one column, shorter words.
var (
	Sizes  = []int{18, 20, 22, 26, 30}
	Themes = []string{"auto", "light", "dark"}
)

// Standard settings are those of a reader who never chose any.
var Standard = Settings{Size: 18, Theme: "auto"}

// ElderSize is the text size from which the elder edition is served.
const ElderSize = 22

// Elder tells whether the reader gets the elder edition.
func (s Settings) Elder() bool { return s.Size >= ElderSize }

// Look is what a page's appearance depends on; the language is in the address.
func (s Settings) Look() string { return strconv.Itoa(s.Size) + "." + s.Theme }

// String is the cookie's value, such as 22.dark.zh-Hant.
func (s Settings) String() string { return s.Look() + "." + string(s.Lang) }

// ParseSettings reads a cookie's value. What makes no sense in it falls back to the standard.
func ParseSettings(cookie string) Settings {
	s := Standard
	parts := strings.Split(cookie, ".")
	if len(parts) != 3 {
		return s
	}
	if n, err := strconv.Atoi(parts[0]); err == nil && slices.Contains(Sizes, n) {
		s.Size = n
	}
	if slices.Contains(Themes, parts[1]) {
		s.Theme = parts[1]
	}
	if code, ok := locale.Parse(parts[2]); ok {
		s.Lang = code
	}
	return s
}
