package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Lock is held on a data folder by the one server that uses it.
type Lock struct{ file *os.File }

var errLocked = errors.New("locked")

// LockFolder takes the lock on a data folder, or says which process has it. The system frees it when a process ends, however
// it ends.
func LockFolder(dir string) (*Lock, error) {
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock the data folder: %w", err)
	}
	if err := flock(f); err != nil {
		holder, _ := os.ReadFile(f.Name())
		_ = f.Close()
		if !errors.Is(err, errLocked) {
			return nil, fmt.Errorf("lock the data folder: %w", err)
		}
		who := ""
		if pid, err := strconv.Atoi(strings.TrimSpace(string(holder))); err == nil {
			who = fmt.Sprintf(" (process %d)", pid)
		}
		return nil, fmt.Errorf("another Anxin%s already works in %s: stop it, or set ANXIN_DATA to a folder of this one's own", who, dir)
	}
	// Only told to people; what holds is the lock.
	if err := f.Truncate(0); err == nil {
		_, _ = f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	}
	return &Lock{f}, nil
}

// Release gives the folder free. The file stays: to remove it would take the lock of whoever opened it meanwhile.
func (l *Lock) Release() error { return l.file.Close() }
