package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Standing is what a queue sorts and chooses by. It stands in plain, so that no seal need be opened for it, and therefore says
// nothing of a person.
type Standing struct {
	LegState    string // of the leg under way
	WaitsFor    string // who has to move next: an actor
	NextDue     time.Time
	NextClock   string
	NextLeg     int64
	Product     string
	Institution string // whom it is about, if it is on the list
	OpenTo      string // the institution whose handlers may see it now
	Unconfirmed bool   // somebody files for a person whom nobody has asked yet
}

func (tx *Tx) standing(dispute string, st Standing) error {
	_, err := tx.Exec(`UPDATE disputes SET leg_state = $1, waits_for = $2, next_due = $3, next_clock = $4, next_leg = $5, product = $6, institution = $7,
		open_to = $8, unconfirmed = $9 WHERE id = $10`,
		orNull(st.LegState), orNull(st.WaitsFor), timeOrNull(st.NextDue), orNull(st.NextClock), st.NextLeg, orNull(st.Product), orNull(st.Institution),
		orNull(st.OpenTo), st.Unconfirmed, dispute)
	return err
}

// outside are those whose doings are news to the council. What it does itself is not, and what a clock does has a day or a letter.
func outside(actor string) bool { return actor == "citizen" || actor == "helper" || actor == "handler" }

// news notes that an actor did something that no officer has been shown, since now or since what came before it and was not shown
// either.
func (tx *Tx) news(dispute, actor string) error {
	if !outside(actor) {
		return nil
	}
	_, err := tx.Exec("UPDATE disputes SET news_at = COALESCE(news_at, $1) WHERE id = $2", tx.now, dispute)
	return err
}

// Sight is what decides whether somebody of the staff may see a dispute.
type Sight struct {
	OpenTo   string // the institution whose handlers may
	Assignee string
	Recused  []string // ids of staff who may not
}

// Sight reads it; [fault.NotFound] where there is no such dispute.
func (s *Store) Sight(ctx context.Context, dispute string) (sight Sight, err error) {
	err = s.Read(ctx, func(tx *Tx) error {
		sight, err = tx.sight(dispute)
		return err
	})
	return sight, doing("look who may see a dispute", err)
}

func (tx *Tx) sight(dispute string) (Sight, error) {
	var sight Sight
	var openTo, assignee sql.NullString
	if err := tx.Row("SELECT open_to, assignee FROM disputes WHERE id = $1", []any{dispute}, &openTo, &assignee); err != nil {
		return sight, err
	}
	sight.OpenTo, sight.Assignee = openTo.String, assignee.String
	list, err := tx.recusals(dispute)
	for _, r := range list {
		sight.Recused = append(sight.Recused, r.staff)
	}
	return sight, err
}

type recusal struct {
	staff  string
	reason []byte
	at     time.Time
}

func (tx *Tx) recusals(dispute string) (list []recusal, err error) {
	err = tx.Query("SELECT staff, reason, at FROM recusals WHERE dispute_id = $1 ORDER BY at, staff", []any{dispute}, func(scan func(...any) error) error {
		var r recusal
		err := scan(&r.staff, &r.reason, &r.at)
		if err == nil {
			r.reason, err = tx.open("recusals", "reason", dispute+" "+r.staff, r.reason)
		}
		list = append(list, r)
		return err
	})
	return list, err
}

func recusalBytes(r recusal) []byte {
	return fields(r.staff, string(r.reason), fmt.Sprint(r.at.UnixMicro()))
}

// Recuse hides a dispute from somebody of the staff, who says why; what was assigned to them is assigned to nobody. Said again
// it changes nothing.
func (s *Store) Recuse(ctx context.Context, dispute, actor, staff, reason string) error {
	return doing("recuse", s.Write(ctx, func(tx *Tx) error {
		sight, err := tx.sight(dispute)
		if err != nil || slices.Contains(sight.Recused, staff) {
			return err
		}
		r := recusal{staff, []byte(reason), tx.now}
		if err := tx.audit(dispute, []auditEntry{auditEntry{Actor: actor, ActorID: staff}.of("recused", "recusal "+staff, recusalBytes(r))}); err != nil {
			return err
		}
		if _, err := tx.Exec("INSERT INTO recusals (dispute_id, staff, reason, at) VALUES ($1, $2, $3, $4)",
			dispute, staff, tx.seal("recusals", "reason", dispute+" "+staff, r.reason), r.at); err != nil {
			return err
		}
		_, err = tx.Exec("UPDATE disputes SET assignee = NULL, assigned_at = NULL WHERE id = $1 AND assignee = $2", dispute, staff)
		return err
	}))
}

// ErrRecused tells that a dispute cannot be assigned to somebody whom it is hidden from.
var ErrRecused = errors.New("the dispute is hidden from whom it would be assigned to")

// Assign gives a dispute to somebody of the staff; an empty staff takes it away.
func (s *Store) Assign(ctx context.Context, dispute, actor, actorID, staff string) error {
	return doing("assign a dispute", s.Write(ctx, func(tx *Tx) error {
		sight, err := tx.sight(dispute)
		switch {
		case err != nil || sight.Assignee == staff:
			return err
		case slices.Contains(sight.Recused, staff):
			return ErrRecused
		}
		at := timeOrNull(tx.now)
		at.Valid = staff != ""
		if err := tx.audit(dispute, []auditEntry{auditEntry{Actor: actor, ActorID: actorID}.of("assigned", "", []byte(staff))}); err != nil {
			return err
		}
		_, err = tx.Exec("UPDATE disputes SET assignee = $1, assigned_at = $2 WHERE id = $3", orNull(staff), at, dispute)
		return err
	}))
}

// Found is the institution of the list that a dispute is about, where she named one that she did not find there.
type Found struct {
	Dispute             string
	Version             int64  // as the dispute was read
	Was                 string // whom it was said to be about before; mostly nobody
	Institution, OpenTo string
}

// SetInstitution says whom a dispute is about, and who may see it because of that. Nothing moves; the legs are that firm's. Of a dispute
// that has changed since, it is [ErrStale].
func (s *Store) SetInstitution(ctx context.Context, f Found, actor, actorID string) error {
	return doing("say whom a dispute is about", s.Write(ctx, func(tx *Tx) error {
		if err := tx.audit(f.Dispute, []auditEntry{auditEntry{Actor: actor, ActorID: actorID}.of("linked", "", []byte(f.Institution))}); err != nil {
			return err
		}
		n, err := tx.Exec("UPDATE disputes SET institution = $1, open_to = $2 WHERE id = $3 AND version = $4 AND COALESCE(institution, '') = $5",
			f.Institution, orNull(f.OpenTo), f.Dispute, f.Version, f.Was)
		if err != nil {
			return err
		}
		if n == 0 {
			return ErrStale
		}
		_, err = tx.Exec("UPDATE legs SET respondent = $1 WHERE dispute_id = $2", f.Institution, f.Dispute)
		return err
	}))
}

// Read is what an audit calls it when staff opened a dispute.
const Read = "read"

// Opened is a dispute as staff read it, with what stands beside it.
type Opened struct {
	Dispute
	Sight    Sight
	Consents []Consent
	Messages []Message // of every audience
	Linked   map[string]string
}

// OpenAs reads a dispute for somebody of the staff, if may lets them, and notes in its audit that they read it, in the same
// transaction.
func (s *Store) OpenAs(ctx context.Context, dispute, actor, actorID, action string, may func(Sight) error) (Opened, error) {
	return s.openAs(ctx, dispute, actor, actorID, action, may, func(*Tx) error { return nil })
}

// ShowAs is [Store.OpenAs] for who is shown all that stands in it: where that is an officer, what was written to the council is read,
// and nothing is new any more.
func (s *Store) ShowAs(ctx context.Context, dispute, actor, actorID string, may func(Sight) error) (Opened, error) {
	return s.openAs(ctx, dispute, actor, actorID, Read, may, func(tx *Tx) error {
		if outside(actor) {
			return nil
		}
		if _, err := tx.Exec("UPDATE disputes SET news_at = NULL WHERE id = $1", dispute); err != nil {
			return err
		}
		if err := tx.markRead(dispute, ToCouncil); err != nil {
			return err
		}
		return tx.markRead(dispute, ToFirm)
	})
}

func (s *Store) openAs(ctx context.Context, dispute, actor, actorID, action string, may func(Sight) error, then func(*Tx) error) (Opened, error) {
	var o Opened
	err := s.Write(ctx, func(tx *Tx) (err error) {
		o = Opened{}
		if o.Sight, err = tx.sight(dispute); err != nil {
			return err
		}
		if err := may(o.Sight); err != nil {
			return err
		}
		if err := tx.audit(dispute, []auditEntry{auditEntry{Actor: actor, ActorID: actorID}.of(action, "", nil)}); err != nil {
			return err
		}
		if o.Dispute, err = tx.dispute(dispute); err != nil {
			return err
		}
		if o.Consents, err = tx.consents(dispute); err != nil {
			return err
		}
		if o.Messages, err = tx.messages(dispute); err != nil {
			return err
		}
		if o.Linked, err = tx.linked(dispute); err != nil {
			return err
		}
		return then(tx)
	})
	return o, doing("open a dispute", err)
}

// linked are the disputes of the same matter, by their ids, with their numbers.
func (tx *Tx) linked(dispute string) (map[string]string, error) {
	list := map[string]string{}
	err := tx.Query("SELECT id, number FROM disputes WHERE duplicate_of = $1 OR id = (SELECT duplicate_of FROM disputes WHERE id = $1)", []any{dispute}, func(scan func(...any) error) error {
		var id string
		var number []byte
		err := scan(&id, &number)
		if err == nil {
			number, err = tx.open("disputes", "number", id, number)
		}
		list[id] = string(number)
		return err
	})
	return list, err
}
