// Package complaint carries a complaint: it keeps the draft, files it once, lets the citizen in to her file, and makes what she
// and others do move the case.
//
// It joins what the floors below keep apart. What may happen says package dispute; how long it may take, policy; what is
// asked, intake; where it is kept, store and evidence. Delivery (pages, programs) calls nothing but this package for it.
package complaint

import (
	"context"
	"log/slog"
	"time"

	"anxin/server/dispute"
	"anxin/server/evidence"
	"anxin/server/intake"
	"anxin/server/library"
	"anxin/server/limit"
	"anxin/server/notify"
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
	// Library names the authorities that letters go to.
	Library *library.Library
	Words   *notify.Words // of notices and letters
	Mail    bool          // whether there is a server that sends them on
	Log     *slog.Logger
	Now     func() time.Time
	// Colleague tells who an account is; [fault.NotFound] where it is nobody who works cases. Without it nobody is assigned a case
	// by another, and names of accounts stay empty.
	Colleague func(ctx context.Context, account string) (Staff, error)
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
	Leg   int       // 0 for the dispute itself
	Began time.Time // the moment of whose day it counts: the start, or what began it anew
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
	Notices     []Notice   // what whoever came in was told, the newest first
	Added       []Addition // since it was filed
	Evidence    []Evidence
	Letters     []Letter // sent for her
	Copies      []Copy   // how she was told what, the oldest first
	Surveys     []Surveyed
	Survey      *SurveyQuestion // nil: she is not asked
	Seen        []Seen          // who of the council looked at it, and failed tries to get in

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
	Paper
	// For staff alone.
	By   string // id of the account, or of the party
	Note string // of the call from which an officer wrote it down
}

// Paper is by what something came or went that was not done on these pages.
type Paper struct {
	On       time.Time `json:"on,omitzero"`        // the day it was sent or received; zero: when it was entered
	Way      string    `json:"way,omitempty"`      // one of [Ways]
	Evidence string    `json:"evidence,omitempty"` // the file's id that holds it
	Door     string    `json:"door,omitempty"`     // where she was shown to go
	Other    string    `json:"other,omitempty"`    // the dispute under which the matter is carried on
}

// Ways are those in which something comes to the council or leaves it.
var Ways = []string{"account", "post", "hand", "email", "phone", "counter"}

// Message is what was written to the council, or by it.
type Message struct {
	ID     string
	At     time.Time
	Actor  dispute.Actor
	Text   string
	ReadAt time.Time // zero: not yet

	Audience string // whom it is for, as [store.ToParty]
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
	Fields  []string       // of a consent to hand over: what of her file, by [Shareable]; those that are needed go with it anyway

	// What staff act by; see [Service.ActAs].
	Way    string // in which it came or went: one of [Ways]
	Paper  string // id of the file that holds it
	Note   string // of the call, where there is no paper
	Door   string // of a refusal: where she can go instead
	Other  string // of a duplicate: the other case's number
	origin Paper
	letter *store.Letter // by which it is done
}
