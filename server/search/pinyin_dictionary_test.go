package search

import (
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/mozillazg/go-pinyin"
)

var update = flag.Bool("update", false, "write pinyin.txt anew")

// What is searched by is what go-pinyin knows: after its update, go test ./server/search -run Dictionary -update.
func TestDictionary(t *testing.T) {
	t.Parallel()
	args := pinyin.NewArgs()
	args.Heteronym = true
	lines := map[string][]string{} // syllable → its characters by how usual it is among their readings
	for n := range pinyin.PinyinDict {
		var seen []string
		for _, s := range pinyin.SinglePinyin(rune(n), args) {
			if s = strings.ReplaceAll(s, "ü", "v"); !slices.Contains(seen, s) {
				seen = append(seen, s)
			}
		}
		for i, s := range seen {
			for len(lines[s]) <= i {
				lines[s] = append(lines[s], "")
			}
			lines[s][i] += string(rune(n))
		}
	}
	var out strings.Builder
	syllables := make([]string, 0, len(lines))
	for s := range lines {
		syllables = append(syllables, s)
	}
	slices.Sort(syllables)
	for _, s := range syllables {
		out.WriteString(s)
		for _, column := range lines[s] {
			characters := []rune(column)
			slices.Sort(characters)
			out.WriteString("\t" + string(characters))
		}
		out.WriteString("\n")
	}
	if *update {
		if err := os.WriteFile("pinyin.txt", []byte(out.String()), 0o644); err != nil { //nolint:gosec // read by everybody
			t.Fatal(err)
		}
		return
	}
	if pinyinFile != out.String() {
		t.Error("pinyin.txt is not what go-pinyin knows: go test ./server/search -run Dictionary -update")
	}
	for character, want := range map[rune][]string{'行': {"xing", "hang"}, '安': {"an"}, '女': {"nv"}} {
		if got := readings(character); len(got) < len(want) || !slices.Equal(got[:len(want)], want) {
			t.Errorf("%c reads %q, want %q first", character, got, want)
		}
	}
}
