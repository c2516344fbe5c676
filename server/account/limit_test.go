package account

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"anxin/server/fault"
	"anxin/server/limit"
)

// Who tries one name after the other from one address waits; who signs in from elsewhere, or rightly, does not.
func TestManyNamesFromOneAddressWait(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		var slept []time.Duration
		h.Limits = limit.Gate{Limiter: limit.NewMemory(h.Now), Sleep: func(_ context.Context, d time.Duration) error {
			slept = append(slept, d)
			return nil
		}}
		for i := range limit.Staff.Free {
			_, err := h.SignIn(t.Context(), "198.51.100.1", fmt.Sprint("nobody ", i), "a password of some length", "")
			h.refused("a name that there is not", err, fault.Unauthorized)
		}
		if len(slept) > 0 {
			t.Errorf("the first %d waited %v", limit.Staff.Free, slept)
		}
		_, err := h.SignIn(t.Context(), "198.51.100.1", "nobody", "a password of some length", "")
		h.refused("one more", err, fault.Unauthorized)
		if !slices.Equal(slept, []time.Duration{limit.Staff.Every}) {
			t.Errorf("one more waited %v", slept)
		}
		slept = nil
		s := h.employ(Officer, "Lin Xiao")
		for range 3 {
			h.in(s)
		}
		if len(slept) > 0 {
			t.Errorf("from elsewhere they waited %v", slept)
		}
	})
}
