// Package intake is what a complaint asks a citizen: the answers she gives, the questions one by one, and what is wrong with
// an answer.
//
// The page asks one question a page, a program sends all answers at once, an officer writes them down at the counter: all
// three fill the same [Answers], and [Check] says the same to all of them. Nothing here knows of http, a database or a clock.
package intake

import "anxin/server/locale"

// Answers are what she told. Their JSON is the body of POST /complaints, and in this form they are kept.
type Answers struct {
	For       For      `json:"for"`
	Helper    *Helper  `json:"helper,omitempty"` // of ForOther
	Child     bool     `json:"child"`            // the person is under fourteen
	Guardian  bool     `json:"guardian_agrees"`  // for a child: the guardian agrees (PIPL Art. 31)
	Firm      Firm     `json:"firm"`
	Product   string   `json:"product"`             // an id of content/workflow/products.yaml
	What      string   `json:"what"`                // what happened, in her words
	When      When     `json:"when"`                // when it happened
	AmountFen *int64   `json:"amount_fen"`          // what is in dispute; null where she cannot say
	Wants     []string `json:"wants"`               // ids of [Wants]
	WantText  string   `json:"want_text,omitempty"` // more about it, in her words
	Tried     Tried    `json:"tried"`               // what she has done already
	Contact   Contact  `json:"contact"`             // of the person whose complaint it is
	Reach     Reach    `json:"reach"`               // how to reach her safely
	Consents  Consents `json:"consents"`            // each asked where its data is first asked for
	Warned    bool     `json:"bar_warning_seen"`    // she has read that others may then refuse (Order 121 Art. 16, PBoC 2020-5 Art. 42)
}

// For says whose complaint it is.
type For string

const (
	ForSelf  For = "self"
	ForOther For = "other" // somebody files for the person
)

// Helper is who files for somebody else.
type Helper struct {
	Name      string `json:"name"`
	Phone     string `json:"phone"`
	Relation  string `json:"relation"`  // an id of [Relations]
	Authority string `json:"authority"` // an id of [Authorities]: on what the helper acts
	// Special tells that a written authority names settling and withdrawing (Civil Procedure Law Art. 62).
	Special bool `json:"special,omitempty"`
}

// Firm is whom she complains about: one of the list, or a name as she knows it.
type Firm struct {
	ID   string `json:"id,omitempty"`
	Name string `json:"name"`
}

// When is a day, or, where she does not know it, her words for it.
type When struct {
	Date  string `json:"date,omitempty"`  // 2026-03-05, a day in Shanghai
	About string `json:"about,omitempty"` // 去年春天
}

// Tried is what she has done with the firm so far.
type Tried struct {
	Firm string `json:"firm"`           // an id of [TriedFirm]
	Date string `json:"date,omitempty"` // when she asked the firm
	Else string `json:"else,omitempty"` // whom else she has asked: a court, 12315, …
}

// Contact is how a person is called and reached.
type Contact struct {
	Name  string `json:"name"`
	Phone string `json:"phone"`
	Email string `json:"email,omitempty"`
}

// Reach is how to reach her safely: whoever calls her reads it first.
type Reach struct {
	Ways    []string `json:"ways"`              // ids of [Ways], at least one
	Hours   []string `json:"hours,omitempty"`   // ids of [Hours]; none is any
	Needs   []string `json:"needs,omitempty"`   // ids of [Needs]: large print, text only …
	Address string   `json:"address,omitempty"` // of a way by post
	Through string   `json:"through,omitempty"` // who may be asked for her, and at which number
	Note    string   `json:"note,omitempty"`    // 家里人不知道，别打座机
	// Language is what she reads and is spoken to in: that of the page on which she said the rest. Empty is zh-Hans.
	Language string `json:"language,omitempty"`
}

// Speaks is the language in which she is written and spoken to.
func (r Reach) Speaks() locale.Code {
	code, _ := locale.Parse(r.Language)
	return code
}

// Consents are given one by one (PIPL Art. 29): financial accounts and health are sensitive.
type Consents struct {
	Account bool `json:"account"`          // what she writes about accounts, cards and payments
	Needs   bool `json:"needs,omitempty"`  // what she needs, where it tells of an illness or disability
	Helper  bool `json:"helper,omitempty"` // the helper's own data, and that the person will be asked
}

// Draft is a complaint as far as it has been answered.
type Draft struct {
	Answers Answers  `json:"answers"`
	Done    []string `json:"done"` // the questions that were sent, by the id of their step
}

// Wrong is an answer that has to be mended. Field is its path as in the JSON, such as firm.name; what to do stands in the
// catalogue under intake.wrong_<Key>, with Args to fill in.
type Wrong struct {
	Field string
	Key   string
	Args  []any
}
