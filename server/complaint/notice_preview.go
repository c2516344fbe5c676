package complaint

import (
	"slices"
	"strings"

	"anxin/server/notify"
	"anxin/server/store"
)

// previewed are the notices that would go out with the new events, word by word: in the inbox what the case tells, elsewhere that
// there is something to read.
func (s *Service) previewed(m *move, d store.Dispute, by Access) ([]Told, error) {
	copies, err := m.told(d.Parties, by)
	if err != nil {
		return nil, err
	}
	n, _ := m.notice(by)
	var list []Told
	for _, c := range copies {
		i := slices.IndexFunc(d.Parties, func(p store.Party) bool { return p.ID == c.Party })
		who, err := reachedBy(store.Waiting{PartyBody: d.Parties[i].Body})
		if err != nil {
			return nil, err
		}
		t := Told{Party: d.Parties[i].Role, Channel: c.Channel, Notice: c.Notice}
		if t.Subject, t.Text, err = s.written(notify.Notice(c.Notice), notify.Channel(c.Channel), who, n.body.Told); err != nil {
			return nil, err
		}
		list = append(list, t)
	}
	return list, nil
}

// written is a notice as it reaches somebody: what is read, or what is said.
func (s *Service) written(n notify.Notice, c notify.Channel, who Person, told []string) (subject, text string, err error) {
	lang := who.Reach.Speaks()
	switch c {
	case notify.Inbox:
		var lines []string
		for _, key := range told {
			line, err := s.Words.Catalogue.T(lang, key)
			if err != nil {
				return "", "", err
			}
			lines = append(lines, line)
		}
		return "", strings.Join(lines, "\n"), nil
	case notify.Email:
		if subject, err = s.Words.Subject(lang); err != nil {
			return "", "", err
		}
		text, err = s.Words.Letter(n, c, lang)
		return subject, text, err
	}
	script, err := s.Words.Script(n, c, who.Contact.Name, lang, lang)
	var lines []string
	for _, l := range script.Lines {
		if l.Aloud && !l.Else {
			lines = append(lines, l.Text)
		}
	}
	return "", strings.Join(lines, "\n"), err
}
