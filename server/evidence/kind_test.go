package evidence_test

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/jpeg"
	"image/png"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"anxin/server/evidence"
)

type sample struct{ name, kind, content string }

// boxes is the head of a file made of boxes: its brands, and a box that follows.
func boxes(major string, compatible ...string) string {
	brands := major + "\x00\x00\x02\x00" + strings.Join(compatible, "")
	head := binary.BigEndian.AppendUint32(nil, uint32(8+len(brands)))
	return string(head) + "ftyp" + brands + "\x00\x00\x00\x10mdat12345678"
}

// frames are two frames of an MP3: 128 kbit/s, 44.1 kHz.
func frames(head string, length int) string {
	frame := head + strings.Repeat("\x00", length-len(head))
	return frame + frame
}

func page(codec string) string { // the first of an Ogg stream
	return "OggS\x00\x02" + strings.Repeat("\x00", 20) + "\x01\x13" + codec + strings.Repeat("\x00", 20)
}

const webmHead = "\x1A\x45\xDF\xA3\x9F\x42\x86\x81\x01\x42\xF7\x81\x01\x42\xF2\x81\x04\x42\xF3\x81\x08\x42\x82"

func samples() []sample {
	var p, j bytes.Buffer
	if err := png.Encode(&p, image.NewRGBA(image.Rect(0, 0, 4, 4))); err != nil {
		panic(err)
	}
	if err := jpeg.Encode(&j, image.NewGray(image.Rect(0, 0, 16, 16)), nil); err != nil {
		panic(err)
	}
	return []sample{
		{"a photograph", "image/jpeg", j.String()},
		{"a screenshot", "image/png", p.String()},
		{"a picture from the web", "image/webp", "RIFF\x1A\x00\x00\x00WEBPVP8L\x0D\x00\x00\x00\x2F\x00\x00\x00"},
		{"an iPhone's photograph", "image/heic", boxes("heic", "mif1", "heic")},
		{"another maker's", "image/heic", boxes("mif1", "mif1", "heic")},
		{"a burst of photographs", "image/heic", boxes("hevc", "msf1", "hevc")},
		{"a photograph in HEIF", "image/heif", boxes("mif1", "mif1", "miaf")},
		{"a PDF", "application/pdf", "%PDF-1.7\n%\xE2\xE3\xCF\xD3\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"},
		{"a PDF with an empty line in front", "application/pdf", "\r\n%PDF-1.4\n"},
		{"a PDF with a mark in front", "application/pdf", "\xEF\xBB\xBF%PDF-1.4\n"},
		{"a PDF with a page of the web in it", "application/pdf", "%PDF-1.4\n<html><script>alert(1)</script></html>"},
		{"a recording in MP3", "audio/mpeg", frames("\xFF\xFB\x90\x64", 417)},
		{"one of a dictaphone", "audio/mpeg", frames("\xFF\xF3\x48\xC4", 144)}, // 32 kbit/s, 16 kHz
		{"a tagged MP3", "audio/mpeg", "ID3\x04\x00\x00\x00\x00\x00\x0A" + strings.Repeat("\x00", 10) + "\xFF\xFB\x90\x64"},
		{"an iPhone's recording", "audio/mp4", boxes("M4A ", "M4A ", "mp42", "isom")},
		{"AAC as it streams", "audio/aac", "\xFF\xF1\x50\x80\x02\x1F\xFC\x21\x00"},
		{"a recorded call", "audio/amr", "#!AMR\n\x3C\x91\x17\x16"},
		{"a recorded call, wide", "audio/amr-wb", "#!AMR-WB\n\x44\x91\x17\x16"},
		{"a recording as it comes", "audio/wav", "RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00"},
		{"a voice message", "audio/ogg", page("OpusHead\x01\x01")},
		{"sound in Vorbis", "audio/ogg", page("\x01vorbis\x00\x00")},
		{"a film", "video/mp4", boxes("isom", "isom", "iso2", "avc1", "mp41")},
		{"an Android film", "video/mp4", boxes("mp42", "isom", "mp42")},
		{"a maker's own name", "video/mp4", boxes("XAVC", "XAVC", "mp42", "iso2")},
		{"an iPhone's film", "video/quicktime", boxes("qt  ", "qt  ")},
		{"an old film of Apple's", "video/quicktime", "\x00\x00\x00\x08wide\x00\x00\x03\xE8mdat1234"},
		{"an old telephone's film", "video/3gpp", boxes("3gp4", "3gp4", "3gp6")},
		{"an old CDMA telephone's film", "video/3gpp2", boxes("3g2a", "3g2a")},
		{"a film of a browser", "video/webm", webmHead + "\x84webm\x42\x87\x81\x04"},
	}
}

// refused are of no kind that is taken, each with why one might think so.
func refused() map[string]string {
	return map[string]string{
		"a drawing with programs":       "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
		"the same as XML":               "<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>",
		"a page of the web":             "<!DOCTYPE html><script>alert(1)</script>",
		"a page of the web, then a PDF": "<html><script>alert(1)</script></html>\n%PDF-1.7\n",
		"words, then a PDF":             "To print: %PDF-1.7\n",
		"an archive":                    "PK\x03\x04\x14\x00\x00\x00\x08\x00",
		"a document of Word's":          "PK\x03\x04\x14\x00\x06\x00\x08\x00\x00\x00\x21\x00" + "[Content_Types].xml word/document.xml",
		"an old document of Word's":     "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + strings.Repeat("\x00", 500),
		"a program for Windows":         "MZ\x90\x00\x03\x00\x00\x00",
		"a program for Linux":           "\x7FELF\x02\x01\x01\x00",
		"a program for Android":         "PK\x03\x04AndroidManifest.xml",
		"a script":                      "#!/bin/sh\nrm -rf /\n",
		"a moving picture":              "GIF89a\x01\x00\x01\x00",
		"words":                         "我被骗了八万元",
		"one byte":                      "\xFF",
		"zeros":                         strings.Repeat("\x00", 5000),
		"words in UTF-16":               "\xFF\xFEh\x00e\x00l\x00l\x00o\x00",
		"one frame of an MP3":           "\xFF\xFB\x90\x64" + strings.Repeat("\x00", 413),
		"no frame of an MP3":            "\xFF\xFB\xF0\x64" + strings.Repeat("\x00", 999),
		"an MP3 behind words":           "hello " + frames("\xFF\xFB\x90\x64", 417),
		"half a tag":                    "ID3\x04\x00",
		"a picture few can open":        boxes("avif", "avif", "mif1", "miaf"),
		"the same under another name":   boxes("mif1", "mif1", "avif"),
		"a film in Matroska":            webmHead + "\x88matroska",
		"a film in Theora":              page("\x80theora"),
		"boxes of nobody's":             boxes("crx ", "isom"),
		"boxes without a brand":         "\x00\x00\x00\x08ftypmp42mp42",
		"words that look like boxes":    "The ftypmp42 and mp42 are brands",
		"words that look like others":   "The free lunch is over, and so is the rest",
		"another RIFF":                  "RIFF\x24\x00\x00\x00AVI LIST",
		"half a RIFF":                   "RIFF\x24\x00",
		"two thirds of a PDF":           "%PDF",
		"a web page called a picture":   "GIF<script>",
	}
}

// The limits that the citizens read are those that hold.
func TestWordsOfLimits(t *testing.T) {
	t.Parallel()
	limit := regexp.MustCompile(`(\d+) ?(MB|个|個|files)`)
	for _, language := range []string{"zh-Hans", "zh-Hant", "en"} {
		text, err := os.ReadFile("../../i18n/evidence." + language + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		for key, want := range map[string]int{
			evidence.WrongType: 0, evidence.WrongEmpty: 0, evidence.WrongBroken: 0, evidence.WrongLarge: evidence.MostBytes >> 20,
			evidence.WrongMany: evidence.MostFiles, evidence.WrongFull: evidence.MostBytesTogether >> 20,
		} {
			_, after, found := strings.Cut(string(text), "\n  wrong_"+key+": ")
			line, _, _ := strings.Cut(after, "\n")
			m := limit.FindStringSubmatch(line)
			if !found || (want == 0) != (m == nil) || m != nil && m[1] != strconv.Itoa(want) {
				t.Errorf("%s: wrong_%s says %v, the limit is %d", language, key, m, want)
			}
		}
	}
}
