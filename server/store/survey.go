package store

import (
	"context"
	"fmt"
	"time"
)

// Survey is what she said, some time after an end of her case, about whether it is solved.
type Survey struct {
	ID       string
	Dispute  string
	Party    string    // whose answer it is
	ClosedAt time.Time // the end it is about
	Body     []byte
	At       time.Time
	Over     *time.Time // when the answer was given that this one may replace, zero for none; nil: whichever there is
}

// AnswerSurvey keeps an answer in place of the one before to the same end; actorID is who entered it. Where the dispute has no such end
// (any more), or another answer than a.Over, it is [ErrStale].
func (s *Store) AnswerSurvey(ctx context.Context, a Survey, actor, actorID string) error {
	name(&a.ID)
	return doing("keep an answer", s.Write(ctx, func(tx *Tx) error { return tx.answerSurvey(a, actor, actorID) }))
}

func (tx *Tx) answerSurvey(a Survey, actor, actorID string) error {
	a.ClosedAt, a.At = canonical(a.ClosedAt), tx.now
	// The dispute is locked first: neither another answer nor a new event comes between.
	n, err := tx.Exec("UPDATE disputes SET changed_at = changed_at WHERE id = $1 AND closed_at = $2", a.Dispute, a.ClosedAt)
	if err != nil {
		return err
	}
	if n == 0 {
		return ErrStale
	}
	before, err := tx.surveys(a.Dispute)
	if err != nil {
		return err
	}
	var known bool
	var given time.Time
	for _, b := range before {
		if b.ClosedAt.Equal(a.ClosedAt) {
			a.ID, given, known = b.ID, b.At, true
		}
	}
	if a.Over != nil && !given.Equal(*a.Over) {
		return ErrStale
	}
	body := tx.seal("surveys", "body", a.ID, a.Body)
	if known {
		_, err = tx.Exec("UPDATE surveys SET party_id = $1, body = $2, at = $3 WHERE id = $4", a.Party, body, a.At, a.ID)
	} else {
		_, err = tx.Exec("INSERT INTO surveys (id, dispute_id, party_id, closed_at, body, at) VALUES ($1, $2, $3, $4, $5, $6)",
			a.ID, a.Dispute, a.Party, a.ClosedAt, body, a.At)
	}
	if err != nil {
		return err
	}
	if err := tx.news(a.Dispute, actor); err != nil {
		return err
	}
	return tx.audit(a.Dispute, []auditEntry{auditEntry{Actor: actor, ActorID: actorID}.of("surveyed", "survey "+a.ID, surveyBytes(a))})
}

// Surveys are the answers of a dispute, the first end first.
func (s *Store) Surveys(ctx context.Context, dispute string) (list []Survey, err error) {
	err = s.Read(ctx, func(tx *Tx) error {
		list, err = tx.surveys(dispute)
		return err
	})
	return list, doing("read answers", err)
}

func (tx *Tx) surveys(dispute string) (list []Survey, err error) {
	err = tx.Query("SELECT id, party_id, closed_at, body, at FROM surveys WHERE dispute_id = $1 ORDER BY closed_at", []any{dispute}, func(scan func(...any) error) error {
		a := Survey{Dispute: dispute}
		err := scan(&a.ID, &a.Party, &a.ClosedAt, &a.Body, &a.At)
		if err == nil {
			a.Body, err = tx.open("surveys", "body", a.ID, a.Body)
		}
		list = append(list, a)
		return err
	})
	return list, err
}

func surveyBytes(a Survey) []byte {
	return fields(a.Party, fmt.Sprint(a.ClosedAt.UnixMicro()), string(a.Body), fmt.Sprint(a.At.UnixMicro()))
}
