package deploy

import (
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"

	"anxin/server/config"
)

const secretsAt = "/run/secrets/"

// project is the compose file as docker compose reads it, with every profile.
func project(t *testing.T) *types.Project {
	t.Helper()
	options, err := cli.NewProjectOptions([]string{filepath.Join(checkout, "docker-compose.yml")}, cli.WithProfiles([]string{"*"}))
	if err != nil {
		t.Fatal(err)
	}
	p, err := options.LoadProject(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// secrets are made as README.md says, and given by the names of the compose file.
func secrets(t *testing.T, p *types.Project) map[string]string {
	t.Helper()
	makefile, err := filepath.Abs(filepath.Join(checkout, "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	run := func() ([]byte, error) {
		cmd := exec.CommandContext(t.Context(), "make", "-s", "-f", makefile, "secrets")
		cmd.Dir = dir
		return cmd.CombinedOutput()
	}
	if out, err := run(); err != nil {
		t.Fatalf("make secrets: %v: %s", err, out)
	}
	info, err := os.Stat(filepath.Join(dir, "secrets"))
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder with the secrets: %v, %v", info, err)
	}
	texts := map[string]string{}
	for name, s := range p.Secrets {
		rel, err := filepath.Rel(p.WorkingDir, s.File)
		if err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(filepath.Join(dir, rel))
		if err != nil {
			t.Fatalf("secret %s: %v", name, err)
		}
		texts[name] = strings.TrimSpace(string(data))
	}
	if out, err := run(); err == nil {
		t.Errorf("made a second time: %s", out)
	}
	for name, text := range texts {
		if (text == "") != (name == "smtp_url") { // whoever has no mail server names none
			t.Errorf("the secret %s is %d bytes", name, len(text))
		}
	}
	if again, err := os.ReadFile(filepath.Join(dir, "secrets", "key")); err != nil || strings.TrimSpace(string(again)) != texts["key"] {
		t.Errorf("the key was made anew: %v", err)
	}
	return texts
}

// settings are the names of what can be set.
func settings() (names []string) {
	for f := range reflect.TypeFor[config.Config]().Fields() {
		if name := f.Tag.Get("env"); name != "" {
			names = append(names, name)
			if f.Type == reflect.TypeFor[config.Secret]() {
				names = append(names, name+"_FILE")
			}
		}
	}
	return names
}

// What each service may do, and that what it names is there.
func TestCompose(t *testing.T) {
	t.Parallel()
	p := project(t)
	if names := p.ServiceNames(); !slices.Equal(names, []string{"postgres", "redis", "second", "server"}) {
		t.Errorf("services %q", names)
	}
	known := settings()
	for name, s := range p.Services {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			switch {
			case s.Build != nil:
				if _, err := os.Stat(filepath.Join(s.Build.Context, s.Build.Dockerfile)); err != nil {
					t.Errorf("built from: %v", err)
				}
			case s.User == "" || s.User == "root" || s.User == "0":
				t.Errorf("it runs as %q", s.User)
			case !strings.Contains(s.Image, ":") || strings.HasSuffix(s.Image, ":latest"):
				t.Errorf("which version of %q?", s.Image)
			}
			if !s.ReadOnly || s.Privileged || !slices.Equal(s.CapDrop, []string{"ALL"}) || len(s.CapAdd) > 0 || !slices.Contains(s.SecurityOpt, "no-new-privileges:true") {
				t.Error("it may do more than it needs")
			}
			if s.HealthCheck == nil || len(s.HealthCheck.Test) == 0 {
				t.Error("nobody asks whether it is well")
			}
			for _, port := range s.Ports {
				if port.HostIP != "127.0.0.1" {
					t.Errorf("port %s is open to everybody", port.Published)
				}
			}
			for other, d := range s.DependsOn {
				if d.Condition == types.ServiceConditionHealthy && p.Services[other].HealthCheck == nil {
					t.Errorf("it waits until %s is well, which nobody asks", other)
				}
			}
			for _, v := range s.Volumes {
				if v.Type != types.VolumeTypeVolume {
					t.Errorf("%s is a folder of the machine", v.Target)
				}
			}
			inside, outside := slices.Contains(s.NetworksByPriority(), "inside"), slices.Contains(s.NetworksByPriority(), "outside")
			if !inside || outside != (s.Build != nil) {
				t.Errorf("it stands in the networks %q", s.NetworksByPriority())
			}
			granted := map[string]bool{}
			for _, g := range s.Secrets {
				granted[secretsAt+g.Source] = false
			}
			use := func(text string) {
				if !strings.HasPrefix(text, secretsAt) {
					return
				}
				if _, ok := granted[text]; !ok {
					t.Errorf("it reads %s, which it is not given", text)
				}
				granted[text] = true
			}
			for k, v := range s.Environment {
				if strings.HasPrefix(k, "ANXIN_") && !slices.Contains(known, k) {
					t.Errorf("there is no setting %s", k)
				}
				if v != nil {
					use(*v)
				}
			}
			for _, word := range s.Command {
				use(word)
			}
			for file, used := range granted {
				if !used {
					t.Errorf("it is given %s and has no use for it", file)
				}
			}
		})
	}
	if !p.Networks["inside"].Internal {
		t.Error("the inner network is open")
	}
	// Both servers share what citizens handed in, and nothing else: a data folder has one server.
	shared, own := "", map[string]bool{}
	for _, name := range []string{"server", "second"} {
		for _, v := range p.Services[name].Volumes {
			switch v.Target {
			case "/data/evidence":
				if shared != "" && shared != v.Source {
					t.Errorf("files lie in %s and in %s", shared, v.Source)
				}
				shared = v.Source
			case "/data":
				if own[v.Source] {
					t.Errorf("both work in %s", v.Source)
				}
				own[v.Source] = true
			}
		}
	}
	if shared == "" || len(own) != 2 {
		t.Errorf("files lie in %q, data in %v", shared, own)
	}
}
