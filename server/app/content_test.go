package app

import (
	"strings"
	"testing"

	"anxin/content"
	"anxin/server/library"
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
