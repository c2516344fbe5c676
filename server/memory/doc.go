// Package memory asks the system for memory in big pages where much is needed at once. Given out page by page, of 4 KiB each,
// memory takes a virtual machine longer to bring in than a start, or the hash of an access code, takes otherwise.
package memory
