package app

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/labstack/echo/v4"

	"anxin/server/complaint"
	"anxin/server/dispute"
	"anxin/server/store"
)

// bird marks all that is personal in the test below. What is public is marked by lark.
const (
	bird = "金丝雀"
	lark = "云雀样本银行"
)

// What a citizen tells, hands in and is given goes through every page and call there is, and stands in plain nowhere: in no
// column of the database, no file of the data folder, no search index, no log, no address and no error page.
func TestCanaries(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		data := filepath.Join(t.TempDir(), "data")
		b := setup(t, map[string]string{"ANXIN_DATA": data, "ANXIN_DATABASE_URL": database})
		index := segments(treeOf(t, filepath.Join(data, "index")))
		var mu sync.Mutex
		var addresses []string
		b.Echo.Pre(func(next echo.HandlerFunc) echo.HandlerFunc {
			return func(c echo.Context) error {
				if at := c.Request().URL.String(); !strings.HasPrefix(at, complaints) { // a program's addresses have the number
					mu.Lock()
					addresses = append(addresses, at)
					mu.Unlock()
				}
				return next(c)
			}
		})
		if _, _, _, err := b.Store.ImportInstitutions(t.Context(), []store.Institution{{ID: "lark", Name: lark, Supervisor: "nfra", Source: "x"}}); err != nil {
			t.Fatal(err)
		}

		secrets := []string{bird, "kanarie", "13912345678", "139 1234 5678", "13712345678", "13612345678", "8765432109", "87,654,321", "192.0.2.1"}
		secrets = append(secrets, writtenOnPages(t, b)...)
		secrets = append(secrets, filedByProgram(t, b)...)

		places := map[string][]byte{"addresses": []byte(strings.Join(addresses, "\n"))}
		for name, page := range errorPages(t, b, secrets) {
			places["error page: "+name] = []byte(page)
		}
		tables := rowsOf(t, b.Store, database != "")
		for table, text := range tables {
			places["table "+table] = text
		}
		for name, text := range treeOf(t, data) {
			if name != "secret" { // it holds keys, and whoever reads it reads everything
				places["file "+name] = text
			}
		}
		if !bytes.Contains(tables["institutions"], []byte(lark)) || !bytes.Contains(tables["disputes"], []byte(dispute.Submitted)) {
			t.Error("what stands in plain is not found: the search is blind")
		}
		// Its segments are packed, so that no text is found in them: they are those that were there before.
		if after := segments(treeOf(t, filepath.Join(data, "index"))); !slices.Equal(after, index) || len(index) == 0 {
			t.Errorf("the search index was written to: %v before, %v after", index, after)
		}

		// Last, the database is taken away, so that what it holds and what it is asked fail in every way.
		before := len(b.log.String())
		b.Store.Close()
		for name, page := range broken(t, b, secrets) {
			places["without a database: "+name] = []byte(page)
		}
		log := b.log.String()
		if !strings.Contains(log, "route=/:lang/complaints/mine/messages") || !strings.Contains(log[before:], "level=ERROR") {
			t.Errorf("the log is not the one:\n%s", log[before:])
		}
		places["log"] = []byte(log)
		for place, text := range places {
			for _, secret := range secrets {
				if form := inPlain(text, secret); form != "" {
					t.Errorf("%s has %q as %q", place, secret, form)
				}
			}
		}
	})
}

// The search above finds a secret however a program might have written it down.
func TestCanariesAreHeard(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"as it is": "a 金丝雀 b", "in an address": url.QueryEscape("a金丝雀"), "in hexadecimal": hex.EncodeToString([]byte("ab金丝雀")),
		"in base64":                  base64.StdEncoding.EncodeToString([]byte("金丝雀123")),
		"in base64, one byte later":  base64.URLEncoding.EncodeToString([]byte("1金丝雀23")),
		"in base64, two bytes later": base64.RawStdEncoding.EncodeToString([]byte("12金丝雀3")),
		"escaped in JSON":            `"\u91d1\u4e1d\u96c0"`, "in UTF-16": "\xd1\x91\x1d\x4e\xc0\x96",
	} {
		if inPlain([]byte(text), bird) == "" {
			t.Errorf("%s: not found in %q", name, text)
		}
	}
	if form := inPlain([]byte("金 丝 雀"), bird); form != "" {
		t.Errorf("found as %q where it is not", form)
	}
}

// inPlain tells in which form a secret stands in a text, if it does.
func inPlain(text []byte, secret string) string {
	s := []byte(secret)
	forms := []string{secret, url.QueryEscape(secret), url.PathEscape(secret), hex.EncodeToString(s), strings.ToUpper(hex.EncodeToString(s))}
	for skip := range 3 {
		// In base64 a text looks in three ways, by where it begins. Its first and last letters depend on what stands beside it.
		for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			e := encoding.EncodeToString(append(make([]byte, skip), s...))
			forms = append(forms, e[(skip*8+5)/6:(skip+len(s))*8/6])
		}
	}
	var escaped, wide strings.Builder
	for _, r := range secret {
		fmt.Fprintf(&escaped, "\\u%04x", r)
		wide.WriteByte(byte(r))
		wide.WriteByte(byte(r >> 8))
	}
	for _, form := range append(forms, escaped.String(), wide.String()) {
		if bytes.Contains(text, []byte(form)) {
			return form
		}
	}
	return ""
}

// writtenOnPages is a daughter who files for her mother, page by page, with mistakes and on two telephones, and then does all
// that can be done with her file. It returns what she was given that is nobody else's business.
func writtenOnPages(t *testing.T, b *bench) (secrets []string) {
	t.Helper()
	p := pickUp(t, b)
	p.start("zh-Hans")
	p.write([]string{"urgent", "no"}, []string{"for", "other"})
	p.send("name", bird+"陈", "phone", "139 1234", "relation", "child", "authority", "told", "helper_consent", "1")
	p.is(422, "/complaints/new/helper")
	p.write(
		[]string{"name", bird + "陈", "phone", "139 1234 5678", "relation", "child", "authority", "told", "helper_consent", "1"},
		[]string{"child", "no"}, []string{"name", bird + "银行（虚构）"}, []string{"group", "borrowing"}, []string{"product", "loan"},
	)
	p.send("what", bird+strings.Repeat("长", 6000), "account", "1")
	p.is(422, "/complaints/new/what")
	p.send("what", bird+"说好没有利息 kanarie", "account", "1", "save", "yes")
	p.is(200, "/complaints/new/what")
	resume := p.shown(codeShown)
	other := pickUp(t, b)
	other.open("/zh-Hans/complaints/new/resume")
	other.send("code", "1111 2222 3333 4444")
	other.is(422, "/complaints/new/resume")
	other.send("code", resume)
	p = other
	p.write([]string{"when", bird + "那年春天"})
	p.send("amount_fen", bird+"87,654,321.09元")
	p.is(422, "/complaints/new/amount")
	p.write(
		[]string{"amount_fen", "87,654,321.09"}, []string{"wants", "other", "want_text", bird + "要说法"}, []string{"firm", "none", "date", "", "else", bird + "问过社区"},
		[]string{"name", bird + "秀英", "phone", "137 1234 5678", "email", "kanarie@example.org"},
		[]string{"ways", "through", "ways", "post", "hours", "evening", "address", bird + "路1号", "through", bird + "女儿 13612345678", "needs", "text_only", "needs_consent", "1", "note", bird + "别打座机"},
	)
	p.is(200, "/complaints/new/check")
	key := p.cookies["__Host-draft"]
	p.open("/zh-Hans/complaints/new/warning")
	p.send("seen", "yes")
	p.is(200, "/complaints/new/done")
	number, code := p.shown(numberShown), p.shown(codeShown)
	wiped := pickUp(t, b)
	wiped.start("en")
	wiped.write([]string{"urgent", "no"}, []string{"for", "self"}, []string{"name", bird})
	kept := wiped.cookies["__Host-draft"]

	o := &office{bench: b}
	f := filed{Receipt: complaint.Receipt{Number: strings.ReplaceAll(number, " ", ""), Code: strings.ReplaceAll(code, " ", "")}}
	hers := o.phone()
	const at = "/zh-Hans/complaints/mine"
	wants(t, "a wrong code", hers.post(t, "/zh-Hans/complaints/track", url.Values{"number": {number}, "code": {"1111222233334444"}}), 422)
	hers = o.letIn(t, f)
	token := hers.cookies["__Host-file"]
	wants(t, "a message", hers.post(t, at+"/messages", url.Values{"text": {bird + "什么时候有消息？"}}), 200, bird)
	wants(t, "a correction", hers.post(t, at+"/add", url.Values{"text": {bird + "金额写错了"}}), 200, bird)
	wants(t, "a page as a file", hers.upload(t, at+"/evidence", upload{"description", "", bird + "短信"}, upload{"other", bird + ".html", "<!doctype html>" + bird}), 422)
	picture := picture + bird + strings.Repeat("kanarie ", 20_000)
	wants(t, "a file", hers.upload(t, at+"/evidence", upload{"description", "", bird + "短信"}, upload{"photo", bird + ".png", picture}), 200, bird)
	wants(t, "a wrong contact", hers.post(t, at+"/contact", url.Values{"name": {bird}, "phone": {"139 12"}, "ways": {"phone"}}), 422)
	wants(t, "a contact", hers.post(t, at+"/contact", url.Values{"name": {bird + "陈"}, "phone": {"13612345678"}, "ways": {"phone"}}), 200)

	id, err := b.Complaints.ByNumber(t.Context(), f.Number)
	if err != nil {
		t.Fatal(err)
	}
	by, err := b.Complaints.Access(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	file, err := b.Complaints.Read(t.Context(), by)
	if err != nil || len(file.Evidence) != 1 || len(file.Messages) == 0 || file.Evidence[0].Name != bird+".png" {
		t.Fatalf("her file has %d files and %d messages: %v", len(file.Evidence), len(file.Messages), err)
	}
	one := at + "/evidence/" + file.Evidence[0].ID
	wants(t, "another description", hers.post(t, one, url.Values{"description": {bird + "合同"}}), 200, bird)
	if got := hers.get(t, one+"/file"); got.text != picture {
		t.Error("the file does not come back")
	}
	for _, page := range []string{at, at + "/file", at + "/file.zip", at + "/evidence", at + "/messages", at + "/contact"} {
		if a := hers.get(t, page); a.StatusCode != http.StatusOK {
			t.Errorf("%s answers %d", page, a.StatusCode)
		}
	}
	if err := b.Complaints.Say(t.Context(), complaint.As(id, dispute.Officer, "officer-1"), bird+"您好"); err != nil {
		t.Fatal(err)
	}
	wants(t, "taken out", hers.post(t, one, url.Values{"sure": {"1"}}), 200)
	for _, s := range []string{number, code, resume} {
		bare := strings.ReplaceAll(s, " ", "")
		secrets = append(secrets, s, bare, strings.ReplaceAll(s, " ", "-"))
	}
	return append(secrets, key, kept, token)
}

// filedByProgram is a complaint that a program files, and that the council and the firm carry on.
func filedByProgram(t *testing.T, b *bench) (secrets []string) {
	t.Helper()
	in := with(t, exampleAnswers(t, b), map[string]any{
		"what": bird + "每个月都扣", "contact.name": bird + "林", "contact.phone": "13912345678", "want_text": bird, "reach.note": bird, "firm.name": bird + "银行", "amount_fen": 8765432109,
	})
	key := testKey("kanarie")
	f := b.filed(t, key, in)
	if r := b.file(key, with(t, in, map[string]any{"want_text": bird + "x"})); r.StatusCode != http.StatusConflict {
		t.Errorf("another content: %d", r.StatusCode)
	}
	f.call(http.MethodPost, "/messages", `{"text": "`+bird+`"}`)
	decodeInto[any](t, f.handIn([2]string{"description", bird + "合同"}, [2]string{"file", picture + bird + "kanarie"}), http.StatusCreated)
	id, err := b.Complaints.ByNumber(t.Context(), f.Number)
	if err != nil {
		t.Fatal(err)
	}
	by, err := b.Complaints.Access(t.Context(), f.token)
	if err != nil {
		t.Fatal(err)
	}
	do := func(who complaint.Access, leg int, event dispute.Event, text string, facts ...dispute.Fact) {
		t.Helper()
		if err := b.Complaints.Do(t.Context(), who, complaint.Act{Leg: leg, Event: event, Facts: facts, Text: text}); err != nil {
			t.Fatalf("%s: %v", event, err)
		}
	}
	officer, firm := complaint.As(id, dispute.Officer, "somebody"), complaint.As(id, dispute.Handler, "somebody")
	do(officer, 0, dispute.AskInfo, bird+"的合同", dispute.MissingListed)
	do(by, 0, dispute.Supply, bird+"没有合同")
	do(officer, 0, dispute.Accept, "")
	do(by, 0, dispute.ChooseInstitution, "", dispute.CostShown, dispute.ReceiverNamed)
	do(by, 1, dispute.GiveConsent, "", dispute.SeparateConsent)
	do(officer, 1, dispute.HandOver, "", dispute.DispatchKept)
	do(firm, 1, dispute.Acknowledge, "", dispute.ReceiptDated)
	do(firm, 1, dispute.Answer, bird+"退还一半", dispute.ReliefOffered, dispute.ReasonsComplete, dispute.FromBranch)
	do(by, 1, dispute.RejectAnswer, bird+"不接受")
	do(by, 0, dispute.Withdraw, bird+"累了", dispute.ConsequencesShown)
	return []string{key, f.Number, *f.AccessCode, f.token}
}

// errorPages are pages and problems that say what cannot be done, each after a request that holds what is secret.
func errorPages(t *testing.T, b *bench, secrets []string) map[string]string {
	t.Helper()
	pages := map[string]string{}
	all := url.Values{"text": secrets, "what": {bird}, "number": {bird}, "code": {bird}, "draft": {bird}}
	from := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.AddCookie(&http.Cookie{Name: name, Value: value}) }
	}
	for name, c := range map[string]struct {
		answer *http.Response
		status int
	}{
		"no such page":         {b.ask(http.MethodGet, "/zh-Hans/complaints/none", from("__Host-file", "kanarie"), header("User-Agent", bird), header("Referer", bird)), 404},
		"no such question":     {b.post("/zh-Hans/complaints/new/none", all, from("__Host-draft", "kanarie")), 404},
		"a wrong method":       {b.ask(http.MethodDelete, "/zh-Hans/complaints/mine", from("__Host-file", "kanarie"), sends(bird)), 405},
		"another site's":       {b.post("/zh-Hans/complaints/mine/messages", all, header("Origin", "https://evil.example")), 403},
		"another host":         {b.post("/zh-Hans/complaints/mine/messages", all, func(r *http.Request) { r.Host = "evil.example" }), 421},
		"much too large":       {b.post("/zh-Hans/complaints/track", url.Values{"code": {bird + strings.Repeat("x", 1<<20)}}), 413},
		"a program, no token":  {b.ask(http.MethodGet, complaints+"/0000000000000", header("Authorization", "Bearer kanarie")), 401},
		"a program, no JSON":   {b.file(testKey("kanarie-2"), bird), 400},
		"a program, a mistake": {b.file(testKey("kanarie-2"), with(t, exampleAnswers(t, b), map[string]any{"product": bird, "contact.phone": bird, "when.date": bird})), 422},
		"a program, a key":     {b.file(bird, exampleAnswers(t, b)), 400},
	} {
		if c.answer.StatusCode != c.status {
			t.Errorf("%s: answers %d, want %d", name, c.answer.StatusCode, c.status)
		}
		pages[name] = body(t, c.answer) + fmt.Sprint(c.answer.Header)
	}
	return pages
}

// broken are the answers of a server whose database is gone.
func broken(t *testing.T, b *bench, secrets []string) map[string]string {
	t.Helper()
	pages := map[string]string{}
	key := secrets[len(secrets)-1]
	session := func(r *http.Request) { r.AddCookie(&http.Cookie{Name: "__Host-file", Value: key}) }
	for name, r := range map[string]*http.Response{
		"a message": b.post("/zh-Hans/complaints/mine/messages", url.Values{"text": {bird}}, session),
		"a code":    b.post("/zh-Hans/complaints/track", url.Values{"number": {"1234567890123"}, "code": {"1111222233334444"}}),
		"an answer": b.post("/zh-Hans/complaints/new/what", url.Values{"what": {bird}, "account": {"1"}, "draft": {complaint.NewKey()}}),
		"a filing":  b.file(testKey("kanarie-3"), with(t, exampleAnswers(t, b), map[string]any{"what": bird})),
		"a file":    b.ask(http.MethodGet, complaints+"/"+secrets[len(secrets)-3], header("Authorization", "Bearer "+key)),
	} {
		text := body(t, r)
		if r.StatusCode < 422 {
			t.Errorf("without a database %s answers %d: %s", name, r.StatusCode, text)
		}
		pages[name] = text + fmt.Sprint(r.Header)
	}
	return pages
}

// treeOf is every file below a folder, by its path. What is compressed there is read.
func treeOf(t *testing.T, root string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, path)
		files[name] = text
		if plain, wrong := io.ReadAll(brotli.NewReader(bytes.NewReader(text))); wrong == nil {
			files[name+" unpacked"] = plain
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// segments names what an index consists of, each with its content.
func segments(files map[string][]byte) (list []string) {
	for name, content := range files {
		if strings.HasSuffix(name, ".zap") {
			list = append(list, fmt.Sprintf("%s %x", name, sha256.Sum256(content)))
		}
	}
	slices.Sort(list)
	return list
}

// rowsOf is every row of every table, as the database writes it.
func rowsOf(t *testing.T, s *store.Store, postgres bool) map[string][]byte {
	t.Helper()
	tables := map[string][]byte{}
	list := func(tx *store.Tx, query string, args ...any) (all []string, err error) {
		err = tx.Query(query, args, func(scan func(...any) error) error {
			var one string
			err := scan(&one)
			all = append(all, one)
			return err
		})
		return all, err
	}
	if err := s.Read(t.Context(), func(tx *store.Tx) error {
		query := "SELECT name FROM sqlite_master WHERE type = 'table'"
		if postgres {
			query = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
		}
		names, err := list(tx, query)
		if err != nil {
			return err
		}
		for _, name := range names {
			columns := []string{"t::text"}
			if !postgres {
				if columns, err = list(tx, "SELECT 'quote(\"' || name || '\")' FROM pragma_table_info($1)", name); err != nil {
					return err
				}
			}
			rows, err := list(tx, fmt.Sprintf("SELECT %s FROM %q t", strings.Join(columns, " || ' ' || "), name))
			if err != nil {
				return err
			}
			tables[name] = []byte(strings.Join(rows, "\n"))
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if len(tables) < 10 {
		t.Fatalf("only %d tables", len(tables))
	}
	return tables
}
