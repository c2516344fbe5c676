package library

import (
	"fmt"
	"reflect"
	"strings"

	yaml "go.yaml.in/yaml/v3"
)

var unmarshaler = reflect.TypeFor[yaml.Unmarshaler]()

// knownFields compares the keys of a document with the yaml tags of the type it is read into, so that a misspelt
// field is told by its line instead of being passed over.
func knownFields(n *yaml.Node, into any) error {
	var wrong []string
	walkFields(n, reflect.TypeOf(into), &wrong)
	if wrong == nil {
		return nil
	}
	return fmt.Errorf("%s", strings.Join(wrong, "\n"))
}

func walkFields(n *yaml.Node, t reflect.Type, wrong *[]string) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if n.Kind == yaml.DocumentNode {
		for _, c := range n.Content {
			walkFields(c, t, wrong)
		}
		return
	}
	if reflect.PointerTo(t).Implements(unmarshaler) {
		return
	}
	switch {
	case n.Kind == yaml.SequenceNode && t.Kind() == reflect.Slice:
		for _, c := range n.Content {
			if c.Tag == "!!null" { // would be decoded as a nil pointer
				*wrong = append(*wrong, fmt.Sprintf("line %d: nothing stands behind the dash", c.Line))
				continue
			}
			walkFields(c, t.Elem(), wrong)
		}
	case n.Kind == yaml.MappingNode && t.Kind() == reflect.Map:
		for i := 1; i < len(n.Content); i += 2 {
			walkFields(n.Content[i], t.Elem(), wrong)
		}
	case n.Kind == yaml.MappingNode && t.Kind() == reflect.Struct:
		fields := map[string]reflect.Type{}
		collectFields(t, fields)
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i]
			ft, ok := fields[key.Value]
			if !ok {
				*wrong = append(*wrong, fmt.Sprintf("line %d: there is no field %q here", key.Line, key.Value))
				continue
			}
			walkFields(n.Content[i+1], ft, wrong)
		}
	}
}

func collectFields(t reflect.Type, into map[string]reflect.Type) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		switch {
		case options == "inline":
			collectFields(f.Type, into)
		case name != "" && name != "-":
			into[name] = f.Type
		}
	}
}
