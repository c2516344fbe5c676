package app

import (
	"context"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"anxin/server/complaint"
	"anxin/server/fault"
	"anxin/server/limit"
	"anxin/server/limit/limittest"
)

// waits notes how long whoever asks a server would have to wait, in place of waiting.
func (b *bench) waits() *[]time.Duration {
	var list []time.Duration
	b.Complaints.Limits.Sleep = func(_ context.Context, d time.Duration) error {
		list = append(list, d)
		return nil
	}
	return &list
}

const noCode = "0000 0000 0000 0000"

// Who tries codes of drafts from one address is slowed, then asked to come back; her right code does not count, and another
// address waits for nothing.
func TestWrongCodesOfDrafts(t *testing.T) {
	t.Parallel()
	b := setup(t, map[string]string{"ANXIN_TRUSTED_PROXIES": "192.0.2.1"}) // httptest's other end
	slept := b.waits()
	draft := complaint.Draft{Key: complaint.NewKey()}
	code, err := b.Complaints.ResumeCode(t.Context(), &draft)
	if err != nil {
		t.Fatal(err)
	}
	try := func(from, code string) *http.Response {
		t.Helper()
		r := b.post("/en/complaints/new/resume", url.Values{"code": {code}}, header("X-Forwarded-For", from))
		r.Body.Close()
		return r
	}
	for range 50 { // a right one counts nothing
		if r := try("198.51.100.1", code); r.StatusCode != http.StatusSeeOther {
			t.Fatalf("the right code: %s", r.Status)
		}
	}
	for i := range limit.Resume.Free + 10 {
		if r := try("198.51.100.1", noCode); r.StatusCode != http.StatusUnprocessableEntity {
			t.Fatalf("wrong code %d: %s", i, r.Status)
		}
	}
	if n := len(*slept); n != 10 || (*slept)[0] != limit.Resume.Every || (*slept)[9] != limit.Resume.Longest {
		t.Errorf("waited %v", *slept)
	}
	r := b.post("/en/complaints/new/resume", url.Values{"code": {"1234 5678 1234 5678"}}, header("X-Forwarded-For", "198.51.100.1"))
	text := body(t, r)
	if r.StatusCode != http.StatusServiceUnavailable || r.Header.Get("Retry-After") != "11" || !strings.Contains(text, "Too many people are trying") ||
		!strings.Contains(text, `value="1234 5678 1234 5678"`) {
		t.Errorf("the next: %s, again in %q:\n%s", r.Status, r.Header.Get("Retry-After"), text)
	}
	*slept = nil
	if r := try("198.51.100.2", code); r.StatusCode != http.StatusSeeOther || len(*slept) > 0 {
		t.Errorf("from elsewhere: %s, waited %v", r.Status, *slept)
	}
}

// Wrong codes at many complaints slow their address, and a complaint that locks counts no longer.
func TestWrongCodesAtManyNumbers(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	slept := b.waits()
	numbers, wrong := 0, 0
	for wrong < limit.SignIn.Free {
		numbers++
		for range 8 {
			_, _, err := b.Complaints.SignIn(t.Context(), "198.51.100.1", number(numbers), noCode)
			switch fault.From(err).Kind {
			case fault.Unauthorized:
				wrong++
			case fault.TooMany: // this number is locked: nothing is tried
			default:
				t.Fatal(err)
			}
		}
	}
	if wrong != limit.SignIn.Free || len(*slept) != 3 { // the three tries at the last number, which is locked
		t.Errorf("%d wrong codes waited %v", wrong, *slept)
	}
	*slept = nil
	if _, _, err := b.Complaints.SignIn(t.Context(), "198.51.100.1", number(0), noCode); fault.From(err).Kind != fault.Unauthorized || !slices.Equal(*slept, []time.Duration{limit.SignIn.Every}) {
		t.Errorf("one more: %v, waited %v", err, *slept)
	}
}

func number(n int) string {
	return strings.Repeat("0", 11) + string([]byte{'0' + byte(n/10), '0' + byte(n%10)})
}

// Hundreds of drafts from one address come slower, and all of them are kept.
func TestManyDrafts(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	slept := b.waits()
	for range limit.Begin.Free {
		if err := b.Complaints.Begin(t.Context(), "192.0.2.1"); err != nil { // as httptest's other end is called
			t.Fatal(err)
		}
	}
	for range 10 {
		r := b.post("/en/complaints/new/urgent", url.Values{"urgent": {"no"}, "draft": {complaint.NewKey()}})
		r.Body.Close()
		if r.StatusCode != http.StatusSeeOther {
			t.Fatal(r.Status)
		}
	}
	if n := len(*slept); n != 10 || (*slept)[0] != limit.Begin.Every || (*slept)[9] != limit.Begin.Longest {
		t.Errorf("waited %v", *slept)
	}
}

// What one server counts, another one that shares its Redis and secret knows.
func TestLimitsAreShared(t *testing.T) {
	t.Parallel()
	redis := limittest.Redis(t)
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte(strings.Repeat("ab", 32)), 0o600); err != nil {
		t.Fatal(err)
	}
	var logs string
	for range 5 { // on a busy machine Redis may be too slow once
		one := setup(t, map[string]string{"ANXIN_REDIS_URL": redis.URL, "ANXIN_SECRET_FILE": secret})
		another := setup(t, map[string]string{"ANXIN_REDIS_URL": redis.URL, "ANXIN_SECRET_FILE": secret})
		one.waits()
		slept := another.waits()
		address := complaint.NewKey()
		for range limit.Resume.Free {
			if _, err := one.Complaints.Resume(t.Context(), address, noCode); fault.From(err).Kind != fault.Unauthorized {
				t.Fatal(err)
			}
		}
		if _, err := another.Complaints.Resume(t.Context(), address, noCode); fault.From(err).Kind != fault.Unauthorized {
			t.Fatal(err)
		}
		if len(*slept) == 1 && (*slept)[0] > 0 && (*slept)[0] <= limit.Resume.Every {
			return
		}
		logs += one.log.String() + another.log.String()
	}
	t.Errorf("the other one does not know: %s", logs)
}

func TestRedisThatIsNone(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "redis")
	if err := os.WriteFile(file, []byte("canary:6379\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	err := Command(t.Context(), nil, func(name string) string {
		return map[string]string{"ANXIN_DATA": t.TempDir(), "ANXIN_REDIS_URL_FILE": file}[name]
	}, &logged{}, &logged{})
	if err == nil || !strings.Contains(err.Error(), "ANXIN_REDIS_URL") || strings.Contains(err.Error(), "canary") {
		t.Errorf("a server starts with it: %v", err)
	}
}
