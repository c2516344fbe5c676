-- What staff do with cases. The sister file has the same for SQLite.

-- +goose Up

-- What a queue sorts and chooses by without opening a seal: worked out anew by every change of the case. None of it says who
-- complains, or of what.
ALTER TABLE disputes ADD COLUMN leg_state TEXT;        -- of the leg under way
ALTER TABLE disputes ADD COLUMN waits_for TEXT;        -- who has to move next: an actor
ALTER TABLE disputes ADD COLUMN next_due TIMESTAMPTZ;    -- the nearest day that somebody must keep
ALTER TABLE disputes ADD COLUMN next_clock TEXT;
ALTER TABLE disputes ADD COLUMN next_leg BIGINT;
ALTER TABLE disputes ADD COLUMN product TEXT;
ALTER TABLE disputes ADD COLUMN institution TEXT;      -- whom it is about, if it is on the list
ALTER TABLE disputes ADD COLUMN open_to TEXT;          -- the institution whose handlers may see it now
ALTER TABLE disputes ADD COLUMN unconfirmed BOOLEAN;   -- somebody files for a person whom nobody has asked yet
ALTER TABLE disputes ADD COLUMN duplicate_of TEXT;     -- the dispute under which the matter is carried on
ALTER TABLE disputes ADD COLUMN assignee TEXT;         -- an account's id
ALTER TABLE disputes ADD COLUMN assigned_at TIMESTAMPTZ;
CREATE INDEX disputes_due ON disputes (next_due, id);
CREATE INDEX disputes_assignee ON disputes (assignee);
CREATE INDEX disputes_open_to ON disputes (open_to);
CREATE INDEX disputes_duplicate_of ON disputes (duplicate_of);

ALTER TABLE consents ADD COLUMN leg_id TEXT;           -- of one to hand over: the leg

-- Who has said that a case touches them: it is hidden from them from then on.
CREATE TABLE recusals (
  dispute_id TEXT NOT NULL REFERENCES disputes (id),
  staff      TEXT NOT NULL,             -- an account's id
  reason     BYTEA NOT NULL,             -- sealed
  at         TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (dispute_id, staff)
);

-- Somebody's word that a code was lost.
CREATE TABLE code_requests (
  id            TEXT NOT NULL PRIMARY KEY,
  dispute_id    TEXT NOT NULL REFERENCES disputes (id),
  party_id      TEXT NOT NULL REFERENCES parties (id),
  address_index BYTEA NOT NULL,          -- from where it was asked
  asked_at      TIMESTAMPTZ NOT NULL,
  settled_at    TIMESTAMPTZ,
  settled_by    TEXT,                   -- an account's id
  outcome       TEXT,                   -- granted or refused
  note          BYTEA                    -- sealed: how she was confirmed, or why not
);
CREATE INDEX code_requests_dispute ON code_requests (dispute_id);
CREATE INDEX code_requests_open ON code_requests (settled_at, asked_at);
