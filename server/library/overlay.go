package library

import (
	"errors"
	"io/fs"
	"sort"
)

// Overlay shows the files of over in front of those of base, file by file, so that an operator changes a hotline
// without a release (ANXIN_CONTENT).
func Overlay(over, base fs.FS) fs.FS { return overlay{over, base} }

type overlay struct{ over, base fs.FS }

func (o overlay) Open(name string) (fs.File, error) {
	// A folder opened by itself would hide what the other one holds; folders are read through ReadDir.
	info, err := fs.Stat(o.over, name)
	switch {
	case err == nil && !info.IsDir():
		return o.over.Open(name)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, err // a changed hotline that cannot be read must not silently become the old one
	}
	f, err := o.base.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return o.over.Open(name)
	}
	return f, err
}

// ReadDir lists what either holds, as fs.Glob and fs.WalkDir ask for it.
func (o overlay) ReadDir(name string) ([]fs.DirEntry, error) {
	upper, err1 := fs.ReadDir(o.over, name)
	lower, err2 := fs.ReadDir(o.base, name)
	if err1 != nil && !errors.Is(err1, fs.ErrNotExist) {
		return nil, err1
	}
	if err1 != nil && err2 != nil {
		return nil, err2
	}
	seen := map[string]bool{}
	var all []fs.DirEntry
	for _, e := range append(upper, lower...) {
		if !seen[e.Name()] {
			seen[e.Name()] = true
			all = append(all, e)
		}
	}
	sort.Slice(all, func(i, j int) bool { return all[i].Name() < all[j].Name() })
	return all, nil
}
