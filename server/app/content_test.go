package app

import (
	"strings"
	"testing"

	"anxin/content"
	"anxin/server/library"
	"anxin/server/locale"
	"anxin/server/web"
	"anxin/static"
)

// A drawing names signs of the taxonomy; each must be drawn.
func TestEverySignIsDrawn(t *testing.T) {
	t.Parallel()
	lib, err := library.Open(content.Files)
	if err != nil {
		t.Fatal(err)
	}
	assets, err := static.Assets()
	if err != nil {
		t.Fatal(err)
	}
	drawn := string(assets["icons/signs.svg"].Data)
	for _, id := range lib.Taxonomy().Signs {
		if !strings.Contains(drawn, `id="`+id+`"`) {
			t.Errorf("sign %s of taxonomy.yaml is not in icons/signs.svg", id)
		}
	}
}

// The offers of every lesson can be compared, and neither letter always names the cheaper one.
func TestOffersOfOurLessonsDiffer(t *testing.T) {
	t.Parallel()
	lib, err := library.Open(content.Files)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range lib.Modules() {
		for _, code := range locale.All {
			piece, err := lib.Piece(m, code)
			if err != nil {
				t.Fatal(err)
			}
			if piece == nil || piece.Kind != "compare" {
				continue
			}
			cheaper := map[string]int{}
			for _, pair := range piece.Pairs {
				w, err := web.Weigh(pair)
				if err != nil {
					t.Errorf("%s: %v", piece.File, err)
					continue
				}
				cheaper[w.Cheaper().ID]++
			}
			if len(cheaper) == 1 && len(piece.Pairs) > 1 {
				t.Errorf("%s: the cheaper offer always stands at the same place: %v", piece.File, cheaper)
			}
		}
	}
}
