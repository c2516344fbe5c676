package policy

import (
	"fmt"
	"slices"

	"anxin/server/library"
	"anxin/server/locale"
)

// Product is what a complaint can be about, with whose business it is.
type Product struct {
	ID   string        `yaml:"-"`
	Head library.Text  `yaml:"id"`
	Name library.Words `yaml:"name"`
	Hint library.Words `yaml:"hint"`
	// Group is under which heading it is offered: one of [Groups].
	Group string `yaml:"group"`
	// Supervisor watches the firms that sell it: one of [Supervisors], or none where that hangs on the firm.
	Supervisor string `yaml:"supervisor"`
	// Claim is the limitation period that runs: life, nonlife, or none for the general one.
	Claim string `yaml:"claim"`
	// Bars are those who may refuse what the council has taken up, by the ids of doors (Order 121 Art. 16, PBoC 2020-5 Art. 42).
	Bars []string `yaml:"bars"`
	// Doors are the other ways there are, by the ids of package dispute, the fitting one first.
	Doors []string `yaml:"doors"`
	// Emergency is where money may be saved by the hour: police and bank first.
	Emergency bool `yaml:"emergency"`
}

// What a product may name.
var (
	Groups      = []string{"bank", "borrowing", "insurance", "investing", "paying", "scam", "other"}
	Supervisors = []string{"nfra", "pbc", "csrc", "local", "market", "police"}
	claims      = []string{"life", "nonlife"}
)

const productsFile = "workflow/products.yaml"

// Products lists what a complaint can be about, as the file has them.
func (p *Policy) Products() []Product { return slices.Clone(p.products) }

// Product finds the product of an id.
func (p *Policy) Product(id string) (Product, bool) {
	i := slices.IndexFunc(p.products, func(x Product) bool { return x.ID == id })
	if i < 0 {
		return Product{}, false
	}
	return p.products[i], true
}

// settleProducts checks them. Whether there are such doors is for "check" to say, which knows the library, too.
func (p *Policy) settleProducts() library.Problems {
	var ps library.Problems
	seen := map[string]bool{}
	for i := range p.products {
		x := &p.products[i]
		x.ID = x.Head.Raw
		bad := func(rule, format string, args ...any) {
			ps = append(ps, library.Problem{File: productsFile, Line: x.Head.Line, Rule: rule, Message: "product " + x.ID + ": " + fmt.Sprintf(format, args...)})
		}
		if !idForm.MatchString(x.ID) || seen[x.ID] {
			bad("format", "an id is made of lower-case letters, digits and _, and stands once")
		}
		seen[x.ID] = true
		for _, code := range locale.All {
			if x.Name.In(code) == "" || !x.Hint.Empty() && x.Hint.In(code) == "" {
				bad("translation", "no name or no hint in %s", code)
			}
		}
		if !slices.Contains(Groups, x.Group) {
			bad("reference", "group is %q: write one of %v", x.Group, Groups)
		}
		if x.Supervisor != "" && !slices.Contains(Supervisors, x.Supervisor) {
			bad("reference", "supervisor is %q: write one of %v, or nothing", x.Supervisor, Supervisors)
		}
		if x.Claim != "" && !slices.Contains(claims, x.Claim) {
			bad("reference", "claim is %q: write life, nonlife or nothing", x.Claim)
		}
		if len(x.Doors) == 0 {
			bad("reference", "no door leads on: name at least one")
		}
	}
	if len(p.products) == 0 {
		ps = append(ps, library.Problem{File: productsFile, Line: 1, Rule: "format", Message: "there is no product"})
	}
	return ps
}
