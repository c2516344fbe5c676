package view

import (
	"strings"

	"anxin/server/intake"
	"anxin/server/locale"
	"anxin/server/policy"
	"anxin/server/workday"
)

// Answered is an answer of a complaint in words, with the step that asks it.
type Answered struct{ Step, Path, Name, Text string }

// Answers are those of a complaint in the order in which they are asked. One that is empty is left out, unless that is an answer, too,
// that she should see.
func (b Base) Answers(a intake.Answers, product policy.Product) []Answered {
	var list []Answered
	for _, step := range intake.Journey(a) {
		for _, path := range step.Fields {
			value, always := b.answered(a, path, product)
			if value == "" && !always {
				continue
			}
			if value == "" {
				value = b.Must("intake.row_unknown")
			}
			list = append(list, Answered{step.ID, path, b.Must("intake.row_" + strings.ReplaceAll(path, ".", "_")), value})
		}
	}
	return list
}

// answered is an answer in words; always is set where leaving it out is an answer, too, that she should see.
func (b Base) answered(a intake.Answers, path string, product policy.Product) (value string, always bool) {
	word := func(prefix string, ids ...string) string {
		var list []string
		for _, id := range ids {
			if id != "" {
				list = append(list, b.Must("intake."+prefix+id))
			}
		}
		return strings.Join(list, b.Must("common.list_comma"))
	}
	yes := func(said bool) string {
		if said {
			return b.Must("complaint_new.agreed")
		}
		return ""
	}
	helper := intake.Helper{}
	if a.Helper != nil {
		helper = *a.Helper
	}
	switch path {
	case "for":
		return word("for_", string(a.For)), false
	case "helper.name":
		return helper.Name, false
	case "helper.phone":
		return helper.Phone, false
	case "helper.relation":
		return word("relation_", helper.Relation), false
	case "helper.authority":
		return word("authority_", helper.Authority), false
	case "helper.special":
		return yes(helper.Special), false
	case "child":
		return word("child_", map[bool]string{true: "yes", false: "no"}[a.Child]), false
	case "guardian_agrees":
		return yes(a.Guardian), false
	case "firm.name":
		return a.Firm.Name, false
	case "product":
		return b.In(product.Name), false
	case "what":
		return a.What, false
	case "when.date":
		return Day(b.Lang, a.When.Date) + a.When.About, true
	case "amount_fen":
		if a.AmountFen == nil {
			return "", true
		}
		return locale.Money(*a.AmountFen), true
	case "wants":
		return word("wants_", a.Wants...), false
	case "want_text":
		return a.WantText, false
	case "tried.firm":
		return word("tried_", a.Tried.Firm), false
	case "tried.date":
		return Day(b.Lang, a.Tried.Date), false
	case "tried.else":
		return a.Tried.Else, false
	case "contact.name":
		return a.Contact.Name, false
	case "contact.phone":
		return a.Contact.Phone, false
	case "contact.email":
		return a.Contact.Email, false
	case "reach.ways":
		return word("ways_", a.Reach.Ways...), false
	case "reach.hours":
		return word("hours_", a.Reach.Hours...), false
	case "reach.needs":
		return word("needs_", a.Reach.Needs...), false
	case "reach.address":
		return a.Reach.Address, false
	case "reach.through":
		return a.Reach.Through, false
	case "reach.note":
		return a.Reach.Note, false
	case "consents.account":
		return yes(a.Consents.Account), false
	case "consents.needs":
		return yes(a.Consents.Needs), false
	case "consents.helper":
		return yes(a.Consents.Helper), false
	}
	return "", false
}

// Day writes a day in words; what is none stays as it is.
func Day(code locale.Code, s string) string {
	d, err := workday.ParseDate(s)
	if err != nil {
		return s
	}
	return locale.DateInFull(code, d.In(locale.Shanghai))
}
