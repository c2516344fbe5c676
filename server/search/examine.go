package search

import (
	"fmt"
	"os"
)

// Examine tells whether the index in dir is whole, and changes nothing: [io/fs.ErrNotExist] where there is none yet, [ErrBusy] where
// a server holds it and has therefore found it whole, or what is torn.
func Examine(dir string) error {
	dir = folder(dir)
	if _, err := os.Stat(dir); err != nil {
		return fmt.Errorf("examine the index: %w", err)
	}
	x, err := openExisting(dir)
	if err != nil {
		return err
	}
	return x.Close()
}
