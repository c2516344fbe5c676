package view

import (
	"fmt"
	"strings"
)

// FileKind says what a file is by its media type, as a telephone would.
func (b Base) FileKind(mediaType string) string {
	kind, _, _ := strings.Cut(mediaType, "/")
	if mediaType == "application/pdf" {
		kind = "pdf"
	}
	if words, err := b.T("mine.kind_" + kind); err == nil {
		return words
	}
	return b.Must("mine.kind_other")
}

// FileSize says how large a file is.
func (b Base) FileSize(bytes int64) string {
	if bytes < 1<<20 {
		return b.Must("mine.size_kb", "count", max((bytes+1023)>>10, 1))
	}
	tenths := (bytes*10 + 1<<19) >> 20
	return b.Must("mine.size_mb", "n", fmt.Sprintf("%d.%d", tenths/10, tenths%10))
}
