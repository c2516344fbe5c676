package evidence_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"anxin/server/evidence"
	"anxin/server/fault"
)

// childVariable has the folder in which this program takes one file, instead of testing.
const childVariable = "ANXIN_TEST_CHILD"

// How the child ends. Any other number is that of a runtime which was hit itself.
const (
	childTook     = 0
	childOpensNot = 11
	childRefused  = 12
	childFull     = 13
)

// strace counts each thread's system calls for itself, so the child's stay on the first.
func init() {
	if os.Getenv(childVariable) != "" {
		runtime.LockOSThread()
	}
}

func TestMain(m *testing.M) {
	if dir := os.Getenv(childVariable); dir != "" {
		os.Exit(takeOne(dir))
	}
	os.Exit(m.Run())
}

var several = picture + strings.Repeat("我被骗了八万元", 10000) // segments

// takeOne acknowledges by a line with the file's name.
func takeOne(dir string) int {
	f, err := evidence.Open(dir, sealing(), slog.New(slog.DiscardHandler))
	if err != nil {
		return childOpensNot
	}
	o, err := f.Take(context.Background(), strings.NewReader(several))
	switch {
	case err != nil && fault.From(err).Kind == fault.Unavailable:
		return childFull
	case err != nil:
		return childRefused
	}
	fmt.Println(o.Name)
	return childTook
}

// strace finds the program that lets system calls fail, or skips the test.
func strace(t *testing.T) string {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("strace is a program for Linux")
	}
	path, err := exec.LookPath("strace")
	if err == nil {
		err = exec.Command(path, "-f", "--seccomp-bpf", "-qq", "-o", os.DevNull, "-e", "trace=fsync", "true").Run()
	}
	if err != nil {
		const howTo = "to let system calls fail install strace (Debian: apt-get install strace) and allow it to trace"
		if os.Getenv("CI") == "true" {
			t.Fatalf("%v; %s", err, howTo)
		}
		t.Skipf("%v; %s", err, howTo)
	}
	return path
}

// Whichever system call fails while a file is taken, either it is told and nothing is left, or the file is there whole.
//
// The calls of the Go runtime are hit as well as ours: it opens files as it starts, and wakes its poller by a write. A path to
// filter by there is not, for files have random names. So one run may end in its runtime, without an acknowledgement; and each
// call has its number of runs in which ours was hit, without which the test would show nothing.
func TestFaultAtEverySystemCall(t *testing.T) {
	t.Parallel()
	program := strace(t)
	for _, c := range []struct {
		call, mistake string
		ends          map[int]int // at least so many runs that ended so
	}{
		{"write", "EIO", map[int]int{childRefused: 4}},                        // front, and three segments and more
		{"write", "ENOSPC", map[int]int{childFull: 4}},                        // the same
		{"fsync", "EIO", map[int]int{childOpensNot: 1, childRefused: 2}},      // the folder's folder, the file, the folder
		{"?rename,?renameat,?renameat2", "EIO", map[int]int{childRefused: 1}}, // to its name
		{"openat", "EIO", map[int]int{childOpensNot: 1, childRefused: 2}},     // the folder's folder, the file, the folder
		{"openat", "ENOSPC", map[int]int{childOpensNot: 1, childFull: 1}},     // the file
		{"?mkdir,mkdirat", "EIO", map[int]int{childOpensNot: 1}},              // the folder
		{"close", "EIO", map[int]int{childOpensNot: 1, childRefused: 2}},      // the same as are opened
	} {
		t.Run(strings.ReplaceAll(c.call, "?", "")+" "+c.mistake, func(t *testing.T) {
			t.Parallel()
			ended := map[int]int{}
			for n := 1; ; n++ {
				if n > 500 {
					t.Fatal("there is no end of calls")
				}
				end, hit := runHit(t, program, c.call, c.mistake, n)
				ended[end]++
				if !hit {
					if end != childTook {
						t.Errorf("none was hit, and it ended with %d", end)
					}
					break
				}
			}
			for end, atLeast := range c.ends {
				if ended[end] < atLeast {
					t.Errorf("%d runs ended with %d, want %d and more; all: %v", ended[end], end, atLeast, ended)
				}
			}
		})
	}
}

// runHit runs the child while the nth of the calls fails, tells how it ended and whether a call was hit, and looks at what is left.
func runHit(t *testing.T, program, call, mistake string, n int) (end int, hit bool) {
	t.Helper()
	data := t.TempDir()
	dir, log := filepath.Join(data, "evidence"), filepath.Join(data, "strace")
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, "-f", "--seccomp-bpf", "-qq", "-o", log, "-e", "trace="+call, "-e", fmt.Sprintf("inject=%s:error=%s:when=%d", call, mistake, n), os.Args[0])
	cmd.Env = append(os.Environ(), childVariable+"="+dir)
	var said bytes.Buffer
	cmd.Stdout = &said
	err := cmd.Run()
	if _, ended := errors.AsType[*exec.ExitError](err); err != nil && !ended || ctx.Err() != nil {
		t.Fatal(err)
	}
	end = cmd.ProcessState.ExitCode()
	calls, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	hit = bytes.Contains(calls, []byte("(INJECTED)"))
	which := fmt.Sprintf("%s %d of %s, ended with %d", mistake, n, call, end)

	f := evidence.OpenExisting(dir, sealing(), slog.New(slog.DiscardHandler))
	name, acknowledged := strings.CutSuffix(said.String(), "\n")
	if acknowledged {
		if got, err := read(f, name); got != several || err != nil {
			t.Errorf("%s: acknowledged, and %d bytes come back, %v", which, len(got), err)
		}
	} else if end == childTook && !hit {
		t.Errorf("%s: took a file and did not say so: %q", which, said.String())
	}
	if end == childOpensNot {
		return end, hit
	}
	left, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	if (end == childRefused || end == childFull) && len(left) > 0 {
		t.Errorf("%s: refused, and %v is left", which, left)
	}
	for _, e := range left { // also where the runtime died in the middle: what has a name of its own is whole
		if acknowledged || strings.HasPrefix(e.Name(), ".part-") {
			continue
		}
		if got, err := read(f, e.Name()); got != several || err != nil {
			t.Errorf("%s: %s lies there, and %d bytes come back, %v", which, e.Name(), len(got), err)
		}
	}
	return end, hit
}
