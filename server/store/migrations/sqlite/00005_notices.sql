-- What becomes of a notice: how it went, and whether it was read. The sister file has the same for PostgreSQL.

-- +goose Up

ALTER TABLE deliveries ADD COLUMN read_at TIMESTAMP;  -- of the inbox
ALTER TABLE deliveries ADD COLUMN failure TEXT;       -- why the last try went wrong, by an id that names nobody
ALTER TABLE deliveries ADD COLUMN outcome TEXT;       -- of one that an officer delivers by hand: reached, no_answer, wrong_number
CREATE INDEX deliveries_waiting ON deliveries (channel, next_attempt_at) WHERE delivered_at IS NULL AND dead_at IS NULL;
CREATE INDEX deliveries_dead ON deliveries (dead_at) WHERE dead_at IS NOT NULL;
