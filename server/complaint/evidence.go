package complaint

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"anxin/server/dispute"
	"anxin/server/evidence"
	"anxin/server/fault"
	"anxin/server/intake"
	"anxin/server/store"
)

// described is what is kept sealed of a file.
type described struct {
	Name        string `json:"name"`
	Description string `json:"description"`
	SHA256      string `json:"sha256"`
	Firm        string `json:"firm,omitempty"` // the institution whose handler handed it in
}

// MostDescription is how many characters a description may have, mostName a name.
const (
	MostDescription = 300
	mostName        = 120
)

// What one firm can hand in to a case: it leaves her and the council room for theirs.
const (
	mostOfFirm      = 20
	mostBytesOfFirm = 100 << 20
)

// AddEvidence keeps a file as it streams in. What cannot be taken is an [*evidence.RefusedError]; one without a description,
// [ErrNoText]. When it returns without an error the file is on the disk and in the case. Sent again, because an answer was lost
// or a button pressed twice, it is the file that is there already.
func (s *Service) AddEvidence(ctx context.Context, by Access, name, description string, from io.Reader) (Evidence, error) {
	return s.addEvidence(ctx, by, "", name, description, from)
}

// addEvidence does it for her and the council, or for a firm.
func (s *Service) addEvidence(ctx context.Context, by Access, firm, name, description string, from io.Reader) (Evidence, error) {
	description = shortened(intake.Line(description), MostDescription)
	if description == "" {
		return Evidence{}, ErrNoText
	}
	object, err := s.Files.Take(ctx, from)
	if err != nil {
		return Evidence{}, err
	}
	what := described{shortened(intake.Line(name), mostName), description, object.SHA256, firm}
	body, err := json.Marshal(what)
	if err != nil {
		return Evidence{}, fmt.Errorf("keep a file: %w", err)
	}
	id, have, err := s.placeOf(ctx, by, firm, object.SHA256)
	if err != nil || have {
		return s.instead(ctx, by, id, object.Name, err)
	}
	e := store.Evidence{
		ID: id, Dispute: by.Dispute, Party: by.Party, Object: object.Name, ObjectHash: object.SealedSHA256, Size: object.Size, Kind: object.Kind, Body: body,
	}
	if err := s.Store.AddEvidence(ctx, e, string(by.Actor), by.id()); err != nil {
		err = refusedByStore(err)
		if _, refused := errors.AsType[*evidence.RefusedError](err); refused { // or who is refused again and again fills the disk
			return Evidence{}, errors.Join(err, s.Files.Remove(object.Name))
		}
		if _, have, _ := s.placeOf(ctx, by, firm, object.SHA256); have { // sent twice at once: the other was faster
			return s.instead(ctx, by, id, object.Name, nil)
		}
		// Whether it was kept is open where the answer of the database was lost: the sweep takes away what no row knows.
		return Evidence{}, err
	}
	return s.oneOf(ctx, by, e.ID)
}

// placeOf is the id under which a file of that hash stands in the case, or would: the same for the same file, so that it stands
// there once. One that was taken out may be handed in anew. A firm's stands beside the same file of hers: it does not learn of that.
func (s *Service) placeOf(ctx context.Context, by Access, firm, hash string) (id string, have bool, err error) {
	list, err := s.evidence(ctx, by.Dispute)
	if err != nil {
		return "", false, err
	}
	taken := 0
	for _, e := range list {
		if e.SHA256 != hash || e.firm != firm {
			continue
		}
		if !e.Removed {
			return e.ID, true, nil
		}
		taken++
	}
	place := fmt.Appendf(nil, "anxin evidence\x00%s\x00%s\x00%d", by.Dispute, hash, taken)
	if firm != "" {
		place = fmt.Appendf(place, "\x00%s", firm)
	}
	h := sha256.Sum256(place)
	return base32.StdEncoding.EncodeToString(h[:])[:26], false, nil
}

// instead answers with the file that is there already, and takes the second copy away.
func (s *Service) instead(ctx context.Context, by Access, id, object string, err error) (Evidence, error) {
	if err = errors.Join(err, s.Files.Remove(object)); err != nil {
		return Evidence{}, err
	}
	return s.oneOf(ctx, by, id)
}

// refusedByStore says in evidence's words that the case is full.
func refusedByStore(err error) error {
	switch {
	case errors.Is(err, store.ErrTooMany):
		return &evidence.RefusedError{Key: evidence.WrongMany}
	case errors.Is(err, store.ErrTooLarge):
		return &evidence.RefusedError{Key: evidence.WrongFull}
	}
	return err
}

func (s *Service) evidence(ctx context.Context, id string) ([]Evidence, error) {
	kept, err := s.Store.EvidenceOf(ctx, id)
	if err != nil {
		return nil, err
	}
	list := make([]Evidence, 0, len(kept))
	for _, e := range kept {
		var what described
		if err := json.Unmarshal(e.Body, &what); err != nil {
			return nil, fmt.Errorf("read what a file is: %w", err)
		}
		list = append(list, Evidence{
			ID: e.ID, Name: what.Name, Description: what.Description, Kind: e.Kind, Size: e.Size, SHA256: what.SHA256, At: e.ReceivedAt, By: handedInBy(e, what.Firm),
			Removed: !e.RemovedAt.IsZero(), object: e.Object, firm: what.Firm,
		})
	}
	return list, nil
}

// handedInBy is the side from which a file came: what neither a party nor a firm handed in, an officer did.
func handedInBy(e store.Evidence, firm string) dispute.Actor {
	switch {
	case firm != "":
		return dispute.Handler
	case e.Party == "":
		return dispute.Officer
	}
	return dispute.Citizen
}

// Own tells whether it is for somebody to describe a file anew, or to take it out: what the council put there is not hers to
// take away, nor what she handed in the council's. What a firm sent stays as it came.
func (e Evidence) Own(by Access) bool {
	return e.By != dispute.Handler && (by.Party == "") == (e.By == dispute.Officer)
}

func (s *Service) oneOf(ctx context.Context, by Access, id string) (Evidence, error) {
	list, err := s.evidence(ctx, by.Dispute)
	if err != nil {
		return Evidence{}, err
	}
	for _, e := range list {
		if e.ID == id && !e.Removed {
			return e, nil
		}
	}
	return Evidence{}, fault.New(fault.NotFound, "the case has no such file")
}

// Describe changes what a file is said to be.
func (s *Service) Describe(ctx context.Context, by Access, id, description string) error {
	description = shortened(intake.Line(description), MostDescription)
	if description == "" {
		return ErrNoText
	}
	e, err := s.oneOf(ctx, by, id)
	if err != nil {
		return err
	}
	if !e.Own(by) {
		return fault.New(fault.Forbidden, "describe a file: another's")
	}
	body, err := json.Marshal(described{e.Name, description, e.SHA256, e.firm})
	if err != nil {
		return fmt.Errorf("describe a file: %w", err)
	}
	return s.Store.ChangeEvidence(ctx, by.Dispute, id, body, string(by.Actor), by.id())
}

// RemoveEvidence takes a file out of the case; that it was there stays in the file.
func (s *Service) RemoveEvidence(ctx context.Context, by Access, id string) error {
	e, err := s.oneOf(ctx, by, id)
	if err != nil {
		return err
	}
	if !e.Own(by) {
		return fault.New(fault.Forbidden, "take out a file: another's")
	}
	return s.Store.RemoveEvidence(ctx, by.Dispute, id, string(by.Actor), by.id())
}

// OpenEvidence writes a file as it was handed in to where to says, once it is known which it is; [fault.NotFound] where it is
// none of this case.
func (s *Service) OpenEvidence(ctx context.Context, by Access, id string, to func(Evidence) (io.Writer, error)) error {
	e, err := s.oneOf(ctx, by, id)
	if err != nil {
		return err
	}
	from, err := s.Files.Open(e.object)
	if err != nil {
		return err
	}
	defer from.Close() //nolint:errcheck // it was only read
	w, err := to(e)
	if err != nil {
		return err
	}
	if _, err := io.Copy(w, from); err != nil {
		return fmt.Errorf("read a file: %w", err)
	}
	return nil
}

func shortened(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most])
	}
	return s
}
