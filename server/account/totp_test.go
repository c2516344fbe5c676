package account

import (
	"strings"
	"testing"
	"time"
)

// RFC 6238, appendix B, the rows for SHA-1.
func TestCodesOfTheStandard(t *testing.T) {
	t.Parallel()
	secret := []byte("12345678901234567890")
	for at, want := range map[int64]string{
		59: "94287082", 1111111109: "07081804", 1111111111: "14050471", 1234567890: "89005924", 2000000000: "69279037", 20000000000: "65353130",
	} {
		if got := codeAt(secret, stepAt(time.Unix(at, 0)), 8); got != want {
			t.Errorf("at %d: %s, not %s", at, got, want)
		}
	}
}

func TestACodeIsTakenAroundItsTimeAndOnce(t *testing.T) {
	t.Parallel()
	secret, now := newSecret(), time.Unix(1800000000, 0)
	code := codeAt(secret, stepAt(now), codeDigits)
	for name, c := range map[string]struct {
		after time.Duration
		last  int64
		ok    bool
	}{
		"now":                       {0, 0, true},
		"half a minute later":       {period * time.Second, 0, true},
		"by a clock that is behind": {-period * time.Second, 0, true},
		"a minute later":            {2 * period * time.Second, 0, false},
		"by a clock far behind":     {-2 * period * time.Second, 0, false},
		"again":                     {0, stepAt(now), false},
		"an older one":              {0, stepAt(now) + 1, false},
		"the next after one":        {0, stepAt(now) - 1, true},
	} {
		step, ok := matchCode(secret, code, now.Add(c.after), c.last)
		if ok != c.ok || ok && step != stepAt(now) {
			t.Errorf("%s: %v at step %d", name, ok, step)
		}
	}
	for _, wrong := range []string{"", "0", code + "0", code[1:], "ABCDEF"} {
		if _, ok := matchCode(secret, wrong, now, 0); ok {
			t.Errorf("%q was taken", wrong)
		}
	}
}

func TestSecretsAndRecoveryCodes(t *testing.T) {
	t.Parallel()
	s := secretOf("林晓 A", []byte("12345678901234567890"))
	if s.Groups != "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ" {
		t.Error(s.Groups)
	}
	if want := "otpauth://totp/Anxin:%E6%9E%97%E6%99%93%20A?issuer=Anxin&secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"; s.URI != want {
		t.Errorf("%s, not %s", s.URI, want)
	}
	seen := map[string]bool{}
	for _, code := range newRecovery() {
		if len(strings.ReplaceAll(code, " ", "")) != 16 || seen[code] { // 80 bits
			t.Errorf("%q", code)
		}
		seen[code] = true
	}
	if len(seen) != 10 {
		t.Errorf("%d codes", len(seen))
	}
}

func TestWeigh(t *testing.T) {
	t.Parallel()
	for password, want := range map[string]Weakness{
		"":                           TooShort,
		"shortone 11":                TooShort,
		"床前明月光疑是地上霜举":                TooShort,
		"床前明月光疑是地上霜举头":               "",
		strings.Repeat("长", 128):     Common, // of one character
		strings.Repeat("长短高低快慢", 22): TooLong,
		"password1234":               Common,
		"Pass-Word 1234!":            Common,
		"ＰＡＳＳＷＯＲＤ１２３４":               Common,
		"aaaaaaaaaaaaaaaa":           Common,
		"linxiao-2026!":              Named,
		"2026 LinXiao 11":            Named,
		"seven grey teapots":         "",
		"linxiao likes grey teapots": "",
		"no 1 needs CAPITALS":        "",
	} {
		if got := Weigh(password, "Lin Xiao"); got != want {
			t.Errorf("%q: %q, not %q", password, got, want)
		}
	}
}

func TestDevice(t *testing.T) {
	t.Parallel()
	for agent, want := range map[string]string{
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36 Edg/126.0":       "Edge, Windows",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 16_0 like Mac OS X) AppleWebKit/605 (KHTML, like Gecko) Version/16.0 Mobile Safari/604.1": "Safari, iPhone",
		"Mozilla/5.0 (Linux; Android 10) AppleWebKit/537.36 Chrome/87.0 Mobile Safari/537.36 MicroMessenger/8.0":                      "WeChat, Android",
		"curl/8.0": "", "": "", "Firefox/130.0": "Firefox",
	} {
		if got := Device(agent); got != want {
			t.Errorf("%q: %q, not %q", agent, got, want)
		}
	}
}
