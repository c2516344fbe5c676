// Package notify tells people, in the way they chose, that there is something for them to read, and never what.
//
// A telephone is lent, an old mailbox is read by others, somebody else answers: so no subject and no line says what it is about,
// which firm, or how much. It says that there is something, how to look, and what we never ask for. [Words] writes it in her
// language for every channel; [Mailer] hands it to a mail server; [Worker] takes what is due and lets it be sent. What is told
// to whom and when says package complaint.
package notify

import (
	"slices"

	"anxin/server/locale"
)

// Notice is what is to be told.
type Notice string

// The notices. The catalogue has their words: notice.kind_<notice> for those who work here, notice.line_<notice> for her.
const (
	Received       Notice = "received"        // what she filed has come in
	Progress       Notice = "progress"        // something happened
	Asked          Notice = "asked"           // something happened, and now it is her turn
	Message        Notice = "message"         // somebody wrote to her
	Letter         Notice = "letter"          // a letter was sent on her behalf
	Reminder       Notice = "reminder"        // a day comes near
	Survey         Notice = "survey"          // afterwards: how is it now?
	ContactChanged Notice = "contact_changed" // to where she was reached before
	CodeReplaced   Notice = "code_replaced"   // likewise
	Confirm        Notice = "confirm"         // somebody says they act for her: does she know of it?
)

// Notices are all of them.
var Notices = []Notice{Received, Progress, Asked, Message, Letter, Reminder, Survey, ContactChanged, CodeReplaced, Confirm}

// Channel is a way in which a notice reaches somebody.
type Channel string

const (
	Inbox   Channel = "inbox"   // lies in her file
	Email   Channel = "email"   // sent by the program
	Call    Channel = "call"    // by hand, and so are the next: an officer calls her
	Text    Channel = "text"    // an officer writes her a text message
	Through Channel = "through" // an officer calls whom she named
	Post    Channel = "post"    // an officer sends a letter
)

// ByHand are the channels that an officer serves.
var ByHand = []Channel{Call, Text, Through, Post}

// Channels are those in which a notice can go out.
func (n Notice) Channels() []Channel {
	if n == Confirm {
		return ByHand // she is asked and has to answer
	}
	return append([]Channel{Email}, ByHand...)
}

// Goes tells whether a notice can go out in a channel.
func (n Notice) Goes(c Channel) bool { return slices.Contains(n.Channels(), c) }

// Mail is a notice to be sent by mail.
type Mail struct {
	ID     string // of the delivery: a copy that is sent twice has it twice
	To     string
	Notice Notice
	Lang   locale.Code
}
