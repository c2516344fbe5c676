//go:build !linux

package memory

// BigPages is for systems that have to be asked.
func BigPages(int) {}
