// Package static embeds the style sheet and the signs. They are served under names that carry a hash of their
// content, so that browsers keep them for good and still get every change at once.
package static

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

//go:embed css icons
var files embed.FS

// Asset is one file with the address it is served at.
type Asset struct {
	Name string // css/app.css
	URL  string // /static/css/app.1a2b3c4d5e.css
	Type string
	Data []byte
}

var types = map[string]string{
	".css": "text/css; charset=utf-8",
	".svg": "image/svg+xml; charset=utf-8",
}

// Assets returns every file by its name.
func Assets() (map[string]*Asset, error) {
	all := map[string]*Asset{}
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := files.ReadFile(name)
		if err != nil {
			return err
		}
		ext := path.Ext(name)
		if types[ext] == "" {
			return fmt.Errorf("static: %s: no content type for %s", name, ext)
		}
		sum := sha256.Sum256(data)
		url := "/static/" + strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:5]) + ext
		all[name] = &Asset{Name: name, URL: url, Type: types[ext], Data: data}
		return nil
	})
	return all, err
}
