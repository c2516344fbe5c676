package shelf

import (
	"context"
	"net"
	"net/http"
	"sync"
)

// net/http writes through a buffer of 4 KiB: a lesson of 5 KB costs two system calls and often two segments, which is
// a fifth of all the work of serving it. A sheet is ready as a whole, so its answer may as well leave as a whole: the
// handler says so, the connection keeps back the one full buffer that comes first and sends it along with the rest.
// Nothing else is ever kept back, so no byte can be left behind.
const buffer = 4 << 10

// flight is a connection that can keep back one write.
type flight struct {
	net.Conn
	whole bool    // the next write is a full buffer with more to follow
	held  *[]byte // what was kept back
}

type flightKey struct{}

var heldPool = sync.Pool{New: func() any { b := make([]byte, 0, buffer); return &b }}

// Listen makes a listener whose connections can send a sheet in one piece. It goes with [ConnContext].
func Listen(l net.Listener) net.Listener { return listener{l} }

type listener struct{ net.Listener }

func (l listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &flight{Conn: c}, nil
}

// ConnContext lets handlers find the connection of their request; it goes into [http.Server].
func ConnContext(ctx context.Context, c net.Conn) context.Context {
	if f, ok := c.(*flight); ok {
		return context.WithValue(ctx, flightKey{}, f)
	}
	return ctx
}

// sendWhole announces a body that is longer than the buffer, so that a second write is certain to follow the first.
func sendWhole(r *http.Request, body []byte) {
	if f, ok := r.Context().Value(flightKey{}).(*flight); ok && len(body) > buffer && r.ProtoMajor == 1 {
		f.whole = true
	}
}

func (f *flight) Write(p []byte) (int, error) {
	if f.whole {
		f.whole = false
		if len(p) == buffer {
			f.held = heldPool.Get().(*[]byte)
			*f.held = append((*f.held)[:0], p...)
			return len(p), nil
		}
	}
	if f.held == nil {
		return f.Conn.Write(p)
	}
	held := f.held
	f.held = nil
	defer heldPool.Put(held)
	both := net.Buffers{*held, p}
	n, err := both.WriteTo(f.Conn)
	// The caller has been told already that the held bytes were written; what it may hear of is the rest.
	return max(0, int(n)-buffer), err
}
