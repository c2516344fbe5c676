package vault

import (
	"errors"
	"strings"
	"testing"
)

func TestPassword(t *testing.T) {
	t.Parallel()
	v, err := New([]byte(strings.Repeat("5e", 32)))
	if err != nil {
		t.Fatal(err)
	}
	if v.Cost.Memory != 46<<10 || v.Cost.Passes != 1 {
		t.Errorf("a hash takes %+v", v.Cost)
	}
	v.Cost = Cost{64, 1}
	hash, err := v.HashPassword(t.Context(), "caf\u00e9 seven teapots")
	if err != nil || !strings.HasPrefix(hash, "$argon2id$v=19$m=64,t=1,p=1,keyid=") {
		t.Fatal(hash, err)
	}
	if again, _ := v.HashPassword(t.Context(), "caf\u00e9 seven teapots"); again == hash {
		t.Error("two hashes of one password are alike")
	}
	check := func(v *Vault, what, password, hash string, wantOK, wantStale bool) {
		t.Helper()
		if ok, stale, err := v.CheckPassword(t.Context(), password, hash); err != nil || ok != wantOK || stale != wantStale {
			t.Errorf("%s: %v, stale %v, %v", what, ok, stale, err)
		}
	}
	check(v, "the password", "caf\u00e9 seven teapots", hash, true, false)
	check(v, "with its accent apart", "cafe\u0301 seven teapots", hash, true, false)
	check(v, "in capitals", "CAF\u00c9 seven teapots", hash, false, false)
	check(v, "with a space behind", "caf\u00e9 seven teapots ", hash, false, false)
	check(v, "where there is none", "caf\u00e9 seven teapots", "", false, false)
	v.Cost = Cost{128, 1}
	check(v, "at a new cost", "caf\u00e9 seven teapots", hash, true, true)
	newer, err := New([]byte(strings.Repeat("6f", 32) + "\n" + strings.Repeat("5e", 32)))
	if err != nil {
		t.Fatal(err)
	}
	newer.Cost = Cost{64, 1}
	check(newer, "under a newer key", "caf\u00e9 seven teapots", hash, true, true)
	other, err := New([]byte(strings.Repeat("6f", 32)))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := other.CheckPassword(t.Context(), "x", hash); !errors.Is(err, ErrSealed) {
		t.Errorf("without the key: %v", err)
	}
	for _, wrong := range []string{"x", "$argon2id$v=19$m=64,t=1,p=1$AA$AA", strings.Replace(hash, "t=1", "t=99", 1), strings.Replace(hash, "m=64", "m=9999999", 1), hash[:len(hash)-4]} {
		if _, _, err := v.CheckPassword(t.Context(), "x", wrong); err == nil {
			t.Errorf("%q passed for a hash", wrong)
		}
	}
	v.passwords.Store(maxWaiting)
	if _, _, err := v.CheckPassword(t.Context(), "x", hash); !errors.Is(err, ErrBusy) {
		t.Errorf("the queue is full: %v", err)
	}
	if v.passwords.Load() != maxWaiting {
		t.Errorf("%d wait", v.passwords.Load())
	}
	if _, err := v.CheckCode(t.Context(), "1", "1", nil); err != nil {
		t.Errorf("access codes wait for passwords: %v", err)
	}
}
