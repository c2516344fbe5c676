package complaint

import (
	"context"
	"math/rand/v2"
	"slices"
	"time"

	"anxin/server/dispute"
	"anxin/server/notify"
	"anxin/server/store"
)

// mailLease is for how long a mail is whose who took it: longer than sending it can take.
const mailLease = 2 * time.Minute

// waits are how long a mail rests after each try that went wrong, give or take a fifth; after one more it is given up, which is after
// about sixteen hours.
var waits = []time.Duration{time.Minute, 5 * time.Minute, 30 * time.Minute, 3 * time.Hour, 12 * time.Hour}

// What can become of a mail beside what the server says to it: notice.failure_<id>.
const (
	givenUp = "given_up" // whoever took it died, time after time
	movedOn = "moved"    // she has chosen another way meanwhile
)

// NextMail takes the mail that is due the longest; ok is false where none is.
func (s *Service) NextMail(ctx context.Context) (notify.Due, bool, error) {
	for {
		w, err := s.Store.TakeDelivery(ctx, string(notify.Email), mailLease)
		if store.NotFound(err) {
			return notify.Due{}, false, nil
		}
		if err != nil {
			return notify.Due{}, false, err
		}
		who, err := reachedBy(w)
		if err != nil {
			return notify.Due{}, false, err
		}
		why := ""
		switch {
		case w.Tries > len(waits)+1:
			why = givenUp
		case w.Body == nil && !slices.Contains(s.channels(who), notify.Email):
			why = movedOn
		}
		if why != "" {
			if err := s.Store.BuryDelivery(ctx, w, why, s.byHand(w, who, why)); err != nil {
				return notify.Due{}, false, err
			}
			continue
		}
		return notify.Due{
			Mail: notify.Mail{ID: w.ID, To: who.Contact.Email, Notice: notify.Notice(w.Notice), Lang: who.Reach.Speaks()},
			Sent: func(ctx context.Context) error { return s.Store.Delivered(ctx, w.ID) },
			Failed: func(ctx context.Context, why *notify.FailedError) error {
				if why.Permanent || w.Tries > len(waits) {
					return s.Store.BuryDelivery(ctx, w, why.ID, s.byHand(w, who, why.ID))
				}
				return s.Store.DeferDelivery(ctx, w, s.Now().Add(spread(waits[w.Tries-1])), why.ID)
			},
		}, true, nil
	}
}

// spread is a time give or take a fifth, so that what failed together does not come back together.
func spread(d time.Duration) time.Duration {
	return d - d/5 + rand.N(2*d/5) //nolint:gosec // no secret
}

// byHand is how somebody is told whom a mail does not reach. By what else they had chosen they were told already; by what they have
// chosen since, they were not.
func (s *Service) byHand(w store.Waiting, who Person, why string) []store.Delivery {
	channels := slices.DeleteFunc(s.channels(who), func(c notify.Channel) bool { return c == notify.Email })
	if why != movedOn && len(channels) > 0 {
		return nil
	}
	if len(channels) == 0 {
		channels = []notify.Channel{called(who)}
	}
	var list []store.Delivery
	for _, c := range channels {
		d := s.copy(w.Party, notify.Notice(w.Notice), c, who.Reach.Hours, time.Time{})
		d.Body = w.Body
		list = append(list, d)
	}
	return list
}

// DeadDelivery is a mail that was given up. It says nothing of whom it was for.
type DeadDelivery struct {
	ID        string
	Notice    notify.Notice
	Failure   string // why: notice.failure_<this>
	CreatedAt time.Time
	DeadAt    time.Time
	Tries     int
}

// mostDead is how many are listed.
const mostDead = 200

// DeadDeliveries are the mails that were given up, the latest first, for who keeps the mail server. Whom they were for is told by hand
// already.
func (s *Service) DeadDeliveries(ctx context.Context) ([]DeadDelivery, error) {
	dead, err := s.Store.DeadDeliveries(ctx, string(notify.Email), mostDead)
	if err != nil {
		return nil, err
	}
	var list []DeadDelivery
	for _, d := range dead {
		if d.Failure != movedOn && d.Failure != store.Overtaken {
			list = append(list, DeadDelivery{d.ID, notify.Notice(d.Notice), d.Failure, d.CreatedAt, d.DeadAt, d.Tries})
		}
	}
	return list, nil
}

// Resend lets a mail that was given up be tried anew; by is the account of who wants it. One that is none (any more) is [fault.NotFound].
func (s *Service) Resend(ctx context.Context, by, id string) error {
	return s.Store.Resend(ctx, id, string(notify.Email), string(sysadmin), by)
}

// sysadmin keeps the service running and sees no case. It stands in a case's audit where she sent a notice of it again.
const sysadmin dispute.Actor = "sysadmin"
