package store

import (
	"context"
	"database/sql"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"anxin/server/locale"
)

// Institution is a firm that a citizen may complain about. The list is public knowledge, which the operator imports; nothing
// is added to it by complaining.
type Institution struct {
	ID         string
	Name       string
	NameHant   string
	NameEn     string
	Aliases    []string // what people call it
	Kind       string
	Supervisor string // nfra, pbc, csrc, local, market or other
	Parent     string // the id of the firm whose branch it is
	Address    string
	Phone      string
	Source     string
	ListedOn   string // a day, 2026-11-30
}

// In is what it is called in a language, as far as the list tells.
func (i Institution) In(code locale.Code) string {
	if name := map[locale.Code]string{locale.Hant: i.NameHant, locale.En: i.NameEn}[code]; name != "" {
		return name
	}
	return i.Name
}

// importAtOnce is how many institutions are written in one transaction: who files a complaint meanwhile waits for it.
const importAtOnce = 100

// ImportInstitutions puts institutions on the list, and what is new about those that are on it; it takes none off. It tells how
// many were added, how many changed, and about how many nothing was new. If it ends in an error, some may have been put there:
// do it again.
func (s *Store) ImportInstitutions(ctx context.Context, list []Institution) (added, changed, same int, err error) {
	for batch := range slices.Chunk(list, importAtOnce) {
		var a, c int
		err := s.Write(ctx, func(tx *Tx) (err error) {
			a, c, err = tx.putInstitutions(batch, s.fold)
			return err
		})
		if err != nil {
			return added, changed, same, fmt.Errorf("import institutions: %w", err)
		}
		added, changed, same = added+a, changed+c, same+len(batch)-a-c
	}
	return added, changed, same, nil
}

func (tx *Tx) putInstitutions(list []Institution, fold func(string) string) (added, changed int, err error) {
	for _, i := range list {
		names := i.folded(fold)
		was, err := tx.institution(i.ID)
		if err == nil {
			var folded []string
			if folded, err = tx.names(i.ID); err == nil && i.same(was) && slices.Equal(names, folded) {
				continue
			}
			changed++
		} else if NotFound(err) {
			added++
			err = nil
		}
		if err != nil {
			return 0, 0, err
		}
		if err := tx.putInstitution(i, names); err != nil {
			return 0, 0, err
		}
	}
	return added, changed, nil
}

func (i Institution) same(as Institution) bool {
	if len(i.Aliases) == 0 {
		i.Aliases = nil
	}
	return reflect.DeepEqual(i, as)
}

// folded are all its names as they are looked for.
func (i Institution) folded(fold func(string) string) []string {
	var names []string
	for _, n := range append([]string{i.Name, i.NameHant, i.NameEn}, i.Aliases...) {
		if n = fold(n); n != "" {
			names = append(names, n)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func (tx *Tx) putInstitution(i Institution, names []string) error {
	if _, err := tx.Exec(`INSERT INTO institutions (id, name, name_zh_hant, name_en, aliases, kind, supervisor, parent, address, phone, source, listed_on, changed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
		ON CONFLICT (id) DO UPDATE SET name = $2, name_zh_hant = $3, name_en = $4, aliases = $5, kind = $6, supervisor = $7, parent = $8,
			address = $9, phone = $10, source = $11, listed_on = $12, changed_at = $13`,
		i.ID, i.Name, orNull(i.NameHant), orNull(i.NameEn), orNull(strings.Join(i.Aliases, "\n")), orNull(i.Kind), i.Supervisor, orNull(i.Parent),
		orNull(i.Address), orNull(i.Phone), i.Source, orNull(i.ListedOn), tx.now); err != nil {
		return err
	}
	if _, err := tx.Exec("DELETE FROM institution_names WHERE institution_id = $1", i.ID); err != nil {
		return err
	}
	for _, n := range names {
		if _, err := tx.Exec("INSERT INTO institution_names (institution_id, folded) VALUES ($1, $2)", i.ID, n); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) names(id string) (list []string, err error) {
	err = tx.Query("SELECT folded FROM institution_names WHERE institution_id = $1", []any{id}, func(scan func(...any) error) error {
		var n string
		err := scan(&n)
		list = append(list, n)
		return err
	})
	slices.Sort(list) // by bytes, however the database sorts
	return list, err
}

const institutionColumns = "i.id, i.name, i.name_zh_hant, i.name_en, i.aliases, i.kind, i.supervisor, i.parent, i.address, i.phone, i.source, i.listed_on"

func scanInstitution(scan func(...any) error) (i Institution, err error) {
	var hant, en, aliases, kind, parent, address, phone, listed sql.NullString
	err = scan(&i.ID, &i.Name, &hant, &en, &aliases, &kind, &i.Supervisor, &parent, &address, &phone, &i.Source, &listed)
	i.NameHant, i.NameEn, i.Kind, i.Parent, i.Address, i.Phone, i.ListedOn = hant.String, en.String, kind.String, parent.String, address.String, phone.String, listed.String
	if aliases.Valid {
		i.Aliases = strings.Split(aliases.String, "\n")
	}
	return i, err
}

// Institution is the one with an id.
func (s *Store) Institution(ctx context.Context, id string) (i Institution, err error) {
	err = s.Read(ctx, func(tx *Tx) error {
		i, err = tx.institution(id)
		return err
	})
	return i, doing("find an institution", err)
}

func (tx *Tx) institution(id string) (Institution, error) {
	return scanInstitution(func(into ...any) error {
		return tx.Row("SELECT "+institutionColumns+" FROM institutions i WHERE i.id = $1", []any{id}, into...)
	})
}

// Institutions finds at most limit of them by a name as people type it: those of which a name begins with it first, then those
// in which it stands, then those whose name stands in it, because people type more than the name; shorter names before longer
// ones.
func (s *Store) Institutions(ctx context.Context, query string, limit int) (list []Institution, err error) {
	query = s.fold(query)
	if query == "" {
		return nil, nil
	}
	literal := strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(query)
	// Names begin, contain, or are contained. One name of a single character stands in too many texts to mean anything.
	const matching = `SELECT institution_id, MIN(CASE WHEN folded LIKE $1 ESCAPE '\' THEN length(folded)
			WHEN folded LIKE $2 ESCAPE '\' THEN 1000 + length(folded) ELSE 3000 - length(folded) END) AS rank
		FROM institution_names WHERE folded LIKE $2 ESCAPE '\' OR length(folded) > 1 AND $3 LIKE '%' || folded || '%' GROUP BY institution_id`
	err = s.Read(ctx, func(tx *Tx) error {
		list = nil
		return tx.Query("SELECT "+institutionColumns+" FROM institutions i JOIN ("+matching+") n ON n.institution_id = i.id ORDER BY n.rank, i.name, i.id LIMIT $4",
			[]any{literal + "%", "%" + literal + "%", query, limit}, func(scan func(...any) error) error {
				i, err := scanInstitution(scan)
				list = append(list, i)
				return err
			})
	})
	return list, doing("find institutions", err)
}
