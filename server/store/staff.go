package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"anxin/server/fault"
	"anxin/server/vault"
)

// Staff is an account by which somebody of the council or of a firm signs in to the console. Its role is for ever.
type Staff struct {
	ID, Name, Role string
	Institution    string // a handler's
	Shown          string // by which citizens see them; may be empty
	Language       string
	Ready          bool // it has a password and a second factor
	CreatedAt      time.Time
	DisabledAt     time.Time // zero: it may be used
}

// StaffSecrets are what somebody proves with who they are.
type StaffSecrets struct {
	Password  string // its hash; empty until the first sign-in
	TOTP      []byte // the second factor's secret
	Next      []byte // one that was shown and not yet confirmed by a code
	LastStep  int64  // of the last code that was taken
	CodesLeft int    // recovery codes that were not used
}

// StaffLink is a link by which somebody signs in for the first time, or anew.
type StaffLink struct {
	Token string
	For   time.Duration
}

// AddStaff makes an account, which one link leads to. by is an account or "command". A name that there is already, in use or
// not, is [fault.Conflict]; an institution that there is not is [fault.NotFound].
func (s *Store) AddStaff(ctx context.Context, by string, st Staff, link StaffLink) (id string, err error) {
	id = NewID()
	err = s.Write(ctx, func(tx *Tx) error {
		if _, err := tx.staffNamed(st.Name); err == nil {
			return fault.New(fault.Conflict, "there is an account of that name")
		} else if !NotFound(err) {
			return err
		}
		if st.Institution != "" {
			var one int
			if err := tx.Row("SELECT 1 FROM institutions WHERE id = $1", []any{st.Institution}, &one); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(`INSERT INTO staff (id, name, name_index, role, institution_id, shown, language, totp_step, created_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
			id, tx.seal("staff", "name", id, []byte(st.Name)), tx.vault.Index(vault.Account, st.Name), st.Role, orNull(st.Institution),
			tx.seal("staff", "shown", id, []byte(st.Shown)), st.Language, 0, tx.now); err != nil {
			return err
		}
		if err := tx.staffLink(id, "first", link); err != nil {
			return err
		}
		return tx.staffAudit(by, "added", id)
	})
	return id, doing("add an account", err)
}

// RenewStaff takes from an account its password, its second factor and its sessions, and makes a link that leads to it.
func (s *Store) RenewStaff(ctx context.Context, by, id string, link StaffLink) error {
	return doing("make a link to an account", s.Write(ctx, func(tx *Tx) error {
		if err := tx.usable(id); err != nil {
			return err
		}
		if _, err := tx.Exec("UPDATE staff SET password = NULL, totp = NULL, totp_next = NULL WHERE id = $1", id); err != nil {
			return err
		}
		if _, err := tx.Exec("DELETE FROM staff_recovery WHERE staff_id = $1", id); err != nil {
			return err
		}
		if err := tx.endStaffSessions(id, ""); err != nil {
			return err
		}
		if err := tx.staffLink(id, "again", link); err != nil {
			return err
		}
		return tx.staffAudit(by, "link_made", id)
	}))
}

// staffLink makes a link and ends those that were made before.
func (tx *Tx) staffLink(id, purpose string, link StaffLink) error {
	if err := tx.endStaffLinks(id); err != nil {
		return err
	}
	_, err := tx.Exec("INSERT INTO staff_links (token, staff_id, purpose, made_at, expires_at) VALUES ($1, $2, $3, $4, $5)",
		staffToken(link.Token), id, purpose, tx.now, tx.now.Add(link.For))
	return err
}

func (tx *Tx) endStaffLinks(id string) error {
	_, err := tx.Exec("UPDATE staff_links SET used_at = $1 WHERE staff_id = $2 AND used_at IS NULL", tx.now, id)
	return err
}

// DisableStaff ends an account. What it did stays, and its name is not given to anybody again.
func (s *Store) DisableStaff(ctx context.Context, by, id string) error {
	return doing("disable an account", s.Write(ctx, func(tx *Tx) error {
		if err := tx.usable(id); err != nil {
			return err
		}
		if _, err := tx.Exec("UPDATE staff SET disabled_at = $1 WHERE id = $2", tx.now, id); err != nil {
			return err
		}
		if err := tx.endStaffSessions(id, ""); err != nil {
			return err
		}
		if err := tx.endStaffLinks(id); err != nil {
			return err
		}
		return tx.staffAudit(by, "disabled", id)
	}))
}

// usable makes sure that an account exists and was not disabled, and that nothing else changes it meanwhile.
func (tx *Tx) usable(id string) error {
	n, err := tx.Exec("UPDATE staff SET totp_step = totp_step WHERE id = $1 AND disabled_at IS NULL", id)
	if err == nil && n == 0 {
		err = fault.New(fault.NotFound, "there is no such account in use")
	}
	return err
}

// ShowStaff changes by what name citizens see somebody, and in which language the console speaks to them.
func (s *Store) ShowStaff(ctx context.Context, id, shown, language string) error {
	return doing("change an account", s.Write(ctx, func(tx *Tx) error {
		if err := tx.usable(id); err != nil {
			return err
		}
		if _, err := tx.Exec("UPDATE staff SET shown = $1, language = $2 WHERE id = $3", tx.seal("staff", "shown", id, []byte(shown)), language, id); err != nil {
			return err
		}
		return tx.staffAudit(id, "changed", id)
	}))
}

// StaffNamed finds an account by its name.
func (s *Store) StaffNamed(ctx context.Context, name string) (st Staff, err error) {
	err = s.Read(ctx, func(tx *Tx) (err error) {
		st, err = tx.staffNamed(name)
		return err
	})
	return st, doing("find an account", err)
}

// StaffByID finds an account.
func (s *Store) StaffByID(ctx context.Context, id string) (st Staff, secrets StaffSecrets, err error) {
	err = s.Read(ctx, func(tx *Tx) (err error) {
		st, secrets, err = tx.staff(id)
		return err
	})
	return st, secrets, doing("find an account", err)
}

// AllStaff lists the accounts, the oldest first.
func (s *Store) AllStaff(ctx context.Context) (list []Staff, err error) {
	err = s.Read(ctx, func(tx *Tx) error {
		ids, err := tx.staffIDs()
		for _, id := range ids {
			if err != nil {
				break
			}
			var st Staff
			st, _, err = tx.staff(id)
			list = append(list, st)
		}
		return err
	})
	return list, doing("list the accounts", err)
}

// staffIDs are those of all accounts, the oldest first.
func (tx *Tx) staffIDs() (ids []string, err error) {
	err = tx.Query("SELECT id FROM staff ORDER BY created_at, id", nil, func(scan func(...any) error) error {
		var id string
		err := scan(&id)
		ids = append(ids, id)
		return err
	})
	return ids, err
}

func (tx *Tx) staffNamed(name string) (Staff, error) {
	keys := anys(tx.vault.Lookup(vault.Account, name))
	if len(keys) == 0 {
		return Staff{}, fault.New(fault.NotFound, "an account without a name")
	}
	var id string
	if err := tx.Row("SELECT id FROM staff WHERE name_index IN ("+marks(1, len(keys))+")", keys, &id); err != nil {
		return Staff{}, err
	}
	st, _, err := tx.staff(id)
	return st, err
}

func (tx *Tx) staff(id string) (st Staff, secrets StaffSecrets, err error) {
	var name, shown, totp, next []byte
	var institution, password sql.NullString
	var disabled sql.NullTime
	st.ID = id
	if err := tx.Row("SELECT name, role, institution_id, shown, language, password, totp, totp_next, totp_step, created_at, disabled_at FROM staff WHERE id = $1", []any{id},
		&name, &st.Role, &institution, &shown, &st.Language, &password, &totp, &next, &secrets.LastStep, &st.CreatedAt, &disabled); err != nil {
		return st, secrets, err
	}
	if err := tx.Row("SELECT count(*) FROM staff_recovery WHERE staff_id = $1 AND used_at IS NULL", []any{id}, &secrets.CodesLeft); err != nil {
		return st, secrets, err
	}
	var errs [4]error
	name, errs[0] = tx.open("staff", "name", id, name)
	shown, errs[1] = tx.open("staff", "shown", id, shown)
	secrets.TOTP, errs[2] = tx.open("staff", "totp", id, totp)
	secrets.Next, errs[3] = tx.open("staff", "totp_next", id, next)
	st.Name, st.Shown, st.Institution, secrets.Password = string(name), string(shown), institution.String, password.String
	st.DisabledAt = disabled.Time
	st.Ready = secrets.Password != "" && secrets.TOTP != nil
	return st, secrets, errors.Join(errs[:]...)
}

// StaffByLink tells whom a link leads to, and changes nothing. One that was used, is over, or never was, is [fault.NotFound].
func (s *Store) StaffByLink(ctx context.Context, token string) (st Staff, err error) {
	err = s.Read(ctx, func(tx *Tx) error {
		var id string
		if err := tx.Row(`SELECT l.staff_id FROM staff_links l JOIN staff s ON s.id = l.staff_id
			WHERE l.token = $1 AND l.used_at IS NULL AND l.expires_at > $2 AND s.disabled_at IS NULL`, []any{staffToken(token), tx.now}, &id); err != nil {
			return err
		}
		st, _, err = tx.staff(id)
		return err
	})
	return st, doing("open a link", err)
}

// UseStaffLink uses a link up: the account gets its password, its language, a secret for a second factor that is still to be
// confirmed, and a session in which it is. A link is used once, however many try at once.
func (s *Store) UseStaffLink(ctx context.Context, token, password, language string, secret []byte, n NewStaffSession) error {
	return doing("use a link", s.Write(ctx, func(tx *Tx) error {
		used, err := tx.Exec("UPDATE staff_links SET used_at = $1 WHERE token = $2 AND used_at IS NULL AND expires_at > $1", tx.now, staffToken(token))
		if err != nil {
			return err
		}
		if used == 0 {
			return fault.New(fault.NotFound, "there is no such link any more")
		}
		var id string
		if err := tx.Row("SELECT staff_id FROM staff_links WHERE token = $1", []any{staffToken(token)}, &id); err != nil {
			return err
		}
		if err := tx.usable(id); err != nil {
			return err
		}
		if _, err := tx.Exec("UPDATE staff SET password = $1, language = $2, totp = NULL, totp_next = $3 WHERE id = $4", password, language, tx.seal("staff", "totp_next", id, secret), id); err != nil {
			return err
		}
		if err := tx.startStaffSession(id, StageEnrol, n); err != nil {
			return err
		}
		return tx.staffAudit(id, "link_used", id)
	}))
}

// SetStaffPassword changes a password and ends all other sessions of the account than the one that stays.
func (s *Store) SetStaffPassword(ctx context.Context, id, hash, stays string) error {
	return doing("change a password", s.Write(ctx, func(tx *Tx) error {
		if err := tx.usable(id); err != nil {
			return err
		}
		if _, err := tx.Exec("UPDATE staff SET password = $1 WHERE id = $2", hash, id); err != nil {
			return err
		}
		if err := tx.endStaffSessions(id, stays); err != nil {
			return err
		}
		return tx.staffAudit(id, "password_changed", id)
	}))
}

// rehash keeps a newer hash of the same password, unless it was changed meanwhile.
func (tx *Tx) rehash(id, from, to string) error {
	_, err := tx.Exec("UPDATE staff SET password = $1 WHERE id = $2 AND password = $3", to, id, from)
	return err
}

// BeginStaffFactor keeps a secret for a new second factor, and turns the session into one in which it is confirmed by a code of
// it. The old factor holds until then.
func (s *Store) BeginStaffFactor(ctx context.Context, id, session string, secret []byte, n NewStaffSession) error {
	return doing("begin a second factor", s.Write(ctx, func(tx *Tx) error {
		if err := tx.usable(id); err != nil {
			return err
		}
		if _, err := tx.Exec("UPDATE staff SET totp_next = $1 WHERE id = $2", tx.seal("staff", "totp_next", id, secret), id); err != nil {
			return err
		}
		if err := tx.endStaffSession(id, session); err != nil {
			return err
		}
		return tx.startStaffSession(id, StageEnrol, n)
	}))
}

// ConfirmStaffFactor takes the new second factor into use, where check finds the code to be of its secret, and with it new recovery
// codes and a full session; every other session ends.
func (s *Store) ConfirmStaffFactor(ctx context.Context, enrolling string, check func(secret []byte) (step int64, ok bool), recovery []string, n NewStaffSession) error {
	wrong := false
	err := s.Write(ctx, func(tx *Tx) error {
		wrong = false
		in, err := tx.staffSession(enrolling, StageEnrol)
		if err != nil {
			return err
		}
		_, secrets, err := tx.staff(in.staff)
		if err != nil {
			return err
		}
		step, ok := check(secrets.Next)
		if !ok || secrets.Next == nil {
			wrong = true
			return tx.wrongInSession(in)
		}
		if _, err := tx.Exec("UPDATE staff SET totp = $1, totp_next = NULL, totp_step = $2 WHERE id = $3", tx.seal("staff", "totp", in.staff, secrets.Next), step, in.staff); err != nil {
			return err
		}
		if err := tx.newRecovery(in.staff, recovery); err != nil {
			return err
		}
		if err := tx.endStaffSessions(in.staff, ""); err != nil {
			return err
		}
		if err := tx.startStaffSession(in.staff, StageFull, n); err != nil {
			return err
		}
		return tx.staffAudit(in.staff, "factor_changed", in.staff)
	})
	if err == nil && wrong {
		err = fault.New(fault.Invalid, "a wrong code for a new second factor")
	}
	return doing("confirm a second factor", err)
}

func (tx *Tx) newRecovery(id string, codes []string) error {
	if _, err := tx.Exec("DELETE FROM staff_recovery WHERE staff_id = $1", id); err != nil {
		return err
	}
	for _, code := range codes {
		if _, err := tx.Exec("INSERT INTO staff_recovery (staff_id, code_index, made_at) VALUES ($1, $2, $3)", id, tx.vault.Index(vault.Recovery, code), tx.now); err != nil {
			return err
		}
	}
	return nil
}

// useRecovery uses a recovery code up, if it is one of the account's.
func (tx *Tx) useRecovery(id, code string) (bool, error) {
	keys := anys(tx.vault.Lookup(vault.Recovery, code))
	if len(keys) == 0 {
		return false, nil
	}
	n, err := tx.Exec("UPDATE staff_recovery SET used_at = $1 WHERE staff_id = $2 AND used_at IS NULL AND code_index IN ("+marks(3, len(keys))+")", append([]any{tx.now, id}, keys...)...)
	if err != nil {
		return false, fmt.Errorf("use a recovery code: %w", err)
	}
	return n == 1, nil
}
