package evidence

import (
	"github.com/gabriel-vasile/mimetype"
)

// sniffed is how many bytes are looked at to tell what a file is.
const sniffed = 4096

// kinds are those that are taken, by what they are called in an answer. A file is what its bytes say, whatever its name and
// its sender say. Nothing among them is run or rendered by a browser as a page: no SVG, no HTML, no archive, no document with
// programs in it.
var kinds = map[string]string{
	"image/jpeg": "image/jpeg", "image/png": "image/png", "image/webp": "image/webp",
	"image/heic": "image/heic", "image/heic-sequence": "image/heic", "image/heif": "image/heif", "image/heif-sequence": "image/heif",
	"application/pdf": "application/pdf",
	"audio/mpeg":      "audio/mpeg", "audio/mp4": "audio/mp4", "audio/x-m4a": "audio/mp4", "audio/aac": "audio/aac", "audio/amr": "audio/amr", "audio/wav": "audio/wav",
	"audio/ogg": "audio/ogg",
	"video/mp4": "video/mp4", "video/quicktime": "video/quicktime", "video/3gpp": "video/3gpp", "video/3gpp2": "video/3gpp2", "video/webm": "video/webm",
}

// Kinds lists what is taken, for the accept of a form and for the description of the API.
var Kinds = []string{
	"image/jpeg", "image/png", "image/webp", "image/heic", "image/heif", "application/pdf", "audio/mpeg", "audio/mp4", "audio/aac", "audio/amr", "audio/wav", "audio/ogg",
	"video/mp4", "video/quicktime", "video/3gpp", "video/3gpp2", "video/webm",
}

func init() { mimetype.SetLimit(sniffed) }

// kindOf tells what a file is by how it begins; empty for what is not taken.
func kindOf(head []byte) string {
	for m := mimetype.Detect(head); m != nil; m = m.Parent() {
		for is, kind := range kinds {
			if m.Is(is) {
				return kind
			}
		}
	}
	return ""
}

// Extension is how the name of a file of the kind ends.
func Extension(kind string) string {
	if m := mimetype.Lookup(kind); m != nil && m.Extension() != "" {
		return m.Extension()
	}
	return ".bin"
}
