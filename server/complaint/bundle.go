package complaint

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"time"
	"unicode"

	"anxin/server/dispute"
	"anxin/server/evidence"
)

// Bundled is what is said of a file of the bundle.
type Bundled struct {
	Path   string `json:"path"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
	// Of evidence alone.
	Name        string `json:"name,omitempty"`
	Description string `json:"description,omitempty"`
	Kind        string `json:"kind,omitempty"`
}

// IndexPage writes the page that a bundle opens with, from the file and the paths of its evidence by their ids.
type IndexPage func(f File, paths map[string]string) ([]byte, error)

// manifest says what a bundle holds.
type manifest struct {
	Form        int       `json:"form"` // of this document
	Number      string    `json:"number"`
	MadeAt      time.Time `json:"made_at"`
	SubmittedAt time.Time `json:"submitted_at"`
	SHA256      string    `json:"sha256"` // the receipt's: that of complaint.json
	Files       []Bundled `json:"files"`
}

// WriteBundle writes the whole case as a zip file: index.html for people, complaint.json as it was filed (its SHA-256 is the
// receipt's), the timeline, the messages, the letters that were sent for her, how she was told what, her answers whether it is solved and
// every file as it was handed in, with a manifest and the sums by which `sha256sum -c SHA256SUMS` verifies all of it. It is written as it is read; after an error what was written is no whole zip.
func (s *Service) WriteBundle(ctx context.Context, by Access, index IndexPage, w io.Writer) error {
	f, err := s.Read(ctx, by)
	if err != nil {
		return err
	}
	b := &bundle{zip: zip.NewWriter(w), at: s.Now()}
	paths := f.paths()
	page, err := index(f, paths)
	if err != nil {
		return fmt.Errorf("write the page of a bundle: %w", err)
	}
	if err := errors.Join(
		b.add("index.html", page), b.add("complaint.json", f.FiledBytes), b.json("timeline.json", f.bundledTimeline()), b.json("messages.json", f.bundledMessages()),
		b.json("letters.json", f.bundledLetters()), b.json("notices.json", f.bundledNotices()), b.json("survey.json", f.bundledSurveys()),
	); err != nil {
		return fmt.Errorf("write a bundle: %w", err)
	}
	for _, e := range f.Evidence {
		if e.Removed {
			continue
		}
		if err := s.bundleEvidence(b, e, paths[e.ID]); err != nil {
			return fmt.Errorf("write a file into a bundle: %w", err)
		}
	}
	m := manifest{1, f.Number, s.Now().UTC(), f.SubmittedAt.UTC(), f.SHA256, b.files}
	if err := errors.Join(b.json("manifest.json", m), b.add("SHA256SUMS", b.sums()), b.zip.Close()); err != nil {
		return fmt.Errorf("write a bundle: %w", err)
	}
	return nil
}

// bundleEvidence streams one file. One that is no longer what was handed in ends the bundle: it would vouch for it.
func (s *Service) bundleEvidence(b *bundle, e Evidence, name string) error {
	from, err := s.Files.Open(e.object)
	if err != nil {
		return err
	}
	defer from.Close() //nolint:errcheck // it was only read
	if err := b.copy(Bundled{Path: name, Name: e.Name, Description: e.Description, Kind: e.Kind}, from); err != nil {
		return err
	}
	if got := b.files[len(b.files)-1].SHA256; got != e.SHA256 {
		return fmt.Errorf("the file is not as it was handed in: its SHA-256 is %s", got)
	}
	return nil
}

// paths are where the files of a bundle stand, by their ids.
func (f File) paths() map[string]string {
	paths := map[string]string{}
	for _, e := range f.Evidence {
		if !e.Removed {
			paths[e.ID] = fmt.Sprintf("evidence/%02d-%s", len(paths)+1, SafeName(e.Name, e.Kind))
		}
	}
	return paths
}

// bundle is a zip file while it is written.
type bundle struct {
	zip   *zip.Writer
	at    time.Time
	files []Bundled
}

func (b *bundle) add(name string, data []byte) error {
	return b.copy(Bundled{Path: name}, bytes.NewReader(data))
}

func (b *bundle) json(name string, v any) error {
	data, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return b.add(name, append(data, '\n'))
}

func (b *bundle) copy(f Bundled, from io.Reader) error {
	method := zip.Deflate
	if strings.HasPrefix(f.Path, "evidence/") {
		method = zip.Store // pictures and sounds are compressed already
	}
	to, err := b.zip.CreateHeader(&zip.FileHeader{Name: f.Path, Method: method, Modified: b.at.UTC()})
	if err != nil {
		return err
	}
	h := sha256.New()
	if f.Size, err = io.Copy(to, io.TeeReader(from, h)); err != nil {
		return err
	}
	f.SHA256 = hex.EncodeToString(h.Sum(nil))
	b.files = append(b.files, f)
	return nil
}

// sums is what sha256sum -c reads.
func (b *bundle) sums() []byte {
	var out bytes.Buffer
	for _, f := range b.files {
		fmt.Fprintf(&out, "%s  %s\n", f.SHA256, f.Path)
	}
	return out.Bytes()
}

type bundledEntry struct {
	At    time.Time     `json:"at"`
	Leg   int           `json:"leg"`
	Event dispute.Event `json:"event"`
	Actor dispute.Actor `json:"actor"`
	State dispute.State `json:"state"`
	Text  string        `json:"text,omitempty"`
	Due   []bundledDue  `json:"due,omitempty"`
}

type bundledDue struct {
	Leg         int    `json:"leg"`
	Rule        string `json:"rule"`
	Date        string `json:"date"`
	Provisional bool   `json:"provisional,omitempty"`
}

func (f File) bundledTimeline() []bundledEntry {
	list := make([]bundledEntry, 0, len(f.Timeline))
	for _, e := range f.Timeline {
		b := bundledEntry{e.At.UTC(), e.Leg, e.Event, e.Actor, e.State, e.Text, nil}
		for _, d := range e.Deadlines {
			if !d.Due.IsZero() {
				b.Due = append(b.Due, bundledDue{d.Leg, d.Clock.ID, d.Due.String(), d.Provisional})
			}
		}
		list = append(list, b)
	}
	return list
}

type bundledMessage struct {
	At     time.Time     `json:"at"`
	Actor  dispute.Actor `json:"actor"`
	Text   string        `json:"text"`
	ReadAt *time.Time    `json:"read_at"`
}

func (f File) bundledMessages() []bundledMessage {
	list := make([]bundledMessage, 0, len(f.Messages))
	for _, m := range f.Messages {
		b := bundledMessage{At: m.At.UTC(), Actor: m.Actor, Text: m.Text}
		if !m.ReadAt.IsZero() {
			read := m.ReadAt.UTC()
			b.ReadAt = &read
		}
		list = append(list, b)
	}
	return list
}

// mostSafe is how many characters a safe name has at most, before its ending.
const mostSafe = 60

// SafeName is a file's name as it may be saved anywhere and shown anywhere: no folder, nothing that a shell, Windows or a page
// would take for something else, no character that turns or hides others, and an ending that says what the file is.
func SafeName(name, kind string) string {
	name = strings.ToValidUTF8(name, "")
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	if ext := path.Ext(name); len([]rune(ext)) <= 6 {
		name = strings.TrimSuffix(name, ext)
	}
	name = strings.Map(func(r rune) rune {
		switch {
		case strings.ContainsRune(`<>:"/\|?*%&;$`+"`'", r):
			return '_'
		case unicode.IsSpace(r):
			return ' '
		case unicode.In(r, unicode.C, unicode.Zl, unicode.Zp) || unicode.Is(unicode.Bidi_Control, r) || unicode.Is(unicode.Variation_Selector, r):
			return -1
		}
		return r
	}, name)
	name = shortened(strings.Join(strings.Fields(name), " "), mostSafe)
	name = strings.Trim(name, "-. ")
	if name == "" || reserved[strings.ToUpper(name)] {
		name = "file"
	}
	return name + evidence.Extension(kind)
}

// reserved are names that Windows keeps for devices.
var reserved = map[string]bool{"CON": true, "PRN": true, "AUX": true, "NUL": true}

func init() {
	for n := range 10 {
		reserved[fmt.Sprint("COM", n)], reserved[fmt.Sprint("LPT", n)] = true, true
	}
}
