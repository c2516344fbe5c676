package app

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"

	"anxin/server/api"
	"anxin/server/complaint"
	"anxin/server/dispute"
	"anxin/server/intake"
)

// exampleAnswers is the body with which the description files a complaint.
func exampleAnswers(t *testing.T, b *bench) string {
	t.Helper()
	doc := description(t, b)
	return bodies(t, doc.Paths.Value("/api/v1/complaints").Post.RequestBody.Value.Content["application/json"])[""]
}

// with is the body with some fields set otherwise, by their path.
func with(t *testing.T, body string, set map[string]any) string {
	t.Helper()
	var whole map[string]any
	if err := json.Unmarshal([]byte(body), &whole); err != nil {
		t.Fatal(err)
	}
	for path, value := range set {
		at, parts := whole, strings.Split(path, ".")
		for _, p := range parts[:len(parts)-1] {
			at = at[p].(map[string]any)
		}
		at[parts[len(parts)-1]] = value
	}
	data, err := json.Marshal(whole)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func sends(body string) func(*http.Request) {
	return func(r *http.Request) {
		r.Body, r.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
	}
}

const complaints = "/api/v1/complaints"

func (b *bench) file(key, body string) *http.Response {
	return b.ask(http.MethodPost, complaints, sends(body), header("Idempotency-Key", key))
}

// theirs is a complaint that was filed, with a token for it.
type theirs struct {
	*bench
	api.Filed
	token string
}

func (b *bench) filed(t *testing.T, key, body string) *theirs {
	t.Helper()
	f := &theirs{bench: b, Filed: decodeInto[api.Filed](t, b.file(key, body), http.StatusCreated)}
	f.token = decodeInto[api.Session](t, b.open(f.Number, *f.AccessCode), http.StatusOK).Token
	return f
}

func (b *bench) open(number, code string) *http.Response {
	return b.ask(http.MethodPost, complaints+"/"+url.PathEscape(number)+"/session", sends(`{"access_code": "`+code+`"}`))
}

// call asks below the complaint's address, with its token unless changed.
func (f *theirs) call(method, path, body string, change ...func(*http.Request)) *http.Response {
	return f.ask(method, complaints+"/"+f.Number+path, append([]func(*http.Request){sends(body), header("Authorization", "Bearer "+f.token)}, change...)...)
}

func (f *theirs) read(t *testing.T) api.Complaint {
	t.Helper()
	return decodeInto[api.Complaint](t, f.call(http.MethodGet, "", ""), http.StatusOK)
}

// handIn sends a file in a form, its fields in this order.
func (f *theirs) handIn(fields ...[2]string) *http.Response {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, field := range fields {
		make := w.CreateFormField
		if field[0] == "file" {
			make = func(name string) (io.Writer, error) { return w.CreateFormFile(name, "合同 \"一\".png") }
		}
		part, _ := make(field[0]) // a buffer takes everything
		_, _ = io.WriteString(part, field[1])
	}
	_ = w.Close()
	return f.call(http.MethodPost, "/evidence", b.String(), header("Content-Type", w.FormDataContentType()))
}

// does lets somebody of the council or the firm do something, as their console will.
func (f *theirs) does(t *testing.T, by dispute.Actor, leg int, event dispute.Event, facts ...dispute.Fact) {
	t.Helper()
	id, err := f.Complaints.ByNumber(t.Context(), f.Number)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Complaints.Do(t.Context(), complaint.As(id, by, "somebody"), complaint.Act{Leg: leg, Event: event, Facts: facts, Text: "写明的话"}); err != nil {
		t.Fatalf("%s: %v", event, err)
	}
}

func TestComplaintIsFiledOnce(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	in := exampleAnswers(t, b)
	first := decodeInto[api.Filed](t, b.file(testKey("once"), in), http.StatusCreated)
	if len(first.Number) != 13 || first.AccessCode == nil || len(*first.AccessCode) != 16 || first.State != dispute.Submitted || len(first.Deadlines) == 0 {
		t.Fatalf("the answer is %+v", first)
	}
	var spaced bytes.Buffer
	if err := json.Indent(&spaced, []byte(in), "\t", "   "); err != nil {
		t.Fatal(err)
	}
	for name, body := range map[string]string{"the same": in, "the same with spaces and in another order": spaced.String()} {
		if again := decodeInto[api.Filed](t, b.file(testKey("once"), body), http.StatusCreated); cmp.Diff(first, again) != "" {
			t.Errorf("%s:\n%s", name, cmp.Diff(first, again))
		}
	}
	other := b.file(testKey("once"), with(t, in, map[string]any{"want_text": "还有别的"}))
	if p := decodeInto[api.Problem](t, other, http.StatusConflict); p.Type != "/problems/conflict" || len(p.Errors) != 1 || p.Errors[0].Key != "key_used" || p.Errors[0].Field != "Idempotency-Key" {
		t.Errorf("another content: %+v", p)
	}
	if again := decodeInto[api.Filed](t, b.file(testKey("once"), in), http.StatusCreated); cmp.Diff(first, again) != "" {
		t.Error("the first content after another one gives another answer")
	}
	at := b.Complaints.Now()
	b.Complaints.Now = func() time.Time { return at.Add(72*time.Hour - time.Second) }
	if again := decodeInto[api.Filed](t, b.file(testKey("once"), in), http.StatusCreated); again.AccessCode == nil {
		t.Error("within 72 hours the code is not shown")
	}
	b.Complaints.Now = func() time.Time { return at.Add(72 * time.Hour) }
	again := decodeInto[api.Filed](t, b.file(testKey("once"), in), http.StatusCreated)
	if again.AccessCode != nil || again.Number != first.Number || again.Receipt != first.Receipt {
		t.Errorf("after 72 hours: %+v", again)
	}
}

// testKey is a key that says in which test it was used.
func testKey(name string) string { return "key-of-a-test-called-" + name }

func TestTwelveAtOnceFileOneComplaint(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	in := exampleAnswers(t, b)
	answers := make([]*http.Response, 12)
	var group sync.WaitGroup
	for i := range answers {
		group.Go(func() { answers[i] = b.file(testKey("twelve"), in) })
	}
	group.Wait()
	first := decodeInto[api.Filed](t, answers[0], http.StatusCreated)
	for _, r := range answers[1:] {
		if got := decodeInto[api.Filed](t, r, http.StatusCreated); cmp.Diff(first, got) != "" {
			t.Errorf("one key, two answers:\n%s", cmp.Diff(first, got))
		}
	}
	if got := decodeInto[api.Filed](t, b.file(testKey("thirteenth"), in), http.StatusCreated); got.Number == first.Number {
		t.Error("two keys, one number")
	}
}

func TestIdempotencyKeys(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	in := exampleAnswers(t, b)
	two := func(r *http.Request) { r.Header["Idempotency-Key"] = []string{testKey("one"), testKey("two")} }
	for name, change := range map[string]func(*http.Request){
		"none": func(*http.Request) {}, "two": two, "15 characters": header("Idempotency-Key", strings.Repeat("k", 15)),
		"201 characters": header("Idempotency-Key", strings.Repeat("k", 201)), "a space": header("Idempotency-Key", "a key with spaces in it"),
		"Han": header("Idempotency-Key", "一个足够长的键一个足够长的键"),
	} {
		p := decodeInto[api.Problem](t, b.ask(http.MethodPost, complaints, sends(in), change), http.StatusBadRequest)
		if len(p.Errors) != 1 || p.Errors[0].Field != "Idempotency-Key" || !strings.Contains(p.Title, "Idempotency-Key") {
			t.Errorf("%s: %+v", name, p)
		}
	}
	for _, n := range []int{16, 200} {
		if r := b.file(strings.Repeat("k", n), in); r.StatusCode != http.StatusCreated {
			t.Errorf("%d characters: %d", n, r.StatusCode)
		}
	}
}

func TestWrongAnswersAreNamed(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	in := exampleAnswers(t, b)
	p := decodeInto[api.Problem](t, b.file(testKey("wrong"), with(t, in, map[string]any{"contact.phone": "", "bar_warning_seen": false, "product": "none"})), http.StatusUnprocessableEntity)
	for _, field := range []string{"contact.phone", "bar_warning_seen", "product"} {
		if !slices.ContainsFunc(p.Errors, func(e api.FieldError) bool { return e.Field == field && e.Key != "" && e.Message != "" }) {
			t.Errorf("%s is not named in %+v", field, p.Errors)
		}
	}
	for body, want := range map[string]string{
		with(t, in, map[string]any{"colour": 1}):            "colour unknown",
		with(t, in, map[string]any{"contact.phone": 138}):   "contact.phone type",
		with(t, in, map[string]any{"amount_fen": 12.5}):     "amount_fen type",
		with(t, in, map[string]any{"amount_fen": "120.00"}): "amount_fen type",
	} {
		p := decodeInto[api.Problem](t, b.file(testKey("wrong"), body), http.StatusUnprocessableEntity)
		if len(p.Errors) != 1 || p.Errors[0].Field+" "+p.Errors[0].Key != want {
			t.Errorf("want %s, got %+v", want, p.Errors)
		}
	}
	// Nothing was filed under the key on the way.
	if r := b.file(testKey("wrong"), in); r.StatusCode != http.StatusCreated {
		t.Errorf("afterwards: %d", r.StatusCode)
	}
}

func TestComplaintIsRead(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	in := exampleAnswers(t, b)
	f := b.filed(t, testKey("read"), in)
	got := f.read(t)
	if got.Number != f.Number || got.Receipt != f.Receipt || cmp.Diff(got.Deadlines, f.Deadlines) != "" {
		t.Errorf("what is read is not what was filed: %+v", got)
	}
	var sent intake.Answers
	if err := json.Unmarshal([]byte(in), &sent); err != nil {
		t.Fatal(err)
	}
	if got.Filed.What != sent.What || got.Person.Contact != sent.Contact || got.You != dispute.Citizen || got.Product.ID != sent.Product || got.Product.Name == sent.Product || got.Helper != nil || !got.Confirmed {
		t.Errorf("her file: %+v", got)
	}
	if got.Next == nil || got.Yours == nil || got.Now == "" || got.StateText == "" {
		t.Errorf("where it stands is not said: %+v", got.Standing)
	}
	for _, d := range got.Deadlines {
		if d.DueAt == nil || !strings.HasSuffix(*d.DueAt, "Z") || len(d.Steps) == 0 || d.Keeper == "" {
			t.Errorf("a deadline without its reason: %+v", d)
		}
	}
	events := decodeInto[struct{ Items []api.ComplaintEvent }](t, f.call(http.MethodGet, "/events", ""), http.StatusOK).Items
	if len(events) != 1 || events[0].Event != dispute.Submit || events[0].Told == nil || len(events[0].Deadlines) == 0 {
		t.Errorf("the events: %+v", events)
	}
	english := decodeInto[api.Complaint](t, f.call(http.MethodGet, "?lang=en", ""), http.StatusOK)
	if english.StateText == got.StateText || english.State != got.State {
		t.Errorf("in English: %+v", english.Standing)
	}
}

func TestNumberAndCodeFailAlike(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	f := b.filed(t, testKey("alike"), exampleAnswers(t, b))
	elsewhere := setup(t, nil)
	unknown := elsewhere.filed(t, testKey("alike"), exampleAnswers(t, elsewhere)).Number
	wrong, none := b.open(f.Number, "0000000000000000"), b.open(unknown, *f.AccessCode)
	if wrong.StatusCode != http.StatusUnauthorized || none.StatusCode != http.StatusUnauthorized || !cmp.Equal(wrong.Header, none.Header) || wrong.Header.Get("WWW-Authenticate") == "" {
		t.Errorf("a wrong code answers %d %v, an unknown number %d %v", wrong.StatusCode, wrong.Header, none.StatusCode, none.Header)
	}
	text := body(t, wrong)
	if text != body(t, none) || strings.Contains(text, f.Number) {
		t.Error("a wrong code and an unknown number differ in words")
	}
	if r := b.open(f.Number[:4]+"-"+f.Number[4:8]+" "+f.Number[8:], (*f.AccessCode)[:4]+" "+(*f.AccessCode)[4:]); r.StatusCode != http.StatusOK {
		t.Errorf("with spaces and hyphens: %d", r.StatusCode)
	}
	for name, number := range map[string]string{"known": f.Number, "unknown": unknown} {
		var codes []int
		for n := range 6 {
			codes = append(codes, b.open(number, fmt.Sprintf("%016d", n)).StatusCode)
		}
		if codes[3] != http.StatusUnauthorized || codes[5] != http.StatusTooManyRequests { // the first failure was above
			t.Errorf("%s number: %v", name, codes)
		}
	}
	locked := b.open(f.Number, *f.AccessCode)
	if p := decodeInto[api.Problem](t, locked, http.StatusTooManyRequests); locked.Header.Get("Retry-After") == "" || p.Type != "/problems/too_many" {
		t.Errorf("locked: %v, %+v", locked.Header, p)
	}
	from := func(r *http.Request) { r.RemoteAddr = "198.51.100.7:1234" }
	if r := b.ask(http.MethodPost, complaints+"/"+f.Number+"/session", sends(`{"access_code": "`+*f.AccessCode+`"}`), from); r.StatusCode != http.StatusOK {
		t.Errorf("from elsewhere she is shut out: %d", r.StatusCode)
	}
}

func TestTokens(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	in := exampleAnswers(t, b)
	mine, other := b.filed(t, testKey("mine"), in), b.filed(t, testKey("other"), in)
	nobody := body(t, mine.ask(http.MethodGet, complaints+"/0000000000000", header("Authorization", "Bearer "+mine.token)))
	for _, path := range []string{"", "/events", "/legs", "/messages", "/evidence", "/file"} {
		for name, auth := range map[string]string{"none": "", "wrong": "Bearer 0000000000000000", "another scheme": "Basic " + mine.token, "empty": "Bearer "} {
			r := mine.call(http.MethodGet, path, "", header("Authorization", auth))
			if r.StatusCode != http.StatusUnauthorized || r.Header.Get("WWW-Authenticate") == "" || strings.Contains(body(t, r), mine.Number) {
				t.Errorf("%q with the token %s: %d", path, name, r.StatusCode)
			}
		}
		if r := mine.call(http.MethodGet, path, "", header("Authorization", "Bearer "+other.token)); r.StatusCode != http.StatusNotFound || body(t, r) != nobody {
			t.Errorf("%q with a token of another complaint: %d", path, r.StatusCode)
		}
	}
	if r := mine.call(http.MethodPost, "/events", `{"event": "flag_emergency"}`, header("Authorization", "Bearer "+other.token)); r.StatusCode != http.StatusNotFound {
		t.Errorf("another's token moves it: %d", r.StatusCode)
	}
	if r := mine.call(http.MethodDelete, "/session", ""); r.StatusCode != http.StatusNoContent {
		t.Errorf("ending the token: %d", r.StatusCode)
	}
	if r := mine.call(http.MethodGet, "", ""); r.StatusCode != http.StatusUnauthorized {
		t.Errorf("after that it answers %d", r.StatusCode)
	}
	if other.read(t).State != dispute.Submitted {
		t.Error("the other one was touched")
	}
}

func TestEventsAreTakenAndRefused(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	f := b.filed(t, testKey("events"), exampleAnswers(t, b))
	events := func(list []api.Option) (names []string) {
		for _, o := range list {
			names = append(names, string(o.Event))
		}
		return names
	}
	before := f.read(t)
	post := func(body string) *http.Response { return f.call(http.MethodPost, "/events", body) }

	p := decodeInto[api.Problem](t, post(`{"event": "resume"}`), http.StatusConflict)
	if !slices.Contains(events(p.Allowed), "withdraw") || slices.Contains(events(p.Allowed), "resume") || p.Errors[0].Key != "not_now" || p.Title == "" {
		t.Errorf("not now: %+v", p)
	}
	if cmp.Diff(p.Allowed, before.Allowed) != "" {
		t.Error("the refusal allows something else than the complaint")
	}
	if p := decodeInto[api.Problem](t, post(`{"event": "accept"}`), http.StatusForbidden); p.Errors[0].Key != "not_yours" || p.Type != "/problems/forbidden" {
		t.Errorf("not hers: %+v", p)
	}
	p = decodeInto[api.Problem](t, post(`{"event": "withdraw"}`), http.StatusUnprocessableEntity)
	if p.Errors[0].Key != "consequences" || p.Errors[0].Field != "confirm" || len(p.Needs) != 1 || !slices.Equal(p.Needs[0].Confirm, []dispute.Fact{dispute.ConsequencesShown}) {
		t.Errorf("not yet: %+v", p)
	}
	for body, want := range map[string]string{
		`{}`:                  "event missing",
		`{"event": "vanish"}`: "event event",
		`{"event": "withdraw", "confirm": ["within_three_years"]}`:         "confirm[0] confirm",
		`{"event": "withdraw", "because": "x"}`:                            "because unknown",
		`{"event": "withdraw", "version": "1"}`:                            "version type",
		`{"event": "reopen", "text": "` + strings.Repeat("长", 5001) + `"}`: "text long",
	} {
		p := decodeInto[api.Problem](t, post(body), http.StatusUnprocessableEntity)
		if p.Errors[0].Field+" "+p.Errors[0].Key != want {
			t.Errorf("%s: %+v", body, p.Errors)
		}
	}
	if after := f.read(t); cmp.Diff(before, after) != "" {
		t.Errorf("what was refused changed something:\n%s", cmp.Diff(before, after))
	}

	moved := decodeInto[api.Complaint](t, post(fmt.Sprintf(`{"event": "flag_emergency", "version": %d}`, before.Version)), http.StatusOK)
	if moved.State != dispute.Emergency || moved.Version <= before.Version || moved.Receipt != before.Receipt {
		t.Errorf("moved: %+v", moved)
	}
	stale := decodeInto[api.Problem](t, post(fmt.Sprintf(`{"event": "resume", "version": %d}`, before.Version)), http.StatusConflict)
	if stale.Errors[0].Key != "version" || stale.Allowed != nil {
		t.Errorf("a version that has passed: %+v", stale)
	}
	closed := decodeInto[api.Complaint](t, post(`{"event": "withdraw", "confirm": ["consequences_shown"]}`), http.StatusOK)
	if closed.State != dispute.Withdrawn || closed.Next != nil || closed.Yours != nil || !slices.Contains(events(closed.Allowed), "reopen") {
		t.Errorf("withdrawn: %+v", closed)
	}
	p = decodeInto[api.Problem](t, post(`{"event": "reopen"}`), http.StatusUnprocessableEntity)
	if p.Errors[0].Key != "ground" || p.Errors[0].Field != "text" || len(p.Needs) != 1 || !p.Needs[0].Text {
		t.Errorf("opened again without saying why: %+v", p)
	}
	if again := decodeInto[api.Complaint](t, post(`{"event": "reopen", "text": "又扣了一次"}`), http.StatusOK); again.State != dispute.Submitted {
		t.Errorf("opened again: %+v", again.Standing)
	}
}

// From taking it up to the firm's answer, as she sees it.
func TestLegsOfAComplaint(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	f := b.filed(t, testKey("legs"), exampleAnswers(t, b))
	f.does(t, dispute.Officer, 0, dispute.Accept)
	post := func(body string, status int) *http.Response {
		t.Helper()
		r := f.call(http.MethodPost, "/events", body)
		if r.StatusCode != status {
			t.Errorf("%s answers %d: %s", body, r.StatusCode, bodyOf(r))
		}
		return r
	}
	post(`{"event": "choose_institution", "confirm": ["cost_shown", "receiver_named"]}`, http.StatusOK)
	c := f.read(t)
	if len(c.Legs) != 1 || c.Legs[0].State != dispute.ConsentPending || c.Legs[0].Channel != dispute.Institution {
		t.Fatalf("the leg: %+v", c.Legs)
	}
	i := slices.IndexFunc(c.Allowed, func(o api.Option) bool { return o.Event == dispute.GiveConsent })
	if i < 0 || c.Allowed[i].Leg != 1 || len(c.Allowed[i].Needs) != 1 || c.Allowed[i].Needs[0].Key != "separate" {
		t.Fatalf("what she may do: %+v", c.Allowed)
	}
	post(`{"event": "give_consent", "leg": 1, "confirm": ["separate_consent"]}`, http.StatusOK)
	drafted, err := b.Complaints.Letters(t.Context(), clerk)
	if err != nil || len(drafted) != 1 {
		t.Fatalf("drafted are %+v, %v", drafted, err)
	}
	if err := b.Complaints.SentLetter(t.Context(), clerk, drafted[0].ID, "post", drafted[0].Drafted); err != nil {
		t.Fatal(err)
	}
	f.does(t, dispute.Handler, 1, dispute.Answer, dispute.ReasonsComplete, dispute.ReliefOffered)
	legs := decodeInto[struct {
		Total int
		Items []api.Leg
	}](t, f.call(http.MethodGet, "/legs", ""), http.StatusOK)
	if legs.Total != 1 || legs.Items[0].State != dispute.Answered || legs.Items[0].Outcome == nil || *legs.Items[0].Outcome != dispute.ReliefOffered || legs.Items[0].OutcomeText == nil {
		t.Errorf("the legs: %+v", legs)
	}
	if l := legs.Items[0].Letters; len(l) != 1 || l[0].N != 1 || l[0].Kind != "hand_over" || l[0].Way != "post" || l[0].Letter.Lang != "zh-Hans" || len(l[0].Letter.Rows) == 0 {
		t.Errorf("the letters: %+v", l)
	}
	c = f.read(t)
	if n := slices.IndexFunc(c.Allowed, func(o api.Option) bool { return o.Event == dispute.AcceptAnswer }); n < 0 ||
		slices.ContainsFunc(c.Allowed[n+1:], func(o api.Option) bool { return o.Event == dispute.AcceptAnswer }) {
		t.Errorf("she may accept it once: %+v", c.Allowed)
	}
	all := decodeInto[apiList](t, f.call(http.MethodGet, "/events", ""), http.StatusOK)
	seen, cursor := 0, ""
	for seen < all.Total {
		part := decodeInto[struct {
			Items []api.ComplaintEvent
			Next  *string `json:"next_cursor"`
		}](t, f.call(http.MethodGet, "/events?limit=2"+cursor, ""), http.StatusOK)
		for _, e := range part.Items {
			if e.EventText == nil && e.Told != nil || e.ActorText == "" {
				t.Errorf("an event without words: %+v", e)
			}
		}
		if seen += len(part.Items); part.Next == nil {
			break
		}
		cursor = "&cursor=" + *part.Next
	}
	if seen != all.Total || all.Total < 6 {
		t.Errorf("%d of %d events are listed", seen, all.Total)
	}
	post(`{"event": "accept_answer", "leg": 1, "confirm": ["summary_shown", "in_part"]}`, http.StatusOK)
	if l := f.read(t).Legs[0]; l.State != dispute.AcceptedByCitizen || !l.Part {
		t.Errorf("accepted in part: %+v", l)
	}
}

func bodyOf(r *http.Response) string {
	text, _ := io.ReadAll(r.Body) // a recorder's
	return string(text)
}

func TestHelperSeesWhatComesFirst(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	in := with(t, exampleAnswers(t, b), map[string]any{
		"for": "other", "consents.helper": true,
		"helper": map[string]any{"name": "陈先生（虚构）", "phone": "13900139000", "relation": "child", "authority": "told"},
	})
	f := b.filed(t, testKey("helper"), in)
	c := f.read(t)
	if c.You != dispute.Helper || c.Helper == nil || c.Confirmed {
		t.Fatalf("the helper's file: %+v", c)
	}
	i := slices.IndexFunc(c.Allowed, func(o api.Option) bool { return o.Event == dispute.Withdraw })
	if i < 0 {
		t.Fatalf("a helper may not even try to withdraw: %+v", c.Allowed)
	}
	var keys []string
	for _, n := range c.Allowed[i].Needs {
		keys = append(keys, n.Key)
	}
	if !slices.Equal(keys, []string{"consequences", "confirmed", "power"}) {
		t.Errorf("withdrawing needs %v", keys)
	}
	p := decodeInto[api.Problem](t, f.call(http.MethodPost, "/events", `{"event": "withdraw", "confirm": ["consequences_shown"]}`), http.StatusUnprocessableEntity)
	if p.Errors[0].Key != "confirmed" || p.Errors[0].Field != "event" {
		t.Errorf("withdrawn for somebody whom nobody has asked: %+v", p)
	}
}

func TestMessagesAndContact(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	f := b.filed(t, testKey("messages"), exampleAnswers(t, b))
	for body, status := range map[string]int{
		`{"text": "请问有消息了吗？"}`: http.StatusNoContent, `{"text": " \n "}`: http.StatusUnprocessableEntity, `{}`: http.StatusUnprocessableEntity,
		`{"text": "` + strings.Repeat("长", 5001) + `"}`: http.StatusUnprocessableEntity, `{"text": 5}`: http.StatusUnprocessableEntity, `[]`: http.StatusUnprocessableEntity, `x`: http.StatusBadRequest,
	} {
		if r := f.call(http.MethodPost, "/messages", body); r.StatusCode != status {
			t.Errorf("%.40s answers %d", body, r.StatusCode)
		}
	}
	list := decodeInto[struct{ Items []api.Message }](t, f.call(http.MethodGet, "/messages", ""), http.StatusOK).Items
	if len(list) != 1 || list[0].Text != "请问有消息了吗？" || list[0].Actor != dispute.Citizen || list[0].ReadAt != nil {
		t.Errorf("the messages: %+v", list)
	}
	if p := decodeInto[api.Problem](t, f.call(http.MethodPut, "/contact", `{"contact": {"name": "林女士", "phone": ""}, "reach": {"ways": ["phone"]}}`), http.StatusUnprocessableEntity); p.Errors[0].Field != "contact.phone" {
		t.Errorf("a contact without a telephone: %+v", p)
	}
	c := decodeInto[api.Complaint](t, f.call(http.MethodPut, "/contact", `{"contact": {"name": "林女士", "phone": "13700137000"}, "reach": {"ways": ["text"]}}`), http.StatusOK)
	if c.Person.Contact.Phone != "13700137000" || c.Filed.Contact.Phone == "13700137000" {
		t.Errorf("the contact: %+v, as filed %+v", c.Person, c.Filed.Contact)
	}
}

func TestEvidenceComesBackAsItWas(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	in := exampleAnswers(t, b)
	f, other := b.filed(t, testKey("evidence"), in), b.filed(t, testKey("no-evidence"), in)
	picture := "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde" + strings.Repeat("x\x00\xff", 70_000)
	hash := sha256.Sum256([]byte(picture))
	e := decodeInto[api.Evidence](t, f.handIn([2]string{"description", "合同第一页"}, [2]string{"file", picture}), http.StatusCreated)
	want := api.Evidence{
		ID: e.ID, Name: `合同 "一".png`, Description: "合同第一页", Kind: "image/png", Size: int64(len(picture)), SHA256: hex.EncodeToString(hash[:]),
		At: e.At, By: dispute.Citizen,
	}
	if e != want || e.ID == "" || !strings.HasSuffix(e.At, "Z") {
		t.Errorf("kept: %+v", e)
	}
	r := f.call(http.MethodGet, "/evidence/"+e.ID, "")
	if got := bodyOf(r); got != picture || r.StatusCode != http.StatusOK {
		t.Errorf("%d, %d bytes come back", r.StatusCode, len(got))
	}
	for name, want := range map[string]string{
		"Content-Type": "image/png", "Content-Disposition": "attachment; filename*=utf-8''%E5%90%88%E5%90%8C%20%22%E4%B8%80%22.png",
		"Content-Security-Policy": "default-src 'none'; sandbox", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff",
	} {
		if got := r.Header.Get(name); got != want {
			t.Errorf("%s is %q", name, got)
		}
	}
	for name, r := range map[string]*http.Response{
		"of another": other.call(http.MethodGet, "/evidence/"+e.ID, ""), "none": f.call(http.MethodGet, "/evidence/none", ""),
		"taken away by another": other.call(http.MethodDelete, "/evidence/"+e.ID, ""),
	} {
		if r.StatusCode != http.StatusNotFound || r.Header.Get("Content-Disposition") != "" {
			t.Errorf("%s: %d %v", name, r.StatusCode, r.Header)
		}
	}
	for name, c := range map[string]struct {
		fields [][2]string
		status int
		want   string
	}{
		"no file":             {[][2]string{{"description", "x"}}, 422, "file missing"},
		"file first":          {[][2]string{{"file", picture}, {"description", "x"}}, 422, "description description_first"},
		"no description":      {[][2]string{{"description", " "}, {"file", picture}}, 422, "description missing"},
		"a field of nobody's": {[][2]string{{"colour", "x"}, {"file", picture}}, 422, "colour unknown"},
		"a page":              {[][2]string{{"description", "x"}, {"file", "<!doctype html><script>"}}, 422, "file type"},
		"nothing in it":       {[][2]string{{"description", "x"}, {"file", ""}}, 422, "file empty"},
		"too large":           {[][2]string{{"description", "x"}, {"file", picture + strings.Repeat("x", 20<<20-len(picture)+1)}}, 413, "file large"},
		"much too large":      {[][2]string{{"description", "x"}, {"file", picture + strings.Repeat("x", 21<<20)}}, 413, "file large"},
		"a long description":  {[][2]string{{"description", strings.Repeat("长", 4000)}, {"file", picture}}, 422, "description long"},
	} {
		p := decodeInto[api.Problem](t, f.handIn(c.fields...), c.status)
		if len(p.Errors) != 1 || p.Errors[0].Field+" "+p.Errors[0].Key != c.want || p.Errors[0].Message == "" {
			t.Errorf("%s: %+v", name, p)
		}
	}
	cutOff := f.call(http.MethodPost, "/evidence", "--x\r\nContent-Disposition: form-data; name=\"description\"\r\n\r\nx\r\n--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\n"+picture,
		header("Content-Type", "multipart/form-data; boundary=x"))
	if cutOff.StatusCode < 400 || cutOff.StatusCode > 499 {
		t.Errorf("a file that was cut off: %d", cutOff.StatusCode)
	}
	if r := f.call(http.MethodDelete, "/evidence/"+e.ID, ""); r.StatusCode != http.StatusNoContent {
		t.Errorf("taking it out: %d", r.StatusCode)
	}
	if r := f.call(http.MethodGet, "/evidence/"+e.ID, ""); r.StatusCode != http.StatusNotFound {
		t.Errorf("after that it is still given: %d", r.StatusCode)
	}
	list := decodeInto[struct{ Items []api.Evidence }](t, f.call(http.MethodGet, "/evidence", ""), http.StatusOK).Items
	if len(list) != 1 || !list[0].Removed || list[0].SHA256 != want.SHA256 {
		t.Errorf("the list: %+v", list)
	}
}

func TestTheWholeFileVerifies(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	f := b.filed(t, testKey("whole"), exampleAnswers(t, b))
	const paper = "%PDF-1.4\n1 0 obj<<>>endobj\n%%EOF\n"
	decodeInto[api.Evidence](t, f.handIn([2]string{"description", "合同"}, [2]string{"file", paper}), http.StatusCreated)
	r := f.call(http.MethodGet, "/file?lang=en", "")
	data := bodyOf(r)
	if r.StatusCode != http.StatusOK || r.Header.Get("Content-Type") != "application/zip" || !strings.HasPrefix(r.Header.Get("Content-Disposition"), "attachment") {
		t.Fatalf("%d %v", r.StatusCode, r.Header)
	}
	whole, err := zip.NewReader(strings.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	files, sums := map[string]string{}, map[string]string{}
	for _, entry := range whole.File {
		from, err := entry.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(from)
		if err != nil {
			t.Fatal(err)
		}
		hash := sha256.Sum256(text)
		files[entry.Name], sums[entry.Name] = string(text), hex.EncodeToString(hash[:])
	}
	if sums["complaint.json"] != f.Receipt.SHA256 {
		t.Errorf("complaint.json has the hash %s, the receipt %s", sums["complaint.json"], f.Receipt.SHA256)
	}
	listed := 0
	for line := range strings.Lines(files["SHA256SUMS"]) {
		sum, name, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		if listed++; !ok || sums[name] != sum {
			t.Errorf("%q does not verify", line)
		}
	}
	if listed != len(files)-1 {
		t.Errorf("of %d files %d are listed", len(files)-1, listed)
	}
	if !strings.Contains(files["index.html"], `lang="en"`) || !slices.Contains(slices.Collect(maps.Values(files)), paper) {
		t.Error("the page is not in English, or what was handed in is missing")
	}
}

// The description names the choices there are.
func TestChoicesOfTheDescription(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	schemas := description(t, b).Components.Schemas
	of := func(schema string, path ...string) *openapi3.Schema {
		s := schemas[schema].Value
		for _, p := range path {
			s = s.Properties[p].Value
			if s.Items != nil {
				s = s.Items.Value
			}
		}
		return s
	}
	var products []string
	for _, p := range b.API.Policy.Products() {
		products = append(products, p.ID)
	}
	for name, c := range map[string]struct {
		schema *openapi3.Schema
		want   []string
	}{
		"products": {of("Product"), products}, "wants": {of("Answers", "wants"), intake.Wants}, "tried": {of("Answers", "tried", "firm"), intake.TriedFirm},
		"relations": {of("Helper", "relation"), intake.Relations}, "authorities": {of("Helper", "authority"), intake.Authorities},
		"ways": {of("Reach", "ways"), intake.Ways}, "hours": {of("Reach", "hours"), intake.Hours}, "needs": {of("Reach", "needs"), intake.Needs},
	} {
		var got []string
		for _, v := range c.schema.Enum {
			got = append(got, fmt.Sprint(v))
		}
		if !slices.Equal(got, c.want) || len(got) == 0 {
			t.Errorf("%s are %v, described as %v", name, c.want, got)
		}
	}
}

// What she tells is hers: no log, and no error, repeats it.
func TestComplaintsLogNothingOfHers(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	const canary = "金丝雀13912345678"
	in := with(t, exampleAnswers(t, b), map[string]any{"what": canary, "contact.name": canary, "want_text": canary, "reach.note": canary})
	f := b.filed(t, testKey("canary"), in)
	answers := []*http.Response{
		b.file(testKey("canary"), with(t, in, map[string]any{"what": canary + "。"})),
		b.file(testKey("canary-wrong"), with(t, in, map[string]any{"product": canary, "contact.phone": canary, "when.date": canary})),
		b.file(canary, in),
		b.open(f.Number, canary), b.open(canary, *f.AccessCode), b.open(f.Number, (*f.AccessCode)[1:]),
		f.call(http.MethodGet, "", "", header("Authorization", "Bearer "+canary)),
		f.call(http.MethodGet, "/evidence/"+canary, ""), f.call(http.MethodDelete, "/evidence/"+canary, ""),
		f.call(http.MethodPost, "/events", `{"event": "`+canary+`"}`), f.call(http.MethodPost, "/events", `{"event": "reopen", "text": "`+canary+`"}`),
		f.call(http.MethodPost, "/messages", `{"text": "`+canary), f.call(http.MethodGet, "/messages?cursor="+canary, ""),
		f.call(http.MethodPut, "/contact", `{"contact": {"name": "`+canary+`", "phone": "`+canary+`"}, "reach": {"ways": ["`+canary+`"]}}`),
		f.handIn([2]string{"description", canary}, [2]string{"file", canary}),
	}
	f.call(http.MethodPost, "/messages", `{"text": "`+canary+`"}`)
	f.call(http.MethodPost, "/events", `{"event": "flag_emergency", "text": "`+canary+`"}`)
	for i, r := range answers {
		text := bodyOf(r)
		if r.StatusCode < 400 || r.StatusCode > 499 {
			t.Errorf("%d answers %d: %s", i, r.StatusCode, text)
		}
		for _, secret := range []string{canary, "13912345678", f.Number, *f.AccessCode, (*f.AccessCode)[1:], f.token, testKey("canary")} {
			if strings.Contains(text, secret) {
				t.Errorf("error %d repeats %q: %s", i, secret, text)
			}
		}
	}
	log := b.log.String()
	for _, secret := range []string{canary, "13912345678", f.Number, *f.AccessCode, (*f.AccessCode)[1:], f.token, testKey("canary")} {
		if strings.Contains(log, secret) {
			t.Errorf("the log has %q", secret)
		}
	}
	if !strings.Contains(log, "route=/api/v1/complaints/:number/events") {
		t.Errorf("the log has no routes:\n%s", log)
	}
}

// complaintProblems are the requests that show every error which the description has of complaints.
func complaintProblems(t *testing.T, b *bench, doc *openapi3.T) []problemCase {
	t.Helper()
	in := exampleAnswers(t, b)
	mine, other, locked := b.filed(t, testKey("problems"), in), b.filed(t, testKey("others"), in), b.filed(t, testKey("locked"), in)
	for n := range 5 {
		b.open(locked.Number, fmt.Sprintf("%016d", n))
	}
	token := header("Authorization", "Bearer "+mine.token)
	kept := header("Idempotency-Key", testKey("problems"))
	kind := header("Content-Type", "multipart/form-data; boundary=x")
	huge := `"` + strings.Repeat("9", maxForm) + `"`
	var list []problemCase
	for _, c := range calls(doc) {
		if !strings.HasPrefix(c.path, complaints) {
			continue
		}
		target := strings.NewReplacer("{number}", mine.Number, "{id}", "none").Replace(c.path)
		add := func(status int, target, body string, change ...func(*http.Request)) {
			list = append(list, problemCase{b, c.method, c.path, target, body, status, append([]func(*http.Request){token, kept}, change...)})
		}
		for status := range c.Responses.Map() {
			switch status + " " + c.OperationID {
			case "409 createComplaint":
				add(409, target, with(t, in, map[string]any{"want_text": "x"}))
			case "409 moveComplaint":
				add(409, target, `{"event": "resume"}`)
			case "403 moveComplaint":
				add(403, target, `{"event": "accept"}`)
			case "400 addEvidence":
				add(400, target, "{}")
			case "413 addEvidence":
				add(413, target, "", kind, func(r *http.Request) { r.ContentLength = 1 << 30 })
			case "422 addEvidence":
				add(422, target, "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nx\r\n--x--\r\n", kind)
			case "401 openComplaint":
				add(401, target, `{"access_code": "0"}`)
			case "429 openComplaint":
				add(429, strings.Replace(target, mine.Number, locked.Number, 1), `{"access_code": "0"}`)
			case "404 getEvidence", "404 removeEvidence":
				add(404, target, "")
			default:
				switch status {
				case "400":
					add(400, target, "{")
				case "401":
					add(401, target, "", header("Authorization", ""))
				case "404":
					add(404, strings.Replace(target, mine.Number, other.Number, 1), "")
				case "413":
					add(413, target, huge)
				case "422":
					if c.method == http.MethodGet {
						target += "?lang=fr"
					}
					add(422, target, `{"colour": 1}`)
				}
			}
		}
	}
	return list
}

// While more codes are being checked than can be in a few seconds, the others are asked to come back.
func TestSignInIsShed(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	ctx, done := context.WithCancel(t.Context())
	defer done()
	answers := make(chan *http.Response)
	const many = 64
	var group sync.WaitGroup
	for n := range many {
		group.Go(func() {
			answers <- b.ask(http.MethodPost, fmt.Sprintf("%s/%013d/session", complaints, n), sends(`{"access_code": "0000000000000000"}`),
				func(r *http.Request) { *r = *r.WithContext(ctx) })
		})
	}
	go func() { group.Wait(); close(answers) }()
	busy := 0
	for r := range answers {
		if r.StatusCode != http.StatusServiceUnavailable {
			continue
		}
		if busy++; r.Header.Get("Retry-After") == "" {
			t.Error("without Retry-After")
		}
		done() // the others need not be checked
	}
	if busy == 0 {
		t.Errorf("of %d at once none is shed", many)
	}
}
