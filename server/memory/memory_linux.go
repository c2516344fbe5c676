package memory

import (
	"runtime"

	"golang.org/x/sys/unix"
)

// BigPages takes as many bytes from the heap, asks the system to give them out in big pages, and lets go of them. That stays
// true of their addresses, which whoever needs memory next is given.
func BigPages(bytes int) {
	taken := make([]byte, bytes)
	_ = unix.Madvise(taken, unix.MADV_HUGEPAGE) // where there are none, everything works as well, and slower
	runtime.KeepAlive(taken)
	runtime.GC()
}
