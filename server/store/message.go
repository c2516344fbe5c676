package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Message is what somebody wrote to somebody else about a dispute.
type Message struct {
	ID       string
	Dispute  string
	Leg      string // that it is about, if it is about one
	Seq      int64  // its place among the dispute's
	Author   string // in which role
	AuthorID string
	Audience string
	Body     []byte
	SentAt   time.Time
	ReadAt   time.Time // zero: not yet
}

// Whom a message is for. What is for staff neither a party nor a firm ever sees.
const (
	ToCouncil = "council" // written by a party
	ToParty   = "party"   // written to her
	ToStaff   = "staff"   // a note
	ToFirm    = "firm"    // between a firm and the council
)

// maxMessages bounds what one dispute can hold of them.
const maxMessages = 500

// ErrTooMany tells that a dispute has as much of something as it may have. It does not pass by waiting.
var ErrTooMany = errors.New("the dispute holds as many as it may")

// Say keeps a message and tells its id. What told says is delivered: that there is a message.
func (s *Store) Say(ctx context.Context, m Message, told ...Delivery) (string, error) {
	name(&m.ID)
	if err := s.Write(ctx, func(tx *Tx) error {
		if err := tx.say(m); err != nil {
			return err
		}
		return tx.deliveries(m.Dispute, told)
	}); err != nil {
		return "", fmt.Errorf("keep a message: %w", err)
	}
	return m.ID, nil
}

func (tx *Tx) say(m Message) error {
	m.SentAt = tx.now
	// The entry comes first: it locks the dispute, so that of two at once one counts the other.
	if err := tx.audit(m.Dispute, []auditEntry{auditEntry{Actor: m.Author, ActorID: m.AuthorID}.of("said", "message "+m.ID, messageBytes(m))}); err != nil {
		return err
	}
	if err := tx.Row("SELECT COALESCE(MAX(seq), 0) + 1 FROM messages WHERE dispute_id = $1", []any{m.Dispute}, &m.Seq); err != nil {
		return err
	}
	if m.Seq > maxMessages {
		return ErrTooMany
	}
	_, err := tx.Exec(`INSERT INTO messages (id, dispute_id, leg_id, seq, author, author_id, audience, body, sent_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		m.ID, m.Dispute, orNull(m.Leg), m.Seq, m.Author, orNull(m.AuthorID), m.Audience, tx.seal("messages", "body", m.ID, m.Body), m.SentAt)
	if err != nil {
		return err
	}
	return tx.news(m.Dispute, m.Author)
}

// Messages are those of a dispute for the audiences, the oldest first.
func (s *Store) Messages(ctx context.Context, dispute string, audiences ...string) (list []Message, err error) {
	err = s.Read(ctx, func(tx *Tx) error {
		if len(audiences) == 0 {
			return errors.New("read messages: for nobody")
		}
		list, err = tx.messages(dispute, audiences...)
		return err
	})
	return list, doing("read messages", err)
}

// messages are those for the audiences, or all where none is named.
func (tx *Tx) messages(dispute string, audiences ...string) (list []Message, err error) {
	where, args := "dispute_id = $1", []any{dispute}
	if len(audiences) > 0 {
		where += " AND audience IN (" + marks(2, len(audiences)) + ")"
		args = append(args, anys(audiences)...)
	}
	err = tx.Query("SELECT id, leg_id, seq, author, author_id, audience, body, sent_at, read_at FROM messages WHERE "+where+" ORDER BY seq", args, func(scan func(...any) error) error {
		m := Message{Dispute: dispute}
		var leg, author sql.NullString
		var read sql.NullTime
		err := scan(&m.ID, &leg, &m.Seq, &m.Author, &author, &m.Audience, &m.Body, &m.SentAt, &read)
		if err == nil {
			m.Body, err = tx.open("messages", "body", m.ID, m.Body)
		}
		m.Leg, m.AuthorID, m.ReadAt = leg.String, author.String, read.Time
		list = append(list, m)
		return err
	})
	return list, err
}

// MarkRead notes that those for whom it was have seen what was written.
func (s *Store) MarkRead(ctx context.Context, dispute, audience string) error {
	return doing("mark messages as read", s.Write(ctx, func(tx *Tx) error { return tx.markRead(dispute, audience) }))
}

func (tx *Tx) markRead(dispute, audience string) error {
	_, err := tx.Exec("UPDATE messages SET read_at = $1 WHERE dispute_id = $2 AND audience = $3 AND read_at IS NULL", tx.now, dispute, audience)
	return err
}

func messageBytes(m Message) []byte {
	return fields(m.Leg, m.Author, m.AuthorID, m.Audience, string(m.Body), fmt.Sprint(m.SentAt.UnixMicro()))
}
