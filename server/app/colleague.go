package app

import (
	"context"

	"anxin/server/account"
	"anxin/server/complaint"
	"anxin/server/dispute"
	"anxin/server/fault"
)

// colleague tells complaint who an account is. Who works no cases is nobody to it, and so is who may no longer come in: no case
// is assigned to them, though what they did keeps their name.
func colleague(accounts *account.Service) func(context.Context, string) (complaint.Staff, error) {
	return func(ctx context.Context, id string) (complaint.Staff, error) {
		a, err := accounts.ByID(ctx, id)
		if err != nil {
			return complaint.Staff{}, err
		}
		by := complaint.Staff{ID: a.ID, Name: a.Called(), Institution: a.Institution}
		switch a.Role {
		case account.Officer:
			by.Actor = dispute.Officer
		case account.Handler:
			by.Actor = dispute.Handler
		default:
			return complaint.Staff{}, fault.New(fault.NotFound, "the account works no cases")
		}
		if !a.DisabledAt.IsZero() {
			by.Actor = "" // a name, and nothing that it may do
		}
		return by, nil
	}
}
