//go:build linux || darwin || freebsd

package doctor

import "golang.org/x/sys/unix"

// space is how many bytes are free for us where a folder lies.
func space(dir string) (free uint64, known bool) {
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil {
		return 0, false
	}
	return uint64(s.Bavail) * uint64(s.Bsize), true //nolint:gosec,unconvert // the types differ from system to system, and neither is negative
}
