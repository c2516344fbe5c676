package library

import (
	"strings"
	"testing"
	"testing/fstest"

	"anxin/server/locale"
)

const doorsYAML = `- id: court
  phone: police
  name: {zh-Hans: 法院, zh-Hant: 法院, en: Court}
  takes: {zh-Hans: 钱的事, zh-Hant: 錢的事, en: Money matters}
  why: {zh-Hans: 能执行, zh-Hant: 能執行, en: It is enforced}
  cost: {zh-Hans: 先问, zh-Hant: 先問, en: Ask first}
  time: {zh-Hans: "打{fact police}问", zh-Hant: "打{fact police}問", en: "Call {fact police}"}
  bring:
    zh-Hans: [身份证]
    zh-Hant: [身份證]
    en: [Your card]
`

func withDoors(f fstest.MapFS) { f[doorsFile] = doc(doorsYAML) }

func TestWays(t *testing.T) {
	t.Parallel()
	ways, err := open(t, tiny(withDoors)).Ways(locale.En)
	if err != nil || len(ways) != 1 {
		t.Fatalf("%d ways, %v", len(ways), err)
	}
	w := ways[0]
	if w.ID != "court" || w.Name != "Court" || w.Phone.Value != "110" || len(w.Bring) != 1 || w.Bring[0].Plain != "Your card" || len(w.Used.Facts) != 1 ||
		!strings.Contains(string(w.Time), `href="tel:110"`) {
		t.Errorf("%+v", w)
	}
	if none, err := open(t, tiny()).Ways(locale.Hans); err != nil || len(none) != 0 {
		t.Errorf("a library without doors has %d, %v", len(none), err)
	}
}

func TestMistakesInWays(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ old, with, says string }{
		"an id with capitals":     {"id: court", "id: Court", "lower-case letters"},
		"no such number":          {"phone: police", "phone: nobody", `no fact of a telephone "nobody"`},
		"a language left out":     {"name: {zh-Hans: 法院, zh-Hant: 法院, en: Court}", "name: {zh-Hans: 法院, en: Court}", "all needed in zh-Hant"},
		"another fact":            {"Call {fact police}", "Call", "rests on [] in en and on [police] in zh-Hans"},
		"fewer things to bring":   {"zh-Hant: [身份證]", "zh-Hant: []", "as many things in zh-Hant"},
		"a language nobody reads": {"en: [Your card]", "en: [Your card]\n    fr: [Carte]", "does not speak"},
		"a field nobody knows":    {"cost:", "price:", "price"},
		"no such fact":            {"能执行", "能{fact none}执行", ""},
		"twice":                   {doorsYAML, doorsYAML + doorsYAML, "door court stands twice"},
	} {
		_, err := Open(tiny(withDoors, swap(doorsFile, c.old, c.with)))
		if err == nil || !strings.Contains(err.Error(), c.says) || !strings.HasPrefix(err.Error(), doorsFile+":") {
			t.Errorf("%s: %v, want %q", name, err, c.says)
		}
	}
	everywhere := strings.ReplaceAll(doorsYAML, "{fact police}", "{fact none}")
	l := open(t, tiny(func(f fstest.MapFS) { f[doorsFile] = doc(everywhere) }))
	if ps := l.LoadAll(); len(ps) != 1 || !strings.Contains(ps.Error(), `there is no fact "none"`) {
		t.Errorf("a fact that is not there: %v", ps)
	}
}
