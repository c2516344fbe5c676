package fault

import (
	"errors"
	"fmt"
	"net/http"
	"testing"
)

func TestFrom(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err  error
		want Kind
	}{
		"one of ours":         {New(NotFound, "no page"), NotFound},
		"one of ours wrapped": {fmt.Errorf("open: %w", New(Invalid, "no")), Invalid},
		"a body too large":    {fmt.Errorf("read: %w", &http.MaxBytesError{Limit: 1}), TooLarge},
		"anything else":       {errors.New("disk full"), Internal},
	} {
		if got := From(c.err); got.Kind != c.want {
			t.Errorf("%s: %s, want %s", name, got.Kind, c.want)
		}
	}
}

func TestKinds(t *testing.T) {
	t.Parallel()
	status, names := map[int]bool{}, map[string]bool{}
	for _, k := range Kinds() {
		if status[k.Status()] || names[k.String()] || k.Status() < 400 {
			t.Errorf("%s shares its name or status %d", k, k.Status())
		}
		status[k.Status()], names[k.String()] = true, true
		if FromStatus(k.Status()) != k {
			t.Errorf("%d does not lead back to %s", k.Status(), k)
		}
	}
	if len(kinds) != len(Kinds()) || FromStatus(418) != Malformed || FromStatus(502) != Internal {
		t.Error("a kind is not listed, or an unknown status finds the wrong one")
	}
}
