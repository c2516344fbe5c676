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

// The log reads what was being done; whoever looks further finds the cause.
func TestErrorSaysWhatHappened(t *testing.T) {
	t.Parallel()
	cause := errors.New("row 7")
	for name, c := range map[string]struct {
		err  *Error
		want string
	}{
		"with a cause":    {New(Invalid, "read picks: %w", cause), "invalid: read picks: row 7"},
		"without a cause": {&Error{Kind: TooMany}, "too_many"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := c.err.Error(); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if c.err.Err != nil && !errors.Is(From(fmt.Errorf("answer: %w", c.err)), cause) {
				t.Error("the cause is lost")
			}
		})
	}
}

func TestFromStatus(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]Kind{
		400: Malformed, 401: Unauthorized, 402: Malformed, 403: Forbidden, 404: NotFound, 405: MethodNotAllowed, 413: TooLarge, 415: Malformed,
		421: WrongHost, 422: Invalid, 429: TooMany, 500: Internal, 502: Internal, 503: Unavailable, 200: Internal, 0: Internal,
	} {
		if got := FromStatus(status); got != want {
			t.Errorf("%d: %s, want %s", status, got, want)
		}
	}
}
