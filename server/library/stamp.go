package library

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"anxin/server/locale"
)

// Stamp writes into a translated file on disk the hash of its source as it is now: the editor's word that the
// translation says what the source says.
func Stamp(file string) (changed bool, err error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return false, err
	}
	markdown := strings.HasSuffix(file, ".md")
	var hash string
	if markdown {
		hash, err = markdownHash(filepath.Join(filepath.Dir(file), sourceFile))
	} else {
		var src []byte
		if code := langOf(file); code == locale.Hans || code == "" {
			return false, fmt.Errorf("%s is a source, not a translation", file)
		}
		src, err = os.ReadFile(sourceOf(file))
		hash = fileHash(src)
		if code, _, _ := strings.Cut(filepath.Base(file), "."); err == nil && warningCode.MatchString(code) {
			var f warningFile
			if ps := decode(sourceOf(file), src, 0, &f); ps != nil {
				err = ps
			}
			hash = f.hash()
		}
	}
	if err != nil {
		return false, fmt.Errorf("hash the source of %s: %w", file, err)
	}
	if filepath.Base(file) == sourceFile {
		return false, fmt.Errorf("%s is a source, not a translation", file)
	}
	stamped := setHash(data, hash, markdown)
	if bytes.Equal(stamped, data) {
		return false, nil
	}
	return true, os.WriteFile(file, stamped, 0o644) //nolint:gosec // content is public
}

func markdownHash(file string) (string, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	head, body, _, err := SplitFront(data)
	if err != nil {
		return "", err
	}
	var f Front
	if ps := decode(file, head, 1, &f); ps != nil {
		return "", ps
	}
	return sourceHash(f, body), nil
}

func setHash(data []byte, hash string, markdown bool) []byte {
	line := "source_hash: " + hash + "\n"
	if bytes.Contains(data, []byte("\r\n")) {
		line = "source_hash: " + hash + "\r\n" // as the editor's program ends lines
	}
	var out strings.Builder
	written, fences := false, 0
	for l := range strings.Lines(string(data)) {
		fence := markdown && strings.TrimRight(l, "\r\n") == "---"
		if fence {
			fences++
		}
		// Below the front matter it would be a line of the text.
		if fences < 2 && strings.HasPrefix(l, "source_hash:") {
			if !written {
				out.WriteString(line)
				written = true
			}
			continue
		}
		out.WriteString(l)
		if fence && !written {
			out.WriteString(line)
			written = true
		}
	}
	if !written {
		return []byte(line + out.String())
	}
	return []byte(out.String())
}
