package vault

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"regexp"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestIndexFindsWhatPeopleWrite(t *testing.T) {
	t.Parallel()
	v := open(t, oneKey)
	for _, c := range []struct {
		kind  Kind
		alike []string
		other string
	}{
		{Number, []string{"1234-5678-90123", "1234567890123", " １２３４ 5678 90123"}, "1234567890124"},
		{Phone, []string{"13800138000", "138 0013 8000", "+86 138-0013-8000", "008613800138000", "１３８００１３８０００"}, "13800138001"},
		{Phone, []string{"0755-83000000", "+86 755 8300 0000", "(0755) 83000000"}, "0755-83000001"},
		{Phone, []string{"+852 2345 6789", "00852-23456789"}, "+853 2345 6789"},
		{Phone, []string{"+1 212 555 0100 0", "001 2125550100 0"}, "12125550100"},
		{Name, []string{"阿依古丽·买买提", "阿依古丽 • 买买提", "阿依古丽买买提"}, "阿依古丽"},
		{Name, []string{"Li Wei", "ｌｉ ｗｅｉ", "LIWEI"}, "Li Wen"},
		{Content, []string{"as it stands"}, "as it  stands"},
	} {
		want := v.Index(c.kind, c.alike[0])
		for _, s := range c.alike {
			if !bytes.Equal(v.Index(c.kind, s), want) {
				t.Errorf("%s: %q is not found as %q", c.kind.name, s, c.alike[0])
			}
		}
		if bytes.Equal(v.Index(c.kind, c.other), want) {
			t.Errorf("%s: %q is found as %q", c.kind.name, c.other, c.alike[0])
		}
	}
	if bytes.Equal(v.Index(Number, "1234"), v.Index(Phone, "1234")) {
		t.Error("two kinds share an index")
	}
	if bytes.Equal(v.Index(Number, "1234"), open(t, otherKey).Index(Number, "1234")) {
		t.Error("the index does not depend on the secret")
	}
	if v.Index(Name, " · ") != nil || len(v.Lookup(Phone, "-")) != 0 {
		t.Error("nothing is found under something")
	}
}

func TestCodes(t *testing.T) {
	t.Parallel()
	v := open(t, oneKey)
	code := v.Code("a key", "1234-5678-90123")
	if !regexp.MustCompile(`^[0-9]{16}$`).MatchString(code) || code != v.Code("a key", "1234567890123") {
		t.Errorf("code %s, for the number written otherwise %s", code, v.Code("a key", "1234567890123"))
	}
	for name, other := range map[string]string{
		"another key": v.Code("another key", "1234567890123"), "another number": v.Code("a key", "1234567890124"),
		"another secret": open(t, otherKey).Code("a key", "1234567890123"), "cut elsewhere": v.Code("a key1", "234567890123"),
	} {
		if other == code {
			t.Errorf("%s gives the same code", name)
		}
	}
	ctx := t.Context()
	hers, err := v.HashCode(ctx, "1234567890123", code)
	if err != nil {
		t.Fatal(err)
	}
	helpers, err := v.HashCode(ctx, "1234567890123", "9999000099990000")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(hers, code) {
		t.Error("the hash holds the code")
	}
	for name, c := range map[string]struct {
		number, code string
		want         int
	}{
		"hers":               {"1234567890123", code, 0},
		"with spaces":        {"1234567890123", " " + code[:4] + " " + code[4:], 0},
		"her helper's":       {"1234567890123", "9999-0000-9999-0000", 1},
		"wrong":              {"1234567890123", "0000000000000000", -1},
		"wrong by one digit": {"1234567890123", code[:15] + string('0'+(code[15]-'0'+1)%10), -1},
		"too short":          {"1234567890123", code[:15], -1},
		"empty":              {"1234567890123", "", -1},
	} {
		if got, err := v.CheckCode(ctx, c.number, c.code, []string{hers, helpers}); got != c.want || err != nil {
			t.Errorf("%s: %d, %v", name, got, err)
		}
	}
	if got, err := v.CheckCode(ctx, "0000000000000", code, nil); got != -1 || err != nil {
		t.Errorf("no such number: %d, %v", got, err)
	}
	if got, err := open(t, otherKey).CheckCode(ctx, "1234567890123", code, []string{hers}); got != -1 || !errors.Is(err, ErrSealed) {
		t.Errorf("without the key: %d, %v", got, err)
	}
	other, err := v.HashCode(ctx, "1234567890124", code)
	if err != nil || other[strings.LastIndex(other, "$"):] == hers[strings.LastIndex(hers, "$"):] {
		t.Errorf("two complaints with one code have one hash, %v", err)
	}
	for _, bad := range []string{"", "argon2id", hers[:len(hers)-3], "x" + hers, strings.Replace(hers, "$64$1$", "$9999999$1$", 1), strings.Replace(hers, "$64$1$", "$64$0$", 1)} {
		if _, err := v.CheckCode(ctx, "1", code, []string{bad}); err == nil {
			t.Errorf("%q was taken for a hash", bad)
		}
	}
}

// All processors are taken: a check is turned away when the queue is full, a new complaint waits.
func TestChecksAreShedAndHashesWait(t *testing.T) {
	t.Parallel()
	v := open(t, oneKey)
	for range cap(v.turns) {
		v.turns <- struct{}{}
	}
	ended, end := context.WithCancel(t.Context())
	end()
	for range 2 * maxWaiting { // each gives its place up again
		if _, err := v.CheckCode(ended, "1", "2", nil); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
	}
	v.waiting.Store(maxWaiting)
	if _, err := v.CheckCode(t.Context(), "1", "2", nil); !errors.Is(err, ErrBusy) {
		t.Errorf("the queue is full: %v", err)
	}
	done := make(chan error)
	go func() {
		_, err := v.HashCode(t.Context(), "1", "2")
		done <- err
	}()
	<-v.turns
	if err := <-done; err != nil {
		t.Errorf("a complaint is turned away: %v", err)
	}
}

func TestDigits(t *testing.T) {
	t.Parallel()
	first := [10]int{}
	for range 2000 {
		d := Digits(12)
		if len(d) != 12 {
			t.Fatal(d)
		}
		first[d[0]-'0']++
	}
	for d, n := range first { // 200 each, give or take 13
		if n < 100 || n > 300 {
			t.Errorf("%d begins %d of 2000 numbers", d, n)
		}
	}
}

// Hashes one after the other, and one whose memory the system has taken back meanwhile, as after a quiet time.
func BenchmarkHashCode(b *testing.B) {
	v := open(b, oneKey)
	v.Cost = defaultCost
	hash := func() {
		if _, err := v.HashCode(b.Context(), "1", "2"); err != nil {
			b.Fatal(err)
		}
	}
	b.Run("warm", func(b *testing.B) {
		hash()
		for b.Loop() {
			hash()
		}
	})
	b.Run("cold", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			debug.FreeOSMemory()
			b.StartTimer()
			hash()
		}
	})
}

// What waits for the network while codes are hashed: how long an echo on the loopback takes with as many processors as Go takes by
// itself, in times of what it takes with one more.
func BenchmarkBesideHashes(b *testing.B) {
	v := open(b, oneKey)
	v.Cost = defaultCost
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	go func() {
		if c, err := l.Accept(); err == nil {
			_, _ = io.Copy(c, c)
		}
	}()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	ctx, stop := context.WithCancel(b.Context())
	var hashing sync.WaitGroup
	defer hashing.Wait()
	defer stop()
	for range 2 * runtime.NumCPU() {
		hashing.Go(func() {
			for ctx.Err() == nil {
				_, _ = v.HashCode(ctx, "1", "2")
			}
		})
	}
	was := runtime.GOMAXPROCS(0)
	defer runtime.GOMAXPROCS(was)
	echo := func(procs int) time.Duration {
		runtime.GOMAXPROCS(procs)
		begin := time.Now()
		for range 50 {
			if _, err := c.Write([]byte{1}); err != nil {
				b.Fatal(err)
			}
			if _, err := io.ReadFull(c, make([]byte, 1)); err != nil {
				b.Fatal(err)
			}
		}
		return time.Since(begin)
	}
	var usual, more time.Duration
	for b.Loop() {
		usual += echo(was)
		more += echo(was + 1)
	}
	b.ReportMetric(float64(usual)/float64(more), "times-as-long")
}
