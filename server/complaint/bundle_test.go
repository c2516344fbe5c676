package complaint_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"anxin/server/complaint"
	"anxin/server/evidence"
	"anxin/server/store/storetest"
)

func TestSafeName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"合同 第一页.JPEG":               "合同 第一页.png",
		"../../etc/passwd":          "passwd.png",
		`C:\Users\me\photo.png`:     "photo.png",
		"a\u202egnp.exe":            "agnp.png", // what turns the letters round is taken out
		"line\nend\x00\x07.png":     "line end.png",
		"<script>alert(1)</script>": "script_.png",
		"...":                       "file.png",
		"-rf.png":                   "rf.png",
		"con.txt":                   "file.png",
		"COM1":                      "file.png",
		"":                          "file.png",
		"\xff\xfe.png":              "file.png",
		"a\u200d\u200bb.png":        "ab.png",
		"report.final.version.pdf":  "report.final.version.png",
		strings.Repeat("长", 200):    strings.Repeat("长", 60) + ".png",
	} {
		if got := complaint.SafeName(name, "image/png"); got != want {
			t.Errorf("%q is called %q, want %q", name, got, want)
		}
	}
}

func FuzzSafeName(f *testing.F) {
	f.Add("a/b\\c\u202e.png")
	f.Fuzz(func(t *testing.T, name string) {
		got := complaint.SafeName(name, "application/pdf")
		if !utf8.ValidString(got) || strings.ContainsAny(got, "/\\\n\r\x00\"<>:\u202e\u2066") || strings.HasPrefix(got, ".") || strings.HasPrefix(got, "-") || !strings.HasSuffix(got, ".pdf") || got == ".pdf" {
			t.Errorf("%q is called %q", name, got)
		}
		if again := complaint.SafeName(got, "application/pdf"); again != got {
			t.Errorf("%q is called %q, and then %q", name, got, again)
		}
	})
}

// A file that is no longer what was handed in ends the bundle, and what was written of it opens as no zip.
func TestBundleVouchesForNothingChanged(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	d := open(t, db)
	folder := t.TempDir()
	var err error
	if d.Files, err = evidence.Open(folder, db.Options.Vault, d.Log); err != nil {
		t.Fatal(err)
	}
	_, by := d.file(t, key, answers())
	const picture = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00 a picture"
	if _, err := d.AddEvidence(t.Context(), by, "a.png", "短信", strings.NewReader(picture)); err != nil {
		t.Fatal(err)
	}
	index := func(complaint.File, map[string]string) ([]byte, error) { return []byte("<!doctype html>"), nil }
	var whole bytes.Buffer
	if err := d.WriteBundle(t.Context(), by, index, &whole); err != nil {
		t.Fatal(err)
	}
	if z, err := zip.NewReader(bytes.NewReader(whole.Bytes()), int64(whole.Len())); err != nil || len(z.File) != 10 {
		t.Fatalf("the whole one: %v", err)
	}
	refused := errors.New("no page")
	if err := d.WriteBundle(t.Context(), by, func(complaint.File, map[string]string) ([]byte, error) { return nil, refused }, io.Discard); !errors.Is(err, refused) {
		t.Errorf("without its page: %v", err)
	}
	files, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no file is kept: %v", err)
	}
	changed := 0
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			continue // a folder
		}
		data[len(data)-1] ^= 1
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
		changed++
	}
	if changed == 0 {
		t.Fatal("nothing was changed")
	}
	var broken bytes.Buffer
	if err := d.WriteBundle(t.Context(), by, index, &broken); err == nil {
		t.Error("a changed file was bundled")
	}
	if _, err := zip.NewReader(bytes.NewReader(broken.Bytes()), int64(broken.Len())); err == nil {
		t.Error("what was written of the bundle opens as a whole one")
	}
}
