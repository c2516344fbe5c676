package app

import (
	"slices"
	"testing"

	"anxin/content"
	"anxin/server/dispute"
	"anxin/server/library"
	"anxin/server/locale"
)

// The doors that the workflow names are those that have words, in the same order.
func TestDoorsHaveTheirWords(t *testing.T) {
	t.Parallel()
	lib, err := library.Open(content.Files)
	if err != nil {
		t.Fatal(err)
	}
	ways, err := lib.Ways(locale.Hans)
	if err != nil {
		t.Fatal(err)
	}
	var written, named []string
	for _, w := range ways {
		written = append(written, w.ID)
	}
	for _, d := range dispute.Doors {
		named = append(named, d.ID)
	}
	if !slices.Equal(written, named) {
		t.Errorf("content/workflow/doors.yaml has %v, server/dispute has %v", written, named)
	}
}
