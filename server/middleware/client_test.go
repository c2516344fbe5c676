package middleware

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"

	"github.com/labstack/echo/v4"
)

func TestClient(t *testing.T) {
	t.Parallel()
	proxies := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	const proxy, mobile = "10.0.0.1:5000", "203.0.113.9:5000"
	for name, c := range map[string]struct {
		proxies   []netip.Prefix
		from      string
		forwarded []string
		want      string
	}{
		"directly":                                 {nil, mobile, nil, "203.0.113.9"},
		"directly, and said to be another":         {nil, mobile, []string{"198.51.100.1"}, "203.0.113.9"},
		"from this machine, said to be another":    {nil, "127.0.0.1:5000", []string{"198.51.100.1"}, "127.0.0.1"},
		"past the proxy, said to be another":       {proxies, mobile, []string{"198.51.100.1"}, "203.0.113.9"},
		"through the proxy":                        {proxies, proxy, []string{"203.0.113.9"}, "203.0.113.9"},
		"through it, said to be another":           {proxies, proxy, []string{"198.51.100.1, 203.0.113.9"}, "203.0.113.9"},
		"through it, said to be another in a line": {proxies, proxy, []string{"198.51.100.1", "203.0.113.9"}, "203.0.113.9"},
		"through it, said to be a proxy":           {proxies, proxy, []string{"10.0.0.2, 203.0.113.9"}, "203.0.113.9"},
		"through two of them":                      {proxies, proxy, []string{"198.51.100.1, 203.0.113.9, 10.0.0.2"}, "203.0.113.9"},
		"through one that loopback is not":         {proxies, "127.0.0.1:5000", []string{"203.0.113.9"}, "127.0.0.1"},
		"through it, with rubbish before":          {proxies, proxy, []string{"<script>, 203.0.113.9"}, "203.0.113.9"},
		"through it, and it says rubbish":          {proxies, proxy, []string{"unknown"}, "10.0.0.1"},
		"through it, and it says nothing":          {proxies, proxy, nil, "10.0.0.1"},
		"IPv6":                                     {nil, "[2001:db8:1:2:3:4:5:6]:5000", nil, "2001:db8:1:2::/64"},
		"IPv6, another of the same":                {nil, "[2001:db8:1:2::9]:5000", nil, "2001:db8:1:2::/64"},
		"IPv6 through an IPv6 proxy":               {proxies, "[fd00::1]:5000", []string{"2001:db8:1:2:3:4:5:6"}, "2001:db8:1:2::/64"},
		"IPv4 written as IPv6":                     {nil, "[::ffff:203.0.113.9]:5000", nil, "203.0.113.9"},
		"a link's own":                             {nil, "[fe80::1%eth0]:5000", nil, "fe80::/64"},
		"no address":                               {nil, "@", nil, "unknown"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := echo.New()
			e.IPExtractor = Address(c.proxies)
			r := httptest.NewRequest(http.MethodPost, "/", nil)
			r.RemoteAddr = c.from
			r.Header.Set("X-Real-Ip", "198.51.100.2")
			for _, f := range c.forwarded {
				r.Header.Add("X-Forwarded-For", f)
			}
			if got := Client(e.NewContext(r, httptest.NewRecorder())); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}
