package policy

import (
	"slices"
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

// A last day that is told too late costs her the claim. Five years run only for a benefit under life insurance; a benefit under any
// other insurance has two (Insurance Law Art. 26), and what was said when it was sold has the general three.
func TestLimitationOfProducts(t *testing.T) {
	t.Parallel()
	p := open(t)
	for _, x := range p.Products() {
		want := ""
		switch {
		case x.ID == "life":
			want = "life"
		case x.Group == "insurance" && x.ID != "life_sale":
			want = "nonlife"
		}
		if x.Claim != want {
			t.Errorf("%s: claim %q, want %q", x.ID, x.Claim, want)
		}
	}
}

// Where money may be saved by the hour, or police have to look at it first, nobody is led to talk it over.
func TestDoorsOfScams(t *testing.T) {
	t.Parallel()
	for _, x := range open(t).Products() {
		if x.Group == "scam" && (slices.Contains(x.Doors, "mediation") || slices.Contains(x.Doors, "arbitration")) {
			t.Errorf("%s leads to %v", x.ID, x.Doors)
		}
		if x.Emergency && x.Group != "scam" {
			t.Errorf("%s is an emergency, and offered under %s", x.ID, x.Group)
		}
	}
}
