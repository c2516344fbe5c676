package notify_test

import (
	"strings"
	"testing"

	"anxin/server/library"
	"anxin/server/locale"
	"anxin/server/notify"
)

// telling are words by which whoever reads over her shoulder would learn what it is about.
var telling = []string{"投诉", "投訴", "举报", "銀行", "银行", "公司", "贷", "貸", "欠", "元", "被骗", "被騙", "消委", "complain", "bank", "firm", "loan", "debt", "://"}

// Every notice in every language and channel is written, and what others may read or hear of it says nothing of a complaint.
func TestNeutral(t *testing.T) {
	t.Parallel()
	plain := words(t)
	named := *plain
	in := func(hans, hant, en string) library.Words {
		return library.Words{locale.Hans: {Raw: hans}, locale.Hant: {Raw: hant}, locale.En: {Raw: en}}
	}
	named.Operator = library.Operator{Name: in("样本中心", "樣本中心", "Sample Centre"), HelpLine: "0755-000000", Hours: in("上午九点至下午六点", "上午九時至下午六時", "9 am to 6 pm")}
	for _, w := range []*notify.Words{plain, &named} {
		for _, lang := range locale.All {
			subject, err := w.Subject(lang)
			if err != nil {
				t.Fatal(err)
			}
			heard := map[string]string{"the subject": subject}
			for _, n := range notify.Notices {
				for _, c := range n.Channels() {
					at := string(n) + " by " + string(c)
					if c == notify.Email {
						if heard[at], err = w.Letter(n, c, lang); err != nil {
							t.Error(lang, at, err)
						}
						continue
					}
					s, err := w.Script(n, c, "林女士", lang, locale.Hans)
					if err != nil {
						t.Error(lang, at, err)
						continue
					}
					aloud := 0
					for _, l := range s.Lines {
						if l.Label == "" || l.Text == "" {
							t.Errorf("%s, %s: a line says nothing: %+v", lang, at, l)
						}
						if l.Aloud {
							aloud++
							heard[at] += l.Text + "\n"
						}
					}
					if aloud == 0 || s.Lang != lang {
						t.Errorf("%s, %s: nothing is to be said", lang, at)
					}
				}
			}
			for at, text := range heard {
				for _, word := range telling {
					if strings.Contains(strings.ToLower(text), word) {
						t.Errorf("%s, %s: it says %q: %s", lang, at, word, text)
					}
				}
			}
			letter := heard["contact_changed by email"]
			if objects := strings.Contains(letter, "0755-000000"); objects != w.Operator.Configured() {
				t.Errorf("%s: how she objects: %s", lang, letter)
			}
			demo, err := w.Catalogue.T(lang, "notice.demo")
			if err != nil || strings.Contains(letter, demo) == w.Operator.Configured() {
				t.Errorf("%s: whether it is a demonstration: %s", lang, letter)
			}
		}
	}
}

// Whoever works here reads in her own language what is to be said in the other's.
func TestScriptInTwoLanguages(t *testing.T) {
	t.Parallel()
	s, err := words(t).Script(notify.Asked, notify.Call, "Ms Lin", locale.En, locale.Hant)
	if err != nil {
		t.Fatal(err)
	}
	if s.Lines[0].Label != "先問" || s.Lines[0].Text != "Hello, am I speaking to Ms Lin?" || !s.Lines[0].Aloud {
		t.Errorf("it begins with %+v", s.Lines[0])
	}
	if s.Lines[1].Aloud || !strings.Contains(s.Lines[1].Text, "不說") {
		t.Errorf("then %+v", s.Lines[1])
	}
}

// What went wrong has words for whoever keeps the service.
func TestFailuresHaveWords(t *testing.T) {
	t.Parallel()
	w := words(t)
	for _, f := range notify.Failures {
		for _, lang := range locale.All {
			if _, err := w.Catalogue.T(lang, "notice.failure_"+f.ID); err != nil {
				t.Error(err)
			}
		}
	}
}
