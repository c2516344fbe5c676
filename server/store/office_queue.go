package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
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
	Adds        []string // the events by which facts are added
}

// Queued is a dispute in a queue.
type Queued struct {
	ID, Number, State string
	Standing          Standing
	Assignee          string
	Unread            int    // messages to the council that no officer has been shown
	Added             int    // facts and files of hers that are as new
	Body              []byte // what was filed
	Parties           []Party
	SubmittedAt       time.Time
	ChangedAt         time.Time
	ClosedAt          time.Time
}

type view struct {
	name  string
	where func(*question) string // which disputes stand in it
}

var views = []view{
	{"due", func(q *question) string {
		return "d.closed_at IS NULL AND (d.waits_for = " + q.arg(q.Actor) + " OR d.next_due <= " + q.arg(q.now) + ")"
	}},
	{"news", func(*question) string { return "d.news_at IS NOT NULL" }},
	{"mine", func(q *question) string { return "d.closed_at IS NULL AND d.assignee = " + q.arg(q.Staff) }},
	{"unassigned", func(*question) string { return "d.closed_at IS NULL AND d.assignee IS NULL" }},
	{"citizen", func(*question) string { return "d.closed_at IS NULL AND d.waits_for = 'citizen'" }},
	{"firm", func(*question) string { return "d.closed_at IS NULL AND d.waits_for = 'handler'" }},
	{"unconfirmed", func(*question) string { return "d.closed_at IS NULL AND d.unconfirmed" }},
	{"closed", func(*question) string { return "d.closed_at IS NOT NULL" }},
}

// question is a query with its arguments as they come.
type question struct {
	QueueFor
	now  time.Time
	args []any
}

func (q *question) arg(v any) string {
	q.args = append(q.args, v)
	return "$" + strconv.Itoa(len(q.args))
}

// seen is what somebody sees of all disputes.
func (q *question) seen() string {
	sees := "NOT EXISTS (SELECT 1 FROM recusals r WHERE r.dispute_id = d.id AND r.staff = " + q.arg(q.Staff) + ")"
	if q.Actor != "officer" {
		sees += " AND d.open_to = " + q.arg(q.Institution)
	}
	return sees
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
func (s *Store) Among(ctx context.Context, who QueueFor) (list []Queued, err error) {
	if len(who.IDs) == 0 {
		return nil, nil
	}
	err = s.Read(ctx, func(tx *Tx) error {
		q := &question{QueueFor: who, now: tx.now}
		where := q.seen() + " AND d.id IN (" + marks(len(q.args)+1, len(q.IDs)) + ") ORDER BY d.changed_at DESC, d.id"
		q.args = append(q.args, anys(q.IDs)...)
		if list, err = tx.queued(q, where); err != nil {
			return err
		}
		return tx.fill(list)
	})
	return list, doing("read disputes", err)
}

func (tx *Tx) countViews(who QueueFor, counts map[string]int) error {
	columns, numbers, into := make([]string, len(views)), make([]int, len(views)), make([]any, len(views))
	q := &question{QueueFor: who, now: tx.now}
	for i, v := range views {
		columns[i], into[i] = "count(CASE WHEN "+v.where(q)+" THEN 1 END)", &numbers[i]
	}
	if err := tx.Row("SELECT "+strings.Join(columns, ", ")+" FROM disputes d WHERE "+q.seen(), q.args, into...); err != nil {
		return err
	}
	for i, v := range views {
		counts[v.name] = numbers[i]
	}
	return nil
}

// page reads one more than the page holds. Cases with a day come first, the nearest before the others; closed ones by when
// they last changed.
func (tx *Tx) page(who QueueFor) ([]Queued, error) {
	at, id, err := place(who.After)
	if err != nil {
		return nil, err
	}
	if who.View == "closed" {
		return tx.part(who, "d.changed_at", " DESC", "<", at, id, who.Limit+1)
	}
	var list []Queued
	if who.After == "" || !at.IsZero() {
		if list, err = tx.part(who, "d.next_due", "", ">", at, id, who.Limit+1); err != nil || len(list) > who.Limit {
			return list, err
		}
		id = ""
	}
	rest, err := tx.part(who, "", "", "", at, id, who.Limit+1-len(list))
	return append(list, rest...), err
}

// part reads a view in the order of a time, or what of it has no day in the order of the ids, from behind a place on.
func (tx *Tx) part(who QueueFor, column, order, behind string, at time.Time, id string, most int) ([]Queued, error) {
	q := &question{QueueFor: who, now: tx.now}
	i := slices.IndexFunc(views, func(v view) bool { return v.name == who.View })
	if i < 0 {
		return nil, fmt.Errorf("there is no view %q", who.View)
	}
	where := q.seen() + " AND " + views[i].where(q)
	switch {
	case column == "":
		where += " AND d.next_due IS NULL AND d.id > " + q.arg(id)
	case at.IsZero():
		where += " AND " + column + " IS NOT NULL"
	default:
		where += " AND (" + column + " " + behind + " " + q.arg(at) + " OR " + column + " = " + q.arg(at) + " AND d.id > " + q.arg(id) + ")"
	}
	if column != "" {
		column += order + ", "
	}
	return tx.queued(q, where+" ORDER BY "+column+"d.id LIMIT "+strconv.Itoa(most))
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

func (tx *Tx) queued(q *question, where string) (list []Queued, err error) {
	adds := marks(len(q.args)+1, len(q.Adds))
	q.args = append(q.args, anys(q.Adds)...)
	err = tx.Query(`SELECT d.id, d.number, d.state, d.body, d.leg_state, d.waits_for, d.next_due, d.next_clock, d.next_leg, d.product, d.institution,
		d.open_to, d.unconfirmed, d.assignee, d.submitted_at, d.changed_at, d.closed_at,
		(SELECT count(*) FROM messages m WHERE m.dispute_id = d.id AND m.audience IN ('`+ToCouncil+`', '`+ToFirm+`')
			AND m.author <> 'officer' AND m.read_at IS NULL),
		(SELECT count(*) FROM events e WHERE e.dispute_id = d.id AND e.event IN (`+adds+`) AND e.actor <> 'officer' AND e.at >= d.news_at)
			+ (SELECT count(*) FROM evidence f WHERE f.dispute_id = d.id AND f.party_id IS NOT NULL AND f.removed_at IS NULL AND f.received_at >= d.news_at)
		FROM disputes d WHERE `+where, q.args, func(scan func(...any) error) error {
		var d Queued
		var number, body []byte
		var leg, waits, clock, product, institution, openTo, assignee sql.NullString
		var due, closed sql.NullTime
		var nextLeg sql.NullInt64
		var unconfirmed sql.NullBool
		err := scan(&d.ID, &number, &d.State, &body, &leg, &waits, &due, &clock, &nextLeg, &product, &institution, &openTo, &unconfirmed,
			&assignee, &d.SubmittedAt, &d.ChangedAt, &closed, &d.Unread, &d.Added)
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
