package complaint

import (
	"context"

	"anxin/server/fault"
	"anxin/server/limit"
	"anxin/server/vault"
)

// slowed does something that strangers may try too often, when it is time for whoever asks from an address. It counts only
// where it was wrong, which it says by [fault.Unauthorized]. Where too many wait it is [fault.Unavailable].
func (s *Service) slowed(ctx context.Context, rule limit.Rule, address string, try func() error) error {
	forgive, err := s.Limits.Enter(ctx, limit.Key{Rule: rule, Who: s.Vault.Index(vault.Address, address)})
	if err != nil {
		return err
	}
	if err = try(); err == nil || fault.From(err).Kind != fault.Unauthorized {
		forgive()
	}
	return err
}

// Begin waits where an address begins drafts or complaints by the hundred, a few seconds at most. It refuses nobody.
func (s *Service) Begin(ctx context.Context, address string) error {
	_, err := s.Limits.Enter(ctx, limit.Key{Rule: limit.Begin, Who: s.Vault.Index(vault.Address, address)})
	return err
}
