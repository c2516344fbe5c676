package vault

import (
	"runtime"
	"sync"

	"golang.org/x/crypto/argon2"

	"anxin/server/memory"
)

// Cost is what a hash takes: KiB of memory, passes over it.
type Cost struct{ Memory, Passes uint32 }

// RFC 9106 section 4 and the OWASP password storage sheet: 46 MiB, one pass, one lane; about 0.1 s.
var defaultCost = Cost{Memory: 46 << 10, Passes: 1}

// much is from how many KiB on it is seen to where the memory of a hash comes from.
const much = 8 << 10

// hash is Argon2id on one lane, of 32 bytes. To be given its memory by the system can take several times as long as the hash
// itself (BenchmarkHashCode): so big pages are asked for, and what one hash has left is taken back at once and serves for the
// next.
func (c Cost) hash(keyed, salt []byte) []byte {
	if c.Memory < much {
		return argon2.IDKey(keyed, salt, c.Passes, c.Memory, 1, 32)
	}
	prepared.Do(func() { memory.BigPages(min(runtime.NumCPU(), 4) * int(c.Memory) << 10) })
	defer runtime.GC()
	return argon2.IDKey(keyed, salt, c.Passes, c.Memory, 1, 32)
}

var prepared sync.Once
