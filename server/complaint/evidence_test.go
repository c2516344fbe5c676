package complaint_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"anxin/server/evidence"
	"anxin/server/store/storetest"
)

// Whoever sends more than a complaint may hold is told so, and what is refused takes no room on the disk.
func TestRefusedEvidenceIsNotKept(t *testing.T) {
	t.Parallel()
	d := open(t, storetest.Open(t))
	_, by := d.file(t, key, answers())
	for i := range evidence.MostFiles + 2 {
		_, err := d.AddEvidence(t.Context(), by, "a.jpg", "照片", strings.NewReader(fmt.Sprint("\xFF\xD8\xFF ", i)))
		if i < evidence.MostFiles {
			if err != nil {
				t.Fatal(err)
			}
		} else if refused, ok := errors.AsType[*evidence.RefusedError](err); !ok || refused.Key != evidence.WrongMany {
			t.Errorf("file %d: %v", i+1, err)
		}
	}
	if n, err := d.Files.Sweep(t.Context(), d.Store.KnownObjects, time.Now().Add(time.Hour)); n != 0 || err != nil {
		t.Errorf("%d files lie there for nothing, %v", n, err)
	}
}
