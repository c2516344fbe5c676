// Package complaint carries a complaint: it keeps the draft, files it once, lets the citizen in to her file, and makes what she
// and others do move the case.
//
// It joins what the floors below keep apart. What may happen says package dispute; how long it may take, policy; what is
// asked, intake; where it is kept, store and evidence. Delivery (pages, programs) calls nothing but this package for it.
package complaint

import (
	"log/slog"
	"time"

	"anxin/server/dispute"
	"anxin/server/evidence"
	"anxin/server/intake"
	"anxin/server/limit"
	"anxin/server/policy"
	"anxin/server/store"
	"anxin/server/vault"
)

// Service carries complaints. Its fields are set once.
type Service struct {
	Store  *store.Store
	Vault  *vault.Vault
	Policy *policy.Policy
	Files  *evidence.Files
	Limits limit.Gate // slows who tries codes or begins drafts too often; without one nobody is slowed
	Log    *slog.Logger
	Now    func() time.Time
}

// Draft is a complaint that is being written. Who holds its key may read, change and file it.
type Draft struct {
	Key string
	intake.Draft
	Version   int64 // 0: not kept yet
	SavedAt   time.Time
	ExpiresAt time.Time
	Resumable bool // a resume code was given
}

// Receipt is what filing is answered with, now and whenever it is asked for again.
type Receipt struct {
	Number      string // 13 digits
	Code        string // 16 digits; empty where it is shown no longer
	State       dispute.State
	Helper      bool // somebody filed for the person
	SubmittedAt time.Time
	SHA256      string // of what was filed, byte by byte, as the file holds it: complaint.json
	Deadlines   []Deadline
	Replayed    bool
}

// Deadline is a clock that runs for a case.
type Deadline struct {
	Leg int // 0 for the dispute itself
	policy.Deadline
}

// Access is who came in, to which dispute.
type Access struct {
	Dispute string
	Party   string // of a citizen or helper
	Actor   dispute.Actor
	ActorID string // of anybody else
}

// File is everything about a complaint that a citizen sees.
type File struct {
	Access      Access
	Number      string
	Case        dispute.Case
	Version     int64 // of the store: who acts says from which version
	SubmittedAt time.Time
	ChangedAt   time.Time
	Filed       intake.Answers // as filed; never changes
	FiledBytes  []byte         // as kept: their SHA-256 is the receipt's
	SHA256      string
	You         Person  // who came in
	Person      Person  // whose complaint it is
	Helper      *Person // who files for the person
	Deadlines   []Deadline
	Timeline    []Entry // the first is the filing
	Messages    []Message
	Evidence    []Evidence
	Seen        []Seen // who of the council looked at it, and failed tries to get in

	shows map[int][]dispute.Fact // what the case itself shows, of the dispute (0) and each leg
}

// Person is a party with the contact that holds now.
type Person struct {
	ID      string         `json:"-"`
	Contact intake.Contact `json:"contact"`
	Reach   intake.Reach   `json:"reach"`
}

// Entry is a line of the timeline.
type Entry struct {
	Seq       int64
	At        time.Time
	Leg       int
	Event     dispute.Event
	Actor     dispute.Actor
	State     dispute.State // that it led to, of the dispute or, where Leg is set, of the leg
	Told      string        // catalogue key of what she is told; may be empty
	Text      string        // what somebody wrote with it; may be empty
	Deadlines []Deadline    // that ran from then on and did not run before, or another day than before
}

// Message is what was written to the council, or by it.
type Message struct {
	ID     string
	At     time.Time
	Actor  dispute.Actor
	Text   string
	ReadAt time.Time // zero: not yet
}

// Evidence is a file that was handed in.
type Evidence struct {
	ID          string
	Name        string // as it was called
	Description string // in her words
	Kind        string // image/jpeg …, as sniffed
	Size        int64  // bytes
	SHA256      string // of the file as handed in
	At          time.Time
	By          dispute.Actor
	Removed     bool

	object string // the sealed file's name
}

// Seen is a look at the file that is no event.
type Seen struct {
	At     time.Time
	Actor  dispute.Actor
	Action string // an id: read, failed_codes …; the catalogue has mine.seen_<id>
}

// Act is what somebody does to a case.
type Act struct {
	Leg     int // 0: the dispute itself
	Event   dispute.Event
	Facts   []dispute.Fact // what the form or the caller has made sure of; what the service can see itself it adds
	Text    string         // what they wrote with it
	Version int64          // the file's version they looked at; 0: whichever it is now
	On      time.Time      // of events that are dated by a paper: the day it was received or sent; zero: now
}
