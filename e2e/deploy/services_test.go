package deploy

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/compose-spec/compose-go/v2/types"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver by its name
	"github.com/redis/go-redis/v9"
)

// service is one of the compose file's, started from what is installed here.
type service struct {
	types.ServiceConfig
	t    *testing.T
	dir  string
	port string
	was  string // the port that stands in the compose file
}

// missing skips a test, or with CI=true fails it.
func missing(t *testing.T, what string) {
	t.Helper()
	what += " is not installed (Debian: apt-get install redis-server postgresql)"
	if os.Getenv("CI") == "true" {
		t.Fatal(what)
	}
	t.Skip(what)
}

// serve starts a program in the service's folder; it ends with the test, and however this process ends.
func (s *service) serve(as *syscall.Credential, words ...string) {
	s.t.Helper()
	const keeper = `cd "$1"; shift
"$@" >>log 2>&1 &
cat >/dev/null
kill -INT $!
wait $!
exit 0`
	cmd := exec.Command("/bin/sh", append([]string{"-c", keeper, "sh", s.dir}, words...)...)
	if as != nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: as}
	}
	cmd.Dir = "/"
	hold, err := cmd.StdinPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() {
		_ = hold.Close()
		_ = cmd.Wait() // its log says more
	})
	s.awaitHealth()
}

// awaitHealth asks as Docker would.
func (s *service) awaitHealth() {
	s.t.Helper()
	words := []string(s.HealthCheck.Test)
	if words[0] == "CMD-SHELL" {
		words = []string{"CMD", "/bin/sh", "-c", words[1]}
	}
	for i := range words {
		words[i] = strings.ReplaceAll(words[i], s.was, s.port)
	}
	give := time.After(2 * time.Minute)
	for {
		out, err := exec.CommandContext(s.t.Context(), words[1], words[2:]...).CombinedOutput()
		if err == nil {
			return
		}
		select {
		case <-give:
			log, _ := os.ReadFile(filepath.Join(s.dir, "log"))
			s.t.Fatalf("%s: %q says %v: %s\n%s", s.Name, words, err, out, log)
		case <-time.After(50 * time.Millisecond): // it says nowhere that it is ready; asking is what Docker does
		}
	}
}

// postgres makes a database as the image would of these settings.
func postgres(t *testing.T, config types.ServiceConfig, secret map[string]string) *service {
	t.Helper()
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(found) == 0 {
		path, err := exec.LookPath("initdb")
		if err != nil {
			missing(t, "PostgreSQL")
		}
		found = []string{path}
	}
	bin := filepath.Dir(found[len(found)-1])
	dir, err := os.MkdirTemp(work, "pg-")
	if err != nil {
		t.Fatal(err)
	}
	env, pwfile := config.Environment, filepath.Join(dir, "password")
	password := secret[strings.TrimPrefix(*env["POSTGRES_PASSWORD_FILE"], secretsAt)]
	if err := os.WriteFile(pwfile, []byte(password+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var as *syscall.Credential
	if os.Getuid() == 0 { // as whom it does not run
		u, err := user.Lookup("postgres")
		if err != nil {
			t.Fatal(err)
		}
		uid, _ := strconv.Atoi(u.Uid)
		gid, _ := strconv.Atoi(u.Gid)
		as = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		for _, name := range []string{dir, pwfile} {
			if err := os.Chown(name, uid, gid); err != nil {
				t.Fatal(err)
			}
		}
	}
	args := append(strings.Fields(*env["POSTGRES_INITDB_ARGS"]), "-D", filepath.Join(dir, "data"), "-U", *env["POSTGRES_USER"],
		"--auth=scram-sha-256", "--pwfile="+pwfile, "--no-sync")
	init := exec.CommandContext(t.Context(), filepath.Join(bin, "initdb"), args...)
	init.Dir, init.SysProcAttr = "/", &syscall.SysProcAttr{Credential: as}
	if out, err := init.CombinedOutput(); err != nil {
		t.Fatalf("initdb: %v: %s", err, out)
	}
	s := &service{ServiceConfig: config, t: t, dir: dir, port: strconv.Itoa(freePort(t)), was: "5432"}
	words := append([]string{filepath.Join(bin, config.Command[0])}, config.Command[1:]...)
	s.serve(as, append(words, "-D", filepath.Join(dir, "data"), "-k", dir, "-c", "listen_addresses=127.0.0.1", "-p", s.port)...)
	db, err := sql.Open("pgx", fmt.Sprintf("postgres://%s:%s@127.0.0.1:%s/postgres", *env["POSTGRES_USER"], password, s.port))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), "CREATE DATABASE "+*env["POSTGRES_DB"]); err != nil {
		t.Fatal(err)
	}
	return s
}

// startRedis starts one with the settings of the compose file.
func startRedis(t *testing.T, config types.ServiceConfig, secret map[string]string) *service {
	t.Helper()
	if _, err := exec.LookPath(config.Command[0]); err != nil {
		missing(t, "Redis")
	}
	s := &service{ServiceConfig: config, t: t, dir: t.TempDir(), port: strconv.Itoa(freePort(t)), was: "6379"}
	words := withSecrets(t, config.Command, secret)
	s.serve(nil, append(words, "--port", s.port, "--bind", "127.0.0.1", "--dir", s.dir)...)
	return s
}

// withSecrets puts the secrets into files and names those in place of the containers'.
func withSecrets(t *testing.T, words []string, secret map[string]string) []string {
	t.Helper()
	var out []string
	for _, w := range words {
		if name, ok := strings.CutPrefix(w, secretsAt); ok {
			w = filepath.Join(t.TempDir(), name)
			if err := os.WriteFile(w, []byte(secret[name]+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		out = append(out, w)
	}
	return out
}

// The whole of docker-compose.yml, without Docker: a complaint is filed at one server and read at the other, and what is tried
// at one is counted for both.
func TestServices(t *testing.T) {
	t.Parallel()
	p := project(t)
	m, err := built()
	if err != nil {
		t.Fatal(err)
	}
	secret := secrets(t, p)
	pg, rd := postgres(t, p.Services["postgres"], secret), startRedis(t, p.Services["redis"], secret)
	for name, text := range secret {
		text = strings.ReplaceAll(text, "@postgres:"+pg.was, "@127.0.0.1:"+pg.port)
		secret[name] = strings.ReplaceAll(text, "@redis:"+rd.was, "@127.0.0.1:"+rd.port)
	}
	evidence := t.TempDir()
	start := func(name string) *server {
		t.Helper()
		config := p.Services[name]
		env := maps.Clone(m.env)
		for k, v := range config.Environment {
			env[k] = withSecrets(t, []string{*v}, secret)[0]
		}
		env["ANXIN_DATA"] = t.TempDir()
		if err := os.Symlink(evidence, filepath.Join(env["ANXIN_DATA"], "evidence")); err != nil {
			t.Fatal(err)
		}
		s := m.start(t, server{env: env})
		if out, err := s.command(config.HealthCheck.Test[1:]...).CombinedOutput(); err != nil {
			t.Errorf("%s: its health check says %v: %s", name, err, out)
		}
		return s
	}
	server := start("server")
	second := start("second")

	const calls = "/api/v1/complaints"
	filed := struct {
		Number     string
		AccessCode string `json:"access_code"`
	}{}
	asJSON := map[string]string{"Content-Type": "application/json", "Idempotency-Key": "0123456789abcdef"}
	status, text := server.ask("POST", calls, example(t, server, calls), asJSON)
	if err := json.Unmarshal([]byte(text), &filed); err != nil || status != 201 {
		t.Fatalf("filing answers %d: %s", status, text)
	}
	var session struct{ Token string }
	status, text = second.ask("POST", calls+"/"+filed.Number+"/session", `{"access_code": "`+filed.AccessCode+`"}`, asJSON)
	if err := json.Unmarshal([]byte(text), &session); err != nil || status != 200 {
		t.Fatalf("signing in at the second server answers %d: %s", status, text)
	}
	auth := map[string]string{"Authorization": "Bearer " + session.Token, "Content-Type": "application/json"}
	if status, text = second.ask("GET", calls+"/"+filed.Number, "", auth); status != 200 || !strings.Contains(text, filed.Number) {
		t.Errorf("reading at the second server answers %d: %s", status, text)
	}
	// A file handed in at one is there at the other, which shows that they share folder and key.
	picture := append([]byte("\xFF\xD8\xFF and the rest of a picture"), bytes.Repeat([]byte{1}, 1000)...)
	form := "--x\r\nContent-Disposition: form-data; name=\"description\"\r\n\r\nThe contract\r\n--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.jpg\"\r\n\r\n" + string(picture) + "\r\n--x--\r\n"
	status, text = server.ask("POST", calls+"/"+filed.Number+"/evidence", form, map[string]string{
		"Authorization": "Bearer " + session.Token, "Content-Type": "multipart/form-data; boundary=x",
	})
	if status != 201 {
		t.Errorf("handing in a file answers %d: %s", status, text)
	}
	if status, text = second.ask("GET", calls+"/"+filed.Number+"/file", "", auth); status != 200 || !strings.HasPrefix(text, "PK") {
		t.Errorf("her file at the second server answers %d", status)
	}

	// Redis is used, with its password. On a busy machine it may be too slow for once, and is then left alone for a while.
	o, err := redis.ParseURL(secret["redis_url"])
	if err != nil {
		t.Fatal(err)
	}
	client := redis.NewClient(o)
	defer client.Close()
	give := time.After(time.Minute)
	for client.DBSize(t.Context()).Val() == 0 {
		if status, text = server.ask("POST", "/en/complaints/new/resume", url.Values{"code": {"0000 0000 0000 0000"}}.Encode(),
			map[string]string{"Content-Type": "application/x-www-form-urlencoded"}); status != 422 && status != 503 {
			t.Fatalf("a wrong code answers %d: %s", status, text)
		}
		select {
		case <-give:
			t.Fatalf("nothing is counted in Redis: %s", server.said)
		case <-time.After(100 * time.Millisecond):
		}
	}
	for _, s := range []*struct{ said *output }{{server.said}, {second.said}} {
		for name, text := range secret {
			if text != "" && strings.Contains(s.said.String(), text) { // of a mail server there is none
				t.Errorf("a log has the secret %s", name)
			}
		}
	}
}

// example is a complaint as the server's own description has it.
func example(t *testing.T, s *server, path string) string {
	t.Helper()
	var doc struct {
		Paths map[string]map[string]struct {
			RequestBody struct {
				Content map[string]struct {
					Example  json.RawMessage
					Examples map[string]struct{ Value json.RawMessage }
				}
			} `json:"requestBody"`
		}
	}
	status, text := s.ask("GET", "/api/openapi.json", "", nil)
	if err := json.Unmarshal([]byte(text), &doc); err != nil || status != 200 {
		t.Fatalf("the description answers %d: %v", status, err)
	}
	for name, call := range doc.Paths {
		if !strings.HasSuffix(path, name) {
			continue
		}
		c := call["post"].RequestBody.Content["application/json"]
		if len(c.Example) > 0 {
			return string(c.Example)
		}
		for _, e := range c.Examples {
			return string(e.Value)
		}
	}
	t.Fatal("the description has no example of a complaint")
	return ""
}
