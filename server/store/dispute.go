package store

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"anxin/server/fault"
	"anxin/server/vault"
)

// Dispute is one problem of a citizen, with everything that was filed and what became of it.
type Dispute struct {
	ID          string
	Number      string
	State       string
	Version     int64  // the seq of its last event: who changes it says from which version
	Body        []byte // what was filed
	Institution string // of the list, that it is about: as filed, or as an officer found it
	SubmittedAt time.Time
	ChangedAt   time.Time
	ClosedAt    time.Time // zero while it is open
	Parties     []Party
	Legs        []Leg
	Events      []Event
}

// Party is a person of a dispute: who complains, who helps.
type Party struct {
	ID      string
	Role    string
	Name    string // only to be found by; what is shown stands in Body
	Phone   string // as Name
	Body    []byte
	AddedAt time.Time
}

// Leg is one attempt in one channel.
type Leg struct {
	ID         string
	Seq        int64
	Channel    string
	Respondent string // an institution's id, if it is on the list
	State      string
	Body       []byte
	OpenedAt   time.Time
	ClosedAt   time.Time
}

// Event is something that happened, and the states it led to. Events are only ever added.
type Event struct {
	Seq      int64
	Leg      string
	Event    string
	Actor    string // in which role
	ActorID  string // who, by a party's or a member of staff's id
	State    string // of the dispute
	LegState string // of the leg
	Body     []byte
	At       time.Time
}

// Consent is what a party agreed to, and in which words.
type Consent struct {
	ID          string
	Party       string
	Leg         string // of one to hand over
	Purpose     string
	Receiver    string
	Fields      string
	Wording     string
	GivenAt     time.Time
	WithdrawnAt time.Time // zero: it holds
}

// Deadline is a running clock.
type Deadline struct {
	ID        string
	Leg       string
	Clock     string
	StartedAt time.Time
	DueAt     time.Time
	RemindAt  time.Time // when somebody is to be reminded of it next; zero: not any more
}

// Credential is a code that opens a dispute to one of its parties.
type Credential struct {
	ID       string
	Party    string
	CodeHash string
}

// Submission is a dispute as it is filed. What has no id is given one.
type Submission struct {
	ID         string
	Key        string // of the draft: one key, one dispute
	Content    string // what was filed, in one form; only a keyed hash is kept, to tell a replay from another content
	Number     string
	State      string
	Body       []byte
	Parties    []Party
	Consents   []Consent
	Credential Credential // its code is derived from Key
	Legs       []Leg
	Events     []Event
	Deadlines  []Deadline
	Deliveries []Delivery
	Standing   *Standing
}

// Receipt is what filing is answered with, now and whenever it is repeated.
type Receipt struct {
	ID          string
	Number      string
	SubmittedAt time.Time
	CodeHash    string // of the credential made then; empty once that was replaced
	Replayed    bool
}

var (
	// ErrOtherContent tells that something else was filed under the key.
	ErrOtherContent = errors.New("under this key something else was filed")
	// ErrNumberTaken tells that the number is another dispute's: draw a new one.
	ErrNumberTaken = errors.New("the number belongs to another dispute")
	// ErrStale tells that the dispute has changed since it was read.
	ErrStale = errors.New("the dispute has changed meanwhile")
)

// keyHash is what is kept of a draft's key. It does not depend on the secret: a replay is one whichever key seals.
func keyHash(key string) []byte {
	h := sha256.Sum256([]byte("anxin draft\x00" + key))
	return h[:]
}

// Submit files a dispute with all that belongs to it and deletes its draft, or finds that this was done before.
func (s *Store) Submit(ctx context.Context, sub Submission) (Receipt, error) {
	if sub.Key == "" || sub.Number == "" || len(sub.Events) == 0 || sub.Credential.CodeHash == "" {
		return Receipt{}, errors.New("submit a dispute: it has no key, number, event or credential")
	}
	sub.nameAll()
	var r Receipt
	err := s.Write(ctx, func(tx *Tx) (err error) {
		r, err = tx.submit(sub)
		return err
	})
	if err != nil {
		return Receipt{}, fmt.Errorf("submit a dispute: %w", err)
	}
	return r, nil
}

// nameAll happens before the transaction, so that one run again writes the same.
func (s *Submission) nameAll() {
	name(&s.ID)
	for i := range s.Parties {
		name(&s.Parties[i].ID)
	}
	for i := range s.Consents {
		name(&s.Consents[i].ID)
	}
	name(&s.Credential.ID)
	for i := range s.Legs {
		name(&s.Legs[i].ID)
	}
}

func name(id *string) {
	if *id == "" {
		*id = NewID()
	}
}

func (tx *Tx) submit(sub Submission) (Receipt, error) {
	draft := keyHash(sub.Key)
	if r, err := tx.receiptOf(draft, sub.Content); err == nil || !NotFound(err) {
		return r, err
	}
	if taken, err := tx.numberTaken(sub.Number); err != nil {
		return Receipt{}, err
	} else if taken {
		return Receipt{}, ErrNumberTaken
	}
	if _, err := tx.Exec(`INSERT INTO disputes (id, draft, content, number, number_index, body, state, version, audit_seq, audit_head, submitted_at, changed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, $8, $9, $9)`,
		sub.ID, draft, tx.vault.Index(vault.Content, sub.Content), tx.seal("disputes", "number", sub.ID, []byte(sub.Number)),
		tx.vault.Index(vault.Number, sub.Number), tx.seal("disputes", "body", sub.ID, sub.Body), sub.State, auditRoot(sub.ID), tx.now); err != nil {
		return Receipt{}, err
	}
	by := auditEntry{Actor: sub.Events[0].Actor, ActorID: sub.Events[0].ActorID}
	entries := []auditEntry{by.of("filed", "dispute", disputeBytes(sub.Number, sub.Body))}
	for _, p := range sub.Parties {
		if _, err := tx.Exec("INSERT INTO parties (id, dispute_id, role, body, name_index, phone_index, added_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
			p.ID, sub.ID, p.Role, tx.seal("parties", "body", p.ID, p.Body), tx.vault.Index(vault.Name, p.Name), tx.vault.Index(vault.Phone, p.Phone), tx.now); err != nil {
			return Receipt{}, err
		}
		entries = append(entries, by.of("added", "party "+p.ID, partyBytes(p.Role, p.Body)))
	}
	for _, c := range sub.Consents {
		if err := tx.consent(sub.ID, c); err != nil {
			return Receipt{}, err
		}
		entries = append(entries, by.of("consented", "consent "+c.ID, consentBytes(c)))
	}
	if _, err := tx.Exec("INSERT INTO credentials (id, dispute_id, party_id, code_hash, derived, made_at) VALUES ($1, $2, $3, $4, $5, $6)",
		sub.Credential.ID, sub.ID, sub.Credential.Party, sub.Credential.CodeHash, true, tx.now); err != nil {
		return Receipt{}, err
	}
	if err := tx.audit(sub.ID, entries); err != nil {
		return Receipt{}, err
	}
	if _, err := tx.apply(Change{
		Dispute: sub.ID, State: sub.State, Events: sub.Events, Legs: sub.Legs, Deadlines: sub.Deadlines, Deliveries: sub.Deliveries,
		Standing: sub.Standing,
	}); err != nil {
		return Receipt{}, err
	}
	if _, err := tx.Exec("DELETE FROM drafts WHERE key = $1", draft); err != nil {
		return Receipt{}, err
	}
	return Receipt{ID: sub.ID, Number: sub.Number, SubmittedAt: tx.now, CodeHash: sub.Credential.CodeHash}, nil
}

// Filed finds what was filed under a draft's key, whatever it was.
func (s *Store) Filed(ctx context.Context, key string) (r Receipt, err error) {
	err = s.Read(ctx, func(tx *Tx) error {
		r, _, err = tx.receipt(keyHash(key))
		return err
	})
	return r, doing("find what was filed", err)
}

// FiledAs is what [Store.Submit] answers where it files nothing: the receipt of what was filed under the key, or
// [ErrOtherContent]. Where nothing was filed it is [fault.NotFound].
func (s *Store) FiledAs(ctx context.Context, key, content string) (r Receipt, err error) {
	err = s.Read(ctx, func(tx *Tx) error {
		r, err = tx.receiptOf(keyHash(key), content)
		return err
	})
	return r, doing("find what was filed", err)
}

// receiptOf finds what was filed under a draft's key, if it is the content.
func (tx *Tx) receiptOf(draft []byte, content string) (Receipt, error) {
	r, was, err := tx.receipt(draft)
	if err == nil && !among(was, tx.vault.Lookup(vault.Content, content)) {
		return Receipt{}, ErrOtherContent
	}
	return r, err
}

// receipt finds what was filed under a draft's key, and the keyed hash of what it was.
func (tx *Tx) receipt(draft []byte) (r Receipt, content []byte, err error) {
	var number []byte
	if err := tx.Row("SELECT id, number, content, submitted_at FROM disputes WHERE draft = $1", []any{draft}, &r.ID, &number, &content, &r.SubmittedAt); err != nil {
		return Receipt{}, nil, err
	}
	plain, err := tx.open("disputes", "number", r.ID, number)
	if err != nil {
		return Receipt{}, nil, err
	}
	r.Number, r.Replayed = string(plain), true
	err = tx.Row("SELECT code_hash FROM credentials WHERE dispute_id = $1 AND derived AND replaced_at IS NULL", []any{r.ID}, &r.CodeHash)
	if err != nil && !NotFound(err) {
		return Receipt{}, nil, err
	}
	return r, content, nil
}

func (tx *Tx) numberTaken(number string) (bool, error) {
	ids, err := tx.find("SELECT id FROM disputes WHERE number_index", vault.Number, number)
	return len(ids) > 0, err
}

// find collects ids of what stands under an index, which the query ends in.
func (tx *Tx) find(query string, kind vault.Kind, value string) ([]string, error) {
	keys := tx.vault.Lookup(kind, value)
	if len(keys) == 0 {
		return nil, nil
	}
	var ids []string
	err := tx.Query(query+" IN ("+marks(1, len(keys))+")", anys(keys), func(scan func(...any) error) error {
		var id string
		err := scan(&id)
		ids = append(ids, id)
		return err
	})
	return ids, err
}

func among(hash []byte, list [][]byte) bool {
	return slices.ContainsFunc(list, func(x []byte) bool { return hmac.Equal(x, hash) })
}

// ByNumber finds the dispute with a number, however it is written.
func (s *Store) ByNumber(ctx context.Context, number string) (string, error) {
	ids, err := s.find(ctx, "SELECT id FROM disputes WHERE number_index", vault.Number, number)
	if err == nil && len(ids) == 0 {
		err = fault.New(fault.NotFound, "no dispute has the number")
	}
	if err != nil {
		return "", fmt.Errorf("find a dispute: %w", err)
	}
	return ids[0], nil
}

// ByName finds the disputes with a party of the name.
func (s *Store) ByName(ctx context.Context, name string) ([]string, error) {
	ids, err := s.find(ctx, "SELECT DISTINCT dispute_id FROM parties WHERE name_index", vault.Name, name)
	return ids, doing("find disputes by name", err)
}

// ByPhone finds the disputes with a party of the telephone number.
func (s *Store) ByPhone(ctx context.Context, phone string) ([]string, error) {
	ids, err := s.find(ctx, "SELECT DISTINCT dispute_id FROM parties WHERE phone_index", vault.Phone, phone)
	return ids, doing("find disputes by telephone", err)
}

func (s *Store) find(ctx context.Context, query string, kind vault.Kind, value string) (ids []string, err error) {
	err = s.Read(ctx, func(tx *Tx) error {
		ids, err = tx.find(query, kind, value)
		return err
	})
	return ids, err
}

// Dispute reads a dispute whole, as it was at one moment.
func (s *Store) Dispute(ctx context.Context, id string) (Dispute, error) {
	var d Dispute
	err := s.Read(ctx, func(tx *Tx) (err error) {
		d, err = tx.dispute(id)
		return err
	})
	return d, doing("read a dispute", err)
}

func (tx *Tx) dispute(id string) (Dispute, error) {
	d := Dispute{ID: id}
	var number, body []byte
	var institution sql.NullString
	var closed sql.NullTime
	err := tx.Row("SELECT number, body, institution, state, version, submitted_at, changed_at, closed_at FROM disputes WHERE id = $1", []any{id},
		&number, &body, &institution, &d.State, &d.Version, &d.SubmittedAt, &d.ChangedAt, &closed)
	if err != nil {
		return d, err
	}
	d.Institution, d.ClosedAt = institution.String, closed.Time
	if number, err = tx.open("disputes", "number", id, number); err != nil {
		return d, err
	}
	d.Number = string(number)
	if d.Body, err = tx.open("disputes", "body", id, body); err != nil {
		return d, err
	}
	if err := tx.parties(&d); err != nil {
		return d, err
	}
	if err := tx.legs(&d); err != nil {
		return d, err
	}
	return d, tx.events(&d)
}

func (tx *Tx) parties(d *Dispute) error {
	return tx.Query("SELECT id, role, body, added_at FROM parties WHERE dispute_id = $1 ORDER BY added_at, id", []any{d.ID}, func(scan func(...any) error) error {
		var p Party
		err := scan(&p.ID, &p.Role, &p.Body, &p.AddedAt)
		if err == nil {
			p.Body, err = tx.open("parties", "body", p.ID, p.Body)
		}
		d.Parties = append(d.Parties, p)
		return err
	})
}

func (tx *Tx) legs(d *Dispute) error {
	return tx.Query("SELECT id, seq, channel, respondent, state, body, opened_at, closed_at FROM legs WHERE dispute_id = $1 ORDER BY seq", []any{d.ID}, func(scan func(...any) error) error {
		var l Leg
		var respondent sql.NullString
		var closed sql.NullTime
		err := scan(&l.ID, &l.Seq, &l.Channel, &respondent, &l.State, &l.Body, &l.OpenedAt, &closed)
		if err == nil {
			l.Body, err = tx.open("legs", "body", l.ID, l.Body)
		}
		l.Respondent, l.ClosedAt = respondent.String, closed.Time
		d.Legs = append(d.Legs, l)
		return err
	})
}

func (tx *Tx) events(d *Dispute) error {
	return tx.Query("SELECT seq, leg_id, event, actor, actor_id, state, leg_state, body, at FROM events WHERE dispute_id = $1 ORDER BY seq", []any{d.ID}, func(scan func(...any) error) error {
		var e Event
		var leg, actor, legState sql.NullString
		err := scan(&e.Seq, &leg, &e.Event, &e.Actor, &actor, &e.State, &legState, &e.Body, &e.At)
		if err == nil {
			e.Body, err = tx.open("events", "body", eventRow(d.ID, e.Seq), e.Body)
		}
		e.Leg, e.ActorID, e.LegState = leg.String, actor.String, legState.String
		d.Events = append(d.Events, e)
		return err
	})
}

// Consents are those given for a dispute, the oldest first.
func (s *Store) Consents(ctx context.Context, dispute string) (list []Consent, err error) {
	err = s.Read(ctx, func(tx *Tx) error {
		list, err = tx.consents(dispute)
		return err
	})
	return list, doing("read consents", err)
}

func (tx *Tx) consents(dispute string) (list []Consent, err error) {
	err = tx.Query("SELECT id, party_id, leg_id, purpose, receiver, fields, wording, given_at, withdrawn_at FROM consents WHERE dispute_id = $1 ORDER BY given_at, id", []any{dispute}, func(scan func(...any) error) error {
		var c Consent
		var receiver, leg sql.NullString
		var withdrawn sql.NullTime
		err := scan(&c.ID, &c.Party, &leg, &c.Purpose, &receiver, &c.Fields, &c.Wording, &c.GivenAt, &withdrawn)
		c.Receiver, c.Leg, c.WithdrawnAt = receiver.String, leg.String, withdrawn.Time
		list = append(list, c)
		return err
	})
	return list, err
}

func eventRow(dispute string, seq int64) string { return fmt.Sprintf("%s %d", dispute, seq) }
