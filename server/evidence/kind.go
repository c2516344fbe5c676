package evidence

import (
	"bytes"
	"encoding/binary"
	"slices"
)

// sniffed is how many of its first bytes tell what a file is.
const sniffed = 4096

// kind tells by its first bytes what a file is, or nothing where it is none of the kinds that are taken. A file that is two
// things at once is named by what it begins with, as a browser would name it.
//
// The signatures are those of the WHATWG's MIME Sniffing Standard (section 6) where that has one, and otherwise of the formats'
// own documents. The libraries for it know two hundred kinds that are refused here, and take a web page for a PDF that has
// "%PDF-" in its first thousand bytes.
func kind(head []byte) string {
	for _, k := range kinds {
		if k.is(head) {
			return k.mime
		}
	}
	return box(head)
}

var kinds = []struct {
	mime string
	is   func(head []byte) bool
}{
	{"image/jpeg", begins("\xFF\xD8\xFF")},
	{"image/png", begins("\x89PNG\r\n\x1A\n")},
	{"image/webp", riff("WEBP")},
	{"application/pdf", func(head []byte) bool {
		// Some programs put a byte order mark or an empty line in front.
		return bytes.HasPrefix(bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xEF\xBB\xBF")), "\r\n"), []byte("%PDF-"))
	}},
	{"audio/wav", riff("WAVE")},
	{"audio/amr", begins("#!AMR\n")},       // RFC 4867 section 5
	{"audio/amr-wb", begins("#!AMR-WB\n")}, // the same
	{"audio/ogg", ogg},
	{"audio/aac", adts},
	{"audio/mpeg", mp3},
	{"video/webm", webm},
}

func begins(with string) func([]byte) bool {
	return func(head []byte) bool { return bytes.HasPrefix(head, []byte(with)) }
}

// riff: four letters, a size, four letters.
func riff(form string) func([]byte) bool {
	return func(head []byte) bool {
		return len(head) >= 12 && string(head[:4]) == "RIFF" && string(head[8:12]) == form
	}
}

// ogg: the first packet of the first page names what sounds (RFC 3533; RFC 7845 for Opus).
func ogg(head []byte) bool {
	if len(head) < 28 || string(head[:5]) != "OggS\x00" {
		return false
	}
	return slices.ContainsFunc([]string{"OpusHead", "\x01vorbis", "Speex   ", "\x7FFLAC"}, func(codec string) bool {
		return bytes.HasPrefix(head[28:], []byte(codec))
	})
}

// adts: AAC as recorders stream it, twelve bits set, layer 0, a sample rate that exists (ISO/IEC 13818-7, 6.2).
func adts(head []byte) bool {
	return len(head) >= 7 && head[0] == 0xFF && head[1]&0xF6 == 0xF0 && head[2]>>2&0xF < 13
}

// mp3: a tag (id3.org), or a frame of layer III followed by another. One alone is eleven bits set, which text in UTF-16 begins
// with, too.
func mp3(head []byte) bool {
	if len(head) >= 10 && string(head[:3]) == "ID3" && head[3] >= 2 && head[3] <= 4 && (head[6]|head[7]|head[8]|head[9])&0x80 == 0 {
		return true
	}
	n := mp3Frame(head)
	return n > 0 && n < len(head) && mp3Frame(head[n:]) > 0
}

// mp3Frame is the length of the frame that begins here, or 0.
func mp3Frame(b []byte) int {
	if len(b) < 4 || b[0] != 0xFF || b[1]&0xE6 != 0xE2 {
		return 0
	}
	version, rate, padding := b[1]>>3&3, b[2]>>4, int(b[2]>>1&1)
	bits := [][16]int{
		{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160},     // versions 2 and 2.5
		{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320}, // version 1
	}
	samples := map[byte][3]int{3: {44100, 48000, 32000}, 2: {22050, 24000, 16000}, 0: {11025, 12000, 8000}}
	per, ok := samples[version]
	index := b[2] >> 2 & 3
	if !ok || index == 3 {
		return 0
	}
	first, factor := 0, 72000
	if version == 3 {
		first, factor = 1, 144000
	}
	kilobits := bits[first][rate]
	if kilobits == 0 {
		return 0
	}
	return factor*kilobits/per[index] + padding
}

// webm: a Matroska file whose document type says so (RFC 8794 section 11.2.4).
func webm(head []byte) bool {
	if !bytes.HasPrefix(head, []byte("\x1A\x45\xDF\xA3")) {
		return false
	}
	_, after, found := bytes.Cut(head[:min(len(head), 64)], []byte("\x42\x82"))
	return found && bytes.HasPrefix(after, []byte("\x84webm"))
}

// brands are those of files made of boxes (ISO/IEC 14496-12 section 4.3; registered at mp4ra.org).
var brands = map[string]string{
	"heic": "image/heic", "heix": "image/heic", "heim": "image/heic", "heis": "image/heic", "hevc": "image/heic", "hevx": "image/heic",
	"mif1": "image/heif", "msf1": "image/heif",
	"M4A ": "audio/mp4", "M4B ": "audio/mp4",
	"qt  ": "video/quicktime",
	"3gp1": "video/3gpp", "3gp2": "video/3gpp", "3gp3": "video/3gpp", "3gp4": "video/3gpp", "3gp5": "video/3gpp", "3gp6": "video/3gpp",
	"3gp7": "video/3gpp", "3gp8": "video/3gpp", "3gp9": "video/3gpp", "3gr6": "video/3gpp", "3gs6": "video/3gpp", "3gs7": "video/3gpp",
	"3ge6": "video/3gpp", "3ge7": "video/3gpp", "3gg6": "video/3gpp",
	"3g2a": "video/3gpp2", "3g2b": "video/3gpp2", "3g2c": "video/3gpp2",
	"isom": "video/mp4", "iso2": "video/mp4", "iso3": "video/mp4", "iso4": "video/mp4", "iso5": "video/mp4", "iso6": "video/mp4",
	"iso7": "video/mp4", "iso8": "video/mp4", "iso9": "video/mp4", "mp41": "video/mp4", "mp42": "video/mp4", "avc1": "video/mp4",
	"hvc1": "video/mp4", "hev1": "video/mp4", "M4V ": "video/mp4", "MSNV": "video/mp4", "dash": "video/mp4", "mmp4": "video/mp4",
}

// Kinds lists what is taken, for the accept of a form and for the description of the API.
var Kinds = []string{
	"image/jpeg", "image/png", "image/webp", "image/heic", "image/heif", "application/pdf",
	"audio/mpeg", "audio/mp4", "audio/aac", "audio/amr", "audio/amr-wb", "audio/wav", "audio/ogg",
	"video/mp4", "video/quicktime", "video/3gpp", "video/3gpp2", "video/webm",
}

// Extension is how the name of a file of the kind ends.
func Extension(kind string) string {
	if e, ok := extensions[kind]; ok {
		return e
	}
	return ".bin"
}

var extensions = map[string]string{
	"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp", "image/heic": ".heic", "image/heif": ".heif", "application/pdf": ".pdf",
	"audio/mpeg": ".mp3", "audio/mp4": ".m4a", "audio/aac": ".aac", "audio/amr": ".amr", "audio/amr-wb": ".awb", "audio/wav": ".wav", "audio/ogg": ".ogg",
	"video/mp4": ".mp4", "video/quicktime": ".mov", "video/3gpp": ".3gp", "video/3gpp2": ".3g2", "video/webm": ".webm",
}

// box tells what a file made of boxes is. Many telephones call a recording of sound alone mp42 or isom: that is video/mp4 then.
func box(head []byte) string {
	if len(head) < 16 {
		return ""
	}
	size := binary.BigEndian.Uint32(head)
	switch string(head[4:8]) {
	case "ftyp":
	case "moov", "mdat", "wide", "free", "skip": // QuickTime before it had brands
		if size <= 1 || size >= 8 && size <= MostBytes {
			return "video/quicktime"
		}
		return ""
	default:
		return ""
	}
	if size < 16 || size > sniffed || size%4 != 0 {
		return ""
	}
	major := string(head[8:12])
	var compatible []string
	for at := 16; at+4 <= min(int(size), len(head)); at += 4 {
		compatible = append(compatible, string(head[at:at+4]))
	}
	switch is := brands[major]; {
	case is == "image/heif":
		if slices.Contains(compatible, "avif") {
			return "" // few can open it
		}
		for _, b := range compatible {
			if brands[b] == "image/heic" {
				return "image/heic"
			}
		}
		return is
	case is != "":
		return is
	case major == "avif" || major == "avis" || major == "crx ":
		return ""
	}
	for _, b := range compatible { // a name of the maker's own, for something that others may take for
		if is := brands[b]; is != "" {
			return is
		}
	}
	return ""
}
