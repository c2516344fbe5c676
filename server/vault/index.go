package vault

import (
	"crypto/hmac"
	"crypto/sha256"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Kind is a kind of value that is found by its index. Equal values of two kinds have nothing in common.
type Kind struct {
	name   string
	normal func(string) string
}

var (
	Number   = Kind{"number", digits}                              // of a complaint
	Name     = Kind{"name", name}                                  // of a person
	Phone    = Kind{"phone", phone}                                // of a person
	Resume   = Kind{"resume", digits}                              // the code by which a draft is found again
	Address  = Kind{"address", strings.TrimSpace}                  // of the network, where failures are counted
	Account  = Kind{"account", name}                               // the name by which somebody of the staff signs in
	Recovery = Kind{"recovery", letters}                           // a code in place of the second factor
	Content  = Kind{"content", func(s string) string { return s }} // of a complaint, to tell a replay from another
)

// Index is a keyed hash of a value as people may write it: with it equal values are found, and nothing else is learnt without
// the secret. A value with nothing in it has none.
func (v *Vault) Index(k Kind, value string) []byte { return v.index(v.keys[0], k, value) }

// Lookup is what Index gave or gives under any key: look for all of them.
func (v *Vault) Lookup(k Kind, value string) [][]byte {
	var all [][]byte
	for _, key := range v.keys {
		if x := v.index(key, k, value); x != nil {
			all = append(all, x)
		}
	}
	return all
}

func (v *Vault) index(k *key, kind Kind, value string) []byte {
	value = kind.normal(value)
	if value == "" {
		return nil
	}
	return mac(k.derive(nil, "index "+kind.name, 32), value)[:16]
}

func mac(key []byte, value string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(value))
	return h.Sum(nil)
}

// digits forgives everything around the digits: spaces, hyphens, full width.
func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, norm.NFKC.String(s))
}

// letters forgives case, width and what stands between the groups of a code.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if r = unicode.ToUpper(r); r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, norm.NFKC.String(s))
}

// name forgives width, case, spaces and the dot within a foreign name, which every keyboard has another of.
func name(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || strings.ContainsRune("·•・‧∙⋅.", r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKC.String(s))
}

// phone is a number with its country in front where that can be told. A mobile number of the mainland has eleven digits and
// begins with 1, one of a place begins with 0.
func phone(s string) string {
	d := digits(s)
	switch {
	case strings.HasPrefix(d, "00"):
		return d[2:]
	case strings.HasPrefix(d, "0"):
		return "86" + d[1:]
	case len(d) == 11 && d[0] == '1' && !strings.HasPrefix(strings.TrimSpace(norm.NFKC.String(s)), "+"):
		return "86" + d
	}
	return d
}
