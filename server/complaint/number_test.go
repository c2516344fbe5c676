package complaint

import (
	"strings"
	"testing"
)

// The check digits of ISO 7064 MOD 11,10: 0794 carries 5 (an example of the standard's own).
func TestCheckDigit(t *testing.T) {
	t.Parallel()
	if got := checkDigit("0794"); got != '5' {
		t.Errorf("the check digit of 0794 is %c, want 5", got)
	}
}

func TestNumber(t *testing.T) {
	t.Parallel()
	for range 200 {
		n := newNumber()
		if got, ok := ParseNumber(Grouped(n)); !ok || got != n {
			t.Fatalf("%s reads as %s, %v", Grouped(n), got, ok)
		}
		for i := range n {
			for d := byte('0'); d <= '9'; d++ {
				wrong := n[:i] + string(d) + n[i+1:]
				if _, ok := ParseNumber(wrong); ok != (wrong == n) {
					t.Fatalf("%s with a wrong digit, %s: %v", n, wrong, ok)
				}
			}
		}
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	n := newNumber()
	wide := strings.Map(func(r rune) rune { return r - '0' + '０' }, n)
	for _, text := range []string{n, Grouped(n), " " + n[:4] + "-" + n[4:8] + "－" + n[8:] + "\n", wide, n[:6] + "　" + n[6:]} {
		if got, ok := ParseNumber(text); !ok || got != n {
			t.Errorf("%q reads as %s, %v", text, got, ok)
		}
	}
	for _, text := range []string{"", n[1:], n + "0", "x" + n, n[:5] + "o" + n[6:]} {
		if _, ok := ParseNumber(text); ok {
			t.Errorf("%q reads as a number", text)
		}
	}
	const code = "0123456789012345"
	if got, ok := ParseCode(Grouped(code)); !ok || got != code || Grouped(code) != "0123 4567 8901 2345" {
		t.Errorf("%s reads as %s, %v", Grouped(code), got, ok)
	}
	if _, ok := ParseCode(code[1:]); ok {
		t.Error("fifteen digits read as a code")
	}
}

func FuzzParseNumber(f *testing.F) {
	f.Add("1234 5678 90123")
	f.Add("１２３４－５６７８")
	f.Fuzz(func(t *testing.T, s string) {
		if n, ok := ParseNumber(s); ok {
			if again, ok := ParseNumber(Grouped(n)); !ok || again != n || len(n) != NumberDigits {
				t.Errorf("%q reads as %q and then as %q", s, n, again)
			}
		}
	})
}
