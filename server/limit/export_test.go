package limit

import (
	"log/slog"
	"time"
)

// OpenRedisPatiently gives Redis longer than a busy machine may need.
func OpenRedisPatiently(address string, now func() time.Time, log *slog.Logger) (*Redis, error) {
	return openRedis(address, 2*time.Second, now, log)
}

// AtMost lets it remember only so many.
func AtMost(m *Memory, n int) { m.most = n }

// Remembers counts those it remembers.
func Remembers(m *Memory) int { return len(m.until) }

// How long Redis is given, and how long one that failed is left alone.
const (
	Patience = patience
	RestFor  = restFor
)
