package dispute

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"anxin/i18n"
	"anxin/server/locale"
)

// wanted are the keys of everything the tables name.
func wanted() []string {
	var keys []string
	add := func(key string) {
		if key != "" && !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	for _, t := range []*Table{Disputes, Legs} {
		for _, p := range t.Places {
			add(t.Label(p.State))
			add(t.Label(p.State) + "_now")
			if p.Standing == Moving {
				add(t.Label(p.State) + "_next")
				add(t.Label(p.State) + "_yours")
			}
			if p.State == OutOfScope { // it has ended, and something is left to her all the same
				add(t.Label(p.State) + "_yours")
			}
		}
		for _, r := range t.Rows {
			if !slices.Contains(r.Who, Machine) {
				add("dispute.event." + string(r.Event))
			}
			add(r.Key())
			for _, g := range r.Guards {
				add(g.Key())
			}
		}
	}
	for _, a := range Actors {
		add("dispute.actor." + string(a))
	}
	for _, ch := range Channels {
		add("dispute.channel." + string(ch))
	}
	for _, f := range Outcomes {
		add("dispute.outcome." + string(f))
	}
	for _, why := range []Why{NotNow, NotYours} {
		add((&RefusedError{Why: why}).Key())
	}
	return keys
}

// Everything the tables name has its words in every language, and the catalogues hold nothing else of a dispute.
func TestEverythingHasItsWords(t *testing.T) {
	t.Parallel()
	catalogue, err := locale.OpenCatalogue(i18n.Files)
	if err != nil {
		t.Fatal(err)
	}
	keys := wanted()
	for _, code := range locale.All {
		for _, key := range keys {
			if !catalogue.Has(code, key) {
				t.Errorf("%s has no %s", code, key)
			}
		}
		for _, key := range catalogue.Keys(code) {
			if strings.HasPrefix(key, "dispute.") && !slices.Contains(keys, key) {
				t.Errorf("%s: nothing names %s any more", code, key)
			}
		}
	}
}

// The name of a state fits beside a case in a list: at most eight characters in Chinese, six words in English.
func TestStatesHaveShortNames(t *testing.T) {
	t.Parallel()
	catalogue, err := locale.OpenCatalogue(i18n.Files)
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range []*Table{Disputes, Legs} {
		for _, p := range table.Places {
			for _, code := range locale.All {
				name, err := catalogue.T(code, table.Label(p.State))
				if err != nil {
					t.Fatal(err)
				}
				if code == locale.En && len(strings.Fields(name)) > 6 || code != locale.En && utf8.RuneCountInString(name) > 8 {
					t.Errorf("%s %s: %q is too long for a list", code, p.State, name)
				}
			}
		}
	}
}
