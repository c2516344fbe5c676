package middleware

import (
	"net"
	"net/netip"

	"github.com/labstack/echo/v4"
)

// Address finds the network address of who asks. That is the other end of the connection, unless it is one of the proxies:
// of the addresses that X-Forwarded-For then tells it is the last that is no proxy's, because whatever stands before that one
// a stranger may have written.
func Address(proxies []netip.Prefix) echo.IPExtractor {
	if len(proxies) == 0 {
		return echo.ExtractIPDirect()
	}
	trust := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, p := range proxies {
		trust = append(trust, echo.TrustIPRange(&net.IPNet{IP: p.Addr().AsSlice(), Mask: net.CIDRMask(p.Bits(), p.Addr().BitLen())}))
	}
	return echo.ExtractIPFromXFFHeader(trust...)
}

// onePerson is what one household, or one telephone, is given of IPv6: whoever has that much has as many addresses as they like.
const onePerson = 64

// Client is what somebody's failures are counted by: the network address, of IPv6 its first half. It is personal data, for
// store's keyed index and for nothing else.
func Client(c echo.Context) string {
	ip, err := netip.ParseAddr(c.RealIP())
	if err != nil {
		return "unknown" // counted together: who has no address is no reason to count nothing
	}
	ip = ip.Unmap().WithZone("")
	if ip.Is4() {
		return ip.String()
	}
	return netip.PrefixFrom(ip, onePerson).Masked().String()
}
