package demo

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
)

// paper is a file of evidence, made here: nobody's.
func paper(kind string) ([]byte, error) {
	if kind == "pdf" {
		return pdf("Sample - nobody's paper"), nil
	}
	return picture()
}

// picture looks like a bill from afar: lines of text that nobody can read, and one of them marked.
func picture() ([]byte, error) {
	img := image.NewPaletted(image.Rect(0, 0, 360, 480), color.Palette{color.White, color.Gray{0x99}, color.RGBA{0xC0, 0x20, 0x20, 0xFF}})
	bar := func(r image.Rectangle, c uint8) {
		draw.Draw(img, r, image.NewUniform(img.Palette[c]), image.Point{}, draw.Src)
	}
	for line := range 12 {
		y := 40 + 34*line
		bar(image.Rect(30, y, 150+(line*37)%90, y+12), 1)
		bar(image.Rect(270, y, 330, y+12), 1)
		if line == 7 {
			bar(image.Rect(20, y-8, 340, y-5), 2)
			bar(image.Rect(20, y+17, 340, y+20), 2)
		}
	}
	var b bytes.Buffer
	err := png.Encode(&b, img)
	return b.Bytes(), err
}

// pdf is a page with one line on it.
func pdf(line string) []byte {
	text := fmt.Sprintf("BT /F1 18 Tf 60 760 Td (%s) Tj ET", line)
	objects := []string{
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(text), text),
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
	}
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	var at []int
	for i, o := range objects {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	begins := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, n := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", n)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, begins)
	return b.Bytes()
}
