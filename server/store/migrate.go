package store

import (
	"context"
	"embed"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"

	"anxin/server/vault"
)

// A migration has the same number and name in both folders, is never edited once it was released, and leaves the tables so
// that the program from before it still runs on them: replicas are replaced one after the other.
//
//go:embed migrations
var migrations embed.FS

func (s *Store) migrations() (*goose.Provider, error) {
	files, err := fs.Sub(migrations, "migrations/"+s.dialect.name)
	if err != nil {
		return nil, err
	}
	options := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true)}
	if s.dialect.locker != nil {
		locker, err := s.dialect.locker()
		if err != nil {
			return nil, err
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	return goose.NewProvider(s.dialect.goose, s.writing, files, options...)
}

func (s *Store) migrate(ctx context.Context) ([]string, error) {
	p, err := s.migrations()
	if err != nil {
		return nil, fmt.Errorf("read the migrations: %w", err)
	}
	results, err := p.Up(ctx)
	if err != nil {
		return nil, fmt.Errorf("migrate the database: %w", err)
	}
	var steps []string
	for _, r := range results {
		steps = append(steps, r.Source.Path)
	}
	return steps, nil
}

func (s *Store) pending(ctx context.Context) (bool, error) {
	p, err := s.migrations()
	if err != nil {
		return false, fmt.Errorf("read the migrations: %w", err)
	}
	pending, err := p.HasPending(ctx)
	return pending, doing("ask for the database's migrations", err)
}

// proveKeys refuses a secret other than the one the database was sealed with, before anything is sealed with a key that is
// then lost, and notes the key that seals from now on.
func (s *Store) proveKeys(ctx context.Context) error {
	if err := s.knowsKeys(ctx); err != nil {
		return err
	}
	id := s.vault.Keys()[0].String()
	return doing("note the key", s.Write(ctx, func(tx *Tx) error {
		var n int
		err := tx.Row("SELECT 1 FROM seals WHERE key_id = $1", []any{id}, &n)
		if !NotFound(err) {
			return err
		}
		_, err = tx.Exec("INSERT INTO seals (key_id, proof, since) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
			id, tx.seal("seals", "proof", id, []byte(id)), tx.Now())
		return err
	}))
}

func (s *Store) knowsKeys(ctx context.Context) error {
	return s.Read(ctx, func(tx *Tx) error {
		return tx.Query("SELECT key_id, proof FROM seals", nil, func(scan func(...any) error) error {
			var id string
			var proof []byte
			if err := scan(&id, &proof); err != nil {
				return err
			}
			if _, err := tx.vault.Open(vault.Place{Table: "seals", Column: "proof", Row: id}, proof); err != nil {
				return fmt.Errorf("the database was sealed with key %s, which the secret does not hold: "+
					"name the file that has it in ANXIN_SECRET_FILE, or put it back into the data folder", id)
			}
			return nil
		})
	})
}
