package store

import "testing"

// Old opens a fresh database whose tables are of an earlier program.
func Old(t testing.TB, o Options, schema int64) *Store {
	t.Helper()
	s, err := connect(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	p, err := s.migrations()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.UpTo(t.Context(), schema); err != nil {
		t.Fatal(err)
	}
	if err := s.proveKeys(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}
