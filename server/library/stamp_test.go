package library

import (
	"os"
	"path/filepath"
	"testing"
)

func TestSetHash(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		markdown bool
		in, want string
	}{
		"Markdown without one":          {true, "---\ntitle: a\n---\nb\n", "---\nsource_hash: H\ntitle: a\n---\nb\n"},
		"Markdown with an old one":      {true, "---\nsource_hash: old\ntitle: a\n---\nb\n", "---\nsource_hash: H\ntitle: a\n---\nb\n"},
		"the old one further below":     {true, "---\ntitle: a\nsource_hash: old\n---\nb\n", "---\nsource_hash: H\ntitle: a\n---\nb\n"},
		"as Windows ends lines":         {true, "---\r\ntitle: a\r\n---\r\nb\r\n", "---\r\nsource_hash: H\r\ntitle: a\r\n---\r\nb\r\n"},
		"the same word in the text":     {true, "---\ntitle: a\n---\nsource_hash: is a word\n", "---\nsource_hash: H\ntitle: a\n---\nsource_hash: is a word\n"},
		"a rule in the text":            {true, "---\ntitle: a\n---\nb\n\n---\nc\n", "---\nsource_hash: H\ntitle: a\n---\nb\n\n---\nc\n"},
		"YAML without one":              {false, "items:\n  - id: a\n", "source_hash: H\nitems:\n  - id: a\n"},
		"YAML with one and a comment":   {false, "# note\nsource_hash: old\nitems: []\n", "# note\nsource_hash: H\nitems: []\n"},
		"YAML with two, of a merge":     {false, "source_hash: x\nsource_hash: y\nitems: []\n", "source_hash: H\nitems: []\n"},
		"YAML as Windows ends lines":    {false, "source_hash: x\r\nitems: []\r\n", "source_hash: H\r\nitems: []\r\n"},
		"YAML, a field of another kind": {false, "items:\n  - {source_hash: x}\n", "source_hash: H\nitems:\n  - {source_hash: x}\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := string(setHash([]byte(c.in), "H", c.markdown))
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if again := string(setHash([]byte(got), "H", c.markdown)); again != got {
				t.Errorf("a second stamp makes %q", again)
			}
		})
	}
}

func TestWhatMakesTranslationsStale(t *testing.T) {
	t.Parallel()
	head, body := "title: 课\nsummary: 句\nobjectives: [会]\n", "\n先停下。\n"
	hash := func(t *testing.T, head, body string) string {
		t.Helper()
		var f Front
		if ps := decode("x", []byte(head), 1, &f); ps != nil {
			t.Fatal(ps)
		}
		return sourceHash(f, []byte(body))
	}
	for name, c := range map[string]struct {
		head, body string
		stale      bool
	}{
		"nothing":             {head, body, false},
		"dates":               {head + "verified_on: 2026-12-01\nreview_by: 2027-12-01\n", body, false},
		"minutes and status":  {head + "minutes: 9\nstatus: draft\n", body, false},
		"space around a text": {head, "\n\n先停下。\n\n", false},
		"the title":           {"title: 课程\nsummary: 句\nobjectives: [会]\n", body, true},
		"the summary":         {"title: 课\nsummary: 一句\nobjectives: [会]\n", body, true},
		"an objective":        {"title: 课\nsummary: 句\nobjectives: [会, 能]\n", body, true},
		"the text":            {head, "\n先停下来。\n", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if stale := hash(t, c.head, c.body) != hash(t, head, body); stale != c.stale {
				t.Errorf("stale %t, want %t", stale, c.stale)
			}
		})
	}
}

func TestStampRefusesWhatIsNoTranslation(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"zh-Hans.md": "---\ntitle: a\n---\n", "m.zh-Hans.yaml": "items: []\n", "hotlines.yaml": "[]\n",
		"m.en.yaml": "items: []\n", "lost.en.yaml": "items: []\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for file, taken := range map[string]bool{
		"zh-Hans.md": false, "m.zh-Hans.yaml": false, "hotlines.yaml": false, "lost.en.yaml": false, "none.en.yaml": false,
		"m.en.yaml": true,
	} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			changed, err := Stamp(filepath.Join(dir, file))
			if changed != taken || (err == nil) != taken {
				t.Errorf("changed %t, %v", changed, err)
			}
		})
	}
}
