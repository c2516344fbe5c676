//go:build !(linux || darwin || freebsd)

package doctor

// space is not known here.
func space(string) (free uint64, known bool) { return 0, false }
