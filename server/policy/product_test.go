package policy

import (
	"strings"
	"testing"
	"testing/fstest"

	"anxin/content"
)

func TestMistakesInProducts(t *testing.T) {
	t.Parallel()
	for want, change := range map[string][2]string{
		"an id is made of": {"id: deposit", "id: De posit"},
		"no name":          {"en: Deposit", `en: ""`},
		"group is":         {"group: bank", "group: shop"},
		"supervisor is":    {"supervisor: nfra", "supervisor: me"},
		"claim is":         {"group: bank", "group: bank\n  claim: short"},
		"no door":          {"doors: [court]", "doors: []"},
		"no field":         {"group: bank", "gruop: bank"},
		"stands once":      {"doors: [court]\n", "doors: [court]\n" + tinyProduct},
	} {
		_, err := Open(fstest.MapFS{
			"workflow/clocks.yaml":   {Data: []byte(tiny)},
			"workflow/holidays.yaml": {Data: []byte("[]")},
			"workflow/products.yaml": {Data: []byte(strings.Replace(tinyProduct, change[0], change[1], 1))},
		})
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "products.yaml:") {
			t.Errorf("%q for %q: %v, want %q", change[1], change[0], err, want)
		}
	}
}

// Who may refuse what the council has taken up: the market regulator everything, the central bank what is its own.
func TestBarsOfProducts(t *testing.T) {
	t.Parallel()
	p, err := Open(content.Files)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range p.Products() {
		want := "market"
		if x.Supervisor == "pbc" {
			want = "market regulator-pbc"
		}
		if got := strings.Join(x.Bars, " "); got != want {
			t.Errorf("%s is barred from %s, want %s", x.ID, got, want)
		}
		if x.Emergency && x.Supervisor != "police" {
			t.Errorf("%s is an emergency and not for the police", x.ID)
		}
	}
	if _, ok := p.Product("no-such"); ok {
		t.Error("there is a product that nobody wrote")
	}
}
