package proof

import (
	"fmt"
	"slices"

	"anxin/server/library"
	"anxin/server/locale"
	"anxin/server/policy"
)

// counterparts finds what stands alone: a reader who is warned wants to learn, one who learns wants to know what is
// going about, and a tool that no lesson names is found by nobody. A site without warnings is not yet asked for them.
func counterparts(lib *library.Library) []Finding {
	if len(lib.Warnings()) == 0 {
		return nil
	}
	var found []Finding
	alone := func(file string, line int, id, format string, args ...any) {
		found = append(found, Finding{library.Problem{File: file, Line: line, Rule: "counterpart", Message: fmt.Sprintf(format, args...)}, id})
	}
	warned := map[string]bool{} // schemes
	for _, w := range lib.Warnings() {
		for _, id := range w.Schemes {
			warned[id] = true
		}
		if !slices.ContainsFunc(w.Modules, func(slug string) bool { _, ok := lib.Module(slug); return ok }) {
			alone("warnings/"+w.Code+"."+string(locale.Hans)+".yaml", 1, w.Code, "none of the lessons %v is published: name one that is", w.Modules)
		}
	}
	for _, m := range lib.Modules() {
		for _, id := range m.Schemes {
			if !warned[id] {
				alone("modules/"+m.Slug+"/"+string(locale.Hans)+".md", 2, id, "no warning tells of scheme %s, which the lesson is about", id)
			}
		}
	}
	for _, t := range lib.Taxonomy().Tools {
		if len(lib.ToolModules(t.ID)) == 0 {
			alone("taxonomy.yaml", t.Name[locale.Hans].Line, t.ID, "no published lesson names the tool %s", t.ID)
		}
	}
	return found
}

// doors finds products that lead to a way nobody has described.
func doors(lib *library.Library, p *policy.Policy) []Finding {
	ways, err := lib.Ways(locale.Hans)
	if err != nil {
		return nil // LoadAll has told it
	}
	var fs []Finding
	for _, x := range p.Products() {
		for _, id := range slices.Concat(x.Doors, x.Bars) {
			if !slices.ContainsFunc(ways, func(w *library.Way) bool { return w.ID == id }) {
				message := "product " + x.ID + ": there is no door " + id + " in doors.yaml"
				fs = append(fs, Finding{Problem: library.Problem{File: "workflow/products.yaml", Line: x.Head.Line, Rule: "reference", Message: message}, Text: message})
			}
		}
	}
	return fs
}
