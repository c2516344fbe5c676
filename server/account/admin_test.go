package account

import (
	"fmt"
	"strings"
	"testing"

	"anxin/server/fault"
	"anxin/server/locale"
	"anxin/server/store"
)

// Nobody gets a second role, by no path: not by another account of the name, however it is written, not after the first was ended,
// not by a new link, and not behind the program's back.
func TestARoleIsForEver(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		for _, has := range Roles {
			name := "Lin " + string(has)
			s := h.employ(has, name)
			for _, wants := range Roles {
				institution := ""
				if wants == Handler {
					institution = "firm"
				}
				for _, spelt := range []string{name, "  " + name + " ", strings.ToUpper(name), strings.ReplaceAll(name, " ", "·"), "Ｌｉｎ" + name[3:]} {
					_, err := h.Add(ctx, Command, wants, spelt, institution)
					if wants == Handler && err != nil && fault.From(err).Kind == fault.NotFound {
						continue // the firm is not on the list yet
					}
					h.refused(fmt.Sprintf("%s for %q, a %s", wants, spelt, has), err, fault.Conflict)
				}
				err := h.Store.Write(ctx, func(tx *store.Tx) error {
					_, err := tx.Exec("UPDATE staff SET role = $1 WHERE id = $2", string(wants), s.ID)
					return err
				})
				if (wants == Handler) != (has == Handler) && err == nil {
					t.Errorf("the database lets a %s be a %s", has, wants)
				}
				if err == nil && wants != has {
					if _, flaws, _ := h.Verify(ctx); len(flaws) != 1 {
						t.Errorf("nobody notices that a %s is a %s: %v", has, wants, flaws)
					}
				}
			}
			if err := h.Store.Write(ctx, func(tx *store.Tx) error {
				_, err := tx.Exec("UPDATE staff SET role = $1 WHERE id = $2", string(has), s.ID)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			link, err := h.Renew(ctx, Command, s.ID)
			if err != nil {
				t.Fatal(err)
			}
			if again := h.settle(link); again.Role != has || again.ID != s.ID {
				t.Errorf("by a new link a %s is a %s", has, again.Role)
			}
			if err := h.Disable(ctx, Command, s.ID); err != nil {
				t.Fatal(err)
			}
			_, err = h.Add(ctx, Command, Officer, name, "")
			h.refused("the name of an ended account", err, fault.Conflict)
		}
		h.sound()
	})
}

func TestAccountsThatCannotBe(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		h.add(Handler, "somebody") // puts the firm on the list
		for what, c := range map[string]struct {
			role              Role
			name, institution string
			want              fault.Kind
		}{
			"no role":                   {"", "Lin Xiao", "", fault.Invalid},
			"a role that there is not":  {"root", "Lin Xiao", "", fault.Invalid},
			"two roles":                 {"sysadmin,auditor", "Lin Xiao", "", fault.Invalid},
			"no name":                   {Officer, " ", "", fault.Invalid},
			"a name of signs":           {Officer, "···", "", fault.Invalid},
			"a name with a line in it":  {Officer, "Lin\nXiao", "", fault.Invalid},
			"a name beyond names":       {Officer, strings.Repeat("林", 61), "", fault.Invalid},
			"a handler of no firm":      {Handler, "Lin Xiao", "", fault.Invalid},
			"an officer of a firm":      {Officer, "Lin Xiao", "firm", fault.Invalid},
			"an auditor of a firm":      {Auditor, "Lin Xiao", "firm", fault.Invalid},
			"a firm that is not listed": {Handler, "Lin Xiao", "other", fault.NotFound},
		} {
			_, err := h.Add(t.Context(), Command, c.role, c.name, c.institution)
			h.refused(what, err, c.want)
		}
		if list, err := h.List(t.Context()); err != nil || len(list) != 1 {
			t.Errorf("%d accounts, %v", len(list), err)
		}
	})
}

func TestAdministratorsKeepToTheirOwn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		officer := h.employ(Officer, "Lin Xiao")
		for _, role := range []Role{Sysadmin, Auditor, Officer, Handler} {
			other := h.employ(role, "other "+string(role))
			h.refused(string(role)+" ends a session of somebody", h.Revoke(ctx, other.Account, officer.ID, officer.Session), fault.Forbidden)
		}
		sec := h.employ(Secadmin, "sec")
		h.refused("a session under the wrong account", h.Revoke(ctx, sec.Account, sec.ID, officer.Session), fault.NotFound)
		if list, err := h.Sessions(ctx, officer.ID); err != nil || len(list) != 1 || list[0].ID != officer.Session || list[0].Device != "Firefox, Windows" {
			t.Errorf("%+v, %v", list, err)
		}
		if err := h.Revoke(ctx, sec.Account, officer.ID, officer.Session); err != nil {
			t.Fatal(err)
		}
		_, err := h.Session(ctx, officer.token)
		h.refused("the session", err, fault.Unauthorized)
		h.refused("one's own account", h.Disable(ctx, sec.ID, sec.ID), fault.Forbidden)
		if err := h.Show(ctx, sec.Account, " 林 ", locale.En); err != nil {
			t.Fatal(err)
		}
		if a, _ := h.Session(ctx, sec.token); a.Shown != "林" || a.Language != locale.En || a.Called() != "林" {
			t.Errorf("%+v", a)
		}
		h.refused("a name with a line in it", h.Show(ctx, sec.Account, "a\nb", locale.En), fault.Invalid)
		h.sound()
	})
}

// Six sessions are one too many: the oldest ends.
func TestSessionsAreFew(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		s := h.employ(Officer, "Lin Xiao")
		var tokens []string
		for range 5 {
			tokens = append(tokens, h.in(s))
		}
		_, err := h.Session(t.Context(), s.token)
		h.refused("the oldest of six", err, fault.Unauthorized)
		for i, token := range tokens {
			if _, err := h.Session(t.Context(), token); err != nil {
				t.Errorf("session %d: %v", i, err)
			}
		}
	})
}
