package complaint_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"testing"
)

// everything is the text of all files of a zip.
func everything(t *testing.T, data []byte) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(&all, r); err != nil { //nolint:gosec // a file of the test's
			t.Fatal(err)
		}
	}
	return all.String()
}

// paths are those of a value's JSON at which something stands, lists as one.
func paths(t *testing.T, v any) []string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var tree any
	if err := json.Unmarshal(data, &tree); err != nil {
		t.Fatal(err)
	}
	var list []string
	var walk func(path string, v any)
	walk = func(path string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for k, w := range v {
				walk(strings.TrimPrefix(path+"."+k, "."), w)
			}
		case []any:
			if len(v) > 0 {
				list = append(list, path)
			}
		case nil:
		case bool:
			if v {
				list = append(list, path)
			}
		case float64:
			if v != 0 {
				list = append(list, path)
			}
		case string:
			if v != "" && !strings.HasPrefix(v, "0001-01-01") {
				list = append(list, path)
			}
		}
	}
	walk("", tree)
	slices.Sort(list)
	return list
}

// picture begins as one does: what follows makes it another.
const picture = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00 a picture"
