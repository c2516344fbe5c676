package store

import (
	"context"
	"sync"
	"time"
)

// warmAtMost is how long warming holds the connections that it has got while it waits for the others.
const warmAtMost = 5 * time.Second

// Warm opens the connections that a server will need and lets each read up on the tables, so that those who come first do not wait
// for it: BenchmarkWarm. What goes wrong is left to those who need a connection. On SQLite there is nothing to warm.
func (s *Store) Warm(ctx context.Context) {
	if s.dialect.warm == "" {
		return
	}
	ctx, stop := context.WithTimeout(ctx, warmAtMost)
	defer stop()
	n := s.writing.Stats().MaxOpenConnections
	var open, done sync.WaitGroup
	open.Add(n) // each is held until all are there, or one would be opened and lent four times
	for range n {
		done.Go(func() {
			conn, err := s.writing.Conn(ctx)
			open.Done()
			if err != nil {
				return
			}
			defer conn.Close() //nolint:errcheck // it goes back to the pool
			if _, err := conn.ExecContext(ctx, s.dialect.warm); err != nil {
				s.log.Warn("a connection was not warmed", "error", err)
			}
			open.Wait()
		})
	}
	done.Wait()
}
