-- Nothing personal stands in plain. "sealed" columns are vault's; "index" columns hold keyed hashes of what is looked up.
-- Times are UTC to the microsecond, given by the program. The sister file has the same for SQLite.

-- +goose Up

-- The keys that sealed something here, each with a proof that it is the one.
CREATE TABLE seals (
  key_id TEXT NOT NULL PRIMARY KEY,
  proof  BYTEA NOT NULL,      -- sealed
  since  TIMESTAMPTZ NOT NULL
);

CREATE TABLE drafts (
  key          BYTEA NOT NULL PRIMARY KEY, -- SHA-256 of the key that whoever writes it holds
  own_key      BYTEA NOT NULL,             -- sealed: the key itself, for who comes back by the resume code
  resume_index BYTEA UNIQUE,
  body         BYTEA NOT NULL,             -- sealed
  version      BIGINT NOT NULL,
  started_at   TIMESTAMPTZ NOT NULL,
  saved_at     TIMESTAMPTZ NOT NULL,
  expires_at   TIMESTAMPTZ NOT NULL
);
CREATE INDEX drafts_expire ON drafts (expires_at);

CREATE TABLE disputes (
  id           TEXT NOT NULL PRIMARY KEY,
  draft        BYTEA NOT NULL UNIQUE,      -- as drafts.key: one draft, one dispute
  content      BYTEA NOT NULL,             -- keyed hash of what was filed, to tell a replay from another
  number       BYTEA NOT NULL,             -- sealed
  number_index BYTEA NOT NULL UNIQUE,
  body         BYTEA NOT NULL,             -- sealed
  state        TEXT NOT NULL,
  version      BIGINT NOT NULL,           -- the seq of its last event
  audit_seq    BIGINT NOT NULL,
  audit_head   BYTEA NOT NULL,
  submitted_at TIMESTAMPTZ NOT NULL,
  changed_at   TIMESTAMPTZ NOT NULL,
  closed_at    TIMESTAMPTZ
);

CREATE TABLE parties (
  id          TEXT NOT NULL PRIMARY KEY,
  dispute_id  TEXT NOT NULL REFERENCES disputes (id),
  role        TEXT NOT NULL,
  body        BYTEA NOT NULL,              -- sealed: name, telephone, how to reach them safely
  name_index  BYTEA,
  phone_index BYTEA,
  added_at    TIMESTAMPTZ NOT NULL
);
CREATE INDEX parties_dispute ON parties (dispute_id);
CREATE INDEX parties_name ON parties (name_index);
CREATE INDEX parties_phone ON parties (phone_index);

CREATE TABLE legs (
  id         TEXT NOT NULL PRIMARY KEY,
  dispute_id TEXT NOT NULL REFERENCES disputes (id),
  seq        BIGINT NOT NULL,
  channel    TEXT NOT NULL,
  respondent TEXT,                        -- an institution's id; one that is not on the list stands in a sealed body
  body       BYTEA,                        -- sealed
  state      TEXT NOT NULL,
  opened_at  TIMESTAMPTZ NOT NULL,
  closed_at  TIMESTAMPTZ,
  UNIQUE (dispute_id, seq)
);

CREATE TABLE events (
  dispute_id TEXT NOT NULL REFERENCES disputes (id),
  seq        BIGINT NOT NULL,
  leg_id     TEXT REFERENCES legs (id),
  event      TEXT NOT NULL,
  actor      TEXT NOT NULL,
  actor_id   TEXT,
  state      TEXT NOT NULL,               -- of the dispute, after it
  leg_state  TEXT,                        -- of the leg, after it
  body       BYTEA,                        -- sealed
  at         TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (dispute_id, seq)
);

CREATE TABLE messages (
  id         TEXT NOT NULL PRIMARY KEY,
  dispute_id TEXT NOT NULL REFERENCES disputes (id),
  leg_id     TEXT REFERENCES legs (id),
  author     TEXT NOT NULL,
  author_id  TEXT,
  audience   TEXT NOT NULL,
  body       BYTEA NOT NULL,               -- sealed
  sent_at    TIMESTAMPTZ NOT NULL,
  read_at    TIMESTAMPTZ
);
CREATE INDEX messages_dispute ON messages (dispute_id, sent_at);

CREATE TABLE evidence (
  id          TEXT NOT NULL PRIMARY KEY,
  dispute_id  TEXT NOT NULL REFERENCES disputes (id),
  leg_id      TEXT REFERENCES legs (id),
  party_id    TEXT REFERENCES parties (id),
  object      TEXT NOT NULL UNIQUE,       -- the sealed file's name
  object_hash BYTEA NOT NULL,              -- SHA-256 of the sealed file
  size        BIGINT NOT NULL,
  kind        TEXT NOT NULL,              -- as sniffed
  body        BYTEA NOT NULL,              -- sealed: the given name, the description, the hashes of the original
  received_at TIMESTAMPTZ NOT NULL,
  removed_at  TIMESTAMPTZ
);
CREATE INDEX evidence_dispute ON evidence (dispute_id);

CREATE TABLE consents (
  id           TEXT NOT NULL PRIMARY KEY,
  dispute_id   TEXT NOT NULL REFERENCES disputes (id),
  party_id     TEXT NOT NULL REFERENCES parties (id),
  purpose      TEXT NOT NULL,
  receiver     TEXT,
  fields       TEXT NOT NULL,             -- which of the answers, by their names
  wording      TEXT NOT NULL,             -- which text was agreed to
  given_at     TIMESTAMPTZ NOT NULL,
  withdrawn_at TIMESTAMPTZ
);
CREATE INDEX consents_dispute ON consents (dispute_id);

CREATE TABLE credentials (
  id          TEXT NOT NULL PRIMARY KEY,
  dispute_id  TEXT NOT NULL REFERENCES disputes (id),
  party_id    TEXT NOT NULL REFERENCES parties (id),
  code_hash   TEXT NOT NULL,
  derived     BOOLEAN NOT NULL,           -- from the draft's key: a replay may be shown it again
  made_at     TIMESTAMPTZ NOT NULL,
  replaced_at TIMESTAMPTZ
);
CREATE INDEX credentials_dispute ON credentials (dispute_id);

-- One row a try of a code, taken away again where it was right: what stands here are failures and tries under way.
CREATE TABLE attempts (
  id            TEXT NOT NULL PRIMARY KEY,
  number_index  BYTEA NOT NULL,            -- of a complaint, or of none
  address_index BYTEA NOT NULL,
  failed        BOOLEAN NOT NULL,
  at            TIMESTAMPTZ NOT NULL
);
CREATE INDEX attempts_pair ON attempts (number_index, address_index, at);
CREATE INDEX attempts_at ON attempts (at);

CREATE TABLE audit (
  dispute_id TEXT NOT NULL REFERENCES disputes (id),
  seq        BIGINT NOT NULL,
  at         TIMESTAMPTZ NOT NULL,
  actor      TEXT NOT NULL,
  actor_id   TEXT,
  action     TEXT NOT NULL,
  subject    TEXT NOT NULL,
  salt       BYTEA,                        -- without it the commitment tells nothing: erased with its subject
  commitment BYTEA NOT NULL,
  previous   BYTEA NOT NULL,
  hash       BYTEA NOT NULL,
  PRIMARY KEY (dispute_id, seq)
);

CREATE TABLE deadlines (
  id          TEXT NOT NULL PRIMARY KEY,
  dispute_id  TEXT NOT NULL REFERENCES disputes (id),
  leg_id      TEXT REFERENCES legs (id),
  clock       TEXT NOT NULL,
  started_at  TIMESTAMPTZ NOT NULL,
  due_at      TIMESTAMPTZ NOT NULL,
  settled_at  TIMESTAMPTZ,
  lease_until TIMESTAMPTZ,
  attempts    BIGINT NOT NULL
);
CREATE INDEX deadlines_dispute ON deadlines (dispute_id);
CREATE INDEX deadlines_due ON deadlines (due_at);

CREATE TABLE deliveries (
  id              TEXT NOT NULL PRIMARY KEY,
  dispute_id      TEXT NOT NULL REFERENCES disputes (id),
  party_id        TEXT REFERENCES parties (id),
  notice          TEXT NOT NULL,
  channel         TEXT NOT NULL,
  body            BYTEA,                   -- sealed
  created_at      TIMESTAMPTZ NOT NULL,
  next_attempt_at TIMESTAMPTZ NOT NULL,
  attempts        BIGINT NOT NULL,
  lease_until     TIMESTAMPTZ,
  delivered_at    TIMESTAMPTZ,
  dead_at         TIMESTAMPTZ
);
CREATE INDEX deliveries_dispute ON deliveries (dispute_id);
CREATE INDEX deliveries_due ON deliveries (next_attempt_at);
