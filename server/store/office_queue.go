package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// QueueFor chooses the disputes that somebody of the staff may see, and among them a page of a view.
type QueueFor struct {
	Staff       string // whoever asks: what they are recused from is not there
	Actor       string
	Institution string // of a handler: what is open to it alone
	View        string
	After       string
	Limit       int
	IDs         []string // instead of a view: these alone
}

// Queued is a dispute in a queue.
type Queued struct {
	ID, Number, State string
	Standing          Standing
	Assignee          string
	Unread            int
	Body              []byte // what was filed
	Parties           []Party
	SubmittedAt       time.Time
	ChangedAt         time.Time
	ClosedAt          time.Time
}

// views say which disputes stand in a view; $1 is who asks, $2 their actor, $3 the time.
var views = []struct{ name, where string }{
	{"due", "d.closed_at IS NULL AND (d.waits_for = $2 OR d.next_due <= $3)"},
	{"mine", "d.closed_at IS NULL AND d.assignee = $1"},
	{"unassigned", "d.closed_at IS NULL AND d.assignee IS NULL"},
	{"citizen", "d.closed_at IS NULL AND d.waits_for = 'citizen'"},
	{"firm", "d.closed_at IS NULL AND d.waits_for = 'handler'"},
	{"unconfirmed", "d.closed_at IS NULL AND d.unconfirmed"},
	{"closed", "d.closed_at IS NOT NULL"},
}

// seen is what a handler sees of them all ($4), or an officer. It names every argument, for PostgreSQL wants to know what
// each is.
func (q QueueFor) seen() string {
	sees := "CAST($2 AS TEXT) <> '' AND $3 IS NOT NULL AND NOT EXISTS (SELECT 1 FROM recusals r WHERE r.dispute_id = d.id AND r.staff = $1)"
	if q.Actor == "officer" {
		return sees + " AND CAST($4 AS TEXT) = ''"
	}
	return sees + " AND d.open_to = $4"
}

func (q QueueFor) args(now time.Time) []any {
	institution := q.Institution
	if q.Actor == "officer" {
		institution = ""
	}
	return []any{q.Staff, q.Actor, now, institution}
}

var errCursor = errors.New("no page begins there")

// Queue reads a page of a view, and how many stand in each.
func (s *Store) Queue(ctx context.Context, q QueueFor) (list []Queued, next string, counts map[string]int, err error) {
	err = s.Read(ctx, func(tx *Tx) error {
		list, next, counts = nil, "", map[string]int{}
		if err := tx.countViews(q, counts); err != nil {
			return err
		}
		if list, err = tx.page(q); err != nil {
			return err
		}
		if len(list) > q.Limit {
			list = list[:q.Limit]
			next = cursor(q, list[q.Limit-1])
		}
		return tx.fill(list)
	})
	return list, next, counts, doing("read a queue", err)
}

// Among reads those of the disputes that somebody may see.
func (s *Store) Among(ctx context.Context, q QueueFor) (list []Queued, err error) {
	if len(q.IDs) == 0 {
		return nil, nil
	}
	err = s.Read(ctx, func(tx *Tx) error {
		list, err = tx.queued(q.seen()+" AND d.id IN ("+marks(5, len(q.IDs))+") ORDER BY d.changed_at DESC, d.id", append(q.args(tx.now), anys(q.IDs)...))
		if err != nil {
			return err
		}
		return tx.fill(list)
	})
	return list, doing("read disputes", err)
}

func (tx *Tx) countViews(q QueueFor, counts map[string]int) error {
	columns, numbers, into := make([]string, len(views)), make([]int, len(views)), make([]any, len(views))
	for i, v := range views {
		columns[i], into[i] = "count(CASE WHEN "+v.where+" THEN 1 END)", &numbers[i]
	}
	if err := tx.Row("SELECT "+strings.Join(columns, ", ")+" FROM disputes d WHERE "+q.seen(), q.args(tx.now), into...); err != nil {
		return err
	}
	for i, v := range views {
		counts[v.name] = numbers[i]
	}
	return nil
}

// page reads one more than the page holds. Cases with a day come first, the nearest before the others; closed ones by when
// they last changed.
func (tx *Tx) page(q QueueFor) ([]Queued, error) {
	where := ""
	for _, v := range views {
		if v.name == q.View {
			where = q.seen() + " AND " + v.where
		}
	}
	if where == "" {
		return nil, fmt.Errorf("there is no view %q", q.View)
	}
	at, id, err := place(q.After)
	if err != nil {
		return nil, err
	}
	most := fmt.Sprintf(" LIMIT %d", q.Limit+1)
	if q.View == "closed" {
		if q.After != "" {
			return tx.queued(where+" AND (d.changed_at < $5 OR d.changed_at = $5 AND d.id > $6) ORDER BY d.changed_at DESC, d.id"+most, append(q.args(tx.now), at, id))
		}
		return tx.queued(where+" ORDER BY d.changed_at DESC, d.id"+most, q.args(tx.now))
	}
	var list []Queued
	if q.After == "" || !at.IsZero() {
		after, args := "", q.args(tx.now)
		if q.After != "" {
			after, args = " AND (d.next_due > $5 OR d.next_due = $5 AND d.id > $6)", append(args, at, id)
		}
		if list, err = tx.queued(where+" AND d.next_due IS NOT NULL"+after+" ORDER BY d.next_due, d.id"+most, args); err != nil || len(list) > q.Limit {
			return list, err
		}
		id = ""
	}
	rest, err := tx.queued(where+" AND d.next_due IS NULL AND d.id > $5 ORDER BY d.id"+fmt.Sprintf(" LIMIT %d", q.Limit+1-len(list)), append(q.args(tx.now), id))
	return append(list, rest...), err
}

// cursor is where the page after a dispute begins: its time in microseconds, nothing where it has none, and its id.
func cursor(q QueueFor, d Queued) string {
	at := d.Standing.NextDue
	if q.View == "closed" {
		at = d.ChangedAt
	}
	if at.IsZero() {
		return "-" + d.ID
	}
	return strconv.FormatInt(at.UnixMicro(), 10) + "-" + d.ID
}

func place(cursor string) (at time.Time, id string, err error) {
	if cursor == "" {
		return at, "", nil
	}
	micro, id, ok := strings.Cut(cursor, "-")
	if !ok {
		return at, "", errCursor
	}
	if micro != "" {
		n, err := strconv.ParseInt(micro, 10, 64)
		if err != nil {
			return at, "", errCursor
		}
		at = time.UnixMicro(n).UTC()
	}
	return at, id, nil
}

// ErrCursor tells whether an error says that a cursor is none of ours.
func ErrCursor(err error) bool { return errors.Is(err, errCursor) }

func (tx *Tx) queued(where string, args []any) (list []Queued, err error) {
	err = tx.Query(`SELECT d.id, d.number, d.state, d.body, d.leg_state, d.waits_for, d.next_due, d.next_clock, d.next_leg, d.product, d.institution,
		d.open_to, d.unconfirmed, d.assignee, d.submitted_at, d.changed_at, d.closed_at,
		(SELECT count(*) FROM messages m WHERE m.dispute_id = d.id AND m.audience IN ('`+ToCouncil+`', '`+ToFirm+`') AND m.read_at IS NULL)
		FROM disputes d WHERE `+where, args, func(scan func(...any) error) error {
		var d Queued
		var number, body []byte
		var leg, waits, clock, product, institution, openTo, assignee sql.NullString
		var due, closed sql.NullTime
		var nextLeg sql.NullInt64
		var unconfirmed sql.NullBool
		err := scan(&d.ID, &number, &d.State, &body, &leg, &waits, &due, &clock, &nextLeg, &product, &institution, &openTo, &unconfirmed,
			&assignee, &d.SubmittedAt, &d.ChangedAt, &closed, &d.Unread)
		if err != nil {
			return err
		}
		d.Standing = Standing{leg.String, waits.String, due.Time, clock.String, nextLeg.Int64, product.String, institution.String, openTo.String, unconfirmed.Bool}
		d.Assignee, d.ClosedAt = assignee.String, closed.Time
		if number, err = tx.open("disputes", "number", d.ID, number); err != nil {
			return err
		}
		d.Number = string(number)
		d.Body, err = tx.open("disputes", "body", d.ID, body)
		list = append(list, d)
		return err
	})
	return list, err
}

// fill reads who complains; two queries cannot be open at once in one transaction.
func (tx *Tx) fill(list []Queued) error {
	for i := range list {
		d := Dispute{ID: list[i].ID}
		if err := tx.parties(&d); err != nil {
			return err
		}
		list[i].Parties = d.Parties
	}
	return nil
}
