package app

import (
	"bytes"
	"fmt"
	"image/png"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"anxin/server/account"
	"anxin/server/console"
	"anxin/server/store"
	"anxin/server/vault"
)

// seat is somebody's browser at the console, with their authenticator beside it.
type seat struct {
	*browser
	account.Account
	secret account.Secret
	last   answer // the page that lies open
}

const staffPassword = "seven grey teapots"

func openConsole(t *testing.T) *office {
	t.Helper()
	o := openOffice(t)
	o.Complaints.Vault.Cost = vault.Cost{Memory: 64, Passes: 1} // what is tested is not how long it takes
	if _, _, _, err := o.Store.ImportInstitutions(t.Context(), []store.Institution{
		{ID: "bank", Name: "样本银行（虚构）", Kind: "bank", Supervisor: "nfra", Source: "test"},
		{ID: "insurer", Name: "样本保险（虚构）", Kind: "insurer", Supervisor: "nfra", Source: "test"},
	}); err != nil {
		t.Fatal(err)
	}
	return o
}

// employs makes an account and signs in to it, through its pages. A handler is the bank's.
func (o *office) employs(t *testing.T, role account.Role, name string) *seat {
	t.Helper()
	firm := ""
	if role == account.Handler {
		firm = "bank"
	}
	link, err := o.Accounts.Add(t.Context(), account.Command, role, name, firm)
	if err != nil {
		t.Fatal(err)
	}
	s := &seat{browser: o.phone()}
	s.opens(t, link)
	a := s.sends(t, "/console/enrol", "code", s.code(t))
	if !strings.Contains(a.text, `id="codes"`) {
		t.Fatalf("no recovery codes: %d %s", a.StatusCode, a.words())
	}
	if s.Account, err = o.Accounts.Named(t.Context(), name); err != nil {
		t.Fatal(err)
	}
	return s
}

var secretOnPage = regexp.MustCompile(`id="secret"[^>]*>([A-Z2-7 ]+)<`)

// opens uses a link and reads the secret.
func (s *seat) opens(t *testing.T, link string) {
	t.Helper()
	a := s.sends(t, "/console/first/"+link, "password", staffPassword, "again", staffPassword)
	m := secretOnPage.FindStringSubmatch(a.text)
	if m == nil {
		t.Fatalf("no secret: %d %s", a.StatusCode, a.words())
	}
	s.secret.Groups = m[1]
}

// code is what the authenticator shows now.
func (s *seat) code(t *testing.T) string {
	t.Helper()
	code, err := s.secret.Code(s.o.now())
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// freshCode waits for one that was not used.
func (s *seat) freshCode(t *testing.T) string {
	t.Helper()
	s.o.later(30 * time.Second)
	return s.code(t)
}

func (s *seat) sees(t *testing.T, target string) answer {
	t.Helper()
	s.last = s.get(t, target)
	return s.last
}

var tokenOnPage = regexp.MustCompile(`name="token" value="([0-9a-f]*)"`)

// sends posts a form with the token of the page that lies open.
func (s *seat) sends(t *testing.T, target string, pairs ...string) answer {
	t.Helper()
	fields := url.Values{}
	if m := tokenOnPage.FindStringSubmatch(s.last.text); m != nil {
		fields.Set("token", m[1])
	}
	for i := 0; i < len(pairs); i += 2 {
		fields.Add(pairs[i], pairs[i+1])
	}
	s.last = s.post(t, target, fields)
	return s.last
}

func (a answer) is(t *testing.T, what string, status int, words ...string) {
	t.Helper()
	if a.StatusCode != status {
		t.Errorf("%s: %d, not %d: %s", what, a.StatusCode, status, a.words())
	}
	for _, w := range words {
		if !strings.Contains(a.text, w) {
			t.Errorf("%s: %q is not there: %s", what, w, a.words())
		}
	}
}

// The language in which somebody chooses the first password is that of the account, and a later link speaks it.
func TestStaffChooseALanguageAsTheyComeIn(t *testing.T) {
	t.Parallel()
	o := openConsole(t)
	link, err := o.Accounts.Add(t.Context(), account.Command, account.Officer, "Sam Example", "")
	if err != nil {
		t.Fatal(err)
	}
	s, first := &seat{browser: o.phone()}, "/console/first/"+link
	s.sees(t, first).is(t, "before a choice", 200, `<html lang="zh-Hans"`, `href="`+first+`?lang=en"`)
	s.sees(t, first+"?lang=en").is(t, "the choice", 200, `<html lang="en"`, `action="`+first+`?lang=en#result"`)
	s.sends(t, first+"?lang=en", "password", staffPassword, "again", "another grey teapot").is(t, "two passwords", 422, `<html lang="en"`)
	s.sends(t, first+"?lang=en", "password", staffPassword, "again", staffPassword).is(t, "the secret", 200, `<html lang="en"`)
	s.secret.Groups = secretOnPage.FindStringSubmatch(s.last.text)[1]
	s.sends(t, "/console/enrol", "code", s.code(t)).is(t, "the recovery codes", 200, `<html lang="en"`)
	s.sees(t, "/console").is(t, "the console", 200, `<html lang="en"`)
	who, err := o.Accounts.Named(t.Context(), "Sam Example")
	if err != nil {
		t.Fatal(err)
	}
	again, err := o.Accounts.Renew(t.Context(), account.Command, who.ID)
	if err != nil {
		t.Fatal(err)
	}
	(&seat{browser: o.phone()}).sees(t, "/console/first/"+again).is(t, "a later link", 200, `<html lang="en"`)
}

func TestStaffComeInByALinkOnce(t *testing.T) {
	t.Parallel()
	o := openConsole(t)
	link, err := o.Accounts.Add(t.Context(), account.Command, account.Officer, "林晓", "")
	if err != nil {
		t.Fatal(err)
	}
	s := &seat{browser: o.phone()}
	for range 2 {
		a := s.sees(t, "/console/first/"+link)
		a.is(t, "the link", 200, "林晓")
		if got := a.Header.Get("Referrer-Policy"); got != "no-referrer" {
			t.Errorf("the link goes elsewhere by %q", got)
		}
	}
	s.sends(t, "/console/first/"+link, "password", staffPassword, "again", "another grey teapot").is(t, "two passwords", 422, `href="#again"`)
	s.sends(t, "/console/first/"+link, "password", "password1234", "again", "password1234").is(t, "a common password", 422, `href="#password"`)
	if strings.Contains(s.last.text, "password1234") {
		t.Error("a password is shown again")
	}
	s.opens(t, link)
	picture := s.get(t, "/console/enrol/picture.png")
	if img, err := png.Decode(bytes.NewReader([]byte(picture.text))); err != nil || img.Bounds().Dx() < 100 || picture.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("the picture: %v, %v", err, picture.Header)
	}
	s.sends(t, "/console/enrol", "code", "123").is(t, "a wrong code", 422, `href="#code"`)
	s.sends(t, "/console/enrol", "code", s.code(t)).is(t, "the code", 200, `id="codes"`)
	if n := strings.Count(s.last.text, `<li lang="en">`); n != 10 {
		t.Errorf("%d recovery codes", n)
	}
	s.get(t, "/console/enrol/picture.png").is(t, "the picture afterwards", 404)
	s.sees(t, "/console/enrol").is(t, "the secret afterwards", 200, `name="password"`)
	s.sees(t, "/console").is(t, "the console", 200, "消委会工作人员")
	stranger := &seat{browser: o.phone()}
	gone := stranger.sees(t, "/console/first/"+link)
	never := stranger.sees(t, "/console/first/"+strings.Repeat("A", 52))
	gone.is(t, "a used link", 404)
	if gone.text != never.text {
		t.Error("a used link and one that never was are told apart")
	}
	stranger.sends(t, "/console/first/"+link, "password", staffPassword, "again", staffPassword).is(t, "to use it again", 404)
	late, err := o.Accounts.Add(t.Context(), account.Command, account.Officer, "迟到的人", "")
	if err != nil {
		t.Fatal(err)
	}
	o.later(15 * time.Minute)
	stranger.sees(t, "/console/first/"+late).is(t, "a link that is over", 404)
	if strings.Contains(o.log.String(), link) || strings.Contains(o.log.String(), "林晓") || strings.Contains(o.log.String(), staffPassword) {
		t.Errorf("the log tells: %s", o.log)
	}
}

func TestStaffSignIn(t *testing.T) {
	t.Parallel()
	o := openConsole(t)
	s := o.employs(t, account.Officer, "林晓")
	s.sees(t, "/console")
	s.sends(t, "/console/out").is(t, "signed out", 200, "您已经退出")
	s.sees(t, "/console/me").is(t, "afterwards", 200, `name="password"`, `value="/console/me"`)
	wrong := s.sends(t, "/console/sign-in", "name", "林晓", "password", staffPassword+"x")
	wrong.is(t, "a wrong password", 422)
	unknown := s.sends(t, "/console/sign-in", "name", "林晓", "password", staffPassword+"y")
	nobody := s.sends(t, "/console/sign-in", "name", "没有的人", "password", staffPassword)
	if wrong.text != unknown.text || strings.ReplaceAll(nobody.text, "没有的人", "林晓") != wrong.text || nobody.StatusCode != wrong.StatusCode {
		t.Error("a name that there is not is told from a wrong password")
	}
	s.sends(t, "/console/sign-in").is(t, "nothing", 422, `href="#name"`, `href="#password"`)
	s.sends(t, "/console/sign-in", "name", "林晓", "password", staffPassword, "to", "/console/me").is(t, "the first step", 200, `name="code"`, `value="/console/me"`)
	half := s.cookies["__Host-console"]
	s.get(t, "/console/me").is(t, "half a sign-in opens nothing", 200, `name="password"`)
	s.sends(t, "/console/code", "code", s.code(t)).is(t, "the code that was used", 422, `href="#code"`)
	s.sends(t, "/console/code", "code", s.freshCode(t), "to", "/console/me").is(t, "the second step", 200, "我的账号", "退出")
	if whole := s.cookies["__Host-console"]; whole == half || len(whole) < 43 {
		t.Error("the token did not change")
	}
	for _, to := range []string{"https://evil.example/", "//evil.example/console", "/console/../zh-Hans/", "/consolezz", `/console\..`, "/zh-Hans/"} {
		a := s.sees(t, "/console/sign-in?to="+url.QueryEscape(to))
		if strings.Contains(a.text, `name="to"`) {
			t.Errorf("it would lead to %s", to)
		}
	}
	r := o.ask(http.MethodGet, "/console/me", header("Cookie", "__Host-console="+s.cookies["__Host-console"]))
	if r.StatusCode != http.StatusOK || r.Header.Get("Cache-Control") != "no-store" || r.Header.Get("X-Robots-Tag") != "noindex" {
		t.Errorf("%d %v", r.StatusCode, r.Header)
	}
	o.later(20 * time.Minute)
	s.sees(t, "/console/me").is(t, "after twenty idle minutes", 200, "登录已经过期")
	long := "一封写了很久很久的信，写了二十个字以上，不能丢。"
	s.sends(t, "/console/me", "shown", long, "password", "a secret that is long enough").is(t, "a form whose session is over", 401, long)
	if strings.Contains(s.last.text, "long enough") {
		t.Error("a password is shown")
	}
}

func TestTheConsolesCookieStaysHere(t *testing.T) {
	t.Parallel()
	o := openConsole(t)
	s := o.employs(t, account.Officer, "林晓")
	r := o.post("/console/sign-in", url.Values{"name": {s.Name}, "password": {staffPassword}})
	got := r.Header.Get("Set-Cookie")
	for _, want := range []string{"__Host-console=", "Path=/", "HttpOnly", "Secure", "SameSite=Strict"} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is not in %s", want, strings.SplitN(got, "=", 2)[0])
		}
	}
	if strings.Contains(got, "Max-Age") || strings.Contains(got, "Expires") {
		t.Error("it outlives the browser")
	}
}

// A form without the token of its session, or with another's, changes nothing.
func TestFormsCarryTheirToken(t *testing.T) {
	t.Parallel()
	o := openConsole(t)
	s, other := o.employs(t, account.Officer, "林晓"), o.employs(t, account.Officer, "王芳")
	s.sees(t, "/console/me")
	theirs := tokenOnPage.FindStringSubmatch(other.sees(t, "/console/me").text)[1]
	for _, r := range o.Console.Routes() {
		if r.Method != http.MethodPost || slices.Equal(r.May, console.Anyone) || !slices.Contains(r.May, account.Officer) {
			continue
		}
		path := strings.NewReplacer(":id", "x", ":link", "x").Replace(r.Path)
		for what, fields := range map[string]url.Values{"no token": {}, "an empty one": {"token": {""}}, "another's": {"token": {theirs}}, "the cookie": {"token": {s.cookies["__Host-console"]}}} {
			if a := s.post(t, path, fields); a.StatusCode != http.StatusForbidden {
				t.Errorf("%s with %s: %d", path, what, a.StatusCode)
			}
		}
	}
	// With files: the token stands first, before anything of a file is read.
	if a := s.upload(t, "/console/me", upload{"photo", "a.png", "x"}, upload{"token", "", theirs}); a.StatusCode != http.StatusForbidden {
		t.Errorf("a file before the token: %d", a.StatusCode)
	}
	if s.sees(t, "/console/me").StatusCode != http.StatusOK {
		t.Error("signed out without a token")
	}
	half := o.phone()
	half.post(t, "/console/sign-in", url.Values{"name": {s.Name}, "password": {staffPassword}})
	if a := half.post(t, "/console/code", url.Values{"code": {s.freshCode(t)}}); a.StatusCode != http.StatusForbidden {
		t.Errorf("the second step without a token: %d", a.StatusCode)
	}
}

// Every route of the console says who may use it, and lets in nobody else.
func TestWhoMayUseTheConsole(t *testing.T) {
	t.Parallel()
	o := openConsole(t)
	seats := map[account.Role]*seat{}
	for _, role := range account.Roles {
		seats[role] = o.employs(t, role, "某"+string(role))
	}
	asked := 0
	for _, r := range o.Console.Routes() {
		if len(r.May) == 0 {
			t.Errorf("%s %s does not say who may use it", r.Method, r.Path)
		}
		if slices.Equal(r.May, console.Anyone) {
			continue
		}
		path := regexp.MustCompile(`:\w+`).ReplaceAllString(r.Path, "NOSUCHTHING")
		stranger := o.ask(r.Method, path)
		if want := map[string]int{http.MethodGet: http.StatusSeeOther, http.MethodPost: http.StatusUnauthorized}[r.Method]; stranger.StatusCode != want {
			t.Errorf("%s %s answers %d to who is not signed in", r.Method, path, stranger.StatusCode)
		}
		if r.Path == "/console/out" {
			continue // it would end the seats
		}
		for role, s := range seats {
			asked++
			s.sees(t, "/console/me")
			var a answer
			if r.Method == http.MethodPost {
				a = s.sends(t, path)
			} else {
				a = s.sees(t, path)
			}
			if may := slices.Contains(r.May, role); may == (a.StatusCode == http.StatusForbidden) || a.StatusCode >= 500 {
				t.Errorf("%s %s answers %d to a %s", r.Method, path, a.StatusCode, role)
			}
			if strings.Contains(path, "NOSUCHTHING") && slices.Contains(r.May, role) && a.StatusCode != http.StatusNotFound && a.StatusCode != http.StatusUnprocessableEntity {
				t.Errorf("%s %s answers %d to a %s", r.Method, path, a.StatusCode, role)
			}
		}
	}
	if asked < 40 {
		t.Errorf("asked %d times only", asked)
	}
	for role, s := range seats {
		text := s.sees(t, "/console").text
		for _, m := range regexp.MustCompile(`href="(/console/[^"]+)"`).FindAllStringSubmatch(text, -1) {
			s.sees(t, m[1]).is(t, fmt.Sprintf("%s at %s", role, m[1]), 200)
		}
	}
	gone := seats[account.Officer].sees(t, "/console/no-such-page")
	gone.is(t, "no page", 404, `href="/console"`)
}

func TestSystemAdministratorMakesAndEndsAccounts(t *testing.T) {
	t.Parallel()
	o := openConsole(t)
	root, sec := o.employs(t, account.Sysadmin, "系统员"), o.employs(t, account.Secadmin, "安全员")
	root.sees(t, "/console/accounts").is(t, "the list", 200, "系统员", "安全员", `name="role"`)
	found := root.sees(t, "/console/accounts?q="+url.QueryEscape(" 系统 "))
	found.is(t, "found by a part of the name", 200, "系统员", `value="系统"`, "全部账号")
	if table := found.text[strings.Index(found.text, "<table"):strings.Index(found.text, "</table>")]; strings.Contains(table, "安全员") {
		t.Error("it finds somebody else, too")
	}
	root.sees(t, "/console/accounts?q=nobody").is(t, "found nobody", 200, "没有找到")
	for what, c := range map[string]struct {
		name, role, institution, at string
	}{
		"no role":                   {"新人甲", "", "", "#role-officer"},
		"a role that there is not":  {"新人甲", "root", "", "#role-officer"},
		"no name":                   {"", "officer", "", "#name"},
		"a name that was given":     {"安全员", "officer", "", "#name"},
		"a handler of no firm":      {"新人甲", "handler", "", "#institution"},
		"a firm that is not listed": {"新人甲", "handler", "nothing", "#institution"},
		"an auditor of a firm":      {"新人甲", "auditor", "bank", "#institution"},
	} {
		root.sends(t, "/console/accounts", "name", c.name, "role", c.role, "institution", c.institution).is(t, what, 422, `href="`+c.at+`"`)
		if c.name != "" && !strings.Contains(root.last.text, `value="`+c.name+`"`) {
			t.Errorf("%s: what was typed is lost", what)
		}
	}
	root.sends(t, "/console/accounts", "name", "<em>UHOH</em>", "role", "handler", "institution", "bank").is(t, "an account", 200, "/console/first/")
	if strings.Contains(root.last.text, "<em>") {
		t.Error("a name is markup")
	}
	link := regexp.MustCompile(`id="link"[^>]*>http://127.0.0.1:8080/console/first/([A-Z2-7]+)<`).FindStringSubmatch(root.last.text)
	if link == nil {
		t.Fatal("there is no link")
	}
	handler := &seat{browser: o.phone()}
	handler.opens(t, link[1])
	handler.sends(t, "/console/enrol", "code", handler.code(t)).is(t, "the handler", 200, `id="codes"`)
	a, err := o.Accounts.Named(t.Context(), "<em>UHOH</em>")
	if err != nil || a.Institution != "bank" {
		t.Fatal(a, err)
	}
	at := "/console/accounts/" + a.ID
	page := root.sees(t, at)
	page.is(t, "the account", 200, `action="`+at+`/disable#result"`)
	if strings.Contains(page.text, "/revoke") {
		t.Error("the system administrator is offered sessions")
	}
	page = sec.sees(t, at)
	page.is(t, "the account for the security administrator", 200, `action="`+at+`/revoke"`)
	if strings.Contains(page.text, "/disable") {
		t.Error("the security administrator is offered to end the account")
	}
	session := regexp.MustCompile(`name="session" value="([A-Z2-7]+)"`).FindStringSubmatch(page.text)
	sec.sends(t, at+"/revoke", "session", session[1]).is(t, "to end a session", 200, "那个登录已经退出")
	handler.sees(t, "/console").is(t, "whose session was ended", 200, `name="password"`)
	root.sees(t, at)
	root.sends(t, at+"/disable").is(t, "without a second look", 422, `href="#sure-yes"`)
	root.sends(t, at+"/disable", "sure", "yes").is(t, "to end the account", 200, "这个账号已经停用", "已停用")
	handler.sends(t, "/console/sign-in", "name", "<em>UHOH</em>", "password", staffPassword).is(t, "an ended account", 422)
	own := root.sees(t, "/console/accounts/"+root.ID)
	if strings.Contains(own.text, "/disable") {
		t.Error("one may end one's own account")
	}
	root.sends(t, "/console/accounts/"+root.ID+"/disable", "sure", "yes").is(t, "one's own account", 403)
}

func TestAuditorReadsTheLedger(t *testing.T) {
	t.Parallel()
	o := openConsole(t)
	s := o.employs(t, account.Auditor, "审计员一")
	a := s.sees(t, "/console/audit")
	a.is(t, "the ledger", 200, "记录都完好", "服务器上的命令", "开账号", "绑定了验证器", "审计员一")
	for i := range 60 {
		if _, err := o.Accounts.Add(t.Context(), s.ID, account.Officer, fmt.Sprintf("某人%03d", i), ""); err != nil {
			t.Fatal(err)
		}
	}
	a = s.sees(t, "/console/audit")
	older := regexp.MustCompile(`href="(/console/audit\?before=\d+)"`).FindStringSubmatch(a.text)
	if older == nil || strings.Contains(a.text, "绑定了验证器") {
		t.Fatal("the ledger does not go by pages")
	}
	s.sees(t, older[1]).is(t, "the older entries", 200, "绑定了验证器")
	if err := o.Store.Write(t.Context(), func(tx *store.Tx) error {
		_, err := tx.Exec("UPDATE staff SET role = 'sysadmin' WHERE role = 'auditor'")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if err := o.Store.Write(t.Context(), func(tx *store.Tx) error {
		_, err := tx.Exec("UPDATE staff_audit SET action = 'changed' WHERE seq = 3")
		if err == nil {
			_, err = tx.Exec("UPDATE staff SET role = 'auditor' WHERE role = 'sysadmin'")
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	s.sees(t, "/console/audit").is(t, "a ledger that was edited", 200, "记录被改动过", "entry 3 was changed")
}

func TestStaffChangeTheirOwn(t *testing.T) {
	t.Parallel()
	o := openConsole(t)
	s := o.employs(t, account.Officer, "林晓")
	s.sees(t, "/console/me").is(t, "the account", 200, "林晓", "这是第一次")
	s.sends(t, "/console/me", "shown", "小林", "language", "fr").is(t, "a language of others", 422)
	s.sends(t, "/console/me", "shown", strings.Repeat("长", 61), "language", "en").is(t, "a long name", 422, `href="#shown"`)
	s.sends(t, "/console/me", "shown", "Xiao Lin", "language", "en").is(t, "in English", 200, `lang="en"`, "Saved", `value="Xiao Lin"`)
	s.sees(t, "/console/nothing").is(t, "an error in English", 404, `<html lang="en"`)
	second := o.phone()
	two := &seat{browser: second, secret: s.secret}
	two.sends(t, "/console/sign-in", "name", "林晓", "password", staffPassword).is(t, "on another device", 200, `<html lang="en"`)
	two.sends(t, "/console/code", "code", two.freshCode(t)).is(t, "on another device", 200)
	page := s.sees(t, "/console/me")
	session := regexp.MustCompile(`name="session" value="([A-Z2-7]+)"`).FindStringSubmatch(page.text)
	if session == nil {
		t.Fatal("the other session is not listed")
	}
	s.sends(t, "/console/me/revoke", "session", "NOSUCHSESSION").is(t, "no session", 404)
	s.sees(t, "/console/me")
	s.sends(t, "/console/me/revoke", "session", session[1]).is(t, "the other session", 200, "That sign-in has ended")
	two.sees(t, "/console").is(t, "on the other device", 200, `name="password"`)
	const better = "eight green kettles"
	s.sees(t, "/console/me/password")
	s.sends(t, "/console/me/password", "old", staffPassword, "code", "1", "password", better, "again", better).is(t, "a wrong code", 422, `href="#old"`)
	s.sends(t, "/console/me/password", "old", staffPassword, "code", s.freshCode(t), "password", better, "again", better+"x").is(t, "two passwords", 422, `href="#again"`)
	s.sends(t, "/console/me/password", "old", staffPassword, "code", s.freshCode(t), "password", "林晓 2026 1234", "again", "林晓 2026 1234").is(t, "a weak one", 422, `href="#password"`)
	s.sends(t, "/console/me/password", "old", staffPassword, "code", s.freshCode(t), "password", better, "again", better).is(t, "the password", 200, "The password is changed")
	s.sees(t, "/console/me/factor")
	s.sends(t, "/console/me/factor", "old", staffPassword, "code", s.freshCode(t)).is(t, "the old password", 422, `href="#old"`)
	s.sends(t, "/console/me/factor", "old", better, "code", s.freshCode(t)).is(t, "another factor", 200, `id="secret"`)
	s.secret.Groups = secretOnPage.FindStringSubmatch(s.last.text)[1]
	s.sends(t, "/console/enrol", "code", s.code(t)).is(t, "its code", 200, `id="codes"`)
	s.sees(t, "/console/me").is(t, "afterwards", 200, "10 backup codes left")
}
