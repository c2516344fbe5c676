package store

import (
	"context"

	"anxin/server/vault"
)

// ChangeParty keeps how a party is now reached, and by what it is found; what told says is delivered. Who was reached before is
// told where they were reached before, so told holds the old contact.
func (s *Store) ChangeParty(ctx context.Context, dispute, party string, body []byte, name, phone, actor, actorID string, told []Delivery) error {
	return doing("change how a party is reached", s.Write(ctx, func(tx *Tx) error {
		var role string
		if err := tx.Row("SELECT role FROM parties WHERE id = $1 AND dispute_id = $2", []any{party, dispute}, &role); err != nil {
			return err
		}
		if err := tx.audit(dispute, []auditEntry{auditEntry{Actor: actor, ActorID: actorID}.of("changed", "party "+party, partyBytes(role, body))}); err != nil {
			return err
		}
		if _, err := tx.Exec("UPDATE parties SET body = $1, name_index = $2, phone_index = $3 WHERE id = $4",
			tx.seal("parties", "body", party, body), tx.vault.Index(vault.Name, name), tx.vault.Index(vault.Phone, phone), party); err != nil {
			return err
		}
		return tx.deliveries(dispute, told)
	}))
}
