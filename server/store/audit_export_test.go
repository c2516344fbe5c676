package store

// VerifyIn is what Verify does for one dispute in its transaction.
func VerifyIn(tx *Tx, dispute string) ([]string, error) {
	_, flaws, err := tx.verify(dispute)
	return flaws, err
}
