package intake

import (
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"anxin/server/locale"
)

func first(sent []string) string {
	if len(sent) == 0 {
		return ""
	}
	return sent[0]
}

// text is a line she writes.
func text(path string, most int, needed bool, at func(*Answers) *string) field {
	return written(path, most, needed, Line, at)
}

// lines is a text of several lines.
func lines(path string, most int, needed bool, at func(*Answers) *string) field {
	return written(path, most, needed, Tidy, at)
}

func written(path string, most int, needed bool, tidy func(string) string, at func(*Answers) *string) field {
	return field{path, func(a *Answers) []string { return []string{*at(a)} }, func(a *Answers, sent []string, _ Rules) (string, []any) {
		s := tidy(first(sent))
		if s == "" && needed {
			return "needed", nil
		}
		if key, args := tooLong(s, most); key != "" {
			return key, args
		}
		*at(a) = s
		return "", nil
	}}
}

// Numbers as a person or a small firm has them: the mainland's mobile ones, 400 and 800, and landlines with their area, maybe behind
// the country; Hong Kong's, Macau's, and Shenzhen's without its area; and any other country's behind its code. What looks like a mobile
// number and lacks a digit is none of them.
var (
	mainland = regexp.MustCompile(`^(?:(?:(?:00|\+)?86)?1[3-9]\d{9}|[48]00\d{7}|(?:0|(?:00|\+)?860?)(?:10|2\d|[3-9]\d{2})\d{7,8}(?:x\d{1,6})?)$`)
	harbour  = regexp.MustCompile(`^(?:(?:00|\+)?85[23])?[2-9]\d{7}$`)
	abroad   = regexp.MustCompile(`^(?:00|\+)[1-9]\d{6,14}$`)
	ours     = regexp.MustCompile(`^(?:00|\+)(?:86|85[23])`)

	inner      = regexp.MustCompile(`(?i)(?:转|轉|分机|分機|內線|内线|ext\.?|[x*#,])`)
	behindDash = regexp.MustCompile(`^(\(?0\d{2,3}\)?-\d{7,8})-(\d{1,6})$`)
	parting    = strings.NewReplacer(" ", "", "-", "", "‐", "", "–", "", "—", "", "(", "", ")", "", ".", "", "·", "")
)

// isPhone tells whether somebody can be called there. Full-width digits, spaces, hyphens and brackets are as good as none.
func isPhone(s string) bool {
	s = behindDash.ReplaceAllString(norm.NFKC.String(s), "${1}x$2")
	s = inner.ReplaceAllString(parting.Replace(s), "x")
	return mainland.MatchString(s) || harbour.MatchString(s) || abroad.MatchString(s) && !ours.MatchString(s)
}

func phone(path string, needed bool, at func(*Answers) *string) field {
	f := text(path, mostPhone, needed, at)
	plain := f.take
	f.take = func(a *Answers, sent []string, r Rules) (string, []any) {
		if s := Line(first(sent)); s != "" && !isPhone(s) {
			return "phone", []any{"example", "138 0000 0000"}
		}
		return plain(a, sent, r)
	}
	return f
}

func email(path string, at func(*Answers) *string) field {
	f := text(path, mostLine, false, at)
	plain := f.take
	f.take = func(a *Answers, sent []string, r Rules) (string, []any) {
		s := norm.NFKC.String(Line(first(sent)))
		if s != "" {
			m, err := mail.ParseAddress(s)
			if err != nil || m.Address != s || !strings.Contains(s[strings.LastIndexByte(s, '@')+1:], ".") {
				return "email", []any{"example", "name@example.com"}
			}
		}
		return plain(a, []string{s}, r)
	}
	return f
}

// choice is one of several.
func choice[T ~string](path string, needed bool, ids []string, at func(*Answers) *T) field {
	return field{path, func(a *Answers) []string { return []string{string(*at(a))} }, func(a *Answers, sent []string, _ Rules) (string, []any) {
		id := first(sent)
		if id == "" && !needed {
			*at(a) = ""
			return "", nil
		}
		if !slices.Contains(ids, id) {
			return "choose", nil
		}
		*at(a) = T(id)
		return "", nil
	}}
}

// choices are any of several.
func choices(path string, needed bool, ids []string, at func(*Answers) *[]string) field {
	return field{path, func(a *Answers) []string { return *at(a) }, func(a *Answers, sent []string, _ Rules) (string, []any) {
		var list []string
		for _, id := range ids {
			if slices.Contains(sent, id) {
				list = append(list, id)
			}
		}
		if slices.ContainsFunc(sent, func(id string) bool { return id != "" && !slices.Contains(ids, id) }) {
			return "choose", nil
		}
		if len(list) == 0 && needed {
			return "choose_some", nil
		}
		*at(a) = list
		return "", nil
	}}
}

// truth is a box to tick; where it must be ticked, key says what is wrong when it is not.
func truth(path, key string, at func(*Answers) *bool) field {
	return field{path, func(a *Answers) []string { return ticked(*at(a)) }, func(a *Answers, sent []string, _ Rules) (string, []any) {
		*at(a) = first(sent) == "1"
		if key != "" && !*at(a) {
			return key, nil
		}
		return "", nil
	}}
}

func ticked(is bool) []string {
	if is {
		return []string{"1"}
	}
	return nil
}

// yesNo is a question that has to be answered. A program says true or false, and has answered it.
func yesNo(path string, at func(*Answers) *bool) field {
	return field{path, func(a *Answers) []string { return []string{map[bool]string{true: "yes", false: "no"}[*at(a)]} }, func(a *Answers, sent []string, _ Rules) (string, []any) {
		switch first(sent) {
		case "yes":
			*at(a) = true
		case "no":
			*at(a) = false
		default:
			return "choose", nil
		}
		return "", nil
	}}
}

var guardian = field{"guardian_agrees", func(a *Answers) []string { return ticked(a.Guardian) }, func(a *Answers, sent []string, _ Rules) (string, []any) {
	a.Guardian = a.Child && first(sent) == "1"
	if a.Child && !a.Guardian {
		return "guardian", nil
	}
	return "", nil
}}

// special is a power that only a written authority can give (Civil Procedure Law Art. 62): with any other there is none, whatever
// was ticked. It would let the helper settle and withdraw for her.
var special = field{"helper.special", func(a *Answers) []string { return ticked(a.helper().Special) }, func(a *Answers, sent []string, _ Rules) (string, []any) {
	a.helper().Special = a.Helper.Authority == Written && first(sent) == "1"
	return "", nil
}}

var firmID = field{"firm.id", func(a *Answers) []string { return []string{a.Firm.ID} }, func(a *Answers, sent []string, r Rules) (string, []any) {
	id := first(sent)
	if id != "" && (r.Firm == nil || !r.Firm(id)) {
		return "firm", nil
	}
	a.Firm.ID = id
	return "", nil
}}

var product = field{"product", func(a *Answers) []string { return []string{a.Product} }, func(a *Answers, sent []string, r Rules) (string, []any) {
	id := first(sent)
	if id == "" || r.Product == nil || !r.Product(id) {
		return "choose", nil
	}
	a.Product = id
	return "", nil
}}

// when is a day, or her words for it; not to know it is an answer, too.
var when = field{"when.date", func(a *Answers) []string {
	return slices.DeleteFunc([]string{a.When.Date, a.When.About}, func(s string) bool { return s == "" })
}, func(a *Answers, sent []string, r Rules) (string, []any) {
	if len(sent) > 1 {
		return "date", dateExample // a program gave both: which of them?
	}
	s := Line(first(sent))
	if s == "" {
		a.When = When{}
		return "", nil
	}
	if d, ok := locale.ParseDate(s); ok {
		if key, args := possible(d, r); key != "" {
			return key, args
		}
		a.When = When{Date: d.Format(time.DateOnly)}
		return "", nil
	}
	if locale.MeansDate(s) {
		return "date", dateExample
	}
	if key, args := tooLong(s, mostName); key != "" {
		return key, args
	}
	a.When = When{About: s}
	return "", nil
}}

func day(path string, at func(*Answers) *string) field {
	return field{path, func(a *Answers) []string { return []string{*at(a)} }, func(a *Answers, sent []string, r Rules) (string, []any) {
		s := Line(first(sent))
		if s == "" {
			*at(a) = ""
			return "", nil
		}
		d, ok := locale.ParseDate(s)
		if !ok {
			return "date", dateExample
		}
		if key, args := possible(d, r); key != "" {
			return key, args
		}
		*at(a) = d.Format(time.DateOnly)
		return "", nil
	}}
}

// possible tells of a day that cannot be meant.
func possible(d time.Time, r Rules) (string, []any) {
	if d.Year() < 1990 {
		return "date_early", dateExample
	}
	if now, ok := today(r); ok && d.After(now) {
		return "date_late", nil
	}
	return "", nil
}

var amount = field{"amount_fen", func(a *Answers) []string {
	if a.AmountFen == nil {
		return nil
	}
	return []string{strings.TrimPrefix(locale.Money(*a.AmountFen), "¥")}
}, func(a *Answers, sent []string, _ Rules) (string, []any) {
	s := Line(first(sent))
	if s == "" {
		a.AmountFen = nil
		return "", nil
	}
	fen, ok := locale.ParseMoney(s)
	switch {
	case !ok:
		return "money", []any{"example", "3,000"}
	case fen <= 0:
		return "positive", nil
	case fen > mostAmount:
		return "too_large", nil
	}
	a.AmountFen = &fen
	return "", nil
}}
