package library

import (
	"os"
	"testing"
	"testing/fstest"
	"time"

	"anxin/server/locale"
)

// realAuthorities opens the real list of bodies by itself, so that a lesson being translated does not fail this test.
func realAuthorities(t *testing.T) *Library {
	t.Helper()
	fsys := fstest.MapFS{}
	for _, name := range []string{"taxonomy.yaml", "authorities/authorities.yaml"} {
		data, err := os.ReadFile("../../content/" + name)
		if err != nil {
			t.Fatal(err)
		}
		fsys[name] = &fstest.MapFile{Data: data}
	}
	return open(t, fsys)
}

// The seed of 2017 (深府金发〔2017〕31号) names bodies that have since been renamed.
func TestNamesOf2017LeadToTodaysBodies(t *testing.T) {
	t.Parallel()
	l := realAuthorities(t)
	for old, now := range map[string]string{
		"深圳银监局":         "国家金融监督管理总局深圳监管局",
		"深圳保监局":         "国家金融监督管理总局深圳监管局",
		"市金融办":          "深圳市地方金融管理局",
		"人民银行深圳市中心支行":   "中国人民银行深圳市分行",
		"中国人民银行深圳市中心支行": "中国人民银行深圳市分行",
		"中國人民銀行深圳市中心支行": "中国人民银行深圳市分行",
		"深圳市公安局":        "深圳市公安局",
		"深圳证监局":         "中国证券监督管理委员会深圳监管局",
	} {
		t.Run(old, func(t *testing.T) {
			t.Parallel()
			a, ok := l.AuthorityNamed(old)
			if !ok {
				t.Fatalf("%s is nobody", old)
			}
			if got := a.Current().In(locale.Hans); got != now {
				t.Errorf("%s is %s today, want %s", old, got, now)
			}
		})
	}
	for _, nobody := range []string{"", "深圳银监", "火星银监局"} {
		if a, ok := l.AuthorityNamed(nobody); ok {
			t.Errorf("%q is taken for %s", nobody, a.ID)
		}
	}
}

// A name that two bodies share would lead a complaint to the wrong one.
func TestNoNameBelongsToTwoBodies(t *testing.T) {
	t.Parallel()
	bearer := map[string]string{}
	for _, a := range realAuthorities(t).Authorities() {
		for _, n := range a.Names {
			names := append([]string{}, n.Aliases...)
			for _, w := range n.Name {
				names = append(names, w.Raw)
			}
			for _, name := range names {
				if other := bearer[name]; other != "" && other != a.ID {
					t.Errorf("%s is %s and %s", name, other, a.ID)
				}
				bearer[name] = a.ID
			}
		}
	}
}

func TestNameOnADay(t *testing.T) {
	t.Parallel()
	branch, ok := realAuthorities(t).AuthorityNamed("中国人民银行深圳市分行")
	if !ok {
		t.Fatal("the branch is not listed")
	}
	const before, after = "中国人民银行深圳市中心支行", "中国人民银行深圳市分行"
	for name, c := range map[string]struct {
		at   time.Time
		want string
	}{
		"the seed's day":                    {MustDate("2017-06-22").Time, before},
		"the last day of the old name":      {MustDate("2023-08-17").Time, before},
		"its last second":                   {time.Date(2023, 8, 17, 23, 59, 59, 0, locale.Shanghai), before},
		"the first day of the new name":     {MustDate("2023-08-18").Time, after},
		"that day here, the day before UTC": {time.Date(2023, 8, 17, 16, 0, 0, 0, time.UTC), after},
		"today":                             {MustDate("2026-11-25").Time, after},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := branch.NameOn(c.at).In(locale.Hans); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
	undated := &Authority{Names: []DatedName{{Name: Words{locale.Hans: {Raw: "今"}}}, {Name: Words{locale.Hans: {Raw: "昔"}}}}}
	if got := undated.NameOn(MustDate("2017-06-22").Time).In(locale.Hans); got != "今" {
		t.Errorf("where the records do not say it is %s", got)
	}
}
