package view

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"anxin/server/locale"
)

func TestParseSettings(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		cookie string
		want   Settings
	}{
		"no cookie":             {"", Standard},
		"everything chosen":     {"22.dark.zh-Hant", Settings{22, "dark", locale.Hant}},
		"no language":           {"30.auto.", Settings{30, "auto", ""}},
		"a size that is none":   {"99.dark.en", Settings{18, "dark", locale.En}},
		"a size between two":    {"19.dark.en", Settings{18, "dark", locale.En}},
		"a size beyond numbers": {"99999999999999999999.dark.en", Settings{18, "dark", locale.En}},
		"a theme that is none":  {"20.neon.en", Settings{20, "auto", locale.En}},
		"a language of others":  {"20.dark.fr", Settings{20, "dark", ""}},
		"too short":             {"20.dark", Standard},
		"too long":              {"20.dark.en.x", Standard},
		"markup":                {`20.<em>UHOH</em>.en`, Settings{20, "auto", locale.En}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := ParseSettings(c.cookie)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(got, ParseSettings(got.String())); diff != "" {
				t.Errorf("it does not survive being written: %s", diff)
			}
		})
	}
}

// Every choice that the settings page offers comes back from its cookie.
func TestEverySettingSurvivesItsCookie(t *testing.T) {
	t.Parallel()
	for _, size := range Sizes {
		for _, theme := range Themes {
			for _, lang := range append([]locale.Code{""}, locale.All...) {
				want := Settings{size, theme, lang}
				if diff := cmp.Diff(want, ParseSettings(want.String())); diff != "" {
					t.Error(diff)
				}
			}
		}
	}
}

func TestElder(t *testing.T) {
	t.Parallel()
	for size, elder := range map[int]bool{18: false, 20: false, 22: true, 26: true, 30: true} {
		if got := (Settings{Size: size}).Elder(); got != elder {
			t.Errorf("at %d px elder %t", size, got)
		}
	}
}
