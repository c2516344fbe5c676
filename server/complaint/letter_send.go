package complaint

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"anxin/server/dispute"
	"anxin/server/fault"
	"anxin/server/locale"
	"anxin/server/store"
)

// Letter is one that lies drafted for an officer to send, or was sent.
type Letter struct {
	ID      string
	Dispute string
	Number  string
	Firm    string // as she named it
	Leg     int
	Kind    string // [HandOverLetter] …; the catalogue has letter.kind_<Kind>, of a review's letter.kind_review
	Review  bool   // it goes to the firm's higher office
	Drafted time.Time
	SentOn  string    // a day, 2026-12-01; empty: it was not sent
	SentBy  string    // id of an account
	Noted   time.Time // when somebody noted that it was sent
	Way     string    // one of [LetterWays]
	Sheet   Sheet     // as it is printed, of one letter asked for
}

// Key is the catalogue's of what the letter is.
func (l Letter) Key() string {
	if l.Review && l.Kind == HandOverLetter {
		return "letter.kind_review"
	}
	return "letter.kind_" + l.Kind
}

// LetterWays are those of [Ways] in which a letter is sent; the catalogue has letter.way_<way>.
var LetterWays = []string{"post", "hand", "email"}

// moving are the letters by whose dispatch something happens to the case: from then on counts what the firm has to do.
var moving = map[string]dispute.Event{HandOverLetter: dispute.HandOver, AddedLetter: dispute.PassOn}

// mostDrafts bounds a list of letters: who has more to send begins with the oldest.
const mostDrafts = 200

// Letters are those that wait to be sent, the oldest first.
func (s *Service) Letters(ctx context.Context, by Staff) ([]Letter, error) {
	if by.Actor != dispute.Officer {
		return nil, errNoCase()
	}
	kept, err := s.Store.Drafts(ctx, mostDrafts)
	if err != nil {
		return nil, err
	}
	cases := map[string]*store.Dispute{} // nil: she may not see it
	list := make([]Letter, 0, len(kept))
	for _, k := range kept {
		d, known := cases[k.Dispute]
		if !known {
			if d, err = s.seen(ctx, by, k.Dispute); err != nil {
				return nil, err
			}
			cases[k.Dispute] = d
		}
		if d != nil {
			list = append(list, letterOf(*d, k))
		}
	}
	return list, nil
}

// seen is a case as far as an officer may see it; nil where she may not.
func (s *Service) seen(ctx context.Context, by Staff, id string) (*store.Dispute, error) {
	if _, err := s.office(ctx, by, id); store.NotFound(err) {
		return nil, nil //nolint:nilnil // the list goes on without it
	} else if err != nil {
		return nil, err
	}
	d, err := s.Store.Dispute(ctx, id)
	return &d, err
}

// LettersOf are those of a case that wait to be sent or were, the oldest first.
func (s *Service) LettersOf(ctx context.Context, by Staff, id string) ([]Letter, error) {
	if _, err := s.office(ctx, by, id); err != nil {
		return nil, err
	}
	d, err := s.Store.Dispute(ctx, id)
	if err != nil {
		return nil, err
	}
	kept, err := s.Store.Letters(ctx, id)
	if err != nil {
		return nil, err
	}
	list := make([]Letter, 0, len(kept))
	for _, k := range kept {
		if k.SettledAt.IsZero() {
			list = append(list, letterOf(d, k))
		}
	}
	return list, nil
}

// waiting are the letters of a case that lie drafted.
func (s *Service) waiting(ctx context.Context, d store.Dispute) ([]store.Letter, error) {
	if len(d.Legs) == 0 {
		return nil, nil
	}
	kept, err := s.Store.Letters(ctx, d.ID)
	return slices.DeleteFunc(kept, func(k store.Letter) bool { return !k.SentAt.IsZero() || !k.SettledAt.IsZero() }), err
}

func letterOf(d store.Dispute, k store.Letter) Letter {
	l := Letter{
		ID: k.ID, Dispute: k.Dispute, Number: d.Number, Firm: answers(d).Firm.Name, Leg: legNumber(d, k.Leg), Kind: k.Kind,
		Drafted: k.DraftedAt, Noted: k.SentAt, SentOn: k.SentOn, SentBy: k.SentBy, Way: k.Way,
	}
	l.Review = slices.ContainsFunc(d.Legs, func(x store.Leg) bool { return x.ID == k.Leg && x.Channel == string(dispute.Review) })
	return l
}

// Letter is one of them as it is printed: as it was sent, or as the case stands now. It is in simplified Chinese, as firms and
// authorities here are written to. That somebody read it stands in her file.
func (s *Service) Letter(ctx context.Context, by Staff, id string) (Letter, error) {
	return s.LetterIn(ctx, by, id, locale.Hans)
}

// LetterIn is the letter in another language, for who reads it to her. One that was sent is as it was sent.
func (s *Service) LetterIn(ctx context.Context, by Staff, id string, code locale.Code) (Letter, error) {
	l, _, _, err := s.letter(ctx, by, id, code)
	if err != nil {
		return Letter{}, err
	}
	return l, s.Store.AuditAccess(ctx, l.Dispute, string(by.Actor), by.ID, "read")
}

func (s *Service) letter(ctx context.Context, by Staff, id string, code locale.Code) (l Letter, k store.Letter, d store.Dispute, err error) {
	if k, err = s.Store.Letter(ctx, id); store.NotFound(err) || err == nil && !k.SettledAt.IsZero() {
		return l, k, d, errNoCase()
	}
	if err != nil {
		return l, k, d, err
	}
	if _, err := s.office(ctx, by, k.Dispute); err != nil {
		return l, k, d, err
	}
	if d, err = s.Store.Dispute(ctx, k.Dispute); err != nil {
		return l, k, d, err
	}
	l = letterOf(d, k)
	if k.Body != nil {
		if err = json.Unmarshal(k.Body, &l.Sheet); err != nil {
			err = fmt.Errorf("read a letter: %w", err)
		}
		return l, k, d, err
	}
	l.Sheet, err = s.sheet(ctx, d, k, code)
	return l, k, d, err
}

// SentLetter notes that a letter was sent, in which way and on which day. What was sent is kept as it was; handing over her complaint,
// or what she added, happens to the case. One that was sent or given up meanwhile is [fault.Conflict].
func (s *Service) SentLetter(ctx context.Context, by Staff, id, way string, on time.Time) error {
	l, k, d, err := s.letter(ctx, by, id, locale.Hans)
	if err != nil {
		return err
	}
	day := today(on)
	switch {
	case l.SentOn != "":
		return conflict(store.ErrStale)
	case !slices.Contains(LetterWays, way):
		return fault.New(fault.Invalid, "note that a letter was sent: %q is no way to send one", way)
	case on.IsZero() || day.After(today(s.Now())) || day.Before(today(k.DraftedAt)): // nothing leaves the house before she agreed
		return fault.New(fault.Invalid, "note that a letter was sent: on a day that cannot be")
	}
	l.Sheet.Date = locale.Date(locale.Hans, day.In(locale.Shanghai))
	if k.Body, err = json.Marshal(l.Sheet); err != nil {
		return fmt.Errorf("keep a letter: %w", err)
	}
	k.SentOn, k.SentBy, k.Way = day.String(), by.ID, way
	event, moves := moving[k.Kind]
	if !moves {
		told, err := s.letterDeliveries(d)
		if err != nil {
			return err
		}
		return conflict(s.Store.SendLetter(ctx, k, string(by.Actor), by.ID, told))
	}
	return s.ActAs(ctx, by, d.ID, Act{Leg: l.Leg, Event: event, Way: way, On: day.In(locale.Shanghai), Version: d.Version, letter: &k})
}
