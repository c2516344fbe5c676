package complaint

import (
	"context"
	"slices"
	"time"

	"anxin/server/dispute"
	"anxin/server/fault"
	"anxin/server/store"
)

// What those who work a case do with it: the council's officers, and the handlers of the firm it was handed to. They come in
// by an account, never by a code, and every method of theirs asks [Staff.may] first.

// Staff is somebody who works cases from the console.
type Staff struct {
	ID          string        // of the account
	Name        string        // shown to her: 消委会工作人员 and the name the account chose to show
	Actor       dispute.Actor // Officer or Handler
	Institution string        // a handler's
}

// The views of a queue.
const (
	Due         = "due"         // somebody must act by a day, the nearest first
	News        = "news"        // somebody outside did something that no officer has been shown
	Mine        = "mine"        // assigned to whoever asks
	Unassigned  = "unassigned"  // assigned to nobody
	WithCitizen = "citizen"     // she has to move next
	WithFirm    = "firm"        // the firm has to
	Unconfirmed = "unconfirmed" // somebody files for a person whom nobody has asked yet
	Closed      = "closed"
)

// Views lists them in the order in which they are shown.
var Views = []string{Due, News, Mine, Unassigned, WithCitizen, WithFirm, Unconfirmed, Closed}

// Filter chooses a page of a queue.
type Filter struct {
	View  string // one of [Views]; empty for Due
	After string // the Next of the page before
	Limit int    // at most 100; 0 for 50
}

// Row is a case in a queue.
type Row struct {
	ID, Number             string
	State                  dispute.State
	Leg                    dispute.State // of the one under way; may be empty
	Person, Firm, Product  string
	Helper                 bool
	Deadline               *Deadline // the nearest that somebody must keep, without its steps
	Assignee, AssigneeName string
	Unread                 int // messages of hers, or of the firm's, that no officer has been shown
	Added                  int // facts and files of hers that are as new
	ChangedAt, SubmittedAt time.Time
}

// Queue is a page of cases, the nearest deadline first.
type Queue struct {
	Rows   []Row
	Next   string         // empty: there are no more
	Counts map[string]int // by view
}

// CaseFile is a case as somebody of the staff may see it. A handler's holds what was consented and referred, and nothing else.
type CaseFile struct {
	File                   // Options(leg) works for the staff's actor
	Assignee, AssigneeName string
	Recused                []string // ids of staff
	Notes                  []Note
	Consents               []Consent
	Shared                 []string // the fields that the firm may see; see [Shareable]
	Linked                 []Linked // the same matter under other numbers

	handedOver bool // a leg lies, or lay, with the firm
}

// Linked is another case of the same matter.
type Linked struct{ ID, Number string }

// Note is what staff wrote for each other. Neither she nor a firm ever sees it.
type Note struct {
	ID     string
	At     time.Time
	Author string // id of an account
	Text   string
}

// Consent is what she agreed to hand to whom.
type Consent struct {
	ID, Purpose, Receiver string
	Fields                []string
	Wording               string // catalogue key of the words she read
	GivenAt, WithdrawnAt  time.Time
}

// Preview is what she would read if something were done. Nothing has been.
type Preview struct {
	State, LegState dispute.State // after it; LegState of the leg it moves, empty of the dispute
	Told            string        // catalogue key of the sentence; may be empty
	Text            string        // what was written with it
	Deadlines       []Deadline    // that begin, or end on another day than before
	Stopped         []Deadline    // that end with it
	Notices         []Told        // what is sent
}

// Told is a notice as somebody would get it.
type Told struct {
	Party   string // their role
	Channel string
	Notice  string // its kind
	Subject string
	Text    string
}

// CodeRequest is somebody's word that a code was lost. Whether it was they who lost it, the officer finds out.
type CodeRequest struct {
	ID, Dispute, Number string
	At                  time.Time
	Person              Person // whose code it is, with the contact on file: the only one to confirm by
	Way                 string // in which they are to be asked: one of the person's own
}

// may is the one rule of who may see a case, and every method asks it: an officer every case but those that she has said touch
// her; a handler those that lie, or lay, with her firm by a consent that holds, with the same exception. What may not be seen
// is answered as what does not exist.
func (by Staff) may(at store.Sight) error {
	sees := by.Actor == dispute.Officer || by.Actor == dispute.Handler && by.Institution != "" && by.Institution == at.OpenTo
	if by.ID == "" || !sees || slices.Contains(at.Recused, by.ID) {
		return errNoCase()
	}
	return nil
}

// sees asks it of a case by its id, and answers with an access to it.
func (s *Service) sees(ctx context.Context, by Staff, id string) (Access, error) {
	at, err := s.Store.Sight(ctx, id)
	if store.NotFound(err) {
		return Access{}, errNoCase()
	}
	if err != nil {
		return Access{}, err
	}
	return As(id, by.Actor, by.ID), by.may(at)
}

// office is what officers do, and no handler.
func (s *Service) office(ctx context.Context, by Staff, id string) (Access, error) {
	if by.Actor != dispute.Officer {
		return Access{}, errNoCase()
	}
	return s.sees(ctx, by, id)
}

// nameOf is what an account is called; empty where nobody can say.
func (s *Service) nameOf(ctx context.Context, account string) (string, error) {
	if account == "" || s.Colleague == nil {
		return "", nil
	}
	who, err := s.Colleague(ctx, account)
	if store.NotFound(err) {
		return "", nil
	}
	return who.Name, err
}

// errNoCase answers alike for a case that somebody may not see and for one that does not exist.
func errNoCase() error { return fault.New(fault.NotFound, "there is no such case") }
