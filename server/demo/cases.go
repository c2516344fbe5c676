package demo

import (
	_ "embed"
	"fmt"

	"anxin/server/account"
	"anxin/server/dispute"
	"anxin/server/intake"
	"anxin/server/library"
	"anxin/server/store"
	"anxin/server/workday"
)

//go:embed cases.yaml
var casesFile []byte

// script is what cases.yaml says.
type script struct {
	Firms  []firm  `yaml:"firms"`
	Staff  []staff `yaml:"staff"`
	Drafts []draft `yaml:"drafts"`
	Cases  []Case  `yaml:"cases"`
}

type firm struct {
	ID         string `yaml:"id"`
	Name       string `yaml:"name"`
	Hant       string `yaml:"hant"`
	En         string `yaml:"en"`
	Kind       string `yaml:"kind"`
	Supervisor string `yaml:"supervisor"`
	Parent     string `yaml:"parent"`
}

type staff struct {
	Role        account.Role `yaml:"role"`
	Name        string       `yaml:"name"`
	Institution string       `yaml:"institution"`
}

type draft struct {
	Person  string `yaml:"person"`
	Product string `yaml:"product"`
	What    string `yaml:"what"`
}

// Case is one complaint, from its filing to where it stands.
type Case struct {
	Ends    string   `yaml:"ends"` // state, or state/state of the last leg
	Began   int      `yaml:"began"`
	Person  string   `yaml:"person"`
	Lang    string   `yaml:"lang"` // zh-Hant, en; else simplified
	Helper  *person  `yaml:"helper"`
	Firm    string   `yaml:"firm"`
	Named   string   `yaml:"named"` // a firm that is on no list
	Product string   `yaml:"product"`
	Fen     int64    `yaml:"fen"` // 0: she cannot say
	Wants   []string `yaml:"wants"`
	What    string   `yaml:"what"`
	Files   []file   `yaml:"files"`
	Told    string   `yaml:"told"`  // phone, counter: an officer wrote it down for her; else she filed it herself
	Mine    bool     `yaml:"mine"`  // the officer's who works on it; else nobody's
	Call    string   `yaml:"call"`  // what becomes of the last calls, see [waits]; else they are made
	Reach   reach    `yaml:"reach"` // how she wants to be told; else by telephone
	Steps   []step   `yaml:"steps"`
}

type reach struct {
	Ways  []string `yaml:"ways"`
	Hours []string `yaml:"hours"`
	Needs []string `yaml:"needs"`
	Note  string   `yaml:"note"`
}

type person struct {
	Name     string `yaml:"name"`
	Phone    string `yaml:"phone"`
	Relation string `yaml:"relation"`
}

type file struct {
	Name string `yaml:"name"`
	Says string `yaml:"says"`
	Kind string `yaml:"kind"` // png, pdf
}

type step struct {
	By    dispute.Actor  `yaml:"by"`
	Event dispute.Event  `yaml:"event"`
	Days  int            `yaml:"days"`
	At    string         `yaml:"at"`
	Facts []dispute.Fact `yaml:"facts"`
	Text  string         `yaml:"text"`

	Fields []string `yaml:"fields"` // of a consent: what she hands over beside what is needed; "files" are all of hers
	Way    string   `yaml:"way"`    // in which a letter goes; else by post
	Paper  *file    `yaml:"paper"`  // of what came by post: the scan

	// In place of an event.
	Say    string `yaml:"say"`    // a message
	Note   string `yaml:"note"`   // of the officer, for her colleagues alone
	Letter string `yaml:"letter"` // the kind of one that lies drafted: it is sent
	Reads  bool   `yaml:"reads"`  // whoever it is looks at the case
	Lost   bool   `yaml:"lost"`   // she asks for a new code
}

func read() (script, error) {
	var s script
	if ps := library.Decode("cases.yaml", casesFile, &s); len(ps) > 0 {
		return s, fmt.Errorf("read the cases: %w", ps)
	}
	return s, nil
}

func (s script) institutions() []store.Institution {
	var list []store.Institution
	for _, f := range s.Firms {
		list = append(list, store.Institution{
			ID: f.ID, Name: f.Name, NameHant: f.Hant, NameEn: f.En, Kind: f.Kind, Supervisor: f.Supervisor, Parent: f.Parent, Source: "demo",
		})
	}
	return list
}

// phone is a number that nobody has, a person's own.
func phone(n int) string { return fmt.Sprintf("138 0000 00%02d", n) }

// answers are what she filled in, as the nth person.
func (c Case) answers(n int, firm string, today workday.Date) intake.Answers {
	a := intake.Answers{
		For: intake.ForSelf, Firm: intake.Firm{ID: c.Firm, Name: firm}, Product: c.Product, What: c.What, Wants: c.Wants, Warned: true,
		When:     intake.When{Date: today.AddDays(-30).String()},
		Tried:    intake.Tried{Firm: "answered", Date: today.AddDays(-10).String()},
		Contact:  intake.Contact{Name: c.Person, Phone: phone(n)},
		Reach:    c.reach(),
		Consents: intake.Consents{Account: true},
	}
	if c.Fen > 0 {
		a.AmountFen = &c.Fen
	}
	if h := c.Helper; h != nil {
		a.For, a.Consents.Helper = intake.ForOther, true
		a.Helper = &intake.Helper{Name: h.Name, Phone: h.Phone, Relation: h.Relation, Authority: "told"}
	}
	a.Consents.Needs = intake.NeedsConsent(a.Reach)
	return a
}

func (c Case) reach() intake.Reach {
	r := intake.Reach{Ways: c.Reach.Ways, Hours: c.Reach.Hours, Needs: c.Reach.Needs, Note: c.Reach.Note, Language: c.Lang}
	if len(r.Ways) == 0 {
		r.Ways = []string{"phone"}
	}
	return r
}
