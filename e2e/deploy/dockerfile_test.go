// Package deploy tests how the server is put into operation where there is no Docker: the steps of the Dockerfile are run here,
// and the services of docker-compose.yml are started from what is installed, with the settings that stand there.
package deploy

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

const checkout = "../.."

// step is one instruction of a Dockerfile.
type step struct {
	line int
	word string   // FROM, RUN …
	opts []string // --from=build …
	text string   // the rest of it
}

// stage is what one FROM begins.
type stage struct {
	base, name string
	steps      []step
}

// readDockerfile knows as much of the format as ours uses, and refuses the rest.
func readDockerfile(file string) ([]stage, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var stages []stage
	text, begun := "", 0
	lines := bufio.NewScanner(strings.NewReader(string(data)))
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if text == "" {
			begun = n
		}
		more := strings.HasSuffix(line, `\`)
		text += strings.TrimSuffix(line, `\`)
		if more {
			continue
		}
		s := step{line: begun}
		s.word, s.text, _ = strings.Cut(text, " ")
		for s.text = strings.TrimSpace(s.text); strings.HasPrefix(s.text, "--"); s.text = strings.TrimSpace(s.text) {
			var opt string
			opt, s.text, _ = strings.Cut(s.text, " ")
			s.opts = append(s.opts, opt)
		}
		text = ""
		switch s.word {
		case "FROM":
			base, name, _ := strings.Cut(s.text, " AS ")
			stages = append(stages, stage{base: base, name: name})
			continue
		case "WORKDIR", "COPY", "RUN", "USER", "ENV", "EXPOSE", "VOLUME", "HEALTHCHECK", "ENTRYPOINT", "CMD":
		default:
			return nil, fmt.Errorf("%s:%d: %q is nothing that this test knows", file, begun, s.word)
		}
		if len(stages) == 0 {
			return nil, fmt.Errorf("%s:%d: %s stands before FROM", file, begun, s.word)
		}
		last := &stages[len(stages)-1]
		last.steps = append(last.steps, s)
	}
	if text != "" {
		return nil, fmt.Errorf("%s ends within an instruction", file)
	}
	return stages, lines.Err()
}

// opt is what an option says.
func (s step) opt(name string) string {
	for _, o := range s.opts {
		if v, ok := strings.CutPrefix(o, "--"+name+"="); ok {
			return v
		}
	}
	return ""
}

// image is what building gave.
type image struct {
	root    string // its files
	env     map[string]string
	user    string
	volumes []string
	owners  map[string]string // what was copied for another user
	command []string          // entry point and command
	health  []string
}

// built is the image, made once for all tests.
var built = sync.OnceValues(func() (image, error) {
	stages, err := readDockerfile(filepath.Join(checkout, "Dockerfile"))
	if err != nil {
		return image{}, err
	}
	roots := map[string]string{}
	var out image
	for i, s := range stages {
		out = image{root: filepath.Join(work, fmt.Sprint("stage-", i)), env: map[string]string{}, owners: map[string]string{}}
		if err := os.MkdirAll(out.root, 0o755); err != nil {
			return image{}, err
		}
		roots[s.name] = out.root
		dir := "/"
		for _, st := range s.steps {
			if err := out.run(st, &dir, roots); err != nil {
				return image{}, fmt.Errorf("Dockerfile:%d: %w", st.line, err)
			}
		}
	}
	return out, nil
})

func (m *image) run(s step, dir *string, roots map[string]string) error {
	words := strings.Fields(s.text)
	if strings.HasPrefix(s.text, "[") {
		words = nil
		if err := json.Unmarshal([]byte(s.text), &words); err != nil {
			return err
		}
	}
	switch s.word {
	case "WORKDIR":
		*dir = path.Join(*dir, s.text)
		return os.MkdirAll(filepath.Join(m.root, *dir), 0o755)
	case "RUN":
		for _, w := range words {
			if strings.ContainsAny(w, "`$") || strings.HasPrefix(w, "/") || strings.Contains(w, "..") {
				return fmt.Errorf("%q may mean something outside of the folder, and would be run on this machine", w)
			}
		}
		cmd := exec.Command("/bin/sh", "-ec", s.text)
		cmd.Dir = filepath.Join(m.root, *dir)
		if text, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w\n%s", s.text, err, text)
		}
	case "COPY":
		return m.copy(s, words, *dir, roots)
	case "ENV":
		for _, w := range words {
			k, v, _ := strings.Cut(w, "=")
			m.env[k] = v
		}
	case "USER":
		m.user = s.text
	case "VOLUME":
		m.volumes = append(m.volumes, words...)
	case "ENTRYPOINT", "CMD":
		if !strings.HasPrefix(s.text, "[") {
			return fmt.Errorf("%s needs a shell, and there is none", s.word)
		}
		m.command = append(m.command, words...)
	case "HEALTHCHECK":
		_, list, _ := strings.Cut(s.text, "CMD ")
		return json.Unmarshal([]byte(list), &m.health)
	}
	return nil
}

func (m *image) copy(s step, words []string, dir string, roots map[string]string) error {
	from, to := words[0], path.Join(dir, words[1])
	m.owners[to] = s.opt("chown")
	to = filepath.Join(m.root, to)
	stage := s.opt("from")
	if stage == "" {
		if from != "." {
			return fmt.Errorf("%s: of the context this test copies all there is", from)
		}
		return copyContext(to)
	}
	source := filepath.Join(roots[stage], from)
	if _, err := os.Stat(source); err != nil {
		source = from // of the image that the stage stands on; Debian's files are where this machine has them
	}
	info, err := os.Stat(source)
	if err != nil {
		return err
	}
	if info.IsDir() {
		return os.CopyFS(to, os.DirFS(source))
	}
	return copyFile(source, to)
}

func copyFile(from, to string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	info, err := os.Stat(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	return os.WriteFile(to, data, info.Mode())
}

// copyContext copies what .dockerignore lets into the build.
func copyContext(to string) error {
	ignored, err := ignoring(filepath.Join(checkout, ".dockerignore"))
	if err != nil {
		return err
	}
	return filepath.WalkDir(checkout, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(checkout, file)
		if err != nil || name == "." {
			return err
		}
		switch name = filepath.ToSlash(name); {
		case d.IsDir() && ignored(name) && !strings.Contains(name, "/"):
			return filepath.SkipDir // none of our exceptions lies below one
		case d.IsDir() || ignored(name):
			return nil
		}
		return copyFile(file, filepath.Join(to, name))
	})
}

// ignoring tells which files a .dockerignore keeps out: the last pattern that matches one, or a folder it lies in, decides.
func ignoring(file string) (func(name string) bool, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return func(name string) bool {
		out := false
		for pattern := range strings.Lines(string(data)) {
			pattern = strings.TrimSpace(pattern)
			if pattern == "" || strings.HasPrefix(pattern, "#") {
				continue
			}
			pattern, but := strings.CutPrefix(pattern, "!")
			if !but {
				pattern = strings.TrimPrefix(pattern, "!")
			}
			for part := name; part != "."; part = path.Dir(part) {
				hit, _ := path.Match(pattern, part)
				if deep, ok := strings.CutPrefix(pattern, "**/"); ok && !hit {
					hit, _ = path.Match(deep, path.Base(part))
				}
				if hit {
					out = !but
				}
			}
		}
		return out
	}, nil
}

func TestDockerignore(t *testing.T) {
	t.Parallel()
	ignored, err := ignoring(filepath.Join(checkout, ".dockerignore"))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{
		"go.mod": false, "go.sum": false, "server/main.go": false, "content/modules/spot-a-scam/en.md": false, "i18n/home.en.yaml": false,
		"secrets/key": true, "data/secret": true, "data/anxin.db": true, ".git/config": true, "e2e/node_modules/x/y.js": true, "server/app/app_test.go": true, ".env": true,
	} {
		if ignored(name) != want {
			t.Errorf("%s is kept out: %t", name, !want)
		}
	}
}

func TestDockerfile(t *testing.T) {
	t.Parallel()
	m, err := built()
	if err != nil {
		t.Fatal(err)
	}
	if user, _, _ := strings.Cut(m.user, ":"); user == "" || user == "0" || user == "root" {
		t.Errorf("it runs as %q", m.user)
	}
	if !slices.Equal(m.command, []string{"/anxin", "serve"}) || !slices.Equal(m.health, []string{"/anxin", "health"}) {
		t.Errorf("it runs %q and asks %q", m.command, m.health)
	}
	if data := m.env["ANXIN_DATA"]; !slices.Contains(m.volumes, data) || m.owners[data] != m.user {
		t.Errorf("the data folder %q is kept in %q, and belongs to %q", data, m.volumes, m.owners[data])
	}
	var files []string
	if err := fs.WalkDir(os.DirFS(m.root), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files = append(files, name)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if want := []string{"anxin", "etc/ssl/certs/ca-certificates.crt"}; !slices.Equal(files, want) {
		t.Errorf("in it are %q, want %q", files, want)
	}
	s := m.start(t, server{root: m.root, env: map[string]string{"ANXIN_DATA": m.env["ANXIN_DATA"]}})
	if out, err := s.command(m.health...).CombinedOutput(); err != nil {
		t.Errorf("its health check says %v: %s", err, out)
	}
	s.stop()
	if out, err := s.command(m.health...).CombinedOutput(); err == nil {
		t.Errorf("its health check is content with a server that has ended: %s", out)
	}
}
