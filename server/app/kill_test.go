package app

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	random "math/rand/v2"
	"mime/multipart"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"anxin/server/api"
	"anxin/server/intake"
	"anxin/server/store/storetest"
)

var kills = flag.Int("kills", 10, "how often the server is killed, on each database")

// The program is killed in the middle of whatever it does, again and again, while eight citizens file complaints, hand in files
// and write. Whatever it acknowledged to them is there afterwards, once and as it was.
func TestKilledServer(t *testing.T) {
	t.Parallel()
	program := filepath.Join(t.TempDir(), "anxin")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, "anxin/server").CombinedOutput(); err != nil {
		t.Fatalf("build the server: %v\n%s", err, out)
	}
	onBoth(t, func(t *testing.T, url string) {
		r := newRig(t, url, program, "serve")
		began := time.Now()
		r.ride(*kills)
		r.check()
		disputes, files := r.verify()
		for kind, list := range r.found {
			t.Errorf("%d %s: %s", len(list), kind, strings.Join(list[:min(len(list), 10)], "; "))
		}
		// No client gave up before its complaint was acknowledged, so that there are as many as there were keys.
		all, kept := r.all(), r.kept
		if disputes != len(all) || files != kept {
			t.Errorf("verify counts %d complaints and %d files, filed were %d, with %d files", disputes, files, len(all), kept)
		}
		acked, said := 0, 0
		for _, c := range all {
			acked, said = acked+count(c.files), said+count(c.messages)
		}
		t.Logf("%d kills: %d complaints, %d files, %d messages acknowledged, in %v", r.killed, len(all), acked, said, time.Since(began).Round(time.Millisecond))
		if len(all) < *kills || acked == 0 || said == 0 {
			t.Errorf("%d complaints, %d files and %d messages show nothing", len(all), acked, said)
		}
	})
}

// The rig can tell: a server that answers before it commits is found to have lost what it acknowledged.
func TestKilledServerThatAnswersEarly(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, url string) {
		r := newRig(t, url, os.Args[0])
		r.env = append(r.env, childVariable+"=early")
		r.filesOnly = true
		r.ride(2)
		r.check()
		if len(r.found["lost"]) == 0 {
			t.Errorf("of %d acknowledged none is found to be lost in %d kills: %v", len(r.all()), r.killed, r.found)
		}
	})
}

// The rig can tell: a server to which every try is a complaint of its own is found to double.
func TestKilledServerThatIgnoresKeys(t *testing.T) {
	t.Parallel()
	r := newRig(t, "", os.Args[0])
	r.env = append(r.env, childVariable+"=doubling")
	r.filesOnly = true
	r.ride(1)
	r.check()
	if len(r.found["doubled"]) == 0 {
		t.Errorf("of %d complaints none is found to be there twice: %v", len(r.all()), r.found)
	}
}

func onBoth(t *testing.T, test func(t *testing.T, url string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, "")
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, storetest.Postgres(t))
	})
}

// childVariable makes the tests' own program a server that does what none must.
const childVariable = "ANXIN_TEST_CHILD"

func TestMain(m *testing.M) {
	if how := os.Getenv(childVariable); how != "" {
		if err := wrongServer(how); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// rig is a server with its clients.
type rig struct {
	t         *testing.T
	ctx       context.Context
	giveUp    context.CancelCauseFunc // where an answer is wrong, there is nothing to wait for
	command   []string
	env       []string
	address   string
	said      logged // by the server, in all its lives
	filesOnly bool

	mu    sync.Mutex
	up    chan struct{} // closed while it serves
	cmd   *exec.Cmd
	ended chan struct{}
	found map[string][]string // what is wrong, by kind
	kept  int                 // files that check found

	killed int
	left   atomic.Int64 // requests and answers until it is killed
	over   atomic.Bool
	phones []*citizen
	web    http.Client
}

func newRig(t *testing.T, url string, command ...string) *rig {
	t.Helper()
	data := filepath.Join(t.TempDir(), "data")
	warm(t, data)
	free, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{t: t, command: command, address: free.Addr().String(), up: make(chan struct{}), found: map[string][]string{}}
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	r.env = slices.DeleteFunc(os.Environ(), func(s string) bool { return strings.HasPrefix(s, "ANXIN_") })
	r.env = append(r.env, "ANXIN_DATA="+data, "ANXIN_DATABASE_URL="+url, "ANXIN_ADDR="+r.address, "ANXIN_LIMITS=off")
	r.web = http.Client{Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: 16}}
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute+time.Duration(*kills)*20*time.Second)
	r.ctx, r.giveUp = context.WithCancelCause(ctx)
	t.Cleanup(func() {
		cancel()
		if r.cmd != nil {
			_ = r.cmd.Process.Kill() // it may have ended
			<-r.ended
		}
		r.web.CloseIdleConnections()
	})
	return r
}

// start starts the server, and tells when it serves.
func (r *rig) start() (serving <-chan struct{}) {
	r.t.Helper()
	cmd := exec.CommandContext(r.ctx, r.command[0], r.command[1:]...)
	cmd.Env = r.env
	out, err := cmd.StderrPipe()
	if err != nil {
		r.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		r.t.Fatalf("start the server: %v, %v", err, context.Cause(r.ctx))
	}
	ready, ended := make(chan struct{}), make(chan struct{})
	r.mu.Lock()
	r.cmd, r.ended = cmd, ended
	r.mu.Unlock()
	go func() {
		defer close(ended)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			_, _ = fmt.Fprintln(&r.said, lines.Text())
			if strings.HasPrefix(lines.Text(), "anxin serves ") {
				close(ready)
			}
		}
		_ = cmd.Wait() // it was killed
	}()
	return ready
}

// await waits until something has come about.
func (r *rig) await(what string, done <-chan struct{}) {
	r.t.Helper()
	select {
	case <-done:
	case <-r.ctx.Done():
		r.t.Fatalf("%s: %v; the server says:\n%s", what, context.Cause(r.ctx), r.tail())
	}
}

func (r *rig) tail() string {
	text := r.said.String()
	return text[max(0, len(text)-3000):]
}

// serve starts the server and lets the clients know.
func (r *rig) serve() {
	r.t.Helper()
	ready := r.start()
	select {
	case <-ready:
	case <-r.ended:
		r.t.Fatalf("the server does not start:\n%s", r.tail())
	case <-r.ctx.Done():
		r.await("the server starts", ready)
	}
	r.mu.Lock()
	close(r.up)
	r.mu.Unlock()
}

// awaitKill waits until the server was killed.
func (r *rig) awaitKill() {
	r.t.Helper()
	r.await("the server is killed", r.ended)
	if status, ok := r.cmd.ProcessState.Sys().(syscall.WaitStatus); !ok || status.Signal() != syscall.SIGKILL {
		r.t.Fatalf("the server ended by itself, %v:\n%s", r.cmd.ProcessState, r.tail())
	}
	r.killed++
}

func (r *rig) kill() {
	r.t.Helper()
	if err := r.cmd.Process.Kill(); err != nil {
		r.t.Fatal(err)
	}
	r.awaitKill()
}

// beat counts what is sent and what is answered, and kills when its time has come: seven clients are then somewhere in between.
func (r *rig) beat() {
	if r.left.Add(-1) != 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	_ = r.cmd.Process.Kill() // one that has ended by itself is found to have
}

// ride lets the clients live through so many kills, and until each has its answer.
func (r *rig) ride(rounds int) {
	r.t.Helper()
	var group sync.WaitGroup
	for range 8 {
		p := &citizen{rig: r}
		r.phones = append(r.phones, p)
		group.Go(p.live)
	}
	for n := range rounds {
		if n%3 == 2 { // once more while it recovers, or not, as chance has it
			ready := r.start()
			select {
			case <-ready:
			case <-time.After(time.Duration(random.IntN(int(200 * time.Millisecond)))):
			}
			r.kill()
		}
		r.left.Store(int64(8 + random.IntN(64)))
		r.serve()
		r.awaitKill()
		r.mu.Lock()
		r.up = make(chan struct{})
		r.mu.Unlock()
	}
	r.over.Store(true)
	r.serve()
	done := make(chan struct{})
	go func() {
		defer close(done)
		group.Wait()
	}()
	r.await("every client has its answer", done)
}

func (r *rig) note(kind, format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.found[kind] = append(r.found[kind], fmt.Sprintf(format, args...))
}

func (r *rig) all() []*filedOne {
	var list []*filedOne
	for _, p := range r.phones {
		list = append(list, p.mine...)
	}
	return list
}

// errNoAnswer stands for every way in which an answer gets lost.
var errNoAnswer = errors.New("no answer")

// ask sends a request and reads the whole answer, as far as there is one.
func (r *rig) ask(method, path, body string, change ...func(*http.Request)) (status int, answer []byte, err error) {
	q, err := http.NewRequestWithContext(r.ctx, method, "http://"+r.address+complaints+path, strings.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	q.Header.Set("Content-Type", "application/json")
	for _, f := range change {
		f(q)
	}
	r.beat()
	a, err := r.web.Do(q)
	if err != nil {
		return 0, nil, errNoAnswer
	}
	defer a.Body.Close()
	if answer, err = io.ReadAll(a.Body); err != nil {
		return 0, nil, errNoAnswer
	}
	r.beat()
	return a.StatusCode, answer, nil
}

// askFor is ask for an answer of one status and kind. Another answer is a finding.
func askFor[T any](r *rig, status int, method, path, body string, change ...func(*http.Request)) (v T, err error) {
	got, answer, err := r.ask(method, path, body, change...)
	if err != nil {
		return v, err
	}
	if got != status {
		what, _, _ := strings.Cut(strings.TrimLeft(path, "/"), "/")
		err := fmt.Errorf("%s …%s answers %d: %s", method, strings.TrimPrefix(path, "/"+what), got, answer)
		return v, err
	}
	if status == http.StatusNoContent {
		return v, nil
	}
	return v, json.Unmarshal(answer, &v)
}

// citizen is a client: it does one thing after the other, and tries again for as long as it gets no answer.
type citizen struct {
	*rig
	mine []*filedOne
}

// filedOne is a complaint with all that was acknowledged of it.
type filedOne struct {
	key, what, body string
	first           *api.Filed // the first answer
	token           string
	files           map[string]bool // by their hash: whether it was acknowledged
	messages        map[string]bool // by their text
}

func count(m map[string]bool) (n int) {
	for _, acknowledged := range m {
		if acknowledged {
			n++
		}
	}
	return n
}

func (p *citizen) live() {
	for !p.over.Load() && p.serving() {
		switch dice := random.IntN(20); {
		case len(p.mine) == 0 || dice < 4 || p.filesOnly:
			c := newComplaint()
			p.mine = append(p.mine, c)
			p.file(c)
		case dice < 6:
			p.file(p.mine[random.IntN(len(p.mine))])
		default:
			c := p.mine[random.IntN(min(len(p.mine), 2))]
			switch {
			case c.first == nil || !p.enter(c): // only when all is over
			case dice < 13:
				p.handIn(c)
			default:
				p.write(c)
			}
		}
	}
}

func newComplaint() *filedOne {
	fen := int64(120000)
	a := intake.Answers{
		For: intake.ForSelf, Firm: intake.Firm{Name: "样本银行（虚构）"}, Product: "loan", What: "每个月都扣，没有人告诉我。" + rand.Text(),
		When: intake.When{Date: "2026-10-08"}, AmountFen: &fen, Wants: []string{"refund"}, Tried: intake.Tried{Firm: "none"},
		Contact: intake.Contact{Name: "林女士", Phone: "13800138000"}, Reach: intake.Reach{Ways: []string{"phone"}},
		Consents: intake.Consents{Account: true}, Warned: true,
	}
	body, _ := json.Marshal(a) // of strings and numbers
	return &filedOne{key: rand.Text(), what: a.What, body: string(body), files: map[string]bool{}, messages: map[string]bool{}}
}

// serving waits until the server serves; false when all is over.
func (r *rig) serving() bool {
	r.mu.Lock()
	up := r.up
	r.mu.Unlock()
	select {
	case <-up:
		return true
	case <-r.ctx.Done():
		return false
	}
}

// file sends a complaint until it is answered, one time in three twice at once. All answers are the same.
func (p *citizen) file(c *filedOne) {
	for answered := false; !answered && p.serving(); {
		answers := make([]*api.Filed, 1+random.IntN(3)/2)
		var group sync.WaitGroup
		for i := range answers {
			group.Go(func() {
				a, err := askFor[api.Filed](p.rig, http.StatusCreated, http.MethodPost, "", c.body, header("Idempotency-Key", c.key))
				switch {
				case err == nil:
					answers[i] = &a
				case !errors.Is(err, errNoAnswer):
					p.giveUp(err)
				}
			})
		}
		group.Wait()
		for _, a := range answers {
			if a != nil {
				answered = true
				p.same(c, a)
			}
		}
	}
}

// same holds an answer against the first one.
func (r *rig) same(c *filedOne, a *api.Filed) {
	switch {
	case c.first == nil:
		c.first = a
	case a.Number != c.first.Number:
		r.note("doubled", "one key, two numbers")
	case a.AccessCode == nil || *a.AccessCode != *c.first.AccessCode || a.Receipt != c.first.Receipt:
		r.note("changed", "one key, two receipts: %+v, %+v", c.first.Receipt, a.Receipt)
	}
}

// enter gets a token for a complaint, if it has none.
func (p *citizen) enter(c *filedOne) bool {
	if c.token == "" {
		s, err := p.signIn(c)
		if err != nil && !errors.Is(err, errNoAnswer) {
			p.note("lost", "number and code open nothing: %v", err)
		}
		c.token = s.Token
	}
	return c.token != ""
}

func (r *rig) signIn(c *filedOne) (api.Session, error) {
	return askFor[api.Session](r, http.StatusOK, http.MethodPost, "/"+c.first.Number+"/session", `{"access_code": "`+*c.first.AccessCode+`"}`)
}

func (c *filedOne) bearer() func(*http.Request) { return header("Authorization", "Bearer "+c.token) }

// handIn sends a file that there is only once.
func (p *citizen) handIn(c *filedOne) {
	data := make([]byte, 1+random.IntN(64<<10))
	_, _ = rand.Read(data) // it never fails
	picture := append([]byte("\x89PNG\r\n\x1a\n"), data...)
	hash := sha256.Sum256(picture)
	sum := hex.EncodeToString(hash[:])
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	_ = w.WriteField("description", "合同第一页") // a buffer takes everything
	part, _ := w.CreateFormFile("file", "合同.png")
	_, _ = part.Write(picture)
	_ = w.Close()
	c.files[sum] = false
	e, err := askFor[api.Evidence](p.rig, http.StatusCreated, http.MethodPost, "/"+c.first.Number+"/evidence", b.String(), c.bearer(), header("Content-Type", w.FormDataContentType()))
	switch {
	case err == nil && e.SHA256 != sum:
		p.note("changed", "a file got another hash")
	case err == nil:
		c.files[sum] = true
	case !errors.Is(err, errNoAnswer):
		p.giveUp(err)
	}
}

func (p *citizen) write(c *filedOne) {
	text := "请问有消息了吗？" + rand.Text()
	c.messages[text] = false
	_, err := askFor[struct{}](p.rig, http.StatusNoContent, http.MethodPost, "/"+c.first.Number+"/messages", `{"text": "`+text+`"}`, c.bearer())
	switch {
	case err == nil:
		c.messages[text] = true
	case !errors.Is(err, errNoAnswer):
		p.giveUp(err)
	}
}

// check reads all that was acknowledged. Only then is anything sent again, which could make anew what was lost.
func (r *rig) check() {
	r.t.Helper()
	all := r.all()
	numbers := map[string]bool{}
	for _, c := range all {
		if c.first == nil {
			r.t.Fatalf("a client gave up: %v; the server says:\n%s", r.found, r.tail())
		}
		numbers[c.first.Number] = true
	}
	if len(numbers) != len(all) {
		r.note("doubled", "%d keys have %d numbers", len(all), len(numbers))
	}
	each(all, r.reads)
	each(all, func(c *filedOne) {
		a, err := askFor[api.Filed](r, http.StatusCreated, http.MethodPost, "", c.body, header("Idempotency-Key", c.key))
		if err != nil {
			r.note("changed", "sent again: %v", err)
			return
		}
		r.same(c, &a)
	})
}

func each(all []*filedOne, do func(*filedOne)) {
	var group sync.WaitGroup
	next := make(chan *filedOne)
	for range 8 {
		group.Go(func() {
			for c := range next {
				do(c)
			}
		})
	}
	for _, c := range all {
		next <- c
	}
	close(next)
	group.Wait()
}

// reads looks at one complaint.
func (r *rig) reads(c *filedOne) {
	s, err := r.signIn(c)
	if err != nil {
		r.note("lost", "%v", err)
		return
	}
	c.token = s.Token
	path := "/" + c.first.Number
	got, err := askFor[api.Complaint](r, http.StatusOK, http.MethodGet, path, "", c.bearer())
	if err != nil {
		r.note("lost", "%v", err)
		return
	}
	if got.Number != c.first.Number || got.Receipt != c.first.Receipt || got.Filed.What != c.what {
		r.note("changed", "filed %+v, read %+v", c.first.Receipt, got.Receipt)
	}
	files, err := askFor[struct{ Items []api.Evidence }](r, http.StatusOK, http.MethodGet, path+"/evidence?limit=100", "", c.bearer())
	if err != nil {
		r.note("lost", "%v", err)
	}
	var sums, texts []string
	for _, e := range files.Items {
		status, data, err := r.ask(http.MethodGet, path+"/evidence/"+e.ID, "", c.bearer())
		hash := sha256.Sum256(data)
		sum := hex.EncodeToString(hash[:])
		if err != nil || status != http.StatusOK || sum != e.SHA256 {
			r.note("lost", "a file answers %d, %v, with %d bytes of another hash", status, err, len(data))
		}
		sums = append(sums, sum)
	}
	messages, err := askFor[struct{ Items []api.Message }](r, http.StatusOK, http.MethodGet, path+"/messages?limit=100", "", c.bearer())
	if err != nil {
		r.note("lost", "%v", err)
	}
	for _, m := range messages.Items {
		texts = append(texts, m.Text)
	}
	r.once("files", c.files, sums)
	r.once("messages", c.messages, texts)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.kept += len(sums)
}

// once holds what is there against what was sent: what was acknowledged is there once, what was not at most once, and nothing
// else.
func (r *rig) once(kind string, sent map[string]bool, there []string) {
	slices.Sort(there)
	distinct := slices.Compact(slices.Clone(there))
	if len(distinct) != len(there) {
		r.note("doubled", "%d %s, of which %d are different", len(there), kind, len(distinct))
	}
	for _, one := range distinct {
		if _, known := sent[one]; !known {
			r.note("changed", "%s that nobody sent", kind)
		}
	}
	for _, one := range slices.Collect(maps.Keys(sent)) {
		if sent[one] && !slices.Contains(distinct, one) {
			r.note("lost", "one of the %s, after it was acknowledged", kind)
		}
	}
}

// verify kills the server a last time, and lets the program itself check what is left.
func (r *rig) verify() (disputes, files int) {
	r.t.Helper()
	r.kill()
	cmd := exec.CommandContext(r.ctx, r.command[0], "verify")
	cmd.Env = r.env
	out, err := cmd.CombinedOutput()
	if err != nil {
		r.t.Fatalf("verify: %v\n%s", err, out)
	}
	var entries int
	if n, err := fmt.Sscanf(string(out), "%d disputes, %d audit entries, %d files verified", &disputes, &entries, &files); n != 3 {
		r.t.Fatalf("verify says %q: %v", out, err)
	}
	return disputes, files
}
