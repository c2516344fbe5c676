package app

import (
	"archive/zip"
	"bytes"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"anxin/server/account"
	"anxin/server/complaint"
	"anxin/server/dispute"
)

// world is a server with four cases and everybody who could want to see them, for the tests of who may do what.
type world struct {
	*office
	cases    map[string]*someCase
	subjects []*subject
	canaries []canary
	account  string              // the id of an account that is there
	desk     map[string][]onDesk // calls, letters and requests for a code, by what their parameter is called
}

// onDesk is something of a case that officers work through.
type onDesk struct{ id, in string }

// someCase is a case with two files: one that its firm may see, if it may see any, and one that it may not; and with what its firm
// handed in.
type someCase struct {
	filed
	firm              string // whose handlers may see it; empty where it was not handed over
	given, kept, sent string // ids of files
}

// canary is a text that stands in one case alone.
type canary struct{ in, kind, text string }

// subject is somebody with a browser and a token for programs.
type subject struct {
	name string
	*browser
	file    string       // the case that their session opens
	role    account.Role // of who is signed in at the console
	account string
	firm    string
	recused string // the case that is hidden from them
	token   string // of their forms at the console
}

// The cases. Of whom they are, the subjects' names say.
const (
	hersCase      = "hers"      // handed over to the bank, answered
	othersCase    = "other's"   // handed over to the insurer
	helpersCase   = "helper's"  // filed by a helper whom nobody has confirmed, against the bank, given to nobody
	confirmedCase = "confirmed" // filed by a helper who is, against the bank
	noCase        = "none"
)

var caseNames = []string{hersCase, othersCase, helpersCase, confirmedCase}

// ofTheStaff is what no citizen reads, and forTheFirm all that a handler does: what was consented to, and what the firm wrote.
var (
	ofTheStaff = []string{"note", "firm's message"}
	forTheFirm = map[string][]string{
		hersCase:   {"number", "name", "phone", "what", "want", "given", "given file", "answer", "firm's message", "firm's file", "firm's file file"},
		othersCase: {"number", "name", "what", "want", "answer", "firm's message", "firm's file", "firm's file file"},
	}
)

func openWorld(t *testing.T) *world {
	t.Helper()
	w := &world{office: openConsole(t), cases: map[string]*someCase{}}
	officer, recused := w.employs(t, account.Officer, "经办的人"), w.employs(t, account.Officer, "回避的人")
	banker, insurer := w.employsAt(t, "bank", "银行的人"), w.employsAt(t, "insurer", "保险的人")
	for i, name := range caseNames {
		w.files(t, name, "甲乙丙丁"[i*3:i*3+3], officer.Account)
	}
	w.handsOver(t, hersCase, officer.Account, banker.Account, "phone", "evidence:"+w.cases[hersCase].given)
	w.handsOver(t, othersCase, officer.Account, insurer.Account)
	w.acts(t, officer.Account, confirmedCase, complaint.Act{Event: dispute.ConfirmPerson, Way: "counter", Note: "本人来过，带着身份证"})
	if err := w.Complaints.Recuse(t.Context(), w.staff(recused.Account), w.id(hersCase), "是我的邻居"); err != nil {
		t.Fatal(err)
	}
	add := func(s *subject) { w.subjects = append(w.subjects, s) }
	add(&subject{name: "nobody", browser: w.phone()})
	for _, s := range []struct{ name, file string }{{"her", hersCase}, {"another", othersCase}, {"helper", helpersCase}, {"confirmed", confirmedCase}} {
		add(&subject{name: s.name, browser: w.holder(t, s.file), file: s.file})
	}
	ended := w.holder(t, hersCase)
	if err := w.Complaints.SignOut(t.Context(), ended.cookies["__Host-file"]); err != nil {
		t.Fatal(err)
	}
	add(&subject{name: "ended", browser: ended})
	seated := func(name string, s *seat, recused string) {
		add(&subject{name: name, browser: s.browser, role: s.Role, account: s.ID, firm: s.Institution, recused: recused})
	}
	seated("officer", officer, "")
	seated("recused", recused, hersCase)
	seated("bank", banker, "")
	seated("insurer", insurer, "")
	for _, role := range []account.Role{account.Sysadmin, account.Secadmin, account.Auditor} {
		seated(string(role), w.employs(t, role, "某"+string(role)), "")
	}
	disabled, revoked := w.employs(t, account.Officer, "停用的人"), w.employs(t, account.Officer, "退出的人")
	in, err := w.Accounts.Session(t.Context(), revoked.cookies["__Host-console"])
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Accounts.SignOut(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	if err := w.Accounts.Disable(t.Context(), account.Command, disabled.ID); err != nil {
		t.Fatal(err)
	}
	add(&subject{name: "disabled", browser: disabled.browser})
	add(&subject{name: "revoked", browser: revoked.browser})
	w.account = disabled.ID
	w.fillDesk(t, w.staff(officer.Account))
	return w
}

// employsAt is employs for a handler of a firm.
func (o *office) employsAt(t *testing.T, firm, name string) *seat {
	t.Helper()
	link, err := o.Accounts.Add(t.Context(), account.Command, account.Handler, name, firm)
	if err != nil {
		t.Fatal(err)
	}
	s := &seat{browser: o.phone()}
	s.opens(t, link)
	s.sends(t, "/console/enrol", "code", s.code(t)).is(t, "enrol", 200)
	if s.Account, err = o.Accounts.Named(t.Context(), name); err != nil {
		t.Fatal(err)
	}
	return s
}

// staff is somebody as the service knows them.
func (w *world) staff(a account.Account) complaint.Staff {
	return complaint.Staff{ID: a.ID, Name: a.Called(), Actor: dispute.Actor(a.Role), Institution: a.Institution}
}

func (w *world) id(name string) string { return w.cases[name].by.Dispute }

// holder is a telephone that number and code of a case have opened.
func (w *world) holder(t *testing.T, name string) *browser {
	t.Helper()
	c, p := w.cases[name], w.phone()
	token, _, err := w.Complaints.SignIn(t.Context(), "192.0.2.201", c.Number, c.Code)
	if err != nil {
		t.Fatal(err)
	}
	p.cookies["__Host-file"] = token
	return p
}

// sees is the rule of who may see a case, and seesFile that of its files: what the matrix holds the server to.
func (w *world) sees(s *subject, name string) bool {
	c, is := w.cases[name]
	switch {
	case !is:
		return false
	case s.file != "":
		return s.file == name
	case s.role == account.Officer:
		return s.recused != name
	case s.role == account.Handler:
		return c.firm == s.firm
	}
	return false
}

func (w *world) seesFile(s *subject, name, file string) bool {
	c, is := w.cases[name]
	mine := is && slices.Contains([]string{c.given, c.kept, c.sent}, file) && file != "" && w.sees(s, name)
	if s.role == account.Handler {
		return mine && (file == c.sent || file == c.given && slices.Contains(forTheFirm[name], "given file"))
	}
	return mine
}

// mayRead tells whether somebody may read a canary.
func (w *world) mayRead(s *subject, c canary) bool {
	switch {
	case !w.sees(s, c.in) || c.kind == "code":
		return false
	case s.role == account.Handler:
		return slices.Contains(forTheFirm[c.in], c.kind)
	case s.role == "":
		return !slices.Contains(ofTheStaff, c.kind)
	}
	return true
}

// asks sends what a browser or a program of theirs would: their cookies and, for programs, their token.
func (s *subject) asks(t *testing.T, method, target string, fields string) answer {
	t.Helper()
	r := s.o.ask(method, target, func(r *http.Request) {
		for name, value := range s.cookies {
			r.AddCookie(&http.Cookie{Name: name, Value: value})
		}
		if token := s.cookies["__Host-file"]; token != "" {
			r.Header.Set("Authorization", "Bearer "+token)
		}
		if method != http.MethodGet && method != http.MethodHead {
			kind := "application/x-www-form-urlencoded"
			if strings.HasPrefix(target, "/console/") && strings.HasSuffix(target, "/paper") {
				fields, kind = withFiles(fields), "multipart/form-data; boundary="+boundary
			}
			r.Body, r.ContentLength = io.NopCloser(strings.NewReader(fields)), int64(len(fields))
			r.Header.Set("Content-Type", kind)
		}
	})
	text, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{r, string(text)}
}

// everything is an answer with its headers, its files unpacked.
func (a answer) everything(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	for name, values := range a.Header {
		all.WriteString(name + ": " + strings.Join(values, ", ") + "\n")
	}
	all.WriteString(a.text)
	if strings.HasPrefix(a.text, "PK\x03\x04") {
		z, err := zip.NewReader(bytes.NewReader([]byte(a.text)), int64(len(a.text)))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range z.File {
			r, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			all.WriteString("\n" + f.Name + "\n")
			if _, err := io.Copy(&all, r); err != nil { //nolint:gosec // a file of the test's
				t.Fatal(err)
			}
		}
	}
	return all.String()
}

// apart is what stands between figures, so that they are found however they are grouped.
var apart = regexp.MustCompile(`[ \x{a0}\-]|</?(?:span|bdi)[^>]*>`)

// reads lists the canaries in a text.
func (w *world) reads(text string) (list []canary) {
	ungrouped := apart.ReplaceAllString(text, "")
	for _, c := range w.canaries {
		if strings.Contains(text, c.text) || strings.Contains(ungrouped, c.text) {
			list = append(list, c)
		}
	}
	return list
}
