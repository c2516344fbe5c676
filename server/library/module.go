package library

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"sort"
	"strings"
	"unicode/utf8"

	"anxin/server/locale"
)

// Module is one lesson: what all its languages share. Its texts are [Edition]s.
type Module struct {
	Slug    string
	HasEasy bool // there is an easy-read twin in zh-Hans
	Front
	Names map[locale.Code]Front // title, summary and objectives by language
}

// Front is a text's front matter. Fields below the comment stand in the source only; translations inherit them.
type Front struct {
	ID         string `yaml:"id"`
	Title      Text   `yaml:"title"`
	Summary    Text   `yaml:"summary"`
	Objectives []Text `yaml:"objectives"`
	SourceHash string `yaml:"source_hash"` // translations: the source they were made from

	Track      string   `yaml:"track"`
	Audience   []string `yaml:"audience"`
	Schemes    []string `yaml:"schemes"`
	Tools      []string `yaml:"tools"`
	Level      string   `yaml:"level"`
	Minutes    int      `yaml:"minutes"`
	Status     string   `yaml:"status"` // published or draft
	VerifiedOn Date     `yaml:"verified_on"`
	ReviewBy   Date     `yaml:"review_by"`
	ReviewedBy string   `yaml:"reviewed_by"` // filled by the operator alone
}

// Source languages and files.
const (
	easyFile   = "easy.zh-Hans.md"
	sourceFile = "zh-Hans.md"
)

func (l *Library) readModules() Problems {
	dirs, err := fs.Glob(l.fsys, "modules/*")
	if err != nil {
		return Problems{{"modules", 1, "format", err.Error()}}
	}
	var ps Problems
	for _, dir := range dirs {
		m := &Module{Slug: path.Base(dir), Names: map[locale.Code]Front{}}
		bad := l.readFronts(dir, m.Names)
		ps = append(ps, bad...)
		if len(bad) > 0 {
			continue
		}
		m.Front = m.Names[locale.Hans]
		_, err := fs.Stat(l.fsys, dir+"/"+easyFile)
		m.HasEasy = err == nil
		ps = append(ps, l.moduleProblems(dir, m)...)
		if m.Status == "published" {
			l.modules = append(l.modules, m)
		}
	}
	sort.SliceStable(l.modules, func(i, j int) bool {
		a, b := position(l.taxonomy.Tracks, l.modules[i].Track), position(l.taxonomy.Tracks, l.modules[j].Track)
		if a != b {
			return a < b
		}
		return l.modules[i].ID < l.modules[j].ID
	})
	return ps
}

// readFronts reads the front matter of a text in every language.
func (l *Library) readFronts(dir string, into map[locale.Code]Front) Problems {
	var ps Problems
	for _, code := range locale.All {
		file := dir + "/" + string(code) + ".md"
		front, _, _, bad := l.readMarkdown(file)
		ps = append(ps, bad...)
		if front.Title.Raw == "" && bad == nil {
			ps = append(ps, Problem{file, 2, "format", "has no title"})
		}
		if front.Summary.Raw == "" && bad == nil {
			ps = append(ps, Problem{file, 2, "format", "has no summary"})
		}
		into[code] = front
	}
	return ps
}

func (l *Library) moduleProblems(dir string, m *Module) Problems {
	var ps Problems
	file := dir + "/" + sourceFile
	bad := func(rule, format string, args ...any) {
		ps = append(ps, Problem{file, 2, rule, fmt.Sprintf(format, args...)})
	}
	known := func(what string, tags []Tag, ids ...string) {
		for _, id := range ids {
			if _, ok := Find(tags, id); !ok {
				bad("reference", "%s %q is not in taxonomy.yaml", what, id)
			}
		}
	}
	known("track", l.taxonomy.Tracks, m.Track)
	known("audience", l.taxonomy.Audiences, m.Audience...)
	known("scheme", l.taxonomy.Schemes, m.Schemes...)
	known("tool", l.taxonomy.Tools, m.Tools...)
	known("level", l.taxonomy.Levels, m.Level)
	if m.ID == "" || m.Minutes == 0 || len(m.Audience) == 0 {
		bad("format", "id, minutes and audience are all needed")
	}
	if m.Status != "published" && m.Status != "draft" {
		bad("format", "status is %q: write published or draft", m.Status)
	}
	if m.VerifiedOn.IsZero() || m.ReviewBy.IsZero() {
		bad("source", "verified_on and review_by are both needed")
	}
	for _, code := range locale.All[1:] {
		f, src := m.Names[code], m.Names[locale.Hans]
		if f.Track != "" || f.Level != "" || f.Minutes != 0 || f.Status != "" || f.Audience != nil || f.Schemes != nil || f.Tools != nil ||
			f.ID != "" && f.ID != src.ID || !f.VerifiedOn.IsZero() || !f.ReviewBy.IsZero() {
			ps = append(ps, Problem{
				dir + "/" + string(code) + ".md", 2, "format",
				"track, audience, schemes, tools, level, minutes, status and dates stand in the source only",
			})
		}
		if len(f.Objectives) != len(src.Objectives) {
			ps = append(ps, Problem{
				dir + "/" + string(code) + ".md", 2, "translation",
				fmt.Sprintf("%d objectives, the source has %d", len(f.Objectives), len(src.Objectives)),
			})
		}
	}
	return ps
}

// Page is a prose page; its texts are [Edition]s like a module's.
type Page struct {
	Name string
	Front
	Names map[locale.Code]Front
}

func (l *Library) readPages() Problems {
	dirs, err := fs.Glob(l.fsys, "pages/*")
	if err != nil {
		return Problems{{"pages", 1, "format", err.Error()}}
	}
	var ps Problems
	for _, dir := range dirs {
		p := &Page{Name: path.Base(dir), Names: map[locale.Code]Front{}}
		ps = append(ps, l.readFronts(dir, p.Names)...)
		p.Front = p.Names[locale.Hans]
		l.pages[p.Name] = p
	}
	return ps
}

// readMarkdown splits a file into front matter and body. first is the file's line on which the body begins.
func (l *Library) readMarkdown(file string) (front Front, body []byte, first int, ps Problems) {
	data, err := fs.ReadFile(l.fsys, file)
	if err != nil {
		return front, nil, 0, Problems{{file, 1, "translation", "is missing"}}
	}
	if bad := notUTF8(data); bad > 0 {
		return front, nil, 0, Problems{{file, bad, "format", "is not UTF-8: save the file anew with that encoding"}}
	}
	head, body, first, err := SplitFront(data)
	if err != nil {
		return front, nil, 0, Problems{{file, 1, "format", err.Error()}}
	}
	return front, body, first, decode(file, head, 1, &front)
}

// notUTF8 is the first line that is not UTF-8, such as one written in GBK; 0 where all is well.
func notUTF8(data []byte) int {
	n := 1
	for line := range bytes.Lines(data) {
		if !utf8.Valid(line) {
			return n
		}
		n++
	}
	return 0
}

// SplitFront takes a text apart into its front matter (between two lines of ---) and its body, and says on which line
// the body begins.
func SplitFront(data []byte) (head, body []byte, first int, err error) {
	const fence = "---\n"
	data = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
	rest, ok := bytes.CutPrefix(data, []byte(fence))
	if !ok {
		return nil, nil, 0, fmt.Errorf("begin the file with front matter between two lines of ---")
	}
	if head, body, ok = bytes.Cut(rest, []byte("\n"+fence)); !ok {
		return nil, nil, 0, fmt.Errorf("the front matter is not closed by a line of ---")
	}
	head = append(bytes.Clone(head), '\n')
	return head, body, 2 + bytes.Count(head, []byte("\n")) + 1, nil
}

// sourceHash names the state of a source text that a translation was made from: what a translator works on, that is
// the words of the front matter and the body, but not its dates.
func sourceHash(f Front, body []byte) string {
	h := sha256.New()
	for _, t := range append([]Text{f.Title, f.Summary}, f.Objectives...) {
		h.Write([]byte(t.Raw + "\n"))
	}
	h.Write(bytes.TrimSpace(body))
	return shortHash(h.Sum(nil))
}

func shortHash(sum []byte) string { return "sha256:" + hex.EncodeToString(sum[:8]) }

// fileHash is the same for a YAML file of texts; its own source_hash line does not count.
func fileHash(data []byte) string {
	h := sha256.New()
	for line := range strings.Lines(string(data)) {
		if !strings.HasPrefix(line, "source_hash:") {
			h.Write([]byte(line))
		}
	}
	return shortHash(h.Sum(nil))
}
