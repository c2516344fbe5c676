package app

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"log/slog"
	"path/filepath"

	"anxin/i18n"
	"anxin/server/config"
	"anxin/server/library"
	"anxin/server/locale"
	"anxin/server/search"
)

// feedVersion is raised when [search.Documents] makes other documents of the same files: nothing else would tell a
// newer program that the index it finds is of an older one.
const feedVersion = "1"

// openSearch opens the citizens' search over the library, whose files are content, and the collections beside it. The
// index is opened as it was left; whatever has changed since is put in while the site serves.
func openSearch(cfg config.Config, lib *library.Library, content fs.FS, catalogue *locale.Catalogue, log *slog.Logger) (*search.Site, *search.Collections, error) {
	source := search.Source{
		Feed: func() (string, error) { return feedOf(content, i18n.Files) },
		Documents: func() ([]search.Document, error) {
			return search.Documents(lib, func(code locale.Code, key string) (string, error) { return catalogue.T(code, key) })
		},
		Vocabulary: func() (*search.Vocabulary, error) { return search.VocabularyOf(lib) },
	}
	site, err := search.OpenSite(filepath.Join(cfg.Data, "index", "site"), source, log)
	if err != nil {
		return nil, nil, err
	}
	return site, openCollections(cfg), nil
}

// openCollections stands apart, since a command opens them where no site is served.
func openCollections(cfg config.Config) *search.Collections {
	return search.OpenCollections(filepath.Join(cfg.Data, "index", "collections"))
}

// feedOf names the state of every file that documents are made from.
func feedOf(sets ...fs.FS) (string, error) {
	h, buf := sha256.New(), make([]byte, 64<<10)
	_, _ = io.WriteString(h, feedVersion+"\n")
	for _, set := range sets {
		if err := hashFiles(h, set, buf); err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// hashFiles reads through buf: a start would otherwise copy all of content once.
func hashFiles(h hash.Hash, files fs.FS, buf []byte) error {
	return fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		f, err := files.Open(name)
		if err != nil {
			return fmt.Errorf("open what the search is fed from: %w", err)
		}
		defer func() { _ = f.Close() }()
		// The length behind a file's bytes keeps one file's end apart from the next one's beginning.
		_, _ = io.WriteString(h, name+"\n")
		n, err := io.CopyBuffer(h, struct{ io.Reader }{f}, buf)
		if err != nil {
			return fmt.Errorf("read what the search is fed from: %w", err)
		}
		_, err = fmt.Fprintf(h, "\n%d\n", n)
		return err
	})
}
