package limit

// AtMost lets it remember only so many.
func AtMost(m *Memory, n int) { m.most = n }

// Remembers counts those it remembers.
func Remembers(m *Memory) int { return len(m.until) }

// RestFor is how long a Redis that failed is left alone.
const RestFor = restFor
