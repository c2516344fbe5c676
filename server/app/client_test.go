package app

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"anxin/server/middleware"
)

// Nobody but a proxy that the operator names can say who asks.
func TestWhoAsksIsNotWhatTheySay(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	for header, said := range map[string]string{"X-Forwarded-For": "198.51.100.1", "X-Real-Ip": "198.51.100.1", "Forwarded": "for=198.51.100.1"} {
		r := httptest.NewRequest(http.MethodPost, "/", nil)
		r.RemoteAddr = "203.0.113.9:5000"
		r.Header.Set(header, said)
		if got := middleware.Client(b.Echo.NewContext(r, httptest.NewRecorder())); got != "203.0.113.9" {
			t.Errorf("%s is believed: %s", header, got)
		}
	}
}
