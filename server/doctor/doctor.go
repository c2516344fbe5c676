// Package doctor looks at everything that a server needs and says in words what is wrong with it, and what to do.
//
// It looks and changes nothing, so that it may run beside a server. What stops the server, loses something or lets somebody in is
// an [Error]; what should be known before it is shown to citizens is a [Warning]. "verify" reads more than it does: every
// audit entry and every file.
package doctor

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"time"

	"anxin/server/config"
	"anxin/server/store"
)

// Severity says how bad it is.
type Severity string

const (
	Error   Severity = "error"
	Warning Severity = "warning"
)

// Finding is one thing that is wrong.
type Finding struct {
	Severity Severity `json:"severity"`
	About    string   `json:"about"` // settings, secret, folder, database, clock, content, search, evidence, mail, redis, address
	What     string   `json:"what"`  // is wrong
	Do       string   `json:"do"`    // about it
}

// Patient is a server as it is set up, whether it runs or not.
type Patient struct {
	Config     config.Config
	Content    fs.FS // with the operator's files laid over it
	Catalogues fs.FS
	Store      store.Options // without a vault: what is wrong with the secret is found here
	Secret     string        // its file
	Evidence   string        // its folder
	Index      string        // that of the citizens' search
	Now        func() time.Time

	SpaceAtLeast    uint64 // bytes that must be free for files and the database
	PostgresAtLeast int    // the oldest version that we test on
}

// Settings is what is found where the settings cannot even be read.
func Settings(err error) []Finding {
	return []Finding{{Error, "settings", err.Error(), "mend that variable and run doctor again: nothing else was looked at"}}
}

// Examine looks at everything. It ends soon after ctx does.
func (p Patient) Examine(ctx context.Context) []Finding {
	x := &examination{Patient: p}
	x.settings()
	x.folder()
	x.secret()
	x.database(ctx)
	x.content()
	x.search()
	x.evidence(ctx)
	x.mail(ctx)
	x.redis(ctx)
	x.address(ctx)
	return x.found
}

// Errors counts the errors among the findings.
func Errors(found []Finding) (n int) {
	for _, f := range found {
		if f.Severity == Error {
			n++
		}
	}
	return n
}

// Write prints findings for people.
func Write(w io.Writer, found []Finding) error {
	for _, f := range found {
		if _, err := fmt.Fprintf(w, "%s: %s: %s\n    %s\n", f.Severity, f.About, f.What, f.Do); err != nil {
			return err
		}
	}
	n := Errors(found)
	_, err := fmt.Fprintf(w, "%d errors, %d warnings\n", n, len(found)-n)
	return err
}

// examination is one under way.
type examination struct {
	Patient
	found  []Finding
	usable bool // the database is there, up to date, and opens with the secret
}

func (x *examination) err(about, do, what string, args ...any) {
	x.found = append(x.found, Finding{Error, about, fmt.Sprintf(what, args...), do})
}

func (x *examination) warn(about, do, what string, args ...any) {
	x.found = append(x.found, Finding{Warning, about, fmt.Sprintf(what, args...), do})
}
